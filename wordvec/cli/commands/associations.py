"""What the commands on axes and associations share: models, sets of words, and forms of output."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wordvec.cli import options
from wordvec.cli.apart import check_apart
from wordvec.cli.command import Option
from wordvec.cli.commands.evaluate import load, show
from wordvec.cli.output import echo
from wordvec.cli.running import write_latex
from wordvec.errors import SettingsError
from wordvec.files import check_output

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from wordvec.evaluation.datasets.word_sets import WordSet
    from wordvec.tables import Tabular
    from wordvec.vectors import Vectors

SETS_HELP = (
    "A set of words is a file with a word a line, or several separated by commas, and comments after # and a blank; or "
    "words separated by commas in place of a file name."
)


def set_option(name: str, metavar: str, help: str, required: bool = False) -> Option:
    """Return an option that takes one or two sets of words."""
    count = len(metavar.split())
    return Option([f"--{name}"], nargs=count, required=required, metavar=metavar, help=help)


OUTPUTS: list[click.Parameter] = [
    *options.FORMS,
    options.latex(),
    Option(
        ["--plot", "picture"],
        heading="Output",
        writes=True,
        type=options.FILE,
        metavar="PICTURE",
        help="draw the values with their intervals, too; format by its ending: .svg, .png, .pdf",
    ),
    Option(["--title"], heading="Output", help="title above the picture"),
    Option(
        ["--size"],
        heading="Output",
        metavar="paper|slide|WxH",
        help="size of the picture; WxH is in inches, such as 7x5",
    ),
    Option(
        ["--methods-text", "for_paper"],
        heading="Output",
        is_flag=True,
        help="print a paragraph for a paper, with BibTeX, instead of the table",
    ),
    options.force(),
]


class Outputs:
    """Outputs that the options ask for; constructed before the work, so that it fails early.

    Parameters
    ----------
    given
        Options of the command, from which those of `OUTPUTS` are removed.
    inputs
        Sets of words that may be files.

    Raises
    ------
    SettingsError
        If an output has the name of an input, the size is unknown, or Matplotlib is needed and not installed.
    OutputError
        If an output exists and may not be replaced.
    """

    def __init__(self, given: dict[str, Any], inputs: Sequence[str]) -> None:
        self.form: str | None = given.pop("form")
        self.latex: Path | None = given.pop("latex")
        self.picture: Path | None = given.pop("picture")
        self.title, self.size = given.pop("title"), given.pop("size")
        self.for_paper, self.force = given.pop("for_paper"), given.pop("force")
        check_apart([self.latex, self.picture], [Path(one) for one in inputs if "\0" not in one])
        if self.picture is None and (self.title is not None or self.size is not None):
            raise SettingsError("--title and --size: need --plot PICTURE")
        if self.picture is not None:
            from wordvec import plots

            plots.check(self.picture)
            if self.size is not None:
                plots.inches(self.size)
        for path in filter(None, (self.latex, self.picture)):
            check_output(path, self.force)

    def write(self, found: "Tabular", paper: Callable[[], str], draw: Callable[..., "Figure"]) -> None:
        """Write and print a result.

        Parameters
        ----------
        found
            The result.
        paper
            Returns the paragraph for a paper.
        draw
            Returns the figure, from the keywords ``size`` and ``title``.
        """
        table = found.table()
        if self.picture is not None:
            from wordvec import plots

            plots.save(draw(size=self.size, title=self.title), self.picture, self.force)
        if self.latex is not None:
            write_latex(table, self.latex, self.force)
        if self.for_paper:
            echo(paper().removesuffix("\n"))
        elif self.form is None:
            echo(str(found))
        else:
            show(table, self.form)


def models(paths: tuple[Path, ...]) -> "tuple[dict[str, Vectors], bool]":
    """Return the vectors of files by path, or of the slices of a compass, and whether they are slices.

    Raises
    ------
    SettingsError
        If a compass is not alone.
    """
    from wordvec.slices import store

    folders = [path for path in paths if path.is_dir() and store.is_compass(path)]
    if not folders:
        return load(paths), False
    if len(paths) > 1:
        raise SettingsError(f"{folders[0]}: is a compass, whose slices are models; it must be alone")
    return {name: store.vectors(folders[0], name) for name in store.read_meta(folders[0])["slices"]}, True


def word_sets(given: Sequence[str], names: Sequence[str]) -> "list[WordSet]":
    """Return sets of words from options."""
    from wordvec.evaluation.datasets.word_sets import read_word_set

    return [read_word_set(one, name) for one, name in zip(given, names, strict=True)]

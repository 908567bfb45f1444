"""``wordvec compass plot``: plots of slices and of changed words."""

from collections.abc import Callable
from pathlib import Path

import click

from wordvec import plots
from wordvec.cli import options
from wordvec.cli.asking import named
from wordvec.cli.command import Command, Option
from wordvec.errors import SettingsError
from wordvec.files import check_output
from wordvec.slices import store
from wordvec.slices.change_settings import MEASURES
from wordvec.vectors import Vectors

ENDINGS = "format by its ending: " + ", ".join(plots.ENDINGS)


def _command(help: str, arguments: list[click.Parameter], example: str) -> Callable[[Callable[..., None]], Command]:
    params = [
        *arguments,
        Option(["--title"], heading="Picture", help="title above the picture"),
        Option(["--size"], heading="Picture", metavar="paper|slide|WxH", help="size; WxH is in inches, such as 7x5"),
        options.output("PICTURE", ENDINGS),
        options.force(),
    ]
    return click.command(
        cls=Command, help=help, params=params, epilog=f"\b\nExample:\n  wordvec compass plot {example}"
    )


FOLDER = click.Argument(["folder"], type=options.FILE)


@_command(
    "Plot the path of a word through the slices, among its nearest words in any of them; of several words, a panel for "
    "each. Neighbours are placed by two principal components of their vectors in the last slice, and the word in each "
    "slice at the mean of the neighbours most similar to it there (cf. Hamilton et al. 2016).",
    [
        FOLDER,
        click.Argument(["word"], required=False),
        Option(["--words"], metavar="LIST", help="words instead of WORD, separated by commas or in a file, one a line"),
        Option(
            ["-n", "--number"],
            type=click.IntRange(min=1),
            default=5,
            show_default=True,
            help="number of neighbours in each slice",
        ),
    ],
    "path debates climate -o climate.svg",
)
def path(
    folder: Path, word: str | None, words: str | None, number: int, output: Path, force: bool, **look: str | None
) -> None:
    """Plot the paths of words."""
    if (word is None) == (words is None):
        raise SettingsError("expected a WORD or --words LIST, one of them")
    _check(output, force, look["size"])
    asked = [word] if word is not None else named(words or "")
    store.check_referenced(folder, asked)
    picture = plots.path(_slices(folder), asked, number, look["size"] or "paper", look["title"])
    plots.save(picture, output, force)


@_command(
    "Plot the first words of a table of wordvec compass change -o: the measure, its interval if there is one, the "
    "value expected without change, and the nearest words before and after.",
    [
        click.Argument(["table"], type=options.FILE, metavar="CHANGE.csv"),
        Option(["--by"], type=click.Choice(MEASURES), default=MEASURES[0], show_default=True, help="measure to plot"),
        Option(["-n", "--number"], type=click.IntRange(min=1), default=20, show_default=True, help="number of words"),
    ],
    "changes change.csv -o change.svg",
)
def changes(table: Path, by: str, number: int, output: Path, force: bool, **look: str | None) -> None:
    """Plot the words that changed."""
    _check(output, force, look["size"])
    plots.save(plots.changes(plots.read_changes(table), number, by, **look), output, force)


@_command(
    f"Plot the similarity of all pairs of slices: the mean cosine of the vectors of the words that occur at least "
    f"{plots.OFTEN} times in each.",
    [FOLDER],
    "slices debates -o slices.svg",
)
def slices(folder: Path, output: Path, force: bool, **look: str | None) -> None:
    """Plot the similarity of slices."""
    _check(output, force, look["size"])
    plots.save(plots.heat_map(_slices(folder), **look), output, force)


def _check(output: Path, force: bool, size: str | None) -> None:
    plots.check(output)
    if size is not None:
        plots.inches(size)
    check_output(output, force)


def _slices(folder: Path) -> dict[str, Vectors]:
    return {name: store.vectors(folder, name) for name in store.read_meta(folder)["slices"]}

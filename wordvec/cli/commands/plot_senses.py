"""``wordvec plot senses``: a map of the senses of words."""

from pathlib import Path

import click

from wordvec import plots
from wordvec.cli import options
from wordvec.cli.command import Command, Option
from wordvec.cli.commands.evaluate_senses import MARK, with_mark
from wordvec.files import check_output


@click.command(
    cls=Command,
    help="Plot the senses of each WORD among the words nearest to them, in a panel for each WORD and a colour for each "
    "sense. Points are the two principal components of the vectors of the panel, scaled to length 1.",
    params=[
        click.Argument(["vectors"], type=options.FILE),
        click.Argument(["words"], nargs=-1, required=True, metavar="WORD..."),
        Option(
            ["-n", "--number"],
            type=click.IntRange(min=1),
            default=6,
            show_default=True,
            help="number of neighbours of each sense",
        ),
        MARK,
        Option(["--title"], heading="Picture", help="title above the picture"),
        Option(
            ["--size"],
            heading="Picture",
            default="paper",
            show_default=True,
            metavar="paper|slide|WxH",
            help="size; WxH is in inches, such as 7x5",
        ),
        options.output("PICTURE", "format by its ending: " + ", ".join(plots.ENDINGS)),
        options.force(),
    ],
    epilog="\b\nExample:\n  wordvec plot senses senses.vec bank plant -o senses.svg",
)
def senses(
    vectors: Path,
    words: tuple[str, ...],
    number: int,
    mark: str | None,
    title: str | None,
    size: str,
    output: Path,
    force: bool,
) -> None:
    """Plot senses."""
    from wordvec.vectors import Vectors

    plots.check(output)
    plots.inches(size)
    check_output(output, force)
    loaded = with_mark(Vectors.load(vectors, contexts=False), mark, vectors)
    plots.save(plots.senses(loaded, words, number, size, title), output, force)

"""``wordvec compass plot``: plots of slices and of changed words."""

from collections.abc import Callable
from pathlib import Path

import click

from wordvec import plots
from wordvec.cli import options
from wordvec.cli.command import Command, Option
from wordvec.files import check_output
from wordvec.slices import store
from wordvec.slices.change_settings import MEASURES
from wordvec.vectors import Vectors

ENDINGS = "format by its ending: " + ", ".join(plots.ENDINGS)


def _command(help: str, arguments: list[click.Parameter], example: str) -> Callable[[Callable[..., None]], Command]:
    params = [*arguments, options.output("PICTURE", ENDINGS), options.force()]
    return click.command(
        cls=Command, help=help, params=params, epilog=f"\b\nExample:\n  wordvec compass plot {example}"
    )


FOLDER = click.Argument(["folder"], type=options.FILE)


@_command(
    "Plot the path of a word through the slices, among its nearest words in any of them.",
    [
        FOLDER,
        click.Argument(["word"]),
        Option(
            ["-n", "--number"],
            type=click.IntRange(min=1),
            default=8,
            show_default=True,
            help="number of neighbours in each slice",
        ),
    ],
    "path debates climate -o climate.svg",
)
def path(folder: Path, word: str, number: int, output: Path, force: bool) -> None:
    """Plot a word's path."""
    _check(output, force)
    store.check_moves(folder, [word])
    plots.save(plots.path(_slices(folder), word, number), output, force)


@_command(
    "Plot the first words of a table of wordvec compass change -o, each with its interval and with the median of its "
    "null distribution.",
    [
        click.Argument(["table"], type=options.FILE, metavar="CHANGE.csv"),
        Option(["--by"], type=click.Choice(MEASURES), default=MEASURES[0], show_default=True, help="measure to plot"),
        Option(["-n", "--number"], type=click.IntRange(min=1), default=30, show_default=True, help="number of words"),
    ],
    "changes change.csv -o change.svg",
)
def changes(table: Path, by: str, number: int, output: Path, force: bool) -> None:
    """Plot the words that changed."""
    _check(output, force)
    plots.save(plots.changes(plots.read_changes(table), number, by), output, force)


@_command(
    f"Plot the similarity of all pairs of slices: the mean cosine of the vectors of the words that occur at least "
    f"{plots.OFTEN} times in each.",
    [FOLDER],
    "slices debates -o slices.svg",
)
def slices(folder: Path, output: Path, force: bool) -> None:
    """Plot the similarity of slices."""
    _check(output, force)
    plots.save(plots.heat_map(_slices(folder)), output, force)


def _check(output: Path, force: bool) -> None:
    plots.check(output)
    check_output(output, force)


def _slices(folder: Path) -> dict[str, Vectors]:
    return {name: store.vectors(folder, name) for name in store.read_meta(folder)["slices"]}

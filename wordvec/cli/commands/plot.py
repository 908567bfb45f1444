"""``wordvec compass plot``: pictures of what compared slices show."""

from collections.abc import Callable
from pathlib import Path

import click

from wordvec import plots
from wordvec.cli import options
from wordvec.cli.command import Command, Option
from wordvec.files import check_output
from wordvec.slices import store
from wordvec.slices.permutation_test import MEASURES
from wordvec.vectors import Vectors

ENDINGS = "its ending says the format: " + ", ".join(plots.ENDINGS)


def _command(help: str, arguments: list[click.Parameter], example: str) -> Callable[[Callable[..., None]], Command]:
    params = [*arguments, options.output("PICTURE", ENDINGS), options.force()]
    return click.command(
        cls=Command, help=help, params=params, epilog=f"\b\nExample:\n  wordvec compass plot {example}"
    )


FOLDER = click.Argument(["folder"], type=options.FILE)


@_command(
    "The word in every slice, joined by arrows, among the words nearest to it in any of them.",
    [
        FOLDER,
        click.Argument(["word"]),
        Option(
            ["-n", "--number"],
            type=click.IntRange(min=1),
            default=8,
            show_default=True,
            help="neighbours of each slice",
        ),
    ],
    "path debates climate -o climate.svg",
)
def path(folder: Path, word: str, number: int, output: Path, force: bool) -> None:
    """Draw a word's path."""
    _check(output, force)
    plots.save(plots.path(_slices(folder), word, number), output, force)


@_command(
    "The first words of a table that wordvec compass change -o wrote, each with its interval and with what is usual "
    "by chance.",
    [
        click.Argument(["table"], type=options.FILE, metavar="CHANGE.csv"),
        Option(["--by"], type=click.Choice(MEASURES), default=MEASURES[0], show_default=True, help="which measure"),
        Option(["-n", "--number"], type=click.IntRange(min=1), default=30, show_default=True, help="how many words"),
    ],
    "changes change.csv -o change.svg",
)
def changes(table: Path, by: str, number: int, output: Path, force: bool) -> None:
    """Draw the words that changed."""
    _check(output, force)
    plots.save(plots.changes(plots.read_changes(table), number, by), output, force)


@_command(
    f"How alike all slices are: the mean cosine to itself of every word that each has {plots.OFTEN} times or more.",
    [FOLDER],
    "slices debates -o slices.svg",
)
def slices(folder: Path, output: Path, force: bool) -> None:
    """Draw how alike slices are."""
    _check(output, force)
    plots.save(plots.heat_map(_slices(folder)), output, force)


def _check(output: Path, force: bool) -> None:
    plots.check(output)
    check_output(output, force)


def _slices(folder: Path) -> dict[str, Vectors]:
    return {name: store.vectors(folder, name) for name in store.read_meta(folder)["slices"]}

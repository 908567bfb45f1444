"""``wordvec nearest`` and ``wordvec analogy``: questions to vectors."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wordvec.cli import options
from wordvec.cli.command import Command, Option

if TYPE_CHECKING:
    from wordvec.vectors import Vectors

NUMBER = Option(["-n", "--number"], type=click.IntRange(min=1), default=10, show_default=True, help="how many")
VECTORS = click.Argument(["vectors"], type=options.FILE)
WORD = "word<TAB>cosine similarity"


@click.command(
    cls=Command,
    params=[VECTORS, click.Argument(["words"], nargs=-1, required=True, metavar="WORD..."), NUMBER, options.JSON],
    epilog="\b\nExample:\n  wordvec nearest corpus.vec river town -n 5",
)
def nearest(vectors: Path, words: tuple[str, ...], number: int, as_json: bool) -> None:
    """Each line is a WORD, one near to it and the cosine of their vectors, between tabs; most similar first."""
    asked = _load(vectors)
    for word, found in zip(words, asked.nearest(list(words), number), strict=True):
        if as_json:
            click.echo(json.dumps({"word": word, "nearest": _records(found)}, ensure_ascii=False))
        else:
            for near, similarity in found:
                click.echo(f"{word}\t{near}\t{similarity:.4f}")


@click.command(
    cls=Command,
    params=[VECTORS, *(click.Argument([name]) for name in "abc"), NUMBER, options.JSON],
    epilog="\b\nExample:\n  wordvec analogy corpus.vec france paris germany",
)
def analogy(vectors: Path, a: str, b: str, c: str, number: int, as_json: bool) -> None:
    """Each line is a word and the cosine of its vector with B - A + C, of unit vectors; A, B and C are left out."""
    found = _load(vectors).analogy(a, b, c, number)
    if as_json:
        click.echo(json.dumps({"a": a, "b": b, "c": c, "nearest": _records(found)}, ensure_ascii=False))
    else:
        for word, similarity in found:
            click.echo(f"{word}\t{similarity:.4f}")


def _load(path: Path) -> "Vectors":
    from wordvec.vectors import Vectors

    return Vectors.load(path)


def _records(found: list[tuple[str, float]]) -> list[dict[str, str | float]]:
    return [{"word": word, "similarity": round(float(similarity), 6)} for word, similarity in found]

"""``wordvec nearest`` and ``wordvec analogy``: questions to vectors."""

import codecs
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wordvec.cli import options
from wordvec.cli.command import Command, Option
from wordvec.errors import InputError

if TYPE_CHECKING:
    from wordvec.vectors import Vectors

NUMBER = Option(["-n", "--number"], type=click.IntRange(min=1), default=10, show_default=True, help="how many")
VECTORS = click.Argument(["vectors"], type=options.FILE)
WORDS_AT_ONCE = 4096


@click.command(
    cls=Command,
    params=[
        VECTORS,
        click.Argument(["words"], nargs=-1, metavar="[WORD]..."),
        Option(
            ["--words", "file"], type=options.FILE, metavar="FILE", help="words to ask, one a line; - is standard input"
        ),
        NUMBER,
        options.JSON,
    ],
    epilog="\b\nExample:\n  wordvec nearest corpus.vec river town -n 5",
)
def nearest(vectors: Path, words: tuple[str, ...], file: Path | None, number: int, as_json: bool) -> None:
    """Each line is a WORD, one near to it and the cosine of their vectors, between tabs; most similar first."""
    if not words and file is None:
        raise click.UsageError("no words: give a WORD, or --words FILE")
    asked = _load(vectors)
    wanted = [*words, *(_known(asked, file) if file is not None else ())]
    for begin in range(0, len(wanted), WORDS_AT_ONCE):
        some = wanted[begin : begin + WORDS_AT_ONCE]
        for word, found in zip(some, asked.nearest(some, number), strict=True):
            if as_json:
                click.echo(json.dumps({"word": word, "nearest": _records(found)}, ensure_ascii=False))
            else:
                click.echo("".join(f"{word}\t{near}\t{similarity:.4f}\n" for near, similarity in found), nl=False)


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


def _known(vectors: "Vectors", file: Path) -> Iterator[str]:
    """Give the words of a file, one a line, all of which must be known; empty lines are none."""
    from wordvec.vectors import UnknownWordError

    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise InputError(f"{file}: {error.strerror}") from error
    for number, line in enumerate(data.removeprefix(codecs.BOM_UTF8).splitlines(), 1):
        try:
            word = line.decode()
            if word:
                vectors.require([word])
                yield word
        except UnicodeDecodeError as error:
            raise InputError(f"{file}: line {number}: not UTF-8; write the words in UTF-8") from error
        except UnknownWordError as error:
            raise InputError(f"{file}: line {number}: {error}") from error


def _load(path: Path) -> "Vectors":
    from wordvec.vectors import Vectors

    return Vectors.load(path)


def _records(found: list[tuple[str, float]]) -> list[dict[str, str | float]]:
    return [{"word": word, "similarity": round(float(similarity), 6)} for word, similarity in found]

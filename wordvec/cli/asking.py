"""Words that a command is asked about: of the command line or a file, looked up, the unknown ones reported."""

from collections.abc import Container, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from wordvec.cli.command import Option
from wordvec.cli.output import note
from wordvec.errors import InputError

if TYPE_CHECKING:
    from wordvec.vectors import Vectors

STRICT = Option(["--strict"], is_flag=True, help="stop at an unknown word, instead of going on with the others")
_MOST_HINTS = 100
"""Unknown words for which near spellings are looked up."""


class Asked(NamedTuple):
    """A word, and the place where it is asked for: ``words.txt, line 3: ``, nothing on the command line."""

    word: str
    where: str = ""


def asked(words: Sequence[str], file: Path | None) -> list[Asked]:
    """Return the words of the command line, then those of a file, one a line; ``-`` is standard input.

    Blanks and tabs around a word of a file are left out unless the vectors have a word with them.

    Raises
    ------
    InputError
        If the file cannot be read, is no UTF-8, or holds no word.
    """
    listed = [] if file is None else list(_lines(file))
    if file is not None and not listed:
        raise InputError(f"{file}: holds no word; it takes one a line")
    return [*map(Asked, words), *listed]


def known(vectors: "Vectors", words: Sequence[Asked], strict: bool) -> list[str]:
    """Return the words that have a vector, as the vectors spell them, and report the others.

    Raises
    ------
    InputError
        If none has, or one has not and that is `strict`.
    """
    from wordvec.vectors.lookup import other_normal_form

    found, unknown = [], []
    for one in words:
        word = next(filter(None, map(vectors.spelling, (one.word, _bare(one.word)))), None)
        if word is None:
            unknown.append(one)
            continue
        if word not in (one.word, _bare(one.word)):
            note(f"{one.where}{other_normal_form(_bare(one.word), word)}")
        found.append(word)
    if unknown:
        _report((one.where + _message(vectors, _bare(one.word), at) for at, one in enumerate(unknown)), strict, found)
    return found


def known_to_any(words: Sequence[str], places: Sequence[Container[str]], lacking: str, strict: bool) -> tuple[str, ...]:
    """Return the words that at least one of several vocabularies has, and report the others.

    Raises
    ------
    InputError
        As `known` does.
    """
    found = tuple(word for word in words if any(word in place for place in places))
    if len(found) < len(words):
        _report((f"{word}: {lacking}" for word in words if word not in found), strict, found)
    return found


def _report(messages: Iterator[str], strict: bool, found: Sequence[str]) -> None:
    """Print what is unknown; the last is an error if there is no going on."""
    *others, last = messages
    for message in others:
        note(message)
    if strict or not found:
        raise InputError(last)
    note(last)


def _message(vectors: "Vectors", word: str, number: int) -> str:
    return str(vectors.unknown(word)) if number < _MOST_HINTS else f"{word}: not among the {len(vectors):,} words"


def _lines(file: Path) -> Iterator[Asked]:
    from wordvec.corpora.lines import read_lines

    return (Asked(line, f"{file}, line {number}: ") for number, line in read_lines(file) if _bare(line))


def _bare(line: str) -> str:
    # Other white space, as a no-break space, can be part of a word.
    return line.strip(" \t")

"""Query words from the command line or a file: lookup, and messages for unknown ones."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from wordvec.cli.command import Option
from wordvec.cli.output import note
from wordvec.errors import InputError, SettingsError

if TYPE_CHECKING:
    from wordvec.vectors import Vectors

STRICT = Option(["--strict"], is_flag=True, help="fail if a word is unknown, instead of skipping it")
_MOST_NAMED = 5
"""Number of composed words that are named."""
_MOST_HINTS = 100
"""Number of unknown words for which similar spellings are searched."""


class Asked(NamedTuple):
    """A query word, and its source: ``words.txt, line 3: ``, empty for the command line."""

    word: str
    where: str = ""


def asked(words: Sequence[str], file: Path | None) -> list[Asked]:
    """Return the words of the command line, then those of a file, one a line; ``-`` is standard input.

    Blanks and tabs around a word of a file are stripped unless the vectors have a word with them.

    Raises
    ------
    InputError
        If the file cannot be read, is not UTF-8, or holds no word.
    """
    listed = [] if file is None else list(_lines(file))
    if file is not None and not listed:
        raise InputError(f"{file}: holds no word; expected one a line")
    return [*map(Asked, words), *listed]


def named(words: str) -> list[str]:
    """Return the words of a list with commas, or of a file with one a line.

    Raises
    ------
    InputError
        If the file cannot be read.
    SettingsError
        If there is no word.
    """
    from wordvec.corpora.lines import read_lines

    path = Path(words)
    lines = [line for _, line in read_lines(path)] if "," not in words and path.is_file() else words.split(",")
    found = list(dict.fromkeys(word for line in lines if (word := line.strip())))
    if not found:
        raise SettingsError(f"--words: {words!r} has no word")
    return found


def known(vectors: "Vectors", words: Sequence[Asked], strict: bool, compose: bool = True) -> list[str]:
    """Return the words that have a vector, as the vectors spell them, and report the others and composed ones.

    Parameters
    ----------
    vectors, words
        The vectors and the words.
    strict
        Whether a word without a vector is an error.
    compose
        Whether words outside the vocabulary may be composed from n-grams.

    Raises
    ------
    InputError
        If no word has a vector, or, if `strict`, one has none.
    """
    from wordvec.vectors.lookup import other_normal_form

    found, unknown, composed = [], [], []
    for one in words:
        word = next(filter(None, map(vectors.spelling, (one.word, _bare(one.word)))), None)
        if word is not None and word not in vectors:
            composed.append(word)
            word = word if compose else None
        if word is None:
            unknown.append(one)
            continue
        if word not in (one.word, _bare(one.word)):
            note(f"{one.where}{other_normal_form(_bare(one.word), word)}")
        found.append(word)
    if composed and compose:
        note(_composed(vectors, list(dict.fromkeys(composed))))
    if unknown:
        _report((one.where + _message(vectors, _bare(one.word), at) for at, one in enumerate(unknown)), strict, found)
    return found


def known_to_any(words: Sequence[str], is_known: Callable[[str], bool], lacking: str, strict: bool) -> tuple[str, ...]:
    """Return the words that are known, and report the others.

    Raises
    ------
    InputError
        As `known` does.
    """
    found = tuple(word for word in words if is_known(word))
    if len(found) < len(words):
        _report((f"{word}: {lacking}" for word in words if word not in found), strict, found)
    return found


def _composed(vectors: "Vectors", words: Sequence[str]) -> str:
    """Return the message about words that are composed."""
    shown = ", ".join(words[:_MOST_NAMED]) + f" and {len(words) - _MOST_NAMED:,} more" * (len(words) > _MOST_NAMED)
    owner = "its" if len(words) == 1 else "their"
    return f"{shown}: not among the {len(vectors):,} words; composed from {owner} n-grams"


def _report(messages: Iterator[str], strict: bool, found: Sequence[str]) -> None:
    """Print a message for each unknown word; the last is an error if the command cannot continue."""
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
    # Other white space, such as a no-break space, can be part of a word.
    return line.strip(" \t")

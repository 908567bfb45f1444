"""Tagged sentences from files with a token on each line: CoNLL-U, and column files such as those of CoNLL-2003.

A file is CoNLL-U if it is called so (``.conllu``) or its first token has ten columns and the id 1. There, lines that
begin with ``#`` are comments, and ranges (``3-4``) and empty nodes (``3.1``) are no tokens. In any other file the word
stands first, the tag last, between them tabs or blanks, and ``#`` is a token like any other.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from wordvec.errors import InputError, SettingsError
from wordvec.evaluation.datasets import read_lines
from wordvec.wording import quantity

CONLLU = ("id", "form", "lemma", "upos", "xpos", "feats", "head", "deprel", "deps", "misc")
USUAL = "upos"
NOTHING = "_"
"""What CoNLL-U writes where a column has no value."""

DOCUMENT = "-DOCSTART-"

Lines = Sequence[tuple[int, str]]


class Sentence(NamedTuple):
    """Words with their tags, by position."""

    words: list[str]
    tags: list[str]


def read_tagged(path: str | Path, column: str | int | None = None) -> list[Sentence]:
    """Read tagged sentences.

    Parameters
    ----------
    path
        A CoNLL-U or column file; blank lines (or such of nothing but white space) end sentences.
    column
        Where the tags are, as a number from 1, or in CoNLL-U one of `CONLLU`; unless given, ``upos`` in CoNLL-U and
        else the last.

    Raises
    ------
    InputError
        If the file cannot be read, a line has another number of columns than it should or no word or tag, no tag has
        a value, or there is no sentence.
    SettingsError
        If the file can have no such column.
    """
    path = Path(path)
    lines = list(read_lines(path))
    if _is_conllu(path, lines):
        rows, word, tag = _conllu(path, lines), CONLLU.index("form"), _named(path, USUAL if column is None else column)
    else:
        rows, word, tag = _plain(path, lines), 0, -1 if column is None else _numbered(path, column)
    sentences = list(_sentences(path, rows, word, tag))
    if not sentences:
        raise InputError(f"{path}: holds no sentence; it takes a line for each token, with its word and its tag")
    if all(tag == NOTHING for sentence in sentences for tag in sentence.tags):
        raise InputError(f"{path}: every tag is {NOTHING}, so the column is not filled in; choose another column")
    return sentences


def _sentences(path: Path, rows: Iterable[tuple[int, list[str]]], word: int, tag: int) -> Iterator[Sentence]:
    """Gather rows, given by line number and columns, to sentences; a row without columns ends one."""
    sentence = Sentence([], [])
    for number, cells in rows:
        if cells:
            if tag >= len(cells):
                raise InputError(f"{path}, line {number}: {quantity(len(cells), 'column')}, no tag in column {tag + 1}")
            if not cells[word] or not cells[tag]:
                raise InputError(f"{path}, line {number}: the {'tag' if cells[word] else 'word'} is empty; fill it in")
            sentence.words.append(cells[word])
            sentence.tags.append(cells[tag])
        elif sentence.words:
            yield sentence
            sentence = Sentence([], [])
    if sentence.words:
        yield sentence


def _is_conllu(path: Path, lines: Lines) -> bool:
    first = next((line for _, line in lines if not _is_blank(line) and not line.startswith("#")), "").split("\t")
    return path.suffix == ".conllu" or (len(first) == len(CONLLU) and re.match("1([-.]|$)", first[0]) is not None)


def _conllu(path: Path, lines: Lines) -> Iterator[tuple[int, list[str]]]:
    for number, line in lines:
        if line.startswith("#"):
            continue
        cells = [] if _is_blank(line) else line.split("\t")
        if cells and len(cells) != len(CONLLU):
            raise InputError(
                f"{path}, line {number}: {quantity(len(cells), 'column')}; CoNLL-U has {len(CONLLU)}, separated by tabs"
            )
        if cells and re.fullmatch(r"\d+[-.]\d+", cells[0]):
            continue
        if cells and not cells[0].isdecimal():
            raise InputError(f"{path}, line {number}: the id {cells[0]!r} is no number; CoNLL-U numbers its tokens")
        yield number, cells


def _plain(path: Path, lines: Lines) -> Iterator[tuple[int, list[str]]]:
    first: tuple[int, int] | None = None
    for number, line in lines:
        if _is_blank(line) or line.startswith(DOCUMENT):
            yield number, []
            continue
        # Not split(): a word may hold or be a no-break space.
        cells = line.split("\t") if "\t" in line else re.split(" +", line.strip(" "))
        if len(cells) < 2:
            raise InputError(f"{path}, line {number}: one column, no tag; it takes a word and its tag")
        columns, where = first = first or (len(cells), number)
        if len(cells) != columns:
            raise InputError(
                f"{path}, line {number}: {quantity(len(cells), 'column')}, but {columns} in line {where}; all lines "
                "take as many"
            )
        yield number, cells


def _is_blank(line: str) -> bool:
    """Say whether a line holds white space only; or byte order marks, which the joining of files leaves behind."""
    return not line.strip("\ufeff").strip()


def _named(path: Path, column: str | int) -> int:
    """Give the place of a column of CoNLL-U."""
    name = str(column).lower()
    if name in CONLLU:
        return CONLLU.index(name)
    if name.isdecimal() and 1 <= int(name) <= len(CONLLU):
        return int(name) - 1
    raise SettingsError(f"column: {column} is none of CoNLL-U, as {path} is; those are {', '.join(CONLLU)} or 1 to 10")


def _numbered(path: Path, column: str | int) -> int:
    """Give the place of a column that can have a number only."""
    if not str(column).isdecimal() or int(column) < 1:
        raise SettingsError(f"column: {column} is no number from 1; {path} is no CoNLL-U, so its columns have no names")
    return int(column) - 1

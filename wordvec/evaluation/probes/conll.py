"""Tagged sentences from files with a token on each line: CoNLL-U, and column files such as those of CoNLL-2003.

A file is CoNLL-U if its name ends in ``.conllu``, or if its first token has ten columns and the id 1. In CoNLL-U, lines
that begin with ``#`` are comments, and ranges (``3-4``) and empty nodes (``3.1``) are not tokens. In other files the
first column is the word and the last the tag, tabs or blanks separate columns, and ``#`` is a token.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from wordvec.errors import InputError, SettingsError
from wordvec.evaluation.datasets import read_lines
from wordvec.representation import short
from wordvec.wording import quantity

CONLLU = ("id", "form", "lemma", "upos", "xpos", "feats", "head", "deprel", "deps", "misc")
DEFAULT = "upos"
NOTHING = "_"
"""CoNLL-U's sign for an empty column."""

DOCUMENT = "-DOCSTART-"

Lines = Sequence[tuple[int, str]]


class Sentence(NamedTuple):
    """Words with their tags, by position."""

    words: list[str]
    tags: list[str]

    def __repr__(self) -> str:
        return short(self)


def read_tagged(path: str | Path, column: str | int | None = None) -> list[Sentence]:
    """Read tagged sentences.

    Parameters
    ----------
    path
        A CoNLL-U or column file; empty lines, or lines of white space only, end sentences.
    column
        Column of the tags: a number from 1, or in CoNLL-U one of `CONLLU`. Default: ``upos`` in CoNLL-U, the last
        column in other files.

    Raises
    ------
    InputError
        If the file cannot be read, a line has a wrong number of columns or lacks the word or the tag, all tags are
        empty, or there is no sentence.
    SettingsError
        If the format has no such column.
    """
    path = Path(path)
    lines = list(read_lines(path))
    if _is_conllu(path, lines):
        rows, word, tag = (
            _conllu(path, lines),
            CONLLU.index("form"),
            _named(path, DEFAULT if column is None else column),
        )
    else:
        rows, word, tag = _plain(path, lines), 0, -1 if column is None else _numbered(path, column)
    sentences = list(_sentences(path, rows, word, tag))
    if not sentences:
        raise InputError(f"{path}: holds no sentence; expected a line for each token, with its word and its tag")
    if all(tag == NOTHING for sentence in sentences for tag in sentence.tags):
        raise InputError(f"{path}: every tag is {NOTHING}: the column is empty; choose another column")
    return sentences


def _sentences(path: Path, rows: Iterable[tuple[int, list[str]]], word: int, tag: int) -> Iterator[Sentence]:
    """Yield the sentences of rows (line number, columns); a row without columns ends a sentence."""
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
            raise InputError(f"{path}, line {number}: the id {cells[0]!r} is not a number; CoNLL-U numbers its tokens")
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
            raise InputError(f"{path}, line {number}: one column, no tag; expected a word and its tag")
        columns, where = first = first or (len(cells), number)
        if len(cells) != columns:
            raise InputError(
                f"{path}, line {number}: {quantity(len(cells), 'column')}, but {columns} in line {where}; all lines "
                "need the same number"
            )
        yield number, cells


def _is_blank(line: str) -> bool:
    """Return whether a line holds only white space, or byte-order marks, which remain where files were joined."""
    return not line.strip("\ufeff").strip()


def _named(path: Path, column: str | int) -> int:
    """Return the position of a column of CoNLL-U."""
    name = str(column).lower()
    if name in CONLLU:
        return CONLLU.index(name)
    if name.isdecimal() and 1 <= int(name) <= len(CONLLU):
        return int(name) - 1
    raise SettingsError(f"{column}: {path} is CoNLL-U; choose one of {', '.join(CONLLU)} or 1 to 10", setting="column")


def _numbered(path: Path, column: str | int) -> int:
    """Return the position of a column that is given by its number."""
    if not str(column).isdecimal() or int(column) < 1:
        raise SettingsError(
            f"{column}: {path} is not CoNLL-U, so its columns have no names; give a number from 1", setting="column"
        )
    return int(column) - 1

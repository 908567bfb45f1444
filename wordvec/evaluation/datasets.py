"""Datasets of similarity and analogy as they are published: any separator, header, encoding of line ends.

Pairs are lines ``word1 word2 score``, separated by tabs, commas (quoted or not) or blanks. The score is the first
column after the words that holds a number; a first line without one there is the header.
Questions are lines of four words under ``: section``; a folder of such files has a section for each. Sections of one
name are one.
"""

import csv
import math
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from wordvec import arguments
from wordvec.corpora.lines import read_lines as read_lines
from wordvec.errors import InputError

NAMED_PAIRS = {"wordsim353": "wordsim353.tsv", "simlex999": "simlex999.txt"}
NAMED_QUESTIONS = {"google": "questions-words.txt"}
SYNTACTIC = "gram"
"""How the sections begin that word2vec's compute-accuracy and GloVe's evaluate.py call syntactic."""


class Pairs(NamedTuple):
    """Pairs of words with people's scores, by position; `header` is the first line, if it is none of them."""

    name: str
    first: list[str]
    second: list[str]
    scores: list[float]
    header: str | None = None


class Section(NamedTuple):
    """Questions a : b :: c : d of one kind."""

    name: str
    questions: list[tuple[str, str, str, str]]

    @property
    def syntactic(self) -> bool:
        """Whether its name says that it asks for forms of words."""
        return self.name.startswith(SYNTACTIC)


class Questions(NamedTuple):
    """Analogy questions by section."""

    name: str
    sections: list[Section]


def read_pairs(source: str | Path) -> Pairs:
    """Read a similarity dataset.

    Parameters
    ----------
    source
        A file, or one of `NAMED_PAIRS`, which come with gensim.

    Raises
    ------
    InputError
        If it is missing, a line has too few columns or a score that is no number, or there is no pair.
    """
    arguments.path("dataset", source)
    path, name = _found(source, NAMED_PAIRS)
    return _pairs(path, name, read_lines(path))


def read_questions(source: str | Path) -> Questions:
    """Read an analogy dataset.

    Parameters
    ----------
    source
        A file, a folder of files (a section each), or one of `NAMED_QUESTIONS`, which come with gensim.

    Raises
    ------
    InputError
        If it is missing, a line has not four words, a section has no question, or there is none at all.
    """
    arguments.path("dataset", source)
    path, name = _found(source, NAMED_QUESTIONS)
    files = sorted(inner for inner in path.iterdir() if inner.is_file()) if path.is_dir() else [path]
    return _questions(path, name, [(file, read_lines(file)) for file in files])


def read_dataset(source: str | Path) -> Pairs | Questions:
    """Read a dataset of similarity or analogy, whichever it is: by its name, or by its first and last lines.

    Raises
    ------
    InputError
        As `read_pairs` and `read_questions`.
    """
    arguments.path("dataset", source)
    path, name = _found(source, NAMED_PAIRS | NAMED_QUESTIONS)
    if path.is_dir():
        return read_questions(source)
    lines = list(read_lines(path))
    content = [line for _, line in lines if line.strip() and not line.startswith("#")] or [""]
    # The last line tells, as a header may have four words.
    last = content[-1].split()
    if content[0].startswith(":") or (len(last) == 4 and not any(map(_is_number, last))):
        return _questions(path, name, [(path, lines)])
    return _pairs(path, name, lines)


def _found(source: str | Path, named: dict[str, str]) -> tuple[Path, str]:
    """Give a dataset's path and name; a file goes before a name."""
    path = Path(source)
    if os.path.exists(path):  # noqa: PTH110 - unlike pathlib's, this one never raises
        return path, path.stem
    if str(source) in named:
        from gensim.test.utils import datapath

        return Path(datapath(named[str(source)])), str(source)
    raise InputError(f"{source}: no such file, and no dataset that comes along; those are {', '.join(named)}")


def _pairs(path: Path, name: str, every: Iterable[tuple[int, str]]) -> Pairs:
    lines = [(number, line) for number, line in every if line.strip() and not line.startswith("#")]
    if not lines:
        raise InputError(f"{path}: holds no pair; it takes lines of word, word, score")
    rows = _split(path, lines)
    column = _score_column(path, lines, rows)
    begin = int(_is_header(rows[0], column))
    pairs = Pairs(name, [], [], [], lines[0][1] if begin else None)
    for (number, _), row in zip(lines[begin:], rows[begin:], strict=True):
        if len(row) <= column:
            raise InputError(f"{path}, line {number}: {len(row)} columns, no score in column {column + 1}")
        score = _number(row[column])
        if score is None or not row[0] or not row[1]:
            wrong = f"the score {row[column]!r} is no number" if score is None else "a word is empty"
            raise InputError(f"{path}, line {number}: {wrong}; it takes word, word, score")
        pairs.first.append(row[0])
        pairs.second.append(row[1])
        pairs.scores.append(score)
    return pairs


def _split(path: Path, lines: Sequence[tuple[int, str]]) -> list[list[str]]:
    """Split lines into columns, by what separates the last of them, which is no header."""
    sample = lines[-1][1]
    if "\t" in sample:
        return [[cell.strip() for cell in line.split("\t")] for _, line in lines]
    if "," not in sample:
        return [line.split() for _, line in lines]
    rows = []
    for number, line in lines:
        try:
            rows.append([cell.strip() for cell in next(csv.reader([line], strict=True))])
        except csv.Error as error:
            raise InputError(f"{path}, line {number}: cannot be cut at its commas ({error})") from error
    return rows


def _score_column(path: Path, lines: Sequence[tuple[int, str]], rows: Sequence[list[str]]) -> int:
    """Give the column of the score; the last line that has a number tells, as a header may hold some, too."""
    for row in reversed(rows):
        for column, cell in enumerate(row[2:], 2):
            if _is_number(cell):
                return column
    raise InputError(f"{path}, line {lines[0][0]}: no score; it takes word, word, score")


def _is_header(row: Sequence[str], column: int) -> bool:
    """Say whether a first line names its columns: it has them all, and where the score belongs is a name."""
    return len(row) > column and not _is_number(row[column]) and not row[column][:1].isdigit()


def _questions(path: Path, name: str, files: Iterable[tuple[Path, Iterable[tuple[int, str]]]]) -> Questions:
    sections: dict[str, Section] = {}
    for file, lines in files:
        for section in _sections(file, lines):
            sections.setdefault(section.name, Section(section.name, [])).questions.extend(section.questions)
    if not sections:
        raise InputError(f"{path}: holds no question; it takes lines of four words")
    return Questions(name, list(sections.values()))


def _sections(path: Path, lines: Iterable[tuple[int, str]]) -> Iterator[Section]:
    section, begun = Section(path.stem, []), 0
    for number, line in lines:
        words = line.split()
        if line.startswith(":"):
            yield from _finished(path, section, begun)
            section, begun = Section(line[1:].strip(), []), number
        elif words and not line.startswith("#"):
            if len(words) != 4:
                raise InputError(f"{path}, line {number}: {len(words)} words; a question has four: a b c d")
            section.questions.append((words[0], words[1], words[2], words[3]))
    yield from _finished(path, section, begun)


def _finished(path: Path, section: Section, begun: int) -> Iterator[Section]:
    if section.questions:
        yield section
    elif begun:
        raise InputError(f"{path}, line {begun}: the section {section.name!r} has no question")


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _is_number(text: str) -> bool:
    return _number(text) is not None

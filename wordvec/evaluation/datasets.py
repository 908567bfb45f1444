"""Datasets of similarity and analogy as they are published: any separator, header, encoding of line ends.

Pairs are lines ``word1 word2 score``, separated by tabs, commas (quoted or not) or blanks. The score is the first
column after the words that holds a number; a first line without one there is the header.
Questions are lines of four words under ``: section``; a folder of such files has a section for each.
"""

import csv
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from wordvec.errors import InputError

NAMED_PAIRS = {"wordsim353": "wordsim353.tsv", "simlex999": "simlex999.txt"}
NAMED_QUESTIONS = {"google": "questions-words.txt"}
SYNTACTIC = "gram"
"""How the sections begin that word2vec's compute-accuracy and GloVe's evaluate.py call syntactic."""


class Pairs(NamedTuple):
    """Pairs of words with people's scores, by position."""

    name: str
    first: list[str]
    second: list[str]
    scores: list[float]


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
    path, name = _found(source, NAMED_PAIRS)
    lines = [(number, line) for number, line in read_lines(path) if line.strip() and not line.startswith("#")]
    rows = _split(path, lines)
    begin, column = _score_column(path, lines, rows)
    pairs = Pairs(name, [], [], [])
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
    path, name = _found(source, NAMED_QUESTIONS)
    files = sorted(inner for inner in path.iterdir() if inner.is_file()) if path.is_dir() else [path]
    sections = [section for file in files for section in _sections(file)]
    if not sections:
        raise InputError(f"{path}: holds no question; it takes lines of four words")
    return Questions(name, sections)


def is_questions(source: str | Path) -> bool:
    """Say whether a dataset holds analogy questions and not pairs with scores: by its name or its first lines."""
    if str(source) in NAMED_QUESTIONS or Path(source).is_dir():
        return True
    if str(source) in NAMED_PAIRS:
        return False
    path, _ = _found(source, NAMED_PAIRS | NAMED_QUESTIONS)
    for _, line in read_lines(path):
        if line.strip() and not line.startswith("#"):
            words = line.split()
            return line.startswith(":") or (len(words) == 4 and not any(map(_is_number, words)))
    return False


def read_lines(path: Path, fallback: str | None = None) -> Iterator[tuple[int, str]]:
    """Give each line with its number, whatever ends it (LF, CRLF, CR), without a byte order mark.

    Parameters
    ----------
    path
        A UTF-8 file.
    fallback
        The encoding to take where a file is no UTF-8; if None, that is an error.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if fallback is None:
            line = data[: error.start].count(b"\n") + 1
            raise InputError(f"{path}, line {line}: is not UTF-8; save it as UTF-8") from error
        text = data.decode(fallback)
    return enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1)


def _found(source: str | Path, named: dict[str, str]) -> tuple[Path, str]:
    """Give a dataset's path and name; a file goes before a name."""
    path = Path(source)
    if path.exists():
        return path, path.stem
    if str(source) in named:
        from gensim.test.utils import datapath

        return Path(datapath(named[str(source)])), str(source)
    raise InputError(f"{source}: no such file, and no dataset that comes along; those are {', '.join(named)}")


def _split(path: Path, lines: Sequence[tuple[int, str]]) -> list[list[str]]:
    """Split lines into columns, by what separates the last of them, which is no header."""
    if not lines:
        raise InputError(f"{path}: holds no pair; it takes lines of word, word, score")
    sample = lines[-1][1]
    if "\t" in sample:
        return [[cell.strip() for cell in line.split("\t")] for _, line in lines]
    if "," in sample:
        return [[cell.strip() for cell in row] for row in csv.reader(line for _, line in lines)]
    return [line.split() for _, line in lines]


def _score_column(path: Path, lines: Sequence[tuple[int, str]], rows: Sequence[list[str]]) -> tuple[int, int]:
    """Give where the data begins, after a header if there is one, and the column of the score.

    The last line that has a number tells, since a header may hold some, too (``Word 1 Word 2``).
    """
    for row in reversed(rows):
        for column, cell in enumerate(row[2:], 2):
            if _is_number(cell):
                first = rows[0]
                return int(len(first) <= column or not _is_number(first[column])), column
    raise InputError(f"{path}, line {lines[0][0]}: no score; it takes word, word, score")


def _sections(path: Path) -> Iterator[Section]:
    section, begun = Section(path.stem, []), 0
    for number, line in read_lines(path):
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

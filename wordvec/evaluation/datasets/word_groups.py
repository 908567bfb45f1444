"""Groups of words: topics with outliers, words with a category each, and words with a rating each."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from wordvec import arguments
from wordvec.corpora.columns import NAMES, cut, find_separator
from wordvec.corpora.lines import read_lines
from wordvec.errors import InputError
from wordvec.evaluation.datasets.column_choice import ColumnChoice
from wordvec.evaluation.datasets.scored_lines import read_scored
from wordvec.representation import short


class Topic(NamedTuple):
    """A name, words that belong together, and outliers that do not."""

    name: str
    words: list[str]
    outliers: list[str]

    def __repr__(self) -> str:
        return short(self)


class Topics(NamedTuple):
    """A dataset's name, and its topics."""

    name: str
    topics: list[Topic]

    def __repr__(self) -> str:
        return short(self)

    @property
    def sizes(self) -> list[int]:
        """Number of outliers of each topic."""
        return [len(topic.outliers) for topic in self.topics]


class Categories(NamedTuple):
    """A dataset's name, its words, and the category of each."""

    name: str
    words: list[str]
    categories: list[str]

    def __repr__(self) -> str:
        return short(self)


class Ratings(NamedTuple):
    """A dataset's name, its words, the rating of each, and notes on columns and lines."""

    name: str
    words: list[str]
    ratings: list[float]
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return short(self)


def read_topics(source: str | Path) -> list[Topic]:
    """Read a file of a topic, or a folder of such files: words of the topic a line, a blank line, and its outliers.

    Hidden files are left out.

    Raises
    ------
    InputError
        If a file cannot be read, or has fewer than two words or no outlier, or an outlier is a word of the topic.
    """
    path = arguments.path("dataset", source)
    if not path.is_dir():
        return [_topic(path)]
    files = sorted(file for file in path.iterdir() if file.is_file() and not file.name.startswith("."))
    if not files:
        raise InputError(f"{path}: holds no file of a topic; hidden files are left out")
    return [_topic(file) for file in files]


def read_categories(source: str | Path | Categories) -> Categories:
    """Read lines of a word and its category.

    Raises
    ------
    InputError
        If the file cannot be read, a line has no category, a word has two, or there are fewer than two categories.
    """
    if isinstance(source, Categories):
        return source
    path = arguments.path("dataset", source)
    lines = [(at, line) for at, line in read_lines(path) if line.strip() and not line.startswith("# ")]
    separator = find_separator([line for _, line in lines], 2) or " "
    found: dict[str, str] = {}
    for at, line in lines:
        try:
            word, category, *_ = [*cut(line.strip(), separator), "", ""]
        except csv.Error as error:
            raise InputError(f"{path}, line {at}: cannot be cut at its {NAMES[separator]} ({error})") from error
        if not word or not category:
            raise InputError(
                f"{path}, line {at}: {line.strip()!r:.40} has no category; expected a word and its category"
            )
        if found.setdefault(word, category) != category:
            raise InputError(f"{path}, line {at}: {word}: is in {found[word]} and in {category}; expected one category")
    if len(set(found.values())) < 2:
        raise InputError(f"{path}: {len(set(found.values()))} categories; expected at least two")
    return Categories(path.stem, list(found), list(found.values()))


def read_ratings(source: str | Path | Ratings, columns: str | None = None) -> Ratings:
    """Read lines of a word and its rating; of a word that is rated twice, the mean.

    Parameters
    ----------
    source
        A file with any separator.
    columns
        Columns of word and rating, such as ``"Word,Conc.M"`` or ``"1,3"``; default: detected.

    Raises
    ------
    InputError
        If the file cannot be read, a rating is not a number, or the columns are unclear.
    SettingsError
        If `columns` is not of that form.
    """
    if isinstance(source, Ratings):
        return source
    path = arguments.path("dataset", source)
    choice = None if columns is None else ColumnChoice.parse(columns, 1)
    read = read_scored(path, read_lines(path), 1, choice)
    found: dict[str, list[float]] = {}
    for _, (word,), rating in read.rows:
        found.setdefault(word, []).append(rating)
    twice = sum(len(values) > 1 for values in found.values())
    notes = (*read.notes, f"{twice:,} words are rated several times: their mean") if twice else read.notes
    return Ratings(path.stem, list(found), [sum(values) / len(values) for values in found.values()], notes)


def _topic(path: Path) -> Topic:
    parts: list[list[str]] = [[]]
    for _, line in read_lines(path):
        if word := line.strip():
            parts[-1].append(word)
        elif parts[-1]:
            parts.append([])
    parts = [part for part in parts if part]
    if len(parts) != 2 or len(parts[0]) < 2:
        raise InputError(
            f"{path}: {_described(parts)}; expected two or more words of a topic, one a line, a blank line, "
            "and outliers"
        )
    if both := [word for word in parts[1] if word in parts[0]]:
        raise InputError(f"{path}: {both[0]}: is a word of the topic and an outlier")
    return Topic(path.stem, *(list(dict.fromkeys(part)) for part in parts))


def _described(parts: Sequence[Sequence[str]]) -> str:
    return (
        f"{len(parts)} blocks of {' and '.join(str(len(part)) for part in parts)} words" if parts else "holds no word"
    )

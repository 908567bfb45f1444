"""Files of pairs of words with people's scores, as they are published (see `scored_lines`).

SemEval-2017 task 2 keeps pairs and scores in two files, which are read together. Words that all end in a part of
speech (``sun-n``), as in one form of MEN, lose it, except where columns are chosen, which takes words as they are.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from wordvec.corpora.columns import is_number
from wordvec.corpora.lines import read_lines
from wordvec.errors import InputError
from wordvec.evaluation.datasets.column_choice import ColumnChoice
from wordvec.evaluation.datasets.scored_lines import Line, read_scored
from wordvec.representation import short

DATA = ".data."
"""In the names of SemEval-2017's files of pairs; ``.gold.`` in those of scores."""
_TAGGED = re.compile(r"(.+)-[nvjra]")
_LEAST_TAGGED = 2


class Pairs(NamedTuple):
    """Pairs of words with people's scores, by position.

    Attributes
    ----------
    header
        The first line, where it is not a pair.
    notes
        The columns that are used, and what is left out.
    """

    name: str
    first: list[str]
    second: list[str]
    scores: list[float]
    header: str | None = None
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return short(self)

    @property
    def words(self) -> list[str]:
        """All words, with repetitions."""
        return [*self.first, *self.second]


def pairs_of(path: Path, name: str, every: Iterable[Line], choice: ColumnChoice | None = None) -> Pairs:
    """Return the pairs of a file's lines.

    Raises
    ------
    InputError
        As `read_scored`.
    """
    lines = list(every)
    notes: list[str] = []
    if DATA in path.name and choice is None and _have_two_columns(lines):
        gold = _gold_file(path)
        lines = _joined(path, lines, gold)
        notes.append(f"scores from {gold}")
    scored = read_scored(path, lines, 2, choice)
    first, second = ([words[side] for _, words, _ in scored.rows] for side in (0, 1))
    tagged = [_TAGGED.fullmatch(word) for word in (*first, *second)]
    matches = [match for match in tagged if match]
    if choice is None and len(first) >= _LEAST_TAGGED and len(matches) == len(tagged):
        first, second = ([str(match[1]) for match in half] for half in (matches[: len(first)], matches[len(first) :]))
        notes.append("parts of speech after the words, as in sun-n, left out; --columns 1,2,3 keeps them")
    scores = [score for _, _, score in scored.rows]
    return Pairs(name, first, second, scores, scored.header, (*scored.notes, *notes))


def _gold_file(path: Path) -> Path:
    """Return the file of scores that SemEval-2017 task 2 has beside, or in ``keys`` beside the folder of, the pairs."""
    name = path.name.replace(DATA, ".gold.")
    for file in (path.with_name(name), path.parent.parent / "keys" / name):
        if file.is_file():
            return file
    raise InputError(f"{path}: pairs without scores; put SemEval's {name} beside it, one score a line")


def _have_two_columns(lines: Sequence[Line]) -> bool:
    return any(line.strip() for _, line in lines) and all(
        len(line.split("\t")) == 2 for _, line in lines if line.strip()
    )


def _joined(path: Path, lines: Sequence[Line], gold: Path) -> list[Line]:
    """Return pairs with the scores of another file, line by line."""
    scores = [line.strip() for _, line in read_lines(gold) if line.strip()]
    pairs = [(at, line) for at, line in lines if line.strip()]
    if len(scores) != len(pairs):
        raise InputError(f"{path}: {len(pairs)} pairs, but {len(scores)} scores in {gold}; they go line by line")
    for at, score in enumerate(scores, 1):
        if not is_number(score):
            raise InputError(f"{gold}, line {at}: {score[:60]!r} is no score")
    return [(at, f"{line}\t{score}") for (at, line), score in zip(pairs, scores, strict=True)]

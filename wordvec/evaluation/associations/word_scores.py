"""Evaluation on words in groups, of categories or with ratings: datasets, coverage, composed words, comparison.

A `Task` says what is measured; `judge` measures it for each dataset, policy for unknown words and set of vectors. All
vectors with the same policy are judged on the words that they all know, so that their scores are comparable.
"""

import abc
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from wordvec import arguments
from wordvec.errors import InputError
from wordvec.evaluation import intervals
from wordvec.evaluation.associations.models import Model
from wordvec.evaluation.coverage import CoverageError
from wordvec.evaluation.intervals import Difference
from wordvec.evaluation.lookup import by_name
from wordvec.evaluation.oov import SKIP, SUBWORDS, Entry, entries
from wordvec.evaluation.oov import notes as oov_notes
from wordvec.tables import Table
from wordvec.vectors import Vectors
from wordvec.wording import some

Data = TypeVar("Data")
Outcome = TypeVar("Outcome")
POLICIES = (SUBWORDS, SKIP)
_OOV = {SKIP: "unknown words are left out", SUBWORDS: "unknown words are composed, others left out"}


class Task(abc.ABC, Generic[Data, Outcome]):
    """An evaluation of words.

    Parameters
    ----------
    resamples, seed
        Number of bootstrap resamples, and seed of all random numbers.

    Attributes
    ----------
    compared
        Column of the score that is compared with that of the first vectors.
    """

    compared: ClassVar[str]

    def __init__(self, resamples: int, seed: int) -> None:
        intervals.check_resamples(resamples)
        self.resamples, self.seed = resamples, arguments.seed(seed)

    @abc.abstractmethod
    def read(self, datasets: Any) -> list[Data]:
        """Return datasets, read from files or given."""

    @abc.abstractmethod
    def notes(self, data: Sequence[Data]) -> list[str]:
        """Return notes on the scores and on datasets."""

    @abc.abstractmethod
    def words(self, data: Data) -> list[str]:
        """Return all words of a dataset."""

    @abc.abstractmethod
    def known(self, data: Data, known: set[str]) -> Data:
        """Return a dataset with its known words alone.

        Raises
        ------
        CoverageError
            If they are too few.
        """

    @abc.abstractmethod
    def sizes(self, data: Data, known: Data) -> dict[str, Any]:
        """Return the first columns of a row: name of the dataset, its size, and what is covered."""

    @abc.abstractmethod
    def outcome(self, model: Model, data: Data) -> Outcome:
        """Return what the vectors of a model say about each word."""

    @abc.abstractmethod
    def scores(self, data: Data, outcome: Outcome) -> dict[str, Any]:
        """Return the scores of an outcome, with their intervals."""

    @abc.abstractmethod
    def difference(self, data: Data, outcome: Outcome, first: Outcome) -> Difference:
        """Return the difference between the compared scores of two outcomes, with the same resamples."""


class WordScores(Table):
    """The table of an evaluation of words.

    Attributes
    ----------
    task
        What was measured.
    """

    def __init__(self, task: Task[Any, Any], rows: Sequence[Mapping[str, Any]], notes: Sequence[str]) -> None:
        super().__init__(rows, notes)
        self.task = task


def judge(
    task: Task[Data, Outcome],
    vectors: Vectors | Mapping[str, Vectors],
    datasets: Any,
    case: str,
    oov: str | None,
) -> WordScores:
    """Evaluate vectors on datasets.

    Raises
    ------
    InputError
        If there are no vectors, or too few words of every dataset are known.
    SettingsError
        If a policy is unknown.
    """
    entered = entries(by_name("vectors", vectors), oov, POLICIES)
    if not entered:
        raise InputError("no vectors; expected at least one model")
    read = task.read(datasets)
    every = [word for data in read for word in task.words(data)]
    models = [(entry, Model(entry.name, entry.vectors, case, entry.to_compose(every))) for entry in entered]
    rows: list[dict[str, Any]] = []
    notes = [*task.notes(read), *oov_notes(entered, case, _OOV)]
    lacking: list[CoverageError] = []
    policies = list(dict.fromkeys(entry.oov for entry in entered))
    for data in read:
        for policy in policies:
            try:
                added, unknown = _rows(task, data, [one for one in models if one[0].oov == policy])
            except CoverageError as error:
                lacking.append(error)
                continue
            rows += added
            name = f"{added[0]['dataset']}, {policy}" if len(policies) > 1 else added[0]["dataset"]
            notes += [f"{name}: unknown: {some(unknown)}"] if unknown else []
    if lacking and not rows:
        raise lacking[0]
    notes += [f"left out: {error}" for error in lacking]
    if len({entry.name for entry in entered}) > 1:
        notes.append(
            f"difference: of {task.compared} from the first vectors with the same oov and resamples; words: those that "
            "all of them know"
        )
    return WordScores(task, rows, notes)


def _rows(
    task: Task[Data, Outcome], data: Data, models: Sequence[tuple[Entry, Model]]
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the rows of vectors with the same policy, and the words that are left out."""
    words = list(dict.fromkeys(task.words(data)))
    known = {word for word in words if all(model.knows(word) for _, model in models)}
    kept = task.known(data, known)
    outcomes = [task.outcome(model, kept) for _, model in models]
    rows = []
    for at, ((entry, model), outcome) in enumerate(zip(models, outcomes, strict=True)):
        row = task.sizes(data, kept) | entry.columns
        if entry.oov == SUBWORDS:
            row["composed_words"] = sum(map(model.composes, set(task.words(kept))))
        row |= task.scores(kept, outcome)
        if at:
            columns = ("difference", "difference_low", "difference_high", "p")
            row |= dict(zip(columns, task.difference(kept, outcome, outcomes[0]), strict=True))
        rows.append(row)
    return rows, [word for word in words if word not in known]

"""Analogies a : b :: c : d, where d is the word that is to c as b is to a.

The answer is the word x of highest score, computed from unit vectors:

- 3CosAdd (Mikolov, Yih and Zweig 2013): cos(x, b) - cos(x, a) + cos(x, c);
- 3CosMul (Levy and Goldberg 2014): s(x, b) s(x, c) / (s(x, a) + ε), with s = (1 + cos) / 2.

A question is covered if its four words are known. The others are left out of ``accuracy`` and are wrong in
``accuracy_all``. Published figures differ in further conventions: see `CONVENTIONS`. Every result states its own.
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.errors import InputError, SettingsError
from wordvec.evaluation.coverage import CoverageError
from wordvec.evaluation.datasets import Questions, read_questions
from wordvec.evaluation.datasets.analogies import Question
from wordvec.evaluation.intervals import wilson
from wordvec.evaluation.lookup import MISSING, Lookup, by_name, check, unit_rows
from wordvec.kernels import analogies as kernels
from wordvec.representation import short
from wordvec.rows import present
from wordvec.tables import Table
from wordvec.vectors import Vectors
from wordvec.workers import StopFlag

METHODS = ("3cosadd", "3cosmul")
EXCLUDED = ("forms", "rows", "nothing")
EPSILON = np.float32(1e-6)  # gensim's; Levy and Goldberg's 0.001 changes 5 of 11,963 answers on vectors of wiki8
TOP = 10
_QUESTIONS_AT_ONCE = 256

Floats = NDArray[np.float32]


@dataclasses.dataclass(frozen=True)
class Convention:
    """Conventions of an evaluation by analogies.

    Parameters
    ----------
    case
        One of `letter_case.CASES`. An answer is right if it has the normalisation of the expected one.
    limit
        Number of words, the most frequent, among which the answer is searched; None for all.
    exclude
        Words that cannot be an answer: ``rows``, the three words of the question; ``forms``, also all words with the
        same normalisation; ``nothing``.
    method
        ``3cosadd`` or ``3cosmul``.

    Raises
    ------
    SettingsError
        If a setting is unknown or out of range.
    """

    case: str = "ignore"
    limit: int | None = 300_000
    exclude: str = "forms"
    method: str = "3cosadd"

    def __post_init__(self) -> None:
        check(self.case, self.limit)
        for name, choices in (("exclude", EXCLUDED), ("method", METHODS)):
            if getattr(self, name) not in choices:
                raise SettingsError(f"{getattr(self, name)}: choose one of {', '.join(choices)}", setting=name)


CONVENTIONS = {
    "gensim": Convention(),
    "word2vec": Convention(limit=30_000, exclude="rows"),
    "glove": Convention(case="lower", limit=None, exclude="rows"),
}
"""gensim's evaluate_word_analogies, word2vec's compute-accuracy as its demo calls it, and GloVe's evaluate.py."""


@dataclasses.dataclass(frozen=True)
class Score:
    """The score of a set of questions.

    Attributes
    ----------
    questions, covered, correct
        Numbers of questions: all, those with four known words, and those with a right answer.
    mrr
        MRR@10: mean over the covered questions of 1 / rank of the right answer, 0 beyond rank 10.
    """

    questions: int
    covered: int
    correct: int
    mrr: float | None

    @classmethod
    def of(cls, ranks: NDArray[np.int64]) -> "Score":
        """Compute the score of ranks (questions,), as `ranks` returns them."""
        known = ranks[ranks > 0]
        mrr = float(np.where(known <= TOP, 1 / np.maximum(known, 1), 0).mean()) if len(known) else None
        return cls(len(ranks), len(known), int(np.count_nonzero(known == 1)), mrr)


class Scores(NamedTuple):
    """Scores of a dataset.

    Attributes
    ----------
    sections
        Scores by section.
    sums
        ``total``, and ``semantic`` and ``syntactic`` if the names of the sections say so.
    """

    sections: dict[str, Score]
    sums: dict[str, Score]

    def __repr__(self) -> str:
        return short(self)


def ranks(
    vectors: Vectors,
    questions: Sequence[Question],
    convention: Convention = CONVENTIONS["gensim"],
    stop: StopFlag | None = None,
) -> NDArray[np.int64]:
    """Compute the rank of the right answer of each question.

    Returns
    -------
    ranks : (questions,) int64 array
        1 if the answer is right, above `TOP` if it is not among the first `TOP`, 0 if the question is not covered. Ties
        are ranked by frequency.

    Raises
    ------
    Interrupted
        If `stop` was set.
    """
    stop = stop or StopFlag()
    lookup = Lookup.of(vectors, convention.case, convention.limit)
    rows = lookup.rows(word for question in questions for word in question[:3]).reshape(-1, 3)
    known = np.array([any(lookup.row(word) != MISSING for word in question[3:]) for question in questions], np.bool_)
    found = np.zeros(len(rows), np.int64)
    covered = np.flatnonzero((rows != MISSING).all(1) & known)
    unit = unit_rows(vectors, convention.limit) if len(covered) else np.empty((0, vectors.dim), np.float32)
    absent = np.flatnonzero(~present(unit))
    for begin in stop.until(range(0, len(covered), _QUESTIONS_AT_ONCE)):
        block = covered[begin : begin + _QUESTIONS_AT_ONCE]
        asked, inverse = np.unique(rows[block], return_inverse=True)
        towards, away = _terms(unit[asked] @ unit.T, convention.method)
        if len(absent):
            # Words without a vector are no answer.
            towards, away = towards.copy(), away.copy()
            towards[:, absent], away[:, absent] = -np.inf, 0
        excluded = _padded(_excluded(lookup, questions[number][:3], convention) for number in block)
        right = _padded(_right(lookup, questions[number]) for number in block)
        answered = np.empty(len(block), np.int64)
        kernels.rank_answers(towards, away, inverse.reshape(-1, 3), excluded, right, answered)
        found[block] = answered
    return found


def judge(
    vectors: Vectors,
    questions: Questions,
    convention: Convention = CONVENTIONS["gensim"],
    stop: StopFlag | None = None,
) -> Scores:
    """Evaluate vectors on one dataset.

    Raises
    ------
    InputError
        If no question is covered.
    Interrupted
        If `stop` was set.
    """
    found = ranks(
        vectors, [question for section in questions.sections for question in section.questions], convention, stop
    )
    if not found.any():
        message = (
            f"{questions.name}: none of its {len(found):,} questions has its four words among the "
            f"{len(vectors.words[: convention.limit]):,} words asked (case: {convention.case}); check language and case"
        )
        raise CoverageError(message, 0)
    of_section = np.repeat(np.arange(len(questions.sections)), [len(one.questions) for one in questions.sections])
    sections = {one.name: Score.of(found[of_section == number]) for number, one in enumerate(questions.sections)}
    syntactic = np.array([one.syntactic for one in questions.sections])[of_section]
    sums = {"total": Score.of(found)}
    if syntactic.any() and not syntactic.all():
        sums = {"semantic": Score.of(found[~syntactic]), "syntactic": Score.of(found[syntactic])} | sums
    return Scores(sections, sums)


def analogy(
    vectors: Vectors | Mapping[str, Vectors],
    datasets: str | Path | Questions | Sequence[str | Path | Questions] = ("google",),
    convention: Convention = CONVENTIONS["gensim"],
    *,
    sections: bool = False,
    stop: StopFlag | None = None,
) -> Table:
    """Evaluate one or several sets of vectors on datasets of analogies.

    Parameters
    ----------
    vectors
        Vectors, or several by name.
    datasets
        Files of questions, folders of such files (see `datasets.analogies`), or ``"google"``, which is included in
        gensim.
    convention
        One of `CONVENTIONS`, or another `Convention`.
    sections
        Whether each section has a row, too.
    stop
        Flag that stops the work.

    Returns
    -------
    Table
        Rows for each dataset and set of vectors: total, semantic and syntactic questions.

    Raises
    ------
    InputError
        As `read_questions`; if no dataset is covered.
    Interrupted
        If `stop` was set.
    """
    named = by_name("vectors", vectors)
    given = (
        [datasets]
        if isinstance(datasets, str | Path | Questions)
        else arguments.items("datasets", datasets, "a path or a list of paths")
    )
    rows: list[dict[str, Any]] = []
    lacking: list[str] = []
    read = [one if isinstance(one, Questions) else read_questions(one) for one in given]
    for questions in read:
        for name, one in named.items():
            about = {"dataset": questions.name, "vectors": name}
            try:
                scores = judge(one, questions, convention, stop)
            except CoverageError as error:
                lacking.append(f"{name}: {error}")
                asked = sum(len(section.questions) for section in questions.sections)
                rows.append(about | {"section": "total", "questions": asked, "covered": 0, "correct": None})
                continue
            except InputError as error:
                raise InputError(f"{name}: {error}") from error
            wanted = [*(scores.sections.items() if sections else ()), *scores.sums.items()]
            rows += [about | {"section": key} | _row(score) for key, score in wanted]
    if lacking and len(lacking) == len(rows):
        raise InputError(lacking[0])
    limit = "all words" if convention.limit is None else f"the first {convention.limit:,} words"
    notes = [
        f"{convention.method} among {limit}; case: {convention.case}; excluded as answers: {convention.exclude}",
        "accuracy: of the covered questions; accuracy_all: of all, the others wrong; low and high: Wilson's 95 %, "
        "too narrow, as questions share words",
        *(f"{questions.name}: {note}" for questions in read for note in questions.notes),
        *lacking,
    ]
    return Table(rows, notes)


def _row(score: Score) -> dict[str, Any]:
    low, high = wilson(score.correct, score.covered)
    return {
        "questions": score.questions,
        "covered": score.covered,
        "correct": score.correct,
        "accuracy": score.correct / score.covered if score.covered else None,
        "low": low,
        "high": high,
        "accuracy_all": score.correct / score.questions,
        "mrr@10": score.mrr,
    }


def _terms(cosines: Floats, method: str) -> tuple[Floats, Floats]:
    """Return the terms of the score (query words, words) that a query word adds as b or c, and subtracts as a."""
    if method == "3cosadd":
        return cosines, cosines
    shifted = np.maximum((1 + cosines) / 2, 0)
    with np.errstate(divide="ignore"):
        return np.log(shifted), np.log(shifted + EPSILON)


def _padded(lists: Iterable[Sequence[int]]) -> NDArray[np.int64]:
    """Return lists of rows as one array (lists, longest), padded with −1."""
    known = list(lists)
    table = np.full((len(known), max(map(len, known))), -1, np.int64)
    for line, rows in zip(table, known, strict=True):
        line[: len(rows)] = rows
    return table


def _right(lookup: Lookup, question: Question) -> list[int]:
    """Return the rows of all right answers."""
    return list({row for word in question[3:] for row in lookup.variants(word)})


def _excluded(lookup: Lookup, asked: Sequence[str], convention: Convention) -> list[int]:
    """Return the rows that are excluded as answers, each once."""
    if convention.exclude == "nothing":
        return []
    if convention.exclude == "rows":
        return list({lookup.row(word) for word in asked})
    return list({row for word in asked for row in lookup.variants(word)})

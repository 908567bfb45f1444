"""Analogies a : b :: c : d, where d is the word that is to c as b is to a.

The answer is the word x of highest score, computed from unit vectors:

- 3CosAdd (Mikolov, Yih and Zweig 2013): cos(x, b) - cos(x, a) + cos(x, c);
- 3CosMul (Levy and Goldberg 2014): s(x, b) s(x, c) / (s(x, a) + ε), with s = (1 + cos) / 2.

A question is covered if its four words are known. The others are left out of ``accuracy`` and are wrong in
``accuracy_all``; or the words of the question are composed from n-grams (see `evaluation.oov`), while its answer must
be in the vocabulary. Published figures differ in further conventions: see `CONVENTIONS`. Every result states its own.
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
from wordvec.evaluation.lookup import MISSING, Lookup, by_name, check, normal_form_notes, unit_rows
from wordvec.evaluation.oov import SKIP, SUBWORDS, ZERO, check_oov, entries
from wordvec.evaluation.oov import notes as oov_notes
from wordvec.kernels import analogies as kernels
from wordvec.representation import short
from wordvec.rows import first_not_finite, present
from wordvec.rows import unit as unit_of
from wordvec.tables import Table
from wordvec.vectors import Vectors
from wordvec.workers import StopFlag

METHODS = ("3cosadd", "3cosmul")
EXCLUDED = ("forms", "rows", "nothing")
EPSILON = np.float32(1e-6)  # gensim's; Levy and Goldberg's 0.001 changes 5 of 11,963 answers on vectors of wiki8
TOP = 10
_QUESTIONS_AT_ONCE = 256
_OOV = {
    SKIP: "accuracy is of the covered questions, whose four words are known",
    ZERO: "accuracy is of all questions, those with an unknown word wrong",
    SUBWORDS: "accuracy is of the covered questions, whose answer is known and whose words are known or composed; "
    "words beyond the limit are known, too",
}

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
    oov
        Policy for unknown words of a question, one of `oov.POLICIES`; default: ``skip``, and a second row with
        ``subwords`` for vectors with n-grams. With ``subwords``, words of a question beyond `limit` have their rows.

    Raises
    ------
    SettingsError
        If a setting is unknown or out of range.
    """

    case: str = "ignore"
    limit: int | None = 300_000
    exclude: str = "forms"
    method: str = "3cosadd"
    oov: str | None = None

    def __post_init__(self) -> None:
        check(self.case, self.limit)
        check_oov(self.oov)
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
        Numbers of questions: all, those with four words that are known or composed, and those with a right answer.
    mrr
        MRR@10: mean over the questions that count of 1 / rank of the right answer, 0 beyond rank 10.
    oov
        Policy for unknown words, which decides on the questions that count: the covered ones or all.
    composed_words
        Number of different words of the covered questions that are composed.
    """

    questions: int
    covered: int
    correct: int
    mrr: float | None
    oov: str = SKIP
    composed_words: int = 0

    @classmethod
    def of(cls, answers: "_Answers", oov: str = SKIP) -> "Score":
        """Compute the score of answers under a policy for unknown words."""
        ranks, composed = answers
        known = ranks[ranks > 0]
        counted = ranks if oov == ZERO else known
        found = np.where((counted > 0) & (counted <= TOP), 1 / np.maximum(counted, 1), 0)
        mrr = float(found.mean()) if len(counted) else None
        words = len(np.unique(composed[composed != MISSING]))
        return cls(len(ranks), len(known), int(np.count_nonzero(known == 1)), mrr, oov, words)

    @property
    def counted(self) -> int:
        """Number of questions that count."""
        return self.questions if self.oov == ZERO else self.covered

    @property
    def accuracy(self) -> float | None:
        """Share of right answers among the questions that count; None if there are none."""
        return self.correct / self.counted if self.counted else None


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
    return _ranked(vectors, questions, convention, stop or StopFlag()).ranks


class _Answers(NamedTuple):
    """Ranks (questions,) as `ranks` returns them, and the rows (questions, 3) of composed words, otherwise `MISSING`.

    Only words of covered questions have a row.
    """

    ranks: NDArray[np.int64]
    composed: NDArray[np.int64]

    def where(self, chosen: NDArray[np.bool_]) -> "_Answers":
        """Return the answers to some of the questions."""
        return _Answers(self.ranks[chosen], self.composed[chosen])


def _ranked(vectors: Vectors, questions: Sequence[Question], convention: Convention, stop: StopFlag) -> _Answers:
    """Return the ranks of the right answers, and the rows of composed words."""
    asked_words = [word for question in questions for word in question[:3]]
    lookup = Lookup.of(vectors, convention.case, convention.limit, asked_words if convention.oov == SUBWORDS else ())
    rows = lookup.rows(asked_words).reshape(-1, 3)
    known = np.array([any(lookup.variants(word) for word in question[3:]) for question in questions], np.bool_)
    found = np.zeros(len(rows), np.int64)
    covered = np.flatnonzero((rows != MISSING).all(1) & known)
    unit = unit_rows(vectors, convention.limit) if len(covered) else np.empty((0, vectors.dim), np.float32)
    absent = np.flatnonzero(~present(unit))
    for begin in stop.until(range(0, len(covered), _QUESTIONS_AT_ONCE)):
        block = covered[begin : begin + _QUESTIONS_AT_ONCE]
        asked, inverse = np.unique(rows[block], return_inverse=True)
        towards, away = _terms(_queries(lookup, asked) @ unit.T, convention.method)
        if len(absent):
            # Words without a vector are no answer.
            towards, away = towards.copy(), away.copy()
            towards[:, absent], away[:, absent] = -np.inf, 0
        excluded = _padded(_excluded(lookup, questions[number][:3], convention) for number in block)
        right = _padded(_right(lookup, questions[number]) for number in block)
        answered = np.empty(len(block), np.int64)
        kernels.rank_answers(towards, away, inverse.reshape(-1, 3), excluded, right, answered)
        found[block] = answered
    return _Answers(found, np.where(lookup.composed(rows) & (found > 0)[:, None], rows, MISSING))


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
    listed = [question for section in questions.sections for question in section.questions]
    found = _ranked(vectors, listed, convention, stop or StopFlag())
    if not found.ranks.any():
        what = "its answer" if convention.oov == SUBWORDS else "its four words"
        message = (
            f"{questions.name}: none of its {len(found.ranks):,} questions has {what} among the "
            f"{len(vectors.words[: convention.limit]):,} words asked (case: {convention.case}); check language and case"
        )
        raise CoverageError(message, 0)
    of_section = np.repeat(np.arange(len(questions.sections)), [len(one.questions) for one in questions.sections])
    oov = convention.oov or SKIP
    sections = {
        one.name: Score.of(found.where(of_section == number), oov) for number, one in enumerate(questions.sections)
    }
    syntactic = np.array([one.syntactic for one in questions.sections])[of_section]
    sums = {"total": Score.of(found, oov)}
    if syntactic.any() and not syntactic.all():
        parts = {"semantic": Score.of(found.where(~syntactic), oov), "syntactic": Score.of(found.where(syntactic), oov)}
        sums = parts | sums
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
        Rows for each dataset, set of vectors and policy for unknown words: total, semantic and syntactic questions.

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
    judged = entries(named, convention.oov)
    for questions in read:
        for entry in judged:
            about = {"dataset": questions.name} | entry.columns
            try:
                scores = judge(entry.vectors, questions, dataclasses.replace(convention, oov=entry.oov), stop)
            except CoverageError as error:
                lacking.append(f"{entry.label}: {error}")
                asked = sum(len(section.questions) for section in questions.sections)
                rows.append(about | {"section": "total", "questions": asked, "covered": 0, "correct": None})
                continue
            except InputError as error:
                raise InputError(f"{entry.name}: {error}") from error
            wanted = [*(scores.sections.items() if sections else ()), *scores.sums.items()]
            rows += [about | {"section": key} | _row(score) for key, score in wanted]
    if lacking and len(lacking) == len(rows):
        raise InputError(lacking[0])
    limit = "all words" if convention.limit is None else f"the first {convention.limit:,} words"
    notes = [
        f"{convention.method} among {limit}; case: {convention.case}; excluded as answers: {convention.exclude}",
        *oov_notes(judged, convention.case, _OOV),
        *normal_form_notes(named, [word for questions in read for word in questions.words], convention.case),
        "accuracy_all: of all questions, those not covered wrong; low and high: Wilson's 95 % of accuracy, too narrow, "
        "as questions share words",
        *(f"{questions.name}: {note}" for questions in read for note in questions.notes),
        *lacking,
    ]
    return Table(rows, notes)


def _row(score: Score) -> dict[str, Any]:
    low, high = wilson(score.correct, score.counted)
    row: dict[str, Any] = {"questions": score.questions, "covered": score.covered}
    if score.oov == SUBWORDS:
        row["composed_words"] = score.composed_words
    return row | {
        "correct": score.correct,
        "accuracy": score.accuracy,
        "low": low,
        "high": high,
        "accuracy_all": score.correct / score.questions,
        "mrr@10": score.mrr,
    }


def _queries(lookup: Lookup, rows: NDArray[np.int64]) -> Floats:
    """Return the unit vectors (rows, dim) of words of questions."""
    found = lookup.vectors(rows)
    if (row := first_not_finite(found)) is not None:
        raise InputError(f"{lookup.spelling(int(rows[row]))}: its vector holds NaN or infinity")
    return unit_of(found)


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
        return [row for row in {lookup.row(word) for word in asked} if row < len(lookup.words)]
    return list({row for word in asked for row in lookup.variants(word)})

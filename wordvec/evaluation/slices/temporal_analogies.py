"""Temporal analogies: the equivalent in one slice of a word in another slice (Yao et al. 2018).

Questions are lines ``word1-slice1,word2-slice2``: the words of slice 2 are ranked by cosine to word 1 of slice 1, and
the score is the rank of word 2. The query word is not excluded, so a *static* question (the same word in both slices)
is easy for vectors that do not change, and only *dynamic* ones measure change. The table has separate rows for both,
and the baseline of the compass's vectors, which are the same for all slices: they answer all static questions, and no
others.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.corpora.columns import cut, find_separator
from wordvec.corpora.lines import read_lines
from wordvec.errors import InputError
from wordvec.evaluation import intervals
from wordvec.evaluation.intervals import RESAMPLES
from wordvec.evaluation.lookup import MISSING, Lookup, unit_rows
from wordvec.rows import present
from wordvec.slices.aligned import AlignedSlices
from wordvec.tables import Table
from wordvec.vectors import Vectors
from wordvec.workers import StopFlag

BEST = 10
"""Lowest rank with a reciprocal rank above 0 (MRR@10)."""
WITHIN = (1, 3, 5, 10)
_AT_ONCE = 1 << 24  # cosines in memory at a time


class Question(NamedTuple):
    """Word `asked` of slice `before`, and its equivalent `answer` in slice `after`."""

    asked: str
    before: str
    answer: str
    after: str


def read_temporal_questions(path: str | Path, slices: Sequence[str]) -> list[Question]:
    """Read lines ``word1-slice1,word2-slice2``; words and names of known slices may contain hyphens.

    The separator may also be a tab, a semicolon, a bar or a blank.

    Raises
    ------
    InputError
        If the file cannot be read, a line is malformed, or there is no question.
    """
    questions, path = [], Path(path)
    lines = [(number, line) for number, line in read_lines(path) if line.strip()]
    separator = find_separator([line for _, line in lines], 2) or ","
    for number, line in lines:
        parts = [_split(part, slices) for part in cut(line, separator)]
        if len(parts) != 2 or not all(word and name for word, name in parts):
            raise InputError(f"{path}, line {number}: expected word1-slice1,word2-slice2, found {line.strip()[:60]!r}")
        questions.append(Question(*parts[0], *parts[1]))
    if not questions:
        raise InputError(f"{path}: has no question")
    return questions


def ranks(
    slices: Mapping[str, Vectors], questions: Sequence[Question], case: str = "ignore", stop: StopFlag | None = None
) -> NDArray[np.int64]:
    """Return the rank of each answer (questions,), 1 for the nearest; `MISSING` if a word or slice is unknown.

    Ties are ranked by row.

    Raises
    ------
    InputError
        If a number of a slice's vectors is NaN or infinite.
    Interrupted
        If `stop` was set.
    """
    stop = stop or StopFlag()
    found = np.full(len(questions), MISSING, np.int64)
    # Slices may share the same vectors, as those of the compass do.
    lookups = {id(vectors): Lookup.of(vectors, case) for vectors in slices.values()}
    groups: dict[tuple[str, str], list[tuple[int, int, int]]] = {}
    for number, (asked, before, answer, after) in enumerate(questions):
        if before in slices and after in slices:
            rows = lookups[id(slices[before])].row(asked), lookups[id(slices[after])].row(answer)
            if MISSING not in rows:
                groups.setdefault((before, after), []).append((number, *rows))
    units: dict[int, NDArray[np.float32]] = {}
    for (before, after), some in groups.items():
        near, far = (_kept(units, slices[name]) for name in (before, after))
        numbers, asked_rows, right = np.array(some).T
        together, absent = max(1, _AT_ONCE // len(far)), ~present(far)
        for first in range(0, len(some), together):
            stop.check()
            part = slice(first, first + together)
            cosines = near[asked_rows[part]] @ far.T
            cosines[:, absent] = -np.inf
            found[numbers[part]] = _ranks(cosines, right[part])
    return found


def temporal_analogy(
    aligned: AlignedSlices,
    datasets: str | Path | Sequence[str | Path],
    *,
    case: str = "ignore",
    resamples: int = RESAMPLES,
    seed: int = 1,
    stop: StopFlag | None = None,
) -> Table:
    """Evaluate aligned slices by temporal analogies.

    Parameters
    ----------
    aligned
        The slices, and the compass as a baseline.
    datasets
        Files of questions.
    case
        One of `letter_case.CASES`. A question is static if both words have the same normalisation.
    resamples, seed
        Number and seed of the bootstrap resamples of questions.
    stop
        Flag that stops the work.

    Returns
    -------
    Table
        Rows for each file: slices and compass, each for all, static and dynamic questions.

    Raises
    ------
    InputError
        As `read_temporal_questions`; if no question of a file is covered.
    Interrupted
        If `stop` was set.
    """
    intervals.check_resamples(resamples)
    given = (
        [datasets]
        if isinstance(datasets, str | Path)
        else arguments.items("datasets", datasets, "a path or a list of paths")
    )
    models = {"slices": dict(aligned.slices)}
    if aligned.words is not None:
        still = Vectors(aligned.vocabulary.words, aligned.words[:, : aligned.settings.dim])
        models["compass"] = dict.fromkeys(aligned.slices, still)
    whole, rows = Lookup(aligned.vocabulary.words, case), []
    for path, questions in [(path, read_temporal_questions(path, list(aligned.slices))) for path in given]:
        static = np.array([whole.normalised(one.asked) == whole.normalised(one.answer) for one in questions])
        for name, slices in models.items():
            found = ranks(slices, questions, case, stop)
            if (found == MISSING).all():
                known = ", ".join(aligned.slices)
                raise InputError(f"{path}: no question has both words in its slices ({known}; case: {case})")
            for kind, chosen in (("all", static | ~static), ("static", static), ("dynamic", ~static)):
                if chosen.any():
                    row = {"dataset": Path(path).stem, "vectors": name, "questions": kind}
                    rows.append(row | _figures(found[chosen], resamples, seed))
    notes = [
        f"mrr: mean reciprocal rank up to {BEST} over the covered questions; mrr_all: over all, the others wrong; "
        f"case: {case}",
        f"low, high: 95 % of {resamples:,} bootstrap resamples of the questions, of mrr, seed {seed}; too narrow, as "
        "questions share words",
    ]
    if "compass" in models:
        notes.append("compass: vectors without time; it may cover more questions, as it has all words of the slices")
    return Table(rows, notes)


def _figures(found: NDArray[np.int64], resamples: int, seed: int) -> dict[str, Any]:
    covered = found[found != MISSING]
    gains = np.where(covered <= BEST, 1 / covered, 0)
    drawn = intervals.resampled(lambda items: gains[items].mean(axis=1), len(covered), resamples, seed)
    low, high = intervals.interval(drawn)
    return {
        "asked": len(found),
        "covered": len(covered),
        "mrr": float(gains.mean()) if len(covered) else None,
        "low": low,
        "high": high,
        **{f"mp@{most}": float((covered <= most).mean()) if len(covered) else None for most in WITHIN},
        "mrr_all": float(gains.sum() / len(found)),
    }


def _ranks(cosines: NDArray[np.float32], right: NDArray[np.int64]) -> NDArray[np.int64]:
    own = cosines[np.arange(len(right)), right][:, None]
    before = (cosines == own) & (np.arange(cosines.shape[1]) < right[:, None])
    counted: NDArray[np.int64] = 1 + (cosines > own).sum(axis=1) + before.sum(axis=1)
    return counted


def _kept(units: dict[int, NDArray[np.float32]], vectors: Vectors) -> NDArray[np.float32]:
    if id(vectors) not in units:
        units[id(vectors)] = unit_rows(vectors)
    return units[id(vectors)]


def _split(part: str, slices: Sequence[str]) -> tuple[str, str]:
    for name in sorted(slices, key=len, reverse=True):
        if part.endswith(f"-{name}"):
            return part[: -len(name) - 1], name
    word, _, name = part.rpartition("-")
    return word, name

"""Rows of words whose mean over a sentence is near the teacher's vector of the sentence (as tokenlearn's).

The targets are the teacher's sentence vectors on their principal components. A word starts with the teacher's vector of
the word alone, centred, on the same components and times its weight; all starts are scaled by one number, that with the
least squared error. `ridge` then moves the rows of words as far as the sentences say. Its strength λ is counted in
sentences: with strength k, the start of a word counts for k sentences of average length that contain it, so that rare
words stay near it.

If the strength is automatic, nine tenths of the sentences are fitted with `STRENGTHS` in turn, until weaker ones are
worse, and the one with the largest mean cosine with the targets of the others is used for all sentences.
"""

from typing import Any, NamedTuple

import numpy as np

from wordvec.errors import SettingsError
from wordvec.language_models.distillation.bags import Bags
from wordvec.language_models.distillation.ridge import TOLERANCE, Numbers, Ridge, Solution
from wordvec.rows import Floats, blocks, unit_float64
from wordvec.transforms.numbers import Components
from wordvec.workers import Progress, StopFlag

STRENGTHS = (100.0, 30.0, 10.0, 3.0, 1.0, 0.3, 0.1)
FEWEST = 20
"""Sentences from which a strength is chosen."""
HELD_OUT = 10
"""Of so many sentences, one is held out."""
WORSE = 2
"""Strengths in a row that are worse than the best, after which no weaker one is tried."""
_ROUGH = 1e-4
"""Tolerance with which the rows of each strength are computed, and compared by their cosines."""


class Targets(NamedTuple):
    """The teacher's vectors (lines, dim) of all lines, and the components on which sentences are fitted."""

    matrix: Floats
    components: Components

    def __repr__(self) -> str:
        return f"Targets{self.matrix.shape}"


class Fit(NamedTuple):
    """Rows of words (words, dim) and the figures of the computation, for metadata."""

    rows: Floats
    figures: dict[str, Any]

    def __repr__(self) -> str:
        return f"Fit{self.rows.shape}"


def fit(
    bags: Bags,
    targets: Targets,
    start: Floats,
    strength: float | None,
    progress: Progress,
    stop: StopFlag,
) -> Fit:
    """Return the rows of words for sentences.

    Parameters
    ----------
    bags
        Sentences, all with a target.
    targets
        Vectors of the teacher.
    start
        (words, dim) rows with which the words start.
    strength
        Number of sentences that a start counts for; None: chosen on a tenth of the sentences.

    Raises
    ------
    SettingsError
        If there are too few sentences to choose a strength.
    Interrupted
        If `stop` was set.
    """
    # The others stay at their starts.
    occurring = np.unique(bags.matrix.indices)
    bags, some = bags._replace(matrix=bags.matrix[:, occurring]), start[occurring]
    figures: dict[str, Any] = {"sentences": len(bags.lines), "words_in_sentences": len(occurring)}
    progress.begin("fitting sentences", 1 if strength is not None else len(STRENGTHS) + 1, " fits")
    try:
        if strength is None:
            strength, chosen = _chosen(bags, targets, some, progress, stop)
            figures["held_out"] = chosen
        problem = _Problem(bags, targets, some, stop)
        solution = problem.solved(strength)
    finally:
        progress.end()
    figures |= {"strength": strength, "scale_of_start": round(problem.scale, 6)}
    figures |= {"steps": solution.steps, "residual": float(f"{solution.residual:.2g}")}
    rows = np.asarray(problem.scale * start, np.float32)
    rows[occurring] = solution.rows
    return Fit(rows, figures)


def _chosen(
    bags: Bags, targets: Targets, start: Floats, progress: Progress, stop: StopFlag
) -> tuple[float, dict[str, Any]]:
    """Return the strength with the largest mean cosine on held-out sentences, and the cosines."""
    if len(bags.lines) < FEWEST:
        raise SettingsError(
            f": {len(bags.lines)} sentences are too few to choose it by a tenth of them; set it", setting="strength"
        )
    held = np.arange(len(bags.lines)) % HELD_OUT == HELD_OUT - 1
    others, problem = bags.of(held), _Problem(bags.of(~held), targets, start, stop)
    cosines, rows = dict[float, float](), None
    for number, strength in enumerate(STRENGTHS, 1):
        rows = problem.solved(strength, rows, _ROUGH).rows
        cosines[strength] = _mean_cosine(others, targets, rows)
        progress.report(number, cosine=cosines[strength])
        # Weaker ones take more steps.
        if max(cosines.values()) not in list(cosines.values())[-WORSE:]:
            break
    best = max(cosines, key=lambda strength: cosines[strength])
    figures = {
        "sentences": int(held.sum()),
        "cosine": round(cosines[best], 4),
        "cosine_of_start": round(_mean_cosine(others, targets, problem.start), 4),
        "cosines": {f"{strength:g}": round(cosine, 4) for strength, cosine in cosines.items()},
    }
    return best, figures


class _Problem:
    """The regression of targets on some sentences, with the scaled starts of the words."""

    def __init__(self, bags: Bags, targets: Targets, start: Floats, stop: StopFlag) -> None:
        self._ridge, self._stop = Ridge(bags.matrix), stop
        self._products = np.zeros(start.shape)
        for span in blocks(len(bags.lines)):
            goals = targets.components.project(targets.matrix[bags.lines[span]])
            self._products += bags.matrix[span].T @ goals.astype(np.float64)
        start_exactly = start.astype(np.float64)
        squares = float((start_exactly * self._ridge.gram(start_exactly)).sum())
        agreement = float((start_exactly * self._products).sum())
        self.scale = max(agreement / squares, 0.0) if squares > 0 else 0.0
        self.start = self.scale * start_exactly
        # The mean share of a token among the squares of the shares of its word.
        self._unit = float((1 / bags.lengths).sum() / bags.lengths.sum())

    def solved(self, strength: float, guess: Numbers | None = None, tolerance: float = TOLERANCE) -> Solution:
        """Return the rows for a strength in sentences."""
        penalty = strength * self._unit
        return self._ridge.solve(self._products, self.start, penalty, guess, tolerance=tolerance, stop=self._stop)


def _mean_cosine(bags: Bags, targets: Targets, rows: Numbers) -> float:
    """Return the mean cosine of the means of rows with the targets."""
    total = 0.0
    for span in blocks(len(bags.lines)):
        made = unit_float64(bags.matrix[span] @ rows)
        goals = targets.components.project(targets.matrix[bags.lines[span]])
        total += float((made * unit_float64(goals.astype(np.float64))).sum())
    return total / len(bags.lines)

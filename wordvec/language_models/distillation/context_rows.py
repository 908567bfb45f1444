"""Rows of words that predict their sentences (X2Static): CBOW with the teacher's sentence vectors as fixed contexts.

The kernel (`kernels.x2static`) solves a convex problem for each word: a logistic regression of the sentences of its
tokens against noise. Noise sentences have the mean and the covariance of all sentences, by kept tokens (`contexts`).
Their mean is always subtracted. Targets are on their principal components with the same weights.

Words start with the teacher's vectors of the words alone, centred, on the same components, all scaled by one number,
that with the least loss. With strength k, the penalty of the distance to the start has the curvature that k tokens have
at zero, on average over the components, so the length of the teacher's vectors has no influence. If the strength is
automatic, some words are fitted to nine tenths of the sentences with each of `STRENGTHS`, until weaker ones are worse,
and the one with the least loss on the other sentences is used.
"""

from typing import Any

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from numpy.typing import NDArray
from scipy import optimize, sparse

from wordvec.errors import InputError, SettingsError
from wordvec.kernels import x2static
from wordvec.kernels.simd import LANES
from wordvec.language_models.distillation.bags import Bags
from wordvec.language_models.distillation.contexts import Contexts, components_by, contexts_of
from wordvec.language_models.distillation.sentence_rows import FEWEST, HELD_OUT, WORSE, Fit
from wordvec.rows import Floats, blocks, present
from wordvec.trainers.matrices import padded, zero_matrix
from wordvec.transforms.numbers import moments
from wordvec.workers import Progress, StopFlag, ordered_map, thread_count

STRENGTHS = (1000.0, 300.0, 100.0, 30.0, 10.0, 3.0, 1.0)
SOME_WORDS = 2_000
"""Words by which the scale of the start and a strength are chosen, at least."""
WORDS_AT_ONCE = 16
_SAME = 1e-12
"""Share of the squared length of the mean up to which variance is a rounding error."""


def fit(
    bags: Bags,
    targets: Floats,
    teacher: Floats,
    dim: int,
    strength: float | None,
    threads: int | None,
    progress: Progress,
    stop: StopFlag,
) -> Fit:
    """Return the rows of words.

    Parameters
    ----------
    bags
        Sentences, all with a target.
    targets
        (lines, teacher's dim) vectors of the teacher.
    teacher
        (words, teacher's dim) vectors of single words; zeros for words that it does not know.
    strength
        Number of tokens that a start counts for; None: chosen on a tenth of the sentences.

    Raises
    ------
    InputError
        If all targets are the same.
    SettingsError
        If there are too few sentences to choose a strength.
    Interrupted
        If `stop` was set.
    """
    # The others stay at their starts.
    occurring = np.unique(bags.matrix.indices)
    contexts = contexts_of(bags._replace(matrix=bags.matrix[:, occurring]))
    found = components_by(contexts.lengths, targets, bags.lines, dim)
    vectors = zero_matrix(len(bags.lines), dim)
    for span in blocks(len(bags.lines)):
        vectors[span, :dim] = found.project(targets[bags.lines[span]])
    start = zero_matrix(len(teacher), dim)
    alone = found._replace(mean=moments(teacher)[0])
    for span in blocks(len(teacher)):
        start[span, :dim] = alone.project(teacher[span])
    start[~present(teacher)] = 0
    problem = Problem(contexts, vectors, dim, threads, progress, stop)
    if problem.variances.sum() <= _SAME * (found.mean @ found.mean):
        raise InputError("the teacher's vectors of all sentences are the same; no word can be learnt from them")
    scale = problem.best_scale(start[occurring])
    start *= np.float32(scale)
    figures: dict[str, Any] = {"sentences": len(bags.lines), "words_in_sentences": len(occurring)}
    if strength is None:
        strength, figures["held_out"] = problem.best_strength(start[occurring])
    rows, steps = problem.fitted(start[occurring], strength)
    figures |= {"strength": strength, "scale_of_start": float(f"{scale:.4g}"), "steps": steps}
    figures["loss"] = round(problem.loss(rows), 4)
    start[occurring] = rows
    return Fit(np.ascontiguousarray(start[:, :dim]), figures | {"variance_kept": round(found.kept, 6)})


class Problem:
    """The losses of words on sentences.

    Parameters
    ----------
    contexts
        Tokens of the words that occur.
    vectors
        (sentences, padded dim) vectors of the sentences on their components.
    dim
        Number of the components.
    """

    def __init__(
        self, contexts: Contexts, vectors: Floats, dim: int, threads: int | None, progress: Progress, stop: StopFlag
    ) -> None:
        self.contexts, self.vectors, self.dim = contexts, vectors, dim
        self._threads, self._progress, self._stop = thread_count(threads), progress, stop
        shares = contexts.lengths / contexts.lengths.sum()
        self.variances = np.zeros(vectors.shape[1])
        for span in blocks(len(vectors)):
            self.variances += shares[span] @ np.square(vectors[span], dtype=np.float64)
        # A fixed sample of words, from frequent ones to rare ones.
        self._some = np.arange(0, contexts.tokens.shape[1], max(1, contexts.tokens.shape[1] // SOME_WORDS))

    def fitted(self, start: Floats, strength: float) -> tuple[Floats, int]:
        """Return the rows (words, padded dim) with the least loss for a strength, and the largest number of steps."""
        sentences, noise = self._inputs()
        return self._minimised("fitting words", sentences, noise, start, start.copy(), strength)

    def loss(self, rows: Floats) -> float:
        """Return the loss of a kept token and its noise, without the penalty."""
        return self._loss(*self._inputs(), rows) / float(self.contexts.tokens.sum())

    def best_scale(self, start: Floats) -> float:
        """Return the number, not negative, by which starts have the least loss."""
        rows = start[self._some]
        variance = float((np.square(rows, dtype=np.float64) @ self.variances).mean())
        if not variance:
            return 0.0
        inputs = self._inputs(self._some)
        found = optimize.minimize_scalar(
            lambda scale: self._loss(*inputs, rows * np.float32(scale)), (0.0, 1 / np.sqrt(variance)), tol=1e-3
        )
        return max(float(found.x), 0.0)

    def best_strength(self, start: Floats) -> tuple[float, dict[str, Any]]:
        """Return the strength with the least loss on held-out sentences, and the losses of a kept token."""
        number = len(self.vectors)
        if number < FEWEST:
            raise SettingsError(
                f": {number} sentences are too few to choose it by a tenth of them; set it", setting="strength"
            )
        held = np.arange(number) % HELD_OUT == HELD_OUT - 1
        fitted, others = self._inputs(self._some, ~held), self._inputs(self._some, held)
        tokens = float(others[0].weights.sum(dtype=np.float64))
        begin = rows = start[self._some]
        losses = dict[float, float]()
        for strength in STRENGTHS:
            label = f"strength {strength:g}"
            rows, _ = self._minimised(label, *fitted, begin, rows.copy(), strength)
            losses[strength] = self._loss(*others, rows) / max(tokens, 1e-9)
            # Weaker ones take more steps.
            if min(losses.values()) not in list(losses.values())[-WORSE:]:
                break
        best = min(losses, key=lambda strength: losses[strength])
        figures = {
            "sentences": int(held.sum()),
            "words": len(self._some),
            "loss": round(losses[best], 4),
            "loss_of_start": round(self._loss(*others, begin) / max(tokens, 1e-9), 4),
            "losses": {f"{strength:g}": round(loss, 4) for strength, loss in losses.items()},
        }
        return best, figures

    def _inputs(
        self, words: NDArray[np.int64] | None = None, chosen: NDArray[np.bool_] | None = None
    ) -> tuple[x2static.Sentences, x2static.Noise]:
        """Return the arguments of the kernel for some words and some sentences."""
        numbers = np.arange(len(self.vectors)) if chosen is None else np.flatnonzero(chosen)
        tokens = self.contexts.tokens if chosen is None else self.contexts.tokens[numbers]
        kept = tokens.sum()
        noise = self.contexts.noise if words is None else self.contexts.noise[words]
        columns = sparse.csc_array(tokens if words is None else tokens[:, words])
        sentences = x2static.Sentences(
            self.vectors.reshape(-1),
            columns.indptr.astype(np.int64),
            numbers[columns.indices].astype(np.int64),
            columns.data.astype(np.float32),
        )
        nodes, shares = hermegauss(LANES)
        return sentences, x2static.Noise(
            (noise * kept).astype(np.float32),
            self.variances.astype(np.float32),
            nodes.astype(np.float32),
            (shares / shares.sum()).astype(np.float32),
        )

    def _minimised(
        self,
        label: str,
        sentences: x2static.Sentences,
        noise: x2static.Noise,
        start: Floats,
        rows: Floats,
        strength: float,
    ) -> tuple[Floats, int]:
        # A token has the curvature 1/4 along a vector of length one, times the squared score.
        penalty = np.float32(strength * self.variances.sum() / 4 / self.dim)
        ridge = x2static.Ridge(start.reshape(-1), penalty)

        def move(first: int) -> int:
            last = min(first + WORDS_AT_ONCE, len(rows))
            work = workspace(sentences, first, last, rows.shape[1])
            return x2static.fit_words(sentences, noise, ridge, rows.reshape(-1), work, first, last)

        most = 0
        self._progress.begin(label, len(rows), " words")
        try:
            firsts = range(0, len(rows), WORDS_AT_ONCE)
            for first, steps in zip(firsts, ordered_map(move, self._stop.until(firsts), self._threads), strict=False):
                most = max(most, int(steps))
                self._progress.report(min(first + WORDS_AT_ONCE, len(rows)))
        finally:
            self._progress.end()
        return rows, most

    def _loss(self, sentences: x2static.Sentences, noise: x2static.Noise, rows: Floats) -> float:
        """Return the sum of the losses of words, without the penalty."""
        flat = np.ascontiguousarray(rows).reshape(-1)
        ridge, total = x2static.Ridge(flat, np.float32(0)), 0.0
        for first in self._stop.until(range(0, len(rows), WORDS_AT_ONCE)):
            last = min(first + WORDS_AT_ONCE, len(rows))
            work = workspace(sentences, first, last, rows.shape[1])
            total += x2static.losses(sentences, noise, ridge, flat, work, first, last)
        return total


def workspace(sentences: x2static.Sentences, first: int, last: int, stride: int) -> x2static.Workspace:
    """Return room for the words of a span."""
    pairs = padded(int(np.diff(sentences.starts[first : last + 1]).max()))
    vectors = (zero_matrix(1, stride).reshape(-1) for _ in range(4))
    return x2static.Workspace(*vectors, *(np.zeros(pairs, np.float32) for _ in range(3)))

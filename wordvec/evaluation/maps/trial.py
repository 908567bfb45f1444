"""Trial of a grounding: one fold with one fit, timed, with its memory traced."""

import time
import tracemalloc

import numpy as np

from wordvec.alignment.grounding.maps import Fit, Regression
from wordvec.alignment.grounding.settings import Grounding
from wordvec.alignment.grounding.space import Pairs
from wordvec.alignment.trial import Trial, bytes_of_words
from wordvec.evaluation.maps.held_out import Tally
from wordvec.vectors import Vectors


def trial(vectors: Vectors, pairs: Pairs, settings: Grounding, folds: int, permutations: int) -> Trial:
    """Return the time and memory of an evaluation with all its folds and permutations, and of writing the vectors."""
    fold = np.arange(len(pairs.words) // folds)
    rows, measured = pairs.rows[len(fold) :], pairs.measured[len(fold) :]

    def fit(regression: Regression) -> Fit:
        found = regression.fit(measured)
        Tally(pairs.measured).add(found.measured.rows(pairs.rows[fold]), pairs.measured[fold])
        return found

    tracemalloc.start()
    try:
        dim = fit(settings.regression(rows)).output.matrix.shape[1]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    # The first run, which is not timed, loads libraries.
    begun = time.monotonic()
    regression = settings.regression(rows)
    factorised = time.monotonic()
    fit(regression)
    done = time.monotonic()
    seconds = folds * (factorised - begun + (1 + permutations) * (done - factorised))
    given = vectors.matrix.nbytes + pairs.rows.nbytes + 2 * pairs.measured.nbytes + bytes_of_words(vectors)
    return Trial(seconds, given + max(peak, 4.0 * len(vectors) * dim))

"""Unsupervised first dictionary, from the geometry of two spaces (Artetxe, Labaka and Agirre 2018, ACL).

The sorted similarities of a word to all others do not depend on the axes, so that words with similar profiles are
paired. Profiles are the sorted rows of (XXᵀ)^½ of the most frequent words, normalised like the rows of a space.
"""

import numpy as np
from numpy.typing import NDArray

from wordvec.alignment.dictionary import Ids
from wordvec.alignment.normalise import normalised
from wordvec.alignment.retrieval import hubness
from wordvec.rows import unit_in_place
from wordvec.search import best
from wordvec.workers import StopFlag

START_WORDS = 4_000

Floats = NDArray[np.float32]


def first_pairs(source: Floats, target: Floats, steps: str, k: int, stop: StopFlag) -> tuple[Ids, Ids]:
    """Return the pairs of rows with the most similar profiles: the best of each row of either side by CSLS.

    Parameters
    ----------
    source, target
        (words, dim) float32 arrays of normalised rows.
    steps
        Normalisation of the profiles.
    k
        k of CSLS.
    stop
        Flag that stops the work.

    Raises
    ------
    Interrupted
        If `stop` was set.
    """
    words = min(len(source), len(target), START_WORDS)
    one, other = (profiles(side[:words], steps) for side in (source, target))
    forward, backward = (
        best(*sides, 1, shifts=-hubness("csls", *sides, stop=stop, neighbours=k), stop=stop).rows[:, 0]
        for sides in ((one, other), (other, one))
    )
    return np.concatenate([np.arange(words), backward]), np.concatenate([forward, np.arange(words)])


def profiles(rows: Floats, steps: str) -> Floats:
    """Return the sorted and normalised rows of (XXᵀ)^½ of rows X (words, dim), (words, words) float32."""
    left, values, _ = np.linalg.svd(rows.astype(np.float64), full_matrices=False)
    similar = (left * values) @ left.T
    similar.sort(axis=1)
    return unit_in_place(normalised(similar, steps).astype(np.float32))

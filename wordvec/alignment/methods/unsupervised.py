"""A first dictionary from nothing but the shape of two spaces (Artetxe, Labaka and Agirre 2018, ACL).

How similar a word is to all others, sorted, does not depend on the axes: words of like profile are paired. Profiles
are the sorted rows of (XXᵀ)^½, normalised as rows of a space, of the most frequent words.
"""

import numpy as np
from numpy.typing import NDArray

from wordvec.alignment.dictionary import Ids
from wordvec.alignment.normalise import normalised, unit_floats
from wordvec.alignment.retrieval import hubness
from wordvec.search import best
from wordvec.workers import StopFlag

START_WORDS = 4_000

Floats = NDArray[np.float32]


def first_pairs(source: Floats, target: Floats, steps: str, k: int, stop: StopFlag) -> tuple[Ids, Ids]:
    """Give rows of the source and of the target whose profiles are like each other: the best of each by CSLS.

    Parameters
    ----------
    source, target
        (words, dim), normalised.
    steps
        How profiles are normalised.
    k
        Of CSLS.
    stop
        What stops the work.

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
    """Give for each of some rows (words, dim) its row of (XXᵀ)^½, sorted and normalised, (words, words)."""
    left, values, _ = np.linalg.svd(rows.astype(np.float64), full_matrices=False)
    similar = (left * values) @ left.T
    similar.sort(axis=1)
    return unit_floats(normalised(similar, steps).astype(np.float32))

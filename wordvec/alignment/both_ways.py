"""Precision of translation both ways: in the common space, and with the source in the target's own space.

Measured by CSLS among the most frequent words of both. The pairs are usually those that the mapping was fitted to, so
that only the difference is of interest.
"""

from typing import NamedTuple

import numpy as np

from wordvec.alignment.csls import precision
from wordvec.alignment.dictionary import Anchors
from wordvec.alignment.mapping import COMMON, SPACES, TARGET, Mapping
from wordvec.alignment.retrieval import Floats, hubness
from wordvec.alignment.side import Side
from wordvec.rows import unit_in_place
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag

CANDIDATES = 20_000
"""Number of most frequent words of both among which translations are searched."""
ASKED = 1_500
"""Number of source words that are translated, the most frequent of the pairs."""
TOLERATED = 0.01
"""Loss of precision at 1 up to which the target's own space is used."""


class BothWays(NamedTuple):
    """Precision at 1 both ways.

    Attributes
    ----------
    words
        Number of source words.
    common, target
        Precision at 1 in the common space and in the target's own.
    """

    words: int
    common: float
    target: float

    @property
    def better(self) -> str:
        """Space to write vectors in: the target's own unless it loses more than `TOLERATED`."""
        return COMMON if self.common - self.target > TOLERATED else TARGET


def both_ways(
    mapping: Mapping,
    source: Vectors,
    target: Vectors,
    pairs: Anchors,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> BothWays | None:
    """Measure the precision of a mapping both ways; None if no pair is among the most frequent words.

    Raises
    ------
    Interrupted
        If `stop` was set.
    SettingsError
        If the mapping cannot be in the target's own space.
    """
    known = (pairs.source < CANDIDATES) & (pairs.target < CANDIDATES)
    known &= np.isin(pairs.source, np.unique(pairs.source[known])[:ASKED])
    if not known.any():
        return None
    asked = Anchors(pairs.source[known], pairs.target[known], pairs.record)
    found = {}
    for space in SPACES:
        moved = mapping.in_space(space)
        rows, others = _rows(source, moved.side("source")), _rows(target, moved.side("target"))
        found[space] = precision(rows, others, hubness("csls", rows, others, progress, stop), asked)
    return BothWays(len(np.unique(asked.source)), found[COMMON], found[TARGET])


def _rows(vectors: Vectors, side: Side) -> Floats:
    return unit_in_place(side.rows(vectors.matrix[:CANDIDATES]).astype(np.float32))

"""The effort of an index: chosen on some sampled words, measured on others, and on sums as of analogies."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.codecs.coded import Coded
from wordvec.rows import Floats, unit
from wordvec.search.index import Effort, Index, Shares
from wordvec.search.index_passes import Running
from wordvec.search.recall import Recall, chosen, measured, more, sampled

SAMPLED = 250
"""Sampled words by which the effort is chosen, as many others by which it is measured, and as many sums."""


class Rows(NamedTuple):
    """Rows of an index.

    Attributes
    ----------
    matrix
        (rows, dim) float32 array or coded rows.
    lists, lengths
        (rows,) arrays: list of each row, −1 for rows of zeros, and length.
    """

    matrix: Floats | Coded
    lists: NDArray[np.int64]
    lengths: Floats


class Measured(NamedTuple):
    """What was measured with the chosen effort.

    Attributes
    ----------
    queries
        Number of words, and of sums.
    words, sums
        Recall of the neighbours of words, and of sums b − a + c of unit vectors, where b is the nearest of a.
    """

    queries: int
    words: Recall
    sums: Recall

    def record(self) -> dict[str, Any]:
        """Return the figures as JSON can hold them."""
        return {"queries": self.queries, "words": self.words._asdict(), "sums": self.sums._asdict()}


def tuned(
    index: Index, rows: Rows, recall: float, random: np.random.Generator, running: Running
) -> tuple[Effort, Measured]:
    """Set the least effort of an index that has a recall, and return it with what was measured.

    Parameters
    ----------
    index
        The index.
    rows
        The rows of which it was built.
    recall
        Wanted share of the ten nearest rows.
    random
        Draws words.
    running
        Threads, progress and stop flag.
    """
    matrix, lengths = rows.matrix, rows.lengths
    there = np.flatnonzero(lengths > 0)
    drawn = random.choice(there, min(len(there), 2 * SAMPLED), replace=False)
    words = sampled(matrix, matrix[drawn], drawn, lengths, running)
    half = len(drawn) // 2
    choosing, testing = words.part(slice(half)), words.part(slice(half, None))
    # The sum of a word, its nearest word and another word: what an analogy asks for.
    nearest = testing.near[:, 0]
    known = nearest >= 0
    a, b, c = (unit(matrix[some]) for some in (testing.own[known], nearest[known], np.roll(testing.own[known], 1)))
    sums = sampled(matrix, b - a + c, np.full(len(a), -1), lengths, running)
    index.effort = chosen(index, rows.lists, choosing, recall)
    while True:
        found = Measured(len(testing.queries), measured(index, matrix, testing), measured(index, matrix, sums))
        index.recall = Shares(found.words.recall, found.sums.recall)
        larger = more(index.effort, len(index.centres))
        if found.words.recall >= recall or larger == index.effort:
            return index.effort, found
        running.stop.check()
        index.effort = larger

"""Ranks of the correct answers of analogies a : b :: c : d among all words.

The score of a word x is

    s(x) = towards_b(x) − away_a(x) + towards_c(x)

With cosines this is 3CosAdd (Mikolov, Yih and Zweig 2013). With logarithms of cosines shifted above 0 it is the
logarithm of 3CosMul (Levy and Goldberg 2014). One pass over the words counts those that score above the correct
answer, so that nothing is sorted or stored.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.simd import Floats

RowIds = NDArray[np.int64]


@inline
def _score(away: Floats, towards: Floats, also: Floats, word: int) -> Any:
    return towards[word] - away[word] + also[word]


@inline
def _contains(rows: RowIds, row: int) -> bool:
    found = False
    for k in range(len(rows)):
        found = found or rows[k] == row
    return found


@inline
def _ranks_above(score: np.float32, row: int, best: np.float32, best_row: int) -> Any:
    """Return whether a word ranks above another; ties go to the lower row."""
    return score > best or (score == best and row < best_row)


@kernel
def rank_answers(towards: Floats, away: Floats, asked: RowIds, excluded: RowIds, right: RowIds, ranks: RowIds) -> None:
    """Write the rank of each question's best correct answer to `ranks`.

    Parameters
    ----------
    towards, away
        (queried, words) float32 array: contribution of each queried word to the score of every word.
    asked
        (questions, 3) int64 array: rows of a, b and c in `towards` and `away`.
    excluded, right
        (questions, any) int64 arrays: words that are not permitted as answers, each once, and correct words; padded
        with −1.
    ranks
        (questions,) int64 array, filled: 1 for the best word; words + 1 if no correct answer is permitted.
    """
    words = towards.shape[1]
    for question in range(len(asked)):
        a, b, c = away[asked[question, 0]], towards[asked[question, 1]], towards[asked[question, 2]]
        best, best_row = np.float32(-np.inf), words
        for k in range(right.shape[1]):
            row = right[question, k]
            if row >= 0 and not _contains(excluded[question], row):
                score = _score(a, b, c, row)
                if _ranks_above(score, row, best, best_row):
                    best, best_row = score, row
        if best_row == words:
            ranks[question] = words + 1
            continue
        above = 0
        for word in range(words):
            above += int(_score(a, b, c, word) > best)
        for word in range(best_row):
            above += int(_score(a, b, c, word) == best)
        for k in range(excluded.shape[1]):
            row = excluded[question, k]
            if row >= 0 and _ranks_above(_score(a, b, c, row), row, best, best_row):
                above -= 1
        ranks[question] = 1 + above

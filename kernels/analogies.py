"""On which place the right answer of a : b :: c : d stands among all words.

A word x scores towards_b(x) − away_a(x) + towards_c(x): with cosines for both that is 3CosAdd (Mikolov, Yih and Zweig
2013), with their logarithms, shifted above 0, it is the logarithm of 3CosMul (Levy and Goldberg 2014). One pass over
the words counts those that score more than the right answer, so that nothing is sorted or kept.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import inline, kernel

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]


@inline
def _score(away: Floats, towards: Floats, also: Floats, word: int) -> Any:
    return towards[word] - away[word] + also[word]


@inline
def _holds(rows: Rows, row: int) -> bool:
    found = False
    for place in range(len(rows)):
        found = found or rows[place] == row
    return found


@inline
def _goes_before(score: np.float32, row: int, best: np.float32, best_row: int) -> Any:
    """Say whether a word goes before another: of equal scores, the one of the lower row does."""
    return score > best or (score == best and row < best_row)


@kernel
def ranks(towards: Floats, away: Floats, asked: Rows, excluded: Rows, right: Rows, places: Rows) -> None:
    """Write to `places` where the best right answer of each question stands.

    Parameters
    ----------
    towards, away
        (words asked about, words): for each word that a question asks about, what it gives to every word.
    asked
        (questions, 3): rows of these for a, b and c.
    excluded, right
        (questions, any): words that cannot answer, each once, and words that are right; −1 fills up.
    places
        (questions,): 1 for the best of all; the number of words and one where no right answer may be given.
    """
    words = towards.shape[1]
    for question in range(len(asked)):
        a, b, c = away[asked[question, 0]], towards[asked[question, 1]], towards[asked[question, 2]]
        best, best_row = np.float32(-np.inf), words
        for place in range(right.shape[1]):
            row = right[question, place]
            if row >= 0 and not _holds(excluded[question], row):
                score = _score(a, b, c, row)
                if _goes_before(score, row, best, best_row):
                    best, best_row = score, row
        if best_row == words:
            places[question] = words + 1
            continue
        above = 0
        for word in range(words):
            above += int(_score(a, b, c, word) > best)
        for word in range(best_row):
            above += int(_score(a, b, c, word) == best)
        for place in range(excluded.shape[1]):
            row = excluded[question, place]
            if row >= 0 and _goes_before(_score(a, b, c, row), row, best, best_row):
                above -= 1
        places[question] = 1 + above

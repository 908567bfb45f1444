"""Weights of words in a sentence vector.

p(w) is the share of a word among all tokens, N the number of lines, df(w) the number of lines with the word, V the
number of words.

- SIF (Arora, Liang and Ma 2017): a / (a + p(w)).
- uSIF (Ethayarajh 2018): a / (a/2 + p(w)) with a = (1 − α) / (αZ), Z = V/2; α is the share of words with
  p(w) > 1 − (1 − 1/V)ⁿ, and n the expected number of tokens of a sentence. Without such a word a is infinite, and all
  weights are 2.
- TF-IDF: ln((1 + N) / (1 + df(w))) + 1, as in scikit-learn; the mean over tokens supplies the term frequency.
"""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


def sif(shares: Numbers, a: float) -> Numbers:
    """Return the weights of SIF for shares p(w) (words,).

    >>> sif(np.array([0.0, 0.001, 0.009]), 0.001).tolist()
    [1.0, 0.5, 0.1]
    """
    return np.asarray(a / (a + shares))


def usif(shares: Numbers, length: int, words: int) -> Numbers:
    """Return the weights of uSIF.

    Parameters
    ----------
    shares
        (n,) shares p(w).
    length
        Expected number of tokens of a sentence.
    words
        Number of words V, the first of `shares`; the rest are unseen words.
    """
    alpha = np.count_nonzero(shares[:words] > 1 - (1 - 1 / max(words, 1)) ** length) / max(words, 1)
    if not alpha:
        return np.full(len(shares), 2.0)
    a = (1 - alpha) / (alpha * words / 2)
    return np.asarray(a / (a / 2 + shares))


def idf(lines_with: Numbers, lines: int) -> Numbers:
    """Return the inverse document frequencies (words,) of numbers of lines."""
    return np.asarray(np.log((1 + lines) / (1 + lines_with)) + 1)

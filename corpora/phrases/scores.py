"""Scores of phrases: word2phrase's, gensim's default, and normalised pointwise mutual information.

With the counts c_a and c_b of the first and the last word, c_ab of the phrase, m = min_count, N tokens in the text and
K different words and pairs of words:

    word2phrase   (c_ab − m) / (c_a c_b) N      in single precision, as in Mikolov et al. (2013) and their program
    gensim        (c_ab − m) / (c_a c_b) K
    npmi          ln(p_ab / (p_a p_b)) / −ln p_ab,  p = c / N      Bouma (2009)

Word2phrase's and gensim's scores are the same but for a factor N/K, which grows with the text. A pair is a phrase if
its score is above the threshold, not if it is equal.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Longs = NDArray[np.int64]
Doubles = NDArray[np.float64]


class Counts(NamedTuple):
    """Counts of some pairs and of the text.

    Attributes
    ----------
    pairs, firsts, lasts
        Counts of the pairs, of their first words, and of their last words.
    min_count
        Smallest count of a phrase.
    keys
        Number of different words and pairs of the text.
    tokens
        Number of tokens of the text.
    """

    pairs: Longs
    firsts: Longs
    lasts: Longs
    min_count: int
    keys: int
    tokens: int


def word2phrase(counts: Counts) -> Doubles:
    """Return word2phrase's scores, rounded to single precision at each step, as the program does."""
    single = np.float32
    score = (counts.pairs - counts.min_count).astype(single) / counts.firsts.astype(single)
    score = score / counts.lasts.astype(single) * single(counts.tokens)
    rare = np.minimum(counts.firsts, counts.lasts) < counts.min_count
    return np.where(rare, -np.inf, score.astype(np.float64))


def gensim(counts: Counts) -> Doubles:
    """Return the default scores of gensim."""
    product = counts.firsts.astype(np.float64) * counts.lasts.astype(np.float64)
    scores: Doubles = (counts.pairs - counts.min_count) / product * counts.keys
    return scores


def npmi(counts: Counts) -> Doubles:
    """Return the normalised pointwise mutual information."""
    first, last, pair = (number / counts.tokens for number in (counts.firsts, counts.lasts, counts.pairs))
    return _log(pair / (first * last)) / -_log(pair)


def _log(values: Doubles) -> Doubles:
    # The last bit of NumPy's logarithm depends on the processor.
    return np.fromiter(map(math.log, values.tolist()), np.float64, len(values))


SCORES: dict[str, Callable[[Counts], Doubles]] = {"word2phrase": word2phrase, "gensim": gensim, "npmi": npmi}

"""Measures of how much more frequent a word is in one corpus than in another, from its counts.

With counts a and b of a word in corpora of N_a and N_b tokens:

- ``log_likelihood``: G² of the table of two rows and two columns (Dunning 1993, "Accurate methods for the statistics of
  surprise and coincidence"), here with the sign of the difference. It grows with the size of the corpora.
- ``log_ratio``: log₂ of (a / N_a) / (b / N_b), with ½ for a count of 0 (Hardie 2014, "Log Ratio: an informal
  introduction"). An effect size.
- ``log_odds``: difference of the log-odds with an informative Dirichlet prior, and its z-score (Monroe, Colaresi and
  Quinn 2008, "Fightin' words"). With the word's prior α and the sum α_0 of all words' priors,

      δ = ln[(a + α) / (N_a + α_0 - a - α)] - ln[(b + α) / (N_b + α_0 - b - α)],  z = δ / √(1 / (a + α) + 1 / (b + α)).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.representation import short

Numbers = NDArray[np.float64]
_OF_NOTHING = 0.5


class Counts(NamedTuple):
    """Counts of words in two corpora, and the numbers of tokens; arrays can have any shape that can be broadcast."""

    a: Numbers
    b: Numbers
    tokens_a: Numbers | np.float64
    tokens_b: Numbers | np.float64

    def __repr__(self) -> str:
        return short(self)

    def prior(self, tokens: float) -> "Prior":
        """Return the prior by which each word's share of both corpora is worth `tokens` tokens."""
        return Prior(tokens * (self.a + self.b) / (self.tokens_a + self.tokens_b), tokens)


class Prior(NamedTuple):
    """Pseudo-counts α of each word, and their sum α_0 over all words."""

    words: Numbers
    total: float

    def __repr__(self) -> str:
        return short(self)


def log_likelihood(counts: Counts) -> Numbers:
    """Return G², negative where the word is more frequent in the second corpus."""
    tokens, words = counts.tokens_a + counts.tokens_b, counts.a + counts.b
    total = np.zeros(np.broadcast_shapes(words.shape, np.shape(tokens)))
    for there, size in ((counts.a, counts.tokens_a), (counts.b, counts.tokens_b)):
        for observed, all_of_them in ((there, words), (size - there, tokens - words)):
            expected = size * all_of_them / tokens
            ratio = np.divide(observed, expected, out=np.ones_like(total), where=(observed > 0) & (expected > 0))
            total += observed * np.log(ratio)
    sign = np.sign(counts.a * counts.tokens_b - counts.b * counts.tokens_a)
    return sign * 2 * np.maximum(total, 0)


def log_ratio(counts: Counts) -> Numbers:
    """Return the binary logarithm of the ratio of the frequencies."""
    a, b = (np.where(there == 0, _OF_NOTHING, there) for there in (counts.a, counts.b))
    found: Numbers = np.log2(a / counts.tokens_a) - np.log2(b / counts.tokens_b)
    return found


def log_odds(counts: Counts, prior: Prior) -> Numbers:
    """Return the difference δ of the log-odds; infinite or NaN for a word that all tokens are."""
    with np.errstate(divide="ignore", invalid="ignore"):
        a, b = (
            np.log(there + prior.words) - np.log(size + prior.total - there - prior.words)
            for there, size in ((counts.a, counts.tokens_a), (counts.b, counts.tokens_b))
        )
        found: Numbers = a - b
    return found


def z_score(counts: Counts, prior: Prior) -> Numbers:
    """Return the difference of the log-odds in units of its standard error."""
    error = np.sqrt(1 / (counts.a + prior.words) + 1 / (counts.b + prior.words))
    return log_odds(counts, prior) / error

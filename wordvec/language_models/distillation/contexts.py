"""Sentences as contexts of their words (X2Static), with expected numbers of tokens and of noise words.

As in X2Static, frequent words are subsampled with threshold `SAMPLE`, and each kept token has `NEGATIVES` noise words,
drawn by their counts to the power `NOISE_POWER`. Nothing is drawn here: the weight of a token is the probability of
keeping it, so a sentence s has n_s kept tokens, and a word w has noise of the weight ν_w = K q_w Σ_s n_s.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from wordvec.language_models.distillation.bags import Bags
from wordvec.rows import Floats, blocks
from wordvec.transforms.numbers import Components, principal

Numbers = NDArray[np.float64]

NEGATIVES, NOISE_POWER, SAMPLE = 10, 0.5, 5e-6


class Contexts(NamedTuple):
    """Expected kept tokens.

    Attributes
    ----------
    tokens
        (sentences, words) sparse array: kept tokens of each word in each sentence.
    noise
        (words,) array K q_w: noise for each kept token.
    """

    tokens: sparse.csr_array
    noise: Numbers

    def __repr__(self) -> str:
        return f"Contexts({len(self.noise)} words)"

    @property
    def lengths(self) -> Numbers:
        """The kept tokens n_s of each sentence."""
        return np.asarray(self.tokens.sum(axis=1)).ravel()


def contexts_of(bags: Bags) -> Contexts:
    """Return the contexts of the words of bags; all words must occur."""
    tokens = sparse.csr_array(sparse.diags_array(bags.lengths.astype(np.float64)) @ bags.matrix)
    counts = np.asarray(tokens.sum(axis=0)).ravel()
    ratios = SAMPLE * counts.sum() / counts
    keep = np.minimum(1, np.sqrt(ratios) + ratios)
    powers = counts**NOISE_POWER
    return Contexts(sparse.csr_array(tokens @ sparse.diags_array(keep)), NEGATIVES * powers / powers.sum())


def components_by(weights: Numbers, targets: Floats, lines: NDArray[np.int64], dim: int) -> Components:
    """Return the principal components of the targets of some lines, each with a weight, about their mean."""
    width = targets.shape[1]
    mean, moment = np.zeros(width), np.zeros((width, width))
    for span in blocks(len(lines)):
        mean += weights[span] @ targets[lines[span]]
    mean /= weights.sum()
    for span in blocks(len(lines)):
        centred = targets[lines[span]] - mean
        moment += centred.T @ (centred * weights[span, None])
    return principal(mean, moment / weights.sum(), dim)

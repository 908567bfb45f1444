"""The prior over the senses of a word: a truncated stick-breaking process (Bartunov et al. 2016).

Sense k of T takes a share β_k of the stick that the senses before it leave, π_k = β_k Π_{l<k} (1 − β_l), the last one
all of it. Given n_k tokens of each sense, β_k has the distribution Beta(a_k, b_k) with concentration α and discount d
(the Pitman–Yor process; d = 0 is the Dirichlet process; k counts from 1):

    a_k = 1 + n_k − d        b_k = α + k d + Σ_{l>k} n_l
    E[log π_k] = ψ(a_k) − ψ(a_k + b_k) + Σ_{l<k} (ψ(b_l) − ψ(a_l + b_l))
    E[π_k]     = a_k / (a_k + b_k) Π_{l<k} b_l / (a_l + b_l)

Senses that no token has yet are new: n_k = 0, and a row that is as it was at first, and hardly longer than 0. By such a
row, each way at a node has about the probability ½. A new sense whose posterior would be below the threshold, judged by
this likelihood, needs no scores. With α = 0.1 each new sense has e⁻¹⁰ of the prior of the new sense before it.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.digamma import digamma
from wordvec.kernels.simd import LANES, Floats

MARGIN = 1.0
"""Largest error of the log-likelihood of a window by a new sense; 0.1 is usual."""


class Prior(NamedTuple):
    """The prior of all words: see `stick_breaking_prior`.

    Attributes
    ----------
    senses, several
        T, and the number of words that have so many senses; all others have one.
    width
        Length of a row of counts.
    alpha, discount, threshold
        α, d, and the posterior from which on a sense takes part.
    own, others
        (T,) float64 arrays: ψ(a_k) − ψ(a_k + b_k) and ψ(b_k) − ψ(a_k + b_k) of new senses.
    least
        Smallest difference between the logarithms of posteriors of a new sense that is scored and of the best sense.
    """

    senses: int
    several: int
    width: int
    alpha: float
    discount: float
    threshold: np.float32
    own: NDArray[np.float64]
    others: NDArray[np.float64]
    least: float


def stick_breaking_prior(
    senses: int, several: int, alpha: float, discount: float = 0.0, threshold: float = 1e-4
) -> Prior:
    """Return the prior of words with `senses` senses, which the first `several` words have."""
    own, others = np.zeros(senses), np.zeros(senses)
    _write_new(alpha, discount, own, others)
    width, least = -(-senses // LANES) * LANES, float(np.log(threshold)) - MARGIN
    return Prior(senses, several, width, alpha, discount, np.float32(threshold), own, others, least)


@kernel
def _write_new(alpha: float, discount: float, own: NDArray[np.float64], others: NDArray[np.float64]) -> None:
    """Write the terms of new senses but the last, which has what is left."""
    for k in range(len(own) - 1):
        a, b = 1.0 - discount, alpha + (k + 1) * discount
        of_both = digamma(a + b)
        own[k], others[k] = digamma(a) - of_both, digamma(b) - of_both


@inline
def _write_rests(senses: int, counts: Floats, at: int, rests: NDArray[np.float64], to: int) -> None:
    """Write Σ_{l>k} n_l of the first senses of a word, of which later ones are new, to ``rests[to + k]``."""
    rest = 0.0
    for k in range(senses - 1, -1, -1):
        rests[to + k] = rest
        rest += np.float64(counts[at + k])


@inline
def write_logs(prior: Prior, counts: Floats, at: int, logs: NDArray[np.float64]) -> Any:
    """Write E[log π_k] of the senses of a word that are not new, and of the first new one; return how many are not new.

    The counts of the word are ``counts[at:]``.
    """
    used, last = prior.senses, prior.senses - 1
    while used > 1 and counts[at + used - 1] == 0:
        used -= 1
    _write_rests(used, counts, at, logs, 0)
    before = 0.0
    for k in range(min(used, last)):
        a = 1.0 + np.float64(counts[at + k]) - prior.discount
        b = prior.alpha + (k + 1) * prior.discount + logs[k]
        of_both = digamma(a + b)
        logs[k] = digamma(a) - of_both + before
        before += digamma(b) - of_both
    first = min(used, last)
    logs[first] = before + prior.own[first]
    return used


@inline
def write_new_logs(prior: Prior, used: int, logs: NDArray[np.float64]) -> None:
    """Write E[log π_k] of the new senses after the first one, from those of `write_logs`."""
    if used < prior.senses:
        before = logs[used] - prior.own[used]
        for k in range(used + 1, prior.senses):
            before += prior.others[k - 1]
            logs[k] = before + prior.own[k]


@kernel
def expected_shares(prior: Prior, counts: Floats, shares: NDArray[np.float64]) -> None:
    """Write E[π_k] of each word to `shares`, (words · T,); `counts` is (words · width,)."""
    for word in range(len(shares) // prior.senses):
        at, to = word * prior.width, word * prior.senses
        _write_rests(prior.senses, counts, at, shares, to)
        left = 1.0
        for k in range(prior.senses - 1):
            a = 1.0 + np.float64(counts[at + k]) - prior.discount
            b = prior.alpha + (k + 1) * prior.discount + shares[to + k]
            shares[to + k] = left * (a / (a + b))
            left *= b / (a + b)
        shares[to + prior.senses - 1] = left


@kernel
def expected_logs(prior: Prior, counts: Floats, logs: NDArray[np.float64], found: NDArray[np.float64]) -> None:
    """Write E[log π_k] of each word to `found`, (words · T,); `logs` is a scratch array, (T,)."""
    for word in range(len(found) // prior.senses):
        write_new_logs(prior, write_logs(prior, counts, word * prior.width, logs), logs)
        for k in range(prior.senses):
            found[word * prior.senses + k] = logs[k]

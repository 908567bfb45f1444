"""Noise words and subsampling of frequent words.

Noise: p(w) ∝ count(w)^power (Mikolov et al. 2013), drawn in constant time from an alias table (Walker 1977, Vose 1991),
so that rare words have their exact probability. The table is a flat uint32 array: for word w, ``table[2w]`` is the
probability of w within cell w, scaled to 2³², and ``table[2w + 1]`` the word that has the rest of the cell.

Subsampling: with x = count / (sample · total), a token is kept with probability min(1, (√x + 1) / x).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels import rng
from wordvec.kernels._jit import inline, kernel

WHOLE = 2**32


def keep_thresholds(counts: NDArray[np.int64], sample: float) -> NDArray[np.uint32]:
    """Return the probability of keeping a token of each word, scaled to 2³², as word2vec.c computes it.

    Parameters
    ----------
    counts
        (words,) int64 array: counts of the trained words; their sum is the total.
    sample
        Relative frequency above which words are subsampled; 0 keeps all tokens.
    """
    if sample == 0:
        return np.full(len(counts), WHOLE - 1, np.uint32)
    # Avoids a division by zero for words that do not occur.
    x = np.maximum(counts, 1e-9) / (sample * counts.sum())
    shares: NDArray[np.float64] = np.minimum(WHOLE - 1, np.minimum(1.0, (np.sqrt(x) + 1) / x) * WHOLE)
    return shares.astype(np.uint32)


def noise_table(counts: NDArray[Any], power: float) -> NDArray[np.uint32]:
    """Return the alias table (2 · words,) uint32 of noise words, p(w) ∝ counts[w]^power."""
    weights, table = np.empty(len(counts)), np.empty(2 * len(counts), np.uint32)
    _raise(counts / counts.max(), power, weights)
    fill_alias_table(weights * (len(counts) / weights.sum()), table, np.empty((2, len(counts)), np.int64))
    return table


@kernel
def _raise(counts: NDArray[np.float64], power: float, weights: NDArray[np.float64]) -> None:
    """Compute counts^power in a kernel, since the last bit of NumPy's may depend on the processor."""
    for word in range(len(counts)):
        weights[word] = counts[word] ** power


@kernel
def fill_alias_table(shares: NDArray[np.float64], table: NDArray[np.uint32], workspace: NDArray[np.int64]) -> None:
    """Fill `table` from `shares` (words,) of mean 1, which are changed; `workspace` is (2, words)."""
    words, small, large = len(shares), workspace[0], workspace[1]
    smalls = larges = 0
    for word in range(words):
        table[2 * word], table[2 * word + 1] = WHOLE - 1, word
        if shares[word] < 1:
            small[smalls] = word
            smalls += 1
        else:
            large[larges] = word
            larges += 1
    while smalls > 0 and larges > 0:
        smalls -= 1
        poor, rich = small[smalls], large[larges - 1]
        table[2 * poor], table[2 * poor + 1] = np.int64(shares[poor] * WHOLE), rich
        shares[rich] -= 1 - shares[poor]
        if shares[rich] < 1:
            larges -= 1
            small[smalls] = rich
            smalls += 1


@inline
def draw_noise(table: NDArray[np.uint32], bits: np.uint64) -> int:
    """Return a noise word from 64 random bits."""
    cell = 2 * rng.below(rng.high(bits), len(table) // 2)
    other = int(np.int64(table[cell + 1]))
    return cell // 2 if rng.low(bits) < table[cell] else other


@inline
def subsample(
    ids: NDArray[np.uint32], keep: NDArray[np.uint32], state: np.uint64, tokens: NDArray[np.int64], filled: int
) -> Any:
    """Append the trained ids that are kept to ``tokens[filled:]``; return the new `filled` and stream.

    Ids from ``len(keep)`` on are outside the vocabulary and removed without a gap, as in word2vec.c.
    """
    for token in range(len(ids)):
        word = np.int64(ids[token])
        if word < len(keep):
            state += rng.GOLDEN
            if rng.low(rng.mix(state)) <= keep[word]:
                tokens[filled] = word
                filled += 1
    return filled, state

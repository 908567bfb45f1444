"""The cipher: the bits of each word, determined by its rank; dense noise; decoding.

The rule of noise is Williams' (IaMaN), for the t-th word with its code's unit-sum vector v_t and its count f(t)::

    F = Σ_t f(t) v_t,  q = F / ΣF,  n = (1 − q) / Σ_j (1 − q_j)
    rep(t) = β_t v_t + (1 − β_t) n

Frequent dimensions have less noise; words of small β are mostly noise. Types of β, with k documents in which a
word occurs df times, and n[c] words that occur c times: ``f`` f / (f + 1); ``nf`` 1 / n[f]; ``df`` df / k; ``dfnf``
√(df / k · 1 / n[f]); ``all`` the cube root of all three together; ``none`` 1.
"""

from collections.abc import Sequence
from math import comb, lcm

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wordvec.errors import InputError, SettingsError
from wordvec.kernels import cipher as kernels

NOISE = ("none", "f", "nf", "df", "dfnf", "all")
_BEYOND = 1 << 62
_NOISY_UNIT = 1 << 20
_LONGEST = 20  # bits of a code whose shares are still exact


class Cipher:
    """Codes of words by falling frequency.

    Parameters
    ----------
    counts
        (words,) counts of the words, falling.
    bits
        Number of bits of a code; there are 2^bits − 1 codes.

    Attributes
    ----------
    active, lengths
        (words, most) int32 array of the active bits, rising, then −1; and (words,) int64 array of their numbers.

    Raises
    ------
    SettingsError
        If there are more words than codes, or `bits` is below 1.

    Examples
    --------
    >>> Cipher([9, 5, 4, 2], bits=3).active.tolist()
    [[0, -1], [1, -1], [2, -1], [1, 2]]
    """

    def __init__(self, counts: ArrayLike, bits: int) -> None:
        self.counts, self.bits = np.asarray(counts, np.int64), bits
        words = len(self.counts)
        if bits < 1:
            raise SettingsError(f"{bits}: must be at least 1", setting="bits")
        if words >= 1 << min(bits, 62):
            raise SettingsError(
                f"{bits}: makes {(1 << bits) - 1:,} codes, too few for {words:,} words",
                setting="bits",
                advice=f"at least {words.bit_length()} bits are needed, or a larger {{min_count}}",
            )
        most, known = 0, 0
        while known < words:
            most += 1
            known += comb(bits, most)
        table = [[min(comb(n, k), _BEYOND) for k in range(most + 1)] for n in range(bits + 1)]
        self.active, self.lengths = np.empty((words, most), np.int32), np.empty(words, np.int64)
        kernels.unrank(0, np.array(table, np.int64), self.active, self.lengths)

    def __len__(self) -> int:
        return len(self.counts)

    def owners(self, bit: int) -> NDArray[np.int64]:
        """Return the ranks of the words whose code has a bit.

        Raises
        ------
        SettingsError
            If the bit is out of range.
        """
        if not 0 <= bit < self.bits:
            raise SettingsError(f"bit {bit}: must be from 0 to {self.bits - 1}")
        return np.flatnonzero((self.active == bit).any(1))

    def matrix(self, noise: str = "none", documents: ArrayLike | None = None) -> NDArray[np.float64]:
        """Return the (words, bits) representations of the words; each sums to 1.

        Parameters
        ----------
        noise
            One of `NOISE`.
        documents
            (words + 1,) document frequencies of the words, then the number of documents; for ``df``, ``dfnf`` and
            ``all``.

        Raises
        ------
        SettingsError
            If the noise is unknown, or needs documents.
        """
        clean = np.zeros((len(self), self.bits))
        ranks = np.repeat(np.arange(len(self)), self.lengths)
        clean[ranks, self.active[self.active >= 0]] = np.repeat(1 / self.lengths, self.lengths)
        beta = self.beta(noise, documents)[:, None]
        return beta * clean + (1 - beta) * self.noise()

    def beta(self, noise: str, documents: ArrayLike | None = None) -> NDArray[np.float64]:
        """Return β, the fraction of its code that each word keeps (words,); see `matrix`."""
        if noise not in NOISE:
            raise SettingsError(f"{noise}: choose one of {', '.join(NOISE)}", setting="noise")
        if noise == "none":
            return np.ones(len(self))
        if noise == "f":
            return self.counts / (self.counts + 1)
        _, of_word, types = np.unique(self.counts, return_inverse=True, return_counts=True)
        rare = 1 / types[of_word]
        if noise == "nf":
            return rare
        if documents is None:
            raise SettingsError(f"{noise}: needs the document frequencies of all words", setting="noise")
        known = np.asarray(documents, np.float64)
        spread: NDArray[np.float64] = known[:-1] / known[-1]
        if noise == "df":
            return spread
        if noise == "dfnf":
            return np.sqrt(spread * rare)
        return np.cbrt(spread * rare * self.counts / (self.counts + 1))

    def noise(self) -> NDArray[np.float64]:
        """Return the noise n (bits,), which sums to 1; uniform if there is one bit."""
        shares = np.repeat(self.counts / self.lengths, self.lengths)
        frequencies = np.bincount(self.active[self.active >= 0], shares, self.bits)
        rest = 1 - frequencies / frequencies.sum()
        return rest / rest.sum() if rest.sum() > 0 else np.full(self.bits, 1 / self.bits)

    def decode(self, vectors: ArrayLike) -> NDArray[np.int64]:
        """Return for each vector (many, bits) the rank of the word whose bits have the largest sum; the first of ties.

        Codes that contain a word's code have the same sum of its vector as its own; the most frequent word is returned.

        Raises
        ------
        InputError
            If the vectors have another number of bits.
        """
        given = np.asarray(vectors, np.float64)
        if given.ndim != 2 or given.shape[1] != self.bits:
            raise InputError(f"vectors of shape {given.shape}: a cipher of {self.bits} bits takes (many, {self.bits})")
        padded = np.concatenate([given, np.zeros((len(given), 1))], axis=1)  # for index −1
        return np.array([one[self.active].sum(1).argmax() for one in padded], np.int64)

    def codes(self, beta: NDArray[np.float64]) -> tuple[NDArray[np.int32], int]:
        """Return the codes as `kernels.cipher` takes them, and the unit of shares; a word's bits sum to its β.

        Without noise, shares are exact if the longest code has at most 20 bits.
        """
        longest = int(self.lengths.max())
        unit = lcm(*range(1, longest + 1)) if (beta == 1).all() and longest <= _LONGEST else _NOISY_UNIT
        free = self.bits + np.arange(longest, dtype=np.int32)
        shares = np.rint(beta * unit / self.lengths).astype(np.int32)
        return np.column_stack([np.where(self.active >= 0, self.active, free), shares]).astype(np.int32), unit


def label(bits: Sequence[int]) -> str:
    """Return a readable code: its active bits, separated by blanks."""
    return " ".join(str(bit) for bit in bits if bit >= 0)

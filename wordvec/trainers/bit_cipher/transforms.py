"""Transforms of sums of codes into vectors: logarithms, mutual information, normalisation.

E_j are the sums of a block, s is ``smoothing``, r the sum of E for a word, c_j for a bit over all words, T the total::

    none     E_j
    log1p    ln(1 + E_j)
    logprob  ln((E_j + s) / (r + s · bits))
    pmi      ln((E_j + s) · T / (r · c_j)), with s added in r, c and T, too
    ppmi     the same where it is above 0, else 0
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.trainers.bit_cipher.aggregation import Sums

TRANSFORMS = ("none", "log1p", "logprob", "pmi", "ppmi")
NEED_SMOOTHING = ("logprob", "pmi")
NORMS = ("none", "l1", "l2")
_ROWS_AT_ONCE = 4_096

Numbers = NDArray[np.float64]


class Transform(NamedTuple):
    """Computation of vectors from sums.

    Attributes
    ----------
    transform, smoothing
        Formula and smoothing; see the module.
    center
        Whether each column's mean is subtracted, before normalisation.
    norm
        ``l1`` or ``l2``: norm that is scaled to 1; ``none``.
    """

    transform: str
    smoothing: float
    center: bool
    norm: str

    def vectors(self, sums: Sums, bits: int, noise: Numbers | None, own: Numbers | None) -> NDArray[np.float32]:
        """Return the (words, dim) vectors, in the memory of the sums, which are overwritten.

        Parameters
        ----------
        noise
            (bits,) array of `Cipher.noise`, which replaces 1 − β of each code; None without noise.
        own
            (words, bits) array that is prepended unchanged; None for nothing.
        """
        words, width = sums.codes.shape
        blocks, before = width // bits, 0 if own is None else own.shape[1]
        out = sums.codes.reshape(-1).view(np.float32)[: words * (before + width)].reshape(words, before + width)
        columns = self._columns(sums, bits, noise)
        for first in range(0, words, _ROWS_AT_ONCE):
            # A copy, because the result is written over the sums, but never over rows that are still to be read.
            rows = _rows(sums, first, min(words, first + _ROWS_AT_ONCE), bits, noise)
            made = self._transformed(rows, columns, words).reshape(len(rows), blocks * bits)
            out[first : first + len(rows), before:] = made
        body = out[:, before:]
        if self.center:
            body -= body.mean(0, dtype=np.float64).astype(np.float32)
        for first in range(0, words, _ROWS_AT_ONCE):
            _normalize(body[first : first + _ROWS_AT_ONCE], self.norm)
        if own is not None:
            out[:, :before] = own
        return out

    def _columns(self, sums: Sums, bits: int, noise: Numbers | None) -> Numbers:
        """Return the (blocks, bits) sums over all words."""
        columns: Numbers = (sums.codes.sum(0) / sums.unit).reshape(-1, bits)
        if noise is not None:
            columns += (sums.totals.sum(0) / sums.weight_unit - columns.sum(1))[:, None] * noise
        return columns

    def _transformed(self, rows: Numbers, columns: Numbers, words: int) -> Numbers:
        if self.transform == "none":
            return rows
        made: Numbers
        if self.transform == "log1p":
            made = np.log1p(rows)
            return made
        s = self.smoothing
        rows += s
        of_word = rows.sum(2, keepdims=True)
        if self.transform == "logprob":
            made = np.log(rows / of_word)
            return made
        of_bit = columns + s * words
        everything = of_bit.sum(1, keepdims=True)
        with np.errstate(divide="ignore", invalid="ignore"):
            made = np.log(rows * (everything / of_bit) / of_word)
        # Without smoothing, a sum of 0 has no information.
        return made if self.transform == "pmi" else np.maximum(np.nan_to_num(made, neginf=0.0), 0)


def _rows(sums: Sums, first: int, last: int, bits: int, noise: Numbers | None) -> Numbers:
    """Return the (words, blocks, bits) sums of some words, with their noise."""
    rows: Numbers = (sums.codes[first:last] / sums.unit).reshape(last - first, -1, bits)
    if noise is not None:
        rows += (sums.totals[first:last] / sums.weight_unit - rows.sum(2))[:, :, None] * noise
    return rows


def _normalize(rows: NDArray[np.float32], kind: str) -> None:
    """Scale the norm of rows to 1, in place; rows of zeros stay."""
    if kind == "none":
        return
    values = rows.astype(np.float64)
    lengths = np.abs(values).sum(1) if kind == "l1" else np.sqrt(np.einsum("ij,ij->i", values, values))
    rows /= np.where(lengths == 0, 1, lengths).astype(np.float32)[:, None]

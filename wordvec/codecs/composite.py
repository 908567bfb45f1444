"""Codecs that are made of others: tiers of rows, and rows that several words share.

In `Tiered` rows, frequent words, which come first, have more bytes. Kang and others, "Learning multi-granular quantized
embeddings for large-vocab categorical features" (2020), give them more centroids; a tier can have more parts, or rows
of int8, as well. In `Shared` rows each word has the number of a row, so that a pruned word keeps the row of a similar
word, at two or four bytes.
"""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from wordvec.codecs.coded import Arrays, Coded, row_numbers
from wordvec.codecs.nested import SIMPLE, read_named, rises, written_named
from wordvec.rows import Floats

_SHORT = 1 << 16
_MOST_TIERS = 16


class Tiered(Coded):
    """Rows in tiers.

    Parameters
    ----------
    tiers
        Rows of each tier, in order; all of the same dim.
    """

    storage: ClassVar[str] = "tiered"

    def __init__(self, tiers: Sequence[Coded]) -> None:
        self.tiers = list(tiers)

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of rows and of dimensions."""
        return sum(map(len, self.tiers)), self.tiers[0].shape[1]

    @classmethod
    def read(cls, settings: Mapping[str, Any], shape: tuple[int, int], arrays: Arrays) -> Self:
        """Return the rows of a folder: the arrays of the tiers are called ``tier1-codes`` and so on."""
        about = settings["tiers"]
        if type(about) is not list or not 1 <= len(about) <= _MOST_TIERS:
            raise ValueError(f"tiers: expected a list of 1 to {_MOST_TIERS}")
        names = (f"tier{number}" for number in itertools.count(1))
        found = cls([read_named(name, own, shape[1], arrays, SIMPLE) for name, own in zip(names, about, strict=False)])
        if found.shape != shape:
            raise ValueError(f"tiers of {found.shape[0]} rows, not {shape[0]}")
        return found

    def written(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Return the settings of the tiers, and the arrays."""
        about: list[dict[str, Any]] = []
        arrays: dict[str, NDArray[Any]] = {}
        for number, tier in enumerate(self.tiers, 1):
            settings, own = written_named(f"tier{number}", tier)
            about.append(settings)
            arrays |= own
        return {"tiers": about}, arrays

    def take(self, rows: slice | NDArray[np.int64]) -> Coded:
        """Return the codes of some rows."""
        wanted = row_numbers(rows, len(self))
        if isinstance(wanted, slice) or rises(wanted):
            return self._rising(np.arange(wanted.start, wanted.stop) if isinstance(wanted, slice) else wanted)
        own, numbers = np.unique(wanted, return_inverse=True)
        return Shared(self._rising(own), numbers)

    def _rising(self, wanted: NDArray[np.int64]) -> Self:
        """Return the codes of rows with rising numbers."""
        ends = np.cumsum([0, *map(len, self.tiers)])
        cuts = np.searchsorted(wanted, ends)
        parts = zip(self.tiers, itertools.pairwise(cuts.tolist()), ends.tolist(), strict=False)
        return type(self)([tier.take(wanted[begin:end] - first) for tier, (begin, end), first in parts])

    def decode(self) -> Floats:
        """Return the rows as float32."""
        return np.concatenate([tier.decode() for tier in self.tiers])

    @property
    def present(self) -> NDArray[np.bool_]:
        """(rows,) bool array: whether each row is not all zeros."""
        return np.concatenate([tier.present for tier in self.tiers])

    @property
    def lengths(self) -> Floats:
        """(rows,) float32 array: lengths of the rows by which they can be divided; 1 for rows of zeros."""
        return np.concatenate([tier.lengths for tier in self.tiers])


class Shared(Coded):
    """Rows that are numbers of other rows.

    Parameters
    ----------
    own
        The rows, each stored once.
    numbers
        (rows,) array of numbers of these rows.
    """

    storage: ClassVar[str] = "shared"

    def __init__(self, own: Coded, numbers: NDArray[Any]) -> None:
        self.own, self.numbers = own, numbers

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of rows and of dimensions."""
        return len(self.numbers), self.own.shape[1]

    @classmethod
    def read(cls, settings: Mapping[str, Any], shape: tuple[int, int], arrays: Arrays) -> Self:
        """Return the rows of a folder: `numbers`, and the arrays ``own-codes`` and so on."""
        own = read_named("own", settings["own"], shape[1], arrays, SIMPLE | {Tiered.storage: Tiered})
        numbers = arrays("numbers", _kind(len(own)), shape[:1])
        if len(numbers) and int(numbers.max()) >= len(own):
            raise ValueError(f"numbers.npy: a number {numbers.max()} where there are {len(own)} rows")
        return cls(own, numbers)

    def written(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Return the settings of the rows, and the arrays."""
        settings, arrays = written_named("own", self.own)
        return {"own": settings}, {"numbers": self.numbers.astype(_kind(len(self.own)), copy=False)} | arrays

    def take(self, rows: slice | NDArray[np.int64]) -> Self:
        """Return the codes of some rows; rows that none of them has are left out."""
        own, numbers = np.unique(self.numbers[row_numbers(rows, len(self))], return_inverse=True)
        return type(self)(self.own.take(own.astype(np.int64)), numbers)

    def decode(self) -> Floats:
        """Return the rows as float32."""
        return np.asarray(self.own.decode()[self.numbers])

    @property
    def present(self) -> NDArray[np.bool_]:
        """(rows,) bool array: whether each row is not all zeros."""
        return np.asarray(self.own.present[self.numbers])

    @property
    def lengths(self) -> Floats:
        """(rows,) float32 array: lengths of the rows by which they can be divided; 1 for rows of zeros."""
        return np.asarray(self.own.lengths[self.numbers])


def _kind(rows: int) -> "np.dtype[Any]":
    """Return the type of the numbers of so many rows."""
    return np.dtype(np.uint16 if rows <= _SHORT else np.uint32)

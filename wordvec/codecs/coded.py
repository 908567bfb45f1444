"""Rows of vectors in another form than float32 numbers."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self, overload

import numpy as np
from numpy.typing import DTypeLike, NDArray

from wordvec import rows
from wordvec.rows import Floats

Arrays = Callable[[str, DTypeLike, tuple[int, ...]], NDArray[Any]]
"""Returns an array by its name, with a required type and shape."""


class Coded(ABC):
    """A matrix (rows, dim) of coded rows. ``coded[rows]`` decodes a row, a slice of rows or an array of row numbers.

    A row of zeros, which means that its word has no vector, stays one in every codec.
    """

    storage: ClassVar[str]
    """Name of the codec."""
    ndim: ClassVar[int] = 2

    @property
    @abstractmethod
    def shape(self) -> tuple[int, int]:
        """Numbers of rows and of dimensions."""

    @classmethod
    @abstractmethod
    def read(cls, settings: Mapping[str, Any], shape: tuple[int, int], arrays: Arrays) -> Self:
        """Return the codes that `settings` and `arrays` describe, as `written` returned them.

        Raises
        ------
        ValueError, KeyError, TypeError
            If they are damaged.
        """

    @abstractmethod
    def written(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Return the settings, as JSON can hold them, and the arrays by name."""

    @abstractmethod
    def take(self, rows: slice | NDArray[np.int64]) -> "Coded":
        """Return the codes of some rows."""

    @abstractmethod
    def decode(self) -> Floats:
        """Return all rows (rows, dim)."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.shape[0]} rows of dim {self.shape[1]}>"

    def __len__(self) -> int:
        return self.shape[0]

    @property
    def size(self) -> int:
        """Number of numbers."""
        return self.shape[0] * self.shape[1]

    @overload
    def __getitem__(self, chosen: int) -> Floats: ...
    @overload
    def __getitem__(self, chosen: slice | NDArray[np.int64]) -> Floats: ...
    def __getitem__(self, chosen: int | slice | NDArray[np.int64]) -> Floats:
        if isinstance(chosen, slice | np.ndarray):
            return self.take(chosen).decode()
        return np.asarray(self.take(np.array([chosen], np.int64)).decode()[0])

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays in which the rows are stored."""
        return sum(array.nbytes for array in self.written()[1].values())

    @property
    def present(self) -> NDArray[np.bool_]:
        """(rows,) bool array: whether each row is not all zeros."""
        return np.concatenate([np.empty(0, bool), *(rows.present(self[span]) for span in rows.blocks(len(self)))])

    @property
    def lengths(self) -> Floats:
        """(rows,) float32 array: lengths of the rows by which they can be divided; 1 for rows of zeros."""
        parts = (rows.lengths(self[span]) for span in rows.blocks(len(self)))
        return np.concatenate([np.empty(0, np.float32), *parts])


class Direct(Coded):
    """Rows whose codes depend on nothing else, so that no codebook has to be fitted first."""

    @classmethod
    @abstractmethod
    def encode(cls, matrix: Floats) -> Self:
        """Return the codes of rows (rows, dim)."""


def coded_of(rows: object) -> Coded | None:
    """Return rows if they are coded, otherwise None; readers return both under one type."""
    return rows if isinstance(rows, Coded) else None


def row_numbers(rows: slice | NDArray[np.int64], length: int) -> slice | NDArray[np.int64]:
    """Return row numbers without negative ones, or a slice with the step 1."""
    if isinstance(rows, slice):
        begin, end, step = rows.indices(length)
        return slice(begin, max(begin, end)) if step == 1 else np.arange(begin, end, step)
    return np.where(rows < 0, rows + length, rows)

"""Graphs in ``.npz`` files: sparse matrices of SciPy, and graphs of PecanPy, whose nodes have names."""

import zipfile
import zlib
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.graphs.edges import Edges
from wordvec.corpora.graphs.settings import GraphSettings
from wordvec.errors import InputError, MemoryLimitError
from wordvec.representation import short
from wordvec.workers import available_memory

_SPARSE = {"data", "indices", "indptr"}
_DAMAGED = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, TypeError)


class Matrix(NamedTuple):
    """The nodes and edges of a matrix.

    Attributes
    ----------
    names
        Names of the nodes; their row numbers, from 0, if the file has none.
    edges
        Edges from rows to columns.
    symmetric
        Whether each edge has an opposite of the same weight.
    """

    names: list[str]
    edges: Edges
    symmetric: bool

    def __repr__(self) -> str:
        return short(self)


def is_archive(path: Path) -> bool:
    """Return whether a file is a zip archive, as ``.npz`` files are.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(4) == b"PK\x03\x04"
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error


def read_matrix(path: Path, settings: GraphSettings) -> Matrix:
    """Read a matrix; entry (i, j) is the weight of the edge from node i to node j.

    Raises
    ------
    InputError
        If the file is damaged, has no square matrix, or a weight is not a number of at least 0.
    MemoryLimitError
        If memory does not suffice.
    """
    try:
        _check_size(path)
        matrix, names = _loaded(path)
    except MemoryError as error:
        raise MemoryLimitError(f"{path}: does not fit in memory ({error})") from error
    except _DAMAGED as error:
        raise InputError(f"{path}: holds no sparse matrix of SciPy or graph of PecanPy ({error})") from error
    if len(set(matrix.shape)) != 1 or matrix.ndim != 2:
        shape = " x ".join(f"{length:,}" for length in matrix.shape)
        raise InputError(f"{path}: the matrix has the shape {shape}; that of a graph is square")
    size = matrix.shape[0]
    if names is not None and len(names) != size:
        raise InputError(f"{path}: has {len(names):,} names for {size:,} nodes")
    if names is not None and len(set(names)) < size:
        raise InputError(f"{path}: two nodes are called {Counter(names).most_common(1)[0][0]!r}; rename one")
    if matrix.dtype.kind not in "biuf":
        raise InputError(f"{path}: the weights have the type {matrix.dtype}; expected numbers")
    entries = matrix.tocoo()
    with np.errstate(over="ignore"):
        weights = np.asarray(entries.data, np.float32)
    wrong = np.flatnonzero(~np.isfinite(weights) | (weights < 0))
    if len(wrong) and not settings.unweighted:
        where, value = f"({entries.row[wrong[0]]}, {entries.col[wrong[0]]})", weights[wrong[0]]
        negative = "is negative; walks need weights of at least 0"
        raise InputError(f"{path}: the weight {value:g} at {where} {negative if value < 0 else 'is not finite'}")
    if settings.unweighted:
        weights = (weights != 0).astype(np.float32)
    shown = [str(row) for row in range(size)] if names is None else names
    edges = Edges.of(np.asarray(entries.row, np.uint32), np.asarray(entries.col, np.uint32), weights)
    return Matrix(shown, edges, (matrix != matrix.T).nnz == 0)


def _loaded(path: Path) -> tuple[Any, list[str] | None]:
    """Return a sparse matrix in compressed rows, without repeated entries, and the names of its nodes."""
    from scipy import sparse

    # NumPy does not close a damaged file that it has opened.
    with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
        if "format" in stored.files:
            matrix, names = sparse.csr_array(sparse.load_npz(path)), None
        else:
            data = stored["data"]
            names = _names(stored["IDs"]) if "IDs" in stored.files else None
            if data.ndim == 2:
                matrix = sparse.csr_array(data)
            elif set(stored.files) >= _SPARSE:
                size = len(stored["indptr"]) - 1
                signed = [_signed(stored[name]) for name in ("indices", "indptr")]
                matrix = sparse.csr_array((data, *signed), shape=(size, size))
            else:
                raise ValueError(f"arrays {', '.join(stored.files) or 'none'}")
    matrix.check_format(full_check=True)
    matrix.sum_duplicates()
    return matrix, names


def _check_size(path: Path) -> None:
    """Refuse a file whose arrays do not fit in memory as they are in the file, before they are read."""
    with zipfile.ZipFile(path) as archive:
        needed = sum(part.file_size for part in archive.infolist())
    if needed > available_memory():
        raise MemoryLimitError(f"{path}: its arrays need more than {needed / 1e6:,.0f} MB, more than there is")


def _names(stored: NDArray[Any]) -> list[str]:
    if stored.ndim != 1:
        raise ValueError(f"IDs of the shape {stored.shape}")
    return [str(name) for name in stored.tolist()]


def _signed(numbers: NDArray[Any]) -> NDArray[np.int64]:
    if numbers.dtype.kind not in "iu":
        raise ValueError(f"indices of the type {numbers.dtype}")
    return numbers.astype(np.int64)

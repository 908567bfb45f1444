"""Truncated singular value decomposition of a sparse matrix, as vectors of its rows and columns.

::

    M ≈ U_d S_d V_dᵀ,      W = U_d S_d^p,      C = V_d S_d^p
"""

import dataclasses
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import SettingsError
from wordvec.workers import Progress, StopFlag

if TYPE_CHECKING:
    from scipy.sparse import csr_array

# Matrices of at most so many words are decomposed densely, in a fraction of a second.
DENSE_WORDS = 500


class Factors(NamedTuple):
    """Factors of a truncated singular value decomposition.

    Attributes
    ----------
    words, contexts
        (rows, dim) and (columns, dim) float32: W and C.
    singular_values
        (dim,) float64, falling.
    """

    words: NDArray[np.float32]
    contexts: NDArray[np.float32]
    singular_values: NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class SVD:
    """Truncated singular value decomposition of a sparse matrix, the same bits for one seed.

    The solver is ARPACK. A randomised solver (Halko, Martinsson and Tropp 2011: power iterations of a block, with QR)
    was measured against it on the PPMI of wiki8 (67,961 words, window 2, 10.5 M entries), 100 vectors, seconds of one
    processor: ARPACK took 16 and is exact to 1e-6. The randomised solver with 10 spare vectors and 4 iterations took
    13, and its last singular values were 7 % too small; with 50 and 8 it took 33, for 0.6 %. The values decrease too
    slowly (1563, 653, ..., 188, 187) for a few iterations to separate the last vectors.

    Parameters
    ----------
    dim
        Number of singular values, the largest ones.
    eigenvalue_power
        Power p of the singular values in W and C.
    seed
        Seed of ARPACK's starting vector.
    """

    dim: int
    eigenvalue_power: float = 0.5
    seed: int = 1

    def factors(
        self, matrix: "csr_array[Any, Any]", *, progress: Progress | None = None, stop: StopFlag | None = None
    ) -> Factors:
        """Return W and C of a sparse matrix; in each column of U the number of largest magnitude is positive.

        Columns beyond the rank of the matrix are zeros.

        Raises
        ------
        SettingsError
            If the matrix has fewer rows or columns than `dim`.
        Interrupted
            If `stop` was set.
        """
        size = min(matrix.shape)
        if not 0 < self.dim <= size:
            raise SettingsError(
                f"{self.dim}: a matrix of shape {matrix.shape} has {size} singular values", setting="dim"
            )
        if size <= max(DENSE_WORDS, self.dim):
            u, s, vt = np.linalg.svd(matrix.toarray().astype(np.float64), full_matrices=False)
        else:
            u, s, vt = self._arpack(matrix, progress or Progress(), stop or StopFlag())
        largest = np.argsort(-s, kind="stable")[: self.dim]
        s, u, v = s[largest].astype(np.float64), u[:, largest], vt[largest].T
        signs = np.sign(u[np.abs(u).argmax(axis=0), np.arange(self.dim)])
        nonzero = s > 10 * math.sqrt(max(matrix.shape)) * np.finfo(u.dtype).eps * s[0]
        scale = signs * np.where(nonzero, s, 1) ** self.eigenvalue_power * nonzero
        return Factors((u * scale).astype(np.float32), (v * scale).astype(np.float32), s * nonzero)

    def _arpack(self, matrix: "csr_array[Any, Any]", progress: Progress, stop: StopFlag) -> tuple[Any, Any, Any]:
        from scipy.sparse.linalg import LinearOperator, svds

        done = 0
        transposed = matrix.T  # a view, by columns

        def product(factor: Any) -> Callable[[Any], Any]:
            def multiply(other: Any) -> Any:
                nonlocal done
                stop.check()
                done += 1
                progress.report(done)
                return factor @ other

            return multiply

        operator = LinearOperator(
            matrix.shape,
            matvec=product(matrix),
            rmatvec=product(transposed),
            matmat=product(matrix),
            rmatmat=product(transposed),
            dtype=matrix.dtype,
        )
        start = np.random.default_rng(self.seed).standard_normal(min(matrix.shape)).astype(matrix.dtype)
        progress.begin("SVD", None, " products")
        found: tuple[Any, Any, Any] = svds(operator, self.dim, v0=start, solver="arpack")
        progress.end()
        return found

"""Frozen vectors as features of a classifier: the rows of a dataset's words."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError, SettingsError
from wordvec.evaluation.lookup import MISSING, Lookup
from wordvec.rows import first_not_finite
from wordvec.vectors import Vectors

INSTALL = "pip install scikit-learn"


class Frozen(NamedTuple):
    """The vectors of a dataset's words.

    Attributes
    ----------
    rows
        (words,) int64 array, the row of each word of the dataset in `known`, or `MISSING`.
    known
        The needed vectors, each once.
    """

    rows: NDArray[np.int64]
    known: Vectors

    @classmethod
    def of(cls, vectors: Vectors, words: Sequence[str], case: str) -> "Frozen":
        """Look up a dataset's words.

        Raises
        ------
        InputError
            If a needed vector holds NaN or infinity.
        SettingsError
            If the case policy is unknown.
        """
        found = Lookup.of(vectors, case).rows(words)
        needed = np.unique(found[found != MISSING])
        matrix = vectors.matrix[needed]
        if (broken := first_not_finite(matrix)) is not None:
            row = int(needed[broken])
            raise InputError(f"{vectors.words[row]!r} (row {row + 1}): its vector holds NaN or infinity; train again")
        counts = None if vectors.counts is None else vectors.counts[needed]
        rows = np.where(found == MISSING, MISSING, np.searchsorted(needed, found))
        return cls(rows, Vectors([vectors.words[row] for row in needed], matrix, counts))

    def matrix(self) -> NDArray[np.float64]:
        """Return the vectors (words, dim) of the dataset's words, zeros for unknown ones."""
        matrix = np.zeros((len(self.rows), self.known.dim))
        matrix[self.rows != MISSING] = self.known.matrix[self.rows[self.rows != MISSING]]
        return matrix


def random_baselines(frozen: Mapping[str, Frozen]) -> dict[str, Frozen]:
    """Return the words and dims of random vectors by name: one entry for each dim and set of known words."""
    different = {(one.known.dim, (one.rows != MISSING).tobytes()): name for name, one in reversed(list(frozen.items()))}
    dims = [dim for dim, _ in different]
    return {
        f"random, dim {dim}" + (f", words of {name}" if dims.count(dim) > 1 else ""): frozen[name]
        for (dim, _), name in sorted(different.items(), key=lambda item: (item[0][0], list(frozen).index(item[1])))
    }


def unit_scale(features: NDArray[np.float64], weights: NDArray[np.int64] | None = None) -> float:
    """Return the factor by which the weighted mean square of features (items, dim) becomes 1; 1 if all are 0."""
    squares = np.einsum("ij,ij->i", features, features)
    total = float(squares.mean() if weights is None else np.average(squares, weights=weights)) if len(squares) else 0.0
    return float(np.sqrt(features.shape[1] / total)) if total else 1.0


def need_sklearn() -> None:
    """Check that scikit-learn is installed.

    Raises
    ------
    SettingsError
        If it is not installed.
    """
    try:
        import sklearn  # noqa: F401
    except ImportError as error:
        raise SettingsError(f"scikit-learn is not installed; install it with {INSTALL}") from error


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Limit scikit-learn to one thread, so that sums do not depend on the machine.

    Its steps are so small that two threads take four times as long (softmax regression, batches of 200).
    """
    import sklearn.linear_model  # noqa: F401 - the limit applies to loaded libraries only
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with threadpool_limits(1):
        yield

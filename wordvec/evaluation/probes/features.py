"""Frozen vectors as features of a classifier: the rows of a dataset's words."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError, SettingsError
from wordvec.evaluation.lookup import MISSING, Lookup
from wordvec.evaluation.oov import SKIP, SUBWORDS, ZERO, Entry
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
    composed
        (known,) bool array, whether a vector is composed from n-grams.
    oov
        Policy for unknown words, one of `oov.POLICIES`.
    """

    rows: NDArray[np.int64]
    known: Vectors
    composed: NDArray[np.bool_]
    oov: str = SKIP

    @classmethod
    def of(cls, vectors: Vectors, words: Sequence[str], case: str, oov: str = SKIP) -> "Frozen":
        """Look up a dataset's words.

        Raises
        ------
        InputError
            If a needed vector holds NaN or infinity.
        SettingsError
            If the case policy is unknown.
        """
        lookup = Lookup.of(vectors, case, compose=words if oov == SUBWORDS else ())
        found = lookup.rows(words)
        needed = np.unique(found[found != MISSING])
        matrix, composed = lookup.vectors(needed), lookup.composed(needed)
        spelled = [lookup.spelling(row) for row in needed.tolist()]
        if (broken := first_not_finite(matrix)) is not None:
            where = "composed" if composed[broken] else f"row {needed[broken] + 1}"
            raise InputError(f"{spelled[broken]!r} ({where}): its vector holds NaN or infinity; train again")
        counts = None
        if vectors.counts is not None:
            # The text of the vectors does not have a composed word.
            counts = np.concatenate([vectors.counts[needed[~composed]], np.zeros(composed.sum(), np.int64)])
        rows = np.where(found == MISSING, MISSING, np.searchsorted(needed, found))
        return cls(rows, Vectors(spelled, matrix, counts), composed, oov)

    @property
    def counted(self) -> NDArray[np.bool_]:
        """(words,) bool array, whether a word of the dataset has a vector; with ``zero`` all have."""
        counted: NDArray[np.bool_] = (self.rows != MISSING) | (self.oov == ZERO)
        return counted

    def coverage(self, known: float) -> dict[str, float]:
        """Return the columns of coverage, from the share of known tokens."""
        composed = {"composed_words": int(self.composed.sum())} if self.oov == SUBWORDS else {}
        return {"coverage": known} | composed

    def matrix(self) -> NDArray[np.float64]:
        """Return the vectors (words, dim) of the dataset's words, zeros for unknown ones."""
        matrix = np.zeros((len(self.rows), self.known.dim))
        matrix[self.rows != MISSING] = self.known.matrix[self.rows[self.rows != MISSING]]
        return matrix


def frozen(entries: Sequence[Entry], words: Sequence[str], case: str) -> dict[str, Frozen]:
    """Return the vectors of a dataset's words by the label of each entry.

    Raises
    ------
    InputError, SettingsError
        As `Frozen.of`.
    """
    found: dict[str, Frozen] = {}
    for entry in entries:
        try:
            found[entry.label] = Frozen.of(entry.vectors, words, case, entry.oov)
        except InputError as error:
            raise InputError(f"{entry.name}: {error}") from error
    return found


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

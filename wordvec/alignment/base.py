"""What every method of alignment shares: settings written once, and two spaces checked and normalised."""

import dataclasses
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.alignment import normalise
from wordvec.alignment.anchors import Anchors, Ids
from wordvec.alignment.mapping import Mapping
from wordvec.alignment.normalise import ROWS_AT_ONCE, Normalisation
from wordvec.alignment.side import Rows, Side
from wordvec.errors import InputError
from wordvec.trainers.base import check, hyperparameter, machinery
from wordvec.vectors import Vectors

Floats = NDArray[np.float32]


class Space(NamedTuple):
    """The vectors of one side, and how they are normalised."""

    vectors: Vectors
    normalisation: Normalisation

    @classmethod
    def of(cls, vectors: Vectors, names: str, side: str) -> "Space":
        """Look at vectors and learn their normalisation.

        Raises
        ------
        InputError
            If a row holds NaN or infinity.
        """
        for begin in range(0, len(vectors), ROWS_AT_ONCE):
            finite = np.isfinite(vectors.matrix[begin : begin + ROWS_AT_ONCE]).all(axis=1)
            if not finite.all():
                word = vectors.words[begin + int(np.argmin(finite))]
                raise InputError(f"{word}: its vector in the {side} holds NaN or infinity")
        return cls(vectors, Normalisation.of(vectors.matrix, names))

    def rows(self, ids: Ids) -> Rows:
        """Give normalised rows (n, dim) float64."""
        return self.normalisation.apply(self.vectors.matrix[ids])

    def first(self, words: int) -> Floats:
        """Give the normalised rows of the first words, the most frequent, (n, dim) float32."""
        rows = np.empty((min(words, len(self.vectors)), self.vectors.dim), np.float32)
        for begin in range(0, len(rows), ROWS_AT_ONCE):
            block = rows[begin : begin + ROWS_AT_ONCE]
            block[:] = self.normalisation.apply(self.vectors.matrix[begin : begin + len(block)])
        return rows


@dataclasses.dataclass(frozen=True, kw_only=True)
class Aligner:
    """Base of all methods.

    Raises
    ------
    SettingsError
        If a value is out of its range.
    """

    steps: str = hyperparameter("unit,center,unit", "what is done to the rows of both first: unit, center, in order")
    cutoff: int = hyperparameter(200_000, "look at so many words of each, the most frequent", at_least=1)
    method: ClassVar[str]
    rounds_of_work: ClassVar[bool] = False
    """Whether `fit` goes on for a while, and takes `progress` and `stop`."""
    validates: ClassVar[bool] = False
    """Whether `fit` takes pairs for `validation`, to choose the best round by."""
    unsupervised: ClassVar[bool] = False
    """Whether `fit` takes None for anchors."""

    def __post_init__(self) -> None:
        normalise.steps(self.steps)
        check(self)

    @property
    def moves_target(self) -> bool:
        """Whether the target has to be mapped, too, before cosines with it mean something."""
        return normalise.CENTER in normalise.steps(self.steps)

    def kernels(self, anchors: Anchors | None) -> tuple[str, ...]:
        """Name the modules of kernels that `fit` will run."""
        return ("neighbours",) if self.rounds_of_work else ()

    def spaces(self, source: Vectors, target: Vectors) -> tuple[Space, Space]:
        """Check two sides and learn their normalisation.

        Raises
        ------
        InputError
            If they are of different dims, or a row is not finite.
        """
        check_dims(source, target)
        return Space.of(source, self.steps, "source"), Space.of(target, self.steps, "target")

    def mapping(self, source: Space, target: Space, matrix: Rows, anchors: Anchors | None, **figures: Any) -> Mapping:
        """Give the mapping of the source into the target's space by one matrix."""
        sides = Side(source.normalisation, matrix), Side(target.normalisation, np.eye(len(matrix)))
        return Mapping(*sides, self.record(anchors, **figures))

    def operations(self, source: int, target: int, dim: int, pairs: int) -> float:
        """Give the floating-point operations of `fit` for so many words of each, roughly."""
        return pairs * dim * dim * 2.0

    def record(self, anchors: Anchors | None, **figures: Any) -> dict[str, Any]:
        """Give what a mapping says of how it was made."""
        return {
            "method": self.method,
            "settings": dataclasses.asdict(self),
            "anchors": anchors.record if anchors is not None else {"dictionary": "none"},
            **figures,
            **machinery(),
        }


def check_dims(source: Vectors, target: Vectors) -> None:
    """Refuse spaces that have not as many dimensions.

    Raises
    ------
    InputError
        If their dims differ.
    """
    if source.dim != target.dim:
        raise InputError(
            f"the source is of dim {source.dim} and the target of dim {target.dim}; train both with one dim"
        )

"""Base of the methods of alignment: common settings, and two spaces that are checked and normalised."""

import abc
import dataclasses
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.alignment import guards, normalise
from wordvec.alignment.dictionary import Anchors, Ids
from wordvec.alignment.mapping import PLACEMENT, Mapping
from wordvec.alignment.normalise import Normalisation
from wordvec.alignment.side import Rows, Side
from wordvec.documentation import documented
from wordvec.errors import InputError, SettingsError
from wordvec.provenance import machinery
from wordvec.rows import ROWS_AT_ONCE, first_not_finite, unit_float64
from wordvec.settings import check_settings, setting
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag

Floats = NDArray[np.float32]

_SPANNING = 10_000
"""Number of words by which the number of directions of a space is computed."""
_FACTORS = (1.0, 10.0)
"""Least and greatest factor of placement, apart from the ratio of lengths."""


class Space(NamedTuple):
    """The words of one side that have a vector, with their normalisation.

    Attributes
    ----------
    vectors
        Vectors of all words of the side.
    normalisation
        Normalisation, fitted to the words that have a vector.
    kept
        (words,) int64 array: the rows that hold a vector; words are numbered by it. None if all rows do.
    """

    vectors: Vectors
    normalisation: Normalisation
    kept: Ids | None = None

    @classmethod
    def of(cls, vectors: Vectors, names: str, side: str) -> "Space":
        """Check vectors and fit their normalisation.

        Raises
        ------
        InputError
            If a row holds NaN or infinity, or no row holds a vector.
        """
        if (row := first_not_finite(vectors.matrix)) is not None:
            raise InputError(f"{vectors.words[row]}: its vector in the {side} holds NaN or infinity")
        if len(vectors) and not vectors.present.any():
            raise InputError(f"no word of the {side} has a vector: all its rows are zeros")
        kept = None if vectors.present.all() else np.flatnonzero(vectors.present)
        return cls(vectors, Normalisation.of(vectors.matrix, names), kept)

    def __len__(self) -> int:
        return len(self.vectors) if self.kept is None else len(self.kept)

    def numbers(self, rows: Ids) -> Ids:
        """Return the numbers of the words of given rows, which must hold vectors."""
        return rows if self.kept is None else np.searchsorted(self.kept, rows)

    def rows(self, ids: Ids) -> Rows:
        """Return normalised rows (n, dim) float64."""
        return self.normalisation.apply(self.vectors.matrix[ids if self.kept is None else self.kept[ids]])

    def first(self, words: int) -> Floats:
        """Return the normalised rows of the first, most frequent words, (words, dim) float32."""
        rows = np.empty((min(words, len(self)), self.vectors.dim), np.float32)
        for begin in range(0, len(rows), ROWS_AT_ONCE):
            block = rows[begin : begin + ROWS_AT_ONCE]
            some: Any = slice(begin, begin + len(block))
            block[:] = self.normalisation.apply(self.vectors.matrix[some if self.kept is None else self.kept[some]])
        return rows


class Job(NamedTuple):
    """Checked input of a method.

    Attributes
    ----------
    source, target
        The two spaces, of one dim.
    anchors
        Anchors by the numbers of the spaces' words; empty only for an unsupervised method.
    validation
        Pairs for validation among the first `cutoff` words, numbered in the same way.
    progress, stop
        Receiver of reports, and flag that stops the work.
    most_rounds
        Greatest number of rounds; None for the method's own number.
    """

    source: Space
    target: Space
    anchors: Anchors
    validation: Anchors | None
    progress: Progress
    stop: StopFlag
    most_rounds: int | None = None

    def rounds(self, wanted: int) -> int:
        """Return the number of rounds to run."""
        return wanted if self.most_rounds is None else min(wanted, self.most_rounds)

    def pairs(self) -> tuple[Rows, Rows]:
        """Return the normalised rows (pairs, dim) float64 of the anchors, of both sides."""
        return self.source.rows(self.anchors.source), self.target.rows(self.anchors.target)


@documented
@dataclasses.dataclass(frozen=True, kw_only=True)
class Aligner(abc.ABC):
    """Base of the methods of alignment.

    Raises
    ------
    SettingsError
        If a value is out of its range.
    """

    steps: str = setting("unit,center,unit", "normalisation of the rows of both, in order: unit, center")
    cutoff: int = setting(200_000, "number of most frequent words of each to use", at_least=1)
    method: ClassVar[str]
    validates: ClassVar[bool] = False
    """Whether the method has rounds, the best of which can be chosen by validation pairs."""
    unsupervised: ClassVar[bool] = False
    """Whether the method can start without anchors."""
    if_open: ClassVar[str] = ""
    """Consequence of anchors that leave directions open."""

    def __post_init__(self) -> None:
        normalise.steps(arguments.word("steps", self.steps))
        check_settings(self)

    @property
    def moves_target(self) -> bool:
        """Whether the target has to be mapped as well before cosines are comparable."""
        return normalise.CENTER in normalise.steps(self.steps)

    @property
    def reaches_target(self) -> bool:
        """Whether the source can be mapped into the target's own space: rows are centred at most once."""
        return normalise.steps(self.steps).count(normalise.CENTER) <= 1

    def rounds_text(self, pairs: int) -> str:
        """Return the number of rounds with this number of pairs, as text; empty for a method without rounds."""
        return ""

    def fit(
        self,
        source: Vectors,
        target: Vectors,
        anchors: Anchors | None,
        *,
        validation: Anchors | None = None,
        progress: Progress | None = None,
        stop: StopFlag | None = None,
        most_rounds: int | None = None,
    ) -> Mapping:
        """Fit a mapping of two spaces into a common space.

        Parameters
        ----------
        source, target
            The two spaces, of one dim.
        anchors
            Pairs of corresponding words; None to align by the geometry of the spaces alone, if the method is
            `unsupervised`.
        validation
            Pairs by which the best round is chosen, if the method `validates`.
        progress, stop
            Receiver of reports, and flag that stops a method that has rounds.
        most_rounds
            Greatest number of rounds, as for a trial; default: the method's own number.

        Raises
        ------
        InputError
            If the dims of the spaces differ, a row is not finite, a validation pair is beyond the `cutoff`, or the
            anchors do not suffice: none has vectors, they do not span the spaces, or no pair is found from them.
        SettingsError
            If the method needs anchors and there are none, or has no rounds to choose from.
        Interrupted
            If `stop` was set.
        """
        arguments.expect("source", source, Vectors)
        arguments.expect("target", target, Vectors)
        arguments.expect("anchors", anchors, Anchors, optional=True)
        arguments.expect("validation", validation, Anchors, optional=True)
        if most_rounds is not None and arguments.whole("most_rounds", most_rounds) < 1:
            raise SettingsError(f"most_rounds: {most_rounds}; it must be at least 1")
        anchors = Anchors.none() if anchors is None else anchors
        if not (len(anchors) or self.unsupervised):
            raise SettingsError(f"anchors: {self.method} needs some; give a dictionary")
        if validation is not None and not self.validates:
            raise SettingsError(f"validation: {self.method} has no rounds to choose from")
        check_dims(source, target)
        one, other = Space.of(source, self.steps, "source"), Space.of(target, self.steps, "target")
        given, anchors = len(anchors), _between(one, other, anchors)
        if given and not len(anchors):
            raise InputError(f"anchors: none of the {given:,} pairs has a vector on both sides, only rows of zeros")
        validation = None if validation is None else _between(one, other, validation)
        if validation is not None and (
            not len(validation)
            or validation.source.max() >= min(len(one), self.cutoff)
            or validation.target.max() >= min(len(other), self.cutoff)
        ):
            raise InputError(f"validation: pairs must be among the first {self.cutoff:,} words of both")
        job = Job(one, other, anchors, validation, progress or Progress(), stop or StopFlag(), most_rounds)
        guards.warn(guards.same_seed(source, target))
        guards.warn(self._open(job))
        found = self._fit(job)
        return dataclasses.replace(found, record=found.record | {PLACEMENT: _placement(found, job)})

    def _open(self, job: Job) -> str:
        """Return a warning if the anchors leave directions open, or an empty text."""
        if not (self.if_open and len(job.anchors)):
            return ""
        rows = job.pairs()
        rank, dim = int(np.linalg.matrix_rank(rows[0].T @ rows[1])), job.source.vectors.dim
        if rank < dim and len(job.anchors) >= dim:
            # Rows that span fewer directions than they have numbers leave nothing open.
            dim = min(int(np.linalg.matrix_rank(side.first(_SPANNING))) for side in (job.source, job.target))
        return guards.open_directions(len(job.anchors), rank, dim, self.if_open) if rank < dim else ""

    @abc.abstractmethod
    def _fit(self, job: Job) -> Mapping: ...

    def _mapping(self, job: Job, matrix: Rows, **figures: Any) -> Mapping:
        """Return the mapping of the source into the target's space by a matrix (dim, dim)."""
        sides = Side(job.source.normalisation, matrix), Side(job.target.normalisation, np.eye(len(matrix)))
        return Mapping(*sides, self._record(job, **figures))

    def _record(self, job: Job, **figures: Any) -> dict[str, Any]:
        """Return the provenance of a mapping."""
        return {
            "method": self.method,
            "settings": dataclasses.asdict(self),
            "anchors": job.anchors.record,
            **figures,
            **machinery(),
        }


def _placement(found: Mapping, job: Job) -> list[float]:
    """Return the factors of placement towards the target and the source, from the anchors; see `mapping`."""
    if not len(job.anchors):
        return [1.0, 1.0]
    sides = ((job.source, job.anchors.source), (job.target, job.anchors.target))
    rows = [side.vectors.matrix[ids if side.kept is None else side.kept[ids]] for side, ids in sides]
    ends = [side.normalisation.until_centred().apply(some) for (side, _), some in zip(sides, rows, strict=True)]
    lengths = [float(np.linalg.norm(some, axis=1).mean()) for some in ends]
    directions = (job.source.rows(job.anchors.source) @ found.source.matrix @ found.target.matrix.T, job.pairs()[1])
    cosine = float(np.mean(np.sum(unit_float64(directions[0]) * unit_float64(directions[1]), axis=1)))
    factor = min(max(1 / max(cosine, 1e-9), _FACTORS[0]), _FACTORS[1])
    ratio = lengths[1] / lengths[0] if min(lengths) > 0 else 1.0
    return [factor * ratio, factor / ratio]


def _between(source: Space, target: Space, anchors: Anchors) -> Anchors:
    """Return the anchors that have a vector on both sides, renumbered by the words of the spaces."""
    there = source.vectors.present[anchors.source] & target.vectors.present[anchors.target]
    numbers = source.numbers(anchors.source[there]), target.numbers(anchors.target[there])
    if not (lost := len(anchors) - len(numbers[0])):
        return Anchors(*numbers, anchors.record)
    return Anchors(*numbers, anchors.record | {"without_vector": lost})


def check_dims(source: Vectors, target: Vectors) -> None:
    """Raise InputError if two spaces differ in dimension.

    Raises
    ------
    InputError
        If their dims differ.
    """
    if source.dim != target.dim:
        raise InputError(f"the source has dim {source.dim} and the target dim {target.dim}; train both with one dim")

"""Mappings of two spaces into a common one: for each space, a normalisation and a matrix.

A row x of the source becomes n(x) A, and a row y of the target m(y) B. Methods that map the source into the target's
space, such as Procrustes, leave B the identity; VecMap maps both. Rows in the common space are compared by cosines.

A mapping in the target's space leaves the target as it is, so that mapped rows are compared with the target's file:

- c = n(x) A Bᵀ ranks the target's words by c · m(y) = n(x) A · m(y) B, the common space's product without the length
  of m(y) B. With ``unit`` alone and an orthogonal B, cosines are the same as in the common space.
- Where rows are centred, the row is placed at z = f s ĉ + μ: ĉ the direction of c, s the length of x after centring,
  μ the target's mean. For unit rows y, z · y is f s r cos(ĉ, m(y)) − r²/2 plus a constant, r = |y − μ|. It falls with r
  where f s cos < r, so that f = r / (s q) makes it stationary at a translation of typical r and cosine q. f is computed
  from the anchors' means. Without f (f = 1) nearest words are too frequent or too rare.
"""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np

from wordvec import arguments
from wordvec.alignment import mapping_files
from wordvec.alignment.normalise import CENTER, Normalisation
from wordvec.alignment.normalise import steps as names
from wordvec.alignment.side import Placement, Rows, Side
from wordvec.errors import InputError, SettingsError
from wordvec.formats import Plain
from wordvec.formats.common.reading import in_memory
from wordvec.representation import short
from wordvec.vectors import Vectors
from wordvec.vectors.lookup import as_floats

COMMON, TARGET = "common", "target"
SPACES = (COMMON, TARGET)
PLACEMENT = "placement"
"""Key of the record: the factors f towards the target and towards the source."""

NEARLY = 2e-3
"""Tolerance of the singular values of an orthogonal matrix. Written with four decimals, those of a 300 x 300 matrix
differ from 1 by about 2 √300 · 3e-5 = 1e-3."""


@dataclasses.dataclass(frozen=True, eq=False)
class Mapping:
    """Transformations of two spaces into a common space, with their provenance.

    Parameters
    ----------
    source, target
        Transformations of the two sides.
    record
        Provenance, as JSON can hold it: ``method``, ``settings``, anchors, the curve of the objective.
    space
        Space of mapped rows: ``common``, or ``target`` for that of the target's rows as they are.
    """

    source: Side
    target: Side
    record: dict[str, Any] = dataclasses.field(default_factory=dict)
    space: str = COMMON

    def __repr__(self) -> str:
        return short(self)

    @classmethod
    def of(cls, matrix: Rows, steps: str = "", record: dict[str, Any] | None = None) -> "Mapping":
        """Return the mapping x ↦ x `matrix` of a matrix (source dim, target dim), after steps other than ``center``.

        Raises
        ------
        SettingsError
            If a step is unknown, or ``center``.
        """
        arguments.expect("record", record, dict, optional=True)
        if CENTER in names(arguments.word("steps", steps)):
            raise SettingsError("steps: center needs the means of a space; use unit, or fit a method")
        plain = Normalisation.of(np.empty((0, 0)), steps)
        matrix = as_floats("matrix", matrix).astype(np.float64) if not isinstance(matrix, np.ndarray) else matrix
        if matrix.ndim != 2 or matrix.dtype.kind not in "biuf":
            raise SettingsError(f"matrix: expected numbers in two dimensions, got {matrix.dtype} {matrix.shape}")
        matrix = matrix.astype(np.float64)
        return cls(Side(plain, matrix), Side(plain, np.eye(matrix.shape[1])), record or {})

    @property
    def method(self) -> str:
        """Name of the method."""
        return str(self.record.get("method", "unknown"))

    @property
    def matrix(self) -> Rows:
        """Matrix (source dim, target dim) from the source's normalised rows to the target's.

        Raises
        ------
        InputError
            If the target's own matrix is singular.
        """
        if (self.target.matrix == np.eye(*self.target.matrix.shape)).all():
            return self.source.matrix
        return self.source.matrix @ _inverse(self.target.matrix, "the target's side")

    @property
    def orthogonal(self) -> bool:
        """Whether `matrix` is orthogonal, so that it preserves lengths and cosines."""
        matrix = self.matrix
        if matrix.shape[0] != matrix.shape[1]:
            return False
        return bool(np.abs(np.linalg.svd(matrix, compute_uv=False) - 1).max() < NEARLY)

    @property
    def reaches_target(self) -> bool:
        """Whether the mapping can be `in_space` ``target``: the target's rows are centred at most once."""
        return self.target.normalisation.centres <= 1

    def in_space(self, space: str) -> "Mapping":
        """Return the mapping into another space: ``common``, or ``target`` for that of the target's rows as they are.

        In the target's space, cosines approximate those in the common space; they are equal if nothing is centred and
        the target's matrix is the identity.

        Raises
        ------
        SettingsError
            If `space` is unknown, or the target's rows are centred more than once.
        """
        if arguments.word("space", space) not in SPACES:
            raise SettingsError(f"space: {space}; choose from {', '.join(SPACES)}")
        if space == TARGET and not self.reaches_target:
            raise SettingsError("space: rows that are centred more than once have no place in the target's own space")
        return dataclasses.replace(self, space=space)

    def side(self, name: str) -> Side:
        """Return the transformation of ``source`` or ``target`` into `space`."""
        own = self.source if name == "source" else self.target
        if self.space == COMMON:
            return own
        if name == TARGET:
            return Side(Normalisation(), np.eye(own.dim))
        mean = self.target.normalisation.means
        placed = Placement(mean[0], _factors(self.record)[0]) if mean else None
        return Side(own.normalisation, own.matrix @ self.target.matrix.T, placed)

    def apply(self, vectors: Vectors) -> Vectors:
        """Map vectors of the source into the common space, or into the target's own if that is the mapping's `space`.

        Raises
        ------
        InputError
            If the dim is wrong, or a row is not finite.
        """
        arguments.expect("vectors", vectors, Vectors)
        return _moved(self.side("source"), vectors, self.step("source"))

    def apply_to_target(self, vectors: Vectors) -> Vectors:
        """Map vectors of the target into the common space; if the target is `still`, cosines do not change.

        In the target's own space they stay as they are.

        Raises
        ------
        InputError
            If the dim is wrong, or a row is not finite.
        """
        arguments.expect("vectors", vectors, Vectors)
        return _moved(self.side("target"), vectors, self.step("target"))

    def inverted(self) -> "Mapping":
        """Return the mapping of the target into the space of the source's normalised rows.

        Cosines between the two sides stay the same only if the matrix is orthogonal.

        Raises
        ------
        InputError
            If the matrix is singular, or not square.
        """
        back = self.target.matrix @ _inverse(self.source.matrix, "the mapping")
        return Mapping(
            Side(self.target.normalisation, back),
            Side(self.source.normalisation, np.eye(self.source.dim)),
            self.record | {"inverted": not self.record.get("inverted", False), PLACEMENT: _factors(self.record)[::-1]},
            self.space,
        )

    def then(self, other: "Mapping") -> "Mapping":
        """Return the mapping from this one's source to the other's target, as through a pivot language.

        Raises
        ------
        InputError
            If the dims or the means of the space in the middle differ.
        """
        arguments.expect("other", other, Mapping)
        ends, begins = self.target, other.source
        if ends.dim != begins.dim:
            raise InputError(f"the first mapping ends in dim {ends.dim}, and the second begins with dim {begins.dim}")
        if not _alike(ends.normalisation, begins.normalisation):
            raise InputError(
                "the two mappings centre the space in the middle differently; fit both with the same vectors and steps"
            )
        matrix = self.matrix @ begins.matrix
        return Mapping(
            Side(self.source.normalisation, matrix),
            other.target,
            {
                "method": f"{self.method}, {other.method}",
                "first": self.record,
                "second": other.record,
                PLACEMENT: [a * b for a, b in zip(_factors(self.record), _factors(other.record), strict=True)],
            },
            other.space,
        )

    def save(self, path: str | Path, overwrite: bool = False) -> None:
        """Write the whole mapping as ``.npz``, or under another name the matrix as text, as fastText and MUSE do.

        Raises
        ------
        OutputError
            If the file cannot be written, or exists and `overwrite` is false.
        SettingsError
            If text cannot hold the mapping, which centres or maps both sides.
        """
        contents = mapping_files.Contents(self.source, self.target, self.record, self.space)
        mapping_files.save(contents, arguments.path("path", path), overwrite)

    @classmethod
    def load(cls, path: str | Path) -> "Mapping":
        """Read a mapping that `save` wrote, or a matrix as text, as fastText and MUSE write it.

        Raises
        ------
        InputError
            If the file is missing, damaged or not a mapping.
        """
        return cls(*mapping_files.load(arguments.path("path", path)))

    def step(self, side: str) -> dict[str, Any]:
        """Return the entry for the history of vectors that were mapped as those of one side."""
        moves_target = self.space == COMMON and not self.target.still
        return {"step": "align", "side": side, "space": self.space, "moves_target": moves_target} | self.record


def _moved(side: Side, vectors: Vectors, step: dict[str, Any]) -> Vectors:
    plain = Plain(vectors.words, vectors.matrix, vectors.counts, vectors.metadata)
    return Vectors(*side.change(plain, in_memory, **step)[:4])


def _factors(record: dict[str, Any]) -> list[float]:
    """Return the factors of placement towards the target and the source; 1 where they are unknown."""
    found = record.get(PLACEMENT)
    if isinstance(found, list) and len(found) == 2 and all(isinstance(one, float) and 0 < one < 1e3 for one in found):
        return found
    return [1.0, 1.0]


def _inverse(matrix: Rows, whose: str) -> Rows:
    if matrix.shape[0] != matrix.shape[1]:
        raise InputError(f"{whose} has a matrix of {matrix.shape[0]} x {matrix.shape[1]}, which has no inverse")
    values = np.linalg.svd(matrix, compute_uv=False)
    if values[-1] <= values[0] * len(matrix) * np.finfo(np.float64).eps:
        raise InputError(f"{whose} has a singular matrix, which has no inverse")
    return np.asarray(np.linalg.inv(matrix), np.float64)


def _alike(one: Normalisation, other: Normalisation) -> bool:
    """Return whether two normalisations agree; lengths do not matter if nothing is centred."""
    if not one.means and not other.means:
        return True
    return one.steps == other.steps and all(
        np.allclose(mine, theirs) for mine, theirs in zip(one.means, other.means, strict=True)
    )

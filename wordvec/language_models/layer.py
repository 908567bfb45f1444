"""A finished embedding layer: its rows, what they were computed from, and its files."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.corpora.subword_vocabulary import SubwordVocabulary
from wordvec.errors import SettingsError
from wordvec.files import check_output, replacing, together
from wordvec.formats.common import arrays, safetensors, sidecars
from wordvec.rows import Floats

KINDS = (
    "random",
    "copied",
    "copied_fuzzily",
    "trained",
    "composed",
    "interpolated",
    "trained_weights",
    "cipher",
    "gaussian",
    "mean",
    "special_copied",
    "special_mean",
    "padding",
)
"""Kinds of rows, by what they were computed from; a row has the number of its kind."""

ENDINGS = (".safetensors", ".npy")
_SHOWN = 20


@dataclasses.dataclass(frozen=True)
class Layer:
    """An embedding layer, a row for each id of a tokenizer.

    Attributes
    ----------
    vocabulary
        Tokens of the rows.
    matrix
        (tokens, dim) float32 array; with `primitives`, the coordinates.
    kinds
        (tokens,) int8 array of the kinds of the rows, numbers of `KINDS`.
    head
        (tokens, dim) float32 array of the output layer, if it is not tied.
    primitives
        (dimensions of a coordinate, dim) float32 array that the coordinates are multiplied by, if there are any.
    names
        Names of the tensors of `matrix` and `head` in a file.
    metadata
        Provenance: mode, settings, source.
    """

    vocabulary: SubwordVocabulary
    matrix: Floats
    kinds: NDArray[np.int8]
    head: Floats | None = None
    primitives: Floats | None = None
    names: tuple[str, str] = ("embedding.weight", "lm_head.weight")
    metadata: dict[str, Any] = dataclasses.field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<Layer of {len(self.matrix):,} rows of dim {self.matrix.shape[1]}>"

    def counts(self) -> dict[str, int]:
        """Return the number of rows of each kind that occurs."""
        numbers = np.bincount(self.kinds, minlength=len(KINDS)).tolist()
        return {kind: number for kind, number in zip(KINDS, numbers, strict=True) if number}

    def summary(self) -> str:
        """Return the numbers of rows of each kind in words."""
        return ", ".join(f"{number:,} {kind.replace('_', ' ')}" for kind, number in self.counts().items())

    def of_kind(self, *kinds: str) -> NDArray[np.int64]:
        """Return the ids of the rows of some kinds."""
        return np.flatnonzero(np.isin(self.kinds, [KINDS.index(kind) for kind in kinds]))

    def tensors(self) -> dict[str, Floats]:
        """Return the matrices by the names that they have in a file."""
        name, head_name = self.names
        if self.primitives is not None:
            return {f"{name}.coordinates": self.matrix, f"{name}.primitives": self.primitives}
        return {name: self.matrix} | ({head_name: self.head} if self.head is not None else {})

    def manifest(self) -> dict[str, Any]:
        """Return the description that is written beside the layer."""
        random = self.of_kind("random")[:_SHOWN].tolist()
        about = {
            "rows": len(self.matrix),
            "kinds": self.counts(),
            "first_random": [self.vocabulary.tokens[number] for number in random],
            "tensors": {name: list(matrix.shape) for name, matrix in self.tensors().items()},
            "tokenizer": {"file": self.vocabulary.path.name, "digest": self.vocabulary.digest},
        }
        return self.metadata | about

    def save(self, path: str | Path, overwrite: bool = False) -> None:
        """Write a ``.safetensors`` or ``.npy`` file, and its manifest as ``NAME.json`` beside it.

        Raises
        ------
        OutputError
            If a file cannot be written, or exists and `overwrite` is false.
        SettingsError
            If the ending is another, or ``.npy`` would have to hold several matrices.
        """
        path = arguments.path("path", path)
        check_name(path, several=len(self.tensors()) > 1)
        manifest = sidecars.names(path).metadata
        check_output(manifest, overwrite)
        with together(path):
            with replacing(path, overwrite) as temporary:
                self._write(temporary, path.suffix)
            with replacing(manifest, overwrite) as temporary:
                sidecars.write_json(self.manifest(), temporary)

    def _write(self, temporary: Path, suffix: str) -> None:
        if suffix == ".safetensors":
            safetensors.write_matrices(temporary, self.tensors())
            return
        with temporary.open("wb") as file:
            arrays.write_array(file, self.matrix)


def check_name(path: Path, several: bool = False) -> None:
    """Check the name of the file of a layer.

    Raises
    ------
    SettingsError
        If the ending is neither ``.safetensors`` nor ``.npy``, or ``.npy`` would have to hold several matrices.
    """
    if path.suffix not in ENDINGS:
        raise SettingsError(f"{path}: expected a name that ends with {' or '.join(ENDINGS)}", setting="output")
    if several and path.suffix == ".npy":
        raise SettingsError(f"{path}: holds one matrix; write several to a .safetensors file", setting="output")


class Rows:
    """A layer in the making: rows that are filled by and by, each with its kind.

    Parameters
    ----------
    tokens, dims
        Number of rows, and numbers of dimensions of the matrices.
    """

    def __init__(self, tokens: int, dims: Sequence[int]) -> None:
        self.matrices = [np.zeros((tokens, dim), np.float32) for dim in dims]
        self.kinds = np.full(tokens, -1, np.int8)

    @property
    def missing(self) -> NDArray[np.int64]:
        """Ids of the rows that are not filled."""
        return np.flatnonzero(self.kinds < 0)

    def fill(self, ids: NDArray[np.int64], kind: str, rows: Sequence[Floats]) -> None:
        """Fill rows of all matrices."""
        for matrix, values in zip(self.matrices, rows, strict=True):
            matrix[ids] = values
        self.kinds[ids] = KINDS.index(kind)

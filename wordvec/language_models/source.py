"""The embedding layer of an existing model: its matrix, the tokens of the rows, and its output head.

A matrix is named ``FILE.safetensors:TENSOR`` or ``FILE.npy``. A matrix with more rows than tokens is padded, as many
models are; the rows beyond the tokens are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.corpora.subword_vocabulary import SubwordVocabulary
from wordvec.errors import InputError, SettingsError
from wordvec.formats.common import arrays, safetensors
from wordvec.formats.common.reading import Reading
from wordvec.rows import Floats, first_not_finite

USUAL_TENSORS = (
    "embeddings.word_embeddings.weight",
    "bert.embeddings.word_embeddings.weight",
    "model.embed_tokens.weight",
    "transformer.wte.weight",
    "wte.weight",
    "shared.weight",
    "embedding.weight",
    "embeddings",
)
"""Names of embedding layers in published models, tried in order where no tensor is named."""

_ENDINGS = (".safetensors", ".npy")


@dataclass(frozen=True)
class Source:
    """Rows of a model, and whose they are.

    Attributes
    ----------
    vocabulary
        Tokens of the model.
    matrix
        (tokens, dim) float32 array in the order of the ids.
    head
        (tokens, dim) float32 array of the output layer, if it is not tied to the embedding layer.
    known
        (tokens,) bool array of the rows that are used; default: all.
    name, head_name
        Names of the tensors, which the new layer gets, too.

    Raises
    ------
    InputError
        If a matrix has fewer rows than tokens, or holds NaN or infinity, or the sizes differ.
    """

    vocabulary: SubwordVocabulary
    matrix: Floats
    head: Floats | None = None
    known: NDArray[np.bool_] = None  # type: ignore[assignment]
    name: str = "embedding.weight"
    head_name: str = "lm_head.weight"

    def __post_init__(self) -> None:
        arguments.expect("vocabulary", self.vocabulary, SubwordVocabulary)
        tokens = len(self.vocabulary)
        for name in ("matrix", "head"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, _checked(name, getattr(self, name), tokens))
        if self.head is not None and self.head.shape != self.matrix.shape:
            raise InputError(f"the head has dim {self.head.shape[1]}, the embedding layer {self.matrix.shape[1]}")
        known = np.ones(tokens, np.bool_) if self.known is None else self.known
        if not isinstance(known, np.ndarray) or known.shape != (tokens,) or known.dtype != np.bool_:
            arguments.wrong("known", self.known, f"an array of {tokens} bools")
        object.__setattr__(self, "known", known)
        for name in ("name", "head_name"):
            arguments.word(name, getattr(self, name))

    @classmethod
    def load(cls, matrix: str | Path, vocabulary: SubwordVocabulary, head: str | Path | None = None) -> "Source":
        """Read the matrices of a model, named as in the module.

        Raises
        ------
        InputError
            If a file cannot be read, or lacks the tensor, or the sizes differ.
        SettingsError
            If a name is of another kind of file.
        """
        name, rows = read_layer(str(matrix))
        if head is None:
            return cls(vocabulary, rows, name=name)
        head_name, output = read_layer(str(head))
        return cls(vocabulary, rows, output, name=name, head_name=head_name)

    @property
    def dim(self) -> int:
        """Number of dimensions."""
        return int(self.matrix.shape[1])

    @property
    def usual(self) -> NDArray[np.int64]:
        """Ids whose rows have the statistics that new rows shall have: known, of text, and not zeros."""
        found = np.flatnonzero(self.known & self.matrix.any(axis=1) & self.vocabulary.ordinary)
        return found if len(found) else np.flatnonzero(self.known)

    def hiding(self, ids: NDArray[np.int64] | Sequence[int]) -> "Source":
        """Return the source without some of its rows, by which a method can be tested on them."""
        known = self.known.copy()
        known[ids] = False
        return Source(self.vocabulary, self.matrix, self.head, known, self.name, self.head_name)


def read_layer(named: str) -> tuple[str, Floats]:
    """Return the name and the rows of a matrix, named as in the module.

    Raises
    ------
    InputError
        If the file cannot be read or is damaged, or has no such tensor.
    SettingsError
        If the name is of another kind of file.
    """
    file, tensor = named, ""
    if not named.endswith(_ENDINGS):
        file, _, tensor = named.rpartition(":")
    path = Path(file)
    if path.suffix == ".safetensors":
        names = (tensor,) if tensor else USUAL_TENSORS
        matrix = safetensors.read_matrix(path, names, Reading())
        return tensor or "embedding.weight", matrix
    if path.suffix == ".npy" and not tensor:
        return "embedding.weight", arrays.read_npy(path, Reading())
    raise SettingsError(f"{named}: expected FILE.safetensors:TENSOR or FILE.npy", setting="source")


def _checked(name: str, matrix: Floats, tokens: int) -> Floats:
    try:
        matrix = np.asarray(matrix, np.float32)
    except (TypeError, ValueError, OverflowError):
        arguments.wrong(name, matrix, "a matrix of numbers", "Source.load(FILE, vocabulary) for files")
    if matrix.ndim != 2 or len(matrix) < tokens:
        raise InputError(f"the {name} of the source has shape {matrix.shape}, and its tokenizer {tokens:,} tokens")
    if (row := first_not_finite(matrix)) is not None:
        raise InputError(f"the {name} of the source: row {row} holds NaN or infinity")
    return matrix[:tokens]

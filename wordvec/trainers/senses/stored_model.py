"""Loading and saving of models that disambiguate words in context, the folders ``OUT.model.vectors``.

A folder has plain words, which other commands read as word vectors, and beside them ``senses.npy``, (words,) int64, the
number of senses of each word, and the arrays of the model.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.npy import map_array
from wordvec.errors import InputError
from wordvec.formats import mapped
from wordvec.formats.common.plain import Plain
from wordvec.vectors import Vectors

Numbers = NDArray[np.int64]
_NUMBERS = "senses.npy"


class StoredModel(ABC):
    """A model of senses, which is stored as a ``.vectors`` folder.

    Parameters
    ----------
    vectors
        Plain words with counts and the metadata of their training.
    numbers
        (words,) int64 number of senses of each word.
    arrays
        float32 arrays of the model, by the names in `shapes`.

    Attributes
    ----------
    method
        Method that trains such models, as metadata and commands name it.
    words
        Plain words.

    Raises
    ------
    InputError
        If the vectors are not a result of the method, or the arrays do not fit them.
    """

    method: ClassVar[str]

    def __init__(self, vectors: Vectors, numbers: Numbers, **arrays: NDArray[np.float32]) -> None:
        if vectors.metadata.get("method") != self.method or vectors.counts is None:
            raise InputError(self._wrong())
        shapes = self.shapes(vectors, numbers)
        if numbers.shape != (len(vectors),) or (numbers < 1).any() or shapes != {k: a.shape for k, a in arrays.items()}:
            raise InputError("a model of senses whose arrays do not fit each other; train again")
        self.vectors, self.numbers, self._arrays = vectors, numbers, arrays
        self.words: Sequence[str] = vectors.words

    @staticmethod
    @abstractmethod
    def shapes(vectors: Vectors, numbers: Numbers) -> dict[str, tuple[int, ...]]:
        """Return the shapes of the arrays of a model, by the names of their files without ``.npy``."""

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a model: the folder ``OUT.model.vectors``.

        Raises
        ------
        InputError
            If it is missing or damaged, or not a model of the method.
        """
        vectors, folder = Vectors.load(path), Path(path)
        names = [_NUMBERS, *(f"{name}.npy" for name in cls.shapes(vectors, np.ones(len(vectors), np.int64)))]
        if vectors.metadata.get("method") != cls.method or not any((folder / name).is_file() for name in names):
            raise InputError(f"{path}: {cls._wrong()}")
        try:
            numbers = map_array(folder / _NUMBERS, np.int64, (len(vectors),))
            shapes = cls.shapes(vectors, numbers)
            arrays = {name: map_array(folder / f"{name}.npy", np.float32, shape) for name, shape in shapes.items()}
            return cls(vectors, numbers=numbers, **arrays)
        except OSError as error:
            raise InputError(f"{error.filename}: cannot be read ({error.strerror})") from error
        except (ValueError, InputError) as error:
            raise InputError(f"{path}: damaged ({error})") from error

    def save(self, path: str | Path, overwrite: bool = False) -> None:
        """Write the model as a ``.vectors`` folder, which other commands read as word vectors.

        Raises
        ------
        OutputError
            If it cannot be written, or exists and `overwrite` is false.
        """
        vectors = self.vectors
        contexts = None if vectors.contexts is None else vectors.contexts.matrix
        plain = Plain(vectors.words, vectors.matrix, vectors.counts, vectors.metadata, None, contexts)
        arrays = {f"{name}.npy": array for name, array in self._arrays.items()}
        mapped.save(plain, Path(path), overwrite, arrays | {_NUMBERS: self.numbers})

    @classmethod
    def _wrong(cls) -> str:
        return f"not a model of senses; use the OUT.model.vectors of wordvec train {cls.method}"

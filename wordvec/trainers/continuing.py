"""Continued training: words of the starting vectors that the new text lacks are kept in the result.

Only the words of the new text are trained. `Kept` holds the others with their rows, and `join` puts both together. It
is saved beside the first checkpoint as ``kept.npz``, because an interrupted run must not need the starting vectors.
"""

import dataclasses
import hashlib
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec import files
from wordvec.corpora.vocabulary import Vocabulary, pack, unpack
from wordvec.errors import InputError, SettingsError
from wordvec.representation import short
from wordvec.vectors import Vectors

Floats = NDArray[np.float32]

_ARRAYS = ("counts", "words", "contexts", "earlier", "buckets")

UNION, CORPUS = CHOICES = ("union", "corpus")
"""Words of the result: those of the starting vectors and of the corpus, or those of the corpus."""


@dataclasses.dataclass(frozen=True)
class Kept:
    """Words of the starting vectors that are not trained.

    Attributes
    ----------
    names
        The words, in the order of the starting vectors.
    counts
        (words,) int64 counts in all texts; earlier texts whose counts are unknown count as 0.
    words, contexts
        (words, dim) float32 rows of both matrices; rows of contexts are zeros where `init_contexts` has none.
    earlier
        (trained words,) int64 counts of the trained words in earlier texts; 0 if unknown.
    buckets
        (n-grams,) int64 numbers of the n-grams that have a row in the starting vectors, ascending; empty without
        subwords.
    """

    names: list[str]
    counts: NDArray[np.int64]
    words: Floats
    contexts: Floats
    earlier: NDArray[np.int64]
    buckets: NDArray[np.int64] = dataclasses.field(default_factory=lambda: np.empty(0, np.int64))

    def __repr__(self) -> str:
        return short(self)

    @classmethod
    def of(cls, trained: list[str], vocabulary: Vocabulary, init: Vectors, init_contexts: Vectors | None) -> "Kept":
        """Return the words of `init` that are not `trained`; `vocabulary` has the counts of the new text."""
        rows = untrained(trained, init)
        names = [init.words[row] for row in rows]
        known = np.zeros(len(init), np.int64) if init.counts is None else init.counts
        seen = np.array([vocabulary.id(name) if name in vocabulary else -1 for name in names], np.int64)
        counts = known[rows]
        counts[seen >= 0] += vocabulary.counts[seen[seen >= 0]]
        contexts = np.zeros((len(names), init.dim), np.float32)
        if init_contexts is not None:
            both = [(row, init_contexts._row(name)) for row, name in enumerate(names) if init_contexts.covers(name)]
            to, source = np.array(both, np.int64).reshape(-1, 2).T
            contexts[to] = init_contexts.matrix[source]
        earlier = np.array([known[init._row(word)] if word in init else 0 for word in trained], np.int64)
        return cls(names, counts, init.matrix[rows], contexts, earlier)

    @classmethod
    def nothing(cls, trained: int, dim: int) -> "Kept":
        """Return no words, beside so many trained ones of this dim."""
        rows = np.empty((0, dim), np.float32)
        return cls([], np.empty(0, np.int64), rows, rows, np.zeros(trained, np.int64))

    def __len__(self) -> int:
        return len(self.names)

    def join(self, trained: Vectors) -> Vectors:
        """Return the trained and the kept words by falling count in all texts; equal counts keep their order."""
        assert trained.counts is not None
        counts = np.concatenate([trained.counts + self.earlier, self.counts])
        order = np.argsort(-counts, kind="stable")
        every = [*trained.words, *self.names]
        names, counts = [every[row] for row in order], counts[order]
        words = np.concatenate([trained.matrix, self.words])[order]
        joined = None
        if trained.contexts is not None:
            contexts = np.concatenate([trained.contexts.matrix, self.contexts])[order]
            joined = Vectors(names, contexts, counts, trained.contexts.metadata)
        return Vectors(names, words, counts, trained.metadata, joined, trained.subwords, trained.softmax)

    def save(self, path: Path) -> str:
        """Write the file and return its digest.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        packed, starts = pack(self.names)
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        with files.replacing(path, overwrite=True) as temporary, temporary.open("wb") as file:
            np.savez(file, packed=packed, starts=starts, **arrays)
        return _digest(path)

    @classmethod
    def load(cls, path: Path, digest: str) -> "Kept":
        """Read the file.

        Raises
        ------
        InputError
            If it is missing or damaged.
        """
        try:
            if _digest(path) != digest:
                raise InputError(
                    f"{path}: its digest differs from that in state.json; remove the folder and train again"
                )
            with np.load(path) as arrays:
                names = unpack(arrays["packed"], arrays["starts"])
                return cls(names, *(arrays[name] for name in _ARRAYS))
        except FileNotFoundError as error:
            raise InputError(f"{path}: missing; remove the folder and train again") from error
        except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
            raise InputError(f"{path}: cannot be read ({error}); remove the folder and train again") from error


def contexts_of(init: Vectors | None, init_contexts: Vectors | None) -> Vectors | None:
    """Return the starting rows of the output matrix: those given, or those that the starting vectors have."""
    return init.contexts if init is not None and init_contexts is None else init_contexts


def untrained(trained: list[str], init: Vectors) -> NDArray[np.int64]:
    """Return the rows of the words of `init` that are not trained."""
    among = set(trained)
    return np.array([row for row, word in enumerate(init.words) if word not in among], np.int64)


def check_choice(choice: Any) -> str:
    """Return a checked value of ``init_words``.

    Raises
    ------
    SettingsError
        If it is neither ``"union"`` nor ``"corpus"``.
    """
    if choice not in CHOICES:
        shown = choice if isinstance(choice, str) else repr(choice)
        raise SettingsError(f"{shown}: choose one of {', '.join(CHOICES)}", setting="init_words")
    return str(choice)


def origin(init: Vectors) -> dict[str, Any]:
    """Return the provenance of starting vectors for the metadata of the result."""
    kept = ("method", "settings", "corpus", "counts", "training", "started_from", "history")
    return {"words": len(init)} | {name: init.metadata[name] for name in kept if name in init.metadata}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

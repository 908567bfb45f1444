"""Word vectors, finished: what every method gives and every later step takes."""

import functools
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Self, cast, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wordvec import formats
from wordvec.errors import InputError, SettingsError
from wordvec.formats import gensim_native, zero_rows
from wordvec.formats.reading import Reading
from wordvec.formats.subwords import Table

Neighbours = list[tuple[str, float]]
"""Words with their cosine, nearest first."""

_QUERIES_AT_ONCE = 4096


class UnknownWordError(InputError, KeyError):
    """A word that the vectors do not have; a KeyError for whoever looks it up."""

    __str__ = Exception.__str__


class NoVectorError(UnknownWordError):
    """A word whose row, or whose n-grams' rows, are all zeros: it has no direction that could be compared."""


class Vectors:
    """Words and their matrix; treat them as unchangeable.

    A row of zeros means that its word has no vector: it is nobody's neighbour and cannot be asked for.

    Parameters
    ----------
    words
        One for each row, unique; most frequent first where frequencies are known.
    matrix
        (words, dim); made float32. The rows may be a view of longer ones.
    counts
        (words,), how often each word was seen, if known.
    metadata
        How they came to be: settings, versions, corpus, and under ``"history"`` a list of the steps since training.
    contexts
        The output matrix after training, as vectors of the same words.
    subwords
        Rows of character n-grams, as of fastText or floret; they give other words their vectors.

    Examples
    --------
    >>> vectors = Vectors(["north", "south", "tea"], [[1, 0], [-1, 0.1], [0, 1]])
    >>> vectors.nearest("south", 1)
    [('tea', 0.09950371831655502)]
    """

    def __init__(
        self,
        words: Sequence[str],
        matrix: ArrayLike,
        counts: ArrayLike | None = None,
        metadata: dict[str, Any] | None = None,
        contexts: "Vectors | None" = None,
        subwords: Table | None = None,
    ) -> None:
        self.words = words if isinstance(words, list) else list(words)
        self.matrix: NDArray[np.float32] = np.asarray(matrix, np.float32)
        self.counts: NDArray[np.int64] | None = None if counts is None else np.asarray(counts, np.int64)
        self.metadata = metadata if metadata is not None else {}
        self.contexts = contexts
        self.subwords = subwords
        if self.matrix.ndim != 2 or len(self.matrix) != len(self.words):
            raise SettingsError(f"{len(self.words)} words need a matrix of as many rows, not {self.matrix.shape}")
        if self.counts is not None and self.counts.shape != (len(self.words),):
            raise SettingsError(f"{len(self.words)} words need as many counts, not {self.counts.shape}")

    @classmethod
    def load(
        cls, path: str | Path, *, format: str | None = None, limit: int | None = None, trust_pickle: bool = False
    ) -> Self:
        """Read a vector file or folder, with the counts and metadata in or beside it.

        Parameters
        ----------
        path
            The file; ``.gz``, ``.bz2``, ``.xz`` and ``.zst`` are decompressed.
        format
            A name of `wordvec.formats.FORMATS`; found out from the content if not given.
        limit
            Read at most so many words, from the beginning.
        trust_pickle
            Unpickle what is a pickle, such as gensim's own files; that runs whatever code it holds.

        Raises
        ------
        InputError
            If the file is missing, damaged or of no known format.
        """
        plain = formats.load(path, format=format, reading=Reading(limit, trust_pickle))
        return cls(plain.words, plain.matrix, plain.counts, plain.metadata, subwords=plain.subwords)

    def save(
        self, path: str | Path, overwrite: bool = False, *, format: str | None = None, spaces: str = "refuse"
    ) -> None:
        """Write a vector file or folder in the format of its ending, with counts and metadata in or beside it.

        With `spaces` ``"replace"``, white space and control characters in words become ``_``.

        Raises
        ------
        InputError
            If a word or a number does not fit in the format.
        OutputError
            If it cannot be written, or exists and `overwrite` is false.
        SettingsError
            If the ending names no format.
        """
        plain = formats.Plain(self.words, self.matrix, self.counts, self.metadata, self.subwords)
        formats.save(plain, path, format=format, overwrite=overwrite, spaces=spaces)

    @classmethod
    def from_gensim(cls, model: Any) -> Self:
        """Take the vectors, and counts where it has them, of gensim's KeyedVectors or a model with such in ``wv``."""
        import gensim

        plain = gensim_native.from_keyed(model)
        history = [{"step": "from_gensim", "gensim": gensim.__version__}]
        return cls(plain.words, plain.matrix, plain.counts, {"history": history}, subwords=plain.subwords)

    def to_gensim(self) -> Any:
        """Give gensim's KeyedVectors with the same words, a copy of the matrix, and the counts."""
        return gensim_native.to_keyed(formats.Plain(self.words, self.matrix, self.counts, self.metadata))

    @property
    def dim(self) -> int:
        """How many numbers a word has."""
        return int(self.matrix.shape[1])

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        return word in self._rows

    @functools.cached_property
    def present(self) -> NDArray[np.bool_]:
        """(words,) whether each word has a vector: a row of zeros is none."""
        return zero_rows.present(self.matrix)

    def covers(self, word: str) -> bool:
        """Return whether a word has a row that is not all zeros."""
        row = self._rows.get(word)
        return row is not None and bool(self.matrix[row].any())

    def require(self, words: Iterable[str]) -> None:
        """Check that words can be asked for, by their row or their n-grams.

        Raises
        ------
        UnknownWordError
            If a word is unknown; `NoVectorError` if it is known and has no vector.
        """
        for word in words:
            self._row_or_none(word)

    def __getitem__(self, word: str) -> NDArray[np.float32]:
        if self.subwords is not None and word not in self._rows:
            vector = self.subwords.vector(word)
            if vector is not None:
                return vector
        return cast(NDArray[np.float32], self.matrix[self._row(word)])

    def __repr__(self) -> str:
        first = ", ".join(map(repr, self.words[:3])) + ", ..." * (len(self) > 3)
        return f"<Vectors: {len(self)} words of dim {self.dim}: {first}>"

    @overload
    def nearest(self, query: str, n: int = 10, *, threads: int | None = None) -> Neighbours: ...
    @overload
    def nearest(self, query: list[str], n: int = 10, *, threads: int | None = None) -> list[Neighbours]: ...
    @overload
    def nearest(self, query: NDArray[Any], n: int = 10, *, threads: int | None = None) -> Any: ...

    def nearest(
        self, query: str | list[str] | NDArray[Any], n: int = 10, *, threads: int | None = None
    ) -> Neighbours | list[Neighbours]:
        """Give the `n` words of highest cosine, nearest first; words asked for are not among their own neighbours.

        Parameters
        ----------
        query
            A word or a vector (dim,); or a list of words or a matrix (queries, dim), each row of which is asked for.
        n
            How many words at most.
        threads
            As many as there are processors if not given.

        Returns
        -------
        list
            ``[(word, cosine), ...]``, or a list of such for many queries.

        Raises
        ------
        InputError
            If a word is unknown or has no vector.
        SettingsError
            If `n` is not positive, or a vector is of another dim, not finite or all zeros.
        """
        if isinstance(query, str):
            return self.nearest([query], n, threads=threads)[0]
        if isinstance(query, list) and all(isinstance(word, str) for word in query):
            rows = np.array([self._row_or_none(word) for word in query], np.int64)
            return self._nearest(lambda span: self._vectors(query[span]), rows[:, None], n, threads)
        vectors = np.asarray(query, np.float32)
        if vectors.ndim not in (1, 2) or vectors.shape[-1] != self.dim or not np.isfinite(vectors).all():
            raise SettingsError(f"vectors of shape {vectors.shape}: they must be finite and of dim {self.dim}")
        many = np.atleast_2d(vectors)
        if not (there := zero_rows.present(many)).all():
            row = f" (row {int(there.argmin())} of the queries)" if vectors.ndim == 2 else ""
            raise SettingsError(f"a vector of zeros has no neighbours{row}: it has no direction")
        found = self._nearest(lambda span: many[span], np.empty((len(many), 0), np.int64), n, threads)
        return found if vectors.ndim == 2 else found[0]

    def analogy(self, a: str, b: str, c: str, n: int = 10, *, threads: int | None = None) -> Neighbours:
        """Give the `n` words that are to `c` as `b` is to `a`, best first; the three are not among them.

        By 3CosAdd (Mikolov et al. 2013): those nearest to b - a + c, each of the three of length 1.

        Raises
        ------
        InputError
            If a word is unknown or has no vector.
        """
        return self.analogies([(a, b, c)], n, threads=threads)[0]

    def analogies(
        self, questions: Sequence[tuple[str, str, str]], n: int = 10, *, threads: int | None = None
    ) -> list[Neighbours]:
        """Answer many questions (a, b, c) as `analogy` does one, much faster than one after another.

        Raises
        ------
        InputError
            If a word is unknown or has no vector.
        """
        rows = np.array([[self._row_or_none(word) for word in asked] for asked in questions], np.int64).reshape(-1, 3)

        def vectors(span: slice) -> NDArray[np.float32]:
            a, b, c = (self._vectors([asked[place] for asked in questions[span]]) for place in range(3))
            sums: NDArray[np.float32] = b / _lengths(b)[:, None] - a / _lengths(a)[:, None] + c / _lengths(c)[:, None]
            return sums

        return self._nearest(vectors, rows, n, threads)

    def unit(self) -> "Vectors":
        """Give vectors with rows of length 1; rows of zeros stay. Without subwords, whose means would be others."""
        return Vectors(self.words, self.matrix / self._norms[:, None], self.counts, self._after(step="unit"))

    def subset(self, words: Sequence[str]) -> "Vectors":
        """Give the vectors of some of the words, in their order.

        Raises
        ------
        InputError
            If a word is unknown.
        """
        rows = [self._row(word) for word in words]
        counts = None if self.counts is None else self.counts[rows]
        contexts = None if self.contexts is None else self.contexts.subset(words)
        metadata = self._after(step="subset", words=len(rows))
        return Vectors(words, self.matrix[rows], counts, metadata, contexts, self.subwords)

    @functools.cached_property
    def _rows(self) -> dict[str, int]:
        rows = {word: row for row, word in enumerate(self.words)}
        if len(rows) < len(self.words):
            raise InputError(f"{len(self.words) - len(rows)} words have more than one row")
        return rows

    @functools.cached_property
    def _norms(self) -> NDArray[np.float32]:
        """(words,) lengths of the rows, 1 for rows of zeros."""
        return _lengths(self.matrix)

    @functools.cached_property
    def _scales(self) -> NDArray[np.float32]:
        """(words,) 1 / lengths of the rows, finite for the shortest, too."""
        return np.reciprocal(np.maximum(self._norms, np.finfo(np.float32).tiny))

    def _row(self, word: str) -> int:
        try:
            return self._rows[word]
        except KeyError:
            others = {word.lower(), word.upper(), word.capitalize()} & self._rows.keys()
            hint = f"; there is {', '.join(sorted(others))}" if others else ""
            raise UnknownWordError(f"{word}: not among the {len(self)} words{hint}") from None

    @functools.cached_property
    def _shifts(self) -> NDArray[np.float32] | None:
        """(words,) 0, and −∞ for words without a vector, which no search finds; None if all have one."""
        return None if self.present.all() else np.where(self.present, 0, -np.inf).astype(np.float32)

    def _row_or_none(self, word: str) -> int:
        """Return the row of a word that can be asked for, -1 for one that only its subwords give a vector."""
        if word in self._rows or self.subwords is None:
            row = self._row(word)
            if not self.matrix[row].any():
                raise NoVectorError(f"{word}: has no vector, its row is all zeros")
            return row
        vector = self.subwords.vector(word)
        if vector is None:
            raise NoVectorError(f"{word}: not among the {len(self)} words, and has no n-grams to make its vector of")
        if not vector.any():
            raise NoVectorError(f"{word}: has no vector, the rows of its n-grams are all zeros")
        return -1

    def _vectors(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Give the vectors (words, dim) of words."""
        return np.array([self[word] for word in words], np.float32).reshape(-1, self.dim)

    def _nearest(
        self,
        vectors: Callable[[slice], NDArray[np.float32]],
        excluded: NDArray[np.int64],
        n: int,
        threads: int | None,
    ) -> list[Neighbours]:
        """Answer queries, made some at a time by `vectors`, with `n` words each, but not with the rows `excluded`."""
        if n < 1:
            raise SettingsError(f"n: {n} words cannot be given; it must be at least 1")
        from wordvec.search import best

        wanted, found = max(1, min(n + excluded.shape[1], len(self))), []
        for first in range(0, len(excluded), _QUERIES_AT_ONCE):
            span = slice(first, first + _QUERIES_AT_ONCE)
            asked = vectors(span)
            units = asked / _lengths(asked)[:, None]
            near = best(units, self.matrix, wanted, scales=self._scales, shifts=self._shifts, threads=threads)
            for scores, rows, out in zip(
                near.scores.tolist(), near.rows.tolist(), excluded[span].tolist(), strict=True
            ):
                kept = [(row, score) for row, score in zip(rows, scores, strict=True) if row >= 0 and row not in out]
                found.append([(self.words[row], score) for row, score in kept[:n]])
        return found

    def _after(self, **step: Any) -> dict[str, Any]:
        """Give the metadata with one more step in its history."""
        return self.metadata | {"history": [*self.metadata.get("history", []), step]}


def _lengths(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Give the lengths of rows (n, dim), 1 for rows of zeros."""
    squares: NDArray[np.float64] = np.einsum("ij,ij->i", rows, rows, dtype=np.float64)
    squares[squares == 0] = 1
    return np.sqrt(squares).astype(np.float32)

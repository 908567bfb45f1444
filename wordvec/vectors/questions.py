"""Nearest words and analogies, by exact search among all words or by an index."""

import functools
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.errors import SettingsError
from wordvec.rows import lengths, present, unit
from wordvec.vectors.cosines import Cosines
from wordvec.vectors.lookup import Floats, Words, as_floats
from wordvec.vectors.neighbours import Answers, Neighbours, Queries, SenseNeighbours, answer

if TYPE_CHECKING:
    from wordvec.search.index import Index

_NUMBERS = "biufc"
"""Kinds of numeric NumPy types."""
_CANCELLED = 1e-6
"""Length below which a sum of unit vectors consists of rounding errors."""


class Questions(Cosines):
    """Words and their rows, with searches by cosine."""

    folder: Path | None = None
    """Folder with all of the rows, beside which an index may be; None for vectors that were read in another way."""

    @overload
    def nearest(
        self,
        query: str | None = None,
        n: int = 10,
        *,
        positive: str | Iterable[str | NDArray[Any]] | None = None,
        negative: str | Iterable[str | NDArray[Any]] | None = None,
        among: Iterable[str] | None = None,
        min_similarity: float | None = None,
        threads: int | None = None,
        exact: bool = False,
    ) -> Neighbours: ...
    @overload
    def nearest(
        self,
        query: list[str] | tuple[str, ...],
        n: int = 10,
        *,
        among: Iterable[str] | None = None,
        min_similarity: float | None = None,
        threads: int | None = None,
        exact: bool = False,
    ) -> list[Neighbours]: ...
    @overload
    def nearest(
        self,
        query: NDArray[Any],
        n: int = 10,
        *,
        among: Iterable[str] | None = None,
        min_similarity: float | None = None,
        threads: int | None = None,
        exact: bool = False,
    ) -> Any: ...

    def nearest(
        self,
        query: str | Words | None = None,
        n: int = 10,
        *,
        positive: str | Iterable[str | NDArray[Any]] | None = None,
        negative: str | Iterable[str | NDArray[Any]] | None = None,
        among: Iterable[str] | None = None,
        min_similarity: float | None = None,
        threads: int | None = None,
        exact: bool = False,
    ) -> Neighbours | list[Neighbours]:
        """Return the `n` words of highest cosine, nearest first; the words of the query are excluded.

        A word with several senses has `SenseNeighbours`: the neighbours of each of its senses, and all of them by
        falling cosine. The senses of a word are not its neighbours.

        Parameters
        ----------
        query
            A word or a vector (dim,). Several queries: a list, tuple or array of words, or a matrix (queries, dim).
        n
            Largest number of words for each query.
        positive, negative
            Instead of `query`: words or vectors whose unit vectors are added and subtracted.
        among
            Candidate words; default: all.
        min_similarity
            Smallest cosine of an answer.
        threads
            Number of threads; default: one for each processor.
        exact
            Whether all words are compared although the vectors have an `index`, which may miss some of the nearest.
            Without an index, or with `among`, they always are.

        Returns
        -------
        list
            ``[(word, cosine), ...]``, or a list of such lists for several queries.

        Raises
        ------
        UnknownWordError
            If a word is unknown.
        SettingsError
            If `n` is not positive, a vector has the wrong dim or is not finite, or `positive` and `negative` cancel.
        """
        rows = None if among is None else np.unique([self._row(word) for word in arguments.words("among", among)])
        rows = rows if rows is None else rows.astype(np.int64)
        wanted = Answers.checked(n, rows, min_similarity, threads)._replace(exact=bool(exact))
        if positive is not None or negative is not None:
            if query is not None:
                raise SettingsError("nearest: takes a query, or positive and negative words, not both")
            return answer(self, self._combined(positive, negative), wanted)[0]
        if isinstance(query, str):
            return self._nearest_to_words([query], wanted)[0]
        if not (isinstance(query, np.ndarray) and query.dtype.kind in _NUMBERS):
            kinds = "a word, a vector, or a list of words"
            asked = arguments.items("query", query, kinds, "vectors.words[row] for a row" * isinstance(query, int))
            if all(isinstance(word, str) for word in asked):
                return self._nearest_to_words(asked, wanted)
        vectors = self._checked("query", query)
        if not (there := present(np.atleast_2d(vectors))).all():
            row = f" (row {int(there.argmin())} of the queries)" if vectors.ndim == 2 else ""
            raise SettingsError(f"a vector of zeros has no neighbours{row}: it has no direction")
        found = answer(self, Queries.of(np.atleast_2d(vectors)), wanted)
        return found if vectors.ndim == 2 else found[0]

    def nearest_by_codes(
        self, words: str | Words, codes: "Questions", n: int = 10, *, candidates: int = 100, threads: int | None = None
    ) -> list[Neighbours]:
        """Return the words nearest to each word by cosine, of the candidates whose codes differ least from its code.

        Only codes are searched, and only the vectors of candidates are read: of large mapped files, little.

        Parameters
        ----------
        words
            One or several words.
        codes
            Vectors with the storage bits of the same words in the same order: sign bits of these vectors, or the codes
            that were trained beside them.
        n
            Largest number of words for each query.
        candidates
            Number of codes that are compared by their vectors.
        threads
            Number of threads; default: one for each processor.

        Raises
        ------
        UnknownWordError
            If a word is unknown.
        SettingsError
            If `codes` are not bits of the same words, or there are fewer candidates than answers.
        """
        from wordvec.vectors.two_stages import nearest_by_codes

        arguments.expect("codes", codes, Questions)
        asked = [words] if isinstance(words, str) else arguments.words("words", words)
        return nearest_by_codes(self, asked, codes, candidates, Answers.checked(n, None, None, threads))

    def most_similar_to(self, vector: NDArray[Any], n: int = 10) -> Neighbours:
        """Return the `n` words of highest cosine to one vector (dim,), nearest first, as `nearest` does."""
        if self._checked("vector", vector).ndim != 1:
            raise SettingsError("vector: expected one vector, found a matrix; use vectors.nearest(matrix)")
        found: Neighbours = self.nearest(np.asarray(vector), n)
        return found

    def analogy(
        self, a: str, b: str, c: str, n: int = 10, *, threads: int | None = None, exact: bool = False
    ) -> Neighbours:
        """Return the `n` words that are to `c` as `b` is to `a`, best first; the three words are excluded.

        The answers are nearest to b - a + c, with each of the three scaled to length 1 (3CosAdd, Mikolov et al. 2013).
        With an `index` and without `exact`, some of the best may be missed.

        Raises
        ------
        UnknownWordError
            If a word is unknown.
        """
        for name, word in (("a", a), ("b", b), ("c", c)):
            arguments.word(name, word, "vectors.analogies([(a, b, c), ...]) for several questions")
        return self.analogies([(a, b, c)], n, threads=threads, exact=exact)[0]

    def analogies(
        self,
        questions: Sequence[tuple[str, str, str]],
        n: int = 10,
        *,
        threads: int | None = None,
        exact: bool = False,
    ) -> list[Neighbours]:
        """Return the answers of `analogy` to many questions (a, b, c), computed together.

        Raises
        ------
        UnknownWordError
            If a word is unknown.
        SettingsError
            If a question does not have three words.
        """
        asked = [
            arguments.words(f"questions[{number}]", question, "vectors.analogy(a, b, c) for one question")
            for number, question in enumerate(arguments.items("questions", questions, "a list of (a, b, c)"))
        ]
        for number, question in enumerate(asked):
            if len(question) != 3:
                raise SettingsError(f"questions[{number}]: expected 3 words, found {len(question)}")
        rows = np.array([[self._row_or_none(word) for word in question] for question in asked], np.int64)

        def vectors(span: slice) -> Floats:
            a, b, c = (unit(self._vectors([question[column] for question in asked[span]])) for column in range(3))
            return np.asarray(b - a + c)

        wanted = Answers.checked(n, None, None, threads)._replace(exact=bool(exact))
        return answer(self, Queries(vectors, rows.reshape(-1, 3)), wanted)

    @functools.cached_property
    def index(self) -> "Index | None":
        """Index beside the folder that the vectors were read from (see ``wordvec index``); None if there is none.

        Raises
        ------
        InputError
            If it was built for other vectors, or is damaged.
        """
        from wordvec.search.index_path import path_beside

        if self.folder is None or not path_beside(self.folder).is_dir():
            return None
        from wordvec.search import index_files

        return index_files.load(self.folder, self.stored)

    @functools.cached_property
    def scales(self) -> Floats:
        """(words,) inverse lengths of the rows, finite even for the shortest."""
        found = lengths(self.matrix) if self.coded is None else self.coded.lengths
        return np.reciprocal(np.maximum(found, np.finfo(np.float32).tiny))

    @functools.cached_property
    def shifts(self) -> Floats | None:
        """(words,) 0, and −∞ for words without a vector, which no search finds; None if all words have one."""
        return None if self.present.all() else np.where(self.present, 0, -np.inf).astype(np.float32)

    def _nearest_to_words(self, words: list[str], wanted: Answers) -> list[Neighbours]:
        """Return the neighbours of each word, grouped for words with several senses."""
        names = [self._senses_of(word) for word in words]
        found = iter(answer(self, self._of_words([name for senses in names for name in senses]), wanted))
        groups = [{name: next(found) for name in senses} for senses in names]
        return [
            group[word] if word in group else SenseNeighbours(group, wanted.n)
            for word, group in zip(words, groups, strict=True)
        ]

    def _of_words(self, words: list[str]) -> Queries:
        """Return a query for each word."""
        return Queries(lambda span: self._vectors(words[span]), self._excluded([[word] for word in words]))

    def _excluded(self, queries: Sequence[Sequence[str]]) -> NDArray[np.int64]:
        """Return the rows of the words of each query, and of their other senses, padded with -1."""
        rows = [[other for word in words for other in self._with_senses(self._row_or_none(word))] for words in queries]
        longest = max(map(len, rows), default=0)
        return np.array([row + [-1] * (longest - len(row)) for row in rows], np.int64).reshape(len(rows), longest)

    def _with_senses(self, row: int) -> list[int]:
        """Return a row, and the rows of the other senses of its word."""
        word = None if self.inventory is None or row < 0 else self.inventory.word_of(row)
        return [row] if word is None or self.inventory is None else self.inventory.rows_of(word).tolist()

    def _combined(self, positive: object, negative: object) -> Queries:
        """Return the query for a sum of words and vectors, each of length 1."""
        total, words = np.zeros(self.dim, np.float64), []
        for name, given, sign in (("positive", positive, 1), ("negative", negative, -1)):
            given = () if given is None else given
            for at, one in enumerate([given] if isinstance(given, str) else arguments.items(name, given)):
                if isinstance(one, str):
                    words.append(one)
                vector = self[one] if isinstance(one, str) else self._checked(f"{name}[{at}]", one)
                if vector.ndim != 1:
                    arguments.wrong(f"{name}[{at}]", one, "a word or a vector")
                total += sign * unit(vector[None])[0]
        if not np.linalg.norm(total) > _CANCELLED:
            raise SettingsError("nearest: the positive and negative words cancel; give others")
        return Queries(lambda _: total[None].astype(np.float32), self._excluded([words]))

    def _checked(self, name: str, vectors: object) -> Floats:
        """Return checked vectors, (dim,) or (n, dim) float32."""
        found = as_floats(name, vectors)
        if found.ndim not in (1, 2) or found.shape[-1] != self.dim or not np.isfinite(found).all():
            raise SettingsError(f"{name}: expected finite vectors of dim {self.dim}; got shape {found.shape}")
        return found

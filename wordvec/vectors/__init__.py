"""Trained word vectors: the result of every trainer and the input of every later step."""

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wordvec import arguments, formats
from wordvec.codecs import Coded
from wordvec.errors import InputError, SettingsError
from wordvec.formats.common.reading import Reading
from wordvec.provenance import with_step
from wordvec.rows import Floats, unit
from wordvec.senses import inventory as senses_of
from wordvec.senses.inventory import Sense, SenseInventory
from wordvec.senses.names import check_mark
from wordvec.subwords import Table as Ngrams
from wordvec.tables import Table
from wordvec.vectors.lookup import NoVectorError as NoVectorError
from wordvec.vectors.lookup import UnknownWordError as UnknownWordError
from wordvec.vectors.neighbours import Neighbours as Neighbours
from wordvec.vectors.neighbours import SenseNeighbours as SenseNeighbours
from wordvec.vectors.questions import Questions

if TYPE_CHECKING:
    from wordvec.softmax import HierarchicalSoftmax


class Vectors(Questions):
    """Words and the matrix of their vectors; treat them as immutable.

    A row of zeros means that its word has no vector: it is never a neighbour, and looking it up is an error.

    Parameters
    ----------
    words
        Unique words, one for each row; most frequent first where frequencies are known.
    matrix
        (words, dim) array, converted to float32. Its rows may be a view of longer ones. Or coded rows, such as
        `wordvec.codecs.Bits`, which a ``.vectors`` folder stores as they are.
    counts
        (words,) int64 array of the frequencies of words, if known.
    metadata
        Provenance: settings, versions, corpus, and under ``"history"`` a list of the steps since training.
    contexts
        Context vectors (the output matrix) of the same words.
    subwords
        Table of character n-grams, as of fastText or floret, from which other words get their vectors.
    softmax
        Output layer of vectors that were trained with hierarchical softmax, which has no context vectors. `save` does
        not write it; it has a file of its own.

    Attributes
    ----------
    projection
        (dim of documents, bits) float32 array of a model of paragraph vectors with real vectors and codes, or None.

    Examples
    --------
    >>> vectors = Vectors(["north", "south", "tea"], [[1, 0], [-1, 0.1], [0, 1]])
    >>> vectors.nearest("south", 1)
    [('tea', 0.09950371831655502)]
    """

    def __init__(
        self,
        words: Sequence[str],
        matrix: ArrayLike | Coded,
        counts: ArrayLike | None = None,
        metadata: dict[str, Any] | None = None,
        contexts: "Vectors | None" = None,
        subwords: Ngrams | None = None,
        softmax: "HierarchicalSoftmax | None" = None,
    ) -> None:
        arguments.expect("metadata", metadata, dict, optional=True)
        arguments.expect("contexts", contexts, Vectors, optional=True)
        if softmax is not None:
            from wordvec.softmax import HierarchicalSoftmax  # takes a tenth of the time of these imports

            arguments.expect("softmax", softmax, HierarchicalSoftmax)
        if subwords is not None and not isinstance(subwords, Ngrams):
            arguments.wrong("subwords", subwords, "a table of subwords")
        super().__init__(words, matrix, subwords)
        self.counts: NDArray[np.int64] | None = None if counts is None else _as_counts(counts)
        self.metadata = metadata if metadata is not None else {}
        self.contexts, self.softmax = contexts, softmax
        self.projection: Floats | None = None
        if self.counts is not None and self.counts.shape != (len(self.words),):
            raise SettingsError(f"counts: expected {len(self.words)}, one for each word; got shape {self.counts.shape}")

    @classmethod
    def load(
        cls,
        path: str | Path,
        *,
        format: str | None = None,
        limit: int | None = None,
        trust_pickle: bool = False,
        encoding: str | None = None,
        contexts: bool = True,
    ) -> Self:
        """Read a vector file or folder, with the counts and metadata in or beside it.

        Parameters
        ----------
        path
            File or folder; ``.gz``, ``.bz2``, ``.xz`` and ``.zst`` are decompressed.
        format
            Name of a format of `wordvec.formats.FORMATS`; default: detected from the contents.
        limit
            Largest number of words to read, from the beginning.
        trust_pickle
            Whether pickles, such as gensim's own files, are loaded; this runs any code that they hold.
        encoding
            Encoding of the words, such as ``"cp1252"``; default: UTF-8.
        contexts
            Whether the output matrix is read, too, where the file has one.

        Raises
        ------
        InputError
            If the file is missing, damaged or of an unknown format.
        """
        reading = Reading(limit, trust_pickle, encoding=encoding, contexts=contexts, coded=True)
        found = cls._of(formats.load(path, format=format, reading=reading))
        # The rows of an index are those of the whole folder.
        found.folder = Path(path) if limit is None and Path(path).is_dir() else None
        return found

    def save(
        self, path: str | Path, overwrite: bool = False, *, format: str | None = None, spaces: str = "refuse"
    ) -> None:
        """Write a vector file or folder, with the counts and metadata in or beside it.

        Subwords and contexts are written if the format can hold them.

        Parameters
        ----------
        path
            File or folder.
        overwrite
            Whether an existing output is replaced.
        format
            Name of a format of `wordvec.formats.FORMATS`; default: that of the ending.
        spaces
            ``"replace"`` white space and control characters in words by ``_``, or ``"refuse"`` such words where the
            format cannot hold them.

        Raises
        ------
        InputError
            If the format cannot hold a word or a number.
        OutputError
            If it cannot be written, or exists and `overwrite` is false.
        SettingsError
            If the ending names no format, or `contexts` has other words or another dim.
        """
        contexts = None if self.contexts is None else self.contexts.matrix
        if self.contexts is not None and (self.contexts.words != self.words or self.contexts.dim != self.dim):
            raise SettingsError("contexts: their words and dim must be those of the vectors")
        chosen = formats.output_format(arguments.path("path", path), format)
        # Only a .vectors folder takes coded rows.
        matrix = cast(Floats, self.stored) if formats.FORMATS[chosen].storages else self.matrix
        parts = self.words, matrix, self.counts, self.metadata, self.subwords, contexts
        plain = formats.Plain(*parts, projection=self.projection)
        formats.save(plain, path, format=chosen, overwrite=overwrite, spaces=spaces)

    @classmethod
    def from_gensim(cls, model: Any) -> Self:
        """Return the vectors, with counts if known, of gensim's KeyedVectors or of a model that has them in ``wv``."""
        import gensim

        from wordvec.formats import gensim_native

        if not hasattr(getattr(model, "wv", model), "index_to_key"):
            expected = "gensim's KeyedVectors or a model with them"
            arguments.wrong("model", model, expected, "Vectors.load(path) for files")
        plain = gensim_native.from_keyed(model)
        metadata = with_step({}, "from_gensim", gensim=gensim.__version__)
        return cls(plain.words, plain.matrix, plain.counts, metadata, subwords=plain.subwords)

    def to_gensim(self) -> Any:
        """Return gensim's KeyedVectors with the same words, a copy of the matrix, and the counts."""
        from wordvec.formats import gensim_native

        return gensim_native.to_keyed(formats.Plain(self.words, self.matrix, self.counts, self.metadata))

    @classmethod
    def _of(cls, plain: formats.Plain) -> Self:
        """Return the vectors in a file."""
        words, matrix, counts, metadata, subwords, rows, projection = plain
        contexts = None if rows is None else Vectors(words, rows, counts, metadata | {"matrix": "contexts"})
        found = cls(words, matrix, counts, metadata, contexts, subwords)
        found.projection = projection
        return found

    @functools.cached_property
    def inventory(self) -> SenseInventory | None:
        """Rows and shares of the senses of each word; None if the metadata record no senses."""
        return SenseInventory.of(self.words, self.counts, self.metadata)

    def senses(self, word: str) -> list[Sense]:
        """Return the senses of a word, with their names, shares and vectors; one for a word with a plain row.

        Raises
        ------
        InputError
            If the vectors have no senses (see `with_senses`), or the word is unknown.
        """
        if self.inventory is None:
            raise InputError("the vectors have no rows of senses; if words are marked (bank#2), use with_senses()")
        names = self.inventory.names_of(arguments.word("word", word))
        if not names:
            raise self.unknown(word)
        found = self.inventory.shares_of(word)
        shares: list[float | None] = [None] * len(names) if found is None else found.tolist()
        return [Sense(name, share, self[name]) for name, share in zip(names, shares, strict=True)]

    def with_senses(self, mark: str = "#") -> "Vectors":
        """Return the vectors with a record that marked words are senses, as after training on marked text.

        Parameters
        ----------
        mark
            Characters between a word and the number of its sense.

        Raises
        ------
        InputError
            If no word is marked.
        """
        inventory = SenseInventory(self.words, self.counts, check_mark(mark))
        if not inventory.several:
            raise InputError(f"no word has several senses: no two words are alike up to {mark} and a number")
        about = {senses_of.RECORD: senses_of.record("marked text", inventory.several, mark)}
        metadata = with_step(self.metadata | about, "with_senses", mark=mark)
        return Vectors(self.words, self.matrix, self.counts, metadata, self.contexts, self.subwords, self.softmax)

    def explain(self, words: str | Sequence[str], n: int = 3) -> Table:
        """Return how n-grams make the vectors of words: the share of each, and the words nearest to it.

        Parameters
        ----------
        words
            A word or several, in the vocabulary or not.
        n
            Number of words nearest to each n-gram; 0 for none.

        Returns
        -------
        Table
            A row for each n-gram in order, and for a word's own row. ``row`` is whether it has a row in the table:
            ``found``, ``missing`` or ``zeros``; ``share`` is its share of the length of the word's vector.

        Raises
        ------
        InputError
            If the vectors have no n-grams; `UnknownWordError` if a word has no vector.
        """
        from wordvec.vectors.explanation import explain

        return explain(self, words, n)

    def __repr__(self) -> str:
        first = ", ".join(map(repr, self.words[:3])) + ", ..." * (len(self) > 3)
        return f"<Vectors: {len(self)} words of dim {self.dim}: {first}>"

    def unit(self) -> "Vectors":
        """Return the vectors scaled to length 1; rows of zeros stay.

        Subwords are left out, because the means of their rows would have another length.
        """
        return Vectors(self.words, unit(self.matrix), self.counts, with_step(self.metadata, "unit"))

    def subset(self, words: Sequence[str]) -> "Vectors":
        """Return the vectors of some of the words, in the order given.

        Raises
        ------
        InputError
            If a word is unknown.
        """
        rows = [self._row(word) for word in arguments.words("words", words)]
        kept = [self.words[row] for row in rows]
        counts = None if self.counts is None else self.counts[rows]
        contexts = None if self.contexts is None else self.contexts.subset(kept)
        metadata = with_step(self.metadata, "subset", words=len(rows))
        matrix = self.matrix[rows] if self.coded is None else self.coded.take(np.array(rows, np.int64))
        return Vectors(kept, matrix, counts, metadata, contexts, self.subwords)


def _as_counts(counts: ArrayLike) -> NDArray[np.int64]:
    try:
        return np.asarray(counts, np.int64)
    except (TypeError, ValueError, OverflowError):
        arguments.wrong("counts", counts, "an array of whole numbers")

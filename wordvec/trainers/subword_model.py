"""A fastText or floret model in training: rows of words and of the n-grams that they use."""

import dataclasses
import functools
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.vocabulary import Vocabulary
from wordvec.kernels import bags as kernel_bags
from wordvec.kernels.combination import Met
from wordvec.kernels.edges import TOGETHER
from wordvec.kernels.initial_rows import start_rows
from wordvec.kernels.subword_pull import pull_bags
from wordvec.rows import blocks, present
from wordvec.subwords import Floret, Hashed, Subwords, Used
from wordvec.subwords.bags import WORDS_AT_ONCE, Bags, means_of, sums_of
from wordvec.trainers import matrices
from wordvec.trainers.continuing import Kept
from wordvec.trainers.model import NegativeSamplingModel, TrainPiece, piece_trainer
from wordvec.trainers.pieces import Pieces
from wordvec.trainers.pull import Pull, Step
from wordvec.trainers.updates import Updates
from wordvec.vectors import Vectors

if TYPE_CHECKING:
    from wordvec.trainers.fasttext import FastText

INITIAL_SCALE = 16
"""Length of initial rows as a multiple of word2vec's.

The mean of a bag's rows is shorter than a row, so that small corpora hardly begin to learn. On 94,000 trained tokens of
Turkish, 20 passes, composed vectors of held-out words share .28, .31, .34, .40 and .45 of their ten nearest neighbours
with those of a model that was trained on these words, for 1, 2, 4, 8 and 16. On 16.9 M tokens of Wikipedia the scale
makes no difference.
"""
_BYTES_OF_KEY = 8


class SubwordModel(NegativeSamplingModel):
    """The matrices of a model whose words are bags of rows.

    `words` has a row for each word (not with floret's table), one for each bucket of n-grams that a word or the
    starting vectors use, and one of zeros, which all other buckets share and no word uses. Parameters and attributes
    are those of `NegativeSamplingModel`.
    """

    settings: "FastText"

    def __init__(
        self,
        settings: "FastText",
        corpus: EncodedCorpus,
        init: Vectors | None = None,
        init_contexts: Vectors | None = None,
        keep: bool = False,
        kept: Kept | None = None,
        copies: int | None = None,
    ) -> None:
        settings.check_start(init, init_contexts)
        self._hashing = settings.hashing()
        self._known = _buckets_of(settings, init) if kept is None else kept.buckets
        super().__init__(settings, corpus, init, init_contexts, keep, kept, copies)

    @functools.cached_property
    def _used(self) -> NDArray[np.int64]:
        """Buckets that have a row, ascending."""
        return np.union1d(self._buckets.numbers, self._known)

    @functools.cached_property
    def _buckets(self) -> Bags:
        """Buckets of the n-grams of each word."""
        if self._hashing is None:
            return Bags.of([[]] * self.size)
        return self._hashing.bags(self.names)

    @property
    def _own(self) -> int:
        """Number of rows of words."""
        return self.size if self.settings.has_rows_of_words else 0

    @functools.cached_property
    def bags(self) -> Bags:
        """Rows of each word: its own, if it has one, and those of its n-grams."""
        rows = self._own + np.searchsorted(self._used, self._buckets.numbers)
        if not self._own:
            return Bags(self._buckets.starts, rows)
        starts = self._buckets.starts + np.arange(self.size + 1)
        numbers = np.empty(len(rows) + self.size, np.int64)
        numbers[starts[:-1]] = np.arange(self.size)
        others = np.ones(len(numbers), bool)
        others[starts[:-1]] = False
        numbers[others] = rows
        return Bags(starts, numbers)

    def piece_trainer(self, pieces: Pieces) -> TrainPiece:
        """Return the function that trains one piece; every thread that calls it has its own scratch arrays."""
        settings, bags = self.settings, kernel_bags.Bags(*self.bags)
        train, allocate = settings.subword_kernel()

        def kernel(model: Any, *arguments: Any) -> tuple[float, int]:
            result: tuple[float, int] = train(model, bags, *arguments)
            return result

        allocator = self.layer.allocator(allocate)
        return self._pulled(piece_trainer(settings, kernel, pieces, self.layer.source, allocator))

    def _edge_steps(self, pull: Pull) -> Step:
        """Return the function that makes edge steps; threads may call it at the same time."""
        bags = kernel_bags.Bags(*self.bags)

        def step(model: Any, steps: int, share: np.float32, stream: np.uint64) -> None:
            pairs, vectors = np.empty(2 * TOGETHER, np.int64), np.empty(2 * model.stride, np.float32)
            pull_bags(model, bags, pull.edges, steps, share, stream, pairs, vectors)

        return step

    def updates(self) -> Updates:
        """Return how often rows are updated: a row of a bag as often as all words with this bag."""
        updates, bags = self.layer.updates(self.tokens), self.bags
        of_bags = np.repeat(updates.words, np.diff(bags.starts))
        words = np.zeros(len(self.words))
        np.add.at(words, bags.numbers, of_bags)
        words = self._with_edge_steps(words, updates)
        return updates._replace(words=words, inputs=_of_bags(updates.inputs, bags))

    def _needed_memory(self, beside: int | None) -> int:
        """Return the bytes of the matrices and their replicas, the bags and the result, with `beside` kept words."""
        return super()._needed_memory(beside) + self.size * self.settings.dim * 4 + self.bags.numbers.nbytes

    def _private_rows(self) -> int:
        return 0

    def _rows(self) -> int:
        return self._own + len(self._used) + 1

    def _contents(self) -> str:
        return f"{self.size:,} words and {len(self._used):,} n-grams of dim {self.settings.dim}"

    def _keep(self, whole: Vocabulary, init: Vectors, init_contexts: Vectors | None, keep: bool) -> Kept | None:
        kept = super()._keep(whole, init, init_contexts, keep)
        if not len(self._known):
            return kept
        return dataclasses.replace(kept or Kept.nothing(self.size, self.settings.dim), buckets=self._known)

    def _first_rows(self) -> NDArray[np.float32]:
        """Return rows that depend on seed and word, or on seed and bucket."""
        dim, seed = self.settings.dim, self.settings.seed
        rows = matrices.zero_matrix(self._rows(), dim)
        starts = self.vocabulary.starts[: self._own + 1]
        start_rows(self.vocabulary.packed, starts, seed, dim, rows.reshape(-1), rows.shape[1])
        keys = self._used.astype("<i8").view(np.uint8)
        starts = np.arange(len(self._used) + 1) * _BYTES_OF_KEY
        start_rows(keys, starts, seed, dim, rows[self._own :].reshape(-1), rows.shape[1])
        np.multiply(rows, np.float32(INITIAL_SCALE), out=rows)
        return rows

    def _start_from(self, init: Vectors) -> matrices.StartingRows:
        """Copy the rows of n-grams, and set those of words so that their vectors are those of `init`."""
        dim = self.settings.dim
        wanted = np.full((self.size, dim), np.nan, np.float32)
        started = matrices.copy_known(wanted, dim, self.names, init)
        if isinstance(init.subwords, Hashed) and len(self._known):
            rows = self._own + np.searchsorted(self._used, self._known)
            table = init.subwords
            numbers = self._known if table.used is None else table.used.rows_of(self._known)
            self.words[rows, :dim] = table.rows[numbers]
        if self._own:
            found = ~np.isnan(wanted[:, 0])
            for span in blocks(self.size, WORDS_AT_ONCE):
                sums, counts = self._sums(span)
                own = wanted[span] * counts[:, None] - (sums - self.words[span, :dim])
                self.words[span, :dim] = np.where(found[span, None], own, self.words[span, :dim])
        return started

    def _trained(self, counts: NDArray[np.int64], metadata: dict[str, Any]) -> Vectors:
        """Return the means of the rows of words, and the table of n-grams."""
        means = np.empty((self.size, self.settings.dim), np.float32)
        for span in blocks(self.size, WORDS_AT_ONCE):
            means[span] = means_of(self._sums(span)).vectors
        return Vectors(self.names, means, counts, metadata, subwords=self._table())

    def _sizes(self) -> NDArray[np.int64]:
        return np.diff(self.bags.starts)

    def _table(self) -> Hashed | None:
        settings, hashing = self.settings, self._hashing
        if hashing is None:
            return None
        rows, used = self.words[self._own :, : settings.dim], Used(hashing.buckets, self._used)
        if settings.has_rows_of_words:
            return Subwords(rows, hashing.shortest, hashing.longest, used=used)
        return Floret(rows, hashing.shortest, hashing.longest, *hashing[3:], used=used)

    def _sums(self, span: slice) -> Any:
        """Return the sums of the rows of a range of words."""
        starts = self.bags.starts[span.start : span.stop + 1]
        numbers = self.bags.numbers[starts[0] : starts[-1]]
        return sums_of(self.words[:, : self.settings.dim], Bags(starts - starts[0], numbers))


def _of_bags(words: Met, bags: Bags) -> Met:
    """Return the sample of the rows of these words."""
    rows = [bags.numbers[bags.starts[word] : bags.starts[word + 1]] for word in words.rows]
    ends = np.append(0, np.cumsum([len(bag) for bag in rows]))
    return Met(ends[words.starts], np.concatenate(rows))


def _buckets_of(settings: "FastText", init: Vectors | None) -> NDArray[np.int64]:
    """Return the numbers of the n-grams that have a row in the starting vectors, ascending."""
    if init is None or settings.table is None or not isinstance(init.subwords, Hashed):
        return np.empty(0, np.int64)
    table = init.subwords
    if table.used is not None:
        return table.used.numbers
    return np.flatnonzero(present(table.decoded().rows)).astype(np.int64)

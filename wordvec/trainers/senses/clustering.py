"""Clustering of the contexts of all words: see `ContextClusters`."""

import dataclasses
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import blas
from wordvec.corpora.alike import WORDS, check_text_of
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.errors import InputError
from wordvec.provenance import with_step
from wordvec.representation import short
from wordvec.senses.cosines import SMOOTHING, weighted_rows
from wordvec.senses.inventory import RECORD, record
from wordvec.senses.names import free_mark
from wordvec.trainers.senses.clusters import ContextClusters
from wordvec.trainers.senses.contexts import ContextVectors, SampledTokens, sample_tokens
from wordvec.trainers.senses.kmeans import centroids, spherical_kmeans
from wordvec.trainers.senses.result import KeptSenses, SenseVectors, names_of_senses, tokens_of_senses
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag, ordered_map, thread_count

Numbers = NDArray[np.int64]
_WORDS_AT_ONCE = 64
_TYPICAL = 2
"""Number of typical contexts in the list."""
_AROUND = 8
"""Number of tokens on either side of a word in a typical context."""


class WordSenses(NamedTuple):
    """Clusters of a word, by falling share.

    Attributes
    ----------
    shares
        (senses,) float64 shares of its contexts.
    moves
        (senses, dim) differences between the centres and their mean by shares.
    typical
        (senses, typical) positions of the tokens whose contexts are nearest to the centres, -1 for none.
    """

    shares: NDArray[np.float64]
    moves: NDArray[np.float32]
    typical: Numbers

    def __repr__(self) -> str:
        return short(self)


def clustered(
    settings: ContextClusters,
    corpus: EncodedCorpus,
    vectors: Vectors,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> SenseVectors:
    """Return the result of `ContextClusters.fit`."""
    progress, stop = progress or Progress(), stop or StopFlag()
    if vectors.inventory is not None:
        raise InputError("the vectors have senses already; use vectors of plain words")
    check_text_of(str(corpus.folder), corpus, vectors.metadata, WORDS, "the text of the vectors")
    rows = _rows_of(corpus, vectors)
    frequent = np.flatnonzero(corpus.vocabulary.counts >= settings.sense_min_count)
    words = frequent[rows[frequent] >= 0]
    if not len(words):
        raise InputError(
            f"no word of the vectors occurs {settings.sense_min_count} times in the corpus; check language and case"
        )
    sample = sample_tokens(corpus, words, settings.contexts, settings.seed, progress, stop)
    contexts = ContextVectors(corpus, _context_rows(corpus, vectors, rows), settings.window)
    work = partial(_of_words, settings, sample, contexts)
    chunks = [range(first, min(first + _WORDS_AT_ONCE, len(words))) for first in range(0, len(words), _WORDS_AT_ONCE)]
    found: list[WordSenses] = []
    progress.begin("clustering", len(words), " words")
    try:
        with blas.one_thread():
            for part in ordered_map(work, stop.until(chunks), thread_count(settings.threads)):
                found += part
                progress.report(len(found))
    finally:
        progress.end()
    return _result(settings, corpus, vectors, rows[words], found)


def _rows_of(corpus: EncodedCorpus, vectors: Vectors) -> Numbers:
    """Return the row of each word of the corpus in the vectors, -1 for none or one of zeros."""
    places = {word: row for row, word in enumerate(vectors.words)}
    rows = np.array([places.get(word, -1) for word in corpus.vocabulary.words], np.int64)
    rows[(rows >= 0) & ~vectors.present[rows]] = -1
    return rows


def _context_rows(corpus: EncodedCorpus, vectors: Vectors, rows: Numbers) -> NDArray[np.float32]:
    """Return the rows of the corpus's words in contexts, as `CosineDisambiguator` weighs them."""
    there = rows >= 0
    own = np.zeros((len(rows), vectors.dim), np.float32)
    own[there] = vectors.matrix[rows[there]]
    frequencies = corpus.vocabulary.counts * there / max(1, int(corpus.vocabulary.counts[there].sum()))
    return weighted_rows(own, frequencies, SMOOTHING / (SMOOTHING + frequencies) * there)


def _of_words(
    settings: ContextClusters, sample: SampledTokens, contexts: ContextVectors, numbers: range
) -> list[WordSenses]:
    return [_of_word(settings, sample, contexts, number) for number in numbers]


def _of_word(settings: ContextClusters, sample: SampledTokens, contexts: ContextVectors, number: int) -> WordSenses:
    """Return the clusters of a word; one sense if it has no context with a known word."""
    at = sample.at[sample.offsets[number] : sample.offsets[number + 1]]
    units = contexts.of(at)
    there = units.any(axis=1)
    at, units = at[there], units[there]
    if not len(at):
        return WordSenses(np.ones(1), np.zeros((1, contexts.dim), np.float32), np.full((1, _TYPICAL), -1))
    labels = spherical_kmeans(units, settings.senses, (settings.seed, int(sample.words[number])), settings.restarts)
    shares = np.bincount(labels, minlength=settings.senses) / len(labels)
    kept = np.flatnonzero(shares >= max(settings.min_share, np.finfo(float).tiny))
    kept = kept if len(kept) else np.array([int(shares.argmax())])
    order = kept[np.argsort(-shares[kept], kind="stable")]
    centres = centroids(units, labels, settings.senses)[order]
    nearest = (units @ centres.T).argmax(axis=1)  # also of the contexts of senses that are left out
    of_kept = np.bincount(nearest, minlength=len(order)) / len(at)
    falling = np.argsort(-of_kept, kind="stable")
    centres, of_kept = centres[falling], of_kept[falling]
    moves = centres - of_kept.astype(np.float32) @ centres
    typical = np.full((len(order), _TYPICAL), -1)
    best = np.argsort(-(units @ centres.T), axis=0, kind="stable")[:_TYPICAL]
    typical[:, : len(best)] = at[best].T
    return WordSenses(of_kept, moves, typical)


def _result(
    settings: ContextClusters, corpus: EncodedCorpus, vectors: Vectors, rows: Numbers, found: Sequence[WordSenses]
) -> SenseVectors:
    """Return the vectors of senses of the words in `rows`, beside the other rows."""
    numbers = np.ones(len(vectors), np.int64)
    numbers[rows] = [len(senses.shares) for senses in found]
    starts = np.append(0, np.cumsum(numbers))
    matrix = np.repeat(vectors.matrix, numbers, axis=0)
    shares, typical = np.ones(starts[-1]), np.full((starts[-1], _TYPICAL), -1)
    lengths = np.linalg.norm(vectors.matrix, axis=1)
    for row, senses in zip(rows.tolist(), found, strict=True):
        own = slice(starts[row], starts[row + 1])
        matrix[own] += lengths[row] * senses.moves
        shares[own], typical[own] = senses.shares, senses.typical
    places = np.arange(starts[-1]) - np.repeat(starts[:-1], numbers)
    kept = KeptSenses(starts, places, shares)
    counts = _counts(corpus, vectors)
    tokens, mark = tokens_of_senses(kept, counts), free_mark(vectors.words)
    names = names_of_senses(vectors.words, kept, mark)
    order = np.argsort(-tokens, kind="stable")
    details = dataclasses.asdict(settings) | {"corpus": corpus.digest, "words": int((numbers > 1).sum())}
    metadata = with_step(vectors.metadata, "cluster_senses", **details)
    metadata |= {RECORD: record("clusters", int((numbers > 1).sum()), mark)}
    texts = {names[row]: typical[row] for row in np.flatnonzero(np.repeat(numbers, numbers) > 1)}
    quoted = {name: [_quoted(corpus, int(at)) for at in places if at >= 0] for name, places in texts.items()}
    named = [names[row] for row in order]
    return SenseVectors(named, matrix[order], tokens[order], metadata, contexts_of=quoted)


def _counts(corpus: EncodedCorpus, vectors: Vectors) -> Numbers:
    """Return the counts of the vectors, or those of the corpus if they have none."""
    if vectors.counts is not None:
        return vectors.counts
    vocabulary = corpus.vocabulary
    return np.array([vocabulary.counts[vocabulary.id(w)] if w in vocabulary else 0 for w in vectors.words], np.int64)


def _quoted(corpus: EncodedCorpus, at: int) -> str:
    """Return a token of the corpus, in brackets, with its context words."""
    sentence = int(np.searchsorted(corpus.offsets, at, side="right"))
    begin, end = int(corpus.offsets[sentence - 1]), int(corpus.offsets[sentence])
    ids = corpus.ids[max(begin, at - _AROUND) : min(end, at + _AROUND + 1)].tolist()
    words = [corpus.vocabulary.words[number] if number < len(corpus.vocabulary) else "…" for number in ids]
    here = at - max(begin, at - _AROUND)
    words[here] = f"[{words[here]}]"
    return " ".join(words)

"""Fitting of sentence vectors: weights from counts, common components from texts or from the counts alone.

The common components are the first eigenvectors of the uncentred second moment of the sentence vectors, which are the
first right singular vectors of their matrix; the moment is added up block by block, for text of any length. Without
text, it is the moment expected of sentences of n independent tokens: (1/n) Σ p(w) y(w)y(w)ᵀ + (1 − 1/n) m mᵀ, with
y(w) the weighted vector of a word and m = Σ p(w) y(w).
"""

import dataclasses
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.errors import InputError, SettingsError
from wordvec.rows import blocks, present
from wordvec.sentences import weights as weightings
from wordvec.sentences.embedding import Embedder, Rows
from wordvec.sentences.model import SentenceModel
from wordvec.sentences.settings import COUNTS, SIF, TEXT, TFIDF, UNIFORM, USIF, Sentences
from wordvec.sentences.texts import Texts
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag

Numbers = NDArray[np.float64]


class Frequencies(NamedTuple):
    """How often words occur: ``shares`` (words,) of all tokens, or (TF-IDF) ``lines`` with the word, of ``total``."""

    shares: Numbers
    lines: Numbers
    total: int
    source: str


def fitted(
    settings: Sentences,
    vectors: Vectors,
    texts: Texts | None = None,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
    among: NDArray[np.int64] | None = None,
) -> SentenceModel:
    """Return the model of vectors; see `Sentences.fit`, which has the same errors.

    With `among`, rows of words, it is the model of these words alone, weighted as among all; the texts must have no
    others.
    """
    arguments.expect("vectors", vectors, Vectors)
    arguments.expect("texts", texts, Texts, optional=True)
    remove = settings.removed
    for name, number in (("remove", remove), ("all_but_the_top", settings.all_but_the_top)):
        if number > vectors.dim:
            raise SettingsError(f"{number}: must be at most the dim of the vectors, {vectors.dim}", setting=name)
    source = _source(settings, vectors, texts)
    passes = (source == TEXT) + bool(remove)
    if texts is not None and not texts.can_repeat and passes:
        raise InputError("standard input can be read only once, and the texts are read several times; save it first")
    work = _Work(threads, progress or Progress(), stop or StopFlag())
    found = _frequencies(vectors, texts, source, settings.weighting == TFIDF, work)
    model = _weighted(settings, vectors, found)
    if among is not None:
        vectors, model = part_of(vectors, among), model._replace(weights=model.weights[among])
    if remove:
        moment = _expected(vectors, model, found.shares, settings.length) if texts is None else None
        model = _without_common(settings, vectors, model, texts, moment, work)
    return model


def _source(settings: Sentences, vectors: Vectors, texts: Texts | None) -> str | None:
    """Return the source of frequencies: ``counts``, ``text``, or None if they are not needed."""
    if settings.weighting == UNIFORM and (texts is not None or not settings.removed):
        return None
    chosen = settings.frequencies
    if chosen is None:
        by_text = texts is not None and (settings.weighting == TFIDF or vectors.counts is None)
        chosen = TEXT if by_text else COUNTS
    if chosen == COUNTS and vectors.counts is None:
        raise InputError("the vectors have no counts, from which the weights of words follow; fit on a text instead")
    if chosen == TEXT and texts is None:
        raise InputError("frequencies of text need a text to fit on")
    return chosen


def _weighted(settings: Sentences, vectors: Vectors, found: Frequencies) -> SentenceModel:
    """Return the model that removes nothing yet but the top of the words."""
    words = len(vectors)
    shares = np.append(found.shares, 0)
    if settings.weighting == SIF:
        every = weightings.sif(shares, settings.a)
    elif settings.weighting == USIF:
        every = weightings.usif(shares, settings.length, words)
    elif settings.weighting == TFIDF:
        every = weightings.idf(np.append(found.lines, 0), found.total)
    else:
        every = np.ones(words + 1)
    about: dict[str, Any] = {
        field.name: getattr(settings, field.name)
        for field in dataclasses.fields(settings)
        if field.name != "frequencies"
    }
    about |= {"frequencies": found.source, "unseen_weight": float(every[-1])}
    mean, projection = _all_but_the_top(vectors, settings.all_but_the_top)
    empty = np.empty((vectors.dim, 0))
    return SentenceModel(every[:-1], float(every[-1]), mean, projection, empty, np.empty(0), about)


def _without_common(
    settings: Sentences,
    vectors: Vectors,
    model: SentenceModel,
    texts: Texts | None,
    moment: Numbers | None,
    work: "_Work",
) -> SentenceModel:
    """Return the model that removes the first components of the moment of sentences."""
    remove = settings.removed
    if moment is None:
        assert texts is not None
        moment = _moment(model.vectors(vectors), texts, work)
    values, directions = np.linalg.eigh(moment)
    components = directions[:, ::-1][:, :remove]
    components = components * np.sign(components[np.abs(components).argmax(0), np.arange(remove)])
    strengths = np.ones(remove)
    if settings.weighting == USIF:
        strengths = np.maximum(values[::-1][:remove], 0)
        strengths = strengths / max(strengths.sum(), np.finfo(float).tiny)
    about = model.about | {"remove": remove, "components_of": "counts" if texts is None else "text"}
    return model._replace(about=about).without(components, strengths)


def part_of(vectors: Vectors, rows: NDArray[np.int64]) -> Vectors:
    """Return the vectors of some words, without counts."""
    words = [vectors.words[row] for row in rows.tolist()]
    return Vectors(words, vectors.matrix[rows], None, vectors.metadata, subwords=vectors.subwords)


class _Work(NamedTuple):
    threads: int | None
    progress: Progress
    stop: StopFlag


def _frequencies(vectors: Vectors, texts: Texts | None, source: str | None, by_lines: bool, work: _Work) -> Frequencies:
    if source is None:
        nothing = np.zeros(len(vectors))
        return Frequencies(nothing, nothing, 0, "none")
    if source == COUNTS:
        assert vectors.counts is not None
        counts = vectors.counts.astype(np.float64)
        return Frequencies(counts / max(1, counts.sum()), counts, int(counts.sum()), "counts of the vectors")
    assert texts is not None
    rows, counts = Rows(vectors), np.zeros(len(vectors))
    tokens = lines = 0
    for block in work.stop.until(texts.blocks(work.threads)):
        row_of = rows.of(block.words)
        numbers = row_of[block.ids]
        if by_lines:
            line_of = np.repeat(np.arange(len(block.starts) - 1), np.diff(block.starts))
            pairs = np.unique(np.stack([line_of, numbers[: len(line_of)]]), axis=1)
            numbers = pairs[1]
        counts += np.bincount(numbers[numbers >= 0], minlength=len(vectors))
        tokens, lines = tokens + len(block.ids), lines + len(block.starts) - 1
    if not counts.any():
        raise InputError(f"none of the {tokens:,} tokens of the text is a word of the vectors; check language and case")
    return Frequencies(counts / tokens, counts, lines, "text")


def _moment(folded: Vectors, texts: Texts, work: _Work) -> Numbers:
    """Return the sum (dim, dim) of the outer products of all text vectors."""
    embedder, moment, found, done = Embedder(folded), np.zeros((folded.dim, folded.dim)), 0, 0
    work.progress.begin("common components", None, " texts")
    try:
        for block in work.stop.until(texts.blocks(work.threads)):
            rows, known = embedder.means(block)
            moment += rows.T @ rows
            done, found = done + len(rows), found + int(np.count_nonzero(known))
            work.progress.report(done)
    finally:
        work.progress.end()
    if not found:
        raise InputError(f"none of {done:,} texts has a word of the vectors; check language and case")
    return moment


def _expected(vectors: Vectors, model: SentenceModel, shares: Numbers, length: int) -> Numbers:
    """Return the expected outer product (dim, dim) of the vectors of sentences of independent tokens."""
    mean, squares = np.zeros(vectors.dim), np.zeros((vectors.dim, vectors.dim))
    for span in blocks(len(vectors)):
        rows = model.projected(vectors.matrix[span], model.weights[span]).astype(np.float64)
        rows[~present(vectors.matrix[span])] = 0
        weighted = rows * shares[span, None]
        mean += weighted.sum(axis=0)
        squares += rows.T @ weighted
    return np.asarray(squares / length + (1 - 1 / length) * np.outer(mean, mean))


def _all_but_the_top(vectors: Vectors, remove: int) -> tuple[Numbers, Numbers]:
    """Return the mean (dim,) of the words, and the projection (dim, dim) without their first components."""
    from wordvec.transforms.numbers import moments

    if not remove:
        return np.zeros(vectors.dim), np.eye(vectors.dim)
    mean, covariance = moments(vectors.matrix)
    top = np.linalg.eigh(covariance)[1][:, ::-1][:, :remove]
    return mean, np.eye(vectors.dim) - top @ top.T

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
from wordvec.documentation import documented
from wordvec.errors import InputError, SettingsError
from wordvec.rows import blocks, present
from wordvec.sentences import weights as weightings
from wordvec.sentences.embedding import Embedder, Rows
from wordvec.sentences.model import SentenceModel
from wordvec.sentences.texts import Texts
from wordvec.sentences.weights import SIF, TFIDF, UNIFORM, USIF, WEIGHTINGS
from wordvec.settings import check_settings, setting
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag

Numbers = NDArray[np.float64]
COUNTS, TEXT = "counts", "text"
_REMOVED = {SIF: 1, USIF: 5, TFIDF: 0, UNIFORM: 0}


class Frequencies(NamedTuple):
    """How often words occur: ``shares`` (words,) of all tokens, or (TF-IDF) ``lines`` with the word, of ``total``."""

    shares: Numbers
    lines: Numbers
    total: int
    source: str


@documented
@dataclasses.dataclass(frozen=True, kw_only=True)
class Sentences:
    """Sentence vectors: weighted means of word vectors, without their common components.

    Parameters
    ----------
    weighting
        ``"sif"`` (Arora, Liang and Ma 2017), ``"usif"`` (Ethayarajh 2018; without its normalisation of dimensions
        within a sentence, which is not linear), ``"tfidf"`` or ``"uniform"``; see `weights`.
    remove
        Number of common components removed; default: automatic, 1 for ``sif``, 5 for ``usif``, otherwise 0. ``usif``
        removes each in proportion to its squared singular value.
    a
        a of SIF.
    length
        Expected number of tokens of a sentence: for ``usif``, and for components without text.
    all_but_the_top
        Number of principal components removed from the words first, after their mean; 0: neither is.
    frequencies
        ``"counts"``: the frequencies of words are those of the vectors; ``"text"``: those of the texts. Default: counts
        if the vectors have them and the weighting is not ``tfidf``, otherwise text. By counts, TF-IDF takes each token
        for a line.

    Examples
    --------
    >>> vectors = Vectors(["the", "tea"], [[1, 0], [1, 1]], counts=[9, 1])
    >>> model = Sentences(remove=0, a=0.1).fit(vectors)
    >>> model.weights.round(2).tolist()
    [0.1, 0.5]
    >>> model.vectors(vectors).matrix.round(2).tolist()
    [[0.10000000149011612, 0.0], [0.5, 0.5]]
    """

    weighting: str = setting(SIF, "weights of words", choices=WEIGHTINGS)
    remove: int | None = setting(
        None, "common components to remove; default: automatic, 1 for sif, 5 for usif, otherwise 0", at_least=0
    )
    a: float = setting(1e-3, "a of SIF's weights a / (a + p(w))", above=0)
    length: int = setting(11, "expected tokens of a sentence, for usif and for components without text", at_least=1)
    all_but_the_top: int = setting(
        0, "principal components to remove from the words first, with their mean; 0 removes neither", at_least=0
    )
    frequencies: str | None = setting(
        None,
        "source of the frequencies of words; default: the vectors' counts if they have any, for tfidf the text",
        choices=(COUNTS, TEXT),
    )

    def __post_init__(self) -> None:
        check_settings(self)

    @property
    def removed(self) -> int:
        """Number of common components to remove."""
        return _REMOVED[self.weighting] if self.remove is None else self.remove

    def fit(
        self,
        vectors: Vectors,
        texts: Texts | None = None,
        *,
        threads: int | None = None,
        progress: Progress | None = None,
        stop: StopFlag | None = None,
    ) -> SentenceModel:
        """Compute the weights of the words and the common components.

        Parameters
        ----------
        vectors
            Word vectors.
        texts
            Texts whose common components are removed, and from which frequencies come if the vectors have none. They
            are read once for each. Default: the components expected from the counts.
        threads
            Number of threads; default: one for each processor.

        Raises
        ------
        InputError
            If frequencies are needed and there are none, the texts have no known word, or standard input would be read
            twice.
        SettingsError
            If more components are to be removed than the vectors have dimensions.
        """
        arguments.expect("vectors", vectors, Vectors)
        arguments.expect("texts", texts, Texts, optional=True)
        remove = self.removed
        for name, number in (("remove", remove), ("all_but_the_top", self.all_but_the_top)):
            if number > vectors.dim:
                raise SettingsError(f"{number}: must be at most the dim of the vectors, {vectors.dim}", setting=name)
        source = self._source(vectors, texts, remove)
        passes = (source == TEXT) + bool(remove)
        if texts is not None and not texts.can_repeat and passes:
            raise InputError(
                "standard input can be read only once, and the texts are read several times; save it first"
            )
        work = _Work(threads, progress or Progress(), stop or StopFlag())
        found = _frequencies(vectors, texts, source, self.weighting == TFIDF, work)
        model = self._weighted(vectors, found)
        if remove:
            moment = _expected(vectors, model, found.shares, self.length) if texts is None else None
            model = self._without_common(vectors, model, remove, texts, moment, work)
        return model

    def _source(self, vectors: Vectors, texts: Texts | None, remove: int) -> str | None:
        """Return the source of frequencies: ``counts``, ``text``, or None if they are not needed."""
        if self.weighting == UNIFORM and (texts is not None or not remove):
            return None
        chosen = self.frequencies
        if chosen is None:
            by_text = texts is not None and (self.weighting == TFIDF or vectors.counts is None)
            chosen = TEXT if by_text else COUNTS
        if chosen == COUNTS and vectors.counts is None:
            raise InputError(
                "the vectors have no counts, from which the weights of words follow; fit on a text instead"
            )
        if chosen == TEXT and texts is None:
            raise InputError("frequencies of text need a text to fit on")
        return chosen

    def _weighted(self, vectors: Vectors, found: Frequencies) -> SentenceModel:
        """Return the model that removes nothing yet but the top of the words."""
        words = len(vectors)
        shares = np.append(found.shares, 0)
        if self.weighting == SIF:
            every = weightings.sif(shares, self.a)
        elif self.weighting == USIF:
            every = weightings.usif(shares, self.length, words)
        elif self.weighting == TFIDF:
            every = weightings.idf(np.append(found.lines, 0), found.total)
        else:
            every = np.ones(words + 1)
        about: dict[str, Any] = {
            field.name: getattr(self, field.name) for field in dataclasses.fields(self) if field.name != "frequencies"
        }
        about |= {"frequencies": found.source, "unseen_weight": float(every[-1])}
        mean, projection = _all_but_the_top(vectors, self.all_but_the_top)
        empty = np.empty((vectors.dim, 0))
        return SentenceModel(every[:-1], float(every[-1]), mean, projection, empty, np.empty(0), about)

    def _without_common(
        self,
        vectors: Vectors,
        model: SentenceModel,
        remove: int,
        texts: Texts | None,
        moment: Numbers | None,
        work: "_Work",
    ) -> SentenceModel:
        """Return the model that removes the first components of the moment of sentences."""
        if moment is None:
            assert texts is not None
            moment = _moment(model.vectors(vectors), texts, work)
        values, directions = np.linalg.eigh(moment)
        components = directions[:, ::-1][:, :remove]
        components = components * np.sign(components[np.abs(components).argmax(0), np.arange(remove)])
        strengths = np.ones(remove)
        if self.weighting == USIF:
            strengths = np.maximum(values[::-1][:remove], 0)
            strengths = strengths / max(strengths.sum(), np.finfo(float).tiny)
        about = model.about | {"remove": remove, "components_of": "counts" if texts is None else "text"}
        return model._replace(about=about).without(components, strengths)


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
    embedder, moment, found = Embedder(folded), np.zeros((folded.dim, folded.dim)), 0
    work.progress.begin("common components", None, " texts")
    try:
        done = 0
        for block in work.stop.until(texts.blocks(work.threads)):
            rows, known = embedder.means(block)
            moment += rows.T @ rows
            done, found = done + len(rows), found + int(np.count_nonzero(known))
            work.progress.report(done)
    finally:
        work.progress.end()
    if not found:
        raise InputError("no text has a word of the vectors; check language and case")
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

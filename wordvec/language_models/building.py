"""Embedding layers: the rows of each mode, then special tokens, random rows and padding, in this order.

Whatever the mode: special tokens are copied from the source, if it has them, and are otherwise the mean of its rows;
tokens without a row are random, with the means and deviations of the source's rows or of the other new rows (with
``cw2v``, whose rows must be in the hull, and ``mean``: the mean); the row of the padding token is zeros.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.corpora.alike import TOKENIZER_DIGEST
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.subword_vocabulary import SubwordVocabulary
from wordvec.errors import InputError, MemoryLimitError, SettingsError
from wordvec.language_models import overlap
from wordvec.language_models.composition import TokenVectors, check_tokenizer, looked_up, token_vectors
from wordvec.language_models.hull import train_hull
from wordvec.language_models.layer import Layer, Rows
from wordvec.language_models.matching import fitted_dim, gaussian_rows, placed, random_rows
from wordvec.language_models.mixture import softmax_mixture
from wordvec.language_models.ranked_codes import cipher_vectors
from wordvec.language_models.settings import OF_SOURCE, LayerSettings
from wordvec.language_models.source import Source
from wordvec.provenance import machinery
from wordvec.rows import Floats, exact_lengths
from wordvec.settings import known
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag, available_memory

_COPIES = 6
"""Matrices of the size of the layer that are in memory at once, about."""


@dataclass(frozen=True)
class Ingredients:
    """What a layer is made from.

    Attributes
    ----------
    vocabulary
        Tokens of the new layer.
    source
        Embedding layer of an existing model.
    vectors
        Vectors of words or tokens.
    source_vectors
        Vectors in the same space of the words of the source's language; default: `vectors`.
    corpus
        Text in the tokens of the vocabulary.
    """

    vocabulary: SubwordVocabulary
    source: Source | None = None
    vectors: Vectors | None = None
    source_vectors: Vectors | None = None
    corpus: EncodedCorpus | None = None


def embedding_layer(
    settings: LayerSettings,
    vocabulary: SubwordVocabulary,
    *,
    source: Source | None = None,
    vectors: Vectors | None = None,
    source_vectors: Vectors | None = None,
    corpus: EncodedCorpus | None = None,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> Layer:
    """Return an embedding layer for the tokens of a vocabulary.

    Parameters
    ----------
    settings
        Mode, and its settings.
    vocabulary
        Tokens; row i is of the token with the id i.
    source
        Embedding layer of an existing model, with its vocabulary and, if it is not tied, its head, which the new layer
        then has, too. Needed by the modes ``ofa``, ``cw2v``, ``gaussian`` and ``mean``; other modes take its mean,
        lengths and special tokens.
    vectors
        Vectors of words, or of the tokens (``direct``); not for ``cipher``, ``gaussian`` and ``mean``.
    source_vectors
        Vectors of words of the source's language in the space of `vectors` (``ofa``, ``cw2v``); default: `vectors`.
    corpus
        Text in the tokens of the vocabulary (``cw2v``, ``cipher``).

    Raises
    ------
    SettingsError
        If something is missing that the mode needs, or given although the mode does not use it.
    InputError
        If vectors, corpus and tokenizer do not fit each other.
    MemoryLimitError
        If the matrices do not fit in memory.
    Interrupted
        If `stop` was set.
    """
    arguments.expect("settings", settings, LayerSettings)
    arguments.expect("vocabulary", vocabulary, SubwordVocabulary)
    arguments.expect("source", source, Source, optional=True)
    arguments.expect("vectors", vectors, Vectors, optional=True)
    arguments.expect("source_vectors", source_vectors, Vectors, optional=True)
    arguments.expect("corpus", corpus, EncodedCorpus, optional=True)
    given = Ingredients(vocabulary, source, vectors, source_vectors, corpus)
    check_ingredients(settings, given)
    work = _Work(settings, given, progress or Progress(), stop or StopFlag())
    return work.of_source() if settings.mode in OF_SOURCE else work.of_vectors()


NEEDED = {
    "direct": ("vectors",),
    "compose": ("vectors",),
    "ofa": ("source", "vectors"),
    "cw2v": ("source", "vectors", "corpus"),
    "cipher": ("corpus",),
    "gaussian": ("source",),
    "mean": ("source",),
}
"""What each mode needs."""
_OPTIONAL = {
    "direct": ("source",),
    "compose": ("source",),
    "ofa": ("source_vectors",),
    "cw2v": ("source_vectors",),
    "cipher": ("source",),
}


def check_ingredients(settings: LayerSettings, given: Any) -> None:
    """Check that what is given is what the mode needs.

    Parameters
    ----------
    settings
        Mode, and its settings.
    given
        `Ingredients`, or anything with the same attributes, such as names of files.

    Raises
    ------
    SettingsError
        If something is missing or superfluous, or the dims contradict each other.
    """
    mode, used = settings.mode, (*NEEDED[settings.mode], *_OPTIONAL.get(settings.mode, ()))
    for name in ("source", "vectors", "source_vectors", "corpus"):
        if getattr(given, name) is None and name in NEEDED[mode]:
            raise SettingsError(f": mode {mode} needs it", setting=name)
        if getattr(given, name) is not None and name not in used:
            raise SettingsError(f": mode {mode} does not use it; leave it out", setting=name)


class _Work:
    """The construction of one layer."""

    def __init__(self, settings: LayerSettings, given: Ingredients, progress: Progress, stop: StopFlag) -> None:
        self.settings, self.given, self.progress, self.stop = settings, given, progress, stop
        self.random = np.random.default_rng(settings.seed)
        self.source, self.tokens = given.source, len(given.vocabulary)
        self.extra: dict[str, Any] = {}
        self.sources: list[Floats] = []
        """The source's matrix and head, or the coordinates of its matrix."""
        if self.source is not None:
            self.sources = [self.source.matrix] + ([] if self.source.head is None else [self.source.head])
        if given.corpus is not None:
            _check_corpus(given.corpus, given.vocabulary)

    # Rows from another space.

    def of_vectors(self) -> Layer:
        """Return the layer of a mode whose rows are placed among those of the source."""
        made, outputs, kind = self._made()
        ids, settings = np.flatnonzero(made.there), self.settings
        if not len(ids):
            raise InputError(
                f"no token of {self.given.vocabulary.path} has a vector; the mode direct needs vectors that were "
                "trained on text encoded with this tokenizer (--tokenizer), others vectors of words of its language"
            )
        dim = self._dim(made.matrix.shape[1])
        layers = self._references()
        self._check_memory(dim * len(layers))
        parts = [made.matrix, outputs if outputs is not None else made.matrix][: len(layers)]
        std, norms = known(settings.std), known(settings.norms)
        placed_rows = [
            placed(fitted_dim(part[ids], dim), reference, norms, std)
            for part, reference in zip(parts, layers, strict=True)
        ]
        rows = Rows(self.tokens, [dim] * len(layers))
        rows.fill(ids, kind, placed_rows)
        self._finish(rows, [one if one is not None else new for one, new in zip(layers, placed_rows, strict=True)])
        return self._layer(rows)

    def _made(self) -> tuple[TokenVectors, Floats | None, str]:
        """Return the vectors of tokens, those of the output layer, and the kind of these rows."""
        settings, vectors, vocabulary = self.settings, self.given.vectors, self.given.vocabulary
        if settings.mode == "cipher":
            assert self.given.corpus is not None
            dim = known(settings.dim or (self.source.dim if self.source is not None else 100))
            made = cipher_vectors(settings, self.given.corpus, vocabulary, dim, self.progress, self.stop)
            return made, None, "cipher"
        assert vectors is not None
        if settings.mode == "direct":
            check_tokenizer(vectors, vocabulary)
            contexts = None if vectors.contexts is None else looked_up(vectors.contexts, vocabulary).matrix
            return looked_up(vectors, vocabulary), contexts, "trained"
        how = {"weighting": known(settings.weighting), "progress": self.progress, "stop": self.stop}
        return token_vectors(vectors, vocabulary, **how), None, "composed"  # type: ignore[arg-type]

    def _dim(self, own: int) -> int:
        wanted = self.settings.dim
        if self.source is None:
            return wanted or own
        if wanted not in (None, self.source.dim):
            raise SettingsError(f"{wanted}: the source has dim {self.source.dim}; leave this out", setting="dim")
        return self.source.dim

    def _references(self) -> list[Floats | None]:
        """Return the rows whose statistics the embedding layer and the head take; None without a source."""
        if self.source is None:
            return [None]
        usual = self.source.usual
        heads = [] if self.source.head is None else [self.source.head[usual]]
        return [self.source.matrix[usual], *heads]

    # Rows that are means of the source's.

    def of_source(self) -> Layer:
        """Return the layer of a mode whose rows are means of the source's."""
        settings, source, vocabulary = self.settings, self.source, self.given.vocabulary
        assert source is not None
        primitives = None
        if settings.factors is not None:
            self.sources, primitives = self._factorised(self.sources)
        sources = self.sources
        self._check_memory(sum(one.shape[1] for one in sources))
        rows = Rows(self.tokens, [one.shape[1] for one in sources])
        usable = source.known.copy()
        if source.vocabulary.padding is not None:
            usable[source.vocabulary.padding] = False
        self._copy(rows, usable)
        references = [one[source.usual] for one in sources]
        new = np.setdiff1d(rows.missing, [*vocabulary.special])
        if settings.mode in ("ofa", "cw2v"):
            self._interpolate(rows, usable, new)
        elif settings.mode == "gaussian":
            spread = known(settings.spread)
            made = [gaussian_rows(len(new), one, spread, self.random) for one in references]
            rows.fill(new, "gaussian", made)
        self._finish(rows, references)
        return self._layer(rows, primitives)

    def _factorised(self, sources: list[Floats]) -> tuple[list[Floats], Floats]:
        """Return coordinates of the source's rows, and the primitives: E ≈ F P from the singular values (OFA)."""
        factors, (matrix, *others) = known(self.settings.factors), sources
        if others:
            raise SettingsError(": the source has a head of its own, which is not factorised", setting="factors")
        if factors > min(matrix.shape):
            raise SettingsError(f"{factors}: must be at most {min(matrix.shape)}", setting="factors")
        left, values, right = np.linalg.svd(matrix.astype(np.float64), full_matrices=False)
        signs = np.sign(right[np.arange(factors), np.abs(right[:factors]).argmax(axis=1)])
        coordinates = (left[:, :factors] * signs).astype(np.float32)
        self.extra["variance_kept"] = float((values[:factors] ** 2).sum() / (values**2).sum())
        return [coordinates], ((values[:factors] * signs)[:, None] * right[:factors]).astype(np.float32)

    def _copy(self, rows: Rows, usable: NDArray[np.bool_]) -> None:
        """Copy the rows of tokens that the source has, too."""
        assert self.source is not None
        tokens, theirs = self.given.vocabulary.tokens, self.source.vocabulary.tokens
        special = np.zeros(self.tokens, np.bool_)
        special[list(self.given.vocabulary.special)] = True
        if self.settings.overlap == "none":
            return
        found = overlap.matches(tokens, theirs, usable)
        exact = np.flatnonzero((found >= 0) & ~special)
        rows.fill(exact, "copied", [one[found[exact]] for one in self.sources])
        if self.settings.overlap == "fuzzy":
            found = overlap.fuzzy_matches(tokens, theirs, usable & self.source.vocabulary.ordinary)
            fuzzy = np.flatnonzero((found >= 0) & (rows.kinds < 0) & ~special)
            rows.fill(fuzzy, "copied_fuzzily", [one[found[fuzzy]] for one in self.sources])

    def _interpolate(self, rows: Rows, usable: NDArray[np.bool_], new: NDArray[np.int64]) -> None:
        """Fill rows with means of the source's, by similarity in the vectors."""
        settings, given, source, sources = self.settings, self.given, self.source, self.sources
        assert source is not None
        assert given.vectors is not None
        target, theirs = self._spaces(given.vectors, source)
        mixture = softmax_mixture(
            new[target.there[new]],
            target,
            theirs,
            usable & source.vocabulary.ordinary,
            neighbours=known(settings.neighbours),
            temperature=known(settings.temperature),
            threads=settings.threads,
        )
        self.extra["vectors"] = {"tokens": int(target.there.sum()), "trained": target.trained}
        if settings.mode == "ofa":
            rows.fill(mixture.tokens, "interpolated", [mixture.of(one) for one in sources])
            return
        self._fixed(rows, [one[source.usual] for one in sources], mixture.tokens)
        layers, matrices = (rows.matrices[0], rows.matrices[-1]), (sources[0], sources[-1])
        assert given.corpus is not None
        trained = train_hull(
            settings, given.corpus, given.vocabulary, layers, matrices, mixture, self.progress, self.stop
        )
        self.extra["loss"] = [round(loss, 5) for loss in trained.losses]
        weights = (trained.inputs, trained.outputs)
        rows.fill(
            mixture.tokens, "trained_weights", [one.of(each) for one, each in zip(weights, sources, strict=False)]
        )

    def _fixed(self, rows: Rows, references: list[Floats], free: NDArray[np.int64]) -> None:
        """Finish the rows of all tokens but some, which are then trained among them."""
        rows.kinds[free] = 0
        self._finish(rows, references)
        rows.kinds[free] = -1

    def _spaces(self, vectors: Vectors, source: Source) -> tuple[TokenVectors, TokenVectors]:
        """Return the vectors of the tokens of the layer and of the source, in one space."""
        how = {"weighting": known(self.settings.weighting), "progress": self.progress, "stop": self.stop}
        theirs = self.given.source_vectors or vectors
        if theirs.dim != vectors.dim:
            raise SettingsError(f": have dim {theirs.dim}, the vectors {vectors.dim}", setting="source_vectors")
        target = token_vectors(vectors, self.given.vocabulary, **how)  # type: ignore[arg-type]
        if not target.there.any():
            raise InputError(f"no token of {self.given.vocabulary.path} has a vector; are the vectors of its language?")
        if theirs is vectors and source.vocabulary.digest == self.given.vocabulary.digest:
            return target, target
        if theirs is vectors and target.trained:
            matrix = looked_up(vectors, source.vocabulary)
            return target, matrix
        return target, token_vectors(theirs, source.vocabulary, **how)  # type: ignore[arg-type]

    # Both.

    def _finish(self, rows: Rows, references: list[Floats]) -> None:
        """Fill the rows of special tokens, then those that are missing, and the padding."""
        vocabulary, settings = self.given.vocabulary, self.settings
        means = [one.mean(axis=0, dtype=np.float64).astype(np.float32) for one in references]
        if self.source is not None:
            self._fill_special(rows, means)
        missing = rows.missing
        if settings.mode in ("cw2v", "mean"):
            rows.fill(missing, "mean", means)
        else:
            rows.fill(missing, "random", [random_rows(len(missing), one, self.random) for one in references])
        if vocabulary.padding is not None:
            rows.fill(np.array([vocabulary.padding]), "padding", [np.zeros_like(one) for one in means])

    def _fill_special(self, rows: Rows, means: list[Floats]) -> None:
        """Copy the rows of special tokens from the source, or fill them with means."""
        assert self.source is not None
        found = overlap.matches(self.given.vocabulary.tokens, self.source.vocabulary.tokens, self.source.known)
        special = np.array(self.given.vocabulary.special, np.int64)
        copied = special[found[special] >= 0]
        rows.fill(copied, "special_copied", [one[found[copied]] for one in self.sources])
        rows.fill(special[found[special] < 0], "special_mean", means)

    def _layer(self, rows: Rows, primitives: Floats | None = None) -> Layer:
        """Return the finished layer, with its metadata."""
        source, settings = self.source, self.settings
        head = rows.matrices[1] if len(rows.matrices) > 1 else None
        about = {"method": "embedding layer", "mode": settings.mode, "settings": settings.record(), **self.extra}
        lengths = {"layer": _length(rows.matrices[0])}
        if source is not None:
            about["source"] = {"tokenizer": source.vocabulary.path.name, "digest": source.vocabulary.digest}
            lengths["source"] = _length(source.matrix[source.usual])
        about |= {"mean_length": lengths, **machinery()}
        names = (source.name, source.head_name) if source is not None else ("embedding.weight", "lm_head.weight")
        return Layer(self.given.vocabulary, rows.matrices[0], rows.kinds, head, primitives, names, about)

    def _check_memory(self, dim: int) -> None:
        needed, free = 4 * self.tokens * dim * _COPIES, available_memory()
        if needed > free:
            raise MemoryLimitError(
                f"a layer of {self.tokens:,} rows takes {needed / 1e9:.1f} GB to compute, and {free / 1e9:.1f} GB are "
                "free"
            )


def _check_corpus(corpus: EncodedCorpus, vocabulary: SubwordVocabulary) -> None:
    """Fail unless a corpus was encoded with the tokenizer of a vocabulary."""
    if corpus.meta["settings"].get(TOKENIZER_DIGEST) != vocabulary.digest:
        raise InputError(
            f"{corpus.folder}: was not encoded with the tokenizer {vocabulary.path}; encode the text with "
            f"wordvec corpus encode --tokenizer {vocabulary.path}"
        )


def _length(rows: Floats) -> float:
    return round(float(exact_lengths(rows).mean()), 6) if len(rows) else 0.0

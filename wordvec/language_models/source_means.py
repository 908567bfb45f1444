"""Layers whose rows are copies or weighted means of a source's rows."""

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError, SettingsError
from wordvec.language_models import overlap
from wordvec.language_models.composition import TokenVectors, looked_up, token_vectors
from wordvec.language_models.construction import Construction
from wordvec.language_models.hull import train_hull
from wordvec.language_models.layer import Layer, Rows
from wordvec.language_models.matching import gaussian_rows
from wordvec.language_models.mixture import softmax_mixture
from wordvec.language_models.source import Source
from wordvec.rows import Floats
from wordvec.settings import known
from wordvec.vectors import Vectors


class SourceMeans(Construction):
    """The construction of a layer of the mode ``ofa``, ``cw2v``, ``gaussian`` or ``mean``."""

    def made(self) -> Layer:
        """Return the layer of a mode whose rows are means of the source's."""
        settings, source, vocabulary = self.settings, self.source, self.given.vocabulary
        assert source is not None
        primitives = None
        if settings.factors is not None:
            self.sources, primitives = self._factorised(self.sources)
        sources = self.sources
        self.check_memory(sum(one.shape[1] for one in sources))
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
        self.finish(rows, references)
        return self.layer(rows, primitives)

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
        self.finish(rows, references)
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

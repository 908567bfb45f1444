"""Layers whose rows are from another space: vectors of tokens or words, or a bit-cipher, placed among the source's."""

import numpy as np

from wordvec.errors import InputError, SettingsError
from wordvec.language_models.composition import TokenVectors, check_tokenizer, looked_up, token_vectors
from wordvec.language_models.construction import Construction
from wordvec.language_models.layer import Layer, Rows
from wordvec.language_models.matching import fitted_dim, placed
from wordvec.language_models.ranked_codes import cipher_vectors
from wordvec.rows import Floats
from wordvec.settings import known

USUAL_DIM = 100
"""Dimensions of a bit-cipher without a source."""


class PlacedRows(Construction):
    """The construction of a layer of the mode ``direct``, ``compose`` or ``cipher``."""

    def made(self) -> Layer:
        """Return the layer of a mode whose rows are placed among those of the source."""
        made, outputs, kind = self._vectors()
        ids, settings = np.flatnonzero(made.there), self.settings
        if not len(ids):
            raise InputError(
                f"no token of {self.given.vocabulary.path} has a vector; the mode direct needs vectors that were "
                "trained on text encoded with this tokenizer (--tokenizer), others vectors of words of its language"
            )
        dim = self._dim(made.matrix.shape[1])
        layers = self._references()
        self.check_memory(dim * len(layers))
        parts = [made.matrix, outputs if outputs is not None else made.matrix][: len(layers)]
        std, norms = known(settings.std), known(settings.norms)
        placed_rows = [
            placed(fitted_dim(part[ids], dim), reference, norms, std)
            for part, reference in zip(parts, layers, strict=True)
        ]
        rows = Rows(self.tokens, [dim] * len(layers))
        rows.fill(ids, kind, placed_rows)
        self.finish(rows, [one if one is not None else new for one, new in zip(layers, placed_rows, strict=True)])
        return self.layer(rows)

    def _vectors(self) -> tuple[TokenVectors, Floats | None, str]:
        """Return the vectors of tokens, those of the output layer, and the kind of these rows."""
        settings, vectors, vocabulary = self.settings, self.given.vectors, self.given.vocabulary
        if settings.mode == "cipher":
            assert self.given.corpus is not None
            dim = known(settings.dim or (self.source.dim if self.source is not None else USUAL_DIM))
            made = cipher_vectors(settings, self.given.corpus, vocabulary, dim, self.progress, self.stop)
            return made, None, "cipher"
        assert vectors is not None
        if settings.mode == "direct":
            check_tokenizer(vectors, vocabulary)
            contexts = None if vectors.contexts is None else looked_up(vectors.contexts, vocabulary).matrix
            return looked_up(vectors, vocabulary), contexts, "trained"
        how = {"weighting": known(settings.weighting), "progress": self.progress, "stop": self.stop}
        made = token_vectors(vectors, vocabulary, **how)  # type: ignore[arg-type]
        return made, None, "trained" if made.trained else "composed"

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

"""A fitted model of sentence vectors, and its folded word vectors.

The vector of a text is (1/n) Σ weight(w) · (x(w) − μ)(I − DDᵀ)(I − UΛUᵀ) over its n known tokens: μ and D are the mean
and the principal components of the words that all-but-the-top removes (Mu and Viswanath 2018), U the common components
of sentences, and Λ their strengths, 1 but in uSIF. As all of it is affine in x, it folds into the rows of the words:
the plain mean of folded rows is the vector of the text. This is exact for words of the vocabulary. A word that is
composed of n-grams gets the projection and the weight of an unseen word, since its weight cannot be in their rows.
"""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.formats import Plain
from wordvec.formats.common.reading import in_memory
from wordvec.provenance import FOLDED, with_step
from wordvec.rows import Allocate, Floats, blocks, present
from wordvec.vectors import Vectors

Numbers = NDArray[np.float64]
_ROWS_AT_ONCE = 1024


class SentenceModel(NamedTuple):
    """Weights of words, and what is removed.

    Attributes
    ----------
    weights
        (words,) weights of the words of the vectors.
    unseen
        Weight of all other words.
    mean
        (dim,) mean of the words that is subtracted first; zeros without all-but-the-top.
    projection
        (dim, dim) matrix (I − DDᵀ)(I − UΛUᵀ).
    components
        (dim, removed) common components U.
    strengths
        (removed,) diagonal of Λ.
    about
        Settings and sources, for the metadata.
    """

    weights: Numbers
    unseen: float
    mean: Numbers
    projection: Numbers
    components: Numbers
    strengths: Numbers
    about: dict[str, Any]

    def __repr__(self) -> str:
        return f"SentenceModel({len(self.weights)} words, {len(self.strengths)} components removed)"

    def without(self, components: Numbers, strengths: Numbers) -> "SentenceModel":
        """Return the model that also removes components (dim, n) of these strengths (n,)."""
        removed = np.eye(len(self.mean)) - (components * strengths) @ components.T
        return self._replace(
            projection=self.projection @ removed,
            components=np.hstack([self.components, components]),
            strengths=np.concatenate([self.strengths, strengths]),
        )

    def projected(self, rows: Floats, weights: Numbers | float) -> Floats:
        """Return the folded rows of vectors (n, dim) with their weights."""
        scaled = (rows.astype(np.float64) - self.mean) @ self.projection
        return np.asarray(scaled * np.reshape(weights, (-1, 1)), np.float32)

    def folded(self, plain: Plain, allocate: Allocate = in_memory) -> Plain:
        """Return vectors whose plain mean over a text is its vector; contexts are left out, rows of zeros stay.

        Rows of subwords are folded with the weight of an unseen word.
        """
        matrix = allocate(Path("sentences"), *plain.matrix.shape)
        for span in blocks(len(matrix), _ROWS_AT_ONCE):
            rows = plain.matrix[span]
            matrix[span] = self.projected(rows, self.weights[span])
            matrix[span][~present(rows)] = 0
        subwords = plain.subwords and plain.subwords.mapped(lambda rows: self.projected(rows, self.unseen), allocate)
        metadata = with_step(plain.metadata, FOLDED, **self.about)
        return plain._replace(matrix=matrix, subwords=subwords, contexts=None, metadata=metadata)

    def vectors(self, vectors: Vectors) -> Vectors:
        """Return the folded vectors of the words for which the model was fitted."""
        plain = Plain(vectors.words, vectors.matrix, vectors.counts, vectors.metadata, vectors.subwords)
        folded = self.folded(plain)
        return Vectors(folded.words, folded.matrix, folded.counts, folded.metadata, None, folded.subwords)

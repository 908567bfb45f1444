"""Temporal referencing: one model of all slices, in which chosen words carry their slice (Dubossarsky et al. 2019).

The pairs of skip-gram are (word, context). A referenced word is replaced by its name in the slice (``climate_1990``)
where it is the word, and not where it is the context of another word. So contexts are shared by all slices, and the
vectors of a referenced word are in one space without any alignment.

In word2vec's order of the loops, the word of a pair is the one in the window, whose row of `words` is the input, and
its context is the centre, whose row of `contexts` is the output. Referenced words therefore have rows of `words` for
each slice, and one row of `contexts`. All other words have one row of each. With CBOW, which the paper does not
describe, the same matrix is referenced: a referenced word is one of the inputs that predict the centre.

Noise and subsampling are by the counts of the plain words. All rows of a referenced word start from the same random
row, as those of a compass's slices do.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.vocabulary import Vocabulary
from wordvec.representation import short
from wordvec.slices.references import References
from wordvec.slices.training import Matrices, Matrix, train
from wordvec.trainers import matrices
from wordvec.trainers.pieces import Sentences
from wordvec.workers import Progress, StopFlag

if TYPE_CHECKING:
    from wordvec.slices.compass import Compass


class Joint(NamedTuple):
    """A trained model: `words` (rows, padded dim), `contexts` (size, padded dim), and the mean loss of each epoch."""

    words: Matrix
    contexts: Matrix
    losses: list[float]

    def __repr__(self) -> str:
        return short(self)


def fit(
    settings: "Compass",
    vocabulary: Vocabulary,
    references: References,
    text: Sentences,
    counts: NDArray[np.int64],
    stop: StopFlag,
    *,
    threads: int = 1,
    progress: Progress | None = None,
) -> Joint:
    """Train one model on the text of all slices.

    Parameters
    ----------
    settings
        Settings of the model.
    vocabulary, references
        The common vocabulary, and its words with rows for each slice.
    text
        Text of all slices, numbered by `References.referenced`.
    counts
        (words,) int64 array: counts of the plain words in this text.
    stop, threads, progress
        Flag that stops the work, number of threads, and receiver of reports.
    """
    start = matrices.random_rows(vocabulary, references.size, settings.dim, settings.seed)
    words = matrices.zero_matrix(references.rows, settings.dim)
    words[: references.size], words[references.size :] = start, start[references.shared]
    contexts = matrices.zero_matrix(references.size, settings.dim)
    model = Matrices(words, contexts, counts, shared=references.shared)
    losses = train(settings.trainer(False), text, "all", model, stop, threads=threads, progress=progress)
    return Joint(words, contexts, losses)


def timeless(words: Matrix, references: References, counts: NDArray[np.int64]) -> Matrix:
    """Return one row for each word of the vocabulary: for a referenced word, the mean of its rows by its counts.

    Parameters
    ----------
    words
        (rows, padded dim) float32 array.
    references
        The referenced words.
    counts
        (slices, words) int64 array of counts in each slice.
    """
    found = matrices.zero_matrix(references.size, words.shape[1])
    found[:] = words[: references.size]
    weights = counts[:, references.words].astype(np.float64)
    own = words[references.size :].reshape(references.slices, len(references.words), -1).astype(np.float64)
    found[references.words] = np.einsum("sw,swd->wd", weights, own) / weights.sum(axis=0)[:, None]
    return found

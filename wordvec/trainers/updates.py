"""How often training is expected to update each row, from the counts of the words."""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels.combination import Met
from wordvec.kernels.huffman import add_up
from wordvec.kernels.sampling import WHOLE
from wordvec.kernels.windows import Sampler, WindowShape

if TYPE_CHECKING:
    from wordvec.softmax import HuffmanTree
    from wordvec.trainers.negative_sampling import NegativeSampling

SAMPLES = 512
"""Vectors of a sample."""
_PRIME = 7_919
"""Its multiples, modulo the number of rows of a sample, are in an order without pattern."""


class Updates(NamedTuple):
    """Expected numbers of updates for each token of the corpus.

    Attributes
    ----------
    words, contexts
        (rows,) float64 arrays.
    inputs, outputs
        Samples of the vectors that rows of `contexts` and of `words` are scored with.
    """

    words: NDArray[np.float64]
    contexts: NDArray[np.float64]
    inputs: Met
    outputs: Met


def centres(counts: NDArray[Any], keep: NDArray[np.uint32], tokens: int) -> NDArray[np.float64]:
    """Return how often each word is the centre of a window, for each of `tokens` tokens of the corpus.

    Parameters
    ----------
    counts, keep
        (words,) arrays: counts of the words, and thresholds of their tokens.
    tokens
        Number of tokens in the corpus.
    """
    return counts / tokens * (keep / WHOLE)


def noise(table: NDArray[np.uint32]) -> NDArray[np.float64]:
    """Return the probabilities of the noise words of an alias table."""
    words = len(table) // 2
    own, other = table[::2].astype(np.int64), table[1::2]
    cells = own + np.bincount(other, (WHOLE - own).astype(np.float64), words)
    return cells / (WHOLE * words)


def window_words(shape: WindowShape) -> int:
    """Return the mean number of words in a window beside its centre."""
    return 2 * shape.window if shape.fixed else shape.window + 1


def sample(weights: NDArray[np.float64], together: int = 1) -> Met:
    """Return a sample of rows drawn by `weights`, or of means of so many rows `together`."""
    number = SAMPLES * together
    limits = weights.cumsum()
    rows = np.searchsorted(limits, (np.arange(number) + 0.5) * (limits[-1] / number))
    mixed = np.arange(number) * _PRIME % number
    return Met(np.arange(0, number + 1, together), rows[mixed])


def expected(settings: "NegativeSampling", sampler: Sampler, counts: NDArray[Any], tokens: int) -> Updates:
    """Return the expected updates of a trainer with these settings.

    Parameters
    ----------
    settings, sampler
        The trainer, and what its kernel draws from.
    counts
        (rows,) array: number of tokens of each word, or row of `words`.
    tokens
        Number of tokens in the corpus.
    """
    shape = settings.window_shape()
    centre, width = centres(counts, sampler.keep, tokens), window_words(shape)
    scored = width if settings.scores_pairs else 1
    drawn = shape.negatives * centre.cumsum()[-1] * noise(sampler.noise)
    words, contexts = width * (1 + shape.negatives) * centre, scored * (centre[: len(drawn)] + drawn)
    return Updates(words, contexts, sample(words, width // scored), sample(contexts))


def expected_of_nodes(
    settings: "NegativeSampling", keep: NDArray[np.uint32], tree: "HuffmanTree", counts: NDArray[Any], tokens: int
) -> Updates:
    """Return the expected updates of a trainer with hierarchical softmax.

    Parameters
    ----------
    settings, keep, tree
        The trainer, thresholds of the tokens, and the tree of the words.
    counts
        (words,) array: number of tokens of each word.
    tokens
        Number of tokens in the corpus.
    """
    centre, width = centres(counts, keep, tokens), window_words(settings.window_shape())
    scored = width if settings.scores_pairs else 1
    met = np.empty(len(counts) - 1)
    add_up(centre, tree.up, met)
    nodes_of_path = met.cumsum()[-1] / centre.cumsum()[-1]
    words, contexts = width * nodes_of_path * centre, scored * met
    return Updates(words, contexts, sample(words, width // scored), sample(contexts))

"""Skip-gram with subwords and negative sampling (Bojanowski et al. 2017), a window at a time.

The input is the centre w, as in fastText: h is the mean of the n rows z_r of its bag. The outputs are the m words of
its window, label 1, and noise words, label 0 (rows u_o of `contexts`). With learning rate α:

    h = 1/n Σ_r z_r
    g_o = α (y_o − σ(h · u_o))
    u_o ← u_o + g_o h
    z_r ← z_r + Σ_o g_o u_o       not divided by n, so that h itself changes by Σ_o g_o u_o

fastText does this for one word of the window after the other. Here the bag is read and changed once for all.

Noise: K words for each word of the window, so m K. Each window draws K new ones and is trained with the last m K, so a
noise word serves m windows in a row on average, and most rows of noise are in cache. A noise word may equal a word of
the window. An output that occurs twice is updated twice; if its two slots are in different tiles, its second
contribution to Σ_o g_o u_o uses the row after the first update.

Measured on 16.9 M tokens of Wikipedia, dim 100, K = 5, one run each: semantic and syntactic Google analogies among the
first 30,000 words, WordSim-353 and SimLex-999; initial rows of word2vec's length. One epoch, α = 0.05, noise
power 0.75:

    m K noise words of its own for each window     6.4 %   63.5 %   .453   .250
    the last m K, K of them new                    6.8 %   64.9 %   .467   .252    40 to 60 % faster
    gradient divided by n                          2.1 %   31.0 %   .259   .183
    gradient divided by n, α = 0.4                 9.3 %   53.6 %   .468   .247

K noise words for each window, with weights m, yield 41 % of the syntactic analogies among all words instead of 57 %,
and 2 K noise words with weights m/2 52 %. Five epochs:

    α = 0.05, noise power 0.5                     31.4 %   67.5 %   .645   .291    the default
    α = 0.05, noise power 0.75                    32.0 %   65.5 %   .643   .282
    α = 0.075, noise power 0.75                   31.7 %   61.9 %   .622   .279
    α = 0.05 to 0.005, noise power 0.5            29.6 %   66.3 %   .531   .271
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.bags import Bags, add_to_bag, prefetch_bag, sum_bag
from wordvec.kernels.simd import add, align_stack, load, store
from wordvec.kernels.window_outputs import Workspace, allocate_workspace, draw_first_noise, open_window, train_window
from wordvec.kernels.windows import (
    FLUSH_WINDOWS,
    RING,
    WINDOWS_AHEAD,
    EmbeddingMatrices,
    Sampler,
    WindowShape,
    flush,
    subsample_sentences,
)

__all__ = ["allocate_workspace", "mean_of_bag", "train_piece"]


@inline
def mean_of_bag(model: EmbeddingMatrices, bags: Bags, work: Any, word: int) -> None:
    """Write h to ``rows``."""
    size = bags.starts[word + 1] - bags.starts[word]
    sum_bag(model, bags, word, np.float32(1) / np.float32(size), work.rows, 0)


@kernel
def train_piece(
    model: EmbeddingMatrices,
    bags: Bags,
    sampler: Sampler,
    shape: WindowShape,
    work: Workspace,
    ids: NDArray[np.uint32],
    offsets: NDArray[np.int64],
    rate: np.float32,
    state: np.uint64,
) -> tuple[float, int]:
    """Train the model on one piece of the corpus; return the sum of its losses and the number of its pairs.

    Parameters are those of `skipgram.train_piece`, and the bags of the words.
    """
    align_stack()
    sentences = len(offsets) - 1
    state = subsample_sentences(sampler.keep, work.tokens, work.bounds, ids, offsets, state)
    state = draw_first_noise(model, sampler, work, state)
    total, pairs, ahead, sentence_ahead = 0.0, 0, 0, 0
    filled = work.bounds[sentences]
    for centre in range(filled):
        while ahead < min(centre + WINDOWS_AHEAD + 1, filled):
            while work.bounds[sentence_ahead + 1] <= ahead:
                sentence_ahead += 1
            begin, end = work.bounds[sentence_ahead], work.bounds[sentence_ahead + 1]
            state = open_window(model, sampler, shape, work, ahead, begin, end, state)
            prefetch_bag(model, bags, work.tokens[ahead])
            ahead += 1
        if work.counts[centre % RING]:
            word = work.tokens[centre]
            mean_of_bag(model, bags, work, word)
            loss = train_window(model, shape, work, centre, rate)
            add_to_bag(model, bags, word, work.rows, model.stride)
            pairs += work.counts[centre % RING] * (1 + shape.negatives)
            store(work.losses, 0, add(load(work.losses, 0), loss))
        if centre % FLUSH_WINDOWS == 0:
            total += flush(work.losses)
    return total + flush(work.losses), pairs

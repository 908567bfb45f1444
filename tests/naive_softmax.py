"""Slow, obvious twins of hierarchical softmax: the trees of word2vec.c and fastText, and the kernels."""

import math
from collections.abc import Callable, Iterator

import numpy as np
from naive import CHUNK, PACE, Rows, Stream, pair_loss, sigmoid
from naive_subwords import step, subsampled
from numpy.typing import NDArray

Path = list[tuple[int, int]]
"""Inner nodes from a word to the root, numbered from the root, and bits."""


def word2vec_paths(counts: list[int]) -> list[Path]:
    """Return the paths of words, by a transcription of CreateBinaryTree of word2vec.c."""
    size = len(counts)
    count = [float(number) for number in counts] + [1e15] * size
    parent, binary = [0] * (2 * size), [0] * (2 * size)
    pos1, pos2 = size - 1, size
    for a in range(size - 1):
        smallest = []
        for _ in range(2):
            if pos1 >= 0 and count[pos1] < count[pos2]:
                smallest.append(pos1)
                pos1 -= 1
            else:
                smallest.append(pos2)
                pos2 += 1
        count[size + a] = count[smallest[0]] + count[smallest[1]]
        parent[smallest[0]] = parent[smallest[1]] = size + a
        binary[smallest[1]] = 1
    paths = []
    for a in range(size):
        path, b = [], a
        while b != 2 * size - 2:
            # word2vec.c's syn1 has the root in its last row, ours in the first.
            path.append((2 * size - 2 - parent[b], binary[b]))
            b = parent[b]
        paths.append(path)
    return paths


def fasttext_lengths(counts: list[int]) -> list[int]:
    """Return code lengths, by a transcription of HierarchicalSoftmaxLoss::buildTree of fastText."""
    size = len(counts)
    count, parent = [*map(float, counts), *[1e15] * (size - 1)], [-1] * (2 * size - 1)
    leaf, node = size - 1, size
    for i in range(size, 2 * size - 1):
        mini = []
        for _ in range(2):
            if leaf >= 0 and count[leaf] < count[node]:
                mini.append(leaf)
                leaf -= 1
            else:
                mini.append(node)
                node += 1
        count[i] = count[mini[0]] + count[mini[1]]
        parent[mini[0]] = parent[mini[1]] = i
    lengths = []
    for word in range(size):
        length, j = 0, word
        while parent[j] != -1:
            length, j = length + 1, parent[j]
        lengths.append(length)
    return lengths


def log_probability(h: Rows, nodes: Rows, path: Path) -> float:
    return -sum(math.log1p(math.exp(float(h @ nodes[node]) * (1 if bit else -1))) for node, bit in path)


def skipgram_window(words: Rows, contexts: Rows, inputs: list[int], path: Path, rate: float) -> float:
    """One window: `inputs` against the nodes of the centre's path; all scores from the rows before the update."""
    gradient, loss = np.zeros((len(inputs), len(path))), 0.0
    for i, c in enumerate(inputs):
        for k, (node, bit) in enumerate(path):
            score = float(words[c] @ contexts[node])
            gradient[i, k] = rate * (1 - bit - sigmoid(score))
            loss += pair_loss(score, 1 - bit)
    olds = [words[c].copy() for c in inputs]
    before = contexts.copy()
    for i, c in enumerate(inputs):
        # A word that occurs twice is read after its first update, unless rows are kept for a second chunk.
        old = olds[i] if len(path) > CHUNK else words[c].copy()
        for k, (node, _) in enumerate(path):
            words[c] += gradient[i, k] * before[node]
            contexts[node] += gradient[i, k] * old
    return loss


def windows_of(sentences: list[list[int]], stream: Stream, window: int, fixed: bool) -> Iterator[tuple[int, list[int]]]:
    for sentence in sentences:
        for position, centre in enumerate(sentence):
            reach = window if fixed else 1 + (((stream.bits() >> 32) * window) >> 32)
            yield centre, sentence[max(0, position - reach) : position] + sentence[position + 1 : position + reach + 1]


def skipgram_piece(
    words: Rows,
    contexts: Rows,
    paths: list[Path],
    sentences: list[list[int]],
    keep: NDArray[np.uint32],
    window: int,
    rate: float,
    state: int,
    fixed: bool = False,
) -> tuple[float, int]:
    stream, loss, pairs = Stream(state), 0.0, 0
    for centre, near in windows_of(subsampled(sentences, keep, stream), stream, window, fixed):
        if near:
            loss += skipgram_window(words, contexts, near, paths[centre], rate)
            pairs += len(near)
    return loss, pairs


def cbow_piece(
    words: Rows,
    contexts: Rows,
    paths: list[Path],
    sentences: list[list[int]],
    keep: NDArray[np.uint32],
    window: int,
    rate: float,
    state: int,
    fixed: bool = False,
) -> tuple[float, int]:
    stream, loss, pairs = Stream(state), 0.0, 0
    for centre, near in windows_of(subsampled(sentences, keep, stream), stream, window, fixed):
        if near:
            error, lost = _against(words[near].mean(axis=0), contexts, paths[centre], rate)
            for c in near:
                words[c] += PACE * len(near) ** 0.8 * error / len(near)
            loss, pairs = loss + lost, pairs + 1
    return loss, pairs


def subword_skipgram_piece(
    words: Rows,
    contexts: Rows,
    bags: list[list[int]],
    paths: list[Path],
    sentences: list[list[int]],
    keep: NDArray[np.uint32],
    window: int,
    rate: float,
    state: int,
    fixed: bool = False,
) -> tuple[float, int]:
    """Each centre's bag against the paths of all words of its window, one after another."""
    stream, loss, pairs = Stream(state), 0.0, 0
    for centre, near in windows_of(subsampled(sentences, keep, stream), stream, window, fixed):
        if near:
            path = [place for word in near for place in paths[word]]
            error, lost = _against(words[bags[centre]].mean(axis=0), contexts, path, rate)
            for row in bags[centre]:
                words[row] += error
            loss, pairs = loss + lost, pairs + len(near)
    return loss, pairs


def subword_cbow_piece(
    words: Rows,
    contexts: Rows,
    bags: list[list[int]],
    paths: list[Path],
    sentences: list[list[int]],
    keep: NDArray[np.uint32],
    window: int,
    rate: float,
    state: int,
    fixed: bool = False,
) -> tuple[float, int]:
    """The mean of all rows near a centre against its path; a bag is read on entering the reach, added on leaving."""
    stream, loss, pairs = Stream(state), 0.0, 0
    for sentence in subsampled(sentences, keep, stream):
        sums: dict[int, Rows] = {}
        changes: dict[int, Rows] = {}
        for centre in range(len(sentence)):
            _leave(words, bags, sentence, changes, lambda at, centre=centre: at < centre - window)
            for at in range(min(len(sentence), centre + window + 1)):
                if at not in sums:
                    sums[at], changes[at] = words[bags[sentence[at]]].sum(0), np.zeros(words.shape[1])
            reach = window if fixed else 1 + (((stream.bits() >> 32) * window) >> 32)
            near = [at for at in range(max(0, centre - reach), centre + reach + 1) if at != centre and at in sums]
            if near:
                h = sum(sums[at] for at in near) / sum(len(bags[sentence[at]]) for at in near)
                error, lost = _against(h, contexts, paths[sentence[centre]], rate)
                for at in near:
                    changes[at] += PACE * len(near) ** -0.2 * error
                loss, pairs = loss + lost, pairs + 1
        _leave(words, bags, sentence, changes, lambda at: True)
    return loss, pairs


def _leave(
    words: Rows, bags: list[list[int]], text: list[int], changes: dict[int, Rows], gone: Callable[[int], bool]
) -> None:
    for at in [at for at in changes if gone(at)]:
        change = changes.pop(at)
        for row in bags[text[at]]:
            words[row] += change


def _against(h: Rows, contexts: Rows, path: Path, rate: float) -> tuple[Rows, float]:
    return step(h, contexts, [node for node, _ in path], [1 - bit for _, bit in path], rate)

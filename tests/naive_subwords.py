"""Slow, obvious twins of the kernels of fastText: skip-gram and CBOW over bags of rows."""

from collections.abc import Callable, Sequence

import numpy as np
from naive import CHUNK, PACE, Rows, Stream, draw_noise, pair_loss, sigmoid
from numpy.typing import NDArray


def step(
    h: Rows, contexts: Rows, outputs: list[int], labels: list[int], rate: float, ignored: Sequence[int] = ()
) -> tuple[Rows, float]:
    """Score h with all outputs, then update these, six at a time; return Σ g u and the loss.

    Outputs at `ignored` places keep their place among the six.
    """
    scores, error, loss = [float(h @ contexts[o]) for o in outputs], np.zeros_like(h), 0.0
    for first in range(0, len(outputs), CHUNK):
        before = contexts.copy()
        for k in range(first, min(first + CHUNK, len(outputs))):
            if k not in ignored:
                gradient = rate * (labels[k] - sigmoid(scores[k]))
                error += gradient * before[outputs[k]]
                contexts[outputs[k]] += gradient * h
                loss += pair_loss(scores[k], labels[k])
    return error, loss


def subsampled(sentences: list[list[int]], keep: NDArray[np.uint32], stream: Stream) -> list[list[int]]:
    return [[w for w in sentence if w < len(keep) and stream.bits() & 0xFFFFFFFF <= keep[w]] for sentence in sentences]


def _reach(stream: Stream, window: int, fixed: bool) -> int:
    return window if fixed else 1 + (((stream.bits() >> 32) * window) >> 32)


def skipgram_piece(
    words: Rows,
    contexts: Rows,
    bags: list[list[int]],
    sentences: list[list[int]],
    keep: NDArray[np.uint32],
    noise: NDArray[np.uint32],
    window: int,
    negatives: int,
    rate: float,
    state: int,
    fixed: bool,
) -> tuple[float, int]:
    """Each centre's bag against its context words and the last noise words drawn, `negatives` for each of them."""
    stream = Stream(state)
    kept = subsampled(sentences, keep, stream)
    drawn = [draw_noise(noise, stream.bits()) for _ in range(2 * window * negatives)]
    loss, pairs = 0.0, 0
    for sentence in kept:
        for position, centre in enumerate(sentence):
            reach = _reach(stream, window, fixed)
            near = sentence[max(0, position - reach) : position] + sentence[position + 1 : position + reach + 1]
            drawn += [draw_noise(noise, stream.bits()) for _ in range(negatives)]
            if near:
                outputs = near + drawn[: -len(near) * negatives - 1 : -1]
                labels = [1] * len(near) + [0] * (len(outputs) - len(near))
                error, lost = step(words[bags[centre]].mean(0), contexts, outputs, labels, rate)
                for row in bags[centre]:
                    words[row] += error
                loss, pairs = loss + lost, pairs + len(outputs)
    return loss, pairs


def cbow_piece(
    words: Rows,
    contexts: Rows,
    bags: list[list[int]],
    sentences: list[list[int]],
    keep: NDArray[np.uint32],
    noise: NDArray[np.uint32],
    window: int,
    negatives: int,
    rate: float,
    state: int,
    fixed: bool,
) -> tuple[float, int]:
    """The mean of all rows near a centre against it and noise; a bag is read on entering the reach, added on leaving.

    The noise of a centre is drawn one centre ahead.
    """
    stream = Stream(state)
    kept = subsampled(sentences, keep, stream)
    flat = [word for sentence in kept for word in sentence]

    def draw(centre: int) -> list[int]:
        return [flat[centre]] + [draw_noise(noise, stream.bits()) for _ in range(negatives)]

    drawn = {0: draw(0)} if flat else {}
    loss, pairs, begin = 0.0, 0, 0
    for sentence in kept:
        end = begin + len(sentence)
        sums: dict[int, Rows] = {}
        changes: dict[int, Rows] = {}
        for centre in range(begin, end):
            if centre + 1 < len(flat):
                drawn[centre + 1] = draw(centre + 1)
            _leave(words, bags, flat, changes, [at for at in changes if at < centre - window])
            for at in range(begin, min(end, centre + window + 1)):
                if at not in sums:
                    sums[at], changes[at] = words[bags[flat[at]]].sum(0), np.zeros(words.shape[1])
            reach = _reach(stream, window, fixed)
            near = [at for at in range(max(begin, centre - reach), min(end, centre + reach + 1)) if at != centre]
            if near:
                h = sum(sums[at] for at in near) / sum(len(bags[flat[at]]) for at in near)
                ignored = [k for k, o in enumerate(drawn[centre]) if k and o == flat[centre]]
                labels = [1] + [0] * negatives
                error, lost = step(h, contexts, drawn[centre], labels, rate, ignored)
                for at in near:
                    changes[at] += PACE * len(near) ** -0.2 * error
                loss, pairs = loss + lost, pairs + 1 + negatives - len(ignored)
        _leave(words, bags, flat, changes, list(changes))
        begin = end
    return loss, pairs


def _leave(words: Rows, bags: list[list[int]], flat: list[int], changes: dict[int, Rows], positions: list[int]) -> None:
    for at in positions:
        for row in bags[flat[at]]:
            words[row] += changes[at]
        del changes[at]


PIECES: dict[str, Callable[..., tuple[float, int]]] = {"skipgram": skipgram_piece, "cbow": cbow_piece}

"""Slow, obvious twins of the kernels of Disambiguated Skip-gram."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from naive import Rows, Stream, draw_noise
from naive_subwords import step, subsampled
from numpy.typing import NDArray


def sense_rows(layout: Any, word: int) -> list[int]:
    """Return the rows of a word: its senses', or its only one."""
    if word < layout.several:
        return [word * layout.senses + sense for sense in range(layout.senses)]
    return [layout.several * layout.senses + word - layout.several]


def distribution(words: Rows, c: Rows, layout: Any, word: int, own: bool, noise: Sequence[float], t: float) -> Rows:
    """Return p of a word with several senses, whose context has the mean c."""
    keys = words[layout.shared : layout.shared + layout.senses]
    if own:
        keys = keys + words[[layout.own + row for row in sense_rows(layout, word)]]
    z = np.array([key[: layout.dim] @ c[: layout.dim] + key[layout.dim] for key in keys]) + noise
    e = np.exp((z - z.max()) / t)
    return e / e.sum()


def window_loss(
    words: Rows, contexts: Rows, c: Rows, layout: Any, stage: Any, word: int, near: list[int], noise: list[int]
) -> float:
    """Return the loss of a window without Gumbel noise, minus the rewarded entropy; c is given."""
    p = distribution(words, c, layout, word, stage.own, [0.0] * layout.senses, float(stage.temperature))
    h = p @ words[sense_rows(layout, word)]
    loss = sum(float(np.logaddexp(0, -contexts[o] @ h)) for o in near)
    loss += sum(float(np.logaddexp(0, contexts[o] @ h)) for o in noise)
    return loss + float(stage.reward) * len(near) * float(p @ np.log(p))


def _gumbel(table: Rows, number: int, stream: Stream) -> list[float]:
    """Return Gumbel noise from quarters of random numbers."""
    drawn: list[float] = []
    while len(drawn) < number:
        bits = stream.bits()
        drawn += [float(table[((bits >> 16 * part) & 0xFFFF) * len(table) >> 16]) for part in range(4)]
    return drawn[:number]


def train_piece(
    words: Rows,
    contexts: Rows,
    layout: Any,
    stage: Any,
    sentences: list[list[int]],
    sampler: Any,
    shape: Any,
    rate: float,
    state: int,
    table: NDArray[np.float32],
) -> tuple[float, int]:
    """Each centre's mixture of senses against its context words and noise; windows are opened one ahead."""
    stream = Stream(state)
    places = [(sentence, at) for sentence in subsampled(sentences, sampler.keep, stream) for at in range(len(sentence))]
    drawn = [draw_noise(sampler.noise, stream.bits()) for _ in range(2 * shape.window * shape.negatives)]
    opened: list[tuple[list[int], list[int]]] = []
    loss, pairs = 0.0, 0
    for number, (sentence, at) in enumerate(places):
        for text, position in places[len(opened) : number + 2]:
            reach = shape.window if shape.fixed else 1 + (((stream.bits() >> 32) * shape.window) >> 32)
            near = text[max(0, position - reach) : position] + text[position + 1 : position + reach + 1]
            drawn += [draw_noise(sampler.noise, stream.bits()) for _ in range(shape.negatives)]
            opened.append((near, drawn[: -len(near) * shape.negatives - 1 : -1]))
        near, noise = opened[number]
        if near:
            lost = _train_centre(words, contexts, layout, stage, sentence[at], near, noise, rate, stream, table)
            loss, pairs = loss + lost, pairs + len(near) + len(noise)
    return loss, pairs


def _train_centre(
    words: Rows,
    contexts: Rows,
    layout: Any,
    stage: Any,
    word: int,
    near: list[int],
    noise: list[int],
    rate: float,
    stream: Stream,
    table: NDArray[np.float32],
) -> float:
    rows, labels = sense_rows(layout, word), [1] * len(near) + [0] * len(noise)
    if len(rows) == 1:
        error, loss = step(words[rows[0]].copy(), contexts, near + noise, labels, rate)
        words[rows[0]] += error
        return loss
    c = contexts[near].mean(0)
    c[layout.dim] = 1
    gumbel = _gumbel(table, layout.senses, stream) if stage.noisy else [0.0] * layout.senses
    p = distribution(words, c, layout, word, stage.own, gumbel, float(stage.temperature))
    error, loss = step(p @ words[rows], contexts, near + noise, labels, rate)
    q = words[rows] @ error - rate * float(stage.reward) * len(near) * np.log(p)
    change = float(stage.pace) / float(stage.temperature) * p * (q - p @ q)
    words[rows] += np.outer(p, error)
    first = layout.own + rows[0] if stage.own else layout.shared
    words[first : first + layout.senses] += np.outer(change, c)
    return loss

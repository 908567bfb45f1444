"""The slow, obvious twin of AdaGram: one node of one path at a time, and the prior by SciPy's digamma."""

import math
from typing import NamedTuple

import numpy as np
from naive import Rows, Stream, sigmoid
from naive_softmax import Path, log_probability, windows_of
from naive_subwords import subsampled
from numpy.typing import NDArray
from scipy.special import psi, softmax

from wordvec.kernels.stick_breaking import MARGIN


class Model(NamedTuple):
    """Rows of the senses of each word, rows of nodes, counts n_k of each word, tokens N_x, α and d."""

    words: list[Rows]
    contexts: Rows
    counts: list[Rows]
    tokens: Rows
    alpha: float
    discount: float


def parameters(counts: Rows, alpha: float, discount: float) -> tuple[Rows, Rows]:
    """Return a_k and b_k of the senses but the last."""
    numbers = np.arange(1, len(counts))
    a = np.array([1 + counts[k - 1] - discount for k in numbers])
    b = np.array([alpha + k * discount + counts[k:].sum() for k in numbers])
    return a, b


def expected_logs(counts: Rows, alpha: float, discount: float) -> Rows:
    a, b = parameters(counts, alpha, discount)
    own, others = psi(a) - psi(a + b), psi(b) - psi(a + b)
    return np.array([*(own + np.append(0, np.cumsum(others))[:-1]), others.sum()])


def expected_shares(counts: Rows, alpha: float, discount: float) -> Rows:
    a, b = parameters(counts, alpha, discount)
    left = np.append(1, np.cumprod(b / (a + b)))
    return np.append(a / (a + b), 1) * left


def posterior(model: Model, centre: int, near: list[int], paths: list[Path], threshold: float = 1e-30) -> Rows:
    """Return z; a new sense that would be below the threshold if its row were 0 is left out."""
    logs = expected_logs(model.counts[centre], model.alpha, model.discount)
    used = max(k for k, count in enumerate(model.counts[centre]) if count or not k) + 1
    likelihoods = np.array(
        [sum(log_probability(row, model.contexts, paths[word]) for word in near) for row in model.words[centre]]
    )
    least = max((logs + likelihoods)[:used]) + math.log(threshold) - MARGIN
    by_zero = -math.log(2) * sum(len(paths[word]) for word in near)
    scored = max([used, *(k + 1 for k in range(used, len(logs)) if logs[k] + by_zero >= least)])
    logs += np.where(np.arange(len(logs)) < scored, likelihoods, -np.inf)
    found: Rows = softmax(logs)
    return found


def window(model: Model, centre: int, near: list[int], paths: list[Path], rate: float, threshold: float) -> float:
    """Train one window; return the mean of −log p over the posterior."""
    z = posterior(model, centre, near, paths, threshold)
    rows, nodes, loss = np.zeros_like(model.words[centre]), np.zeros_like(model.contexts), 0.0
    for k, row in enumerate(model.words[centre]):
        for word in near:
            loss -= z[k] * log_probability(row, model.contexts, paths[word])
    z[z < threshold] = 0
    for k, row in enumerate(model.words[centre]):
        for word in near:
            for node, bit in paths[word]:
                gradient = rate * z[k] * (1 - bit - sigmoid(float(row @ model.contexts[node])))
                rows[k] += gradient * model.contexts[node]
                nodes[node] += gradient * row
    model.words[centre] += rows
    model.contexts[:] += nodes
    model.counts[centre] += rate * (z * model.tokens[centre] - model.counts[centre])
    return loss


def piece(
    model: Model,
    paths: list[Path],
    sentences: list[list[int]],
    keep: NDArray[np.uint32],
    reach: int,
    rate: float,
    state: int,
    fixed: bool,
    threshold: float = 1e-4,
) -> tuple[float, int]:
    stream, loss, pairs = Stream(state), 0.0, 0
    for centre, near in windows_of(subsampled(sentences, keep, stream), stream, reach, fixed):
        if near:
            loss += window(model, centre, near, paths, rate, threshold)
            pairs += len(near)
    assert math.isfinite(loss)
    return loss, pairs

"""Relative negative sentiment bias (Sweeney and Najafian 2019): the divergence of negative probabilities from equality.

A logistic regression with L2 regularisation (C = 1), also of its intercept as in liblinear and WEFE, separates the
attributes A (positive) from B (negative). The probabilities of B of all targets, divided by their sum, are compared
with equal ones by the Kullback-Leibler divergence.

The regression is fitted exactly by Newton's method. Its weights are Σ αᵢ xᵢ over the n attributes, so that a step is a
system of n equations whatever the dimension, and many resamples are solved together.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.evaluation import intervals
from wordvec.evaluation.associations.samples import Samples
from wordvec.evaluation.permutations import Null, partitions

Numbers = NDArray[np.float64]
C = 1.0
"""Inverse strength of the regularisation."""
_STEPS, _HALVINGS, _TOLERANCE = 100, 20, 1e-10
_NUMBERS_AT_ONCE = 1 << 21


class RNSB:
    """Relative negative sentiment bias of the targets."""

    name, default_alternative = "rnsb", "greater"
    about = (
        "value: Kullback-Leibler divergence of the targets' probabilities of B from equal ones, 0 if all targets are "
        "equally near to B"
    )
    permuted = "words between A and B"
    works = ("sweeney2019",)

    def __init__(self, samples: Samples) -> None:
        self._samples = samples
        attributes, targets = np.concatenate(samples.attributes), np.concatenate(samples.targets)
        self._negative = np.arange(len(attributes)) >= len(samples.attributes[0])
        # One more dimension, of ones, whose weight is the intercept.
        self._gram, self._products = attributes @ attributes.T + 1, attributes @ targets.T + 1

    def values(self) -> Numbers:
        """Return the divergence, (1,)."""
        return self._divergences(self._negative[None].astype(np.float64))

    def resampled(self, resamples: int, seed: int) -> Numbers:
        """Return resampled divergences (resamples, 1)."""
        targets = [len(rows) for rows in self._samples.targets]
        drawn = intervals.multiplicities((*targets, *self._samples.attribute_sizes), resamples, seed)
        of_targets, of_attributes = np.split(drawn, [sum(targets)], axis=1)
        labels = np.broadcast_to(self._negative.astype(np.float64), of_attributes.shape)
        return self._divergences(labels, of_attributes, of_targets)[:, None]

    def null(self, most: int, seed: int) -> tuple[Numbers, Null]:
        """Return the divergence (1,), and its values with the labels of the attributes permuted."""
        n, positive = len(self._negative), int((~self._negative).sum())
        blocks, exact = partitions(n, positive, most, seed)
        parts = [self._divergences((~block).astype(np.float64)) for block in blocks]
        return self.values(), Null(np.concatenate(parts)[:, None], exact)

    def by_word(self) -> list[dict[str, Any]]:
        """Return each target's probability of B."""
        found = self._probabilities(self._negative[None].astype(np.float64), None)[0]
        return [
            {"set": name, "word": word, "probability": float(value)}
            for (name, word), value in zip(self._samples.target_words(), found, strict=True)
        ]

    def _divergences(self, labels: Numbers, weights: Numbers | None = None, drawn: Numbers | None = None) -> Numbers:
        """Return the divergences (resamples,) of labels (resamples, attributes)."""
        step = max(1, _NUMBERS_AT_ONCE // (len(self._gram) + 1) ** 2)
        parts = []
        for begin in range(0, len(labels), step):
            here = slice(begin, begin + step)
            found = self._probabilities(labels[here], None if weights is None else weights[here])
            times = np.ones_like(found) if drawn is None else drawn[here]
            shares = found / (times * found).sum(1, keepdims=True)
            ratios = shares * times.sum(1, keepdims=True)
            parts.append((times * shares * np.log(np.where(ratios > 0, ratios, 1))).sum(1))
        return np.concatenate(parts)

    def _probabilities(self, labels: Numbers, weights: Numbers | None) -> Numbers:
        """Return the probabilities of B (resamples, targets)."""
        alpha = fitted(self._gram, labels, np.ones_like(labels) if weights is None else weights)
        return _logistic(alpha @ self._products)


def fitted(gram: Numbers, labels: Numbers, weights: Numbers) -> Numbers:
    """Return the coefficients (fits, items) of logistic regressions, without intercepts.

    Parameters
    ----------
    gram
        (items, items) float64 array, inner products of the items.
    labels, weights
        (fits, items) float64 arrays, 0 or 1, and how often each item counts.
    """
    alpha = np.zeros(labels.shape)
    for _ in range(_STEPS):
        scores = alpha @ gram
        p = _logistic(scores)
        curvature = C * weights * p * (1 - p)
        system = curvature[:, :, None] * gram + np.eye(len(gram))
        right = curvature * scores + C * weights * (labels - p)
        step = np.linalg.solve(system, right[:, :, None])[:, :, 0] - alpha
        alpha = alpha + _step_sizes(gram, labels, weights, alpha, step) * step
        if np.abs(step).max(initial=0) < _TOLERANCE:
            break
    return alpha


def _step_sizes(gram: Numbers, labels: Numbers, weights: Numbers, now: Numbers, step: Numbers) -> Numbers:
    """Return the largest size of each step (fits, 1) among 1, 1/2, 1/4 and so on that does not increase the loss."""
    size, before = np.ones((len(now), 1)), _losses(gram, labels, weights, now)
    for _ in range(_HALVINGS):
        worse = _losses(gram, labels, weights, now + size * step) > before * (1 + _TOLERANCE) + _TOLERANCE
        if not worse.any():
            break
        size[worse] /= 2
    return size


def _losses(gram: Numbers, labels: Numbers, weights: Numbers, alpha: Numbers) -> Numbers:
    """Return the regularised losses (fits,) of coefficients (fits, items)."""
    scores = alpha @ gram
    errors = weights * (np.logaddexp(0, scores) - labels * scores)
    found: Numbers = (scores * alpha).sum(1) / 2 + C * errors.sum(1)
    return found


def _logistic(scores: Numbers) -> Numbers:
    from scipy.special import expit

    found: Numbers = expit(scores)
    return found

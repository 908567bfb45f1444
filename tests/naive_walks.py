"""Random walks as the papers describe them: dictionaries of weights, and every probability written out."""

from collections.abc import Mapping

Weights = Mapping[int, Mapping[int, float]]
"""Weight of each edge, by its first and second node."""


def first_order(weights: Weights, node: int) -> dict[int, float]:
    """Return the probability of each next node (DeepWalk; weighted as in node2vec's first step)."""
    total = sum(weights[node].values())
    return {other: weight / total for other, weight in weights[node].items()}


def second_order(weights: Weights, p: float, q: float, last: int, node: int) -> dict[int, float]:
    """Return the probability of each next node (Grover and Leskovec 2016, section 3.2.2)."""
    found = {}
    for other, weight in weights[node].items():
        if other == last:
            found[other] = weight / p
        elif other in weights[last]:
            found[other] = weight
        else:
            found[other] = weight / q
    total = sum(found.values())
    return {other: share / total for other, share in found.items()}


def mean_weight(weights: Weights, node: int) -> float:
    """Return node2vec+'s threshold of a node."""
    return sum(weights[node].values()) / len(weights[node]) if weights[node] else 0.0


def extended(weights: Weights, p: float, q: float, last: int, node: int) -> dict[int, float]:
    """Return the probability of each next node of node2vec+ (Liu, Hirn and Krishnan 2023, equation 4)."""
    found = {}
    for other, weight in weights[node].items():
        connection = weights[last].get(other, 0.0)
        if other == last:
            bias = 1 / p
        elif connection > 0 and connection >= mean_weight(weights, other):
            bias = 1.0
        elif weight < mean_weight(weights, node):
            bias = min(1.0, 1 / q)
        else:
            share = connection / mean_weight(weights, other) if connection else 0.0
            bias = 1 / q + (1 - 1 / q) * share
        found[other] = weight * bias
    total = sum(found.values())
    return {other: share / total for other, share in found.items()}

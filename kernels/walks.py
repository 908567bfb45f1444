"""Random walks on graphs: of the first order (DeepWalk, Perozzi et al. 2014), and of the second (node2vec, node2vec+).

A walk that came from t to v continues to a neighbour x of v with a probability proportional to w(v, x) · α(t, x)
(Grover and Leskovec 2016):

    α = 1/p if x = t;  1 if t and x are connected;  1/q otherwise

node2vec+ (Liu, Hirn and Krishnan 2023) compares weights with a threshold of each node, the mean weight of its edges:

    α = 1/p                              if x = t
        1                                if w(t, x) ≥ threshold(x)
        min(1, 1/q)                      otherwise, if w(v, x) < threshold(v)
        1/q + (1 − 1/q) w(t, x) / threshold(x)   otherwise

with w(t, x) = 0 where there is no edge. With all thresholds 0 that is node2vec, so that one kernel serves both. In a
directed graph, t and x are connected if there is an edge from t to x.

No probability of the second order is stored: x is drawn in proportion to w(v, x) from an alias table, and accepted with
probability α / b, b = max(1, 1/q), after few draws on average. Where 1/p exceeds b, its excess is a further outcome of
the draw, so that a small p costs no draws (Yang et al. 2019, KnightKing). A draw below min(1, 1/q) / b is accepted
without a look at the neighbours of t.

After `_MOST_DRAWS` rejections, which only an extreme p or q makes likely, all neighbours of v are weighed.

The random stream of a walk is a function of (seed, round, first node).
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels import rng
from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.sampling import fill_alias_table

_ROUNDS = 1 << 40
"""Number of the first round, so that walks and training with the same seed have different random numbers."""
_OF_ORDER = 1 << 41
"""Number of the stream that permutes the nodes; it is that of no node."""
_MOST_DRAWS = 64
_UNIT = 1.0 / 9007199254740992.0
_11 = np.uint64(11)

Nodes = NDArray[np.uint32]


class Adjacency(NamedTuple):
    """A graph in compressed sparse rows.

    Attributes
    ----------
    begins
        (nodes + 1,) int64 array: beginning of each node's edges in the others, and the end of the last.
    neighbours
        (edges,) uint32 array, rising for each node.
    weights
        (edges,) float32 array; empty if all are 1.
    draws
        (2 · edges,) uint32 array: an alias table of each node's edges, as in `sampling`; empty if all weights are 1.
    totals
        (nodes,) float64 array: sums of the weights; empty if all are 1.
    """

    begins: NDArray[np.int64]
    neighbours: Nodes
    weights: NDArray[np.float32]
    draws: Nodes
    totals: NDArray[np.float64]


class Bias(NamedTuple):
    """Parameters of the second order.

    Attributes
    ----------
    to_last
        1/p.
    outwards
        1/q.
    thresholds
        (nodes,) float32 array: weight from which an edge to a node is strong; zeros for node2vec.
    """

    to_last: float
    outwards: float
    thresholds: NDArray[np.float32]


@kernel
def fill_tables(graph: Adjacency, begin: int, end: int, shares: NDArray[np.float64], work: NDArray[np.int64]) -> None:
    """Write the alias tables and the totals of the nodes from `begin` to `end`.

    Parameters
    ----------
    graph
        Graph with weights; `draws` and `totals` are filled.
    begin, end
        Range of nodes.
    shares, work
        (largest degree,) and (2, largest degree) workspaces.
    """
    for node in range(begin, end):
        first, last = graph.begins[node], graph.begins[node + 1]
        total = 0.0
        for edge in range(first, last):
            total += np.float64(graph.weights[edge])
        graph.totals[node] = total
        for edge in range(first, last):
            shares[edge - first] = np.float64(graph.weights[edge]) * (last - first) / total
        fill_alias_table(shares[: last - first], graph.draws[2 * first : 2 * last], work)


@kernel
def shuffle(seed: int, round_number: int, nodes: Nodes) -> None:
    """Permute `nodes` at random (Fisher and Yates)."""
    stream = rng.piece_stream(seed, _ROUNDS + round_number, _OF_ORDER)
    for last in range(len(nodes) - 1, 0, -1):
        stream += rng.GOLDEN
        other = rng.below(rng.high(rng.mix(stream)), last + 1)
        node = nodes[last]
        nodes[last] = nodes[other]
        nodes[other] = node


@inline
def _uniform(bits: np.uint64) -> float:
    """Return a number in [0, 1) from 64 random bits."""
    return np.float64(np.int64(bits >> _11)) * _UNIT


@inline
def _draw(graph: Adjacency, node: int, bits: np.uint64) -> int:
    """Return an edge of a node that has some, drawn in proportion to the weights."""
    first = graph.begins[node]
    cell = rng.below(rng.high(bits), int(graph.begins[node + 1] - first))
    if len(graph.draws) > 0 and rng.low(bits) >= graph.draws[2 * (first + cell)]:
        cell = int(np.int64(graph.draws[2 * (first + cell) + 1]))
    return int(first + cell)


@inline
def _find(graph: Adjacency, node: int, other: int) -> int:
    """Return the edge from a node to another, or −1 if there is none."""
    low, high = graph.begins[node], graph.begins[node + 1]
    while low < high:
        middle = (low + high) >> 1
        if graph.neighbours[middle] < other:
            low = middle + 1
        else:
            high = middle
    return int(low) if low < graph.begins[node + 1] and graph.neighbours[low] == other else -1


@inline
def _weight(graph: Adjacency, edge: int) -> float:
    """Return the weight of an edge."""
    return np.float64(graph.weights[edge]) if len(graph.weights) > 0 else 1.0


@inline
def _alpha(graph: Adjacency, bias: Bias, last: int, node: int, edge: int) -> float:
    """Return α of an edge of `node`, to which the walk came from `last`."""
    other = int(np.int64(graph.neighbours[edge]))
    if other == last:
        return bias.to_last
    threshold = np.float64(bias.thresholds[other])
    connection = _find(graph, last, other)
    weight = 0.0 if connection < 0 else _weight(graph, connection)
    if connection >= 0 and weight >= threshold:
        return 1.0
    if _weight(graph, edge) < bias.thresholds[node]:
        return min(1.0, bias.outwards)
    share = 0.0 if connection < 0 else weight / threshold
    return bias.outwards + (1 - bias.outwards) * share


@inline
def _return_excess(graph: Adjacency, bias: Bias, last: int, node: int, bound: float) -> float:
    """Return the part of the weight of the edge from `node` back to `last`, times 1/p, that exceeds the bound."""
    if bias.to_last <= bound:
        return 0.0
    back = _find(graph, node, last)
    return 0.0 if back < 0 else (bias.to_last - bound) * _weight(graph, back)


@kernel
def _weighed(graph: Adjacency, bias: Bias, last: int, node: int, uniform: float) -> int:
    """Return the next node, chosen by a number in [0, 1) among all neighbours of `node`."""
    first, end = graph.begins[node], graph.begins[node + 1]
    total = 0.0
    for edge in range(first, end):
        total += _weight(graph, edge) * _alpha(graph, bias, last, node, edge)
    rest, chosen = uniform * total, first
    for edge in range(first, end):
        share = _weight(graph, edge) * _alpha(graph, bias, last, node, edge)
        if share > 0:
            chosen = edge
            rest -= share
            if rest < 0:
                break
    return int(np.int64(graph.neighbours[chosen]))


@inline
def _next(graph: Adjacency, bias: Bias, last: int, node: int, stream: np.uint64) -> Any:
    """Return the next node after `last` and `node`, which has edges, and the new stream."""
    bound, least = max(1.0, bias.outwards), min(1.0, bias.outwards)
    excess, returning = _return_excess(graph, bias, last, node, bound), 0.0
    if excess > 0:
        degree = np.float64(graph.begins[node + 1] - graph.begins[node])
        returning = excess / (excess + bound * (graph.totals[node] if len(graph.totals) > 0 else degree))
    for _ in range(_MOST_DRAWS):
        if returning > 0:
            stream += rng.GOLDEN
            if _uniform(rng.mix(stream)) < returning:
                return last, stream
        stream += rng.GOLDEN
        edge = _draw(graph, node, rng.mix(stream))
        other = int(np.int64(graph.neighbours[edge]))
        stream += rng.GOLDEN
        level = bound * _uniform(rng.mix(stream))
        if (other != last and level < least) or level < _alpha(graph, bias, last, node, edge):
            return other, stream
    stream += rng.GOLDEN
    return _weighed(graph, bias, last, node, _uniform(rng.mix(stream))), stream


@kernel
def first_order(
    graph: Adjacency, starts: Nodes, key: tuple[int, int], length: int, ids: Nodes, ends: NDArray[np.int64]
) -> int:
    """Write walks of at most `length` nodes, whose steps depend on the current node alone; return the number of nodes.

    Parameters
    ----------
    graph
        The graph.
    starts
        (walks,) uint32 array: first node of each walk.
    key
        Seed, and number of the round.
    length
        Maximal number of nodes; a walk ends at a node without edges.
    ids
        (walks · length,) uint32 array, filled with the walks one after another.
    ends
        (walks,) int64 array, filled with the number of nodes before the end of each walk.
    """
    here = 0
    for walk in range(len(starts)):
        node = int(np.int64(starts[walk]))
        stream = rng.piece_stream(key[0], _ROUNDS + key[1], node)
        ids[here] = node
        here += 1
        for _ in range(length - 1):
            if graph.begins[node] == graph.begins[node + 1]:
                break
            stream += rng.GOLDEN
            node = int(np.int64(graph.neighbours[_draw(graph, node, rng.mix(stream))]))
            ids[here] = node
            here += 1
        ends[walk] = here
    return here


@kernel
def second_order(
    graph: Adjacency,
    bias: Bias,
    starts: Nodes,
    key: tuple[int, int],
    length: int,
    ids: Nodes,
    ends: NDArray[np.int64],
) -> int:
    """Write walks whose steps depend on the last two nodes; return the number of nodes.

    The parameters are those of `first_order`, and the parameters of the second order.
    """
    here = 0
    for walk in range(len(starts)):
        node, last = int(np.int64(starts[walk])), -1
        stream = rng.piece_stream(key[0], _ROUNDS + key[1], node)
        ids[here] = node
        here += 1
        for _ in range(length - 1):
            if graph.begins[node] == graph.begins[node + 1]:
                break
            if last < 0:
                stream += rng.GOLDEN
                other = int(np.int64(graph.neighbours[_draw(graph, node, rng.mix(stream))]))
            else:
                other, stream = _next(graph, bias, last, node, stream)
            last, node = node, other
            ids[here] = node
            here += 1
        ends[walk] = here
    return here

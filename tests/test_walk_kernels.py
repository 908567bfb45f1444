"""Kernels of random walks against exact probabilities, on planted and random graphs."""

import itertools
from collections import Counter
from collections.abc import Callable, Iterable

import naive_walks
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

from wordvec.corpora.graphs.graph import Graph
from wordvec.kernels._jit import DISABLE_JIT
from wordvec.kernels.walks import Bias, first_order, second_order, shuffle

ROUNDS = 40 if DISABLE_JIT else 300
LENGTH = 20

Edge = tuple[str, str, float]
KITE: list[Edge] = [
    ("a", "b", 1),
    ("b", "c", 1),
    ("c", "a", 1),
    ("c", "d", 1),
    ("d", "e", 1),
    ("e", "c", 1),
    ("d", "f", 1),
]
WEIGHTED: list[Edge] = [
    (*pair, weight)
    for pair, weight in zip(itertools.combinations("abcde", 2), [1, 5, 0.5, 2, 3, 9, 1, 4, 0.2, 2], strict=True)
]
TWO_CLUSTERS: list[Edge] = [
    *((f"x{i}", f"x{j}", 1.0) for i, j in itertools.combinations(range(4), 2)),
    *((f"y{i}", f"y{j}", 3.0) for i, j in itertools.combinations(range(4), 2)),
    ("x0", "y0", 0.5),
]


def walks_of(
    graph: Graph, bias: Bias | None, rounds: Iterable[int], length: int = LENGTH, seed: int = 1
) -> list[list[int]]:
    starts = np.arange(len(graph), dtype=np.uint32)
    ids, ends = np.empty(len(graph) * length, np.uint32), np.empty(len(graph), np.int64)
    found: list[list[int]] = []
    for number in rounds:
        if bias is None:
            filled = first_order(graph.adjacency, starts, (seed, number), length, ids, ends)
        else:
            filled = second_order(graph.adjacency, bias, starts, (seed, number), length, ids, ends)
        assert filled == ends[-1]
        found += [walk.tolist() for walk in np.split(ids[:filled], ends[:-1])]
    return found


def weights_of(graph: Graph) -> dict[int, dict[int, float]]:
    found: dict[int, dict[int, float]] = {}
    for node in range(len(graph)):
        row = slice(graph.begins[node], graph.begins[node + 1])
        weights = graph.weights[row] if graph.weighted else np.ones(row.stop - row.start)
        found[node] = dict(zip(graph.neighbours[row].tolist(), weights.tolist(), strict=True))
    return found


def bias_of(graph: Graph, p: float, q: float, plus: bool = False) -> Bias:
    return Bias(1 / p, 1 / q, graph.thresholds() if plus else np.zeros(len(graph), np.float32))


def probability_of_fit(walks: list[list[int]], order: int, exact: Callable[..., dict[int, float]]) -> float:
    """Return the p-value of Pearson's chi-square test over all steps that had enough walks."""
    seen: dict[tuple[int, ...], Counter[int]] = {}
    for walk in walks:
        for at in range(order, len(walk)):
            seen.setdefault(tuple(walk[at - order : at]), Counter())[walk[at]] += 1
    statistic, freedom = 0.0, 0
    for state, counts in seen.items():
        expected, total = exact(*state), sum(counts.values())
        assert set(counts) <= {node for node, share in expected.items() if share > 0}
        if total * min(expected.values()) < 5:
            continue
        statistic += sum((counts[node] - total * share) ** 2 / (total * share) for node, share in expected.items())
        freedom += len(expected) - 1
    assert freedom > 2
    return float(chi2.sf(statistic, freedom))


@pytest.mark.parametrize("edges", [KITE, WEIGHTED, TWO_CLUSTERS])
@pytest.mark.parametrize("directed", [False, True])
def test_steps_of_the_first_order_kernel_have_the_exact_probabilities(edges: list[Edge], directed: bool) -> None:
    graph = Graph.from_edges([*edges, *((b, a, 2 * w) for a, b, w in edges if directed)], directed=directed)
    weights = weights_of(graph)
    walks = walks_of(graph, None, range(ROUNDS))
    assert probability_of_fit(walks, 1, lambda node: naive_walks.first_order(weights, node)) > 1e-3


@pytest.mark.parametrize("edges", [KITE, WEIGHTED, TWO_CLUSTERS])
@pytest.mark.parametrize(("p", "q"), [(1, 1), (0.25, 0.25), (4, 0.5), (0.1, 4), (2, 3)])
def test_steps_of_the_second_order_kernel_have_the_exact_probabilities(edges: list[Edge], p: float, q: float) -> None:
    graph = Graph.from_edges(edges)
    weights = weights_of(graph)
    walks = walks_of(graph, bias_of(graph, p, q), range(ROUNDS))
    assert probability_of_fit(walks, 2, lambda last, node: naive_walks.second_order(weights, p, q, last, node)) > 1e-3


@pytest.mark.parametrize(("p", "q"), [(0.25, 0.25), (4, 0.5), (0.1, 4)])
def test_the_second_order_kernel_follows_directions(p: float, q: float) -> None:
    edges = [*WEIGHTED, ("b", "a", 3.0), ("c", "a", 2.0), ("e", "b", 1.0), ("d", "c", 1.0), ("e", "a", 2.0)]
    graph = Graph.from_edges(edges, directed=True)
    weights = weights_of(graph)
    walks = walks_of(graph, bias_of(graph, p, q), range(ROUNDS))
    assert probability_of_fit(walks, 2, lambda last, node: naive_walks.second_order(weights, p, q, last, node)) > 1e-3


@pytest.mark.parametrize("edges", [WEIGHTED, TWO_CLUSTERS])
@pytest.mark.parametrize(("p", "q"), [(1, 1), (0.5, 0.25), (1, 4), (0.1, 10)])
def test_steps_of_node2vec_plus_have_the_exact_probabilities_in_the_kernel(
    edges: list[Edge], p: float, q: float
) -> None:
    graph = Graph.from_edges(edges)
    weights = weights_of(graph)
    walks = walks_of(graph, bias_of(graph, p, q, plus=True), range(ROUNDS))
    assert probability_of_fit(walks, 2, lambda last, node: naive_walks.extended(weights, p, q, last, node)) > 1e-3


@pytest.mark.parametrize(("p", "q"), [(1e6, 1e-6), (1e-6, 1e6), (1e6, 1e6), (1e-9, 1e-9)])
def test_the_kernel_does_not_draw_for_ever_with_extreme_parameters(p: float, q: float) -> None:
    graph = Graph.from_edges(KITE)
    weights = weights_of(graph)
    for walk in walks_of(graph, bias_of(graph, p, q), range(ROUNDS // 20)):
        for last, node, other in zip(walk, walk[1:], walk[2:], strict=False):
            assert naive_walks.second_order(weights, p, q, last, node)[other] > 1e-7


def test_a_rejected_step_of_the_kernel_is_drawn_from_all_neighbours() -> None:
    # A complete graph with q near 0 rejects nearly every draw, since no neighbour is outwards.
    graph = Graph.from_edges(WEIGHTED)
    weights = weights_of(graph)
    walks = walks_of(graph, bias_of(graph, 1, 1e-4), range(ROUNDS))
    assert (
        probability_of_fit(walks, 2, lambda last, node: naive_walks.second_order(weights, 1, 1e-4, last, node)) > 1e-3
    )


def test_node2vec_plus_is_node2vec_without_weights_in_the_kernel() -> None:
    graph = Graph.from_edges(KITE)
    same = [walks_of(graph, bias_of(graph, 0.5, 2, plus), range(3)) for plus in (False, True)]
    assert same[0] == same[1]


def test_walks_of_the_kernel_end_where_no_edge_leads_on() -> None:
    graph = Graph.from_edges([("a", "b"), ("b", "c")], directed=True)
    for bias in (None, bias_of(graph, 0.5, 2)):
        assert walks_of(graph, bias, range(2)) == [[0, 1, 2], [1, 2], [2]] * 2


edges_of_any_graph = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh"), st.sampled_from([0.5, 1.0, 2.0, 1e-30, 1e30])),
    min_size=1,
    max_size=25,
)


@given(edges_of_any_graph, st.booleans(), st.sampled_from([0.01, 0.5, 1.0, 50.0]), st.sampled_from([0.01, 1.0, 50.0]))
def test_a_walk_of_the_kernel_follows_edges_and_is_a_function_of_its_first_node(
    edges: list[Edge], directed: bool, p: float, q: float
) -> None:
    graph = Graph.from_edges(edges, directed=directed)
    weights = weights_of(graph)
    for bias in (None, bias_of(graph, p, q), bias_of(graph, p, q, plus=True)):
        walks = walks_of(graph, bias, [5], 12)
        for start, walk in enumerate(walks):
            assert walk[0] == start
            assert len(walk) == 12 or not weights[walk[-1]]
            assert all(other in weights[node] for node, other in itertools.pairwise(walk))
            alone, ends = np.empty(12, np.uint32), np.empty(1, np.int64)
            first = np.array([start], np.uint32)
            if bias is None:
                filled = first_order(graph.adjacency, first, (1, 5), 12, alone, ends)
            else:
                filled = second_order(graph.adjacency, bias, first, (1, 5), 12, alone, ends)
            assert alone[:filled].tolist() == walk


def test_the_order_of_the_kernel_is_a_permutation_that_changes_with_each_round() -> None:
    orders = []
    for number in range(3):
        nodes = np.arange(100, dtype=np.uint32)
        shuffle(1, number, nodes)
        orders.append(nodes.tolist())
    assert all(sorted(order) == list(range(100)) for order in orders)
    assert orders[0] != orders[1] != orders[2]


def test_the_kernel_s_walks_have_the_same_bits_with_and_without_the_jit() -> None:
    graph = Graph.from_edges(WEIGHTED)
    assert walks_of(graph, bias_of(graph, 0.25, 4), [0], 6) == GOLDEN


GOLDEN = [[0, 2, 0, 2, 0, 2], [1, 3, 1, 3, 1, 3], [2, 0, 2, 0, 2, 1], [3, 4, 3, 2, 1, 3], [4, 0, 1, 3, 1, 3]]

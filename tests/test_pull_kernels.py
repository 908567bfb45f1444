"""The kernels of edge steps against their naive twins, numerical slopes and what steps promise."""

from typing import Any

import naive_pull
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wordvec.kernels import bags as kernel_bags
from wordvec.kernels import glove, glove_pull, pull, subword_pull, windows
from wordvec.kernels.edges import TOGETHER, Edges
from wordvec.kernels.retrofit import Neighbourhoods
from wordvec.trainers.pull import edges_of

DIM, STRIDE = 20, 32


class Drawn:
    """Random edges between `words` rows, of which one word has a single opposite."""

    def __init__(self, seed: int, words: int = 9) -> None:
        chance = np.random.default_rng(seed)
        self.words = sorted(chance.permutation(words)[: max(2, words - 2)].tolist())
        self.edges: list[list[tuple[int, float]]] = []
        for place, word in enumerate(self.words):
            others = [other for other in chance.permutation(words).tolist() if other != word]
            others = others[: 1 if place == 0 else chance.integers(1, words)]
            signed = [-1 - other if place == 0 or chance.random() < 0.3 else other for other in others]
            weights = chance.uniform(0.1, 1, len(signed))
            self.edges.append(list(zip(signed, weights / weights.sum(), strict=True)))
        ends = np.cumsum([0, *map(len, self.edges)])
        every = [edge for edges in self.edges for edge in edges]
        near = Neighbourhoods(
            np.array(self.words),
            ends,
            np.array([neighbour for neighbour, _ in every]),
            np.array([weight for _, weight in every], np.float32),
        )
        self.known: Edges = edges_of(near, chance.uniform(1, 5, len(self.words)))

    def steps(self, number: int, state: int) -> naive_pull.Drawn:
        return naive_pull.drawn(self.known.drawn, self.words, self.edges, number, state)


def rows_of(seed: int, rows: int) -> np.ndarray:
    matrix = np.zeros((rows, STRIDE), np.float32)
    matrix[:, :DIM] = np.random.default_rng(seed).normal(0.1, 0.5, (rows, DIM))
    return matrix


def pairs() -> np.ndarray:
    return np.empty(2 * TOGETHER, np.int64)


def make_steps(matrix: np.ndarray, edges: Edges, steps: int, share: float, state: int) -> None:
    with np.errstate(over="ignore"):
        pull.pull_rows(matrix.reshape(-1), STRIDE, edges, steps, np.float32(share), np.uint64(state), pairs())


@given(st.integers(0, 2**32), st.integers(0, 40), st.floats(0, 1))
def test_edge_steps_are_the_naive_twin_s(seed: int, steps: int, share: float) -> None:
    graph, matrix = Drawn(seed), rows_of(seed, 9)
    wanted = naive_pull.pulled(matrix.astype(np.float64), graph.steps(steps, seed + 5), float(np.float32(share)))
    make_steps(matrix, graph.known, steps, share, seed + 5)
    np.testing.assert_allclose(matrix, wanted, atol=2e-5)


def test_edges_are_drawn_by_the_weights_of_words_and_of_edges() -> None:
    near = Neighbourhoods(
        np.array([0, 2]), np.array([0, 2, 3]), np.array([1, 2, -1]), np.array([0.75, 0.25, 1], np.float32)
    )
    edges, drawn, number = edges_of(near, np.array([3.0, 1.0])), {}, 16_000
    found = naive_pull.drawn(edges.drawn, [0, 2], [[(1, 0.75), (2, 0.25)], [(-1, 1.0)]], number, 3)
    for step in found:
        drawn[step] = drawn.get(step, 0) + 1
    expected = {(0, 1, False): 9 / 16, (0, 2, False): 3 / 16, (2, 0, True): 1 / 4}
    assert {step: count / number for step, count in drawn.items()} == pytest.approx(expected, abs=0.015)


@pytest.mark.parametrize("opposite", [False, True])
def test_a_step_follows_the_numerical_slope_of_its_potential(opposite: bool) -> None:
    near = Neighbourhoods(np.array([0]), np.array([0, 1]), np.array([-2 if opposite else 1]), np.ones(1, np.float32))
    before = rows_of(4, 2)
    before[1, :3] = before[0, :3] * 2  # an acute angle
    after, share = before.copy(), 1e-3
    make_steps(after, edges_of(near, np.ones(1)), 1, share, 1)
    x, y = before.astype(np.float64)
    for d in range(DIM):
        move = np.zeros(STRIDE)
        move[d] = 1e-6
        slope = (naive_pull.energy(x + move, y, opposite) - naive_pull.energy(x - move, y, opposite)) / 2e-6
        assert (x[d] - after[0, d]) / share == pytest.approx(slope, abs=2e-3)
    np.testing.assert_array_equal(after[1], before[1])


@given(st.integers(0, 2**32))
def test_a_whole_step_meets_the_neighbour_and_leaves_no_acute_angle_with_an_opposite(seed: int) -> None:
    for neighbour in (1, -2):
        near = Neighbourhoods(np.array([0]), np.array([0, 1]), np.array([neighbour]), np.ones(1, np.float32))
        matrix = rows_of(seed, 2)
        before = matrix.copy()
        make_steps(matrix, edges_of(near, np.ones(1)), 1, 1.0, seed)
        if neighbour == 1:
            np.testing.assert_allclose(matrix[0], before[1], atol=1e-6)
        else:
            assert matrix[0] @ matrix[1] == pytest.approx(min(0, before[0] @ before[1]), abs=1e-5)


def test_an_opposite_without_a_vector_pushes_nothing() -> None:
    near = Neighbourhoods(np.array([0]), np.array([0, 1]), np.array([-2]), np.ones(1, np.float32))
    matrix = rows_of(1, 2)
    matrix[1] = 0
    before = matrix.copy()
    make_steps(matrix, edges_of(near, np.ones(1)), 20, 0.5, 1)
    np.testing.assert_array_equal(matrix, before)


@given(st.integers(0, 2**32), st.integers(0, 40), st.floats(0, 1))
def test_steps_of_bags_move_the_word_s_own_row_as_the_naive_twin_does(seed: int, steps: int, share: float) -> None:
    graph, chance = Drawn(seed), np.random.default_rng(seed)
    bags = [[word, *chance.integers(9, 15, chance.integers(0, 5)).tolist()] for word in range(9)]
    matrix = rows_of(seed, 15)
    wanted = naive_pull.pulled_bags(matrix.astype(np.float64), bags, graph.steps(steps, seed), float(np.float32(share)))
    starts = np.cumsum([0, *map(len, bags)])
    model = windows.EmbeddingMatrices(matrix.reshape(-1), np.zeros(16, np.float32), STRIDE, False)
    with np.errstate(over="ignore"):
        subword_pull.pull_bags(
            model,
            kernel_bags.Bags(starts, np.array([row for bag in bags for row in bag])),
            graph.known,
            steps,
            np.float32(share),
            np.uint64(seed),
            pairs(),
            np.empty(2 * STRIDE, np.float32),
        )
    np.testing.assert_allclose(matrix, wanted, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("kernel", [glove_pull.pull_words, glove_pull.pull_sums], ids=["words", "sums"])
@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 40), st.floats(0, 0.5))
def test_steps_with_adagrad_are_the_naive_twin_s(kernel: Any, seed: int, steps: int, rate: float) -> None:
    graph, chance = Drawn(seed), np.random.default_rng(seed)
    matrices = np.zeros((2, 9, glove.row_length(STRIDE)), np.float32)
    for number, matrix in enumerate(matrices):
        matrix[:, :STRIDE] = rows_of(seed + number, 9)
        matrix[:, STRIDE : 2 * STRIDE] = chance.uniform(1, 3, (9, STRIDE))
    wanted = matrices.astype(np.float64)
    parts = [(matrix[:, :STRIDE], matrix[:, STRIDE : 2 * STRIDE]) for matrix in wanted]
    rate = float(np.float32(rate))
    naive_pull.pulled_adagrad(parts[: 1 if kernel is glove_pull.pull_words else 2], graph.steps(steps, seed), rate)
    model = glove.GloveMatrices(matrices[0].reshape(-1), matrices[1].reshape(-1), STRIDE)
    with np.errstate(over="ignore"):
        kernel(model, graph.known, steps, np.float32(rate), np.uint64(seed), pairs())
    np.testing.assert_allclose(matrices, wanted, rtol=1e-4, atol=1e-4)

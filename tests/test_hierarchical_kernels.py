"""Huffman trees, and the kernels of hierarchical softmax, against their twins."""

import math
from collections.abc import Callable
from types import ModuleType
from typing import Any, NamedTuple

import naive_softmax as naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_subword_kernels import BAGS, ROWS, packed
from test_training_kernels import COUNTS, as_matrix, make_model, random_sentences

from wordvec.errors import SettingsError
from wordvec.kernels import (
    hierarchical_cbow,
    hierarchical_skipgram,
    hierarchical_subword_cbow,
    hierarchical_subword_skipgram,
    paths,
    sampling,
    windows,
)
from wordvec.kernels.huffman import add_up
from wordvec.softmax import HierarchicalSoftmax, HuffmanTree

counts_of_words = st.lists(st.integers(1, 60), min_size=2, max_size=40).map(lambda counts: sorted(counts, reverse=True))


class Case(NamedTuple):
    """A kernel, its twin, and the bags of its words."""

    kernel: ModuleType
    allocate: Callable[..., Any]
    twin: Callable[..., tuple[float, int]]
    bags: list[list[int]] | None = None


CASES = {
    "skipgram": Case(hierarchical_skipgram, paths.allocate_workspace, naive.skipgram_piece),
    "cbow": Case(hierarchical_cbow, paths.allocate_workspace, naive.cbow_piece),
    "subword skipgram": Case(
        hierarchical_subword_skipgram,
        hierarchical_subword_skipgram.allocate_workspace,
        naive.subword_skipgram_piece,
        BAGS,
    ),
    "subword cbow": Case(
        hierarchical_subword_cbow, hierarchical_subword_cbow.allocate_workspace, naive.subword_cbow_piece, BAGS
    ),
}
SHALLOW = np.full(len(COUNTS), 3)
"""Counts of words whose codes fit in one tile; those of `COUNTS` need two."""


def model_of(name: str, dim: int = 20, **options: Any) -> windows.EmbeddingMatrices:
    return make_model(dim, ROWS if CASES[name].bags else len(COUNTS), **options)


def source(counts: np.ndarray = COUNTS, sample: float = 0.1) -> paths.Paths:
    return paths.Paths(sampling.keep_thresholds(counts, sample), HuffmanTree(counts).up)


def train(
    name: str,
    model: windows.EmbeddingMatrices,
    sentences: list[list[int]],
    window: int = 4,
    fixed: bool = False,
    rate: float = 0.05,
    of: paths.Paths | None = None,
    pace: float = naive.PACE,
) -> tuple[float, int]:
    case, of = CASES[name], of or source()
    ids = np.array([word for sentence in sentences for word in sentence], np.uint32)
    offsets = np.cumsum([0] + [len(sentence) for sentence in sentences])
    shape = windows.WindowShape(window, fixed, 0, pace=float(pace))
    room = case.allocate(len(ids), len(sentences), paths.shape_of(shape, len(COUNTS)), model.stride)
    bags = () if case.bags is None else (packed(case.bags),)
    with np.errstate(over="ignore"):
        result: tuple[float, int] = case.kernel.train_piece(
            model, *bags, of, shape, room, ids, offsets, np.float32(rate), np.uint64(7)
        )
    return result


def by_twin(
    name: str,
    model: windows.EmbeddingMatrices,
    sentences: list[list[int]],
    window: int,
    fixed: bool,
    counts: np.ndarray = COUNTS,
    sample: float = 0.1,
) -> tuple[np.ndarray, np.ndarray, float, int]:
    case = CASES[name]
    words, contexts = as_matrix(model.words, model), as_matrix(model.contexts, model)
    bags = () if case.bags is None else (case.bags,)
    keep, tree = sampling.keep_thresholds(counts, sample), naive.word2vec_paths(counts.tolist())
    loss, pairs = case.twin(words, contexts, *bags, tree, sentences, keep, window, 0.05, 7, fixed)
    return words, contexts, loss, pairs


class TestTrees:
    @given(counts_of_words)
    def test_paths_are_those_of_word2vec_and_code_lengths_those_of_fasttext(self, counts: list[int]) -> None:
        tree, expected = HuffmanTree(counts), naive.word2vec_paths(counts)
        for word, path in enumerate(expected):
            nodes, bits = tree.path(word)
            assert list(zip(nodes.tolist(), bits.tolist(), strict=True)) == path[::-1]
        assert tree.lengths.tolist() == [len(path) for path in expected] == naive.fasttext_lengths(counts)
        assert tree.longest == max(map(len, expected))

    @given(counts_of_words)
    def test_codes_are_complete_and_within_a_bit_of_the_entropy(self, counts: list[int]) -> None:
        tree, shares = HuffmanTree(counts), np.array(counts) / sum(counts)
        assert np.ldexp(1.0, -tree.lengths).sum() == 1
        entropy = -(shares * np.log2(shares)).sum()
        assert entropy - 1e-9 <= (shares * tree.lengths).sum() < entropy + 1

    @given(counts_of_words)
    def test_inner_nodes_have_the_counts_of_the_words_below_and_are_sorted_by_them(self, counts: list[int]) -> None:
        tree, below = HuffmanTree(counts), [0] * (len(counts) - 1)
        for word, path in enumerate(naive.word2vec_paths(counts)):
            for node, _ in path:
                below[node] += counts[word]
        assert tree.counts.tolist() == below == sorted(below, reverse=True)
        sums = np.empty(len(below))
        add_up(np.array(counts, np.float64), tree.up, sums)
        assert sums.tolist() == below

    def test_a_tree_of_fibonacci_counts_is_as_deep_as_it_has_inner_nodes(self) -> None:
        counts = [1, 1]
        while len(counts) < 70:
            counts.append(counts[-1] + counts[-2])
        assert HuffmanTree(counts[::-1]).longest == 69

    @pytest.mark.parametrize("counts", [[3], [], [1, 2], [2, -1], [[2, 1]]])
    def test_counts_that_make_no_tree_are_refused(self, counts: list[int]) -> None:
        with pytest.raises(SettingsError, match=r"^counts: expected at least two counts, falling and not negative"):
            HuffmanTree(counts)


class TestProbabilities:
    @given(counts_of_words, st.integers(0, 99))
    def test_probabilities_of_all_words_sum_to_one_and_are_products_along_paths(
        self, counts: list[int], seed: int
    ) -> None:
        generator = np.random.default_rng(seed)
        nodes, inputs = generator.normal(0, 1.5, (len(counts) - 1, 5)), generator.normal(0, 1.5, (3, 5))
        layer = HierarchicalSoftmax([f"w{k}" for k in range(len(counts))], counts, nodes)
        every = layer.log_probabilities(inputs)
        np.testing.assert_allclose(np.exp(every).sum(axis=1), 1, atol=1e-9)
        for word, path in enumerate(naive.word2vec_paths(counts)):
            expected = [naive.log_probability(h, layer.nodes.astype(np.float64), path) for h in inputs]
            np.testing.assert_allclose(every[:, word], expected, atol=1e-4)
            np.testing.assert_allclose(layer.log_probability(inputs, [word] * 3), expected, atol=1e-4)

    def test_scores_of_any_size_stay_finite(self) -> None:
        layer = HierarchicalSoftmax(["a", "b", "c"], [3, 2, 1], [[1e4], [-1e4]])
        found = layer.log_probabilities([[1.0]])
        np.testing.assert_allclose(np.exp(found).sum(), 1)
        np.testing.assert_allclose(layer.log_probability([[1.0]] * 3, [0, 1, 2]), found[0], rtol=1e-6, atol=1e-30)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(("window", "fixed", "counts"), [(5, False, COUNTS), (1, True, COUNTS), (3, False, SHALLOW)])
def test_a_trained_piece_equals_its_slow_twin(name: str, window: int, fixed: bool, counts: np.ndarray) -> None:
    model, sentences = model_of(name), random_sentences(3)
    words, contexts, loss, pairs = by_twin(name, model, sentences, window, fixed, counts, 0.9)
    found = train(name, model, sentences, window, fixed, of=source(counts, 0.9))
    assert found == (pytest.approx(loss, rel=1e-4), pairs)
    assert pairs > 30
    np.testing.assert_allclose(as_matrix(model.words, model), words, atol=5e-5)
    np.testing.assert_allclose(as_matrix(model.contexts, model), contexts, atol=5e-5)


@pytest.mark.parametrize("name", CASES)
@given(st.lists(st.lists(st.integers(0, len(COUNTS) + 1), max_size=12), max_size=6), st.integers(1, 4))
def test_any_text_equals_its_slow_twin(name: str, sentences: list[list[int]], window: int) -> None:
    model = model_of(name, dim=5)
    words, contexts, loss, pairs = by_twin(name, model, sentences, window, False, sample=0)
    found = train(name, model, sentences, window, of=source(sample=0))
    assert found == (pytest.approx(loss, rel=1e-4), pairs)
    np.testing.assert_allclose(as_matrix(model.words, model), words, atol=5e-5)
    np.testing.assert_allclose(as_matrix(model.contexts, model), contexts, atol=5e-5)


@pytest.mark.parametrize("name", CASES)
def test_the_change_of_a_row_is_the_slope_of_the_negative_log_probability(name: str) -> None:
    """One window with one input row: changes at a tiny rate against finite differences of the returned loss."""
    sentence, rate, step = [[4, 9]], 1e-4, 1e-2
    bags = CASES[name].bags
    of, rows = source(sample=0), [bags[word][0] for word in (4, 9)] if bags else [4, 9]

    def loss_with(matrix: int, row: int, d: int, change: float) -> float:
        model = model_of(name, dim=8)
        model[matrix][row * model.stride + d] += change
        return train(name, model, sentence, rate=1e-30, of=of, pace=0)[0]

    before, after = model_of(name, dim=8), model_of(name, dim=8)
    train(name, after, sentence, rate=rate, of=of, pace=0)
    for matrix, places in ((0, rows), (1, range(5))):
        for row in places:
            for d in (0, 7):
                slope = (loss_with(matrix, row, d, step) - loss_with(matrix, row, d, -step)) / (2 * step)
                place = row * before.stride + d
                moved = (float(after[matrix][place]) - float(before[matrix][place])) / rate
                # Rows of a bag get the gradient undivided; a row that is twice in a bag, twice.
                shares = len(bags[4 if row == rows[0] else 9]) if bags and matrix == 0 else 1
                assert -moved == pytest.approx(shares * slope, abs=2e-2), (matrix, row, d)


@pytest.mark.parametrize("name", CASES)
def test_the_loss_is_the_negative_log_probability_of_the_words(name: str) -> None:
    model, case = model_of(name), CASES[name]
    layer = HierarchicalSoftmax([f"w{k}" for k in range(len(COUNTS))], COUNTS, as_matrix(model.contexts, model)[:10])
    rows, bags = as_matrix(model.words, model), case.bags or [[word] for word in range(len(COUNTS))]
    means = [rows[bag].mean(axis=0) for bag in bags]
    expected = -sum(layer.log_probability([means[given_]], [word])[0] for given_, word in ((4, 9), (9, 4)))
    loss, pairs = train(name, model, [[4, 9]], rate=1e-30, of=source(sample=0))
    assert (loss, pairs) == (pytest.approx(expected, rel=1e-4), 2)
    assert math.isfinite(loss)


@pytest.mark.parametrize("name", ["skipgram", "cbow"])
def test_private_nodes_are_trained_in_place_of_the_shared_ones(name: str) -> None:
    shared, model = model_of(name), model_of(name)
    before, private, shift = model.contexts.copy(), 4, len(COUNTS)
    own = np.concatenate([before, before[: private * model.stride]])
    model = model._replace(contexts=own, private=private, shift=shift)
    for each in (shared, model):
        train(name, each, random_sentences(3))
    np.testing.assert_array_equal(model.words, shared.words)
    found, rows = own.reshape(-1, model.stride), shared.contexts.reshape(-1, model.stride)
    np.testing.assert_array_equal(found[shift:], rows[:private])
    np.testing.assert_array_equal(found[private:shift], rows[private:])
    assert (found[shift:] != found[:private]).any()


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("sentences", [[[]], [[3]], [[3], [4], []], [[20, 21, 22]], [[3, 99]]])
def test_text_without_neighbours_changes_nothing(name: str, sentences: list[list[int]]) -> None:
    model = model_of(name, dim=16)
    before = model.words.tobytes(), model.contexts.tobytes()
    assert train(name, model, sentences) == (0.0, 0)
    assert (model.words.tobytes(), model.contexts.tobytes()) == before


@pytest.mark.parametrize("name", CASES)
def test_the_padding_of_rows_and_the_row_without_a_node_stay(name: str) -> None:
    model = model_of(name, dim=17)
    rows = model.contexts.reshape(-1, model.stride)
    last = rows[len(COUNTS) - 1 :].copy()
    train(name, model, random_sentences(6))
    np.testing.assert_array_equal(rows[len(COUNTS) - 1 :], last)
    for flat in (model.words, model.contexts):
        assert not flat.reshape(-1, model.stride)[:, 17:].any()


@pytest.mark.parametrize("name", CASES)
def test_a_nan_in_a_row_shows_in_the_loss(name: str) -> None:
    model = model_of(name, dim=16)
    model.words[:] = np.nan
    assert np.isnan(train(name, model, random_sentences(7))[0])

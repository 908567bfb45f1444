"""The kernels of fastText against their naive twins and numerical slopes."""

from types import ModuleType
from typing import Any

import naive_subwords as naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_training_kernels import COUNTS, as_matrix, make_model, make_sampler, random_sentences, shape_of

from wordvec.kernels import subword_cbow, subword_skipgram, windows
from wordvec.kernels.bags import Bags

ROWS = len(COUNTS) + 9
BAGS = [[word, *np.random.default_rng(word).integers(0, ROWS, word % 5).tolist()] for word in range(len(COUNTS))]
BAGS[2] = [2, 14, 14, 15]  # an n-gram twice
BAGS[3] = [12]  # no row of its own, as with floret
KERNELS = {"skipgram": subword_skipgram, "cbow": subword_cbow}


def packed(bags: list[list[int]]) -> Bags:
    return Bags(np.cumsum([0, *map(len, bags)]), np.array([row for bag in bags for row in bag]))


def train(
    kernel: ModuleType,
    model: windows.EmbeddingMatrices,
    sentences: list[list[int]],
    shape: windows.WindowShape,
    rate: float = 0.05,
    sampler: windows.Sampler | None = None,
) -> tuple[float, int]:
    ids = np.array([word for sentence in sentences for word in sentence], np.uint32)
    offsets = np.cumsum([0] + [len(sentence) for sentence in sentences])
    room = kernel.allocate_workspace(len(ids), len(sentences), shape, model.stride)
    with np.errstate(over="ignore"):
        result: tuple[float, int] = kernel.train_piece(
            model, packed(BAGS), sampler or make_sampler(), shape, room, ids, offsets, np.float32(rate), np.uint64(7)
        )
    return result


@pytest.mark.parametrize("name", KERNELS)
@pytest.mark.parametrize(("negatives", "window", "fixed"), [(5, 5, False), (1, 1, True), (12, 3, False), (2, 2, True)])
def test_a_trained_piece_equals_its_slow_twin(name: str, negatives: int, window: int, fixed: bool) -> None:
    model, sampler = make_model(dim=20, words=ROWS), make_sampler()
    words, contexts = as_matrix(model.words, model), as_matrix(model.contexts, model)
    sentences = random_sentences(3)
    loss, pairs = train(KERNELS[name], model, sentences, shape_of(window, fixed, negatives))
    expected = naive.PIECES[name](
        words, contexts, BAGS, sentences, sampler.keep, sampler.noise, window, negatives, 0.05, 7, fixed
    )
    assert pairs == expected[1] > 100
    assert loss == pytest.approx(expected[0], rel=1e-4)
    np.testing.assert_allclose(as_matrix(model.words, model), words, atol=5e-5)
    np.testing.assert_allclose(as_matrix(model.contexts, model), contexts, atol=5e-5)


@pytest.mark.parametrize("name", KERNELS)
@given(st.lists(st.lists(st.integers(0, len(COUNTS) + 1), max_size=12), max_size=6), st.integers(1, 4))
def test_any_text_equals_its_slow_twin(name: str, sentences: list[list[int]], window: int) -> None:
    model, sampler = make_model(dim=5, words=ROWS), make_sampler(sample=0)
    words, contexts = as_matrix(model.words, model), as_matrix(model.contexts, model)
    loss, pairs = train(KERNELS[name], model, sentences, shape_of(window, False, 3), sampler=sampler)
    expected = naive.PIECES[name](
        words, contexts, BAGS, sentences, sampler.keep, sampler.noise, window, 3, 0.05, 7, False
    )
    assert pairs == expected[1]
    assert loss == pytest.approx(expected[0], rel=1e-4)
    np.testing.assert_allclose(as_matrix(model.words, model), words, atol=5e-5)
    np.testing.assert_allclose(as_matrix(model.contexts, model), contexts, atol=5e-5)


@pytest.mark.parametrize("name", KERNELS)
def test_the_change_of_a_row_is_the_slope_of_the_loss(name: str) -> None:
    """One window: the rate is so small that rows hardly change, and 1/n is put back where it is left out."""
    sentences, rate = [[4, 9]], 1e-3
    sampler, shape = make_sampler(sample=0), windows.WindowShape(1, True, 2)

    def loss_with(matrix: int, row: int, d: int, change: float) -> float:
        model: Any = make_model(dim=6, words=ROWS)
        model[matrix][row * model.stride + d] += change
        return train(KERNELS[name], model, sentences, shape, 0.0, sampler)[0]

    model = make_model(dim=6, words=ROWS)
    before = [as_matrix(matrix, model).copy() for matrix in model[:2]]
    train(KERNELS[name], model, sentences, shape, rate, sampler)
    after = [as_matrix(matrix, model) for matrix in model[:2]]
    checked = 0
    for matrix in (0, 1):
        for row in np.unique([row for word in (4, 9) for row in BAGS[word]]) if matrix == 0 else range(len(COUNTS)):
            for d in range(6):
                slope = (loss_with(matrix, row, d, 1e-2) - loss_with(matrix, row, d, -1e-2)) / 2e-2
                change = (before[matrix][row, d] - after[matrix][row, d]) / rate
                if matrix == 0:
                    # z_r ← z_r + Σ g u, where the slope has the share of the row in each bag.
                    holders = {word: BAGS[word].count(row) for word in (4, 9)}
                    if sum(count > 0 for count in holders.values()) > 1:
                        continue
                    word = next(word for word, count in holders.items() if count)
                    slope *= len(BAGS[word])
                assert change == pytest.approx(slope, abs=0.02)
                checked += 1
    assert checked > 80


@pytest.mark.parametrize("name", KERNELS)
def test_the_padding_of_rows_stays_zero(name: str) -> None:
    model = make_model(dim=20, words=ROWS)
    train(KERNELS[name], model, random_sentences(1), shape_of(3, False, 5))
    for matrix in (model.words, model.contexts):
        assert not matrix.reshape(-1, model.stride)[:, 20:].any()


@pytest.mark.parametrize("name", KERNELS)
@pytest.mark.parametrize("sentences", [[], [[]], [[3], [], [1]], [[len(COUNTS)], [len(COUNTS) + 1]]])
def test_text_without_neighbours_changes_nothing(name: str, sentences: list[list[int]]) -> None:
    model = make_model(dim=6, words=ROWS)
    before = [matrix.copy() for matrix in model[:2]]
    loss, pairs = train(KERNELS[name], model, sentences, shape_of(3, True, 2), sampler=make_sampler(sample=0))
    assert (loss, pairs) == (0, 0)
    for old, matrix in zip(before, model[:2], strict=True):
        np.testing.assert_array_equal(matrix, old)


@pytest.mark.parametrize("name", KERNELS)
def test_a_nan_in_a_row_shows_in_the_loss(name: str) -> None:
    model: Any = make_model(dim=6, words=ROWS)
    model.words[:] = np.nan
    assert np.isnan(train(KERNELS[name], model, random_sentences(2), shape_of(3, True, 2))[0])

"""The kernels of Disambiguated Skip-gram against their slow twins, and numerical slopes of the loss."""

from typing import Any

import naive_senses as naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_training_kernels import COUNTS, make_sampler, random_sentences

from wordvec.kernels import disambiguated_rows, simd, windows
from wordvec.kernels import disambiguated_skipgram as kernels
from wordvec.kernels.disambiguated_choice import GUMBEL_VALUES, SenseLayout, Stage, fill_gumbel, numbers_of
from wordvec.kernels.disambiguated_contexts import ContextMatrices, context_probabilities

SEVERAL = 4
"""Words of the tests with several senses."""
FIRST = Stage(np.float32(1), False, np.float32(0.3), np.float32(1), False)
SECOND = Stage(np.float32(0.7), True, np.float32(0), np.float32(3), True)
TABLE = np.empty(GUMBEL_VALUES, np.float32)
fill_gumbel(TABLE)


def make_layout(senses: int, dim: int) -> SenseLayout:
    shared = SEVERAL * senses + len(COUNTS) - SEVERAL
    return SenseLayout(senses, SEVERAL, dim, shared, shared + senses)


def make_model(layout: SenseLayout) -> windows.EmbeddingMatrices:
    """Rows of senses and contexts without bias, and keys with one."""
    dim, generator = layout.dim, np.random.default_rng(0)
    stride, rows = -(-(dim + 1) // 16) * 16, layout.own + SEVERAL * layout.senses
    words, contexts = np.zeros((rows, stride), np.float32), np.zeros((len(COUNTS), stride), np.float32)
    words[:, :dim], contexts[:, :dim] = generator.normal(0, 0.5, (rows, dim)), generator.normal(0, 0.5, (11, dim))
    words[layout.shared :, dim] = generator.normal(0, 0.5, rows - layout.shared)
    return windows.EmbeddingMatrices(words.ravel(), contexts.ravel(), stride, False)


def as_matrices(model: windows.EmbeddingMatrices) -> tuple[np.ndarray, np.ndarray]:
    words, contexts = (flat.reshape(-1, model.stride).astype(np.float64) for flat in (model.words, model.contexts))
    return words, contexts


def packed(sentences: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    ids = np.array([word for sentence in sentences for word in sentence], np.uint32)
    return ids, np.cumsum([0] + [len(sentence) for sentence in sentences])


def train(
    model: windows.EmbeddingMatrices,
    layout: SenseLayout,
    stage: Stage,
    sentences: list[list[int]],
    shape: windows.WindowShape,
    rate: float = 0.05,
    sampler: windows.Sampler | None = None,
) -> tuple[float, int]:
    ids, offsets = packed(sentences)
    room = kernels.allocate_workspace(len(ids), len(sentences), shape, model.stride, layout.senses, TABLE)
    with np.errstate(over="ignore"):
        result: tuple[float, int] = kernels.train_piece(
            model, layout, stage, sampler or make_sampler(), shape, room, ids, offsets, np.float32(rate), np.uint64(7)
        )
    return result


def check_twin(layout: Any, stage: Any, sentences: list[list[int]], shape: Any, sampler: Any) -> int:
    """Compare a trained piece with its twin; return the number of pairs."""
    model = make_model(layout)
    words, contexts = as_matrices(model)
    loss, pairs = train(model, layout, stage, sentences, shape, sampler=sampler)
    expected = naive.train_piece(words, contexts, layout, stage, sentences, sampler, shape, 0.05, 7, TABLE)
    assert pairs == expected[1]
    assert loss == pytest.approx(expected[0], rel=1e-4)
    for found, wanted in zip(as_matrices(model), (words, contexts), strict=True):
        np.testing.assert_allclose(found, wanted, atol=5e-5)
    return pairs


@pytest.mark.parametrize("stage", [FIRST, SECOND], ids=["first", "second"])
@pytest.mark.parametrize(
    ("senses", "negatives", "window", "fixed"), [(5, 5, 5, False), (2, 1, 1, True), (16, 2, 3, True)]
)
def test_a_trained_piece_equals_its_slow_twin(
    stage: Stage, senses: int, negatives: int, window: int, fixed: bool
) -> None:
    shape = windows.WindowShape(window, fixed, negatives)
    assert check_twin(make_layout(senses, 20), stage, random_sentences(3), shape, make_sampler()) > 100


@given(st.lists(st.lists(st.integers(0, len(COUNTS) + 1), max_size=12), max_size=6), st.integers(2, 16), st.booleans())
def test_any_text_equals_its_slow_twin(sentences: list[list[int]], senses: int, second: bool) -> None:
    shape, sampler = windows.WindowShape(3, False, 2), make_sampler(sample=0)
    check_twin(make_layout(senses, 15), SECOND if second else FIRST, sentences, shape, sampler)


@pytest.mark.parametrize("own", [False, True])
def test_changes_of_rows_and_keys_are_slopes_of_the_loss_with_its_reward(own: bool) -> None:
    stage = Stage(np.float32(0.7), False, np.float32(0.3), np.float32(1), own)
    layout, shape, sampler, rate = make_layout(3, 6), windows.WindowShape(1, True, 2), make_sampler(sample=0), 1e-3
    model = make_model(layout)
    words, contexts = as_matrices(model)
    # Word 9 has one sense and is trained last; word 2 is the centre.
    train(model, layout, stage, [[2, 9]], shape, rate, sampler)
    ended, trained = as_matrices(model)
    generator = naive.Stream(7)
    for _ in range(2):
        generator.bits()  # subsampling
    drawn = [naive.draw_noise(sampler.noise, generator.bits()) for _ in range(2 * 2)]
    drawn += [naive.draw_noise(sampler.noise, generator.bits()) for _ in range(2)]
    near, noise, c = [9], drawn[:-3:-1], contexts[9].copy()
    c[layout.dim] = 1

    def slope(matrix: np.ndarray, row: int, d: int) -> float:
        losses = []
        for change in (1e-4, -1e-4):
            matrix[row, d] += change
            losses.append(naive.window_loss(words, contexts, c, layout, stage, 2, near, noise))
            matrix[row, d] -= change
        return (losses[0] - losses[1]) / 2e-4

    keys = layout.own + 6 if own else layout.shared
    for row in [6, 7, 8, keys, keys + 1, keys + 2]:
        for d in range(layout.dim + (row >= layout.shared)):
            assert (words[row, d] - ended[row, d]) / rate == pytest.approx(slope(words, row, d), abs=2e-3)
    unmoved = sorted(set(range(len(COUNTS))) - {2, 9, *drawn})
    np.testing.assert_array_equal(trained[unmoved], contexts[unmoved])
    np.testing.assert_array_equal(
        np.flatnonzero((ended != words).any(1)), sorted([6, 7, 8, keys, keys + 1, keys + 2, 12 + 5])
    )


def test_rows_stay_zero_behind_their_elements_and_other_keys_do_not_move() -> None:
    layout = make_layout(5, 20)
    for stage in (FIRST, SECOND):
        model = make_model(layout)
        before, _ = as_matrices(model)
        train(model, layout, stage, random_sentences(1), windows.WindowShape(3, False, 5))
        words, contexts = as_matrices(model)
        assert not words[: layout.shared, 20:].any()
        assert not contexts[:, 20:].any()
        assert not words[:, 21:].any()
        unmoved = slice(layout.shared, layout.own) if stage.own else slice(layout.own, None)
        np.testing.assert_array_equal(words[unmoved], before[unmoved])


@pytest.mark.parametrize("sentences", [[], [[]], [[3], [], [1]], [[len(COUNTS)], [len(COUNTS) + 1]]])
def test_text_without_neighbours_changes_nothing(sentences: list[list[int]]) -> None:
    layout = make_layout(5, 20)
    model = make_model(layout)
    before = model.words.copy(), model.contexts.copy()
    assert train(model, layout, SECOND, sentences, windows.WindowShape(3, False, 5)) == (0.0, 0)
    for matrix, unchanged in zip(model[:2], before, strict=True):
        np.testing.assert_array_equal(matrix, unchanged)


def test_gumbel_noise_has_the_distribution_of_its_name() -> None:
    assert (np.diff(TABLE) > 0).all()
    assert float(TABLE.mean()) == pytest.approx(np.euler_gamma, abs=2e-3)
    assert float(TABLE.var()) == pytest.approx(np.pi**2 / 6, abs=2e-2)


@pytest.mark.parametrize("noisy", [False, True])
def test_probabilities_of_a_piece_add_up_to_its_tokens(noisy: bool) -> None:
    layout, shape, sampler = make_layout(5, 20), windows.WindowShape(2, True, 0), make_sampler(sample=0)
    model, sentences = make_model(layout), [[0, 1, 9, 2], [3, 3, 3], [1]]
    words, contexts = as_matrices(model)
    (ids, offsets), stage = packed(sentences), SECOND._replace(noisy=noisy)
    sums = np.zeros(SEVERAL * 5, np.int64)
    room = kernels.allocate_workspace(9, 3, shape._replace(negatives=1), model.stride, 5, TABLE)
    with np.errstate(over="ignore"):
        kernels.add_probabilities(model, layout, stage, sampler, shape, room, ids, offsets, np.uint64(7), sums)
    shares = sums.reshape(-1, 5) / kernels.UNIT
    np.testing.assert_allclose(shares.sum(1), [1, 1, 1, 3], atol=1e-5)
    if not noisy:
        expected = np.zeros((SEVERAL, 5))
        for sentence in sentences:
            for at, word in enumerate(sentence):
                near = sentence[max(0, at - 2) : at] + sentence[at + 1 : at + 3]
                if word < SEVERAL and near:
                    expected[word] += naive.distribution(
                        words, contexts[near].mean(0), layout, word, True, [0.0] * 5, 0.7
                    )
        np.testing.assert_allclose(shares, expected, atol=1e-5)


def test_probabilities_in_context_are_those_of_weighted_means() -> None:
    layout, generator = make_layout(5, 20), np.random.default_rng(3)
    model = make_model(layout)
    contexts = as_matrices(model)[1]
    starts, weights = np.array([0, 5, 5, 8, 10]), generator.random(4).astype(np.float32)
    keys = np.ascontiguousarray(model.words.reshape(-1, model.stride)[layout.own :])
    about = ContextMatrices(model.contexts, keys.ravel(), starts, weights, model.stride, 20, 5)
    texts = [[1, 2], [0], [3, 3, 1], []]
    offsets = np.cumsum([0, *map(len, texts)])
    found = np.empty(4 * 5, np.float32)
    room = np.empty(model.stride, np.float32)
    flat = np.array([word for text in texts for word in text], np.int64)
    context_probabilities(about, numbers_of(0), room, np.arange(4), flat, offsets, found)
    for word, (text, row) in enumerate(zip(texts, found.reshape(4, 5), strict=True)):
        share = weights[text] / weights[text].sum()
        c = np.append(share @ contexts[text, :20] if text else np.zeros(20), 1)
        z = keys[starts[word] : starts[word + 1], :21] @ c
        expected = np.exp(z) / np.exp(z).sum() if len(z) else [1.0]
        np.testing.assert_allclose(row, [*expected, *[0] * (5 - len(expected))], atol=1e-5)


@pytest.mark.parametrize("number", [1, 6, 7, 12, 13, 16])
def test_products_and_updates_of_consecutive_rows(number: int) -> None:
    assert disambiguated_rows.MOST == simd.LANES
    layout = make_layout(number, 15)
    model = make_model(layout)
    words, _ = as_matrices(model)
    c = np.append(np.random.default_rng(1).normal(size=15), 1)
    about = ContextMatrices(
        model.contexts, model.words, np.array([0, number]), np.ones(1, np.float32), model.stride, 15, number
    )
    model.contexts[:15] = c[:15]
    found = np.empty(number, np.float32)
    room, one = np.empty(model.stride, np.float32), np.zeros(1, np.int64)
    context_probabilities(about, numbers_of(0), room, one, one, np.array([0, 1]), found)
    z = words[:number, :16] @ c
    np.testing.assert_allclose(found, np.exp(z - z.max()) / np.exp(z - z.max()).sum(), atol=1e-5)

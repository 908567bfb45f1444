"""The kernels of skip-gram and CBOW against their naive twins, numerical slopes and exact probabilities."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wordvec.kernels import cbow, initial_rows, rng, sampling, skipgram, windows
from wordvec.kernels._jit import kernel

COUNTS = np.array([50, 30, 20, 10, 5, 3, 2, 1, 1, 1, 1])
MODELS = [(skipgram, naive.skipgram_window), (cbow, naive.cbow_window)]


def make_model(dim: int, words: int = len(COUNTS), frozen: bool = False, seed: int = 0) -> windows.EmbeddingMatrices:
    stride = -(-dim // 16) * 16
    generator = np.random.default_rng(seed)
    matrices = np.zeros((2, words, stride), np.float32)
    matrices[:, :, :dim] = generator.normal(0, 0.5, (2, words, dim))
    return windows.EmbeddingMatrices(matrices[0].ravel(), matrices[1].ravel(), stride, frozen)


def make_sampler(counts: np.ndarray = COUNTS, sample: float = 0.1) -> windows.Sampler:
    return windows.Sampler(sampling.keep_thresholds(counts, sample), sampling.noise_table(counts, 0.75))


def shape_of(window: int, fixed: bool, negatives: int, per_pair: bool = False) -> windows.WindowShape:
    return windows.WindowShape(window, fixed, negatives, per_pair, pace=naive.PACE)


def train(
    kernel: ModuleType,
    model: windows.EmbeddingMatrices,
    sentences: list[list[int]],
    shape: windows.WindowShape,
    rate: float = 0.05,
    state: int = 7,
    sampler: windows.Sampler | None = None,
) -> tuple[float, int]:
    ids = np.array([word for sentence in sentences for word in sentence], np.uint32)
    offsets = np.cumsum([0] + [len(sentence) for sentence in sentences])
    room = windows.allocate_workspace(len(ids), len(sentences), shape, model.stride)
    with np.errstate(over="ignore"):
        return kernel.train_piece(
            model, sampler or make_sampler(), shape, room, ids, offsets, np.float32(rate), np.uint64(state)
        )


def as_matrix(flat: np.ndarray, model: windows.EmbeddingMatrices) -> np.ndarray:
    return flat.reshape(-1, model.stride).astype(np.float64)


def random_sentences(seed: int, words: int = len(COUNTS) + 2) -> list[list[int]]:
    generator = np.random.default_rng(seed)
    return [generator.integers(0, words, generator.integers(0, 15)).tolist() for _ in range(12)]


@pytest.mark.parametrize(("kernel", "step"), MODELS)
def test_private_output_rows_are_trained_in_place_of_the_shared_ones(
    kernel: ModuleType, step: Callable[..., Any]
) -> None:
    shared, model = make_model(dim=20), make_model(dim=20)
    before, private, shift = model.contexts.copy(), 4, len(COUNTS) + 3
    room = np.full(3 * model.stride, np.nan, np.float32)
    own = np.concatenate([before, room, before[: private * model.stride]])
    model = model._replace(contexts=own, private=private, shift=shift)
    for each in (shared, model):
        train(kernel, each, random_sentences(3), shape_of(5, False, 5))
    np.testing.assert_array_equal(model.words, shared.words)
    found, rows = own.reshape(-1, model.stride), shared.contexts.reshape(-1, model.stride)
    np.testing.assert_array_equal(found[shift:], rows[:private])
    np.testing.assert_array_equal(found[private : len(COUNTS)], rows[private:])
    np.testing.assert_array_equal(found[:private], before.reshape(-1, model.stride)[:private])
    assert (found[shift:] != found[:private]).any()


@pytest.mark.parametrize(("kernel", "step"), MODELS)
@pytest.mark.parametrize(("negatives", "window", "fixed"), [(5, 5, False), (1, 1, True), (12, 3, False), (17, 2, True)])
def test_a_trained_piece_equals_its_slow_twin(
    kernel: ModuleType, step: Callable[..., Any], negatives: int, window: int, fixed: bool
) -> None:
    model, sampler = make_model(dim=20), make_sampler()
    words, contexts = as_matrix(model.words, model), as_matrix(model.contexts, model)
    sentences = random_sentences(3)
    loss, pairs = train(kernel, model, sentences, shape_of(window, fixed, negatives))
    expected = naive.train_piece(
        step, words, contexts, sentences, sampler.keep, sampler.noise, window, negatives, 0.05, 7, fixed
    )
    assert pairs == expected[1] > 100
    assert loss == pytest.approx(expected[0], rel=1e-4)
    np.testing.assert_allclose(as_matrix(model.words, model), words, atol=2e-5)
    np.testing.assert_allclose(as_matrix(model.contexts, model), contexts, atol=2e-5)


@pytest.mark.parametrize(("kernel", "step"), MODELS)
def test_words_beyond_the_noise_words_have_inputs_of_their_own_and_shared_outputs(
    kernel: ModuleType, step: Callable[..., Any]
) -> None:
    size, shared = len(COUNTS), np.array([2, 0, 2, 7], np.uint32)
    rows = make_model(dim=20, words=size + len(shared))
    model = rows._replace(contexts=rows.contexts[: size * rows.stride].copy())
    keep = sampling.keep_thresholds(COUNTS, 0.1)
    sampler = windows.Sampler(np.concatenate([keep, keep[shared]]), sampling.noise_table(COUNTS, 0.75), shared)
    words, contexts = as_matrix(model.words, model), as_matrix(model.contexts, model)
    sentences = random_sentences(5, size + len(shared) + 2)
    loss, pairs = train(kernel, model, sentences, shape_of(4, False, 5), sampler=sampler)
    expected = naive.train_piece(
        step, words, contexts, sentences, sampler.keep, sampler.noise, 4, 5, 0.05, 7, shared=shared.tolist()
    )
    assert (loss, pairs) == (pytest.approx(expected[0], rel=1e-4), expected[1])
    np.testing.assert_allclose(as_matrix(model.words, model), words, atol=2e-5)
    np.testing.assert_allclose(as_matrix(model.contexts, model), contexts, atol=2e-5)


def test_noise_can_be_drawn_for_each_pair() -> None:
    model, sampler = make_model(dim=20), make_sampler()
    words, contexts = as_matrix(model.words, model), as_matrix(model.contexts, model)
    sentences = random_sentences(4)
    loss, pairs = train(skipgram, model, sentences, shape_of(4, False, 3, per_pair=True))
    expected = naive.train_piece(
        naive.skipgram_window, words, contexts, sentences, sampler.keep, sampler.noise, 4, 3, 0.05, 7, per_pair=True
    )
    assert (loss, pairs) == (pytest.approx(expected[0], rel=1e-4), expected[1])
    np.testing.assert_allclose(as_matrix(model.words, model), words, atol=2e-5)


@pytest.mark.parametrize(("kernel", "pace"), [(skipgram, 0.0), (cbow, 0.0), (cbow, 3.0)])
def test_the_change_of_a_row_is_the_slope_of_the_loss(kernel: ModuleType, pace: float) -> None:
    """Changes at a tiny rate, divided by the rate, against finite differences of the loss that the kernel returns."""
    sentence, shape = [[1, 2, 3]], shape_of(2, True, 2)._replace(pace=pace)
    sampler = make_sampler(sample=0)
    paces = (pace * 2**0.8 if pace else 1, 1)  # every window has two words
    rate, step = 1e-4, 1e-2

    def loss_with(matrix: int, row: int, d: int, change: float) -> float:
        model = make_model(dim=8)
        model[matrix][row * model.stride + d] += change
        return train(kernel, model, sentence, shape, rate=1e-30, sampler=sampler)[0]

    before, after = make_model(dim=8), make_model(dim=8)
    train(kernel, after, sentence, shape, rate=rate, sampler=sampler)
    for matrix in (0, 1):
        for row in range(5):
            for d in (0, 3, 7):
                slope = (loss_with(matrix, row, d, step) - loss_with(matrix, row, d, -step)) / (2 * step)
                place = row * before.stride + d
                moved = (float(after[matrix][place]) - float(before[matrix][place])) / rate
                assert -moved == pytest.approx(paces[matrix] * slope, abs=1e-2), (matrix, row, d)


@pytest.mark.parametrize("kernel", [skipgram, cbow])
@pytest.mark.parametrize("negatives", [5, 9])
def test_frozen_contexts_do_not_move_by_one_bit(kernel: ModuleType, negatives: int) -> None:
    model = make_model(dim=20, frozen=True)
    words, contexts = model.words.copy(), model.contexts.copy()
    train(kernel, model, random_sentences(5), shape_of(5, False, negatives))
    assert contexts.tobytes() == model.contexts.tobytes()
    assert not np.array_equal(words, model.words)


@pytest.mark.parametrize("kernel", [skipgram, cbow])
def test_the_padding_of_rows_stays_zero(kernel: ModuleType) -> None:
    model = make_model(dim=17)
    train(kernel, model, random_sentences(6), shape_of(5, False, 7))
    for flat in (model.words, model.contexts):
        assert not flat.reshape(-1, model.stride)[:, 17:].any()


@pytest.mark.parametrize("kernel", [skipgram, cbow])
@pytest.mark.parametrize("sentences", [[[]], [[3]], [[3], [4], []], [[20, 21, 22]], [[3, 99]]])
def test_text_without_neighbours_changes_nothing(kernel: ModuleType, sentences: list[list[int]]) -> None:
    model = make_model(dim=16)
    before = model.words.tobytes(), model.contexts.tobytes()
    assert train(kernel, model, sentences, shape_of(5, False, 5)) == (0.0, 0)
    assert (model.words.tobytes(), model.contexts.tobytes()) == before


@pytest.mark.parametrize(("kernel", "step"), MODELS)
def test_two_words_are_enough_and_their_noise_may_be_the_centre(kernel: ModuleType, step: Callable[..., Any]) -> None:
    model, sampler = make_model(dim=16, words=2), make_sampler(np.array([2, 1]), sample=0)
    words, contexts = as_matrix(model.words, model), as_matrix(model.contexts, model)
    loss, pairs = train(kernel, model, [[0, 1, 0]], shape_of(2, True, 5), sampler=sampler)
    expected = naive.train_piece(step, words, contexts, [[0, 1, 0]], sampler.keep, sampler.noise, 2, 5, 0.05, 7, True)
    assert (loss, pairs) == (pytest.approx(expected[0], rel=1e-4), expected[1])
    assert pairs < 3 * 6 * (2 if kernel is skipgram else 1)
    np.testing.assert_allclose(as_matrix(model.contexts, model), contexts, atol=2e-5)


@pytest.mark.parametrize("kernel", [skipgram, cbow])
def test_a_nan_in_a_row_shows_in_the_loss(kernel: ModuleType) -> None:
    model = make_model(dim=16)
    model.words[:] = np.nan
    assert np.isnan(train(kernel, model, random_sentences(7), shape_of(5, False, 5))[0])


@kernel
def _draw(table: Any, state: Any, words: Any) -> None:
    for draw in range(len(words)):
        state += rng.GOLDEN
        words[draw] = sampling.draw_noise(table, rng.mix(state))


def test_noise_is_drawn_with_its_exact_probability() -> None:
    """A chi-squared statistic over 20,000 draws, against its 99.99 % bound (10 degrees of freedom: 35.6)."""
    words = np.empty(20_000, np.int64)
    with np.errstate(over="ignore"):
        _draw(sampling.noise_table(COUNTS, 0.75), np.uint64(11), words)
    draws = np.bincount(words, minlength=len(COUNTS))
    expected = np.array(naive.noise_probabilities(COUNTS.tolist(), 0.75)) * draws.sum()
    assert float(((draws - expected) ** 2 / expected).sum()) < 35.6


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=50), st.sampled_from([0.0, 0.5, 0.75, 1.0]))
def test_an_alias_table_holds_the_exact_probabilities(counts: list[int], power: float) -> None:
    table = sampling.noise_table(np.array(counts), power).astype(np.float64)
    own, other = table[::2] / 2**32, table[1::2].astype(int)
    held = own.copy()
    np.add.at(held, other, 1 - own)
    np.testing.assert_allclose(held / len(counts), naive.noise_probabilities(counts, power), atol=2e-9 * len(counts))


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=50), st.floats(1e-6, 1))
def test_subsampling_keeps_as_word2vec_does(counts: list[int], sample: float) -> None:
    kept = sampling.keep_thresholds(np.array(counts), sample) / 2**32
    np.testing.assert_allclose(kept, naive.keep_probabilities(counts, sample), atol=1e-9)


def test_published_values_of_subsampling() -> None:
    """count / (sample · total) = 1, 4, 10, 100, 1000 keep 1, .75, .4162, .11, .0326 of the tokens."""
    counts = np.array([1000, 100, 10, 4, 1, 8885])
    kept = sampling.keep_thresholds(counts, 1 / 10_000) / 2**32
    np.testing.assert_allclose(kept[:5], [0.0326, 0.11, 0.4162, 0.75, 1.0], atol=5e-5)


@pytest.mark.parametrize("word", ["king", "Überraschung", "日本"])
def test_a_row_starts_as_a_function_of_seed_and_word_alone(word: str) -> None:
    for others in (["a"], ["some", "other", "words"]):
        names = [*others, word]
        packed = np.frombuffer("".join(names).encode(), np.uint8)
        starts = np.cumsum([0] + [len(name.encode()) for name in names])
        matrix = np.zeros(len(names) * 16, np.float32)
        with np.errstate(over="ignore"):
            initial_rows.start_rows(packed, starts, 5, 10, matrix, 16)
        np.testing.assert_allclose(matrix.reshape(-1, 16)[-1, :10], naive.start_row(word, 5, 10), atol=1e-8)
        assert not matrix.reshape(-1, 16)[:, 10:].any()


@given(st.integers(0, 2**40), st.integers(0, 1000), st.integers(0, 10**6))
@settings(deadline=None)
def test_streams_equal_their_twin(seed: int, epoch: int, piece: int) -> None:
    with np.errstate(over="ignore"):
        assert int(rng.piece_stream(seed, epoch, piece)) == naive.piece_stream(seed, epoch, piece)

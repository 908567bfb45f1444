"""AdaGram's kernels against their twin, SciPy's digamma, exact posteriors and finite differences."""

from typing import Any

import naive_adagram as naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from naive_softmax import word2vec_paths
from scipy.special import psi
from test_training_kernels import COUNTS, random_sentences

from wordvec.kernels import adagram, paths, sampling, stick_breaking, windows
from wordvec.kernels._jit import kernel
from wordvec.kernels.adagram_windows import SenseMatrices, allocate_workspace
from wordvec.kernels.digamma import digamma, logarithm
from wordvec.kernels.stick_breaking import Prior, stick_breaking_prior
from wordvec.softmax import HuffmanTree

WORDS = len(COUNTS)


def prior_of(senses: int, alpha: float = 0.1, discount: float = 0.0, several: int = WORDS) -> Prior:
    return stick_breaking_prior(senses, several, alpha, discount)


def model_of(
    senses: int = 5, dim: int = 20, frozen: bool = False, several: int = WORDS, seed: int = 0
) -> SenseMatrices:
    generator = np.random.default_rng(seed)
    stride, width, rows = -(-dim // 16) * 16, prior_of(senses).width, WORDS + several * (senses - 1)
    words, contexts = np.zeros((rows, stride), np.float32), np.zeros((WORDS, stride), np.float32)
    words[:, :dim] = generator.normal(0, 0.5, (rows, dim))
    contexts[: WORDS - 1, :dim] = generator.normal(0, 0.5, (WORDS - 1, dim))
    counts, tokens = np.zeros((several, width), np.float32), COUNTS[:several].astype(np.float32)
    counts[:, :senses] = generator.dirichlet([0.5] * senses, several) * tokens[:, None]
    # Words with one, two and more senses; all others are new.
    for word in range(several):
        counts[word, 1 + word % senses :] = 0
    return SenseMatrices(words.ravel(), contexts.ravel(), stride, frozen, counts.ravel(), tokens)


def train(
    model: SenseMatrices,
    prior: Prior,
    sentences: list[list[int]],
    window: int = 4,
    fixed: bool = False,
    rate: float = 0.05,
    sample: float = 0.1,
    counts: np.ndarray = COUNTS,
) -> tuple[float, int]:
    tree = HuffmanTree(counts)
    of = paths.Paths(sampling.keep_thresholds(counts, sample), tree.up)
    ids = np.array([word for sentence in sentences for word in sentence], np.uint32)
    offsets = np.cumsum([0] + [len(sentence) for sentence in sentences])
    shape = windows.WindowShape(window, fixed, 0)
    outputs = 2 * window * tree.longest
    room = allocate_workspace(len(ids), len(sentences), len(counts), outputs, model.stride, prior.senses)
    with np.errstate(over="ignore"):
        found: tuple[float, int] = adagram.train_piece(
            model, prior, of, shape, room, ids, offsets, np.float32(rate), np.uint64(7)
        )
    assert (room.slots == -1).all()
    return found


def as_naive(model: SenseMatrices, prior: Prior) -> naive.Model:
    rows = list(model.words.reshape(-1, model.stride).astype(np.float64))
    split = prior.several * prior.senses
    several = [np.array(rows[first : first + prior.senses]) for first in range(0, split, prior.senses)]
    counts = model.counts.reshape(-1, prior.width)[:, : prior.senses].astype(np.float64)
    single = [np.array([row]) for row in rows[split:]]
    return naive.Model(
        several + single,
        model.contexts.reshape(-1, model.stride).astype(np.float64),
        list(counts) + [np.ones(1) for _ in single],
        np.append(model.tokens.astype(np.float64), np.ones(len(single))),
        prior.alpha,
        prior.discount,
    )


def check_equals_twin(
    senses: int,
    sentences: list[list[int]],
    window: int,
    fixed: bool,
    dim: int = 20,
    sample: float = 0.1,
    several: int = WORDS,
    **of: float,
) -> int:
    prior, model = prior_of(senses, several=several, **of), model_of(senses, dim, several=several)
    twin = as_naive(model, prior)
    keep = sampling.keep_thresholds(COUNTS, sample)
    loss, pairs = naive.piece(twin, word2vec_paths(COUNTS.tolist()), sentences, keep, window, 0.05, 7, fixed)
    found = train(model, prior, sentences, window, fixed, sample=sample)
    assert found == (pytest.approx(loss, rel=2e-4), pairs)
    after = as_naive(model, prior)
    np.testing.assert_allclose(np.concatenate(after.words), np.concatenate(twin.words), atol=1e-4)
    np.testing.assert_allclose(after.contexts, twin.contexts, atol=1e-4)
    np.testing.assert_allclose(np.concatenate(after.counts), np.concatenate(twin.counts), atol=2e-3)
    return pairs


@kernel
def _digammas(values: np.ndarray, found: np.ndarray, logs: np.ndarray) -> None:
    for place in range(len(values)):
        found[place] = digamma(values[place])
        logs[place] = logarithm(values[place] + 1.0)


class TestPrior:
    def test_digamma_and_logarithm_are_those_of_scipy_and_numpy(self) -> None:
        values = np.append(np.geomspace(1e-6, 1e15, 700), np.arange(1, 60) / 4)
        found, logs = np.empty_like(values), np.empty_like(values)
        _digammas(values, found, logs)
        np.testing.assert_allclose(found, psi(values), rtol=3e-13, atol=3e-14)
        np.testing.assert_allclose(logs, np.log(values + 1), rtol=2e-15)

    @given(
        st.lists(st.floats(0, 1e7, width=32), min_size=1, max_size=20),
        st.floats(0.01, 2),
        st.floats(0, 0.9),
    )
    def test_expected_shares_and_logarithms_are_those_of_the_beta_distributions(
        self, counts: list[float], alpha: float, discount: float
    ) -> None:
        prior = prior_of(len(counts), alpha, discount)
        row = np.zeros(2 * prior.width, np.float32)
        row[prior.width :][: len(counts)] = counts
        logs, scratch, shares = np.empty(2 * len(counts)), np.empty(len(counts)), np.empty(2 * len(counts))
        stick_breaking.expected_logs(prior, row, scratch, logs)
        stick_breaking.expected_shares(prior, row, shares)
        for word, of in enumerate((np.zeros(len(counts)), np.array(counts))):
            part = slice(word * len(counts), (word + 1) * len(counts))
            np.testing.assert_allclose(logs[part], naive.expected_logs(of, alpha, discount), rtol=1e-6, atol=1e-9)
            np.testing.assert_allclose(shares[part], naive.expected_shares(of, alpha, discount), rtol=1e-6, atol=1e-12)
            assert shares[part].sum() == pytest.approx(1)


@pytest.mark.parametrize("senses", [1, 2, 5, 17])
@pytest.mark.parametrize(("window", "fixed", "discount"), [(5, False, 0.0), (1, True, 0.3), (3, True, 0.0)])
def test_a_trained_piece_equals_its_slow_twin(senses: int, window: int, fixed: bool, discount: float) -> None:
    pairs = check_equals_twin(senses, random_sentences(3), window, fixed, sample=0.9, alpha=0.2, discount=discount)
    assert pairs > 30


@given(
    st.lists(st.lists(st.integers(0, WORDS + 1), max_size=12), max_size=6),
    st.integers(1, 4),
    st.integers(1, 6),
    st.integers(0, WORDS),
)
def test_any_text_equals_its_slow_twin(sentences: list[list[int]], window: int, senses: int, several: int) -> None:
    check_equals_twin(senses, sentences, window, False, dim=5, sample=0, several=several)


def even_model(senses: int) -> SenseMatrices:
    """Return a model whose senses have equal numbers of tokens."""
    model = model_of(senses, 8)
    model.counts.reshape(WORDS, -1)[:, :senses] = COUNTS[:, None] / senses
    return model


def test_one_sense_is_trained_by_the_plain_gradient_of_hierarchical_softmax() -> None:
    """One window with one input row: changes at a tiny rate against finite differences of the returned loss."""
    prior, rate, step = prior_of(1), 1e-4, 1e-2

    def loss_with(matrix: int, place: int, change: float) -> float:
        model = even_model(1)
        model[matrix][place] += change
        return train(model, prior, [[4, 9]], rate=1e-30, sample=0)[0]

    check_slopes(prior, [4, 9], range(5), rate, step, loss_with)


def test_the_change_of_a_row_is_the_slope_of_the_loss_with_the_posterior_held() -> None:
    """The loss is weighted by the posterior of the model before the change, as in variational inference."""
    senses, rate, step = 3, 1e-4, 1e-2
    prior, tree = prior_of(senses), word2vec_paths(COUNTS.tolist())
    before = as_naive(even_model(senses), prior)
    held = {centre: naive.posterior(before, centre, [near], tree) for centre, near in ((4, 9), (9, 4))}
    assert all((z > 0.01).sum() > 1 for z in held.values())

    def loss_with(matrix: int, place: int, change: float) -> float:
        model = even_model(senses)
        model[matrix][place] += change
        moved = as_naive(model, prior)
        return -sum(
            z[k] * naive.log_probability(moved.words[centre][k], moved.contexts, tree[near])
            for (centre, z), near in zip(held.items(), (9, 4), strict=True)
            for k in range(senses)
        )

    check_slopes(prior, [4 * senses + 1, 9 * senses], range(5), rate, step, loss_with)


def check_slopes(prior: Prior, rows: Any, nodes: Any, rate: float, step: float, loss_with: Any) -> None:
    before, after = even_model(prior.senses), even_model(prior.senses)
    train(after, prior, [[4, 9]], rate=rate, sample=0)
    for matrix, places in ((0, rows), (1, nodes)):
        for row in places:
            for d in (0, 7):
                place = row * before.stride + d
                slope = (loss_with(matrix, place, step) - loss_with(matrix, place, -step)) / (2 * step)
                moved = (float(after[matrix][place]) - float(before[matrix][place])) / rate
                assert -moved == pytest.approx(slope, abs=2e-2), (matrix, row, d)


def test_a_sense_below_the_threshold_stays_new() -> None:
    prior, model = prior_of(4), model_of(4)
    counts = model.counts.reshape(WORDS, -1)
    counts[:, :4] = COUNTS[:, None] * [1, 0, 0, 0]
    model.words.reshape(WORDS, 4, -1)[:, 1:] = model.words.reshape(WORDS, 4, -1)[:, :1]
    before = model.words.copy().reshape(WORDS, 4, -1)
    train(model, prior, random_sentences(4))
    after = model.words.reshape(WORDS, 4, -1)
    assert (after[:9, 0] != before[:9, 0]).any()
    # E[log π_3] is about −20, and a third sense that is like the first has no other advantage.
    assert not counts[:, 2:4].any()
    np.testing.assert_array_equal(after[:, 2:], before[:, 2:])


def test_a_new_sense_begins_where_the_others_fail() -> None:
    prior, model = prior_of(4), model_of(4, dim=16)
    counts, rows = model.counts.reshape(WORDS, -1), model.words.reshape(WORDS, 4, -1)
    counts[:, :4] = COUNTS[:, None] * [1, 0, 0, 0]
    rows[:, 0] *= 30
    rows[:, 1:] = 0
    train(model, prior, random_sentences(4), rate=0.02)
    assert (counts[:9, 1] > 1).any()
    assert rows[:, 1].any()
    np.testing.assert_allclose(counts.sum(axis=1), COUNTS, rtol=1e-2)


def test_the_counts_of_a_word_add_up_to_its_tokens() -> None:
    prior, model = prior_of(5), model_of(5)
    model.counts.reshape(WORDS, -1)[:, 0] += COUNTS - model.counts.reshape(WORDS, -1).sum(axis=1)
    train(model, prior, random_sentences(8) * 5, rate=0.3)
    # A posterior below the threshold counts as 0.
    np.testing.assert_allclose(model.counts.reshape(WORDS, -1).sum(axis=1), COUNTS, rtol=1e-3)


def test_frozen_nodes_do_not_move_by_one_bit_nor_do_counts() -> None:
    prior, model = prior_of(5), model_of(5, frozen=True)
    before = model.contexts.copy(), model.counts.copy(), model.words.copy()
    train(model, prior, random_sentences(8))
    assert (model.contexts.tobytes(), model.counts.tobytes()) == (before[0].tobytes(), before[1].tobytes())
    assert (model.words != before[2]).any()


@pytest.mark.parametrize("sentences", [[[]], [[3]], [[3], [4], []], [[20, 21, 22]], [[3, 99]]])
def test_text_without_neighbours_changes_nothing(sentences: list[list[int]]) -> None:
    model = model_of(dim=16)
    before = model.words.tobytes(), model.contexts.tobytes(), model.counts.tobytes()
    assert train(model, prior_of(5), sentences) == (0.0, 0)
    assert (model.words.tobytes(), model.contexts.tobytes(), model.counts.tobytes()) == before


def test_padding_and_the_row_without_a_node_stay() -> None:
    model, prior = model_of(dim=17), prior_of(5)
    train(model, prior, random_sentences(6))
    assert not model.contexts.reshape(-1, model.stride)[-1].any()
    for flat in (model.words, model.contexts):
        assert not flat.reshape(-1, model.stride)[:, 17:].any()
    assert not model.counts.reshape(WORDS, -1)[:, 5:].any()


def test_a_nan_in_a_row_shows_in_the_loss() -> None:
    model = model_of(dim=16)
    model.words[: 16 * 3] = np.nan
    assert np.isnan(train(model, prior_of(5), random_sentences(7))[0])

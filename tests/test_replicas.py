"""Training on replicas: its kernels against their twins, its schedule, and the promise of the same bits."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import naive_replicas as naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_trainers import SMALL, StopAfter, same_bits, text

from wordvec import CBOW, EncodedCorpus, FastText, SkipGram
from wordvec.errors import InputError, Interrupted
from wordvec.kernels import combination
from wordvec.trainers import schedule, updates
from wordvec.trainers.base import Trainer
from wordvec.trainers.checkpoint import Checkpoint
from wordvec.trainers.pieces import Pieces

TRAINERS = [SkipGram, CBOW, FastText]
REPLICAS = SMALL | {"replicas": 3, "round_tokens": 2_000}
ROWS, STRIDE = 30, 32


@pytest.fixture(scope="module")
def corpus() -> Iterator[EncodedCorpus]:
    with EncodedCorpus.from_sentences(text()) as encoded:
        yield encoded


@pytest.fixture(autouse=True)
def short_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wordvec.trainers.pieces.PIECE_TOKENS", 1_000)


def replicated(replicas: int, seed: int = 0) -> combination.Replicated:
    random = np.random.default_rng(seed)
    base = random.normal(0.1, 1, (ROWS, STRIDE)).astype(np.float32)
    copies = (base + random.normal(0, 0.1, (replicas, ROWS, STRIDE))).astype(np.float32)
    starts = np.arange(0, 41, 2)
    return combination.Replicated(
        base.reshape(-1),
        copies.reshape(-1),
        STRIDE,
        random.permutation(ROWS),
        np.sort(random.integers(0, 3, ROWS)).astype(np.uint8),
        random.exponential(3, ROWS),
        combination.Met(starts, random.integers(0, ROWS, 40)),
    )


def matrix_of(flat: np.ndarray, *shape: int) -> np.ndarray:
    return flat.astype(np.float64).reshape(*shape, ROWS, STRIDE)


@pytest.mark.parametrize("replicas", [2, 3, 8])
def test_combined_rows_equal_their_slow_twin(replicas: int) -> None:
    matrix, tokens = replicated(replicas), np.array([0.0, 1.0, 40.0])
    other = replicated(replicas, seed=1)
    direction = np.empty(STRIDE, np.float32)
    combination.mean_squares(other, direction)
    before, copies = matrix_of(matrix.base), matrix_of(matrix.replicas, replicas)
    counts = np.empty(ROWS)
    counts[matrix.order] = tokens[matrix.levels] * matrix.updates
    expected = naive.combined(before, copies, counts, direction.astype(np.float64), 0.4, 0.01)
    combination.combine(matrix, direction, 0.4, 0.01, tokens, 5, ROWS)
    done, left = matrix.order[5:], matrix.order[:5]
    np.testing.assert_allclose(matrix_of(matrix.base)[done], expected[done], atol=1e-5)
    np.testing.assert_array_equal(matrix_of(matrix.base)[left], before[left])
    after = matrix_of(matrix.replicas, replicas)
    assert (after[:, done] == matrix_of(matrix.base)[done]).all()
    np.testing.assert_array_equal(after[:, left], copies[:, left])


def test_mean_squares_equal_their_slow_twin() -> None:
    matrix, direction = replicated(2), np.empty(STRIDE, np.float32)
    met = [matrix.met.rows[first:last] for first, last in itertools.pairwise(matrix.met.starts)]
    expected = naive.mean_squares(matrix_of(matrix.replicas, 2)[0], met)
    assert combination.mean_squares(matrix, direction) == pytest.approx(expected[1:], rel=1e-5)
    np.testing.assert_allclose(direction, expected[0], atol=1e-6)


def test_a_matrix_of_zeros_has_no_curvature() -> None:
    matrix, direction = replicated(2), np.empty(STRIDE, np.float32)
    matrix.replicas[:] = 0
    assert combination.mean_squares(matrix, direction) == (0, 0)
    assert not direction.any()


@given(st.floats(0, 1e6), st.integers(2, 64))
def test_changes_are_added_at_first_and_averaged_in_the_end(x: float, replicas: int) -> None:
    found = naive.factor(x, replicas)
    assert 1 / replicas <= found <= 1
    assert naive.factor(0, replicas) == 1
    assert naive.factor(1e6, replicas) == pytest.approx(1 / replicas)
    exact = sum(np.exp(-power * x) for power in range(replicas)) / replicas
    assert found == pytest.approx(exact, rel=0.02)


@given(st.integers(1, 9), st.integers(1, 4_000))
def test_each_piece_is_trained_once_and_each_row_combined_in_its_rounds(replicas: int, tokens: int) -> None:
    class Text:
        ids = np.zeros(40_000, np.uint32)
        offsets = np.arange(0, 40_001, 20)

    pieces = Pieces(Text(), 2, 1, 0.1)
    plan = schedule.Schedule(pieces, replicas, tokens)
    rounds = list(plan.rounds(0, len(pieces)))
    trained = [index for one in rounds for share in plan.shares(one) for index in share]
    assert sorted(trained) == list(range(len(pieces)))
    since = np.zeros(schedule.LEVELS)
    for one in rounds:
        since += pieces.tokens_before(one.stop) - pieces.tokens_before(one.start)
        np.testing.assert_allclose(plan.tokens(one), since / replicas)
        since[: plan.last_level(one.stop) + 1] = 0
    assert not since.any()


def test_rows_are_combined_after_about_as_many_updates(corpus: EncodedCorpus) -> None:
    pieces = Pieces(corpus, 1, 1, 0.1)
    plan = schedule.Schedule(pieces, 2, 2_000)
    tokens = pieces.tokens * plan.size / pieces.per_epoch / 2
    often = np.array([1e9, 1, 0.5, 1e-3, 0]) * schedule.UPDATES / tokens
    assert plan.levels(often).tolist() == [0, 0, 1, 9, schedule.LEVELS - 1]


@pytest.mark.parametrize("trainer", [SkipGram, CBOW])
def test_expected_updates_are_those_of_training(trainer: type[SkipGram], corpus: EncodedCorpus) -> None:
    checkpoint = Checkpoint(Path("unused"))
    settings = trainer(**SMALL | {"epochs": 1, "window": 2, "sample": 1e-2})
    settings.fit(corpus, checkpoint=checkpoint)
    assert checkpoint.state is not None
    pairs = checkpoint.state.losses[0][1]
    expected = settings.model_of(corpus).updates()
    total = expected.words.sum() if trainer is SkipGram else expected.contexts.sum()
    # The first and last words of a sentence of 16 have shorter windows, and noise equal to the centre is ignored.
    assert 0.8 * pairs < total * len(corpus.ids) < 1.3 * pairs


def test_noise_has_the_probabilities_of_its_table() -> None:
    from wordvec.kernels.sampling import noise_table

    counts = np.array([50, 20, 20, 3, 1])
    np.testing.assert_allclose(updates.noise(noise_table(counts, 0.75)), counts**0.75 / (counts**0.75).sum(), rtol=1e-6)


def test_a_sample_has_rows_in_proportion_to_their_weights() -> None:
    weights = np.array([8.0, 4, 0, 4])
    for together in (1, 3):
        met = updates.sample(weights, together)
        assert (np.bincount(met.rows) / together / updates.SAMPLES).tolist() == [0.5, 0.25, 0, 0.25]
        assert np.diff(met.starts).tolist() == [together] * updates.SAMPLES


@pytest.mark.parametrize("trainer", TRAINERS)
def test_the_number_of_threads_changes_no_bit(trainer: type[Trainer], corpus: EncodedCorpus) -> None:
    results = [trainer(**REPLICAS | {"threads": threads}).fit(corpus) for threads in (1, 2, 3, 5)]
    assert all(same_bits(results[0], other) for other in results[1:])
    assert all(result.metadata["training"]["repeatable"] for result in results)
    assert [result.metadata["training"]["threads"] for result in results] == [1, 2, 3, 3]
    other = trainer(**REPLICAS | {"replicas": 2}).fit(corpus)
    assert not same_bits(results[0], other)


@pytest.mark.parametrize("trainer", TRAINERS)
@pytest.mark.parametrize("rounds", [1, 3, 9])
def test_resumed_training_has_the_bits_of_an_uninterrupted_one(
    trainer: type[Trainer], rounds: int, corpus: EncodedCorpus, tmp_path: Path
) -> None:
    whole, folder = trainer(**REPLICAS).fit(corpus), tmp_path / "out.partial"
    with pytest.raises(Interrupted):
        trainer(**REPLICAS | {"threads": 2}).fit(corpus, checkpoint=Checkpoint(folder), stop=StopAfter(rounds))
    resumed = trainer(**REPLICAS | {"threads": 3}).fit(corpus, checkpoint=Checkpoint.open(folder))
    assert same_bits(whole, resumed)
    assert whole.metadata["training"]["loss"] == resumed.metadata["training"]["loss"]


def test_a_damaged_matrix_of_the_replicas_is_refused(corpus: EncodedCorpus, tmp_path: Path) -> None:
    folder = tmp_path / "out.partial"
    with pytest.raises(Interrupted):
        SkipGram(**REPLICAS).fit(corpus, checkpoint=Checkpoint(folder), stop=StopAfter(3))
    (path,) = folder.glob("replicas-contexts-*.npy")
    path.write_bytes(path.read_bytes()[:-4] + b"half")
    with pytest.raises(InputError, match="damaged"):
        SkipGram(**REPLICAS).fit(corpus, checkpoint=Checkpoint.open(folder))


def test_training_that_stops_early_combines_all_rows(corpus: EncodedCorpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wordvec.trainers.loop.SECONDS_BETWEEN_REPORTS", 0.0)
    calls = itertools.count()
    vectors = SkipGram(**REPLICAS).fit(corpus, on_report=lambda _: next(calls) < 20)
    assert vectors.metadata["training"]["stopped"]["share"] < 0.5
    start = SkipGram(**REPLICAS).model_of(corpus).words[:, :20]
    assert (vectors.matrix != start).any(axis=1).all()


def test_the_result_of_a_run_that_stopped_early_is_kept_and_written_later(
    corpus: EncodedCorpus, tmp_path: Path
) -> None:
    checkpoint, trainer = Checkpoint(tmp_path / "out.partial"), SkipGram(**REPLICAS | {"min_count": 1})
    stopped = trainer.fit(corpus, checkpoint=checkpoint, on_report=lambda _: False)
    assert checkpoint.state is not None
    assert checkpoint.trained is not None
    checkpoint.save(checkpoint.state, trainer.resolved(corpus).settings(), corpus, checkpoint.trained)
    assert same_bits(trainer.fit(corpus, checkpoint=Checkpoint.open(tmp_path / "out.partial")), stopped)


def test_replicas_learn_as_well_as_one_model(corpus: EncodedCorpus) -> None:
    settings = SMALL | {"epochs": 6}
    alone = SkipGram(**settings).fit(corpus).metadata["training"]["loss"][-1]
    together = (
        SkipGram(**settings | {"replicas": 4, "round_tokens": 2_000}).fit(corpus).metadata["training"]["loss"][-1]
    )
    assert together < 1.03 * alone


def test_the_memory_of_replicas_is_estimated(corpus: EncodedCorpus) -> None:
    alone, three = (SkipGram(**SMALL | {"replicas": number}).model_of(corpus).memory for number in (1, 3))
    assert three == 4 * alone


def test_private_rows_of_threads_are_combined(corpus: EncodedCorpus, monkeypatch: pytest.MonkeyPatch) -> None:
    """One thread at a time would give the bits of replicas that share all rows but these; two race for the others."""
    monkeypatch.setattr("wordvec.trainers.replicas.PRIVATE_ROUND", 2_000)
    settings = SMALL | {"epochs": 6, "threads": 2}
    vectors = SkipGram(**settings).fit(corpus)
    assert vectors.metadata["training"]["repeatable"] is False
    alone = SkipGram(**settings | {"threads": 1}).fit(corpus)
    assert vectors.metadata["training"]["loss"][-1] < 1.03 * alone.metadata["training"]["loss"][-1]
    model = SkipGram(**settings).model_of(corpus)
    assert model.embedding.private == len(vectors)
    assert len(model.contexts) == len(vectors)

"""Dictionaries that grow by themselves, from a few pairs or from nothing."""

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from planted import planted
from scipy.linalg import sqrtm

from wordvec import Vectors
from wordvec.alignment import Anchors, VecMap
from wordvec.alignment.methods import self_learning
from wordvec.alignment.methods.self_learning import some_best
from wordvec.alignment.methods.unsupervised import first_pairs, profiles
from wordvec.errors import InputError, Interrupted
from wordvec.kernels import dropout
from wordvec.workers import Progress, StopFlag


@given(st.integers(0, 2**31), st.integers(1, 9), st.integers(1, 40), st.floats(0.01, 0.99))
def test_the_kernel_admits_what_the_naive_coin_admits(seed: int, queries: int, rows: int, share: float) -> None:
    draw = np.random.default_rng(seed)
    scores = draw.integers(-4, 5, (queries, rows)).astype(np.float32)
    taken = draw.integers(0, 2, rows).astype(np.float32)
    found = np.full(queries + 3, -7)
    dropout.best_with_dropout(scores, taken, np.uint64(share * 2**32), (seed, 5), 3, found)
    assert found[:3].tolist() == [-7, -7, -7]
    assert found[3:].tolist() == naive.best_with_dropout((scores - taken).astype(np.float64), share, seed, 5, 3)


def test_a_share_of_the_rows_is_looked_at_whatever_the_block(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(1)
    queries, rows = draw.standard_normal((200, 5)).astype(np.float32), draw.standard_normal((300, 5)).astype(np.float32)
    hubness = draw.uniform(0, 1, 300).astype(np.float32)
    whole = some_best(queries, rows, hubness, 1.0, (1, 1), StopFlag())
    part = some_best(queries, rows, hubness, 0.3, (1, 1), StopFlag())
    assert 0.2 < np.mean(part == whole) < 0.4
    monkeypatch.setattr(self_learning, "_SCORES_AT_ONCE", 1_000)
    assert np.array_equal(some_best(queries, rows, hubness, 0.3, (1, 1), StopFlag()), part)
    assert not np.array_equal(some_best(queries, rows, hubness, 0.3, (1, 2), StopFlag()), part)


def test_profiles_are_sorted_rows_of_the_root_of_similarities() -> None:
    rows = np.random.default_rng(2).standard_normal((9, 9))
    root = np.sort(np.real(sqrtm(rows @ rows.T)), axis=1)
    expected = root / np.linalg.norm(root, axis=1, keepdims=True)
    assert profiles(rows.astype(np.float32), "unit") == pytest.approx(expected, abs=1e-5)


def test_words_of_like_profile_are_paired_in_a_rotated_copy() -> None:
    copy = planted()
    source, target = (side.unit().matrix for side in (copy.source, copy.target))
    rows, columns = first_pairs(source, target, "unit,center,unit", 10, StopFlag())
    assert len(rows) == 800
    assert np.mean(copy.order[rows] == columns) > 0.95


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait less for the objective to rise."""
    monkeypatch.setattr(self_learning, "INTERVAL", 5)


@pytest.mark.usefixtures("impatient")
def test_a_rotated_copy_is_recovered_from_nothing() -> None:
    copy = planted()
    mapping = VecMap().fit(copy.source, copy.target, None)
    assert copy.error(mapping) < 1e-6
    record = mapping.record
    assert record["anchors"] == {"dictionary": "none"}
    assert record["objective"][-1] == pytest.approx(1, abs=1e-5)
    assert list(record["shares"]) == ["0.1", "0.2", "0.4", "0.8", "1.0"]
    assert sum(record["shares"].values()) == record["rounds"] == len(record["objective"])


@pytest.mark.usefixtures("impatient")
@pytest.mark.filterwarnings("ignore:.*directions, and:UserWarning")
def test_a_dictionary_grows_from_a_few_pairs() -> None:
    noisy = planted(200, noise=0.1)
    learnt = VecMap(self_learning=True).fit(noisy.source, noisy.target, noisy.anchors(10))
    assert noisy.found(learnt) > 0.9
    again = VecMap(self_learning=True).fit(noisy.source, noisy.target, noisy.anchors(10))
    assert np.array_equal(learnt.source.matrix, again.source.matrix)


def test_too_few_words_are_an_error() -> None:
    two = Vectors(["a", "b"], np.eye(2))
    with pytest.raises(InputError, match="self-learning finds no pair among 2 and 2 words; use more words"):
        VecMap(steps="unit").fit(two, two, None)


def test_self_learning_stops_when_asked() -> None:
    stop, copy = StopFlag(), planted()

    class Stopping(Progress):
        def report(self, done: int, **figures: float) -> None:
            assert set(figures) == {"objective", "share"}
            if done == 3:
                stop.set()

    with pytest.raises(Interrupted):
        VecMap().fit(copy.source, copy.target, None, progress=Stopping(), stop=stop)


@pytest.mark.usefixtures("impatient")
def test_pairs_beyond_the_words_that_are_looked_at_are_left_out() -> None:
    noisy = planted(words=400, dim=10, noise=0.05)
    anchors = noisy.anchors(400)
    settings = VecMap(self_learning=True, cutoff=200)
    near = (anchors.source < 200) & (anchors.target < 200)
    inside = Anchors(anchors.source[near], anchors.target[near], anchors.record)
    mapped, again = (settings.fit(noisy.source, noisy.target, pairs) for pairs in (anchors, inside))
    assert np.array_equal(mapped.source.matrix, again.source.matrix)
    outside = Anchors(anchors.source[~near], anchors.target[~near], anchors.record)
    with pytest.raises(InputError, match="no pair is among the first 200 words of both"):
        settings.fit(noisy.source, noisy.target, outside)

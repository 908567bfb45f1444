"""RCSLS: its loss and gradient, and steps that never increase the loss."""

import naive
import numpy as np
import pytest
from planted import planted

from wordvec.alignment import RCSLS, Anchors
from wordvec.alignment.methods.rcsls import Pool, evaluated
from wordvec.errors import InputError


def pool(seed: int, k: int = 3) -> Pool:
    draw = np.random.default_rng(seed)
    source, target = draw.standard_normal((2, 25, 4))
    anchors = Anchors(np.array([0, 3, 3, 7, 9]), np.array([1, 2, 5, 5, 0]), {})
    return Pool(
        source[anchors.source], target[anchors.target], anchors, source.astype(np.float32), target.astype(np.float32), k
    )


@pytest.mark.parametrize("seed", range(5))
def test_the_loss_is_the_paper_s_and_its_gradient_the_numerical_one(seed: int) -> None:
    given = pool(seed)
    draw = np.random.default_rng(seed + 100)
    matrix = draw.standard_normal((4, 4))
    point = evaluated(given, matrix)
    source, target = given.source.astype(np.float64), given.target.astype(np.float64)
    pairs = list(zip(given.anchors.source.tolist(), given.anchors.target.tolist(), strict=True))

    def loss(matrix: "np.ndarray[tuple[int, int], np.dtype[np.float64]]") -> float:
        return naive.rcsls_loss(matrix, pairs, source, target, 3)

    assert point.loss == pytest.approx(loss(matrix), rel=1e-5)
    small = 1e-6
    for row, column in np.ndindex(4, 4):
        step = np.zeros((4, 4))
        step[row, column] = small
        slope = (loss(matrix + step) - loss(matrix - step)) / (2 * small)
        assert point.gradient[row, column] == pytest.approx(slope, abs=1e-5)


def test_a_step_that_makes_the_loss_greater_is_taken_back() -> None:
    noisy = planted(noise=0.3)
    record = RCSLS(learning_rate=1000.0, spectral=True).fit(noisy.source, noisy.target, noisy.anchors(100)).record
    assert record["last_rate"] < 1000
    assert all(later <= earlier for earlier, later in zip(record["losses"], record["losses"][1:], strict=False))
    assert record["losses"][-1] < record["losses"][0]


def test_a_spectral_matrix_stretches_nothing() -> None:
    noisy = planted(noise=0.3)
    free, held = (
        RCSLS(spectral=spectral, learning_rate=25.0).fit(noisy.source, noisy.target, noisy.anchors(100))
        for spectral in (False, True)
    )
    assert np.linalg.svd(held.matrix, compute_uv=False).max() < 1 + 1e-9
    assert np.linalg.svd(free.matrix, compute_uv=False).max() > 1.1


def test_a_rotated_copy_is_recovered_by_a_spectral_matrix_and_its_words_by_a_free_one() -> None:
    copy = planted()
    assert copy.error(RCSLS(spectral=True).fit(copy.source, copy.target, copy.anchors(150))) < 1e-6
    assert copy.found(RCSLS().fit(copy.source, copy.target, copy.anchors(150))) == 1


def test_the_best_round_by_validation_pairs_is_kept() -> None:
    noisy = planted(noise=0.5)
    mapping = RCSLS(learning_rate=25.0, rounds=8).fit(
        noisy.source, noisy.target, noisy.anchors(60), validation=noisy.anchors(400)
    )
    record = mapping.record
    assert len(record["validation"]) == len(record["losses"])
    assert record["validation"].index(max(record["validation"])) == record["best_round"]


def test_choosing_by_validation_changes_no_step() -> None:
    noisy = planted(noise=0.5)
    sides, anchors = (noisy.source, noisy.target), noisy.anchors(60)
    for steps in ("", "unit,center", "unit,center,unit"):
        alone, judged = (
            RCSLS(steps=steps, rounds=4).fit(*sides, anchors, validation=validation).record["losses"]
            for validation in (None, noisy.anchors(100))
        )
        assert alone == judged


@pytest.mark.parametrize("spectral", [False, True])
@pytest.mark.parametrize("rate", [1e30, 1e308])
def test_a_step_out_of_the_numbers_is_taken_back(spectral: bool, rate: float) -> None:
    noisy = planted(noise=0.3)
    mapping = RCSLS(learning_rate=rate, spectral=spectral, rounds=3).fit(noisy.source, noisy.target, noisy.anchors(100))
    assert np.isfinite(mapping.matrix).all()
    assert np.isfinite(mapping.record["losses"]).all()
    assert mapping.record["last_rate"] < rate


def test_pairs_for_validation_beyond_the_words_looked_at_are_an_error() -> None:
    copy = planted()
    with pytest.raises(InputError, match="validation: pairs must be among the first 200 words of both"):
        RCSLS(cutoff=200).fit(copy.source, copy.target, copy.anchors(50), validation=copy.anchors(400))

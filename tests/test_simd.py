"""Registers and the logistic function against NumPy."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from wordvec.kernels import simd
from wordvec.kernels._jit import kernel
from wordvec.kernels.logistic import logistic
from wordvec.kernels.simd import LANES, load, store

ROWS = np.random.default_rng(1).normal(0, 3, (LANES, LANES)).astype(np.float32)


def applied(step: Callable[..., Any]) -> np.ndarray:
    """Return ``step(row 0, row 1, row 2)`` as the compiled register computes it."""
    out = np.zeros(LANES, np.float32)
    step(ROWS.ravel(), out)
    return out


@kernel
def _add(rows: Any, out: Any) -> None:
    store(out, 0, simd.add(load(rows, 0), load(rows, 16)))


@kernel
def _sub(rows: Any, out: Any) -> None:
    store(out, 0, simd.sub(load(rows, 0), load(rows, 16)))


@kernel
def _mul(rows: Any, out: Any) -> None:
    store(out, 0, simd.mul(load(rows, 0), load(rows, 16)))


@kernel
def _div(rows: Any, out: Any) -> None:
    store(out, 0, simd.div(load(rows, 0), load(rows, 16)))


@kernel
def _fma(rows: Any, out: Any) -> None:
    store(out, 0, simd.fma(load(rows, 0), load(rows, 16), load(rows, 32)))


@kernel
def _maximum(rows: Any, out: Any) -> None:
    store(out, 0, simd.maximum(load(rows, 0), load(rows, 16)))


@kernel
def _where_positive(rows: Any, out: Any) -> None:
    store(out, 0, simd.where_positive(load(rows, 0), load(rows, 16), load(rows, 32)))


@kernel
def _splat(rows: Any, out: Any) -> None:
    simd.prefetch(rows, 0)
    simd.prefetch_to_write(rows, 0)
    store(out, 0, simd.splat(rows[3]))


A, B, C = ROWS[0], ROWS[1], ROWS[2]


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (_add, A + B),
        (_sub, A - B),
        (_mul, A * B),
        (_div, A / B),
        (_fma, (A.astype(np.float64) * B + C).astype(np.float32)),
        (_maximum, np.maximum(A, B)),
        (_where_positive, np.where(A >= 0, B, C)),
        (_splat, np.full(LANES, A[3])),
    ],
)
def test_a_step_does_in_every_lane_what_numpy_does(step: Callable[..., Any], expected: np.ndarray) -> None:
    np.testing.assert_array_equal(applied(step), expected)


@kernel
def _sums(rows: Any, out: Any) -> None:
    first = (load(rows, 0), load(rows, 16), load(rows, 32), load(rows, 48))
    second = (load(rows, 64), load(rows, 80), load(rows, 96), load(rows, 112))
    third = (load(rows, 128), load(rows, 144), load(rows, 160), load(rows, 176))
    last = (load(rows, 192), load(rows, 208), load(rows, 224), load(rows, 240))
    store(out, 0, simd.sums((*first, *second, *third, *last)))


def test_a_mask_has_the_lanes_that_reach_the_other_s_and_not_those_of_nan() -> None:
    numbers = np.tile(np.array([1, 2, 3, np.nan, np.inf, -np.inf, 2, 0], np.float32), 4)
    numbers[16:] = 2
    numbers[16 + 6] = np.nan
    out = np.zeros(1, np.uint64)
    _at_least(numbers, out)
    assert int(out[0]) == sum(1 << lane for lane in (1, 2, 4, 9, 10, 12, 14))


@kernel
def _at_least(numbers: Any, out: Any) -> None:
    out[0] = simd.at_least(load(numbers, 0), load(numbers, 16))


def test_sums_add_halves_in_one_fixed_order() -> None:
    table = ROWS
    while table.shape[1] > 1:
        table = table[:, : table.shape[1] // 2] + table[:, table.shape[1] // 2 :]
    np.testing.assert_array_equal(applied(_sums), table[:, 0])
    np.testing.assert_allclose(table[:, 0], ROWS.astype(np.float64).sum(1), atol=1e-5)


@kernel
def _logistic(z: Any, sigma: Any, softplus: Any) -> None:
    for at in range(0, len(z), LANES):
        s, loss = logistic(load(z, at))
        store(sigma, at, s)
        store(softplus, at, loss)


def logistic_of(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    sigma, softplus = np.empty_like(z), np.empty_like(z)
    with np.errstate(invalid="ignore", over="ignore"):
        _logistic(z, sigma, softplus)
    return sigma, softplus


def test_the_logistic_function_and_the_loss_have_the_errors_they_state() -> None:
    z = np.linspace(-90, 90, LANES * 500).astype(np.float32)
    sigma, softplus = logistic_of(z)
    exact = z.astype(np.float64)
    assert np.abs(sigma - 1 / (1 + np.exp(-exact))).max() < 2e-7
    # Beyond 16, a float32 itself is no nearer than this.
    assert (np.abs(softplus - np.logaddexp(0, exact)) / np.maximum(1, np.abs(exact) / 16)).max() < 2e-6


def test_infinite_scores_are_certain_and_nan_stays() -> None:
    sigma, softplus = logistic_of(np.array([np.inf, -np.inf, np.nan, 0] * 4, np.float32))
    assert sigma[:2].tolist() == pytest.approx([1, 0], abs=1e-30)
    assert softplus[:2].tolist() == pytest.approx([np.inf, 0], abs=1e-30)
    assert np.isnan(sigma[2])
    assert np.isnan(softplus[2])
    assert sigma[3] == pytest.approx(0.5)
    assert softplus[3] == pytest.approx(np.log(2), abs=2e-6)

"""The kernels of an index against their naive twins."""

import naive_rabitq as naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wordvec.kernels import neighbours, rabitq
from wordvec.kernels.neighbours import Heaps
from wordvec.kernels.rabitq import Codes, Lists
from wordvec.search.residuals import _STEPS, encoded, plane_bytes, room_for


def coded(rows: int, dim: int, bits: int, seed: int = 1) -> tuple[np.ndarray, Codes]:
    residuals = np.random.default_rng(seed).normal(0, 0.05, (rows, dim)).astype(np.float32)
    return residuals, encoded(residuals, bits)


def levels_of(residuals: np.ndarray, bits: int) -> list[np.ndarray]:
    found = []
    for row in residuals.astype(np.float64):
        scale = np.sqrt(row @ row / len(row))
        found.append(naive.levels(row, _STEPS[bits - 1] * scale, bits))
    return found


@pytest.mark.parametrize(("dim", "bits"), [(1, 1), (20, 4), (64, 2), (70, 8)])
def test_codes_are_those_of_the_slow_twin(dim: int, bits: int) -> None:
    residuals, codes = coded(6, dim, bits)
    size = plane_bytes(dim)
    for row, chosen in enumerate(levels_of(residuals, bits)):
        planes = naive.planes(chosen, bits, size)
        assert (codes.signs.reshape(6, size)[row] == planes[-1]).all()
        assert (codes.rest.reshape(6, bits - 1, size)[row] == planes[:-1]).all()
        expected = naive.factors(residuals[row].astype(np.float64), chosen, bits)
        np.testing.assert_allclose(codes.factors.reshape(6, 4)[row], expected, rtol=1e-5, atol=1e-7)


@given(
    dim=st.integers(1, 80), bits=st.integers(1, 8), margin=st.sampled_from([-2.0, 0.5, 99.0]), seed=st.integers(0, 9)
)
@settings(max_examples=10, deadline=None)
def test_the_search_kernel_keeps_the_estimates_of_the_slow_twin(dim: int, bits: int, margin: float, seed: int) -> None:
    rows, k = 12, 4
    residuals, codes = coded(rows, dim, bits, seed)
    random = np.random.default_rng(seed)
    numbers = random.permutation(rows).astype(np.uint32)
    centres = random.normal(0, 0.1, (3, dim)).astype(np.float32)
    query = random.normal(0, 0.2, dim).astype(np.float32)
    starts, probed = np.array([0, 5, 5, rows]), np.array([2, 1, 0])
    codes = codes._replace(rows=numbers)
    for array in codes:
        array.setflags(write=False)  # as mapped files are
    heaps = Heaps(np.full((1, k), -np.inf, np.float32), np.full((1, k), -1), np.full(1, -np.inf, np.float32))
    lists = Lists(centres.reshape(-1), starts)
    estimated = rabitq.search(query, lists, probed, codes, np.float32(margin), room_for(dim), heaps)
    neighbours.order(heaps)
    levels, factors = levels_of(residuals, bits), codes.factors.reshape(rows, 4).astype(np.float64)
    members = [
        (
            centres[number].astype(np.float64),
            [(int(numbers[at]), factors[at], levels[at]) for at in range(starts[number], starts[number + 1])],
        )
        for number in probed.tolist()
    ]
    best, expected = naive.search(query.astype(np.float64), members, bits, margin, k)
    found = [(score, row) for score, row in zip(heaps.scores[0], heaps.columns[0], strict=True) if row >= 0]
    np.testing.assert_allclose([score for score, _ in found], [score for score, _ in best], atol=2e-5)
    assert estimated == expected or abs(margin) < 99  # rounding may decide about a row at the margin
    assert {row for _, row in found} == {row for _, row in best}


def test_a_residual_of_zeros_has_factors_of_zero() -> None:
    codes = encoded(np.zeros((1, 5), np.float32), 4)
    assert not codes.factors.any()

"""Fitted tails: SciPy's distribution, known tail probabilities, and samples that no tail fits."""

import numpy as np
import pytest
from scipy import stats

from wordvec.slices import significance, tail


@pytest.mark.parametrize("shape", [-0.5, -0.2, 0.2, 0.5])
def test_shape_and_scale_are_recovered(shape: float) -> None:
    sample = np.sort(stats.genpareto.rvs(shape, scale=3, size=5_000, random_state=1))
    assert tail.estimate(sample) == pytest.approx((shape, 3), abs=0.2)


def test_the_survival_function_is_scipy_s() -> None:
    beyond = np.linspace(0, 8, 50)
    for shape in (-0.4, 0.0, 1e-12, 0.3):
        of_scipy = stats.genpareto.sf(beyond, shape, scale=2)
        assert tail.Tail(0.05, 0.0, shape, 2.0).p(-beyond) == pytest.approx(0.05 * of_scipy)


def test_the_statistic_is_that_of_its_definition() -> None:
    sample = np.sort(stats.genpareto.rvs(0.1, size=100, random_state=2))
    below = stats.genpareto.cdf(sample, 0.1)
    terms = [(2 * i + 1) * (np.log(below[i]) + np.log(1 - below[99 - i])) for i in range(100)]
    assert tail.statistic(sample, 0.1, 1.0) == pytest.approx(-100 - sum(terms) / 100)


def test_the_statistic_rejects_about_one_true_sample_in_twenty() -> None:
    for shape in (-0.5, 0.001, 0.5):
        samples = np.sort(stats.genpareto.rvs(shape, size=(300, 100), random_state=3), axis=1)
        rejected = [tail.statistic(one, *tail.estimate(one)) > tail.LARGEST_STATISTIC for one in samples]
        assert 0.01 < np.mean(rejected) < 0.15


@pytest.mark.parametrize("of", [stats.norm, stats.expon, stats.beta(8, 2), stats.t(6)])
def test_p_values_of_a_tail_are_not_smaller_than_those_of_the_distribution(of: stats.rv_continuous) -> None:
    draw = np.random.default_rng(4)
    fitted = [tail.fit(np.sort(-of.rvs(size=5_000, random_state=draw))) for _ in range(20)]
    # Two orders of magnitude beyond what 5,000 values resolve by themselves.
    ratios = [one.p(np.array([-of.isf(1e-5)]))[0] / 1e-5 for one in fitted if one]
    assert len(ratios) > 15
    assert 0.5 < np.median(ratios) < 200


def test_no_tail_is_fitted_to_few_values_or_few_distinct_ones() -> None:
    draw = np.random.default_rng(5)
    assert tail.fit(np.sort(draw.normal(size=1_999))) is None
    assert tail.fit(np.sort(draw.integers(0, 4, 20_000)).astype(float)) is None
    assert tail.fit(np.sort(draw.binomial(25, 0.5, 20_000) / 25)) is None
    assert tail.fit(np.zeros(20_000)) is None


def test_p_values_of_a_tail_continue_those_of_the_share_and_have_a_smallest() -> None:
    draw = np.random.default_rng(6)
    null = np.sort(draw.normal(size=60_000))
    observed = np.concatenate([np.linspace(-4, 0, 2_999), [-1_000.0]])
    p, smallest, fitted = significance._p_values(observed, null)
    assert fitted
    assert smallest == pytest.approx(1 / 60_001 / tail.EXTRAPOLATION)
    assert p[-1] == smallest
    ratios = p[:-1] / stats.norm.cdf(observed[:-1])
    assert ((ratios > 0.5) & (ratios < 8)).all()


def test_a_single_change_among_thousands_of_words_is_found_with_twenty_permutations() -> None:
    draw = np.random.default_rng(7)
    counts = np.full(4_000, 100)
    null = draw.normal(0, 1, (21, 4_000))
    observed = null[0].copy()
    observed[17] = -7
    found = significance.tested(observed, counts, null[1:], np.tile(counts, (20, 1)))
    q = significance.false_discovery_rates(found.p)
    assert np.flatnonzero(q <= significance.FALSE_DISCOVERIES).tolist() == [17]


def test_false_alarms_are_as_rare_as_they_should_be() -> None:
    draw = np.random.default_rng(8)
    counts, alarms = np.full(2_000, 100), 0
    noise = draw.normal(0.7, 0.1, 2_000)  # words differ in their noise
    for _ in range(30):
        null = np.tanh(draw.normal(noise, 0.1, (21, 2_000)))
        found = significance.tested(null[0], counts, null[1:], np.tile(counts, (20, 1)))
        alarms += bool((significance.false_discovery_rates(found.p) <= significance.FALSE_DISCOVERIES).any())
    assert alarms <= 4

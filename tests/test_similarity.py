"""Similarity: SciPy's and gensim's figures, coverage and case, and intervals that hold what they promise."""

import math
from pathlib import Path

import naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from wordvec import Vectors
from wordvec.errors import InputError, SettingsError
from wordvec.evaluation import intervals, similarity
from wordvec.evaluation.datasets import Pairs
from wordvec.evaluation.intrinsic.pair_scores import compare, judge
from wordvec.evaluation.lookup import Lookup, unit_rows


def angles(words: str, degrees: list[float]) -> Vectors:
    radians = np.radians(degrees)
    return Vectors(words.split(), np.stack([np.cos(radians), np.sin(radians)], 1))


def random_pairs(words: int, pairs: int, seed: int = 1) -> tuple[Vectors, Pairs]:
    chance = np.random.default_rng(seed)
    names = [f"w{number}" for number in range(words)]
    first, second = (list(map(str, chance.choice(names, pairs))) for _ in range(2))
    scores = list(chance.integers(0, 20, pairs) / 2)
    return Vectors(names, chance.standard_normal((words, 6))), Pairs("drawn", first, second, scores)


def test_cosines_that_fall_with_the_scores_correlate_fully() -> None:
    vectors = angles("a b c d e f g h i j k", [8 * number for number in range(11)])
    pairs = Pairs("planted", ["a"] * 10, list("bcdefghijk"), [10.0 - number for number in range(10)])
    found = judge(vectors, pairs)
    assert found.spearman == pytest.approx(1)
    assert (found.pairs, found.covered) == (10, 10)
    assert found.spearman_interval == (pytest.approx(1), pytest.approx(1))


def test_few_pairs_have_a_score_and_no_interval() -> None:
    vectors = angles("a b c d e", [0, 10, 25, 45, 80])
    pairs = Pairs("few", list("aaaa"), list("bcde"), [9, 8, 3, 1])
    assert judge(vectors, pairs).spearman_interval == (None, None)
    apart = compare(vectors, angles("a b c d e", [0, 25, 10, 45, 80]), pairs)
    assert apart.difference == pytest.approx(0.2)
    assert (apart.low, apart.high, apart.p) == (None, None, None)


def test_what_two_cannot_be_compared_by_has_no_difference() -> None:
    vectors, alike = angles("a b c d", [0, 10, 50, 80]), angles("a b c", [0, 90, 270])
    table = similarity(
        {"x": vectors, "y": vectors.subset(["a", "b", "c", "d"])},
        Pairs("p", ["a", "a", "b"], ["b", "c", "d"], [1, 2, 3]),
    )
    assert table.rows[1]["difference"] == 0
    assert compare(vectors, alike, Pairs("p", ["a", "a", "b"], ["b", "c", "d"], [1, 2, 3])).difference is None
    table.to_json()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(3, 30))
def test_spearman_is_that_of_the_naive_twin_and_of_scipy(seed: int, count: int) -> None:
    vectors, pairs = random_pairs(8, count, seed)
    rows = vectors.matrix.astype(np.float64)
    unit = {word: row / np.linalg.norm(row) for word, row in zip(vectors.words, rows, strict=True)}
    # Rounded, as equal pairs must be ties whichever word comes first.
    cosines = [round(float(unit[a] @ unit[b]), 10) for a, b in zip(pairs.first, pairs.second, strict=True)]
    if len(set(cosines)) < 2 or len(set(pairs.scores)) < 2:
        return
    found = judge(vectors, pairs, resamples=100)
    assert found.spearman == pytest.approx(naive.spearman(cosines, pairs.scores), abs=1e-9)
    assert found.pearson == pytest.approx(stats.pearsonr(cosines, pairs.scores).statistic, abs=1e-8)


def test_missing_pairs_are_left_out_or_zero() -> None:
    vectors = angles("a b c d", [0, 10, 50, 120])
    pairs = Pairs("gaps", ["a", "a", "a", "a"], ["b", "c", "d", "unknown"], [9, 4, 2, 7])
    found = judge(vectors, pairs)
    cosines = [math.cos(math.radians(degrees)) for degrees in (10, 50, 120)]
    assert (found.pairs, found.covered) == (4, 3)
    assert found.pearson == pytest.approx(stats.pearsonr(cosines, [9, 4, 2]).statistic)
    assert found.pearson_zero == pytest.approx(stats.pearsonr([*cosines, 0], pairs.scores).statistic)
    assert found.spearman_zero == pytest.approx(stats.spearmanr([*cosines, 0], pairs.scores).statistic)


def test_the_case_policy_decides_what_is_known() -> None:
    vectors = Vectors(["paris", "Paris", "Rome", "tea"], np.eye(4))
    rows = {
        case: [Lookup(vectors.words, case).row(word) for word in ("PARIS", "Paris", "rome", "Tea")]
        for case in ("ignore", "exact", "lower", "fallback")
    }
    assert rows == {
        "ignore": [0, 0, 2, 3],
        "exact": [-1, 1, -1, -1],
        "lower": [0, 0, -1, 3],
        "fallback": [0, 1, -1, 3],
    }
    assert Lookup(vectors.words, "ignore").variants("PARIS") == [0, 1]
    assert Lookup(vectors.words, "ignore", 2).row("tea") == -1


def test_gensim_gives_the_same_figures(tmp_path: Path) -> None:
    vectors, pairs = random_pairs(40, 200)
    # gensim's cosine of a word with itself is not always the same, and so no tie.
    pairs.second[:] = [f"w{(int(b[1:]) + 1) % 40}" if a == b else b for a, b in zip(*pairs[1:3], strict=True)]
    pairs.first[:5] = ["unknown"] * 5
    path = tmp_path / "pairs.tsv"
    path.write_text("".join(f"{a}\t{b}\t{score}\n" for a, b, score in zip(*pairs[1:4], strict=True)))
    pearson, spearman, unknown = vectors.to_gensim().evaluate_word_pairs(str(path))
    found = judge(vectors, pairs)
    assert found.pearson == pytest.approx(pearson.statistic, abs=1e-6)
    assert found.spearman == pytest.approx(spearman.statistic, abs=1e-6)
    assert 100 * (1 - found.covered / found.pairs) == pytest.approx(unknown)


def test_the_same_seed_gives_the_same_interval_and_it_holds_the_truth_as_often_as_it_says() -> None:
    vectors, pairs = random_pairs(30, 120)
    assert judge(vectors, pairs, seed=5) == judge(vectors, pairs, seed=5)
    assert judge(vectors, pairs, seed=5).spearman_interval != judge(vectors, pairs, seed=6).spearman_interval
    held = 0
    for seed in range(100):
        drawn = np.random.default_rng(seed).multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], 150)

        def statistic(items: np.ndarray, drawn: np.ndarray = drawn) -> np.ndarray:
            return np.array([np.corrcoef(drawn[row].T)[0, 1] for row in items])

        low, high = intervals.interval(intervals.resampled(statistic, 150, 200, seed))
        assert low is not None
        assert high is not None
        held += low <= 0.6 <= high
    assert 88 <= held <= 100


def test_a_paired_comparison_sees_what_two_intervals_do_not() -> None:
    chance = np.random.default_rng(3)
    names = [f"w{number}" for number in range(400)]
    good = chance.standard_normal((400, 8))
    truth = Vectors(names, good)
    first, second = names[:200], names[200:]
    scores = [
        float(truth[a] @ truth[b] / np.linalg.norm(truth[a]) / np.linalg.norm(truth[b]))
        for a, b in zip(first, second, strict=True)
    ]
    pairs = Pairs("truth", first, second, [score + chance.normal(0, 0.2) for score in scores])
    near = Vectors(names, good + chance.normal(0, 0.05, good.shape))
    far = Vectors(names, good + chance.normal(0, 0.25, good.shape))
    better = compare(near, far, pairs)
    assert better.low is not None
    assert better.low > 0
    assert better.p is not None
    assert better.p < 0.05
    (_, high), (low, _) = judge(far, pairs).spearman_interval, judge(near, pairs).spearman_interval
    assert high is not None
    assert low is not None
    assert high > low
    same = compare(near, near, pairs)
    assert (same.difference, same.low, same.high, same.p) == (0, 0, 0, 1)
    worse = compare(far, near, pairs)
    assert worse.difference == pytest.approx(-better.difference)


def test_the_table_has_a_row_for_each_and_compares_with_the_first() -> None:
    vectors, pairs = random_pairs(30, 100)
    table = similarity({"a": vectors, "b": Vectors(vectors.words, vectors.matrix[:, :3])}, [pairs, pairs])
    assert [(row["dataset"], row["vectors"]) for row in table.rows] == [("drawn", "a"), ("drawn", "b")] * 2
    assert "difference" not in table.rows[0]
    assert table.rows[1]["difference"] == pytest.approx(table.rows[1]["spearman"] - table.rows[0]["spearman"])


def test_what_cannot_be_measured_is_an_error_and_no_nan() -> None:
    vectors = angles("a b c", [0, 10, 50])
    with pytest.raises(
        InputError, match=r"far: 0 of 2 pairs have both words among the 3 of the vectors \(case: ignore\)"
    ):
        judge(vectors, Pairs("far", ["x", "y"], ["a", "z"], [1, 2]))
    with pytest.raises(InputError, match="same: all cosines or all scores are equal"):
        judge(vectors, Pairs("same", ["a", "b"], ["b", "c"], [3, 3]))
    with pytest.raises(SettingsError, match="case upper: choose one of ignore, exact, lower, fallback"):
        judge(vectors, Pairs("any", ["a", "b"], ["b", "c"], [3, 4]), case="upper")
    with pytest.raises(SettingsError, match="resamples 5: must be at least 100"):
        judge(vectors, Pairs("any", ["a", "b"], ["b", "c"], [3, 4]), resamples=5)
    broken = Vectors(["a", "b", "c"], [[1, 0], [np.nan, 1], [0, 1]])
    with pytest.raises(InputError, match="holds NaN or infinity"):
        judge(broken, Pairs("any", ["a", "b"], ["b", "c"], [3, 4]))
    with pytest.raises(InputError, match=r"'b' \(row 2\): its vector holds NaN or infinity"):
        unit_rows(broken)


@pytest.mark.parametrize(("correct", "items"), [(0, 10), (10, 10), (3, 17), (944, 1516)])
def test_wilson_s_interval_is_scipy_s(correct: int, items: int) -> None:
    expected = stats.binomtest(correct, items).proportion_ci(0.95, "wilson")
    assert intervals.wilson(correct, items) == pytest.approx((expected.low, expected.high), abs=1e-12)
    assert intervals.wilson(0, 0) == (None, None)

"""Association tests: the papers' definitions, planted associations, p-values under the null, and the command."""

import itertools
import json
from pathlib import Path
from typing import Any

import naive_associations as naive
import numpy as np
import pytest
from cli_helpers import Call
from hypothesis import given
from hypothesis import strategies as st

from wordvec import Vectors
from wordvec.errors import InputError, SettingsError
from wordvec.evaluation import association, intervals
from wordvec.evaluation.associations.association import MEASURES, SETS
from wordvec.evaluation.associations.known import Known
from wordvec.evaluation.associations.methods_paragraph import association_text
from wordvec.evaluation.associations.models import Model
from wordvec.evaluation.associations.rnsb import fitted
from wordvec.evaluation.associations.samples import Samples
from wordvec.evaluation.permutations import Null, partitions, signs

X, Y, A, B = ([f"{letter}{at}" for at in range(6)] for letter in "xyab")
WORDS = [*X, *Y, *A, *B]


def planted(seed: int = 1, strength: float = 0.0, dim: int = 12) -> Vectors:
    """Return random vectors; X and A share a direction, Y and B the opposite one, of some strength."""
    chance = np.random.default_rng(seed)
    matrix = chance.normal(size=(len(WORDS), dim)) * chance.uniform(0.5, 2, (len(WORDS), 1))
    sign = np.where([word[0] in "xa" for word in WORDS], 1.0, -1.0)
    matrix[:, 0] += strength * sign
    return Vectors(WORDS, matrix.astype(np.float32))


def sets(measure: str) -> tuple[list[list[str]], list[list[str]]]:
    return [X, Y], [A, B][: SETS[measure][1]]


def samples(measure: str, vectors: Vectors) -> Samples:
    targets, attributes = ([Known("", one, []) for one in side] for side in sets(measure))
    return Samples(Model("", vectors, "exact"), targets, attributes)


def test_weat_is_that_of_the_paper_with_all_permutations() -> None:
    vectors = planted(strength=0.3)
    (row,) = association(vectors, [X, Y], [A, B]).table().rows
    assert (row["value"], row["statistic"]) == pytest.approx(naive.weat(vectors, X, Y, A, B))
    assert row["p"] == pytest.approx(naive.exact_p(vectors, X, Y, A, B))
    assert row["low"] < row["value"] < row["high"]
    (uneven,) = association(vectors, [X[:4], Y], [A, B[:5]]).rows
    assert uneven["value"] == pytest.approx(naive.weat(vectors, X[:4], Y, A, B[:5])[0])
    assert uneven["p"] == pytest.approx(naive.exact_p(vectors, X[:4], Y, A, B[:5]))


def test_random_permutations_agree_with_all() -> None:
    vectors = planted(strength=0.2)
    exact, random = (association(vectors, [X, Y], [A, B], permutations=most) for most in (924, 900))
    assert exact.exact
    assert not random.exact
    assert random.rows[0]["p"] == pytest.approx(exact.rows[0]["p"], abs=0.05)


def test_single_words_are_those_of_the_paper_and_have_false_discovery_rates() -> None:
    vectors = planted(strength=0.5)
    found = association(vectors, [X, Y], [A, B], measure="sc-weat").rows
    assert [row["word"] for row in found] == [*X, *Y]
    assert [row["value"] for row in found] == pytest.approx([naive.single(vectors, word, A, B) for word in [*X, *Y]])
    assert all(row["q"] >= row["p"] > 0 for row in found)
    greater = association(vectors, [X, Y], [A, B], measure="sc-weat", alternative="greater").rows
    cosines = {word: naive.cosine(vectors["x0"].astype(float), vectors[word].astype(float)) for word in [*A, *B]}
    sums = [sum(cosines[word] for word in side) for side in itertools.combinations([*A, *B], 6)]
    observed = sum(cosines[word] for word in A)
    assert greater[0]["p"] == pytest.approx(np.mean([value >= observed - 1e-9 for value in sums]))


@pytest.mark.parametrize("measure", ["rnd", "ect", "ripa"])
def test_relative_measures_are_those_of_the_papers(measure: str) -> None:
    vectors = planted(strength=0.5)
    found = association(vectors, [X, Y], [A], measure=measure).rows[0]
    assert found["value"] == pytest.approx(naive.relative(vectors, X, Y, A, measure))
    units = Vectors(WORDS, vectors.matrix / np.linalg.norm(vectors.matrix, axis=1, keepdims=True))
    scaled = association(vectors, [X, Y], [A], measure=measure, unit=True).rows[0]
    assert scaled["value"] == pytest.approx(naive.relative(units, X, Y, A, measure), rel=1e-5)


@pytest.mark.parametrize("scale", [1, 6])
def test_rnsb_is_that_of_scikit_learn(scale: int) -> None:
    linear = pytest.importorskip("sklearn.linear_model")
    vectors = planted(strength=0.5)
    vectors = Vectors(WORDS, vectors.matrix * scale)
    rows = {word: vectors[word].astype(np.float64) for word in WORDS}
    model = linear.LogisticRegression(tol=1e-10, max_iter=100_000, solver="liblinear").fit(
        [rows[word] for word in [*A, *B]], [0] * 6 + [1] * 6
    )
    negative = model.predict_proba([rows[word] for word in [*X, *Y]])[:, 1]
    shares = negative / negative.sum()
    found = association(vectors, [X, Y], [A, B], measure="rnsb", permutations=99)
    assert found.rows[0]["value"] == pytest.approx((shares * np.log(shares * 12)).sum(), rel=1e-4)
    assert [row["probability"] for row in found.words.rows] == pytest.approx(negative.tolist(), rel=1e-3, abs=1e-5)


def test_weights_of_the_regression_are_repeated_items() -> None:
    chance = np.random.default_rng(2)
    rows, labels = chance.normal(size=(7, 3)), np.array([[0, 1, 0, 1, 1, 0, 1.0]])
    times = np.array([0, 2, 1, 1, 3, 2, 0])
    alpha = fitted(rows @ rows.T, labels, times[None].astype(float))
    repeated = np.repeat(np.arange(7), times)
    more = fitted(rows[repeated] @ rows[repeated].T, labels[:, repeated], np.ones((1, len(repeated))))
    np.testing.assert_allclose(alpha[0] @ rows, more[0] @ rows[repeated], atol=1e-8)


@pytest.mark.parametrize("measure", MEASURES)
def test_a_planted_association_is_found(measure: str) -> None:
    found = association(planted(strength=4.0), *sets(measure), measure=measure, permutations=924).rows
    assert found[0]["p"] < 0.05
    if measure == "weat":
        assert found[0]["value"] > 1.5
    if measure == "rnd":
        assert found[0]["high"] < 0


def test_a_planted_effect_has_its_size() -> None:
    """Associations of X and Y that are c ± noise have the effect size of the same numbers."""
    chance = np.random.default_rng(4)
    own = np.concatenate([0.3 + 0.1 * chance.normal(size=6), -0.2 + 0.1 * chance.normal(size=6)])
    rows = np.zeros((24, 13))
    rows[:12, 0], rows[range(12), range(1, 13)] = own, np.sqrt(1 - own**2)
    rows[12:18, 0], rows[18:, 0] = 1, -1
    (row,) = association(Vectors(WORDS, rows.astype(np.float32)), [X, Y], [A, B]).rows
    assert row["value"] == pytest.approx((own[:6].mean() - own[6:].mean()) / own.std(), rel=1e-5)
    assert row["p"] == pytest.approx(1 / 924)


@pytest.mark.parametrize("measure", MEASURES)
def test_p_values_are_uniform_under_the_null(measure: str) -> None:
    trials, test = 60 if measure == "rnsb" else 200, MEASURES[measure]
    p = np.empty(trials)
    for seed in range(trials):
        found, null = test(samples(measure, planted(seed, dim=6))).null(99, seed)
        p[seed] = null.p_values(found[:1], test.default_alternative)[0]
    assert p.min() > 0
    # Exact and random permutation tests have P(p <= t) <= t, with equality on their grid.
    margin = 1.63 / np.sqrt(trials)  # Kolmogorov's bound at 1 %
    for t in (0.1, 0.25, 0.5, 0.75):
        assert abs((p <= t + 1e-9).mean() - t) < margin


@given(st.integers(2, 7), st.data())
def test_partitions_are_all_or_as_many_as_wanted(items: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(1, items - 1))
    blocks, exact = partitions(items, first, 99, 1)
    found = np.concatenate(list(blocks))
    assert exact
    assert len({tuple(row) for row in found.tolist()}) == len(found)
    assert (found.sum(1) == first).all()
    drawn, exact = partitions(200, first, 99, 1)
    rows = np.concatenate(list(drawn))
    assert (exact, rows.shape, set(rows.sum(1).tolist())) == (False, (99, 200), {first})
    every, exact = signs(items, 128, 1)
    assert exact
    assert len({tuple(row) for row in next(every).tolist()}) == 2**items


def test_a_p_value_counts_ties_and_the_observed_order() -> None:
    null = Null(np.array([[0.1], [0.3], [0.1 + 0.2], [-0.5]]), exact=False)
    observed = np.array([0.3])
    assert null.p_values(observed, "greater") == pytest.approx([3 / 5])
    assert null.p_values(observed, "less") == pytest.approx([5 / 5])
    assert null.p_values(observed, "two-sided") == pytest.approx([4 / 5])
    assert null._replace(exact=True).p_values(observed, "greater") == pytest.approx([2 / 4])


@pytest.mark.parametrize("measure", MEASURES)
def test_resampled_measures_are_those_of_repeated_words(measure: str) -> None:
    """A bootstrap's weights give the values that repeated rows give."""
    whole, (targets, attributes) = samples(measure, planted(strength=0.5)), sets(measure)
    drawn = MEASURES[measure](whole).resampled(3, 7)
    sizes = {"sc-weat": [6, 6], "ripa": [6, 6]}.get(measure, [6] * len(targets) + [6] * len(attributes))
    for row, times in zip(drawn, intervals.multiplicities(sizes, 3, 7).astype(int), strict=True):
        parts = np.split(times, np.cumsum(sizes)[:-1])
        if measure == "sc-weat":
            parts = [np.ones(6, int), np.ones(6, int), *parts]
        elif measure == "ripa":
            parts = [parts[0], parts[0], parts[1]]
        repeated = samples(measure, planted())
        repeated.targets = [np.repeat(rows, n, axis=0) for rows, n in zip(whole.targets, parts, strict=False)]
        repeated.attributes = [
            np.repeat(rows, n, axis=0) for rows, n in zip(whole.attributes, parts[len(targets) :], strict=True)
        ]
        np.testing.assert_allclose(row, MEASURES[measure](repeated).values(), atol=1e-7)


def test_several_models_are_compared_on_common_words_and_coverage_is_told() -> None:
    one, two = planted(1, 0.2), planted(2, 0.4)
    found = association({"one": one, "two": two.subset(WORDS[1:])}, [X, Y], [[*A, "zebra"], B])
    assert found.notes[:3] == [
        "X: 5 of 6 words known (not: x0)",
        "Y: 6 of 6 words known",
        "A: 6 of 7 words known (not: zebra)",
    ]
    first, second = found.rows
    assert second["difference"] == pytest.approx(second["value"] - first["value"])
    assert second["difference_low"] < second["difference"] < second["difference_high"]
    alone = association(two, [X[1:], Y], [A, B]).rows[0]
    assert second["value"] == pytest.approx(alone["value"])


def test_parts_of_words_add_up() -> None:
    vectors = planted(strength=0.4)
    words = association(vectors, [X, Y], [A, B]).words.rows
    assert sum(row["association"] * (1 if row["set"] == "X" else -1) for row in words) == pytest.approx(
        naive.weat(vectors, X, Y, A, B)[1]
    )
    for measure, column in (("rnd", "distance"), ("ripa", "association")):
        found = association(vectors, [X, Y], [A], measure=measure)
        assert np.mean([row[column] for row in found.words.rows]) == pytest.approx(found.rows[0]["value"])


@pytest.mark.parametrize(
    ("targets", "attributes", "settings", "message"),
    [
        ([X], [A, B], {}, "weat: expected 2 sets of targets, got 1"),
        ([X, Y], [A, B], {"measure": "rnd"}, "rnd: expected 1 set of attributes, got 2"),
        ([], [A, B], {"measure": "rnsb"}, "rnsb: expected 1 set of targets or more, got 0"),
        ([X, Y], [A, []], {}, "B: holds no word"),
        ([X, Y], [A, ["zebra"]], {}, r"B: 0 of 1 word known .*unknown: zebra"),
        ([X, X[:2]], [A, B], {}, "x0: is in both X and Y"),
        ([X, Y], [A[:2]], {"measure": "ect"}, "A: 2 of 2 words known .*at least 3 needed"),
        ([X, Y[:3]], [A], {"measure": "ripa"}, "X has 6 words, Y 3; ripa needs pairs"),
        ([["zebra", "x1"], ["y0", "gnu"]], [A], {"measure": "ripa"}, "X, Y: no pair has two known words"),
        ([X, Y], [A, B], {"measure": "wefe"}, "choose one of weat, sc-weat"),
        ([X, Y], [A, B], {"permutations": 5}, "must be at least 99"),
        (["x0", "y0"], ["a0", "b0"], {"measure": "sc-weat", "seed": -1}, "must be at least 0"),
    ],
)
def test_bad_sets_and_settings_are_one_line(
    targets: list[Any], attributes: list[Any], settings: dict[str, Any], message: str
) -> None:
    with pytest.raises((InputError, SettingsError), match=message) as raised:
        association(planted(), targets, attributes, **settings)
    assert "\n" not in str(raised.value)


def test_equal_vectors_have_no_effect_size() -> None:
    with pytest.raises(InputError, match="weat is undefined"):
        association(Vectors(WORDS, np.ones((len(WORDS), 3), np.float32)), [X, Y], [A, B])


@pytest.mark.parametrize("measure", MEASURES)
def test_the_paragraph_names_measure_words_and_works(measure: str) -> None:
    found = association(planted(), *sets(measure), measure=measure, permutations=99, resamples=100)
    said = association_text(found)
    assert "The association of targets (X: x0, x1, x2, x3, x4, x5; Y: y0" in said
    assert all(f"{{{work}," in said for work in MEASURES[measure].works)


def test_the_command_prints_and_draws(tmp_path: Path, wordvec: Call) -> None:
    for name, seed in (("one", 1), ("two", 2)):
        planted(seed, 0.5).save(tmp_path / f"{name}.vec")
    one, two = tmp_path / "one.vec", tmp_path / "two.vec"
    given = [part for side in (X, Y) for part in ("--target", ",".join(side))]
    given += [part for side in (A, B) for part in ("--attribute", ",".join(side))]
    done = wordvec("association", one, *given)
    assert done.out.splitlines()[0].split() == ["value", "low", "high", "p", "statistic"]
    printed = json.loads(wordvec("association", one, two, *given, "--json", "--plot", tmp_path / "a.svg").out)
    assert len(printed["rows"]) == 2
    assert (tmp_path / "a.svg").stat().st_size > 1000
    assert wordvec("association", one, *given, "--by-word", "--csv").out.startswith("set,word,association\nX,x0,")
    assert "caliskan2017" in wordvec("association", one, *given, "--methods-text").out
    found = wordvec("association", one, *given, "--measure", "ripa")
    assert (found.code, found.err) == (2, "wordvec: ripa: expected 1 set of attributes, got 2\n")

"""Axes between poles: the papers' definitions, planted axes, intervals, paths, and the command."""

import json
from pathlib import Path

import naive_associations as naive
import numpy as np
import pytest
from cli_helpers import Call

from wordvec import Vectors
from wordvec.errors import InputError, SettingsError
from wordvec.evaluation import axis
from wordvec.evaluation.associations.axes import METHODS, Basis, Poles
from wordvec.evaluation.associations.fitted import FittedAxis
from wordvec.evaluation.associations.methods_paragraph import axis_text
from wordvec.evaluation.associations.models import Model
from wordvec.evaluation.datasets.word_sets import WordSet, read_word_set

PAIRS = 12
A, B = [f"a{at}" for at in range(PAIRS)], [f"b{at}" for at in range(PAIRS)]
WORDS = [f"w{at}" for at in range(9)]
PLACES = np.linspace(-0.8, 0.8, len(WORDS))


def planted(seed: int = 1, dim: int = 30, noise: float = 0.4, shift: float = 0.0) -> Vectors:
    """Return vectors whose first dimension is the axis: poles at both ends, and words at `PLACES`."""
    chance = np.random.default_rng(seed)
    base = chance.normal(size=(PAIRS, dim)) * noise
    rest = chance.normal(size=(len(WORDS), dim))
    base[:, 0] = rest[:, 0] = 0
    rest /= np.linalg.norm(rest, axis=1, keepdims=True)
    end = np.eye(dim)[0]
    places = np.clip(PLACES + shift, -1, 1)[:, None]
    matrix = np.concatenate(
        [
            base + end + chance.normal(size=base.shape) * noise / 3,
            base - end + chance.normal(size=base.shape) * noise / 3,
            places * end + np.sqrt(1 - places**2) * rest,
        ]
    )
    return Vectors([*A, *B, *WORDS], matrix.astype(np.float32), np.arange(2 * PAIRS + len(WORDS), 0, -1))


@pytest.mark.parametrize("method", METHODS)
def test_projections_are_those_of_the_papers(method: str) -> None:
    vectors = planted(noise=1.5)
    found = axis(vectors, (A, B), WORDS, method=method)
    wanted = naive.direction(vectors, A, B, method)
    expected = [naive.projection(vectors, word, wanted, method) for word in WORDS]
    assert [row["projection"] for row in found.table().rows] == pytest.approx(expected, abs=1e-9)
    scale = 1 if method == "seeds" else np.linalg.norm(wanted)
    np.testing.assert_allclose(found.axis.direction(), wanted / scale, atol=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_the_axis_without_a_unit_is_that_of_the_others(method: str) -> None:
    vectors = planted(noise=1.5)
    row = axis(vectors, (A, B), WORDS, method=method).stability.rows[2]
    b = [*B[:2], *B[3:]] if method in ("pairs", "pca") else B
    others = naive.direction(vectors, [*A[:2], *A[3:]], b, method)
    assert row["cosine"] == pytest.approx(naive.cosine(others, naive.direction(vectors, A, B, method)))
    left, right = ([naive.projection(vectors, word, others, method) for word in side] for side in (A, B))
    expected = left[2] - right[2] if method in ("pairs", "pca") else left[2] - np.mean(right)
    assert row["held_out"] == pytest.approx(expected)


@pytest.mark.parametrize("method", METHODS)
def test_a_planted_axis_is_recovered(method: str) -> None:
    found = axis(planted(), (A, B), WORDS, method=method).table().rows
    values = np.array([row["projection"] for row in found])
    # Mean cosines are as much smaller as the words of a pole differ.
    scale = values @ PLACES / (PLACES @ PLACES) if method == "seeds" else 1
    np.testing.assert_allclose(values / scale, PLACES, atol=0.12)
    assert (np.diff(values) > 0).all()
    assert all(row["low"] < row["projection"] < row["high"] for row in found)


def test_expanded_poles_are_means_with_the_nearest_words() -> None:
    vectors = planted()
    found = axis(vectors, (A[:1], B[:1]), WORDS, method="semaxis", expand=2)
    ends = [
        np.mean([vectors[word] for word in (side, *(near for near, _ in vectors.nearest(side, 2)))], axis=0)
        for side in (A[0], B[0])
    ]
    expected = [naive.cosine(vectors[word].astype(float), ends[0] - ends[1]) for word in WORDS]
    assert [row["projection"] for row in found.table().rows] == pytest.approx(expected, abs=1e-6)


def test_intervals_cover_the_projection_on_the_axis_of_such_pairs() -> None:
    """95 % intervals of 15 drawn pairs cover the mean of such axes in about 91 % of words (94 % with 30 pairs)."""
    chance = np.random.default_rng(3)
    trials, pairs, dim = 120, 15, 20
    words = chance.normal(size=(10, dim))
    words /= np.linalg.norm(words, axis=1, keepdims=True)
    names = [f"v{at}" for at in range(10)]
    model = Model("m", Vectors(names, words.astype(np.float32)), "exact")
    values, bounds = np.empty((trials, 10)), np.empty((trials, 2, 10))
    for trial in range(trials):
        rows = 0.5 * chance.normal(size=(pairs, dim)) + 0.7 * np.eye(dim)[0]
        basis = Basis("pairs", rows, rows @ rows.T, np.ones(pairs, bool))
        fitted = FittedAxis([model], [basis], Poles([], []), path=False)
        values[trial] = fitted.values(names)[0]
        (drawn,) = fitted.resampled(names, 200, trial)
        bounds[trial] = np.quantile(drawn[:, 0], [0.025, 0.975], axis=0)
    typical = values.mean(0)
    covered = ((bounds[:, 0] <= typical) & (typical <= bounds[:, 1])).mean()
    assert 0.88 < covered < 0.96


def test_repetitions_have_a_mean_and_a_deviation_and_a_path_has_differences() -> None:
    models = {f"seed{at}": planted(at) for at in range(3)}
    alone = np.array([[row["projection"] for row in axis(one, (A, B), WORDS).rows] for one in models.values()])
    found = axis(models, (A, B), WORDS).table().rows
    assert [row["projection"] for row in found] == pytest.approx(alone.mean(0).tolist())
    assert [row["sd"] for row in found] == pytest.approx(alone.std(0, ddof=1).tolist())
    years = {"1900": planted(1), "1950": planted(1), "2000": planted(1, shift=0.3)}
    path = axis(years, (A, B), WORDS[2:4], path=True).table().rows
    assert [row["step"] for row in path] == ["1900", "1950", "2000"] * 2
    assert [row["difference"] for row in path[:3]] == [None, 0, pytest.approx(0.3, abs=0.05)]
    assert path[1]["p"] == 1
    assert path[2]["p"] < 0.01
    assert 0.2 < path[2]["difference_low"] < path[2]["difference"] < path[2]["difference_high"] < 0.4


def test_a_word_that_a_slice_lacks_has_no_projection_there() -> None:
    whole = planted()
    found = axis({"1900": whole.subset([*A, *B, *WORDS[:2]]), "2000": whole}, (A, B), WORDS[:3], path=True)
    assert [row["projection"] is None for row in found.rows] == [False] * 4 + [True, False]
    assert "1900: unknown: w2" in found.notes


def test_poles_are_those_that_all_models_know() -> None:
    whole = planted()
    less = whole.subset([word for word in whole.words if word != "a1"])
    found = axis({"one": whole, "two": less}, (A, [*B[:3], "zebra", *B[4:]]), WORDS)
    assert found.axis.poles.a == [word for word in A if word not in ("a1", "a3")]
    assert "A, B: 10 of 12 pairs known (not: a1-b1, a3-zebra)" in found.notes
    both = axis({"one": whole, "two": less}, (A, B), WORDS, method="seeds")
    assert both.notes[:2] == ["A: 11 of 12 words known (not: a1)", "B: 12 of 12 words known"]


def test_extreme_words_are_the_default_and_leave_out_poles() -> None:
    found = axis(planted(), (A, B), number=2)
    assert found.words == ["w8", "w7", "w1", "w0"]


def test_few_pairs_have_no_intervals_and_one_pair_no_stability() -> None:
    found = axis(planted(), (A[:1], B[:1]), WORDS)
    assert {row["low"] for row in found.rows} == {None}
    assert any("no intervals" in note for note in found.notes)
    assert len(found.stability) == 0


def test_a_pair_that_contradicts_the_others_is_named() -> None:
    found = axis(planted(), ([*A[:9], B[9], *A[10:]], [*B[:9], A[9], *B[10:]]), WORDS)
    assert any("b9-a9 contradicts the others" in note for note in found.notes)


@pytest.mark.parametrize(
    ("poles", "settings", "message"),
    [
        ((["a1", "a2"], ["b1"]), {}, "A has 2 words, B 1; the method pairs needs pairs, word by word"),
        ((["a1", "a2"], ["a1", "b2"]), {}, "a1: paired with the same word"),
        ((["a1", "a2"], ["a1", "b2"]), {"method": "seeds"}, "a1: is in both A and B"),
        ((["a1", "a1"], ["b1", "b2"]), {"method": "seeds"}, "a1: is twice in A"),
        ((["zebra"], ["b1"]), {}, r"A: 0 of 1 word known among the 33 of the vectors.*\(unknown: zebra\)"),
        ((["zebra", "a1"], ["b1", "gnu"]), {}, "A, B: no pair has two known words"),
        ((["a1", "b1"], ["b1", "a1"]), {}, "the poles cancel out"),
        (([], ["b1"]), {}, "A: holds no word"),
        ((["a1"], ["b1"]), {"method": "lsa"}, "choose one of pairs, pca, semaxis, seeds"),
        ((["a1"], ["b1"]), {"expand": 3}, "only the method semaxis expands poles"),
        ((["a1"], ["b1"]), {"resamples": 3}, "must be at least 100"),
        ((["a1"], ["b1"]), {"seeds": 3}, "there is no setting 'seeds'"),
    ],
)
def test_bad_poles_and_settings_are_one_line(
    poles: tuple[list[str], list[str]], settings: dict[str, object], message: str
) -> None:
    with pytest.raises((InputError, SettingsError), match=message) as raised:
        axis(planted(), poles, WORDS, **settings)
    assert "\n" not in str(raised.value)


def test_words_that_nobody_knows_are_an_error() -> None:
    with pytest.raises(InputError, match=r"words: 0 of 2 words known .*unknown: zebra, gnu"):
        axis(planted(), (A, B), ["zebra", "gnu"])
    broken = planted()
    broken.matrix[0, 0] = np.nan
    with pytest.raises(InputError, match="'a0': its vector holds NaN"):
        axis(broken, (A, B), WORDS)


def test_sets_of_words_are_files_lists_or_words_with_commas(tmp_path: Path) -> None:
    path = tmp_path / "rich.txt"
    path.write_text("# Kozlowski et al. (2019)\nrich, wealthy\n\naffluent # of money\n#hashtag\n")
    assert read_word_set(path) == WordSet("rich", ["rich", "wealthy", "affluent", "#hashtag"])
    assert read_word_set("rich, poor", "A") == WordSet("A", ["rich", "poor"])
    assert read_word_set("rich", "A").words == ["rich"]
    with pytest.raises(InputError, match=r"no\.txt: no such file"):
        read_word_set("no.txt")
    path.write_text("# nothing\n")
    with pytest.raises(SettingsError, match="holds no word"):
        read_word_set(path)


def test_the_paragraph_names_method_poles_and_works() -> None:
    said = axis_text(axis(planted(), (A, B), WORDS))
    assert "the mean of the differences between the unit vectors of the words of 12 pairs of words (a0\u2013b0" in said
    assert "(Kozlowski et al., 2019)" in said
    assert "percentiles of 1,000 bootstraps of the pairs, whose projections were divided" in said
    assert "@article{kozlowski2019," in said
    models = {"one": planted(1), "two": planted(2)}
    assert "means over them" in axis_text(axis(models, (A, B), WORDS, method="seeds"))
    assert "differences are from the first" in axis_text(axis(models, (A, B), WORDS, method="pca", path=True))
    assert "with its 1 nearest word" in axis_text(axis(planted(), (A[:3], B[:2]), WORDS, method="semaxis", expand=1))


def test_the_command_prints_and_writes_every_form(tmp_path: Path, wordvec: Call) -> None:
    planted().save(tmp_path / "one.vec")
    planted(2).save(tmp_path / "two.vec")
    (tmp_path / "a.txt").write_text("\n".join(A))
    (tmp_path / "b.txt").write_text("\n".join(B))
    poles = ["--poles", tmp_path / "a.txt", tmp_path / "b.txt", "--words", "w0,w8", "--resamples", 100]
    done = wordvec("axis", tmp_path / "one.vec", *poles)
    assert done.code == 0
    assert done.out.splitlines()[0].split() == ["word", "projection", "low", "high"]
    assert "a, b: 12 of 12 pairs known" in done.out
    both = [tmp_path / "one.vec", tmp_path / "two.vec"]
    printed = json.loads(wordvec("axis", *both, *poles, "--json").out)
    assert [row["models"] for row in printed["rows"]] == [2, 2]
    steps = wordvec("axis", *both, *poles, "--path", "--csv").out.splitlines()
    assert steps[0] == "word,step,projection,low,high,difference,difference_low,difference_high,p"
    assert wordvec("axis", both[0], *poles, "--stability", "--csv").out.startswith("pair,cosine,held_out\na0-b0,")
    assert wordvec("axis", both[0], *poles, "--methods-text").out.startswith("The axis is the mean")
    files = [tmp_path / "t.tex", tmp_path / "p.svg"]
    assert wordvec("axis", both[0], *poles, "--latex", files[0], "--plot", files[1], "--title", "x_1$").code == 0
    assert "\\toprule" in files[0].read_text()
    assert ">w8<" in files[1].read_text()
    again = wordvec("axis", *both, *poles, "--path", "--plot", files[1])
    assert (again.code, "--force" in again.err) == (1, True)
    assert wordvec("axis", *both, *poles, "--path", "--plot", files[1], "--force").code == 0
    over = wordvec("axis", both[0], *poles, "--latex", tmp_path / "a.txt", "--force")
    assert (over.code, over.err) == (
        2,
        f"wordvec: {tmp_path / 'a.txt'}: would be written over an input; choose another name\n",
    )
    for bad in (["--title", "x"], ["--plot", "x.gif"], ["--expand", 2], ["--poles", "a0", "a0"]):
        found = wordvec("axis", both[0], *poles, *bad)
        assert found.code in (1, 2)
        assert found.err.count("\n") == 1

"""Grounding: twins of the methods, planted maps, the permutation control, files of measured spaces, the command."""

import json
from pathlib import Path

import naive_grounding as naive
import numpy as np
import pytest
from cli_helpers import Call
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from wordvec import Vectors
from wordvec.alignment import Grounding, MeasuredSpace
from wordvec.alignment.grounding.cca import CanonicalCorrelation, Whitening
from wordvec.alignment.grounding.ridge import PENALTIES, Ridge
from wordvec.errors import InputError, SettingsError
from wordvec.evaluation import grounding
from wordvec.evaluation.datasets.measured import read_measured
from wordvec.evaluation.maps.held_out import correlations_of_moments
from wordvec.evaluation.maps.ranking import ranks

WORDS = [f"w{at}" for at in range(80)]


def planted(
    words: int = 80, dim: int = 6, dims: int = 4, noise: float = 0.0, seed: int = 1
) -> tuple[Vectors, np.ndarray]:
    """Return vectors, and measured rows that are a linear map of them with noise."""
    chance = np.random.default_rng(seed)
    rows = chance.normal(size=(words, dim)).astype(np.float32)
    units = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    measured = 3 + units @ chance.normal(size=(dim, dims)) + noise * chance.normal(size=(words, dims))
    return Vectors([f"w{at}" for at in range(words)], rows), measured


@given(st.integers(0, 10**6), st.integers(4, 30), st.integers(1, 8), st.integers(1, 3))
@settings(max_examples=25, deadline=None)
def test_each_outcome_has_the_penalty_with_the_smallest_error(seed: int, n: int, dim: int, outcomes: int) -> None:
    chance = np.random.default_rng(seed)
    x, y = chance.normal(size=(n, dim)), chance.normal(size=(n, outcomes))
    y[:, 0] += x[:, 0]
    spectrum = np.linalg.svd(x - x.mean(0), compute_uv=False) ** 2
    mean = spectrum.sum() / min(n - 1, dim)
    found = Ridge(x).fit(y).measured
    for outcome in range(outcomes):
        twins = [naive.solved(x, y[:, outcome], penalty * mean) for penalty in PENALTIES]
        errors = np.array([error for _, _, error in twins])
        near = [twins[at] for at in np.flatnonzero(errors <= errors.min() * (1 + 1e-6))]
        intercept = found.level[outcome] - found.centre @ found.matrix[:, outcome]
        assert any(
            np.allclose(found.matrix[:, outcome], weights, atol=1e-7) and np.isclose(intercept, level, atol=1e-7)
            for weights, level, _ in near
        )


def test_a_given_penalty_is_that_of_all_outcomes() -> None:
    chance = np.random.default_rng(3)
    x, y = chance.normal(size=(20, 3)), chance.normal(size=(20, 2))
    mean = (np.linalg.svd(x - x.mean(0), compute_uv=False) ** 2).sum() / 3
    found = Ridge(x, 0.5).fit(y)
    for outcome in range(2):
        np.testing.assert_allclose(found.measured.matrix[:, outcome], naive.solved(x, y[:, outcome], 0.5 * mean)[0])
    assert found.figures["chosen_strength"] == {"lowest": 0.5, "median": 0.5, "highest": 0.5}


@pytest.mark.parametrize("weight", [0.0, 0.3, 0.9])
def test_canonical_variables_are_those_of_the_eigenproblem(weight: float) -> None:
    chance = np.random.default_rng(4)
    x = chance.normal(size=(60, 5)) @ chance.normal(size=(5, 5))
    y = x[:, :3] @ chance.normal(size=(3, 4)) + chance.normal(size=(60, 4))
    correlations, variables = naive.cca(x, y, weight)
    fit = CanonicalCorrelation(x, weight).fit(y)
    np.testing.assert_allclose(fit.figures["canonical_correlations"], correlations, rtol=1e-5)
    found = fit.output.rows(x) / correlations
    np.testing.assert_allclose(np.abs(found), np.abs(variables), atol=1e-7)


def test_without_shrinkage_cca_predicts_as_least_squares_does() -> None:
    chance = np.random.default_rng(5)
    x, y = chance.normal(size=(50, 4)), chance.normal(size=(50, 6))
    expected = np.linalg.lstsq(np.c_[x, np.ones(50)], y, rcond=None)[0]
    np.testing.assert_allclose(
        CanonicalCorrelation(x, 0.0).fit(y).measured.rows(x), np.c_[x, np.ones(50)] @ expected, atol=1e-8
    )


@given(st.integers(0, 10**6), st.integers(3, 40), st.integers(1, 8))
@settings(max_examples=25, deadline=None)
def test_shrinkage_is_ledoit_and_wolf_s(seed: int, n: int, dim: int) -> None:
    x = np.random.default_rng(seed).normal(size=(n, dim)) * np.arange(1, dim + 1)
    found = Whitening.of(x - x.mean(0), None)
    assert found.weight == pytest.approx(0.0 if dim == 1 else naive.ledoit_wolf(x), abs=1e-9)
    np.testing.assert_allclose(found.root @ found.inverse_root, np.eye(dim), atol=1e-8)


@given(st.integers(0, 10**6), st.integers(1, 6), st.integers(1, 9))
@settings(max_examples=25, deadline=None)
def test_ranks_are_those_of_the_definition(seed: int, queries: int, candidates: int) -> None:
    chance = np.random.default_rng(seed)
    x, y = (chance.integers(-2, 3, (rows, 2)).astype(float) for rows in (queries, candidates))
    right = chance.integers(0, candidates, queries)
    also = [np.setdiff1d(np.flatnonzero(chance.random(candidates) < 0.3), [own]) for own in right]
    expected = [naive.rank(x[at], y, int(right[at]), set(also[at].tolist())) for at in range(queries)]
    assert ranks(x, y, right, also).tolist() == expected


def test_correlations_of_moments_are_scipy_s() -> None:
    chance = np.random.default_rng(6)
    x, y = chance.normal(size=(9, 3)), chance.normal(size=(9, 3))
    y[:, 2] = 0
    found = correlations_of_moments(*(rows.mean(0) for rows in (x, y, x * x, y * y, x * y)))
    np.testing.assert_allclose(found[:2], [stats.pearsonr(x[:, at], y[:, at]).statistic for at in range(2)])
    assert np.isnan(found[2])


@pytest.mark.parametrize("method", ["ridge", "cca"])
def test_a_planted_map_is_recovered_for_words_that_were_not_measured(method: str) -> None:
    vectors, measured = planted()
    space = MeasuredSpace(WORDS[:60], measured[:60])
    settings = Grounding(method=method, strength=1e-9)
    if method == "ridge":
        found = settings.fit(vectors, space).vectors(vectors)
        np.testing.assert_allclose(found.matrix[60:], measured[60:], atol=1e-4)
        assert found.metadata["history"][-1]["step"] == "ground"
    table = grounding(vectors, space, settings, permutations=20)
    by_measure = {row["measure"]: row for row in table.rows}
    assert by_measure["correlation of dimensions"]["mean"] > 0.99
    assert by_measure["accuracy at 1"]["mean"] > 0.9
    assert all(row["p"] == pytest.approx(1 / 21) for row in table.rows if row["measure"] != "accuracy at 10")


def test_the_vectors_of_cca_are_in_the_shared_space() -> None:
    vectors, measured = planted(noise=0.1)
    model = Grounding(method="cca", dim=2).fit(vectors, MeasuredSpace(WORDS, measured))
    made = model.vectors(vectors)
    assert made.matrix.shape == (80, 2)
    correlations = model.record["canonical_correlations"]
    assert len(correlations) == 2
    assert 1 > correlations[0] >= correlations[1] > 0
    # A variable has the spread of its correlation, but for shrinkage.
    np.testing.assert_allclose(made.matrix.std(0), correlations, rtol=0.2)


def test_a_row_without_a_vector_stays_zeros_and_is_not_fitted() -> None:
    vectors, measured = planted()
    rows = vectors.matrix.copy()
    rows[5] = 0
    empty = Vectors(WORDS, rows)
    model = Grounding().fit(empty, MeasuredSpace(WORDS, measured))
    assert model.record["words"] == 79
    assert not model.vectors(empty).matrix[5].any()
    assert model.vectors(empty).matrix[6].any()


def test_p_values_are_uniform_where_measured_rows_are_random() -> None:
    values = []
    for seed in range(30):
        vectors, _ = planted(24, 2, seed=seed)
        noise = np.random.default_rng([seed, 9]).normal(size=(24, 2))
        table = grounding(vectors, MeasuredSpace(WORDS[:24], noise), permutations=19, folds=2, resamples=100, seed=seed)
        values.append(table.rows[0]["p"])
    # 19 permutations: p is one of 1/20, 2/20 … 1; its steps are spread by a uniform number.
    spread = np.array(values) - np.random.default_rng(1).random(30) / 20
    assert stats.kstest(spread, "uniform").pvalue > 0.01


def test_a_changed_row_changes_no_prediction_of_its_own_fold() -> None:
    from wordvec.evaluation.maps.held_out import held_out
    from wordvec.workers import Progress, StopFlag

    vectors, measured = planted(noise=0.5)
    rows = vectors.matrix.astype(float)
    before = held_out(Grounding(), rows, measured, [], 10, 1, Progress(), StopFlag()).predicted
    measured[7] += 100
    after = held_out(Grounding(), rows, measured, [], 10, 1, Progress(), StopFlag()).predicted
    assert (after == before).all(axis=1).sum() == 8
    assert (after[7] == before[7]).all()


def test_one_rating_has_no_cosines_and_named_dimensions_have_rows() -> None:
    vectors, measured = planted(noise=0.1)
    one = grounding(vectors, MeasuredSpace(WORDS, measured[:, :1], ["heat"]), permutations=0, resamples=100)
    assert [row["measure"] for row in one.rows] == ["correlation of dimensions", "correlation of heat"]
    assert one.rows[0]["mean"] == one.rows[1]["mean"]
    assert "p" not in one.rows[0]
    assert any("need at least 3 dimensions" in note for note in one.notes)


def test_a_word_in_another_letter_case_is_found_once() -> None:
    vectors, measured = planted()
    space = MeasuredSpace([*(word.upper() for word in WORDS[:40]), "w3", "tea"], np.r_[measured[:41], measured[:1]])
    model = Grounding().fit(vectors, space)
    assert model.record["words"] == 40
    table = grounding(vectors, space, permutations=0, resamples=100)
    assert any("1 word left out, whose vector another one has" in note for note in table.notes)
    assert any("40 of 42 words known, 4 dimensions; unknown: tea" in note for note in table.notes)
    with pytest.raises(InputError, match="1 of 42 words have a vector"):
        Grounding().fit(vectors, space, case="exact")


@pytest.mark.parametrize(
    ("words", "matrix", "message"),
    [
        (["a"], [[1.0], [2.0]], "2 rows and 1 words"),
        (["a", "a"], [[1.0], [2.0]], "'a': repeated"),
        (["a", "b"], [[1.0], [np.nan]], r"'b' \(row 2\) holds NaN"),
        ([], np.empty((0, 3)), "expected rows of numbers"),
    ],
)
def test_bad_measured_spaces_are_refused(words: list[str], matrix: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        MeasuredSpace(words, np.array(matrix))


def test_a_space_whose_rows_are_equal_predicts_nothing() -> None:
    vectors, _ = planted()
    with pytest.raises(InputError, match="of all known words are equal"):
        Grounding().fit(vectors, MeasuredSpace(WORDS, np.ones((80, 2))))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"dim": 2}, "ridge does not have this setting"),
        ({"method": "cca", "strength": 2.0}, "must be at most 0.99"),
        ({"strength": -1.0}, "must be at least 0"),
        ({"method": "pls"}, "choose one of ridge, cca"),
    ],
)
def test_settings_out_of_range_are_refused(given: dict[str, object], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        Grounding(**given)  # type: ignore[arg-type]


def test_tables_arrays_and_vector_files_are_one_space(tmp_path: Path) -> None:
    rows = np.array([[1.5, -2.0], [0.0, 0.25], [3.0, 4.0]])
    words = ["tea", "ice", "rum"]
    lines = "".join(f"{word}\t{a}\t{b}\n" for word, (a, b) in zip(words, rows.tolist(), strict=True))
    (tmp_path / "plain.tsv").write_text(lines)
    (tmp_path / "named.csv").write_text("Word,Heat,Taste\n" + lines.replace("\t", ","))
    (tmp_path / "words.txt").write_text("tea\nice\nrum\n")
    np.save(tmp_path / "rows.npy", rows)
    np.savez(tmp_path / "rows.npz", features=rows, other=np.arange(3))
    Vectors(words, rows.astype(np.float32)).save(tmp_path / "rows.vec")
    listed = {"words": tmp_path / "words.txt"}
    for name, more in {
        "plain.tsv": {},
        "named.csv": {},
        "rows.npy": listed,
        "rows.npz": listed,
        "rows.vec": {},
    }.items():
        found = read_measured(tmp_path / name, **more)
        assert (list(found.words), found.matrix.tolist()) == (words, rows.tolist())
        assert list(found.names) == (["Heat", "Taste"] if name == "named.csv" else [])
    chosen = read_measured(tmp_path / "named.csv", columns="word,taste")
    assert (list(chosen.names), chosen.matrix[:, 0].tolist()) == (["Taste"], rows[:, 1].tolist())


def test_repeated_words_have_their_mean_and_empty_cells_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "r.tsv"
    path.write_text("word\tx\ty\ntea\t1\t2\ntea\t3\t4\nice\t\t5\nrum\t1,5\t6\n")
    found = read_measured(path)
    assert (list(found.words), found.matrix.tolist()) == (["tea", "rum"], [[2.0, 3.0], [1.5, 6.0]])
    assert found.notes == ["1 line with an empty cell left out", "1 word with several rows: their mean"]


@pytest.mark.parametrize(
    ("text", "columns", "message"),
    [
        ("tea\t1\nice\tcold\n", None, "line 2: 'cold' in column 2 is no finite number"),
        ("tea\t1\nice\tnan\n", None, "line 2: 'nan' in column 2"),
        ("tea\t1\n\t2\n", None, "line 2: the word is empty"),
        ("tea\t\nice\t\n", None, "the first line is"),
        ("word\tx\ntea\t1\n", "word,heat", "names no column 'heat'"),
        ("word\tx\ntea\t1\n", "1,3", "there is no column 3"),
        ("word\tx\ntea\t1\n", "1", "at least one of numbers"),
        ("word\tx\ntea\t1\n", "1,0", "counted from 1"),
        ("word\tx\ntea\t1\n", "1,2,2", "named twice"),
    ],
)
def test_bad_tables_name_the_line(tmp_path: Path, text: str, columns: str | None, message: str) -> None:
    (tmp_path / "bad.tsv").write_text(text)
    with pytest.raises((InputError, SettingsError), match=message):
        read_measured(tmp_path / "bad.tsv", columns=columns)


def test_the_command_writes_vectors_and_prints_a_table(tmp_path: Path, wordvec: Call) -> None:
    vectors, measured = planted(noise=0.1)
    vectors.save(tmp_path / "v.vec")
    lines = [f"{word}\t" + "\t".join(map(str, row)) for word, row in zip(WORDS[:60], measured.tolist(), strict=False)]
    (tmp_path / "s.tsv").write_text("\n".join(["word\ta\tb\tc\td", *lines]) + "\n")
    command = ("ground", tmp_path / "v.vec", "--space", tmp_path / "s.tsv", "-o", tmp_path / "g.vec")
    how = ("--permutations", 9, "--resamples", 100)
    dry = wordvec(*command, *how, "--dry-run")
    assert (dry.code, dry.err) == (0, "")
    assert "60 of 60 words known, dim 4" in dry.out
    assert not (tmp_path / "g.vec").exists()
    done = wordvec(*command, *how, "--json", "--log", tmp_path / "log.jsonl")
    assert done.code == 0
    rows = json.loads(done.out)["rows"]
    assert rows[0]["measure"] == "correlation of dimensions"
    assert len(rows[0]["values"]) == 4
    assert rows[0]["p"] == 0.1
    made = Vectors.load(tmp_path / "g.vec")
    assert made.matrix.shape == (80, 4)
    assert made.metadata["history"][-1]["dimensions"] == ["a", "b", "c", "d"]
    expected = Grounding().fit(vectors, read_measured(tmp_path / "s.tsv")).vectors(vectors)
    np.testing.assert_allclose(made.matrix, expected.matrix, atol=1e-5)
    again = wordvec(*command)
    assert (again.code, again.err.count("\n")) == (1, 1)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (("--folds", 1), "--folds 1: must be at least 2"),
        (("--permutations", -1), "--permutations -1: must be at least 0"),
        (("--dim", 2), "--dim: ridge does not have this setting; cca does"),
        (("--space-words", "w.txt"), "is no array, and has its own words"),
    ],
)
def test_a_wrong_option_is_one_line(tmp_path: Path, wordvec: Call, more: tuple[object, ...], message: str) -> None:
    vectors, measured = planted()
    vectors.save(tmp_path / "v.vec")
    (tmp_path / "s.tsv").write_text("".join(f"{word}\t{row[0]}\n" for word, row in zip(WORDS, measured, strict=True)))
    done = wordvec("ground", tmp_path / "v.vec", "--space", tmp_path / "s.tsv", "-o", tmp_path / "g.vec", *more)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert message in done.err


def test_arrays_need_as_many_words_as_rows(tmp_path: Path) -> None:
    np.save(tmp_path / "rows.npy", np.eye(3))
    (tmp_path / "two.txt").write_text("tea\nice\n")
    (tmp_path / "empty.txt").write_text("tea\n\nice\n")
    with pytest.raises(SettingsError, match="is an array without words"):
        read_measured(tmp_path / "rows.npy")
    with pytest.raises(InputError, match="2 lines for 3 rows"):
        read_measured(tmp_path / "rows.npy", tmp_path / "two.txt")
    with pytest.raises(InputError, match=r"line 2: is empty; expected the word of row 2"):
        read_measured(tmp_path / "rows.npy", tmp_path / "empty.txt")
    np.savez(tmp_path / "both.npz", a=np.eye(3), b=np.eye(3))
    with pytest.raises(InputError, match="holds 2 matrices of numbers, expected one"):
        read_measured(tmp_path / "both.npz", tmp_path / "two.txt")

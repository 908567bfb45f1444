"""Scores of change against truth: SciPy's and scikit-learn's figures, and what is done with words without a score."""

import random
from pathlib import Path

import numpy as np
import pytest
from cli_helpers import Call
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score

from wordvec.errors import InputError, SettingsError
from wordvec.evaluation import graded_change
from wordvec.evaluation.slices.change_scores import read_scores
from wordvec.evaluation.slices.graded_change import judge_binary

TABLE = """\
word,count_a,count_b,cosine,cosine_p,mix,changed,rare
moved,60,70,0.1,0.001,0.2,1,0
still,60,70,0.9,0.9,0.8,0,0
odd,9,9,0.5,0.2,,0,1
"""


def write(path: Path, values: dict[str, float]) -> Path:
    path.write_text("".join(f"{word}\t{value}\n" for word, value in values.items()))
    return path


@pytest.fixture
def graded(tmp_path: Path) -> tuple[dict[str, float], dict[str, float]]:
    draw = np.random.default_rng(1)
    truth = {f"w{number}": round(float(value), 2) for number, value in enumerate(draw.random(40))}
    return {word: value + float(draw.normal(0, 0.2)) for word, value in list(truth.items())[:35]}, truth


def test_graded_truth_is_judged_by_spearman(graded: tuple[dict[str, float], dict[str, float]], tmp_path: Path) -> None:
    scores, truth = graded
    (row,) = graded_change([write(tmp_path / "scores", scores)], write(tmp_path / "truth", truth)).rows
    assert (row["words"], row["covered"]) == (40, 35)
    assert row["spearman"] == pytest.approx(spearmanr(list(scores.values()), list(truth.values())[:35]).statistic)
    lowest = [scores.get(word, -99) for word in truth]
    assert row["spearman_lowest"] == pytest.approx(spearmanr(lowest, list(truth.values())).statistic)
    assert row["low"] < row["spearman"] < row["high"]


def test_binary_truth_is_judged_by_decision_and_by_roc(
    graded: tuple[dict[str, float], dict[str, float]], tmp_path: Path
) -> None:
    scores, truth = graded
    right = {word: float(value > 0.6) for word, value in truth.items()}
    files = [write(tmp_path / "scores", scores)], write(tmp_path / "truth", right)
    (row,) = graded_change(*files, threshold=0.5).rows
    x, y = np.array(list(scores.values())), np.array(list(right.values()))[:35] == 1
    assert row["decided"] == "above 0.5"
    assert row["accuracy"] == pytest.approx(accuracy_score(y, x > 0.5))
    assert row["f1"] == pytest.approx(f1_score(y, x > 0.5))
    assert row["auc"] == pytest.approx(roc_auc_score(y, x))
    assert row["auc_lowest"] == pytest.approx(roc_auc_score(list(right.values()), [scores.get(w, -99) for w in truth]))
    assert row["accuracy_best"] == max(accuracy_score(y, x > cut) for cut in [-99, *x])
    everywhere = [scores.get(word, -99) > 0.5 for word in truth]
    assert row["f1_lowest"] == pytest.approx(f1_score(list(right.values()), everywhere))
    table = graded_change(*files)
    assert (table.rows[0]["decided"], table.rows[0]["called"]) == ("highest", y.sum())
    assert any("which this decision uses; ties are included" in note for note in table.notes)
    assert graded_change(*files, kind="graded").columns[3] == "spearman"


@pytest.mark.parametrize("seed", range(5))
def test_ties_count_half_of_the_area(seed: int) -> None:
    draw = np.random.default_rng(seed)
    values, truth = draw.integers(0, 4, 30).astype(np.float64), draw.random(30) < 0.4
    assert judge_binary(values, truth, truth)["auc"] == pytest.approx(roc_auc_score(truth, values))


@pytest.mark.parametrize("seed", range(5))
def test_the_best_threshold_is_the_best_of_all_that_there_are(seed: int) -> None:
    draw = np.random.default_rng(seed)
    values, truth = draw.integers(0, 5, 25).astype(np.float64), draw.random(25) < 0.5
    best = max(accuracy_score(truth, values > cut) for cut in range(-1, 5))
    assert judge_binary(values, truth, truth, resamples=100)["accuracy_best"] == pytest.approx(best)


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), min_size=3, max_size=12), st.randoms())
def test_the_order_of_the_truth_s_lines_changes_no_figure(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[tuple[int, bool]], chance: random.Random
) -> None:
    if len({changed for _, changed in drawn}) < 2:
        return
    folder = tmp_path_factory.mktemp("order")
    scores = write(folder / "scores", {f"w{number}": value for number, (value, _) in enumerate(drawn)})
    lines = [(f"w{number}", float(changed)) for number, (_, changed) in enumerate(drawn)]
    (first,) = graded_change([scores], write(folder / "truth", dict(lines)), resamples=100).rows
    chance.shuffle(lines)
    (again,) = graded_change([scores], write(folder / "again", dict(lines)), resamples=100).rows
    figures = set(first) - {"low", "high"}
    assert {name: first[name] for name in figures} == {name: again[name] for name in figures}


def test_words_with_equal_scores_are_called_alike(tmp_path: Path) -> None:
    scores = write(tmp_path / "scores", dict.fromkeys("abcd", 0.5))
    (row,) = graded_change([scores], write(tmp_path / "truth", {"a": 1, "b": 1, "c": 0, "d": 0})).rows
    assert (row["called"], row["accuracy"], row["auc"], row["accuracy_best"]) == (4, 0.5, 0.5, 0.5)


def test_a_table_of_change_says_itself_what_changed(tmp_path: Path) -> None:
    (tmp_path / "change.csv").write_text(TABLE)
    truth = write(tmp_path / "truth", {"moved": 1, "still": 0, "odd": 0, "absent": 1})
    assert read_scores(tmp_path / "change.csv").values == pytest.approx({"moved": 0.9, "still": 0.1, "odd": 0.5})
    assert read_scores(tmp_path / "change.csv", "mix").values == pytest.approx({"moved": 0.8, "still": 0.2})
    (row,) = graded_change([tmp_path / "change.csv"], truth).rows
    assert (row["decided"], row["called"], row["accuracy"], row["f1"], row["auc"]) == ("changed", 1, 1, 1, 1)
    assert row["accuracy_lowest"] == 0.75
    assert row["low"] is None  # too few words for an interval


def test_files_stand_side_by_side_on_the_command_line(wordvec: Call, tmp_path: Path) -> None:
    (tmp_path / "change.csv").write_text(TABLE)
    other = write(tmp_path / "other", {"moved": 0.2, "still": 0.7, "odd": 0.1})
    truth = write(tmp_path / "truth", {"moved": 1, "still": 0, "odd": 0})
    done = wordvec("evaluate", "change", tmp_path / "change.csv", other, "--truth", truth, "--csv")
    rows = [line.split(",") for line in done.out.splitlines()]
    assert [row[3] for row in rows] == ["decided", "changed", "highest"]
    assert [row[rows[0].index("auc")] for row in rows[1:]] == ["1.0", "0.5"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty"),
        ("word1\n", "line 1: no score; it takes a word and a score"),
        ("a\t1\na\t2\n", "line 2: a occurs twice"),
        ("a\tmuch\n", "line 1: no score; it takes a word and a score"),
        ("a\tnan\n", "line 1: no score; it takes a word and a score"),
        ("a\t0.3\t1\n", "line 1: columns 2 and 3 hold numbers, and the score is not clear; keep a word and a score"),
        ("word,cosine,changed\na,.1,1\n\nb,.2\n", "line 4: expected 3 columns as in line 1, found 2"),
        ("word,cosine,changed\na,x,1\n", "line 2: 'x' is no value of cosine; write the table again"),
        ("word,cosine,changed\na,.1,\n", "line 2: '' is no value of changed; write the table again"),
        ("word,cosine,changed\na,.1,1\na,.9,1\n", "line 3: a occurs twice"),
        ('word,cosine,changed\n"a,.1,1\n', "line 2: is not valid CSV"),
        ("word,mix\na,1\n", "has no column cosine; is it a table of wordvec compass change -o?"),
    ],
)
def test_bad_scores_are_one_line(wordvec: Call, tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "scores").write_text(content)
    truth = write(tmp_path / "truth", {"a": 1, "b": 0})
    said = wordvec("evaluate", "change", tmp_path / "scores", "--truth", truth).err
    assert said.startswith(f"wordvec: {tmp_path / 'scores'}")
    assert message in said
    assert said.count("\n") == 1


def test_what_cannot_be_judged_is_an_error(tmp_path: Path) -> None:
    scores = write(tmp_path / "scores", {"a": 1, "b": 2})
    with pytest.raises(InputError, match="all words have the same number"):
        graded_change([scores], write(tmp_path / "same", {"a": 1, "b": 1}))
    with pytest.raises(InputError, match="holds other numbers than 0 and 1"):
        graded_change([scores], scores, kind="binary")
    with pytest.raises(SettingsError, match="kind rank: choose one of graded, binary"):
        graded_change([scores], scores, kind="rank")
    truth = write(tmp_path / "right", {"a": 1, "b": 0})
    with pytest.raises(SettingsError, match="scores: is given twice"):
        graded_change([scores, scores], truth)
    with pytest.raises(SettingsError, match="threshold nan: must be finite"):
        graded_change([scores], truth, threshold=float("nan"))
    with pytest.raises(SettingsError, match="threshold: is for a binary truth"):
        graded_change([scores], scores, threshold=0.5)
    with pytest.raises(InputError, match="has no score for any of the 2 words"):
        graded_change([scores], write(tmp_path / "other", {"x": 1, "y": 0}))

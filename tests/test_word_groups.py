"""Outliers, categories and norms: the measures of the papers, planted groups and ratings, files, and the commands."""

import json
from pathlib import Path

import numpy as np
import pytest
from cli_helpers import Call

from wordvec import Vectors
from wordvec.errors import InputError, SettingsError
from wordvec.evaluation import categorise, norms, outliers
from wordvec.evaluation.associations.categorisation import purity
from wordvec.evaluation.associations.norms import predicted
from wordvec.evaluation.datasets import word_groups
from wordvec.evaluation.datasets.word_groups import Categories, Ratings, Topic, read_categories, read_ratings

WORDS = [f"w{at}" for at in range(40)]


def grouped(noise: float = 0.12, seed: int = 1) -> Vectors:
    """Return vectors of four groups of ten words."""
    chance = np.random.default_rng(seed)
    centres = np.repeat(np.eye(4, 8), 10, axis=0)
    return Vectors(WORDS, (centres + noise * chance.normal(size=(40, 8))).astype(np.float32))


def topics() -> list[Topic]:
    found = []
    for group in range(4):
        others = [WORDS[(10 * group + 15 + 3 * at) % 40] for at in range(3)]
        found.append(Topic(f"t{group}", WORDS[10 * group : 10 * group + 6], others))
    return found


def naive_positions(vectors: Vectors, topic: Topic) -> list[int]:
    """Return the positions of outliers by the compactness of the group without each word."""
    found = []
    for outlier in topic.outliers:
        every = [*topic.words, outlier]
        units = {word: vectors[word].astype(float) / np.linalg.norm(vectors[word].astype(float)) for word in every}
        compactness = {}
        for left_out in every:
            others = [word for word in every if word != left_out]
            compactness[left_out] = np.mean([units[a] @ units[b] for a in others for b in others if a != b])
        found.append(sorted(every, key=lambda word: compactness[word]).index(outlier))
    return found


def test_outliers_are_ranked_by_the_compactness_of_the_others() -> None:
    vectors = grouped(noise=0.9)
    positions = [one for topic in topics() for one in naive_positions(vectors, topic)]
    (row,) = outliers(vectors, [topics()]).rows
    assert row["opp"] == pytest.approx(np.mean(positions) / 6)
    assert row["accuracy"] == pytest.approx(np.mean([one == 6 for one in positions]))
    assert 0 < row["opp"] < 1
    assert row["opp_low"] < row["opp"] < row["opp_high"]


def test_planted_groups_are_found_and_random_vectors_are_at_one_half() -> None:
    found = outliers({"planted": grouped(), "random": grouped(noise=1e6)}, [topics()]).rows
    assert (found[0]["accuracy"], found[0]["opp"]) == (1, 1)
    assert 0.2 < found[1]["opp"] < 0.8
    assert found[1]["difference"] == pytest.approx(found[1]["opp"] - 1)
    assert found[1]["p"] < 0.05


def test_unknown_words_of_topics_are_left_out_and_told() -> None:
    less = grouped().subset([word for word in WORDS if word not in ("w0", "w15")])
    (row,) = (table := outliers(less, [topics()])).rows
    assert (row["outliers"], row["covered"]) == (12, 11)
    assert "topics: unknown: w0, w15" in table.notes
    with pytest.raises(InputError, match="no topic has 2 known words"):
        outliers(less, [[Topic("t", ["x", "y"], ["z"])]])


def test_files_of_topics_have_a_blank_line(tmp_path: Path) -> None:
    (tmp_path / "months.txt").write_text("june\nmay\n\n\nriver\njune bug\n\n")
    (tmp_path / ".hidden").write_text("x")
    assert word_groups.read_topics(tmp_path) == [Topic("months", ["june", "may"], ["river", "june bug"])]
    for text, message in (
        ("june\nmay\n", "1 blocks of 2 words; expected two or more"),
        ("june\n\nmay\n", "2 blocks of 1 and 1 words"),
        ("", "holds no word"),
        ("june\nmay\n\nmay\n", "may: is a word of the topic and an outlier"),
    ):
        (tmp_path / "months.txt").write_text(text)
        with pytest.raises(InputError, match=message):
            word_groups.read_topics(tmp_path / "months.txt")


def test_planted_categories_are_clustered() -> None:
    data = Categories("planted", WORDS, ["abcd"[at // 10] for at in range(40)])
    found = categorise({"planted": grouped(), "random": grouped(noise=1e6)}, data).rows
    assert (found[0]["purity"], found[0]["v_measure"], found[0]["adjusted_rand"]) == (1, pytest.approx(1), 1)
    assert found[1]["purity"] < 0.6
    assert abs(found[1]["adjusted_rand"]) < 0.2
    assert 0.25 < found[0]["purity_random"] < 0.5
    assert found[1]["difference_high"] < 0


def test_purity_is_the_share_of_each_cluster_s_commonest_category() -> None:
    gold, clusters = np.array([0, 0, 1, 1, 2]), np.array([0, 0, 0, 1, 1])
    assert purity(gold, clusters).tolist() == [3 / 5]
    times = np.array([[2, 0, 1, 3, 1.0]])
    repeated = np.repeat(np.arange(5), times[0].astype(int))
    assert purity(gold, clusters, times).tolist() == purity(gold[repeated], clusters[repeated]).tolist()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("dog\tanimal\ncat\n", "line 2: 'cat' has no category"),
        ("dog\tanimal\ndog\tpet\n", "line 2: dog: is in animal and in pet"),
        ("dog\tanimal\ncat\tanimal\n", "1 categories; expected at least two"),
        ("", "0 categories"),
    ],
)
def test_bad_categories_are_one_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "c.tsv").write_text(text)
    with pytest.raises(InputError, match=message):
        read_categories(tmp_path / "c.tsv")


def test_planted_ratings_are_predicted_and_random_ones_are_not() -> None:
    chance = np.random.default_rng(2)
    words = [f"v{at}" for at in range(200)]
    rows = chance.normal(size=(200, 10))
    units = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    ratings = 3 + 5 * units[:, 0] + 0.3 * chance.normal(size=200)
    data = [Ratings("planted", words, ratings.tolist()), Ratings("noise", words, chance.normal(size=200).tolist())]
    vectors = {"rows": Vectors(words, rows.astype(np.float32)), "less": Vectors(words, rows[:, 1:].astype(np.float32))}
    found = norms(vectors, data, resamples=200).rows
    ceiling = np.corrcoef(units[:, 0], ratings)[0, 1]
    assert found[0]["pearson"] == pytest.approx(ceiling, abs=0.02)
    assert found[0]["pearson_low"] < ceiling < found[0]["pearson_high"] + 0.01
    assert found[0]["r_squared"] == pytest.approx(ceiling**2, abs=0.05)
    assert found[1]["difference_high"] < 0
    assert found[2]["r_squared"] < 0.05
    assert found[2]["pearson_low"] < 0.15


def test_a_word_s_own_rating_does_not_predict_it() -> None:
    """A changed rating changes all predictions but its own fold's."""
    chance = np.random.default_rng(3)
    rows, ratings = chance.normal(size=(30, 4)), chance.normal(size=30)
    before = predicted(rows, ratings, 10, 1)
    changed = ratings.copy()
    changed[7] += 100
    after = predicted(rows, changed, 10, 1)
    assert after[7] == before[7]
    assert (after == before).sum() == 3


def test_ratings_of_any_table_and_of_named_columns(tmp_path: Path) -> None:
    path = tmp_path / "conc.tsv"
    path.write_text("Word\tBigram\tConc.M\tSD\ntea\t0\t4.5\t1\nidea\t0\t1.6\t1\ntea\t0\t4.7\t1\n")
    found = read_ratings(path, "Word,Conc.M")
    assert found.words == ["tea", "idea"]
    assert found.ratings == pytest.approx([4.6, 1.6])
    assert "1 words are rated several times: their mean" in found.notes
    path.write_text("tea,4.5\nidea,1.6\n")
    assert read_ratings(path).ratings == [4.5, 1.6]
    with pytest.raises(SettingsError, match="expected a column of words and one of scores, such as word,score"):
        read_ratings(path, "a,b,c")
    with pytest.raises(InputError, match="1 of 2 words known, at least 20 needed"):
        norms(Vectors(["tea"], [[1.0]]), path)
    with pytest.raises(InputError, match="the ratings of all known words are equal"):
        norms(grouped(), Ratings("same", WORDS, [1.0] * 40))


def test_the_commands_print_tables(tmp_path: Path, wordvec: Call) -> None:
    one, two = tmp_path / "one.vec", tmp_path / "two.vec"
    grouped().save(one)
    grouped(noise=0.6).save(two)
    (tmp_path / "topics").mkdir()
    for topic in topics():
        (tmp_path / "topics" / f"{topic.name}.txt").write_text("\n".join([*topic.words, "", *topic.outliers]))
    (tmp_path / "c.tsv").write_text("".join(f"{word}\t{'abcd'[at // 10]}\n" for at, word in enumerate(WORDS)))
    lines = [f"{word},{at // 10 + at / 40}\n" for at, word in enumerate(WORDS)]
    (tmp_path / "n.csv").write_text("word,score\n" + "".join(lines))
    for command, data, cited in (("outliers", "topics", "camacho2016"), ("categorise", "c.tsv", "rosenberg2007"),
                                 ("norms", "n.csv", "hoerl1970")):  # fmt: skip
        given = ["evaluate", command, one, two, "--dataset", tmp_path / data, "--resamples", 100]
        files = [tmp_path / f"{data}.tex", tmp_path / f"{data}.svg"]
        done = wordvec(*given, "--latex", files[0], "--plot", files[1], "--title", "x_1$")
        assert (done.code, done.err) == (0, "")
        rows = json.loads(wordvec(*given, "--json").out)["rows"]
        assert [row["vectors"] for row in rows] == [str(one), str(two)]
        assert "\\toprule" in files[0].read_text()
        assert ">x_1$<" in files[1].read_text()
        said = wordvec(*given, "--methods-text").out
        assert said.startswith("2 sets of vectors were evaluated on ")
        assert f"{{{cited}," in said
    bad = wordvec("evaluate", "categorise", one, "--dataset", tmp_path / "none.tsv")
    assert (bad.code, bad.err.count("\n")) == (1, 1)
    bad = wordvec("evaluate", "norms", one, "--dataset", tmp_path / "n.csv", "--folds", 1)
    assert (bad.code, bad.err) == (2, "wordvec: --folds 1: must be at least 2\n")

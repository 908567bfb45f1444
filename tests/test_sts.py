"""``wordvec evaluate sts``: sentence vectors against human scores of sentence pairs."""

from pathlib import Path

import numpy as np
import pytest
from cli_helpers import Call
from scipy import stats

from wordvec import Vectors
from wordvec.errors import InputError
from wordvec.evaluation import sts
from wordvec.evaluation.datasets.sentence_pairs import read_sentence_pairs
from wordvec.sentences import Sentences

WORDS = ["the", "of", *(f"{letter}{number}" for letter in "abc" for number in range(8))]


def write(path: Path, seed: int) -> list[tuple[float, list[str], list[str]]]:
    generator = np.random.default_rng(seed)
    pairs = []
    for _ in range(25):
        first, second = generator.choice(WORDS, (2, 5))
        shared = int(generator.integers(0, 6))
        second[:shared] = first[:shared]
        pairs.append((float(shared), first.tolist(), second.tolist()))
    lines = [f"{score}\t{' '.join(first).title()}!\t{', '.join(second)}\n" for score, first, second in pairs]
    path.write_text("\tno score\there\n" + "".join(lines))
    return pairs


@pytest.fixture
def vectors() -> Vectors:
    generator = np.random.default_rng(3)
    matrix = generator.normal(size=(len(WORDS), 12)) + np.linspace(0, 1, 12)
    return Vectors(WORDS, matrix, np.arange(len(WORDS))[::-1] ** 2 + 1)


def test_scores_are_correlations_of_cosines_of_means(tmp_path: Path, vectors: Vectors) -> None:
    pairs = [write(tmp_path / f"{name}.tsv", seed) for seed, name in enumerate("xy")]
    table = sts(vectors, tmp_path, resamples=100)
    means = {row["dataset"]: row for row in table.rows if (row["vectors"], row["method"]) == ("vectors", "mean")}
    for name, some in zip("xy", pairs, strict=True):
        cosines = []
        for _, *both in some:
            a, b = (np.mean([vectors[word] for word in tokens], axis=0) for tokens in both)
            cosines.append(round(float(a @ b / np.linalg.norm(a) / np.linalg.norm(b)), 5))
        scores = [score for score, *_ in some]
        assert means[name]["pearson"] == pytest.approx(stats.pearsonr(cosines, scores).statistic, abs=1e-5)
        assert means[name]["spearman"] == pytest.approx(stats.spearmanr(cosines, scores).statistic, abs=1e-5)
        assert means[name]["low"] < means[name]["pearson"] < means[name]["high"]
    assert means["mean"]["pearson"] == pytest.approx((means["x"]["pearson"] + means["y"]["pearson"]) / 2)
    assert means["mean"]["pairs"] == 50
    assert "x: 1 pair without a score left out" in " ".join(table.notes).replace("pairs without", "pair without")


def test_baselines_and_methods_are_compared_with_the_mean(tmp_path: Path, vectors: Vectors) -> None:
    write(tmp_path / "x.tsv", 1)
    rows = {(r["vectors"], r["method"]): r for r in sts(vectors, tmp_path, resamples=100).rows if r["dataset"] == "x"}
    assert set(rows) >= {("vectors", m) for m in ("mean", "tf-idf", "sif", "sif, by counts", "usif")}
    assert set(rows) >= {("random, dim 12", "mean"), ("-", "bag of words"), ("-", "tf-idf of words")}
    mean = rows["vectors", "mean"]
    assert "difference" not in mean
    for key, row in rows.items():
        if key != ("vectors", "mean"):
            assert row["difference"] == pytest.approx(row["pearson"] - mean["pearson"])
            assert row["difference_low"] <= row["difference"] <= row["difference_high"]


def test_folded_vectors_have_one_method(tmp_path: Path, vectors: Vectors) -> None:
    write(tmp_path / "x.tsv", 1)
    folded = Sentences().fit(vectors).vectors(vectors)
    rows = sts({"plain": vectors, "folded": folded}, tmp_path, resamples=100).rows
    found = {(row["vectors"], row["method"]): row["pearson"] for row in rows if row["dataset"] == "x"}
    assert [method for name, method in found if name == "folded"] == ["mean"]
    assert found["folded", "mean"] == pytest.approx(found["plain", "sif, by counts"], abs=1e-6)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no pair"),
        ("a\tb\n", "no pair"),
        ("1\ta b\tc\n2\tonly one\n", "line 2: expected a score and two sentences"),
        ("1\ta b\tc\nx\ta\tb\n", "line 2: the score 'x' is not a number"),
    ],
)
def test_a_damaged_file_is_one_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "x.tsv").write_text(text)
    with pytest.raises(InputError, match=message):
        read_sentence_pairs(tmp_path / "x.tsv")


def test_columns_of_the_benchmark_and_a_header_are_known(tmp_path: Path) -> None:
    path = tmp_path / "b.tsv"
    path.write_text("genre\tfile\tid\tscore\tone\ttwo\nmain\timages\t0024\t2.5\tA girl.\tA boy.\tlicence\n")
    found = read_sentence_pairs(path)
    assert (found.scores, found.first, found.second) == ([2.5], ["A girl."], ["A boy."])


def test_the_command_prints_the_table(wordvec: Call, tmp_path: Path, vectors: Vectors) -> None:
    write(tmp_path / "x.tsv", 1)
    vectors.save(tmp_path / "v.vec")
    done = wordvec("evaluate", "sts", tmp_path / "v.vec", "--dataset", tmp_path / "x.tsv", "--resamples", 100)
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[0].split()[:6] == ["dataset", "vectors", "method", "pairs", "no_word", "pearson"]
    assert "tokenizer: words" in done.out

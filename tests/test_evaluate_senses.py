"""Evaluation of senses: agreement of partitions, datasets, protocols, similarity in context."""

import os
from pathlib import Path

import numpy as np
import pytest
from conftest import Call
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score, v_measure_score

from wordvec.errors import InputError, SettingsError
from wordvec.evaluation import senses, similarity_in_context
from wordvec.evaluation.datasets.context_pairs import looks_like_context_pairs, read_context_pairs
from wordvec.evaluation.datasets.sense_contexts import looks_like_sense_contexts, read_sense_contexts
from wordvec.evaluation.partitions import adjusted_rand, paired_f, v_measure
from wordvec.senses.inventory import record
from wordvec.vectors import Vectors

NAMES = ["tea", "bank#1", "money", "river", "bank#2", "loan", "shore", "plant"]
ROWS = [[0, 0, 1], [1, 0.1, 0], [1, 0, 0.1], [0, 1, 0.1], [0.1, 1, 0], [1, 0, 0], [0, 1, 0], [1, 1, 1]]
COUNTS = [20, 9, 8, 7, 3, 2, 1, 1]
DATASET = """\
bank.n 5
the money	loan
a river	with a shore
his loan	.
no	word
money	river river river
plant.v 2
money	loan
river	shore
absent.n 2
money	loan
river	shore
tea.n 2
money	loan
river	shore
"""
KEY = """\
bank.n bank.n.1 bank.n.1
bank.n bank.n.2 bank.n.2
bank.n bank.n.3 bank.n.1
bank.n bank.n.4 bank.n.2
bank.n bank.n.5 bank.n.1&&bank.n.2
plant.v plant.v.1 plant.v.1
plant.v plant.v.2 plant.v.1
absent.n absent.n.1 absent.n.1
absent.n absent.n.2 absent.n.2
tea.n tea.n.2 tea.n.1
"""
PAIRS = """\
1	bank	n	money	n	a loan <b> bank </b> .	the <b>money</b>	9.0	9	9
2	Bank	n	river	n	the river <b>Bank</b> shore	a <b>river</b>	9.0	8	8
3	bank	n	river	n	a loan <b>bank</b> of money	a <b>river</b>	1.0	1	1
4	bank	n	unseen	n	a <b>bank</b>	a <b>unseen</b>	1.0	1	1
"""


@pytest.fixture
def vectors() -> Vectors:
    return Vectors(NAMES, ROWS, COUNTS, {"senses": record("planted", 1, "#")})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "semeval"
    folder.mkdir()
    (folder / "dataset.txt").write_text(DATASET)
    (folder / "key.txt").write_text(KEY)
    return folder


labels = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=25)


@given(labels)
def test_agreement_is_that_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    gold, predicted = zip(*pairs, strict=True)
    assert adjusted_rand(gold, predicted) == pytest.approx(adjusted_rand_score(gold, predicted), abs=1e-9)
    assert v_measure(gold, predicted) == pytest.approx(v_measure_score(gold, predicted), abs=1e-9)


@given(labels)
def test_paired_f_is_that_of_listed_pairs(pairs: list[tuple[int, int]]) -> None:
    of_gold, of_predicted = (
        {(i, j) for i in range(len(pairs)) for j in range(i) if pairs[i][side] == pairs[j][side]} for side in (0, 1)
    )
    expected = 1.0
    if of_gold or of_predicted:
        common = len(of_gold & of_predicted)
        precision, recall = common / max(1, len(of_predicted)), common / max(1, len(of_gold))
        expected = 2 * precision * recall / (precision + recall) if common else 0.0
    assert paired_f(*zip(*pairs, strict=True)) == pytest.approx(expected)


def test_a_dataset_is_read_with_its_key(folder: Path) -> None:
    found = read_sense_contexts(folder)
    assert [(item.word, item.name, len(item.contexts)) for item in found.items] == [
        ("bank", "bank.n", 5),
        ("plant", "plant.v", 2),
        ("absent", "absent.n", 2),
        ("tea", "tea.n", 1),
    ]
    assert (found.name, found.without_key) == ("semeval", 1)
    assert found.items[0].contexts[1] == (["a", "river"], ["with", "a", "shore"])
    assert found.items[3].contexts == [(["river"], ["shore"])]
    assert read_sense_contexts(folder / "dataset.txt").items == found.items
    assert looks_like_sense_contexts(folder)
    assert looks_like_sense_contexts(folder / "dataset.txt")
    assert not looks_like_sense_contexts(folder / "key.txt")


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (
            "dataset.txt",
            "bank.n 5",
            "bank.n 6",
            "line 7: expected the text before and after bank.n, separated by a tab",
        ),
        ("dataset.txt", "tea.n 2", "tea.n 3", "ends within the 3 contexts of tea.n"),
        ("dataset.txt", "tea.n 2", "bank.n 2", "line 13: bank.n is repeated"),
        ("dataset.txt", "bank.n 5", "bank.n", "line 1: expected a word with its number of contexts"),
        ("key.txt", "tea.n tea.n.2", "tea.n tea.n.9", "tea.n.9 is no context"),
        ("key.txt", "tea.n tea.n.2 tea.n.1", "tea.n tea.n.2", "line 10: expected a word, the number of a context"),
        ("key.txt", KEY, "\n", "no context has a gold sense"),
    ],
)
def test_a_damaged_dataset_is_one_line(folder: Path, file: str, old: str, new: str, message: str) -> None:
    path = folder / file
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(InputError, match=message):
        read_sense_contexts(folder)


def test_missing_parts_of_a_dataset_are_named(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds no dataset\.txt"):
        read_sense_contexts(tmp_path)
    (folder / "key.txt").unlink()
    with pytest.raises(InputError, match=r"its gold senses, .*key\.txt, are missing"):
        read_sense_contexts(folder)


def test_the_protocols_leave_out_different_words(folder: Path, vectors: Vectors) -> None:
    table = senses(vectors, folder, resamples=100)
    rows = {(row["vectors"], row["measure"]): row for row in table.rows}
    # "no word" has no known word and gets the first sense, and the fifth has two gold senses.
    bank = adjusted_rand_score([1, 2, 1, 2, 3], [0, 1, 0, 0, 1])
    assert rows["vectors", "ARI"]["score"] == pytest.approx((bank + 0) / 2)
    assert rows["vectors", "ARI"]["words"] == 2
    disgram = (adjusted_rand_score([1, 2, 1], [0, 1, 0]) + 1) / 2  # of bank and plant; absent is unknown, tea the last
    assert rows["vectors", "ARI (disgram)"]["score"] == pytest.approx(disgram)
    weighted = (5 * bank + 2 * 1 + 2 * 0 + 1 * 1) / 10
    assert rows["vectors", "ARI (weighted)"]["score"] == pytest.approx(weighted)
    assert rows["vectors", "V-measure"]["words"] == 4
    assert rows["one sense", "ARI"]["score"] == 0
    assert rows["one sense", "ARI"]["difference"] == pytest.approx(-bank / 2)
    assert rows["vectors", "ARI"]["low"] is None  # four words are too few
    assert {"random senses"} <= {name for name, _ in rows}


def test_a_window_of_nearest_words_chooses(folder: Path, vectors: Vectors) -> None:
    near = senses(vectors, folder, window=1, resamples=100)
    assert near.rows[0]["score"] is not None
    assert any("the 1 nearest known words" in note for note in near.notes)
    with pytest.raises(SettingsError, match="window"):
        senses(vectors, folder, window=0)


def test_intervals_are_over_words_and_paired(vectors: Vectors, tmp_path: Path) -> None:
    (tmp_path / "dataset.txt").write_text(
        "".join(
            f"{word}.{n} 3\nmoney\tloan\nriver\tshore\nmoney\t{word}\n" for n in range(6) for word in ("bank", "plant")
        )
    )
    keys = [
        f"{word}.{n} {word}.{n}.{i} s{sense}\n"
        for n in range(6)
        for word in ("bank", "plant")
        for i, sense in ((1, 1), (2, 2), (3, 1))
    ]
    (tmp_path / "key.txt").write_text("".join(keys))
    table = senses({"a": vectors, "b": vectors}, tmp_path, resamples=100)
    rows = {(row["vectors"], row["measure"]): row for row in table.rows}
    first = rows["a", "ARI"]
    assert first["score"] == pytest.approx(0.5)
    assert first["low"] < 0.5 < first["high"]
    same = rows["b", "ARI"]
    assert (same["difference"], same["difference_low"], same["difference_high"]) == (0, 0, 0)
    assert rows["one sense", "ARI"]["difference_high"] < 0


def test_contexts_of_pairs_choose_the_senses_that_are_compared(vectors: Vectors, tmp_path: Path) -> None:
    path = tmp_path / "scws.txt"
    path.write_text(PAIRS)
    read = read_context_pairs(path)
    assert read.contexts[0] == (("a loan ", " ."), ("the ", ""))
    assert looks_like_context_pairs(PAIRS.splitlines())
    table = similarity_in_context(vectors, path, resamples=100)
    rows = {row["measure"]: row for row in table.rows}
    assert rows["MaxSimC"]["score"] == pytest.approx(1)  # money near, river near, river far
    assert (rows["MaxSimC"]["pairs"], rows["MaxSimC"]["unknown"]) == (3, 1)
    # The two pairs with river are alike without contexts.
    assert rows["AvgSim"]["score"] < rows["AvgSimC"]["score"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("1\tbank\tn\tmoney", "line 1: expected 8 columns or more, found 4"),
        ("1\ta\tn\tb\tn\t<b>a</b>\tb\t1", "a context has no word in <b> </b>"),
        ("1\ta\tn\tb\tn\t<b>a</b>\t<b>b</b>\thigh", "the score 'high' is not a number"),
        ("\n", "holds no pair"),
    ],
)
def test_damaged_pairs_are_one_line(line: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "scws.txt"
    path.write_text(line)
    with pytest.raises(InputError, match=message):
        read_context_pairs(path)


def test_the_command_prints_both_kinds_of_datasets(
    folder: Path, vectors: Vectors, tmp_path: Path, wordvec: Call
) -> None:
    vectors.save(tmp_path / "v.vec")
    Vectors(NAMES, ROWS, COUNTS).save(tmp_path / "plain.vec")
    pairs = tmp_path / "scws.txt"
    pairs.write_text(PAIRS)
    data = ["--dataset", str(folder), "--dataset", str(pairs), "--resamples", "100"]
    done = wordvec("evaluate", "senses", str(tmp_path / "v.vec"), *data)
    assert done.code == 0, done.err
    assert "ARI (disgram)" in done.out
    assert "MaxSimC" in done.out
    marked = wordvec("evaluate", "senses", str(tmp_path / "plain.vec"), "--mark", "#", *data, "--csv")
    assert marked.code == 0, marked.err
    refused = wordvec("evaluate", "senses", str(tmp_path / "plain.vec"), *data)
    assert refused.err.count("\n") == 1
    assert "has no rows of senses" in refused.err
    twice = wordvec("evaluate", "senses", str(tmp_path / "v.vec"), "--mark", "#", *data)
    assert "has rows of senses already, marked by #" in twice.err
    model = wordvec("evaluate", "senses", str(tmp_path / "v.vec"), "--by", "model", *data)
    assert "has no model of contexts" in model.err


def test_semeval_is_read() -> None:
    if "WORDVEC_DATA" not in os.environ:
        pytest.skip("WORDVEC_DATA names no folder of real data")
    data = Path(os.environ["WORDVEC_DATA"]) / "senses"
    sizes = {}
    for name in ("semeval-2010", "semeval-2013"):
        read = read_sense_contexts(data / name)
        sizes[name] = (len(read.items), sum(len(item.senses) for item in read.items), read.without_key)
    assert sizes == {"semeval-2010": (100, 8915, 0), "semeval-2013": (50, 4122, 682)}
    assert np.isfinite(senses(Vectors(NAMES, ROWS).with_senses(), data / "semeval-2010").rows[0]["score"])

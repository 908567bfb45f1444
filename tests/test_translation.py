"""Translation: the naive twins' scores and places, both conventions, planted truth, induced dictionaries, commands."""

import json
from pathlib import Path

import naive
import numpy as np
import pytest
from cli_helpers import Call
from hypothesis import given, settings
from hypothesis import strategies as st

from wordvec import Vectors
from wordvec.alignment import induce, induction, retrieval
from wordvec.alignment.retrieval import RETRIEVALS, hubness, unit_pair
from wordvec.errors import InputError, Interrupted, MemoryLimitError, SettingsError
from wordvec.evaluation import translation
from wordvec.evaluation.intrinsic.translation import look_up, mrr, precision, ranks
from wordvec.vectors import UnknownWordError
from wordvec.workers import StopFlag

NEARLY = 2e-5
SIZES = st.integers(2, 25)


def drawn(seed: int, sources: int = 20, targets: int = 25, dim: int = 6) -> tuple[Vectors, Vectors]:
    """Draw words s0, s1... and t0, t1... whose vectors are alike in part."""
    chance = np.random.default_rng(seed)
    shared, noise = chance.standard_normal((max(sources, targets), dim)), chance.standard_normal((sources, dim))
    return (
        Vectors([f"s{number}" for number in range(sources)], shared[:sources] + noise),
        Vectors([f"t{number}" for number in range(targets)], shared[:targets]),
    )


def in_small_blocks(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(retrieval, "_ROWS_AT_ONCE", 7)
    patch.setattr(retrieval, "_SCORES_AT_ONCE", 30)
    patch.setattr("wordvec.evaluation.intrinsic.translation._SCORES_AT_ONCE", 60)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), SIZES, SIZES, st.sampled_from(RETRIEVALS))
def test_places_are_those_of_the_naive_twin_s_scores(seed: int, sources: int, targets: int, how: str) -> None:
    source, target = drawn(seed, sources, targets)
    chance = np.random.default_rng(seed + 1)
    pairs = [(f"s{x}", f"t{y}") for x, y in chance.integers(0, 26, (30, 2)).tolist()] + [("s0", "t0")]
    with pytest.MonkeyPatch.context() as patch:
        in_small_blocks(patch)
        asked = look_up(source, target, pairs)
        found = ranks(source, target, asked, [how])[how]
    scores = naive.translation_scores(source.matrix.astype(float), target.matrix.astype(float), how)
    for word, place in zip(asked.words, found.tolist(), strict=True):
        right = {target.words.index(other) for given, other in pairs if given == word and other in target}
        if word not in source or not right:
            assert place == 0
            continue
        row = scores[source.words.index(word)]
        best = max(row[other] for other in right)
        assert np.count_nonzero(row > best + NEARLY) < place <= np.count_nonzero(row >= best - NEARLY)
    assert asked.pairs == len({pair for pair in pairs if pair[0] in source and pair[1] in target})


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), SIZES, SIZES, st.sampled_from(RETRIEVALS), st.booleans(), st.integers(1, 4))
def test_the_induced_dictionary_is_that_of_the_naive_twin_s_scores(
    seed: int, sources: int, targets: int, how: str, mutual: bool, number: int
) -> None:
    source, target = drawn(seed, sources, targets)
    with pytest.MonkeyPatch.context() as patch:
        in_small_blocks(patch)
        found = induce(source, target, number=number, retrieval=how, mutual=mutual)
    rows = source.matrix.astype(float), target.matrix.astype(float)
    scores, back = naive.translation_scores(*rows, how), naive.translation_scores(*rows[::-1], how).T
    # What float32 cannot tell apart may come in either order.
    places = {(f"s{x}", f"t{y}"): (x, y) for x in range(sources) for y in range(targets)}
    for pair in found:
        x, y = places[pair[:2]]
        assert pair.score == pytest.approx(scores[x, y], abs=NEARLY)
        assert np.count_nonzero(scores[x] > scores[x, y] + NEARLY) < number
        assert not mutual or np.count_nonzero(back[:, y] > back[x, y] + NEARLY) < number
    for x in range(sources):
        sure = np.flatnonzero([np.count_nonzero(scores[x] >= score - NEARLY) <= number for score in scores[x]])
        if mutual:
            sure = [y for y in sure if np.count_nonzero(back[:, y] >= back[x, y] - NEARLY) <= number]
        assert {f"t{y}" for y in sure} <= {pair.target for pair in found if pair.source == f"s{x}"}
    ranks = [(source.words.index(pair.source), -pair.score) for pair in found]
    assert ranks == sorted(ranks)


def test_some_words_are_translated_as_among_all() -> None:
    source, target = drawn(3)
    every = induce(source, target, number=2)
    some = induce(source, target, ["s7", "s2"], number=2)
    assert [pair[:2] for pair in some] == [pair[:2] for word in ("s7", "s2") for pair in every if pair.source == word]


def test_of_equal_scores_the_more_frequent_word_goes_before() -> None:
    source, target = Vectors(["a"], [[1, 0]]), Vectors(["x", "y", "z"], [[0, 1], [1, 0], [2, 0]])
    asked = look_up(source, target, [("a", "z")])
    assert list(ranks(source, target, asked, ["nearest"])["nearest"]) == [2]


def test_a_hub_is_nearer_than_the_translation_and_what_it_has_of_all_is_taken_from_it() -> None:
    own, common, other = np.eye(12), np.ones((12, 1)), 1.5 * np.eye(12)
    source = Vectors([f"s{n}" for n in range(12)], np.hstack([own, common, 0 * other]))
    right = np.hstack([own, 0 * common, other])
    target = Vectors(["hub", *(f"t{n}" for n in range(12))], np.vstack([np.eye(25)[12], right]))
    found = ranks(source, target, look_up(source, target, [(f"s{n}", f"t{n}") for n in range(12)]))
    assert [precision(found[how], 1) for how in RETRIEVALS] == [0, 1, 1]
    assert [mrr(found[how]) for how in RETRIEVALS] == [0.5, 1, 1]


def test_both_conventions_of_coverage_are_there() -> None:
    source, target = Vectors(["a", "b", "c"], np.eye(3)), Vectors(["x", "b", "y"], np.eye(3))
    pairs = [("a", "x"), ("b", "b"), ("b", "x"), ("c", "x"), ("d", "x"), ("a", "nowhere"), ("c", "nowhere")]
    (nearest, *_) = translation(source, target, pairs, resamples=100).rows
    assert (nearest["words"], nearest["covered"]) == (4, 3)
    assert nearest["p@1"] == pytest.approx(2 / 3)
    assert nearest["p@1_all"] == pytest.approx(2 / 4)
    assert nearest["p@5"] == 1
    assert nearest["p@5_all"] == pytest.approx(3 / 4)
    assert nearest["mrr"] == pytest.approx((1 + 1 + 1 / 2) / 3)
    assert nearest["mrr_all"] == pytest.approx((1 + 1 + 1 / 2) / 4)
    assert nearest["identical"] == pytest.approx(1 / 4)
    assert nearest["p@1_other"] == pytest.approx(1 / 2)
    assert nearest["low"] is None  # three words tell nothing of how it would vary


def test_words_are_looked_up_by_the_case_policy() -> None:
    source, target = Vectors(["Haus", "baum"], np.eye(2)), Vectors(["House", "house", "tree"], [[0, 1], [1, 0], [0, 1]])
    pairs = [("haus", "house"), ("baum", "TREE")]
    with pytest.raises(InputError, match="no pair is covered; the source lacks 1 of 2 words on the left, the target 1"):
        look_up(source, target, pairs)
    asked = look_up(source, target, pairs, "ignore")
    assert asked.right == [[0, 1], [2]]
    assert list(ranks(source, target, asked, ["nearest"])["nearest"]) == [1, 2]


def test_several_sources_are_compared_on_what_both_cover() -> None:
    source, target = drawn(5, 60, 60, 20)
    pairs = [(f"s{number}", f"t{number}") for number in range(60)]
    fewer = Vectors(source.words[:40], target.matrix[:40])
    rows = translation({"one": source, "two": fewer}, target, pairs, resamples=200).rows
    assert [(row["vectors"], row["retrieval"]) for row in rows] == [
        (n, how) for n in ("one", "two") for how in RETRIEVALS
    ]
    assert "difference" not in rows[0]
    both = look_up(source, target, pairs[:40])
    assert rows[3]["p@1"] == 1
    assert rows[3]["difference"] == pytest.approx(1 - precision(ranks(source, target, both)["nearest"], 1))
    assert rows[3]["difference_low"] <= rows[3]["difference"] <= rows[3]["difference_high"]


def test_what_cannot_be_translated_is_an_error() -> None:
    source, target = drawn(1)
    with pytest.raises(InputError, match="vectors: the dictionary: no pair is covered; the source lacks 1 of 1 words"):
        translation(source, target, [("x", "y")])
    with pytest.raises(InputError, match="the source has dim 6 and the target dim 2, so they are not in one space"):
        unit_pair(source, Vectors(["x"], [[1, 0]]))
    broken = Vectors(target.words, np.where(np.arange(25)[:, None] == 4, np.inf, target.matrix))
    with pytest.raises(InputError, match="t4: its vector in the target holds NaN or infinity"):
        induce(source, broken)
    with pytest.raises(SettingsError, match="number: must be at least 1; got 0"):
        induce(source, target, number=0)
    with pytest.raises(SettingsError, match="best: unknown retrieval; choose from nearest, csls, softmax"):
        hubness("best", source.matrix, target.matrix)
    with pytest.raises(UnknownWordError, match="x: not among the 20 words"):
        induce(source, target, ["x"])
    with pytest.raises(InputError, match="the target holds no word"):
        induce(source, Vectors([], np.empty((0, 6))))
    stop = StopFlag()
    stop.set()
    for how in RETRIEVALS:
        with pytest.raises(Interrupted):
            induce(source, target, retrieval=how, stop=stop)
    with pytest.raises(Interrupted):
        ranks(source, target, look_up(source, target, [("s1", "t1")]), ["nearest"], stop=stop)


def test_more_translations_than_memory_holds_are_an_error_before_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = drawn(1)
    assert len(induce(source, target, number=10**12)) == 20 * 25
    monkeypatch.setattr(induction, "available_memory", lambda: 10_000)
    assert len(induce(source, target, ["s1"], number=5)) == 5
    with pytest.raises(MemoryLimitError, match=r"25 translations of 20 words take 0\.0 GB, .* give fewer words"):
        induce(source, target, number=10**12)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("de.vec").write_text("4 2\nhaus 1 0\nbaum 0 1\nberlin -1 0\nund 0.5 -1\n")
    Path("en.vec").write_text("4 2\nhouse 1 0.125\ntree 0.125 1\nberlin -1 0\nand 1 -1\n")
    Path("de-en.txt").write_text("haus house\nhaus home\nbaum tree\nberlin berlin\nund and\nkatze cat\n")
    return tmp_path


def test_the_commands_print_tables_and_dictionaries(wordvec: Call, place: Path) -> None:
    done = wordvec("evaluate", "translation", "de.vec", "en.vec", "de-en.txt", "--resamples", 100)
    assert done == (
        0,
        "vectors  retrieval  words  covered     p@1  low  high     p@5    p@10     mrr  p@1_all  p@5_all  p@10_all"
        "  mrr_all  identical  p@1_other\n"
        + "".join(
            f"de.vec   {how:<9}      5        4  1.0000  -    -     1.0000  1.0000  1.0000    .8000    .8000     .8000"
            "    .8000      .2500     1.0000\n"
            for how in RETRIEVALS
        )
        + "candidates: all 4 words of the target; csls: k = 10; softmax: inverted, beta = 30; case: exact\n"
        "oov: skip: p@k is of the covered words, which are known and have a known translation, as in MUSE\n"
        "_all: of all words, those not covered wrong, as with oov zero\n"
        "low and high: 95 % of 100 bootstrap resamples of the source words, seed 1\n"
        "identical: the share of covered pairs of the same spelling; p@1_other: of words without such a pair\n",
        "",
    )
    rows = json.loads(wordvec("evaluate", "translation", "de.vec", "en.vec", "de-en.txt", "--json").out)["rows"]
    assert rows[0]["p@1_all"] == 0.8
    done = wordvec("translate", "de.vec", "en.vec", "haus", "und", "-n", 2, "--retrieval", "nearest")
    assert done.out == "haus\thouse\t0.9923\nhaus\tand\t0.7071\nund\tand\t0.9487\nund\thouse\t0.3328\n"


def test_translate_takes_words_from_a_file_and_writes_to_one(wordvec: Call, place: Path) -> None:
    Path("words.txt").write_text("baum\r\n\r\nberlin\r\n")
    done = wordvec("translate", "de.vec", "en.vec", "--words", "words.txt", "--mutual", "-o", "out.tsv")
    assert (done.code, done.out) == (0, "")
    assert done.err.endswith("out.tsv: 2 pairs for 2 words\n")
    assert [line.split("\t")[:2] for line in Path("out.tsv").read_text().splitlines()] == [
        ["baum", "tree"],
        ["berlin", "berlin"],
    ]
    every = wordvec("translate", "de.vec", "en.vec").out
    assert [line.split("\t")[1] for line in every.splitlines()] == ["house", "tree", "berlin", "and"]
    fewer = wordvec("translate", "de.vec", "en.vec", "--limit", 2).out
    assert [line.split("\t")[:2] for line in fewer.splitlines()] == [["haus", "house"], ["baum", "tree"]]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["translate", "de.vec", "en.vec", "katze"], 1, "katze: not among the 4 words"),
        (["translate", "de.vec", "en.vec", "haus", "--words", "de-en.txt"], 2, "--words: haus is given, too"),
        (["translate", "de.vec", "en.vec", "--words", "none.txt"], 1, "none.txt: cannot be read (No such file"),
        (["translate", "de.vec", "en.vec", "--words", "empty.txt"], 1, "empty.txt: holds no word; expected one a line"),
        (["translate", "de.vec", "flat.vec"], 1, "the source has dim 2 and the target dim 1"),
        (["translate", "de.vec", "en.vec", "-o", "words.txt"], 1, "words.txt: exists already"),
        (["translate", "de.vec", "en.vec", "-o", "de.vec", "--force"], 2, "de.vec: would be written over an input"),
        (["translate", "de.vec", "en.vec", "--log", "en.vec", "--force"], 2, "en.vec: would be written over an input"),
        (["evaluate", "translation", "de.vec", "en.vec", "none.txt"], 1, "none.txt: "),
        (["evaluate", "translation", "de.vec", "flat.vec", "de-en.txt"], 1, "de.vec: de-en.txt: no pair is covered"),
        (["evaluate", "translation", "en.vec", "de.vec", "de-en.txt"], 0, ""),
        (["evaluate", "translation", "de.vec", "de.vec", "en.vec", "de-en.txt"], 2, "de.vec: is given twice"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    wordvec: Call, place: Path, arguments: list[str], code: int, message: str
) -> None:
    Path("flat.vec").write_text("1 1\nx 1\n")
    Path("empty.txt").write_text("\n")
    Path("words.txt").write_text("haus\n")
    done = wordvec(*arguments)
    assert (done.code, done.err.count("\n")) == (code, int(bool(message)))
    assert done.err.startswith(f"wordvec: {message}" if message else "")

"""Words of datasets that the vocabulary lacks: left out, zeros, or composed from n-grams, in every evaluation."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from cli_helpers import Call
from composing import both, composing, fasttext, planted

from wordvec import Vectors
from wordvec.errors import SettingsError
from wordvec.evaluation import Convention, analogy, classify, probe, similarity, translation
from wordvec.evaluation.datasets import Pairs
from wordvec.evaluation.datasets.analogies import Question, Questions, Section
from wordvec.evaluation.intrinsic.analogy import judge as judge_analogies
from wordvec.evaluation.intrinsic.analogy import ranks
from wordvec.evaluation.intrinsic.pair_scores import compare, judge
from wordvec.evaluation.lookup import MISSING, Lookup
from wordvec.evaluation.probes import logistic
from wordvec.evaluation.probes.features import Frozen
from wordvec.evaluation.probes.tagger import ProbeSettings
from wordvec.evaluation.reporting.report import ReportSettings, report
from wordvec.evaluation.reporting.scores import ScoreSettings, check_coverage, main_measure, main_score, scores
from wordvec.letter_case import CASES, is_cased
from wordvec.workers import Progress, StopFlag

NAMES = "king queen man woman river lake ocean tea"
WORDS, OTHERS = planted(NAMES), planted("prince princess stream", 2)
VECTORS, PLAIN, WHOLE = composing(WORDS, OTHERS), both(WORDS, {}), both(WORDS, OTHERS)
RANDOM = np.random.default_rng(4)
ITEMS = [(str(a), str(b)) for a, b in RANDOM.choice([*WORDS, *OTHERS, "unheard"], (40, 2))]
PAIRS = Pairs("drawn", [a for a, _ in ITEMS], [b for _, b in ITEMS], [float(n) for n in RANDOM.integers(0, 20, 40)])


SPELLED = {
    "exact": ("Paris", "Paris"),
    "lower": ("paris", "paris"),
    "fallback": ("Paris", "paris"),
    "ignore": ("Paris", "paris"),
}
"""Spelling of the composed Paris, by case policy, in a vocabulary with capitals and in one without."""


class TestLookup:
    @pytest.mark.parametrize("case", CASES)
    def test_a_word_is_composed_as_written_or_in_lower_case(self, case: str) -> None:
        cities = {"Paris": [1.0, 2], "paris": [3.0, 4], "PARIS": [5.0, 6]}
        for words, expected in zip(({"Berlin": [1, 0]}, {"berlin": [1, 0]}), SPELLED[case], strict=True):
            lookup = Lookup.of(composing(words, cities), case, compose=["Paris"])
            row = lookup.row("Paris")
            assert (row, lookup.spelling(row)) == (1, expected)
            np.testing.assert_array_equal(lookup.vectors(np.array([row]))[0], cities[expected])

    def test_some_words_with_capitals_make_no_cased_vocabulary(self) -> None:
        assert not is_cased(["<UNK>", *(f"w{number}" for number in range(200))])
        assert is_cased(["The", *(f"w{number}" for number in range(20))])
        assert is_cased([])

    @pytest.mark.parametrize("case", CASES)
    def test_words_of_the_vocabulary_and_those_without_a_vector_are_not_composed(self, case: str) -> None:
        vectors = composing({"tea": [1.0, 0], "zero": [0.0, 0]}, {"tea": [0.0, 1], "zero": [0.0, 1]})
        lookup = Lookup.of(vectors, case, compose=["tea", "zero", "unheard"])
        assert lookup.rows(["tea", "zero", "unheard"]).tolist() == [0, MISSING, MISSING]
        assert lookup.composed_vectors.shape == (0, 2)

    def test_spellings_that_are_composed_alike_are_one_word(self) -> None:
        lookup = Lookup.of(composing({"tea": [1.0]}, {"milk": [2.0]}), compose=["Milk", "milk", "MILK"])
        assert lookup.rows(["Milk", "milk", "MILK"]).tolist() == [1, 1, 1]

    def test_words_beyond_the_limit_have_their_rows(self) -> None:
        vectors = composing({"tea": [1.0], "milk": [2.0]}, {"milk": [3.0], "sugar": [4.0]})
        lookup = Lookup.of(vectors, limit=1, compose=["milk", "sugar"])
        assert lookup.rows(["tea", "milk", "sugar"]).tolist() == [0, 1, 2]
        assert lookup.vectors(np.array([0, 1, 2])).tolist() == [[1], [2], [4]]
        assert lookup.composed(np.array([0, 1, 2])).tolist() == [False, False, True]
        assert lookup.variants("milk") == []
        assert Lookup.of(vectors, limit=1).row("milk") == MISSING


class TestSimilarity:
    def test_composed_words_count_as_if_they_were_known(self) -> None:
        found = judge(VECTORS, PAIRS, oov="subwords")
        assert found == dataclasses.replace(judge(WHOLE, PAIRS), composed_words=3)
        assert found.covered < found.pairs
        assert judge(VECTORS, PAIRS) == judge(PLAIN, PAIRS) == judge(PLAIN, PAIRS, oov="subwords")

    def test_zero_takes_all_pairs_and_is_the_column_of_the_others(self) -> None:
        skip, zero = judge(VECTORS, PAIRS), judge(VECTORS, PAIRS, oov="zero")
        assert (zero.spearman, zero.pearson) == (skip.spearman_zero, skip.pearson_zero)
        assert zero.spearman_interval.low < zero.spearman < zero.spearman_interval.high
        assert (zero.covered, zero.pairs) == (skip.covered, skip.pairs)

    def test_vectors_with_n_grams_have_a_second_row_by_default(self) -> None:
        table = similarity({"plain": PLAIN, "ngrams": VECTORS}, PAIRS, resamples=100)
        rows = [(row["vectors"], row["oov"], row.get("composed_words")) for row in table.rows]
        assert rows == [("plain", "skip", None), ("ngrams", "skip", None), ("ngrams", "subwords", 3)]
        assert table.rows[1]["difference"] == 0
        expected = compare(VECTORS, PLAIN, PAIRS, oov="subwords", resamples=100)
        assert table.rows[2]["difference"] == expected.difference == 0
        assert (
            "oov: skip: pairs with an unknown word are left out; subwords: unknown words are composed, pairs with "
            "another unknown word left out" in table.notes
        )
        assert any("as written, or in lower case if the vocabulary is in lower case" in note for note in table.notes)

    def test_a_difference_is_of_the_same_policy(self) -> None:
        other = composing(planted(NAMES, 5), planted("prince princess stream", 6))
        table = similarity({"a": VECTORS, "b": other}, PAIRS, resamples=100)
        assert [(row["vectors"], row["oov"]) for row in table.rows] == [
            (name, oov) for name in "ab" for oov in ("skip", "subwords")
        ]
        assert [row.get("difference") for row in table.rows] == [
            None,
            None,
            compare(other, VECTORS, PAIRS, resamples=100).difference,
            compare(other, VECTORS, PAIRS, oov="subwords", resamples=100).difference,
        ]
        zero = similarity({"a": VECTORS, "b": other}, PAIRS, oov="zero", resamples=100)
        assert zero.rows[1]["difference"] == pytest.approx(zero.rows[1]["spearman"] - zero.rows[0]["spearman"])

    @pytest.mark.parametrize("oov", ["skip", "zero", "subwords"])
    def test_one_policy_is_one_row_for_each_and_is_in_the_notes(self, oov: str) -> None:
        table = similarity({"plain": PLAIN, "ngrams": VECTORS}, PAIRS, oov=oov, resamples=100)
        assert len(table) == 2
        assert "oov" not in table.columns
        assert any(note.startswith(f"oov: {oov}: ") for note in table.notes)
        assert ("spearman_zero" in table.columns) == (oov != "zero")
        assert ("no n-grams, so that nothing is composed: plain" in table.notes) == (oov == "subwords")

    def test_tables_of_vectors_without_n_grams_stay_as_they_were(self) -> None:
        table = similarity({"plain": PLAIN}, PAIRS, resamples=100)
        assert table.columns[:5] == ["dataset", "vectors", "pairs", "covered", "spearman"]
        assert len(table) == 1

    def test_vectors_without_words_have_the_score_of_their_n_grams(self) -> None:
        few = Vectors([], np.empty((0, 6)), subwords=composing(WORDS, {**WORDS, **OTHERS}).subwords)
        table = similarity({"floret": few}, PAIRS, resamples=100)
        assert [row["spearman"] for row in table.rows] == [None, judge(WHOLE, PAIRS).spearman]
        assert sum("too few for a correlation" in note for note in table.notes) == 1

    def test_an_unknown_policy_is_refused(self) -> None:
        with pytest.raises(SettingsError, match="oov drop: choose one of subwords, skip, zero"):
            similarity(VECTORS, PAIRS, oov="drop")
        with pytest.raises(SettingsError, match="oov"):
            Convention(oov="drop")
        with pytest.raises(SettingsError, match="oov"):
            ScoreSettings(oov="drop")


ASKED: list[Question] = [
    ("king", "queen", "man", "woman"),
    ("prince", "princess", "king", "queen"),
    ("king", "prince", "queen", "princess"),  # the answer is not in the vocabulary
    ("stream", "river", "lake", "ocean"),
    ("unheard", "river", "lake", "ocean"),
]
QUESTIONS = Questions("asked", [Section("family", ASKED[:3]), Section("water", ASKED[3:])])


class TestAnalogies:
    @pytest.mark.parametrize("exclude", ["forms", "rows", "nothing"])
    @pytest.mark.parametrize("method", ["3cosadd", "3cosmul"])
    def test_answers_are_words_of_the_vocabulary_and_questions_may_be_composed(self, method: str, exclude: str) -> None:
        convention = Convention(method=method, exclude=exclude, oov="subwords")
        found = ranks(VECTORS, ASKED, convention)
        assert (found > 0).tolist() == [True, True, False, True, False]
        # The same vectors with the other words beyond the limit of candidates.
        limited = dataclasses.replace(convention, limit=len(WORDS))
        np.testing.assert_array_equal(found, ranks(WHOLE, ASKED, limited))
        np.testing.assert_array_equal(ranks(VECTORS, ASKED), ranks(PLAIN, ASKED))
        assert (ranks(VECTORS, ASKED) > 0).tolist() == [True, False, False, False, False]

    def test_the_first_answer_is_that_of_a_plain_computation(self) -> None:
        unit = {word: np.array(row) / np.linalg.norm(row) for word, row in {**WORDS, **OTHERS}.items()}
        for (a, b, c, d), rank in zip(ASKED, ranks(VECTORS, ASKED, Convention(oov="subwords")), strict=True):
            if rank:
                scores = {word: (unit[b] - unit[a] + unit[c]) @ unit[word] for word in WORDS if word not in (a, b, c)}
                assert rank == 1 + sum(score > scores[d] for score in scores.values())

    def test_scores_and_intervals_are_of_the_questions_that_count(self) -> None:
        table = analogy({"plain": PLAIN, "ngrams": VECTORS}, QUESTIONS, sections=True)
        total = [row for row in table.rows if row["section"] == "total"]
        assert [(row["vectors"], row["oov"], row["covered"], row.get("composed_words")) for row in total] == [
            ("plain", "skip", 1, None),
            ("ngrams", "skip", 1, None),
            ("ngrams", "subwords", 3, 3),
        ]
        water = [row for row in table.rows if row["section"] == "water" and row["oov"] == "subwords"]
        assert [(row["covered"], row["composed_words"]) for row in water] == [(1, 1)]
        zero = judge_analogies(PLAIN, QUESTIONS, Convention(oov="zero")).sums["total"]
        skip = judge_analogies(PLAIN, QUESTIONS).sums["total"]
        assert (zero.counted, zero.covered, skip.counted) == (5, 1, 1)
        assert zero.accuracy == zero.correct / 5
        assert zero.mrr == pytest.approx((skip.mrr or 0) / 5)
        row = analogy(PLAIN, QUESTIONS, Convention(oov="zero")).rows[0]
        assert row["accuracy"] == row["accuracy_all"]


TARGET = both({f"{word}x": row for word, row in WORDS.items()}, {f"{word}x": row for word, row in OTHERS.items()})
DICTIONARY = [(word, f"{word}x") for word in [*WORDS, *OTHERS, "unheard"]]


class TestTranslation:
    def test_source_words_are_composed(self) -> None:
        table = translation({"plain": PLAIN, "ngrams": VECTORS}, TARGET, DICTIONARY, resamples=100)
        rows = [row for row in table.rows if row["retrieval"] == "nearest"]
        assert [(row["oov"], row["words"], row["covered"], row.get("composed_words")) for row in rows] == [
            ("skip", 12, 8, None),
            ("skip", 12, 8, None),
            ("subwords", 12, 11, 3),
        ]
        assert [row["p@1"] for row in rows] == [1, 1, 1]
        assert [row["p@1_all"] for row in rows] == [pytest.approx(n / 12) for n in (8, 8, 11)]
        assert [row.get("difference") for row in rows] == [None, 0, 0]

    def test_zero_counts_all_words(self) -> None:
        skip = translation(PLAIN, TARGET, DICTIONARY, resamples=100).rows[0]
        zero = translation(PLAIN, TARGET, DICTIONARY, oov="zero", resamples=100).rows[0]
        assert [zero[name] for name in ("p@1", "p@5", "mrr")] == [skip[f"{n}_all"] for n in ("p@1", "p@5", "mrr")]
        assert zero["low"] < zero["p@1"] < zero["high"]
        assert "p@1_all" not in zero

    def test_composed_words_move_no_hub(self) -> None:
        """Ranks of known words by CSLS do not depend on which other words are composed."""
        few = translation(VECTORS, TARGET, DICTIONARY[:8], oov="subwords", resamples=100)
        plain = translation(PLAIN, TARGET, DICTIONARY[:8], oov="skip", resamples=100)
        for one, other in zip(few.rows, plain.rows, strict=True):
            assert one["mrr"] == other["mrr"]

    def test_words_that_the_case_policy_merges_in_some_vectors_are_compared(self) -> None:
        cased = both({"House": [1.0, 0], "house": [0.0, 1], "tea": [1.0, 1]}, {})
        lower = both({"house": [0.0, 1], "tea": [1.0, 1]}, {})
        target = both({"haus": [0.0, 1], "tee": [1.0, 1]}, {})
        pairs = [("House", "haus"), ("house", "haus"), ("tea", "tee")]
        table = translation({"cased": cased, "lower": lower}, target, pairs, case="fallback", resamples=100)
        assert [row["words"] for row in table.rows if row["retrieval"] == "nearest"] == [3, 2]


class TestProbes:
    def test_features_are_those_of_known_words(self) -> None:
        asked = ["tea", "prince", "unheard", "stream"]
        composed = Frozen.of(VECTORS, asked, "exact", "subwords")
        known = Frozen.of(WHOLE, asked, "exact")
        np.testing.assert_array_equal(composed.matrix(), known.matrix())
        np.testing.assert_array_equal(composed.rows != MISSING, [True, True, False, True])
        assert composed.composed.sum() == 2
        assert Frozen.of(VECTORS, asked, "exact", "zero").counted.all()
        counted = Vectors(VECTORS.words, VECTORS.matrix, np.arange(8, 0, -1), subwords=VECTORS.subwords)
        frozen = Frozen.of(counted, asked, "exact", "subwords")
        assert frozen.known.counts is not None
        assert frozen.known.counts.tolist() == [1, 0, 0]

    @pytest.fixture
    def files(self, tmp_path: Path) -> Path:
        pytest.importorskip("sklearn")
        tags = {"king": "N", "queen": "N", "river": "V", "prince": "N", "stream": "V", "unheard": "V"}
        lines = "".join(f"{word}\t{tag}\n" for word, tag in tags.items())
        texts = "".join(f"{tag} {word} {word}\n" for word, tag in tags.items())
        for name, content in (("tags.txt", f"{lines}\n" * 4), ("texts.txt", texts * 6)):
            (tmp_path / name).write_text(content)
        return tmp_path

    def test_a_probe_has_a_row_for_each_policy_of_vectors_with_n_grams(self, files: Path) -> None:
        paths, settings = (files / "tags.txt", files / "tags.txt"), ProbeSettings(epochs=2, seeds=1, resamples=100)
        table = probe({"plain": PLAIN, "ngrams": VECTORS}, *paths, settings=settings)
        rows = [(row["vectors"], row.get("oov"), row.get("coverage"), row.get("composed_words")) for row in table.rows]
        assert rows[:3] == [
            ("plain", "skip", 0.5, None),
            ("ngrams", "skip", 0.5, None),
            ("ngrams", "subwords", 5 / 6, 2),
        ]
        assert [row[0] for row in rows[3:]] == [
            "majority",
            "random, dim 6, words of plain (skip)",
            "random, dim 6, words of ngrams (subwords)",
        ]
        whole = probe({"whole": WHOLE}, *paths, settings=settings).rows[0]
        assert table.rows[2]["accuracy_scores"] == whole["accuracy_scores"]
        zero = probe({"ngrams": VECTORS}, *paths, settings=dataclasses.replace(settings, oov="zero"))
        assert zero.rows[0]["coverage"] == 0.5
        assert any(note.startswith("oov: zero: an unknown word has a vector of zeros") for note in zero.notes)

    def test_texts_are_classified_by_composed_words(self, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(logistic, "STRENGTHS", (1,))
        paths = files / "texts.txt", files / "texts.txt"
        table = classify({"ngrams": VECTORS}, *paths)
        means = [row for row in table.rows if row.get("method") == "mean" and row["vectors"] == "ngrams"]
        assert [(row["oov"], row["coverage"], row.get("composed_words"), row["no_word"]) for row in means] == [
            ("skip", 0.5, None, 18),
            ("subwords", pytest.approx(5 / 6), 2, 6),
        ]
        whole = classify({"whole": WHOLE}, *paths).rows[0]
        assert means[1]["accuracy"] == whole["accuracy"]
        assert len(classify({"ngrams": VECTORS}, *paths, oov="zero")) == 8


class TestReport:
    def test_each_policy_is_a_measure(self) -> None:
        settings = ScoreSettings(resamples=100)
        table = scores({"plain": PLAIN, "ngrams": VECTORS}, [PAIRS, QUESTIONS], settings, Progress(), StopFlag())
        found = [(row["measure"], row["vectors"]) for row in table.rows]
        assert found == [
            *((f"Spearman{end}", name) for end in ("", ", unknown at 0") for name in ("plain", "ngrams")),
            ("Spearman, unknown from n-grams", "ngrams"),
            *(("accuracy, total", name) for name in ("plain", "ngrams")),
            ("accuracy, total, unknown from n-grams", "ngrams"),
        ]
        by_measure = {row["measure"]: row for row in table.rows if row["vectors"] == "ngrams"}
        assert by_measure["Spearman, unknown at 0"]["score"] == judge(VECTORS, PAIRS).spearman_zero
        assert by_measure["Spearman, unknown from n-grams"]["score"] == judge(WHOLE, PAIRS).spearman
        assert by_measure["Spearman, unknown from n-grams"]["composed_words"] == 3
        assert by_measure["accuracy, total, unknown from n-grams"]["covered"] == 3
        assert all(row["random"] is not None for row in table.rows)
        assert any(note.startswith("Unknown from n-grams: words that the vocabulary lacks") for note in table.notes)

    @pytest.mark.parametrize(
        ("oov", "end"), [("skip", ""), ("zero", ", unknown at 0"), ("subwords", ", unknown from n-grams")]
    )
    def test_one_policy_is_one_measure(self, oov: str, end: str) -> None:
        settings = ScoreSettings(resamples=100, oov=oov)
        table = scores({"plain": PLAIN, "ngrams": VECTORS}, [PAIRS], settings, Progress(), StopFlag())
        assert {row["measure"] for row in table.rows} == {f"Spearman{end}"} == {main_measure(PAIRS, settings)}
        for row, vectors in zip(table.rows, (PLAIN, VECTORS), strict=True):
            assert main_score(vectors, PAIRS, settings, StopFlag()) == row["score"]
        (row,) = scores({"plain": PLAIN}, [QUESTIONS], settings, Progress(), StopFlag()).rows
        assert row["score"] == main_score(PLAIN, QUESTIONS, settings, StopFlag())

    def test_coverage_before_training_is_not_checked_for_words_that_may_be_composed(self) -> None:
        assert check_coverage(["unheard"], [PAIRS], ScoreSettings(oov="subwords")) == []

    def test_composed_words_have_neighbours(self) -> None:
        made = report({"plain": PLAIN, "ngrams": VECTORS}, ReportSettings(datasets=(), words=("prince",)))
        assert made.neighbours["prince"]["plain"] is None
        assert made.neighbours["prince"]["ngrams"] == VECTORS.nearest("prince", 8)


class TestCommands:
    @pytest.fixture(autouse=True)
    def place(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        fasttext(["river", "lake", "tea", "king"]).save("a.fasttext.bin")
        pairs = "river lake 9\nrivers lakes 7\ntea king 1\nkings tea 2\n"
        Path("pairs.txt").write_text(pairs)
        Path("questions.txt").write_text(": plural\nriver rivers lake tea\nriver lake tea king\n")
        Path("dictionary.txt").write_text("river river\nrivers lake\ntea tea\n")

    def test_every_evaluation_takes_the_option(self, wordvec: Call) -> None:
        commands = [
            ["similarity", "a.fasttext.bin", "--dataset", "pairs.txt"],
            ["analogy", "a.fasttext.bin", "--dataset", "questions.txt"],
            ["translation", "a.fasttext.bin", "a.fasttext.bin", "dictionary.txt"],
        ]
        for command in commands:
            rows = json.loads(wordvec("evaluate", *command, "--json").out)["rows"]
            assert [row["oov"] for row in rows if row["oov"] == "subwords"]
            for oov in ("subwords", "skip", "zero"):
                done = wordvec("evaluate", *command, "--oov", oov, "--json")
                assert done.code == 0, done.err
                found = json.loads(done.out)
                assert any(note.startswith(f"oov: {oov}: ") for note in found["notes"])
                assert ("composed_words" in found["rows"][0]) == (oov == "subwords")
            assert wordvec("evaluate", *command, "--oov", "drop").code == 2

    @pytest.mark.parametrize("oov", ["subwords", "skip", "zero"])
    def test_a_report_takes_it_too(self, oov: str, wordvec: Call) -> None:
        options = ["--dataset", "pairs.txt", "--word", "rivers", "--oov", oov, "-o", "report.html"]
        done = wordvec("evaluate", "report", "a.fasttext.bin", *options)
        assert done.code == 0, done.err
        assert "rivers" in Path("report.md").read_text()

"""Temporal analogies and held-out likelihood: as their slow twins, and planted truth is found."""

import dataclasses
import json
import math
from pathlib import Path

import numpy as np
import pytest
from cli_helpers import Call
from test_cli_compass import TRAIN
from test_cli_compass import write as write_text
from test_compass import SMALL, cosine, sentences

from wordvec import EncodedCorpus, Vectors, Vocabulary
from wordvec.errors import InputError, Interrupted, SettingsError
from wordvec.evaluation import likelihood, temporal_analogy
from wordvec.evaluation.lookup import MISSING
from wordvec.evaluation.slices import full_softmax, held_out, temporal_analogies
from wordvec.evaluation.slices.temporal_analogies import Question, read_temporal_questions
from wordvec.slices.aligned import AlignedSlices
from wordvec.workers import StopFlag


@pytest.fixture(scope="module")
def aligned() -> AlignedSlices:
    texts = {"1990": sentences(1), "2010": sentences(3, swapped=1.0)}
    return dataclasses.replace(SMALL, epochs=8, slice_epochs=8).fit(
        {name: EncodedCorpus.from_sentences(text) for name, text in texts.items()}
    )


@pytest.mark.parametrize("at_once", [1, 1 << 24])
def test_a_rank_is_that_of_a_sorted_list(monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    monkeypatch.setattr(temporal_analogies, "_AT_ONCE", at_once)
    draw = np.random.default_rng(1)
    words = [f"w{number}" for number in range(30)]
    slices = {name: Vectors(words, draw.standard_normal((30, 4))) for name in ("a", "b")}
    questions = [Question(f"w{number}", "a", f"w{(number * 7) % 30}", "b") for number in range(30)]
    questions += [Question("w1", "b", "w2", "a"), Question("w1", "a", "nosuch", "b"), Question("w1", "a", "w1", "c")]
    found = temporal_analogies.ranks(slices, questions)
    for question, rank in zip(questions[:31], found, strict=False):
        where = slices[question.before][question.asked]
        near = sorted(words, key=lambda word: -cosine(where, slices[question.after][word]))
        assert rank == 1 + near.index(question.answer)
    assert found[31:].tolist() == [MISSING, MISSING]


def test_of_equal_cosines_the_lower_row_goes_before() -> None:
    slices = {"a": Vectors(["x", "y", "z"], [[1.0, 0], [1, 0], [1, 0]])}
    questions = [Question("x", "a", word, "a") for word in "xyz"]
    assert temporal_analogies.ranks(slices, questions).tolist() == [1, 2, 3]


def test_words_that_changed_places_are_found_and_the_compass_cannot(tmp_path: Path) -> None:
    draw = np.random.default_rng(1)
    vocabulary = Vocabulary.from_words([f"w{number:02}" for number in range(30)], [5] * 30)
    words, place = vocabulary.words, draw.standard_normal((30, 16)).astype(np.float32)
    moved = place[[1, 0, *range(2, 30)]]
    slices = {"1990": Vectors(words, place), "2010": Vectors(words, moved)}
    aligned = AlignedSlices(SMALL, vocabulary, (place + moved) / 2, None, slices)
    file = tmp_path / "questions.csv"
    file.write_text("w00-1990,w01-2010\nw01-1990,w00-2010\nw05-1990,w05-2010\nnosuch-1990,w01-2010\n")
    rows = {(row["vectors"], row["questions"]): row for row in temporal_analogy(aligned, file).rows}
    dynamic = {
        "dataset": "questions",
        "vectors": "slices",
        "questions": "dynamic",
        "asked": 3,
        "covered": 2,
        "mrr": 1.0,
        "low": None,
    }
    within = {"mp@1": 1.0, "mp@3": 1.0, "mp@5": 1.0, "mp@10": 1.0}
    assert rows["slices", "dynamic"] == dynamic | {"high": None} | within | {"mrr_all": pytest.approx(2 / 3)}
    assert rows["slices", "all"]["asked"] == 4
    assert rows["slices", "static"]["mp@1"] == rows["compass", "static"]["mp@1"] == 1
    assert rows["compass", "dynamic"]["mp@1"] < 1


def test_a_question_is_static_if_the_case_policy_says_that_its_words_are_one(tmp_path: Path) -> None:
    vocabulary = Vocabulary.from_words(["tea", "Tea", "war"], [3, 2, 2])
    vectors = Vectors(vocabulary.words, np.eye(3))
    aligned = AlignedSlices(SMALL, vocabulary, None, None, {"1990": vectors, "2010": vectors})
    file = tmp_path / "questions.csv"
    file.write_text("Tea-1990,tea-2010\n")
    kinds = {
        case: [row["questions"] for row in temporal_analogy(aligned, file, case=case).rows]
        for case in ("ignore", "exact", "lower", "fallback")
    }
    assert kinds == {
        "ignore": ["all", "static"],
        "exact": ["all", "dynamic"],
        "lower": ["all", "static"],
        "fallback": ["all", "dynamic"],
    }


def test_vectors_that_slices_share_are_made_ready_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Vectors] = []
    own = temporal_analogies.unit_rows
    monkeypatch.setattr(temporal_analogies, "unit_rows", lambda vectors: made.append(vectors) or own(vectors))
    still = Vectors(["x", "y"], np.eye(2))
    questions = [Question("x", "a", "x", "b"), Question("y", "b", "y", "c"), Question("x", "c", "y", "a")]
    assert temporal_analogies.ranks(dict.fromkeys("abc", still), questions).tolist() == [1, 1, 2]
    assert len(made) == 1


def test_questions_may_hold_hyphens_in_words_and_names(tmp_path: Path) -> None:
    file = tmp_path / "questions.csv"
    file.write_text("well-known-1990,x-ray-new-york\n\n")
    assert read_temporal_questions(file, ["1990", "york", "new-york"]) == [
        Question("well-known", "1990", "x-ray", "new-york")
    ]
    for line in ("a-1990", "a,b", "a-1990,b-2010,c-1", "-1990,b-2010"):
        file.write_text(f"{line}\n")
        with pytest.raises(InputError, match="line 1: expected word1-slice1,word2-slice2"):
            read_temporal_questions(file, ["1990"])
    file.write_text("\n")
    with pytest.raises(InputError, match="has no question"):
        read_temporal_questions(file, [])


class Twin:
    """Held-out likelihood as its formula says it, a word at a time."""

    def __init__(self, trained: AlignedSlices, vectors: str | None, counts: str | None) -> None:
        """Take the vectors and the counts of a slice each, or of all slices together."""
        vocabulary, own = trained.vocabulary, trained.slices
        whole = dict(zip(vocabulary.words, vocabulary.counts.tolist(), strict=True))
        self.rows = {word: trained.words[vocabulary.id(word), :8] for word in whole}
        if vectors:
            self.rows |= {word: own[vectors][word] for word in own[vectors].words}
        seen = dict(whole)
        if counts:
            of_slice = dict(zip(own[counts].words, own[counts].counts.tolist(), strict=True))
            seen = {word: of_slice.get(word, 0) + 1000 * count / vocabulary.total for word, count in whole.items()}
        self.noise = {word: count**0.75 for word, count in seen.items()}
        self.contexts = {word: trained.contexts[vocabulary.id(word), :8] for word in whole}

    def chance(self, word: str, v: np.ndarray) -> float:
        scores = {w: self.noise[w] * math.exp(v @ self.contexts[w]) for w in self.noise}
        return math.log(scores[word] / sum(scores.values()))

    def sentence(self, sentence: list[str], model: str, window: int) -> float:
        total = 0.0
        for place, word in enumerate(sentence):
            around = sentence[max(0, place - window) : place] + sentence[place + 1 : place + window + 1]
            near = [w for w in around if w in self.noise]
            if word in self.noise and near:
                if model == "skipgram":
                    total += float(np.mean([self.chance(word, self.rows[w]) for w in near]))
                else:
                    total += self.chance(word, np.mean([self.rows[w] for w in near], axis=0))
        return total


@pytest.mark.parametrize("model", ["skipgram", "cbow"])
def test_likelihoods_are_those_of_a_slow_twin(monkeypatch: pytest.MonkeyPatch, model: str) -> None:
    monkeypatch.setattr(full_softmax, "_SCORES_AT_ONCE", 500)
    monkeypatch.setattr(full_softmax, "_NUMBERS_AT_ONCE", 450)
    texts = {"1990": sentences(1, 200), "2010": [*sentences(3, 200), ["only", "here"] * 3]}
    corpora = {name: EncodedCorpus.from_sentences(text) for name, text in texts.items()}
    trained = dataclasses.replace(SMALL, model=model, window=2, dim=8).fit(corpora)
    assert "only" not in trained.slices["1990"]
    text = [["t0w1", "t0w2", "new", "t0w1"], ["only", "t1w1"], ["t0w3"], ["new", "new"]]
    table = likelihood(trained, {"1990": EncodedCorpus.from_sentences(text)})
    tokens = 3 + 2
    assert {row["tokens"] for row in table.rows} == {tokens}

    def by(vectors: str | None, counts: str | None) -> list[float]:
        twin = Twin(trained, vectors, counts)
        return [twin.sentence(sentence, model, 2) for sentence in text]

    *rows, compass = table.rows
    assert (compass["slice"], compass["per_token"]) == ("(compass)", pytest.approx(sum(by(None, None)) / tokens))
    for row in rows:
        name = row["slice"]
        assert row["per_token"] == pytest.approx(sum(by(name, name)) / tokens, rel=1e-5)
        assert row["vectors"] == pytest.approx(sum(by(name, None)) / tokens, rel=1e-5)
        assert row["counts"] == pytest.approx(sum(by(None, name)) / tokens, rel=1e-5)
    told = {name: np.array(by(name, name))[:2] for name in texts}
    share = np.mean(1 / (1 + np.exp(told["2010"] - told["1990"])))
    assert rows[0]["log_posterior"] == pytest.approx(math.log(share), rel=1e-4)
    apart = (told["2010"] - told["1990"]).sum() / tokens
    assert (rows[0]["difference"], rows[1]["difference"]) == (None, pytest.approx(apart, rel=1e-3, abs=1e-6))


@pytest.mark.parametrize("of_words", [True, False])
def test_what_is_foretold_from_a_word_adds_up_to_one(aligned: AlignedSlices, of_words: bool) -> None:
    words = aligned.vocabulary.words
    compass = next(iter(held_out._models(aligned)))
    # Where all rows are alike, the first word of a pair is foretold alike by every other.
    alike = compass._replace(words=np.repeat(compass.words[3:4], len(words), axis=0), of_words=of_words)

    def likely(text: list[list[str]]) -> np.ndarray:
        (found,) = full_softmax.sentence_likelihoods(
            alike, [aligned.text("x", EncodedCorpus.from_sentences(text))], StopFlag()
        )
        return found

    first = likely([[words[0], words[0]]]) / 2
    pairs = likely([[words[0], word] for word in words])
    assert np.exp(pairs - first).sum(axis=1) == pytest.approx(np.ones(1 + len(aligned.slices)), rel=1e-4)


def test_other_text_of_a_slice_is_foretold_best_by_it(aligned: AlignedSlices) -> None:
    texts = {
        "1990": EncodedCorpus.from_sentences(sentences(11, 300)),
        "2010": EncodedCorpus.from_sentences(sentences(12, 300, swapped=1.0)),
    }
    rows = likelihood(aligned, texts).rows
    assert {row["text"]: row["slice"] for row in rows if row.get("rank") == 1} == {"1990": "1990", "2010": "2010"}
    assert [row["own"] for row in rows] == ["yes", "", "", "", "yes", ""]
    for text in texts:
        both = [row for row in rows if row["text"] == text and row["slice"] in texts]
        assert sum(math.exp(row["log_posterior"]) for row in both) == pytest.approx(1)
        assert max(both, key=lambda row: row["log_posterior"])["slice"] == text
        assert all(row["low"] < row["per_token"] < row["high"] < 0 for row in both)
        (other,) = [row for row in both if not row["own"]]
        assert other["difference_low"] < other["difference"] < other["difference_high"] < 0
        # What differs is less than what sentences differ by: only the paired interval tells.
        assert other["difference_high"] - other["difference_low"] < other["high"] - other["low"]


def test_a_slice_that_differs_in_use_alone_is_told_by_its_vectors(aligned: AlignedSlices) -> None:
    rows = likelihood(aligned, {"2010": EncodedCorpus.from_sentences(sentences(12, 300, swapped=1.0))}).rows
    first, own, _ = rows
    assert own["vectors"] - first["vectors"] > 5 * abs(own["counts"] - first["counts"])


def test_what_cannot_be_foretold_is_an_error(aligned: AlignedSlices) -> None:
    text = EncodedCorpus.from_sentences(sentences(1, 20))
    with pytest.raises(InputError, match="1999: no such slice; the slices are 1990, 2010"):
        likelihood(aligned, {"1999": text})
    with pytest.raises(InputError, match="1990: no sentence of the text has two words of the compass"):
        likelihood(aligned, {"1990": EncodedCorpus.from_sentences([["a", "b"]])})
    own = aligned.slices["2010"]
    for broken, message in (
        (Vectors(own.words, np.full_like(own.matrix, np.nan), own.counts), "2010: the slice's vectors hold NaN"),
        (Vectors(own.words, own.matrix), "the counts of a slice's words are unknown"),
    ):
        slices = aligned.slices | {"2010": broken}
        with pytest.raises(InputError, match=message):
            likelihood(
                AlignedSlices(SMALL, aligned.vocabulary, aligned.words, aligned.contexts, slices), {"1990": text}
            )
    stop = StopFlag()
    stop.set()
    with pytest.raises(Interrupted):
        likelihood(aligned, {"1990": text}, stop=stop)
    alone = AlignedSlices(
        dataclasses.replace(SMALL, method="procrustes"), aligned.vocabulary, aligned.words, None, aligned.slices
    )
    with pytest.raises(SettingsError, match="the slices have no frozen contexts"):
        likelihood(alone, {"1990": text})


def test_both_are_commands(wordvec: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, seed, swapped in (("1990", 1, 0.0), ("2010", 2, 1.0), ("held", 5, 0.0)):
        write_text(Path(f"{name}.txt"), seed, swapped)
    assert wordvec("compass", "train", "1990.txt", "2010.txt", *TRAIN, "-o", "out", "--quiet").code == 0
    Path("questions.csv").write_text("t0w1-1990,t0w1-2010\n")
    done = wordvec("evaluate", "temporal-analogy", "out", "questions.csv", "--csv")
    assert done.out.splitlines()[1].startswith("questions,slices,all,1,1,")
    done = wordvec("evaluate", "likelihood", "out", "1990=held.txt", "--csv", "--quiet")
    assert (done.code, [line.split(",")[:3] for line in done.out.splitlines()[1:]]) == (
        0, [["1990", "1990", "yes"], ["1990", "2010", ""], ["1990", "(compass)", ""]],
    )  # fmt: skip
    assert wordvec("corpus", "encode", "held.txt", "-o", "held", "--quiet").code == 0
    assert wordvec("evaluate", "likelihood", "out", "1990=held", "--csv", "--quiet").out == done.out
    assert wordvec("corpus", "encode", "held.txt", "-o", "lower", "--lowercase", "--quiet").code == 0
    assert wordvec("evaluate", "likelihood", "out", "1990=lower").err == (
        "wordvec: lower: was encoded with lowercase True, the slices with none; encode both with the same --lowercase\n"
    )
    said = wordvec("evaluate", "likelihood", "out", "1990=held.txt", "1960=nosuch.txt").err
    assert said == "wordvec: 1960: no such slice; the slices are 1990, 2010\n"
    assert wordvec("evaluate", "likelihood", "out", "held.txt").err == "wordvec: held.txt: expected SLICE=TEXT\n"
    done = wordvec("evaluate", "temporal-analogy", "out", "questions.csv", "questions.csv", "--json")
    found = json.loads(done.out)
    assert [row["vectors"] for row in found["rows"]] == ["slices", "slices", "compass", "compass"] * 2
    assert any("too narrow, as questions share words" in note for note in found["notes"])
    Path("none.csv").write_text("zzz-1990,t0w1-2010\n")
    said = wordvec("evaluate", "temporal-analogy", "out", "none.csv").err
    assert said.startswith("wordvec: none.csv: no question has both words in its slices (1990, 2010; case: ignore)")

import itertools
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from seqeval.metrics.sequence_labeling import precision_recall_fscore_support
from sklearn.metrics import accuracy_score

from wordvec.errors import InputError, Interrupted, SettingsError
from wordvec.evaluation.probes import tagger, tagging
from wordvec.evaluation.probes.conll import read_tagged
from wordvec.evaluation.probes.features import Frozen, unit_scale
from wordvec.evaluation.probes.probe import probe
from wordvec.evaluation.probes.tagger import ProbeSettings
from wordvec.evaluation.probes.tagging import Task
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag

needs_data = pytest.mark.skipif("WORDVEC_DATA" not in os.environ, reason="WORDVEC_DATA names no folder of real data")

Write = Callable[[str, list[list[tuple[str, str]]]], Path]
FAST = ProbeSettings(rate=0.02, epochs=10, seeds=2, batch=20, resamples=100)
POS = ("NOUN", "VERB", "DET")
BIO = ("O", "B-x", "I-x")


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, sentences: list[list[tuple[str, str]]]) -> Path:
        text = "\n\n".join("\n".join("\t".join(token) for token in sentence) for sentence in sentences)
        (tmp_path / name).write_text(text + "\n")
        return tmp_path / name

    return write


def sentences(prefix: str, count: int, tags: tuple[str, ...] = POS, seed: int = 1) -> list[list[tuple[str, str]]]:
    """Random sentences; a word's tag is that of its number, and the first tag is the most frequent one."""
    chance = np.random.default_rng(seed)
    shares = [0.6, *[0.4 / (len(tags) - 1)] * (len(tags) - 1)]
    drawn = [chance.choice(len(tags), chance.integers(1, 9), p=shares) for _ in range(count)]
    return [[(f"{prefix}{tag + len(tags) * chance.integers(20)}", tags[tag]) for tag in one] for one in drawn]


def planted(prefixes: str, tags: int = len(POS), noise: float = 0.0) -> Vectors:
    """Vectors that say which tag a word has, the longer the more noise is in them."""
    words = [f"{prefix}{number}" for prefix in prefixes for number in range(20 * tags)]
    matrix = np.array([np.eye(tags)[int(word[1:]) % tags] for word in words])
    return Vectors(words, 7 * matrix + noise * np.random.default_rng(1).standard_normal(matrix.shape))


def drawn(prefixes: str, dim: int = 5, tags: int = len(POS)) -> Vectors:
    like = planted(prefixes, tags)
    return Vectors(like.words, np.random.default_rng(9).standard_normal((len(like), dim)))


class TestPlantedTags:
    def test_vectors_that_encode_the_tag_reach_one_and_new_words_too(self, write: Write) -> None:
        train, test = write("train", sentences("a", 150)), write("test", sentences("b", 60, seed=2))
        table = probe({"planted": planted("ab"), "drawn": drawn("ab")}, train, test, settings=FAST)
        best, other, majority, *floors = table.rows
        tokens = [tag for sentence in read_tagged(test) for tag in sentence.tags]
        share = tokens.count("NOUN") / len(tokens)
        assert (best["accuracy"], best["accuracy_new"], best["accuracy_sd"], best["coverage"]) == (1.0, 1.0, 0.0, 1.0)
        assert (best["new_tokens"], best["dim"], best["accuracy_scores"]) == (len(tokens), 3, [1.0, 1.0])
        assert majority["accuracy"] == pytest.approx(share)
        # All test words are new, so that random vectors say nothing of them.
        assert [row["vectors"] for row in floors] == ["random, dim 3", "random, dim 5"]
        for row in (other, *floors):
            assert abs(row["accuracy"] - share) < 0.15
        assert other["difference"] == pytest.approx(other["accuracy"] - 1)
        assert other["difference_low"] < other["difference"] < other["difference_high"] < 0
        assert other["p"] < 0.05

    def test_neighbours_tell_only_if_the_window_reaches_them(self, write: Write) -> None:
        # The tag is the kind of the word before; the word itself says nothing.
        chance = np.random.default_rng(3)
        numbers = chance.integers(0, 60, (80, 6))
        tagged = [[(f"a{n}", POS[before % 3]) for before, n in itertools.pairwise(one)] for one in numbers.tolist()]
        whole = [[(f"a{one[0]}", "DET"), *rest] for one, rest in zip(numbers.tolist(), tagged, strict=True)]
        train, test = write("train", whole[:60]), write("test", whole[60:])
        settings = {"rate": 0.02, "seeds": 1, "epochs": 20, "batch": 20}
        with_neighbours = probe(planted("a"), train, test, settings=ProbeSettings(**settings))
        alone = probe(planted("a"), train, test, settings=ProbeSettings(window=0, **settings))
        assert with_neighbours.rows[0]["accuracy"] == 1.0
        assert alone.rows[0]["accuracy"] < 0.7

    def test_a_hidden_layer_learns_what_a_line_cannot_part(self, write: Write) -> None:
        chance = np.random.default_rng(5)
        points = chance.choice([-1.0, 1.0], (200, 2)) + 0.1 * chance.standard_normal((200, 2))
        tokens = [(f"w{n}", "same" if x * y > 0 else "other") for n, (x, y) in enumerate(points)]
        vectors = Vectors([word for word, _ in tokens], points)
        train, test = write("train", [[one] for one in tokens[:150]]), write("test", [[one] for one in tokens[150:]])
        settings = {"window": 0, "rate": 0.02, "seeds": 1, "epochs": 60, "batch": 20}
        assert probe(vectors, train, test, settings=ProbeSettings(hidden=16, **settings)).rows[0]["accuracy"] == 1.0
        assert probe(vectors, train, test, settings=ProbeSettings(**settings)).rows[0]["accuracy"] < 0.8

    def test_tags_that_training_does_not_have_count_as_wrong(self, write: Write) -> None:
        asked = sentences("a", 20, seed=2)
        train, test = write("train", sentences("a", 150)), write("test", [*asked, [("a0", "X"), ("a3", "X")]])
        table = probe(planted("a"), train, test, settings=FAST)
        tokens = sum(map(len, asked))
        assert table.rows[0]["accuracy"] == pytest.approx(tokens / (tokens + 2))
        assert "2 test tokens have a tag that is not in the training file, and count as wrong" in table.notes
        assert table.rows[0]["new_tokens"] == 0
        assert "accuracy_new" not in table.columns

    def test_without_a_known_word_the_probe_still_runs_and_says_coverage_zero(self, write: Write) -> None:
        train, test = write("train", sentences("a", 50)), write("test", sentences("b", 20, seed=2))
        row = probe(planted("c"), train, test, settings=FAST).rows[0]
        majority = probe(planted("c"), train, test, settings=FAST).rows[1]
        assert row["coverage"] == 0.0
        assert row["accuracy"] == majority["accuracy"]

    def test_entities_are_scored_by_f1(self, write: Write) -> None:
        train, test = write("train", sentences("a", 150, BIO)), write("test", sentences("a", 60, BIO, seed=2))
        table = probe({"p": planted("a"), "d": drawn("a", 2)}, train, test, settings=FAST)
        assert [table.rows[0][name] for name in ("f1", "precision", "recall", "accuracy")] == [1.0] * 4
        assert table.rows[2]["vectors"] == "majority"
        assert table.rows[2]["f1"] == 0.0
        assert table.rows[1]["difference"] == pytest.approx(table.rows[1]["f1"] - 1)
        assert table.rows[0]["f1_scores"] == [1.0, 1.0]
        assert "f1, precision, recall: of entities, by the rules of CoNLL (conlleval)" in table.notes


class TestScores:
    def task(self, write: Write, tags: tuple[str, ...]) -> Task:
        return Task.read(write("train", sentences("a", 30, tags)), write("test", sentences("b", 20, tags)), None, 1)

    def test_they_are_those_of_sklearn_and_seqeval(self, write: Write) -> None:
        task = self.task(write, BIO)
        assert task.true is not None
        chance = np.random.default_rng(3)
        predictions = [chance.integers(0, 3, len(task.test.tags)) for _ in range(4)]
        scored = tagging.score(task, predictions)
        flat = [tag for sentence in task.true for tag in sentence]
        for at, predicted in enumerate(predictions):
            names = iter([task.tags[tag] for tag in predicted])
            guess = [[next(names) for _ in sentence] for sentence in task.true]
            ours = [scored.values[name][at] for name in ("precision", "recall", "f1")]
            theirs = precision_recall_fscore_support(task.true, guess, average="micro", zero_division=0)
            assert ours == list(theirs[:3])
            assert scored.values["accuracy"][at] == accuracy_score(flat, [tag for one in guess for tag in one])

    @pytest.mark.parametrize("tags", [POS, BIO])
    def test_a_difference_is_that_of_resampled_sentences(self, write: Write, tags: tuple[str, ...]) -> None:
        task = self.task(write, tags)
        chance = np.random.default_rng(4)
        guesses = [[chance.integers(0, 3, len(task.test.tags)) for _ in range(2)] for _ in range(2)]
        one, two = (tagging.score(task, guess) for guess in guesses)
        headline = "f1" if tags == BIO else "accuracy"

        def mean(scored: tagging.Scored, items: NDArray[np.int64]) -> float:
            found = []
            for training in scored.counts:
                right, ours, theirs = (sum(int(training[item][k]) for item in items) for k in range(3))
                found.append(2 * right / (ours + theirs))
            return float(np.mean(found))

        draws = np.random.default_rng(1).integers(0, len(task.test.sentences) - 1, (100, 20))
        values = [mean(one, items) - mean(two, items) for items in draws]
        got = tagging.compare(one, two, 100, seed=1)
        assert got.difference == pytest.approx(np.mean(one.values[headline]) - np.mean(two.values[headline]))
        assert (got.low, got.high) == pytest.approx(tuple(np.quantile(values, [0.025, 0.975])))


class TestFeatures:
    def test_they_are_the_vectors_around_and_two_indicators_each(self, write: Write) -> None:
        task = Task.read(write("t", [[("a", "X"), ("b", "Y")], [("B", "X")]]), write("u", [[("z", "X")]]), None, 1)
        vectors = Vectors(["b", "a"], [[1.0, 2.0], [3.0, 5.0]])
        table = tagger.table_of(Frozen.of(vectors, task.words, "fallback"), task)
        known = np.array([[3.0, 5.0], [1.0, 2.0], [1.0, 2.0]])
        known /= np.sqrt((known**2).mean())
        a, b, unknown, outside = [*known[0], 0, 0], [*known[1], 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]
        wanted = [[*outside, *a, *b], [*a, *b, *outside], [*outside, *b, *outside]]
        np.testing.assert_allclose(tagger.features_of(table, task.train, np.arange(3), 1), wanted, rtol=1e-6)
        np.testing.assert_array_equal(
            tagger.features_of(table, task.test, np.arange(1), 1), [[*outside, *unknown, *outside]]
        )

    def test_one_factor_gives_components_a_mean_square_of_one(self) -> None:
        features = np.random.default_rng(1).normal(3, 2, (40, 7))
        assert np.mean((features * unit_scale(features)) ** 2) == pytest.approx(1)
        assert unit_scale(np.zeros((3, 2))) == unit_scale(np.zeros((0, 2))) == 1

    def test_never_more_tokens_than_a_piece_are_in_memory(self, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
        train, test = write("train", sentences("a", 60)), write("test", sentences("a", 30, seed=2))
        seen, plain = [], tagger.features_of

        def watched(*given: object) -> NDArray[np.float32]:
            seen.append(len(given[2]))  # type: ignore[arg-type]
            return plain(*given)  # type: ignore[arg-type]

        monkeypatch.setattr(tagger, "AT_ONCE", 50)
        monkeypatch.setattr(tagger, "features_of", watched)
        assert probe(planted("a"), train, test, settings=FAST).rows[0]["accuracy"] == 1.0
        assert max(seen) <= 50
        tokens = [sum(len(one.words) for one in read_tagged(path)) for path in (train, test)]
        assert sum(seen) == 2 * 2 * (10 * tokens[0] + tokens[1])


class TestConduct:
    def test_the_same_seeds_give_the_same_table(self, write: Write) -> None:
        train, test = write("train", sentences("a", 60)), write("test", sentences("b", 20, seed=2))
        vectors = {"one": drawn("ab", 4), "two": drawn("ab", 3)}
        one, two = (probe(vectors, train, test, settings=FAST).to_json() for _ in range(2))
        assert one == two
        scores = json.loads(one)["rows"][0]["accuracy_scores"]
        assert scores[0] != scores[1]

    def test_lists_by_seed_are_kept_in_json_only(self, write: Write) -> None:
        train, test = write("train", sentences("a", 60)), write("test", sentences("b", 20, seed=2))
        table = probe(planted("ab"), train, test, settings=FAST)
        assert "scores" not in str(table)
        assert "scores" not in table.to_csv()
        assert len(json.loads(table.to_json())["rows"][0]["accuracy_scores"]) == 2

    def test_one_seed_has_no_deviation(self, write: Write) -> None:
        train, test = write("train", sentences("a", 60)), write("test", sentences("b", 20, seed=2))
        assert (
            probe(planted("ab"), train, test, settings=ProbeSettings(seeds=1, epochs=1)).rows[0]["accuracy_sd"] is None
        )

    def test_small_files_get_more_epochs_until_there_are_enough_steps(self) -> None:
        assert ProbeSettings().epochs_for(1_000_000) == 10
        assert ProbeSettings().epochs_for(2_997) == 200
        assert ProbeSettings(batch=100).epochs_for(50) == 3000
        assert ProbeSettings(epochs=7).epochs_for(50) == 7

    def test_a_stop_is_heeded_between_pieces(self, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
        train, test, stop = write("train", sentences("a", 60)), write("test", sentences("b", 20)), StopFlag()
        reports = []

        class Watched(Progress):
            def report(self, done: int, **figures: float) -> None:
                reports.append(done)
                if len(reports) == 3:
                    stop.set()

        with pytest.raises(Interrupted):
            probe({"a": planted("ab"), "b": planted("ab")}, train, test, settings=FAST, progress=Watched(), stop=stop)
        # Ten short epochs are one piece.
        tokens = 10 * sum(len(one.words) for one in read_tagged(train))
        assert reports == [tokens, 2 * tokens, 3 * tokens]

    def test_a_missing_scikit_learn_names_the_package(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "sklearn", None)
        with pytest.raises(SettingsError, match=r"pip install scikit-learn$"):
            probe(planted("a"), "nothing", "nothing")

    def test_training_tags_that_are_all_alike_are_an_error(self, write: Write) -> None:
        train = write("train", [[("tea", "NOUN"), ("tea", "NOUN")]])
        with pytest.raises(InputError, match="train: every token has the tag NOUN; a tagger needs"):
            probe(planted("a"), train, train)

    def test_a_vector_that_is_not_finite_is_an_error_only_where_it_is_needed(self, write: Write) -> None:
        train = write("train", sentences("a", 60))
        broken = planted("ab")
        broken.matrix[broken.words.index("b0")] = np.nan
        probe(broken, train, train, settings=FAST)
        broken.matrix[broken.words.index("a0"), 1] = np.inf
        with pytest.raises(InputError, match=r"mine: 'a0' \(row 1\): its vector holds NaN or infinity"):
            probe({"mine": broken}, train, train, settings=FAST)

    @pytest.mark.parametrize(
        ("given", "message"),
        [
            ({"window": -1}, "window -1: must be at least 0"),
            ({"epochs": 1.5}, "epochs 1.5: expected an integer"),
            ({"seeds": 0}, "seeds 0: must be at least 1"),
            ({"rate": 0.0}, "rate 0.0: must be above 0"),
            ({"rate": float("nan")}, "rate nan: must be finite"),
            ({"resamples": 3}, "resamples 3: must be at least 100"),
            ({"case": "any"}, "case any: choose one of ignore, exact, lower, fallback"),
        ],
    )
    def test_settings_out_of_range_are_an_error(self, given: dict[str, float | str], message: str) -> None:
        with pytest.raises(SettingsError, match=message):
            ProbeSettings(**given)  # type: ignore[arg-type]


@needs_data
class TestRealFiles:
    def folder(self) -> Path:
        return Path(os.environ["WORDVEC_DATA"]) / "pos_ner"

    def test_random_vectors_learn_frequent_words_of_marathi_and_no_new_ones(self) -> None:
        train, test = (self.folder() / f"ud_marathi-ufal/mr_ufal-ud-{part}.conllu" for part in ("train", "test"))
        words = sorted({word for sentence in read_tagged(train) for word in sentence.words})
        vectors = Vectors(words, np.random.default_rng(1).standard_normal((len(words), 50)))
        row, majority, _ = probe(vectors, train, test, settings=ProbeSettings(seeds=2, epochs=20)).rows
        assert row["coverage"] == pytest.approx(1 - row["new_tokens"] / 412)
        assert majority["accuracy"] + 0.2 < row["accuracy"] < 0.8
        assert row["accuracy_new"] < row["accuracy"] - 0.1

    def test_who_says_there_is_no_entity_in_wnut_is_mostly_right_and_finds_none(self) -> None:
        train, test = (self.folder() / "wnut17" / name for name in ("wnut17train.conll", "emerging.test.annotated"))
        settings = ProbeSettings(seeds=1, epochs=1, batch=1000)
        row, majority, _ = probe(Vectors(["the"], [[1.0]]), train, test, settings=settings).rows
        assert majority["accuracy"] == pytest.approx(21654 / 23394)
        assert majority["f1"] == 0.0
        words = [word for sentence in read_tagged(test) for word in sentence.words]
        assert row["coverage"] == pytest.approx([word.lower() for word in words].count("the") / len(words))

"""fastText's trainer: bags of n-grams, starting rows, files and settings. The kernels have tests of their own."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import naive
import numpy as np
import pytest
from cli_helpers import Call
from test_trainers import StopAfter, same_bits, text

from wordvec import EncodedCorpus, FastText, SkipGram, Vectors
from wordvec.errors import InputError, Interrupted, MemoryLimitError, SettingsError
from wordvec.subwords import Buckets, Floret, Subwords
from wordvec.trainers.checkpoint import Checkpoint
from wordvec.trainers.subword_model import SubwordModel

SMALL: dict[str, Any] = {
    "dim": 12,
    "epochs": 2,
    "min_count": 2,
    "threads": 1,
    "sample": 0,
    "buckets": 5000,
    "replicas": 1,
}
STILL: dict[str, Any] = SMALL | {"learning_rate": 1e-30}
FLORET: dict[str, Any] = {"hash": "floret", "buckets": 300}
SENTENCES = ["drinking tea and drinks", "a drinker drank cold tea", "cold drink and naïve drinking"] * 60


@pytest.fixture(scope="module")
def corpus() -> Iterator[EncodedCorpus]:
    with EncodedCorpus.from_sentences(SENTENCES) as encoded:
        yield encoded


@pytest.fixture(scope="module")
def vectors(corpus: EncodedCorpus) -> Vectors:
    return FastText(**SMALL).fit(corpus)


def dense(vectors: Vectors) -> np.ndarray:
    """Return a row for each bucket, zeros where no word uses one."""
    assert isinstance(vectors.subwords, Subwords | Floret)
    return vectors.subwords.rows_of_buckets(slice(0, vectors.subwords.buckets))


class TestBags:
    def test_an_unknown_word_is_the_mean_of_its_ngrams(self, vectors: Vectors) -> None:
        for word in ("drinkers", "theatre", "naïvety"):
            np.testing.assert_allclose(vectors[word], naive.fasttext_vector(word, dense(vectors), 3, 6), atol=1e-6)
        assert "drinkers" not in vectors
        assert vectors.nearest("drinkers", 1)[0][0].startswith("drink")

    def test_with_florets_hash_all_vectors_are_means_of_one_table(self, corpus: EncodedCorpus) -> None:
        vectors = FastText(**SMALL | FLORET).fit(corpus)
        for word in ("drinkers", "drinking"):
            expected = naive.floret_vector(word, dense(vectors), (3, 6), 2, 2166136261, ("<", ">"))
            np.testing.assert_allclose(vectors[word], expected, atol=1e-6)

    def test_only_rows_that_words_use_are_held(self, vectors: Vectors) -> None:
        assert isinstance(vectors.subwords, Subwords)
        ngrams = {ngram for word in vectors.words for ngram in naive.fasttext_ngrams(word, 3, 6)}
        used = {naive.fasttext_hash(ngram) % 5000 for ngram in ngrams}
        assert vectors.subwords.used is not None
        assert vectors.subwords.used.numbers.tolist() == sorted(used)
        assert len(vectors.subwords.rows) == len(used) + 1
        assert not vectors.subwords.rows[-1].any()

    def test_without_ngrams_a_word_is_its_own_row(self, corpus: EncodedCorpus) -> None:
        vectors = FastText(**SMALL | {"max_n": 0}).fit(corpus)
        assert vectors.subwords is None
        assert SkipGram(**{name: SMALL[name] for name in SMALL if name != "buckets"}).fit(corpus).words == vectors.words

    @pytest.mark.parametrize("settings", [{}, FLORET, {"max_n": 0}])
    def test_first_rows_depend_on_seed_and_word_alone(self, settings: dict[str, Any], corpus: EncodedCorpus) -> None:
        with EncodedCorpus.from_sentences([*SENTENCES, "other words other words"]) as other:
            one, two = (FastText(**STILL | settings).fit(source) for source in (corpus, other))
        for word in one.words:
            np.testing.assert_array_equal(one[word], two[word])
        assert not np.array_equal(one["tea"], FastText(**STILL | settings | {"seed": 2}).fit(corpus)["tea"])

    def test_words_that_share_a_stem_are_near_each_other(self) -> None:
        with EncodedCorpus.from_sentences(text(sentences=1000)) as corpus:
            vectors = FastText(dim=20, epochs=3, min_count=2, threads=2, sample=0, learning_rate=0.1).fit(corpus)
        found = sum(vectors.nearest(f"w{number}a", 1)[0][0][1:-1] == str(number) for number in range(10, 30))
        assert found > 15


class TestTraining:
    @pytest.mark.parametrize("settings", [{}, {"model": "cbow"}, FLORET, {"max_n": 0}])
    def test_interrupted_and_resumed_training_has_the_same_bits(
        self, settings: dict[str, Any], corpus: EncodedCorpus, tmp_path: Path
    ) -> None:
        whole, stop = FastText(**SMALL | settings).fit(corpus), StopAfter(1)
        with pytest.raises(Interrupted):
            FastText(**SMALL | settings).fit(corpus, checkpoint=Checkpoint(tmp_path / "run"), stop=stop)
        resumed = FastText(**SMALL | settings).fit(corpus, checkpoint=Checkpoint.open(tmp_path / "run"))
        assert same_bits(whole, resumed)
        if whole.subwords is not None and resumed.subwords is not None:
            assert whole.subwords.rows.tobytes() == resumed.subwords.rows.tobytes()

    def test_memory_follows_the_ngrams_in_use(
        self, corpus: EncodedCorpus, vectors: Vectors, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert vectors.subwords is not None
        huge = FastText(**SMALL | {"buckets": 2_000_000}).estimate(corpus)
        rows = len(vectors) + len(vectors.subwords.rows)
        assert rows * 16 * 4 < huge.memory < 3 * rows * 16 * 4
        monkeypatch.setattr("wordvec.trainers.matrices.available_memory", lambda: 1_000)
        with pytest.raises(MemoryLimitError, match=rf"{len(vectors)} words and {rows - len(vectors) - 1} n-grams of"):
            FastText(**SMALL).fit(corpus)

    @pytest.mark.parametrize(
        ("settings", "message"),
        [
            ({"min_n": 4, "max_n": 3}, "min_n"),
            ({"min_n": 0}, "min_n"),
            ({"buckets": 0}, "buckets"),
            ({"hash": "md5"}, "hash"),
            ({"hashes": 5}, "hashes"),
            ({"hash": "floret", "max_n": 0}, "max_n"),
            ({"model": "glove"}, "model"),
        ],
    )
    def test_impossible_settings_are_named(self, settings: dict[str, Any], message: str) -> None:
        with pytest.raises(SettingsError) as raised:
            FastText(**settings)
        assert raised.value.setting == message


class TestStartingRows:
    @pytest.mark.parametrize("settings", [{}, FLORET, {"max_n": 0}])
    def test_training_continues_where_it_ended(self, settings: dict[str, Any], corpus: EncodedCorpus) -> None:
        earlier = FastText(**SMALL | settings).fit(corpus)
        again = FastText(**STILL | settings).fit(corpus, init=earlier)
        np.testing.assert_allclose(again.matrix, earlier.matrix, atol=1e-6)
        assert earlier.contexts is not None
        assert again.contexts is not None
        np.testing.assert_array_equal(again.contexts.matrix, earlier.contexts.matrix)
        if earlier.subwords is not None:
            np.testing.assert_array_equal(dense(again), dense(earlier))

    def test_new_words_start_from_their_ngrams_and_old_ones_are_kept(self, vectors: Vectors) -> None:
        with EncodedCorpus.from_sentences(["drinkers drink tea", "drinkers drink milk"] * 9) as new:
            union = FastText(**STILL).fit(new, init=vectors)
            alone = FastText(**STILL).fit(new, init=vectors, init_words="corpus")
        assert set(union.words) == {*vectors.words, "drinkers", "milk"}
        assert set(alone.words) == {"drinkers", "drink", "tea", "milk"}
        for result in (union, alone):
            np.testing.assert_allclose(result["drink"], vectors["drink"], atol=1e-6)
            # Not all n-grams of the new word have a row in the earlier model.
            assert result.metadata["training"]["rows_composed"] >= 1
            np.testing.assert_allclose(result["drinkings"], vectors["drinkings"], atol=1e-6)
        np.testing.assert_array_equal(union["naïve"], vectors["naïve"])

    def test_plain_vectors_give_their_words_the_same_vectors(self, corpus: EncodedCorpus) -> None:
        plain = Vectors(["tea", "drink"], np.random.default_rng(1).normal(size=(2, 12)))
        started = FastText(**STILL).fit(corpus, init=plain)
        for word in plain.words:
            np.testing.assert_allclose(started[word], plain[word], atol=1e-6)
        assert started.metadata["training"]["rows_copied"] == 2

    def test_a_run_that_began_with_vectors_is_resumed_without_them(
        self, vectors: Vectors, corpus: EncodedCorpus, tmp_path: Path
    ) -> None:
        with EncodedCorpus.from_sentences(["drinkers drink tea", "drinkers drink milk"] * 30) as new:
            for words in ("union", "corpus"):
                start: dict[str, Any] = {"init": vectors, "init_words": words}
                whole, folder = FastText(**SMALL).fit(new, **start), tmp_path / words
                with pytest.raises(Interrupted):
                    FastText(**SMALL).fit(new, checkpoint=Checkpoint(folder), stop=StopAfter(1), **start)
                resumed = FastText(**SMALL).fit(new, checkpoint=Checkpoint.open(folder))
                assert resumed.words == whole.words
                assert same_bits(whole, resumed)
                np.testing.assert_array_equal(dense(resumed), dense(whole))

    @pytest.mark.parametrize(
        ("settings", "message"),
        [
            ({"min_n": 2, "max_n": 5}, "init: its n-grams are not those of the model; set min_n to 3 and max_n to 6"),
            (FLORET, "set buckets to 5000 and hash to fasttext"),
            ({"dim": 13}, "init: its vectors have dim 12, the model 13; set dim to 12"),
            (
                {"dim": 13, "max_n": 5},
                "init: its vectors have dim 12, the model 13, and its n-grams are not those of the model; "
                "set dim to 12 and max_n to 6",
            ),
        ],
    )
    def test_ngrams_that_do_not_fit_are_refused(
        self, settings: dict[str, Any], message: str, vectors: Vectors, corpus: EncodedCorpus
    ) -> None:
        with pytest.raises(InputError, match=f"{message}$"):
            FastText(**SMALL | settings).fit(corpus, init=vectors)

    @pytest.mark.parametrize(
        ("changed", "message"),
        [
            ({"seed": 1, "after": "$"}, "hash seed 1, not 2166136261 and mark after words $, not >"),
            ({"hashes": 3, "seed": 1}, "set hashes to 3"),
        ],
    )
    def test_florets_hash_with_other_marks_or_another_seed_cannot_be_trained(
        self, changed: dict[str, Any], message: str, corpus: EncodedCorpus
    ) -> None:
        settings = FastText(**SMALL | FLORET)
        values = {"hashes": settings.hashes, "seed": 2166136261, "before": "<", "after": ">"} | changed
        table = Floret(np.ones((settings.buckets, 12), np.float32), settings.min_n, settings.max_n, **values)
        with pytest.raises(InputError, match=f"{re.escape(message)}$"):
            settings.fit(corpus, init=Vectors([], np.empty((0, 12)), subwords=table))

    def test_other_tables_are_no_start(self, corpus: EncodedCorpus) -> None:
        start = Vectors(["tea"], np.ones((1, 12)), subwords=Buckets(np.ones((32, 12), np.float32), 3, 6))
        with pytest.raises(InputError, match="init: its n-grams are numbered in another way than fastText's"):
            FastText(**SMALL).fit(corpus, init=start)

    def test_florets_table_has_no_rows_for_plain_vectors(self, corpus: EncodedCorpus) -> None:
        with pytest.raises(InputError, match=r"has no n-grams, .*; set hash to fasttext"):
            FastText(**SMALL | FLORET).fit(corpus, init=Vectors(["tea"], np.ones((1, 12))))

    def test_a_file_with_all_buckets_adds_only_rows_that_are_not_zeros(
        self, vectors: Vectors, corpus: EncodedCorpus, tmp_path: Path
    ) -> None:
        vectors.save(tmp_path / "a.fasttext.bin")
        init = Vectors.load(tmp_path / "a.fasttext.bin")
        model = SubwordModel(FastText(**SMALL), corpus, init)
        assert vectors.subwords is not None
        assert len(model.words) == len(vectors) + len(vectors.subwords.rows)


class TestFiles:
    @pytest.fixture
    def words(self, tmp_path: Path) -> Path:
        (tmp_path / "text.txt").write_text("\n".join(SENTENCES))
        return tmp_path / "text.txt"

    def test_a_file_without_ngrams_gets_the_model_beside_it(self, words: Path, wordvec: Call) -> None:
        done = wordvec("train", "fasttext", words, "-o", words.parent / "a.vec", "--dim", 8, "--buckets", 700)
        assert done.code == 0
        assert "a.fasttext.bin: the same with their n-grams" in done.err
        plain, model = (Vectors.load(words.parent / f"a{ending}") for ending in (".vec", ".fasttext.bin"))
        assert model.words == plain.words
        np.testing.assert_allclose(model.matrix, plain.matrix, atol=1e-6)
        assert json.loads((words.parent / "a.json").read_text())["method"] == "fasttext"
        assert wordvec("nearest", words.parent / "a.fasttext.bin", "drinkers").code == 0
        assert {path.name for path in words.parent.iterdir()} == {
            "text.txt",
            *(f"a.{ending}" for ending in ("vec", "vocab", "json", "fasttext.bin", "fasttext.bin.json")),
        }

    def test_a_model_alone_is_one_file(self, words: Path, wordvec: Call) -> None:
        folder = words.parent
        for name, more in (("a.fasttext.bin", ()), ("a.floret", ("--hash", "floret")), ("a.vectors", ())):
            options = ("--dim", 8, "--buckets", 700, *more)
            assert wordvec("train", "fasttext", words, "-o", folder / name, *options).code == 0
            assert Vectors.load(folder / name)["drinkers"].any()
        assert not (folder / "a.vec").exists()

    def test_a_model_in_the_way_is_noticed_before_training(self, words: Path, wordvec: Call) -> None:
        (words.parent / "a.fasttext.bin").write_text("mine")
        done = wordvec("train", "fasttext", words, "-o", words.parent / "a.vec", "--dim", 8)
        assert done.code == 1
        assert "a.fasttext.bin: exists already" in done.err
        assert (words.parent / "a.fasttext.bin").read_text() == "mine"
        assert not (words.parent / "a.vec").exists()

    def test_a_model_that_was_written_can_be_continued(self, words: Path, wordvec: Call) -> None:
        folder = words.parent
        options = ("--dim", 8, "--buckets", 700, "--threads", 1)
        assert wordvec("train", "fasttext", words, "-o", folder / "a.vec", *options).code == 0
        (folder / "new.txt").write_text("drinkers drink milk\n" * 50)
        done = wordvec(
            "train",
            "fasttext",
            folder / "new.txt",
            "-o",
            folder / "b.vec",
            "--init",
            folder / "a.fasttext.bin",
            *options,
        )
        assert done.code == 0
        assert "updated" in done.err
        again = Vectors.load(folder / "b.fasttext.bin")
        assert {"drinkers", "milk", "naïve"} <= set(again.words)

    @pytest.mark.parametrize("dry_run", [(), ("--dry-run",)])
    @pytest.mark.parametrize(
        ("options", "message"),
        [
            (
                ("--dim", 9, "--min-n", 2, "--max-n", 5),
                "--init: its vectors have dim 8, the model 9, and its n-grams are not those of the model; "
                "set --dim to 8, --min-n to 3, --max-n to 6 and --buckets to 700",
            ),
            (
                ("--dim", 8, "--hash", "floret", "--buckets", 700),
                "--init: its n-grams are not those of the model; set --hash to fasttext",
            ),
            (("--dim", 9, "--max-n", 0), "--init: its vectors have dim 8, the model 9; set --dim to 8"),
        ],
    )
    def test_a_model_that_does_not_fit_is_refused_before_the_text_is_encoded(
        self, options: tuple[Any, ...], message: str, dry_run: tuple[str, ...], words: Path, wordvec: Call
    ) -> None:
        model, output = words.parent / "a.fasttext.bin", words.parent / "b.vec"
        assert wordvec("train", "fasttext", words, "-o", model, "--dim", 8, "--buckets", 700).code == 0
        done = wordvec("train", "fasttext", words, "-o", output, "--init", model, *options, *dry_run)
        assert (done.code, done.err) == (1, f"wordvec: {message}\n")

    @pytest.mark.parametrize(
        ("name", "more", "expected"),
        [
            ("a.fasttext.bin", (), "min_n 3, max_n 6, buckets 700, rows 700"),
            ("a.floret", ("--hash", "floret"), "min_n 3, max_n 6, buckets 700, hash floret, hashes 2, rows 700"),
        ],
    )
    def test_a_description_names_the_settings_that_continue_it(
        self, name: str, more: tuple[str, ...], expected: str, words: Path, wordvec: Call
    ) -> None:
        done = wordvec("train", "fasttext", words, "-o", words.parent / name, "--dim", 8, "--buckets", 700, *more)
        assert done.code == 0
        assert expected in wordvec("info", words.parent / name).out

    def test_the_methods_paragraph_cites_the_paper(self, words: Path, wordvec: Call) -> None:
        for more, cited in ((), "Bojanowski et al., 2017"), (("--hash", "floret"), "Boyd and Warmerdam, 2022"):
            options = ("--dim", 8, "--buckets", 700, "--force", *more)
            assert wordvec("train", "fasttext", words, "-o", words.parent / "a.vec", *options).code == 0
            said = wordvec("info", words.parent / "a.vec", "--methods-text").out
            assert cited in said
            assert "character n-grams of length 3 to 6" in said

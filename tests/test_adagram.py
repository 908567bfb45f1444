"""AdaGram from text to sense vectors: pseudo-words, the form of the result, files, interruption, disambiguation."""

import itertools
import json
from pathlib import Path
from typing import Any

import naive_adagram as naive
import numpy as np
import pytest
from cli_helpers import Call, files_in
from naive_softmax import word2vec_paths

from wordvec import AdaGram, EncodedCorpus, SensePosterior, Vectors
from wordvec.errors import InputError, Interrupted
from wordvec.workers import StopFlag

TOPICS = [[f"{topic}{number}" for number in range(12)] for topic in ("sea", "tax", "ink")]
"""Words of three topics; `fuzzy` is the pseudo-word of one word of the first and one of the second."""


def sentences(number: int = 1_500, seed: int = 0) -> tuple[list[list[str]], list[int]]:
    """Return sentences of one topic each, and the topics of those with the pseudo-word."""
    generator, texts, topics = np.random.default_rng(seed), [], []
    for _ in range(number):
        topic = int(generator.integers(3))
        text = generator.choice(TOPICS[topic], 7).tolist()
        if topic < 2 and generator.random() < 0.5:
            text[3] = "fuzzy"
            topics.append(topic)
        texts.append(text)
    return texts, topics


SETTINGS: dict[str, Any] = {"dim": 16, "min_count": 1, "epochs": 4, "learning_rate": 0.05, "sample": 0}


@pytest.fixture(scope="session")
def planted() -> Any:
    texts, topics = sentences()
    with EncodedCorpus.from_sentences([" ".join(text) for text in texts]) as corpus:
        yield corpus, texts, topics, AdaGram(**SETTINGS).fit(corpus)


def occurrences(vocabulary: list[str], texts: list[list[str]], word: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return centres, contexts and offsets of a word's occurrences in sentences."""
    number = {name: row for row, name in enumerate(vocabulary)}
    near = [[number[other] for other in text if other != word] for text in texts if word in text]
    offsets = np.cumsum([0] + [len(one) for one in near])
    return np.full(len(near), number[word]), np.array(list(itertools.chain(*near))), offsets


def test_the_senses_of_a_pseudo_word_are_found_and_other_words_have_one(planted: Any) -> None:
    _, _, _, vectors = planted
    assert sorted(name for name in vectors.words if "#" in name) == ["fuzzy#1", "fuzzy#2"]
    near = [{name[:3] for name, _ in vectors.nearest(f"fuzzy#{sense}", 5)} for sense in (1, 2)]
    assert {frozenset(topics) for topics in near} == {frozenset({"sea"}), frozenset({"tax"})}


def test_occurrences_of_a_pseudo_word_are_told_apart(planted: Any) -> None:
    _, texts, topics, vectors = planted
    found = vectors.model.probabilities(*occurrences(vectors.model.words, texts, "fuzzy"))
    assert found.shape == (len(topics), 2)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-6)
    right = (found.argmax(axis=1) == topics).mean()
    assert max(right, 1 - right) > 0.98


def test_counts_of_senses_add_up_to_those_of_the_word_and_follow_from_shares(planted: Any) -> None:
    corpus, _, topics, vectors = planted
    inventory = vectors.inventory
    for word, count in zip(corpus.vocabulary.words, corpus.vocabulary.counts, strict=True):
        assert inventory.counts_of(word).sum() == count
    assert inventory.counts_of("fuzzy").max() == pytest.approx(max(topics.count(0), topics.count(1)), rel=0.1)
    assert vectors.metadata["senses"] == {"method": "adagram", "words": 1, "mark": "#"}


def test_more_concentration_finds_more_senses(planted: Any) -> None:
    corpus = planted[0]
    many = AdaGram(**SETTINGS, alpha=5, discount=0.5, min_share=0).fit(corpus)
    assert len(many) > len(planted[3])


def test_one_sense_or_rare_words_have_plain_names(planted: Any) -> None:
    corpus = planted[0]
    for options in ({"senses": 1}, {"sense_min_count": 10_000}):
        vectors = AdaGram(**SETTINGS | {"epochs": 1}, **options).fit(corpus)
        assert vectors.words == corpus.vocabulary.words
        assert vectors.model.numbers.tolist() == [1] * len(vectors)


def test_a_word_that_looks_like_a_sense_is_not_mistaken() -> None:
    texts = [[word.replace("sea0", "fuzzy#1") for word in text] for text in sentences(1_000)[0]]
    with EncodedCorpus.from_sentences([" ".join(text) for text in texts]) as corpus:
        vectors = AdaGram(**SETTINGS).fit(corpus)
    assert vectors.metadata["senses"]["mark"] == "##"
    assert {"fuzzy#1", "fuzzy##1", "fuzzy##2"} <= set(vectors.words)


def test_the_posterior_is_prior_times_likelihood(planted: Any) -> None:
    """By brute force, of a model with all senses kept in training: rows, tree and priors of the file."""
    corpus, texts, _, vectors = planted
    model = vectors.model
    centres, contexts, offsets = occurrences(model.words, texts[:200], "fuzzy")
    found, row = model.probabilities(centres, contexts, offsets), int(model.numbers[: centres[0]].sum())
    tree = word2vec_paths(corpus.vocabulary.counts.tolist())
    for place in range(len(centres)):
        logs = [
            float(model.priors[row + k])
            + sum(
                naive.log_probability(model.rows[row + k], model.nodes, tree[word])
                for word in contexts[offsets[place] : offsets[place + 1]]
            )
            for k in range(2)
        ]
        np.testing.assert_allclose(found[place], naive.softmax(logs), atol=1e-5)


def test_an_empty_context_gives_the_prior(planted: Any) -> None:
    model = planted[3].model
    centre = model.words.index("fuzzy")
    row = int(model.numbers[:centre].sum())
    found = model.probabilities(np.array([centre, len(model.words) - 1]), np.array([], np.int64), np.zeros(3, np.int64))
    np.testing.assert_allclose(found[0], naive.softmax(model.priors[row : row + 2].astype(float)), atol=1e-6)
    assert found[1].tolist() == [1, 0]


def test_the_same_seed_gives_the_same_bits_with_any_number_of_threads(planted: Any) -> None:
    corpus = planted[0]
    settings = SETTINGS | {"epochs": 1}
    first, again = (AdaGram(**settings, threads=threads).fit(corpus) for threads in (1, 3))
    assert first.words == again.words
    assert first.matrix.tobytes() == again.matrix.tobytes()
    assert AdaGram(**settings, seed=2).fit(corpus).matrix.tobytes() != first.matrix.tobytes()
    assert again.metadata["training"]["repeatable"]


def test_an_interrupted_run_resumes_with_the_bits_of_an_uninterrupted_one(planted: Any, tmp_path: Path) -> None:
    from wordvec.trainers.checkpoint import Checkpoint

    corpus, stop, trainer = planted[0], StopFlag(), AdaGram(**SETTINGS)

    def stop_after_an_epoch(report: Any) -> None:
        stop.set()

    with pytest.raises(Interrupted):
        trainer.fit(corpus, checkpoint=Checkpoint(tmp_path / "run"), stop=stop, on_report=stop_after_an_epoch)
    assert any(path.name.startswith("senses-") for path in (tmp_path / "run").iterdir())
    resumed = trainer.fit(corpus, checkpoint=Checkpoint.open(tmp_path / "run"))
    assert resumed.words == planted[3].words
    assert resumed.matrix.tobytes() == planted[3].matrix.tobytes()
    assert resumed.model.priors.tobytes() == planted[3].model.priors.tobytes()


def test_the_estimate_names_words_and_memory(planted: Any) -> None:
    corpus = planted[0]
    plain = AdaGram(**SETTINGS, senses=1).estimate(corpus)
    several = AdaGram(**SETTINGS, senses=10).estimate(corpus)
    assert plain.words == several.words == len(corpus.vocabulary)
    assert several.memory > 4 * plain.memory


class TestModel:
    def test_it_survives_the_disk_and_is_read_as_word_vectors(self, planted: Any, tmp_path: Path) -> None:
        _, texts, _, vectors = planted
        vectors.model.save(tmp_path / "a.model.vectors")
        loaded = SensePosterior.load(tmp_path / "a.model.vectors")
        near = occurrences(loaded.words, texts, "fuzzy")
        assert loaded.probabilities(*near).tobytes() == vectors.model.probabilities(*near).tobytes()
        assert Vectors.load(tmp_path / "a.model.vectors").words == loaded.words

    def test_other_vectors_and_damaged_folders_are_refused(self, planted: Any, tmp_path: Path) -> None:
        Vectors(["a", "b"], [[1, 0], [0, 1]]).save(tmp_path / "b.vectors")
        with pytest.raises(InputError, match="not a model of senses; use the"):
            SensePosterior.load(tmp_path / "b.vectors")
        planted[3].model.save(tmp_path / "a.model.vectors")
        np.save(tmp_path / "a.model.vectors" / "priors.npy", np.zeros(3, np.float32))
        with pytest.raises(InputError, match="damaged"):
            SensePosterior.load(tmp_path / "a.model.vectors")


class TestCommand:
    @pytest.fixture
    def text(self, tmp_path: Path) -> Path:
        path = tmp_path / "text.txt"
        path.write_text("".join(" ".join(text) + "\n" for text in sentences(600)[0]), encoding="utf-8")
        return path

    def test_it_writes_vectors_their_list_and_the_model(self, text: Path, wordvec: Call) -> None:
        out = text.with_name("out.vec")
        options = ["--dim", "16", "--min-count", "1", "--epochs", "8", "--learning-rate", ".05", "--sample", "0"]
        done = wordvec("train", "adagram", text, "-o", out, *options)
        assert done.code == 0, done.err
        vectors = Vectors.load(out)
        listed = out.with_name("out.senses.tsv").read_text(encoding="utf-8").splitlines()
        assert [line.split("\t")[2] for line in listed[1:]] == ["fuzzy#1", "fuzzy#2"]
        assert all("[fuzzy]" in line for line in listed[1:])
        assert vectors.inventory is not None
        assert vectors.inventory.several == 1
        assert set(SensePosterior.load(out.with_name("out.model.vectors")).words) == set(vectors.inventory.words)
        assert "out.model.vectors" in done.err
        about = json.loads(out.with_name("out.json").read_text(encoding="utf-8"))
        assert about["settings"]["alpha"] == 0.1
        paragraph = wordvec("info", out, "--methods-text").out
        assert "AdaGram (Bartunov et al., 2016; 16 dimensions, window 5" in paragraph
        assert "at most 5 senses of words that occur at least 20 times" in paragraph
        assert "@inproceedings{bartunov2016" in paragraph

    def test_a_dry_run_writes_nothing(self, text: Path, wordvec: Call) -> None:
        done = wordvec("train", "adagram", text, "-o", text.with_name("out.vec"), "--dry-run")
        assert done.code == 0, done.err
        assert "memory" in done.out
        assert files_in(text.parent) == ["text.txt"]

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (["--senses", "0"], "--senses"),
            (["--alpha", "0"], "--alpha"),
            (["--discount", "1"], "--discount"),
            (["--negatives", "5"], "--negatives: no such option"),
            (["--init", "a.vec"], "--init: no such option"),
        ],
    )
    def test_wrong_settings_are_refused_in_one_line(
        self, text: Path, wordvec: Call, options: list[str], said: str
    ) -> None:
        done = wordvec("train", "adagram", text, "-o", text.with_name("out.vec"), *options)
        assert done.code != 0
        assert said in done.err.lower()
        assert "Traceback" not in done.err

    def test_a_list_of_senses_in_the_way_is_found_before_training(self, text: Path, wordvec: Call) -> None:
        text.with_name("out.senses.tsv").write_text("mine\n")
        done = wordvec("train", "adagram", text, "-o", text.with_name("out.vec"))
        assert done.code != 0
        assert "out.senses.tsv: exists already" in done.err

"""Models with n-grams in real programs: fastText's and spaCy's answers about our files, and ours about theirs.

``fasttext`` is the C++ program if it is on PATH, and ``fasttext`` and ``spacy`` are Python packages.
"""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from wordvec import EncodedCorpus, FastText, Vectors
from wordvec.evaluation import Convention, analogy, similarity
from wordvec.evaluation.datasets import Pairs
from wordvec.evaluation.datasets.analogies import Questions, Section
from wordvec.subwords import Subwords

SENTENCES = [
    "drinking tea and drinks",
    "a drinker drank cold tea",
    "cold drink and naïve drinking",
    "नदी e\u0301te",
] * 60
SETTINGS: dict[str, Any] = {"dim": 12, "epochs": 3, "min_count": 2, "threads": 1, "sample": 0}
OTHERS = ["drinkers", "naïvety", "nai\u0308vete\u0301", "नद्या", "x", "👩\u200d🔬"]
ZEROS = {"MALLOC_PERTURB_": "255"}
"""Lets glibc fill memory with zeros, to which fastText of 2024 adds the rows that ``print-ngrams`` prints."""
program = pytest.mark.skipif(shutil.which("fasttext") is None, reason="the program fasttext is not on PATH")


@pytest.fixture(scope="module")
def corpus() -> Iterator[EncodedCorpus]:
    with EncodedCorpus.from_sentences(SENTENCES) as encoded:
        yield encoded


@pytest.fixture(scope="module")
def trained(corpus: EncodedCorpus) -> Vectors:
    """Return a model that holds only the rows in use."""
    return FastText(**SETTINGS, buckets=5000, min_n=2).fit(corpus)


@pytest.fixture(scope="module", params=["rows in use", "all rows"])
def model(request: pytest.FixtureRequest, trained: Vectors, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of a trained model, written from the rows in use or from all rows."""
    path = tmp_path_factory.mktemp("models") / "a.fasttext.bin"
    trained.save(path)
    if request.param == "rows in use":
        return path
    every = Vectors.load(path)
    assert isinstance(every.subwords, Subwords)
    assert every.subwords.used is None
    every.save(path.with_name("b.fasttext.bin"))
    return path.with_name("b.fasttext.bin")


def answer(command: str, *arguments: object, asked: Sequence[str] = ()) -> list[list[str]]:
    """Return the lines that fastText prints, cut at blanks."""
    done = subprocess.run(
        ["fasttext", command, *map(str, arguments)],
        input="".join(f"{word}\n" for word in asked).encode(),
        stdout=subprocess.PIPE,
        env=os.environ | ZEROS,
        check=True,
    )
    return [line.split(" ") for line in done.stdout.decode().splitlines()]


class TestFastText:
    @program
    def test_it_prints_our_vectors_of_known_and_unknown_words(self, model: Path) -> None:
        ours = Vectors.load(model)
        asked = [*ours.words, *OTHERS]
        printed = answer("print-word-vectors", model, asked=asked)
        assert [line[0] for line in printed] == asked
        for word, *numbers in printed:
            np.testing.assert_allclose(np.array(numbers[:-1], float), ours[word], rtol=1e-4, atol=1e-6)

    @program
    def test_it_finds_our_neighbours_of_known_and_unknown_words(self, model: Path) -> None:
        ours = Vectors.load(model)
        for word in ["drink", "naïve", *OTHERS[:3]]:
            found = answer("nn", model, 4, asked=[word])
            found[0] = found[0][2:]  # "Query word? "
            near = ours.nearest(word, 4)
            assert [line[0] for line in found[:4]] == [other for other, _ in near]
            np.testing.assert_allclose(
                [float(line[1]) for line in found[:4]], [cosine for _, cosine in near], atol=1e-4
            )

    @program
    @pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="memory is not filled with zeros")
    def test_it_prints_our_rows_of_ngrams(self, model: Path) -> None:
        ours = Vectors.load(model)
        assert isinstance(ours.subwords, Subwords)
        for word in ["drink", "naïve", "e\u0301te", *OTHERS]:
            printed = answer("print-ngrams", model, word)
            known = [word] * (word in ours)
            ngrams = ours.subwords.ngrams(word)
            assert [line[0] for line in printed] == [*known, *(ngram.text for ngram in ngrams)]
            rows = np.array([line[1:-1] for line in printed], float).reshape(-1, ours.dim)
            expected = ours.subwords.rows[[row for ngram in ngrams for row in ngram.rows]]
            np.testing.assert_allclose(rows[len(known) :], expected, rtol=1e-4, atol=1e-6)
            if known:
                np.testing.assert_allclose(rows.mean(axis=0), ours[word], rtol=1e-3, atol=1e-5)

    def test_scores_of_its_model_are_those_of_the_vectors_that_it_composes(self, tmp_path: Path) -> None:
        fasttext = pytest.importorskip("fasttext", reason="the package fasttext is not installed")
        (tmp_path / "text.txt").write_text("\n".join(SENTENCES))
        theirs = fasttext.train_unsupervised(
            str(tmp_path / "text.txt"), dim=12, epoch=3, minCount=2, minn=2, maxn=5, bucket=4997, thread=10, verbose=0
        )  # each thread initialises a tenth of the rows, and what remains of the division is not initialised
        theirs.save_model(str(tmp_path / "a.bin"))
        ours = Vectors.load(tmp_path / "a.bin")
        every = [*ours.words, *OTHERS, "drinkings", "teas", "colder"]
        chance = np.random.default_rng(4)
        pairs = [(str(a), str(b)) for a, b in chance.choice(every, (40, 2))]
        scored = Pairs("drawn", [a for a, _ in pairs], [b for _, b in pairs], chance.integers(0, 20, 40).tolist())
        composed = Vectors(every, np.array([theirs.get_word_vector(word) for word in every]))
        found = similarity({"ours": ours, "theirs": composed}, scored, oov="subwords", resamples=100, case="exact").rows
        assert found[0]["covered"] == found[1]["covered"] == 40
        assert found[0]["composed_words"] > 3
        assert found[0]["spearman"] == pytest.approx(found[1]["spearman"], abs=1e-6)
        asked = [tuple(map(str, chance.choice(every, 4, replace=False))) for _ in range(60)]
        asked = [(a, b, c, d if d in ours else str(chance.choice(ours.words))) for a, b, c, d in asked]
        questions = Questions("drawn", [Section("drawn", [one for one in asked if len(set(one)) == 4])])
        scores = [
            analogy(one, questions, Convention(oov="subwords", limit=limit, case="exact", exclude="rows")).rows[0]
            for one, limit in ((ours, None), (composed, len(ours)))
        ]
        assert scores[0]["covered"] == scores[1]["covered"] == len(questions.sections[0].questions)
        assert scores[0]["accuracy"] == scores[1]["accuracy"]
        assert scores[0]["mrr@10"] == scores[1]["mrr@10"]


def test_gensim_composes_our_vectors_and_continues_a_trained_model(model: Path) -> None:
    from gensim.models.fasttext import load_facebook_model

    ours, theirs = Vectors.load(model), load_facebook_model(str(model))
    for word in [*ours.words, *OTHERS]:
        np.testing.assert_allclose(theirs.wv[word], ours[word], rtol=1e-4, atol=1e-6)
    before = theirs.wv["drinkers"].copy()
    sentences = [["drinkers", "drink", "milk"], ["milk", "drink", "tea"]] * 20
    theirs.build_vocab(sentences, update=True)
    theirs.train(sentences, total_examples=len(sentences), epochs=2)
    assert {"drinkers", "milk"} <= set(theirs.wv.key_to_index)
    assert np.isfinite(theirs.wv.vectors).all()
    assert not np.array_equal(theirs.wv["drinkers"], before)


def test_spacy_computes_our_vectors_from_a_trained_table(corpus: EncodedCorpus, tmp_path: Path) -> None:
    spacy = pytest.importorskip("spacy", reason="the package spacy is not installed")
    ours = FastText(**SETTINGS, hash="floret", buckets=700, min_n=2, max_n=4).fit(corpus)
    ours.save(tmp_path / "a.floret")
    command = f"init vectors xx {tmp_path / 'a.floret'} {tmp_path / 'a.spacy'} --mode floret"
    subprocess.run([sys.executable, "-m", "spacy", *command.split()], check=True, capture_output=True)
    vocabulary = spacy.load(tmp_path / "a.spacy").vocab
    read = Vectors.load(tmp_path / "a.floret")
    for word in [*ours.words, *OTHERS]:
        np.testing.assert_allclose(vocabulary.get_vector(word), ours[word], rtol=1e-3, atol=1e-5)
        np.testing.assert_allclose(read[word], ours[word], rtol=1e-3, atol=1e-5)

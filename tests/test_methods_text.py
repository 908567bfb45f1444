"""The paragraph on trained vectors for a paper: method, settings, text, sizes and later steps, and works to cite."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_helpers import SMALL, Call, write_text

from wordvec import CBOW, EncodedCorpus, GloVe, ParagraphVectors, SkipGram, Vectors
from wordvec import alignment as al
from wordvec.alignment.grounding.settings import Grounding
from wordvec.alignment.grounding.space import MeasuredSpace
from wordvec.bibliography import works as every_work
from wordvec.errors import InputError
from wordvec.trainers.bit_cipher.trainer import BitCipher
from wordvec.trainers.methods_paragraph import methods_text, text_preparation
from wordvec.trainers.ppmi_svd.trainer import PPMISVD
from wordvec.transforms import first

FEW: dict[str, Any] = {"dim": 6, "min_count": 2, "threads": 1, "sample": 0}


@pytest.fixture(scope="module")
def corpus() -> Iterator[EncodedCorpus]:
    sentences = ["Tea with Milk", "tea with rum", "tea with milk and ice", "coal"] * 9
    with EncodedCorpus.from_sentences(sentences, lowercase=True) as encoded:
        yield encoded


def said_of(vectors: Vectors) -> str:
    return methods_text(vectors.metadata, len(vectors), vectors.dim)


def cited(said: str) -> list[str]:
    return re.findall(r"@\w+\{(\w+),", said)


def test_skipgram_is_described_with_text_sizes_and_run(corpus: EncodedCorpus) -> None:
    said = said_of(SkipGram(epochs=3, learning_rate=0.05, seed=7, **FEW).fit(corpus))
    assert said.startswith("The text was split at white space and lower-cased; windows of context did not cross lines.")
    assert (
        "Vectors of the 7 words that occur at least 2 times were trained on a corpus of 108 tokens and 7 different "
        "words by skip-gram with negative sampling (6 dimensions, window 5, 5 negatives, subsampling 0; "
        "Mikolov et al., 2013)"
    ) in said
    assert "Training took 3 epochs; the initial learning rate was 0.05, decreasing linearly to 5e-06." in said
    assert "The seed was 7, 1 thread; the result is reproducible bit by bit" in said
    assert cited(said) == ["mikolov2013", "ji2016"]
    alone = said_of(SkipGram(epochs=1, negatives_per="pair", min_count=1, dim=6, threads=1, sample=0).fit(corpus))
    assert "Vectors of the 7 words were trained" in alone
    assert cited(alone) == ["mikolov2013"]


@pytest.mark.parametrize(
    ("trainer", "expected", "works"),
    [
        (CBOW(**FEW), "CBOW with negative sampling (6 dimensions", ["mikolov2013", "irsoy2021"]),
        (
            GloVe(epochs=2, **FEW),
            "GloVe (Pennington et al., 2014; 6 dimensions, window 10, harmonic",
            ["pennington2014"],
        ),
        (PPMISVD(dim=3, min_count=2), "positive pointwise mutual information (Levy et al., 2015; 3 dim", ["levy2015"]),
        (BitCipher(dim=6, min_count=2), "a bit-cipher (Zhao and Williams, 2023; 6 dimensions, radius 5", ["zhao2023"]),
    ],
)
def test_every_method_has_its_own_reference(
    trainer: Any, expected: str, works: list[str], corpus: EncodedCorpus
) -> None:
    said = said_of(trainer.fit(corpus))
    assert expected in said
    assert cited(said) == works


@pytest.mark.parametrize(
    ("settings", "expected", "works"),
    [
        ({"dim": 6}, "Vectors of 3 documents (of words that occur at least 2 times) were trained", ["le2014"]),
        ({"dim": 6}, "DBOW, word vectors trained beside by skip-gram; 6 dimensions, window 5", ["le2014"]),
        ({"dim": 6, "train_words": False}, "DBOW, without word vectors; 6 dimensions", ["le2014"]),
        ({"dim": 6, "model": "dm"}, "exact gradient of the mean", ["le2014", "irsoy2021"]),
        ({"bits": 16}, "(Grzegorczyk and Kurdziel, 2017; DBOW, Le and Mikolov, 2014; codes of 16 bits, 5 negatives",
         ["grzegorczyk2017", "le2014"]),
        ({"bits": 16, "dim": 6}, "codes of 16 bits, as the projection of 6 dimensions, 5", ["grzegorczyk2017"]),
    ],
)  # fmt: skip
def test_paragraph_vectors_and_codes_are_described(settings: dict[str, Any], expected: str, works: list[str]) -> None:
    texts = [("a", "tea with milk"), ("b", "tea with rum and milk"), ("c", "rum")]
    with EncodedCorpus.from_documents(texts) as documents:
        found = ParagraphVectors(min_count=2, sample=0, epochs=1, threads=1, **settings).fit(documents)
        assert found.model is not None
        inferred = found.model.infer(["tea"])
    for vectors in (found, found.codes):
        if vectors is not None:
            said = said_of(vectors)
            assert expected in said
            assert set(works) <= set(cited(said))
    with pytest.raises(InputError, match="was inferred by a model"):
        said_of(inferred)


def test_racing_threads_and_early_stopping_are_told(corpus: EncodedCorpus) -> None:
    vectors = SkipGram(epochs=5, learning_rate=0.025, final_rate=1, **FEW).fit(corpus, on_report=lambda _: False)
    said = said_of(vectors)
    assert "Training stopped in epoch 1 of 5, because the callback returned False; the initial" in said
    assert "learning rate was 0.025." in said
    said = said_of(SkipGram(epochs=2, dim=6, min_count=2, threads=2, sample=0, replicas=1).fit(corpus))
    assert "2 threads; threads update the same matrices without locks (Recht et al., 2011)" in said
    assert "recht2011" in cited(said)


def test_replicas_are_described_with_their_round(corpus: EncodedCorpus) -> None:
    vectors = SkipGram(epochs=1, **FEW).fit(corpus)
    vectors.metadata["training"]["replicas"] = 4
    said = said_of(vectors)
    assert "4 copies of the model were trained side by side and combined after rounds of about 20,000 tokens" in said
    assert "stich2019" in cited(said)


def test_starting_vectors_are_described(corpus: EncodedCorpus) -> None:
    with EncodedCorpus.from_sentences(["north tea", "south tea"] * 9) as earlier:
        init = SkipGram(epochs=1, **FEW).fit(earlier)
    said = said_of(SkipGram(epochs=1, **FEW).fit(corpus, init=init, init_contexts=init.contexts))
    assert "Vectors of the 7 words that occur" in said
    assert (
        "Training started from existing vectors of 3 words, trained by skip-gram on 36 tokens, which gave 1 word "
        "their first rows; 2 other words of theirs were kept unchanged."
    ) in said


def test_later_steps_are_listed_with_their_works(corpus: EncodedCorpus) -> None:
    one, other = (SkipGram(epochs=1, seed=seed, **FEW).fit(corpus) for seed in (1, 2))
    mapping = al.Procrustes().fit(one, other, al.identical(one, other))
    said = said_of(first(mapping.apply(one), 4))
    assert "mapped into a common space by orthogonal Procrustes (Xing et al., 2015) with 7 pairs of words" in said
    placed = said_of(mapping.in_space("target").apply(one))
    assert "mapped into the space of other vectors by orthogonal Procrustes (Xing et al., 2015)" in placed
    assert "Then the step first was applied (top 4). The result has 4 words and 6 dimensions." in said
    assert "Vectors of words that occur at least 2 times were trained" in said
    assert cited(said)[-1] == "xing2015"
    unit = said_of(one.unit())
    assert "Then the step unit was applied." in unit


@pytest.mark.parametrize(
    ("grounding", "expected", "works"),
    [
        (
            Grounding(),
            "ridge regression (Hoerl and Kennard, 1970) with penalties chosen by",
            ["hoerl1970", "golub1979"],
        ),
        (Grounding(strength=10, unit=False), "(Hoerl and Kennard, 1970) with a penalty of 10 mean", ["hoerl1970"]),
        (Grounding(method="cca"), "with covariances shrunk by the weight of Ledoit", ["hotelling1936", "ledoit2004"]),
        (Grounding(method="cca", strength=0.5), "with covariances shrunk by the weight 0.5.", ["hotelling1936"]),
    ],
)
def test_a_grounding_is_described(corpus: EncodedCorpus, grounding: Grounding, expected: str, works: list[str]) -> None:
    vectors = SkipGram(epochs=1, **FEW).fit(corpus)
    rows = np.random.default_rng(1).normal(size=(len(vectors), 2))
    space = MeasuredSpace(vectors.words, rows, name="ratings")
    said = said_of(grounding.fit(vectors, space).vectors(vectors))
    assert "measured space ratings by a linear map, fitted to 7 measured words by" in said
    assert (", at length 1," in said) == grounding.unit
    assert expected in said
    assert cited(said)[-len(works) :] == works


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (
            {"tokenizer": "words", "lowercase": None, "sentence": "paragraph"},
            "without punctuation, and not lower-cased",
        ),
        (
            {"tokenizer": "mine.cut", "lowercase": "turkish", "sentence": "file"},
            "tokenised by mine.cut and lower-cased wi",
        ),
        ({"tokenizer": "words", "normalize": "nfkc", "sentence": "line"}, "normalised to Unicode NFKC and not lower"),
        (
            {"tokenizer": "words", "sentence": "line", "max_words": 5000},
            "Only the 5,000 most frequent words were kept.",
        ),
        ({"tokenizer": "words", "sentence": "line", "vocabulary": "v"}, "Only words of a given vocabulary were kept."),
    ],
)
def test_text_preparation_is_described(settings: dict[str, Any], expected: str) -> None:
    assert expected in text_preparation(settings)


def test_every_work_is_bibtex_of_its_key() -> None:
    for key, work in every_work().items():
        assert re.match(rf"@\w+\{{{key},\n", work)
        assert work.count("{") == work.count("}")
        assert "year = {" in work


def test_the_command_prints_it_for_a_file_and_for_a_compass(
    wordvec: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_text(Path("corpus.txt"))
    assert wordvec("train", "skipgram", "corpus.txt", "-o", "a.vec", *SMALL).code == 0
    done = wordvec("info", "a.vec", "--methods-text")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("The text was split at white space and not lower-cased;")
    assert "@inproceedings{mikolov2013," in done.out
    assert wordvec("convert", "a.vec", "b.npz").code == 0
    assert wordvec("info", "b.npz", "--methods-text").out.split("\n")[0].startswith("The text was split")
    Path("years").mkdir()
    for year in ("1990", "2016"):
        write_text(Path("years") / f"{year}.txt", seed=int(year))
    assert wordvec("compass", "train", "years", "-o", "debates", "--dim", "8", "--epochs", "1").code == 0
    said = wordvec("info", "debates", "--methods-text").out
    assert "Vectors of 2 slices were trained with a compass (Di Carlo et al., 2019; Bianchi et al., 2020)" in said
    assert said.startswith("The text was split")
    refused = wordvec("info", "debates/slices/1990.vec", "--methods-text")
    assert refused.code == 1
    assert "is a slice of a compass" in refused.err


def test_files_without_a_record_are_refused_in_one_line(
    wordvec: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("downloaded.vec").write_text("2 2\nnorth 1 0\nsouth 0 1\n")
    done = wordvec("info", "downloaded.vec", "--methods-text")
    assert (done.code, done.out) == (1, "")
    assert "downloaded.vec: has no record of its training (OUT.json, written beside vectors" in done.err
    assert done.err.count("\n") == 1
    write_text(Path("corpus.txt"))
    assert wordvec("corpus", "encode", "corpus.txt", "-o", "text.corpus", "--quiet").code == 0
    assert "encoded corpus" in wordvec("info", "text.corpus", "--methods-text").err
    assert "leave --all and --json out" in wordvec("info", "downloaded.vec", "--methods-text", "--json").err


def _without(name: str) -> Callable[[dict[str, Any]], None]:
    def remove(metadata: dict[str, Any]) -> None:
        del metadata[name]

    return remove


def _text_for_number(metadata: dict[str, Any]) -> None:
    metadata["settings"]["learning_rate"] = "fast"


def _number_for_corpus(metadata: dict[str, Any]) -> None:
    metadata["corpus"] = 7


def _step_without_name(metadata: dict[str, Any]) -> None:
    metadata["history"] = [{"of": 3}]


@pytest.mark.parametrize(
    "damage",
    [
        _without("settings"),
        _without("versions"),
        _without("training"),
        _text_for_number,
        _number_for_corpus,
        _step_without_name,
    ],
)
def test_damaged_metadata_are_one_error(damage: Callable[[dict[str, Any]], None], corpus: EncodedCorpus) -> None:
    metadata = json.loads(json.dumps(SkipGram(epochs=1, **FEW).fit(corpus).metadata))
    damage(metadata)
    with pytest.raises(InputError, match=r"a\.vec: its metadata are damaged"):
        methods_text(metadata, 7, 6, "a.vec")


@pytest.mark.parametrize("method", [{}, ["skipgram"], 3])
def test_a_method_that_is_no_text_is_no_method(method: object) -> None:
    with pytest.raises(InputError, match=r"^a\.vec: has no record of its training"):
        methods_text({"method": method}, 7, 6, "a.vec")


def test_another_programs_method_is_refused() -> None:
    vectors = Vectors(["a"], np.ones((1, 2)), metadata={"method": "elmo"})
    with pytest.raises(InputError, match="there is no paragraph for the method elmo"):
        said_of(vectors)

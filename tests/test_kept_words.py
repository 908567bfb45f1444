"""Words of `keep_words`: never dropped, and trained however rare they are."""

import itertools
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_helpers import Call
from hypothesis import given, settings
from hypothesis import strategies as st

from wordvec import (
    CBOW,
    PPMISVD,
    BitCipher,
    Compass,
    Cooccurrence,
    EncodedCorpus,
    FastText,
    GloVe,
    ParagraphVectors,
    SkipGram,
    Vectors,
)
from wordvec.corpora import merging, splitting, wordtable
from wordvec.corpora.phrases import Phrases
from wordvec.corpora.trained import ids_of, trained_words
from wordvec.corpora.vocabulary import Vocabulary, pack
from wordvec.corpora.wordtable import WordTable
from wordvec.errors import InputError
from wordvec.slices import AlignedSlices
from wordvec.trainers.methods_paragraph import text_preparation

SMALL: dict[str, Any] = {"dim": 8, "threads": 1, "sample": 1e-2}


def sentences_of(corpus: EncodedCorpus) -> list[list[str]]:
    words = [*corpus.vocabulary.words, "-"]
    return [[words[number] for number in corpus.ids[a:b]] for a, b in itertools.pairwise(corpus.offsets)]


def lines(number: int, seed: int = 3) -> list[str]:
    """Return lines of 60 words by falling frequency, of which the last ones occur a few times."""
    chance = random.Random(seed)
    weights = [1 / (rank + 1) ** 1.5 for rank in range(60)]
    return [" ".join(chance.choices([f"w{rank}" for rank in range(60)], weights, k=12)) for _ in range(number)]


def enumerated(texts: list[str]) -> list[tuple[str, str]]:
    """Return texts as documents."""
    return [(str(number), text) for number, text in enumerate(texts)]


@pytest.fixture(scope="module")
def rare() -> list[str]:
    """Return words of the text that occur fewer than ten times."""
    return ["w13", "w19", "w41", "w58"]


@pytest.fixture(scope="module")
def kept(rare: list[str]) -> Iterator[EncodedCorpus]:
    with EncodedCorpus.from_documents(enumerated(lines(60)), keep_words=[*rare, "w0", "nowhere"]) as corpus:
        counts = {word: int(corpus.vocabulary.counts[corpus.vocabulary.id(word)]) for word in rare}
        assert all(0 < count < 10 for count in counts.values())
        yield corpus


@pytest.fixture(scope="module")
def cut(kept: EncodedCorpus, rare: list[str]) -> Iterator[EncodedCorpus]:
    """Return the same text, of which all other rare words were dropped when it was encoded."""
    frequent = kept.vocabulary.words[: kept.vocabulary.cut(10)]
    vocabulary = Vocabulary.from_words([*frequent, *rare], [1] * (len(frequent) + len(rare)))
    with EncodedCorpus.from_documents(enumerated(lines(60)), vocabulary=vocabulary) as corpus:
        yield corpus


def test_kept_words_are_dropped_by_no_setting() -> None:
    text = ["the the the cat sat on 3 mats", "the dog of 1990"]
    chosen: dict[str, Any] = {"stop_words": "english", "drop_numbers": True, "keep_words": ["The", "1990", "dog"]}
    with EncodedCorpus.from_sentences(text, lowercase=True, max_words=3, **chosen) as corpus:
        assert corpus.vocabulary.words == ["the", "1990", "cat", "dog"]
        assert sentences_of(corpus) == [["the"] * 3 + ["cat"] + ["-"] * 4, ["the", "dog", "-", "1990"]]
        shown = corpus.meta["changed"]
        assert (shown["words_kept"], shown["words_to_keep_not_in_the_text"]) == (3, 0)
        assert (shown["stop_words_left_out"], shown["numbers_left_out"]) == (2, 1)
    given = Vocabulary.from_words(["cat"], [1])
    with EncodedCorpus.from_sentences(text, vocabulary=given, keep_words=["sat"], dropped="close-up") as corpus:
        assert sentences_of(corpus) == [["cat", "sat"]]


def test_the_most_frequent_words_are_counted_beside_kept_ones() -> None:
    with EncodedCorpus.from_sentences(["a a a b b c"], max_words=2, keep_words=["c"]) as corpus:
        assert corpus.vocabulary.words == ["a", "b", "c"]
    with EncodedCorpus.from_sentences(["a a a b b c"], max_words=2, keep_words=["a"]) as corpus:
        assert corpus.vocabulary.words == ["a", "b"]


def test_a_list_is_a_file_or_a_collection_and_its_missing_words_are_named(tmp_path: Path) -> None:
    (tmp_path / "keep").write_text("# targets\nb\nyon hither\n")
    for keep in (tmp_path / "keep", str(tmp_path / "keep"), {"b", "yon", "hither"}):
        with EncodedCorpus.from_sentences(["a b"], keep_words=keep) as corpus:
            assert corpus.meta["settings"]["keep_words"] == ["b", "hither", "yon"]
            assert corpus.meta["warnings"][0] == "2 words of keep_words do not occur in the text: hither, yon"
    with pytest.raises(InputError, match="none: cannot read the words: No such file"):
        EncodedCorpus.from_sentences(["a b"], keep_words=tmp_path / "none")
    with pytest.raises(TypeError, match="keep_words"):
        EncodedCorpus.from_sentences(["a b"], keep_words=3)


@given(
    words=st.lists(st.sampled_from("abcdefghijklmnop") | st.sampled_from("ABCD"), min_size=1, max_size=80),
    most=st.integers(1, 3),
)
@settings(deadline=None)
def test_kept_words_stay_in_a_table_that_drops_rare_words(words: list[str], most: int) -> None:
    keep = {"a", "c", "p"}

    def among(some: list[str]) -> Any:
        return np.array([word.lower() in keep for word in some], np.bool_)

    table, counts = WordTable(most, among), dict[str, int]()
    for word in words:
        table.add_packed(*pack([word]), np.ones(1, np.int64))
        counts[word] = counts.get(word, 0) + 1
    found = Vocabulary(table.packed, table.starts, table.counts)
    both = dict(zip(found.words, found.counts.tolist(), strict=True))
    for word, count in counts.items():
        if word.lower() in keep:
            assert both[word] == count
    assert table.dropped_tokens + sum(both.values()) == len(words)
    assert table.words <= 4 * most + 5


def test_kept_words_survive_counting_with_a_bounded_vocabulary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wordtable, "_FIRST_CAPACITY", 4)
    text = ["Rare", *(f"x{number} the" for number in range(300)), "rare"]
    with EncodedCorpus.from_sentences(text, max_words=1, keep_words=["rare"], lowercase=True) as corpus:
        assert corpus.vocabulary.words == ["the", "rare"]
        assert corpus.vocabulary.counts.tolist() == [300, 2]


@given(
    counts=st.lists(st.integers(1, 9), min_size=1, max_size=20),
    chosen=st.sets(st.integers(0, 25)),
    least=st.integers(1, 10),
)
@settings(deadline=None)
def test_trained_words_are_by_falling_count(counts: list[int], chosen: set[int], least: int) -> None:
    whole = Vocabulary.from_words([f"w{number}" for number in range(len(counts))], counts)
    found = trained_words(whole, least, ids_of({f"w{number}" for number in chosen}, whole))
    wanted = [
        (word, count)
        for word, count in zip(whole.words, whole.counts.tolist(), strict=True)
        if count >= least or int(word[1:]) in chosen
    ]
    assert list(zip(found.vocabulary.words, found.vocabulary.counts.tolist(), strict=True)) == wanted
    numbers = found.numbers if len(found.numbers) else np.arange(len(whole) + 1)
    for number, word in enumerate([*whole.words, "unknown"]):
        expected = [word for word, _ in wanted].index(word) if (word in dict(wanted)) else len(wanted)
        assert numbers[number] == expected or (numbers[number] >= len(wanted) == expected)


@pytest.mark.parametrize(
    "fit",
    [
        SkipGram(epochs=2, min_count=10, **SMALL).fit,
        SkipGram(epochs=1, min_count=10, loss="hierarchical-softmax", **SMALL).fit,
        CBOW(epochs=1, min_count=10, replicas=2, round_tokens=300, **SMALL).fit,
        FastText(epochs=1, min_count=10, buckets=500, **SMALL).fit,
        GloVe(epochs=2, min_count=10, **SMALL).fit,
        GloVe(epochs=1, min_count=10, keep_places=True, **SMALL).fit,
        PPMISVD(min_count=10, **SMALL).fit,
        BitCipher(bits=8, min_count=10, sample=1e-2).fit,
        lambda corpus: ParagraphVectors(epochs=1, min_count=10, **SMALL).fit(corpus).model.words,
    ],
    ids=["skip-gram", "softmax", "replicas", "fasttext", "glove", "places", "ppmi", "cipher", "paragraphs"],
)
def test_training_is_that_of_a_text_without_the_other_rare_words(
    kept: EncodedCorpus, cut: EncodedCorpus, rare: list[str], fit: Callable[[EncodedCorpus], Vectors]
) -> None:
    trainer = getattr(fit, "__self__", None)
    one = fit(kept)
    everything = fit if trainer is None else type(trainer)(**_settings(trainer) | {"min_count": 1}).fit
    if trainer is None:
        everything = lambda corpus: ParagraphVectors(epochs=1, min_count=1, **SMALL).fit(corpus).model.words  # noqa: E731
    two = everything(cut)
    assert one.words == two.words == cut.vocabulary.words
    assert set(one.words) > set(rare)
    assert one.matrix.tobytes() == two.matrix.tobytes()
    assert one.counts is not None
    assert one.counts.tolist() == cut.vocabulary.counts.tolist()


def _settings(trainer: Any) -> dict[str, Any]:
    return {name: value for name, value in trainer.settings().items() if name not in ("method", "automatic")}


def test_counts_have_rows_of_kept_words_in_any_number_of_pieces(kept: EncodedCorpus, cut: EncodedCorpus) -> None:
    with (
        Cooccurrence.count(kept, min_count=10, sample=1e-2) as one,
        Cooccurrence.count(cut, min_count=1, sample=1e-2) as two,
    ):
        assert one.vocabulary.words == two.vocabulary.words
        assert (one.matrix() != two.matrix()).nnz == 0
        # All words of counts are trained, whatever their counts.
        assert PPMISVD(min_count=10, dim=4).fit(one).words == one.vocabulary.words
        assert GloVe(min_count=10, dim=4).result_names(one) == one.vocabulary.words


def test_an_estimate_counts_kept_words(kept: EncodedCorpus, cut: EncodedCorpus) -> None:
    words = len(cut.vocabulary)
    assert SkipGram(min_count=10, **SMALL).estimate(kept).words == words
    assert GloVe(min_count=10, **SMALL).estimate(kept).words == words
    assert PPMISVD(min_count=10, **SMALL).estimate(kept).words == words
    assert BitCipher(bits=8, min_count=10).estimate(kept).words == words


def test_another_list_is_another_corpus_for_a_resumed_run(tmp_path: Path) -> None:
    digests = set()
    for keep in (None, ["w1"], ["w2"]):
        with EncodedCorpus.from_sentences(lines(3), tmp_path / "c", keep_words=keep, overwrite=True) as corpus:
            digests.add(corpus.digest)
        EncodedCorpus.open(tmp_path / "c").close()
    assert len(digests) == 3


def test_merged_split_and_phrased_corpora_keep_the_words(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    speeches = [("a", "big apple pie yon", {"year": 1}), ("b", "big apple cake", {"year": 2})] * 6
    EncodedCorpus.from_documents(speeches, one, keep_fields=["year"], keep_words=["yon", "big_apple"]).close()
    EncodedCorpus.from_documents(speeches, two, keep_fields=["year"], keep_words=["pie"]).close()
    with merging.merge([one, two]) as both:
        assert both.keep_words == ["big_apple", "pie", "yon"]
        assert both.trained(20).vocabulary.words == ["apple", "big", "pie", "yon"]
    with EncodedCorpus.open(one) as corpus:
        splitting.split(corpus, tmp_path / "years", field="year")
    with EncodedCorpus.open(tmp_path / "years" / "1.corpus") as first:
        assert first.trained(7).vocabulary.words == ["yon"]
    with EncodedCorpus.open(one) as corpus:
        phrases = Phrases.find(corpus, min_count=12, threshold=0.5, score="npmi")
        with phrases.apply(corpus) as joined:
            assert joined.trained(100).vocabulary.words == ["big_apple", "yon"]


def test_slices_train_kept_words_below_both_limits(tmp_path: Path) -> None:
    corpora = {
        name: EncodedCorpus.from_sentences([*lines(60, seed), *extra], keep_words=keep)
        for name, seed, extra, keep in (("a", 1, ["w0 yon w1"], ["yon"]), ("b", 2, [], ["w0"]))
    }
    compass = Compass(dim=8, epochs=1, slice_epochs=1, min_count=50, slice_min_count=3, threads=1)
    aligned = compass.fit(corpora)
    assert aligned.vocabulary.words[-1] == "yon"
    assert min(aligned.vocabulary.counts[:-1]) >= 50
    assert "yon" in aligned.slices["a"]
    assert "yon" not in aligned.slices["b"]
    aligned.save(tmp_path / "compass", corpora)
    again = AlignedSlices.load(tmp_path / "compass")
    assert again.text_settings is not None
    assert again.text_settings["keep_words"] == ["w0", "yon"]
    assert again.add("c", corpora["a"]).words == aligned.slices["a"].words
    for corpus in corpora.values():
        corpus.close()


def test_a_methods_paragraph_says_how_many_words_were_kept() -> None:
    text = {"tokenizer": "words", "sentence": "line", "keep_words": ["a"]}
    assert text_preparation(text).endswith(" 1 listed word was never left out, however rare.")
    assert "2 listed words were never" in text_preparation(text | {"keep_words": ["a", "b"]})


def test_commands_keep_and_train_rare_words(wordvec: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text("\n".join([*lines(60), "w0 yon w1", "yon3"]) + "\n")
    Path("keep").write_text("yon yon3 hither\n")
    done = wordvec("corpus", "encode", "a.txt", "-o", "a", "--max-words", "20", "--keep-words", "keep")
    assert done.code == 0
    assert "warning: a.txt: 1 word of keep_words does not occur in the text: hither" in done.err
    assert "words_kept 2, words_to_keep_not_in_the_text 1" in " ".join(wordvec("corpus", "info", "a").out.split())
    small = ["--dim", "4", "--epochs", "1", "--min-count", "10", "--threads", "1"]
    trained = wordvec("train", "skipgram", "a", "-o", "a.vec", *small)
    assert "12 words seen at least 10 times or kept (2)" in trained.err
    assert {"yon", "yon3"} < set(Vectors.load("a.vec").words)
    dry = wordvec("train", "skipgram", "a.txt", "-o", "b.vec", *small, "--keep-words", "keep", "--dry-run")
    assert dry.code == 0
    refused = wordvec("train", "skipgram", "a", "-o", "b.vec", *small, "--keep-words", "keep")
    assert (refused.code, refused.err.startswith("wordvec: --keep-words: a is already encoded")) == (2, True), (
        refused.err
    )

"""Temporal referencing: chosen words have a row for each slice, everything else is shared; planted change is found."""

import dataclasses
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import naive
import numpy as np
import pytest
from test_compass import SMALL, cosine, naive_rows, sentences, three_slices

from wordvec import CBOW, EncodedCorpus, Vectors
from wordvec.errors import InputError, Interrupted, MemoryLimitError, SettingsError
from wordvec.evaluation import likelihood, temporal_analogy
from wordvec.kernels.sampling import keep_thresholds, noise_table
from wordvec.slices import change, measures, significance, store
from wordvec.slices.aligned import AlignedSlices
from wordvec.slices.compass import Compass
from wordvec.slices.methods_paragraph import methods_text
from wordvec.slices.occurrences import Occurrences, Relabelled
from wordvec.slices.references import References
from wordvec.slices.texts import mixed
from wordvec.workers import Progress, StopFlag

CHOSEN = ("t0w2", "t1w2", "t0w4", "t2w3", "t3w9", "t1w12")
REFERENCED = dataclasses.replace(
    SMALL, method="temporal-referencing", words=CHOSEN, epochs=6, slice_epochs=Compass().slice_epochs
)


@pytest.fixture(scope="module")
def corpora() -> dict[str, EncodedCorpus]:
    return three_slices()


@pytest.fixture(scope="module")
def aligned(corpora: dict[str, EncodedCorpus]) -> AlignedSlices:
    return REFERENCED.fit(corpora)


def compared(corpora: dict[str, EncodedCorpus], aligned: AlignedSlices, a: str, b: str, **settings: Any) -> Any:
    texts = {name: aligned.text(name, corpus) for name, corpus in corpora.items()}
    others = [text for name, text in texts.items() if name not in (a, b)]
    return change(aligned, texts[a], texts[b], others=others, **{"min_count": 10, "bootstraps": 0, **settings})


def of_texts(**texts: str) -> dict[str, EncodedCorpus]:
    return {name: EncodedCorpus.from_sentences([text.split()] * 10) for name, text in texts.items()}


@pytest.mark.parametrize(("model", "step"), [("skipgram", naive.skipgram_window), ("cbow", naive.cbow_window)])
def test_the_model_is_trained_as_its_slow_twin(
    model: str, step: Callable[..., tuple[float, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(naive, "PACE", CBOW().pace)
    texts = {"a": sentences(1, 40), "b": sentences(2, 40)}
    settings = dataclasses.replace(REFERENCED, model=model, epochs=1, min_count=1, words=("t0w1", "t2w2"))
    trained = settings.fit({name: EncodedCorpus.from_sentences(text) for name, text in texts.items()})
    plain, counts = trained.vocabulary.words, trained.vocabulary.counts
    # The words, then the chosen ones in slice a, then in slice b.
    names = [*plain, *((word, name) for name in "ab" for word in settings.words)]
    rows = {name: row for row, name in enumerate(names)}
    shared = [rows[word] for word in settings.words] * 2
    ids = [[rows.get((word, name), rows[word]) for word in line] for name in "ab" for line in texts[name]]
    words = naive_rows([*plain, *settings.words, *settings.words], 16)
    contexts = np.zeros((len(plain), 16))
    keep = keep_thresholds(counts, 1e-3)
    naive.train_piece(
        step, words, contexts, ids, np.concatenate([keep, keep[shared]]), noise_table(counts, 0.75),
        5, 3, settings.trainer(False).learning_rate, naive.piece_stream(1, 0, 0), shared=shared,
    )  # fmt: skip
    assert trained.contexts is not None
    assert trained.contexts[:, :16] == pytest.approx(contexts, abs=2e-5)
    for name, vectors in trained.slices.items():
        for word in vectors.words:
            assert vectors[word] == pytest.approx(words[rows.get((word, name), rows[word])], abs=2e-5)


def test_chosen_words_differ_between_slices_and_all_others_are_the_same(aligned: AlignedSlices) -> None:
    first, last = aligned.slices["1990"], aligned.slices["2010"]
    for word in set(first.words) & set(last.words):
        assert np.array_equal(first[word], last[word]) == (word not in CHOSEN)
    assert cosine(first["t0w2"], last["t0w2"]) < 0.5 < cosine(first["t0w4"], last["t0w4"])
    assert all(word.startswith("t1") for word, _ in last.nearest("t0w2", 5))
    assert aligned.words is not None
    row, counts = aligned.vocabulary.id("t0w2"), [measures.counts_of(v, ["t0w2"])[0] for v in aligned.slices.values()]
    mean = np.average([vectors["t0w2"] for vectors in aligned.slices.values()], axis=0, weights=counts)
    assert aligned.words[row, :16] == pytest.approx(mean, abs=1e-6)


def test_any_number_of_threads_makes_the_same_bits_and_the_seed_others(corpora: dict[str, EncodedCorpus]) -> None:
    short = dataclasses.replace(REFERENCED, epochs=1)
    one, other = short.fit(corpora), dataclasses.replace(short, seed=2).fit(corpora)
    same = dataclasses.replace(short, threads=3).fit(corpora)
    assert one.contexts is not None
    assert same.contexts is not None
    assert one.contexts.tobytes() == same.contexts.tobytes()
    for name, vectors in one.slices.items():
        assert vectors.matrix.tobytes() == same.slices[name].matrix.tobytes()
        assert not np.array_equal(vectors.matrix, other.slices[name].matrix)
        assert vectors.metadata["training"]["repeatable"]
    racing = dataclasses.replace(short, threads=2, replicas=1).fit(corpora)
    assert not racing.slices["1990"].metadata["training"]["repeatable"]


@pytest.mark.parametrize("by", ["cosine", "local", "mix"])
def test_a_planted_change_is_found_and_comes_first(
    corpora: dict[str, EncodedCorpus], aligned: AlignedSlices, by: str
) -> None:
    found = compared(corpora, aligned, "1990", "2010", by=by, bootstraps=3)
    assert set(found.words) == set(CHOSEN)
    assert {found.words[row] for row in found.order[:2]} == {"t0w2", "t1w2"}
    assert found.changed[found.order[:2]].all()
    assert (found.margins.cosine > 0).all()
    assert found.smallest_p == pytest.approx(1 / (1 + 6 * 20))
    assert found.blocks == (12, 12, False)


def test_nothing_has_changed_between_slices_alike(corpora: dict[str, EncodedCorpus], aligned: AlignedSlices) -> None:
    found = compared(corpora, aligned, "1990", "2000")
    assert not found.changed.any()
    assert np.isnan(found.margins.cosine).all()
    assert found.neighbours_a[0] == [word for word, _ in aligned.slices["1990"].nearest(found.words[0], 10)]


def test_words_shuffled_between_slices_have_not_changed(corpora: dict[str, EncodedCorpus]) -> None:
    lines = [*sentences(1), *sentences(2)]
    order = np.random.default_rng(1).permutation(len(lines))
    halves = {
        name: EncodedCorpus.from_sentences([lines[row] for row in some])
        for name, some in (("a", order[:900]), ("b", order[900:]))
    }
    found = compared(halves, REFERENCED.fit(halves), "a", "b")
    assert not found.changed.any()


def test_permuted_labels_keep_counts_and_go_with_blocks(
    corpora: dict[str, EncodedCorpus], aligned: AlignedSlices
) -> None:
    texts = [aligned.text(name, corpus) for name, corpus in corpora.items()]
    numbers = np.array([aligned.vocabulary.id(word) for word in CHOSEN])
    references = References(numbers, len(aligned.vocabulary), 3)
    text = mixed([references.referenced(one, number) for number, one in enumerate(texts)])
    blocks = texts[0].blocks(False), texts[2].blocks(False)
    found = Occurrences.find(text.ids, references, (0, 2), blocks)
    ids = text.ids[0 : len(text.ids)]
    own = [references.own_rows(0), references.own_rows(2)]
    assert found.at.tolist() == np.flatnonzero(np.isin(ids, np.concatenate(own))).tolist()
    assert np.array_equal(Relabelled.of(text, found, found.second).ids[0 : len(ids)], ids)
    for block in range(sum(map(len, blocks))):
        part = found.block == block
        whole = [*blocks[0], *blocks[1]][block]
        inside = whole.text.ids[whole.text.offsets[whole.first] : whole.text.offsets[whole.last]]
        assert sorted(found.word[part]) == sorted(
            CHOSEN.index(aligned.vocabulary.words[i]) for i in inside if i in numbers
        )
    labels = found.permuted(np.random.default_rng(1))
    assert not np.array_equal(labels, found.second)
    for word, block in itertools.product(range(len(CHOSEN)), range(24)):
        assert len(set(labels[(found.word == word) & (found.block == block)])) <= 1
    for word in range(len(CHOSEN)):
        mine = found.word == word
        largest = np.bincount(found.block[mine]).max()
        assert abs(np.count_nonzero(labels[mine]) - np.count_nonzero(found.second[mine])) <= largest
    changed = Relabelled.of(text, found, labels).ids
    again = np.concatenate([changed[begin : begin + 777] for begin in range(0, len(ids), 777)])
    assert np.array_equal(again[found.at], np.where(labels, own[1][found.word], own[0][found.word]))
    assert np.array_equal(np.delete(again, found.at), np.delete(ids, found.at))


def test_p_values_of_words_with_their_own_levels_are_uniform() -> None:
    draw = np.random.default_rng(1)
    levels, spreads = draw.uniform(0, 3, 2_000), draw.uniform(0.01, 1, 2_000)
    values = levels + spreads * draw.standard_normal((21, 2_000))
    found = significance.tested_alone(values[0], values[1:], 0.0)
    for level in (0.001, 0.01, 0.05, 0.3):
        assert np.mean(found.p <= level) == pytest.approx(level, abs=3 * np.sqrt(level / 2_000))
    assert found.usual == pytest.approx(values[1:].mean(axis=0))
    few = significance.tested_alone(values[0, :5], values[1:, :5], 0.0)
    for word in range(5):
        beyond = 0
        of_word = (values[0, word] - values[1:, word].mean()) / values[1:, word].std(ddof=1) / np.sqrt(1 + 1 / 20)
        for row, other in itertools.product(range(1, 21), range(5)):
            rest = np.delete(values[1:, other], row - 1)
            beyond += (values[row, other] - rest.mean()) / rest.std(ddof=1) / np.sqrt(1 + 1 / 19) <= of_word
        assert few.p[word] == pytest.approx((1 + beyond) / 101)


def test_a_word_whose_permutations_agree_is_judged_by_the_resolution() -> None:
    null = np.ones((20, 2))
    assert significance.tested_alone(np.array([1.0, 0.9]), null, 0.0).p == pytest.approx([1, 1 / 41])
    noisy = np.tile([1.0, 0.96, 1.04, 1.0], (2, 5)).T
    assert significance.tested_alone(np.array([1.0, 0.99]), noisy, 0.04).p[1] > 0.2


def test_a_part_of_the_words_is_measured_as_all_of_them(aligned: AlignedSlices) -> None:
    a, b = aligned.slices["1990"], aligned.slices["2010"]
    words = measures.common(a, b)
    whole, some = measures.measure(a, b, ["no such", *words]), measures.measure(a, b, ["no such", *words], first=7)
    for column, first in zip(whole, some, strict=True):
        assert column[:7] == pytest.approx(first, nan_ok=True)
        assert len(first) == 7


def test_words_that_cannot_be_referenced_are_named() -> None:
    texts = of_texts(a="red green blue red_b", b="red green blue x")
    settings = Compass(dim=4, min_count=1, epochs=1, method="temporal-referencing", words=("red",))

    def refused(*words: str, texts: dict[str, EncodedCorpus] = texts) -> str:
        with pytest.raises(InputError) as error:
            dataclasses.replace(settings, words=words).fit(texts)
        return str(error.value)

    assert refused("gren", "blue") == (
        "gren: not among the 5 words of all slices together (--min-count); did you mean green?"
    )
    assert refused("x", "blue") == (
        "x: occurs in fewer than two slices, so that nothing can be compared; leave out of --words"
    )
    assert refused("red").startswith("red_b: is a word of the text, and would be the name of red in slice b; rename")
    two = {name: texts[old] for name, old in (("1", "a"), ("e_1", "b"))}
    both = {name: EncodedCorpus.from_sentences([["blu", "blu_e"]] * 9) for name in two}
    assert refused("blu", "blu_e", texts=both).startswith("blu_e_1: would be the name of blu and of blu_e in two")


def test_words_that_some_slices_lack_are_announced_and_left_out_there(capsys: pytest.CaptureFixture[str]) -> None:
    texts = of_texts(a="red green blue", b="red green blue x", c="red green x")
    words = ("x", "blue", "red")
    settings = Compass(dim=4, min_count=1, epochs=1, sample=0, method="temporal-referencing", words=words)
    aligned = settings.fit(texts, progress=Progress(quiet=False))
    said = capsys.readouterr().err
    assert "warning: x: does not occur in a; it has no vector there\n" in said
    assert "warning: blue: does not occur in c; it has no vector there\n" in said
    assert "warning: red" not in said
    assert [[word in vectors.words for vectors in aligned.slices.values()] for word in ("x", "blue")] == [
        [False, True, True], [True, True, False],
    ]  # fmt: skip
    kept = dataclasses.replace(settings, absent="keep").fit(texts)
    assert aligned.words is not None
    assert np.array_equal(kept.slices["a"]["x"].shape, (4,))
    assert measures.counts_of(kept.slices["a"], ["x"])[0] == 0


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"method": "temporal-referencing"}, "method temporal-referencing: needs words"),
        ({"words": ["a"]}, "words a: needs method temporal-referencing"),
        ({"method": "temporal-referencing", "words": ["a", ""]}, "words '': is not a word"),
        ({"method": "temporal-referencing", "words": ["a"], "slice_epochs": 3}, "slice_epochs 3: .* trains one model"),
        ({"method": "temporal-referencing", "words": ["a"], "start": "compass"}, "start compass: .* trains one model"),
        ({"method": "temporal-referencing", "words": ["a"], "reference": "first"}, "reference first: needs method"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(given: dict[str, Any], problem: str) -> None:
    with pytest.raises(SettingsError, match=problem):
        Compass(**given)


def test_words_are_a_list_of_strings() -> None:
    with pytest.raises(TypeError, match="words: expected a list of words, got a str"):
        Compass(method="temporal-referencing", words="climate")
    assert Compass(method="temporal-referencing", words=["b", "a", "b"]).words == ("b", "a")


def test_a_list_that_does_not_fit_into_memory_is_refused(
    corpora: dict[str, EncodedCorpus], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wordvec.slices.aligned.available_memory", lambda: 10_000)
    with pytest.raises(
        MemoryLimitError, match=r"^6 referenced words and 100 words of dim 16 in 3 slices .* fewer --words"
    ):
        REFERENCED.fit(corpora)


def test_no_slice_can_be_added_and_all_texts_are_needed(
    corpora: dict[str, EncodedCorpus], aligned: AlignedSlices
) -> None:
    with pytest.raises(SettingsError, match="2020: cannot be added, since temporal referencing trains all slices toge"):
        aligned.add("2020", corpora["1990"])
    texts = [aligned.text(name, corpora[name]) for name in ("1990", "2010")]
    with pytest.raises(SettingsError, match="pass the text of 2000 in others"):
        change(aligned, *texts, bootstraps=0)
    rare = dataclasses.replace(aligned.settings, words=("t3w9",))
    one = AlignedSlices(rare, aligned.vocabulary, aligned.words, aligned.contexts, aligned.slices)
    often = min(int(measures.counts_of(vectors, ["t2w1"])[0]) for vectors in aligned.slices.values())
    with pytest.raises(InputError, match=f"none of the referenced words occurs {often} times in both 1990 and 2010"):
        compared(corpora, one, "1990", "2010", min_count=often)


def test_a_training_that_is_interrupted_leaves_nothing(corpora: dict[str, EncodedCorpus]) -> None:
    stop = StopFlag()
    stop.set()
    with pytest.raises(Interrupted):
        REFERENCED.fit(corpora, stop=stop)


def test_a_folder_keeps_the_model_for_other_programs(aligned: AlignedSlices, tmp_path: Path) -> None:
    store.save(aligned, tmp_path)
    back = AlignedSlices.load(tmp_path)
    assert back.settings == aligned.settings
    assert back.words is not None
    assert back.contexts is not None
    for name, vectors in aligned.slices.items():
        assert np.array_equal(back.slices[name].matrix, vectors.matrix)
        assert vectors.metadata["method"] == "temporal-referencing"
    one = Vectors.load(tmp_path / "model.vec")
    assert len(one) == len(aligned.vocabulary) + len(CHOSEN) * 2
    assert "t0w2" not in one.words
    assert np.array_equal(one["t0w2_2010"], aligned.slices["2010"]["t0w2"])
    assert np.array_equal(one["t0w1"], aligned.slices["2010"]["t0w1"])
    assert one.counts is not None
    assert one.counts.sum() == aligned.vocabulary.counts.sum()
    with pytest.raises(InputError, match="t0w1: has the same vector in all slices; temporal referencing compares only"):
        store.check_referenced(tmp_path, ["t0w2", "t0w1"])
    assert len(back.trace("t0w2")) == len(aligned.slices)
    with pytest.raises(InputError, match="t0w1: has the same vector in all slices"):
        back.trace("t0w1")


def test_the_paragraph_for_a_paper_names_the_method(corpora: dict[str, EncodedCorpus], aligned: AlignedSlices) -> None:
    said = methods_text(aligned, compared(corpora, aligned, "1990", "2010", bootstraps=2))
    assert "by temporal referencing (Dubossarsky et al., 2019): skip-gram with negative sampling (16 dimensions" in said
    assert "in which 6 words had a vector for each slice as targets, and one vector as contexts" in said
    assert "permuted among the blocks of about 1,000 tokens of both slices that have the word" in said
    assert "@inproceedings{dubossarsky2019," in said
    assert "dicarlo2019" not in said


def test_likelihood_and_temporal_analogies_are_those_of_the_one_model(
    corpora: dict[str, EncodedCorpus], aligned: AlignedSlices, tmp_path: Path
) -> None:
    held_out = EncodedCorpus.from_sentences(sentences(9, 200, swapped=1.0))
    rows = likelihood(aligned, {"2010": held_out}).rows
    assert next(row for row in rows if row["slice"] == "2010")["rank"] == 1
    questions = tmp_path / "questions.csv"
    questions.write_text("t0w1-1990,t0w1-2010\nt0w2-1990,t0w2-2010\nt0w2-1990,t0w4-2010\n")
    rows = temporal_analogy(aligned, questions).rows
    found = {row["questions"]: (row["covered"], row["mrr"]) for row in rows if row["vectors"] == "slices"}
    # A word that is not referenced is nearest to itself; t0w2 has become another word.
    assert found["static"] == (2, 0.5)
    assert found["dynamic"][0] == 1

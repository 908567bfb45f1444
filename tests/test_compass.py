"""The compass: frozen means frozen, one space for all slices, the original's recipe, and a folder that keeps it all."""

import dataclasses
import itertools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cade
import naive
import numpy as np
import pytest
from cli_helpers import Call
from scipy.stats import spearmanr

from wordvec import CBOW, EncodedCorpus, SkipGram, Vectors
from wordvec.errors import InputError, Interrupted, OutputError, SettingsError
from wordvec.kernels.initial_rows import start_rows
from wordvec.kernels.sampling import keep_thresholds, noise_table
from wordvec.slices import change, measures, store
from wordvec.slices.aligned import AlignedSlices, rotated
from wordvec.slices.compass import RATES, Compass
from wordvec.slices.texts import BLOCK_TOKENS, Ids, Part, Slice, from_blocks, mixed, numbered
from wordvec.workers import Progress, StopFlag

SMALL = Compass(dim=16, min_count=2, epochs=3, slice_epochs=3, threads=1, negatives=3)


def sentences(seed: int, count: int = 1000, swapped: float = 0.0, topics: int = 4, words: int = 25) -> list[list[str]]:
    """Make sentences of 12 words of one topic each; in a share of them two words take each other's place."""
    draw = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        topic = draw.integers(topics)
        text = [f"t{topic}w{word}" for word in draw.geometric(0.12, 12).clip(1, words)]
        if draw.random() < swapped:
            other = {"t0w2": "t1w2", "t1w2": "t0w2"}
            text = [other.get(word, word) for word in text]
        made.append(text)
    return made


def three_slices() -> dict[str, EncodedCorpus]:
    """Return three slices, of which the last one has a planted change."""
    return {
        "1990": EncodedCorpus.from_sentences(sentences(1)),
        "2000": EncodedCorpus.from_sentences(sentences(2)),
        "2010": EncodedCorpus.from_sentences(sentences(3, swapped=1.0)),
    }


@pytest.fixture(scope="module")
def corpora() -> dict[str, EncodedCorpus]:
    return three_slices()


@pytest.fixture(scope="module")
def aligned(corpora: dict[str, EncodedCorpus]) -> AlignedSlices:
    return SMALL.fit(corpora)


def test_subsampling_drops_the_same_tokens_at_every_reading() -> None:
    ids = np.random.default_rng(1).integers(0, 3, 60_000).astype(np.uint32)
    parts = [Part(piece, np.arange(4, dtype=np.uint32)) for piece in np.split(ids, [7, 40_000])]
    text = Slice("all", Ids(parts), np.array([0, len(ids)]), np.zeros(1, np.int64), 3)
    fewer = text.subsampled(np.array([1.0, 0.5, 0.0]), 5)
    whole = fewer.ids[0 : len(ids)]
    assert np.array_equal(np.concatenate([fewer.ids[0:10], fewer.ids[10:50_000], fewer.ids[50_000:60_000]]), whole)
    assert ((whole == ids) | (whole == 3)).all()
    assert (fewer.counts[0], fewer.counts[2]) == (text.counts[0], 0)
    assert fewer.counts[1] == pytest.approx(text.counts[1] / 2, rel=0.05)
    kept, again = whole[ids == 1] == 1, text.subsampled(np.array([1.0, 0.5, 0.0]), 6).ids[0 : len(ids)][ids == 1] == 1
    assert np.mean(kept == again) == pytest.approx(0.5, abs=0.05)
    assert np.mean(kept[1:] == kept[:-1]) == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("model", ["skipgram", "cbow"])
@pytest.mark.parametrize("start", ["random", "compass"])
@pytest.mark.parametrize("threads", [1, 2])
def test_frozen_contexts_do_not_move_by_one_bit(
    corpora: dict[str, EncodedCorpus], model: str, start: str, threads: int
) -> None:
    settings = dataclasses.replace(SMALL, model=model, start=start, threads=threads, epochs=1, slice_epochs=1)
    trained = settings.fit(corpora)
    before, words = trained.contexts.tobytes(), trained.words.tobytes()
    assert np.abs(trained.contexts).max() > 0
    trained.add("more", EncodedCorpus.from_sentences(sentences(5, 100)))
    trained.trained(numbered(corpora["1990"], trained.vocabulary, "again"), StopFlag())
    assert trained.contexts.tobytes() == before
    assert trained.words.tobytes() == words


def test_a_slice_is_the_same_bits_whatever_runs_beside_it(corpora: dict[str, EncodedCorpus]) -> None:
    one = SMALL.fit(corpora)
    two = AlignedSlices(dataclasses.replace(SMALL, threads=3), one.vocabulary, one.words, one.contexts, {})
    two.train([numbered(corpus, one.vocabulary, name) for name, corpus in corpora.items()])
    for name in corpora:
        assert one.slices[name].matrix.tobytes() == two.slices[name].matrix.tobytes()


def test_the_compass_is_what_the_trainer_makes_of_all_texts(
    corpora: dict[str, EncodedCorpus], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wordvec.slices.texts.RUN_TOKENS", 1_000_000)  # one after another
    whole = EncodedCorpus.from_sentences([*sentences(1), *sentences(2), *sentences(3, swapped=1.0)])
    common = {"dim": 16, "epochs": 3, "min_count": 1, "threads": 1, "negatives": 3, "window": 5, "sample": 1e-3}
    for model, trainer in (("skipgram", SkipGram), ("cbow", CBOW)):
        compass = dataclasses.replace(SMALL, model=model, min_count=1).fit(corpora)
        alone = trainer(**common, seed=1, learning_rate=RATES[model]).fit(whole)
        assert compass.vocabulary.words == alone.words
        assert np.array_equal(compass.words[:, :16], alone.matrix)


def test_words_start_alike_in_every_slice_and_as_the_seed_says(corpora: dict[str, EncodedCorpus]) -> None:
    still = dataclasses.replace(SMALL, slice_learning_rate=1e-30, slice_epochs=1).fit(corpora)
    row, stride = np.zeros(16, np.float32), 16
    packed = np.frombuffer(b"t0w1", np.uint8)
    start_rows(packed, np.array([0, 4]), 1, 16, row, stride)
    for vectors in still.slices.values():
        assert vectors["t0w1"] == pytest.approx(row, abs=1e-12)
    from_compass = dataclasses.replace(SMALL, slice_learning_rate=1e-30, slice_epochs=1, start="compass").fit(corpora)
    place = from_compass.vocabulary.words.index("t0w1")
    assert from_compass.slices["2000"]["t0w1"] == pytest.approx(from_compass.words[place, :16], abs=1e-12)


def test_a_slice_has_its_own_counts_and_leaves_rare_words_out(corpora: dict[str, EncodedCorpus]) -> None:
    trained = dataclasses.replace(SMALL, slice_min_count=20, slice_epochs=1).fit(corpora)
    for name, vectors in trained.slices.items():
        seen = dict(zip(corpora[name].vocabulary.words, corpora[name].vocabulary.counts.tolist(), strict=True))
        assert vectors.counts is not None
        assert dict(zip(vectors.words, vectors.counts.tolist(), strict=True)) == {
            word: count for word, count in seen.items() if count >= 20 and word in trained.vocabulary.words
        }


@pytest.mark.parametrize(("model", "step"), [("skipgram", naive.skipgram_window), ("cbow", naive.cbow_window)])
def test_a_slice_is_trained_as_its_slow_twin_with_contexts_put_back(
    corpora: dict[str, EncodedCorpus],
    model: str,
    step: Callable[..., tuple[float, int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(naive, "PACE", CBOW().pace)
    few = EncodedCorpus.from_sentences(sentences(8, 40))
    trained = dataclasses.replace(SMALL, model=model, slice_epochs=1).fit(corpora | {"few": few})
    text, trainer = numbered(few, trained.vocabulary, "few"), trained.settings.trainer(True)
    words = naive_rows(trained.vocabulary.words, 16)
    before = trained.contexts[:, :16].astype(np.float64)

    def frozen(rows: np.ndarray, contexts: np.ndarray, *window: Any) -> tuple[float, int]:
        return step(rows, contexts.copy(), *window)

    naive.train_piece(
        frozen, words, before, [text.ids[a:b].tolist() for a, b in itertools.pairwise(text.offsets)],
        np.where(text.counts > 0, keep_thresholds(text.counts, 1e-3), 0).astype(np.uint32),
        noise_table(text.counts, 0.75),
        5, 3, trainer.learning_rate, naive.piece_stream(1, 0, 0),
    )  # fmt: skip
    vectors = trained.slices["few"]
    for word in vectors.words:
        assert vectors[word] == pytest.approx(words[trained.vocabulary.id(word)], abs=2e-5)


def naive_rows(words: list[str], dim: int) -> np.ndarray:
    return np.array([naive.start_row(word, 1, dim) for word in words])


@pytest.mark.parametrize("sg", [1, 0])
def test_slices_differ_as_those_of_cade_s_recipe_on_gensim(corpora: dict[str, EncodedCorpus], sg: int) -> None:
    texts = {"1990": sentences(1), "2000": sentences(2), "2010": sentences(3, swapped=1.0)}
    settings = dataclasses.replace(SMALL, model="skipgram" if sg else "cbow", epochs=5, slice_epochs=5, negatives=10)
    ours = settings.fit(corpora)
    theirs = cade.train_gensim(
        texts, lambda words: naive_rows(words, 16), sg=sg, dim=16, min_count=2, epochs=5, alpha=0.05, seed=1
    )
    words = measures.common(ours.slices["1990"], ours.slices["2010"], 50)
    mine = measures.cosines(ours.slices["1990"], ours.slices["2010"], words)
    others = np.array([cosine(theirs["1990"][word], theirs["2010"][word]) for word in words])
    assert set(np.array(words)[np.argsort(mine)[:2]]) == set(np.array(words)[np.argsort(others)[:2]])
    assert abs(np.median(mine) - np.median(others)) < 0.1


@pytest.mark.skipif("WORDVEC_DATA" not in os.environ, reason="WORDVEC_DATA is not set")
def test_two_years_differ_as_by_cade_s_recipe_on_gensim_within_the_noise_of_seeds() -> None:
    years, data = {}, Path(os.environ["WORDVEC_DATA"])
    for name in ("1970", "2015"):
        file = data / "diachronic" / "un_general_debates" / f"{name}.txt"
        years[name] = EncodedCorpus.from_text(file, tokenizer="words", lowercase=True, sentence="paragraph")
    texts = {
        name: [[one.vocabulary.words[number] for number in one.ids[a:b]] for a, b in itertools.pairwise(one.offsets)]
        for name, one in years.items()
    }
    settings = Compass(model="cbow", dim=50, epochs=3, slice_epochs=3, threads=1)
    ours = [dataclasses.replace(settings, seed=seed).fit(years) for seed in (1, 2)]
    words = measures.common(ours[0].slices["1970"], ours[0].slices["2015"], 50)
    found = [measures.cosines(one.slices["1970"], one.slices["2015"], words) for one in ours]
    theirs = cade.train_gensim(
        texts, lambda words: naive_rows(words, 50), sg=0, dim=50, min_count=5, epochs=3, alpha=0.05, seed=1
    )
    found.append(np.array([cosine(theirs["1970"][word], theirs["2015"][word]) for word in words]))
    agreement = spearmanr(found, axis=1).statistic
    seeds, tools = agreement[0, 1], agreement[:2, 2].mean()
    assert tools > seeds - 0.03
    assert seeds > 0.85
    assert abs(np.mean(found[:2]) - np.mean(found[2])) < 0.05


def cosine(x: np.ndarray, y: np.ndarray) -> float:
    return float(x @ y / np.linalg.norm(x) / np.linalg.norm(y))


def test_words_that_a_slice_lacks_are_left_out_or_kept_as_the_compass_has_them(
    corpora: dict[str, EncodedCorpus],
) -> None:
    texts = corpora | {"odd": EncodedCorpus.from_sentences([["only", "here", "t0w1", "t0w2"]] * 30)}
    left = SMALL.fit(texts).slices["odd"]
    assert sorted(left.words) == ["here", "only", "t0w1", "t0w2"]
    trained = dataclasses.replace(SMALL, absent="keep").fit(texts)
    kept = trained.slices["odd"]
    assert sorted(kept.words) == sorted(trained.vocabulary.words)
    assert kept.counts is not None
    assert (np.diff(kept.counts) <= 0).all()
    lacking = [word for word, count in zip(kept.words, kept.counts, strict=True) if not count]
    assert kept.metadata["absent_words_kept"] == len(lacking) == len(kept) - 4
    for word in lacking:
        assert np.array_equal(kept[word], trained.words[trained.vocabulary.id(word), :16])
    assert np.array_equal(kept["only"], left["only"])


@pytest.mark.parametrize("reference", ["compass", "first", "previous"])
def test_slices_trained_alone_are_rotated_to_their_reference(corpora: dict[str, EncodedCorpus], reference: str) -> None:
    trained = dataclasses.replace(SMALL, method="procrustes", reference=reference).fit(corpora)
    assert (trained.words is not None) == (reference == "compass")
    alone = [trained.trained(numbered(corpora[name], trained.vocabulary, name), StopFlag()) for name in corpora]
    whole = (
        Vectors(trained.vocabulary.words, trained.words[:, :16], trained.vocabulary.counts)
        if reference == "compass"
        else None
    )
    for number, (name, vectors) in enumerate(trained.slices.items()):
        lengths = (np.linalg.norm(one.matrix, axis=1) for one in (vectors, alone[number]))
        assert next(lengths) == pytest.approx(next(lengths), rel=1e-5)
        target = whole or trained.slices[list(corpora)[0 if reference == "first" else max(0, number - 1)]]
        turned = rotated(alone[number], target) if whole or number else alone[number]
        assert vectors.matrix == pytest.approx(turned.matrix, abs=1e-6), name
    words = measures.common(trained.slices["1990"], trained.slices["2000"], 50)
    assert measures.cosines(trained.slices["1990"], trained.slices["2000"], words).mean() > 0.7


def test_two_runs_of_the_same_text_shuffled_from_another_seed_are_nearly_one(corpora: dict[str, EncodedCorpus]) -> None:
    shuffled = sentences(1)
    np.random.default_rng(1).shuffle(shuffled)
    settings = dataclasses.replace(SMALL, epochs=10, slice_epochs=10)
    trained = settings.fit({"one": corpora["1990"], "other": EncodedCorpus.from_sentences(shuffled)})
    again = trained.restarted().trained(numbered(corpora["1990"], trained.vocabulary, "one"), StopFlag())
    words = measures.common(trained.slices["one"], again, 50)
    assert measures.cosines(trained.slices["other"], again, words).min() > 0.9


def test_two_slices_of_the_same_text_are_the_same(corpora: dict[str, EncodedCorpus], aligned: AlignedSlices) -> None:
    again = aligned.trained(numbered(corpora["1990"], aligned.vocabulary, "again"), StopFlag())
    assert measures.cosines(aligned.slices["1990"], again, again.words) == pytest.approx(np.ones(len(again)))


def test_blocks_are_whole_sentences_and_lose_nothing(corpora: dict[str, EncodedCorpus], aligned: AlignedSlices) -> None:
    text = numbered(corpora["1990"], aligned.vocabulary, "x")
    blocks = text.blocks(by_document=False)
    assert len(blocks) == -(-len(text.ids) // BLOCK_TOKENS)
    again = from_blocks(blocks, "again")
    assert np.array_equal(again.ids[0 : len(again.ids)], text.ids[0 : len(text.ids)])
    assert np.array_equal(again.offsets, text.offsets)
    assert np.array_equal(again.ids[995:2010], text.ids[995:2010])
    twice = mixed([text, again])
    assert len(twice.ids) == 2 * len(text.ids)
    assert twice.offsets[-1] == len(twice.ids)
    assert (twice.counts == 2 * text.counts).all()


def test_long_sentences_are_cut_into_blocks() -> None:
    long = [["a", "b"] * 1700, ["c"] * 10, ["d", "e"] * 500, ["f"] * 2001]
    corpus = EncodedCorpus.from_sentences(long)
    blocks = numbered(corpus, corpus.vocabulary, "x").blocks(by_document=False)
    assert [block.tokens for block in blocks] == [1000, 1000, 1000, 1410, 1000, 1000, 1]
    again = from_blocks(blocks, "again")
    assert np.array_equal(again.ids[0 : len(again.ids)], corpus.ids)


def test_documents_are_the_blocks_where_they_are_many(tmp_path: Path) -> None:
    for number in range(12):
        lines = [" ".join(words) for words in sentences(number, 3 + number)]
        (tmp_path / f"{number}.txt").write_text("\n".join(lines) + "\n")
    with (
        EncodedCorpus.from_text(tmp_path) as many,
        EncodedCorpus.from_text([tmp_path / "1.txt", tmp_path / "11.txt"]) as few,
    ):
        text = numbered(many, many.vocabulary, "many")
        assert text.by_document
        assert [(block.last - block.first) for block in text.blocks(by_document=True)] == [
            3 + number for number in range(12)
        ]
        assert sum(block.tokens for block in text.blocks(by_document=True)) == len(text.ids)
        two = numbered(few, many.vocabulary, "few")
        assert not two.by_document
        assert 4 in [
            block.first for block in two.blocks(by_document=False)
        ]  # no block crosses the border of the two files


def test_all_slices_together_are_mixed_and_not_copied(
    corpora: dict[str, EncodedCorpus], aligned: AlignedSlices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wordvec.slices.texts.RUN_TOKENS", 1_200)
    texts = [numbered(corpus, aligned.vocabulary, name) for name, corpus in corpora.items()]
    whole = mixed(texts)
    parts = list(whole.ids.parts(0, len(whole.ids)))
    of = [next(name for name, one in corpora.items() if np.shares_memory(part.ids, one.ids)) for part in parts]
    assert of == list(corpora) * 10
    together = np.concatenate([one.ids[0 : len(one.ids)] for one in texts])
    assert np.array_equal(np.sort(whole.ids[0 : len(whole.ids)]), np.sort(together))
    assert whole.ids[5:5].tolist() == []


def test_a_folder_holds_everything_to_the_bit(
    corpora: dict[str, EncodedCorpus], aligned: AlignedSlices, tmp_path: Path
) -> None:
    store.save(aligned, tmp_path)
    read = AlignedSlices.load(tmp_path)
    assert (read.settings, list(read.slices)) == (aligned.settings, list(aligned.slices))
    assert read.contexts.tobytes() == aligned.contexts.tobytes()
    assert read.words.tobytes() == aligned.words.tobytes()
    text = numbered(corpora["2000"], read.vocabulary, "2000")
    assert read.trained(text, StopFlag()).matrix.tobytes() == aligned.slices["2000"].matrix.tobytes()


def test_what_cannot_be_compared_is_an_error(corpora: dict[str, EncodedCorpus], aligned: AlignedSlices) -> None:
    with pytest.raises(InputError, match="a comparison needs at least two slices; got 1"):
        SMALL.fit({"1990": corpora["1990"]})
    other = EncodedCorpus.from_sentences([["x", "y", "z"]] * 30)
    with pytest.raises(InputError, match="other: has 0 words of the compass"):
        aligned.add("other", other)
    with pytest.raises(SettingsError, match="1990: is already a slice"):
        aligned.add("1990", other)
    with pytest.raises(InputError, match="words occur 100000 times in all slices together"):
        dataclasses.replace(SMALL, min_count=100_000).fit(corpora)
    spelt = EncodedCorpus.from_sentences(sentences(4, 50), lowercase=True)
    with pytest.raises(InputError, match="2000: was encoded with lowercase True, 1990 with none"):
        SMALL.fit({"1990": corpora["1990"], "2000": spelt})
    for use in (aligned.add, aligned.text):
        with pytest.raises(InputError, match="later: was encoded with lowercase True, the slices with none"):
            use("later", spelt)
    with pytest.raises(SettingsError, match="reference first: needs method procrustes"):
        Compass(reference="first")
    with pytest.raises(SettingsError, match="absent keep: needs reference compass"):
        Compass(method="procrustes", reference="first", absent="keep")
    with pytest.raises(SettingsError, match="model glove: choose one of skipgram, cbow"):
        Compass(model="glove")


def test_a_stop_is_heeded(corpora: dict[str, EncodedCorpus]) -> None:
    stop = StopFlag()

    class Watched(Progress):
        def report(self, *_: object, **__: object) -> None:
            stop.set()

    with pytest.raises(Interrupted):
        SMALL.fit(corpora, progress=Watched(), stop=stop)


def test_a_folder_from_python_is_that_of_the_command(
    corpora: dict[str, EncodedCorpus], aligned: AlignedSlices, tmp_path: Path, wordvec: Call
) -> None:
    folder = tmp_path / "saved"
    aligned.save(folder, corpora)
    with pytest.raises(OutputError, match="exists"):
        aligned.save(folder)
    read = AlignedSlices.load(folder)
    assert repr(read) == repr(aligned)
    assert len(repr(read)) < 200
    first, *_, last = read.slices
    assert wordvec("compass", "change", folder, first, last, "--bootstraps", 0, "--quiet").code == 0
    word = read.slices[first].words[0]
    rows = read.trace(word, 3).rows
    printed = [line.split("\t") for line in wordvec("compass", "trace", folder, word, "-n", 3).out.splitlines()]
    assert printed == [[r["slice"], str(r["count"]), f"{r['cosine']:.4f}", r["neighbours"]] for r in rows]
    assert rows[0]["cosine"] == pytest.approx(1)
    with pytest.raises(InputError, match="nowhere: is in none of the slices"):
        read.trace("nowhere")


def test_only_the_texts_of_the_slices_are_saved_with_them(
    corpora: dict[str, EncodedCorpus], aligned: AlignedSlices, tmp_path: Path
) -> None:
    name = next(iter(corpora))
    with pytest.raises(SettingsError, match="texts: expected those of"):
        aligned.save(tmp_path / "out", {name: corpora[name]})
    slices = {"a/b": next(iter(aligned.slices.values()))}
    odd = AlignedSlices(aligned.settings, aligned.vocabulary, aligned.words, aligned.contexts, slices)
    with pytest.raises(SettingsError, match="'a/b': cannot be the name of a file"):
        odd.save(tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_change_is_a_table_for_pandas_and_for_papers(
    corpora: dict[str, EncodedCorpus], aligned: AlignedSlices
) -> None:
    a, b = list(corpora)[:2]
    found = change(aligned, aligned.text(a, corpora[a]), aligned.text(b, corpora[b]), bootstraps=0)
    assert found.table().columns == list(found.columns())
    assert len(found.table()) == len(found.words)
    lines = found.to_latex(caption="Changed words").splitlines()
    assert f"neighbours in {a}" in "".join(lines)
    assert sum(line.endswith(r"\\") for line in lines) == 1 + min(20, int((~found.numbers).sum()))
    pytest.importorskip("pandas", reason="pandas is not installed")
    frame = found.to_pandas()
    assert frame["word"].tolist() == found.table().to_pandas()["word"].tolist()
    assert frame["cosine_low"].isna().all()

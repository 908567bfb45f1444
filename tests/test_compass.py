"""The compass: frozen means frozen, one space for all slices, change that is planted is found and chance is not."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from wordvec import CBOW, EncodedCorpus, SkipGram, Vectors
from wordvec.alignment import chance, change, store
from wordvec.alignment.compass import AlignedSlices, Compass
from wordvec.alignment.slices import BLOCK_TOKENS, Slice, dealt, joined, numbered
from wordvec.errors import InputError, Interrupted, SettingsError
from wordvec.kernels.rows import start_rows
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


@pytest.fixture(scope="module")
def corpora() -> dict[str, EncodedCorpus]:
    return {
        "1990": EncodedCorpus.from_sentences(sentences(1)),
        "2000": EncodedCorpus.from_sentences(sentences(2)),
        "2010": EncodedCorpus.from_sentences(sentences(3, swapped=1.0)),
    }


@pytest.fixture(scope="module")
def aligned(corpora: dict[str, EncodedCorpus]) -> AlignedSlices:
    return SMALL.fit(corpora)


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


def test_the_compass_is_what_the_trainer_makes_of_all_texts(corpora: dict[str, EncodedCorpus]) -> None:
    whole = EncodedCorpus.from_sentences([*sentences(1), *sentences(2), *sentences(3, swapped=1.0)])
    for model, trainer in (("skipgram", SkipGram), ("cbow", CBOW)):
        compass = dataclasses.replace(SMALL, model=model, min_count=1).fit(corpora)
        alone = trainer(dim=16, epochs=3, min_count=1, threads=1, negatives=3, window=5, sample=1e-3, seed=1).fit(whole)
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


def test_two_slices_of_the_same_text_are_the_same(corpora: dict[str, EncodedCorpus], aligned: AlignedSlices) -> None:
    again = aligned.trained(numbered(corpora["1990"], aligned.vocabulary, "again"), StopFlag())
    assert change.cosines(aligned.slices["1990"], again, again.words) == pytest.approx(np.ones(len(again)))


def test_a_planted_change_is_found_and_nothing_else(corpora: dict[str, EncodedCorpus], aligned: AlignedSlices) -> None:
    texts = [numbered(corpora[name], aligned.vocabulary, name) for name in ("1990", "2010", "2000")]
    found = chance.change(aligned, texts[0], texts[1], bootstraps=3, least=10)
    changed = {found.measures.words[row] for row in np.flatnonzero(found.changed)}
    assert changed == {"t0w2", "t1w2"}
    assert {found.measures.words[row] for row in np.argsort(found.measures.cosine)[:2]} == changed
    assert {found.measures.words[row] for row in np.argsort(found.measures.local)[:2]} == changed
    assert not chance.change(aligned, texts[0], texts[2], bootstraps=0, least=10).changed.any()
    assert (found.spread > 0).all()
    assert found.restarted.shape == found.p.shape


def test_a_larger_planted_change_is_a_larger_change(corpora: dict[str, EncodedCorpus]) -> None:
    shares = (0.0, 0.3, 0.6, 1.0)
    slices = {"base": corpora["1990"]} | {
        str(share): EncodedCorpus.from_sentences(sentences(7, 1500, swapped=share)) for share in shares
    }
    trained = SMALL.fit(slices)
    cosines = [
        change.cosines(trained.slices["base"], trained.slices[str(share)], ["t0w2", "t1w2"]).mean() for share in shares
    ]
    assert cosines == sorted(cosines, reverse=True)
    assert cosines[0] - cosines[-1] > 0.3


def test_chance_is_the_share_of_like_words_that_are_as_far(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change, "LIKE", 4)
    null = np.array([[0.1, 0.5, 0.5, 0.9, 0.9, 0.9], [0.2, 0.6, np.nan, 0.8, 0.9, 0.9]])
    p = change.chances(np.array([0.15, 0.55, 0.0, 1.0, 0.9, 0.85]), np.array([9, 8, 7, 6, 5, 4]), null)
    first = [0.1, 0.2, 0.5, 0.6, 0.5, 0.9, 0.8]
    assert p[0] == pytest.approx((1 + sum(value <= 0.15 for value in first)) / (1 + len(first)))
    assert p[2] == pytest.approx(1 / 8)
    assert p[3] == 1


def test_false_discovery_rates_are_scipy_s() -> None:
    from scipy.stats import false_discovery_control

    p = np.random.default_rng(1).random(200) ** 2
    assert change.false_discovery_rates(p) == pytest.approx(false_discovery_control(p))


def test_measures_are_those_of_a_slow_twin() -> None:
    draw = np.random.default_rng(3)
    words = [f"w{number}" for number in range(40)]
    a = Vectors(words, draw.standard_normal((40, 5)), np.arange(80, 40, -1))
    b = Vectors(words[5:], draw.standard_normal((35, 5)), np.arange(75, 40, -1))
    found = change.measure(a, b, nearest=6)
    assert found.words == words[5:]
    both = found.words

    def cosine(x: np.ndarray, y: np.ndarray) -> float:
        return float(x @ y / np.linalg.norm(x) / np.linalg.norm(y))

    for row, word in enumerate(both):
        near = []
        for space in (a, b):
            others = sorted((other for other in both if other != word), key=lambda w: -cosine(space[word], space[w]))
            near.append(set(others[:6]))
        either = sorted(near[0] | near[1])
        second = [np.array([cosine(space[word], space[other]) for other in either]) for space in (a, b)]
        assert found.cosine[row] == pytest.approx(cosine(a[word], b[word]), abs=1e-6)
        assert found.overlap[row] == pytest.approx(len(near[0] & near[1]) / 6)
        assert found.local[row] == pytest.approx(cosine(*second), abs=1e-6)
    assert found.mix == pytest.approx((found.cosine + found.local) / 2)


def test_blocks_are_whole_sentences_and_lose_nothing(corpora: dict[str, EncodedCorpus], aligned: AlignedSlices) -> None:
    text = numbered(corpora["1990"], aligned.vocabulary, "x")
    blocks = text.blocks()
    assert len(blocks) == -(-len(text.ids) // BLOCK_TOKENS)
    again = dealt(blocks, "again")
    assert np.array_equal(again.ids, text.ids)
    assert np.array_equal(again.offsets, text.offsets)
    twice = joined([text, again])
    assert len(twice.ids) == 2 * len(text.ids)
    assert twice.offsets[-1] == len(twice.ids)
    assert (twice.counts == 2 * text.counts).all()


def test_a_folder_holds_everything_to_the_bit(
    corpora: dict[str, EncodedCorpus], aligned: AlignedSlices, tmp_path: Path
) -> None:
    store.save(aligned, tmp_path)
    read = store.load(tmp_path)
    assert (read.settings, list(read.slices)) == (aligned.settings, list(aligned.slices))
    assert read.contexts.tobytes() == aligned.contexts.tobytes()
    assert read.words.tobytes() == aligned.words.tobytes()
    text = numbered(corpora["2000"], read.vocabulary, "2000")
    assert read.trained(text, StopFlag()).matrix.tobytes() == aligned.slices["2000"].matrix.tobytes()


def test_what_cannot_be_compared_is_an_error(corpora: dict[str, EncodedCorpus], aligned: AlignedSlices) -> None:
    with pytest.raises(InputError, match="1 slice is nothing to compare"):
        SMALL.fit({"1990": corpora["1990"]})
    other = EncodedCorpus.from_sentences([["x", "y", "z"]] * 30)
    with pytest.raises(InputError, match="other: has 0 words of the compass"):
        aligned.add("other", other)
    with pytest.raises(SettingsError, match="1990: is a slice already"):
        aligned.add("1990", other)
    with pytest.raises(InputError, match="words are seen 100000 times in all slices together"):
        dataclasses.replace(SMALL, min_count=100_000).fit(corpora)
    with pytest.raises(InputError, match="no word in common"):
        change.measure(Vectors(["a"], [[1.0]], [5]), Vectors(["b"], [[1.0]], [5]))
    broken = Vectors(["a", "b"], [[1.0, np.nan], [0, 1]], [5, 5])
    with pytest.raises(InputError, match="hold NaN or infinity"):
        change.measure(broken, broken)
    short = Slice("short", np.zeros(10, np.uint32), np.array([0, 10]), len(aligned.vocabulary))
    with pytest.raises(InputError, match="short: 10 tokens are 1 blocks of text, too few"):
        chance.change(aligned, short, short)
    with pytest.raises(SettingsError, match="permutations: 5; at least 20"):
        chance.change(aligned, short, short, permutations=5)
    with pytest.raises(SettingsError, match="--model glove: choose one of skipgram, cbow"):
        Compass(model="glove")


def test_a_stop_is_heeded(corpora: dict[str, EncodedCorpus]) -> None:
    stop = StopFlag()

    class Watched(Progress):
        def report(self, *_: object, **__: object) -> None:
            stop.set()

    with pytest.raises(Interrupted):
        SMALL.fit(corpora, progress=Watched(), stop=stop)

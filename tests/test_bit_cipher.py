"""Bit-cipher: sums of codes against the naive twin, the same bits however they are made, and what they mean."""

import dataclasses
import math
from collections.abc import Callable

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wordvec import BitCipher, Cooccurrence, EncodedCorpus, Vectors
from wordvec.errors import InputError, Interrupted, MemoryLimitError, SettingsError
from wordvec.trainers.bit_cipher import aggregation, trainer
from wordvec.trainers.bit_cipher.aggregation import block_names, block_table
from wordvec.trainers.bit_cipher.explanation import explain
from wordvec.workers import Progress, StopFlag

BLOCKS: dict[tuple[str, str], Callable[[int, int], int]] = {
    ("sum", "side"): lambda distance, radius: 0,
    ("cat", "side"): lambda distance, radius: int(distance > 0),
    ("cat", "ring"): lambda distance, radius: abs(distance) - 1,
    ("cat", "signed"): lambda distance, radius: distance + radius - (distance > 0),
}


def text(seed: int, sentences: int = 40, words: int = 30) -> list[list[str]]:
    chance = np.random.default_rng(seed)
    weights = 1 / np.arange(1, words + 1)
    return [
        [f"w{word}" for word in chance.choice(words, chance.integers(1, 15), p=weights / weights.sum())]
        for _ in range(sentences)
    ]


def encoded(sentences: list[list[str]]) -> EncodedCorpus:
    return EncodedCorpus.from_sentences(sentences)


@pytest.fixture
def corpus() -> EncodedCorpus:
    return encoded(text(1, 300))


def expected(corpus: EncodedCorpus, trainer: BitCipher) -> np.ndarray:
    """The vectors by the naive twins, not normalised."""
    counts = [int(count) for count in corpus.vocabulary.counts if count >= trainer.min_count]
    bits, radius = trainer.bits or 0, trainer.radius
    codes = naive.cipher_codes(bits, len(counts))
    types = {count: counts.count(count) for count in counts}
    beta = {"none": lambda f: 1.0, "f": lambda f: f / (f + 1), "nf": lambda f: 1 / types[f]}[trainer.noise]
    rows = naive.cipher_noise(codes, counts, bits, [beta(count) for count in counts])
    weigh = {
        "flat": lambda word, d: 1.0,
        "harmonic": lambda word, d: 1 / d,
        "dynamic": lambda word, d: (radius - d + 1) / radius,
        "cosine": lambda word, d: math.cos(math.pi * d * counts[word] / sum(counts)) ** 2,
    }[trainer.weighting]
    ids = [list(map(int, corpus.ids[a:b])) for a, b in zip(corpus.offsets, corpus.offsets[1:], strict=False)]
    block = BLOCKS[trainer.mode, trainer.blocks if trainer.mode == "cat" else "side"]
    sums = naive.code_sums(ids, rows, radius, weigh, lambda distance: block(distance, radius))
    return naive.code_transform(sums, trainer.transform, trainer.smoothing)


@given(
    st.integers(0, 10_000),
    st.sampled_from(sorted(BLOCKS)),
    st.sampled_from(["flat", "harmonic", "dynamic", "cosine"]),
    st.sampled_from(["none", "log1p", "logprob", "pmi", "ppmi"]),
    st.sampled_from(["none", "f", "nf"]),
    st.integers(1, 4),
)
def test_vectors_are_those_of_the_naive_twin(
    seed: int, shape: tuple[str, str], weighting: str, transform: str, noise: str, radius: int
) -> None:
    corpus, exact = encoded(text(seed)), weighting != "cosine" and noise == "none"
    trainer = BitCipher(
        bits=6,
        mode=shape[0],
        blocks=shape[1],
        radius=radius,
        weighting=weighting,
        transform=transform,
        noise=noise,
        norm="none",
        min_count=2,
        # A share that is rounded to nothing has no logarithm, however small the twin's is.
        smoothing=0.0 if transform == "ppmi" and seed % 2 and exact else 0.5,
        threads=1 + seed % 2,
    )
    # Shares with noise and the cosine are rounded, to a millionth and to 1 / 65,536.
    close = 2e-5 if exact else 2e-3
    assert trainer.fit(corpus).matrix == pytest.approx(expected(corpus, trainer), abs=close, rel=close)


@pytest.mark.parametrize("radius", [1, 3])
@pytest.mark.parametrize("shape", sorted(BLOCKS))
def test_blocks_are_in_the_order_of_their_names(shape: tuple[str, str], radius: int) -> None:
    table, names = block_table(*shape, radius), block_names(*shape, radius)
    assert table[:, 1:].max() + 1 == len(names)
    for distance in range(1, radius + 1):
        left, right = names[table[0, distance]], names[table[1, distance]]
        if shape == ("cat", "signed"):
            assert (left, right) == (f"left, at {distance}", f"right, at {distance}")
        if shape == ("cat", "ring"):
            assert left == right == f"at {distance}"
        assert BLOCKS[shape](-distance, radius) == table[0, distance]
        assert BLOCKS[shape](distance, radius) == table[1, distance]


def test_sums_are_counts_times_codes(corpus: EncodedCorpus) -> None:
    trainer = BitCipher(bits=7, radius=4, weighting="harmonic", transform="none", norm="none", min_count=2)
    with Cooccurrence.count(corpus, window=4, min_count=2) as counts:
        words = len(counts.vocabulary)
        dense = np.zeros((words, words))
        for row in range(words):
            span = slice(counts.indptr[row], counts.indptr[row + 1])
            dense[row, counts.columns[span]] = counts.values[span]
    assert trainer.fit(corpus).matrix == pytest.approx(dense @ trainer.cipher(corpus).matrix(), rel=1e-5)


@pytest.mark.parametrize("noise", ["none", "f"])
@pytest.mark.parametrize("weighting", ["harmonic", "cosine"])
def test_threads_and_pieces_change_no_bit(
    corpus: EncodedCorpus, noise: str, weighting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def made(threads: int) -> bytes:
        trainer = BitCipher(
            bits=6, mode="cat", noise=noise, weighting=weighting, sample=1e-2, min_count=2, threads=threads
        )
        return trainer.fit(corpus).matrix.tobytes()

    whole = made(1)
    assert made(3) == whole
    monkeypatch.setattr(aggregation, "POSITIONS_AT_ONCE", 7)
    assert made(2) == whole
    monkeypatch.setattr(aggregation, "TOKENS_AT_ONCE", 101)
    assert made(2) == whole


def test_lengths_are_one_and_columns_can_be_centred(corpus: EncodedCorpus) -> None:
    l2, l1 = (BitCipher(bits=8, norm=kind, min_count=2).fit(corpus).matrix for kind in ("l2", "l1"))
    assert np.linalg.norm(l2, axis=1) == pytest.approx(np.ones(len(l2)), abs=1e-5)
    assert np.abs(l1).sum(1) == pytest.approx(np.ones(len(l1)), abs=1e-5)
    centred = BitCipher(bits=8, norm="none", center=True, transform="pmi", min_count=2).fit(corpus).matrix
    assert centred.mean(0) == pytest.approx(np.zeros(8), abs=1e-6)


def test_the_own_code_stands_before(corpus: EncodedCorpus) -> None:
    trainer = BitCipher(bits=8, identity=0.5, min_count=2)
    vectors = trainer.fit(corpus)
    own = trainer.cipher(corpus).matrix()
    assert vectors.dim == 16
    assert vectors.matrix[:, :8] == pytest.approx(0.5 * own / np.linalg.norm(own, axis=1, keepdims=True))
    without = dataclasses.replace(trainer, identity=0.0, dim=None).fit(corpus)
    assert np.array_equal(vectors.matrix[:, 8:], without.matrix)


@pytest.mark.parametrize(
    ("given", "shape"),
    [
        ({}, (100, 100)),
        ({"dim": 60}, (60, 60)),
        ({"bits": 30}, (30, 30)),
        ({"bits": 30, "dim": 30}, (30, 30)),
        ({"mode": "cat"}, (100, 50)),
        ({"mode": "cat", "blocks": "ring", "bits": 30}, (150, 30)),
        ({"mode": "cat", "blocks": "signed", "dim": 300}, (300, 30)),
        ({"mode": "cat", "identity": 1.0, "dim": 90}, (90, 30)),
    ],
)
def test_dim_is_bits_times_blocks(given: dict[str, object], shape: tuple[int, int]) -> None:
    trainer = BitCipher(**given)  # type: ignore[arg-type]
    assert (trainer.dim, trainer.bits) == shape
    assert BitCipher(**{k: v for k, v in trainer.settings().items() if k != "method"}) == trainer


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"bits": 0}, "bits 0: must be at least 1"),
        ({"radius": 0}, "radius 0: must be at least 1"),
        ({"dim": 101, "mode": "cat"}, "dim 101: cannot be divided into 2 blocks; use a multiple of 2"),
        ({"dim": 50, "bits": 30}, "dim 50: bits=30 in 1 block makes dim 30; set only one of them"),
        ({"transform": "pmi", "smoothing": 0.0}, "smoothing 0: transform pmi takes logarithms"),
        ({"transform": "log"}, "transform log: choose one of none, log1p, logprob, pmi, ppmi"),
        ({"identity": -1.0}, "identity -1.0: must be at least 0"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(given: dict[str, object], message: str) -> None:
    with pytest.raises(SettingsError) as error:
        BitCipher(**given)  # type: ignore[arg-type]
    assert str(error.value).startswith(message)


def test_a_corpus_that_does_not_fit_is_refused(corpus: EncodedCorpus, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="bits 3: makes 7 codes, too few for 30 words; at least 5 bits are needed"):
        BitCipher(bits=3, min_count=1).fit(corpus)
    with pytest.raises(InputError, match="no word occurs 5,000 times; use a min_count of at most "):
        BitCipher(min_count=5000).fit(corpus)
    with pytest.raises(InputError, match="no two words co-occur in a sentence"):
        BitCipher(min_count=1).fit(encoded([["a"], ["b"], ["a"]]))
    monkeypatch.setattr(trainer, "available_memory", lambda: 1000)
    with pytest.raises(MemoryLimitError, match="30 words of dim 100 take"):
        BitCipher(min_count=1).fit(corpus)


def test_a_stop_is_heeded(corpus: EncodedCorpus) -> None:
    stop = StopFlag()

    class Watched(Progress):
        def begin(self, *_: object) -> None:
            stop.set()

    with pytest.raises(Interrupted):
        BitCipher(bits=8).fit(corpus, progress=Watched(), stop=stop)


def test_the_metadata_tells_how_the_vectors_were_made(corpus: EncodedCorpus) -> None:
    made = BitCipher(bits=8, min_count=2).fit(corpus).metadata
    assert (made["method"], made["settings"]["bits"], made["corpus"]["digest"]) == ("bit-cipher", 8, corpus.digest)
    assert made["training"]["repeatable"] is True
    assert made["training"]["tokens"] == len(corpus.ids)


def test_an_estimate_names_words_tokens_and_memory(corpus: EncodedCorpus) -> None:
    estimate = BitCipher(bits=8, mode="cat", min_count=1).estimate(corpus)
    assert (estimate.words, estimate.steps, estimate.unit) == (30, len(corpus.ids), "tokens")
    assert estimate.memory == 8 * 30 * 16 + 12 * len(corpus.ids)


def test_a_dimension_is_explained_by_who_feeds_it(corpus: EncodedCorpus) -> None:
    trainer = BitCipher(bits=6, mode="cat", min_count=2)
    vectors = trainer.fit(corpus)
    found = explain(vectors, 8, 4)
    assert (found.block, found.bit) == ("right, within 5", 2)
    owners = trainer.cipher(corpus).owners(2)
    assert found.owned == len(owners)
    assert [owner.word for owner in found.owners] == [vectors.words[row] for row in owners[:4]]
    assert found.owners[0].share == 1
    assert sum(owner.part for owner in explain(vectors, 8, 1000).owners) == pytest.approx(1)
    values = [value for _, value in found.largest]
    assert values == sorted(values, reverse=True)
    assert values[0] == vectors.matrix[:, 8].max()


def test_only_a_bit_cipher_s_dimension_is_explained(corpus: EncodedCorpus) -> None:
    vectors = BitCipher(bits=6, min_count=2).fit(corpus)
    with pytest.raises(SettingsError, match="dimension 6: must be from 0 to 5"):
        explain(vectors, 6)
    with pytest.raises(InputError, match="are not of a bit-cipher"):
        explain(Vectors(["a"], [[1.0]]), 0)
    with pytest.raises(InputError, match=r"NAME\.vocab must be beside"):
        explain(Vectors(vectors.words, vectors.matrix, None, vectors.metadata), 0)

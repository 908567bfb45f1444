"""Vectors of contexts and disambiguation by cosines."""

import itertools

import numpy as np
import pytest

from wordvec.errors import InputError, SettingsError
from wordvec.kernels.sense_contexts import sense_cosines, sum_contexts
from wordvec.kernels.simd import LANES
from wordvec.senses import CosineDisambiguator
from wordvec.senses.cosines import context_rows
from wordvec.senses.inventory import record
from wordvec.vectors import Vectors


def naive_probabilities(vectors: Vectors, centres, contexts, temperature):  # type: ignore[no-untyped-def]
    """Return probabilities of senses as the formula says it, for lists of words."""
    rows = []
    for centre, context in zip(centres, contexts, strict=True):
        means = [np.mean([sense.vector for sense in vectors.senses(word)], axis=0, dtype=float) for word in context]
        mean = np.mean(means, axis=0) if means else np.zeros(vectors.dim)
        length = np.linalg.norm(mean)
        scores = [
            float(sense.vector @ mean) / (np.linalg.norm(sense.vector) * length) if length else 0.0
            for sense in vectors.senses(centre)
        ]
        exponents = np.exp(np.array(scores) / temperature)
        rows.append(exponents / exponents.sum())
    return rows


def random_senses(rng: np.random.Generator, words: int, dim: int) -> Vectors:
    names = []
    for word in range(words):
        senses = int(rng.integers(1, 5))
        names += [f"w{word}"] if senses == 1 else [f"w{word}#{k + 1}" for k in range(senses)]
    order = rng.permutation(len(names))
    rows = rng.normal(size=(len(names), dim))
    return Vectors([names[at] for at in order], rows, metadata={"senses": record("random", 1, "#")})


@pytest.mark.parametrize("dim", [1, 5, 16, 37])
def test_kernel_is_its_twin(dim: int) -> None:
    rng = np.random.default_rng(dim)
    vectors = random_senses(rng, 12, dim)
    judge = CosineDisambiguator(vectors, temperature=0.3)
    sizes = rng.integers(0, 5, 30)
    sizes[3] = 0
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    contexts = rng.integers(0, len(judge.words), offsets[-1])
    centres = rng.integers(0, len(judge.words), 30)
    found = judge.probabilities(centres, contexts, offsets)
    words = [judge.words[centre] for centre in centres]
    around = [[judge.words[j] for j in contexts[a:b]] for a, b in itertools.pairwise(offsets)]
    for row, expected in zip(found, naive_probabilities(vectors, words, around, 0.3), strict=True):
        np.testing.assert_allclose(row[: len(expected)], expected, atol=1e-5)
        assert not row[len(expected) :].any()


def test_words_in_contexts_are_weighted_as_in_sif_without_their_mean() -> None:
    rng = np.random.default_rng(3)
    plain = random_senses(rng, 9, 6)
    counts = rng.integers(0, 50, len(plain))
    vectors = Vectors(plain.words, plain.matrix, counts, plain.metadata)
    inventory = vectors.inventory
    assert inventory is not None
    words = []
    for word in inventory.words:
        shares = inventory.shares_of(word)
        assert shares is not None
        words.append(sum(share * sense.vector for share, sense in zip(shares, vectors.senses(word), strict=True)))
    tokens = np.array([counts[inventory.rows_of(word)].sum() for word in inventory.words])
    mean = (tokens[:, None] * np.array(words)).sum(axis=0) / tokens.sum()
    expected = (np.array(words) - mean) * (1e-4 / (1e-4 + tokens / tokens.sum()))[:, None]
    np.testing.assert_allclose(context_rows(vectors.matrix, inventory), expected, atol=1e-5)


def test_kernel_leaves_other_columns_alone() -> None:
    units = np.zeros(3 * LANES, np.float32)
    units[0] = units[LANES + 1] = units[2 * LANES] = 1
    sums = np.zeros(2 * LANES, np.float32)
    sum_contexts(units, LANES, np.array([0, 1, 1]), np.array([0, 0, 3]), sums)
    assert sums[:2].tolist() == [0, 0]
    assert sums[LANES : LANES + 2].tolist() == [1, 2]
    cosines = np.full((2, 3), 9, np.float32)
    sense_cosines(units, LANES, np.array([0, 2, 3]), np.array([0, 1]), sums, cosines)
    np.testing.assert_allclose(cosines, [[0, 0, 9], [1 / np.sqrt(5), 9, 9]], rtol=1e-6)


def test_contexts_choose_senses() -> None:
    names = ["tea", "bank#1", "money", "river", "bank#2"]
    vectors = Vectors(names, [[0, 0, 1], [1, 0.1, 0], [1, 0, 0.1], [0, 1, 0.1], [0.1, 1, 0]])
    with pytest.raises(InputError, match="no rows of senses"):
        CosineDisambiguator(vectors)
    with pytest.raises(SettingsError, match="temperature"):
        CosineDisambiguator(vectors.with_senses(), temperature=0)
    judge = CosineDisambiguator(vectors.with_senses())
    ids = {word: number for number, word in enumerate(judge.words)}
    centres = np.array([ids["bank"]] * 2 + [ids["tea"]])
    contexts = np.array([ids["tea"], ids["money"], ids["river"]])
    found = judge.probabilities(centres, contexts, np.array([0, 2, 3, 3]))
    assert found.argmax(axis=1).tolist() == [0, 1, 0]
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-6)

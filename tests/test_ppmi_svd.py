"""PPMI and SVD: against dictionaries and a dense decomposition; what skip-gram has to do with mutual information."""

import itertools
import json
from collections.abc import Iterator
from typing import Any

import naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from wordvec import EncodedCorpus, SkipGram
from wordvec.corpora.cooccurrence import Cooccurrence
from wordvec.corpora.vocabulary import Vocabulary
from wordvec.errors import InputError, Interrupted, MemoryLimitError, SettingsError
from wordvec.trainers.ppmi_svd import mutual_information, trainer
from wordvec.trainers.ppmi_svd.mutual_information import PPMI
from wordvec.trainers.ppmi_svd.svd import SVD
from wordvec.trainers.ppmi_svd.trainer import PPMISVD
from wordvec.workers import StopFlag

SMALL = {"dim": 8, "min_count": 1, "window": 3, "threads": 1}


def counted(table: Any) -> Any:
    """What counts of a dense table look like; a zero that is an entry stays one."""
    from scipy.sparse import csr_array

    matrix = csr_array(np.asarray(table, np.float32))
    words = len(table)
    counts = Cooccurrence.__new__(Cooccurrence)  # without a folder
    vars(counts).update(
        indptr=matrix.indptr.astype(np.int64),
        columns=matrix.indices.astype(np.int32),
        values=matrix.data,
        vocabulary=Vocabulary.from_words([f"w{k:03}" for k in range(words)], list(range(words, 0, -1))),
        meta={"corpus": {}, "settings": {}, "tokens": words, "digest": "0" * 64},
        matrix=lambda: matrix,
    )
    return counts


def chance(words: int, seed: int = 0, density: float = 0.3) -> np.ndarray:
    """Counts of a random table whose words have Zipf's frequencies."""
    generator = np.random.default_rng(seed)
    ranks = 1 / np.arange(1, words + 1)
    table: np.ndarray = generator.poisson(
        100 * np.outer(ranks, ranks) + density * (generator.random((words,) * 2) < 0.1)
    )
    table[:, 0] += 1
    return table.astype(np.float32)


def tables() -> st.SearchStrategy[np.ndarray]:
    entries = st.one_of(st.just(0.0), st.floats(2**-7, 1e6, width=32))
    return st.integers(2, 7).flatmap(lambda words: arrays(np.float32, (words, words), elements=entries))


@pytest.fixture(scope="module")
def corpus() -> Iterator[EncodedCorpus]:
    generator = np.random.default_rng(5)
    numbers = np.minimum(generator.zipf(1.3, (300, 12)), 50)
    with EncodedCorpus.from_sentences([" ".join(f"w{n}" for n in row) for row in numbers]) as encoded:
        yield encoded


@settings(deadline=None)
@given(tables(), st.floats(0.1, 20), st.floats(0, 1), st.integers(1, 9))
def test_ppmi_is_that_of_the_dictionary(table: np.ndarray, shift: float, smoothing: float, together: int) -> None:
    expected = np.zeros(table.shape)
    counts = {(int(w), int(c)): float(table[w, c]) for w, c in np.argwhere(table)}
    for (word, context), value in naive.ppmi(counts, shift, smoothing).items():
        expected[word, context] = value
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mutual_information, "ENTRIES_AT_ONCE", together)
        found = PPMI(shift, smoothing).transform(counted(table))
    assert found.dtype == np.float32
    assert (found.data > 0).all()
    assert found.has_canonical_format
    np.testing.assert_allclose(found.toarray(), expected, rtol=1e-6, atol=1e-6)


def test_zeros_among_the_entries_are_no_trouble() -> None:
    counts = counted([[3, 1, 0], [1, 0, 2], [0, 2, 0]])
    counts.values = np.where(counts.values == 3, 0, counts.values).astype(np.float32)
    found = PPMI(context_smoothing=1).transform(counts).toarray()
    # #(w) = 1, 3, 2; #(c) = 1, 3, 2; Σ = 6.
    np.testing.assert_allclose(found, [[0, np.log(2), 0], [np.log(2), 0, np.log(2)], [0, np.log(2), 0]], rtol=1e-6)


@pytest.mark.parametrize("power", [0, 0.5, 1])
@pytest.mark.parametrize("words", [60, 600])  # by LAPACK, and by ARPACK
def test_the_factors_are_those_of_the_dense_decomposition(words: int, power: float) -> None:
    matrix = PPMI().transform(counted(chance(words)))
    found = SVD(5, power).factors(matrix)
    expected = naive.svd_factors(matrix.toarray().astype(np.float64), 5, power)
    singular = np.linalg.svd(matrix.toarray().astype(np.float64), compute_uv=False)[:5]
    np.testing.assert_allclose(found.singular_values, singular, rtol=1e-5)
    # float32 tells neighbours apart to about 1e-7 · s / (s_k − s_k+1).
    gaps = -np.diff(singular) / singular[0]
    tolerance = 1e-4 * singular[0] ** power / min(1.0, 1e2 * gaps.min())
    np.testing.assert_allclose(found.words, expected[0], atol=tolerance)
    np.testing.assert_allclose(found.contexts, expected[1], atol=tolerance)


@settings(deadline=None)
@given(tables())
def test_at_full_rank_words_times_contexts_is_the_matrix(table: np.ndarray) -> None:
    matrix = PPMI().transform(counted(table))
    if matrix.nnz:
        found = SVD(len(table), 0.5).factors(matrix)
        np.testing.assert_allclose(found.words @ found.contexts.T, matrix.toarray(), atol=1e-4)
        assert (np.diff(found.singular_values) <= 0).all()


@pytest.mark.parametrize("words", [60, 600])
def test_the_largest_number_of_each_column_is_positive(words: int) -> None:
    found = SVD(5).factors(PPMI().transform(counted(chance(words)))).words
    assert (found[np.abs(found).argmax(axis=0), np.arange(5)] > 0).all()


def test_columns_without_rank_are_zeros_whatever_the_power() -> None:
    matrix = PPMI().transform(counted([[4, 1, 0], [1, 9, 0], [0, 0, 0]]))
    assert np.linalg.matrix_rank(matrix.toarray()) == 2
    for power in (0, 0.5):
        found = SVD(3, power).factors(matrix)
        assert found.singular_values[2] == 0
        assert not found.words[:, 2].any()
        assert not found.contexts[:, 2].any()


def test_one_seed_gives_the_same_bits_and_another_nearly_the_same() -> None:
    counts = counted(chance(600))
    first, again, other = (PPMISVD(dim=5, seed=seed).fit(counts) for seed in (1, 1, 2))
    assert first.matrix.tobytes() == again.matrix.tobytes()
    assert first.contexts is not None
    assert again.contexts is not None
    assert first.contexts.matrix.tobytes() == again.contexts.matrix.tobytes()
    assert first.matrix.tobytes() != other.matrix.tobytes()
    np.testing.assert_allclose(first.matrix, other.matrix, atol=1e-2)


def test_the_sum_is_words_and_contexts() -> None:
    counts = counted(chance(60))
    words, both = PPMISVD(dim=5).fit(counts), PPMISVD(dim=5, combine="sum").fit(counts)
    assert words.contexts is not None
    assert both.contexts is not None
    np.testing.assert_array_equal(both.matrix, words.matrix + words.contexts.matrix)
    np.testing.assert_array_equal(both.contexts.matrix, words.contexts.matrix)
    assert both.metadata["matrix"] == "words + contexts"


def test_a_corpus_gives_what_its_counts_give(corpus: EncodedCorpus) -> None:
    trainer = PPMISVD(**SMALL)
    vectors = trainer.fit(corpus)
    with trainer.count(corpus) as counts:
        again = trainer.fit(counts)
        expected = PPMI().transform(counts).toarray()
    assert vectors.matrix.tobytes() == again.matrix.tobytes()
    assert vectors.words == corpus.vocabulary.words
    np.testing.assert_array_equal(vectors.counts, corpus.vocabulary.counts)
    assert vectors.contexts is not None
    np.testing.assert_allclose(vectors.matrix @ vectors.contexts.matrix.T, low_rank(expected, 8), atol=1e-4)


def low_rank(matrix: np.ndarray, dim: int) -> np.ndarray:
    u, s, vt = np.linalg.svd(matrix.astype(np.float64))
    return np.asarray((u[:, :dim] * s[:dim]) @ vt[:dim])


def test_the_metadata_tells_how_the_vectors_were_made(corpus: EncodedCorpus) -> None:
    metadata = json.loads(json.dumps(PPMISVD(**SMALL).fit(corpus).metadata))
    assert metadata["method"] == "ppmi-svd"
    assert metadata["settings"]["context_smoothing"] == 0.75
    assert metadata["settings"]["weighting"] == "dynamic"
    assert metadata["corpus"]["digest"] == corpus.digest
    training = metadata["training"]
    assert training["repeatable"] is True
    assert 0 < training["positive"] <= training["entries"]
    assert training["singular_values"] == sorted(training["singular_values"], reverse=True)
    assert len(training["singular_values"]) == 8


def test_dim_must_be_below_the_number_of_words(corpus: EncodedCorpus) -> None:
    words = len(corpus.vocabulary)
    assert PPMISVD(**SMALL | {"dim": words - 1}).fit(corpus).dim == words - 1
    with pytest.raises(SettingsError, match=rf"^dim {words}: must be below the number of words, {words}"):
        PPMISVD(**SMALL | {"dim": words}).fit(corpus)
    with pytest.raises(SettingsError, match=r"^dim 60: must be below"):
        PPMISVD(dim=60).estimate(counted(chance(60)))
    with pytest.raises(SettingsError, match="has 60 singular values"):
        SVD(61).factors(PPMI().transform(counted(chance(60))))


@pytest.mark.parametrize("table", [np.ones((5, 5)), np.zeros((5, 5))])
def test_counts_of_pure_chance_are_refused(table: np.ndarray) -> None:
    # A shift of 0.1 % leaves room for float64's last bit.
    with pytest.raises(InputError, match=r"all mutual information is 0.*a smaller shift"):
        PPMISVD(dim=2, shift=1.001).fit(counted(table))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("dim", 1),
        ("window", 0),
        ("weighting", "triangular"),
        ("shift", 0),
        ("shift", float("nan")),
        ("context_smoothing", -0.1),
        ("context_smoothing", 1.1),
        ("eigenvalue_power", -0.5),
        ("eigenvalue_power", 2),
        ("combine", "contexts"),
    ],
)
def test_a_hyperparameter_out_of_range_is_named(name: str, value: object) -> None:
    with pytest.raises(SettingsError, match=f"^{name} "):
        PPMISVD(**{name: value})


def test_what_does_not_fit_in_memory_is_refused_beforehand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trainer, "available_memory", lambda: 1000)
    with pytest.raises(MemoryLimitError, match="use a larger min_count or a smaller dim"):
        PPMISVD(dim=5).fit(counted(chance(60)))


def test_a_stop_ends_both_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    counts, stop = counted(chance(600)), StopFlag()
    matrix = PPMI().transform(counts)
    stop.set()
    with pytest.raises(Interrupted):
        PPMI().transform(counts, stop=stop)
    with pytest.raises(Interrupted):
        SVD(5).factors(matrix, stop=stop)
    # ARPACK works again after being left in the middle.
    assert SVD(5).factors(matrix).singular_values[0] > 0


def test_an_estimate_names_words_entries_memory_and_time() -> None:
    counts = counted(chance(60))
    estimate = PPMISVD(dim=5).estimate(counts)
    assert (estimate.words, estimate.steps, estimate.unit) == (60, len(counts.values), "entries")
    assert estimate.memory > 8 * estimate.steps
    assert estimate.seconds > 0


def test_an_estimate_of_a_corpus_is_that_of_its_counts(corpus: EncodedCorpus) -> None:
    trainer = PPMISVD(**SMALL)
    with trainer.count(corpus) as counts:
        assert trainer.estimate(corpus) == trainer.estimate(counts)


def chain(words: int = 6, sentences: int = 400, length: int = 15) -> list[str]:
    """Sentences of a Markov chain in which every word follows every other, by planted chances."""
    generator = np.random.default_rng(1)
    chances = 0.8 * generator.dirichlet(np.full(words, 2.0), size=words) + 0.2 / words
    lines = []
    for _ in range(sentences):
        line = [int(generator.integers(words))]
        while len(line) < length:
            line.append(int(generator.choice(words, p=chances[line[-1]])))
        lines.append(" ".join(f"w{number}" for number in line))
    return lines


def test_skipgram_at_full_rank_approaches_the_shifted_log_of_counts() -> None:
    """Skip-gram's scores are mutual information, shifted, corrected for noise that hits the centre.

    In a window, each word c is an input (a row of `words`) and the centre w the positive output (a row of
    `contexts`); k noise words are drawn by P for each pair, and those equal to the centre are dropped. Let #(w, c)
    count the pairs, each with the chance (window − d + 1) / window that the dynamic window reaches its distance d,
    and #(c) = Σ_w #(w, c). On average over an epoch the score x = v_c · u_w has the loss ::

        −#(w, c) ln σ(x) − k P(w) (#(c) − #(w, c)) ln σ(−x)

    since w is noise for the pairs of c with other centres only. With dim at least the number of words every score
    is free, so the minimum is where each derivative, #(w, c) σ(−x) − k P(w) (#(c) − #(w, c)) σ(x), is 0 ::

        x = ln(#(w, c) / (k P(w) (#(c) − #(w, c))))

    which for rare pairs is PMI(w, c) − ln k of Levy and Goldberg (2014), if P is the counts' share.

    How near: windows and noise are drawn, so scores wander around the minimum by about the root of the learning
    rate, and less as it falls: in 200 epochs 0.045 at most and 0.012 in the mean, where the optimum spans −1.3 to
    −0.5. Twice that is allowed. The formulas without the correction (0.29), of PMI − ln k (0.36), and with the
    roles of inputs and outputs exchanged (0.25) are clearly further away, so the test tells them apart.
    """
    window, k, power, words = 3, 3, 0.75, 6
    trainer = SkipGram(
        dim=8, window=window, epochs=200, min_count=1, negatives=k, negatives_per="pair", noise_power=power,
        sample=0, learning_rate=0.05, threads=1,
    )  # fmt: skip
    with EncodedCorpus.from_sentences(chain()) as corpus:
        vectors = trainer.fit(corpus)
        lines = [corpus.ids[a:b].tolist() for a, b in itertools.pairwise(corpus.offsets)]
        noise = np.array(naive.noise_probabilities(corpus.vocabulary.counts.tolist(), power))
    pairs = np.zeros((words, words))
    for (w, c), count in naive.cooccurrences(lines, words, window, "dynamic", "symmetric", False, False).items():
        pairs[w, c] = float(count)
    of_input = pairs.sum(axis=0)
    optimum = np.log(pairs / (k * noise[:, None] * (of_input - pairs)))
    assert vectors.contexts is not None
    scores = vectors.contexts.matrix.astype(np.float64) @ vectors.matrix.T.astype(np.float64)

    assert np.abs(scores - optimum).max() < 0.1
    assert np.abs(scores - optimum).mean() < 0.025
    uncorrected = np.log(pairs / (k * noise[:, None] * of_input))
    mutual = np.log(pairs * pairs.sum() / (of_input * pairs.sum(axis=1)[:, None])) - np.log(k)
    exchanged = np.log(pairs / (k * noise * (pairs.sum(axis=1)[:, None] - pairs)))
    for other in (uncorrected, mutual, exchanged):
        assert np.abs(scores - other).max() > 0.2

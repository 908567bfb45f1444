"""Rows of words that predict their sentences (X2Static): the kernel, the twin, and what no setting changes."""

from typing import Any

import naive_distillation as naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wordvec import Vectors
from wordvec.errors import InputError, Interrupted, SettingsError
from wordvec.kernels import x2static
from wordvec.language_models import Distillation
from wordvec.language_models.distillation.context_rows import workspace
from wordvec.language_models.distillation.methods_paragraph import methods_text
from wordvec.provenance import is_folded
from wordvec.sentences import TokenLists
from wordvec.trainers.matrices import zero_matrix
from wordvec.workers import StopFlag

WORDS = [f"w{number}" for number in range(12)]
DIM, STRIDE = 5, 16

Problem = tuple[x2static.Sentences, x2static.Noise, x2static.Ridge, np.ndarray[Any, np.dtype[np.float32]]]


def problem_of(seed: int, strength: float = 0.3, words: int = 4, sentences: int = 40) -> Problem:
    """Return random arguments of the kernel; the last word has no sentence."""
    chance = np.random.default_rng(seed)
    vectors, start, rows = zero_matrix(sentences, DIM), zero_matrix(words, DIM), zero_matrix(words, DIM)
    vectors[:, :DIM] = chance.normal(size=(sentences, DIM))
    start[:, :DIM], rows[:, :DIM] = chance.normal(0, 0.5, (2, words, DIM))
    chosen = [np.sort(chance.permutation(sentences)[: chance.integers(1, 35)]) for _ in range(words - 1)]
    numbers = np.concatenate([*chosen, np.empty(0, np.int64)])
    starts = np.cumsum([0, *(len(one) for one in chosen), 0])
    weights = chance.uniform(0.1, 2, len(numbers)).astype(np.float32)
    variances = np.zeros(STRIDE, np.float32)
    variances[:DIM] = chance.uniform(0.1, 2, DIM)
    nodes, shares = np.polynomial.hermite_e.hermegauss(16)
    masses = chance.uniform(1, 9, words).astype(np.float32)
    noise = x2static.Noise(masses, variances, nodes.astype(np.float32), (shares / shares.sum()).astype(np.float32))
    return (
        x2static.Sentences(vectors.reshape(-1), starts, numbers, weights),
        noise,
        x2static.Ridge(start.reshape(-1), np.float32(strength)),
        rows.reshape(-1),
    )


def naive_loss(problem: Problem, word: int, row: np.ndarray[Any, Any]) -> float:
    sentences, noise, ridge, _ = problem
    span = slice(sentences.starts[word], sentences.starts[word + 1])
    vectors = sentences.vectors.reshape(-1, STRIDE)[sentences.numbers[span], :DIM].astype(float)
    return float(
        naive.context_loss(
            row, vectors, sentences.weights[span].astype(float), noise.masses[word],
            np.diag(noise.variances[:DIM].astype(float)), ridge.start.reshape(-1, STRIDE)[word, :DIM], ridge.strength,
        )
    )  # fmt: skip


class TestKernel:
    """The loss, its gradient and its minimum."""

    @given(st.integers(0, 99))
    def test_the_loss_is_that_of_the_definition(self, seed: int) -> None:
        problem = problem_of(seed)
        rows = problem[3].reshape(-1, STRIDE)
        expected = sum(naive_loss(problem, word, rows[word, :DIM].astype(float)) for word in range(4))
        found = x2static.losses(*problem, workspace(problem[0], 0, 4, STRIDE), 0, 4)
        assert found == pytest.approx(expected, rel=1e-3)

    @given(st.integers(0, 99), st.integers(0, 3))
    def test_the_gradient_is_the_slope_of_the_loss(self, seed: int, word: int) -> None:
        problem = problem_of(seed)
        work = workspace(problem[0], word, word + 1, STRIDE)
        x2static.losses(*problem, work, word, word + 1)
        row = problem[3].reshape(-1, STRIDE)[word, :DIM].astype(float)
        slopes = [
            (naive_loss(problem, word, row + step) - naive_loss(problem, word, row - step)) / 2e-4
            for step in 1e-4 * np.eye(DIM)
        ]
        np.testing.assert_allclose(work.gradient[:DIM], slopes, rtol=2e-3, atol=2e-3)
        assert not work.gradient[DIM:].any()

    @given(st.integers(0, 99), st.sampled_from([0.1, 1.0, 30.0]))
    def test_no_slope_is_left_at_the_minimum(self, seed: int, strength: float) -> None:
        problem = problem_of(seed, strength)
        work = workspace(problem[0], 0, 4, STRIDE)
        before = x2static.losses(*problem, work, 0, 4)
        steps = x2static.fit_words(*problem, work, 0, 4)
        assert 0 < steps < x2static.MOST_STEPS
        assert x2static.losses(*problem, work, 0, 4) < before
        for word in range(4):
            x2static.losses(*problem, work, word, word + 1)
            assert np.abs(work.gradient).max() < 5e-3

    def test_words_without_sentences_are_drawn_from_their_start_to_zero_by_noise(self) -> None:
        problem = problem_of(1)
        x2static.fit_words(*problem, workspace(problem[0], 3, 4, STRIDE), 3, 4)
        row, start = problem[3].reshape(-1, STRIDE)[3], problem[2].start.reshape(-1, STRIDE)[3]
        assert ((row[:DIM] / start[:DIM] > 0) & (row[:DIM] / start[:DIM] < 1)).all()

    def test_the_bits_of_a_word_do_not_depend_on_the_others(self) -> None:
        whole, single = problem_of(5), problem_of(5)
        x2static.fit_words(*whole, workspace(whole[0], 0, 4, STRIDE), 0, 4)
        for word in (2, 0, 3, 1):
            x2static.fit_words(*single, workspace(single[0], word, word + 1, STRIDE), word, word + 1)
        np.testing.assert_array_equal(whole[3], single[3])


def teacher_of(seed: int = 1, dim: int = DIM) -> Vectors:
    chance = np.random.default_rng(seed)
    return Vectors(WORDS, chance.normal(0.3, 1, (len(WORDS), dim)), 1000 // np.arange(1, len(WORDS) + 1))


def sentences_of(number: int, seed: int = 2) -> list[list[str]]:
    chance = np.random.default_rng(seed)
    return [WORDS[:], *(chance.choice(WORDS, chance.integers(1, 9)).tolist() for _ in range(number - 1))]


def targets_of(teacher: Vectors, lists: list[list[str]], seed: int = 3) -> np.ndarray[Any, Any]:
    """Return sentence vectors of a teacher: means of its words, and noise."""
    noise = np.random.default_rng(seed).normal(0.5, 0.3, (len(lists), teacher.dim))
    means = [teacher.matrix[[WORDS.index(token) for token in tokens]].mean(axis=0) for tokens in lists]
    return np.asarray(means + noise, np.float32)


def products(rows: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return inner products, which are the same whatever signs components have."""
    return rows.astype(float) @ rows.T.astype(float)


class TestContexts:
    """Method contexts."""

    @pytest.mark.parametrize("strength", [0.1, 5.0])
    def test_rows_are_those_of_the_twin(self, strength: float) -> None:
        teacher, lists = teacher_of(), sentences_of(60)
        targets = targets_of(teacher, lists)
        settings = Distillation(method="contexts", strength=strength, weighting="uniform")
        made = settings.fit(teacher, TokenLists(lists), targets)
        figures = made.metadata["distillation"]
        assert figures["scale_of_start"] > 0
        start = figures["scale_of_start"] * (teacher.matrix - teacher.matrix.mean(axis=0))
        expected = naive.context_rows(lists, targets.astype(float), WORDS, start, strength)
        np.testing.assert_allclose(products(made.matrix[:4]), products(expected), rtol=5e-3, atol=5e-3)
        assert not is_folded(made.metadata)

    def test_the_scale_of_the_start_has_the_least_loss(self) -> None:
        teacher, lists = teacher_of(), sentences_of(60)
        texts, targets = TokenLists(lists), targets_of(teacher, lists)
        settings = Distillation(method="contexts", strength=1e6)
        made = settings.fit(teacher, texts, targets)
        losses = [made.metadata["distillation"]["loss"]]
        scale = made.metadata["distillation"]["scale_of_start"]
        start = scale * (teacher.matrix - teacher.matrix.mean(axis=0))
        weights = 1e-3 / (1e-3 + np.asarray(teacher.counts) / np.asarray(teacher.counts).sum())
        np.testing.assert_allclose(products(made.matrix), products(start * weights[:, None]), rtol=1e-2, atol=1e-2)
        assert losses[0] < 11 * np.log(2)

    def test_the_length_of_the_teachers_vectors_changes_nothing(self) -> None:
        teacher, lists = teacher_of(), sentences_of(60)
        texts, targets = TokenLists(lists), targets_of(teacher, lists)
        longer = Vectors(WORDS, 8 * teacher.matrix, teacher.counts)
        settings = Distillation(method="contexts", strength=3)
        one, other = settings.fit(teacher, texts, targets), settings.fit(longer, texts, 32 * targets)
        scores = one.matrix @ one.matrix.T
        np.testing.assert_allclose(1024 * other.matrix @ other.matrix.T, scores, rtol=1e-2, atol=1e-2)

    def test_threads_change_no_bit(self) -> None:
        chance = np.random.default_rng(4)
        words = [f"w{number}" for number in range(100)]
        lists = [chance.choice(words, 8).tolist() for _ in range(90)]
        teacher, targets = Vectors(words, chance.normal(size=(100, 8))), chance.normal(size=(90, 8))
        made = [
            Distillation(method="contexts", threads=threads).fit(teacher, TokenLists(lists), targets)
            for threads in (1, 3)
        ]
        np.testing.assert_array_equal(made[0].matrix, made[1].matrix)
        assert made[0].metadata["distillation"] == made[1].metadata["distillation"]
        assert "threads" not in made[0].metadata["settings"]

    def test_a_strength_is_chosen_by_the_loss_of_held_out_sentences(self) -> None:
        teacher, lists = teacher_of(), sentences_of(200)
        texts, targets = TokenLists(lists), targets_of(teacher, lists)
        found = Distillation(method="contexts").fit(teacher, texts, targets).metadata["distillation"]
        held = found["held_out"]
        assert (held["sentences"], held["words"], found["sentences"]) == (20, 12, 200)
        assert held["losses"][f"{found['strength']:g}"] == held["loss"] == min(held["losses"].values())
        assert found["loss"] < held["loss_of_start"]

    def test_words_without_a_sentence_stay_at_their_scaled_start_and_unknown_ones_at_zeros(self) -> None:
        teacher, lists = teacher_of(), sentences_of(60)
        more = Vectors([*WORDS, "rare", "unknown"], np.vstack([teacher.matrix, teacher.matrix[:1], np.zeros((1, DIM))]))
        settings = Distillation(method="contexts", strength=3, weighting="uniform")
        made = settings.fit(more, TokenLists(lists), targets_of(teacher, lists))
        scale = made.metadata["distillation"]["scale_of_start"]
        rare = scale * (teacher.matrix[0] - np.vstack([teacher.matrix, teacher.matrix[:1]]).mean(axis=0))
        assert np.linalg.norm(made.matrix[12]) == pytest.approx(np.linalg.norm(rare), rel=1e-3)
        assert not made.matrix[13].any()

    def test_without_vectors_of_words_a_planted_topic_is_found(self) -> None:
        chance = np.random.default_rng(5)
        topics = chance.normal(size=(2, DIM))
        sides = chance.integers(0, 2, 200)
        lists = [chance.choice(WORDS[6 * side : 6 * side + 6], 6).tolist() for side in sides]
        targets = topics[sides] + chance.normal(0, 0.3, (200, DIM))
        nothing = Vectors(WORDS, np.zeros((12, DIM)))
        made = Distillation(method="contexts").fit(nothing, TokenLists(lists), targets)
        assert made.metadata["distillation"]["scale_of_start"] == 0
        signs = products(made.matrix) > 0
        assert (signs == (np.arange(12)[:, None] // 6 == np.arange(12) // 6)).all()
        assert "a ridge penalty with a strength of" in methods_text(made.metadata, 12, DIM)

    def test_metadata_give_a_methods_paragraph(self) -> None:
        teacher, lists = teacher_of(), sentences_of(200)
        settings = Distillation(method="contexts", dim=3)
        made = settings.fit(teacher, TokenLists(lists), targets_of(teacher, lists))
        assert is_folded(made.metadata)
        paragraph = methods_text(made.metadata, 12, 3)
        for part in (
            "As in X2Static (Gupta and Jaggi, 2021), rows of words were fitted by the loss of CBOW",
            "on 200 sentences (subsampling threshold 5e-06, 10 noise words for each word, by counts to the power 0.5)",
            "centred and projected on 3 principal components",
            "a ridge penalty towards the scaled vectors of single words with a strength of",
            "chosen by the loss of 12 words on 20 held-out sentences",
            "The rows were then weighted by a / (a + p)",
            "@inproceedings{gupta2021",
        ):
            assert part in paragraph

    def test_a_stop_is_obeyed(self) -> None:
        stop = StopFlag()
        stop.set()
        teacher, lists = teacher_of(), sentences_of(30)
        with pytest.raises(Interrupted):
            Distillation(method="contexts", strength=1).fit(
                teacher, TokenLists(lists), targets_of(teacher, lists), stop=stop
            )


@pytest.mark.parametrize(
    ("settings", "given", "error", "message"),
    [
        ({}, {"targets": None}, SettingsError, "targets: method contexts needs them"),
        ({}, {"texts": None}, SettingsError, "texts: method contexts needs them"),
        ({}, {"targets": np.eye(3, DIM)}, InputError, "2 sentences, but 3 vectors of sentences"),
        ({}, {}, SettingsError, "strength: 2 sentences are too few to choose it by a tenth of them; set it"),
        ({"centre": False}, {}, SettingsError, "centre False: method contexts always subtracts the mean"),
        ({"method": "words", "threads": 2}, {}, SettingsError, "threads: method words does not have this setting"),
        ({"method": "sentences", "threads": 2}, {}, SettingsError, "threads: method sentences does not have this"),
    ],
)
def test_bad_input_is_refused(
    settings: dict[str, Any], given: dict[str, Any], error: type[Exception], message: str
) -> None:
    usual = {"texts": TokenLists([["w1"], ["w2", "w1"]]), "targets": np.eye(2, DIM)}
    with pytest.raises(error, match=message):
        Distillation(**{"method": "contexts"} | settings).fit(teacher_of(), **usual | given)


def test_sentences_with_one_vector_leave_nothing_to_fit() -> None:
    with pytest.raises(InputError, match="vectors of all sentences are the same; no word can be learnt from them"):
        Distillation(method="contexts", strength=1).fit(teacher_of(), TokenLists([["w1"], ["w2"]]), np.ones((2, DIM)))

"""The kernels that train codes of documents against their naive twin, numerical slopes, and frozen matrices."""

import itertools
from types import ModuleType

import naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_training_kernels import make_sampler, random_sentences, shape_of

from wordvec.kernels import binary_dbow, real_binary_dbow, windows
from wordvec.kernels.documents import DocumentRows
from wordvec.kernels.simd import LANES

KERNELS = [binary_dbow, real_binary_dbow]
BOUNDS = [0, 4, 4, 5, 12]
BITS, DIM, WORDS, PACE = 32, 20, 20, 8.0


class Model:
    """Matrices of a model: `contexts`, rows of documents, and the projection of real ones."""

    def __init__(self, kernel: ModuleType, documents: int = 6, frozen: bool = False, bits: int = BITS) -> None:
        draw = np.random.default_rng(3)
        self.real, self.bits = kernel is real_binary_dbow, bits
        stride, length = bits + LANES, -(-DIM // LANES) * LANES if self.real else bits
        self.contexts = np.zeros((WORDS, stride), np.float32)
        self.contexts[:, : bits + 1] = draw.normal(0, 0.3, (WORDS, bits + 1))
        self.projection = np.zeros((DIM if self.real else 0, stride), np.float32)
        self.projection[:, :bits] = draw.normal(0, 0.3, (len(self.projection), bits))
        self.rows = np.zeros((documents, length), np.float32)
        self.rows[:, : self.dim] = draw.normal(0, 0.7, (documents, self.dim))
        self.kernel, self.frozen = kernel, frozen

    @property
    def dim(self) -> int:
        return DIM if self.real else self.bits

    def train(
        self,
        sentences: list[list[int]],
        bounds: list[int],
        first: int = 1,
        rate: float = 0.05,
        negatives: int = 5,
        keys: list[int] | None = None,
        sampler: windows.Sampler | None = None,
    ) -> tuple[float, int]:
        ids = np.array([word for sentence in sentences for word in sentence], np.uint32)
        offsets = np.cumsum([0] + [len(sentence) for sentence in sentences]) + 1000
        stride, shape = self.bits + LANES, shape_of(5, False, negatives)._replace(pace=PACE)
        room = windows.allocate_workspace(len(ids), len(sentences), shape, stride)
        numbers = np.array(range(len(bounds) - 1) if keys is None else keys, np.uint64)
        documents = DocumentRows(self.rows.reshape(-1), first, np.array(bounds), numbers)
        matrices = windows.EmbeddingMatrices(
            self.projection.reshape(-1), self.contexts.reshape(-1), stride, self.frozen
        )
        drawn = sampler or make_sampler()
        with np.errstate(over="ignore"):
            result: tuple[float, int] = self.kernel.train_piece(
                matrices, drawn, shape, room, ids, offsets, documents, np.float32(rate), np.uint64(7)
            )
        return result


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("negatives", [1, 5, 12])
def test_a_trained_piece_equals_its_slow_twin(kernel: ModuleType, negatives: int) -> None:
    model, sampler, sentences = Model(kernel), make_sampler(), random_sentences(3)
    used = model.bits + 1
    contexts = model.contexts[:, :used].astype(np.float64)
    documents, projection = model.rows[:, : model.dim].astype(np.float64), model.projection[:, :BITS].astype(np.float64)
    loss, pairs = model.train(sentences, BOUNDS, negatives=negatives)
    expected = naive.train_codes(
        contexts, documents[1:], [sentences[a:b] for a, b in itertools.pairwise(BOUNDS)], sampler.keep, sampler.noise,
        negatives, 0.05, 7, binary_dbow.LENGTH, PACE, projection if model.real else None,
        real_binary_dbow.TOGETHER if model.real else 1,
    )  # fmt: skip
    assert pairs == expected[1] > 50
    assert loss == pytest.approx(expected[0], rel=1e-4)
    np.testing.assert_allclose(model.contexts[:, :used], contexts, atol=5e-5)
    np.testing.assert_allclose(model.rows[:, : model.dim], documents, atol=5e-5)
    np.testing.assert_allclose(model.projection[:, :BITS], projection, atol=5e-5)
    assert not model.contexts[:, used:].any()
    assert not model.projection[:, BITS:].any()


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_change_of_an_output_is_the_slope_of_the_loss(kernel: ModuleType) -> None:
    sampler, rate, step = make_sampler(sample=0), 1e-4, 1e-2

    def trained(rate: float, place: tuple[int, int], change: float) -> tuple[float, np.ndarray]:
        model = Model(kernel)
        model.contexts[place] += change
        return model.train([[1, 2, 3]], [0, 1], rate=rate, sampler=sampler)[0], model.contexts

    before, after = trained(1e-30, (0, 0), 0)[1], trained(rate, (0, 0), 0)[1]
    for place in ((1, 0), (1, BITS), (3, 7), (2, BITS)):
        slope = (trained(1e-30, place, step)[0] - trained(1e-30, place, -step)[0]) / (2 * step)
        moved = (float(after[place]) - float(before[place])) / rate
        assert -moved == pytest.approx(slope, abs=1e-2), place


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_change_of_a_document_is_the_slope_through_the_sigmoid(kernel: ModuleType) -> None:
    """By the chain rule: slopes of the loss by the code, of the sigmoid that it rounds, and of the projection."""
    model, sampler, words = Model(kernel), make_sampler(sample=0), [1, 2, 3]
    rate, step, size = 1e-4, 1e-5, binary_dbow.LENGTH / np.sqrt(BITS)
    row, contexts = model.rows[1, : model.dim].astype(np.float64), model.contexts[:, : BITS + 1].astype(np.float64)
    projection = model.projection[:, :BITS].astype(np.float64) if model.real else np.eye(BITS)
    before = model.rows.copy(), model.projection.copy()
    model.train([words], [0, 1], rate=rate, sampler=sampler)

    def code_of(e: np.ndarray) -> np.ndarray:
        return np.append(np.where(e >= 0, size, -size), 1.0)

    stream = naive.Stream(naive.mix(7 + naive.mix(naive.GOLDEN)))
    for _ in words:
        stream.bits()  # subsampling
    noise = [[naive.draw_noise(sampler.noise, stream.bits()) for _ in range(5)] for _ in words]

    def loss(code: np.ndarray) -> float:
        scored = [
            (float(code @ contexts[other]), place == 0)
            for word, drawn in zip(words, noise, strict=True)
            for place, other in enumerate([word, *drawn])
            if place == 0 or other != word
        ]
        return sum(naive.pair_loss(score, positive) for score, positive in scored)

    e = row @ projection
    by_code = np.array([(loss(code_of(e) + d) - loss(code_of(e) - d)) / (2 * step) for d in np.eye(BITS + 1) * step])
    by_e = (naive.soft_code(e + step, size) - naive.soft_code(e - step, size)) / (2 * step)
    slope = by_code[:BITS] * by_e * PACE / 2
    moved = (model.rows[1, : model.dim] - before[0][1, : model.dim]) / rate
    np.testing.assert_allclose(-moved, projection @ slope, atol=2e-2)
    if model.real:
        changed = (model.projection - before[1])[:, :BITS] / rate
        np.testing.assert_allclose(-changed, np.outer(row, slope), atol=2e-2)


@pytest.mark.parametrize("kernel", KERNELS)
def test_frozen_matrices_do_not_move_by_one_bit(kernel: ModuleType) -> None:
    model = Model(kernel, frozen=True)
    before, start = (model.contexts.tobytes(), model.projection.tobytes()), model.rows.copy()
    model.train(random_sentences(5), BOUNDS)
    assert (model.contexts.tobytes(), model.projection.tobytes()) == before
    assert (model.rows != start).any(axis=1).tolist() == [False, True, False, True, True, False]


@pytest.mark.parametrize("kernel", KERNELS)
@given(order=st.permutations(range(4)))
@settings(max_examples=5, deadline=None)
def test_a_frozen_document_has_the_same_bits_in_any_company(kernel: ModuleType, order: list[int]) -> None:
    texts = [[sentence] for sentence in ([1, 2, 3, 4], [5, 0, 1], [2], [6, 6, 1, 3, 0])]

    def inferred(chosen: list[int]) -> np.ndarray:
        model = Model(kernel, frozen=True)
        model.rows = np.tile(model.rows[:1], (len(chosen), 1))
        sentences = [sentence for number in chosen for sentence in texts[number]]
        model.train(sentences, list(range(len(chosen) + 1)), first=0, keys=chosen)
        return model.rows

    together = inferred(order)
    for place, number in enumerate(order):
        assert together[place].tobytes() == inferred([number])[0].tobytes()


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize(("sentences", "bounds"), [([], [0, 0]), ([[]], [0, 1]), ([[20, 99]], [0, 1, 1])])
def test_documents_without_known_words_keep_their_rows(
    kernel: ModuleType, sentences: list[list[int]], bounds: list[int]
) -> None:
    model = Model(kernel)
    before = model.rows.tobytes()
    assert model.train(sentences, bounds) == (0.0, 0)
    assert model.rows.tobytes() == before


@pytest.mark.parametrize("bits", [16, 48])
def test_projections_are_products_with_the_projection(bits: int) -> None:
    model = Model(real_binary_dbow, bits=bits)
    rows, stride = model.rows, bits + LANES
    out = np.full((len(rows), stride), 7, np.float32)
    real_binary_dbow.project(
        rows.reshape(-1), rows.shape[1], model.projection.reshape(-1), DIM, out.reshape(-1), stride
    )
    np.testing.assert_allclose(out, rows[:, :DIM] @ model.projection, atol=1e-5)

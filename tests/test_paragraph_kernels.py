"""The kernels of paragraph vectors against their naive twins, numerical slopes, and frozen matrices."""

import itertools
from types import ModuleType
from typing import Any

import naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_training_kernels import as_matrix, make_model, make_sampler, random_sentences, shape_of

from wordvec.kernels import dbow, dbow_alone, dm, windows
from wordvec.kernels.documents import DocumentRows

KERNELS = [dbow, dbow_alone, dm]
BOUNDS = [0, 4, 4, 5, 12]
"""First sentences of four documents, the second of which is empty."""


def document_rows(dim: int, stride: int, number: int = len(BOUNDS) + 2) -> np.ndarray:
    rows = np.zeros((number, stride), np.float32)
    rows[:, :dim] = np.random.default_rng(5).normal(0, 0.5, (number, dim))
    return rows.ravel()


def train(
    kernel: ModuleType,
    model: windows.EmbeddingMatrices,
    sentences: list[list[int]],
    shape: windows.WindowShape,
    rows: np.ndarray,
    bounds: list[int] = BOUNDS,
    rate: float = 0.05,
    first: int = 1,
    keys: list[int] | None = None,
    sampler: windows.Sampler | None = None,
) -> tuple[float, int]:
    ids = np.array([word for sentence in sentences for word in sentence], np.uint32)
    offsets = np.cumsum([0] + [len(sentence) for sentence in sentences]) + 1000
    wider = shape._replace(window=shape.window + 1)
    room = windows.allocate_workspace(len(ids), len(sentences), wider, model.stride)
    numbers = np.array(range(len(bounds) - 1) if keys is None else keys, np.uint64)
    documents = DocumentRows(rows, first, np.array(bounds), numbers)
    with np.errstate(over="ignore"):
        result: tuple[float, int] = kernel.train_piece(
            model, sampler or make_sampler(), shape, room, ids, offsets, documents, np.float32(rate), np.uint64(7)
        )
    return result


def twin_of(kernel: ModuleType) -> Any:
    return {dbow: naive.skipgram_window, dbow_alone: naive.document_window, dm: naive.cbow_window}[kernel]


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize(("negatives", "window", "fixed"), [(5, 5, False), (1, 1, True), (12, 3, False)])
def test_a_trained_piece_equals_its_slow_twin(kernel: ModuleType, negatives: int, window: int, fixed: bool) -> None:
    model, sampler, sentences = make_model(dim=20), make_sampler(), random_sentences(3)
    rows = document_rows(20, model.stride)
    words, contexts, documents = (as_matrix(flat, model) for flat in (model.words, model.contexts, rows))
    loss, pairs = train(kernel, model, sentences, shape_of(window, fixed, negatives), rows)
    expected = naive.train_documents(
        twin_of(kernel), words, contexts, documents[1:], [sentences[a:b] for a, b in itertools.pairwise(BOUNDS)],
        sampler.keep, sampler.noise, window, negatives, 0.05, 7, fixed, windows=kernel is not dbow_alone,
    )  # fmt: skip
    assert pairs == expected[1] > 50
    assert loss == pytest.approx(expected[0], rel=1e-4)
    np.testing.assert_allclose(as_matrix(model.words, model)[:-1], words[:-1], atol=2e-5)
    np.testing.assert_allclose(as_matrix(model.contexts, model), contexts, atol=2e-5)
    np.testing.assert_allclose(as_matrix(rows, model), documents, atol=2e-5)


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_change_of_a_document_row_is_the_slope_of_the_loss(kernel: ModuleType) -> None:
    sentence, shape, sampler = [[1, 2, 3]], shape_of(2, True, 2)._replace(pace=0.0), make_sampler(sample=0)
    rate, step = 1e-4, 1e-2

    def trained(rate: float, matrix: int, place: int, change: float) -> tuple[float, list[np.ndarray]]:
        model = make_model(dim=8)
        every = [model.words, model.contexts, document_rows(8, model.stride)]
        every[matrix][place] += change
        return train(kernel, model, sentence, shape, every[2], [0, 1], rate, sampler=sampler)[0], every

    before, after = trained(1e-30, 0, 0, 0)[1], trained(rate, 0, 0, 0)[1]
    for matrix in (0, 1, 2):
        for place in (16, 19, 16 * 3 + 7):  # rows 1 and 3; of the documents only row 1 is trained
            slope = (trained(1e-30, matrix, place, step)[0] - trained(1e-30, matrix, place, -step)[0]) / (2 * step)
            moved = (float(after[matrix][place]) - float(before[matrix][place])) / rate
            assert -moved == pytest.approx(slope, abs=1e-2), (matrix, place)


@pytest.mark.parametrize("kernel", [dbow_alone, dm])
def test_frozen_matrices_do_not_move_by_one_bit(kernel: ModuleType) -> None:
    model = make_model(dim=20, frozen=True)
    size, rows = len(model.words) - model.stride, document_rows(20, model.stride)
    before, start = (model.words[:size].tobytes(), model.contexts.tobytes()), rows.copy()
    train(kernel, model, random_sentences(5), shape_of(5, False, 5), rows)
    assert (model.words[:size].tobytes(), model.contexts.tobytes()) == before
    changed = (rows != start).reshape(-1, model.stride).any(1)
    assert changed.tolist() == [False, True, False, True, True, False, False]


@pytest.mark.parametrize("kernel", [dbow_alone, dm])
@given(order=st.permutations(range(4)))
@settings(max_examples=5, deadline=None)
def test_a_frozen_document_has_the_same_bits_in_any_company(kernel: ModuleType, order: list[int]) -> None:
    texts = [[sentence] for sentence in ([1, 2, 3, 4], [5, 0, 1], [2], [6, 6, 1, 3, 0])]

    def inferred(chosen: list[int]) -> np.ndarray:
        model = make_model(dim=20, frozen=True)
        rows = np.tile(document_rows(20, model.stride, 1), len(chosen))
        sentences = [sentence for number in chosen for sentence in texts[number]]
        bounds = list(range(len(chosen) + 1))
        train(kernel, model, sentences, shape_of(2, False, 5), rows, bounds, first=0, keys=chosen)
        return rows.reshape(len(chosen), -1)

    together = inferred(order)
    for place, number in enumerate(order):
        assert together[place].tobytes() == inferred([number])[0].tobytes()


@pytest.mark.parametrize("kernel", [dbow, dbow_alone])
def test_a_document_of_one_word_is_trained(kernel: ModuleType) -> None:
    model = make_model(dim=16)
    rows = document_rows(16, model.stride)
    before = rows.copy()
    _, pairs = train(kernel, model, [[3]], shape_of(5, False, 5), rows, [0, 1], sampler=make_sampler(sample=0))
    assert 1 <= pairs <= 6
    assert (rows[model.stride : 2 * model.stride] != before[model.stride : 2 * model.stride]).all()


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize(("sentences", "bounds"), [([], [0, 0]), ([[]], [0, 1]), ([[20, 99]], [0, 1, 1])])
def test_documents_without_known_words_keep_their_rows(
    kernel: ModuleType, sentences: list[list[int]], bounds: list[int]
) -> None:
    model = make_model(dim=16)
    rows = document_rows(16, model.stride)
    before = rows.tobytes()
    assert train(kernel, model, sentences, shape_of(5, False, 5), rows, bounds) == (0.0, 0)
    assert rows.tobytes() == before

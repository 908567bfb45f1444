"""Transforms of Vectors in memory give what a conversion of their file gives."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from wordvec import Vectors
from wordvec.errors import SettingsError
from wordvec.subwords import Subwords
from wordvec.transforms import first, lowercased, reduced, rounded
from wordvec.transforms.conversion import convert
from wordvec.transforms.settings import Conversion


@pytest.fixture
def vectors() -> Vectors:
    """Make six words of dim 4 with counts, one of them without a vector."""
    matrix = np.random.default_rng(2).standard_normal((6, 4)).astype(np.float32)
    matrix[4] = 0
    return Vectors(["The", "the", "River", "THE", "river", "tea"], matrix, [60, 50, 40, 30, 20, 10], {"method": "none"})


@pytest.mark.parametrize(
    ("transform", "conversion"),
    [
        (lambda vectors: first(vectors, 3), Conversion(top=3)),
        (lowercased, Conversion(lowercase=True)),
        (lambda vectors: lowercased(vectors, merge="mean"), Conversion(lowercase=True, merge="mean")),
        (lambda vectors: lowercased(vectors, "turkish"), Conversion(lowercase="turkish")),
        (lambda vectors: reduced(vectors, 2), Conversion(dim=2)),
        (lambda vectors: rounded(vectors, 3), Conversion(precision=3)),
    ],
)
def test_a_transform_gives_the_bits_of_a_conversion(
    vectors: Vectors, transform: Callable[[Vectors], Vectors], conversion: Conversion, tmp_path: Path
) -> None:
    before = vectors.matrix.copy()
    found = transform(vectors)
    vectors.save(tmp_path / "in.bin")
    convert(tmp_path / "in.bin", tmp_path / "out.bin", conversion)
    expected = Vectors.load(tmp_path / "out.bin")
    assert found.words == expected.words
    assert found.matrix.tobytes() == expected.matrix.tobytes()
    assert found.counts is not None
    assert expected.counts is not None
    assert found.counts.tolist() == expected.counts.tolist()
    np.testing.assert_array_equal(vectors.matrix, before)


def test_each_transform_adds_a_step_to_the_history(vectors: Vectors) -> None:
    found = rounded(lowercased(first(reduced(vectors, 4), 3)), 5)
    assert json.loads(json.dumps(found.metadata)) == {
        "method": "none",
        "history": [
            {"step": "reduced", "dim": 4, "variance": 1.0},
            {"step": "first", "top": 3},
            {"step": "lowercased", "lowercase": True, "merge": "first"},
            {"step": "rounded", "precision": 5},
        ],
    }
    assert vectors.metadata == {"method": "none"}


def test_subwords_are_projected_with_the_words(vectors: Vectors) -> None:
    table = Subwords(np.random.default_rng(3).standard_normal((100, 4)).astype(np.float32), 3, 6)
    both = Vectors([*vectors.words, "unseen"], [*vectors.matrix, table.means(["unseen"]).vectors[0]], subwords=table)
    found = reduced(both, 3)
    assert found.subwords is not None
    made = found.subwords.vector("unseen")
    np.testing.assert_allclose(made, found["unseen"], atol=1e-5)


def test_contexts_stay_only_where_they_still_belong_to_the_words(vectors: Vectors) -> None:
    contexts = Vectors(vectors.words, vectors.matrix[::-1])
    both = Vectors(vectors.words, vectors.matrix, vectors.counts, contexts=contexts)
    kept = first(both, 2).contexts
    assert kept is not None
    np.testing.assert_array_equal(kept.matrix, contexts.matrix[:2])
    assert rounded(both, 3).contexts is contexts
    assert reduced(both, 2).contexts is None
    assert lowercased(both).contexts is None


@pytest.mark.parametrize(
    ("transform", "message"),
    [
        (lambda vectors: first(vectors, 0), "top 0: must be at least 1"),
        (lambda vectors: reduced(vectors, 5), "dim 5: must be at most the dim of the vectors, 4"),
        (lambda vectors: reduced(vectors, 2.5), "dim 2.5: expected an integer"),
        (lambda vectors: rounded(vectors, 10), "precision 10: must be at most 9"),
        (lambda vectors: lowercased(vectors, merge="sum"), "merge sum: choose one of first, mean"),
    ],
)
def test_settings_out_of_range_are_refused_by_name(
    vectors: Vectors, transform: Callable[[Vectors], Vectors], message: str
) -> None:
    with pytest.raises(SettingsError) as error:
        transform(vectors)
    assert str(error.value) == message


def test_a_path_is_no_vectors() -> None:
    with pytest.raises(TypeError, match=r"use Vectors.load\('corpus.vec'\)"):
        reduced("corpus.vec", 2)  # type: ignore[arg-type]

"""Mappings: two sides that meet, kept exactly on disk, turned round and put one after another."""

import contextlib
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ortho_group

from wordvec import Vectors
from wordvec.alignment import Anchors, Linear, Mapping, Procrustes, from_dictionary, identical, read_dictionary
from wordvec.alignment.normalise import Normalisation
from wordvec.alignment.side import Side
from wordvec.errors import InputError, OutputError, SettingsError

DIM = 6


def vectors(seed: int = 1, words: int = 40, dim: int = DIM) -> Vectors:
    draw = np.random.default_rng(seed)
    return Vectors([f"w{number}" for number in range(words)], draw.standard_normal((words, dim)) + 0.5)


def whole(seed: int = 1) -> Mapping:
    """Return a mapping that centres and moves both sides."""
    draw = np.random.default_rng(seed)
    sides = (
        Side(Normalisation.of(draw.standard_normal((30, DIM)) + 1, "unit,center,unit"), draw.standard_normal((DIM, 4)))
        for _ in range(2)
    )
    return Mapping(next(sides), next(sides), {"method": "test", "settings": {"n": 1}})


def same(one: Mapping, other: Mapping) -> bool:
    return all(
        mine.normalisation.steps == theirs.normalisation.steps
        and all(map(np.array_equal, mine.normalisation.means, theirs.normalisation.means))
        and np.array_equal(mine.matrix, theirs.matrix)
        for mine, theirs in ((one.source, other.source), (one.target, other.target))
    )


def test_a_saved_mapping_is_the_same_to_the_last_bit(tmp_path: Path) -> None:
    mapping = whole()
    mapping.save(tmp_path / "m.npz")
    again = Mapping.load(tmp_path / "m.npz")
    assert same(mapping, again)
    assert again.record == mapping.record
    with pytest.raises(OutputError, match="exists already"):
        mapping.save(tmp_path / "m.npz")
    before = (tmp_path / "m.npz").read_bytes()
    mapping.save(tmp_path / "m.npz", overwrite=True)
    assert (tmp_path / "m.npz").read_bytes() == before


def test_text_holds_the_transpose_as_fasttext_writes_it(tmp_path: Path) -> None:
    mapping = Mapping.of(np.array([[1.0, 2.0], [3.0, 1 / 3]]), "unit")
    mapping.save(tmp_path / "m.txt")
    assert (tmp_path / "m.txt").read_text() == "2 2\n1.0 3.0\n2.0 0.3333333333333333\n"
    assert np.array_equal(Mapping.load(tmp_path / "m.txt").matrix, mapping.matrix)
    np.savetxt(tmp_path / "bare.txt", mapping.matrix.T, fmt="%.17g")
    assert np.array_equal(Mapping.load(tmp_path / "bare.txt").matrix, mapping.matrix)
    with pytest.raises(SettingsError, match=r"maps the target; name it \.npz"):
        whole().save(tmp_path / "w.txt")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "no matrix found"),
        (b"1 2\n3 x\n", "line 2: expected numbers only"),
        (b"3 3\n1 2 3\n1 2 3\n", "its first line says 3 rows, but there are 2"),
        (b"2 3\n1 2 3\n1 2\n", "line 3: expected 3 numbers, as in other rows, found 2"),
        (b"1 2\nnan 1\n", "holds NaN or infinity"),
        (b"1 2 3\n4 5 6\n", "2 rows of 3 numbers, and no first line that says so; is it cut short"),
        (b"1 2 3\n4 5\n", "line 2: expected 3 numbers, as in other rows, found 2"),
        (b"3 4\nthe .1 .2 .3\n" * 2, "line 2: expected numbers only"),
        (b"PK\x03\x04 something", "a zip archive, damaged or truncated"),
    ],
)
def test_a_damaged_mapping_is_an_error(tmp_path: Path, text: bytes, message: str) -> None:
    path = tmp_path / "m"
    path.write_bytes(text)
    with pytest.raises(InputError, match=message):
        Mapping.load(path)


def test_a_matrix_with_its_size_need_not_be_square(tmp_path: Path) -> None:
    (tmp_path / "m").write_bytes(b"2 3\n\n1 2 3\r\n4 5 6\n")
    assert Mapping.load(tmp_path / "m").matrix.tolist() == [[1, 4], [2, 5], [3, 6]]


@pytest.mark.parametrize("packed", [False, True])
def test_wherever_an_archive_is_damaged_it_is_one_error(tmp_path: Path, packed: bool) -> None:
    path, draw = tmp_path / "m.npz", np.random.default_rng(1)
    whole().save(path)
    if packed:
        with np.load(path) as arrays:
            np.savez_compressed(path, allow_pickle=False, **dict(arrays))
    good = path.read_bytes()
    for _ in range(400):
        damaged = bytearray(good)
        damaged[draw.integers(len(good))] = draw.integers(256)
        path.write_bytes(damaged[: draw.choice([len(good), draw.integers(len(good))])])
        with contextlib.suppress(InputError):
            Mapping.load(path)


def test_another_archive_is_no_mapping(tmp_path: Path) -> None:
    np.savez(tmp_path / "other.npz", matrix=np.eye(3))
    with pytest.raises(InputError, match="not a mapping of wordvec align"):
        Mapping.load(tmp_path / "other.npz")
    with pytest.raises(InputError, match="cannot be read"):
        Mapping.load(tmp_path / "none.npz")


@pytest.mark.skipif("WORDVEC_DATA" not in os.environ, reason="WORDVEC_DATA is not set: no published matrices")
def test_published_matrices_are_told_orthogonal_from_not() -> None:
    folder = Path(os.environ["WORDVEC_DATA"], "bilingual", "alignment_matrices")
    spanish, chinese = (Mapping.load(folder / f"wiki.{pair}.300-ex1.vec-mat") for pair in ("en-es", "zh-en"))
    assert spanish.matrix.shape == chinese.matrix.shape == (300, 300)
    assert (spanish.orthogonal, chinese.orthogonal) == (False, True)


def test_rows_are_moved_in_blocks_as_one_by_one() -> None:
    mapping, many = whole(), vectors(words=9_000)
    moved = mapping.apply(many)
    assert moved.matrix.shape == (9_000, 4)
    for row in (0, 8_191, 8_192, 8_999):
        alone = mapping.source.rows(many.matrix[row : row + 1])[0]
        assert moved.matrix[row] == pytest.approx(alone, rel=1e-6)
    step = {"step": "align", "side": "source", "space": "common", "moves_target": True}
    assert moved.metadata["history"][-1] == step | mapping.record
    assert mapping.apply_to_target(many).metadata["history"][-1]["side"] == "target"


def test_vectors_that_cannot_be_mapped_are_an_error() -> None:
    with pytest.raises(InputError, match="the vectors have dim 5, and the mapping takes dim 6"):
        whole().apply(vectors(dim=5))
    bad = vectors()
    bad.matrix[7, 2] = np.nan
    with pytest.raises(InputError, match="w7: its vector holds NaN or infinity"):
        whole().apply(bad)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(["", "unit", "center", "unit,center,unit"]))
def test_an_inverted_mapping_brings_the_target_to_the_source(seed: int, steps: str) -> None:
    draw = np.random.default_rng(seed)
    source = vectors(seed)
    target = Vectors(source.words, source.matrix @ ortho_group.rvs(DIM, random_state=draw))
    mapping = Procrustes(steps=steps).fit(source, target, identical(source, target))
    back = mapping.inverted()
    assert back.apply(target).matrix == pytest.approx(back.apply_to_target(source).matrix, abs=1e-4)
    assert same(back.inverted(), mapping) or back.inverted().matrix == pytest.approx(mapping.matrix, abs=1e-9)


def test_mappings_put_one_after_another_go_over_a_pivot() -> None:
    draw = np.random.default_rng(3)
    first = vectors(1)
    pivot, last = (Vectors(first.words, first.matrix @ ortho_group.rvs(DIM, random_state=draw)) for _ in range(2))
    to_pivot = Procrustes().fit(first, pivot, identical(first, pivot))
    onwards = Procrustes().fit(pivot, last, identical(pivot, last))
    both = to_pivot.then(onwards)
    assert both.apply(first).matrix == pytest.approx(both.apply_to_target(last).matrix, abs=1e-5)
    other = Vectors(pivot.words[:20], pivot.matrix[:20])
    with pytest.raises(InputError, match="the two mappings centre the space in the middle differently"):
        to_pivot.then(Procrustes().fit(other, last, identical(other, last)))
    with pytest.raises(InputError, match="ends in dim 6, and the second begins with dim 2"):
        to_pivot.then(Mapping.of(np.eye(2)))


def test_rows_that_become_too_long_are_an_error() -> None:
    for factor in (1e300, 1e308):
        with pytest.raises(InputError, match="w0: its mapped vector exceeds what float32 holds"):
            Mapping.of(np.full((DIM, DIM), factor)).apply(vectors())


def test_what_has_no_inverse_is_an_error() -> None:
    with pytest.raises(InputError, match="the mapping has a singular matrix, which has no inverse"):
        Mapping.of(np.ones((3, 3))).inverted()
    with pytest.raises(InputError, match="a matrix of 3 x 2, which has no inverse"):
        Mapping.of(np.ones((3, 2))).inverted()
    with pytest.raises(SettingsError, match="steps: center needs the means of a space"):
        Mapping.of(np.eye(3), "unit,center")


def test_a_dictionary_is_lines_of_two_words(tmp_path: Path) -> None:
    path = tmp_path / "pairs.txt"
    path.write_bytes("\ufeffhund dog\r\n\r\nkatze\tcat\t0.5\nhund dog\nle chat\tthe cat\n".encode())
    assert read_dictionary(path) == [("hund", "dog"), ("katze", "cat"), ("le chat", "the cat")]
    path.write_bytes("hund dog\t\r\t le chat \t the cat\r\u00a0\tblank".encode())
    assert read_dictionary(path) == [("hund", "dog"), ("le chat", "the cat"), ("\u00a0", "blank")]
    bad = {
        b"hund dog big\n": "line 1: expected two words",
        b"hund\t\tdog\n": "line 1: expected two words",
        b"a\0b c\n": "holds NUL characters, so it is no text",
        b"\n": "no pair of words found",
        b"a b\n\xff\n": "line 2: is not UTF-8",
    }
    for text, message in bad.items():
        path.write_bytes(text)
        with pytest.raises(InputError, match=message):
            read_dictionary(path)


def test_anchors_say_what_was_missing_on_which_side() -> None:
    source, target = Vectors(["a", "b", "c"], np.eye(3)), Vectors(["x", "y", "a"], np.eye(3))
    found = from_dictionary([("a", "y"), ("q", "x"), ("c", "x"), ("c", "z"), ("a", "y")], source, target, name="d.txt")
    assert (found.source.tolist(), found.target.tolist()) == ([0, 2], [1, 0])
    assert found.record == {
        "dictionary": "d.txt", "pairs": 4, "covered": 2, "covered_if_swapped": 0,
        "missing_in_source": 1, "missing_in_target": 1,
    }  # fmt: skip
    assert len(from_dictionary([("a", "y"), ("c", "x")], source, target, cutoff=2)) == 1
    message = (
        "d.txt: none of its 2 pairs is covered; the source lacks 1 of its 2 words on the left, the target 2 of its 2"
    )
    with pytest.raises(InputError, match=message):
        from_dictionary([("a", "q"), ("q", "r")], source, target, name="d.txt")
    with pytest.raises(InputError, match="order and case, or look at more than the first 1 words"):
        from_dictionary([("b", "y")], source, target, cutoff=1)


def test_words_spelt_alike_are_anchors_by_rank_and_count() -> None:
    source = Vectors(["a", "b", "c"], np.eye(3), [9, 5, 1])
    target = Vectors(["c", "z", "b", "a"], np.eye(4)[:, :3] + 1, [9, 8, 7, 2])
    found = identical(source, target)
    assert (found.source.tolist(), found.target.tolist()) == ([2, 1, 0], [0, 2, 3])
    assert identical(source, target, cutoff=3).source.tolist() == [2, 1]
    assert identical(source, target, min_count=5).source.tolist() == [1]
    with pytest.raises(InputError, match="no word is spelt alike in both, of 1 and 1; give a dictionary"):
        identical(source, target, cutoff=1)
    with pytest.raises(SettingsError, match=r"the \.vocab file is missing"):
        identical(source, Vectors(target.words, target.matrix), min_count=2)


def test_least_squares_is_exact_where_a_matrix_is() -> None:
    source, bent = vectors(), np.random.default_rng(2).standard_normal((DIM, DIM))
    target = Vectors(source.words, source.matrix @ bent)
    mapping = Linear(steps="").fit(source, target, identical(source, target))
    assert mapping.matrix == pytest.approx(bent, abs=1e-5)
    assert not mapping.orthogonal
    few = Anchors(np.arange(4), np.arange(4), {})
    with pytest.raises(
        InputError,
        match="singular: the 4 pairs span 4 of the 6 dimensions of the source; give more pairs, or use vecmap",
    ):
        Linear(steps="").fit(source, target, few)


def test_spaces_that_do_not_fit_are_an_error() -> None:
    anchors = Anchors(np.arange(3), np.arange(3), {})
    with pytest.raises(InputError, match="the source has dim 6 and the target dim 5"):
        Procrustes().fit(vectors(), vectors(dim=5), anchors)
    bad = vectors()
    bad.matrix[3, 0] = np.inf
    with pytest.raises(InputError, match="w3: its vector in the target holds NaN or infinity"):
        Procrustes().fit(vectors(), bad, anchors)
    with pytest.raises(SettingsError, match="whiten: unknown step"):
        Procrustes(steps="whiten")

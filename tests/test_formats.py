"""What every vector format promises, and what the plain ones do beyond."""

import contextlib
import json
import os
import random
import struct
import subprocess
import sys
import warnings
import zipfile
from importlib.util import find_spec
from pathlib import Path

import naive
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from wordvec import Vectors, formats
from wordvec.errors import InputError, OutputError, SettingsError
from wordvec.formats import FORMATS, Plain
from wordvec.formats.common.reading import Reading, Scratch
from wordvec.kernels.binary_rows import join_rows, split_rows
from wordvec.subwords import Subwords

needs_data = pytest.mark.skipif("WORDVEC_DATA" not in os.environ, reason="WORDVEC_DATA names no folder of real data")
REAL = Path(os.environ.get("WORDVEC_DATA", "")) / "vector_files"

leaves_files_open = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
"""As gensim does with ``no_header``."""

SAFE_WORDS = st.lists(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1), min_size=1, unique=True
)
"""Hostile, and still sound: combining marks, joiners, byte-order marks, digits, other planes."""
ANY_WORDS = st.lists(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\0"), min_size=1), min_size=1, unique=True
)

WRITABLE = [name for name, format in FORMATS.items() if format.writable]
WITHOUT_NGRAMS = [name for name in WRITABLE if name not in ("fasttext", "floret")]
"""Formats that give back exactly what they are given."""
ANY = ["npz", "parquet", "gensim", "histwords", "vectors"]
"""Formats that are no text, and hold any words."""
TRUSTED = Reading(trust_pickle=True)


def some(rows: int = 60, dim: int = 7, seed: int = 3) -> Plain:
    matrix = np.random.default_rng(seed).normal(0, 0.3, (rows, dim)).astype(np.float32)
    counts = np.arange(rows, 0, -1, dtype=np.int64)
    return Plain([f"word{row}" for row in range(rows)], matrix, counts, {"method": "none", "seed": seed})


def at(folder: Path, name: str) -> Path:
    """A path that means a format."""
    if package := {"parquet": "pyarrow", "spacy": "spacy"}.get(name):
        pytest.importorskip(package, reason=f"{package} is not installed")
    return folder / f"a{FORMATS[name].extension}"


def numbers_for(words: list[str], dim: int = 3) -> NDArray[np.float32]:
    return np.random.default_rng(len(words)).normal(size=(len(words), dim)).astype(np.float32)


def file_of(folder: Path, content: bytes, name: str) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def message(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        formats.load(path)
    assert "\n" not in str(caught.value)
    return str(caught.value).replace(f"{path.parent}/", "")


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Some bytes changed, left out or put in."""
    damaged = bytearray(content)
    for _ in range(chance.choice([1, 1, 2, 8])):
        begin, end = chance.randrange(len(damaged) + 1), chance.choice([0, 1, 4, 100])
        damaged[begin : begin + end] = chance.randbytes(chance.choice([0, 1, 1, 4]))
    return bytes(damaged)


def assert_same(one: Plain, other: Plain) -> None:
    assert list(one.words) == list(other.words)
    np.testing.assert_array_equal(
        np.ascontiguousarray(one.matrix).view(np.int32), np.ascontiguousarray(other.matrix).view(np.int32)
    )
    assert (one.counts is None) == (other.counts is None)
    if one.counts is not None and other.counts is not None:
        np.testing.assert_array_equal(one.counts, other.counts)
    assert one.metadata == other.metadata


@pytest.mark.parametrize("name", WITHOUT_NGRAMS)
class TestEveryFormat:
    def test_words_numbers_counts_and_metadata_come_back(self, name: str, tmp_path: Path) -> None:
        path = at(tmp_path, name)
        formats.save(some(), path)
        assert formats.detect(path) == name
        assert_same(formats.load(path, reading=TRUSTED), some())

    def test_the_format_is_detected_from_the_contents_whatever_the_name(self, name: str, tmp_path: Path) -> None:
        at(tmp_path, name)
        if name == "histwords":
            pytest.skip("a pair is told by both names")
        formats.save(some(), tmp_path / "a.data", format=name)
        assert formats.detect(tmp_path / "a.data") == name
        assert list(formats.load(tmp_path / "a.data", reading=TRUSTED).words) == some().words

    def test_vectors_without_counts_stay_without(self, name: str, tmp_path: Path) -> None:
        formats.save(some()._replace(counts=None), at(tmp_path, name))
        assert formats.load(at(tmp_path, name), reading=TRUSTED).counts is None

    def test_a_limit_reads_the_first_rows(self, name: str, tmp_path: Path) -> None:
        formats.save(some(), at(tmp_path, name))
        got = formats.load(at(tmp_path, name), reading=TRUSTED._replace(limit=5))
        first = Plain(some().words[:5], some().matrix[:5], np.arange(60, 55, -1), some().metadata)
        assert_same(got, first)
        assert len(formats.load(at(tmp_path, name), reading=TRUSTED._replace(limit=500)).words) == 60

    def test_rows_of_a_padded_matrix_are_written_as_they_are(self, name: str, tmp_path: Path) -> None:
        padded = some(60, 16).matrix[:, :7]
        formats.save(some()._replace(matrix=padded), at(tmp_path, name))
        np.testing.assert_array_equal(formats.load(at(tmp_path, name), reading=TRUSTED).matrix, padded)

    def test_a_matrix_can_go_to_disk(self, name: str, tmp_path: Path) -> None:
        formats.save(some(), at(tmp_path, name))
        scratch = Scratch(tmp_path / "scratch", 100)
        got = formats.load(at(tmp_path, name), reading=TRUSTED._replace(allocate=scratch.allocate))
        assert_same(got, some())

    def test_nothing_is_overwritten_unless_asked_for(self, name: str, tmp_path: Path) -> None:
        path = at(tmp_path, name)
        formats.save(some(), path)
        with pytest.raises(OutputError, match="exists already"):
            formats.save(some(seed=4), path)
        assert_same(formats.load(path, reading=TRUSTED), some())
        formats.save(some(seed=4), path, overwrite=True)
        assert_same(formats.load(path, reading=TRUSTED), some(seed=4))

    def test_a_number_that_is_not_finite_is_not_written(self, name: str, tmp_path: Path) -> None:
        matrix = some().matrix.copy()
        matrix[33, 2] = np.nan
        with pytest.raises(InputError, match="word33: its vector holds NaN or infinity"):
            formats.save(some()._replace(matrix=matrix), at(tmp_path, name))
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("words", [["a", "b", "a"], ["a", "", "b"], ["a", "b\udc80", "c"]])
    def test_repeated_empty_and_broken_words_are_not_written(self, name: str, words: list[str], tmp_path: Path) -> None:
        with pytest.raises(InputError):
            formats.save(Plain(words, numbers_for(words), None, {}), at(tmp_path, name))
        assert list(tmp_path.iterdir()) == []

    def test_any_sound_words_come_back(self, name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
        path = at(tmp_path_factory.mktemp("any"), name)

        @settings(max_examples=3 if name == "spacy" else 40, deadline=None)  # spaCy's command takes seconds
        @given(SAFE_WORDS)
        def come_back(words: list[str]) -> None:
            assume(name != "glove" or not words[0].startswith("\ufeff"))
            made = Plain(words, numbers_for(words), None, {})
            formats.save(made, path, overwrite=True)
            assert_same(formats.load(path, format=name, reading=TRUSTED), made)

        come_back()

    @pytest.mark.filterwarnings("ignore::UserWarning")
    def test_a_file_cut_anywhere_is_no_traceback(self, name: str, tmp_path: Path) -> None:
        path = at(tmp_path, name)
        formats.save(some(12, 4), path)
        for part in [part for part in tmp_path.rglob("*") if part.is_file()]:
            content = part.read_bytes()
            for keep in range(0, len(content), max(1, len(content) // 12)):
                part.write_bytes(content[:keep])
                # What is lost can be a configuration, a sentence of text, or padding, so not all fail.
                with contextlib.suppress(InputError):
                    formats.load(path, format=name, reading=TRUSTED)
            part.write_bytes(content)

    def test_damaged_bytes_are_no_traceback(self, name: str, tmp_path: Path) -> None:
        path, chance = at(tmp_path, name), random.Random(5)
        formats.save(some(6, 3), path)
        parts = [part for part in sorted(tmp_path.rglob("*")) if part.is_file()]
        whole = {part: part.read_bytes() for part in parts}
        for _ in range(150 if name != "gensim" else 0):  # whose pickle does what it likes
            part = chance.choice(parts)
            part.write_bytes(mutated(whole[part], chance))
            with contextlib.suppress(InputError), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                formats.load(path)
            part.write_bytes(whole[part])

    def test_vectors_load_and_save_go_through_it(self, name: str, tmp_path: Path) -> None:
        vectors = Vectors(["north", "south", "tea"], [[1, 0], [-1, 0.1], [0, 1]])
        vectors.save(at(tmp_path, name))
        assert Vectors.load(at(tmp_path, name), trust_pickle=True).nearest("south", 1) == vectors.nearest("south", 1)


@pytest.mark.parametrize("name", ANY)
def test_formats_that_are_no_text_hold_any_words(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = at(tmp_path_factory.mktemp("any"), name)

    @settings(max_examples=40, deadline=None)
    @given(ANY_WORDS)
    def come_back(words: list[str]) -> None:
        made = Plain(words, numbers_for(words), None, {})
        formats.save(made, path, overwrite=True)
        assert_same(formats.load(path, reading=TRUSTED), made)

    come_back()


def test_from_every_format_to_every_other_nothing_is_lost(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("pairs")
    missing = {name for name, package in (("parquet", "pyarrow"), ("spacy", "spacy")) if not find_spec(package)}
    names = [name for name in WRITABLE if name not in {"floret", "spacy"} | missing]
    # If a binary file's only row has numbers of unusual sizes, a blank in their bytes can be taken for one in the word.
    sizes = st.floats(2.0**-30, 2.0**19, width=32)
    floats = st.just(0.0) | sizes | sizes.map(lambda size: -size)

    @settings(max_examples=3, deadline=None)  # each of a hundred pairs of formats
    @given(SAFE_WORDS, st.integers(2, 5), st.booleans(), st.data())
    def nothing_is_lost(words: list[str], dim: int, counted: bool, data: st.DataObject) -> None:
        assume(not words[0].startswith("\ufeff"))
        numbers = data.draw(st.lists(floats, min_size=len(words) * dim, max_size=len(words) * dim))
        # fastText has a count for every word.
        counts = np.arange(len(words), 0, -1)
        made = Plain(words, np.array(numbers, np.float32).reshape(-1, dim), counts, {"made": words[0]})
        for first in names:
            formats.save(made, at(folder, first), format=first, overwrite=True)
            between = formats.load(at(folder, first), format=first, reading=TRUSTED)
            for second in names:
                path = folder / f"b{FORMATS[second].extension}"
                formats.save(between if counted else between._replace(counts=None), path, overwrite=True)
                got = formats.load(path, reading=TRUSTED)
                assert_same(got if counted else got._replace(counts=counts), made)

    nothing_is_lost()


class TestNames:
    def test_the_longest_extension_selects_the_format(self) -> None:
        assert formats.output_format(Path("a.bin")) == "word2vec-binary"
        assert formats.output_format(Path("a.bin.gz")) == "word2vec-binary"
        assert formats.output_format(Path("a.bin"), "glove") == "glove"

    def test_what_cannot_be_compressed_is_not(self, tmp_path: Path) -> None:
        with pytest.raises(SettingsError, match=r"a\.npz\.gz: the format npz cannot be compressed; remove \.gz"):
            formats.save(some(), tmp_path / "a.npz.gz")

    def test_several_formats_of_the_same_vectors_can_be_side_by_side(self, tmp_path: Path) -> None:
        for ending in (".vec", ".bin", ".txt"):
            formats.save(some(), tmp_path / f"a{ending}")
            assert_same(formats.load(tmp_path / f"a{ending}"), some())

    def test_outputs_are_all_that_is_written(self, tmp_path: Path) -> None:
        for name in WITHOUT_NGRAMS:
            if name in ("parquet", "spacy"):
                continue
            (tmp_path / name).mkdir()
            formats.save(some(), at(tmp_path / name, name))
            made = {at(tmp_path / name, name), *(tmp_path / name).glob("*")}
            assert set(formats.outputs(at(tmp_path / name, name))) >= made

    def test_extensions_are_unique(self) -> None:
        extensions = [format.extension for format in FORMATS.values()]
        assert len(set(extensions)) == len(extensions)


class TestBinary:
    def test_the_bytes_are_those_of_word2vec(self, tmp_path: Path) -> None:
        formats.save(Plain(["the", "naïve"], np.array([[0.5, -1], [2, 3]], np.float32), None, {}), tmp_path / "a.bin")
        expected = b"2 2\nthe " + struct.pack("<2f", 0.5, -1) + b"\nna\xc3\xafve " + struct.pack("<2f", 2, 3) + b"\n"
        assert (tmp_path / "a.bin").read_bytes() == expected

    @settings(deadline=None)
    @given(SAFE_WORDS, st.integers(1, 5), st.booleans(), st.integers(0, 30))
    def test_kernels_do_what_the_twins_do(self, words: list[str], dim: int, newline: bool, missing: int) -> None:
        rows = numbers_for(words, dim).view(np.uint8)
        content = naive.binary_rows([word.encode() for word in words], rows, newline)
        whole = content[: len(content) - missing]
        got, packed = np.zeros_like(rows), np.zeros(len(whole) + 1, np.uint8)
        count, used, end = split_rows(np.frombuffer(whole, np.uint8), got, packed)
        expected, expected_used = naive.split_binary_rows(whole, rows.shape[1], len(words))
        assert (count, used) == (len(expected), expected_used)
        assert packed[:end].tobytes() == b"".join(word + b" " for word, _ in expected)
        assert got[:count].tobytes() == b"".join(row for _, row in expected)
        out = np.zeros(len(content) + len(words), np.uint8)
        joined = np.frombuffer("".join(f"{word} " for word in words).encode(), np.uint8)
        assert out[: join_rows(joined, rows, out)].tobytes() == naive.binary_rows(
            [word.encode() for word in words], rows, True
        )

    def test_a_file_of_many_blocks_comes_back_in_order(self, tmp_path: Path) -> None:
        formats.save(some(9000, 100), tmp_path / "a.bin")
        assert_same(formats.load(tmp_path / "a.bin"), some(9000, 100))

    def test_of_rows_with_one_word_the_first_is_kept(self, tmp_path: Path) -> None:
        rows = np.arange(3, dtype=np.float32)[:, None].view(np.uint8)
        path = file_of(tmp_path, b"3 1\n" + naive.binary_rows([b"a", b"b", b"a"], rows, True), "a.bin")
        with pytest.warns(UserWarning, match="1 rows repeat an earlier word"):
            got = formats.load(path)
        assert (got.words, got.matrix.tolist()) == (["a", "b"], [[0], [1]])

    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            (b"999999999 300\nthe \x00\x01", "the header says 999999999 rows, of at least 1201 bytes each"),
            (b"2 1\na \x00\x00\x80\x3f\nbcde \x00\x00", "the header says 2 rows, but there are 1 whole ones"),
            (b"1 1\na \x00\x00\x80\x3fb \x00\x00\x80\x3f", "the header says 1 rows, but more follows"),
            (b"1 1\na\xff \x00\x00\x80\x3f\n", r"b'a\xff': the word is not valid UTF-8"),
            (b"1 1\na \x00\x00\x80\x7f\n", "a: its vector holds NaN or infinity"),
            (b"1 1\n \x00\x00\x80\x3f\n", "row 1 has an empty word"),
        ],
    )
    def test_a_damaged_file_is_one_clear_line(self, content: bytes, expected: str, tmp_path: Path) -> None:
        assert message(file_of(tmp_path, content, "a.bin")).startswith(f"a.bin: {expected}")

    def test_gensim_reads_what_we_write_and_we_read_what_it_writes(self, tmp_path: Path) -> None:
        from gensim.models import KeyedVectors

        formats.save(some(), tmp_path / "a.bin")
        keyed = KeyedVectors.load_word2vec_format(tmp_path / "a.bin", binary=True, fvocab=tmp_path / "a.bin.vocab")
        assert keyed.index_to_key == some().words
        np.testing.assert_array_equal(keyed.vectors, some().matrix)
        keyed.save_word2vec_format(tmp_path / "theirs.bin", binary=True)
        assert_same(formats.load(tmp_path / "theirs.bin"), some()._replace(counts=None, metadata={}))

    @needs_data
    @pytest.mark.parametrize(
        ("name", "shape"),
        [
            ("glove50_4k/w2v_newline.bin", (4197, 50)),
            ("glove50_4k/w2v_nonewline.bin", (4197, 50)),
            ("finalfusion-rust/similarity.bin", (41, 100)),
            ("finalfusion-rust/analogy.bin", (43, 100)),
        ],
    )
    def test_real_files_are_read_as_gensim_reads_them(self, name: str, shape: tuple[int, int]) -> None:
        from gensim.models import KeyedVectors

        got, keyed = formats.load(REAL / name), KeyedVectors.load_word2vec_format(REAL / name, binary=True)
        assert got.matrix.shape == shape
        assert got.words == keyed.index_to_key
        np.testing.assert_array_equal(got.matrix, keyed.vectors)


class TestGlove:
    def test_the_text_has_no_header(self, tmp_path: Path) -> None:
        formats.save(Plain(["the", "of"], np.array([[0.5, -1], [2, 3]], np.float32), None, {}), tmp_path / "a.txt")
        assert (tmp_path / "a.txt").read_bytes() == b"the 0.5 -1.0\nof 2.0 3.0\n"

    @pytest.mark.parametrize("text", [b"a 1 2\nb 3 4", b"a 1 2\nb 3 4\n\n \n", b"a 1 2 \r\nb  3 4\r\n"])
    def test_what_other_programs_write_differently_does_not_matter(self, text: bytes, tmp_path: Path) -> None:
        got = formats.load(file_of(tmp_path, text, "a.txt"))
        assert (got.words, got.matrix.tolist()) == (["a", "b"], [[1, 2], [3, 4]])

    @pytest.mark.parametrize(("rows", "dim"), [(0, 3), (2, 1)])
    def test_vectors_that_no_reader_could_read_are_not_written(self, rows: int, dim: int, tmp_path: Path) -> None:
        with pytest.raises(SettingsError, match="needs at least one word and a dim"):
            formats.save(some(rows, dim), tmp_path / "a.txt")
        with pytest.raises(InputError, match=r"begins with U\+FEFF"):
            formats.save(some(2, 3)._replace(words=["\ufeffa", "b"]), tmp_path / "a.txt")
        assert list(tmp_path.iterdir()) == []

    def test_lines_are_counted_over_blocks(self, tmp_path: Path) -> None:
        formats.save(some(9000, 30), tmp_path / "a.txt.gz")
        assert_same(formats.load(tmp_path / "a.txt.gz"), some(9000, 30))

    @pytest.mark.parametrize("ending", [".gz", ".bz2", ".xz", ".zst"])
    def test_truncated_compressed_text_is_not_read_as_a_shorter_one(self, ending: str, tmp_path: Path) -> None:
        path = tmp_path / f"a.txt{ending}"
        formats.save(some(5_000), path)
        whole = path.read_bytes()
        for keep in np.linspace(len(whole) // 2, len(whole) - 1, 8).astype(int):
            path.write_bytes(whole[:keep])
            assert "damaged, cannot be decompressed" in message(path)

    def test_a_word_can_begin_like_a_compressed_file(self, tmp_path: Path) -> None:
        assert formats.load(file_of(tmp_path, b"BZh 1 2\n", "a.txt")).words == ["BZh"]

    def test_the_line_that_is_wrong_is_named(self, tmp_path: Path) -> None:
        path = file_of(tmp_path, b"a 1 2\nb 3 4\nc 5\n", "a.txt")
        assert message(path) == (
            "a.txt, line 3: 1 fields after 'c' where the header promises 2 numbers; "
            "`wordvec check a.txt --repair OUT` writes a sound copy"
        )
        assert message(file_of(tmp_path, b"a 1 nan\n", "b.txt")).startswith("b.txt, line 1: 'nan' in the vector of 'a'")

    @leaves_files_open
    def test_gensim_reads_what_we_write(self, tmp_path: Path) -> None:
        from gensim.models import KeyedVectors

        formats.save(some(), tmp_path / "a.txt")
        keyed = KeyedVectors.load_word2vec_format(tmp_path / "a.txt", no_header=True)
        np.testing.assert_array_equal(keyed.vectors, some().matrix)

    @needs_data
    @leaves_files_open
    @pytest.mark.parametrize(
        ("name", "shape"),
        [
            ("gensim/test_glove.txt", (None, 50)),
            ("magnitude/tests/models/glove.txt", (5, 2)),
            ("finalfusion-rust/similarity.nodims", (41, 100)),
            ("magnitude/pymagnitude/third_party/allennlp/tests/fixtures/embeddings/glove.6B.300d.sample.txt.gz", None),
        ],
    )
    def test_real_files_are_read_as_gensim_reads_them(self, name: str, shape: tuple[int | None, int] | None) -> None:
        from gensim.models import KeyedVectors

        got = formats.load(REAL / name)
        keyed = KeyedVectors.load_word2vec_format(REAL / name, no_header=True)
        assert got.words == keyed.index_to_key
        np.testing.assert_array_equal(got.matrix, keyed.vectors)
        if shape:
            assert got.matrix.shape == (shape[0] or len(got.words), shape[1])


class TestNpz:
    def test_numpy_reads_it_without_pickles(self, tmp_path: Path) -> None:
        formats.save(some(), tmp_path / "a.npz")
        with np.load(tmp_path / "a.npz", allow_pickle=False) as archive:
            assert archive["IDs"].tolist() == some().words
            np.testing.assert_array_equal(archive["data"], some().matrix)
            assert json.loads(str(archive["metadata"])) == some().metadata

    @pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
    @pytest.mark.parametrize("order", ["C", "F"])
    @pytest.mark.parametrize("dtype", ["<f4", ">f4", "<f8", "<f2"])
    def test_archives_of_others_are_read_whatever_their_names(
        self, save: object, order: str, dtype: str, tmp_path: Path
    ) -> None:
        assert callable(save)
        matrix = np.asarray(some().matrix, dtype, order=order)  # type: ignore[call-overload]
        save(tmp_path / "a.npz", vocab=np.array(some().words), vectors=matrix, shape=np.array([60, 7]))
        got = formats.load(tmp_path / "a.npz")
        assert got.words == some().words
        np.testing.assert_array_equal(got.matrix, matrix.astype(np.float32))

    def test_objects_are_never_unpickled(self, tmp_path: Path) -> None:
        np.savez(tmp_path / "a.npz", words=np.array(["a", "b"], object), vectors=np.ones((2, 3)))
        assert "is a pickle, which can run any code" in message(tmp_path / "a.npz")

    def test_arrays_of_another_shape_are_named(self, tmp_path: Path) -> None:
        np.savez(tmp_path / "a.npz", words=np.array(["a", "b"]), vectors=np.ones((3, 3)))
        assert message(tmp_path / "a.npz").endswith("it holds words (2,), vectors (3, 3)")

    def test_a_header_that_promises_too_much_is_refused_before_memory_is_asked_for(self, tmp_path: Path) -> None:
        header = b"\x93NUMPY\x01\x00\x76\x00" + b"{'descr': '<f4', 'fortran_order': False, 'shape': (999999999, 300)}"
        with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
            archive.writestr("data.npy", header.ljust(127) + b"\n" + b"\0" * 16)
        assert "the header says" in message(tmp_path / "a.npz")

    @pytest.mark.parametrize(
        ("shape", "dtype", "expected"),
        [
            ("(-2, -3)", "<f4", "a damaged array of NumPy, of shape (-2, -3) and elements of 4 bytes"),
            ("(999999999999,)", "<U0", "a damaged array of NumPy, of shape (999999999999,) and elements of 0 bytes"),
            ("(2, 3", "<f4", "no array of NumPy, or a damaged one"),
        ],
    )
    def test_a_header_that_makes_no_sense_is_one_clear_line(
        self, shape: str, dtype: str, expected: str, tmp_path: Path
    ) -> None:
        header = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}}}"
        with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
            archive.writestr("data.npy", b"\x93NUMPY\x01\x00\x76\x00" + header.ljust(117).encode() + b"\n" + bytes(24))
        assert message(tmp_path / "a.npz").startswith(f"a.npz: {expected}")

    @pytest.mark.parametrize("code", [0xD800, 0xDFFF, 0x110000])
    def test_a_word_that_is_not_unicode_is_one_clear_line(self, code: int, tmp_path: Path) -> None:
        words = np.array([0x1F600, code], np.uint32).view("<U1")
        np.savez(tmp_path / "a.npz", words=words, vectors=np.ones((2, 3)))
        assert message(tmp_path / "a.npz") == (
            "a.npz: a word is not valid Unicode; "
            "`wordvec convert a.npz OUT.vec --bad-words replace` writes a sound copy"
        )

    @pytest.mark.parametrize("keep", [40, 300, 1000])
    def test_a_cut_archive_is_one_clear_line(self, keep: int, tmp_path: Path) -> None:
        formats.save(some(), tmp_path / "a.npz")
        path = file_of(tmp_path, (tmp_path / "a.npz").read_bytes()[:keep], "b.npz")
        assert message(path).startswith("b.npz: ")


class TestFolder:
    def test_the_matrix_is_mapped_and_cannot_be_changed(self, tmp_path: Path) -> None:
        formats.save(some(), tmp_path / "a.vectors")
        got = formats.load(tmp_path / "a.vectors")
        assert not got.matrix.flags.writeable
        base = got.matrix
        while isinstance(base, np.ndarray) and not isinstance(base, np.memmap):
            base = base.base  # type: ignore[assignment]
        assert isinstance(base, np.memmap)
        assert np.load(tmp_path / "a.vectors/matrix.npy").tolist() == some().matrix.tolist()

    def test_it_opens_without_numba(self, tmp_path: Path) -> None:
        formats.save(some(), tmp_path / "a.vectors")
        code = "import sys; from wordvec import Vectors; Vectors.load(sys.argv[1]); print('numba' in sys.modules)"
        command = [sys.executable, "-c", code, str(tmp_path / "a.vectors")]
        assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "False\n"

    @pytest.mark.parametrize("part", ["matrix.npy", "words.txt", "wordvec.json", "counts.npy"])
    def test_a_damaged_part_is_one_clear_line(self, part: str, tmp_path: Path) -> None:
        formats.save(some(), tmp_path / "a.vectors")
        path = tmp_path / "a.vectors" / part
        path.write_bytes(path.read_bytes()[:-9])
        assert "a.vectors" in message(tmp_path / "a.vectors")

    @pytest.mark.parametrize("rest", ["x", "of some more words", "\0"])
    def test_bytes_after_the_last_word_are_damage(self, rest: str, tmp_path: Path) -> None:
        formats.save(some(), tmp_path / "a.vectors")
        with (tmp_path / "a.vectors/words.txt").open("a") as file:
            file.write(rest)
        assert "words.txt does not end with a newline" in message(tmp_path / "a.vectors")

    @pytest.mark.parametrize(
        "about",
        [
            {"metadata": [1]},
            {"subwords": None},
            {"subwords": {"buckets": 5, "shortest": "3", "longest": 6}},
            {"subwords": {"buckets": 5, "shortest": 3, "longest": -6}},
            {
                "subwords": {
                    "buckets": 5,
                    "shortest": 3,
                    "longest": 6,
                    "hashes": 9,
                    "seed": 1,
                    "before": "<",
                    "after": ">",
                }
            },
        ],
    )
    def test_settings_that_make_no_sense_are_one_clear_line(self, about: dict[str, object], tmp_path: Path) -> None:
        rows = np.ones((5, 7), np.float32)
        formats.save(some()._replace(subwords=Subwords(rows, 3, 6)), tmp_path / "a.vectors")
        mark = tmp_path / "a.vectors/wordvec.json"
        mark.write_text(json.dumps(json.loads(mark.read_text()) | about))
        assert message(tmp_path / "a.vectors").startswith("a.vectors: damaged (")

    def test_a_folder_of_something_else_is_not_replaced(self, tmp_path: Path) -> None:
        (tmp_path / "a.vectors").mkdir()
        (tmp_path / "a.vectors/precious").touch()
        with pytest.raises(OutputError, match="contains files not written by wordvec"):
            formats.save(some(), tmp_path / "a.vectors", overwrite=True)

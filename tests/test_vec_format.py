import bz2
import gzip
import json
import lzma
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from wordvec import formats
from wordvec.errors import InputError, MemoryLimitError, OutputError, SettingsError
from wordvec.formats import Plain, word2vec_text
from wordvec.formats.common.reading import Reading
from wordvec.formats.common.words import check_words

THREE = "3 2\nthe 0.5 -1.0\nof 1e-05 2.0\nword 3.25 0.0\n"
needs_data = pytest.mark.skipif("WORDVEC_DATA" not in os.environ, reason="WORDVEC_DATA names no folder of real data")


def plain(matrix: NDArray[np.float32], **fields: Any) -> Plain:
    words = [f"word{row}" for row in range(len(matrix))]
    return Plain(words, matrix, None, {})._replace(**fields)


def some_matrix(rows: int = 50, dim: int = 7) -> NDArray[np.float32]:
    return np.random.default_rng(3).normal(0, 0.3, (rows, dim)).astype(np.float32)


def file_of(folder: Path, text: str | bytes, name: str = "a.vec") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def message(path: Path) -> str:
    """The message of the InputError that reading raises, without the folder."""
    with pytest.raises(InputError) as caught:
        formats.load(path)
    return str(caught.value).replace(f"{path.parent}/", "")


def assert_same_bits(one: NDArray[np.float32], other: NDArray[np.float32]) -> None:
    np.testing.assert_array_equal(np.ascontiguousarray(one).view(np.int32), np.ascontiguousarray(other).view(np.int32))


class TestSaving:
    def test_text_is_exactly_the_safe_profile(self, tmp_path: Path) -> None:
        matrix = np.array([[0.5, -1], [1e-5, 2], [3.25, -0.0]], np.float32)
        formats.save(Plain(["the", "naïve_मराठी", "</s>"], matrix, None, {}), tmp_path / "a.vec")
        expected = "3 2\nthe 0.5 -1.0\nnaïve_मराठी 1e-05 2.0\n</s> 3.25 -0.0\n"
        assert (tmp_path / "a.vec").read_bytes() == expected.encode()

    def test_counts_and_metadata_are_sidecar_files(self, tmp_path: Path) -> None:
        made = plain(some_matrix(2), counts=np.array([9, 4]), metadata={"method": "skip-gram", "rate": np.float64(0.5)})
        formats.save(made, tmp_path / "a.vec")
        assert (tmp_path / "a.vocab").read_text() == "word0 9\nword1 4\n"
        assert json.loads((tmp_path / "a.json").read_text()) == {"method": "skip-gram", "rate": 0.5}
        back = formats.load(tmp_path / "a.vec")
        assert back.counts is not None
        assert back.counts.tolist() == [9, 4]
        assert back.metadata["method"] == "skip-gram"

    def test_rows_of_a_padded_matrix_are_written_as_they_are(self, tmp_path: Path) -> None:
        padded = some_matrix(40, 16)
        formats.save(plain(padded[:, :5]), tmp_path / "a.vec")
        assert_same_bits(formats.load(tmp_path / "a.vec").matrix, padded[:, :5])

    def test_no_rows_are_a_header_alone(self, tmp_path: Path) -> None:
        formats.save(plain(np.empty((0, 4), np.float32)), tmp_path / "a.vec")
        assert (tmp_path / "a.vec").read_text() == "0 4\n"
        assert formats.load(tmp_path / "a.vec").matrix.shape == (0, 4)

    @pytest.mark.parametrize(
        "word",
        ["", "a b", "a\tb", "a\nb", "a\rb", "\x00", "\x1c", "a\x85", "\u00a0", "\u1680", "\u2009", "\u2028", "\u3000"],
    )
    def test_a_word_that_breaks_readers_is_an_error_that_names_it(self, tmp_path: Path, word: str) -> None:
        with pytest.raises(InputError) as caught:
            formats.save(plain(some_matrix(3), words=["good", word, "also"]), tmp_path / "a.vec")
        assert str(caught.value).startswith(repr(word))
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("word", ["\u200b", "\u200c", "\ufeffa", "\x7f", "nan", "3.5", "a\u0301"])
    def test_a_word_that_breaks_no_reader_comes_back(self, tmp_path: Path, word: str) -> None:
        formats.save(plain(some_matrix(2), words=["first", word]), tmp_path / "a.vec")
        assert formats.load(tmp_path / "a.vec").words == ["first", word]

    def test_a_lone_surrogate_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=r"a .vec file: the word 'b\\udc80d' is not valid Unicode"):
            formats.save(plain(some_matrix(3), words=["a", "b\udc80d", "c"]), tmp_path / "a.vec")

    def test_a_word_twice_is_an_error_that_names_it(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="'b': the word has two rows"):
            formats.save(plain(some_matrix(4), words=["a", "b", "c", "b"]), tmp_path / "a.vec")

    @pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
    def test_a_number_that_is_not_finite_is_an_error_that_names_the_word(self, tmp_path: Path, bad: float) -> None:
        matrix = some_matrix(20_000, 6)
        matrix[19_000, 5] = bad
        with pytest.raises(InputError, match="word19000: its vector holds NaN or infinity"):
            formats.save(plain(matrix), tmp_path / "a.vec")
        assert list(tmp_path.iterdir()) == []

    def test_vectors_without_numbers_are_refused(self, tmp_path: Path) -> None:
        with pytest.raises(SettingsError, match="dim 0"):
            formats.save(plain(np.empty((3, 0), np.float32)), tmp_path / "a.vec")

    def test_an_unknown_extension_is_an_error_that_lists_the_known_ones(self, tmp_path: Path) -> None:
        with pytest.raises(
            SettingsError, match=r"a\.pdf: the extension selects no vector format; choose one of word2vec \(\.vec\)"
        ):
            formats.save(plain(some_matrix()), tmp_path / "a.pdf")
        with pytest.raises(SettingsError, match="pdf: not a vector format"):
            formats.save(plain(some_matrix()), tmp_path / "a.vec", format="pdf")

    def test_a_format_given_by_name_overrides_the_extension(self, tmp_path: Path) -> None:
        formats.save(plain(some_matrix()), tmp_path / "a.w2v", format="word2vec")
        assert_same_bits(formats.load(tmp_path / "a.w2v").matrix, some_matrix())


class TestReplacing:
    @pytest.mark.parametrize("name", ["a.vec", "a.vocab", "a.json"])
    def test_nothing_is_overwritten_unless_asked_for(self, tmp_path: Path, name: str) -> None:
        (tmp_path / name).write_text("precious")
        made = plain(some_matrix(2), counts=np.array([2, 1]))
        with pytest.raises(OutputError, match=f"{name}: exists already"):
            formats.save(made, tmp_path / "a.vec")
        assert [path.read_text() for path in tmp_path.iterdir()] == ["precious"]
        formats.save(made, tmp_path / "a.vec", overwrite=True)
        assert formats.load(tmp_path / "a.vec").counts is not None

    def test_old_counts_do_not_outlive_their_vectors(self, tmp_path: Path) -> None:
        formats.save(plain(some_matrix(2), counts=np.array([2, 1])), tmp_path / "a.vec")
        formats.save(plain(some_matrix(2)), tmp_path / "a.vec", overwrite=True)
        assert formats.load(tmp_path / "a.vec").counts is None

    def test_counts_left_without_vectors_do_not_become_those_of_new_ones(self, tmp_path: Path) -> None:
        counts = np.arange(50, 0, -1)
        formats.save(plain(some_matrix(), counts=counts), tmp_path / "a.vec")
        (tmp_path / "a.vec").unlink()
        (tmp_path / "a.json").unlink()
        with pytest.raises(OutputError, match=r"a\.vocab: exists already"):
            formats.save(plain(some_matrix()), tmp_path / "a.vec")
        formats.save(plain(some_matrix()), tmp_path / "a.vec", overwrite=True)
        assert formats.load(tmp_path / "a.vec").counts is None

    def test_a_failed_save_leaves_the_old_set_whole(self, tmp_path: Path) -> None:
        formats.save(plain(some_matrix(2), counts=np.array([2, 1]), metadata={"is": "old"}), tmp_path / "a.vec")
        before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
        with pytest.raises(InputError):
            formats.save(plain(some_matrix(2) * np.float32(np.nan)), tmp_path / "a.vec", overwrite=True)
        assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before

    def test_a_folder_is_not_overwritten(self, tmp_path: Path) -> None:
        (tmp_path / "a.vec").mkdir()
        with pytest.raises(OutputError, match=r"a\.vec: is a folder"):
            formats.save(plain(some_matrix(2)), tmp_path / "a.vec", overwrite=True)

    def test_a_missing_folder_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(OutputError, match="does not exist"):
            formats.save(plain(some_matrix(2)), tmp_path / "no" / "a.vec")

    @pytest.mark.parametrize("ending", ["", ".gz"])
    def test_a_full_disk_leaves_nothing_behind(self, tmp_path: Path, ending: str) -> None:
        code = (
            "import resource, sys, numpy as np\n"
            "from wordvec import errors, formats\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
            "words = [f'w{row}' for row in range(5000)]\n"
            "matrix = np.random.default_rng(0).normal(size=(5000, 50)).astype(np.float32)\n"
            "try:\n"
            "    formats.save(formats.Plain(words, matrix, np.arange(5000), {}), sys.argv[1])\n"
            "except errors.OutputError as error:\n"
            "    print(error)\n"
        )
        path = tmp_path / f"a.vec{ending}"
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, "-c", code, str(path)]
        run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert (run.stdout, run.stderr) == (f"{path}: File too large; nothing was written\n", "")
        assert list(tmp_path.iterdir()) == []

    def test_killed_at_any_rename_the_set_is_of_one_making(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Every state between two renames or removals is one that a kill can leave behind."""
        path = tmp_path / "a.vec"
        states: list[dict[str, bytes]] = []
        replace, unlink = Path.replace, Path.unlink

        def look() -> None:
            states.append({p.suffix: p.read_bytes() for p in tmp_path.iterdir() if not p.name.startswith(".")})

        def replace_and_look(self: Path, target: Path) -> Path:
            done = replace(self, target)
            look()
            return done

        def unlink_and_look(self: Path, missing_ok: bool = False) -> None:
            unlink(self, missing_ok)
            look()

        monkeypatch.setattr(Path, "replace", replace_and_look)
        monkeypatch.setattr(Path, "unlink", unlink_and_look)
        formats.save(plain(some_matrix(2), counts=np.array([2, 1]), metadata={"is": "old"}), path)
        assert not any(".vec" in state for state in states if len(state) < 3)
        old, states[:] = states[-1], []
        formats.save(plain(some_matrix(2) + 1, counts=np.array([5, 4]), metadata={"is": "new"}), path, overwrite=True)
        new = states[-1]
        assert all(new[ending] != old[ending] for ending in (".vec", ".vocab", ".json"))
        for state in states:
            assert ".vec" in state
            assert state.items() <= old.items() or state.items() <= new.items()


class TestReading:
    def test_words_and_numbers(self, tmp_path: Path) -> None:
        got = formats.load(file_of(tmp_path, THREE))
        assert got.words == ["the", "of", "word"]
        assert_same_bits(got.matrix, np.array([[0.5, -1], [1e-5, 2], [3.25, 0]], np.float32))
        assert got.counts is None
        assert got.metadata == {}

    @pytest.mark.parametrize(
        "text",
        [
            THREE.replace("\n", " \n"),
            THREE.replace("\n", "\r\n"),
            THREE.replace("\n", " \r\n"),
            THREE.removesuffix("\n"),
            THREE + "\n\n",
            THREE + " \r\n",
            THREE.replace(" ", "  "),
            THREE.replace("0.5", "+5E-1").replace("2.0", "2.").replace("3.25", "325e-2").replace(" 0.0", " .0"),
        ],
    )
    def test_what_other_programs_write_differently_does_not_matter(self, tmp_path: Path, text: str) -> None:
        expected = formats.load(file_of(tmp_path, THREE, "expected.vec"))
        got = formats.load(file_of(tmp_path, text))
        assert got.words == expected.words
        assert_same_bits(got.matrix, expected.matrix)

    def test_any_matrix_comes_back_bit_by_bit(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        path = tmp_path_factory.mktemp("any") / "a.vec"

        @given(st.lists(st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=3, max_size=3)))
        def comes_back(rows: list[list[float]]) -> None:
            matrix = np.array(rows, np.float32).reshape(-1, 3)
            formats.save(plain(matrix), path, overwrite=True)
            assert_same_bits(formats.load(path).matrix, matrix)

        comes_back()

    @given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1), unique=True))
    def test_any_words_come_back(self, words: list[str]) -> None:
        check_words(words)
        matrix = np.zeros((len(words), 2), np.float32)
        block = b"".join(
            word2vec_text._format(piece).tobytes() for piece in word2vec_text._pieces(plain(matrix, words=words))
        )
        got = word2vec_text._parse(word2vec_text._Block(Path("a.vec"), block, 2, matrix)) if words else []
        assert got == words

    def test_a_file_of_many_blocks_comes_back_in_order(self, tmp_path: Path) -> None:
        matrix = some_matrix(30_000, 10)
        formats.save(plain(matrix), tmp_path / "a.vec")
        assert (tmp_path / "a.vec").stat().st_size > 3 << 20
        got = formats.load(tmp_path / "a.vec")
        assert got.words == [f"word{row}" for row in range(30_000)]
        assert_same_bits(got.matrix, matrix)

    def test_rows_longer_than_a_block(self, tmp_path: Path) -> None:
        matrix = some_matrix(3, 250_000)
        formats.save(plain(matrix), tmp_path / "a.vec")
        assert_same_bits(formats.load(tmp_path / "a.vec").matrix, matrix)

    def test_numbers_that_float64_cannot_decide_are_rounded_once(self, tmp_path: Path) -> None:
        midpoint = "1.000000059604644775390625"
        got = formats.load(file_of(tmp_path, f"2 2\na {midpoint} 1\nb -{midpoint}{40 * '0'}1 {midpoint}e0\n"))
        assert got.matrix.tolist() == [[1, 1], [-float(np.nextafter(np.float32(1), np.float32(2))), 1]]

    @pytest.mark.parametrize(("limit", "rows"), [(1, 1), (2, 2), (3, 3), (99, 3)])
    def test_a_limit_reads_the_first_rows(self, tmp_path: Path, limit: int, rows: int) -> None:
        got = formats.load(file_of(tmp_path, THREE), reading=Reading(limit))
        assert got.words == ["the", "of", "word"][:rows]
        assert got.matrix.shape == (rows, 2)

    def test_a_limit_below_one_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(SettingsError, match="limit"):
            formats.load(file_of(tmp_path, THREE), reading=Reading(0))

    def test_of_rows_with_one_word_the_first_is_kept(self, tmp_path: Path) -> None:
        path = file_of(tmp_path, "5 1\na 1\nb 2\na 3\nc 4\nb 5\n")
        with pytest.warns(UserWarning, match="2 rows repeat an earlier word"):
            got = formats.load(path)
        assert got.words == ["a", "b", "c"]
        assert got.matrix.tolist() == [[1], [2], [4]]


class TestWrongFiles:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", "a.vec: the file is empty"),
            ("\ufeff" + THREE, "a.vec: begins with a byte-order mark"),
            ("three two\n", "a.vec: the first line is 'three two\\n', not \"rows dim\""),
            ("1 0\na\n", "a.vec: the first line is '1 0\\n', not \"rows dim\""),
            ("the of 0.2 0.3\nof 1 2 3\n", "a.vec: the first line is 'the of 0.2 0.3\\n', not \"rows dim\""),
            ("2 2\na 1 2\nb 1\n", "a.vec, line 3: 1 fields after 'b' where the header promises 2 numbers"),
            ("2 2\na 1 2\nb 1 2 3\n", "a.vec, line 3: 3 fields after 'b' where the header promises 2 numbers"),
            ("1 2\na b 1 2\n", "a.vec, line 2: 3 fields after 'a' where the header promises 2 numbers"),
            ("1 2\na\t1\t2\n", "a.vec, line 2: 0 fields after 'a\\t1\\t2' where the header promises 2 numbers"),
            ("2 2\na 1 2\nb 1 x\n", "a.vec, line 3: 'x' in the vector of 'b' is not a number"),
            ("1 2\na 1 NaN\n", "a.vec, line 2: 'NaN' in the vector of 'a': numbers must be finite"),
            ("1 2\na 1 -inf\n", "a.vec, line 2: '-inf' in the vector of 'a': numbers must be finite"),
            ("1 1\na 1e39\n", "a.vec, line 2: a number in the vector of 'a' is too large for float32"),
            ("1 1\na 340282356779733661637539395458142568448\n", "a.vec, line 2: a number is too large"),
            ("2 2\na 1 2\n 1 2\n", "a.vec, line 3: begins with a blank: the word is missing"),
            ("3 2\na 1 2\n\nb 1 2\n", "a.vec, line 3: is empty"),
            ("3 2\na 1 2\nb 1 2\n", "a.vec: the header says 3 rows, but there are 2; is the file truncated?"),
            ("1 2\na 1 2\nb 1 2\n", "a.vec, line 3: the header says 1 rows, but more follow"),
            (b"2 1\na 1\nb\xff 2\n", "a.vec, line 3: b'b\\xff': the word is not valid UTF-8"),
            (b"2 2\na 1 2\nb \x00\x00\n", "a.vec, line 3: binary data; is it word2vec's .bin format"),
            ("999999999 300", "a.vec: the header says 999999999 rows, of at least 601 bytes each, but the file has 13"),
            (b"\x80\x05\x95\x01\n", "a.vec: a pickle, as gensim saves, which can run any code"),
            (b"\x90\x05\x95\x01\n", "a.vec: binary data, not a text of vectors"),
        ],
    )
    def test_the_message_says_what_is_wrong_and_where(self, tmp_path: Path, text: str | bytes, expected: str) -> None:
        assert message(file_of(tmp_path, text)).startswith(expected)

    def test_the_line_is_right_behind_many_blocks(self, tmp_path: Path) -> None:
        formats.save(plain(some_matrix(40_000, 9)), tmp_path / "good.vec")
        lines = (tmp_path / "good.vec").read_text().split("\n")
        lines[38_123] = lines[38_123].replace(" ", " x", 1)
        assert message(file_of(tmp_path, "\n".join(lines))).startswith("a.vec, line 38124: 'x")

    def test_a_first_fault_goes_before_a_later_one(self, tmp_path: Path) -> None:
        lines = ["90000 20", "a 1", *(f"w{row} " + " ".join(["0.25"] * 20) for row in range(80_000))]
        assert message(file_of(tmp_path, "\n".join(lines))).startswith("a.vec, line 2: 1 fields")

    def test_a_line_without_end_is_refused_before_it_fills_memory(self, tmp_path: Path) -> None:
        assert message(file_of(tmp_path, b"1 2\n" + b"x" * (5 << 20))).startswith("a.vec, line 2: longer than 1 MB,")

    def test_a_header_of_longer_rows_than_there_are_is_refused(self, tmp_path: Path) -> None:
        path = file_of(tmp_path, gzip.compress(b"1 999999999\na 1 2\n"), "a.vec.gz")
        assert message(path) == (
            "a.vec.gz: the header promises 999,999,999 numbers a row, which no vectors have; "
            "`wordvec check a.vec.gz --repair OUT` lists the defects and writes a sound copy"
        )

    def test_a_header_that_promises_more_than_memory_holds(self, tmp_path: Path) -> None:
        with pytest.raises(MemoryLimitError, match="limit"):
            formats.load(file_of(tmp_path, gzip.compress(b"999999999999 300\na 1 2\n")))

    def test_missing_files_and_folders(self, tmp_path: Path) -> None:
        assert message(tmp_path / "no.vec") == "no.vec: cannot be read (No such file or directory)"
        (tmp_path / "folder").mkdir()
        assert message(tmp_path / "folder") == "folder: cannot be read (Is a directory)"


class TestBeside:
    def test_a_vocabulary_that_goes_on_gives_the_counts(self, tmp_path: Path) -> None:
        path = file_of(tmp_path, THREE)
        file_of(tmp_path, "the 9\nof 8\nword 7\nrare 1\n", "a.vocab")
        counts = formats.load(path).counts
        assert counts is not None
        assert counts.tolist() == [9, 8, 7]

    @pytest.mark.parametrize(
        "text", ["the 9\nof 8\n", "of 9\nthe 8\nword 7\n", "the x\nof 8\nword 7\n", b"\xff 9\n", "a\n"]
    )
    def test_counts_of_other_words_are_ignored_with_a_warning(self, tmp_path: Path, text: str | bytes) -> None:
        path = file_of(tmp_path, THREE)
        file_of(tmp_path, text, "a.vocab")
        with pytest.warns(UserWarning, match=r"a\.vocab: not the counts of a\.vec, ignored"):
            assert formats.load(path).counts is None

    @pytest.mark.parametrize("text", ["[1]", "{", '{"a": 1}\n{"a": 2}', b"\xff"])
    def test_a_damaged_metadata_file_is_ignored_with_a_warning(self, tmp_path: Path, text: str | bytes) -> None:
        path = file_of(tmp_path, THREE)
        file_of(tmp_path, text, "a.json")
        with pytest.warns(UserWarning, match=r"a\.json: not the metadata of a\.vec, ignored"):
            assert formats.load(path).metadata == {}

    def test_metadata_with_a_path_that_is_not_unicode(self, tmp_path: Path) -> None:
        metadata = {"corpus": "caf\udce9.txt", "language": "فارسی"}
        formats.save(plain(some_matrix(2), metadata=metadata), tmp_path / "a.vec")
        assert formats.load(tmp_path / "a.vec").metadata == metadata


class TestCompression:
    @pytest.mark.parametrize("ending", [".gz", ".bz2", ".xz", ".zst"])
    def test_compressed_files_come_back(self, tmp_path: Path, ending: str) -> None:
        if ending == ".zst":
            pytest.importorskip("zstandard")
        made = plain(some_matrix(3000, 10), counts=np.arange(3000), metadata={"a": 1})
        formats.save(made, tmp_path / f"a.vec{ending}")
        assert {path.name for path in tmp_path.iterdir()} == {f"a.vec{ending}", "a.vocab", "a.json"}
        got = formats.load(tmp_path / f"a.vec{ending}")
        assert_same_bits(got.matrix, made.matrix)
        assert got.counts is not None
        assert got.metadata == {"a": 1}

    @pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
    def test_the_compression_is_detected_from_the_contents(self, tmp_path: Path, compress: object) -> None:
        assert callable(compress)
        assert formats.load(file_of(tmp_path, compress(THREE.encode()))).words == ["the", "of", "word"]

    def test_equal_vectors_give_equal_bytes(self, tmp_path: Path) -> None:
        for name in ("a.vec.gz", "b.vec.gz"):
            formats.save(plain(some_matrix()), tmp_path / name)
        assert (tmp_path / "a.vec.gz").read_bytes() == (tmp_path / "b.vec.gz").read_bytes()

    @pytest.mark.parametrize("ending", [".gz", ".bz2", ".xz", ".zst"])
    @pytest.mark.parametrize("damage", ["cut", "changed"])
    def test_a_damaged_archive_is_one_clear_error(self, tmp_path: Path, ending: str, damage: str) -> None:
        if ending == ".zst":
            pytest.importorskip("zstandard")
        path = tmp_path / f"a.vec{ending}"
        formats.save(plain(some_matrix(5000)), path)
        content = bytearray(path.read_bytes())
        middle = len(content) // 2
        content[middle : middle + 40] = bytes(40)
        path.write_bytes(content if damage == "changed" else content[:middle])
        assert message(path).startswith(f"a.vec{ending}")


class TestGensim:
    def test_gensim_reads_what_we_write_bit_by_bit(self, tmp_path: Path) -> None:
        from gensim.models import KeyedVectors

        bits = np.random.default_rng(2).integers(0, 2**32, (300, 20), np.uint64).astype(np.uint32)
        bits[(bits >> 23) & 255 == 255] ^= 1 << 30
        matrix = bits.view(np.float32)
        formats.save(plain(matrix, counts=np.arange(300)[::-1]), tmp_path / "a.vec")
        keyed = KeyedVectors.load_word2vec_format(tmp_path / "a.vec", fvocab=tmp_path / "a.vocab")
        assert keyed.index_to_key == [f"word{row}" for row in range(300)]
        assert_same_bits(keyed.vectors, matrix)
        assert keyed.get_vecattr("word0", "count") == 299

    def test_we_read_what_gensim_writes_bit_by_bit(self, tmp_path: Path) -> None:
        from gensim.models import KeyedVectors

        keyed = KeyedVectors(9)
        keyed.add_vectors([f"word{row}" for row in range(200)], some_matrix(200, 9))
        keyed.expandos["count"] = np.arange(200)[::-1].copy()
        keyed.save_word2vec_format(tmp_path / "a.vec", fvocab=tmp_path / "a.vocab")
        got = formats.load(tmp_path / "a.vec")
        assert got.words == keyed.index_to_key
        assert_same_bits(got.matrix, keyed.vectors)
        assert got.counts is not None
        assert got.counts.tolist() == list(range(199, -1, -1))

    @pytest.mark.parametrize("name", ["word2vec_pre_kv_c", "high_precision.kv.txt", "lee_fasttext.vec"])
    def test_files_of_other_programs_are_read_as_gensim_reads_them(self, name: str) -> None:
        from gensim.models import KeyedVectors
        from gensim.test.utils import datapath

        got, keyed = formats.load(datapath(name)), KeyedVectors.load_word2vec_format(datapath(name))
        assert got.words == keyed.index_to_key
        assert_same_bits(got.matrix, keyed.vectors)


@needs_data
class TestRealFiles:
    FOLDER = Path(os.environ.get("WORDVEC_DATA", "")) / "vector_files"

    @pytest.mark.parametrize(
        ("name", "shape"),
        [
            ("glove50_4k/fixed_header.txt", (4197, 50)),
            ("gensim/crime-and-punishment.vec", (291, 5)),
            ("gensim/toy-model.vec", (22, 5)),
            ("finalfusion-rust/similarity.txt", (41, 100)),
            ("magnitude/tests/models/fasttext.vec", (5, 2)),
            ("magnitude/tests/models/large.txt", (1, 5000)),
            ("vecto/embeddings/text/plain_with_file_header/emb.txt", (9, 4)),
        ],
    )
    def test_sound_files_are_read(self, name: str, shape: tuple[int, int]) -> None:
        assert formats.load(self.FOLDER / name).matrix.shape == shape

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("finalfusion-rust/utf8-incomplete.dims", "not valid UTF-8"),
            ("vecto/embeddings/npy/test.npy", "an array of NumPy, without words"),
            ("vecto/embeddings/text/corrupted/emb.txt", "line 2: 3 fields after 'the'"),
            ("whatlies_bpemb/cache/custom_gensim_vectors.kv", "a pickle, as gensim saves"),
            ("magnitude/tests/models/elmo_options.json", "JSON; save"),
        ],
    )
    def test_other_files_are_refused_with_a_reason(self, name: str, expected: str) -> None:
        assert expected in message(self.FOLDER / name)


def test_an_empty_file_is_said_to_be_empty_and_not_to_be_repaired(tmp_path: Path) -> None:
    (tmp_path / "a.vec").touch()
    with pytest.raises(InputError, match=r"a\.vec: the file is empty$"):
        formats.load(tmp_path / "a.vec")

"""Words that hold blanks: where they put rows of binary files out of step, and where a text shows which they are."""

from pathlib import Path

import numpy as np
import pytest
from cli_helpers import Call
from gensim.models import KeyedVectors
from numpy.typing import NDArray
from vector_files import binary, file_of, found

from wordvec import Vectors
from wordvec.errors import InputError
from wordvec.formats import doctor

PHRASES = ["the", "Leonardo da Vinci", "of", "New York", "Route 66", "MS 123", "São Paulo", "x", " y", "z"]
MENDED = [phrase.replace(" ", "_") for phrase in PHRASES]


def matrix_of(rows: int, dim: int, scale: float = 0.3) -> NDArray[np.float32]:
    return np.random.default_rng(dim).normal(0, scale, (rows, dim)).astype(np.float32)


def phrases(dim: int, end: bytes, words: list[str] = PHRASES, scale: float = 0.3, encoding: str = "utf-8") -> bytes:
    return binary([word.encode(encoding) for word in words], matrix_of(len(words), dim, scale), end=end)


@pytest.fixture(params=[b"\n", b""], ids=["with newlines", "without newlines"])
def end(request: pytest.FixtureRequest) -> bytes:
    content: bytes = request.param
    return content


class TestBinary:
    @pytest.mark.parametrize("dim", [8, 10, 25, 50, 300])
    @pytest.mark.parametrize("scale", [0.01, 0.3, 5])
    def test_words_with_blanks_are_recognised_and_mended_with_all_numbers_kept(
        self, tmp_path: Path, end: bytes, dim: int, scale: float
    ) -> None:
        path, out = file_of(tmp_path, phrases(dim, end, scale=scale), "a.bin"), tmp_path / "out.bin"
        assert found(doctor.check(path)) == {"space": (6, [2, 4, 5, 6, 7])}
        assert doctor.repair(path, out).rows == len(PHRASES)
        assert doctor.check(out).sound
        keyed = KeyedVectors.load_word2vec_format(str(out), binary=True)
        assert keyed.index_to_key == MENDED
        np.testing.assert_array_equal(keyed.vectors, matrix_of(len(PHRASES), dim, scale))

    def test_a_file_of_nothing_but_phrases_is_recognised(self, tmp_path: Path, end: bytes) -> None:
        words = [f"the {row} of {row * row}" for row in range(300)]
        path, out = file_of(tmp_path, phrases(20, end, words), "a.bin"), tmp_path / "out.bin"
        doctor.repair(path, out)
        assert Vectors.load(out).words == [word.replace(" ", "_") for word in words]
        np.testing.assert_array_equal(Vectors.load(out).matrix, matrix_of(300, 20))

    def test_blocks_do_not_change_what_is_recognised(self, tmp_path: Path, end: bytes) -> None:
        words = [f"word {row}" if row % 7 == 0 else f"w{row}" for row in range(6000)]
        path, out = file_of(tmp_path, phrases(100, end, words), "a.bin"), tmp_path / "out.bin"
        assert found(doctor.check(path))["space"][0] == 858
        doctor.repair(path, out)
        np.testing.assert_array_equal(Vectors.load(out).matrix, matrix_of(6000, 100))

    def test_numbers_in_the_other_byte_order_hide_no_blank(self, tmp_path: Path, end: bytes) -> None:
        words = [f"w{row}" for row in range(60)] + PHRASES
        content = binary([word.encode() for word in words], matrix_of(70, 20).astype(">f4"), end=end)
        path, out = file_of(tmp_path, content, "a.bin"), tmp_path / "out.bin"
        assert set(found(doctor.check(path))) == {"byte-order", "space"}
        doctor.repair(path, out)
        np.testing.assert_array_equal(Vectors.load(out).matrix, matrix_of(70, 20))

    def test_phrases_in_another_encoding_are_found_by_the_newlines(self, tmp_path: Path) -> None:
        path, out = file_of(tmp_path, phrases(20, b"\n", encoding="latin-1"), "a.bin"), tmp_path / "out.bin"
        doctor.repair(path, out)
        assert Vectors.load(out).words == [word.replace("ã", "\ufffd") for word in MENDED]

    def test_what_the_file_s_size_does_not_confirm_is_not_repaired(self, tmp_path: Path) -> None:
        path = file_of(tmp_path, phrases(20, b"")[:-30], "a.bin")
        assert "out-of-step" in found(doctor.check(path))
        with pytest.raises(InputError, match="the beginning of the numbers is uncertain"):
            doctor.repair(path, tmp_path / "out.bin")
        assert [file.name for file in tmp_path.iterdir()] == ["a.bin"]

    @pytest.mark.parametrize("dim", [1, 2, 3, 4, 5])
    def test_short_rows_are_mended_rightly_or_not_at_all(self, tmp_path: Path, end: bytes, dim: int) -> None:
        path, out = file_of(tmp_path, phrases(dim, end), "a.bin"), tmp_path / "out.bin"
        try:
            doctor.repair(path, out)
        except InputError:
            assert not out.exists()
        else:
            assert doctor.check(out).sound

    def test_lost_bytes_without_newlines_cost_two_rows_and_leave_no_garbage(self, tmp_path: Path) -> None:
        words = [f"word{row}" for row in range(300)]
        content = phrases(20, b"", words)
        place = content.index(b"word100 ") + 30
        path, out = file_of(tmp_path, content[:place] + content[place + 1 :], "a.bin"), tmp_path / "out.bin"
        assert found(doctor.check(path))["out-of-step"] == (2, [101, 102])
        doctor.repair(path, out)
        got = Vectors.load(out)
        assert got.words == words[:100] + words[102:]
        assert np.abs(got.matrix).max() < 10

    @pytest.mark.parametrize("scale", [1e-20, 1e-12, 1e8, 1e30])
    def test_sound_files_of_unusual_sizes_stay_sound(self, tmp_path: Path, end: bytes, scale: float) -> None:
        path = file_of(tmp_path, phrases(20, end, MENDED, scale), "a.bin")
        assert doctor.check(path).sound
        np.testing.assert_array_equal(Vectors.load(path).matrix, matrix_of(len(MENDED), 20, scale))

    @pytest.mark.parametrize("dim", [8, 20, 300])
    def test_readers_refuse_rows_out_of_step_and_name_the_repair(
        self, wordvec: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: bytes, dim: int
    ) -> None:
        monkeypatch.chdir(tmp_path)
        file_of(tmp_path, phrases(dim, end), "a.bin")
        expected = (
            "wordvec: a.bin: row 2: the word 'Leonardo da Vinci' contains blanks; "
            "`wordvec check a.bin --repair OUT` writes a sound copy\n"
        )
        for command in (["info", "a.bin"], ["nearest", "a.bin", "the"], ["convert", "a.bin", "b.vec"]):
            assert wordvec(*command) == (1, "", expected)
        with pytest.raises(InputError, match="contains blanks"):
            Vectors.load("a.bin", limit=3)
        assert Vectors.load("a.bin", limit=1).words == ["the"]

    def test_readers_refuse_the_other_byte_order_and_lost_bytes(self, tmp_path: Path) -> None:
        words = [b"w%d" % row for row in range(50)]
        path = file_of(tmp_path, binary(words, matrix_of(50, 20).astype(">f4")), "a.bin")
        with pytest.raises(InputError, match=r"wrong byte order .*`wordvec check .*a.bin --repair OUT`"):
            Vectors.load(path)
        content = binary(words, matrix_of(50, 20))
        place = content.index(b"w20 ") + 30
        path = file_of(tmp_path, content[:place] + content[place + 1 :], "b.bin")
        with pytest.raises(InputError, match="row 21, 'w20': out of step"):
            Vectors.load(path)


def line(word: str, row: NDArray[np.float32]) -> str:
    return " ".join([word, *map(str, row.tolist())]) + "\n"


class TestTexts:
    WORDS = (". . .", "the", "at name@domain.com", "New York", "x", "\t")

    @pytest.mark.parametrize("first", range(6))
    def test_a_label_with_blanks_is_read_from_the_right_whichever_row_it_is(self, tmp_path: Path, first: int) -> None:
        words, matrix = [*self.WORDS[first:], *self.WORDS[:first]], matrix_of(6, 5)
        path = file_of(tmp_path, "".join(map(line, words, matrix)).encode(), "a.txt")
        got = Vectors.load(path)
        assert got.words == words
        np.testing.assert_array_equal(got.matrix, matrix)
        assert found(doctor.check(path)).keys() == {"space", "control"}
        out = tmp_path / "out.vec"
        doctor.repair(path, out)
        assert Vectors.load(out).words == [word.replace(" ", "_").replace("\t", "_") for word in words]
        np.testing.assert_array_equal(Vectors.load(out).matrix, matrix)

    def test_many_such_labels_are_read(self, tmp_path: Path) -> None:
        words, matrix = [f"w{row} {row} w" if row % 3 else f"w{row}" for row in range(3000)], matrix_of(3000, 20)
        path = file_of(tmp_path, "".join(map(line, words, matrix)).encode(), "a.txt")
        got = Vectors.load(path)
        assert got.words == words
        np.testing.assert_array_equal(got.matrix, matrix)

    def test_a_label_that_ends_in_a_number_is_ambiguous_only_if_all_of_it_is_numbers(self, tmp_path: Path) -> None:
        sound = "".join(map(line, "abc", matrix_of(3, 4)))
        path = file_of(tmp_path, (sound + "Route no 66 1 2 3 4\n").encode(), "a.txt")
        assert Vectors.load(path).words == [*"abc", "Route no 66"]
        path = file_of(tmp_path, (sound + "Route 66 1 2 3 4\n").encode(), "b.txt")
        with pytest.raises(InputError, match=r"b.txt, line 4: 5 fields after 'Route' .*`wordvec check .*--repair OUT`"):
            Vectors.load(path)

    @pytest.mark.parametrize(
        "row", ["a b 1 2 nan 4", "a b 1 2 1e99 4", "a b 1 2 x 4", "a b 1 2 3", " a 1 2 3 4", "a b 1 2 3\t4", "a b"]
    )
    def test_other_damage_is_an_error_with_its_line(self, tmp_path: Path, row: str) -> None:
        path = file_of(tmp_path, ("".join(map(line, "abc", matrix_of(3, 4))) + row + "\n").encode(), "a.txt")
        with pytest.raises(InputError, match=r"a.txt, line 4: .*`wordvec check"):
            Vectors.load(path)

    def test_a_file_of_one_such_line_is_no_text_of_glove(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="the first line is"):
            Vectors.load(file_of(tmp_path, b"New York 1 2 3\n", "a.txt"))

    def test_tabs_for_blanks_are_called_so(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=r"no header, and tabs between the numbers .*`wordvec check .*--repair"):
            Vectors.load(file_of(tmp_path, b"a\t1\t2\nb\t3\t4\n", "a.txt"))

    @pytest.mark.parametrize(
        ("row", "word"), [(b"\t 1 2 3", b"_"), (b"\t\t1\t2\t3", b"_"), (b"\t\t 1 2 3", b"_"), (b" \t 1 2 3", b"_")]
    )
    def test_a_label_that_is_a_tab_is_a_word_with_a_control_character(
        self, tmp_path: Path, row: bytes, word: bytes
    ) -> None:
        path, out = file_of(tmp_path, b"3 3\na 1 2 3\n" + row + b"\nb 4 5 6\n"), tmp_path / "out.vec"
        assert "control" in found(doctor.check(path))
        doctor.repair(path, out)
        assert out.read_bytes() == b"3 3\na 1 2 3\n" + word + b" 1 2 3\nb 4 5 6\n"

"""The doctor on binary files, word2vec's and fastText's."""

import os
from pathlib import Path

import numpy as np
import pytest
from gensim.models import KeyedVectors
from gensim.models.fasttext import load_facebook_vectors
from gensim.test.utils import datapath
from hypothesis import given
from hypothesis import strategies as st
from vector_files import MATRIX, WORDS, binary, check, fasttext, file_of, found

from wordvec.errors import InputError
from wordvec.formats import doctor
from wordvec.formats.common.number_sizes import BIG, LITTLE, byte_order
from wordvec.formats.doctor.cutting import Cutter

SIZE = 4 * MATRIX.shape[1]
needs_data = pytest.mark.skipif("WORDVEC_DATA" not in os.environ, reason="WORDVEC_DATA names no folder of real data")


def with_word(word: bytes) -> bytes:
    """The sound file with another third word."""
    return binary([*WORDS[:2], word, *WORDS[3:]])


def with_row(*numbers: float) -> bytes:
    """The sound file with another third row."""
    matrix = MATRIX.copy()
    matrix[2] = numbers
    return binary(matrix=matrix)


class TestWord2vec:
    @pytest.mark.parametrize("end", [b"\n", b""])
    def test_a_sound_file_has_no_defect_with_newlines_or_without(self, tmp_path: Path, end: bytes) -> None:
        report = doctor.check(file_of(tmp_path, binary(end=end)))
        assert (report.sound, report.format, report.rows, report.dim) == (True, "word2vec binary", 5, 3)
        assert report.notes == []

    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            (with_word(b"word\xff"), {"invalid-utf8": (1, [3])}),
            (with_word(b"a\x01"), {"control": (1, [3])}),
            (with_word(b"a\nb"), {"control": (1, [3])}),
            (with_word("a\u00a0b".encode()), {"unicode-space": (1, [3])}),
            (with_word(b""), {"empty-word": (1, [3])}),
            (with_word(b"the"), {"duplicate": (1, [3])}),
            (with_row(1, np.nan, 3), {"not-finite": (1, [3])}),
            (with_row(1, 2, -np.inf), {"not-finite": (1, [3])}),
            (with_row(0, -0.0, 0), {"zero-row": (1, [3])}),
            (binary(header=(6, 3)), {"too-few-rows": (1, [1])}),
            (binary(header=(4, 3)), {"too-many-rows": (1, [1])}),
            (binary() + b"xyz", {"too-many-rows": (1, [None])}),
            (binary()[:-5], {"truncated": (1, [5])}),
            (binary(header=(9, 3))[:-5], {"truncated": (1, [5]), "too-few-rows": (1, [1])}),
            (binary(matrix=MATRIX.astype(">f4")), {"byte-order": (1, [None])}),
            (b"\xef\xbb\xbf" + binary(), {"bom": (1, [None])}),
        ],
    )
    def test_a_defect_is_found_in_its_row(
        self, tmp_path: Path, content: bytes, expected: dict[str, tuple[int, list[int | None]]]
    ) -> None:
        assert check(tmp_path, content, "a.bin") == expected

    def test_locations_have_row_and_byte(self, tmp_path: Path) -> None:
        content = with_row(1, np.nan, 3)
        (finding,) = doctor.check(file_of(tmp_path, content, "a.bin")).defects
        assert finding.locations == [(3, content.index(b"word"), "nan in the row of 'word'")]
        (finding,) = doctor.check(file_of(tmp_path, binary()[:-5], "a.bin")).defects
        last = binary().index(b"\n</s>")
        assert finding.locations == [(5, last, f"{len(b'</s> ') + SIZE - 4} bytes of row 5 of 5")]

    def test_a_wrong_dim_puts_words_and_numbers_out_of_step(self, tmp_path: Path) -> None:
        matrix = np.random.default_rng(1).normal(size=(500, 20)).astype(np.float32)
        words = [b"word%d" % row for row in range(500)]
        report = found(doctor.check(file_of(tmp_path, binary(words, matrix, header=(500, 19)))))
        assert report["out-of-step"] == (1, [2])

    def test_what_follows_words_that_are_none_is_not_read(self, tmp_path: Path) -> None:
        matrix = np.random.default_rng(1).normal(size=(500, 20)).astype(np.float32)
        content = binary([b"word%d" % row for row in range(500)], matrix, end=b"")
        place = content.index(b"word300 ")
        noise = np.random.default_rng(2).integers(0, 256, 50_000).astype(np.uint8).tobytes()
        report = doctor.check(file_of(tmp_path, content[:place] + noise))
        assert found(report)["out-of-step"] == (1, [301])
        assert report.rows == 300

    def test_bytes_lost_in_the_middle_are_found_near_their_position(self, tmp_path: Path) -> None:
        matrix = np.random.default_rng(1).normal(size=(500, 20)).astype(np.float32)
        content = binary([b"word%d" % row for row in range(500)], matrix)
        place = content.index(b"word300 ") + 20
        for changed in (content[:place] + content[place + 3 :], content[:place] + b"???" + content[place:]):
            report = found(doctor.check(file_of(tmp_path, changed)))
            assert report.pop("out-of-step") == (2, [301, 302])
            assert report == {}

    def test_words_in_another_encoding_are_not_out_of_step(self, tmp_path: Path) -> None:
        words = [f"слово{row}".encode("cp1251") for row in range(300)]
        matrix = np.random.default_rng(1).normal(size=(300, 5)).astype(np.float32)
        assert check(tmp_path, binary(words, matrix)) == {"invalid-utf8": (300, [1, 2, 3, 4, 5])}

    @given(st.integers(1, 50), st.booleans())
    def test_rows_do_not_depend_on_where_the_file_is_cut(self, size: int, newline: bool) -> None:
        content = binary(end=b"\n" * newline)
        begin = content.index(b"\n") + 1
        cutter = Cutter(3, begin)
        blocks = list(cutter.blocks(iter([content[at : at + size] for at in range(begin, len(content), size)])))
        assert [word for block in blocks for word in block.words] == WORDS
        assert [start for block in blocks for start in block.starts] == [content.index(word + b" ") for word in WORDS]
        np.testing.assert_array_equal(np.concatenate([block.numbers for block in blocks]), MATRIX)
        assert (cutter.left, cutter.end) == (b"\n" * newline, len(content) - newline)

    @pytest.mark.parametrize("scale", [1e-4, 0.01, 1, 1000])
    def test_the_byte_order_of_vectors_is_detected(self, scale: float) -> None:
        numbers = np.random.default_rng(2).normal(0, scale, 3000)
        assert byte_order(numbers.astype(LITTLE).tobytes()) == LITTLE
        assert byte_order(numbers.astype(BIG).tobytes()) == BIG
        assert byte_order(np.round(numbers).astype(LITTLE).tobytes()) == LITTLE

    def test_the_byte_order_of_few_numbers_is_not_guessed(self) -> None:
        numbers = np.ones(7)
        assert byte_order(numbers.astype(BIG).tobytes()) == LITTLE
        assert byte_order(np.ones(8).astype(BIG).tobytes()) == BIG

    def test_gensim_s_files_are_sound(self, tmp_path: Path) -> None:
        keyed = KeyedVectors(3)
        keyed.add_vectors([word.decode() for word in WORDS], MATRIX)
        keyed.save_word2vec_format(str(tmp_path / "a.bin"), binary=True)
        assert doctor.check(tmp_path / "a.bin").sound


class TestFastText:
    def model(self, **changes: int) -> bytes:
        return fasttext(WORDS, np.concatenate([MATRIX, MATRIX]), **({"bucket": 5} | changes))

    def test_a_sound_model_has_no_defect_and_is_what_gensim_reads(self, tmp_path: Path) -> None:
        path = file_of(tmp_path, self.model(), "a.bin")
        report = doctor.check(path)
        assert (report.sound, report.format, report.rows, report.dim) == (True, "fastText model", 5, 3)
        assert len(load_facebook_vectors(str(path)).index_to_key) == 5

    def test_contradictory_sizes_are_found(self, tmp_path: Path) -> None:
        report = doctor.check(file_of(tmp_path, self.model(bucket=6)))
        (finding,) = report.defects
        assert finding.defect.code == "sizes"
        assert finding.locations[0].detail == "the input matrix is 10 x 3 and should be 11 x 3"
        assert "sizes" in check(tmp_path, self.model(entries=6))

    @pytest.mark.parametrize("left", [70, 150, 250, 370])
    def test_a_model_that_ends_too_early_is_truncated(self, tmp_path: Path, left: int) -> None:
        content = self.model()
        assert left < len(content)
        assert check(tmp_path, content[:left]) == {"truncated": (1, [None])}

    def test_bytes_behind_the_model_are_found(self, tmp_path: Path) -> None:
        assert check(tmp_path, self.model() + b"abc") == {"too-many-rows": (1, [None])}

    def test_words_and_numbers_are_looked_at(self, tmp_path: Path) -> None:
        matrix = MATRIX.copy()
        matrix[1], matrix[3, 2] = 0, np.nan
        content = fasttext([b"a", b"b\xff", b"a", b"c d", b""], matrix)
        assert check(tmp_path, content) == {
            "empty-word": (1, [5]),
            "invalid-utf8": (1, [2]),
            "space": (1, [4]),
            "not-finite": (2, [4, 4]),
            "zero-row": (1, [2]),
            "duplicate": (1, [3]),
        }

    def test_the_version_before_is_as_sound(self, tmp_path: Path) -> None:
        content = self.model()
        assert check(tmp_path, content[:4] + b"\x0b\0\0\0" + content[8:]) == {}

    def test_another_version_or_byte_order_is_an_error(self, tmp_path: Path) -> None:
        content = self.model()
        for changed, expected in [
            (content[:4] + b"\x0a\0\0\0" + content[8:], "version 10; versions 11 and 12 are supported"),
            (content[3::-1] + content[4:], "in the wrong byte order"),
        ]:
            with pytest.raises(InputError, match=expected):
                doctor.check(file_of(tmp_path, changed))

    def test_promises_of_a_tiny_file_ask_for_no_memory(self, tmp_path: Path) -> None:
        content = bytearray(self.model())
        content[64:72] = (2**31 - 1).to_bytes(4, "little") * 2
        report = check(tmp_path, bytes(content))
        assert "truncated" in report or "out-of-step" in report

    def test_real_models_of_gensim(self) -> None:
        assert doctor.check(datapath("crime-and-punishment.bin")).sound
        assert found(doctor.check(datapath("toy-model-pretrained.bin"))) == {
            "empty-word": (1, [23]),
            "zero-row": (1, [23]),
        }
        assert found(doctor.check(datapath("pang_lee_polarity_fasttext.bin")))["invalid-utf8"][0] == 5


@needs_data
def test_a_real_file_cut_anywhere_is_found_to_be(tmp_path: Path) -> None:
    content = Path(os.environ["WORDVEC_DATA"], "vector_files/glove50_4k/w2v_newline.bin").read_bytes()
    for size in range(1000, len(content) - 2, 90_001):
        report = check(tmp_path, content[:size])
        assert set(report) <= {"truncated", "too-few-rows"}
        assert report

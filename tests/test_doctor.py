"""The doctor on texts: each defect is found where it is, and what is sound is called so."""

import bz2
import gzip
import lzma
import os
from collections.abc import Callable
from pathlib import Path

import naive
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from vector_files import LINES, TEXT, check, file_of, notes

from wordvec.errors import InputError
from wordvec.formats import doctor
from wordvec.formats.doctor import words
from wordvec.formats.doctor.defects import DESCRIPTIONS, NOTES, Defect, effect
from wordvec.formats.doctor.text import blocks_of_lines, scan_lines

DATA = Path(os.environ.get("WORDVEC_DATA", ""), "vector_files")
needs_data = pytest.mark.skipif("WORDVEC_DATA" not in os.environ, reason="WORDVEC_DATA names no folder of real data")


def with_line(number: int, line: bytes) -> bytes:
    """The sound text with one of its rows replaced; line 1 is the header."""
    lines = [b"5 3", *LINES]
    lines[number - 1] = line
    return b"\n".join(lines) + b"\n"


class TestDefects:
    def test_a_sound_text_has_none(self, tmp_path: Path) -> None:
        report = doctor.check(file_of(tmp_path, TEXT))
        assert (report.sound, report.format, report.rows, report.dim) == (True, "word2vec text", 5, 3)
        assert (report.defects, report.notes) == ([], [])

    @pytest.mark.parametrize(
        ("line", "defect"),
        [
            (b"word 1 2", "ragged"),
            (b"word", "ragged"),
            (b"word 1 2 3 4", "ragged"),
            (b"5 3", "ragged"),
            (b"", "blank-line"),
            (b" \t", "blank-line"),
            (b"word 1 2 nan", "not-finite"),
            (b"word -Inf 2 3", "not-finite"),
            (b"word infinity 2 3", "not-finite"),
            (b"word 1e39 2 3", "not-finite"),
            (b"word 3.4028236e38 2 3", "not-finite"),
            (b"word 1e999 2 3", "not-finite"),
            (b"word 0,5 2 3", "bad-number"),
            (b"word 1_0 2 3", "bad-number"),
            (b"word 0x1 2 3", "bad-number"),
            (b"word 1e 2 3", "bad-number"),
            (b"word - 2 3", "bad-number"),
            (b"word 0 -0.0 0e5", "zero-row"),
            (b"word 1e-60 0 0", "zero-row"),
            (b"word\xff 1 2 3", "invalid-utf8"),
            (b"\xed\xa0\x80 1 2 3", "invalid-utf8"),
            (b"new york 1 2 3", "space"),
            (b"new york city 1 2 3", "space"),
            (b" word 1 2 3", "space"),
            ("a\u00a0b 1 2 3".encode(), "unicode-space"),
            ("\u3000 1 2 3".encode(), "unicode-space"),
            ("a\u0085 1 2 3".encode(), "unicode-space"),
            (b"a\tb 1 2 3", "control"),
            (b"a\x00b 1 2 3", "control"),
            (b"a\x1cb 1 2 3", "control"),
            (b"a\rb 1 2 3", "control"),
            (b" 1 2 3", "empty-word"),
            (b"word  1 2 3", "separators"),
            (b"word 1  2 3", "separators"),
            (b"word\t1\t2\t3", "separators"),
            (b"word 1\t2 3", "separators"),
            (b"word 1 2 3\r", "crlf"),
            (b"the 1 2 3", "duplicate"),
        ],
    )
    def test_one_is_found_in_its_line_and_nothing_else(self, tmp_path: Path, line: bytes, defect: str) -> None:
        expected = {defect: (1, [4])}
        if defect == "blank-line":
            expected["too-few-rows"] = (1, [1])
        assert check(tmp_path, with_line(4, line)) == expected

    @pytest.mark.parametrize(
        "line", [b"nan 1 2 3", b"3.5 1 2 3", b"1e5 1 2 3", b"w 3.4028235e38 2 3", b"\xef\xbb\xbfw 1 2 3", b"w +1 .5 2."]
    )
    def test_what_only_looks_odd_is_sound(self, tmp_path: Path, line: bytes) -> None:
        assert check(tmp_path, with_line(4, line)) == {}

    def test_locations_have_line_byte_and_details(self, tmp_path: Path) -> None:
        report = doctor.check(file_of(tmp_path, with_line(4, b"new york 1 2 3")))
        (finding,) = report.defects
        assert finding.locations == [(4, TEXT.index(b"word"), "'new york' contains U+0020")]

    def test_a_line_can_have_several(self, tmp_path: Path) -> None:
        assert check(tmp_path, with_line(4, b"a\x01\xc2\xa0b\xff nan  0,5 3\r")) == {
            "crlf": (1, [4]),
            "separators": (1, [4]),
            "invalid-utf8": (1, [4]),
            "unicode-space": (1, [4]),
            "control": (1, [4]),
            "bad-number": (1, [4]),
            "not-finite": (1, [4]),
        }

    def test_the_first_five_locations_are_kept_and_all_are_counted(self, tmp_path: Path) -> None:
        text = b"3000 2\n" + b"".join(b"word%d 1 nan\n" % row for row in range(3000))
        assert check(tmp_path, text) == {"not-finite": (3000, [2, 3, 4, 5, 6])}

    @pytest.mark.parametrize(
        ("header", "defect"),
        [(b"6 3", "too-few-rows"), (b"4 3", "too-many-rows"), (b"0 3", "too-many-rows"), (b"5 4", "header-dim")],
    )
    def test_a_header_is_held_against_the_rows(self, tmp_path: Path, header: bytes, defect: str) -> None:
        assert check(tmp_path, with_line(1, header)) == {defect: (1, [1])}

    def test_a_file_that_ends_inside_a_row_is_truncated(self, tmp_path: Path) -> None:
        assert check(tmp_path, TEXT.removesuffix(b" 0.0\n")) == {"truncated": (1, [6])}
        assert check(tmp_path, TEXT[: TEXT.index(b"na")]) == {"too-few-rows": (1, [1])}

    def test_a_byte_order_mark_is_found(self, tmp_path: Path) -> None:
        assert check(tmp_path, b"\xef\xbb\xbf" + TEXT) == {"bom": (1, [None])}

    def test_carriage_returns_are_counted_by_lines(self, tmp_path: Path) -> None:
        assert check(tmp_path, TEXT.replace(b"\n", b"\r\n")) == {"crlf": (5, [2, 3, 4, 5, 6])}

    def test_words_that_differ_in_bytes_or_case_are_no_duplicates(self, tmp_path: Path) -> None:
        assert check(tmp_path, with_line(4, b"The 1 2 3")) == {}
        assert check(tmp_path, with_line(4, "nai\u0308ve 1 2 3".encode())) == {}

    def test_duplicates_are_found_across_blocks_and_name_the_first(self, tmp_path: Path) -> None:
        rows = [b"word%d 1 2 3 4 5 6 7 8 9 10" % row for row in range(100_000)]
        rows[99_990] = rows[20]
        report = doctor.check(file_of(tmp_path, b"100000 10\n" + b"\n".join(rows) + b"\n"))
        (finding,) = report.defects
        assert (finding.count, finding.locations[0].number, finding.locations[0].detail) == (
            1,
            99_992,
            "the word of line 22",
        )


class TestNotes:
    def test_a_text_without_header_is_sound_with_a_note(self, tmp_path: Path) -> None:
        report = doctor.check(file_of(tmp_path, TEXT.partition(b"\n")[2]))
        assert (report.sound, report.format, report.rows, report.dim) == (True, "text without header", 5, 3)
        assert notes(report) == {"no-header"}

    def test_blanks_at_line_ends_and_a_missing_newline_are_notes(self, tmp_path: Path) -> None:
        assert notes(doctor.check(file_of(tmp_path, TEXT.replace(b"\n", b" \n")))) == {"blank-at-end"}
        assert notes(doctor.check(file_of(tmp_path, TEXT.removesuffix(b"\n")))) == {"no-newline"}

    @pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress, zstandard.compress])
    def test_compressed_files_are_read(self, tmp_path: Path, compress: Callable[[bytes], bytes]) -> None:
        report = doctor.check(file_of(tmp_path, compress(TEXT)))
        assert (report.sound, report.rows, notes(report)) == (True, 5, {"compressed"})


class TestDamagedArchives:
    @pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
    def test_what_can_be_had_is_looked_at(self, tmp_path: Path, compress: Callable[[bytes], bytes]) -> None:
        text = b"60000 4\n" + b"".join(b"w%d 0.%d 2 %d 4\n" % (row, row, row * row) for row in range(60_000))
        whole = compress(text)
        report = doctor.check(file_of(tmp_path, whole[: len(whole) * 2 // 3]))
        codes = [finding.defect.code for finding in report.defects]
        assert "archive" in codes
        assert report.rows > 20_000
        assert report.defects[codes.index("archive")].locations[0].byte is not None

    def test_one_that_holds_nothing_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=r"a\.vec: damaged, cannot be decompressed"):
            doctor.check(file_of(tmp_path, gzip.compress(TEXT)[:10]))


class TestOtherFiles:
    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            (b"", "the file is empty"),
            (b"PK\x03\x04....", "a zip archive"),
            (b"\x80\x04\x95....", "gensim's KeyedVectors, a pickle"),
            (b"\x93NUMPY....", "an array of NumPy"),
            (b"FiFu....", "finalfusion's file"),
            (TEXT.decode().encode("utf-16"), "UTF-16; save it as UTF-8"),
            (b"Beautiful is better than ugly.\nExplicit is better than implicit.\n", "not vectors"),
            (b"the\t1061396\nof\t593677\n", "not vectors"),
            (b"50000 300 4 5 2 2166136261 < >\n0 1 2 3\n", "floret's table of n-grams"),
            (b"0" * 257 + b"ustar" + b"0" * 300, "a tar archive"),
            (b"5 999999999\nthe \0\0\0\0", "promises 999,999,999 numbers a row"),
        ],
    )
    def test_another_kind_of_file_is_refused_in_one_line(self, tmp_path: Path, content: bytes, expected: str) -> None:
        with pytest.raises(InputError, match=expected):
            doctor.check(file_of(tmp_path, content))

    def test_a_missing_file_and_a_folder_are_errors(self, tmp_path: Path) -> None:
        for path in (tmp_path, tmp_path / "none"):
            with pytest.raises(InputError):
                doctor.check(path)

    def test_a_header_alone_asks_for_no_memory(self, tmp_path: Path) -> None:
        assert check(tmp_path, b"999999999 300\n") == {"too-few-rows": (1, [1])}
        assert check(tmp_path, b"9 999999999\na b\n") == {"ragged": (1, [2]), "too-few-rows": (1, [1])}

    def test_an_endless_line_is_a_ragged_row(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("wordvec.formats.doctor.text._LONGEST_WORD", 1000)
        monkeypatch.setattr("wordvec.formats.doctor.source.BLOCK", 256)
        assert check(tmp_path, with_line(4, b"x" * 9000)) == {"ragged": (1, [4])}
        assert check(tmp_path, with_line(6, b"x" * 9000)) == {"ragged": (1, [6])}


fields = st.sampled_from([b"0", b"1.5", b"-2e-3", b"nan", b"x", b"1e99", b"", b"\t", b"7,5", b"3.4028235677973366e38"])
a_word = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), max_size=5).map(str.encode),
    st.binary(max_size=4).map(lambda word: word.replace(b"\n", b"")),
    st.sampled_from([b"a", b"b", b"a b", b"\xc2\xa0", b"12"]),
)
a_line = st.one_of(
    st.tuples(a_word, st.lists(fields, min_size=2, max_size=4), st.sampled_from([b"", b" ", b"\r", b" \r", b"\t"])).map(
        lambda parts: b" ".join([parts[0], *parts[1]]) + parts[2]
    ),
    st.tuples(a_word, st.just(b" 1.25 2 -0.5")).map(b"".join),
)


@given(st.lists(a_line, min_size=1, max_size=12), st.booleans())
def test_blocks_are_seen_as_lines_one_by_one(lines: list[bytes], newline: bool) -> None:
    """What is read fast has the defects that a slow look at each line finds."""
    content = b"\n".join(lines) + b"\n" * newline
    blocks = list(blocks_of_lines(iter([content]), 0, 0, 3))
    expected = naive.defects_of_lines(content, 3)
    flags = [flag for block in blocks for flag in scan_lines(block).flags.tolist()]
    known = int(~(Defect.NOTHING_FINITE))
    assert [sorted(d.code for d in Defect if d & flag & known) for flag in flags] == expected
    assert [int(start) for block in blocks for start in block.starts] == [
        sum(len(line) + 1 for line in content.split(b"\n")[:i]) for i in range(len(flags))
    ]


@given(st.lists(a_line, min_size=1, max_size=30), st.integers(1, 40))
def test_blocks_do_not_depend_on_where_the_file_is_cut(lines: list[bytes], size: int) -> None:
    content = b"\n".join(lines)
    chunks = [content[at : at + size] for at in range(0, len(content), size)]
    whole, cut = ([*blocks_of_lines(iter(pieces), 1, 7, 3)] for pieces in ([content], chunks))
    assert [block.verbatim(at) for block in whole for at in range(len(block))] == [
        block.verbatim(at) for block in cut for at in range(len(block))
    ]
    starts = [[int(start) for block in blocks for start in block.starts] for blocks in (whole, cut)]
    assert starts[0] == starts[1]


@given(a_word)
def test_a_mended_word_is_sound_and_a_sound_one_stays(word: bytes) -> None:
    mended = words.mended(word)
    assert not [defect for defect, _ in words.faults(mended) if defect != Defect.EMPTY_WORD]
    assert (mended == word) == (not words.faults(word) or not word)


def test_every_defect_says_what_it_is_and_none_is_forgotten() -> None:
    reported = [defect for defect in Defect if defect != Defect.NOTHING_FINITE]
    assert list(DESCRIPTIONS) == reported
    for kind in ("text", "binary", "fasttext"):
        assert effect(Defect.NOTHING_FINITE, kind) is None
    assert {defect for defect in Defect if defect & NOTES} <= set(DESCRIPTIONS)


@needs_data
@pytest.mark.parametrize(
    ("name", "rows", "dim", "expected", "noted"),
    [
        ("finalfusion-rust/analogy.bin", 43, 100, {}, set()),
        ("finalfusion-rust/fasttext.bin", 157, 50, {}, set()),
        ("finalfusion-rust/similarity.bin", 41, 100, {}, set()),
        ("finalfusion-rust/similarity.nodims", 41, 100, {}, {"no-header"}),
        ("finalfusion-rust/similarity.txt", 41, 100, {}, set()),
        ("finalfusion-rust/utf8-incomplete.bin", 3, 3, {"invalid-utf8": (1, [2])}, set()),
        ("finalfusion-rust/utf8-incomplete.dims", 3, 3, {"invalid-utf8": (1, [3])}, set()),
        ("finalfusion-rust/utf8-incomplete.txt", 3, 3, {"invalid-utf8": (1, [2])}, {"no-header"}),
        ("gensim/crime-and-punishment.vec", 291, 5, {}, {"blank-at-end"}),
        ("gensim/test_glove.txt", 76, 50, {}, {"no-header"}),
        ("gensim/toy-model.bin", 22, 5, {}, set()),
        ("gensim/toy-model.vec", 22, 5, {}, {"blank-at-end"}),
        ("glove50_4k/fixed_header.txt", 4197, 50, {}, set()),
        ("glove50_4k/w2v_newline.bin", 4197, 50, {}, set()),
        ("glove50_4k/w2v_nonewline.bin", 4197, 50, {}, set()),
        ("magnitude/tests/models/fasttext.vec", 5, 2, {}, {"no-newline"}),
        ("magnitude/tests/models/glove.txt", 5, 2, {}, {"no-header", "no-newline"}),
        ("magnitude/tests/models/large.txt", 1, 5000, {"zero-row": (1, [2])}, {"no-newline"}),
        ("magnitude/tests/models/word2vec.bin", 5, 2, {}, set()),
        ("magnitude/tests/models/word2vec.txt", 5, 2, {}, {"no-newline"}),
        ("magnitude/tests/models/zero.txt", 1, 2, {"zero-row": (1, [2])}, {"no-newline"}),
        ("vecto/embeddings/text/corrupted/emb.txt", 6, 4, {"ragged": (1, [2])}, {"blank-at-end", "no-newline"}),
        ("vecto/embeddings/text/plain_no_file_header/emb.txt", 5, 4, {}, {"no-header", "no-newline"}),
        ("vecto/embeddings/text/plain_with_file_header/emb.txt", 9, 4, {}, {"no-newline"}),
        ("whatlies_bpemb/cache/en.wiki.bpe.vs1000.d25.w2v.bin", 1000, 25, {}, set()),
        ("whatlies_bpemb/cache/en/en.wiki.bpe.vs1000.d25.w2v.bin", 1000, 25, {}, set()),
    ],
)
def test_real_files_get_the_verdict_found_by_hand(
    name: str, rows: int, dim: int, expected: dict[str, tuple[int, list[int]]], noted: set[str]
) -> None:
    report = doctor.check(DATA / name)
    assert (report.rows, report.dim) == (rows, dim)
    assert {f.defect.code: (f.count, [place.number for place in f.locations]) for f in report.defects} == expected
    assert notes(report) == noted


@needs_data
def test_real_texts_of_magnitude_are_sound_in_every_compression() -> None:
    folder = DATA / "magnitude/pymagnitude/third_party/allennlp/tests/fixtures/embeddings"
    for name, rows, dim in [
        ("fake_embeddings.5d.txt", 15, 5),
        ("fake_embeddings.5d.txt.gz", 15, 5),
        ("fake_embeddings.5d.txt.bz2", 15, 5),
        ("glove.6B.100d.sample.txt.gz", 100, 100),
        ("glove.6B.300d.sample.txt.gz", 100, 300),
    ]:
        report = doctor.check(folder / name)
        assert (report.sound, report.rows, report.dim) == (True, rows, dim)


@needs_data
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("finalfusion-rust/quantized.fifu", "finalfusion's file"),
        ("finalfusion-rust/similarity.fifu", "finalfusion's file"),
        ("finalfusion-rust/quantized_storage.bin", "not vectors"),
        ("magnitude/tests/models/elmo_options.json", "JSON"),
        ("vecto/embeddings/npy/test.npy", "an array of NumPy"),
        ("vecto/vocabs/plain/vocab.tsv", "not vectors"),
        ("vecto/vocabs/one_column/something.vocab", "not vectors"),
        ("whatlies_bpemb/data/foobar.txt", "not vectors"),
        ("whatlies_bpemb/cache/custom_gensim_vectors.kv", "a pickle"),
    ],
)
def test_real_files_that_are_something_else_are_named(name: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        doctor.check(DATA / name)

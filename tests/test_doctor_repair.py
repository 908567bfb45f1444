"""What a repair makes of damaged files: as its policy says, sound, read by gensim and by wordvec, all on record."""

import bz2
import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from gensim.models import KeyedVectors
from hypothesis import given, settings
from hypothesis import strategies as st
from vector_files import LINES, MATRIX, TEXT, WORDS, binary, fasttext, file_of

from wordvec.errors import InputError, OutputError, SettingsError
from wordvec.formats import doctor
from wordvec.formats.doctor import scan
from wordvec.formats.doctor.policy import Policy
from wordvec.vectors import Vectors

DATA = Path(os.environ.get("WORDVEC_DATA", ""), "vector_files")
needs_data = pytest.mark.skipif("WORDVEC_DATA" not in os.environ, reason="WORDVEC_DATA names no folder of real data")


def repaired(folder: Path, content: bytes, policy: Policy | None = None, name: str = "out.vec") -> bytes:
    """Repair, and give the copy once it is found sound."""
    out = folder / name
    done = doctor.repair(file_of(folder, content, "in"), out, policy, overwrite=True)
    report = doctor.check(out)
    assert report.sound, [finding.defect.code for finding in report.defects]
    assert report.notes == []
    assert report.rows == done.rows
    return out.read_bytes()


def changes(folder: Path, name: str = "out.vec") -> list[str]:
    return (folder / f"{name}.changes.tsv").read_text().splitlines()[1:]


def text_of(*lines: bytes) -> bytes:
    return b"%d 3\n" % len(lines) + b"".join(line + b"\n" for line in lines)


class TestTexts:
    def test_a_sound_text_is_copied_byte_by_byte(self, tmp_path: Path) -> None:
        assert repaired(tmp_path, TEXT) == TEXT
        assert changes(tmp_path) == []

    @pytest.mark.parametrize(
        ("line", "becomes", "change"),
        [
            (b"word 1 2", None, "4\tdropped\tragged\t2 numbers after 'word' where 3 are expected"),
            (b"word 1 2 3 4", None, "4\tdropped\tragged\t4 numbers after 'word' where 3 are expected"),
            (b"", None, "4\tdropped\tblank-line\t"),
            (b" 1 2 3", None, "4\tdropped\tempty-word\tthe word is missing"),
            (b"word 1 nan 3", None, "4\tdropped\tnot-finite\t'nan' in the row of 'word'"),
            (b"word 1 0,5 3", None, "4\tdropped\tbad-number\t'0,5' in the row of 'word'"),
            (b"word 0 0.0 -0", None, "4\tdropped\tzero-row\t'word'"),
            (b"the 1 2 3", None, "4\tdropped\tduplicate\t'the' is in line 2"),
            (b"w\xff 1 2 3", "w\ufffd 1 2 3", "4\tword changed\tinvalid-utf8\t'w\\xff' became 'w\ufffd'"),
            (b"new york 1 2 3", "new_york 1 2 3", "4\tword changed\tspace\t'new york' became 'new_york'"),
            (b"a\xc2\xa0 1 2 3", "a_ 1 2 3", "4\tword changed\tunicode-space\t'a\\xa0' became 'a_'"),
            (b"a\x01\x02b 1 2 3", "a_b 1 2 3", "4\tword changed\tcontrol\t'a\\x01\\x02b' became 'a_b'"),
            (b"word  1\t2 3", "word 1 2 3", "4\tsingle blanks\tseparators\t"),
            (b"word 1 2 3\r", "word 1 2 3", "4\tnewline alone\tcrlf\t"),
            (b"word 1 2 3  ", "word 1 2 3", "4\tblanks at the end removed\tblank-at-end\t"),
        ],
    )
    def test_a_defect_is_repaired_as_documented_and_on_record(
        self, tmp_path: Path, line: bytes, becomes: str | None, change: str
    ) -> None:
        rest = [*LINES[:2], *([becomes.encode()] if becomes else []), *LINES[3:]]
        assert repaired(tmp_path, text_of(*LINES[:2], line, *LINES[3:])) == text_of(*rest)
        header = ["1\theader changed\theader\t5 3 became 4 3"] if becomes is None else []
        assert changes(tmp_path) == [*header, change]

    def test_kept_rows_keep_their_digits(self, tmp_path: Path) -> None:
        lines = [b"a +1.50 2e0 .5", b"b 0.10000000000000000001 2 3", b"c d 1.0 2.00 3"]
        assert repaired(tmp_path, text_of(*lines)).splitlines()[1:] == [*lines[:2], b"c_d 1.0 2.00 3"]

    @pytest.mark.parametrize("header", [b"", b"9 3\n", b"1 3\n", b"5 7\n"])
    def test_the_header_is_corrected(self, tmp_path: Path, header: bytes) -> None:
        assert repaired(tmp_path, header + TEXT.partition(b"\n")[2]) == TEXT
        (change,) = changes(tmp_path)
        assert change.startswith("1\theader ")

    def test_byte_order_mark_line_ends_and_a_missing_newline_are_corrected(self, tmp_path: Path) -> None:
        assert repaired(tmp_path, b"\xef\xbb\xbf" + TEXT.replace(b"\n", b"\r\n")) == TEXT
        assert changes(tmp_path) == ["-\tremoved\tbom\t", "2-6\tnewline alone\tcrlf\t"]
        assert repaired(tmp_path, TEXT.removesuffix(b"\n")) == TEXT
        assert changes(tmp_path) == ["6\tnewline added\tno-newline\t"]

    def test_a_cut_row_goes(self, tmp_path: Path) -> None:
        assert repaired(tmp_path, TEXT.removesuffix(b" 0.0\n")) == text_of(*LINES[:4])
        assert changes(tmp_path)[1] == "6\tdropped\ttruncated\t2 numbers after '</s>' where 3 are expected"

    @pytest.mark.parametrize(
        ("policy", "row"),
        [("first", b"a 1 2 3"), ("last", b"a 7.50 0 -3"), ("mean", b"a 3.5 1.0 1.0")],
    )
    def test_rows_with_the_same_word_give_what_the_policy_says_to_the_first(
        self, tmp_path: Path, policy: str, row: bytes
    ) -> None:
        content = text_of(b"a 1 2 3", b"b 1 1 1", b"a 2 1 3", b"c 1 1 1", b"a 7.50 0 -3")
        out = repaired(tmp_path, content, Policy(duplicates=policy))
        assert out == text_of(row, b"b 1 1 1", b"c 1 1 1")
        dropped = [line for line in changes(tmp_path) if "dropped" in line]
        assert dropped == ["4\tdropped\tduplicate\t'a' is in line 2", "6\tdropped\tduplicate\t'a' is in line 2"]

    def test_words_that_mending_makes_equal_are_duplicates(self, tmp_path: Path) -> None:
        content = text_of(b"new york 1 2 3", b"new_york 4 5 6", b"new\x01york 7 8 9")
        assert repaired(tmp_path, content) == text_of(b"new_york 1 2 3")
        assert repaired(tmp_path, content, Policy(duplicates="mean")) == text_of(b"new_york 4.0 5.0 6.0")

    def test_a_row_that_is_dropped_is_no_first_one(self, tmp_path: Path) -> None:
        assert repaired(tmp_path, text_of(b"a nan 2 3", b"a 4 5 6")) == text_of(b"a 4 5 6")

    def test_rows_that_cancel_each_other_go_with_the_rows_of_zeros(self, tmp_path: Path) -> None:
        content = text_of(b"a 1 2 3", b"b 1 1 1", b"a -1 -2 -3")
        assert repaired(tmp_path, content, Policy(duplicates="mean")) == text_of(b"b 1 1 1")
        assert "2\tdropped\tzero-row\tthe mean of the rows with 'a'" in changes(tmp_path)

    def test_other_policies(self, tmp_path: Path) -> None:
        content = text_of(b"a\xff 1 2 3", b"b c 1 2 3", b"d\x01 1 2 3", b"e nan x 3", b"f nan inf 0")
        every = Policy(invalid_utf8="drop", spaces="drop", bad_numbers="zero")
        assert repaired(tmp_path, content, every) == text_of(b"e 0 0 3")
        kept = Policy(bad_numbers="zero", zero_rows="keep")
        doctor.repair(file_of(tmp_path, content, "in"), tmp_path / "out.vec", kept, overwrite=True)
        assert (tmp_path / "out.vec").read_bytes().endswith(b"e 0 0 3\nf 0 0 0\n")

    def test_a_policy_that_there_is_not_is_an_error(self) -> None:
        with pytest.raises(SettingsError, match="duplicates all: choose one of first, last, mean"):
            Policy(duplicates="all")

    def test_what_a_damaged_archive_still_gives_is_kept(self, tmp_path: Path) -> None:
        lines = [b"w%d 0.%d 2 %d" % (row, row + 1, row * row) for row in range(60_000)]
        whole = gzip.compress(text_of(*lines))
        out = repaired(tmp_path, whole[: len(whole) // 2])
        rows = out.splitlines()[1:]
        assert len(rows) > 20_000
        assert rows == lines[: len(rows)]

    @pytest.mark.parametrize(("ending", "unpack"), [(".gz", gzip.decompress), (".bz2", bz2.decompress)])
    def test_the_extension_selects_the_compression(
        self, tmp_path: Path, ending: str, unpack: Callable[[bytes], bytes]
    ) -> None:
        out = tmp_path / f"out.vec{ending}"
        doctor.repair(file_of(tmp_path, TEXT + b"\n", "in"), out)
        assert unpack(out.read_bytes()) == TEXT

    def test_many_blocks_with_few_defects(self, tmp_path: Path) -> None:
        lines = [b"word%d 0.25 1 %d" % (row, row + 1) for row in range(150_000)]
        wrong = {5: b"a b 1 2 3", 90_000: b"short 1", 149_990: b"word3 1 2 3"}
        content = text_of(*(wrong.get(row, line) for row, line in enumerate(lines)))
        lines[5] = b"a_b 1 2 3"
        assert repaired(tmp_path, content) == text_of(*lines[:90_000], *lines[90_001:149_990], *lines[149_991:])


class TestBinary:
    @pytest.mark.parametrize("end", [b"\n", b""])
    def test_a_sound_file_is_written_as_word2vec_does(self, tmp_path: Path, end: bytes) -> None:
        assert repaired(tmp_path, binary(end=end), name="out.bin") == binary()

    def test_byte_order_and_header_are_corrected(self, tmp_path: Path) -> None:
        content = binary(matrix=MATRIX.astype(">f4"), header=(9, 3))
        assert repaired(tmp_path, content, name="out.bin") == binary()
        assert changes(tmp_path, "out.bin") == [
            "-\tbyte order of all numbers reversed\tbyte-order\t",
            "1\theader changed\theader\t9 3 became 5 3",
        ]

    def test_rows_are_dropped_and_mended(self, tmp_path: Path) -> None:
        matrix = MATRIX.copy()
        matrix[1, 1], matrix[4] = np.nan, 0
        words = [b"a\xff", b"of", b"b\x01", b"a\xff", b"zero"]
        out = repaired(tmp_path, binary(words, matrix), name="out.bin")
        assert out == binary(["a\ufffd".encode(), b"b_"], matrix[[0, 2]])
        out = repaired(tmp_path, binary(words, matrix), Policy(duplicates="mean", bad_numbers="zero"), "out.bin")
        expected = np.array([(MATRIX[0] + MATRIX[3]) / 2, [0.25, 0, 1e-5], MATRIX[2]], np.float32)
        assert out == binary(["a\ufffd".encode(), b"of", b"b_"], expected)

    def test_cut_rows_and_bytes_behind_go_on_record(self, tmp_path: Path) -> None:
        assert repaired(tmp_path, binary()[:-5], name="out.bin") == binary(WORDS[:4], MATRIX[:4])
        assert changes(tmp_path, "out.bin")[-1] == "-\tdropped\ttruncated\t13 bytes after the last whole row"
        assert repaired(tmp_path, binary() + b"xyz", name="out.bin") == binary()
        assert changes(tmp_path, "out.bin") == ["-\tdropped\ttruncated\t3 bytes after the last whole row"]

    def test_rows_that_lost_bytes_go_and_the_others_stay(self, tmp_path: Path) -> None:
        matrix = np.random.default_rng(1).normal(size=(500, 20)).astype(np.float32)
        words = [b"word%d" % row for row in range(500)]
        content = binary(words, matrix)
        place = content.index(b"word300 ") + 20
        out = repaired(tmp_path, content[:place] + content[place + 3 :], name="out.bin")
        kept = [row for row in range(500) if row not in (300, 301)]
        assert out == binary([words[row] for row in kept], matrix[kept])

    def test_rows_before_words_that_are_none_are_kept(self, tmp_path: Path) -> None:
        matrix = np.random.default_rng(1).normal(size=(300, 20)).astype(np.float32)
        words = [b"word%d" % row for row in range(300)]
        noise = np.random.default_rng(2).integers(0, 256, 50_000).astype(np.uint8).tobytes()
        out = repaired(tmp_path, binary(words, matrix, end=b"") + noise, name="out.bin")
        assert out == binary(words, matrix)
        assert changes(tmp_path, "out.bin") == ["301\tdropped with all rows after it\tout-of-step\t"]


class TestOutputs:
    def test_metadata_has_one_more_step_and_old_counts_go(self, tmp_path: Path) -> None:
        (tmp_path / "in.json").write_text('{"method": "skip-gram", "history": [{"step": "unit"}]}')
        (tmp_path / "out.vocab").write_text("the 5\n")
        file_of(tmp_path, TEXT + b"\n", "in.vec")
        doctor.repair(tmp_path / "in.vec", tmp_path / "out.vec", overwrite=True)
        metadata = json.loads((tmp_path / "out.json").read_text())
        assert metadata["method"] == "skip-gram"
        assert metadata["history"][1]["changes"] == {"blank-line: dropped": 1}
        assert metadata["history"][1]["policy"]["duplicates"] == "first"
        assert not (tmp_path / "out.vocab").exists()
        assert Vectors.load(tmp_path / "out.vec").metadata == metadata

    @pytest.mark.parametrize("name", ["out.vec", "out.json", "out.vocab", "out.vec.changes.tsv"])
    def test_nothing_is_overwritten_unless_asked_for(self, tmp_path: Path, name: str) -> None:
        file_of(tmp_path, TEXT, "in.vec")
        (tmp_path / name).write_text("precious")
        with pytest.raises(OutputError, match="exists already"):
            doctor.repair(tmp_path / "in.vec", tmp_path / "out.vec")
        assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["in.vec", name])

    def test_a_file_can_be_replaced_by_its_copy(self, tmp_path: Path) -> None:
        path = file_of(tmp_path, TEXT + b"\n")
        doctor.repair(path, path, overwrite=True)
        assert path.read_bytes() == TEXT

    def test_counts_of_a_file_that_is_replaced_by_its_copy_are_kept(self, tmp_path: Path) -> None:
        path = file_of(tmp_path, TEXT + b"\n")
        counts = path.with_suffix(".vocab")
        counts.write_text("precious 1\n")
        doctor.repair(path, path, overwrite=True)
        assert counts.read_text() == "precious 1\n"
        doctor.repair(path, path.with_name("other.vec"), overwrite=True)
        assert counts.exists()

    def test_the_name_must_go_with_the_format(self, tmp_path: Path) -> None:
        with pytest.raises(SettingsError, match=r"choose a name in \.bin"):
            doctor.repair(file_of(tmp_path, binary(), "in"), tmp_path / "out.vec")
        with pytest.raises(SettingsError, match=r"choose a name in \.vec or \.txt"):
            doctor.repair(file_of(tmp_path, TEXT, "in"), tmp_path / "out.bin")

    def test_a_model_of_fasttext_is_not_repaired(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="a fastText model cannot be repaired"):
            doctor.repair(file_of(tmp_path, fasttext(WORDS, MATRIX), "in"), tmp_path / "out.bin")
        assert [path.name for path in tmp_path.iterdir()] == ["in"]

    def test_two_words_with_one_hash_are_never_taken_for_one(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(scan, "hash", lambda word: 7, raising=False)
        with pytest.raises(InputError, match="two words have the same hash, a rare coincidence; run the command again"):
            doctor.repair(file_of(tmp_path, TEXT, "in"), tmp_path / "out.vec")
        assert [path.name for path in tmp_path.iterdir()] == ["in"]


numbers = st.floats(-1e6, 1e6, width=32).filter(lambda number: abs(number) > 1e-9)
sound_words = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=6).map(
    str.encode
)
rows_of = st.lists(numbers, min_size=3, max_size=3)
sound_files = st.dictionaries(sound_words.filter(lambda word: word != b"\xef\xbb\xbf"), rows_of, min_size=2, max_size=8)


def as_lines(file: dict[bytes, list[float]]) -> list[bytes]:
    return [b" ".join([word, *(str(np.float32(number)).encode() for number in row)]) for word, row in file.items()]


def ragged(line: bytes) -> bytes:
    return line.rpartition(b" ")[0]


def nan(line: bytes) -> bytes:
    return ragged(line) + b" NaN"


INJECTIONS: dict[str, Callable[[bytes], bytes]] = {
    "ragged": ragged,
    "not-finite": nan,
    "bad-number": lambda line: line + b"x",
    "zero-row": lambda line: line.split(b" ")[0] + b" 0 0 0",
    "invalid-utf8": lambda line: b"\xff" + line,
    "space": lambda line: b"a z" + line,
    "unicode-space": lambda line: "\u3000".encode() + line,
    "control": lambda line: b"\x7f\x1f" + line,
    "separators": lambda line: line.replace(b" ", b"  ", 1),
    "crlf": lambda line: line + b"\r",
    "blank-line": lambda line: line + b"\n ",
    "duplicate": lambda line: line + b"\n" + line,
}


@pytest.mark.parametrize("defect", INJECTIONS)
def test_an_injected_defect_is_found_and_the_repaired_file_loads_everywhere(
    defect: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp(defect)

    @settings(deadline=None)  # a busy machine takes longer
    @given(sound_files, st.data())
    def holds(file: dict[bytes, list[float]], data: st.DataObject) -> None:
        lines = as_lines(file)
        at = data.draw(st.integers(0, len(lines) - 1))
        lines[at] = INJECTIONS[defect](lines[at])
        extra = lines[at].count(b"\n") if defect == "duplicate" else 0
        header = b"%d 3\n" % (len(lines) + extra)
        path = file_of(folder, header + b"\n".join(lines) + b"\n", "in.vec")
        (finding,) = doctor.check(path).defects
        assert finding.defect.code == defect
        assert [place.number for place in finding.locations] == [at + 2 + (defect in ("duplicate", "blank-line"))]
        out = folder / "out.vec"
        doctor.repair(path, out, overwrite=True)
        assert doctor.check(out).sound
        ours, theirs = Vectors.load(out), KeyedVectors.load_word2vec_format(str(out))
        kept = [word.decode() for word in file]
        if defect in ("ragged", "not-finite", "bad-number", "zero-row"):
            del kept[at]
        if defect in ("invalid-utf8", "space", "unicode-space", "control"):
            kept[at] = {
                "invalid-utf8": "\ufffd",
                "space": "a_z",
                "unicode-space": "_",
                "control": "\x7f_",
            }[defect] + kept[at]
        if kept[at : at + 1] and kept.count(kept[at]) > 1:
            kept = list(dict.fromkeys(kept))
        assert list(ours.words) == theirs.index_to_key == kept
        np.testing.assert_array_equal(ours.matrix, theirs.vectors)

    holds()


@settings(deadline=None)  # a busy machine takes longer
@given(sound_files, st.data())
def test_a_binary_file_with_an_injected_defect_is_found_and_loads_once_repaired(
    tmp_path_factory: pytest.TempPathFactory, file: dict[bytes, list[float]], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("binary")
    words, matrix = list(file), np.array(list(file.values()), np.float32)
    matrix[:, 0] = 0.5  # has bytes of zero, without which a file of a row or two could be taken for a text
    at = data.draw(st.integers(0, len(words) - 1))
    defect = data.draw(st.sampled_from(["not-finite", "zero-row", "control", "invalid-utf8", "duplicate", "truncated"]))
    kept, rows = [word.decode() for word in words], matrix.copy()
    if defect in ("not-finite", "zero-row"):
        matrix[at] = np.nan if defect == "not-finite" else 0
    elif defect in ("control", "invalid-utf8"):
        words[at] = (b"\x01" if defect == "control" else b"\xff") + words[at]
        kept[at] = ("_" if defect == "control" else "\ufffd") + kept[at]
    elif defect == "duplicate":
        words, matrix = [*words, words[at]], np.concatenate([matrix, matrix[at : at + 1]])
    content = binary(words, matrix)
    if defect == "truncated":
        content = content[: -data.draw(st.integers(2, 13))]
        at = len(words) - 1
    if defect in ("not-finite", "zero-row", "truncated"):
        del kept[at]
        rows = np.delete(rows, at, axis=0)
    path = file_of(folder, content, "in.bin")
    (finding,) = doctor.check(path).defects
    assert finding.defect.code == defect
    assert [place.number for place in finding.locations] == [len(words) if defect == "duplicate" else at + 1]
    doctor.repair(path, folder / "out.bin")
    first = {word: row for row, word in reversed(list(enumerate(kept)))}
    theirs = KeyedVectors.load_word2vec_format(str(folder / "out.bin"), binary=True)
    assert doctor.check(folder / "out.bin").sound
    assert Vectors.load(folder / "out.bin").words == theirs.index_to_key
    assert theirs.index_to_key == list(dict.fromkeys(kept))
    np.testing.assert_array_equal(theirs.vectors, rows[sorted(first.values())])


@settings(deadline=None)  # a busy machine takes longer
@given(st.lists(st.binary(max_size=12), max_size=len(LINES) - 1), st.sampled_from(["first", "last", "mean"]))
def test_whatever_is_read_as_a_text_is_sound_once_repaired(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], duplicates: str
) -> None:
    folder = tmp_path_factory.mktemp("any")
    content = text_of(*(line + b" 1 2.5 -3" for line in lines), *LINES)
    out = repaired(folder, content, Policy(duplicates=duplicates, invalid_utf8="replace"))
    assert Vectors.load(folder / "out.vec").matrix.shape[0] == int(out.split()[0])
    kept = KeyedVectors.load_word2vec_format(str(folder / "out.vec"))
    assert len(kept.index_to_key) == int(out.split()[0])


@needs_data
@pytest.mark.parametrize(
    ("name", "out", "rows"),
    [
        ("finalfusion-rust/utf8-incomplete.bin", "out.bin", 3),
        ("finalfusion-rust/utf8-incomplete.dims", "out.vec", 3),
        ("finalfusion-rust/utf8-incomplete.txt", "out.vec", 3),
        ("vecto/embeddings/text/corrupted/emb.txt", "out.vec", 6),
        ("vecto/embeddings/text/plain_no_file_header/emb.txt", "out.vec", 5),
        ("gensim/crime-and-punishment.vec", "out.vec", 291),
        ("finalfusion-rust/similarity.nodims", "out.vec", 41),
        ("whatlies_bpemb/cache/en.wiki.bpe.vs1000.d25.w2v.bin", "out.bin", 1000),
    ],
)
def test_real_files_load_in_gensim_and_here_once_repaired(tmp_path: Path, name: str, out: str, rows: int) -> None:
    done = doctor.repair(DATA / name, tmp_path / out)
    assert done.rows == rows
    assert doctor.check(tmp_path / out).sound
    keyed = KeyedVectors.load_word2vec_format(str(tmp_path / out), binary=out.endswith(".bin"))
    assert len(keyed.index_to_key) == rows
    assert Vectors.load(tmp_path / out).words == keyed.index_to_key

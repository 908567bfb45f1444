"""Readers: the files of a path, and their blocks of bytes."""

import bz2
import gzip
import io
import json
import lzma
import os
import random
import re
import sys
import tempfile
import threading
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wordvec.corpora import decompression, jsonl, readers
from wordvec.corpora.readers import BLOCK, Source, blocks, sources
from wordvec.corpora.reading import Reading
from wordvec.corpora.records import RecordCounts
from wordvec.corpora.settings import EncodingSettings
from wordvec.errors import InputError

TEXT = "Egy kis szöveg, több sorban.\nमराठी वाक्य\n".encode() * 500


def zstd(data: bytes) -> bytes:
    compressed: bytes = pytest.importorskip("zstandard").ZstdCompressor(write_checksum=True).compress(data)
    return compressed


COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstd,
}


def read(path: Path, size: int = BLOCK, **settings: object) -> bytes:
    (source,) = sources(path)
    return b"".join(blocks(source, EncodingSettings.of(**settings).reading, size=size))


def written(path: Path, data: bytes | str = TEXT) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def tree(folder: Path) -> None:
    for name in ("year10.txt", "year2.txt", "year2b.txt", "sub/deep/a.txt", ".hidden", "sub/.git/x", "Year1.txt"):
        written(folder / name, name)


def names(found: list[Source], folder: Path) -> list[str]:
    return [str(source.path.relative_to(folder)) for source in found if source.path]


class TestSources:
    def test_a_folder_stands_for_all_files_below_in_natural_order_without_hidden_ones(self, tmp_path: Path) -> None:
        tree(tmp_path)
        expected = ["Year1.txt", "sub/deep/a.txt", "year2.txt", "year2b.txt", "year10.txt"]
        assert names(sources([tmp_path]), tmp_path) == expected

    def test_several_paths_keep_their_order_and_may_repeat(self, tmp_path: Path) -> None:
        tree(tmp_path)
        given_paths: list[str | Path] = [
            tmp_path / "year10.txt",
            str(tmp_path / "sub"),
            tmp_path / "year10.txt",
            tmp_path / ".hidden",
        ]
        expected = ["year10.txt", "sub/deep/a.txt", "year10.txt", ".hidden"]
        assert names(sources(given_paths), tmp_path) == expected

    def test_one_path_needs_no_list_and_its_name_is_the_path_as_given(self, tmp_path: Path) -> None:
        path = written(tmp_path / "a.txt")
        assert sources(path) == sources(str(path)) == [Source(str(path), path)]

    @pytest.mark.parametrize(
        ("pattern", "expected"),
        [
            ("year*.txt", ["year2.txt", "year2b.txt", "year10.txt"]),
            ("**/*.txt", ["Year1.txt", "sub/deep/a.txt", "year2.txt", "year2b.txt", "year10.txt"]),
            ("[Yy]ear[12].txt", ["Year1.txt", "year2.txt"]),
            ("s*", ["sub/deep/a.txt"]),
            ("**", ["Year1.txt", "sub/deep/a.txt", "year2.txt", "year2b.txt", "year10.txt"]),
        ],
    )
    def test_a_pattern_stands_for_each_matching_file_once(
        self, pattern: str, expected: list[str], tmp_path: Path
    ) -> None:
        tree(tmp_path)
        assert names(sources(str(tmp_path / pattern)), tmp_path) == expected

    def test_a_file_whose_name_looks_like_a_pattern_is_that_file(self, tmp_path: Path) -> None:
        written(tmp_path / "a.txt")
        path = written(tmp_path / "[a].txt")
        assert names(sources(path), tmp_path) == ["[a].txt"]

    def test_names_that_differ_in_leading_zeros_only_have_one_order(self, tmp_path: Path) -> None:
        for name in ("a01", "a1", "a001", "a", "a1b", "1", "b"):
            written(tmp_path / name)
        assert names(sources(tmp_path), tmp_path) == ["1", "a", "a001", "a01", "a1", "a1b", "b"]

    def test_a_dash_is_standard_input_once(self) -> None:
        assert sources("-") == [Source("standard input", None)]
        with pytest.raises(InputError, match="only once"):
            sources(["-", "-"])

    def test_a_missing_file_an_empty_folder_an_idle_pattern_and_no_path_are_errors(self, tmp_path: Path) -> None:
        written(tmp_path / "empty" / ".hidden")
        for path, message in (
            ("none.txt", "none.txt: No such file"),
            ("empty", "empty: the folder holds no file"),
            ("*.csv", "no file matches"),
            ("empty/.hidden/x", "Not a directory"),
        ):
            with pytest.raises(InputError, match=re.escape(message)) as caught:
                sources([tmp_path / path])
            assert "\n" not in str(caught.value)
        with pytest.raises(InputError, match="no text was given"):
            sources([])

    def test_files_and_folders_without_permission_are_errors(self, tmp_path: Path) -> None:
        for folder in (tmp_path, *tmp_path.parents):
            if folder.parent.is_relative_to(tempfile.gettempdir()):  # pytest's own, private to its user
                folder.chmod(0o755)
        written(tmp_path / "secret.txt").chmod(0)
        locked = written(tmp_path / "below" / "locked" / "a.txt").parent
        locked.chmod(0)
        user = os.geteuid()
        os.seteuid(user or 65534)  # root may read everything
        try:
            for path in ("secret.txt", "*.txt", "below", "below/locked/a.txt"):
                with pytest.raises(InputError, match=r"[Pp]ermission"):
                    sources(tmp_path / path)
        finally:
            os.seteuid(user)
            locked.chmod(0o755)


class TestBlocks:
    @given(
        data=st.lists(st.sampled_from([b"word", b"x", b" ", b"\n", b"\t", b"\r\n", "é".encode(), b"\xff"])).map(
            b"".join
        ),
        size=st.integers(1, 40),
    )
    def test_blocks_join_to_the_file_and_cut_no_token_and_no_line_that_ends_in_them(
        self, data: bytes, size: int, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        path = written(tmp_path_factory.mktemp("blocks") / "a.txt", data)
        (source,) = sources(path)
        cut = list(blocks(source, Reading(format="plain"), size=size))
        assert b"".join(cut) == data
        assert [token for block in cut for token in block.split()] == data.split()
        for block in cut[:-1]:
            assert block.endswith(b"\n") if b"\n" in block else block[-1:].isspace()
            assert len(block) <= size or not block[: size - 1].split(None, 1)[1:]

    def test_blocks_are_about_as_long_as_asked(self, tmp_path: Path) -> None:
        path = written(tmp_path / "a.txt", b"a few words in a line\n" * 10_000)
        (source,) = sources(path)
        lengths = [len(block) for block in blocks(source, size=1 << 16)]
        assert all((1 << 16) - 22 < length <= 1 << 16 for length in lengths[:-1])

    def test_a_line_longer_than_a_block_is_cut_at_white_space(self, tmp_path: Path) -> None:
        path = written(tmp_path / "a.txt", b"word " * 100_000)
        (source,) = sources(path)
        cut = list(blocks(source, size=1 << 12))
        assert len(cut) > 100
        assert all(len(block) % 5 == 0 for block in cut)

    def test_a_run_longer_than_a_block_stays_whole(self, tmp_path: Path) -> None:
        data = b"a b " + b"x" * 10_000 + b" c\n" + b"d " * 50_000
        (source,) = sources(written(tmp_path / "a.txt", data))
        cut = list(blocks(source, size=100))
        assert b"".join(cut) == data
        assert max(map(len, cut[-100:])) <= 100

    def test_64_mib_without_white_space_are_not_text(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        assert readers.LONGEST_RUN == 64 << 20
        monkeypatch.setattr(readers, "LONGEST_RUN", 1 << 20)
        with pytest.raises(InputError, match=r"a\.txt: 1 MiB without white space"):
            read(written(tmp_path / "a.txt", b"x" * (3 << 20)), size=1 << 18)

    def test_an_empty_file_gives_no_block(self, tmp_path: Path) -> None:
        (source,) = sources(written(tmp_path / "a.txt", b""))
        assert list(blocks(source)) == []

    def test_bytes_are_returned_unchanged(self, tmp_path: Path) -> None:
        data = b"\xef\xbb\xbfa\r\nb\x00c \xff\xfe\r\n\xed\xa0\x80"
        assert read(written(tmp_path / "a.txt", data)) == data

    def test_a_block_is_not_changed_by_further_reading(self, tmp_path: Path) -> None:
        (source,) = sources(written(tmp_path / "a.txt", TEXT))
        cut = blocks(source, size=100)
        first = next(cut)
        copy = bytes(bytearray(first))
        list(cut)
        assert first == copy

    def test_standard_input_is_read_like_a_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for data in (TEXT, gzip.compress(TEXT), b""):
            monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
            (source,) = sources("-")
            assert b"".join(blocks(source)) == (TEXT if data else b"")

    def test_a_pipe_that_gives_a_byte_at_a_time_is_read_whole(self, tmp_path: Path) -> None:
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        data = gzip.compress(b"one two\n" * 20)

        def write() -> None:
            with pipe.open("wb", buffering=0) as file:
                for byte in data:
                    file.write(bytes([byte]))

        writer = threading.Thread(target=write)
        writer.start()
        assert read(pipe) == b"one two\n" * 20
        writer.join()

    def test_an_unfinished_reading_leaves_no_file_open(self, tmp_path: Path) -> None:
        before = len(list(Path("/proc/self/fd").iterdir()))
        (source,) = sources(written(tmp_path / "a.txt.gz", gzip.compress(TEXT)))
        cut = blocks(source, size=100)
        next(cut)
        cut.close()  # type: ignore[attr-defined]
        assert len(list(Path("/proc/self/fd").iterdir())) == before


@pytest.mark.parametrize("ending", COMPRESSORS)
class TestPackedFiles:
    def test_a_compressed_file_gives_its_text_in_many_blocks(self, ending: str, tmp_path: Path) -> None:
        path = written(tmp_path / f"a.txt{ending}", COMPRESSORS[ending](TEXT))
        assert read(path, size=1000) == TEXT

    def test_compression_is_detected_from_the_contents_if_the_ending_is_wrong(
        self, ending: str, tmp_path: Path
    ) -> None:
        assert read(written(tmp_path / "a.txt", COMPRESSORS[ending](TEXT))) == TEXT
        assert read(written(tmp_path / "a.bz2.gz", COMPRESSORS[ending](TEXT))) == TEXT
        assert read(written(tmp_path / f"b{ending}", TEXT)) == TEXT

    def test_files_compressed_in_several_streams_are_read_to_the_end(self, ending: str, tmp_path: Path) -> None:
        data = COMPRESSORS[ending](TEXT) + COMPRESSORS[ending](b"") + COMPRESSORS[ending](b"more\n")
        assert read(written(tmp_path / f"a{ending}", data)) == TEXT + b"more\n"

    def test_zeros_after_a_stream_are_ignored(self, ending: str, tmp_path: Path) -> None:
        data = COMPRESSORS[ending](TEXT) + bytes(8) + COMPRESSORS[ending](b"more\n") + bytes(1 << 14)
        assert read(written(tmp_path / f"a{ending}", data)) == TEXT + b"more\n"

    def test_a_stream_with_a_damaged_beginning_is_not_taken_for_the_end(self, ending: str, tmp_path: Path) -> None:
        data = COMPRESSORS[ending](TEXT) + b"?" + COMPRESSORS[ending](b"more\n")[1:]
        with pytest.raises(InputError, match=rf"a{ending}: damaged \w+ data after [\d,]+ bytes of text"):
            read(written(tmp_path / f"a{ending}", data))

    def test_a_file_that_expands_enormously_takes_little_memory(self, ending: str, tmp_path: Path) -> None:
        size = 1 << (28 if ending == ".zst" else 26)  # zstd may look back on 128 MB
        path = written(tmp_path / f"a{ending}", COMPRESSORS[ending](bytes(size)))
        tracemalloc.start()
        with path.open("rb") as file, decompression.decompressed(file, decompression.ENDINGS[ending], "a") as content:
            assert sum(len(piece) for piece in iter(lambda: content.read(1 << 16), b"")) == size
        assert tracemalloc.get_traced_memory()[1] < size // 2
        tracemalloc.stop()

    def test_an_empty_text_gives_no_block(self, ending: str, tmp_path: Path) -> None:
        assert read(written(tmp_path / f"a{ending}", COMPRESSORS[ending](b""))) == b""

    def test_a_truncated_file_is_an_error_that_says_after_how_much_text(self, ending: str, tmp_path: Path) -> None:
        text = "".join(f"{random.Random(number).random()}\n" for number in range(40_000))
        compressed = COMPRESSORS[ending](text.encode())
        for end in (len(compressed) * 3 // 4, len(compressed) - 2):
            path = written(tmp_path / f"a{ending}", compressed[:end])
            with pytest.raises(InputError, match=rf"a{ending}: \w+ data truncated after [\d,]+ bytes"):
                read(path)

    def test_a_damaged_file_is_an_error_that_names_it(self, ending: str, tmp_path: Path) -> None:
        compressed = bytearray(COMPRESSORS[ending](random.Random(1).randbytes(300_000).hex().encode() + b"\n"))
        for place in range(len(compressed) // 2, len(compressed) // 2 + 200):
            compressed[place] ^= 0x55
        with pytest.raises(InputError, match=rf"a{ending}: damaged \w+ data after [\d,]+ bytes of text"):
            read(written(tmp_path / f"a{ending}", bytes(compressed)))

    def test_an_empty_file_is_no_compressed_file(self, ending: str, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="is empty, so it is not a"):
            read(written(tmp_path / f"a{ending}", b""))


class TestWhatIsNotText:
    @pytest.mark.parametrize(
        ("data", "what"),
        [
            (b"PK\x03\x04rest", "zip"),
            (b"7z\xbc\xaf\x27\x1crest", "7z"),
            (b"a.txt".ljust(257, b"\0") + b"ustar\x0000", "tar"),
            (gzip.compress(b"a.txt".ljust(257, b"\0") + b"ustar\x0000", mtime=0), "tar"),
            (b"%PDF-1.4\n", "PDF"),
            (b"SQLite format 3\0....", "SQLite"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "Office"),
            (b"\x04\x22\x4d\x18....", "lz4"),
            (b"\x93NUMPY....", "NumPy"),
            (b"PAR1...", "Parquet"),
            (random.Random(1).randbytes(100_000), "binary"),
            (("wide " * 200).encode("utf-16-le"), "binary"),
        ],
    )
    def test_other_kinds_of_file_are_errors_that_name_the_kind(self, data: bytes, what: str, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=f"a.txt: is .*{what}"):
            read(written(tmp_path / "a.txt", data))

    def test_a_text_with_a_few_odd_characters_is_a_text(self, tmp_path: Path) -> None:
        for data in (
            b"\0" * 50,
            b"a\x00b " * 5 + TEXT,
            bytes(range(1, 256)) + TEXT,
            b"BZh like text",
            "é".encode("latin-1"),
        ):
            assert read(written(tmp_path / "a.txt", data)) == data

    def test_zstd_without_its_package_is_an_error_that_names_the_package(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "zstandard", None)
        with pytest.raises(InputError, match="pip install zstandard"):
            read(written(tmp_path / "a.zst", b"\x28\xb5\x2f\xfd...."))

    def test_a_folder_that_vanished_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="cannot be read: No such file"):
            list(blocks(Source("gone.txt", tmp_path / "gone.txt")))


class TestJsonLines:
    def lines(self, *records: object) -> str:
        return "".join(f"{json.dumps(record, ensure_ascii=index % 2 == 0)}\n" for index, record in enumerate(records))

    def test_a_field_is_read_as_documents_with_a_blank_line_after_each(self, tmp_path: Path) -> None:
        records = [{"text": "egy szöveg\nkét sor", "id": 1}, {"id": 2, "text": "másik 𝒜"}]
        data = "\ufeff" + self.lines(*records) + "\n  \n"
        expected = "egy szöveg\nkét sor\n\nmásik 𝒜\n\n".encode()
        assert read(written(tmp_path / "a.jsonl", data), field="text") == expected
        assert read(written(tmp_path / "a.txt", data), field="text") == expected
        assert read(written(tmp_path / "a.jsonl.gz", gzip.compress(data.encode())), field="text") == expected

    def test_blocks_hold_whole_documents(self, tmp_path: Path) -> None:
        data = self.lines(*({"text": f"document {number}"} for number in range(1000)))
        (source,) = sources(written(tmp_path / "a.jsonl", data))
        cut = list(blocks(source, Reading(fields=("text",)), size=500))
        assert len(cut) > 20
        assert all(block.endswith(b"\n\n") and len(block) < 600 for block in cut)

    @settings(max_examples=50)
    @given(texts=st.lists(st.text(alphabet=st.characters(codec="utf-8")), max_size=5))
    def test_any_text_is_returned_unchanged(self, texts: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
        path = written(tmp_path_factory.mktemp("json") / "a.jsonl", self.lines(*({"t": text} for text in texts)))
        assert read(path, field="t").decode() == "".join(f"{text}\n\n" for text in texts if text.strip())

    def test_bytes_that_are_no_utf8_are_left_to_the_tokenizer(self, tmp_path: Path) -> None:
        assert read(written(tmp_path / "a.jsonl", b'{"t": "a\xff b"}'), field="t") == b"a\xff b\n\n"
        assert read(written(tmp_path / "a.jsonl", rb'{"t": "a\ud83d b"}'), field="t") == b"a\xed\xa0\xbd b\n\n"

    @pytest.mark.parametrize(
        ("line", "message"),
        [
            ('{"text": "cut', "line 3 is not JSON"),
            ("plain text", "line 3 is not JSON"),
            ("[" * 100_000, "line 3 is not JSON"),
            ('["text"]', "line 3 is not an object"),
            ('{"text": 5}', "line 3: the field 'text' holds 5, neither a string nor a list of strings"),
            ('{"text": true}', "line 3: the field 'text' holds true, neither a string nor a list of strings"),
            ('{"text": {"a": "b"}}', 'line 3: the field \'text\' holds {"a": "b"}, neither a string nor'),
            ('{"text": [1, 2]}', "line 3: the field 'text' holds [1, 2], neither a string nor a list of strings"),
            ('{"text": ["a", null]}', "line 3: the field 'text' holds [\"a\", null], neither a string nor"),
            ('{"text": [["a"], "b"]}', 'line 3: the field \'text\' holds [["a"], "b"], neither a string nor'),
        ],
    )
    def test_a_bad_line_is_an_error_with_its_file_and_number(self, line: str, message: str, tmp_path: Path) -> None:
        path = written(tmp_path / "a.jsonl", f'{{"text": "fine"}}\n\n{line}\n')
        with pytest.raises(InputError, match=re.escape(f"a.jsonl: {message}")) as caught:
            read(path, field="text")
        assert len(str(caught.value)) < 400
        assert "\n" not in str(caught.value)

    @pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "a.JSONL", "a.jsonl.gz"])
    def test_json_lines_without_a_field_are_an_error_that_says_how_to_name_one(self, name: str, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="--field"):
            read(written(tmp_path / name, b'{"text": "x"}\n'))

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            (["the", "cat", "sat."], b"the cat sat.\n\n"),
            (["The cat sat.", "Yes.", " Dogs bark.\n"], b"The cat sat.\nYes.\n Dogs bark.\n\n\n"),
            (["10\u00a0000", "francs"], "10\u00a0000 francs\n\n".encode()),
            (["the", "", "cat", " "], b"the cat\n\n"),
            ([["The", "cat"], [], [""], ["Dogs", "bark"]], b"The cat\nDogs bark\n\n"),
        ],
    )
    def test_a_list_of_tokens_is_a_sentence_and_a_list_of_strings_several(
        self, value: object, expected: bytes, tmp_path: Path
    ) -> None:
        assert read(written(tmp_path / "a.jsonl", self.lines({"t": value})), field="t") == expected

    @pytest.mark.parametrize("value", [None, "", " \n\u3000", [], [""], [" ", ""], [[]], [[], [" "]], float("nan")])
    def test_a_record_without_text_is_counted_and_skipped(self, value: object, tmp_path: Path) -> None:
        path = written(tmp_path / "a.jsonl", self.lines({"t": "a"}, {"t": value}, {"s": "b"}, {"t": "c"}))
        records = RecordCounts()
        assert b"".join(blocks(*sources(path), Reading(fields=("t",)), records=records)) == b"a\n\nc\n\n"
        assert (records.read, records.without_field, records.empty, records.skipped) == (4, 1, 1, 2)

    @pytest.mark.parametrize(
        ("records", "message"),
        [
            ([{"body": "x", "id": 3}], "its only record lacks the field 'text'; the last one has 'body', 'id'"),
            ([{"body": "x"}, {}] * 2, "all of its 4 records lack the field 'text'; the last one has 'body'"),
            ([{}], "its only record lacks the field 'text'; the last one has none"),
        ],
    )
    def test_a_field_that_no_record_has_is_an_error(self, records: list[object], message: str, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=re.escape(f"a.jsonl: {message}")):
            read(written(tmp_path / "a.jsonl", self.lines(*records)), field="text")

    def test_a_record_has_a_maximal_length(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        assert jsonl.LONGEST_RECORD == 64 << 20
        monkeypatch.setattr(jsonl, "LONGEST_RECORD", 1 << 20)
        line = b'{"t": "a"}\n' + b'{"t": "%s"}' % (b"x " * (1 << 19))
        for path in (
            written(tmp_path / "a.jsonl", line),
            written(tmp_path / "b.gz", gzip.compress(line)),
            written(tmp_path / "c", b'{"t": "a"}\n' + b" " * (2 << 20)),
        ):
            with pytest.raises(InputError, match="line 2 is longer than 1 MiB, the limit of one record"):
                read(path, field="t")

    def test_an_enormous_line_in_a_small_compressed_file_takes_little_memory(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(jsonl, "LONGEST_RECORD", 4 << 20)
        path = written(tmp_path / "a.gz", gzip.compress(b'{"t": "' + bytes(1 << 26).replace(b"\0", b"x")))
        tracemalloc.start()
        with pytest.raises(InputError, match="longer than 4 MiB"):
            read(path, field="t")
        assert tracemalloc.get_traced_memory()[1] < 1 << 25
        tracemalloc.stop()


def test_a_real_corpus_folder_is_read_in_order_of_its_years() -> None:
    folder = os.environ.get("WORDVEC_DATA")
    if not folder:
        pytest.skip("WORDVEC_DATA does not name the folder of real texts")
    found = sources(Path(folder, "diachronic", "state_of_the_union", "*.txt"))
    assert [source.path.name[:4] for source in found if source.path] == sorted(
        Path(source.name).name[:4] for source in found
    )
    assert len(found) == 233
    for source in found[:20]:
        assert source.path
        assert b"".join(blocks(source, size=1000)) == source.path.read_bytes()


def test_a_real_compressed_corpus_is_read_whole() -> None:
    folder = os.environ.get("WORDVEC_DATA")
    if not folder:
        pytest.skip("WORDVEC_DATA does not name the folder of real texts")
    (source,) = sources(Path(folder, "corpora", "wiki8.txt.xz"))
    assert sum(map(len, blocks(source))) == 99_999_997

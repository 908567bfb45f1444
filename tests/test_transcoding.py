"""Text in other encodings: named or detected by a byte order mark, converted while it is read."""

import gzip
import io
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import text_of

from wordvec.corpora import transcoding
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.readers import Source, is_plain
from wordvec.corpora.reading import Reading
from wordvec.corpora.sections import sections
from wordvec.corpora.settings import EncodingSettings
from wordvec.corpora.streams import Stream
from wordvec.errors import InputError, SettingsError

HUNGARIAN = "Árvíztűrő tükörfúrógép, kávé.\nA nő a fűre ült.\n"
SAMPLES = {
    "latin-1": "kávé, größe\n",
    "cp1252": "“café” – größe\n",
    "cp1250": HUNGARIAN,
    "iso8859-2": HUNGARIAN,
    "koi8-r": "Москва и собака\n",
    "gb18030": "我们在北京 大学\n",
    "shift_jis": "日本語 学生\n",
    "big5": "中文 語言\n",
    "euc_kr": "한국어 문장\n",
    "iso2022_jp": "日本語 tea\n",
    "utf-16": HUNGARIAN,
    "utf-16-le": HUNGARIAN,
    "utf-16-be": HUNGARIAN,
    "utf-32": HUNGARIAN,
    "utf-8": HUNGARIAN,
    "utf-8-sig": HUNGARIAN,
}


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("encoding", SAMPLES)
def test_text_is_read_in_the_encoding_that_is_named(encoding: str, tmp_path: Path) -> None:
    text = SAMPLES[encoding] * 20
    path = written(tmp_path / "a.txt", text.encode(encoding))
    assert text_of(path, encoding=encoding).removeprefix("\ufeff") == text.rstrip("\n")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32", "utf-32-be"])
@pytest.mark.parametrize("named", [None, "cp1250", "utf-16"])
def test_a_byte_order_mark_has_precedence(encoding: str, named: str | None, tmp_path: Path) -> None:
    mark = "" if encoding in ("utf-16", "utf-32") else "\ufeff"
    data = (mark + HUNGARIAN).encode(encoding)
    for path in (written(tmp_path / "a.txt", data), written(tmp_path / "a.gz", gzip.compress(data))):
        assert text_of(path, encoding=named) == HUNGARIAN.rstrip("\n")
        assert not is_plain(Source("a", path), Reading())


def test_every_reader_gets_converted_text(tmp_path: Path) -> None:
    record = json.dumps({"text": "fűre ült"}, ensure_ascii=False) + "\n"
    for content, settings in (
        (record, {"field": "text"}),
        ("id,text\n1,fűre ült\n", {"field": "text"}),
        ("<s>\nfűre\tN\nült\tV\n</s>\n", {"columns": "form,pos"}),
        ("<a><p>fűre ült</p></a>", {"xml_text": "p"}),
    ):
        path = written(tmp_path / "a", content.encode("cp1250"))
        assert text_of(path, encoding="cp1250", **settings) == "fűre ült"
        assert text_of(written(tmp_path / "b", content.encode("utf-16")), **settings) == "fűre ült"


def test_bytes_that_an_encoding_lacks_are_replaced_and_counted(tmp_path: Path) -> None:
    data = b"tea \x81 caf\xe9 \xe4\xb8\x81\n" * 8  # 0x81 is not in cp1252
    with EncodedCorpus.from_text(written(tmp_path / "a", data), encoding="cp1252") as corpus:
        assert corpus.meta["changed"]["invalid_utf8_replaced"] == 16
        assert "café" in corpus.vocabulary
        assert corpus.meta["settings"]["encoding"] == "cp1252"
    odd = HUNGARIAN.encode("utf-16") + b"\xd8"
    with EncodedCorpus.from_text(written(tmp_path / "b", odd)) as corpus:
        assert corpus.meta["changed"]["invalid_utf8_replaced"] == 1


def test_a_wrong_encoding_is_refused(tmp_path: Path) -> None:
    for text, encoding, message in (
        (HUNGARIAN * 9, "cp1252", "is UTF-8, not cp1252; leave out encoding"),
        ("a \xe9\n", "latin-1", "is UTF-8, not iso8859-1"),
        ("日本語" * 30_000, "gb18030", "is UTF-8, not gb18030"),
    ):
        with pytest.raises(InputError, match=message):
            text_of(written(tmp_path / "a", text.encode()), encoding=encoding)
    german = ("größe fünf\n" * 20).encode("cp1252")
    with pytest.raises(InputError, match=r"is not text in euc_kr: \d+ characters of its beginning are invalid; try"):
        EncodedCorpus.from_text(written(tmp_path / "b", german), encoding="euc_kr")
    with pytest.raises(InputError, match=r"is not UTF-8 text: the words look like .*\(such as --encoding cp1252\)"):
        EncodedCorpus.from_text(written(tmp_path / "c", (HUNGARIAN * 20).encode("cp1250")))


@pytest.mark.parametrize("name", ["nonsense", "", "a\0b", "rot13", "hex", "utf-7", "idna", "unicode_escape", "cp037"])
def test_an_encoding_that_is_none_of_text_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match="is not an encoding of text"):
        EncodingSettings(encoding=name)


@pytest.mark.parametrize("name", ["utf8", "UTF-8", "ascii", "latin1", "CP1252", "utf_16", "windows-1252", "U32"])
def test_other_spellings_of_encodings_are_known(name: str) -> None:
    assert EncodingSettings(encoding=name).reading.encoding == name


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufeff\0")), st.integers(1, 9))
def test_pieces_cut_no_character(text: str, size: int) -> None:
    for encoding in ("utf-16", "utf-32-be"):
        found = transcoding.Transcoded(Stream(io.BytesIO(text.encode(encoding)), "a"), encoding)
        found._buffer = bytearray(size)
        assert found.read() == text.encode()


def test_a_large_file_in_another_encoding_is_one_shard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wordvec.corpora.sections.BLOCK", 64)
    monkeypatch.setattr("wordvec.corpora.sections.BATCH_BYTES", 32)
    text = "".join(f"{random.Random(n).choice(['kávé', 'tea'])}\n" for n in range(500))
    cases: list[tuple[bytes, dict[str, Any]]] = [
        (text.encode("utf-16"), {}),
        (text.encode("latin-1"), {"encoding": "latin-1"}),
        (text.replace("\n", "\tX\n").encode(), {"columns": "form,pos"}),
        (f"<a><p>{text}</p></a>".encode(), {"xml_text": "p"}),
        (("text\n" + text).encode(), {"field": "text"}),
    ]
    for data, settings in cases:
        source = Source("a", written(tmp_path / "a", data))
        assert len(sections(source, 64, EncodingSettings(**settings).reading)) == 1
    # The name of an encoding does not make UTF-8 another one.
    utf8 = Source("b", written(tmp_path / "b", text.encode()))
    assert len(sections(utf8, 128, Reading(encoding="utf-8"))) > 1

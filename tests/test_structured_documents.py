"""Documents of tables, vertical text and XML: names, kept fields, and parts that are joined in the encoded corpus."""

from pathlib import Path
from typing import Any

import pytest

from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.structured import vertical, xml
from wordvec.errors import InputError

CSV = "id,year,text\na,1990,tea milk\nb,2016.0,rum\n"
VRT = '<doc id="a" year="1990">\ntea\nmilk\n</doc>\n<doc id="b" year="2016">\nrum\n</doc>\n'
TEI = (
    "<teiCorpus>"
    "<TEI xml:id='a' year='1990'><text><p>tea milk</p></text></TEI>"
    "<TEI xml:id='b' year='2016'><text><p>rum</p></text></TEI></teiCorpus>"
)
KINDS: list[tuple[str, dict[str, Any]]] = [
    (CSV, {"field": "text"}),
    (VRT, {"columns": "form"}),
    (TEI, {"xml_text": "p"}),
]


def encoded(folder: Path, text: str, **settings: Any) -> EncodedCorpus:
    (folder / "a").write_text(text)
    return EncodedCorpus.from_text(folder / "a", **settings)


@pytest.mark.parametrize(("text", "settings"), KINDS)
def test_documents_have_names_and_kept_fields(text: str, settings: dict[str, Any], tmp_path: Path) -> None:
    name = "xml:id" if "xml_text" in settings else "id"
    with encoded(tmp_path, text, name_field=name, keep_fields="year", tokenizer="whitespace", **settings) as corpus:
        assert len(corpus.documents) == 2
        assert list(corpus.documents.names) == ["a", "b"]
        assert list(corpus.documents.values("year")) == ["1990", "2016" if text != CSV else "2016.0"]
        assert corpus.meta["tokens"] == 3
    with pytest.raises(InputError, match="pages"):
        encoded(tmp_path, text, keep_fields="pages", **settings)


@pytest.mark.parametrize(("text", "settings"), KINDS[1:])
def test_a_document_in_several_parts_is_one(
    text: str, settings: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vertical, "_PIECE", 1)
    monkeypatch.setattr(xml, "_PIECE", 1)
    monkeypatch.setattr("wordvec.corpora.readers.BLOCK", 1)
    with encoded(tmp_path, text, tokenizer="whitespace", **settings) as corpus:
        assert list(corpus.documents.names) == ["a", "b"]
        assert corpus.meta["tokens"] == 3


def test_text_and_tokens_of_one_record_are_one_document(tmp_path: Path) -> None:
    lines = '{"t": "a title", "w": ["tea", "milk"]}\n' * 3
    with encoded(tmp_path, lines, field="t,w", tokenizer="whitespace") as corpus:
        assert (len(corpus.documents), corpus.meta["sentences"], corpus.meta["tokens"]) == (3, 6, 12)

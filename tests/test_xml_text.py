"""Text of XML: elements of TEI, entities within bounds, and files that are refused."""

import gzip
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import documents_of, text_of

from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.structured import xml, xml_entities
from wordvec.errors import InputError

HEADER = (
    "<teiHeader><fileDesc><titleStmt><title>Tea\n  and rum</title><author>A. B.</author></titleStmt>"
    "<publicationStmt><p>Not read.</p></publicationStmt></fileDesc></teiHeader>"
)
TEI = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<TEI xmlns="http://www.tei-c.org/ns/1.0" xml:id="t1">\n' + HEADER + "\n"
    "<text><body><head>One</head>\n<p>Tea\n with <hi rend='it'>mi</hi>lk<note>not <p>read</p></note>,<lb/>hot.</p>\n"
    '<p>a hy<lb break="no"/>phen <choice><sic>mistke</sic><corr>mistake</corr></choice> <abbr>Mr.</abbr> X</p>'
    "<!-- <p>no</p> --><lg><l>First verse</l><l>second &amp; last <![CDATA[<l>]]></l></lg></body></text>\n</TEI>\n"
)
LAUGHS = (
    '<!DOCTYPE a [<!ENTITY l0 "ha">'
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    + "]>\n<a><p>&l9;</p></a>"
)


def written(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refused(path: Path, elements: str = "p") -> str:
    with pytest.raises(InputError) as caught:
        text_of(path, xml_text=elements)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    return message.removeprefix(f"{path}: ")


def test_the_chosen_elements_are_lines(tmp_path: Path) -> None:
    path = written(tmp_path / "a.xml", TEI)
    paragraphs = ["Tea with milk, hot.", "a hyphen mistake Mr. X"]
    verses = ["First verse", "second & last <l>"]
    assert text_of(path, xml_text="p").split("\n") == paragraphs
    assert text_of(path, xml_text="p,l").split("\n") == paragraphs + verses
    assert text_of(path, xml_text=["head", "l"]).split("\n") == ["One", *verses]
    assert text_of(path, xml_text="lg") == "First verse second & last <l>"
    # Chosen notes are lines of their own, and do not divide the paragraph.
    assert text_of(path, xml_text="p,note").split("\n")[:3] == ["read", "not", paragraphs[0]]
    assert text_of(written(tmp_path / "b.xml.gz", gzip.compress(TEI.encode())), xml_text="p") == "\n".join(paragraphs)


def test_names_have_no_namespaces(tmp_path: Path) -> None:
    text = "<x:a xmlns:x='u'><x:p>one<x:lb/>two</x:p></x:a>"
    assert text_of(written(tmp_path / "a", text), xml_text="p") == "one two"


def test_documents_are_elements_of_tei_or_files(tmp_path: Path) -> None:
    (one,) = documents_of(written(tmp_path / "a.xml", TEI), xml_text="l")
    assert (one.name, one.fields["title"].split(), one.fields["author"]) == ("t1", ["Tea", "and", "rum"], "A. B.")
    second = f"<TEI>{HEADER}<text><p>two</p></text></TEI>"
    corpus = f"<teiCorpus>{HEADER}{second}<TEI xml:id='u'><text><p>three</p></text></TEI></teiCorpus>"
    found = documents_of(written(tmp_path / "b.xml", corpus), xml_text="p")
    assert [(each.name, each.text) for each in found] == [("Tea and rum", b"two\n"), ("u", b"three\n")]
    (plain,) = documents_of(written(tmp_path / "c.xml", "<a id='x'><p>a</p><p>b</p></a>"), xml_text="p")
    assert (plain.name, plain.text, plain.tokens) == ("x", b"a\nb\n", False)


def test_declared_entities_are_expanded(tmp_path: Path) -> None:
    text = '<!DOCTYPE a [<!ENTITY t "Tea"><!ENTITY tm "&t; &amp; mi&#108;k">]><a><p>&tm;, &#233;</p></a>'
    assert text_of(written(tmp_path / "a", text), xml_text="p") == "Tea & milk, é"
    named = '<!DOCTYPE TEI.2 SYSTEM "teilite.dtd">\n<TEI.2><p>caf&eacute; &amp; tea</p></TEI.2>'
    assert text_of(written(tmp_path / "b", named), xml_text="p") == "café & tea"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (LAUGHS, "line 1: the entity l4 expands to more than 4,096 characters"),
        (LAUGHS.replace("<p>&l9;</p>", '<p x="&l9;">a</p>'), "line 1: the entity l4 expands"),
        (f'<!DOCTYPE a [<!ENTITY x "{"ha " * 2000}">]><a><p>{"&x;" * 9}</p></a>', "line 1: the entity x expands to"),
        (f'<!DOCTYPE a [<!ENTITY x "{"ha " * 1000}">]>\n<a>\n<p>{"&x;" * 9999}</p></a>',
         "line 3: the entities expand to more than 8 times the size of the file"),
        ('<!DOCTYPE a [<!ENTITY x "&y;"><!ENTITY y "&x;">]><a><p x="&x;">a</p></a>', "contains one that is declared"),
        ('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<a><p>&x;</p></a>',
         "line 2: the entity x is not declared in this file"),
        ('<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;]>\n<a><p>&nothing;</p></a>',
         "line 2: the entity nothing is not declared in this file, and declarations in other files are not read"),
        ('<!DOCTYPE a [<!ENTITY x "<b>a</b>">]><a><p>&x;</p></a>', "line 1: the entity x contains tags"),
        ("<a>\n<p>&amp;&nbsp;</p></a>",
         "line 2: is not well-formed XML (the entity nbsp is not declared in this file)"),
        ('<a>\n<p x="&lt;" y="&eacute;">a</p></a>', "is not well-formed XML (the entity eacute is not declared"),
        ('<!DOCTYPE a [<!ENTITY x "y">]>\n<a><p x="&x;&z;">a</p></a>', "is not well-formed XML (the entity z is"),
        ("<a>\n<p>tea</a>", "line 2: is not well-formed XML (mismatched tag)"),
        ("<a>\n<p>tea</p>\n", "line 3: is not well-formed XML (no element found)"),
        ("<a><p>x</p></a>\n<a></a>", "line 2: is not well-formed XML (junk after document element)"),
        (b"<a>\n<p>caf\xe9</p></a>", "line 2: is not well-formed XML (not well-formed (invalid token))"),
        ("plain text\n", "line 1: is not well-formed XML (syntax error)"),
        ("<a><b>tea</b><b/><c/></a>", "no element p has text; its elements are b, a, c"),
        ("<a>" * 20_000, "line 1: more than 10,000 elements are inside each other"),
        ("<mediawiki></mediawiki>", "is a MediaWiki dump; read it without --xml-text"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_read_is_named_in_one_line(text: str | bytes, message: str, tmp_path: Path) -> None:
    assert message in refused(written(tmp_path / "a.xml", text))


def test_an_undeclared_entity_between_two_reads_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "a.xml", "<a>\n<p>tea and milk &undeclared; more</p></a>")
    for size in range(18, 34):
        monkeypatch.setattr(xml, "_CHUNK", size)
        assert "line 2: is not well-formed XML (the entity undeclared is not" in refused(path)


def test_an_endless_tag_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "_LONGEST_TAG", 1 << 18)
    path = written(tmp_path / "a.xml", "<a>\n<!-- " + "x" * (1 << 20) + " --><p>tea</p></a>")
    assert refused(path) == "line 2: a tag or comment is longer than 0 MiB"


def test_entities_of_attributes_are_bounded_by_the_parser(tmp_path: Path) -> None:
    entity = "ha " * 1300
    text = f'<!DOCTYPE a [<!ENTITY x "{entity}">]><a><p x="{"&x;" * 40_000}">tea</p></a>'
    assert len(entity) < xml_entities.LONGEST
    assert "is not well-formed XML (limit on input amplification factor" in refused(written(tmp_path / "a.xml", text))


def test_long_texts_are_passed_on_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "a.xml", f"<a><p>{'tea and milk ' * 9000}</p><p>rum</p></a>")
    whole = text_of(path, xml_text="p")
    assert whole == "tea and milk " * 8999 + "tea and milk\nrum"
    monkeypatch.setattr(xml, "_PIECE", 1000)
    parts = documents_of(path, xml_text="p")
    assert len(parts) > 1
    assert [each.continues for each in parts] == [True] * (len(parts) - 1) + [False]
    assert text_of(path, xml_text="p").split() == whole.split()
    assert text_of(path, xml_text="p").endswith("milk \nrum")
    monkeypatch.setattr(xml, "_LONGEST_TEXT", 1 << 16)
    endless = written(tmp_path / "b.xml", f"<a><p>{'x' * 99_999}</p></a>")
    assert "has more than 0 MiB of text" in refused(endless)


def test_the_declared_encoding_is_used_unless_one_is_named(tmp_path: Path) -> None:
    text = '<?xml version="1.0" encoding="{}"?><a><p>kávé ház</p></a>'
    for declared, actual, named in (
        ("iso-8859-1", "latin-1", None),
        ("windows-1252", "cp1252", None),
        ("UTF-16", "utf-16", None),
        ("UTF-8", "cp1250", "cp1250"),
    ):
        path = written(tmp_path / "a.xml", text.format(declared).encode(actual))
        assert text_of(path, xml_text="p", encoding=named) == "kávé ház"


texts = st.lists(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"]), min_size=1), min_size=1)


@given(st.lists(texts, min_size=1, max_size=4))
def test_paragraphs_survive_a_round_trip(tmp_path_factory: pytest.TempPathFactory, paragraphs: list[list[str]]) -> None:
    # XML has no characters U+FFFE and U+FFFF.
    lines = [" ".join(words).translate({0xFFFE: "x", 0xFFFF: "x"}) for words in paragraphs]
    path = tmp_path_factory.mktemp("xml") / "a.xml"
    written(path, "<a>" + "".join(f"<p>{escape(line)}</p>" for line in lines) + "</a>")
    assert text_of(path, xml_text="p").split("\n") == lines


def test_a_corpus_is_made_of_tei(tmp_path: Path) -> None:
    path = written(tmp_path / "a.xml", TEI)
    with EncodedCorpus.from_text(path, xml_text="p,l", tokenizer="words", lowercase=True) as corpus:
        assert (corpus.meta["sentences"], corpus.meta["tokens"]) == (4, 14)
        assert corpus.meta["settings"]["xml_text"] == "p,l"
    with pytest.raises(InputError, match=r"is an XML document; name the elements .*\(--xml-text p,l,head\)"):
        EncodedCorpus.from_text(path)

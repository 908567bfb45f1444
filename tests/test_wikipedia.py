"""The Wikipedia reader: pages, lines, and the removal of markup."""

import bz2
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from gensim.test.utils import datapath

from wordvec.corpora import wikipedia
from wordvec.corpora.readers import blocks, sources
from wordvec.corpora.tokenizers import words
from wordvec.errors import InputError

EXCERPT = datapath("enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2")

HEADER = (
    '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.10/" version="0.10" xml:lang="en">\n'
    "  <siteinfo><sitename>Wikipedia</sitename></siteinfo>\n"
)


def page(text: str, *, title: str = "Title", namespace: int = 0, redirect: bool = False) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return (
        f"  <page>\n    <title>{title}</title>\n    <ns>{namespace}</ns>\n    <id>1</id>\n"
        + ('    <redirect title="Elsewhere" />\n' if redirect else "")
        + f'    <revision>\n      <text xml:space="preserve">{escaped}</text>\n    </revision>\n  </page>\n'
    )


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., str]:
    def give(*pages: str, header: str = HEADER, end: str = "</mediawiki>\n", size: int = 1 << 20) -> str:
        path = tmp_path / "dump.xml"
        path.write_text(header + "".join(pages) + end, encoding="utf-8")
        return b"".join(blocks(*sources(path), size=size)).decode()

    return give


def test_paragraphs_are_lines_and_articles_end_with_a_blank_line(read: Callable[..., str]) -> None:
    pages = page("First paragraph.\n\nSecond\nparagraph."), page("Other article, with ő and 𝒜.")
    assert read(*pages) == "First paragraph.\nSecond\nparagraph.\n\nOther article, with ő and 𝒜.\n\n"


def test_only_articles_are_read(read: Callable[..., str]) -> None:
    pages = (
        page("A talk page.", namespace=1),
        page("#REDIRECT [[Elsewhere]]"),
        page("#WEITERLEITUNG [[Anderswo]]", redirect=True),
        page(""),
        page("{{stub}}"),
        page("An article."),
    )
    assert read(*pages) == "An article.\n\n"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (
            "'''Bold''' and ''italic'', '''''both''''', the dogs' ''L'Avventura''",
            "Bold and italic, both, the dogs' L'Avventura",
        ),
        ("== Heading ==\nText\n===Deeper===", "Heading\nText\nDeeper"),
        ("* one\n** two\n# three\n: four\n; five: six\n*# ''seven''", "one\ntwo\nthree\nfour\nfive: six\nseven"),
        (
            "[[Link]], [[Page|words]], [http://a.b/c outside words] and http://bare.org/x?y=z#q",
            "Link, words,  outside words and",
        ),
        ("a&nbsp;b &amp; c &ndash; d", "a\xa0b & c – d"),
        ("Before {{template|a={{inner}}|b}}after<ref name=x>note</ref><!-- comment -->.", "Before after."),
        ('{| class="wikitable"\n|-\n! Head\n|-\n| one || two\n|}\nText', "Head\none\ntwo\nText"),
        ("<gallery>\nFile:A b.jpg|A caption, ''so''\nImage:C.PNG\nD (e).svg|Other\n</gallery>", "A caption, so\nOther"),
        ("[[File:A.jpg|thumb|left|200px|A caption]]\nText", "A caption\nText"),
        ("__NOTOC__\nText __FORCETOC__", "Text"),
        ("Text\n----\n—\n✔\n 30px\n", "Text"),
        ("Text\n[[Category:Things]]\n[[de:Dinge]]", "Text"),
    ],
)
def test_markup_is_removed_and_words_are_kept(markup: str, text: str, read: Callable[..., str]) -> None:
    assert read(page(f"Start.\n{markup}")) == f"Start.\n{text}\n\n"


def test_a_dump_is_detected_from_its_beginning_whatever_its_name_and_compression(tmp_path: Path) -> None:
    dump = HEADER + page("Text.") + "</mediawiki>"
    for name, start in (("a.txt", ""), ("a.xml", '<?xml version="1.0" encoding="utf-8"?>\n'), ("b", "\ufeff \n")):
        data = (start + dump).encode()
        for packed in (data, bz2.compress(data)):
            (tmp_path / name).write_bytes(packed)
            assert b"".join(blocks(*sources(tmp_path / name))) == b"Text.\n\n"


def test_a_dump_is_read_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    dump = (HEADER + page("Text.") + "</mediawiki>").encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(dump)))
    assert b"".join(blocks(*sources("-"))) == b"Text.\n\n"


@pytest.mark.parametrize("piece", [10, 100, 333, 1000, 10_000])
def test_the_size_of_the_pieces_that_are_read_changes_nothing(
    piece: int, read: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = [page(f"Article {number}. " + "word " * number) for number in range(30)]
    whole = read(*pages)
    assert whole.count("\n\n") == 30
    monkeypatch.setattr(wikipedia, "_PIECE", piece)
    assert read(*pages) == whole


def test_blocks_hold_whole_articles(tmp_path: Path) -> None:
    path = tmp_path / "dump.xml"
    path.write_text(HEADER + "".join(page(f"Article {number}.") for number in range(100)) + "</mediawiki>")
    cut = list(blocks(*sources(path), size=200))
    assert len(cut) > 5
    assert all(block.endswith(b"\n\n") for block in cut)


@pytest.mark.parametrize("size", [len(HEADER) + 10, len(HEADER) + 100, -1])
def test_a_truncated_dump_is_an_error(size: int, tmp_path: Path) -> None:
    path = tmp_path / "dump.xml"
    dump = HEADER + page("Text.") + "</mediawiki>"
    path.write_text(dump[: size if size > 0 else len(dump) + size])
    with pytest.raises(InputError, match=r"dump\.xml: the dump is truncated"):
        list(blocks(*sources(path)))


def test_a_dump_without_pages_gives_no_block(read: Callable[..., str]) -> None:
    assert read() == ""


@pytest.mark.parametrize(
    ("pages", "header"),
    [
        ("<page><title>x</title><ns>0</ns></page>", HEADER),
        ("<page><b></page>", HEADER),
        (page("Text."), "<mediawiki>\n<siteinfo></siteinfo>\n"),
    ],
)
def test_what_mediawiki_does_not_write_is_an_error(pages: str, header: str, read: Callable[..., str]) -> None:
    with pytest.raises(InputError, match=r"dump\.xml: cannot be read as a MediaWiki dump") as caught:
        read(pages, header=header)
    assert "\n" not in str(caught.value)


def test_the_real_excerpt_gives_its_106_articles_without_markup() -> None:
    text = b"".join(blocks(*sources(EXCERPT))).decode()
    articles = text.removesuffix("\n\n").split("\n\n")
    assert len(articles) == 106
    assert articles[0].startswith("Anarchism is a political philosophy")
    assert 450_000 < len(words(text)) < 500_000
    for markup in ("''", "[[", "{{", "}}", "http://", "\n==", "\n#", "\n:", "&nbsp;", "&amp;", "<ref", "__TOC__"):
        assert markup not in text, markup
    assert not re.search(r"^(?:File|Image):|^[^\w\n]+$|^[^\S\n]+|\b\d+px\b", text, re.MULTILINE)


@pytest.mark.parametrize("doctype", ["<!DOCTYPE mediawiki>\n", '<!DOCTYPE mediawiki [\n<!ENTITY a "b">\n]>\n'])
def test_a_dump_with_a_doctype_is_an_error_that_says_so(doctype: str, read: Callable[..., str]) -> None:
    for before in ("", "<?xml version='1.0'?>\n", "<!-- made by hand -->\n"):
        with pytest.raises(InputError, match=r"dump\.xml: is a MediaWiki dump with a DOCTYPE.*remove that declaration"):
            read(page("An article."), header=before + doctype + HEADER)


def test_comments_before_the_dump_are_ignored(read: Callable[..., str]) -> None:
    assert (
        read(page("An article."), header=f"<?xml version='1.0'?>\n<!-- a -->\n<!-- b -->{HEADER}") == "An article.\n\n"
    )


def test_a_page_has_a_maximal_length(read: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert wikipedia.LONGEST_PAGE == 16 << 20
    monkeypatch.setattr(wikipedia, "LONGEST_PAGE", 1 << 14)
    monkeypatch.setattr(wikipedia, "_PIECE", 1 << 12)
    assert "word" in read(page("word " * 1000), page("word"))
    with pytest.raises(InputError, match=r"dump\.xml: 0 MiB without the end of a page.*pages-articles"):
        read(page("word"), page("word " * 10_000))

"""The articles of a MediaWiki dump (``...-pages-articles.xml``) as plain text, a paragraph a line.

gensim extracts the pages and removes most markup; the rest of headings, lists, galleries and quotes is removed here.
Only articles (namespace 0) are read, without redirects.
"""

import io
import re
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element, ParseError

from wordvec.corpora.documents import Document
from wordvec.corpora.streams import Stream
from wordvec.errors import InputError

LONGEST_PAGE = 16 << 20
"""Maximal bytes of a page; MediaWiki's default limit is 2 MiB."""

_PIECE = 4 << 20
_BEGIN, _END, _LAST = b"<page>", b"</page>", b"</mediawiki>"

_REDIRECT = re.compile(r"\s*#redirect\b", re.IGNORECASE)

_BLANK = r"[^\S\n]*"
_MEDIA = r"[^|\n]*\.(?:jpe?g|png|svg|gif|tiff?|webp|webm|og[agv]|mp3|wav|pdf|djvu)"
_OPTION = r"(?:thumb|thumbnail|frame|frameless|border|left|right|center|none|upright(?:=[\d.]+)?|alt=[^|\n]*)"
_RESTS = [
    (re.compile(pattern, re.MULTILINE | re.IGNORECASE), instead)
    for pattern, instead in (
        (r"https?://[^\s|]+|\b\d*x?\d+px\b", ""),  # addresses, sizes of images
        (r"__[^\W\d_]+__", ""),  # switches, such as __NOTOC__
        (rf"^{_BLANK}={{1,6}}([^\n]*?)=*{_BLANK}$", r"\1"),  # headings
        (r"^[\s*#:;|!]+", ""),  # list and cell marks
        (rf"^{_MEDIA}{_BLANK}(?:$|\|)", ""),  # a gallery's file name, before its caption
        (rf"^(?:{_BLANK}{_OPTION}{_BLANK}(?:\||$))+|(?:\|{_BLANK}{_OPTION}{_BLANK})+(?=\||$)", ""),
        (r"'{2,5}", ""),  # bold and italic
        (rf"^{_BLANK}|{_BLANK}$", ""),
        (r"^[^\w\n]*(?:\n|\Z)", ""),  # lines without a letter or digit
    )
]
"""Markup that gensim leaves, and its replacement."""


def wikipedia_articles(stream: Stream) -> Iterator[Document]:
    """Yield the text of each article of a dump in UTF-8: each paragraph, heading, list item or table cell on a line.

    Raises
    ------
    InputError
        If the dump is truncated, is not a MediaWiki export, or has a page of more than `LONGEST_PAGE` bytes.
    """
    # gensim keeps an empty element for every page, gigabytes for a whole Wikipedia, so it gets a few megabytes of
    # pages at a time, as separate small dumps.
    for dump in _small_dumps(stream):
        yield from _documents(_wikitexts(dump, stream.name))


def _documents(pages: Iterable[tuple[str, str]]) -> Iterator[Document]:
    for title, wikitext in pages:
        if text := _plain(wikitext):
            yield Document(text, name=title.strip())


def _small_dumps(stream: Stream) -> Iterator[bytes]:
    header = rest = b""
    buffer = bytearray(_PIECE)
    while count := stream.fill(buffer):
        rest += buffer[:count]
        if not header and _BEGIN in rest:
            header, rest = rest[: rest.index(_BEGIN)], rest[rest.index(_BEGIN) :]
            _check_header(header, stream.name)
        end = rest.rfind(_END) + len(_END)
        if end >= len(_END):
            yield header + rest[:end] + _LAST
            rest = rest[end:]
        if len(rest) > LONGEST_PAGE:
            raise InputError(
                f"{stream.name}: {LONGEST_PAGE >> 20} MiB without the end of a page; use a dump with one version of "
                "each page (pages-articles, not pages-meta-history)"
            )
    if _LAST not in rest:
        raise InputError(
            f"{stream.name}: the dump is truncated: it does not end with {_LAST.decode()}; download it again"
        )


def _check_header(header: bytes, name: str) -> None:
    """Raise an error for a document type declaration, whose entities could expand without bound."""
    if b"<!DOCTYPE" in header:
        raise InputError(
            f"{name}: is a MediaWiki dump with a DOCTYPE, which MediaWiki does not write; remove that declaration"
        )


def _wikitexts(dump: bytes, name: str) -> Iterator[tuple[str, str]]:
    """Yield the title and the text of each article."""
    from gensim.corpora.wikicorpus import extract_pages

    def is_article(page: Element, *, namespace: str, text: str | None, **_: object) -> bool:
        return bool(text) and page.find(f"{{{namespace}}}redirect") is None and not _REDIRECT.match(text or "")

    try:
        for title, text, _id in extract_pages(io.BytesIO(dump), ("0",), is_article):
            if text:
                yield title or "", text
    except (ParseError, ValueError, AttributeError) as error:
        raise InputError(f"{name}: cannot be read as a MediaWiki dump ({error})") from error


def _plain(wikitext: str) -> bytes:
    from gensim.corpora.wikicorpus import filter_wiki

    text: str = filter_wiki(wikitext)
    for pattern, instead in _RESTS:
        text = pattern.sub(instead, text)
    return text.strip().encode("utf-8", "surrogatepass")

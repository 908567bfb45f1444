"""Vertical text: a token on each line, with its annotation in columns separated by tabs (CoNLL-U, VRT, TreeTagger).

Sentences end at blank lines and at the tags ``<s>`` and ``<sentence>``, paragraphs also at ``<p>`` and ``# newpar``,
documents at the first of ``<doc>``, ``<document>``, ``<text>``, ``<article>`` and ``<file>`` that occurs, and at
``# newdoc``; other tags and comments are left out. White space in a token becomes ``_``. Character references such as
``&amp;`` are resolved, except in CoNLL-U, which has none.

Where a column is named ``id``, lines are those of CoNLL-U: empty nodes (5.1) are left out, and a range (3-4) is a
multiword token, such as "don't", which replaces its words if tokens are as the text is written, and is left out
otherwise. Without this column, a comment begins with ``#`` and a blank, and has no tab.
"""

import html
import itertools
import re
from collections.abc import Iterator
from operator import itemgetter

from wordvec.corpora.documents import Document
from wordvec.corpora.streams import Stream
from wordvec.corpora.structured.line_blocks import line_blocks
from wordvec.corpora.structured.token_text import without_spaces
from wordvec.corpora.token_template import TokenTemplate
from wordvec.errors import InputError

DOCUMENTS = ("doc", "document", "text", "article", "file")
SENTENCES = ("s", "sentence", "sent")
PARAGRAPHS = ("p", "para", "paragraph", "head")
NAMES = ("id", "xml:id", "name", "n", "title", "filename")
"""Tags of documents, sentences and paragraphs, and attributes that name a document, the first that there is."""

_PIECE = 1 << 20
"""Bytes of a document that are passed on at once."""

_TAG = re.compile(rb"<(/?)([A-Za-z_][\w:.-]*)(?=[\s/>])([^\t]*)>|<[?!][^\t]*>", re.DOTALL)
_ATTRIBUTE = re.compile(r"""([^\W\d][\w:.-]*)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_COMMENT = re.compile(r"#\s*(newdoc|newpar|meta::[\w.-]+)\b\s*(?:id\s*)?=?\s*(.*)")
_RANGE = re.compile(rb"([0-9]{1,9})-([0-9]{1,9})")
_EMPTY_NODE = re.compile(rb"[0-9]+\.[0-9]+")
_SPECIAL = frozenset((b"", b" ", b"\t", b"<", b"#"))
"""First bytes of lines that may not be tokens."""

_FIRST = itemgetter(slice(0, 1))
_LONG = 100_000
"""Tokens of a sentence that are passed on before its end."""


def vertical_documents(stream: Stream, template: TokenTemplate) -> Iterator[Document]:
    """Yield the documents, each of sentences of tokens; a long one in several parts.

    Raises
    ------
    InputError
        If a line has too few columns, an empty token or an invalid number, or is very long.
    """
    reader = _Reader(stream.name, template)
    for first, lines in line_blocks(stream):
        yield from reader.read(first, lines)
    yield from reader.end()


class _Reader:
    def __init__(self, name: str, template: TokenTemplate) -> None:
        self._name, self._template = name, template
        self._sentence: list[bytes] = []
        self._parts: list[bytes] = []
        self._size = 0
        self._paragraph = self._begun = False
        self._covered = range(0)  # words of the multiword token before
        self._tag = ""
        self._title, self._fields = "", dict[str, str]()

    def read(self, first: int, lines: list[bytes]) -> Iterator[Document]:
        """Read whole lines, the first of which has the number `first`."""
        special = [number for number, begin in enumerate(map(_FIRST, lines)) if begin in _SPECIAL]
        markup = [number for number in special if self._is_markup(lines[number])]
        tokens = self._tokens(first, lines, markup)
        begin = 0
        for count, number in enumerate(markup):
            self._sentence += filter(None, tokens[begin : number - count])
            begin = number - count
            yield from self._read_markup(lines[number].strip())
            if self._size >= _PIECE:
                yield self._document(continues=True)
        self._sentence += filter(None, tokens[begin:])
        if len(self._sentence) > _LONG:
            self._end_sentence(b" ")
            yield self._document(continues=True)

    def end(self) -> Iterator[Document]:
        """Yield the rest of the last document."""
        self._end_sentence()
        if self._parts or self._begun:
            yield self._document()

    def _is_markup(self, line: bytes) -> bool:
        """Return whether a line is blank, a tag or a comment."""
        if line[:1] == b"#":
            return self._template.id >= 0 or (line[1:2] == b" " and b"\t" not in line)
        if line[:1] == b"<":
            return b"\t" not in line and _TAG.fullmatch(line.rstrip()) is not None
        return not line.strip()

    def _tokens(self, first: int, lines: list[bytes], markup: list[int]) -> list[bytes]:
        """Return the token of each line but those of markup; it is empty for lines that are left out."""
        template = self._template
        plain: list[bytes] = []
        for before, number in itertools.pairwise((-1, *markup, len(lines))):
            plain += lines[before + 1 : number]
        if not plain:
            return []
        columns = self._columns(first, markup, plain)
        left_out = self._left_out(first, markup, columns[template.id]) if template.id >= 0 else []
        tokens = template.tokens(columns)
        if b"" in tokens:
            number = _line(first, markup, tokens.index(b""))
            raise InputError(f"{self._name}: line {number:,}: the token is empty")
        tokens = without_spaces(tokens, references=template.id < 0)
        for place in left_out:
            tokens[place] = b""
        return tokens

    def _columns(self, first: int, markup: list[int], lines: list[bytes]) -> list[list[bytes]]:
        """Return the cells of each column."""
        needed, exact = self._template.needed, self._template.id >= 0
        tabs = list(map(bytes.count, lines, itertools.repeat(b"\t")))
        least, most = min(tabs) + 1, max(tabs) + 1
        if least < needed or (exact and most > needed):
            place = next(place for place, tab in enumerate(tabs) if tab + 1 < needed or (exact and tab >= needed))
            raise InputError(
                f"{self._name}: line {_line(first, markup, place):,}: expected {needed} columns between tabs "
                f"({', '.join(self._template.columns[:needed])}), found {tabs[place] + 1}"
            )
        if least < most:
            lines = [b"\t".join(line.split(b"\t", needed)[:needed]) for line in lines]
            least = needed
        # One list of all cells is much faster than a list for each line, which the garbage collector would visit.
        cells = b"\t".join(lines).split(b"\t")
        return [cells[column::least] for column in range(needed)]

    def _left_out(self, first: int, markup: list[int], numbers: list[bytes]) -> list[int]:
        """Return the places of the lines of CoNLL-U that are no tokens."""
        if not self._covered and all(map(bytes.isdigit, numbers)):
            return []
        places: list[int] = []
        for place, written in enumerate(numbers):
            if written.isdigit():
                number = int(written)
                if number in self._covered:
                    places.append(place)
                if number not in self._covered or number == self._covered[-1]:
                    self._covered = range(0)
            elif (span := _RANGE.fullmatch(written)) and self._template.surface:
                self._covered = range(int(span[1]), int(span[2]) + 1)
            elif span or _EMPTY_NODE.fullmatch(written):
                places.append(place)
            else:
                where = f"{self._name}: line {_line(first, markup, place):,}"
                raise InputError(f"{where}: {written.decode('utf-8', 'replace')!r:.40} is not the number of a word")
        return places

    def _read_markup(self, line: bytes) -> Iterator[Document]:
        """Read a blank line, a tag or a comment."""
        if not line:
            self._end_sentence()
        elif line[:1] == b"<":
            yield from self._read_tag(line)
        else:
            yield from self._read_comment(line)

    def _read_tag(self, line: bytes) -> Iterator[Document]:
        match = _TAG.fullmatch(line)
        if match is None or match[2] is None:  # of a comment or a processing instruction
            return
        name = match[2].decode("utf-8", "replace").lower()
        if name in SENTENCES:
            self._end_sentence()
        elif name in PARAGRAPHS:
            self._end_sentence()
            self._end_paragraph()
        elif name in DOCUMENTS:
            self._end_sentence()
            self._end_paragraph()
            self._tag = self._tag or name
            if name != self._tag:
                return
            attributes = {} if match[1] else _attributes(match[3].decode("utf-8", "replace"))
            yield from self._next(next((attributes[each] for each in NAMES if each in attributes), ""), attributes)

    def _read_comment(self, line: bytes) -> Iterator[Document]:
        match = _COMMENT.fullmatch(line.decode("utf-8", "replace"))
        if match is None:
            return
        if match[1] == "newdoc":
            yield from self._next(match[2], {})
        elif match[1] == "newpar":
            self._end_sentence()
            self._end_paragraph()
        else:
            self._fields[match[1].removeprefix("meta::")] = match[2]

    def _next(self, title: str, fields: dict[str, str]) -> Iterator[Document]:
        """Yield the document that ends, and begin another one."""
        yield from self.end()
        self._title, self._fields = title, fields

    def _end_sentence(self, end: bytes = b"\n") -> None:
        if self._sentence:
            line = b" ".join(self._sentence) + end
            self._parts += [b"\n", line] if self._paragraph else [line]
            self._size += len(line)
            self._paragraph, self._sentence = False, []

    def _end_paragraph(self) -> None:
        self._paragraph = bool(self._parts) or self._begun

    def _document(self, continues: bool = False) -> Document:
        """Return the sentences so far."""
        text = b"".join(self._parts)
        self._parts, self._size, self._begun = [], 0, continues
        self._paragraph &= continues
        return Document(text, True, self._title, self._fields, continues)


def _line(first: int, markup: list[int], place: int) -> int:
    """Return the number of the line of a token."""
    number = place
    for other in markup:
        number += other <= number
    return first + number


def _attributes(text: str) -> dict[str, str]:
    return {match[1]: html.unescape(match[2] or match[3] or match[4] or "") for match in _ATTRIBUTE.finditer(text)}

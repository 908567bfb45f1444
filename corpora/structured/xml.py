"""Text of the elements of XML, such as the paragraphs and lines of verse of TEI.

Each of the chosen elements is a line. Its text includes that of the elements inside it, except chosen ones, which are
lines of their own before it, and except ``<note>``, ``<fw>`` (running heads) and ``<figDesc>``, which are read only if
they are chosen. Of the alternatives in ``<choice>``, the corrected, regularised and expanded ones are read: ``<sic>``,
``<orig>`` and ``<abbr>`` are left out. ``<lb/>``, ``<pb/>``, ``<cb/>`` and the borders of paragraphs, verses, cells and
words are white space, but not a break with ``break="no"``, which is inside a word. ``<teiHeader>`` is not text.

A ``<TEI>`` element is a document, and so is a file without one. Names have no namespaces. Entities are those that the
file declares itself (`xml_entities`); nothing is loaded from other files or the network.
"""

import re
import xml.parsers.expat as expat
from collections import Counter
from collections.abc import Iterator, Sequence

from wordvec.corpora.documents import Document
from wordvec.corpora.streams import Stream
from wordvec.corpora.structured.xml_entities import Entities, RefusedError
from wordvec.errors import InputError

LEFT_OUT = frozenset(("note", "fw", "figDesc"))
ALTERNATIVES = frozenset(("sic", "orig", "abbr"))
HEADER = "teiHeader"
DOCUMENTS = frozenset(("TEI", "TEI.2"))
TEI = DOCUMENTS | {"teiCorpus", "teiCorpus.2"}
BREAKS = frozenset(("lb", "pb", "cb", "gb", "milestone"))
BORDERS = frozenset(
    (
        *(
            "ab",
            "body",
            "br",
            "cell",
            "closer",
            "dateline",
            "div",
            "div1",
            "div2",
            "div3",
            "head",
            "item",
            "l",
            "label",
        ),
        *("lg", "list", "opener", "p", "pc", "quote", "row", "s", "salute", "sentence", "signed", "sp", "speaker"),
        *("stage", "table", "trailer", "u", "w"),
    )
)

DEEPEST = 10_000
"""Maximal number of elements inside each other."""

_CHUNK = 1 << 16
_PIECE = 1 << 20
"""Characters of an element that are passed on before its end."""
_LONGEST_TEXT = 64 << 20
"""Maximal characters of an element that has no white space where it could be divided."""
_LONGEST_TAG = 16 << 20
"""Maximal bytes of a tag, comment or declaration."""
_SHOWN = 12
_UNDEFINED = expat.errors.codes[expat.errors.XML_ERROR_UNDEFINED_ENTITY]
_REFERENCE = re.compile(rb"&([^&;#<>\s\"']+);")
_LONGEST_NAME = 1 << 10
"""Bytes of an entity's name that a message can show if it is divided between two parts of the file."""


def xml_documents(stream: Stream, elements: Sequence[str]) -> Iterator[Document]:
    """Yield the documents, each of one line for each of the elements; a long one in several parts.

    Raises
    ------
    InputError
        If the file is not well-formed, its entities are undeclared or expand without bound, or no such element has
        text.
    """
    reader = _Reader(stream, elements)
    buffer = bytearray(_CHUNK)
    while count := stream.fill(buffer):
        reader.parse(bytes(buffer[:count]), last=False)
        yield from reader.found()
    reader.parse(b"", last=True)
    yield from reader.found()
    reader.check()


class _Reader:
    def __init__(self, stream: Stream, elements: Sequence[str]) -> None:
        self._name = stream.name
        self._chosen, self._left_out = frozenset(elements), LEFT_OUT - set(elements)
        self._path: list[str] = []
        self._lines: list[list[str]] = []  # texts of the chosen elements that are open
        self._size = 0  # characters of these
        self._silent = 0  # number of open elements whose text is not read
        self._fed, self._data = 0, b""  # bytes so far, and the last ones
        self._parts: list[str] = []
        self._length = 0  # characters of the parts
        self._ready: list[Document] = []
        self._begun = self._cut = self._any = False
        self._title, self._fields = "", dict[str, str]()
        self._seen: Counter[str] = Counter()
        self._entities = Entities()
        # The declared encoding of a text that was converted is no longer true.
        self._parser = parser = expat.ParserCreate("utf-8" if stream.encoding else None)
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._add
        # With this handler, expat passes the references to entities on and expands none.
        parser.DefaultHandler = self._reference
        parser.StartDoctypeDeclHandler, parser.EntityDeclHandler = self._doctype, self._declare
        parser.EndDoctypeDeclHandler = self._entities.close

    def parse(self, data: bytes, last: bool) -> None:
        """Parse a part of the file."""
        self._fed += len(data)
        self._data = self._data[-_LONGEST_NAME:] + data
        try:
            self._parser.Parse(data, last)
        except expat.ExpatError as error:
            reason = expat.ErrorString(error.code)
            if error.code == _UNDEFINED and (name := self._undeclared()):
                reason = f"the entity {name:.40} is not declared in this file"
            raise InputError(f"{self._name}: line {error.lineno:,}: is not well-formed XML ({reason})") from error
        except RefusedError as error:
            raise InputError(f"{self._name}: line {self._parser.CurrentLineNumber:,}: {error}") from error
        if self._fed - max(self._parser.CurrentByteIndex, 0) > _LONGEST_TAG and not last:
            raise InputError(
                f"{self._name}: line {self._parser.CurrentLineNumber:,}: a tag or comment is longer than "
                f"{_LONGEST_TAG >> 20} MiB"
            )

    def _undeclared(self) -> str | None:
        """Return the first undeclared entity from the position of an error on."""
        begin = len(self._data) - (self._fed - self._parser.ErrorByteIndex)
        names = (found[1].decode("utf-8", "replace") for found in _REFERENCE.finditer(self._data, max(begin, 0)))
        return next((name for name in names if not self._entities.declares(name)), None)

    def found(self) -> Iterator[Document]:
        """Yield the documents that have ended, and the lines of the next one if there are many."""
        yield from self._ready
        self._ready = []
        if self._length > _PIECE:
            yield self._document(continues=True)

    def check(self) -> None:
        """Check that some element had text."""
        if not self._any:
            names = ", ".join(name for name, _ in self._seen.most_common(_SHOWN))
            raise InputError(
                f"{self._name}: no element {' or '.join(sorted(self._chosen))} has text; its elements are {names}"
            )

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if len(self._path) >= DEEPEST:
            raise RefusedError(f"more than {DEEPEST:,} elements are inside each other")
        inside = self._path[-1] if self._path else ""
        self._path.append(name)
        if len(self._seen) < 10 * _SHOWN or name in self._seen:
            self._seen[name] += 1
        if name in DOCUMENTS or not inside:
            self._begin_document(attributes)
        if name in BREAKS:
            self._add("" if attributes.get("break") == "no" else " ")
        elif name in BORDERS:
            self._add(" ")
        if self._silent or self._is_left_out(name, inside):
            self._silent += 1
        elif name in self._chosen:
            self._lines.append([])

    def _is_left_out(self, name: str, inside: str) -> bool:
        if name in self._left_out:
            return bool(self._lines) or self._path[0] in TEI
        return name == HEADER or (inside == "choice" and name in ALTERNATIVES)

    def _end(self, tag: str) -> None:
        name = self._path.pop()
        if self._silent:
            self._silent -= 1
        elif name in self._chosen:
            self._end_line(self._lines.pop())
        if name in BORDERS:
            self._add(" ")
        if name in DOCUMENTS or not self._path:
            self._end_document()

    def _add(self, text: str) -> None:
        if self._silent:
            if self._path[-2:-1] == ["titleStmt"]:
                # The title is before all text, so that every part of the document has it.
                self._fields[self._path[-1]] = self._fields.get(self._path[-1], "") + text
            return
        if not self._lines:
            return
        line = self._lines[-1]
        if text.isspace():
            if not line or line[-1] == " ":
                return
            text = " "
        self._size += len(text)
        if self._size > _PIECE and len(self._lines) == 1 and (cut := f"{text}.".rsplit(None, 1))[1:]:
            self._end_line([*line, cut[0]], " ")
            self._cut = True
            line.clear()
            text = cut[1][:-1]
        line.append(text)
        if self._size > _LONGEST_TEXT:
            raise RefusedError(f"an element has more than {_LONGEST_TEXT >> 20} MiB of text; choose smaller elements")

    def _end_line(self, texts: list[str], end: str = "\n") -> None:
        line = " ".join("".join(texts).split())
        self._size = 0
        if line or self._cut:
            self._parts.append(line + end)
            self._length += len(line) + 1
            self._any = True
        self._cut = False

    def _begin_document(self, attributes: dict[str, str]) -> None:
        self._end_document()
        self._title = attributes.get("xml:id") or attributes.get("id", "")
        self._fields = {name: value for name, value in attributes.items() if not name.startswith("xmlns")}

    def _end_document(self) -> None:
        if self._parts or self._begun:
            self._ready.append(self._document())

    def _document(self, continues: bool = False) -> Document:
        """Return the lines so far."""
        text = "".join(self._parts).encode("utf-8", "surrogatepass")
        self._parts, self._length, self._begun = [], 0, continues
        name = self._title or self._fields.get("title", "")
        return Document(text, False, " ".join(name.split()), self._fields, continues)

    def _reference(self, text: str) -> None:
        # Comments, processing instructions and declarations are passed on as well.
        if text.startswith("&") and text.endswith(";"):
            self._add(self._entities.text(text[1:-1], self._fed))

    def _doctype(self, name: str, system: str | None, public: str | None, internal: bool) -> None:
        self._entities.external = system is not None or public is not None

    def _declare(
        self,
        name: str,
        is_parameter: bool,
        value: str | None,
        base: str | None,
        system: str | None,
        public: str | None,
        notation: str | None,
    ) -> None:
        if is_parameter:
            self._entities.external = True
        elif value is not None:
            self._entities.declare(name, value)

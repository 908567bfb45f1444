"""A document as readers return it, and documents gathered into blocks."""

import datetime
import itertools
import json
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from wordvec.errors import InputError
from wordvec.representation import short

NO_FIELDS: Mapping[str, str] = MappingProxyType({})


class Document(NamedTuple):
    """A document of a file that has several.

    Parameters
    ----------
    text
        Its text in UTF-8: lines as in running text, or if `tokens` is true a sentence on each line.
    tokens
        Whether the words are tokens already, separated by blanks, to which no tokenizer is applied.
    name
        Its name in the file (the title of a page, the field of a record); empty if it has none.
    fields
        Values of the fields that are kept for `corpus split`, by name.
    continues
        Whether this is a part of a document that continues with the next one, which has the same name and fields; it
        ends with white space.
    """

    text: bytes
    tokens: bool = False
    name: str = ""
    fields: Mapping[str, str] = NO_FIELDS
    continues: bool = False

    def __repr__(self) -> str:
        return short(self)


class Labelling(NamedTuple):
    """The fields of records that name documents and are kept.

    Parameters
    ----------
    name_field
        Field with the name of a document; None: documents are named by their place.
    keep_fields
        Fields whose values are kept.
    keep_empty
        Whether blank lines and records without text are documents, too.
    """

    name_field: str | None = None
    keep_fields: tuple[str, ...] = ()
    keep_empty: bool = False

    def __repr__(self) -> str:
        return short(self)

    @property
    def fields(self) -> tuple[str, ...]:
        """All these fields."""
        return self.keep_fields if self.name_field is None else (self.name_field, *self.keep_fields)

    def check_no_fields(self, what: str) -> None:
        """Raise an InputError if fields are wanted of a file without fields; `what` is the file and what it is."""
        if self.fields:
            raise InputError(
                f"{what}, which has no fields; --name-field and --keep-fields are for records, and documents with "
                "attributes"
            )

    def of(self, record: Mapping[str, object], place: str) -> tuple[str, Mapping[str, str]]:
        """Return the name and the kept fields of a record.

        Parameters
        ----------
        record
            Values of JSON by field.
        place
            File and line of the record, its name if it has no other.

        Raises
        ------
        InputError
            If a value is neither a string nor a number.
        """
        name = "" if self.name_field is None else _cell(record.get(self.name_field), place, self.name_field)
        if not self.keep_fields:
            return name or place, NO_FIELDS
        return name or place, {field: _cell(record.get(field), place, field) for field in self.keep_fields}


NO_LABELS = Labelling()


def _cell(value: object, place: str, field: str) -> str:
    """Return a value as text; an empty string for a missing one."""
    if isinstance(value, str):
        return value.strip()
    if type(value) is int:
        return str(value)
    if value is None or value != value:  # pandas writes a missing value as NaN
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1 << 53:
        return str(int(value))  # pandas writes whole numbers with a decimal point if others are missing
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    shown = json.dumps(value, default=str)[:40]
    raise InputError(f"{place}: the field {field!r} holds {shown}, neither a string nor a number")


def labelled(documents: Iterable[Document], labelling: Labelling, source: str) -> Iterator[Document]:
    """Yield documents that have attributes as fields, with the name that `labelling` says.

    Raises
    ------
    InputError
        If no document has one of the fields.
    """
    unseen = dict.fromkeys(labelling.fields)
    known: Mapping[str, str] = NO_FIELDS
    for document in documents:
        fields = document.fields
        known = fields if unseen and fields else known
        if unseen:
            unseen = {field: None for field in unseen if field not in fields}
        name = fields.get(labelling.name_field, "") if labelling.name_field is not None else ""
        yield document._replace(name=name or document.name)
    if unseen:
        shown = ", ".join(map(repr, known)) or "none"
        raise InputError(
            f"{source}: no document has the attribute {next(iter(unseen))!r}; the last one has {shown:.200}"
        )


class Labels:
    """Names and kept fields of some documents, as packed cells: of each document its name, then its fields.

    Attributes
    ----------
    text
        Cells in UTF-8.
    lengths
        Bytes of each cell.
    """

    def __init__(self) -> None:
        self.text = bytearray()
        self.lengths = array("q")

    def add(self, *cells: str) -> None:
        """Append cells."""
        for cell in cells:
            try:
                content = cell.encode()
            except UnicodeEncodeError:  # half of a surrogate pair, or a byte that is not UTF-8
                content = cell.encode("utf-8", "replace")
            self.text += content
            self.lengths.append(len(content))

    def cells(self) -> list[str]:
        """Return all cells, in order."""
        ends = list(itertools.accumulate(self.lengths))
        return [self.text[end - size : end].decode() for end, size in zip(ends, self.lengths, strict=True)]

    def extend(self, other: "Labels") -> None:
        """Append the cells of other documents."""
        self.text += other.text
        self.lengths += other.lengths


class DocumentBlock(bytes):
    """Text of some documents, with the end of each; it is not the text of a whole file otherwise.

    Attributes
    ----------
    ends
        Ends of documents in bytes; the last one may continue in the next block.
    labels
        Their names and fields.
    tokens
        Whether the lines are tokens joined by blanks, to which no tokenizer is applied.
    """

    ends: Sequence[int]
    labels: Labels
    tokens: bool

    @classmethod
    def of(cls, text: bytes, ends: Sequence[int], labels: Labels, tokens: bool = False) -> "DocumentBlock":
        """Return a block."""
        block = cls(text)
        block.ends, block.labels, block.tokens = ends, labels, tokens
        return block


def gathered(
    documents: Iterable[Document], size: int, source: str, keep_fields: Sequence[str] = ()
) -> Iterator[DocumentBlock]:
    """Yield documents in blocks of about `size` bytes, a blank line after each; tokens are in separate blocks.

    A document without a name is named by the source and its number in it.
    """
    parts: list[bytes] = []
    ends, labels, tokens = array("q"), Labels(), False
    length = 0
    number = 1
    for text, of_tokens, name, fields, continues in documents:
        if parts and (length >= size or tokens != of_tokens):
            yield DocumentBlock.of(b"".join(parts), ends, labels, tokens)
            parts, ends, labels, length = [], array("q"), Labels(), 0
        tokens = of_tokens
        parts.append(text)
        length += len(text)
        if continues:
            continue
        parts.append(b"\n\n")
        length += 2
        ends.append(length)
        labels.add(name or f"{source}:{number}")
        for field in keep_fields:
            labels.add(fields.get(field, ""))
        number += 1
    if parts:
        yield DocumentBlock.of(b"".join(parts), ends, labels, tokens)


def line_documents(blocks: Iterable[bytes], source: str, blank: bool = False) -> Iterator[DocumentBlock]:
    """Yield blocks of running text in which each line is a document, named by its number; blank ones if `blank`.

    LF, CR and CR LF end a line. A line end is appended to a last line that has none.
    """
    number, filled, held = 0, False, b""
    for block in itertools.chain(blocks, [b""]):
        last = not block
        text = held + block
        held = b"\r" if text.endswith(b"\r") and not last else b""  # CR LF may be in two blocks
        text = text.removesuffix(held) if held else text
        if last and filled and not text:
            text = b"\n"
        ends, labels, at = array("q"), Labels(), 0
        for line in text.splitlines(keepends=True):
            at += len(line)
            filled = filled or blank or not line.isspace()
            if line.endswith((b"\n", b"\r")):
                number += 1
                if filled:
                    ends.append(at)
                    labels.add(f"{source}:{number}")
                    filled = False
        if text:
            yield DocumentBlock.of(text, ends, labels)

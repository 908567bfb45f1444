"""A document as readers return it, and documents gathered into blocks."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

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
    """

    text: bytes
    tokens: bool = False
    name: str = ""
    fields: Mapping[str, str] = NO_FIELDS


class TokenBlock(bytes):
    """Lines of tokens joined by blanks, to which no tokenizer is applied."""


def gathered(documents: Iterable[Document], size: int) -> Iterator[bytes]:
    """Yield documents in blocks of about `size` bytes, a blank line after each; tokens are in separate blocks."""
    parts: list[bytes] = []
    length, tokens = 0, False
    for document in documents:
        if parts and (length >= size or tokens != document.tokens):
            yield (TokenBlock if tokens else bytes)(b"".join(parts))
            parts, length = [], 0
        tokens = document.tokens
        parts += [document.text, b"\n\n"]
        length += len(document.text) + 2
    if parts:
        yield (TokenBlock if tokens else bytes)(b"".join(parts))

"""Batches of text for the tokenisation kernel: gathered, tokenised in Python if required, padded and repaired.

Small sources share a batch, so that ten thousand files cost little more than one. A line end is appended to every
source. Where documents and sources end is marked in the pieces; the kernel counts the tokens before each mark.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.corpora.documents import DocumentBlock, Labels
from wordvec.corpora.settings import BREAKS, EncodingSettings
from wordvec.corpora.tokenizers import TOKENIZERS, get_tokenizer, whitespace
from wordvec.errors import InputError
from wordvec.kernels.bits import MASK_BYTES
from wordvec.kernels.separators import INVALID
from wordvec.kernels.text import PADDING, Tokens, tokenise

BATCH_BYTES = 2 << 20
"""Bytes from which a batch is complete; each 4 MB block of a reader is a batch."""

SEPARATORS = re.compile("[\x00-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
"""Separators of tokens, as in `kernels.separators`."""

_NO_SEPARATOR = re.compile(f"[^{SEPARATORS.pattern[1:-1]}]")
_REPLACEMENT = "\ufffd"
LINE_ENDS = re.compile("\r\n|[\r\n]")

Tokenizer = Callable[[str], list[str]]


DOCUMENT, SOURCE = 1, 2
"""Kinds of marks: the end of a document, of a source, and by their sum of both."""


class Text(NamedTuple):
    """Pieces of text with the marks in some of them."""

    pieces: list[bytes]
    marks: list[tuple[int, Sequence[int]]]  # number of a piece, and the rising places of its marks in bytes

    def positions(self) -> NDArray[np.int64]:
        """Return the byte before each mark in the joined pieces."""
        ends = np.cumsum([len(piece) for piece in self.pieces], dtype=np.int64)
        places = [
            np.asarray(inside, np.int64) + ends[number] - len(self.pieces[number]) for number, inside in self.marks
        ]
        return np.concatenate([np.empty(0, np.int64), *places]) - 1


@dataclass
class Batch:
    """Pieces of text; no token spans two pieces."""

    text: Text = field(default_factory=lambda: Text([], []))
    kinds: bytearray = field(default_factory=bytearray)  # of each mark
    labels: Labels = field(default_factory=Labels)  # of the documents that end in the batch
    size: int = 0  # bytes read
    as_tokens: bool = False  # whether the pieces are lists of tokens

    def add(self, piece: bytes, ends: Sequence[int] = (), labels: Labels | None = None) -> None:
        """Append a piece, in which documents end."""
        if labels is not None and len(ends):
            self.text.marks.append((len(self.text.pieces), ends))
            self.kinds += bytes([DOCUMENT]) * len(ends)
            self.labels.extend(labels)
        self.text.pieces.append(piece)

    def end_source(self, last: bytes, name: str | None) -> None:
        """Append the last piece of a source; `name`: it is the end of a document of this name, too."""
        self.text.marks.append((len(self.text.pieces), [len(last)]))
        self.text.pieces.append(last)
        self.kinds.append(SOURCE if name is None else SOURCE + DOCUMENT)
        if name is not None:
            self.labels.add(name)


@dataclass
class TokenisedBatch:
    """A batch after tokenisation by the kernel."""

    data: NDArray[np.uint8]
    tokens: Tokens
    kinds: NDArray[np.uint8]
    labels: Labels
    size: int
    replaced: int  # number of invalid UTF-8 sequences

    @property
    def document_ends(self) -> NDArray[np.int64]:
        """Numbers of tokens before the end of each document."""
        return np.asarray(self.tokens.document_ends[self.kinds & DOCUMENT != 0])

    @property
    def source_ends(self) -> NDArray[np.int64]:
        """Numbers of tokens before the end of each source."""
        return np.asarray(self.tokens.document_ends[self.kinds & SOURCE != 0])

    @property
    def documents_before(self) -> NDArray[np.int64]:
        """Numbers of documents before the end of each source."""
        return np.asarray(np.cumsum(self.kinds & DOCUMENT, dtype=np.int64)[self.kinds & SOURCE != 0])


def text_batches(
    texts: Iterable[tuple[str, Iterable[bytes]]], least: int = BATCH_BYTES, unfinished: bool = False
) -> Iterator[Batch]:
    """Gather the blocks of sources into batches of at least `least` bytes.

    Parameters
    ----------
    texts
        Name and blocks of each source. A source is one document unless its blocks are `DocumentBlock`.
    least
        Bytes from which a batch is complete.
    unfinished
        Whether the last source does not end with its last block, which ends with LF.
    """
    batch = Batch()
    for name, text in texts:
        held, document = b"", None
        for block in text:
            of_documents = isinstance(block, DocumentBlock)
            document = None if of_documents else name
            as_tokens = isinstance(block, DocumentBlock) and block.tokens
            if batch.text.pieces and as_tokens != batch.as_tokens:
                yield batch
                batch = Batch()
            batch.as_tokens = as_tokens
            # CR LF is one line end, so a final CR is held back until the next block.
            piece, size = held + block if held else block, len(block)
            held = b"\r" if piece.endswith(b"\r") and not of_documents else b""
            if isinstance(block, DocumentBlock):
                batch.add(piece, block.ends, block.labels)
            else:
                batch.add(piece[:-1] if held else piece)
            batch.size += size
            if batch.size >= least:
                yield batch
                batch = Batch()
        if not unfinished:
            batch.end_source(held + b"\n", document)
    if batch.text.pieces:
        yield batch


def encode_batch(batch: Batch, settings: EncodingSettings) -> TokenisedBatch:
    """Tokenise a batch.

    Raises
    ------
    InputError
        If a token from a Python tokenizer or a list is empty or contains white space.
    """
    assert settings.tokenizer is not None  # chosen before the first batch
    tokenizer = get_tokenizer(settings.tokenizer)
    text, replaced, breaks = batch.text, 0, BREAKS[settings.sentence]
    if not batch.as_tokens and tokenizer is not whitespace:
        text, replaced = _changed(
            text, partial(_tokenised, tokenizer=tokenizer, paragraphs=settings.sentence == "paragraph")
        )
    data, tokens = through_kernel(text, breaks)
    if tokens.counters[INVALID]:
        text, more = _changed(text, _repaired)
        replaced += more
        data, tokens = through_kernel(text, breaks)
    return TokenisedBatch(data, tokens, np.frombuffer(batch.kinds, np.uint8), batch.labels, batch.size, replaced)


def invalid_sequences(head: bytes) -> int:
    """Return the number of invalid UTF-8 sequences."""
    return 0 if head.isascii() else _repaired(head)[1]


def check_tokens(tokens: Sequence[str]) -> None:
    """Raise an error for a token that the kernel would read as none or as several."""
    together = "".join(tokens)
    if SEPARATORS.search(together) or "" in tokens or "\ufeff" in together:
        for token in tokens:
            if SEPARATORS.search(token) or not token.strip("\ufeff"):
                raise InputError(
                    f"the token {token!r:.60} is empty or holds white space or control characters: "
                    'join the parts of a token with "_"'
                )


def encoded_text(text: str) -> bytes:
    """Return a text in UTF-8."""
    # Half a surrogate pair becomes invalid UTF-8, which is replaced and counted.
    return text.encode("utf-8", "surrogatepass")


def through_kernel(text: Text, breaks: int) -> tuple[NDArray[np.uint8], Tokens]:
    """Return the bytes of a text, padded, and its tokens; `breaks` is that of `kernels.text.tokenise`."""
    joined = b"".join(text.pieces)
    size = len(joined)
    data = np.empty(-(-size // MASK_BYTES) * MASK_BYTES + PADDING, np.uint8)
    data[:size] = np.frombuffer(joined, np.uint8)
    data[size:] = ord(" ")
    return data, tokenise(data, size, text.positions(), breaks)


def _changed(text: Text, change: Callable[[bytes], tuple[bytes, int]]) -> tuple[Text, int]:
    """Return a text of which the part before each mark is changed, and the sum of the numbers of `change`."""
    found, total, marked = Text([], []), 0, dict(text.marks)
    for number, piece in enumerate(text.pieces):
        begin = 0
        for end in marked.get(number, ()):
            part, count = change(piece[begin:end])
            part = part if part.endswith(b"\n") else part + b"\n"  # a mark is after a separator
            found.marks.append((len(found.pieces), [len(part)]))
            found.pieces.append(part)
            begin, total = end, total + count
        if begin < len(piece):
            part, count = change(piece[begin:])
            found.pieces.append(part)
            total += count
    return found, total


def _repaired(piece: bytes) -> tuple[bytes, int]:
    """Replace invalid UTF-8 by U+FFFD; return the text and the number of replacements."""
    text = piece.decode("utf-8", "replace")
    return text.encode(), text.count(_REPLACEMENT) - piece.count(_REPLACEMENT.encode())


def _units(text: str, paragraphs: bool) -> Iterator[tuple[str, str]]:
    """Yield the lines or paragraphs of a text, each with the separator that follows its tokens."""
    begin = 0
    gathered: list[str] = []
    for end in LINE_ENDS.finditer(text):
        line, begin = text[begin : end.start()], end.end()
        if not paragraphs:
            yield line, "\n"
        elif _NO_SEPARATOR.search(line):
            gathered.append(line)
        else:
            yield "\n".join(gathered), "\n\n" if gathered else "\n"
            gathered = []
    rest = text[begin:]
    unfinished = _NO_SEPARATOR.search(rest) is not None
    if gathered or unfinished:
        yield "\n".join([*gathered, rest]), " " if unfinished else "\n"


def _tokenised(piece: bytes, tokenizer: Tokenizer, paragraphs: bool) -> tuple[bytes, int]:
    """Return the tokens joined by blanks, and the number of replacements of invalid UTF-8."""
    text = piece.decode("utf-8", "replace")
    parts: list[str] = []
    trusted = tokenizer in TOKENIZERS.values()
    for unit, after in _units(text, paragraphs):
        tokens = tokenizer(unit) if unit else []
        if not trusted:
            # Segmenters such as jieba return the blanks of the text as tokens.
            tokens = [token for token in arguments.words("the tokenizer's result", tokens) if not token.isspace()]
            check_tokens(tokens)
        # A line whose tokens were all removed is not a blank line, so it must not become one.
        if not paragraphs or tokens or not unit or after != "\n":
            parts += [" ".join(tokens), after]
    return encoded_text("".join(parts)), text.count(_REPLACEMENT) - piece.count(_REPLACEMENT.encode())

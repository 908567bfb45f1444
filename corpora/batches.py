"""Batches of text for the tokenisation kernel: gathered, tokenised in Python if required, padded and repaired.

Small sources share a batch, so that ten thousand files cost little more than one. A line end is appended to every
source.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.corpora.documents import TokenBlock
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
_LINE_ENDS = re.compile("\r\n|[\r\n]")

Tokenizer = Callable[[str], list[str]]


@dataclass
class Batch:
    """Pieces of text; no token spans two pieces."""

    pieces: list[bytes] = field(default_factory=list)
    lasts: list[int] = field(default_factory=list)  # indices of the pieces that end a source
    size: int = 0  # bytes read
    as_tokens: bool = False  # whether the pieces are lists of tokens


@dataclass
class TokenisedBatch:
    """A batch after tokenisation by the kernel."""

    data: NDArray[np.uint8]
    tokens: Tokens
    size: int
    replaced: int  # number of invalid UTF-8 sequences


def text_batches(
    texts: Iterable[Iterable[bytes]], least: int = BATCH_BYTES, unfinished: bool = False
) -> Iterator[Batch]:
    """Gather the blocks of each source into batches of at least `least` bytes.

    `unfinished`: the only source does not end with its last block, which ends with LF.
    """
    batch = Batch()
    for text in texts:
        held = b""
        for block in text:
            as_tokens = isinstance(block, TokenBlock)
            if batch.pieces and as_tokens != batch.as_tokens:
                yield batch
                batch = Batch()
            batch.as_tokens = as_tokens
            # CR LF is one line end, so a final CR is held back until the next block.
            piece, size = held + block if held else block, len(block)
            held = b"\r" if piece.endswith(b"\r") else b""
            batch.pieces.append(piece[:-1] if held else piece)
            batch.size += size
            if batch.size >= least:
                yield batch
                batch = Batch()
        if not unfinished:
            batch.pieces.append(held + b"\n")
            batch.lasts.append(len(batch.pieces) - 1)
    if batch.pieces:
        yield batch


def sentence_batches(sentences: Iterable[list[str] | tuple[str, ...] | str]) -> Iterator[Batch]:
    """Gather sentences, strings or lists of tokens, into batches of one kind each.

    Raises
    ------
    InputError
        If one has another type, or a list contains anything but strings.
    """
    batch = Batch()
    for number, sentence in enumerate(sentences):
        tokens = None if isinstance(sentence, str) else _as_tokens(sentence, number)
        if batch.pieces and (batch.size >= BATCH_BYTES // 2 or (tokens is None) == batch.as_tokens):
            yield batch
            batch = Batch()
        if tokens is None:
            piece = _encode(_LINE_ENDS.sub(" ", str(sentence)) + "\n")
        else:
            batch.as_tokens = True
            piece = _encode(" ".join(tokens) + "\n")
        batch.pieces.append(piece)
        batch.size += len(piece)
    batch.pieces.append(b"\n")
    batch.lasts.append(len(batch.pieces) - 1)
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
    pieces, replaced = batch.pieces, 0
    if not batch.as_tokens and tokenizer is not whitespace:
        results = [_tokenised(piece, tokenizer, settings.sentence == "paragraph") for piece in pieces]
        pieces, replaced = [piece for piece, _ in results], sum(wrong for _, wrong in results)
    data, tokens = _through_kernel(pieces, batch.lasts, BREAKS[settings.sentence])
    if tokens.counters[INVALID]:
        repaired = [_repaired(piece) for piece in pieces]
        replaced += sum(count for _, count in repaired)
        data, tokens = _through_kernel([piece for piece, _ in repaired], batch.lasts, BREAKS[settings.sentence])
    return TokenisedBatch(data, tokens, batch.size, replaced)


def invalid_sequences(head: bytes) -> int:
    """Return the number of invalid UTF-8 sequences."""
    return 0 if head.isascii() else _repaired(head)[1]


def _as_tokens(sentence: object, number: int) -> list[str]:
    if not isinstance(sentence, list | tuple):
        raise InputError(f"sentence {number:,} is of type {type(sentence).__name__}: give strings or lists of tokens")
    for token in sentence:
        if not isinstance(token, str):
            raise InputError(f"sentence {number:,} holds {token!r:.60}, of type {type(token).__name__}: not a string")
    _check_tokens(sentence)
    return list(sentence)


def _check_tokens(tokens: Sequence[str]) -> None:
    """Raise an error for a token that the kernel would read as none or as several."""
    together = "".join(tokens)
    if SEPARATORS.search(together) or "" in tokens or "\ufeff" in together:
        for token in tokens:
            if SEPARATORS.search(token) or not token.strip("\ufeff"):
                raise InputError(
                    f"the token {token!r:.60} is empty or holds white space or control characters: "
                    'join the parts of a token with "_"'
                )


def _encode(text: str) -> bytes:
    # Half a surrogate pair becomes invalid UTF-8, which is replaced and counted.
    return text.encode("utf-8", "surrogatepass")


def _through_kernel(pieces: list[bytes], lasts: list[int], breaks: int) -> tuple[NDArray[np.uint8], Tokens]:
    ends = np.cumsum([len(piece) for piece in pieces], dtype=np.int64)
    size = int(ends[-1])
    data = np.empty(-(-size // MASK_BYTES) * MASK_BYTES + PADDING, np.uint8)
    data[:size] = np.frombuffer(b"".join(pieces), np.uint8)
    data[size:] = ord(" ")
    return data, tokenise(data, size, ends[np.asarray(lasts, np.int64)] - 1, breaks)


def _repaired(piece: bytes) -> tuple[bytes, int]:
    """Replace invalid UTF-8 by U+FFFD; return the text and the number of replacements."""
    text = piece.decode("utf-8", "replace")
    return text.encode(), text.count(_REPLACEMENT) - piece.count(_REPLACEMENT.encode())


def _units(text: str, paragraphs: bool) -> Iterator[tuple[str, str]]:
    """Yield the lines or paragraphs of a text, each with the separator that follows its tokens."""
    begin = 0
    gathered: list[str] = []
    for end in _LINE_ENDS.finditer(text):
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
            tokens = arguments.words("the tokenizer's result", tokens)
        if not trusted:
            _check_tokens(tokens)
        # A line whose tokens were all removed is not a blank line, so it must not become one.
        if not paragraphs or tokens or not unit or after != "\n":
            parts += [" ".join(tokens), after]
    return _encode("".join(parts)), text.count(_REPLACEMENT) - piece.count(_REPLACEMENT.encode())

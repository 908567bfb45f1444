"""A vector file as it is read by the doctor: what it is, and its bytes in blocks, as far as they can be had."""

import contextlib
import io
import re
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import IO, NamedTuple, cast

from wordvec import formats
from wordvec.corpora import decompression
from wordvec.errors import InputError
from wordvec.formats.common import compressed, detection
from wordvec.formats.common.faults import are_binary_rows, numbers_in_lines
from wordvec.formats.word2vec_text import MOST_NUMBERS
from wordvec.workers import Progress

BLOCK = 1 << 20
BOM = b"\xef\xbb\xbf"

_HEAD = 1 << 20
_CONTROLS = bytes({*range(32)} - {*b"\t\n\r"})
_HEADER = re.compile(rb"[ \t]*(\d{1,18})[ \t]+(\d{1,9})[ \t\r]*\n")
_READ = ("word2vec", "word2vec-binary", "glove", "fasttext")


class Shape(NamedTuple):
    """What the head of a file says about it.

    Parameters
    ----------
    kind
        ``text``, ``binary`` or ``fasttext``.
    header
        The rows and dim that the first line promises, or None.
    dim
        How many numbers the rows have: of texts, what most of the first rows have.
    begin
        The byte where the first row begins.
    bom, compressed
        Whether it begins with a byte-order mark, and is compressed.
    """

    kind: str
    header: tuple[int, int] | None
    dim: int
    begin: int
    bom: bool
    compressed: bool


class Source:
    """A file's bytes, decompressed, in blocks; afterwards, what kept one from reading on.

    Parameters
    ----------
    path
        The file.

    Attributes
    ----------
    shape
        What it is.
    damage, end
        Why compressed data could not be read to their end, or None, and how many bytes there were.

    Raises
    ------
    InputError
        If it is empty, cannot be read, or is nothing that the doctor knows.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        compressed.check_rereadable(path)
        head, packed = self._head()
        if self.damage and not head:
            raise InputError(f"{path}: damaged, nothing of it can be decompressed ({self.damage})")
        self.shape = _look_at(path, head, packed)

    def blocks(self, progress: Progress, label: str) -> Iterator[bytes]:
        """Return all bytes from the first row on, in blocks of about `BLOCK`, as far as they can be had."""
        skip = self.shape.begin
        progress.begin(label, None if self.shape.compressed else self.path.stat().st_size, " B")
        self.end = 0
        try:
            for block in self._chunks():
                self.end += len(block)
                if skip < len(block):
                    yield block[skip:]
                skip -= min(skip, len(block))
                progress.report(self.end)
        finally:
            progress.end()

    def _head(self) -> tuple[bytes, bool]:
        """Return the first bytes, and whether they were compressed."""
        with compressed.reading(self.path) as file:
            packed = _is_packed(file)
        with contextlib.closing(self._chunks()) as chunks:
            return next(chunks, b"")[:_HEAD], packed

    def _chunks(self) -> Generator[bytes]:
        self.damage: str | None = None
        with compressed.reading(self.path) as file:
            read = file.read
            if _is_packed(file):  # whose buffer would lose what it holds when the data behind it are damaged
                raw = cast(io.BufferedReader, file).raw
                read = getattr(raw, "read1", raw.read)
            part = b"begun"
            while part:
                parts: list[bytes] = []
                while part and sum(map(len, parts)) < BLOCK:
                    part = self._read(read)
                    parts.append(part)
                yield b"".join(parts)

    def _read(self, read: Callable[[int], bytes]) -> bytes:
        try:
            return read(BLOCK)
        except Exception as error:
            if not _is_damage(error):
                raise
            self.damage = str(error)
            return b""


def _is_packed(file: IO[bytes]) -> bool:
    return not isinstance(cast(io.BufferedReader, file).raw, io.FileIO)


def _is_damage(error: Exception) -> bool:
    """Return whether compressed data are damaged, rather than the disk."""
    return isinstance(error, decompression.BROKEN) and getattr(error, "errno", None) is None


def _look_at(path: Path, head: bytes, packed: bool) -> Shape:
    if not head:
        raise InputError(f"{path}: the file is empty")
    name = detection.format_of_head(path, head[: detection.HEAD])
    if name == "fasttext":
        return Shape("fasttext", None, 0, 0, False, packed)
    if name not in (None, *_READ):
        raise InputError(
            f"{path}: {formats.FORMATS[name].about}; check reads texts of vectors and the .bin of word2vec and "
            "fastText, and wordvec convert makes one of them out of it"
        )
    bom = head.startswith(BOM)
    begin = len(BOM) * bom
    header = _HEADER.match(head, begin)
    promised = (int(header[1]), int(header[2])) if header else None
    begin = header.end() if header else begin
    counts = numbers_in_lines(head[begin:], whole=len(head) < _HEAD)
    numeric = 2 * sum(counts[n] for n in counts if n) > counts.total()
    if promised and promised[1] and not numeric and _is_binary(head[begin:], promised):
        if promised[1] > MOST_NUMBERS:
            raise InputError(f"{path}: the header promises {promised[1]:,} numbers a row, which no vectors have")
        return Shape("binary", promised, promised[1], begin, bom, packed)
    dim = promised[1] if promised else 0
    usual = max(counts, key=lambda n: (counts[n], n == dim), default=0)
    dim = usual if numeric and usual else dim
    if dim == 0 or (not promised and dim == 1):
        raise InputError(f"{path}: no vectors: its first lines are not words with numbers")
    return Shape("text", promised, dim, begin, bom, packed)


def _is_binary(data: bytes, header: tuple[int, int]) -> bool:
    """Return whether a fiftieth of the bytes are control characters (of binary numbers about a tenth are).

    Those of a tiny file need not be, but its rows end where it does.
    """
    controls = len(data) - len(data.translate(None, _CONTROLS))
    return 50 * controls > len(data) or are_binary_rows(data, header)

"""Access to a vector file for checks: its kind, and its bytes in blocks up to any damage."""

import codecs
import contextlib
import io
import re
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import IO, NamedTuple, cast

from wordvec.corpora import decompression
from wordvec.encodings import check_not_utf8, not_in
from wordvec.errors import InputError, SettingsError
from wordvec.formats.common import compressed, detection
from wordvec.formats.common.faults import are_binary_rows, numbers_in_lines
from wordvec.formats.common.registry import CHECKED, FORMATS
from wordvec.formats.word2vec_text import MOST_NUMBERS
from wordvec.workers import Progress

BLOCK = 1 << 20
BOM = b"\xef\xbb\xbf"

_HEAD = 1 << 20
_COMMA = re.compile(rb"(?<=[ \t])([+-]?\d*),(\d+(?:[eE][+-]?\d+)?)(?=[ \t\r\n]|\Z)")
_CONTROLS = bytes({*range(32)} - {*b"\t\n\r"})
_HEADER = re.compile(rb"[ \t]*(\d{1,18})[ \t]+(\d{1,9})[ \t\r]*\n")


class Shape(NamedTuple):
    """Kind and dimensions of a file, from its first bytes.

    Parameters
    ----------
    kind
        ``text``, ``binary`` or ``fasttext``.
    header
        Rows and dim in the header, or None.
    dim
        Numbers per row; for texts, that of most of the first rows.
    begin
        Offset of the first row in bytes.
    bom
        Whether the file begins with a byte-order mark.
    compressed
        Whether the file is compressed.
    commas
        Whether the numbers of a text have decimal commas.
    """

    kind: str
    header: tuple[int, int] | None
    dim: int
    begin: int
    bom: bool
    compressed: bool
    commas: bool = False


class Source:
    """The decompressed bytes of a file, in blocks; texts in UTF-8 and with decimal points.

    Parameters
    ----------
    path
        The file.
    encoding
        Encoding of a text, if it is not UTF-8.

    Attributes
    ----------
    shape
        Kind and dimensions of the file.
    damage
        Reason why compressed data could not be read to their end, or None.
    end
        Number of bytes read.

    Raises
    ------
    InputError
        If the file is empty, cannot be read, or is of another kind.
    """

    def __init__(self, path: Path, encoding: str | None = None) -> None:
        self.path, self.encoding = path, encoding
        compressed.check_rereadable(path)
        head, is_compressed = self._head()
        if self.damage and not head:
            raise InputError(f"{path}: damaged, cannot be decompressed ({self.damage})")
        self.shape = _shape_of(path, head, is_compressed)
        if encoding is not None:
            if self.shape.kind != "text":
                convert = f"`wordvec convert {path} OUT.bin --encoding {encoding}` decodes the words of this file"
                raise SettingsError(f" {encoding}: is for texts; {convert}", setting="encoding")
            check_not_utf8(path, [line.partition(b" ")[0] for line in head.split(b"\n")[:-1]])

    def blocks(self, progress: Progress, label: str) -> Iterator[bytes]:
        """Yield the bytes from the first row on in blocks of about `BLOCK` bytes, up to any damage."""
        skip = self.shape.begin
        progress.begin(label, None if self.shape.compressed else self.path.stat().st_size, " B")
        self.end = 0
        try:
            for block in self._translated():
                self.end += len(block)
                if skip < len(block):
                    yield block[skip:]
                skip -= min(skip, len(block))
                progress.report(self.end)
        finally:
            progress.end()

    def _head(self) -> tuple[bytes, bool]:
        """Return the first bytes, and whether the file is compressed."""
        with compressed.reading(self.path) as file:
            is_compressed = _is_compressed(file)
        with contextlib.closing(self._chunks()) as chunks:
            return next(chunks, b"")[:_HEAD], is_compressed

    def _translated(self) -> Iterator[bytes]:
        """Yield the bytes, with words in UTF-8 and numbers with points."""
        chunks: Iterator[bytes] = self._chunks()
        if self.encoding is not None:
            chunks = _decoded(chunks, self.path, self.encoding)
        return _with_points(chunks) if self.shape.commas else chunks

    def _chunks(self) -> Generator[bytes]:
        self.damage: str | None = None
        with compressed.reading(self.path) as file:
            read = file.read
            if _is_compressed(file):  # whose buffer would lose its contents if the data after it are damaged
                raw = cast(io.BufferedReader, file).raw
                read = getattr(raw, "read1", raw.read)
            part = b"begin"
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


def _is_compressed(file: IO[bytes]) -> bool:
    return not isinstance(cast(io.BufferedReader, file).raw, io.FileIO)


def _is_damage(error: Exception) -> bool:
    """Return whether an error is damage of compressed data, not of the disk."""
    return isinstance(error, decompression.BROKEN) and getattr(error, "errno", None) is None


def _shape_of(path: Path, head: bytes, is_compressed: bool) -> Shape:
    if not head:
        raise InputError(f"{path}: the file is empty")
    name = detection.format_of_head(path, head[: detection.HEAD])
    if name == "fasttext":
        return Shape("fasttext", None, 0, 0, False, is_compressed)
    if name not in (None, *CHECKED):
        raise InputError(
            f"{path}: {FORMATS[name].about}; check reads texts of vectors and .bin files of word2vec "
            "and fastText; wordvec convert can write these"
        )
    bom = head.startswith(BOM)
    begin = len(BOM) * bom
    header = _HEADER.match(head, begin)
    promised = (int(header[1]), int(header[2])) if header else None
    begin = header.end() if header else begin
    counts = numbers_in_lines(head[begin:], whole=len(head) < _HEAD)
    commas = False
    if not _are_numeric(counts) and b"," in head:
        pointed = numbers_in_lines(_COMMA.sub(rb"\1.\2", head[begin:]), whole=len(head) < _HEAD)
        commas = _are_numeric(pointed)
        counts = pointed if commas else counts
    numeric = _are_numeric(counts)
    if promised and promised[1] and not numeric and _is_binary(head[begin:], promised):
        if promised[1] > MOST_NUMBERS:
            raise InputError(f"{path}: the header promises {promised[1]:,} numbers a row, which no vectors have")
        return Shape("binary", promised, promised[1], begin, bom, is_compressed)
    dim = promised[1] if promised else 0
    usual = max(counts, key=lambda n: (counts[n], n == dim), default=0)
    dim = usual if numeric and usual else dim
    if dim == 0 or (not promised and dim == 1):
        raise InputError(f"{path}: not vectors: its first lines are not words with numbers")
    return Shape("text", promised, dim, begin, bom, is_compressed, commas)


def _are_numeric(counts: "Counter[int]") -> bool:
    """Return whether most lines end in numbers."""
    return 2 * sum(counts[n] for n in counts if n) > counts.total()


def _decoded(chunks: Iterator[bytes], path: Path, encoding: str) -> Iterator[bytes]:
    """Yield a text in UTF-8."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in chunks:
            yield decoder.decode(chunk).encode()
        yield decoder.decode(b"", final=True).encode()
    except UnicodeDecodeError as error:
        raise not_in(path, encoding, error) from error


def _with_points(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield a text with decimal points instead of commas in the fields after the first one of each line."""
    rest = b""
    for chunk in chunks:
        rest += chunk
        cut = max(rest.rfind(b"\n"), rest.rfind(b" "), 0)  # the blank before a number goes with it
        cut = cut if len(rest) - cut < BLOCK else len(rest)  # no number is that long
        whole, rest = rest[:cut], rest[cut:]
        yield _COMMA.sub(rb"\1.\2", whole)
    yield _COMMA.sub(rb"\1.\2", rest)


def _is_binary(data: bytes, header: tuple[int, int]) -> bool:
    """Return whether a fiftieth of the bytes are control characters (of binary numbers about a tenth are).

    A tiny binary file may have fewer, but its rows end exactly at the end of the file.
    """
    controls = len(data) - len(data.translate(None, _CONTROLS))
    return 50 * controls > len(data) or are_binary_rows(data, header)

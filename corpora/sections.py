"""Sections of a large file of plain text, which several processes read independently.

A section begins where a block begins that is read in one pass over the file, after a line end, so that the blocks of
all sections are those of the file. To find these places, only the last bytes of each block are read.
"""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from wordvec.corpora.batches import BATCH_BYTES
from wordvec.corpora.readers import BLOCK, LONGEST_RUN, Source, cut, is_plain, last_break, window_after
from wordvec.corpora.reading import Reading
from wordvec.corpora.streams import Stream

_TAILS = (1 << 12, 1 << 16)
"""Bytes at the end of a block that are searched for a line end before the whole block is."""


class Section(NamedTuple):
    """A source, or a part of it.

    Attributes
    ----------
    source
        The file.
    begin, end
        Bytes of the part; `end` is None for the end of the file.
    """

    source: Source
    begin: int = 0
    end: int | None = None

    @property
    def whole(self) -> bool:
        """Whether this is the whole source."""
        return self.begin == 0 and self.end is None


def sections(source: Source, size: int, reading: Reading) -> list[Section]:
    """Split a source into sections of at least `size` bytes, if its bytes are its text; otherwise it is one section.

    Parameters
    ----------
    source
        A file.
    size
        Bytes of a section.
    reading
        How the file is read. A file whose lines are documents is one section, because they are numbered.

    Raises
    ------
    InputError
        If the file is large enough to be split, and cannot be read or is not running text.
    """
    path = source.path
    if path is None or reading.documents == "line" or path.stat().st_size < 2 * max(size, BLOCK):
        return [Section(source)]
    if not is_plain(source, reading):
        return [Section(source)]
    total, begin = path.stat().st_size, 0
    found: list[Section] = []
    for place in _places(path, total):
        if place - begin >= size and total - place >= BLOCK:
            found.append(Section(source, begin, place))
            begin = place
    return [*found, Section(source, begin)]


def section_blocks(section: Section) -> Iterator[bytes]:
    """Yield the blocks of a section of a plain file.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    assert section.source.path is not None
    with section.source.path.open("rb", buffering=0) as file:
        file.seek(section.begin)
        yield from cut(Stream(_Limited(file, section), section.source.name), BLOCK)


class _Limited(io.RawIOBase):
    """The bytes of a section."""

    def __init__(self, file: BinaryIO | io.FileIO, section: Section) -> None:
        self._file = file
        self._left = None if section.end is None else section.end - section.begin

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray", /) -> int:  # type: ignore[override]
        view = memoryview(buffer)
        count: int = self._file.readinto(view if self._left is None else view[: self._left])  # type: ignore[union-attr]
        if self._left is not None:
            self._left -= count
        return count


def _places(path: Path, total: int) -> Iterator[int]:
    """Yield the beginnings of the blocks at which a section may begin.

    The block before ends with LF and completes a batch, so that nothing but the sentence continues.
    """
    begin, window = 0, BLOCK
    with path.open("rb", buffering=0) as file:
        while begin + window <= total:
            length, line = _block_end(file, begin, window)
            if not length and window >= LONGEST_RUN:
                return  # the reader refuses the file
            kept = window - length
            begin, window = begin + length, window_after(kept, BLOCK)
            if line and length >= BATCH_BYTES and window == BLOCK:
                yield begin


def _block_end(file: BinaryIO | io.FileIO, begin: int, window: int) -> tuple[int, bool]:
    """Return the length of the block in a window, and whether it ends with LF."""
    for size in (*_TAILS, window):
        file.seek(begin + window - min(size, window))
        tail = file.read(min(size, window))
        if end := tail.rfind(b"\n") + 1:
            return window - len(tail) + end, True
    return last_break(tail), False

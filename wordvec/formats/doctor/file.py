"""Text and binary files as blocks of rows, which can be read several times."""

from collections.abc import Generator

import numpy as np
from numpy.typing import NDArray

from wordvec.formats.common.number_sizes import LITTLE
from wordvec.formats.doctor import binary, text
from wordvec.formats.doctor.cutting import Cutter
from wordvec.formats.doctor.scan import Block, Scan
from wordvec.formats.doctor.source import Source
from wordvec.workers import Progress


class File:
    """The rows of a file.

    Parameters
    ----------
    source
        The file. It must not be a fastText model.

    Attributes
    ----------
    before
        Number of lines before the first row.
    cutter
        Splitter of a binary file; complete once its blocks have been read.
    """

    def __init__(self, source: Source) -> None:
        self.source, self.shape = source, source.shape
        self.is_binary = self.shape.kind == "binary"
        self.before = 1 if self.shape.header is not None and not self.is_binary else 0
        self.cutter = Cutter(self.shape.dim, self.shape.begin)

    @property
    def format(self) -> str:
        """Description of the kind of file."""
        if self.is_binary:
            return "word2vec binary"
        return "text without header" if self.shape.header is None else "word2vec text"

    def blocks(self, progress: Progress, label: str) -> Generator[Block]:
        """Yield the rows, or the lines after the header, in blocks."""
        chunks = self.source.blocks(progress, label)
        if self.is_binary:
            self.cutter = Cutter(self.shape.dim, self.shape.begin)
            yield from self.cutter.blocks(chunks)
        else:
            yield from text.blocks_of_lines(chunks, self.before, self.shape.begin, self.shape.dim)

    @property
    def joint(self) -> bytes:
        """Separator of numbers."""
        return binary.JOINT if self.is_binary else text.JOINT

    @property
    def zero(self) -> bytes:
        """Representation of 0 in the file."""
        return binary.ZERO if self.is_binary else text.ZERO

    def values(self, fields: list[bytes]) -> NDArray[np.float64]:
        """Convert numbers of the file to a (numbers,) float64 array."""
        if self.is_binary:
            return np.frombuffer(b"".join(fields), LITTLE).astype(np.float64)
        return np.array([float(field) for field in fields])

    def encode(self, numbers: NDArray[np.float32]) -> bytes:
        """Convert numbers to their representation in the file."""
        if self.is_binary:
            return numbers.astype(LITTLE).tobytes()
        return text.JOINT.join(str(number).encode() for number in numbers)

    def scan(self, block: Block) -> Scan:
        """Find the defects in a block."""
        if isinstance(block, text.Lines):
            return text.scan_lines(block)
        assert isinstance(block, binary.Rows)
        return binary.scan_rows(block)

"""Lines of a text in memory, as blocks of UTF-8, which take little more than the file and can be read several times."""

import itertools
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from wordvec.errors import MemoryLimitError
from wordvec.lexicons.columns import Line, index_of, without_index
from wordvec.lexicons.regular_lines import Regular, regular
from wordvec.workers import available_memory

_AT_ONCE = 1 << 14


class Block(NamedTuple):
    """Lines of a text: the number of the first, all in UTF-8, and their columns if these are regular."""

    first: int
    encoded: bytes
    columns: Regular | None

    def lines(self) -> Iterator[Line]:
        """Yield all lines."""
        return enumerate(self._text.split("\n"), self.first)

    def cells(self) -> list[str]:
        """Return the cells of regular lines, row by row."""
        assert self.columns is not None
        mark = self.columns.separator
        return self._text.replace("\n", mark).split(mark)

    def regular(self, separator: str) -> Regular | None:
        """Return the columns of regular lines with tabs or this separator; None for other lines."""
        return self.columns if self.columns and self.columns.separator in ("\t", separator) else None

    @property
    def _text(self) -> str:
        return self.encoded.decode()[:-1]


class HeldLines:
    """The lines of a text that are not blank, with their numbers, and without a first column that counts them.

    Parameters
    ----------
    lines
        All lines, with rising numbers.
    name
        Name of the file in messages.

    Attributes
    ----------
    blocks
        The blocks of the text.

    Raises
    ------
    MemoryLimitError
        If less memory is left than the lines take; their edges take about as much.
    """

    def __init__(self, lines: Iterable[Line], name: str) -> None:
        self.blocks, held = list[Block](), 0
        for block in _blocks(lines):
            self.blocks.append(block)
            held += len(block.encoded)
            if held > available_memory():
                raise MemoryLimitError(f"{name}: {held / 1e6:,.0f} MB of lines leave too little memory for their edges")
        if (index := index_of(self)) is not None:
            every = itertools.chain.from_iterable(block.lines() for block in self.blocks)
            self.blocks = list(_blocks(without_index(every, index)))

    def __iter__(self) -> Iterator[Line]:
        for block in self.blocks:
            yield from not_blank(block.lines())


def not_blank(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield the lines that are not blank."""
    return ((at, line) for at, line in lines if line and not line.isspace())


def _blocks(lines: Iterable[Line]) -> Iterator[Block]:
    given = iter(lines)
    while block := list(itertools.islice(given, _AT_ONCE)):
        text = "".join([f"{line}\n" for _, line in block])
        yield Block(block[0][0], text.encode(), regular(text))

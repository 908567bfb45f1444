"""Scan of a block of rows: the defects of each row, and a hash of its word."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from wordvec.formats.doctor import words
from wordvec.formats.doctor.defects import BAD_WORD, Defect
from wordvec.formats.doctor.rows import Row


class Block(Protocol):
    """Consecutive rows of a file."""

    @property
    def first(self) -> int:
        """Number of lines (including the header of a text) or rows before these."""
        ...

    @property
    def starts(self) -> NDArray[np.int64]:
        """(rows,) int64 array, offsets of the rows in the file, in bytes."""
        ...

    def __len__(self) -> int:
        """Return the number of rows."""
        ...

    def row(self, at: int) -> Row:
        """Parse line or row `at`."""
        ...

    def verbatim(self, at: int) -> bytes:
        """Return line or row `at` as a sound row is written."""
        ...

    def all_verbatim(self) -> bytes:
        """Return all rows as sound rows are written."""
        ...


class Fault(NamedTuple):
    """Defect of line or row `at` of a block."""

    defect: Defect
    at: int
    detail: str


class Scan(NamedTuple):
    """Result of the scan of a block.

    Attributes
    ----------
    block
        The rows.
    keys
        (rows,) int64 array, hashes of the words.
    mended
        Hash of the mended word of each row whose word can be mended, by row.
    flags
        (rows,) int32 array, the `Defect` of each row.
    faults
        The same defects with details, in row order.
    beyond_ascii
        Number of words beyond ASCII.
    """

    block: Block
    keys: NDArray[np.int64]
    mended: dict[int, int]
    flags: NDArray[np.int32]
    faults: list[Fault]
    beyond_ascii: int


def scan(block: Block, found: Sequence[bytes], suspects: Sequence[int], ends: Sequence[Fault] = ()) -> Scan:
    """Parse the suspicious rows of a block, and combine the findings on all rows.

    Parameters
    ----------
    block
        The rows.
    found
        Words of the rows. Those of `suspects` may be wrong.
    suspects
        Suspicious rows.
    ends
        Further defects, of any rows.
    """
    # Python's hash of bytes is SipHash with a random key per process: nobody can make two words collide on purpose.
    keys = np.fromiter(map(hash, found), np.int64, len(found))
    mended = {}
    faults = list(ends)
    for at in suspects:
        row = block.row(at)
        keys[at] = hash(row.word)
        if any(defect & BAD_WORD for defect, _ in row.faults):
            mended[at] = hash(words.mended(row.word))
        faults += [Fault(defect, at, detail) for defect, detail in row.faults]
    flags = np.zeros(len(found), np.int32)
    for fault in faults:
        flags[fault.at] |= fault.defect
    faults.sort(key=lambda fault: fault.at)
    return Scan(block, keys, mended, flags, faults, sum(not word.isascii() for word in found))


def later_of_equal(keys: NDArray[np.int64], rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Find the rows that repeat the word of an earlier row.

    Parameters
    ----------
    keys
        (all rows,) int64 array, hashes of the words.
    rows
        (rows,) int64 array, the rows to compare, ascending.

    Returns
    -------
    NDArray[np.int64]
        (pairs, 2) array: each such row and the first row with its word, ascending.
    """
    order = rows[np.argsort(keys[rows], kind="stable")]
    same = keys[order[1:]] == keys[order[:-1]]
    begins = np.flatnonzero(np.concatenate([[True], ~same])) if len(order) else np.empty(0, np.int64)
    later = np.flatnonzero(same) + 1
    firsts = order[begins[np.searchsorted(begins, later, side="right") - 1]]
    pairs = np.stack([order[later], firsts], axis=1)
    return pairs[np.argsort(pairs[:, 0])]

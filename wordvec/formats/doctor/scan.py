"""What reading a block of a vector file's rows gives: the defects of each row, and a number for its word."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from wordvec.formats.doctor import words
from wordvec.formats.doctor.defects import BAD_WORD, Defect
from wordvec.formats.doctor.rows import Row


class Block(Protocol):
    """Some rows of a file, in one piece."""

    @property
    def first(self) -> int:
        """How many lines of a text, the header included, or rows come before these."""
        ...

    @property
    def starts(self) -> NDArray[np.int64]:
        """The byte of the file where each begins."""
        ...

    def __len__(self) -> int:
        """Return how many of them these are."""
        ...

    def row(self, at: int) -> Row:
        """Take line or row `at` apart."""
        ...

    def verbatim(self, at: int) -> bytes:
        """Return line or row `at` as it is to be written where nothing is wrong with it."""
        ...

    def all_verbatim(self) -> bytes:
        """Return all of them as they are to be written where nothing is wrong with any."""
        ...


class Fault(NamedTuple):
    """A defect of line or row `at` of a block."""

    defect: Defect
    at: int
    detail: str


class Scan(NamedTuple):
    """What was found in a block.

    Attributes
    ----------
    block
        The rows.
    keys
        (rows,) int64, equal for equal words.
    mended
        The number of each row whose word can be mended, and the key of the mended word.
    flags
        (rows,) int32, the row's `Defect`.
    faults
        The same with details, in the rows' order.
    """

    block: Block
    keys: NDArray[np.int64]
    mended: dict[int, int]
    flags: NDArray[np.int32]
    faults: list[Fault]


def scan(block: Block, found: Sequence[bytes], suspects: Sequence[int], ends: Sequence[Fault] = ()) -> Scan:
    """Look closely at the rows of a block that may be wrong, and put together what is known of all.

    Parameters
    ----------
    block
        The rows.
    found
        Their words; those of `suspects` need not be right.
    suspects
        Rows at which to look.
    ends
        What was found elsewhere, of any rows.
    """
    # Python's hash of bytes is SipHash with a key of the process's own: nobody can make two words collide on purpose.
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
    return Scan(block, keys, mended, flags, faults)


def later_of_equal(keys: NDArray[np.int64], rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Find the rows whose word came before.

    Parameters
    ----------
    keys
        (all rows,) as in `Scan`.
    rows
        (rows,) int64, those that count, rising.

    Returns
    -------
    NDArray[np.int64]
        (found, 2), each row's number and that of the first one with its word, by rising number.
    """
    order = rows[np.argsort(keys[rows], kind="stable")]
    same = keys[order[1:]] == keys[order[:-1]]
    begins = np.flatnonzero(np.concatenate([[True], ~same])) if len(order) else np.empty(0, np.int64)
    later = np.flatnonzero(same) + 1
    firsts = order[begins[np.searchsorted(begins, later, side="right") - 1]]
    pairs = np.stack([order[later], firsts], axis=1)
    return pairs[np.argsort(pairs[:, 0])]

"""word2vec's binary format, read as blocks of rows: a word, a blank, `dim` numbers of four bytes, perhaps a newline."""

import itertools
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.formats.detection import byte_order
from wordvec.formats.doctor import words
from wordvec.formats.doctor.defects import Defect
from wordvec.formats.doctor.rows import Row
from wordvec.formats.doctor.scan import Scan, scan

ZERO, JOINT = b"\0\0\0\0", b""
LITTLE, BIG = "<f4", ">f4"

_NEWLINE = 10
_LONGEST_WORD = 1 << 16
_NO_WORD = Defect.CONTROL | Defect.INVALID_UTF8 | Defect.EMPTY_WORD
_WRONG_TOGETHER = 8


class Rows(NamedTuple):
    """Rows of a binary file; a `Block`.

    Attributes
    ----------
    first
        How many rows come before.
    starts
        The byte of the file where each row begins.
    words
        Theirs.
    numbers
        (rows, dim) as they are in the file.
    doubtful
        (rows,) whether bytes are missing in a row, or in the one before.
    """

    first: int
    starts: NDArray[np.int64]
    words: list[bytes]
    numbers: NDArray[np.float32]
    doubtful: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.words)

    def row(self, at: int) -> Row:
        """Take a row apart."""
        word, numbers = self.words[at], self.numbers[at]
        if self.doubtful[at]:
            return Row(
                b"", [], [], [(Defect.OUT_OF_STEP, f"{words.shown(word)}: bytes are missing here or just before")]
            )
        found = words.faults(word)
        bad = np.flatnonzero(~np.isfinite(numbers)).tolist()
        if bad:
            found.append((Defect.NOT_FINITE, f"{numbers[bad[0]]} in the row of {words.shown(word)}"))
        if not np.delete(numbers, bad).any():
            found.append((Defect.NOTHING_FINITE if bad else Defect.ZERO_ROW, words.shown(word)))
        packed = numbers.astype(LITTLE).tobytes()
        return Row(word, [packed[i : i + 4] for i in range(0, len(packed), 4)], bad, found)

    def verbatim(self, at: int) -> bytes:
        """Give a row as word2vec writes it."""
        return b"%s %s\n" % (self.words[at], self.numbers[at].astype(LITTLE).tobytes())

    def all_verbatim(self) -> bytes:
        """Give all rows as word2vec writes them."""
        return b"".join(map(self.verbatim, range(len(self))))


class _Cut(NamedTuple):
    """The words, starts and numbers of rows, and whether a newline follows each."""

    words: list[bytes]
    starts: list[int]
    parts: list[bytes]
    ends: list[bool]


class Cutter:
    """Cuts the bytes of a binary file into rows.

    Attributes
    ----------
    order
        The byte order of the numbers, known with the first block.
    left, end
        What comes after the last whole row, and where that ends.
    """

    def __init__(self, dim: int, begin: int) -> None:
        self.dim = dim
        self.order = ""
        self.left = b""
        self.end = begin

    def blocks(self, chunks: Iterator[bytes]) -> Iterator[Rows]:
        """Give the rows of a file from its first row on."""
        first, doubt = 0, False
        for chunk in itertools.chain(chunks, [b""]):
            cut = self._cut(self.left + chunk, last=not chunk)
            if cut.words:
                packed = b"".join(cut.parts)
                self.order = self.order or byte_order(packed)
                numbers = np.frombuffer(packed, self.order).reshape(-1, self.dim)
                # Where other rows end in a newline, one that does not has lost or gained bytes, and the next as well.
                open_ends = ~np.array(cut.ends) if 2 * sum(cut.ends) > len(cut.ends) else np.zeros(len(cut.ends), bool)
                doubtful = open_ends | np.concatenate([[doubt], open_ends[:-1]])
                yield Rows(first, np.array(cut.starts), cut.words, numbers, doubtful)
                doubt = bool(open_ends[-1])
            first += len(cut.words)
            if len(self.left) > _LONGEST_WORD + 1 and b" " not in self.left[: _LONGEST_WORD + 1]:
                return

    def _cut(self, data: bytes, last: bool) -> _Cut:
        """Take the whole rows of `data` whose next byte is known, or that are the `last` ones; keep the rest."""
        size = 4 * self.dim
        cut = _Cut([], [], [], [])
        at = 0
        while True:
            begin = at + 1 if data[at : at + 1] == b"\n" else at
            blank = data.find(b" ", begin, begin + _LONGEST_WORD)
            end = blank + 1 + size
            if blank < 0 or end + (not last) > len(data):
                self.left, self.end = data[at:], self.end + at
                return cut
            cut.words.append(data[begin:blank])
            cut.starts.append(self.end + begin)
            cut.parts.append(data[blank + 1 : end])
            cut.ends.append(end == len(data) or data[end] == _NEWLINE)
            at = end


def scan_rows(block: Rows) -> Scan:
    """Find what is wrong in a block of rows."""
    with np.errstate(invalid="ignore"):  # NaN that signals
        strange = ~np.isfinite(block.numbers).all(axis=1) | ~block.numbers.any(axis=1) | block.doubtful
    suspects = set(np.flatnonzero(strange).tolist())
    joined = b"\n".join(block.words)
    if words.may_be_wrong(joined) or b"" in block.words or joined.count(b"\n") >= len(block):
        suspects.update(at for at, word in enumerate(block.words) if words.faults(word))
    return scan(block, block.words, sorted(suspects))


class Step:
    """Notices that words and numbers are out of step: row after row has a word that cannot be one.

    Words in another encoding are not UTF-8 either; but numbers read as words hold control characters, too.
    """

    def __init__(self) -> None:
        self._wrong = self._controls = 0

    def lost(self, flags: NDArray[np.int32]) -> int | None:
        """Give where the words stopped being words, counted from the first of these rows, or None.

        Parameters
        ----------
        flags
            (rows,) the rows' `Defect`, of one block after another.
        """
        if not (flags & _NO_WORD).any():
            self._wrong = self._controls = 0
        else:
            for at, flag in enumerate(flags.tolist()):
                self._wrong = self._wrong + 1 if flag & _NO_WORD else 0
                self._controls = self._controls + bool(flag & Defect.CONTROL) if self._wrong else 0
                if self._wrong >= _WRONG_TOGETHER and 2 * self._controls >= self._wrong:
                    return at + 1 - self._wrong
        return None

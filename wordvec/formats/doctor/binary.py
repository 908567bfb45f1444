"""Blocks of rows of word2vec's binary format: a word, a blank, `dim` four-byte numbers and an optional newline."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.formats.common.number_sizes import LITTLE
from wordvec.formats.doctor import words
from wordvec.formats.doctor.defects import Defect
from wordvec.formats.doctor.rows import Row
from wordvec.formats.doctor.scan import Scan, scan

ZERO, JOINT = b"\0\0\0\0", b""

_NO_WORD = Defect.CONTROL | Defect.INVALID_UTF8 | Defect.EMPTY_WORD
_WRONG_TOGETHER = 8


class Rows(NamedTuple):
    """Rows of a binary file; a `Block`.

    Attributes
    ----------
    first
        Number of rows before these.
    starts
        (rows,) int64 array, offsets of the rows in the file, in bytes.
    words
        Words of the rows.
    numbers
        (rows, dim) array of the numbers as stored in the file.
    doubtful
        (rows,) bool array: whether bytes are missing in the row or in the one before.
    """

    first: int
    starts: NDArray[np.int64]
    words: list[bytes]
    numbers: NDArray[np.float32]
    doubtful: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.words)

    def row(self, at: int) -> Row:
        """Parse a row."""
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
        """Return a row in word2vec's format."""
        return b"%s %s\n" % (self.words[at], self.numbers[at].astype(LITTLE).tobytes())

    def all_verbatim(self) -> bytes:
        """Return all rows in word2vec's format."""
        return b"".join(map(self.verbatim, range(len(self))))


def scan_rows(block: Rows) -> Scan:
    """Find the defects in a block of rows."""
    with np.errstate(invalid="ignore"):  # signalling NaN
        strange = ~np.isfinite(block.numbers).all(axis=1) | ~block.numbers.any(axis=1) | block.doubtful
    suspects = set(np.flatnonzero(strange).tolist())
    joined = b"\n".join(block.words)
    if words.may_be_wrong(joined) or b"" in block.words or joined.count(b"\n") >= len(block):
        suspects.update(at for at, word in enumerate(block.words) if words.faults(word))
    return scan(block, block.words, sorted(suspects))


class StepDetector:
    """Detector of words and numbers that are out of step: several consecutive rows have impossible words.

    Words in another encoding are not UTF-8 either, but numbers read as words contain control characters as well.
    """

    def __init__(self) -> None:
        self._wrong = self._controls = 0

    def lost(self, flags: NDArray[np.int32], newline: bool) -> int | None:
        """Return the first row of this block whose word is not one, or None. Negative rows are of earlier blocks.

        Parameters
        ----------
        flags
            (rows,) int32 array, the `Defect` of each row. Blocks must be passed in order.
        newline
            Whether rows end in a newline, from which the reader recovers after a row that is out of step.
        """
        noise = Defect.CONTROL if newline else Defect.CONTROL | Defect.OUT_OF_STEP
        no_word = _NO_WORD | noise
        if not (flags & no_word).any():
            self._wrong = self._controls = 0
        else:
            for at, flag in enumerate(flags.tolist()):
                self._wrong = self._wrong + 1 if flag & no_word else 0
                self._controls = self._controls + bool(flag & noise) if self._wrong else 0
                if self._wrong >= _WRONG_TOGETHER and 2 * self._controls >= self._wrong:
                    return at + 1 - self._wrong
        return None

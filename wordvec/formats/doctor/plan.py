"""The action of a repair for each row, decided before writing, since the header has the number of rows."""

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError
from wordvec.formats.doctor.defects import Defect
from wordvec.formats.doctor.policy import Policy
from wordvec.formats.doctor.rows import mend
from wordvec.formats.doctor.scan import later_of_equal
from wordvec.formats.doctor.survey import Survey
from wordvec.workers import Progress

MENDED, DROPPED, LATER, FIRST = 1, 2, 4, 8
"""Bits of a row's action. 0: copied. `LATER`: repeats the word of an earlier row. `FIRST`: is such an earlier row."""


class Plan:
    """Actions for all rows.

    Parameters
    ----------
    survey
        Findings on the file.
    policy
        Settings of the repair.

    Attributes
    ----------
    actions
        (rows,) uint8 array.
    numbers
        New numbers of first rows with repeated words, as written to the file, by row.
    """

    def __init__(self, survey: Survey, policy: Policy) -> None:
        self.file, self.policy = survey.file, policy
        keys = survey.keys.copy()
        keys[list(survey.mended)] = list(survey.mended.values())
        dropped = survey.flags & policy.drops != 0
        self.actions = np.where(dropped, DROPPED, np.where(survey.flags & ~Defect.ZERO_ROW != 0, MENDED, 0)).astype(
            np.uint8
        )
        self._pairs = later_of_equal(keys, np.flatnonzero(~dropped))
        self.actions[self._pairs[:, 0]] |= LATER
        self.actions[self._pairs[:, 1]] |= FIRST
        self.numbers: dict[int, bytes] = {}
        self._words: dict[int, bytes] = {}

    @property
    def rows(self) -> int:
        """Number of rows of the copy."""
        return int(np.count_nonzero(self.actions & (DROPPED | LATER) == 0))

    def gather(self, progress: Progress) -> None:
        """Collect the numbers of rows with repeated words, if the policy requires them.

        Memory is a row of float64 for each repeated word.
        """
        if self.policy.duplicates == "first" or not len(self._pairs):
            return
        sums: dict[int, tuple[NDArray[np.float64], int]] = {}
        for block in self.file.blocks(progress, "gathering"):
            first = block.first - self.file.before
            for at in np.flatnonzero(self.actions[first : first + len(block)] & (LATER | FIRST)).tolist():
                word, fields = mend(block.row(at), self.file.zero)
                row = self.first_of(first + at)
                self.check_same_word(row, word)
                if self.policy.duplicates == "last":
                    self.numbers[row] = self.file.joint.join(fields)
                else:
                    values, rows = self.file.values(fields), 1
                    if row in sums:
                        values, rows = values + sums[row][0], 1 + sums[row][1]
                    sums[row] = values, rows
        for row, (total, rows) in sums.items():
            self._set_mean(row, (total / rows).astype(np.float32))

    def first_of(self, row: int) -> int:
        """Return the first row with the same word."""
        pair = int(np.searchsorted(self._pairs[:, 0], row))
        return int(self._pairs[pair, 1]) if self.actions[row] & LATER else row

    def check_same_word(self, first: int, word: bytes) -> None:
        """Check that rows with equal hashes have the same word.

        Raises
        ------
        InputError
            If two words have the same hash.
        """
        if self._words.setdefault(first, word) != word:
            raise InputError(
                f"{self.file.source.path}: two words have the same hash, a rare coincidence; run the command again"
            )

    def _set_mean(self, row: int, mean: NDArray[np.float32]) -> None:
        self.numbers[row] = self.file.encode(mean)
        if self.policy.zero_rows == "drop" and not mean.any():
            self.actions[row] |= DROPPED

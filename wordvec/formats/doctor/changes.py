"""The record of a repair: every change with its line or row, and how many there were of each kind."""

from collections import Counter
from pathlib import Path
from typing import IO


def changes_file(out: Path) -> Path:
    """Return the name of the record that goes beside a file."""
    return out.with_name(f"{out.name}.changes.tsv")


class Changes:
    """Writes one line for each change: where, what was done, the defect, details, between tabs.

    Equal changes of rows that follow each other are one line, ``2-200001``.

    Parameters
    ----------
    file
        Where they are written.

    Attributes
    ----------
    counts
        How often each was done: (what, defect).
    """

    def __init__(self, file: IO[str], unit: str) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self._file = file
        self._first = self._last = 0
        self._same = ""
        print(f"{unit}\tchange\tdefect\tdetails", file=file)

    def add(self, number: int | None, change: str, defect: str, detail: str = "") -> None:
        """Write a change of a line or row, or (None) of the file."""
        self.counts[change, defect] += 1
        line = f"{change}\t{defect}\t{detail}"
        if number is not None and line == self._same and number == self._last + 1:
            self._last = number
            return
        self.flush()
        if number is None:
            print(f"-\t{line}", file=self._file)
        else:
            self._first = self._last = number
            self._same = line

    def flush(self) -> None:
        """Write what waits for equal ones to follow."""
        if self._same:
            where = f"{self._first}" if self._first == self._last else f"{self._first}-{self._last}"
            print(f"{where}\t{self._same}", file=self._file)
        self._same = ""

"""The record of a repair: every change with its line or row, and the number of changes of each kind."""

from collections import Counter
from pathlib import Path
from typing import IO


def changes_file(out: Path) -> Path:
    """Return the path of the record of changes of a file."""
    return out.with_name(f"{out.name}.changes.tsv")


class Changes:
    """Writer of a table with a row for each change: line or row number, change, defect, details.

    Equal changes of consecutive rows are combined (``2-200001``).

    Parameters
    ----------
    file
        The open file to write to.
    unit
        ``"line"`` or ``"row"``.

    Attributes
    ----------
    counts
        Number of changes of each kind: (change, defect).
    """

    def __init__(self, file: IO[str], unit: str) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self._file = file
        self._first = self._last = 0
        self._same = ""
        print(f"{unit}\tchange\tdefect\tdetails", file=file)

    def add(self, number: int | None, change: str, defect: str, detail: str = "") -> None:
        """Record a change of a line or row, or of the whole file if `number` is None."""
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
        """Write the pending changes."""
        if self._same:
            where = f"{self._first}" if self._first == self._last else f"{self._first}-{self._last}"
            print(f"{where}\t{self._same}", file=self._file)
        self._same = ""

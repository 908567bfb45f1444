"""A complete pass over a text or binary file: the report, and the findings on each row for a repair."""

import contextlib

import numpy as np
from numpy.typing import NDArray

from wordvec import workers
from wordvec.encodings import candidates
from wordvec.formats.common.number_sizes import BIG
from wordvec.formats.doctor import binary
from wordvec.formats.doctor.defects import NO_ROW, Defect
from wordvec.formats.doctor.file import File
from wordvec.formats.doctor.findings import Location, Report
from wordvec.formats.doctor.scan import Scan, later_of_equal
from wordvec.workers import Progress

_MOST_INVALID = 1000
"""Number of words that are not UTF-8 from which their encoding is guessed."""


class Survey:
    """Findings on each row (or line after the header) of a text or binary file.

    Memory is about 60 bytes per row, while repeated words are searched at the end, and twice that for each row whose
    word can be mended.

    Parameters
    ----------
    file
        The file. It is read once.
    progress
        Progress display.

    Attributes
    ----------
    report
        Defects of the file.
    keys
        (rows,) int64 array, hashes of the words.
    flags
        (rows,) int32 array, the `Defect` of each row.
    mended
        Hash of the mended word of each row whose word can be mended, by row.
    lost
        Whether words and numbers got out of step. The rows end there.
    uncertain
        Whether words of a binary file contain blanks, and neither newlines nor the file size confirm the row ends.
    """

    def __init__(self, file: File, progress: Progress) -> None:
        self.file = file
        self.report = Report(file.source.path, file.shape.kind, file.format)
        self.report.dim = file.shape.dim
        self.mended: dict[int, int] = {}
        self.lost = self.uncertain = False
        self._invalid: list[bytes] = []
        self._beyond_ascii = 0
        self._note_head()
        self.keys, self.flags, starts = self._read(progress)
        self.report.encodings = candidates(self._invalid, self._beyond_ascii)
        self._note_duplicates(starts)
        self._note_end()

    def _read(self, progress: Progress) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
        """Return keys, flags and offsets of the rows, and add their defects to the report."""
        keys, flags, starts = [np.empty(0, np.int64)], [np.empty(0, np.int32)], [np.empty(0, np.int64)]
        step, end = binary.StepDetector(), None
        with contextlib.closing(self.file.blocks(progress, "checking")) as blocks:
            for scan in workers.ordered_map(self.file.scan, blocks, workers.available_threads()):
                lost = step.lost(scan.flags, bool(self.file.cutter.newline)) if self.file.is_binary else None
                keys.append(scan.keys)
                flags.append(scan.flags)
                starts.append(scan.block.starts)
                self._note(scan, len(scan.flags) if lost is None else lost)
                if lost is not None:
                    end = scan.block.first + lost
                    break
        all_starts = np.concatenate(starts)
        if end is not None:
            self.lost = True
            self.mended = {row: key for row, key in self.mended.items() if row < end}
            detail = "nothing was read from here on; is the dim in the header right?"
            self.report.add(Defect.OUT_OF_STEP, Location(end + 1, int(all_starts[end]), detail))
        return np.concatenate(keys)[:end], np.concatenate(flags)[:end], all_starts[:end]

    def _note(self, scan: Scan, end: int) -> None:
        """Add the defects of the rows of a block before row `end` to the report."""
        first = scan.block.first
        self._note_encoding(scan)
        for defect, at, detail in scan.faults:
            if at < end and defect != Defect.NOTHING_FINITE:
                self.report.add(defect, Location(first + at + 1, int(scan.block.starts[at]), detail))
        self.mended |= {first - self.file.before + at: key for at, key in scan.mended.items()}

    def _note_encoding(self, scan: Scan) -> None:
        """Keep the words that are not UTF-8, the first ones, and count those beyond ASCII until then."""
        if len(self._invalid) >= _MOST_INVALID:
            return
        self._beyond_ascii += scan.beyond_ascii
        invalid = [fault.at for fault in scan.faults if fault.defect == Defect.INVALID_UTF8]
        self._invalid += [scan.block.row(at).word for at in invalid[:_MOST_INVALID]]
        # More invalid words than were parsed must not look like few of many.
        self._beyond_ascii -= max(len(invalid) - _MOST_INVALID, 0)

    def _note_head(self) -> None:
        shape = self.file.shape
        if shape.commas:
            self.report.add(Defect.DECIMAL_COMMA, Location(None, None, "all numbers"))
        if shape.bom:
            self.report.add(Defect.BOM, Location(None, 0, ""))
        if shape.compressed:
            self.report.add(Defect.COMPRESSED, Location(None, None, ""))
        if shape.header is None:
            self.report.add(Defect.NO_HEADER, Location(None, None, ""))
        elif shape.header[1] != shape.dim:
            detail = f"the header says {shape.header[1]}, most rows have {shape.dim}"
            self.report.add(Defect.HEADER_DIM, Location(1, 0, detail))

    def _note_duplicates(self, starts: NDArray[np.int64]) -> None:
        rows = np.flatnonzero(self.flags & NO_ROW == 0)
        self.report.rows = len(rows)
        for row, first in later_of_equal(self.keys, rows).tolist():
            detail = f"the word of {self.report.unit} {self.file.before + first + 1}"
            self.report.add(Defect.DUPLICATE, Location(self.file.before + row + 1, int(starts[row]), detail))

    def _note_end(self) -> None:
        source, cutter, report = self.file.source, self.file.cutter, self.report
        there = len(self.flags) - int(np.count_nonzero(self.flags & Defect.BLANK_LINE))
        promised = there if self.file.shape.header is None else self.file.shape.header[0]
        if source.damage is not None:
            report.add(Defect.ARCHIVE, Location(None, source.end, source.damage))
        if self.file.is_binary and cutter.order == BIG:
            report.add(Defect.BYTE_ORDER, Location(None, None, ""))
        if self.lost:
            return
        left = len(cutter.left.strip(b"\n"))
        self.uncertain = cutter.long_words > 0 and not cutter.newline and (left > 0 or there != promised)
        if self.uncertain:
            detail = f"{cutter.long_words:,} words seem to contain blanks, but the last row does not end with the file"
            report.add(Defect.OUT_OF_STEP, Location(None, cutter.end, detail))
        if left and there < promised:
            there += 1
            report.add(Defect.TRUNCATED, Location(there, cutter.end, f"{left:,} bytes of row {there} of {promised}"))
        elif left:
            report.add(Defect.TOO_MANY_ROWS, Location(None, cutter.end, f"{left:,} bytes after the last row"))
        if there != promised:
            defect = Defect.TOO_FEW_ROWS if there < promised else Defect.TOO_MANY_ROWS
            report.add(defect, Location(1, 0, f"the header says {promised:,}, there are {there:,}"))

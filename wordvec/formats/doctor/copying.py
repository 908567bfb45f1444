"""The last pass of a repair: rows are copied, mended or dropped as planned, and every change is recorded."""

from typing import IO

from wordvec.formats.doctor.changes import Changes
from wordvec.formats.doctor.defects import BAD_WORD, Defect
from wordvec.formats.doctor.plan import DROPPED, FIRST, LATER, MENDED, Plan
from wordvec.formats.doctor.policy import BAD_NUMBERS
from wordvec.formats.doctor.rows import Row, mend
from wordvec.formats.doctor.scan import Block
from wordvec.formats.doctor.survey import Survey
from wordvec.formats.doctor.words import shown
from wordvec.workers import Progress

_OF_THE_FILE = {
    Defect.BOM: "removed",
    Defect.DECIMAL_COMMA: "points in all numbers",
    Defect.BYTE_ORDER: "byte order of all numbers reversed",
    Defect.ARCHIVE: "data after the damage lost",
}
_OF_LINE_ENDS = {
    Defect.CRLF: "newline alone",
    Defect.BLANK_AT_END: "blanks at the end removed",
    Defect.NO_NEWLINE: "newline added",
}
_ONLY_ENDS = sum(_OF_LINE_ENDS)
_FROM_OTHERS = {"last": "numbers of the last row with this word", "mean": "mean of the rows with this word"}


class Copy:
    """Writer of the copy and the record of changes.

    Parameters
    ----------
    survey
        Findings on the file.
    plan
        Action for each row.
    changes
        Record of the changes.
    """

    def __init__(self, survey: Survey, plan: Plan, changes: Changes) -> None:
        self.survey, self.plan, self.changes = survey, plan, changes
        self.file = survey.file

    def write(self, copy: IO[bytes], progress: Progress) -> None:
        """Write the whole copy."""
        self._note_head()
        copy.write(b"%d %d\n" % (self.plan.rows, self.file.shape.dim))
        actions = self.plan.actions
        for block in self.file.blocks(progress, "writing"):
            first = block.first - self.file.before
            mine = actions[first : first + len(block)]
            if len(mine) == len(block) and not mine.any():
                copy.write(block.all_verbatim())
            else:
                copy.writelines(self._row(block, at, action) for at, action in enumerate(mine.tolist()))
            if first + len(block) > len(actions):  # the rest of the file is out of step
                break
        self._note_end()

    def _row(self, block: Block, at: int, action: int) -> bytes:
        """Return the bytes of a row in the copy, and record its changes."""
        if action == 0:
            return block.verbatim(at)
        number = block.first + at + 1
        index = number - 1 - self.file.before
        ends = int(self.survey.flags[index]) & _ONLY_ENDS
        if action == MENDED and self.survey.flags[index] == ends:
            self._note_ends(number, ends)
            return block.verbatim(at).rstrip(b" \t\r\n") + b"\n"
        row = block.row(at)
        if action & DROPPED:
            self._note_dropped(number, row, action)
            return b""
        word, fields = mend(row, self.file.zero)
        if action & (LATER | FIRST):
            self.plan.check_same_word(self.plan.first_of(index), word)
        if action & LATER:
            first = self.plan.first_of(index) + self.file.before + 1
            detail = f"{shown(word)} is in {self.survey.report.unit} {first}"
            self.changes.add(number, "dropped", Defect.DUPLICATE.code, detail)
            return b""
        self._note_mended(number, row, word)
        self._note_ends(number, ends)
        numbers = self.plan.numbers.get(index)
        if numbers is None:
            numbers = self.file.joint.join(fields)
        else:
            self.changes.add(number, _FROM_OTHERS[self.plan.policy.duplicates], Defect.DUPLICATE.code, shown(word))
        return b"%s %s\n" % (word, numbers)

    def _note_head(self) -> None:
        rows, dim = self.plan.rows, self.file.shape.dim
        if self.file.source.encoding is not None:
            self.changes.add(None, f"decoded from {self.file.source.encoding}", "encoding", "all words")
        for found in self.survey.report.defects:
            if found.defect in _OF_THE_FILE:
                self.changes.add(None, _OF_THE_FILE[found.defect], found.defect.code, found.locations[0].detail)
        header = self.file.shape.header
        if header is None:
            self.changes.add(1, "header added", Defect.NO_HEADER.code, f"{rows} {dim}")
        elif header != (rows, dim):
            self.changes.add(1, "header changed", "header", f"{header[0]} {header[1]} became {rows} {dim}")

    def _note_end(self) -> None:
        left = len(self.file.cutter.left.strip(b"\n"))
        if self.survey.lost:
            row = len(self.plan.actions) + 1
            self.changes.add(row, "dropped with all rows after it", Defect.OUT_OF_STEP.code)
        elif left:
            self.changes.add(None, "dropped", Defect.TRUNCATED.code, f"{left} bytes after the last whole row")

    def _note_dropped(self, number: int, row: Row, action: int) -> None:
        reasons = [fault for fault in row.faults if fault[0] & self.plan.policy.drops]
        if action & FIRST or not reasons:
            self.changes.add(number, "dropped", Defect.ZERO_ROW.code, f"the mean of the rows with {shown(row.word)}")
        else:
            self.changes.add(number, "dropped", reasons[0][0].code, reasons[0][1])

    def _note_mended(self, number: int, row: Row, word: bytes) -> None:
        for defect, detail in row.faults:
            if defect & BAD_WORD:
                self.changes.add(number, "word changed", defect.code, f"{shown(row.word)} became {shown(word)}")
            elif defect & BAD_NUMBERS:
                self.changes.add(number, "numbers became 0", defect.code, f"{detail}; {len(row.bad)} in all")
            elif defect == Defect.SEPARATORS:
                self.changes.add(number, "single blanks", defect.code)

    def _note_ends(self, number: int, ends: int) -> None:
        for defect, change in _OF_LINE_ENDS.items():
            if ends & defect:
                self.changes.add(number, change, defect.code)

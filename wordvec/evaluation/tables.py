"""A table of results: printed as text, CSV, JSON or Markdown."""

import csv
import io
import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from wordvec import arguments
from wordvec.safe_text import spreadsheet_cell

Row = Mapping[str, Any]
_MARKUP = re.compile(r"[\\`*_<>&|\[\]]")
_NUMBER = re.compile(r"[-\d.,e± ]+")
"""A cell with a number, with its deviation or without, or a dash for a missing one."""
_LATEX = {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "±": r"$\pm$", "<": r"$<$",
    ">": r"$>$", "|": r"$|$", **{character: f"\\{character}" for character in "&%$#_{}"},
}  # fmt: skip


class Table:
    """Rows of named values, in order.

    Parameters
    ----------
    rows
        Mappings of column names to numbers, strings, None for a missing value, or lists of such. Rows may lack columns.
    notes
        Conventions and seeds of the whole table. Printed below it, and as ``"notes"`` in JSON.

    Examples
    --------
    >>> print(Table([{"word": "tea", "score": 0.25}, {"word": "north", "score": None}]))
    word   score
    tea    .2500
    north  -
    """

    def __init__(self, rows: Sequence[Row], notes: Sequence[str] = ()) -> None:
        given = arguments.items("rows", rows, "a list of rows by name")
        for number, row in enumerate(given):
            if not isinstance(row, Mapping):
                arguments.wrong(f"rows[{number}]", row, "a mapping of names to values")
        self.rows = [dict(row) for row in given]
        self.notes = arguments.words("notes", notes)

    @property
    def columns(self) -> list[str]:
        """Column names, in order of first occurrence."""
        return list(dict.fromkeys(name for row in self.rows for name in row))

    def __len__(self) -> int:
        return len(self.rows)

    def __str__(self) -> str:
        columns = [name for name in self.columns if not any(_is_list(row.get(name)) for row in self.rows)]
        cells = [columns, *([shown(row.get(name)) for name in columns] for row in self.rows)]
        widths = [max(len(line[at]) for line in cells) for at in range(len(columns))]
        numbers = [any(isinstance(row.get(name), int | float) for row in self.rows) for name in columns]
        lines = []
        for line in cells:
            aligned = (
                f"{cell:>{width}}" if number and name != columns[0] else f"{cell:<{width}}"
                for cell, width, number, name in zip(line, widths, numbers, columns, strict=True)
            )
            lines.append("  ".join(aligned).rstrip())
        return "\n".join([*lines, *self.notes])

    def to_json(self) -> str:
        """Return the table as one JSON object: ``{"rows": [...], "notes": [...]}``."""
        return json.dumps({"rows": self.rows, "notes": self.notes}, ensure_ascii=False, indent=1, allow_nan=False)

    def csv_rows(self) -> list[list[Any]]:
        """Return the header and the rows of CSV, without lists of values."""
        columns = [name for name in self.columns if not any(_is_list(row.get(name)) for row in self.rows)]
        return [columns, *([row.get(name) for name in columns] for row in self.rows)]

    def to_csv(self, for_spreadsheets: bool = False) -> str:
        """Return CSV with a header; lists of values are left out, missing values are empty.

        Parameters
        ----------
        for_spreadsheets
            Put an apostrophe before texts that begin with ``=``, ``+``, ``-`` or ``@`` (or a tab or line end), which
            spreadsheets take for formulas.
        """
        text = io.StringIO()
        rows = ([spreadsheet_cell(cell) for cell in row] if for_spreadsheets else row for row in self.csv_rows())
        csv.writer(text, lineterminator="\n").writerows(rows)
        return text.getvalue()

    def to_markdown(self) -> str:
        """Return the table in Markdown with its notes below; only the notes if it has no rows."""
        if not self.rows:
            return "\n\n".join(self.notes)
        columns = [name for name in self.columns if not any(_is_list(row.get(name)) for row in self.rows)]
        lines = [columns, ["---"] * len(columns), *([shown(row.get(name)) for name in columns] for row in self.rows)]
        table = "\n".join("| " + " | ".join(map(_escaped, line)) + " |" for line in lines)
        return "\n\n".join([table, *self.notes])

    def to_latex(self) -> str:
        """Return a ``tabular`` environment, which needs no package, with the notes as comments."""
        columns = [name for name in self.columns if not any(_is_list(row.get(name)) for row in self.rows)]
        rows = [[shown(row.get(name)) for name in columns] for row in self.rows]
        kinds = "".join("r" if all(map(_NUMBER.fullmatch, cells)) else "l" for cells in zip(*rows, strict=True))
        head, *body = (" & ".join(map(_for_latex, line)) + r" \\" for line in [columns, *rows])
        comments = ["% " + " ".join(note.split()) for note in self.notes]
        begin, end = rf"\begin{{tabular}}{{{kinds or 'l' * len(columns)}}}", r"\end{tabular}"
        return "\n".join([*comments, begin, r"\hline", head, r"\hline", *body, r"\hline", end]) + "\n"


def shown(value: Any) -> str:
    """Return a value for people: four decimals, thousands with commas, a dash for a missing value."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return "-"
    if isinstance(value, float):
        value = round(value, 4) + 0.0  # no -0
        return f"{value:.4f}".replace("0.", ".", 1) if -1 < value < 1 else f"{value:.4f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _escaped(cell: str) -> str:
    """Return a cell with Markdown's special characters escaped."""
    return cell if set(cell) == {"-"} else _MARKUP.sub(r"\\\g<0>", " ".join(cell.split()))


def _for_latex(cell: str) -> str:
    if _NUMBER.fullmatch(cell) and cell.startswith("-"):
        return "--" if cell == "-" else f"$-${_for_latex(cell[1:])}"
    return "".join(_LATEX.get(character, character) for character in " ".join(cell.split()))


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)

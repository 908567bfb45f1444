"""A table of results: printed as text, CSV, JSON, Markdown or LaTeX, and converted to pandas."""

import abc
import csv
import io
import json
import math
import re
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from wordvec import arguments, latex
from wordvec.errors import SettingsError
from wordvec.safe_text import spreadsheet_cell
from wordvec.text_width import padded, width
from wordvec.wording import quantity

if TYPE_CHECKING:
    import pandas

Row = Mapping[str, Any]
MOST_COLUMNS = 8
"""Number of columns that ``repr`` names."""
_MARKUP = re.compile(r"[\\`*_<>&|\[\]]")


class Tabular(abc.ABC):
    """A result that has a table, and so every format of tables."""

    @abc.abstractmethod
    def table(self) -> "Table":
        """Return the result as a table."""

    def to_pandas(self) -> "pandas.DataFrame":
        """Return a pandas data frame with all columns; missing values are NaN, and notes are in its ``attrs``.

        Raises
        ------
        SettingsError
            If pandas is not installed.
        """
        try:
            import pandas
        except ImportError as error:
            raise SettingsError("data frames need pandas: pip install pandas") from error
        table = self.table()
        frame = pandas.DataFrame(
            {name: [row.get(name) for row in table.rows] for name in table.columns}, columns=table.columns
        )
        frame.attrs["notes"] = list(table.notes)
        return frame

    def to_latex(self, caption: str | None = None, label: str | None = None) -> str:
        """Return the table in LaTeX with its notes below, for the package booktabs; lists of values are left out.

        Parameters
        ----------
        caption, label
            Caption, and label for references; with one of them, the table is in the environment ``table``.
        """
        table = self.table()
        if not table.rows:
            return "\n\n".join(map(latex.escaped, table.notes))
        columns = table.flat_columns
        cells = [columns, *([shown(row.get(name)) for name in columns] for row in table.rows)]
        return latex.tabular(cells, [table.is_number(name) for name in columns], table.notes, caption, label)


class Table(Tabular):
    """Rows of named values, in order.

    Parameters
    ----------
    rows
        Mappings of column names to numbers, strings, None for a missing value, or lists of such. Rows may lack columns.
    notes
        Conventions and seeds of the whole table. Printed below it, and as ``"notes"`` in JSON.
    numbers
        Columns of formatted numbers, which are aligned to the right like others.

    Examples
    --------
    >>> print(Table([{"word": "tea", "score": 0.25}, {"word": "north", "score": None}]))
    word   score
    tea    .2500
    north      -
    """

    def __init__(self, rows: Sequence[Row], notes: Sequence[str] = (), numbers: Collection[str] = ()) -> None:
        given = arguments.items("rows", rows, "a list of rows by name")
        for number, row in enumerate(given):
            if not isinstance(row, Mapping):
                arguments.wrong(f"rows[{number}]", row, "a mapping of names to values")
        self.rows = [dict(row) for row in given]
        self.notes = arguments.words("notes", notes)
        self._numbers = frozenset(numbers)

    @property
    def columns(self) -> list[str]:
        """Column names, in order of first occurrence."""
        return list(dict.fromkeys(name for row in self.rows for name in row))

    @property
    def flat_columns(self) -> list[str]:
        """Names of the columns without lists of values."""
        return [name for name in self.columns if not any(_is_list(row.get(name)) for row in self.rows)]

    def is_number(self, column: str) -> bool:
        """Return whether a column holds a number."""
        return column in self._numbers or any(isinstance(row.get(column), int | float) for row in self.rows)

    def table(self) -> "Table":
        """Return the table itself."""
        return self

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        columns = ", ".join(self.columns[:MOST_COLUMNS]) + ", ..." * (len(self.columns) > MOST_COLUMNS)
        return f"<Table: {quantity(len(self), 'row')} of {columns:.400}>"

    def __str__(self) -> str:
        columns = self.flat_columns
        cells = [columns, *([shown(row.get(name)) for name in columns] for row in self.rows)]
        widths = [max(width(line[at]) for line in cells) for at in range(len(columns))]
        numbers = [self.is_number(name) for name in columns]
        lines = []
        for line in cells:
            aligned = (
                padded(cell, room, right=number and name != columns[0])
                for cell, room, number, name in zip(line, widths, numbers, columns, strict=True)
            )
            lines.append("  ".join(aligned).rstrip())
        return "\n".join([*lines, *self.notes])

    def to_json(self) -> str:
        """Return the table as one JSON object: ``{"rows": [...], "notes": [...]}``."""
        return json.dumps({"rows": self.rows, "notes": self.notes}, ensure_ascii=False, indent=1, allow_nan=False)

    def csv_rows(self) -> list[list[Any]]:
        """Return the header and the rows of CSV, without lists of values."""
        columns = self.flat_columns
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
        columns = self.flat_columns
        lines = [columns, ["---"] * len(columns), *([shown(row.get(name)) for name in columns] for row in self.rows)]
        table = "\n".join("| " + " | ".join(map(_escaped, line)) + " |" for line in lines)
        return "\n\n".join([table, *self.notes])


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


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)

"""Detection of tables: rows of cells separated by tabs, commas, semicolons or bars, and rows of numbers."""

import contextlib
import csv
import itertools
import re
from collections import Counter

from wordvec.corpora.kinds.sample import FileKind, Reader, Sample, share, spelt_name

_MOST, _ODD_ROWS = 0.95, 20
"""Minimal share of rows with the same number of cells; with fewer than `_ODD_ROWS` rows, all must have it."""

_PROBE = 20
"""Rows that are examined first, so that most texts are decided early."""

_LONGEST_CELL = 1 << 20

_HEADER = re.compile(r"[^\W\d][\w .:/#()%-]{0,40}|")
_KNOWN = re.compile(
    "abstract|answer|article|author|body|category|class|comment|content|context|date|description|doc|document|gold|id|"
    "index|label|lang|language|lemma|message|name|paragraph|pos|question|rating|review|score|sent|sentence|sentiment|"
    "source|src|summary|tag|target|text|tgt|time|title|token|topic|translation|tweet|type|url|user|username|word|word1|"
    "word2|year"
)
"""Common names of columns, in lower case."""

_NUMBER = re.compile(r"[+-]?\d[\d.,:/-]*(?:[eE][+-]?\d+)?%?")
_REAL = re.compile(r"[+-]?(?:\d+\.\d*|\.\d+|\d)(?:[eE][+-]?\d+)?")
_FEWEST_NUMBERS = 5


def numbers_kind(sample: Sample) -> FileKind | None:
    """Return the kind of word vectors, with a label and many decimal numbers in each row, or None."""
    rows = [line.split() for line in sample.lines[:8] if _REAL.fullmatch([*line.split(None, 2), ""][1])]
    if len(rows) < min(len(sample.lines), 8):
        return None
    if rows and len(rows[0]) == 2 and all(field.isdigit() for field in rows[0]):
        del rows[0]
    if not rows or not all(
        len(row) == len(rows[0]) > _FEWEST_NUMBERS
        and all(map(_REAL.fullmatch, row[1:]))
        and 2 * sum("." in field for field in row[1:]) > len(row)
        for row in rows
    ):
        return None
    return FileKind("a table of numbers, as of word vectors")


def tabs_kind(sample: Sample) -> FileKind | None:
    """Return the kind of a table with tabs or ``|||`` between cells, or None."""
    lines, named = _without_comments(sample.lines), sample.ending in ("tsv", "tab")
    barred = sum(" ||| " in line for line in lines)
    if len(lines) > 1 and barred >= _MOST * len(lines):
        return FileKind("a table of columns with ||| between them", "awk -F' [|][|][|] ' '{print $1}'")
    if "\t" not in sample.text:
        return None
    what = "a table of tab-separated columns"
    counts = Counter(line.count("\t") for line in lines)
    inside = sum("\t" in line.strip() for line in lines)
    common, rows = counts.most_common(1)[0]
    even = common and _enough(rows, len(lines)) and 2 * inside > len(lines)
    # Tabs between tokens leave no blanks; cells of text contain some.
    wordy = (
        len(lines) >= _PROBE and inside >= _MOST * len(lines) and 2 * sum(" " in line for line in lines) > len(lines)
    )
    if (even or wordy) and (len(lines) > 1 or named):
        return _of_rows(what, [line.split("\t") for line in lines], "\t", quoted=False)
    parsed = _parse(lines, "\t")
    if parsed and ('\t"' in sample.text or sample.text[0] == '"'):
        return _of_rows(what, parsed, "\t", quoted=True)
    return _of_rows(what, [line.split("\t") for line in lines], "\t", quoted=False) if named and inside else None


def delimited_kind(sample: Sample) -> FileKind | None:
    """Return the kind of a table with commas, semicolons or bars between cells, or None."""
    lines = _without_comments(sample.lines)
    for delimiter in ",;|":
        # The first row of a table has every separator; the first line of a text may have no comma.
        if delimiter not in lines[0]:
            continue
        rows = _parse(lines, delimiter)
        if rows and _is_table(rows, lines, delimiter):
            return _of_rows(_name(delimiter), rows, delimiter, quoted=delimiter != "|")
    if sample.ending == "csv":
        counts = {each: sum(each in line for line in sample.lines) for each in ",;\t|"}
        delimiter = max(counts, key=lambda each: counts[each])
        if counts[delimiter]:
            return _of_rows(_name(delimiter), _rows(sample.lines, delimiter, strict=False), delimiter, quoted=True)
    return None


def _without_comments(lines: list[str]) -> list[str]:
    """Return the lines after the comments at the beginning, or all lines if all are comments."""
    return list(itertools.dropwhile(lambda line: line.startswith("#"), lines)) or lines


def _name(delimiter: str) -> str:
    names = {",": "a CSV table", "\t": "a table of tab-separated columns"}
    return names.get(delimiter, f"a table with {delimiter} between its columns")


def _enough(even: int, rows: int) -> bool:
    return even == rows or (rows >= _ODD_ROWS and even >= _MOST * rows)


def _parse(lines: list[str], delimiter: str) -> list[list[str]]:
    """Return the rows of a CSV table, or none if their widths differ."""
    first = _rows(lines[:_PROBE], delimiter, strict=True)
    if len(first) < 2 or not _even(first):
        return []
    rows = _rows(lines, delimiter, strict=True)
    return rows if _even(rows) else []


def _rows(lines: list[str], delimiter: str, strict: bool) -> list[list[str]]:
    """Return the rows up to one that is invalid CSV, such as a truncated cell."""
    rows: list[list[str]] = []
    usual = csv.field_size_limit(_LONGEST_CELL)
    try:
        with contextlib.suppress(csv.Error):
            rows.extend(csv.reader((f"{line}\n" for line in lines), delimiter=delimiter, strict=strict))
    finally:
        csv.field_size_limit(usual)
    return rows


def _even(rows: list[list[str]]) -> bool:
    width, count = Counter(map(len, rows)).most_common(1)[0]
    return width > 1 and _enough(count, len(rows))


def _is_table(rows: list[list[str]], lines: list[str], delimiter: str) -> bool:
    """Return whether rows of one width are a table, rather than lines of text that happen to have as many commas.

    A comma in text is followed by a blank. A table has names in its first row, quotes, numbers or categories.
    """
    if not _tight(rows, lines, delimiter):
        return False
    width = Counter(map(len, rows)).most_common(1)[0][0]
    columns = list(zip(*(row for row in rows if len(row) == width), strict=True))
    filled = [column for column in columns if 2 * sum(map(bool, column)) > len(column)]
    if len(filled) < 2:
        return False
    if delimiter == "|" and len(rows) >= 5:
        return True
    quoted = sum(line.startswith('"') or f'{delimiter}"' in line for line in lines)
    numeric = any(_numeric(column) for column in filled)
    return _has_header(rows) or 2 * quoted >= len(rows) or numeric or (len(rows) >= 10 and _categories(filled))


def _tight(rows: list[list[str]], lines: list[str], delimiter: str) -> bool:
    """Return whether delimiters are not followed by blanks, or rows begin with numbers."""
    cells = [cell for row in rows for cell in row[1:]]
    loose = sum(cell.startswith(" ") for cell in cells)
    if loose <= 0.1 * len(cells):
        return True
    return len(rows) >= 5 and len(rows[0]) > 2 and _numeric([row[0] for row in rows])


def _numeric(column: "tuple[str, ...] | list[str]") -> bool:
    cells = [cell for cell in column[1:] if cell]
    return bool(cells) and share(sum(bool(_NUMBER.fullmatch(cell.strip())) for cell in cells), len(cells)) >= 0.9


def _categories(columns: list[tuple[str, ...]]) -> bool:
    """Return whether one column has few distinct one-word values, and another has many distinct values."""
    few = any(len(set(column)) <= len(column) / 4 and not any(" " in cell for cell in column) for column in columns)
    return few and any(len(set(column)) > len(column) / 2 for column in columns)


def _has_header(rows: list[list[str]]) -> bool:
    return all(map(_HEADER.fullmatch, rows[0])) and any(_KNOWN.fullmatch(cell.strip().lower()) for cell in rows[0])


def _of_rows(what: str, rows: list[list[str]], delimiter: str, quoted: bool) -> FileKind:
    """Return the kind of a table, with the name of the column with the most text, or a command that extracts it."""
    sizes = Counter(dict.fromkeys(range(len(rows[0])), 0))
    for row in rows[1:] or rows:
        sizes.update({column: len(cell) for column, cell in enumerate(row) if not _NUMBER.fullmatch(cell)})
    column = sizes.most_common(1)[0][0]
    if len(rows) > 1 and _has_header(rows):
        option = f"name the column that holds the text (--field {spelt_name(rows[0][column].strip())})"
        return FileKind(what, reader=Reader.TABLE, option=option)
    option = "name the column that holds the text (--field NAME) if the first row names the columns"
    if not quoted:
        cut = f"cut -s -f{column + 1}" if delimiter == "\t" else f"cut -s -d'{delimiter}' -f{column + 1}"
        return FileKind(what, cut, reader=Reader.TABLE, option=option)
    form = {",": "", "\t": ', delimiter="\\t"'}.get(delimiter, f', delimiter="{delimiter}"')
    return FileKind(
        what,
        "python3 -c 'import csv,sys; csv.field_size_limit(sys.maxsize); "
        f'[print(*" ".join(r[{column}:{column + 1}]).split()) for r in list(csv.reader(sys.stdin{form}))]\'',
        reader=Reader.TABLE,
        option=option,
    )

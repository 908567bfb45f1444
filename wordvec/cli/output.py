"""Standard output and error of commands: exact in files and pipes, with control characters escaped on a terminal."""

import csv
import io
import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import click

from wordvec.safe_text import spreadsheet_cell, visible, visible_json, visible_word


def echo(text: str) -> None:
    """Print text of one or more lines, and a line end."""
    _write(f"{visible(text) if _is_terminal() else text}\n")


def echo_rows(rows: Iterable[Sequence[str]]) -> None:
    """Print rows of cells between tabs, each on a line."""
    _write("".join("\t".join(map(cell, row)) + "\n" for row in rows))


def cell(text: str) -> str:
    """Return a cell as it is printed on standard output."""
    return visible_word(text) if _is_terminal() else text


def echo_json(value: Any, indent: int | None = None) -> None:
    """Print an object as JSON, and a line end."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=indent)
    _write(f"{visible_json(text) if _is_terminal() else text}\n")


def echo_csv(rows: Iterable[Sequence[object]], for_spreadsheets: bool) -> None:
    """Print rows as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([spreadsheet_cell(value) for value in row] if for_spreadsheets else row for row in rows)
    _write(visible(text.getvalue()) if _is_terminal() else text.getvalue())


def note(message: str) -> None:
    """Print one message on standard error, with the program's name."""
    click.echo(f"wordvec: {visible(message)}", err=True)


def _is_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()


def _write(text: str) -> None:
    # With color=None, click would strip escape sequences from output to a file.
    click.echo(text, nl=False, color=True)

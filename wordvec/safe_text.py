"""Escaping of text from files, whose words and metadata can hold terminal escape sequences or spreadsheet formulas."""

import re

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters except tab and line feed, line separators, bidirectional controls, and lone surrogates."""
_IN_A_WORD = re.compile(f"[\t\n{_CONTROLS.pattern[1:-1]}]")
_FORMULA = re.compile("[=+\\-@\t\r\n]")
"""First characters of a cell that spreadsheets evaluate as a formula."""


def visible(text: str) -> str:
    r"""Return a text with control characters except tab and line feed escaped, as ``\x1b`` or ``\u202e``."""
    return _CONTROLS.sub(_escaped, text)


def visible_word(word: str) -> str:
    r"""Return a word with all control characters escaped, as ``\t`` or ``\x1b``."""
    return _IN_A_WORD.sub(_escaped, word)


def visible_json(text: str) -> str:
    r"""Return JSON with control characters escaped, including those that JSON permits in strings, as ``\u009b``."""
    return _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def spreadsheet_cell(cell: object) -> object:
    """Return a CSV cell that no spreadsheet evaluates: an apostrophe is put before text that looks like a formula."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()

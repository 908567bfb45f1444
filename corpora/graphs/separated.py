"""Lines of an edge list rewritten with blanks as separators, as the tokenizer's kernel reads them."""

import csv
import re

from wordvec.corpora.columns import BLANKS
from wordvec.corpora.graphs.edge_list_layout import Layout, Lines
from wordvec.corpora.graphs.nodes import HELD, NOT_IN_NAMES
from wordvec.encodings import advice_on_text
from wordvec.errors import InputError

_QUOTED = b",;|"
_BLANK_LINE = re.compile(r"(?m)^[ \t\r\v\f]+$")
"""What `filled_lines` leaves out."""
_CONTROLS = bytes(set(range(32)) - set(b"\t\n")) + b"\x7f"


def separated_by_blanks(lines: Lines, name: str, layout: Layout) -> bytes:
    """Return lines whose columns are separated by blanks, with `HELD` for white space inside names."""
    text, separator = lines.text, layout.separator
    if _is_simple(text, separator.encode()):
        return text.replace(separator.encode(), b" ")
    try:
        decoded = text.decode()
    except UnicodeDecodeError as error:
        at = text.count(b"\n", 0, error.start) + 1
        remedy = advice_on_text(text, "convert the file first")
        raise InputError(f"{name}: line {lines.before + at:,}: is not UTF-8; {remedy}") from error
    decoded = _BLANK_LINE.sub("", decoded)
    if separator == BLANKS:
        return re.sub(rf"(?![ \t\n]){NOT_IN_NAMES.pattern}", HELD, decoded).encode()
    if separator.encode() in _QUOTED and '"' in decoded:
        decoded, separator = _unquoted(decoded, lines, name, separator), "\t"
    mark = re.escape(separator)
    decoded = re.sub("(?m)^ +| +$", "", re.sub(f" *{mark} *", separator, decoded))
    if empty := re.search(rf"(?m)^{mark}|{mark}{mark}", decoded):
        at = decoded.count("\n", 0, empty.start()) + 1
        raise InputError(f"{name}: line {lines.before + at:,}: has an empty column")
    return re.sub(rf"(?![\n{mark}]){NOT_IN_NAMES.pattern}", HELD, decoded).replace(separator, " ").encode()


def _is_simple(text: bytes, separator: bytes) -> bool:
    """Return whether columns are separated by one byte, and none is empty, quoted or has white space inside."""
    if not text.isascii() or len(text.translate(None, _CONTROLS)) != len(text):
        return False
    if separator == b" ":
        return True
    return not any(sign in text for sign in (b" ", b'"', 2 * separator, b"\n" + separator)) and (
        not text.startswith(separator) and (separator == b"\t" or b"\t" not in text)
    )


def _unquoted(text: str, lines: Lines, name: str, separator: str) -> str:
    """Return lines of cells without quotes, separated by tabs."""
    found: list[str] = []
    for at, line in enumerate(text.split("\n"), 1):
        try:
            cells = next(csv.reader([line], delimiter=separator, skipinitialspace=True, strict=True), [])
        except csv.Error as error:
            raise InputError(f"{name}: line {lines.before + at:,}: has an open quote ({error})") from error
        found.append("\t".join(cell.strip().replace("\t", HELD) for cell in cells))
    return "\n".join(found)

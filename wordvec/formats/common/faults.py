"""Diagnosis of lines of a ``.vec`` file that a kernel has refused."""

import codecs
import contextlib
import itertools
import math
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from wordvec.errors import InputError

_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_CONTROL = re.compile(rb"[\0-\x08\x0e-\x1f]")
_ASCII = re.compile(rb"[\t\r -~]*")
_NUMBER = re.compile(rb"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_COMMA = re.compile(rb"[+-]?\d*,\d+([eE][+-]?\d+)?")
_NOT_FINITE = re.compile(rb"[+-]?(nan|inf|infinity)", re.IGNORECASE)
_SEPARATOR = re.compile(rb"[ \t]+")
_LEADING = re.compile(rb"([ \t]*\t[ \t]*)[ \t]")
_REMEDY = "`wordvec check"
_LONGEST_SHOWN = 40
_LINES_COUNTED = 100


@contextlib.contextmanager
def naming_remedy(path: Path) -> Iterator[None]:
    """Add the command that repairs the vector file `path` to errors about its contents."""
    try:
        yield
    except InputError as error:
        if _REMEDY in str(error):
            raise
        raise type(error)(f"{error}; {_remedy(path)}") from error


def faulty(where: str, what: str, path: Path) -> InputError:
    """Return the error for a fault of the vector file `path` that `wordvec check --repair` can repair."""
    return InputError(f"{where}: {what}; {_remedy(path)}")


def _remedy(path: Path) -> str:
    return f"{_REMEDY} {path} --repair OUT` writes a sound copy"


def is_binary(text: bytes) -> bool:
    """Return whether bytes contain control characters that never occur in a text of vectors."""
    return _CONTROL.search(text) is not None


def begins_binary_row(text: bytes, header: tuple[int, int]) -> bool:
    """Return whether a row of word2vec's binary format, rather than of its text, follows a header ``rows dim``.

    In text, everything from the first blank to the end of the line is ASCII. The numbers of a tiny binary file can be
    ASCII as well, but then its rows end exactly at the end of the file.
    """
    line = text.partition(b"\n")[0]
    word, blank, rest = line.partition(b" ")
    row = rest[: 4 * header[1]]
    if _ASCII.fullmatch(row) is None:
        return True
    # A newline may be among the bytes of the numbers.
    if blank and len(row) < 4 * header[1] and not row.strip() and _is_no_text(text[len(word) + 1 :][: 4 * header[1]]):
        return True
    fields = rest.split()
    return not (fields and all(map(is_number, fields))) and are_binary_rows(text, header)


def _is_no_text(text: bytes) -> bool:
    """Return whether bytes contain control characters or are not UTF-8. The last character may be incomplete."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(text)
    except UnicodeDecodeError:
        return True
    return is_binary(text)


def are_binary_rows(text: bytes, header: tuple[int, int]) -> bool:
    """Return whether the bytes after a header are exactly the promised rows of word2vec's binary format."""
    rows, dim = header
    at = 0
    for _ in range(min(rows, len(text) // (4 * dim + 1)) if dim else 0):
        blank = text.find(b" ", at)
        if blank < 0:
            return False
        at = blank + 1 + 4 * dim
        at += text[at : at + 1] == b"\n"
        rows -= 1
    return rows == 0 and at == len(text) > 0


def is_number(field: bytes) -> bool:
    """Return whether a field is a decimal, NaN or infinity."""
    return bool(_NUMBER.fullmatch(field) or _NOT_FINITE.fullmatch(field))


def is_finite_number(field: bytes) -> bool:
    """Return whether a field is a decimal within the range of float64."""
    return bool(_NUMBER.fullmatch(field)) and math.isfinite(float(field))


def word_and_numbers(line: bytes, dim: int) -> tuple[bytes, list[bytes]] | None:
    """Return the word of a line and its `dim` fields, or None if the line does not have that many fields.

    The word may contain blanks if the last `dim` fields are numbers and not all fields between them and the first
    field are. It may also be a tab, or begin with one.

    Parameters
    ----------
    line
        The line, without trailing blanks, carriage return and newline.
    dim
        Numbers per row.
    """
    leading = _LEADING.match(line)
    if leading:
        fields = _SEPARATOR.split(line[leading.end() :])
        if len(fields) == dim:
            return leading[1], fields
    fields = _SEPARATOR.split(line)
    numbers, between = fields[-dim:], fields[1:-dim]
    if len(fields) <= dim or (between and (all(map(is_number, between)) or not all(map(is_number, numbers)))):
        return None
    return _long_word(line, numbers) if between else fields[0], numbers


def word_between_blanks(line: bytes, dim: int) -> bytes:
    """Return the word of a line ``word number ... number`` without tabs after the word, or ``b""`` for other lines."""
    line = line.rstrip(b" \t\r\n")
    word, numbers = word_and_numbers(line, dim) or (b"", [])
    if line.startswith(b" ") or b"\t" in line[len(word) :] or not all(map(is_number, numbers)):
        return b""
    return word


def numbers_in_lines(text: bytes, whole: bool) -> "Counter[int]":
    """Count the first lines by the number of numbers at their end. The first field of a line is its word.

    Parameters
    ----------
    text
        The lines.
    whole
        Whether the last line is complete.
    """
    lines = text.split(b"\n")
    lines = (lines if whole else lines[:-1])[:_LINES_COUNTED]
    counts: Counter[int] = Counter()
    for fields in filter(None, map(bytes.split, lines)):
        counts[sum(1 for _ in itertools.takewhile(is_number, reversed(fields[1:])))] += 1
    return counts


def dim_without_header(head: bytes, whole: bool) -> int:
    """Return the dim of a text without a header: the usual number of numbers in its first lines.

    The result is 0 if the first line is not a row of that many numbers.

    Parameters
    ----------
    head
        The beginning of a file.
    whole
        Whether `head` is the whole file.
    """
    first, newline, _ = head.partition(b"\n")
    if not newline and not whole:  # truncated, maybe inside a number
        first, head, whole = first.rpartition(b" ")[0], first.rpartition(b" ")[0], True
    counts = numbers_in_lines(head, whole)
    dim = max(counts, key=lambda n: counts[n], default=0)
    word = word_between_blanks(first, dim) if dim > 1 and 2 * counts[dim] > counts.total() else b""
    if not word or first.startswith(_BYTE_ORDER_MARKS) or (b" " in word and counts.total() == 1):
        return 0
    return dim


def explain_header(path: Path, line: bytes) -> InputError:
    """Return the error for a first line that is not ``rows dim``, with the reason."""
    if line.startswith(_BYTE_ORDER_MARKS[0]):
        what = "begins with a byte-order mark, which vector files must not have"
        return faulty(str(path), what, path)
    if b"\t" in line.rstrip() and word_and_numbers(line.rstrip(b" \t\r\n"), len(line.split()) - 1):
        return faulty(str(path), "no header, and tabs between the numbers where blanks are due", path)
    if len(line.split()) > 2 and all(map(_COMMA.fullmatch, line.split()[1:])):
        return faulty(
            str(path), f"no header, and decimal commas ({_shown(line.split()[1])}) where points are due", path
        )
    return InputError(f"{path}: {_reason_without_header(line)}")


def _reason_without_header(line: bytes) -> str:
    fields = line.split()
    if not line:
        return "the file is empty"
    if line.startswith(_BYTE_ORDER_MARKS):
        return "UTF-16; save it as UTF-8"
    if is_binary(line):
        return "binary data, not a text of vectors"
    if len(fields) > 2 and all(_NUMBER.fullmatch(field) for field in fields[1:]):
        if b"\t" in line:
            return "no header, and tabs between the fields where blanks are due"
        return "no header, as in texts of GloVe, which are read as they are unless another format is given"
    return f'the first line is {_shown(line)}, not "rows dim" (two whole numbers, dim at least 1)'


def explain_row(line: bytes, dim: int) -> str:
    """Return the reason why a line is not a word and `dim` finite numbers."""
    word, _, rest = line.rstrip(b" \t\r\n").partition(b" ")
    fields = [field for field in rest.split(b" ") if field]
    wrong = next((field for field in fields if not _NUMBER.fullmatch(field)), None)
    if is_binary(line):
        return "binary data; is it word2vec's .bin format, or damaged?"
    if not line.strip():
        return "is empty"
    if not word:
        return "begins with a blank: the word is missing"
    if wrong is not None and _NOT_FINITE.fullmatch(wrong):
        return f"{_shown(wrong)} in the vector of {_shown(word)}: numbers must be finite; leave this row out"
    if len(fields) != dim:
        return f"{len(fields)} fields after {_shown(word)} where the header promises {dim} numbers"
    if wrong is not None and _COMMA.fullmatch(wrong):
        return f"a decimal comma in {_shown(wrong)} in the vector of {_shown(word)} where a point is due"
    if wrong is not None:
        return f"{_shown(wrong)} in the vector of {_shown(word)} is not a number"
    return f"a number in the vector of {_shown(word)} is too large for float32"


def _long_word(line: bytes, numbers: list[bytes]) -> bytes:
    """Return everything before the numbers."""
    for field in reversed(numbers):
        line = line[: len(line) - len(field)].rstrip(b" \t")
    return line


def _shown(text: bytes) -> str:
    decoded = text.decode(errors="backslashreplace")
    return repr(decoded if len(decoded) <= _LONGEST_SHOWN else decoded[: _LONGEST_SHOWN - 3] + "...")

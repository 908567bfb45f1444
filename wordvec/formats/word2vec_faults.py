"""What is wrong with a line of a ``.vec`` file, in words: for the moment after a kernel has refused it."""

import re

_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_CONTROL = re.compile(rb"[\0-\x08\x0e-\x1f]")
_ASCII = re.compile(rb"[\t\r -~]*")
_NUMBER = re.compile(rb"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_NOT_FINITE = re.compile(rb"[+-]?(nan|inf|infinity)", re.IGNORECASE)
_LONGEST_SHOWN = 40


def is_binary(text: bytes) -> bool:
    """Tell whether bytes hold control characters that no text of vectors has."""
    return _CONTROL.search(text) is not None


def begins_binary_row(text: bytes, dim: int) -> bool:
    """Tell whether what follows a header ``rows dim`` is a row of word2vec's binary files, not of its text.

    Of text, what follows the first blank is ASCII up to the line's end.
    """
    _, _, rest = text.partition(b" ")
    row = rest[: 4 * dim]
    line = row.partition(b"\n")[0]
    if not line.strip():  # a text has a number there; a binary file may have a newline among the numbers' bytes
        line = row.replace(b"\n", b"")
    return _ASCII.fullmatch(line) is None


def is_word_and_numbers(line: bytes) -> bool:
    """Tell whether a line is a word and at least two numbers, finite or not, between blanks."""
    word, _, rest = line.partition(b" ")
    fields = rest.split()
    numbers = all(_NUMBER.fullmatch(field) or _NOT_FINITE.fullmatch(field) for field in fields)
    return len(fields) > 1 and numbers and len(word.split()) == 1 and not line.startswith(_BYTE_ORDER_MARKS)


def explain_header(line: bytes) -> str:
    """Say why a first line is not ``rows dim``."""
    fields = line.split()
    if not line:
        return "the file is empty"
    if line.startswith(_BYTE_ORDER_MARKS):
        return "begins with a byte-order mark, which vector files must not have; save it as UTF-8 without one"
    if is_binary(line):
        return "binary data, not a text of vectors"
    if len(fields) > 2 and all(_NUMBER.fullmatch(field) for field in fields[1:]):
        return "no header, as in texts of GloVe, which are read as they are unless another format is given"
    return f'the first line is {_shown(line)}, not "rows dim" (two whole numbers, dim at least 1)'


def explain_row(line: bytes, dim: int) -> str:
    """Say why a line is not a word and `dim` finite numbers."""
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
    if wrong is not None:
        return f"{_shown(wrong)} in the vector of {_shown(word)} is not a number"
    return f"a number in the vector of {_shown(word)} is too large for float32"


def _shown(text: bytes) -> str:
    decoded = text.decode(errors="backslashreplace")
    return repr(decoded if len(decoded) <= _LONGEST_SHOWN else decoded[: _LONGEST_SHOWN - 3] + "...")

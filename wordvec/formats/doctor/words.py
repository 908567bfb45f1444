"""Defects of words, and their repair."""

import re
import unicodedata

from wordvec.formats.doctor.defects import Defect

_SPACES = "".join(chr(c) for c in range(0x80, 0x3001) if chr(c).isspace())
_BAD = re.compile(f"[\\0-\\x20{_SPACES}]+")
_BAD_IN_LINES = re.compile(f"[\\0-\\x09\\x0b-\\x20{_SPACES}]")
_LONGEST_SHOWN = 40


def may_be_wrong(lines: bytes) -> bool:
    """Return whether any of the words, each followed by a newline, may have a defect."""
    try:
        return _BAD_IN_LINES.search(lines.decode()) is not None
    except UnicodeDecodeError:
        return True


def faults(word: bytes) -> list[tuple[Defect, str]]:
    """Return the defects of a word, each with details."""
    found = []
    try:
        text = word.decode()
    except UnicodeDecodeError as error:
        text = word.decode(errors="replace")
        found.append((Defect.INVALID_UTF8, f"{shown(word)}: byte 0x{word[error.start]:02x} at position {error.start}"))
    for defect, letter in sorted(
        {_defect_of(letter): letter for letter in reversed(text) if _BAD.match(letter)}.items()
    ):
        found.append((defect, f"{shown(word)} contains U+{ord(letter):04X}"))
    if not word:
        found.append((Defect.EMPTY_WORD, "the word is missing"))
    return found


def mended(word: bytes) -> bytes:
    """Return a word with invalid UTF-8 replaced by U+FFFD, and runs of white space and control characters by ``_``."""
    return _BAD.sub("_", word.decode(errors="replace")).encode()


def shown(text: bytes) -> str:
    """Return bytes of a file for a message: quoted, escaped and shortened."""
    short = text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 3] + b"..."
    try:
        return repr(short.decode())
    except UnicodeDecodeError:
        return repr(short).removeprefix("b")


def _defect_of(letter: str) -> Defect:
    if letter == " ":
        return Defect.SPACE
    return Defect.CONTROL if unicodedata.category(letter) == "Cc" and letter != "\x85" else Defect.UNICODE_SPACE

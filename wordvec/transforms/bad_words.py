"""Bad words, which no text format can hold, replaced or dropped in a conversion; every change is recorded.

Bad words are empty, hold white space, control characters, bytes that are not UTF-8 or lone surrogates. A conversion
treats them as a repair does.
"""

import re

import numpy as np

from wordvec.formats import Plain
from wordvec.formats.common.reading import Allocate
from wordvec.formats.doctor import words as doctor
from wordvec.formats.doctor.changes import Changes
from wordvec.formats.doctor.defects import Defect
from wordvec.transforms import selection

_NO_BYTES = re.compile("[\ud800-\udc7f\udd00-\udfff]")
"""Lone surrogates, except those by which Python represents bytes that are not UTF-8."""
_WORDS_AT_ONCE = 1 << 16


def without_bad_words(plain: Plain, choice: str, changes: Changes, allocate: Allocate) -> Plain:
    """Return vectors without bad words; counts and subwords stay.

    Parameters
    ----------
    plain
        The vectors.
    choice
        ``"replace"``: white space and control characters become ``_``, bytes that are not UTF-8 become U+FFFD. Rows
        with an empty word are dropped, and so are rows whose new word an earlier row has. ``"drop"``: all rows of bad
        words are dropped.
    changes
        Record of the changes.
    allocate
        Returns memory for the matrix.
    """
    new = list(plain.words)
    dropped: set[int] = set()
    mended: list[int] = []
    bad = [row for row in _suspect_rows(plain) if doctor.faults(_encoded(new[row]))]
    for row in bad:
        raw = _encoded(new[row])
        if choice == "drop" or not raw:
            dropped.add(row)
        else:
            new[row] = doctor.mended(raw).decode()
            mended.append(row)
    repeated = _repeated(new, dropped) if mended else {}
    for row in sorted({*bad, *repeated}):
        raw = _encoded(plain.words[row])
        defect, detail = next(iter(doctor.faults(raw)), (Defect.DUPLICATE, ""))
        if row in repeated:
            detail = f"{doctor.shown(new[row].encode())} is in row {repeated[row] + 1}"
            changes.add(row + 1, "dropped", Defect.DUPLICATE.code, detail)
        elif row in dropped:
            changes.add(row + 1, "dropped", defect.code, detail)
        else:
            change = f"{doctor.shown(raw)} became {doctor.shown(new[row].encode())}"
            changes.add(row + 1, "word changed", defect.code, change)
    changes.flush()
    kept = np.setdiff1d(np.arange(len(new)), list(dropped | set(repeated)))
    plain = plain._replace(words=new)
    return plain if len(kept) == len(new) else selection.rows(plain, kept, allocate)


def _suspect_rows(plain: Plain) -> list[int]:
    """Return the rows whose word may be bad."""
    found: list[int] = []
    for begin in range(0, len(plain.words), _WORDS_AT_ONCE):
        part = plain.words[begin : begin + _WORDS_AT_ONCE]
        try:
            joined = "\n".join(part).encode()
        except UnicodeEncodeError:
            joined = b"\xff"
        if doctor.may_be_wrong(joined) or not all(part) or joined.count(b"\n") >= len(part):
            found += range(begin, begin + len(part))
    return found


def _encoded(word: str) -> bytes:
    """Return a word in UTF-8; surrogate-escaped bytes are restored, other lone surrogates become U+FFFD."""
    try:
        return word.encode()
    except UnicodeEncodeError:
        return _NO_BYTES.sub("\ufffd", word).encode(errors="surrogateescape")


def _repeated(words: list[str], dropped: set[int]) -> dict[int, int]:
    """Return the rows that repeat an earlier word, each with the row of that word."""
    first: dict[str, int] = {}
    found = {}
    for row, word in enumerate(words):
        if row not in dropped and first.setdefault(word, row) != row:
            found[row] = first[word]
    return found

"""Defects of vector files, and their effects on other programs.

The effects were measured by reading small damaged files of dim 4 with gensim 4.4, spaCy 3.8, finalfusion 0.7, fastText
0.9.2 (models) and the readers in the sources of VecMap, MUSE and fastText's ``alignment`` ("fastText" for texts). The
effects on fastText's ``-pretrainedVectors``, sentence-transformers and Magnitude were measured earlier.
``str.split()`` represents the many programs that split lines this way.
"""

import enum
from typing import NamedTuple


class Defect(enum.IntFlag):
    """Kinds of defects, as bits, so that all defects of a row are one number."""

    BOM = enum.auto()
    NO_HEADER = enum.auto()
    HEADER_DIM = enum.auto()
    DECIMAL_COMMA = enum.auto()
    TOO_FEW_ROWS = enum.auto()
    TOO_MANY_ROWS = enum.auto()
    BYTE_ORDER = enum.auto()
    COMPRESSED = enum.auto()
    ARCHIVE = enum.auto()
    TRUNCATED = enum.auto()
    OUT_OF_STEP = enum.auto()
    SIZES = enum.auto()
    FILE = enum.auto()
    CRLF = enum.auto()
    BLANK_AT_END = enum.auto()
    NO_NEWLINE = enum.auto()
    BLANK_LINE = enum.auto()
    SEPARATORS = enum.auto()
    RAGGED = enum.auto()
    EMPTY_WORD = enum.auto()
    INVALID_UTF8 = enum.auto()
    SPACE = enum.auto()
    UNICODE_SPACE = enum.auto()
    CONTROL = enum.auto()
    BAD_NUMBER = enum.auto()
    NOT_FINITE = enum.auto()
    ZERO_ROW = enum.auto()
    DUPLICATE = enum.auto()
    NOTHING_FINITE = enum.auto()  # not reported: a row of zeros once its non-finite numbers are set to 0

    @property
    def code(self) -> str:
        """Name of the defect in reports."""
        assert self.name is not None
        return self.name.lower().replace("_", "-")


NOTES = Defect.NO_HEADER | Defect.COMPRESSED | Defect.BLANK_AT_END | Defect.NO_NEWLINE
"""Properties that are valid in some format or harmless: reported as notes, not as defects."""

NO_ROW = Defect.BLANK_LINE | Defect.RAGGED | Defect.TRUNCATED | Defect.OUT_OF_STEP
"""Defects of rows that no repair can keep."""

BAD_WORD = Defect.INVALID_UTF8 | Defect.SPACE | Defect.UNICODE_SPACE | Defect.CONTROL
"""Defects of words that a repair can mend."""

DESCRIPTIONS = {
    Defect.BOM: "a byte-order mark before the first line",
    Defect.NO_HEADER: 'no first line "rows dim", as in texts of GloVe',
    Defect.HEADER_DIM: "the dim in the header is not that of the rows",
    Defect.DECIMAL_COMMA: "numbers with decimal commas",
    Defect.TOO_FEW_ROWS: "fewer rows than the header says",
    Defect.TOO_MANY_ROWS: "more rows or bytes than the header says",
    Defect.BYTE_ORDER: "numbers in the wrong byte order (most significant byte first)",
    Defect.COMPRESSED: "compressed",
    Defect.ARCHIVE: "the compressed data are truncated or damaged",
    Defect.TRUNCATED: "the file ends inside a row",
    Defect.OUT_OF_STEP: "words and numbers are out of step",
    Defect.SIZES: "the sizes in the file contradict each other",
    Defect.FILE: "a file of the folder is missing, damaged or of another shape",
    Defect.CRLF: "lines that end in carriage return and newline",
    Defect.BLANK_AT_END: "blanks at the end of lines, as word2vec and fastText write",
    Defect.NO_NEWLINE: "no newline at the end: the last number may be truncated",
    Defect.BLANK_LINE: "blank lines",
    Defect.SEPARATORS: "tabs or several blanks between numbers",
    Defect.RAGGED: "rows with too few or too many numbers",
    Defect.EMPTY_WORD: "rows without a word",
    Defect.INVALID_UTF8: "words that are not UTF-8",
    Defect.SPACE: "words that contain a blank",
    Defect.UNICODE_SPACE: "words that contain Unicode white space (U+00A0 and others)",
    Defect.CONTROL: "words that contain control characters",
    Defect.BAD_NUMBER: "fields that should be numbers but are not",
    Defect.NOT_FINITE: "NaN, infinity, or too large for float32",
    Defect.ZERO_ROW: "rows of zeros",
    Defect.DUPLICATE: "words that already have a row",
}


class Effect(NamedTuple):
    """Effect of a defect on other programs. Without entries, all tested programs read the file correctly.

    Attributes
    ----------
    fails
        Programs that stop with an error.
    wrong
        Programs that silently read wrong data.
    """

    fails: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()


_ALL = ("gensim", "spaCy", "fastText", "MUSE", "VecMap", "finalfusion")

_TEXT = {
    Defect.BOM: Effect(("gensim", "fastText", "VecMap", "finalfusion"), ("spaCy (the header as a word)",)),
    Defect.NO_HEADER: Effect(("gensim (unless no_header=True)", "fastText", "MUSE", "VecMap")),
    Defect.HEADER_DIM: Effect(_ALL),
    Defect.TOO_FEW_ROWS: Effect(
        ("gensim", "VecMap", "finalfusion"), ("spaCy (rows of zeros)", "fastText (rows of zeros)")
    ),
    Defect.TOO_MANY_ROWS: Effect(
        ("spaCy",), ("gensim (the last rows missing)", "fastText", "VecMap", "finalfusion (likewise)")
    ),
    Defect.COMPRESSED: Effect(("fastText", "MUSE", "VecMap", "finalfusion", "spaCy (unless .gz)")),
    Defect.ARCHIVE: Effect(("every program",)),
    Defect.TRUNCATED: Effect(("gensim", "spaCy", "fastText", "VecMap", "finalfusion"), ("MUSE (row left out)",)),
    Defect.CRLF: Effect(),
    Defect.BLANK_LINE: Effect(
        ("spaCy", "MUSE", "str.split()", "gensim, fastText, VecMap, finalfusion (unless it is the last)")
    ),
    Defect.SEPARATORS: Effect(
        ("gensim", "fastText", "spaCy", "VecMap, MUSE (a tab after the word)"), ("spaCy (several blanks after a word)",)
    ),
    Defect.RAGGED: Effect(
        ("gensim", "fastText", "VecMap", "finalfusion", "spaCy (too few)"),
        ("spaCy (too many)", "MUSE, sentence-transformers (row left out)"),
    ),
    Defect.EMPTY_WORD: Effect(("fastText -pretrainedVectors", "str.split()")),
    Defect.INVALID_UTF8: Effect(
        ("gensim", "spaCy", "finalfusion", "sentence-transformers"), ("fastText, MUSE (bytes left out)", "VecMap")
    ),
    Defect.SPACE: Effect(
        ("gensim", "fastText", "MUSE", "VecMap", "finalfusion"), ("sentence-transformers (row left out)",)
    ),
    Defect.UNICODE_SPACE: Effect(("str.split()",), ("Magnitude",)),
    Defect.CONTROL: Effect(
        ("finalfusion, fastText -pretrainedVectors (white space)", "spaCy, VecMap (carriage return)", "str.split()"),
        ("Magnitude",),
    ),
    Defect.BAD_NUMBER: Effect(_ALL),
    Defect.NOT_FINITE: Effect((), _ALL),
    Defect.ZERO_ROW: Effect(
        (), ("finalfusion (NaN)", "MUSE (0.01 as the first number)", "gensim (its neighbours are NaN)")
    ),
    Defect.DUPLICATE: Effect(
        ("finalfusion",),
        ("gensim (None for a word)", "spaCy (the last row)", "MUSE (the first row)", "VecMap", "fastText"),
    ),
}

_BOTH = ("gensim", "finalfusion")

_BINARY = {
    Defect.BOM: Effect(_BOTH),
    Defect.HEADER_DIM: Effect(_BOTH),
    Defect.TOO_FEW_ROWS: Effect(_BOTH),
    Defect.TOO_MANY_ROWS: Effect((), ("gensim, finalfusion (the last rows missing)",)),
    Defect.BYTE_ORDER: Effect((), _BOTH),
    Defect.COMPRESSED: Effect(("finalfusion",)),
    Defect.ARCHIVE: Effect(("every program",)),
    Defect.TRUNCATED: Effect(("gensim",), ("finalfusion",)),
    Defect.OUT_OF_STEP: Effect(_BOTH),
    Defect.EMPTY_WORD: Effect(),
    Defect.INVALID_UTF8: Effect(_BOTH),
    Defect.SPACE: Effect(("gensim",), ("gensim (where the bytes happen to be UTF-8)",)),
    Defect.CONTROL: Effect(),
    Defect.UNICODE_SPACE: Effect((), ("finalfusion (cut off at both ends)",)),
    Defect.NOT_FINITE: Effect((), _BOTH),
    Defect.ZERO_ROW: Effect((), ("finalfusion (NaN)", "gensim (its neighbours are NaN)")),
    Defect.DUPLICATE: Effect(("finalfusion",), ("gensim (None for a word)",)),
}


_FASTTEXT = {
    Defect.TRUNCATED: Effect(
        ("gensim (in the words or their vectors)", "fastText (in the words)"), ("fastText (in the numbers)",)
    ),
    Defect.ARCHIVE: Effect(("every program",)),
    Defect.COMPRESSED: Effect(("fastText",)),
    Defect.SIZES: Effect(("gensim",)),
    Defect.TOO_MANY_ROWS: Effect(),
    Defect.EMPTY_WORD: Effect(),
    Defect.INVALID_UTF8: Effect((), ("gensim (escapes in the word)",)),
    Defect.SPACE: Effect(),
    Defect.UNICODE_SPACE: Effect(),
    Defect.CONTROL: Effect(),
    Defect.NOT_FINITE: Effect((), ("gensim", "fastText")),
    Defect.ZERO_ROW: Effect(),
    Defect.DUPLICATE: Effect(("gensim",), ("fastText (both rows)",)),
}

_TABLES: dict[str, dict[Defect, Effect]] = {
    "text": _TEXT,
    "binary": _BINARY,
    "fasttext": _FASTTEXT,
    "vectors": {},  # which no other program reads
}


def effect(defect: Defect, kind: str) -> Effect | None:
    """Return the effect of a defect in a kind of file (``text``, ``binary``, ``fasttext``, ``vectors``), or None."""
    return _TABLES[kind].get(defect)

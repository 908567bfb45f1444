"""Treatment of each kind of defect in a repair."""

import dataclasses

from wordvec import arguments
from wordvec.documentation import documented
from wordvec.encodings import check_encoding
from wordvec.formats.doctor.defects import BAD_WORD, NO_ROW, Defect
from wordvec.settings import check_settings, setting

BAD_NUMBERS = Defect.BAD_NUMBER | Defect.NOT_FINITE
"""Defects of numbers: not a number, or not finite."""


@documented
@dataclasses.dataclass(frozen=True)
class Policy:
    """Settings of a repair.

    A repair always corrects the header, byte order, line ends and separators. It always removes a byte-order mark,
    blank lines, and rows that are truncated, have no word, or have too few or too many numbers.

    Raises
    ------
    SettingsError
        If a value is not among the choices of its field.
    """

    duplicates: str = setting(
        "first",
        "rows with the same word: keep the first or last row, or the mean of all",
        choices=("first", "last", "mean"),
    )
    encoding: str | None = setting(None, "encoding of the words of a text, such as cp1252; default: UTF-8")
    invalid_utf8: str | None = setting(
        None,
        "words that are not UTF-8: replace the invalid bytes by U+FFFD, or drop the row; default: replace, but stop if "
        "the file seems to be in another encoding",
        choices=("replace", "drop"),
    )
    spaces: str = setting(
        "replace",
        "words with white space or control characters: replace these by _, or drop the row",
        choices=("replace", "drop"),
    )
    bad_numbers: str = setting(
        "drop",
        "rows with NaN, infinity or a field that is not a number: drop the row, or set these numbers to 0",
        choices=("drop", "zero"),
    )
    zero_rows: str = setting("drop", "rows of zeros: drop or keep them", choices=("drop", "keep"))

    def __post_init__(self) -> None:
        check_settings(self, leave=("encoding",))
        if self.encoding is not None:
            check_encoding(arguments.word("encoding", self.encoding))

    @property
    def drops(self) -> Defect:
        """Defects that remove a row."""
        drops = NO_ROW | Defect.EMPTY_WORD
        if self.invalid_utf8 == "drop":
            drops |= Defect.INVALID_UTF8
        if self.spaces == "drop":
            drops |= BAD_WORD & ~Defect.INVALID_UTF8
        if self.bad_numbers == "drop":
            drops |= BAD_NUMBERS
        if self.zero_rows == "drop":
            drops |= Defect.ZERO_ROW | Defect.NOTHING_FINITE
        return drops

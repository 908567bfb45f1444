"""What a repair does about each kind of defect."""

import dataclasses
from typing import Any

from wordvec.errors import SettingsError
from wordvec.formats.doctor.defects import BAD_WORD, NO_ROW, Defect

BAD_NUMBERS = Defect.BAD_NUMBER | Defect.NOT_FINITE
"""What is no finite number."""


def _choice(default: str, choices: tuple[str, ...], help: str) -> Any:
    return dataclasses.field(default=default, metadata={"choices": choices, "help": help})


@dataclasses.dataclass(frozen=True)
class Policy:
    """What a user can choose of a repair; each field has its choices and text.

    What is not chosen: header, byte order, line ends and separators become right, byte-order mark and blank lines go,
    and so do rows that are cut off, have no word, or too few or too many numbers.

    Raises
    ------
    SettingsError
        If something is chosen that there is not.
    """

    duplicates: str = _choice(
        "first", ("first", "last", "mean"), "of rows with the same word keep the numbers of one, or their mean"
    )
    invalid_utf8: str = _choice(
        "replace", ("replace", "drop"), "bytes of a word that are not UTF-8 become U+FFFD, or its row goes"
    )
    spaces: str = _choice(
        "replace",
        ("replace", "drop"),
        "white space and control characters in a word become _, or its row goes",
    )
    bad_numbers: str = _choice(
        "drop", ("drop", "zero"), "rows with NaN, infinity or what is no number go, or these numbers become 0"
    )
    zero_rows: str = _choice("drop", ("drop", "keep"), "rows of zeros go, or stay")

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value, choices = getattr(self, field.name), field.metadata["choices"]
            if value not in choices:
                raise SettingsError(f"{field.name.replace('_', '-')} {value}: choose one of {', '.join(choices)}")

    @property
    def drops(self) -> Defect:
        """Give the defects of which one is enough for a row to go."""
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

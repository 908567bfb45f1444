"""The beginning of a file, and the kind that is detected from it."""

import shlex
from enum import Enum
from typing import NamedTuple


class Sample(NamedTuple):
    """The beginning of a text file."""

    ending: str  # of the name, without the dot, in lower case: "csv" for a.CSV.gz
    text: str  # without surrounding white space
    lines: list[str]  # complete lines that are not blank
    whole: bool  # whether the file ends here


class Reader(Enum):
    """What reads a kind of file."""

    NONE = "another program"
    JSONL = "field"
    TABLE = "field, by the names in the first row"
    CONLLU = "no setting"
    VERTICAL = "columns"
    XML = "elements"


class FileKind(NamedTuple):
    """A kind of file that is not running text."""

    what: str  # "a CSV table"
    command: str = ""  # shell command that reads the file and writes its text
    then: str = ""  # option to read the output with
    after: str = ""  # remark after the command
    reader: Reader = Reader.NONE
    option: str = ""  # what to do to read it: "name the field that holds the text (--field text)"


def spelt_name(name: str) -> str:
    """Return the name of a field as an option of a command takes it."""
    return shlex.quote(f'"{name}"' if "," in name else name)


def share(true: int, of: int) -> float:
    """Return the ratio of two counts, or 0 for 0 / 0."""
    return true / of if of else 0.0

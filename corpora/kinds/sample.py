"""The beginning of a file, and the kind that is detected from it."""

from typing import NamedTuple


class Sample(NamedTuple):
    """The beginning of a text file."""

    ending: str  # of the name, without the dot, in lower case: "csv" for a.CSV.gz
    text: str  # without surrounding white space
    lines: list[str]  # complete lines that are not blank
    whole: bool  # whether the file ends here


class FileKind(NamedTuple):
    """A kind of file that is not running text."""

    what: str  # "a CSV table"
    command: str = ""  # shell command that reads the file and writes its text
    then: str = ""  # option to read the output with
    field: str = ""  # probable text field of JSONL, which --field reads


def share(true: int, of: int) -> float:
    """Return the ratio of two counts, or 0 for 0 / 0."""
    return true / of if of else 0.0

"""The beginning of a file, and what is found out from it."""

from typing import NamedTuple


class Sample(NamedTuple):
    """The beginning of a file of text."""

    ending: str  # of the name, without its dot and in lower case: "csv" for a.CSV.gz
    text: str  # without white space around it
    lines: list[str]  # those that are not blank, whole ones only
    whole: bool  # whether the file ends here


class Found(NamedTuple):
    """A kind of file that is no running text."""

    what: str  # "a CSV table"
    command: str = ""  # for a shell: reads the file, writes its text
    then: str = ""  # the option that reads the output
    field: str = ""  # the field of JSONL that probably holds the text: the file can be read with --field


def share(true: int, of: int) -> float:
    """Return the share of some in all, 0 of none."""
    return true / of if of else 0.0

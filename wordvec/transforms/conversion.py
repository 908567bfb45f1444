"""From one vector file to another: which words, in which spelling, and which numbers.

Matrices that do not fit in the memory given are kept in files beside the output, and every step goes through them in
blocks, so that what is larger than memory is converted, too; only the words are held.
"""

import contextlib
import dataclasses
from pathlib import Path
from typing import Any, NamedTuple

from wordvec import formats
from wordvec.corpora.settings import EncodingSettings
from wordvec.errors import InputError, SettingsError
from wordvec.files import check_output, replacing, workspace
from wordvec.formats import Plain
from wordvec.formats.common.reading import Allocate, Reading, Scratch
from wordvec.formats.common.words import BadWordError
from wordvec.formats.doctor.changes import Changes, changes_file
from wordvec.transforms import numbers, selection
from wordvec.transforms.bad_words import CHOICES, without_bad_words
from wordvec.workers import available_memory

MERGES = ("first", "mean")
_MOST_DIGITS = 9
"""Of a float32; more add nothing."""
_LISTED = 5


@dataclasses.dataclass(frozen=True, kw_only=True)
class Conversion:
    """What changes on the way, in this order.

    Parameters
    ----------
    lowercase
        True for lower case, ``"turkish"`` for one with dotted and dotless i; words that become one are merged.
    merge
        ``"first"`` keeps the row of the first, ``"mean"`` takes the mean of all, weighted by counts where they are
        known. Counts are added either way, and words sorted by them.
    words
        A file with a word a line (what follows a blank or tab is left out); the others go. Words that the vectors lack
        are made from subwords, where there are any, and come last.
    top
        Keep so many words, from the beginning.
    dim
        Reduce to so many numbers, by principal components.
    unit
        Make rows of length 1; rows of zeros stay.
    precision
        Round numbers to so many significant digits.
    spaces
        ``"replace"`` white space and control characters in words by ``_``, or ``"refuse"`` such words where the output
        cannot hold them.
    bad_words
        What becomes of words that are empty, not UTF-8, or hold white space or control characters, before all else:
        ``"replace"`` or ``"drop"`` (see `bad_words`); None refuses them where the output cannot hold them.

    Raises
    ------
    SettingsError
        If a value is out of range, or `merge` is given without `lowercase`.
    """

    lowercase: bool | str | None = None
    merge: str = "first"
    words: Path | None = None
    top: int | None = None
    dim: int | None = None
    unit: bool = False
    precision: int | None = None
    spaces: str = "refuse"
    bad_words: str | None = None

    def __post_init__(self) -> None:
        EncodingSettings(lowercase=self.lowercase)
        formats.respell([], self.spaces)
        if self.merge not in MERGES:
            raise SettingsError(f"merge is {self.merge!r}; it can be {' or '.join(MERGES)}")
        if self.bad_words not in (None, *CHOICES):
            raise SettingsError(f"bad_words is {self.bad_words!r}; it can be {' or '.join(CHOICES)}")
        if self.merge != "first" and not self.lowercase:
            raise SettingsError("merge: goes with lowercase, by which words become one")
        for name, most in (("top", None), ("dim", None), ("precision", _MOST_DIGITS)):
            value = getattr(self, name)
            if value is not None and (value < 1 or (most is not None and value > most)):
                raise SettingsError(f"{name} {value}: must be at least 1" + (f" and at most {most}" if most else ""))

    def given(self) -> dict[str, Any]:
        """Give what is not as usual, for the metadata."""
        fields = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        given = {name: value for name, value in fields.items() if value not in (None, False)}
        if self.words is not None:
            given["words"] = str(self.words)
        if not self.lowercase:
            del given["merge"]
        # The step of that name counts the words.
        del given["spaces"]
        return given


class Converted(NamedTuple):
    """What was written, and what a user should know of it."""

    words: int
    dim: int
    notes: list[str]


def convert(
    source: Path,
    target: Path,
    conversion: Conversion,
    *,
    source_format: str | None = None,
    target_format: str | None = None,
    overwrite: bool = False,
    memory: int | None = None,
    trust_pickle: bool = False,
) -> Converted:
    """Read a vector file or folder, change it and write another.

    Parameters
    ----------
    source, target, conversion
        From where, to where, and what is changed.
    source_format, target_format
        Names of `FORMATS`, instead of what the content and the ending tell.
    overwrite
        Replace what is there.
    memory
        Bytes for matrices in memory, half of what is free unless given.
    trust_pickle
        Unpickle what is a pickle.

    Raises
    ------
    InputError, OutputError, SettingsError
        As for reading and writing; also if a word list has none of the words, or `dim` is too large.
    """
    written = formats.output_format(target, target_format)
    formats.check_output(target, overwrite, target_format)
    if conversion.bad_words is not None:
        check_output(changes_file(target), overwrite)
    read = formats.detect(source) if source_format is None else source_format
    selects = conversion.words is not None or conversion.lowercase or conversion.bad_words
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(workspace(target))
        scratch = Scratch(folder, available_memory() // 2 if memory is None else memory)
        reading = Reading(
            None if selects else conversion.top, trust_pickle, scratch.allocate, bool(conversion.bad_words)
        )
        notes: list[str] = []
        plain = formats.load(source, format=read, reading=reading)
        if conversion.bad_words is not None:
            record = changes_file(target)
            listing = stack.enter_context(replacing(record, overwrite))
            there = len(plain.words)
            plain = _without_bad_words(plain, conversion.bad_words, listing, scratch.allocate, notes)
            if there and not plain.words:
                raise InputError(f"{source}: all {there:,} words are bad ones, so that none is left to be written")
            if notes:
                notes.append(f"every change is in {record}")
        plain = _chosen(plain, conversion, scratch.allocate, notes)
        tables = formats.FORMATS[written].subwords
        # floret's table goes without the words that were made from it.
        words = [] if tables == (type(plain.subwords).__name__,) == ("Floret",) else plain.words
        try:
            respelt = formats.check_words(words, target, written, conversion.spaces)
        except BadWordError as error:
            raise InputError(f"{error}; --bad-words replace (or drop) converts the file without such words") from error
        if respelt:
            notes.append(f"white space or control characters in {respelt:,} word{'s' * (respelt != 1)} became _")
        plain = _changed(plain, conversion, scratch.allocate, notes)
        if plain.subwords is not None and type(plain.subwords).__name__ not in tables:
            notes.append(f"the format {written} does not hold these subwords: their rows are left out")
        step = {"step": "convert", "source": source.name, "from": read, "to": written} | conversion.given()
        history = [*plain.metadata.get("history", []), step]
        plain = plain._replace(metadata=plain.metadata | {"history": history})
        formats.save(plain, target, format=written, overwrite=overwrite, spaces=conversion.spaces)
        return Converted(len(plain.words), plain.matrix.shape[1], notes)


def _without_bad_words(plain: Plain, choice: str, listing: Path, allocate: Allocate, notes: list[str]) -> Plain:
    """Replace or drop bad words, and list the changes in a file."""
    with listing.open("w", encoding="utf-8", newline="\n") as lines:
        changes = Changes(lines, "row")
        plain = without_bad_words(plain, choice, changes, allocate)
    notes += [f"{count:,} x {change} ({defect})" for (change, defect), count in changes.counts.items()]
    return plain


def _chosen(plain: Plain, conversion: Conversion, allocate: Allocate, notes: list[str]) -> Plain:
    """Return the words that are wanted, as they are wanted, with their vectors."""
    if conversion.lowercase:
        before = len(plain.words)
        plain = selection.lowercased(plain, conversion.lowercase, conversion.merge, allocate)
        notes.append(f"lower case: {before - len(plain.words):,} of {before:,} words became one with another")
    if conversion.words is not None:
        wanted = selection.word_list(conversion.words)
        plain, unknown = selection.chosen(plain, wanted, allocate)
        if unknown:
            listed = ", ".join(unknown[:_LISTED]) + ", ..." * (len(unknown) > _LISTED)
            notes.append(f"{conversion.words}: {len(unknown):,} of {len(wanted):,} words are not known: {listed}")
        if not plain.words:
            raise InputError(f"{conversion.words}: none of its {len(wanted):,} words is among the vectors")
    if conversion.top is not None:
        plain = selection.first(plain, conversion.top)
    return plain


def _changed(plain: Plain, conversion: Conversion, allocate: Allocate, notes: list[str]) -> Plain:
    """Return the vectors with the numbers that are wanted."""
    if conversion.dim is not None:
        plain, kept = numbers.reduced(plain, conversion.dim, allocate)
        notes.append(f"{conversion.dim} principal components keep {100 * kept:.1f} % of the variance")
    if conversion.unit:
        if plain.subwords is not None:
            notes.append("unit length: rows of subwords are left out, as their means would have another length")
        plain = numbers.unit(plain, allocate)
    return plain if conversion.precision is None else numbers.rounded(plain, conversion.precision, allocate)

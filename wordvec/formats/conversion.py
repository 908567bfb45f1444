"""From one vector file to another: which words, in which spelling, and which numbers.

Matrices that do not fit in the memory given are kept in files beside the output, and every step goes through them in
blocks, so that what is larger than memory is converted, too; only the words are held.
"""

import dataclasses
from pathlib import Path
from typing import Any, NamedTuple

from wordvec import formats
from wordvec.corpora.settings import EncodingSettings
from wordvec.errors import InputError, SettingsError
from wordvec.files import workspace
from wordvec.formats import Plain, selection, transformation
from wordvec.formats.reading import Allocate, Reading, Scratch
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

    def __post_init__(self) -> None:
        EncodingSettings(lowercase=self.lowercase)
        if self.merge not in MERGES:
            raise SettingsError(f"merge is {self.merge!r}; it can be {' or '.join(MERGES)}")
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
    written = formats.named(target, target_format)
    formats.check_output(target, overwrite, target_format)
    read = formats.recognised(source) if source_format is None else source_format
    early = conversion.top if conversion.words is None and not conversion.lowercase else None
    with workspace(target) as folder:
        scratch = Scratch(folder, available_memory() // 2 if memory is None else memory)
        reading = Reading(early, trust_pickle, scratch.allocate)
        notes: list[str] = []
        plain = _changed(formats.load(source, format=read, reading=reading), conversion, scratch.allocate, notes)
        if plain.subwords is not None and type(plain.subwords).__name__ not in formats.FORMATS[written].subwords:
            notes.append(f"the format {written} does not hold these subwords: their rows are left out")
        step = {"step": "convert", "source": source.name, "from": read, "to": written} | conversion.given()
        history = [*plain.metadata.get("history", []), step]
        plain = plain._replace(metadata=plain.metadata | {"history": history})
        formats.save(plain, target, format=written, overwrite=overwrite)
        return Converted(len(plain.words), plain.matrix.shape[1], notes)


def _changed(plain: Plain, conversion: Conversion, allocate: Allocate, notes: list[str]) -> Plain:
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
    if conversion.dim is not None:
        plain, kept = transformation.reduced(plain, conversion.dim, allocate)
        notes.append(f"{conversion.dim} principal components keep {100 * kept:.1f} % of the variance")
    if conversion.unit:
        if plain.subwords is not None:
            notes.append("unit length: rows of subwords are left out, as their means would have another length")
        plain = transformation.unit(plain, allocate)
    return plain if conversion.precision is None else transformation.rounded(plain, conversion.precision, allocate)

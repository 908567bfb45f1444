"""Conversion of a vector file to another format, with changes of its words and numbers.

Matrices larger than the memory limit are kept in files beside the output and processed in blocks, so that files larger
than memory can be converted; only the words are held in memory.
"""

import contextlib
import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, cast

from wordvec import formats
from wordvec.codecs import DIRECT, FLOAT32, Bits
from wordvec.errors import InputError, SettingsError
from wordvec.files import check_output, replacing, workspace
from wordvec.formats import Plain
from wordvec.formats.common.reading import Reading, Scratch
from wordvec.formats.common.words import BadWordError, check_finite
from wordvec.formats.doctor.changes import Changes, changes_file
from wordvec.provenance import with_step
from wordvec.representation import short
from wordvec.rows import Allocate, Floats
from wordvec.subwords import Table
from wordvec.transforms import numbers, selection
from wordvec.transforms.bad_words import without_bad_words
from wordvec.transforms.settings import Conversion
from wordvec.transforms.trimming import trimmed
from wordvec.workers import available_memory

Fold = Callable[[Plain, Allocate], Plain]
"""Changes the rows of vectors as a whole, as the folding of sentence weights does."""

_LISTED = 5
"""Unknown words that a note lists."""


class Converted(NamedTuple):
    """Size of the output, and notes for the user."""

    words: int
    dim: int
    notes: list[str]

    def __repr__(self) -> str:
        return short(self)


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
    encoding: str | None = None,
    fold: Fold | None = None,
) -> Converted:
    """Read a vector file or folder, change it and write another.

    Parameters
    ----------
    source, target, conversion
        Input file, output file, and changes.
    source_format, target_format
        Names of `FORMATS`; default: detected from the contents and from the ending.
    overwrite
        Whether an existing output is replaced.
    memory
        Bytes for matrices in memory; default: half of the free memory.
    trust_pickle
        Whether pickles are loaded, which runs any code that they hold.
    encoding
        Encoding of the words of the source; default: UTF-8.
    fold
        Change of all rows before the choice of words, such as `SentenceModel.folded` of a model fitted on them.

    Raises
    ------
    InputError, OutputError, SettingsError
        As for reading and writing; also if none of the words of a word list is known, or `dim` is too large.
    """
    written = formats.output_format(target, target_format)
    tables = formats.FORMATS[written].subwords
    if conversion.trim is not None and not tables:
        endings = ", ".join(format.extension for format in formats.FORMATS.values() if format.subwords)
        raise SettingsError(f": the format {written} has no subwords; choose one of {endings}", setting="trim")
    if conversion.storage is not None and not formats.FORMATS[written].storages:
        raise SettingsError(
            f": the format {written} has one storage only; choose a .vectors folder for OUT", setting="storage"
        )
    formats.check_output(target, overwrite, target_format)
    if conversion.bad_words is not None:
        check_output(changes_file(target), overwrite)
    read = formats.detect(source) if source_format is None else source_format
    selects = fold is not None or conversion.words is not None or conversion.lowercase or conversion.bad_words
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(workspace(target))
        scratch = Scratch(folder, available_memory() // 2 if memory is None else memory)
        reading = Reading(
            None if selects else conversion.top,
            trust_pickle,
            scratch.allocate,
            bool(conversion.bad_words),
            encoding,
            contexts=formats.FORMATS[written].contexts and conversion.keeps_contexts and fold is None,
        )
        notes: list[str] = []
        plain = formats.load(source, format=read, reading=reading)
        if conversion.bad_words is not None:
            record = changes_file(target)
            listing = stack.enter_context(replacing(record, overwrite))
            there = len(plain.words)
            plain = _without_bad_words(plain, conversion.bad_words, listing, scratch.allocate, notes)
            if there and not plain.words:
                raise InputError(f"{source}: all {there:,} words are bad; none is left to write")
            if notes:
                notes.append(f"every change is in {record}")
        plain = plain if fold is None else fold(plain, scratch.allocate)
        plain = _chosen(plain, conversion, scratch.allocate, notes)
        # A floret file has no words: these are computed from its table.
        words = [] if tables == (type(plain.subwords).__name__,) == ("Floret",) else plain.words
        try:
            renamed = formats.check_words(words, target, written, conversion.spaces)
        except BadWordError as error:
            raise InputError(f"{error}; --bad-words replace (or drop) converts the file without such words") from error
        if renamed:
            notes.append(f"white space or control characters in {renamed:,} word{'s' * (renamed != 1)} became _")
        if conversion.trim is not None:
            plain = _trimmed(source, plain, conversion.trim, scratch.allocate, notes)
            if not formats.FORMATS[written].storages:
                notes.append(f"the format {written} stores all buckets, dropped ones as zeros; .vectors does not")
        plain = _changed(plain, conversion, scratch.allocate, notes)
        if conversion.storage not in (None, FLOAT32):
            check_finite(source, plain.words, plain.matrix)
            plain = _coded(plain, str(conversion.storage), notes)
        if plain.subwords is not None and type(plain.subwords).__name__ not in tables:
            notes.append(left_out(plain.subwords, written))
        step = {"source": source.name, "from": read, "to": written} | conversion.given()
        step |= {"encoding": encoding} if encoding is not None else {}
        plain = plain._replace(metadata=with_step(plain.metadata, "convert", **step))
        formats.save(plain, target, format=written, overwrite=overwrite, spaces=conversion.spaces)
        return Converted(len(plain.words), plain.matrix.shape[1], notes)


def _trimmed(source: Path, plain: Plain, keep: int | str, allocate: Allocate, notes: list[str]) -> Plain:
    """Return the vectors with a smaller table of n-grams."""
    try:
        plain, effect = trimmed(plain, keep, allocate)
    except InputError as error:
        raise InputError(f"{source}: {error}") from error
    notes.append(effect.described())
    return plain


def _coded(plain: Plain, storage: str, notes: list[str]) -> Plain:
    """Return the vectors in codes, and their n-grams, unless the codes keep no sums; the output matrix is left out."""
    if plain.contexts is not None:
        notes.append(f"the output matrix is left out of vectors that are stored as {storage}")
    codec, subwords = DIRECT[storage], plain.subwords
    if subwords is not None and storage == Bits.storage:
        notes.append(f"subwords are left out of vectors that are stored as {storage}")
        subwords = None
    if subwords is not None:
        subwords = dataclasses.replace(subwords, rows=cast(Floats, codec.encode(subwords.rows)))
    return plain._replace(matrix=cast(Floats, codec.encode(plain.matrix)), contexts=None, subwords=subwords)


def left_out(subwords: Table, written: str) -> str:
    """Return the note about subwords that are not written, with the endings of the formats that could."""
    kept = " and ".join(formats.extensions_for(subwords))
    advice = f"; {kept} {'keep' if ' and ' in kept else 'keeps'} them" if kept else ""
    return f"the format {written} cannot hold these subwords, they are left out{advice}"


def _without_bad_words(plain: Plain, choice: str, listing: Path, allocate: Allocate, notes: list[str]) -> Plain:
    """Replace or drop bad words, and list the changes in a file."""
    with listing.open("w", encoding="utf-8", newline="\n") as lines:
        changes = Changes(lines, "row")
        plain = without_bad_words(plain, choice, changes, allocate)
    notes += [f"{count:,} x {change} ({defect})" for (change, defect), count in changes.counts.items()]
    return plain


def _chosen(plain: Plain, conversion: Conversion, allocate: Allocate, notes: list[str]) -> Plain:
    """Return the chosen words in the chosen case, with their vectors."""
    if conversion.lowercase:
        before = len(plain.words)
        plain = selection.lowercased(plain, conversion.lowercase, conversion.merge, allocate)
        notes.append(f"lower case: {before - len(plain.words):,} of {before:,} words merged with another")
    if conversion.words is not None:
        wanted = selection.word_list(conversion.words)
        plain, unknown = selection.chosen(plain, wanted, allocate)
        if unknown:
            listed = ", ".join(unknown[:_LISTED]) + ", ..." * (len(unknown) > _LISTED)
            notes.append(f"{conversion.words}: {len(unknown):,} of {len(wanted):,} words are unknown: {listed}")
        if not plain.words:
            raise InputError(f"{conversion.words}: none of its {len(wanted):,} words is among the vectors")
    if conversion.top is not None:
        plain = selection.first(plain, conversion.top)
    return plain


def _changed(plain: Plain, conversion: Conversion, allocate: Allocate, notes: list[str]) -> Plain:
    """Return the vectors after the changes of their numbers."""
    if conversion.rotate:
        plain, kept = numbers.rotated(plain, conversion.dim, allocate)
        notes.append(f"{plain.matrix.shape[1]} rotated dimensions keep {100 * kept:.1f} % of the squared lengths")
    elif conversion.dim is not None:
        plain, kept = numbers.reduced(plain, conversion.dim, allocate)
        notes.append(f"{conversion.dim} principal components keep {100 * kept:.1f} % of the variance")
    if conversion.unit:
        if plain.subwords is not None:
            notes.append("unit length: subwords are left out, because means of their rows would have another length")
        plain = numbers.unit(plain, allocate)
    return plain if conversion.precision is None else numbers.rounded(plain, conversion.precision, allocate)

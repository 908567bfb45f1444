"""An encoded corpus as slices, by a field of its documents or by its sources, without its text."""

import re
from array import array
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.corpora import assembly
from wordvec.corpora.decompression import ENDINGS
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.folder import META, FolderKind
from wordvec.corpora.readers import natural
from wordvec.errors import InputError, SettingsError
from wordvec.files import records, replacing
from wordvec.representation import short
from wordvec.wording import quantity
from wordvec.workers import Progress, StopFlag

KIND = FolderKind("split corpus", 1, {"slices": [str]}, "split the corpus again")
ENDING = ".corpus"
MOST_SLICES = 10_000
_LONGEST_NAME = 100
_UNSAFE = re.compile(r'[/\\:*?"<>|]|^\.|[. ]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?=$|\.)', re.IGNORECASE)
"""Characters and beginnings that no file name should have, on any system."""


class Slice(NamedTuple):
    """The documents of one value.

    Attributes
    ----------
    name
        Name of the slice, which can be that of a file.
    value
        Value of the field, or name of the source.
    documents
        Rising numbers of the documents.
    """

    name: str
    value: str
    documents: NDArray[np.int64]


class Slices(NamedTuple):
    """Slices in natural order, and numbers of documents that are in none: without the value, and without tokens."""

    slices: list[Slice]
    without_value: int
    without_tokens: int

    def __repr__(self) -> str:
        return short(self)

    def lines(self, field: str | None) -> list[str]:
        """Return a line on each kind of documents that are in no slice."""
        lines = []
        if self.without_value:
            lines.append(f"{quantity(self.without_value, 'document')} without a value of {field!r} left out")
        if self.without_tokens:
            lines.append(f"{quantity(self.without_tokens, 'document')} of slices without tokens left out")
        return lines


def split(
    corpus: EncodedCorpus,
    folder: str | Path,
    *,
    field: str | None = None,
    every: int | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> Slices:
    """Write an encoded corpus ``NAME.corpus`` of the documents of each value of a field.

    Parameters
    ----------
    corpus
        The corpus.
    folder
        Output folder, in which the slices appear together.
    field
        A kept field; None: one slice for each source (file).
    every
        Size of groups of a whole-number field: 10 makes slices of decades, named by their first year.
    overwrite
        Whether an existing `folder` is replaced.
    progress, stop
        Receiver of reports, and flag that stops the work.

    Raises
    ------
    InputError
        If the field was not kept or no document has a value, or a value is not a whole number and `every` is given.
    SettingsError
        If there are more than `MOST_SLICES` values, or `every` is given without a field.
    OutputError
        If the folder cannot be written.
    Interrupted
        If `stop` was set; no output remains.
    """
    found = slices_of(corpus, field, every)
    progress, stop = progress or Progress(), StopFlag() if stop is None else stop
    done = 0

    def copied(tokens: int) -> None:
        nonlocal done
        done += tokens
        progress.report(done)

    with replacing(arguments.path("folder", folder), overwrite, folder=True) as unfinished:
        unfinished.mkdir()
        progress.begin("splitting", len(corpus.ids), " tokens")
        try:
            for one in found.slices:
                place = unfinished / f"{one.name}{ENDING}"
                place.mkdir()
                write_slice(corpus, one, field, place, copied, stop)
        finally:
            progress.end()
        names = [one.name for one in found.slices]
        left_out = {"without_value": found.without_value, "without_tokens": found.without_tokens}
        by = {"field": field, "every": every, "corpus": str(corpus.folder), "digest": corpus.digest}
        KIND.write_meta(unfinished, {"slices": names, "left_out": left_out} | by)
    return found


def stored_slices(folder: Path) -> list[Path]:
    """Return the encoded corpora in a folder of `split`, in order; none for another folder.

    Raises
    ------
    InputError
        If its ``meta.json`` is damaged.
    """
    try:
        meta = records.loaded((folder / META).read_bytes())
    except (OSError, ValueError):
        return []
    if not isinstance(meta, dict) or meta.get("format") != f"wordvec {KIND.what}":
        return []
    return [folder / f"{name}{ENDING}" for name in KIND.read_meta(folder)["slices"]]


def write_slice(
    corpus: EncodedCorpus,
    one: Slice,
    field: str | None,
    folder: Path,
    copied: Callable[[int], None],
    stop: StopFlag,
) -> None:
    """Write one slice into an empty folder; `copied` and `stop` as for `assembly.assemble`."""
    sources = np.unique(np.searchsorted(assembly.source_documents(corpus), one.documents, side="right") - 1)
    part = assembly.Part(corpus, one.documents, sources)
    origin = {"folder": str(corpus.folder), "digest": corpus.digest, "field": field, "value": one.value}
    settings = corpus.meta["settings"] | {"keep_fields": list(corpus.documents.fields) or None}
    # How much of the text, and of what was changed in it, is in the slice is not known.
    assembly.assemble(folder, [part], settings, {"bytes": 0, "changed": None, "slice": origin}, copied, stop)


def slices_of(corpus: EncodedCorpus, field: str | None, every: int | None = None) -> Slices:
    """Return the slices of a corpus; parameters and errors as for `split`."""
    arguments.expect("corpus", corpus, EncodedCorpus)
    if field is not None:
        arguments.word("field", field)
    if every is not None and (field is None or arguments.whole("every", every) < 1):
        raise SettingsError(f"{every}: groups the whole numbers of a field, by at least 1", setting="every")
    groups = _of_sources(corpus) if field is None else _of_field(corpus, field, every)
    groups, without_value = {value: one for value, one in groups.items() if value}, len(groups.get("", ()))
    if not groups:
        raise InputError(f"{corpus.folder}: no document has a value of {field!r}")
    names = _names(sorted(groups, key=_in_order), field is None)
    offsets = corpus.documents.offsets
    slices, without_tokens = [], 0
    for value, name in names.items():
        documents = np.array(groups[value], np.int64)
        if (offsets[documents + 1] > offsets[documents]).any():
            slices.append(Slice(name, value, documents))
        else:
            without_tokens += len(documents)
    return Slices(slices, without_value, without_tokens)


def _of_sources(corpus: EncodedCorpus) -> "dict[str, array[int]]":
    names = corpus.meta["sources"]["names"]
    ends = [*assembly.source_documents(corpus).tolist()[1:], len(corpus.documents)]
    groups: dict[str, array[int]] = {}
    begin = 0
    for name, end in zip(names, ends, strict=True):
        groups.setdefault(name, array("q")).extend(range(begin, end))
        begin = end
    return _checked(groups, "the sources", corpus)


def _of_field(corpus: EncodedCorpus, field: str, every: int | None) -> "dict[str, array[int]]":
    """Return the documents of each value; an empty string for none."""
    groups: dict[str, array[int]] = {}
    for number, value in enumerate(corpus.documents.values(field)):
        if value and every is not None:
            value = _group(value, every, f"{corpus.folder}: {corpus.documents.names[number]}: the field {field!r}")
        groups.setdefault(value, array("q")).append(number)
        if len(groups) > MOST_SLICES + 1:
            break
    return _checked(groups, f"the field {field!r}", corpus)


def _checked(groups: "dict[str, array[int]]", what: str, corpus: EncodedCorpus) -> "dict[str, array[int]]":
    if len(groups) > MOST_SLICES + 1:
        raise SettingsError(f"{corpus.folder}: {what} would make more than {MOST_SLICES:,} slices")
    return groups


def _group(value: str, every: int, where: str) -> str:
    try:
        return str(int(value) // every * every)
    except ValueError:
        raise InputError(f"{where} holds {value!r:.60}, not a whole number, and cannot be grouped") from None


def _in_order(value: str) -> Any:
    """Return a sort key: whole numbers by value, then everything else in natural order."""
    if re.fullmatch(r"-?\d{1,300}", value):
        return 0, int(value), value
    return 1, natural(Path(value.replace("\0", ""))), value


def _names(values: Iterable[str], files: bool) -> dict[str, str]:
    """Return a name for each value, all of them different on systems that ignore the letter case, too."""
    names: dict[str, str] = {}
    used: set[str] = set()
    for value in values:
        name = again = _safe(_stem(value) if files else value)
        number = 1
        while again.casefold() in used:
            number += 1
            again = f"{name}~{number}"
        used.add(again.casefold())
        names[value] = again
    return names


def _stem(source: str) -> str:
    """Return the name of a file without its folder, compression and ending, as slices of a folder are named."""
    name = Path(source).name
    bare = next((name.removesuffix(ending) for ending in ENDINGS if name.endswith(ending)), name)
    return Path(bare).stem or source


def _safe(value: str) -> str:
    """Return a value as a file name; other characters are written as ``%2F``, as in addresses."""
    printable = "".join(letter if letter.isprintable() else _escaped(letter) for letter in value.replace("%", "%25"))
    name = _UNSAFE.sub(lambda found: _escaped(found[0]), printable)
    return name if len(name.encode()) <= _LONGEST_NAME else name.encode()[:_LONGEST_NAME].decode("utf-8", "ignore")


def _escaped(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())

"""Sidecar files of a vector file: counts in ``NAME.vocab`` (lines ``word count``), metadata in ``NAME.json``."""

import json
import warnings
from array import array
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError, OutputError
from wordvec.files import check_output, records, replacing, together
from wordvec.formats.common import compressed
from wordvec.formats.common.plain import Plain
from wordvec.formats.common.textlines import bounded_lines

_LARGEST_METADATA = 1 << 24  # bytes; a larger NAME.json is somebody's data


class Names(NamedTuple):
    """Paths of the counts and the metadata of a vector file."""

    counts: Path
    metadata: Path


def names(path: Path) -> Names:
    """Return the paths of the sidecar files of a vector file.

    They are ``a.vocab`` and ``a.json`` for ``a.vec`` and ``a.vec.gz``. For other formats they keep the extension
    (``a.bin.json``), so that the same vectors can be stored side by side in several formats.
    """
    name = compressed.without_extension(path.name).removesuffix(".vec")
    return Names(path.with_name(f"{name}.vocab"), path.with_name(f"{name}.json"))


def save_with(plain: Plain, path: Path, overwrite: bool, write: Callable[[Path], None]) -> None:
    """Write a vector file together with its counts and metadata.

    All files are complete before the first one is renamed to its final name. In a new set the vectors are renamed last,
    so that a set without vectors is recognised as unfinished. In a replaced set the vectors are renamed first, so that
    old vectors never lack their metadata. The next command undoes the renames of a process that was killed between
    them.

    Parameters
    ----------
    plain
        Counts and metadata.
    path
        The vector file.
    overwrite
        Whether to replace existing files.
    write
        Function that writes the vectors to a temporary path.

    Raises
    ------
    OutputError
        If one of the files cannot be written, or exists and `overwrite` is false.
    """
    sidecars = names(path)
    for target in (path, *sidecars):
        check_output(target, overwrite)
        if target.is_dir():
            raise OutputError(f"{target}: is a folder; choose another name")
    steps: list[tuple[Path, Callable[[Path], None]]] = [
        (sidecars.metadata, lambda temporary: write_json(plain.metadata, temporary))
    ]
    if plain.counts is not None:
        steps.insert(0, (sidecars.counts, lambda temporary: write_counts(plain, temporary)))
    steps.insert(0 if path.exists() else len(steps), (path, write))
    with together(path) as commit:
        if plain.counts is None and sidecars.counts.exists():
            commit.drop(sidecars.counts)
        for target, step in steps:
            with replacing(target, overwrite) as temporary:
                step(temporary)


def load_counts(path: Path, words: Sequence[str]) -> NDArray[np.int64] | None:
    """Return the counts of a vector file as a (words,) int64 array, or None.

    None means that there is no file of counts, or that its first words are not these words in this order. The file may
    have further words, as the whole vocabulary of a corpus does.
    """
    return counts_in(names(path).counts, path, words)


def counts_in(counts_file: Path, path: Path, words: Sequence[str]) -> NDArray[np.int64] | None:
    """Return the counts in the file `counts_file` of the vectors in `path`; see `load_counts`."""
    if not counts_file.is_file():
        return None
    counts = array("q")
    try:
        with counts_file.open("rb") as file:
            for word, line in zip(words, bounded_lines(counts_file, file), strict=False):
                known, _, count = line.decode().rpartition(" ")
                if known != word:
                    break
                counts.append(int(count))
    except (OSError, ValueError, OverflowError, InputError):
        counts = array("q")
    if len(counts) == len(words):
        return np.array(counts, np.int64)
    warnings.warn(f"{counts_file}: not the counts of {path.name}, ignored", stacklevel=2)
    return None


def load_metadata(path: Path) -> dict[str, Any]:
    """Return the metadata of a vector file. They are empty if there is no metadata file."""
    metadata_file = names(path).metadata
    if not metadata_file.is_file():
        return {}
    try:
        if metadata_file.stat().st_size > _LARGEST_METADATA:
            raise ValueError("too large")
        return records.parsed(metadata_file.read_bytes(), records.METADATA)
    except OSError as error:
        reason = error.strerror
    except ValueError as error:
        reason = str(error)
    warnings.warn(f"{metadata_file}: not the metadata of {path.name}, ignored ({reason})", stacklevel=2)
    return {}


def write_counts(plain: Plain, path: Path) -> None:
    """Write the counts as lines ``word count``."""
    assert plain.counts is not None
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{word} {count}\n" for word, count in zip(plain.words, plain.counts, strict=True))


def write_json(value: dict[str, Any], path: Path) -> None:
    """Write metadata as JSON."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=plain_number)
    # A path that is not UTF-8 reaches Python as lone surrogates, which JSON can hold as escapes.
    path.write_text(text + "\n", encoding="utf-8", errors="backslashreplace", newline="\n")


def plain_number(value: Any) -> Any:
    """Convert a NumPy number to a Python number, for JSON."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"metadata must be plain: {type(value).__name__}")

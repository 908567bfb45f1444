"""What lies beside a vector file: counts in ``NAME.vocab`` (``word count`` lines), metadata in ``NAME.json``."""

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
from wordvec.formats import Plain
from wordvec.formats.common import compressed
from wordvec.formats.common.textlines import bounded_lines

_LARGEST_METADATA = 1 << 24  # a NAME.json of more bytes is somebody's data


class Names(NamedTuple):
    """Where the counts and the metadata of a vector file are."""

    counts: Path
    metadata: Path


def names(path: Path) -> Names:
    """Give the names that go with a vector file.

    ``a.vocab`` and ``a.json`` for ``a.vec`` and ``a.vec.gz``; for others with their ending, ``a.bin.json``, so that
    the same vectors can lie side by side in several formats.
    """
    name = compressed.without_ending(path.name).removesuffix(".vec")
    return Names(path.with_name(f"{name}.vocab"), path.with_name(f"{name}.json"))


def save_with(plain: Plain, path: Path, overwrite: bool, write: Callable[[Path], None]) -> None:
    """Write a vector file by `write`, its counts and its metadata; they appear together.

    All are complete before the first gets its name. Where nothing was, the vectors are renamed last, so that a set
    without them is not taken for finished. Where an old set is replaced, the vectors are renamed first, so that old
    ones never lack their metadata. The next command undoes the renames of a process that was killed between them.

    Raises
    ------
    OutputError
        If one of the three exists and `overwrite` is false, or cannot be written.
    """
    beside = names(path)
    for target in (path, *beside):
        check_output(target, overwrite)
        if target.is_dir():
            raise OutputError(f"{target}: is a folder; choose another name")
    steps: list[tuple[Path, Callable[[Path], None]]] = [
        (beside.metadata, lambda temporary: write_json(plain.metadata, temporary))
    ]
    if plain.counts is not None:
        steps.insert(0, (beside.counts, lambda temporary: write_counts(plain, temporary)))
    steps.insert(0 if path.exists() else len(steps), (path, write))
    with together(path) as commit:
        if plain.counts is None and beside.counts.exists():
            commit.drop(beside.counts)
        for target, step in steps:
            with replacing(target, overwrite) as temporary:
                step(temporary)


def load_counts(path: Path, words: Sequence[str]) -> NDArray[np.int64] | None:
    """Give the counts beside a vector file, (words,), or None if there are none for these words in this order.

    The file may go on with rarer words, as a corpus's whole vocabulary does.
    """
    return counts_in(names(path).counts, path, words)


def counts_in(beside: Path, path: Path, words: Sequence[str]) -> NDArray[np.int64] | None:
    """Give the counts in the file `beside`, as `load_counts` does, of the vectors in `path`."""
    if not beside.is_file():
        return None
    counts = array("q")
    try:
        with beside.open("rb") as file:
            for word, line in zip(words, bounded_lines(beside, file), strict=False):
                known, _, count = line.decode().rpartition(" ")
                if known != word:
                    break
                counts.append(int(count))
    except (OSError, ValueError, OverflowError, InputError):
        counts = array("q")
    if len(counts) == len(words):
        return np.array(counts, np.int64)
    warnings.warn(f"{beside}: not the counts of {path.name}, ignored", stacklevel=2)
    return None


def load_metadata(path: Path) -> dict[str, Any]:
    """Give the metadata beside a vector file, empty if there are none."""
    beside = names(path).metadata
    if not beside.is_file():
        return {}
    try:
        if beside.stat().st_size > _LARGEST_METADATA:
            raise ValueError("too large")
        return records.parsed(beside.read_bytes(), records.METADATA)
    except OSError as error:
        reason = error.strerror
    except ValueError as error:
        reason = str(error)
    warnings.warn(f"{beside}: not the metadata of {path.name}, ignored ({reason})", stacklevel=2)
    return {}


def write_counts(plain: Plain, path: Path) -> None:
    """Write ``word count`` lines."""
    assert plain.counts is not None
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{word} {count}\n" for word, count in zip(plain.words, plain.counts, strict=True))


def write_json(value: dict[str, Any], path: Path) -> None:
    """Write metadata."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=plain_number)
    # A path that is not UTF-8 reaches Python as lone surrogates, which JSON can hold as escapes.
    path.write_text(text + "\n", encoding="utf-8", errors="backslashreplace", newline="\n")


def plain_number(value: Any) -> Any:
    """Give a number of NumPy as one of Python, for JSON."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"metadata must be plain: {type(value).__name__}")

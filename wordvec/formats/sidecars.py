"""What lies beside a vector file: counts in ``NAME.vocab`` (``word count`` lines), metadata in ``NAME.json``."""

import contextlib
import json
import warnings
from array import array
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError, OutputError
from wordvec.files import check_output, remove, replacing
from wordvec.formats import Plain, compressed
from wordvec.formats.textlines import bounded_lines

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
    """Let `write` make the vector file and add counts and metadata; they appear together.

    A process that is killed between two renames leaves no counts or metadata of other vectors. Where nothing was,
    the vectors come last, so that a set without them is not taken for finished. Where an old set is replaced, its
    counts and metadata go first, then the new vectors come, then what belongs to them; so do those that were left
    without vectors.

    Raises
    ------
    OutputError
        If one of the three exists and `overwrite` is false, or cannot be written.
    """
    beside = names(path)
    steps = [(path, write), (beside.metadata, lambda temporary: write_json(plain.metadata, temporary))]
    if plain.counts is not None:
        steps.append((beside.counts, lambda temporary: write_counts(plain, temporary)))
    for target in (path, *beside):
        check_output(target, overwrite)
        if target.is_dir():
            raise OutputError(f"{target}: is a folder; choose another name")
    if path.exists():
        steps.reverse()
    with contextlib.ExitStack() as renames:  # done in the reverse of the steps' order
        for target, step in steps:
            step(renames.enter_context(replacing(target, overwrite)))
        remove(beside.metadata)
        remove(beside.counts)


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
    with contextlib.suppress(OSError, ValueError):
        if beside.stat().st_size <= _LARGEST_METADATA:
            return parsed(beside.read_bytes())
    warnings.warn(f"{beside}: not the metadata of {path.name}, ignored", stacklevel=2)
    return {}


def parsed(text: str | bytes) -> dict[str, Any]:
    """Give the JSON object that is written in a text.

    Raises
    ------
    ValueError
        If there is none.
    """
    try:
        value = json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    return value


def write_counts(plain: Plain, path: Path) -> None:
    """Write ``word count`` lines."""
    assert plain.counts is not None
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{word} {count}\n" for word, count in zip(plain.words, plain.counts, strict=True))


def write_json(value: dict[str, Any], path: Path) -> None:
    """Write metadata."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=plain_number)
    # A path that is not UTF-8 reaches Python as lone surrogates, which JSON can hold as escapes.
    path.write_text(text + "\n", encoding="utf-8", errors="backslashreplace")


def plain_number(value: Any) -> Any:
    """Give a number of NumPy as one of Python, for JSON."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"metadata must be plain: {type(value).__name__}")

"""Files of the inner nodes, ``.npz``: the words and counts that the tree follows from, and the rows of its nodes.

::

    nodes          (words − 1, dim) float32, by falling count, the root first
    counts, sizes  (words,) int64
    packed, starts concatenated words in UTF-8, (bytes,) uint8; beginning of each word and the end, (words + 1,) int64
    metadata       JSON in UTF-8, (bytes,) uint8
"""

import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.vocabulary import pack, unpack
from wordvec.errors import InputError, SettingsError
from wordvec.files import records, replacing
from wordvec.formats import npz
from wordvec.formats.common import sidecars
from wordvec.representation import short

ENDING = ".npz"
_ZIP = b"PK"
_KINDS = {"nodes": ("f4", 2), "counts": ("i8", 1), "sizes": ("i8", 1), "packed": ("u1", 1), "starts": ("i8", 1)}
_KINDS["metadata"] = ("u1", 1)


class Stored(NamedTuple):
    """Contents of a file; see `HierarchicalSoftmax`."""

    words: list[str]
    counts: NDArray[np.int64]
    nodes: NDArray[np.float32]
    sizes: NDArray[np.int64]
    metadata: dict[str, Any]

    def __repr__(self) -> str:
        return short(self)


def check_name(path: Path, setting: str) -> None:
    """Check the ending of a file of inner nodes.

    Raises
    ------
    SettingsError
        If it is another one.
    """
    if path.suffix.lower() != ENDING:
        raise SettingsError(
            f"{path}: the inner nodes of hierarchical softmax are written as {ENDING}; use such a name", setting=setting
        )


def save(stored: Stored, path: Path, overwrite: bool = False) -> None:
    """Write a file.

    Raises
    ------
    OutputError
        If it cannot be written, or exists and `overwrite` is false.
    SettingsError
        If the name has another ending.
    """
    check_name(path, "path")
    packed, starts = pack(stored.words)
    metadata = np.frombuffer(json.dumps(stored.metadata, default=sidecars.plain_number).encode(), np.uint8)
    with replacing(path, overwrite) as temporary, temporary.open("wb") as file:
        np.savez(
            file,
            nodes=stored.nodes,
            counts=stored.counts,
            sizes=stored.sizes,
            packed=packed,
            starts=starts,
            metadata=metadata,
        )


def load(path: Path) -> Stored:
    """Read a file.

    Raises
    ------
    InputError
        If it is missing, damaged or another file.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    arrays = npz.read_arrays(path, content, len(content)) if content.startswith(_ZIP) else {}
    missing = [name for name in _KINDS if name not in arrays]
    if missing:
        raise InputError(
            f"{path}: is not a file of the inner nodes of hierarchical softmax, which wordvec train --contexts writes; "
            f"it has no {', '.join(missing)}"
        )
    for name, (kind, axes) in _KINDS.items():
        if arrays[name].dtype.str[1:] != kind or arrays[name].ndim != axes:
            raise InputError(f"{path}: damaged ({name} is {arrays[name].dtype} of shape {arrays[name].shape})")
    counts, nodes, sizes = arrays["counts"], arrays["nodes"], arrays["sizes"]
    if len(sizes) != len(counts) or len(nodes) != len(counts) - 1:
        raise InputError(f"{path}: damaged ({len(counts)} counts, {len(sizes)} sizes and {len(nodes)} nodes)")
    if (np.diff(counts) > 0).any() or counts.min() < 0 or sizes.min() < 1 or not np.isfinite(nodes).all():
        raise InputError(f"{path}: damaged (counts are not falling, or numbers are not valid)")
    return Stored(_words(path, arrays, len(counts)), counts, nodes, sizes, _metadata(path, arrays["metadata"]))


def _words(path: Path, arrays: dict[str, NDArray[Any]], number: int) -> list[str]:
    packed, starts = arrays["packed"], arrays["starts"]
    if len(starts) != number + 1 or starts[0] != 0 or starts[-1] != len(packed) or (np.diff(starts) < 0).any():
        raise InputError(f"{path}: damaged (its words do not fit its counts)")
    try:
        words = unpack(packed, starts)
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: damaged (a word is not UTF-8)") from error
    if len(set(words)) < number:
        raise InputError(f"{path}: damaged (a word is repeated)")
    return words


def _metadata(path: Path, content: NDArray[np.uint8]) -> dict[str, Any]:
    try:
        return records.parsed(content.tobytes().decode(), records.METADATA)
    except ValueError as error:
        raise InputError(f"{path}: its metadata are damaged ({error})") from error

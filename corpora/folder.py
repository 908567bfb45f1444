"""An encoded corpus on disk: the files of its folder, their digest, and how they are opened.

``ids.npy``
    (tokens,) uint32, the id of each token of the text.
``offsets.npy``
    (sentences + 1,) int64, where each sentence begins, and where the last ends.
``vocabulary.txt``
    ``word count`` lines by falling count, ties by bytes; a word's id is its line.
``meta.json``
    Settings, sources, sizes, what was dropped or changed, and the digest of the other three. It is written last.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.arrayfile import map_array
from wordvec.corpora.vocabulary import Vocabulary, parse_vocabulary
from wordvec.errors import InputError
from wordvec.workers import ordered_map

FORMAT, VERSION = "wordvec encoded corpus", 1
IDS, OFFSETS, VOCABULARY, META = "ids.npy", "offsets.npy", "vocabulary.txt", "meta.json"

_CHUNK = 1 << 24
"""Bytes that are hashed at a time, by one thread."""


class Opened(NamedTuple):
    """What a folder holds."""

    ids: NDArray[np.uint32]
    offsets: NDArray[np.int64]
    vocabulary: Vocabulary
    meta: dict[str, Any]


def folder_digest(folder: Path, threads: int) -> str:
    """Give the SHA-256 of the SHA-256 of each 16 MiB of ids, offsets and vocabulary."""
    chunks = (chunk for name in (IDS, OFFSETS, VOCABULARY) for chunk in _chunks(folder / name))
    digests = ordered_map(lambda chunk: hashlib.sha256(chunk).digest(), chunks, threads)
    return hashlib.sha256(b"".join(digests)).hexdigest()


def open_folder(folder: Path, threads: int) -> Opened:
    """Open a folder and check it.

    Raises
    ------
    InputError
        If it is no encoded corpus, of another version, incomplete or damaged.
    """
    meta = _read_meta(folder)
    try:
        ids, offsets = map_array(folder / IDS), map_array(folder / OFFSETS)
        content = (folder / VOCABULARY).read_bytes()
        digest = folder_digest(folder, threads)
    except OSError as error:
        raise _damaged(folder, f"{error.filename}: {error.strerror}") from error
    except ValueError as error:
        raise _damaged(folder, str(error)) from error
    for name, array, kind, length in (
        (IDS, ids, np.uint32, meta["tokens"]),
        (OFFSETS, offsets, np.int64, meta["sentences"] + 1),
    ):
        if array.dtype != kind or array.shape != (length,):
            raise _damaged(folder, f"{name} holds {array.shape} {array.dtype}, not {length:,} {np.dtype(kind)}")
    if digest != meta["digest"]:
        raise _damaged(folder, "the files do not have the digest that meta.json says")
    return Opened(ids, offsets, Vocabulary(*parse_vocabulary(content, folder / VOCABULARY)), meta)


def _read_meta(folder: Path) -> dict[str, Any]:
    path = folder / META
    try:
        meta = json.loads(path.read_bytes())
    except OSError as error:
        raise InputError(f"{folder}: is no encoded corpus ({META}: {error.strerror})") from error
    except ValueError as error:
        raise _damaged(folder, f"{META}: {error}") from error
    if not isinstance(meta, dict) or meta.get("format") != FORMAT:
        raise InputError(f"{folder}: is no encoded corpus ({META} does not say so)")
    if meta.get("version") != VERSION:
        raise InputError(
            f"{folder}: was written in version {meta.get('version')} of the format, and this wordvec reads version "
            f"{VERSION}: encode the text again"
        )
    missing = {"tokens", "sentences", "digest", "sources", "settings"} - meta.keys()
    if missing:
        raise _damaged(folder, f"{META} has no {', '.join(sorted(missing))}")
    return meta


def _damaged(folder: Path, why: str) -> InputError:
    return InputError(f"{folder}: damaged ({why}): encode the text again")


def _chunks(path: Path) -> Iterator[NDArray[np.uint8]]:
    content = np.memmap(path, np.uint8, "r")
    for begin in range(0, len(content), _CHUNK):
        yield content[begin : begin + _CHUNK]

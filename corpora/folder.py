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

CHUNK = 1 << 22
"""Elements that are hashed at a time, by one thread."""


class Opened(NamedTuple):
    """What a folder holds."""

    ids: NDArray[np.uint32]
    offsets: NDArray[np.int64]
    vocabulary: Vocabulary
    meta: dict[str, Any]


def chunk_digests(array: NDArray[Any], threads: int) -> list[bytes]:
    """Give the SHA-256 of each chunk of an array."""
    chunks = (array[begin : begin + CHUNK] for begin in range(0, len(array), CHUNK))
    return list(ordered_map(lambda chunk: hashlib.sha256(chunk.data).digest(), chunks, threads))


def corpus_digest(ids: list[bytes], offsets: NDArray[np.int64], vocabulary: bytes, threads: int) -> str:
    """Give the SHA-256 of the digests of all chunks of ids, offsets and vocabulary."""
    content = np.frombuffer(vocabulary, np.uint8)
    return hashlib.sha256(
        b"".join([*ids, *chunk_digests(offsets, threads), *chunk_digests(content, threads)])
    ).hexdigest()


def open_folder(folder: Path, threads: int, verify: bool = True) -> Opened:
    """Open a folder and check it; the digest only if asked to `verify` it.

    Raises
    ------
    InputError
        If it is no encoded corpus, of another version, incomplete or damaged.
    """
    meta = _read_meta(folder)
    try:
        ids, offsets = map_array(folder / IDS), map_array(folder / OFFSETS)
        content = (folder / VOCABULARY).read_bytes()
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
    if verify and corpus_digest(chunk_digests(ids, threads), offsets, content, threads) != meta["digest"]:
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

"""Rows of documents: their first values, their place in memory or on disk, and documents without known words."""

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wordvec import files, formats
from wordvec.errors import InputError, OutputError
from wordvec.kernels.initial_rows import start_rows
from wordvec.rows import blocks
from wordvec.trainers.matrices import padded, zero_matrix
from wordvec.trainers.paragraphs.pieces import DocumentCorpus

IN_MEMORY = 1 << 30
"""Bytes of rows up to which they are held in memory; more are in a mapped file."""
_OTHER_SEED = 0x5DEECE66D
"""Added to the seed, so that a document does not begin with the row of the word that is its name."""
_SEEDS = 1 << 63
_AT_ONCE = 1 << 12


def in_memory(documents: int, dim: int) -> int:
    """Return the bytes of memory that the rows of documents take; none if they are on disk."""
    size = 4 * documents * padded(dim)
    return size if size <= IN_MEMORY else 0


def document_rows(documents: int, dim: int, folder: Path) -> NDArray[np.float32]:
    """Return a (documents, padded dim) float32 matrix of zeros.

    A large one is in a file in `folder`, or if that is not writable in the folder for temporary files. The file has no
    name any more or, on Windows, is removed when the matrix is.

    Raises
    ------
    OutputError
        If the disk has no room for it.
    """
    if in_memory(documents, dim):
        return zero_matrix(documents, dim)
    place = str(folder) if os.access(folder, os.W_OK) else None
    size = 4 * documents * padded(dim)
    try:
        with tempfile.TemporaryFile(dir=place) as file:
            files.allocate(file, size)
            return np.asarray(np.memmap(file, np.float32, "r+", shape=(documents, padded(dim))))
    except OSError as error:
        raise OutputError(
            f"{place or tempfile.gettempdir()}: {error.strerror} (rows of {documents:,} documents)"
        ) from error


def begin_rows(rows: NDArray[np.float32], names: Iterable[str], dim: int, seed: int) -> None:
    """Fill the rows of documents with their first values, a pure function of seed and name."""
    stride, shifted = rows.shape[1], (seed + _OTHER_SEED) % _SEEDS
    for begin, some in _batches(names):
        encoded = [name.encode("utf-8", "replace") for name in some]
        packed = np.frombuffer(b"".join(encoded), np.uint8)
        starts = np.cumsum([0, *map(len, encoded)])
        start_rows(packed, starts, shifted, dim, rows[begin : begin + len(some)].reshape(-1), stride)


def known_tokens(corpus: DocumentCorpus, words: int) -> NDArray[np.int64]:
    """Return the number of tokens of each document that are among the first `words` words."""
    bounds = np.asarray(corpus.offsets[corpus.documents.offsets])
    counts = np.zeros(len(bounds) - 1, np.int64)
    for piece in blocks(int(bounds[-1]), 1 << 20):
        inside = np.flatnonzero(np.asarray(corpus.ids[piece]) < words) + piece.start
        np.add.at(counts, np.searchsorted(bounds, inside, side="right") - 1, 1)
    return counts


def unique_names(names: Sequence[str]) -> list[str]:
    """Return the names of documents, which are the words of their vectors.

    Raises
    ------
    InputError
        If two documents have the same name, or one has none.
    """
    seen: dict[str, int] = {}
    for number, name in enumerate(names, 1):
        if not name:
            raise InputError(f"document {number} has no name", advice="use a {name_field} that every record has")
        if seen.setdefault(name, number) != number:
            raise InputError(
                f"the documents {seen[name]:,} and {number:,} are both called {name[:80]!r}",
                advice="use a {name_field} with a different value in each record, or none",
            )
    return list(seen)


def check_names(names: Sequence[str], output: Path) -> None:
    """Fail if a file cannot hold one of the names of documents.

    Raises
    ------
    InputError
        If a format cannot.
    """
    try:
        formats.check_words(names, output)
    except InputError as error:
        wrong = str(error).partition("; --spaces")[0]
        advice = "use a format that holds it, such as .npz or .parquet, or another {name_field}"
        raise InputError(wrong, advice=advice) from error


def digest(ids: NDArray[np.uint32]) -> bytes:
    """Return the digest of a text, from which its random numbers follow."""
    return hashlib.blake2b(np.ascontiguousarray(ids, "<u4").tobytes(), digest_size=16).digest()


def _batches(names: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    begin, some = 0, list[str]()
    for name in names:
        some.append(name)
        if len(some) == _AT_ONCE:
            yield begin, some
            begin, some = begin + len(some), []
    if some:
        yield begin, some

"""finalfusion's ``.fifu``, version 0: a header, then chunks: vocabulary, matrix, norms, metadata; little-endian.

Read only. The layout follows finalfusion's libraries for Rust and Python. Rows have length 1 and the norms are a
separate chunk; the vectors here are the rows times their norms. A word's row already includes its n-grams. The n-gram
rows after the rows of words are for unknown words.
"""

import struct
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError, NotReadError
from wordvec.formats.common import compressed, sidecars
from wordvec.formats.common.bytesource import ByteSource
from wordvec.formats.common.plain import Plain
from wordvec.formats.common.product_quantiser import Quantiser
from wordvec.formats.common.reading import Allocate, Reading, check_file_size
from wordvec.formats.common.words import BadWordError, check_finite, drop_repeated
from wordvec.subwords import Subwords, Table
from wordvec.subwords.tables import Buckets, Listed

MAGIC, VERSION = b"FiFu", 0
_SIMPLE, _MATRIX, _BUCKETS, _QUANTISED, _METADATA, _NORMS, _FASTTEXT, _LISTED = range(1, 9)
_VOCABULARIES = (_SIMPLE, _BUCKETS, _FASTTEXT, _LISTED)
_UINT8, _FLOAT32 = 1, 10
_MOST_CHUNKS = 64
_LONGEST_WORD, _LONGEST_METADATA = 1 << 20, 1 << 24
_LONGEST_NGRAM, _MOST_EXPONENT = 1 << 10, 31
_LARGEST_DIM = 1 << 16
_PADDING = 4


class _Vocabulary(NamedTuple):
    """Words, the number of n-gram rows after theirs, and the constructor of the table of these rows."""

    words: list[str]
    buckets: int = 0
    table: Callable[[NDArray[np.float32]], Table] | None = None


class _Chunk(NamedTuple):
    """Kind and end (in bytes) of a chunk."""

    kind: int
    end: int


def recognises(path: Path, head: bytes) -> bool:
    """Return whether a file begins with finalfusion's magic bytes."""
    return head.startswith(MAGIC)


def load(path: Path, reading: Reading) -> Plain:
    """Read words, vectors and n-gram rows.

    Raises
    ------
    InputError
        If the file is damaged, of another version, or without a vocabulary or a matrix.
    MemoryLimitError
        If the matrix does not fit in memory.
    """
    vocabulary: _Vocabulary | None = None
    matrix: NDArray[np.float32] | None = None
    metadata: dict[str, Any] = {}
    norms: NDArray[np.float32] | None = None
    with compressed.reading(path) as file:
        source = ByteSource(path, file)
        for chunk in _chunks(source):
            if chunk.kind in _VOCABULARIES and vocabulary is None:
                vocabulary = _read_vocabulary(source, chunk, reading.any_words)
            elif chunk.kind in (_MATRIX, _QUANTISED) and vocabulary is not None and matrix is None:
                rows = len(vocabulary.words) + vocabulary.buckets
                read = _read_matrix if chunk.kind == _MATRIX else _read_quantised
                matrix = read(source, chunk, rows, reading.allocate)
            elif chunk.kind == _NORMS and vocabulary is not None and norms is None:
                norms = _read_norms(source, chunk, len(vocabulary.words))
            elif chunk.kind == _METADATA and not metadata:
                metadata = {"finalfusion": _read_metadata(source, chunk)}
            else:
                raise InputError(f"{path}: unexpected chunk of kind {chunk.kind}; damaged, or of an unknown kind")
    if vocabulary is None or matrix is None:
        raise InputError(f"{path}: lacks its {'vocabulary' if vocabulary is None else 'matrix'}")
    count = len(vocabulary.words)
    words, own = vocabulary.words[: reading.rows(count)], matrix[: reading.rows(count)]
    if norms is not None:
        own *= norms[: len(own), None]
    check_finite(path, words, own)
    table = matrix[count:]
    if vocabulary.table is not None:
        check_finite(path, [f"bucket {row}" for row in range(len(table))], table)
    subwords = None if vocabulary.table is None else vocabulary.table(table)
    words, own = drop_repeated(path, words, own)
    return Plain(words, own, sidecars.load_counts(path, words), metadata | sidecars.load_metadata(path), subwords)


def _chunks(source: ByteSource) -> Iterator[_Chunk]:
    """Yield the chunks listed in the header. The caller reads each one to its end."""
    path = source.path
    if source.take(len(MAGIC)) != MAGIC:
        raise InputError(f"{path}: not a file of finalfusion")
    version, count = _unpack(source, "<II")
    if version != VERSION or not 0 < count <= _MOST_CHUNKS:
        raise NotReadError(f"{path}: finalfusion's version {version} with {count} chunks; version {VERSION} is read")
    for kind in _unpack(source, f"<{count}I"):
        found, size = _unpack(source, "<IQ")
        if found != kind:
            raise InputError(f"{path}: the header lists a chunk of kind {kind}, found {found}; damaged")
        chunk = _Chunk(kind, source.at + size)
        yield chunk
        if source.at != chunk.end:
            raise InputError(f"{path}: the chunk of kind {kind} contradicts its size; damaged")
    if not source.ended():
        raise InputError(f"{path}: more data after the last chunk; damaged")


def _unpack(source: ByteSource, form: str) -> tuple[int, ...]:
    return struct.unpack(form, source.take(struct.calcsize(form)))


def _read_vocabulary(source: ByteSource, chunk: _Chunk, any_words: bool) -> _Vocabulary:
    """Read a vocabulary: its words, and how n-grams map to rows."""
    (count,) = _unpack(source, "<Q")
    if chunk.kind == _SIMPLE:
        return _Vocabulary(_read_words(source, chunk, count, any_words))
    if chunk.kind == _LISTED:
        ngrams, shortest, longest = _unpack(source, "<QII")
        _check_lengths(source.path, shortest, longest)
        words = _read_words(source, chunk, count, any_words)
        rows = dict(_read_ngram(source) for _ in range(_plausible(source, chunk, ngrams, 12)))
        found = len(set(rows.values()))
        if len(rows) != ngrams or (rows and max(rows.values()) >= found):
            raise InputError(f"{source.path}: the row numbers of its {found} n-gram rows are damaged")
        return _Vocabulary(words, found, lambda table: Listed(table, shortest, longest, rows))
    shortest, longest, buckets = _unpack(source, "<III")
    _check_lengths(source.path, shortest, longest)
    words = _read_words(source, chunk, count, any_words)
    if chunk.kind == _FASTTEXT:
        return _Vocabulary(words, buckets, (lambda table: Subwords(table, shortest, longest)) if buckets else None)
    if not 0 < buckets <= _MOST_EXPONENT:
        raise InputError(f"{source.path}: 2 to the power of {buckets} buckets; damaged")
    return _Vocabulary(words, 1 << buckets, lambda table: Buckets(table, shortest, longest))


def _check_lengths(path: Path, shortest: int, longest: int) -> None:
    if not 0 < shortest <= longest <= _LONGEST_NGRAM:
        raise InputError(f"{path}: n-grams of {shortest} to {longest} characters; damaged")


def _plausible(source: ByteSource, chunk: _Chunk, count: int, least: int) -> int:
    """Return `count`, after checking that the chunk can contain as many items of at least `least` bytes."""
    if count * least > chunk.end - source.at:
        raise InputError(f"{source.path}: {count} words or n-grams do not fit in their chunk; damaged")
    return count


def _read_words(source: ByteSource, chunk: _Chunk, count: int, any_words: bool) -> list[str]:
    return [_read_string(source, any_words) for _ in range(_plausible(source, chunk, count, 4))]


def _read_ngram(source: ByteSource) -> tuple[str, int]:
    try:
        return _read_string(source), _unpack(source, "<Q")[0]
    except BadWordError as error:  # an n-gram is not a word that could be replaced
        raise InputError(str(error)) from error


def _read_string(source: ByteSource, any_words: bool = False) -> str:
    (size,) = _unpack(source, "<I")
    if size > _LONGEST_WORD:
        raise InputError(f"{source.path}: a word of {size} bytes; damaged")
    packed = source.take(size)
    try:
        return packed.decode(errors="surrogateescape" if any_words else "strict")
    except UnicodeDecodeError as error:
        raise BadWordError(f"{source.path}: {packed!r}: the word is not valid UTF-8") from error


def _read_metadata(source: ByteSource, chunk: _Chunk) -> dict[str, Any]:
    size = chunk.end - source.at
    if size > _LONGEST_METADATA:
        raise InputError(f"{source.path}: metadata of {size} bytes; damaged")
    try:
        return dict(_plain(tomllib.loads(source.take(size).decode())))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{source.path}: its metadata are damaged ({str(error).splitlines()[0]})") from error


def _plain(value: Any) -> Any:
    """Convert a value of TOML for JSON: dates become text."""
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value if isinstance(value, str | int | float) else str(value)


def _read_matrix(source: ByteSource, chunk: _Chunk, rows: int, allocate: Allocate) -> NDArray[np.float32]:
    found, dim, kind = _unpack(source, "<QII")
    _check_shape(source.path, found, rows, dim)
    if kind != _FLOAT32:
        raise NotReadError(f"{source.path}: a matrix of numbers of type {kind}; only float32 (10) is read")
    _skip_padding(source, chunk, 4 * rows * dim)
    check_file_size(source.path, rows, 4 * dim)
    matrix = allocate(source.path, rows, dim)
    source.fill(matrix)
    return matrix


def _read_quantised(source: ByteSource, chunk: _Chunk, rows: int, allocate: Allocate) -> NDArray[np.float32]:
    projected, normed, parts, dim, centroids, found, codes, numbers = _unpack(source, "<IIIIIQII")
    _check_shape(source.path, found, rows, dim)
    if (codes, numbers) != (_UINT8, _FLOAT32) or not 0 < centroids <= 256 or parts == 0 or dim % parts:
        raise InputError(f"{source.path}: unsupported quantisation, or damaged")
    projection, norms = dim * dim * bool(projected), rows * bool(normed)
    _skip_padding(source, chunk, 4 * (projection + centroids * dim + norms) + rows * parts)
    turn = _read_floats(source, projection).reshape(-1, dim) if projected else None
    quantiser = Quantiser(_read_floats(source, centroids * dim).reshape(parts, centroids, dim // parts), turn)
    lengths = _read_floats(source, norms) if normed else None
    matrix = allocate(source.path, rows, dim)
    quantiser.fill(source, matrix, lengths)
    return matrix


def _read_norms(source: ByteSource, chunk: _Chunk, words: int) -> NDArray[np.float32]:
    count, kind = _unpack(source, "<QI")
    if count != words or kind != _FLOAT32:
        raise InputError(f"{source.path}: {count} norms of type {kind} for {words} words; damaged")
    _skip_padding(source, chunk, 4 * count)
    return _read_floats(source, count)


def _read_floats(source: ByteSource, count: int) -> NDArray[np.float32]:
    numbers = np.empty((count, 1), np.float32)
    source.fill(numbers)
    return numbers[:, 0]


def _check_shape(path: Path, found: int, rows: int, dim: int) -> None:
    if found != rows or not 0 < dim <= _LARGEST_DIM:
        raise InputError(f"{path}: a matrix of {found} x {dim} for {rows} words and n-grams; damaged")


def _skip_padding(source: ByteSource, chunk: _Chunk, data: int) -> None:
    """Skip the padding that aligns the data of a chunk to a multiple of four bytes."""
    padding = chunk.end - source.at - data
    if not 0 <= padding <= _PADDING:
        raise InputError(f"{source.path}: the chunk of kind {chunk.kind} contradicts its shape; damaged")
    source.take(padding)

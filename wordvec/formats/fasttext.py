"""fastText's ``.bin``, little-endian: settings, dictionary, input matrix, output matrix.

Version 12 is written. Versions 11 and 12 are read, and so are files from before 2017, which lack the magic number, the
version, the size of the pruned dictionary, and the flag of quantisation before each matrix. Quantised models, ``.ftz``,
are read as well; their numbers are those of the centroids.

The layout follows fasttext.cc, args.cc, dictionary.cc and densematrix.cc of release 0.9.2. The input matrix has the
rows of the words, then those of the n-gram buckets. A word's vector is the mean of its own row and those of its
n-grams. The output matrix is needed only to resume training; it is not read, and written as zeros.
"""

import struct
import warnings
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError, NotReadError
from wordvec.formats.common import compressed, fasttext_quantised, sidecars
from wordvec.formats.common.bytesource import ByteSource
from wordvec.formats.common.plain import Plain
from wordvec.formats.common.reading import Reading, check_file_size
from wordvec.formats.common.words import BadWordError, check_finite, check_words, drop_repeated
from wordvec.formats.word2vec_text import check_dim
from wordvec.rows import blocks
from wordvec.subwords import Pruned, Subwords, Used
from wordvec.subwords.bags import WORDS_AT_ONCE

MAGIC, VERSIONS = 793712314, (11, 12)
_MAGIC_BYTES = 4
_WITHOUT_NGRAMS, _CLASSIFIER = 11, 3
_END_OF_SENTENCE = "</s>"
"""The one word without n-grams."""
_HEADER = struct.Struct("<2i12id3iqq")
_UNNUMBERED = struct.Struct("<12id3iq")
_BEFORE_VERSIONS, _NEVER_PRUNED = 0, -1
_LARGEST_DIM, _LARGEST_WINDOW, _LONGEST_NGRAM = 1 << 16, 1 << 16, 1 << 10
_LOSSES = _MODELS = range(1, 4)
_SHAPE = struct.Struct("<qq")
_ENTRY_END = struct.Struct("<qb")
_LEAST_ENTRY = 1 + _ENTRY_END.size
_PRUNED = struct.Struct("<ii")
_LIKE_WORD2VEC = {"window": 5, "epochs": 5, "min_count": 1, "negatives": 5, "word_ngrams": 1, "loss": 2, "model": 2}
_LR_UPDATE_RATE, _SAMPLE = 100, 1e-4


class _Header(NamedTuple):
    """Fields before the entries of the dictionary, in their order."""

    magic: int
    version: int
    dim: int
    window: int
    epochs: int
    min_count: int
    negatives: int
    word_ngrams: int
    loss: int
    model: int
    buckets: int
    shortest: int
    longest: int
    lr_update_rate: int
    sample: float
    size: int
    words: int
    labels: int
    tokens: int
    pruned: int


def recognises(path: Path, head: bytes) -> bool:
    """Return whether a file begins with fastText's magic number, or with settings as written before 2017."""
    return head[:4] == MAGIC.to_bytes(4, "little") or _is_unnumbered(head)


def load(path: Path, reading: Reading) -> Plain:
    """Read words, vectors and n-gram rows.

    Raises
    ------
    InputError
        If the file is damaged or of an unsupported version.
    MemoryLimitError
        If the matrix does not fit in memory.
    """
    with compressed.reading(path) as file:
        source = ByteSource(path, file)
        header = _read_header(source)
        words, counts, pruned = _read_dictionary(source, header, reading.any_words)
        quantised = header.version != _BEFORE_VERSIONS and source.take(1) != b"\0"
        if quantised:
            matrix = fasttext_quantised.read_input(source, (header.words, header.dim), reading.allocate)
            matrix, table = matrix[: header.words], matrix[header.words :]
            own = reading.rows(header.words)
            matrix = matrix[:own]
        else:
            matrix, table = _read_input(source, header, reading)
        _check_output(source, header, quantised)
    expected = (0, header.buckets) if pruned is None else (len(pruned),)
    if len(table) not in expected or (pruned is not None and not quantised):
        raise InputError(f"{path}: {len(table)} n-gram rows contradict {header.buckets} buckets; damaged")
    words, counts = words[: len(matrix)], counts[: len(matrix)]
    subwords: Subwords | Pruned | None = None
    if len(table) and header.longest:
        check_finite(path, [f"bucket {row}" for row in range(len(table))], table)
        lengths = (header.shortest, header.longest)
        if pruned is None:
            subwords = Subwords(table, *lengths)
        else:
            used = Used(header.buckets, np.array(sorted(pruned), np.int64))
            subwords = Pruned(table[[pruned[bucket] for bucket in used.numbers.tolist()]], *lengths, used)
        _average(words, matrix, subwords, alone=() if header.version == _BEFORE_VERSIONS else (_END_OF_SENTENCE,))
    check_finite(path, words, matrix)
    if len(set(words)) < len(words):
        words, matrix = drop_repeated(path, words, matrix)
        return Plain(words, matrix, None, sidecars.load_metadata(path), subwords)
    return Plain(words, matrix, counts, sidecars.load_metadata(path), subwords)


def check_fit(words: Sequence[str], path: Path) -> None:
    """Fail if a word does not fit the format or is repeated.

    Raises
    ------
    InputError
        If a word does not fit or is repeated.
    """
    check_words(words, "a fastText file")


def save(plain: Plain, path: Path, overwrite: bool = False) -> None:
    """Write a file that fastText and gensim load, with n-gram rows if there are any, and its metadata.

    Words without a count get the count 1, since fastText requires positive counts.

    Raises
    ------
    InputError
        If a word does not fit the format or is repeated, or a row contains NaN or infinity.
    OutputError
        If a file cannot be written, or exists and `overwrite` is false.
    """
    check_dim(plain, path)
    check_fit(plain.words, path)
    check_finite(path, plain.words, plain.matrix)
    subwords = plain.subwords if isinstance(plain.subwords, Subwords) else None
    counts = np.ones(len(plain.words), np.int64) if plain.counts is None else np.maximum(plain.counts, 1)
    words, dim = plain.matrix.shape
    ending = path.suffix

    def write(temporary: Path) -> None:
        with compressed.writing(temporary, ending) as file:
            _write_header(file, (words, dim), int(counts.sum()), subwords)
            for word, count in zip(plain.words, counts.tolist(), strict=True):
                file.write(word.encode() + b"\0" + _ENTRY_END.pack(count, 0))
            buckets = 0 if subwords is None else subwords.buckets
            file.write(b"\0" + _SHAPE.pack(words + buckets, dim))
            for rows in _own_rows(plain, subwords):
                file.write(np.ascontiguousarray(rows, "<f4").tobytes())
            for span in blocks(buckets):
                assert subwords is not None
                file.write(np.ascontiguousarray(subwords.rows_of_buckets(span), "<f4").data)
            file.write(b"\0" + _SHAPE.pack(words, dim))
            for piece in blocks(words, WORDS_AT_ONCE):
                file.write(bytes(4 * dim * len(plain.words[piece])))

    sidecars.save_with(plain._replace(counts=None), path, overwrite, write)


def _average(words: list[str], matrix: NDArray[np.float32], subwords: Subwords | Pruned, alone: Sequence[str]) -> None:
    """Replace each word's own row by the mean of it and the rows of its n-grams, except for the words `alone`."""
    for piece in blocks(len(words), WORDS_AT_ONCE):
        sums, counts = _sums(words[piece], subwords, alone)
        matrix[piece] = (matrix[piece] + sums) / (1 + counts[:, None])


def _own_rows(plain: Plain, subwords: Subwords | None) -> Iterator[NDArray[Any]]:
    """Yield the words' own rows: those whose means with the n-gram rows are the vectors."""
    for piece in blocks(len(plain.words), WORDS_AT_ONCE):
        if subwords is None:
            yield plain.matrix[piece]
        else:
            sums, counts = _sums(list(plain.words[piece]), subwords, (_END_OF_SENTENCE,))
            yield plain.matrix[piece].astype(np.float64) * (1 + counts[:, None]) - sums


def _sums(
    words: list[str], subwords: Subwords | Pruned, alone: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    sums, counts = subwords.add_up(words)
    for word in alone:
        if word in words:
            row = words.index(word)
            sums[row], counts[row] = 0, 0
    return sums, counts


def _read_input(
    source: ByteSource, header: _Header, reading: Reading
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the requested rows of words, and the n-gram rows."""
    path = source.path
    rows, dim = _SHAPE.unpack(source.take(_SHAPE.size))
    if dim != header.dim or rows - header.words not in (0, header.buckets):
        raise InputError(f"{path}: a matrix of {rows} x {dim} contradicts {header.words} words; damaged")
    check_file_size(path, rows, 4 * dim)
    matrix = reading.allocate(path, reading.rows(header.words), dim)
    source.fill(matrix)
    source.skip(4 * dim * (header.words - len(matrix)))
    table = reading.allocate(path, rows - header.words, dim)
    source.fill(table)
    return matrix, table


def _check_output(source: ByteSource, header: _Header, quantised: bool) -> None:
    """Fail if no output matrix follows the input matrix, because bytes before it are missing or inserted.

    The words' vectors do not need it: if only its end is missing, or more follows, a warning says so. The end of a
    compressed file, and of a quantised matrix, is not looked for.
    """
    path = source.path
    flag = b"\0" if header.version == _BEFORE_VERSIONS else source.take(1)
    if flag == b"\1" and quantised:
        return
    rows, dim = _SHAPE.unpack(source.take(_SHAPE.size))
    if flag != b"\0" or dim != header.dim or rows < 0:
        raise InputError(f"{path}: no output matrix of dimension {header.dim} follows the input matrix; damaged")
    expected, size = source.at + 4 * rows * dim, path.stat().st_size
    if size != expected and path.is_file() and not compressed.is_compressed(path):
        lost = "the output matrix is truncated" if size < expected else "more follows the output matrix"
        warnings.warn(
            f"{path}: has {size:,} bytes, but its header says {expected:,}: {lost}; words and vectors are complete",
            stacklevel=3,
        )


def _is_unnumbered(head: bytes) -> bool:
    """Return whether a file begins with plausible settings and a word."""
    if len(head) < _UNNUMBERED.size + _LEAST_ENTRY:
        return False
    header = _unnumbered(head)
    sizes = 1 <= header.dim <= _LARGEST_DIM and 1 <= header.window <= _LARGEST_WINDOW and header.buckets >= 0
    ngrams = 0 <= header.shortest <= _LONGEST_NGRAM and 0 <= header.longest <= _LONGEST_NGRAM
    kinds = header.loss in _LOSSES and header.model in _MODELS and 0 <= header.sample <= 1
    counts = header.words + header.labels == header.size > 0 and min(header.words, header.labels, header.tokens) >= 0
    return sizes and ngrams and kinds and counts and head[_UNNUMBERED.size] != 0


def _unnumbered(head: bytes) -> _Header:
    settings = _UNNUMBERED.unpack(head[: _UNNUMBERED.size])
    return _Header._make((MAGIC, _BEFORE_VERSIONS, *settings, _NEVER_PRUNED))


def _read_header(source: ByteSource) -> _Header:
    path = source.path
    magic = source.take(_MAGIC_BYTES)
    if magic == MAGIC.to_bytes(_MAGIC_BYTES, "little"):
        header = _Header._make(_HEADER.unpack(magic + source.take(_HEADER.size - _MAGIC_BYTES)))
        if header.version not in VERSIONS:
            raise NotReadError(f"{path}: fastText's version {header.version}; versions 11 and 12 are read")
    else:
        header = _unnumbered(magic + source.take(_UNNUMBERED.size - _MAGIC_BYTES))
    sizes = (header.size, header.words, header.labels, header.buckets, header.shortest, header.longest)
    if min(sizes) < 0 or not 1 <= header.dim <= _LARGEST_DIM or header.words + header.labels != header.size:
        raise InputError(f"{path}: the sizes in fastText's header are impossible; damaged")
    check_file_size(path, header.size, _LEAST_ENTRY)
    # As fastText reads them: classifiers of version 11 have no n-grams of characters, whatever the header says.
    without = header.version == _WITHOUT_NGRAMS and header.model == _CLASSIFIER
    return header._replace(longest=0) if without else header


def _write_header(file: IO[bytes], shape: tuple[int, int], tokens: int, subwords: Subwords | None) -> None:
    words, dim = shape
    buckets, shortest, longest = (0, 0, 0)
    if subwords is not None:
        buckets, shortest, longest = subwords.buckets, subwords.shortest, subwords.longest
    header = _Header(
        MAGIC,
        VERSIONS[-1],
        dim,
        **_LIKE_WORD2VEC,
        buckets=buckets,
        shortest=shortest,
        longest=longest,
        lr_update_rate=_LR_UPDATE_RATE,
        sample=_SAMPLE,
        size=words,
        words=words,
        labels=0,
        tokens=tokens,
        pruned=-1,
    )
    file.write(_HEADER.pack(*header))


def _read_dictionary(
    source: ByteSource, header: _Header, any_words: bool
) -> tuple[list[str], NDArray[np.int64], dict[int, int] | None]:
    """Return the words in row order, their counts, and the rows of the remaining buckets of a pruned model.

    Labels follow the words and are ignored.
    """
    words, counts = [], array("q")
    for entry in range(header.size):
        word = source.string()
        count, _ = _ENTRY_END.unpack(source.take(_ENTRY_END.size))
        if entry < header.words:
            try:
                words.append(word.decode(errors="surrogateescape" if any_words else "strict"))
            except UnicodeDecodeError as error:
                raise BadWordError(f"{source.path}: {word!r}: the word is not valid UTF-8") from error
            counts.append(count)
    if header.pruned < 0:
        return words, np.array(counts, np.int64), None
    pruned = dict(_PRUNED.unpack(source.take(_PRUNED.size)) for _ in range(header.pruned))
    if sorted(pruned.values()) != list(range(header.pruned)):
        raise InputError(f"{source.path}: the row numbers of its n-grams are damaged")
    return words, np.array(counts, np.int64), pruned

"""fastText's ``.bin``, little-endian: header, dictionary, input matrix, output matrix.

Version 12 is written. Versions 11 and 12 are read, and so are files from before 2017, which lack the magic number, the
version, the size of the pruned dictionary, and the flag of quantisation before each matrix. Quantised models, ``.ftz``,
are read as well; their numbers are those of the centroids. Of classifiers the words are read, and not the labels.

The layout follows fasttext.cc, args.cc, dictionary.cc and densematrix.cc of release 0.9.2. The input matrix has the
rows of the words, then those of the n-gram buckets. A word's vector is the mean of its own row and those of its
n-grams. The output matrix is needed only to resume training. It is read as the contexts of the words, unless it is all
zeros or its rows are labels or nodes of a tree; without contexts, zeros are written.
"""

import struct
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError, MemoryLimitError
from wordvec.formats.common import compressed, fasttext_dictionary, fasttext_header, sidecars
from wordvec.formats.common.bytesource import ByteSource
from wordvec.formats.common.fasttext_dictionary import PrunedRows
from wordvec.formats.common.fasttext_header import Header
from wordvec.formats.common.fasttext_quantised import Quantised, read_quantised
from wordvec.formats.common.plain import Plain
from wordvec.formats.common.reading import Reading, check_file_size
from wordvec.formats.common.words import are_first, check_finite, check_words, drop_repeated, select_rows
from wordvec.formats.word2vec_text import check_dim
from wordvec.rows import blocks
from wordvec.subwords import Pruned, Subwords
from wordvec.subwords.bags import WORDS_AT_ONCE

END_OF_SENTENCE = "</s>"
"""The one word without n-grams."""
_SHAPE = struct.Struct("<qq")
_DENSE = b"\0"


def recognises(path: Path, head: bytes) -> bool:
    """Return whether a file begins with fastText's magic number, or with settings as written before 2017."""
    return head[:4] == fasttext_header.MAGIC.to_bytes(4, "little") or fasttext_header.begins_unnumbered(head)


def load(path: Path, reading: Reading) -> Plain:
    """Read words, vectors, n-gram rows and contexts.

    Raises
    ------
    InputError
        If the file is damaged or of an unsupported version.
    MemoryLimitError
        If a matrix does not fit in memory.
    """
    with compressed.reading(path) as file:
        source = ByteSource(path, file)
        header = fasttext_header.read_header(source)
        words, counts, pruned = fasttext_dictionary.read_dictionary(source, header, reading.any_words)
        quantised = _read_flag(source, header)
        matrix, table = _read_input(source, header, pruned, quantised, reading)
        contexts = _read_contexts(source, header, quantised, reading)
    words, counts = words[: len(matrix)], counts[: len(matrix)]
    subwords = _subwords(path, header, pruned, table)
    if subwords is not None:
        alone = () if header.version == fasttext_header.BEFORE_VERSIONS else (END_OF_SENTENCE,)
        _average(words, matrix, subwords, alone)
    check_finite(path, words, matrix)
    if contexts is not None:
        check_finite(path, [f"output row {row}" for row in range(len(contexts))], contexts)
    metadata = sidecars.load_metadata(path) or {fasttext_header.READ: header.settings()}
    if len(set(words)) < len(words):
        if contexts is not None:
            contexts = select_rows(words, contexts, np.flatnonzero(are_first(words)))[1]
        return Plain(*drop_repeated(path, words, matrix), None, metadata, subwords, contexts)
    return Plain(words, matrix, counts, metadata, subwords, contexts)


def check_fit(words: Sequence[str], path: Path) -> None:
    """Fail if a word does not fit the format or is repeated.

    Raises
    ------
    InputError
        If a word does not fit or is repeated.
    """
    check_words(words, "a fastText file")


def save(plain: Plain, path: Path, overwrite: bool = False) -> None:
    """Write a file that fastText and gensim load, with n-gram rows and contexts if there are any, and its metadata.

    The header has the settings of the training run where the metadata know them, and fastText's defaults elsewhere.
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
    if plain.contexts is not None:
        check_finite(path, plain.words, plain.contexts)
    ngrams = (0, 0, 0) if subwords is None else (subwords.buckets, subwords.shortest, subwords.longest)
    header = fasttext_header.header_of((words, dim), int(counts.sum()), ngrams, plain.metadata)
    ending = path.suffix

    def write(temporary: Path) -> None:
        with compressed.writing(temporary, ending) as file:
            file.write(header.packed())
            file.writelines(fasttext_dictionary.entries(plain.words, counts))
            file.write(_DENSE + _SHAPE.pack(words + header.buckets, dim))
            for rows in _own_rows(plain, subwords):
                file.write(_bytes(rows))
            for span in blocks(header.buckets):
                assert subwords is not None
                file.write(_bytes(subwords.rows_of_buckets(span)))
            file.write(_DENSE + _SHAPE.pack(words, dim))
            for piece in blocks(words, WORDS_AT_ONCE):
                rows = plain.matrix[piece]
                file.write(_bytes(np.zeros_like(rows) if plain.contexts is None else plain.contexts[piece]))

    sidecars.save_with(plain._replace(counts=None), path, overwrite, write)


def save_quantised(plain: Plain, quantised: Quantised, path: Path, overwrite: bool = False) -> None:
    """Write a quantised model, ``.ftz``, without output matrix.

    Parameters
    ----------
    plain
        Words with a `Pruned` table of n-grams; the numbers of both are those of `quantised`.
    quantised
        Rows of the words, then of the n-grams.
    path, overwrite
        The file, and whether an existing one is replaced.

    Raises
    ------
    InputError
        If a word does not fit the format or is repeated.
    OutputError
        If a file cannot be written, or exists and `overwrite` is false.
    """
    check_fit(plain.words, path)
    table = plain.subwords
    assert isinstance(table, Pruned)
    counts = np.ones(len(plain.words), np.int64) if plain.counts is None else np.maximum(plain.counts, 1)
    ngrams = (table.used.buckets, table.shortest, table.longest)
    header = fasttext_header.header_of(plain.matrix.shape, int(counts.sum()), ngrams, plain.metadata)

    def write(temporary: Path) -> None:
        with temporary.open("wb") as file:
            file.write(header._replace(pruned=len(table.used.numbers)).packed())
            file.writelines(fasttext_dictionary.entries(plain.words, counts))
            file.write(fasttext_dictionary.pruned(table.used))
            file.writelines(quantised.packed())
            file.write(_DENSE + _SHAPE.pack(0, plain.matrix.shape[1]))

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
            sums, counts = _sums(list(plain.words[piece]), subwords, (END_OF_SENTENCE,))
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


def _bytes(rows: NDArray[Any]) -> memoryview:
    """Return rows as little-endian float32."""
    return np.ascontiguousarray(rows, "<f4").data


def _read_flag(source: ByteSource, header: Header) -> bool:
    """Return whether the next matrix is quantised."""
    return header.version != fasttext_header.BEFORE_VERSIONS and source.take(1) != _DENSE


def _read_input(
    source: ByteSource, header: Header, pruned: PrunedRows | None, quantised: bool, reading: Reading
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the requested rows of words, and the n-gram rows, none if the words have no n-grams."""
    path, words, dim = source.path, header.words, header.dim
    own = reading.rows(words)
    if quantised:
        matrix = read_quantised(source, (words, dim), reading.allocate)
        found = len(matrix) - words
        matrix, table = matrix[:own], matrix[words:]
    else:
        rows, found_dim = _SHAPE.unpack(source.take(_SHAPE.size))
        found = rows - words
        if found_dim != dim or found not in (0, header.buckets):
            raise InputError(f"{path}: a matrix of {rows} x {found_dim} contradicts {words} words; damaged")
        check_file_size(path, rows, 4 * dim)
        matrix = reading.allocate(path, own, dim)
        source.fill(matrix)
        source.skip(4 * dim * (words - own))
        table = reading.allocate(path, found if header.longest else 0, dim)
        source.fill(table)
        source.skip(4 * dim * (found - len(table)))
    expected = (0, header.buckets) if pruned is None else (len(pruned.rows),)
    if found not in expected or (pruned is not None and not quantised):
        raise InputError(f"{path}: {found} n-gram rows contradict {header.buckets} buckets; damaged")
    return matrix, table


def _read_contexts(source: ByteSource, header: Header, quantised: bool, reading: Reading) -> NDArray[np.float32] | None:
    """Return the requested rows of the output matrix; None if it has no row for each word, or they are all zeros.

    Bytes that are missing or inserted before it are damage. The words' vectors do not need it: if its end is missing,
    or more follows, a warning says so.
    """
    path, wanted = source.path, reading.rows(header.words)
    if source.ended():
        warnings.warn(f"{path}: ends before its output matrix; words and vectors are complete", stacklevel=3)
        return None
    needed = reading.contexts and header.of_words
    try:
        if _read_flag(source, header):
            if not quantised:
                raise _no_output(path, header)
            shape = (header.words, header.dim)
            matrix = read_quantised(source, shape, reading.allocate)[:wanted] if needed else None
        else:
            rows, dim = _SHAPE.unpack(source.take(_SHAPE.size))
            if dim != header.dim or rows < 0:
                raise _no_output(path, header)
            if not rows and quantised:  # as `save_quantised` writes them
                return None
            if header.of_words and rows != header.words:
                raise InputError(
                    f"{path}: an output matrix of {rows} x {dim} contradicts {header.words} words; damaged"
                )
            if not _is_whole(source, 4 * rows * dim) or not needed:
                return None
            check_file_size(path, rows, 4 * dim)
            matrix = reading.allocate(path, wanted, dim)
            source.fill(matrix)
    except MemoryLimitError as error:
        raise MemoryLimitError(f"{error}; contexts=False leaves out the output matrix") from error
    return matrix if matrix is not None and matrix.any() else None


def _no_output(path: Path, header: Header) -> InputError:
    return InputError(f"{path}: no output matrix of dimension {header.dim} follows the input matrix; damaged")


def _is_whole(source: ByteSource, size: int) -> bool:
    """Return whether a file has `size` more bytes, and warn if it has another number; a compressed one is trusted."""
    path, expected = source.path, source.at + size
    found = path.stat().st_size
    if found == expected or not path.is_file() or compressed.is_compressed(path):
        return True
    lost = "the output matrix is truncated" if found < expected else "more follows the output matrix"
    warnings.warn(
        f"{path}: has {found:,} bytes, but its header says {expected:,}: {lost}; words and vectors are complete",
        stacklevel=4,
    )
    return found > expected


def _subwords(
    path: Path, header: Header, pruned: PrunedRows | None, table: NDArray[np.float32]
) -> Subwords | Pruned | None:
    """Return the table of n-grams, None if the words have no n-grams."""
    if not len(table) or not header.longest:
        return None
    check_finite(path, [f"bucket {row}" for row in range(len(table))], table)
    if pruned is None:
        return Subwords(table, header.shortest, header.longest)
    return Pruned(table[pruned.rows], header.shortest, header.longest, pruned.used)

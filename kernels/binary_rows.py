"""Rows of word2vec's binary format: a word, a blank, the row's bytes, a newline.

gensim writes no newline, so any number of newlines before a word is skipped.
"""

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import kernel

_NEWLINE, _BLANK = 10, 32


@kernel
def split_rows(
    content: NDArray[np.uint8], rows: NDArray[np.uint8], words: NDArray[np.uint8]
) -> tuple[np.int64, np.int64, np.int64]:
    """Fill `rows` and `words` from the complete rows at the beginning of `content`.

    Parameters
    ----------
    content
        (bytes,) uint8 array of a file, beginning at a row.
    rows
        (rows, 4 · dim) uint8 array: the matrix as bytes.
    words
        (bytes,) uint8 array as long as `content`; receives the words, each followed by a blank.

    Returns
    -------
    rows, used, words_end
        Number of complete rows, the bytes that they occupy, and the end of their words.
    """
    at, end = np.int64(0), np.int64(0)
    size = rows.shape[1]
    for row in range(rows.shape[0]):
        begin, words_begin = at, end
        while at < content.size and content[at] == _NEWLINE:
            at += 1
        while at < content.size and content[at] != _BLANK:
            words[end] = content[at]
            at += 1
            end += 1
        if at + 1 + size > content.size:
            return np.int64(row), begin, words_begin
        words[end] = _BLANK
        end += 1
        at += 1
        for i in range(size):
            rows[row, i] = content[at + i]
        at += size
    return np.int64(rows.shape[0]), at, end


@kernel
def join_rows(words: NDArray[np.uint8], rows: NDArray[np.uint8], out: NDArray[np.uint8]) -> np.int64:
    """Write each word, a blank, its row's bytes and a newline to `out`.

    Parameters
    ----------
    words
        (bytes,) uint8 array: the words, each followed by a blank.
    rows
        (rows, 4 · dim) uint8 array: the matrix as bytes.
    out
        (bytes,) uint8 array with space for both and one byte more for each row.

    Returns
    -------
    np.int64
        Number of bytes written.
    """
    at, letter = np.int64(0), 0
    size = rows.shape[1]
    for row in range(rows.shape[0]):
        while words[letter] != _BLANK:
            out[at] = words[letter]
            at += 1
            letter += 1
        out[at] = _BLANK
        at += 1
        letter += 1
        for i in range(size):
            out[at + i] = rows[row, i]
        at += size
        out[at] = _NEWLINE
        at += 1
    return at

"""Rows of word2vec's binary files: a word, a blank, the row's bytes, a newline.

gensim writes no newline, so any number of them is passed over before a word.
"""

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import kernel

_NEWLINE, _BLANK = 10, 32


@kernel
def split_rows(
    content: NDArray[np.uint8], rows: NDArray[np.uint8], words: NDArray[np.uint8]
) -> tuple[np.int64, np.int64, np.int64]:
    """Fill `rows` and `words` from the whole rows at the beginning of `content`.

    Parameters
    ----------
    content
        Bytes of a file, from a row's beginning on.
    rows
        (rows, 4 · dim), the matrix as bytes.
    words
        As long as `content`; receives the words, each followed by a blank.

    Returns
    -------
    rows, used, words_end
        How many rows were whole, the bytes that they take, and where their words end.
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
    """Write words, each followed by a blank, and their rows' bytes into `out`, with a newline after each row.

    Parameters
    ----------
    words
        The words, each followed by a blank.
    rows
        (rows, 4 · dim), the matrix as bytes.
    out
        Room for both, and for a byte more for each row.

    Returns
    -------
    np.int64
        How many bytes were written.
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

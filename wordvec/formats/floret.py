"""floret's text: a line ``buckets dim shortest longest hashes seed < >``, then a line for each row of the table.

The file contains no words. The vector of any word is the mean of its n-gram rows. `wordvec convert --words FILE`
computes the vectors of a word list; spaCy reads the whole file (``init vectors --mode floret``).
"""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from wordvec.errors import InputError, SettingsError
from wordvec.files import replacing
from wordvec.formats.common import compressed
from wordvec.formats.common.plain import Plain
from wordvec.formats.common.reading import Reading, check_file_size
from wordvec.formats.word2vec_text import LEAST_OF_NUMBER, LEAST_OF_WORD, LONGEST_HEADER, Lines, read_rows, write_rows
from wordvec.rows import blocks
from wordvec.subwords import Floret

_HEADER = re.compile(rb"(\d{1,12}) (\d{1,9}) (\d{1,4}) (\d{1,4}) ([1-4]) (\d{1,10}) (\S+) (\S+)[ \r]*\n")


def recognises(path: Path, head: bytes) -> bool:
    """Return whether a file begins with floret's header."""
    return _HEADER.match(head) is not None


def load(path: Path, reading: Reading) -> Plain:
    """Read an n-gram table. There are no words, so a row limit has no effect.

    Raises
    ------
    InputError
        If the file contradicts its header or a line is damaged; the message names the line.
    MemoryLimitError
        If the table does not fit in memory.
    """
    with compressed.reading(path) as file:
        header = _HEADER.fullmatch(file.readline(LONGEST_HEADER))
        if header is None or int(header[1]) == 0 or int(header[2]) == 0:
            raise InputError(f"{path}: the first line is not floret's, of eight fields")
        rows, dim, shortest, longest, hashes, seed = map(int, header.groups()[:6])
        check_file_size(path, rows, LEAST_OF_WORD + LEAST_OF_NUMBER * dim)
        matrix = reading.allocate(path, rows, dim)
        numbers = read_rows(Lines(path, file, 2), matrix, whole=True)
    try:
        before, after = header[7].decode(), header[8].decode()
    except UnicodeDecodeError as error:
        raise InputError(f"{path}, line 1: not UTF-8") from error
    for row, number in enumerate(numbers):
        if number != str(row):
            raise InputError(f"{path}, line {row + 2}: begins with {number!r} instead of the row number {row}")
    subwords = Floret(matrix, shortest, longest, hashes, seed, before, after)
    return Plain([], np.empty((0, dim), np.float32), None, {}, subwords)


def check_fit(words: Sequence[str], path: Path) -> None:
    """Fail if there are words: the format stores a table of n-grams only.

    Raises
    ------
    SettingsError
        If there are words.
    """
    if words:
        raise _not_words(path)


def save(plain: Plain, path: Path, overwrite: bool = False) -> None:
    """Write the n-gram table of vectors that were read from floret. Their words are not written.

    Raises
    ------
    InputError
        If a number is not finite.
    OutputError
        If the file cannot be written, or exists and `overwrite` is false.
    SettingsError
        If the vectors have no such table.
    """
    table = plain.subwords
    if not isinstance(table, Floret):
        raise _not_words(path)
    ending = path.suffix
    header = (
        table.buckets,
        table.rows.shape[1],
        table.shortest,
        table.longest,
        table.hashes,
        table.seed,
        table.before,
        table.after,
    )
    with replacing(path, overwrite) as temporary, compressed.writing(temporary, ending) as file:
        file.write(f"{' '.join(map(str, header))}\n".encode())
        for span in blocks(table.buckets):
            rows = table.rows_of_buckets(span)
            write_rows(Plain([str(span.start + row) for row in range(len(rows))], rows, None, {}), file)


def _not_words(path: Path) -> SettingsError:
    return SettingsError(
        f"{path}: vectors of words cannot be converted to floret's table of n-grams; only vectors read from floret can"
    )

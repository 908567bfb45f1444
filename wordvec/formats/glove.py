"""GloVe's text: lines ``word number ... number`` as in word2vec's, without the header."""

import itertools
from collections.abc import Sequence
from pathlib import Path

from wordvec.errors import InputError, SettingsError
from wordvec.formats import Plain
from wordvec.formats.common import compressed, faults, sidecars
from wordvec.formats.common.reading import Reading
from wordvec.formats.common.textlines import bounded_lines
from wordvec.formats.common.words import check_words, without_repeated
from wordvec.formats.word2vec_text import Lines, count_newlines, read_rows, write_rows

_BLOCK = 1 << 20


def recognises(path: Path, head: bytes) -> bool:
    """Tell whether a file that begins so has a word and at least two numbers in its first line, as in most others."""
    return faults.dim_without_header(head, whole=False) > 1


def load(path: Path, reading: Reading) -> Plain:
    """Read a text without a header, and the counts and metadata beside it; its lines are counted first.

    Most of the first lines tell the dim. A line of more fields is read from its right end, so that its word holds
    blanks (". . ." in the vectors of Common Crawl).

    Every number is rounded once, to the nearest float32. Of rows with the same word the first is kept, and a warning
    tells how many there were.

    Raises
    ------
    InputError
        If a line is not a word and as many numbers as the others have; with its number.
    MemoryLimitError
        If the matrix does not fit in memory.
    """
    rows, dim = _shape(path, reading.limit)
    with compressed.reading(path) as file:
        matrix = reading.allocate(path, rows, dim)
        lines = Lines(path, file, 1, phrases=True, any_words=reading.any_words)
        words = read_rows(lines, matrix, whole=False)
    words, matrix = without_repeated(path, words, matrix)
    return Plain(words, matrix, sidecars.load_counts(path, words), sidecars.load_metadata(path))


def check_fit(words: Sequence[str], path: Path) -> None:
    """Fail if a word does not fit in the format, or is there twice.

    Raises
    ------
    InputError
        If so.
    """
    check_words(words, "a GloVe file")
    if words and words[0].startswith("\ufeff"):
        raise InputError(f"{path}: the first word begins with U+FEFF, which at a file's beginning is a byte-order mark")


def save(plain: Plain, path: Path, overwrite: bool = False) -> None:
    """Write a text without a header, and what goes beside it.

    Raises
    ------
    InputError
        If a word does not fit in the format, is there twice, or has NaN or infinity in its row.
    OutputError
        If the files cannot be written, or are there and `overwrite` is false.
    SettingsError
        If there are no words, or one number only for each, of which nobody could read a file without a header.
    """
    if not plain.words or plain.matrix.shape[1] < 2:
        raise SettingsError(f"{path}: a GloVe file, without a header, needs a word, and two numbers for each at least")
    check_fit(plain.words, path)
    ending = path.suffix

    def write(temporary: Path) -> None:
        with compressed.writing(temporary, ending) as file:
            write_rows(plain, file)

    sidecars.save_with(plain, path, overwrite, write)


def _shape(path: Path, limit: int | None) -> tuple[int, int]:
    """Give the numbers in a line, and how many lines there are up to the last that is not blank."""
    compressed.check_twice(path)
    with compressed.reading(path) as file:
        head = file.read(_BLOCK)
        if b"\n" not in head:
            head = next(bounded_lines(path, file, head), b"")
        dim = faults.dim_without_header(head, whole=len(head) < _BLOCK)
        if not dim:
            raise faults.explain_header(path, head.partition(b"\n")[0])
        rows, newlines_after = 0, 1
        for chunk in itertools.chain([head], iter(lambda: file.read(_BLOCK), b"")):
            content = chunk.rstrip()
            if content:
                rows += newlines_after + count_newlines(content)
                newlines_after = 0
            newlines_after += count_newlines(chunk[len(content) :])
            if limit is not None and rows >= limit:
                break
    return (rows if limit is None else min(rows, limit)), dim

"""GloVe's text: lines ``word number ... number`` as in word2vec's text, without a header."""

import itertools
from collections.abc import Sequence
from pathlib import Path

from wordvec.errors import InputError, SettingsError
from wordvec.formats.common import compressed, faults, sidecars
from wordvec.formats.common.plain import Plain
from wordvec.formats.common.reading import Reading
from wordvec.formats.common.textlines import bounded_lines
from wordvec.formats.common.words import check_words, drop_repeated
from wordvec.formats.word2vec_text import Lines, count_newlines, read_rows, write_rows

_BLOCK = 1 << 20


def recognises(path: Path, head: bytes) -> bool:
    """Return whether the first line is a word and at least two numbers, as are most of the next lines."""
    return faults.dim_without_header(head, whole=False) > 1


def load(path: Path, reading: Reading) -> Plain:
    """Read a text without a header, with its counts and metadata.

    A first pass counts the lines. The dim is that of most of the first lines. A line with additional fields is read
    from its right end; its word contains blanks (". . ." in the vectors of Common Crawl).

    Every number is rounded once, to the nearest float32. Of rows with the same word only the first is kept, with a
    warning.

    Raises
    ------
    InputError
        If a line is not a word and `dim` numbers; the message names the line.
    MemoryLimitError
        If the matrix does not fit in memory.
    """
    rows, dim = _shape(path, reading.limit)
    with compressed.reading(path) as file:
        matrix = reading.allocate(path, rows, dim)
        lines = Lines(path, file, 1, phrases=True, any_words=reading.any_words)
        words = read_rows(lines, matrix, whole=False)
    words, matrix = drop_repeated(path, words, matrix)
    return Plain(words, matrix, sidecars.load_counts(path, words), sidecars.load_metadata(path))


def check_fit(words: Sequence[str], path: Path) -> None:
    """Fail if a word does not fit the format or is repeated.

    Raises
    ------
    InputError
        If a word does not fit or is repeated.
    """
    check_words(words, "a GloVe file")
    if words and words[0].startswith("\ufeff"):
        raise InputError(f"{path}: the first word begins with U+FEFF, which at a file's beginning is a byte-order mark")


def save(plain: Plain, path: Path, overwrite: bool = False) -> None:
    """Write a text without a header, with its counts and metadata.

    Raises
    ------
    InputError
        If a word does not fit the format or is repeated, or a row contains NaN or infinity.
    OutputError
        If a file cannot be written, or exists and `overwrite` is false.
    SettingsError
        If there are no words, or the dim is 1: such a file could not be read without a header.
    """
    if not plain.words or plain.matrix.shape[1] < 2:
        raise SettingsError(f"{path}: a GloVe file has no header and needs at least one word and a dim of at least 2")
    check_fit(plain.words, path)
    ending = path.suffix

    def write(temporary: Path) -> None:
        with compressed.writing(temporary, ending) as file:
            write_rows(plain, file)

    sidecars.save_with(plain, path, overwrite, write)


def _shape(path: Path, limit: int | None) -> tuple[int, int]:
    """Return the rows (lines up to the last one that is not blank) and the dim."""
    compressed.check_rereadable(path)
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

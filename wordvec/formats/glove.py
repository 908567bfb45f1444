"""GloVe's text: lines ``word number ... number`` as in word2vec's, without the header."""

from pathlib import Path

from wordvec.errors import InputError, SettingsError
from wordvec.formats import Plain, compressed, sidecars, word2vec_faults
from wordvec.formats.reading import Reading
from wordvec.formats.textlines import bounded_lines
from wordvec.formats.word2vec_text import Lines, count_newlines, read_rows, write_rows
from wordvec.formats.words import check_words, without_repeated

_BLOCK = 1 << 20


def recognises(path: Path, head: bytes) -> bool:
    """Tell whether a file that begins so has a word and at least two numbers in its first line."""
    line, newline, _ = head.partition(b"\n")
    # A long line is cut, maybe in a number.
    return word2vec_faults.is_word_and_numbers(line if newline else line.rpartition(b" ")[0])


def load(path: Path, reading: Reading) -> Plain:
    """Read a text without a header, and the counts and metadata beside it; its lines are counted first.

    Every number is rounded once, to the nearest float32. Of rows with the same word the first is kept, and a warning
    tells how many there were.

    Raises
    ------
    InputError
        If a line has another number of fields than the first, or is damaged otherwise; with its number.
    MemoryLimitError
        If the matrix does not fit in memory.
    """
    rows, dim = _shape(path, reading.limit)
    with compressed.reading(path) as file:
        matrix = reading.allocate(path, rows, dim)
        words = read_rows(Lines(path, file, 1), matrix, whole=False)
    words, matrix = without_repeated(path, words, matrix)
    return Plain(words, matrix, sidecars.load_counts(path, words), sidecars.load_metadata(path))


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
    check_words(plain.words, "a GloVe file")
    if plain.words[0].startswith("\ufeff"):
        raise InputError(f"{path}: the first word begins with U+FEFF, which at a file's beginning is a byte-order mark")
    ending = path.suffix

    def write(temporary: Path) -> None:
        with compressed.writing(temporary, ending) as file:
            write_rows(plain, file)

    sidecars.save_with(plain, path, overwrite, write)


def _shape(path: Path, limit: int | None) -> tuple[int, int]:
    """Give the numbers in the first line, and how many lines there are up to the last that is not blank."""
    compressed.check_twice(path)
    with compressed.reading(path) as file:
        first = next(bounded_lines(path, file), b"")
        if not word2vec_faults.is_word_and_numbers(first):
            raise InputError(f"{path}, line 1: {word2vec_faults.explain_header(first)}")
        dim = len(first.split()) - 1
        rows, newlines_after = 1, 1
        while (chunk := file.read(_BLOCK)) and (limit is None or rows < limit):
            content = chunk.rstrip()
            if content:
                rows += newlines_after + count_newlines(content)
                newlines_after = 0
            newlines_after += count_newlines(chunk[len(content) :])
    return (rows if limit is None else min(rows, limit)), dim

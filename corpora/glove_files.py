"""Co-occurrence files of Stanford's GloVe.

``cooccurrence.bin`` contains records (int32 row, int32 column, float64 value); ids begin with 1. ``vocab.txt`` contains
``word count`` lines; a word's id is its line number.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.counting import CountedRows
from wordvec.corpora.vocabulary import Vocabulary, frequency_order, parse_vocabulary
from wordvec.corpora.wordtable import WordTable
from wordvec.errors import InputError, MemoryLimitError
from wordvec.workers import Progress, available_memory

RECORD = np.dtype([("row", "<i4"), ("column", "<i4"), ("value", "<f8")])
_AT_ONCE = 1 << 20
# Bytes of memory for each record: the record, its key, the order, and its column and value in order.
_BYTES = 16 + 8 + 8 + 8 + 16


def write_records(
    indptr: NDArray[np.int64], columns: NDArray[np.int32], values: NDArray[np.float32], path: Path
) -> None:
    """Write all entries as records, by row."""
    with path.open("wb") as file:
        for begin in range(0, len(columns), _AT_ONCE):
            end = min(begin + _AT_ONCE, len(columns))
            records = np.empty(end - begin, RECORD)
            records["row"] = np.searchsorted(indptr, np.arange(begin, end), side="right")
            records["column"] = columns[begin:end] + 1
            records["value"] = values[begin:end]
            file.write(records.data)


def read_records(records: Path, vocabulary: Path, progress: Progress) -> tuple[Vocabulary, Iterator[CountedRows]]:
    """Return the words and all rows; records may be in any order, and records of the same pair are added.

    Raises
    ------
    InputError
        If a file is missing or truncated, the files do not match, or a word has two lines.
    MemoryLimitError
        If memory does not suffice to sort the records.
    """
    try:
        content, size = vocabulary.read_bytes(), records.stat().st_size
    except OSError as error:
        raise InputError(f"{error.filename}: {error.strerror}") from error
    packed, starts, counts = parse_vocabulary(content, vocabulary)
    _check_distinct(packed, starts, counts, vocabulary)
    if not size or size % RECORD.itemsize:
        raise InputError(
            f"{records}: {size:,} bytes are not a multiple of 16, the size of a record; is the file truncated?"
        )
    if size // RECORD.itemsize * _BYTES > available_memory():
        raise MemoryLimitError(f"{records}: reading it takes {size / RECORD.itemsize * _BYTES / 1e9:.1f} GB of memory")
    order = frequency_order(packed, starts, counts)
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.arange(len(order))
    return Vocabulary.of(packed, starts, counts, order), _sorted_rows(records, ranks, vocabulary, progress)


def _check_distinct(
    packed: NDArray[np.uint8], starts: NDArray[np.int64], counts: NDArray[np.int64], vocabulary: Path
) -> None:
    """Raise an error for a word that has two lines, since each line is an id."""
    # Names are numbered by first appearance, so they equal the line numbers until a word is repeated.
    names = WordTable().add_packed(packed, starts, counts)
    again = np.flatnonzero(names != np.arange(len(names)))
    if len(again):
        line = int(again[0])
        word = packed[starts[line] : starts[line + 1]].tobytes().decode()
        raise InputError(
            f"{vocabulary}: line {line + 1:,}: the word {word!r:.60} is that of line {int(names[line]) + 1:,}; an id "
            "is the number of a line, so each word needs exactly one: keep the file as vocab_count wrote it"
        )


def _sorted_rows(
    records: Path, ranks: NDArray[np.int64], vocabulary: Path, progress: Progress
) -> Iterator[CountedRows]:
    found = np.memmap(records, RECORD, "r")
    words = len(ranks)
    for name in ("row", "column"):
        wrong = (found[name] < 1) | (found[name] > words)
        if wrong.any():
            record = int(wrong.argmax())
            raise InputError(
                f"{records}: record {record + 1:,} names word {found[name][record]}, and {vocabulary} has {words:,} "
                "words; do the two files belong together?"
            )
    values = found["value"]
    if not (np.isfinite(values) & (values > 0)).all():
        raise InputError(f"{records}: holds a value that is not positive and finite; is it a cooccurrence.bin?")
    progress.say(f"{len(found):,} records of {words:,} words")
    keys = ranks[found["row"] - 1] * words + ranks[found["column"] - 1]
    order = np.argsort(keys, kind="stable")
    keys, values = keys[order], values[order]
    first = np.flatnonzero(np.diff(keys, prepend=-1))
    keys, values = keys[first], np.add.reduceat(values, first)
    begins = np.searchsorted(keys, np.arange(words + 1) * words)
    yield CountedRows((keys % words).astype(np.int32), values, begins[1:])

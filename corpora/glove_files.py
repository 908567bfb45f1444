"""Files of Stanford's GloVe.

``cooccurrence.bin`` is records (int32 row, int32 column, float64 value) of ids from 1 on; ``vocab.txt`` is
``word count`` lines, whose number is the id.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.counting import Rows
from wordvec.corpora.vocabulary import Vocabulary, frequency_order, parse_vocabulary
from wordvec.corpora.wordtable import WordTable
from wordvec.errors import InputError, MemoryLimitError
from wordvec.workers import Progress, available_memory

RECORD = np.dtype([("row", "<i4"), ("column", "<i4"), ("value", "<f8")])
_AT_ONCE = 1 << 20
# For each record while it is read: the file's, its key, the order, and its column and value in order.
_BYTES = 16 + 8 + 8 + 8 + 16


def write_records(
    indptr: NDArray[np.int64], columns: NDArray[np.int32], values: NDArray[np.float32], path: Path
) -> None:
    """Write all entries, by row."""
    with path.open("wb") as file:
        for begin in range(0, len(columns), _AT_ONCE):
            end = min(begin + _AT_ONCE, len(columns))
            records = np.empty(end - begin, RECORD)
            records["row"] = np.searchsorted(indptr, np.arange(begin, end), side="right")
            records["column"] = columns[begin:end] + 1
            records["value"] = values[begin:end]
            file.write(records.data)


def read_records(records: Path, vocabulary: Path, progress: Progress) -> tuple[Vocabulary, Iterator[Rows]]:
    """Give the words and all rows; records may be in any order, and those of the same pair are added.

    Raises
    ------
    InputError
        If a file is missing, cut short, or does not fit the other, or if a word has two lines.
    MemoryLimitError
        If there is not enough to sort the records.
    """
    try:
        content, size = vocabulary.read_bytes(), records.stat().st_size
    except OSError as error:
        raise InputError(f"{error.filename}: {error.strerror}") from error
    packed, starts, counts = parse_vocabulary(content, vocabulary)
    _check_distinct(packed, starts, counts, vocabulary)
    if not size or size % RECORD.itemsize:
        raise InputError(f"{records}: {size:,} bytes are no whole number of records of 16; is the file cut short?")
    if size // RECORD.itemsize * _BYTES > available_memory():
        raise MemoryLimitError(f"{records}: reading it takes {size / RECORD.itemsize * _BYTES / 1e9:.1f} GB of memory")
    order = frequency_order(packed, starts, counts)
    places = np.empty(len(order), np.int64)
    places[order] = np.arange(len(order))
    return Vocabulary.of(packed, starts, counts, order), _sorted_rows(records, places, vocabulary, progress)


def _check_distinct(
    packed: NDArray[np.uint8], starts: NDArray[np.int64], counts: NDArray[np.int64], vocabulary: Path
) -> None:
    """Refuse a word that has two lines, as each line is an id."""
    # Names are numbers by first appearance, so they are those of the lines until a word appears again.
    names = WordTable().add_packed(packed, starts, counts)
    again = np.flatnonzero(names != np.arange(len(names)))
    if len(again):
        line = int(again[0])
        word = packed[starts[line] : starts[line + 1]].tobytes().decode()
        raise InputError(
            f"{vocabulary}: line {line + 1:,}: the word {word!r:.60} is that of line {int(names[line]) + 1:,}; an id "
            "is the number of a line, so each word needs exactly one: keep the file as vocab_count wrote it"
        )


def _sorted_rows(records: Path, places: NDArray[np.int64], vocabulary: Path, progress: Progress) -> Iterator[Rows]:
    found = np.memmap(records, RECORD, "r")
    words = len(places)
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
    keys = places[found["row"] - 1] * words + places[found["column"] - 1]
    order = np.argsort(keys, kind="stable")
    keys, values = keys[order], values[order]
    first = np.flatnonzero(np.diff(keys, prepend=-1))
    keys, values = keys[first], np.add.reduceat(values, first)
    begins = np.searchsorted(keys, np.arange(words + 1) * words)
    yield Rows((keys % words).astype(np.int32), values, begins[1:])

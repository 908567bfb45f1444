"""Dropped tokens removed from an encoded text, so that their neighbours become adjacent.

A sentence without another token is removed, too. Files are rewritten in order, some sentences at a time.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.arrayfile import ArrayFile
from wordvec.corpora.document_table import DOCUMENTS
from wordvec.corpora.npy import map_array
from wordvec.corpora.summary import Layout
from wordvec.workers import StopFlag

TOKENS_AT_ONCE = 1 << 20
_CLOSED = "closed-{}"


def close_up(folder: Path, names: tuple[str, str], unknown: int, layout: Layout, stop: StopFlag) -> int:
    """Remove the tokens of one id from the files of an encoded text; return their number.

    Parameters
    ----------
    folder
        Folder of the files.
    names
        Names of the files of ids and offsets.
    unknown
        Id of the dropped tokens.
    layout
        Sizes of the text; changed.
    stop
        Flag that stops the work.

    Raises
    ------
    Interrupted
        If the flag is set.
    """
    tokens = layout.tokens
    all_ids, offsets, documents = (np.asarray(map_array(folder / name)) for name in (*names, DOCUMENTS))
    # Positions in the text, and sentences, are looked up in rising order.
    sentences = _Positions(np.array(layout.first_sentences, np.int64))
    of_documents = _Positions(documents)
    with (
        ArrayFile(folder / _CLOSED.format(names[0]), np.uint32) as new_ids,
        ArrayFile(folder / _CLOSED.format(names[1]), np.int64) as new_offsets,
        ArrayFile(folder / _CLOSED.format(DOCUMENTS), np.int64) as new_documents,
    ):
        new_offsets.append(np.zeros(1, np.int64))
        firsts: list[NDArray[np.int64]] = []
        for first, last in stop.until(_runs(offsets)):
            begin, end = int(offsets[first]), int(offsets[last])
            ids = np.asarray(all_ids[begin:end])
            kept = ids != unknown
            before = np.concatenate(([0], np.cumsum(kept)))
            ends = before[np.asarray(offsets[first : last + 1]) - begin]
            full = np.diff(ends) > 0
            numbers = new_offsets.length - 1 + np.concatenate(([0], np.cumsum(full)))
            firsts.append(numbers[sentences.until(last) - first])
            new_documents.append(numbers[of_documents.until(last) - first])
            new_offsets.append(new_ids.length + ends[1:][full])
            new_ids.append(ids[kept])
        layout.tokens, layout.sentences = new_ids.length, new_offsets.length - 1
        firsts.append(np.full(sentences.left, layout.sentences))
        new_documents.append(np.full(of_documents.left, layout.sentences))
    layout.first_sentences = np.concatenate(firsts).tolist()
    del all_ids, offsets, documents, of_documents  # Windows replaces no file that is mapped
    for name in (*names, DOCUMENTS):
        (folder / _CLOSED.format(name)).replace(folder / name)
    layout.first_tokens = map_array(folder / names[1])[layout.first_sentences].tolist()
    return tokens - layout.tokens


def _runs(offsets: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Yield the first sentence and the end of runs of sentences of about `TOKENS_AT_ONCE` tokens."""
    first = 0
    while first < len(offsets) - 1:
        last = int(np.searchsorted(offsets, offsets[first] + TOKENS_AT_ONCE, side="right")) - 1
        last = min(max(last, first + 1), len(offsets) - 1)
        yield first, last
        first = last


class _Positions:
    """Rising numbers of sentences, taken from the beginning."""

    def __init__(self, numbers: NDArray[np.int64]) -> None:
        self._numbers, self._taken = numbers, 0

    @property
    def left(self) -> int:
        """How many have not been taken."""
        return len(self._numbers) - self._taken

    def until(self, sentence: int) -> NDArray[np.int64]:
        """Return the next numbers that are less than `sentence`."""
        begin, self._taken = self._taken, int(np.searchsorted(self._numbers, sentence))
        return np.asarray(self._numbers[begin : self._taken])

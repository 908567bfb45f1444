"""The documents of an encoded corpus: their first sentences, names and kept fields, in files that are read lazily.

``documents.npy``
    (documents + 1,) int64: first sentence of each document, and the number of sentences.
``labels.npy``
    (bytes,) uint8: cells in UTF-8, of each document its name and then its kept fields.
``label_starts.npy``
    (documents * (fields + 1) + 1,) int64: beginning of each cell in ``labels.npy``, and the end of the last.
"""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, overload

import numpy as np
from numpy.typing import DTypeLike, NDArray

from wordvec.corpora.arrayfile import ArrayFile
from wordvec.corpora.documents import Labels
from wordvec.errors import InputError

DOCUMENTS, LABELS, LABEL_STARTS = "documents.npy", "labels.npy", "label_starts.npy"
META = {"documents": int, "fields": [str], "label_bytes": int, "label_digest": str}
"""Fields of ``meta.json`` on documents. Labels have a digest of their own, so that a text has one under any name."""
_READ_AT_ONCE = 1 << 12
_COPIED_AT_ONCE = 1 << 20


def shapes(meta: dict[str, Any]) -> dict[str, tuple[DTypeLike, int]]:
    """Return the dtype and length of each file, from ``meta.json``."""
    cells = meta["documents"] * (1 + len(meta["fields"]))
    return {
        DOCUMENTS: (np.int64, meta["documents"] + 1),
        LABELS: (np.uint8, meta["label_bytes"]),
        LABEL_STARTS: (np.int64, cells + 1),
    }


class Column(Sequence[str]):
    """The names or one field of all documents; cells are read from the disk when they are asked for.

    Parameters
    ----------
    labels, starts
        Packed cells, and the beginning of each and the end of the last.
    first, step
        Number of the first document's cell, and cells of a document.
    """

    def __init__(self, labels: NDArray[np.uint8], starts: NDArray[np.int64], first: int, step: int) -> None:
        self._labels, self._starts, self._first, self._step = labels, starts, first, step

    def __len__(self) -> int:
        return (len(self._starts) - 1) // self._step

    @overload
    def __getitem__(self, document: int) -> str: ...

    @overload
    def __getitem__(self, document: slice) -> list[str]: ...

    def __getitem__(self, document: int | slice) -> str | list[str]:
        """Return the cell of a document, or a list of those of several."""
        if isinstance(document, slice):
            return [self._cell(number) for number in range(len(self))[document]]
        return self._cell(range(len(self))[document])

    def __iter__(self) -> Iterator[str]:
        for begin in range(0, len(self), _READ_AT_ONCE):
            yield from self[begin : begin + _READ_AT_ONCE]

    def _cell(self, document: int) -> str:
        cell = self._first + self._step * document
        return self._labels[self._starts[cell] : self._starts[cell + 1]].tobytes().decode("utf-8", "replace")

    def __repr__(self) -> str:
        return f"<Column of {len(self):,} cells>"


class Documents:
    r"""The documents of a corpus.

    Attributes
    ----------
    offsets : (documents + 1,) int64
        First sentence of each document, and the number of sentences. A document can be without sentences.
    fields : tuple of str
        Names of the kept fields.
    names : Sequence[str]
        Name of each document: title, field of a record, or file and line. Several can have the same.

    Examples
    --------
    >>> from wordvec.corpora.encoded import EncodedCorpus
    >>> with EncodedCorpus.from_documents([("one", "a b\nc"), ("two", "d")]) as corpus:
    ...     len(corpus.documents), corpus.documents.offsets.tolist(), list(corpus.documents.names)
    (2, [0, 2, 3], ['one', 'two'])
    """

    def __init__(
        self, offsets: NDArray[np.int64], labels: NDArray[np.uint8], starts: NDArray[np.int64], fields: Sequence[str]
    ) -> None:
        self.offsets, self.fields = offsets, tuple(fields)
        self._labels, self._starts = labels, starts
        self.names: Sequence[str] = self._column(0)

    @property
    def cells(self) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Packed names and fields, and the beginning of each and the end of the last, as in the files."""
        return self._labels, self._starts

    def values(self, field: str) -> Sequence[str]:
        """Return the value of a kept field for each document; an empty string for a missing one.

        Raises
        ------
        InputError
            If the field was not kept.
        """
        if field not in self.fields:
            kept = f"kept are {', '.join(self.fields)}" if self.fields else "none was kept"
            raise InputError(
                f"the documents have no field {field!r} ({kept}); encode the text with --keep-fields {field}"
            )
        return self._column(1 + self.fields.index(field))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __repr__(self) -> str:
        return f"<Documents: {len(self):,}, with the fields {self.fields}>"

    def _column(self, number: int) -> Column:
        return Column(self._labels, self._starts, number, 1 + len(self.fields))


def of_sources(names: Sequence[str], first_sentences: Sequence[int], sentences: int) -> Documents:
    """Return the documents of a corpus that stores none: its sources."""
    labels = Labels()
    for name in names:
        labels.add(name)
    starts = np.concatenate(([0], np.cumsum(np.frombuffer(labels.lengths, np.int64)))).astype(np.int64)
    offsets = np.array([*first_sentences, sentences], np.int64)
    return Documents(offsets, np.frombuffer(labels.text, np.uint8), starts, ())


class LabelWriter:
    """Writes the files of names and fields; usable in a ``with`` statement."""

    def __init__(self, folder: Path) -> None:
        with contextlib.ExitStack() as opened:
            self._labels = opened.enter_context(ArrayFile(folder / LABELS, np.uint8))
            self._starts = ArrayFile(folder / LABEL_STARTS, np.int64)
            opened.pop_all()
        self._starts.append(np.zeros(1, np.int64))
        self._end = 0

    @property
    def bytes(self) -> int:
        """The bytes of the cells so far."""
        return self._labels.length

    def add(self, labels: Labels) -> None:
        """Append the names and fields of documents."""
        self.add_lengths(np.frombuffer(labels.lengths, np.int64))
        self.add_text(np.frombuffer(labels.text, np.uint8))

    def add_lengths(self, lengths: NDArray[np.int64]) -> None:
        """Append the bytes of each of the next cells."""
        self._starts.append(self._end + np.cumsum(lengths))
        self._end += int(lengths.sum())

    def add_text(self, text: NDArray[np.uint8]) -> None:
        """Append the text of cells, which may be in pieces."""
        self._labels.append(text)

    def __enter__(self) -> "LabelWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in (self._labels, self._starts):
            file.__exit__(kind, error, trace)


def copy_documents(documents: Documents, offsets: NDArray[np.int64], folder: Path) -> dict[str, Any]:
    """Write the documents of a corpus to the folder of another; return their fields of ``meta.json`` but the digest.

    `offsets` are their first sentences in the other corpus, and the number of its sentences.
    """
    with ArrayFile(folder / DOCUMENTS, np.int64) as file, LabelWriter(folder) as labels:
        file.append(offsets)
        text, starts = documents.cells
        for begin in range(0, len(starts) - 1, _COPIED_AT_ONCE):
            labels.add_lengths(np.diff(starts[begin : begin + _COPIED_AT_ONCE + 1]))
        for begin in range(0, len(text), _COPIED_AT_ONCE):
            labels.add_text(text[begin : begin + _COPIED_AT_ONCE])
        return {"documents": len(offsets) - 1, "fields": list(documents.fields), "label_bytes": labels.bytes}

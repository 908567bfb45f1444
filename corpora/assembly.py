"""An encoded corpus from documents of other encoded corpora, without their text: the base of merging and splitting.

Words are counted first, which gives the ids of the new vocabulary; then each file is written in blocks. Only the
vocabulary and the numbers of the documents are in memory.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import clock
from wordvec.corpora import summary
from wordvec.corpora.arrayfile import ArrayFile
from wordvec.corpora.document_table import DOCUMENTS, LabelWriter
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.encoding import IDS, KIND, OFFSETS, digests
from wordvec.corpora.entities import reference_warning
from wordvec.corpora.folder import VOCABULARY, chunk_digests
from wordvec.corpora.npy import map_array
from wordvec.corpora.scripts import unspaced_warning
from wordvec.corpora.vocabulary import Vocabulary, frequency_order
from wordvec.corpora.wordtable import WordTable
from wordvec.workers import StopFlag

AT_ONCE = 1 << 20
"""Elements that are copied at a time."""
_DOCUMENTS_AT_ONCE = 1 << 16

Numbers = NDArray[np.int64]


class Part(NamedTuple):
    """Documents of a corpus.

    Attributes
    ----------
    corpus
        The corpus.
    documents
        Rising numbers of its documents.
    sources
        Rising numbers of the sources that the documents have.
    """

    corpus: EncodedCorpus
    documents: Numbers
    sources: Numbers

    @classmethod
    def whole(cls, corpus: EncodedCorpus) -> "Part":
        """Return all documents and sources of a corpus."""
        return cls(corpus, np.arange(len(corpus.documents)), np.arange(len(corpus.meta["sources"]["names"])))

    @property
    def sentences(self) -> tuple[Numbers, Numbers]:
        """First sentence of each document, and the end of its last."""
        offsets = self.corpus.documents.offsets
        return offsets[self.documents], offsets[self.documents + 1]

    @property
    def tokens(self) -> tuple[Numbers, Numbers]:
        """First token of each document, and the end of its last."""
        first, last = self.sentences
        return self.corpus.offsets[first], self.corpus.offsets[last]


def source_documents(corpus: EncodedCorpus) -> Numbers:
    """Return the number of the first document of each source."""
    sources = corpus.meta["sources"]
    return np.array(sources.get("first_documents", range(len(sources["names"]))), np.int64)


def assemble(
    folder: Path,
    parts: Sequence[Part],
    settings: dict[str, Any],
    record: dict[str, Any],
    copied: Callable[[int], None],
    stop: StopFlag,
) -> None:
    """Write an encoded corpus.

    Parameters
    ----------
    folder
        Empty output folder.
    parts
        Documents in order.
    settings
        Record of the settings of encoding; `keep_fields` are the fields of the result.
    record
        Further fields of ``meta.json``: provenance, and the numbers of `changed` and `bytes`.
    copied
        Is called with numbers of tokens that have been copied.
    stop
        Flag that stops the work.

    Raises
    ------
    Interrupted
        If the flag is set.
    """
    begun = clock.now()
    vocabulary, tables = _numbered(parts, stop)
    vocabulary.write(folder / VOCABULARY)
    layout, names = summary.Layout(), list[str]()
    with (
        ArrayFile(folder / IDS, np.uint32) as ids,
        ArrayFile(folder / OFFSETS, np.int64) as offsets,
        ArrayFile(folder / DOCUMENTS, np.int64) as documents,
        LabelWriter(folder) as labels,
    ):
        for file in (offsets, documents):
            file.append(np.zeros(1, np.int64))
        for part, table in zip(parts, tables, strict=True):
            _add_sources(layout, names, part)
            tokens, sentences = ids.length, offsets.length - 1
            for places in stop.until(ranges(*part.tokens)):
                ids.append(table[part.corpus.ids[places]])
                copied(len(places))
            _append_ends(offsets, tokens, part.corpus.offsets, part.sentences)
            whole = part.documents, part.documents + 1
            _append_ends(documents, sentences, part.corpus.documents.offsets, whole)
            _append_labels(labels, part, settings["keep_fields"] or [])
        layout.tokens, layout.sentences = ids.length, offsets.length - 1
        layout.documents, layout.label_bytes = documents.length - 1, labels.bytes
    unknown = any(part.corpus.meta["unknown_id"] is not None for part in parts)
    words = {
        "words": len(vocabulary),
        "known": vocabulary.total,
        "changed": {},
        "warnings": [],
        "later_warnings": [*unspaced_warning(vocabulary), *reference_warning(vocabulary)],
        "hints": [],
        "unknown_id": len(vocabulary) if unknown else None,
    }
    meta = summary.described(settings, names, summary.Tally(), layout, words, clock.now() - begun)
    KIND.write_meta(folder, meta | record | digests(folder, chunk_digests(map_array(folder / IDS))))


def ranges(begins: Numbers, ends: Numbers) -> Iterator[Numbers]:
    """Yield the numbers in some ranges, in order, at most `AT_ONCE` at a time.

    Examples
    --------
    >>> [numbers.tolist() for numbers in ranges(np.array([5, 9]), np.array([7, 10]))]
    [[5, 6, 9]]
    """
    filled = np.flatnonzero(ends > begins)
    begins, ends = begins[filled], ends[filled]
    after = np.cumsum(ends - begins)
    shift = begins - (after - (ends - begins))
    total = int(after[-1]) if len(after) else 0
    for first in range(0, total, AT_ONCE):
        last = min(first + AT_ONCE, total)
        some = slice(int(np.searchsorted(after, first, side="right")), int(np.searchsorted(after, last)) + 1)
        lengths = np.diff(np.minimum(after[some], last), prepend=first)
        yield np.arange(first, last) + np.repeat(shift[some], lengths)


def _numbered(parts: Sequence[Part], stop: StopFlag) -> tuple[Vocabulary, list[NDArray[np.uint32]]]:
    """Return the words of the documents, and for each part the new id of each of its ids."""
    table, found = WordTable(), list[tuple[Numbers, NDArray[np.uint32]]]()
    for part in parts:
        counts, own = _counts(part, stop), part.corpus.vocabulary
        present = np.flatnonzero(counts)
        words = Vocabulary.of(own.packed, own.starts, counts, present)
        found.append((present, table.add_packed(words.packed, words.starts, words.counts)))
    order = frequency_order(table.packed, table.starts, table.counts)
    rank = np.empty(len(order), np.uint32)
    rank[order] = np.arange(len(order))
    tables = []
    for part, (present, names) in zip(parts, found, strict=True):
        tables.append(np.full(len(part.corpus.vocabulary) + 1, len(order), np.uint32))
        tables[-1][present] = rank[names]
    return Vocabulary.of(table.packed, table.starts, table.counts, order), tables


def _counts(part: Part, stop: StopFlag) -> Numbers:
    """Return the count of each word of the corpus in the documents."""
    size = len(part.corpus.vocabulary)
    if len(part.documents) == len(part.corpus.documents):
        return part.corpus.vocabulary.counts
    counts = np.zeros(size + 1, np.int64)
    for places in stop.until(ranges(*part.tokens)):
        counts += np.bincount(part.corpus.ids[places], minlength=size + 1)
    return counts[:size]


def _add_sources(layout: summary.Layout, names: list[str], part: Part) -> None:
    """Append the sources of a part, which begins where the layout ends."""
    own = part.corpus.meta["sources"]["names"]
    names += [own[source] for source in part.sources.tolist()]
    firsts = np.searchsorted(part.documents, source_documents(part.corpus)[part.sources])
    for begins, (first, last) in (
        (layout.first_documents, (part.documents, part.documents + 1)),
        (layout.first_sentences, part.sentences),
        (layout.first_tokens, part.tokens),
    ):
        ends = np.concatenate(([0], np.cumsum(last - first)))
        before = begins.pop()  # the number of all elements so far
        begins += [*(before + ends[firsts]).tolist(), before + int(ends[-1])]


def _append_ends(file: ArrayFile, end: int, offsets: Numbers, chosen: tuple[Numbers, Numbers]) -> None:
    """Append the ends of chosen ranges of elements, which begin at `offsets`, closed up from `end` on."""
    for numbers in ranges(*chosen):
        ends = end + np.cumsum(offsets[numbers + 1] - offsets[numbers])
        file.append(ends)
        end = int(ends[-1])


def _append_labels(labels: LabelWriter, part: Part, fields: Sequence[str]) -> None:
    """Append names and fields, in the order of `fields`; a part may lack some of them."""
    documents = part.corpus.documents
    text, starts = documents.cells
    columns = [0, *(1 + documents.fields.index(field) if field in documents.fields else -1 for field in fields)]
    lacking = np.array(columns) < 0
    for first in range(0, len(part.documents), _DOCUMENTS_AT_ONCE):
        some = part.documents[first : first + _DOCUMENTS_AT_ONCE]
        cells = (some[:, np.newaxis] * (1 + len(documents.fields)) + np.maximum(columns, 0)).ravel()
        begins = starts[cells]
        lengths = np.where(np.tile(lacking, len(some)), 0, starts[cells + 1] - begins)
        labels.add_lengths(lengths)
        for places in ranges(begins, begins + lengths):
            labels.add_text(text[places])

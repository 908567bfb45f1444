"""Shards of a text, read independently: their plan, and on a worker their tokens, sentence ends and words.

A shard is a part of a large plain file, or some whole files. Its folder holds ``ids.npy`` with numbers of the shard's
own words, the ends of sentences, documents and sources, the labels of documents, and its `words` (`word_lists`).
"""

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.arrayfile import ArrayFile
from wordvec.corpora.batches import BATCH_BYTES, Batch, TokenisedBatch, encode_batch, text_batches
from wordvec.corpora.checked_blocks import checked, checked_blocks
from wordvec.corpora.document_table import LabelWriter
from wordvec.corpora.encoding import IDS, stretch_of
from wordvec.corpora.readers import BLOCK, Source
from wordvec.corpora.sections import Section, section_blocks, sections
from wordvec.corpora.sentences import SentenceEnds, Stretch
from wordvec.corpora.settings import BREAKS, EncodingSettings
from wordvec.corpora.summary import Tally
from wordvec.corpora.wordtable import WordTable
from wordvec.distributed.word_lists import ListWriter, write_words
from wordvec.distributed.worker import FolderFlag, alone, whole_folder
from wordvec.kernels.vocabulary import renumber_ids

ENDS, SOURCE_ENDS, DOCUMENT_ENDS = "ends.npy", "source_ends.npy", "document_ends.npy"
DOCUMENTS_BEFORE = "documents_before.npy"
"""Number of documents of the shard before the end of each source."""
SHARD_BYTES = 64 << 20
"""Bytes of a shard of a large text, as files have them."""
_SHARDS_PER_SLOT = 4
"""Shards for each task that runs at a time, in a smaller text."""


class ShardJob(NamedTuple):
    """The reading of one shard.

    Attributes
    ----------
    place
        Folder to write.
    sections
        Its text; only the last may be a part of a file.
    settings
        Settings of encoding, with a tokenizer.
    """

    place: Path
    sections: list[Section]
    settings: EncodingSettings


class Shard(NamedTuple):
    """The sizes of a shard that was read.

    Attributes
    ----------
    place
        Its folder.
    tally, stretch
        Its numbers, and what its neighbours need to know.
    ends
        Number of ends of sentences, without one at the beginning of the shard.
    first_end, last_end
        First and last of these, as tokens of the shard.
    later_pieces, later_cut
        Number of pieces of the sentences between these, and how many of them are split.
    documents, label_bytes
        Number of documents that end in the shard, and bytes of their names and fields.
    """

    place: Path
    tally: Tally
    stretch: Stretch
    ends: int
    first_end: int
    last_end: int
    later_pieces: int
    later_cut: int
    documents: int
    label_bytes: int


def plan(sources: list[Source], settings: EncodingSettings, folder: Path, slots: int) -> list[ShardJob]:
    """Return the shards of a text, in order; their number, but not the result, depends on `slots`.

    Parameters
    ----------
    sources
        Files.
    settings
        Settings of encoding, with a tokenizer.
    folder
        Folder for the shards.
    slots
        Number of tasks that run at a time.

    Raises
    ------
    InputError
        If a large file cannot be read or is not running text.
    """
    sizes = [source.path.stat().st_size for source in sources if source.path is not None]
    size = min(SHARD_BYTES, max(2 * BLOCK, sum(sizes) // (_SHARDS_PER_SLOT * slots)))
    groups = _groups(sources, sizes, size, settings)
    return [ShardJob(folder / f"shard-{number}", group, settings) for number, group in enumerate(groups)]


def _groups(sources: list[Source], sizes: list[int], size: int, settings: EncodingSettings) -> Iterator[list[Section]]:
    group: list[Section] = []
    filled = 0
    for source, length in zip(sources, sizes, strict=True):
        parts = sections(source, size, settings.reading)
        if group and (filled + length > size or len(parts) > 1):
            yield group
            group, filled = [], 0
        if len(parts) > 1:
            yield from ([part] for part in parts)
            continue
        group += parts
        filled += length
    if group:
        yield group


def read_shard(job: ShardJob) -> Shard:
    """Read, tokenise and write a shard.

    Raises
    ------
    InputError
        If a file cannot be read or is not text.
    MemoryLimitError
        If there are too many different words.
    Interrupted
        If the client has stopped the work.
    """
    with contextlib.ExitStack() as stack:
        if job.settings.one_thread:  # a user's function may not be thread-safe
            stack.enter_context(alone())
        folder = stack.enter_context(whole_folder(job.place))
        return _Reader(job, folder).read()


class _Reader:
    def __init__(self, job: ShardJob, folder: Path) -> None:
        self._job, self._folder = job, folder
        self._settings = job.settings
        self._sentences = SentenceEnds(BREAKS[job.settings.sentence])
        self._tally, self._stretch = Tally(), Stretch()
        self._first = self._later_pieces = self._later_cut = 0

    def read(self) -> Shard:
        with (
            ArrayFile(self._folder / IDS, np.uint32) as ids,
            ArrayFile(self._folder / ENDS, np.int64) as ends,
            ArrayFile(self._folder / SOURCE_ENDS, np.int64) as source_ends,
            ArrayFile(self._folder / DOCUMENTS_BEFORE, np.int64) as documents_before,
            ArrayFile(self._folder / DOCUMENT_ENDS, np.int64) as document_ends,
            LabelWriter(self._folder) as labels,
        ):
            for encoded, numbers in self._numbered(FolderFlag(self._job.place.parent).until(self._batches())):
                tokens, begin = encoded.tokens, self._stretch.tokens
                renumber_ids(tokens.ids, numbers)
                ids.append(tokens.ids)
                ends.append(self._ends(self._sentences.add(stretch_of(tokens), tokens.ends + begin, begin)))
                source_ends.append(encoded.source_ends + begin)
                documents_before.append(document_ends.length + encoded.documents_before)
                document_ends.append(encoded.document_ends + begin)
                labels.add(encoded.labels)
                self._stretch.add(stretch_of(tokens))
                self._tally.add(Tally(encoded.size, encoded.replaced, tokens.counters))
        last = self._sentences.last
        return Shard(
            self._job.place, self._tally, self._stretch, ends.length, self._first, last, self._later_pieces,
            self._later_cut, document_ends.length, labels.bytes,
        )  # fmt: skip

    def _batches(self) -> Iterator[Batch]:
        least = 1 if self._settings.max_words is not None else BATCH_BYTES
        unfinished = self._job.sections[-1].end is not None
        texts = ((section.source.name, self._blocks(section)) for section in self._job.sections)
        return text_batches(texts, least, unfinished)

    def _blocks(self, section: Section) -> Iterable[bytes]:
        if section.whole:
            return checked_blocks(section.source, self._settings, self._tally.records)
        found = section_blocks(section)
        return found if section.begin else checked(section.source, found)

    def _numbered(self, batches: Iterator[Batch]) -> Iterator[tuple[TokenisedBatch, NDArray[np.uint32]]]:
        """Yield each batch with the number of each of its words; write the words at the end."""
        if self._settings.max_words is not None:
            with ListWriter(self._folder) as lists:
                for batch in batches:
                    encoded = encode_batch(batch, self._settings)
                    yield encoded, lists.add(encoded, batch.as_tokens)
            return
        table = WordTable()
        for batch in batches:
            encoded = encode_batch(batch, self._settings)
            yield encoded, table.add(encoded.data, encoded.tokens.words)
        write_words(self._folder, table)

    def _ends(self, ends: NDArray[np.int64]) -> NDArray[np.int64]:
        """Count the pieces of all sentences but the first, and return the ends."""
        if len(ends):
            lengths = np.diff(ends, prepend=self._last if self._first else ends[0])
            parts = -(-lengths // self._settings.max_sentence)
            self._later_pieces += int(parts.sum())
            self._later_cut += int(np.count_nonzero(parts > 1))
            self._first = self._first or int(ends[0])
            self._last = int(ends[-1])
        return ends

    _last = 0

"""Construction of an encoded corpus: batches are tokenised in parallel, merged in order, and renumbered at the end.

While the text is read, tokens get the provisional ids ("names") of `WordTable`, by first appearance. When all counts
are known, one parallel pass over the file replaces them by ids of falling frequency and hashes them. Only the
vocabulary is kept in memory meanwhile. The folder is the same, byte for byte, for any number of threads and any reader.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from wordvec import clock
from wordvec.corpora import summary
from wordvec.corpora.arrayfile import ArrayFile
from wordvec.corpora.automatic import resolved
from wordvec.corpora.batches import Batch, TokenisedBatch, encode_batch
from wordvec.corpora.closing import close_up
from wordvec.corpora.document_table import DOCUMENTS, LABEL_STARTS, LABELS, LabelWriter
from wordvec.corpora.folder import VOCABULARY, FolderKind, as_array, chunk_digests, digest
from wordvec.corpora.listed_words import KeptWords, with_words
from wordvec.corpora.npy import map_array
from wordvec.corpora.records import RecordCounts
from wordvec.corpora.renumbering import NAMES, build_vocabulary, renumbered
from wordvec.corpora.sentences import SentenceEnds, Stretch, pieces
from wordvec.corpora.settings import BREAKS, EncodingSettings
from wordvec.files.records import Optional
from wordvec.kernels.separators import LEADING, TRAILING
from wordvec.kernels.text import Tokens
from wordvec.kernels.vocabulary import renumber_ids
from wordvec.workers import Progress, StopFlag, ordered_map

IDS, OFFSETS = "ids.npy", "offsets.npy"
KIND = FolderKind(
    "encoded corpus",
    2,
    {
        "tokens": int,
        "sentences": int,
        "words": int,
        "digest": str,
        "sources": {
            "names": [str],
            "first_tokens": [int],
            "first_sentences": [int],
            "first_documents": Optional([int]),
        },
        "settings": {
            "tokenizer": str,
            "normalize": object,
            "lowercase": object,
            "sentence": str,
            "keep_words": Optional([str]),
        },
        "changed": Optional(dict),
    },
    "encode the text again",
    older=(1,),
)


def stretch_of(tokens: Tokens) -> Stretch:
    """Return the sizes of a block."""
    leading, trailing = int(tokens.counters[LEADING]), int(tokens.counters[TRAILING])
    ends_before = bool(len(tokens.ends)) and int(tokens.ends[0]) == 0
    return Stretch(len(tokens.ids), len(tokens.document_ends), leading, trailing, ends_before)


class Encoder:
    """Writes an encoded corpus.

    Parameters
    ----------
    folder
        Empty output folder.
    wanted
        Settings as the user gave them; a tokenizer of None is chosen from the first batch.
    names
        Names of the sources, in order.
    records
        Numbers of JSONL records, counted while the text is read.
    """

    def __init__(self, folder: Path, wanted: EncodingSettings, names: list[str], records: RecordCounts) -> None:
        self._begun = clock.now()
        self._folder, self._names = folder, names
        self._wanted = self._settings = settings = with_words(wanted)
        self._given = settings.given_vocabulary()
        self._table = KeptWords(settings).table()
        self._tally = summary.Tally(records=records)
        self._layout = summary.Layout()
        self._sentences = SentenceEnds(BREAKS[settings.sentence])

    def encode(self, batches: Iterator[Batch], threads: int, progress: Progress, stop: StopFlag) -> None:
        """Write the folder.

        Raises
        ------
        InputError
            If the text contains no token, or none of the given vocabulary.
        MemoryLimitError
            If there are too many different words.
        Interrupted
            If the flag is set.
        """
        batches, self._settings, line = resolved(batches, self._wanted)
        if line:
            progress.say(line)
        with (
            ArrayFile(self._folder / IDS, np.uint32) as self._ids,
            ArrayFile(self._folder / OFFSETS, np.int64) as self._offsets,
            ArrayFile(self._folder / DOCUMENTS, np.int64) as self._documents,
            LabelWriter(self._folder) as self._labels,
        ):
            for beginnings in (self._offsets, self._documents):
                beginnings.append(np.zeros(1, np.int64))
            work = partial(encode_batch, settings=self._settings)
            # A user's function may not be thread-safe.
            workers = 1 if self._settings.one_thread else threads
            for encoded in ordered_map(work, stop.until(batches), workers):
                self._append(encoded)
                progress.report(self._tally.bytes)
        self._layout.tokens, self._layout.sentences = self._ids.length, self._offsets.length - 1
        self._layout.documents, self._layout.label_bytes = self._documents.length - 1, self._labels.bytes
        summary.check_tokens(self._names, self._tally, self._layout.tokens)
        final = build_vocabulary(self._table, self._settings, self._given, self._folder)
        chunks = renumbered(self._folder / IDS, self._ids.length, final.names, threads, stop)
        if self._settings.closes_up:
            removed = close_up(self._folder, (IDS, OFFSETS), len(final.vocabulary), self._layout, stop)
            final.changed["tokens_removed"] = removed
            chunks = chunk_digests(map_array(self._folder / IDS), threads)
        final.vocabulary.write(self._folder / VOCABULARY)
        words = summary.of_vocabulary(final, self._settings, self._wanted)
        seconds = clock.now() - self._begun
        meta = summary.described(self._settings.record(), self._names, self._tally, self._layout, words, seconds)
        meta |= digests(self._folder, chunks, threads)
        report(meta, progress)
        del final  # Windows removes no file that is mapped
        (self._folder / NAMES).unlink(missing_ok=True)
        KIND.write_meta(self._folder, meta)

    def _append(self, encoded: TokenisedBatch) -> None:
        """Append a batch to the files."""
        tokens, begin = encoded.tokens, self._ids.length
        renumber_ids(tokens.ids, self._table.add(encoded.data, tokens.words))
        self._ids.append(tokens.ids)
        before, previous = self._offsets.length - 1, self._sentences.last
        ends = self._sentences.add(stretch_of(tokens), tokens.ends + begin, begin)
        ends, cut = pieces(previous, ends, self._settings.max_sentence)
        self._offsets.append(ends)
        document_ends, source_ends = encoded.document_ends + begin, encoded.source_ends + begin
        self._layout.first_documents += (self._documents.length - 1 + encoded.documents_before).tolist()
        self._documents.append(before + np.searchsorted(ends, document_ends, side="right"))
        self._labels.add(encoded.labels)
        self._layout.cut += cut
        self._layout.first_tokens += source_ends.tolist()
        self._layout.first_sentences += (before + np.searchsorted(ends, source_ends, side="right")).tolist()
        self._tally.add(summary.Tally(encoded.size, encoded.replaced, tokens.counters))


def digests(folder: Path, ids: list[bytes], threads: int | None = None) -> dict[str, str]:
    """Return the digests for ``meta.json`` of a folder's files; `ids` are those of the chunks of its ids."""
    offsets, documents, labels, starts = (
        chunk_digests(map_array(folder / name), threads) for name in (OFFSETS, DOCUMENTS, LABELS, LABEL_STARTS)
    )
    words = chunk_digests(as_array((folder / VOCABULARY).read_bytes()), threads)
    return {"digest": digest([ids, offsets, documents, words]), "label_digest": digest([labels, starts])}


def report(meta: dict[str, Any], progress: Progress) -> None:
    """Report the warnings and hints about an encoded text."""
    for warning in meta["warnings"]:
        progress.say(f"warning: {summary.title(meta['sources']['names'])}: {warning}")
    for hint in meta["hints"]:
        progress.say(hint)

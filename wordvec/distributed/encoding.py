"""Encoding of text by the workers of Dask; the folder is that of one process, byte for byte."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from wordvec import clock
from wordvec.corpora import summary
from wordvec.corpora.arrayfile import lay_out, write_at
from wordvec.corpora.automatic import resolved
from wordvec.corpora.batches import text_batches
from wordvec.corpora.checked_blocks import checked_blocks
from wordvec.corpora.closing import close_up
from wordvec.corpora.document_table import DOCUMENTS, LABEL_STARTS, LABELS
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.encoding import IDS, KIND, OFFSETS, report
from wordvec.corpora.folder import VOCABULARY, as_array, chunk_digests, digest
from wordvec.corpora.listed_words import with_words
from wordvec.corpora.npy import map_array
from wordvec.corpora.readers import Source, sources
from wordvec.corpora.records import RecordCounts
from wordvec.corpora.settings import EncodingSettings
from wordvec.distributed.cluster import Cluster, connected
from wordvec.distributed.joining import Part, hashed, joined
from wordvec.distributed.merging import merged
from wordvec.distributed.sentences import placed, write_sentences
from wordvec.distributed.shards import Shard, plan, read_shard
from wordvec.errors import InputError
from wordvec.files import check_output
from wordvec.files.commits import remove
from wordvec.workers import Progress, StopFlag

if TYPE_CHECKING:
    from distributed import Client

WORK = "work"
"""Folder, inside the unfinished output, of the files that tasks exchange."""


def encode(
    paths: str | Path | Sequence[str | Path],
    folder: str | Path | None = None,
    *,
    client: "Client | None" = None,
    overwrite: bool = False,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
    **settings: Any,
) -> EncodedCorpus:
    """Encode files, folders or patterns on the workers of Dask.

    Parameters
    ----------
    paths
        Files of text that all workers see under the same path; see `wordvec.corpora.readers.sources`. Large plain files
        are divided; a compressed file, a dump or a file of JSONL is read by one worker.
    folder
        Output folder, which all workers see; None: a temporary folder of this machine.
    client
        Client of Dask; None: the default client, or a cluster of processes on this machine that ends with the call.
    overwrite
        Whether an existing `folder` is replaced.
    progress
        Progress reports.
    stop
        Flag that stops the work.
    **settings
        Fields of `wordvec.corpora.settings.EncodingSettings`.

    Returns
    -------
    EncodedCorpus
        Its files are those of `EncodedCorpus.from_text`, byte for byte; its metadata also record the workers.

    Raises
    ------
    ClusterError
        If the scheduler is lost, or workers have other versions or do not see the folder.
    InputError, SettingsError, OutputError, MemoryLimitError, Interrupted
        As for `EncodedCorpus.from_text`; also for standard input, which workers cannot read.
    """
    wanted = EncodingSettings.of(**settings)
    found = [_shared(source) for source in sources(paths)]
    if folder is not None:
        check_output(Path(folder), overwrite, folder=True)
    progress, stop = progress or Progress(), StopFlag() if stop is None else stop
    with connected(client, progress, stop) as cluster:

        def write(unfinished: Path) -> None:
            _Encoding(cluster, found, wanted).write(unfinished)

        return EncodedCorpus.make(folder, overwrite, write)


def _shared(source: Source) -> Source:
    """Return a source with an absolute path: workers have other current folders."""
    if source.path is None:
        raise InputError("standard input (-) cannot be read by workers: write the text to a file first")
    return Source(source.name, source.path.absolute())


class _Encoding:
    def __init__(self, cluster: Cluster, found: list[Source], wanted: EncodingSettings) -> None:
        self._begun = clock.now()
        self._cluster, self._sources = cluster, found
        self._wanted = self._settings = with_words(wanted)

    def write(self, unfinished: Path) -> None:
        folder = unfinished.absolute()  # workers have other current folders
        with self._cluster.workspace(folder / WORK) as work:
            self._choose_tokenizer()
            # Words are dropped at the end; a vocabulary or a list can be large.
            without = dataclasses.replace(self._settings, vocabulary=None, stop_words=None, keep_words=None)
            jobs = plan(self._sources, without, work, self._cluster.slots)
            shards = self._cluster.run("encode", read_shard, jobs, "encoding")
            tally = summary.Tally()
            for shard in shards:
                tally.add(shard.tally)
            names = [source.name for source in self._sources]
            summary.check_tokens(names, tally, sum(shard.stretch.tokens for shard in shards))
            layout, offsets = self._sentences(folder, shards)
            places = [shard.place for shard in shards]
            found = merged(self._cluster, places, folder, work, self._settings, self._wanted)
            parts = [
                Part(shard.place / IDS, shard.stretch.tokens, chain)
                for shard, chain in zip(shards, found.chains, strict=True)
            ]
            ids = joined(self._cluster, "number", folder / IDS, "<u4", parts, "numbering")
            if self._settings.closes_up:
                unknown = found.words["words"]
                removed = close_up(folder, (IDS, OFFSETS), unknown, layout, self._cluster.stop)
                found.words["changed"]["tokens_removed"] = removed
                ids, *offsets = (chunk_digests(map_array(folder / name)) for name in (IDS, OFFSETS, DOCUMENTS))
            seconds = clock.now() - self._begun
            meta = summary.described(self._settings.record(), names, tally, layout, found.words, seconds)
            words = chunk_digests(as_array((folder / VOCABULARY).read_bytes()))
            labels = self._labels(folder, shards, 1 + len(meta["fields"]))
            meta |= {
                "digest": digest([ids, *offsets, words]),
                "label_digest": digest(labels),
                "cluster": self._cluster.record(),
            }
            report(meta, self._cluster.progress)
            remove(work)
            KIND.write_meta(unfinished, meta)

    def _choose_tokenizer(self) -> None:
        records = RecordCounts()
        blocks = ((source.name, checked_blocks(source, self._wanted, records)) for source in self._sources)
        batches = text_batches(blocks)
        _, self._settings, line = resolved(batches, self._wanted)
        if line:
            self._cluster.progress.say(line)

    def _sentences(self, folder: Path, shards: list[Shard]) -> tuple[summary.Layout, list[list[bytes]]]:
        """Write the offsets of sentences and documents; return the sizes of the text and the digests of the chunks."""
        jobs, tokens, sentences, cut = placed(shards, self._settings, folder)
        documents, label_bytes = sum(shard.documents for shard in shards), sum(shard.label_bytes for shard in shards)
        lengths = {OFFSETS: sentences + 1, DOCUMENTS: documents + 1}
        for name, length in lengths.items():
            lay_out(folder / name, np.int64, length)
            with (folder / name).open("r+b", buffering=0) as file:
                write_at(file, 0, np.zeros(1, np.int64))
        layout = summary.Layout(tokens, sentences, cut, documents, label_bytes)
        for beginnings in self._cluster.run("sentences", write_sentences, jobs):
            layout.first_tokens += beginnings.tokens
            layout.first_sentences += beginnings.sentences
            layout.first_documents += beginnings.documents
        return layout, [hashed(self._cluster, folder / name, "<i8", length) for name, length in lengths.items()]

    def _labels(self, folder: Path, shards: list[Shard], cells: int) -> list[list[bytes]]:
        """Join the names and fields of documents; return the digests of the chunks."""
        texts, starts, before = [], [Part(shards[0].place / LABEL_STARTS, 1)], 0
        for shard in shards:
            texts.append(Part(shard.place / LABELS, shard.label_bytes))
            starts.append(Part(shard.place / LABEL_STARTS, cells * shard.documents, first=1, shift=before))
            before += shard.label_bytes
        return [
            joined(self._cluster, "label", folder / LABELS, "|u1", texts, "joining"),
            joined(self._cluster, "label-starts", folder / LABEL_STARTS, "<i8", starts, "joining"),
        ]

"""Sentences across shards: ``offsets.npy`` and ``documents.npy`` from the ends in all shards."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.arrayfile import blocks_at, write_at
from wordvec.corpora.document_table import DOCUMENTS
from wordvec.corpora.encoding import OFFSETS
from wordvec.corpora.npy import map_array
from wordvec.corpora.sentences import SentenceEnds, pieces
from wordvec.corpora.settings import BREAKS, EncodingSettings
from wordvec.distributed.shards import DOCUMENT_ENDS, DOCUMENTS_BEFORE, ENDS, SOURCE_ENDS, Shard


class SentenceJob(NamedTuple):
    """The writing of the sentences that end in one shard.

    Attributes
    ----------
    folder
        Folder of the offsets of sentences and documents; their files exist already.
    shard
        Folder of the shard.
    begin
        First token of the shard.
    ends
        Number of ends in the shard.
    previous
        End of the last sentence before.
    closed
        Whether the sentence before ends where the shard begins.
    sentences, documents
        Number of sentences, after splitting, and of documents that end before.
    longest
        Maximal tokens of a sentence.
    """

    folder: Path
    shard: Path
    begin: int
    ends: int
    previous: int
    closed: bool
    sentences: int
    documents: int
    longest: int


class Beginnings(NamedTuple):
    """The first token, sentence and document after each source that ends in a shard."""

    tokens: list[int]
    sentences: list[int]
    documents: list[int]


class Placed(NamedTuple):
    """The jobs of all shards, and the numbers of all tokens, sentences and split sentences."""

    jobs: list[SentenceJob]
    tokens: int
    sentences: int
    cut: int


def placed(shards: Sequence[Shard], settings: EncodingSettings, folder: Path) -> Placed:
    """Return where each shard's sentences are, as one pass over the text would find them."""
    longest = settings.max_sentence
    state = SentenceEnds(BREAKS[settings.sentence])
    jobs: list[SentenceJob] = []
    tokens = sentences = documents = cut = 0
    for shard in shards:
        previous = state.last
        inside = np.array([shard.first_end, shard.last_end][: min(shard.ends, 2)], np.int64) + tokens
        found = state.add(shard.stretch, inside, tokens)
        closed = bool(len(found)) and int(found[0]) == tokens
        before = previous, closed, sentences, documents
        jobs.append(SentenceJob(folder, shard.place, tokens, shard.ends, *before, longest))
        first = pieces(previous, found[: closed + (shard.ends > 0)], longest)
        sentences += len(first.ends) + shard.later_pieces
        cut += first.cut + shard.later_cut
        tokens += shard.stretch.tokens
        documents += shard.documents
    return Placed(jobs, tokens, sentences, cut)


def write_sentences(job: SentenceJob) -> Beginnings:
    """Write the ends of sentences and documents of a shard, and return where sources begin."""
    sources, documents = (np.array(map_array(job.shard / name, np.int64)) for name in (SOURCE_ENDS, DOCUMENT_ENDS))
    before = np.array(map_array(job.shard / DOCUMENTS_BEFORE, np.int64)) + job.documents
    sources, documents = sources + job.begin, documents + job.begin
    of_sources, of_documents = (np.full(len(each), job.sentences) for each in (sources, documents))
    previous, number = job.previous, job.sentences
    with (job.folder / OFFSETS).open("r+b", buffering=0) as file:
        for block in _blocks(job):
            ends, _ = pieces(previous, block, job.longest)
            write_at(file, 1 + number, ends)
            of_sources += np.searchsorted(ends, sources, side="right")
            of_documents += np.searchsorted(ends, documents, side="right")
            previous, number = int(ends[-1]), number + len(ends)
    with (job.folder / DOCUMENTS).open("r+b", buffering=0) as file:
        write_at(file, 1 + job.documents, of_documents)
    return Beginnings(sources.tolist(), of_sources.tolist(), before.tolist())


def _blocks(job: SentenceJob) -> Iterator[NDArray[np.int64]]:
    """Yield the ends of the shard's sentences, as tokens of the text."""
    if job.closed:
        yield np.array([job.begin], np.int64)
    for block in blocks_at(job.shard / ENDS, np.int64, 0, job.ends):
        yield block + job.begin

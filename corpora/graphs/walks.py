"""Random walks on a graph as an encoded corpus: each walk is a sentence, each node a word.

A round starts a walk from each node, in an order of its own. Walks are drawn in parallel and written in order; when all
nodes are counted, their numbers in the graph are replaced by ids of falling frequency, as in the encoding of a text.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments, clock
from wordvec.corpora import summary
from wordvec.corpora.arrayfile import ArrayFile
from wordvec.corpora.document_table import DOCUMENTS, LabelWriter
from wordvec.corpora.documents import Labels
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.encoding import IDS, KIND, OFFSETS, digests
from wordvec.corpora.folder import VOCABULARY
from wordvec.corpora.graphs.graph import Graph
from wordvec.corpora.graphs.settings import WalkSettings
from wordvec.corpora.renumbering import renumbered
from wordvec.corpora.settings import EncodingSettings
from wordvec.corpora.vocabulary import Vocabulary, frequency_order, pack
from wordvec.kernels.walks import Adjacency, Bias, first_order, second_order, shuffle
from wordvec.representation import short
from wordvec.workers import Progress, StopFlag, ordered_map, thread_count

_NODES_AT_ONCE = 1 << 17
"""Nodes of the walks that a thread draws at a time, about; they fit in the second-level cache."""


class _Starts(NamedTuple):
    """First nodes of some walks of one round."""

    round_number: int
    nodes: NDArray[np.uint32]


class _Walks(NamedTuple):
    """Walks one after another, and the number of nodes before the end of each."""

    ids: NDArray[np.uint32]
    ends: NDArray[np.int64]

    def __repr__(self) -> str:
        return short(self)


def random_walks(
    graph: Graph,
    folder: str | Path | None = None,
    *,
    seed: int = 1,
    threads: int | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
    **settings: Any,
) -> EncodedCorpus:
    """Write random walks from each node of a graph as an encoded corpus, on which every method can train.

    Parameters
    ----------
    graph
        The graph.
    folder
        Output folder; None: a temporary folder that exists as long as the corpus.
    seed
        Seed of the walks. The walk from a node in a round is a function of it, for any number of threads.
    threads
        Number of threads; None: all processors.
    overwrite
        Whether an existing `folder` is replaced.
    progress, stop
        Receiver of reports, and flag that stops the work.
    **settings
        Fields of `wordvec.corpora.graphs.settings.WalkSettings`: `walks` from each node, `length` in nodes, and the
        parameters `p`, `q` and `plus` of node2vec. Walks that reach a node without edges end there.

    Raises
    ------
    SettingsError
        If a setting is out of range.
    OutputError
        If the folder cannot be written.
    Interrupted
        If `stop` was set; no output remains.

    Examples
    --------
    >>> triangle = Graph.from_edges([("a", "b"), ("b", "c"), ("c", "a")])
    >>> with random_walks(triangle, walks=2, length=5) as corpus:
    ...     len(corpus.ids), len(corpus.vocabulary)
    (30, 3)
    """
    arguments.expect("graph", graph, Graph)
    chosen = WalkSettings.of(**settings)
    arguments.seed(seed)
    threads, progress, stop = thread_count(threads), progress or Progress(), stop or StopFlag()

    def write(unfinished: Path) -> None:
        progress.begin("walking", chosen.walks * len(graph), " walks")
        try:
            _write(unfinished, graph, chosen, seed, threads, progress, stop)
        finally:
            progress.end()

    return EncodedCorpus.make(folder, overwrite, write)


def _write(
    folder: Path, graph: Graph, settings: WalkSettings, seed: int, threads: int, progress: Progress, stop: StopFlag
) -> None:
    """Write the files of the corpus."""
    begun = clock.now()
    counts = np.zeros(len(graph), np.int64)
    with ArrayFile(folder / IDS, np.uint32) as ids, ArrayFile(folder / OFFSETS, np.int64) as offsets:
        offsets.append(np.zeros(1, np.int64))
        # The tables are made here, not by each thread.
        work = partial(_walked, graph=graph.adjacency, bias=_bias(graph, settings), seed=seed, length=settings.length)
        for walks in ordered_map(work, stop.until(_starts(graph, settings, seed)), threads):
            offsets.append(ids.length + walks.ends)
            ids.append(walks.ids)
            counts += np.bincount(walks.ids, minlength=len(graph))
            progress.report(offsets.length - 1)
        tokens, sentences = ids.length, offsets.length - 1
    packed, starts = pack(graph.names)
    order = frequency_order(packed, starts, counts)
    vocabulary = Vocabulary.of(packed, starts, counts, order)
    names = np.empty(len(order), np.uint32)
    names[order] = np.arange(len(order))
    chunks = renumbered(folder / IDS, tokens, names, threads, stop)
    vocabulary.write(folder / VOCABULARY)
    layout = summary.Layout(tokens=tokens, sentences=sentences, documents=1)
    layout.first_tokens, layout.first_sentences, layout.first_documents = [0, tokens], [0, sentences], [0, 1]
    layout.label_bytes = _write_document(folder, graph.name, sentences)
    words = {
        "words": len(vocabulary),
        "known": tokens,
        "changed": {},
        "warnings": [],
        "later_warnings": [],
        "hints": [],
        "unknown_id": None,
    }
    recorded = _record(graph, settings, seed)
    meta = summary.described(recorded, [graph.name], summary.Tally(), layout, words, clock.now() - begun)
    KIND.write_meta(folder, meta | {"warnings": []} | digests(folder, chunks, threads))


def _record(graph: Graph, settings: WalkSettings, seed: int) -> dict[str, Any]:
    """Return the settings for ``meta.json``: those of a text of one token for each node, and those of the walks."""
    of_graph = {
        "nodes": len(graph),
        "edges": graph.edges,
        "directed": graph.directed,
        "weighted": graph.weighted,
        "left_out": graph.left_out,
    }
    text = EncodingSettings(tokenizer="whitespace").record()
    return text | {"walks": settings.by_name() | {"seed": seed, "graph": of_graph}}


def _bias(graph: Graph, settings: WalkSettings) -> Bias | None:
    """Return the parameters of the second order; None for walks of the first."""
    if settings.first_order:
        return None
    thresholds = graph.thresholds() if settings.plus else np.zeros(len(graph), np.float32)
    return Bias(1 / settings.p, 1 / settings.q, thresholds)


def _starts(graph: Graph, settings: WalkSettings, seed: int) -> Iterator[_Starts]:
    together = max(1, _NODES_AT_ONCE // settings.length)
    for round_number in range(settings.walks):
        nodes = np.arange(len(graph), dtype=np.uint32)
        shuffle(seed, round_number, nodes)
        for begin in range(0, len(nodes), together):
            yield _Starts(round_number, nodes[begin : begin + together].copy())


def _walked(starts: _Starts, graph: Adjacency, bias: Bias | None, seed: int, length: int) -> _Walks:
    ids, ends = np.empty(len(starts.nodes) * length, np.uint32), np.empty(len(starts.nodes), np.int64)
    key = (seed, starts.round_number)
    if bias is None:
        filled = first_order(graph, starts.nodes, key, length, ids, ends)
    else:
        filled = second_order(graph, bias, starts.nodes, key, length, ids, ends)
    return _Walks(ids[:filled], ends)


def _write_document(folder: Path, name: str, sentences: int) -> int:
    """Write one document of all walks; return the bytes of its name."""
    labels = Labels()
    labels.add(name)
    with ArrayFile(folder / DOCUMENTS, np.int64) as documents, LabelWriter(folder) as writer:
        documents.append(np.array([0, sentences], np.int64))
        writer.add(labels)
        return writer.bytes

"""Phrases joined in a text of ids, in parallel over sentences."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.arrayfile import ArrayFile
from wordvec.corpora.npy import map_array
from wordvec.corpora.phrases.table import Phrase, connectors_in
from wordvec.corpora.phrases.text import Part, PassText
from wordvec.kernels.bits import Masks
from wordvec.kernels.phrases import BEGINS, CONNECTOR, ENDS, fill_edges, join_phrases
from wordvec.representation import short
from wordvec.workers import Progress, StopFlag, ordered_map


class Edges(NamedTuple):
    """Phrases as edges from beginnings to ids, for the words of one text.

    Attributes
    ----------
    flags
        (words + 1,) flags of all words and of the unknown id, which is the last.
    slots
        Hash table of edges.
    words
        The words of the text, followed by new ones.
    """

    flags: NDArray[np.uint8]
    slots: Masks
    words: list[str]

    def __repr__(self) -> str:
        return short(self)


def edges_of(phrases: Sequence[Phrase], words: list[str]) -> Edges:
    """Return the edges of phrases; those with a word that the text lacks are left out.

    Raises
    ------
    InputError
        If the phrases contradict each other.
    """
    inside = connectors_in(phrases)
    ids = {word: number for number, word in enumerate(words)}
    starts: set[int] = set()
    ends: set[int] = set()
    edges: dict[tuple[int, int], int] = {}
    joined: dict[tuple[int, int], str] = {}
    nodes = len(words) + 1
    for row in phrases:
        numbers = [ids.get(word, -1) for word in row.words]
        if min(numbers) < 0:
            continue
        node = numbers[0]
        starts.add(node)
        for connector in numbers[1:-1]:
            edge = (node, connector)
            if edge not in edges:
                edges[edge], nodes = nodes, nodes + 1
            node = edges[edge]
        ends.add(numbers[-1])
        joined[node, numbers[-1]] = row.phrase
    longer = list(words)
    for string in joined.values():
        if string not in ids:
            ids[string] = len(longer)
            longer.append(string)
    flags = np.zeros(len(longer) + 1, np.uint8)
    connectors = [ids[word] for word in inside if word in ids]
    for chosen, flag in ((starts, BEGINS), (ends, ENDS), (connectors, CONNECTOR)):
        flags[list(chosen)] |= flag
    edges |= {edge: ids[string] for edge, string in joined.items()}
    slots = np.zeros(max(4, 1 << (4 * len(edges) - 1).bit_length()), np.uint64)
    sources = np.array(list(edges), np.uint32).reshape(-1, 2)
    values = np.fromiter(edges.values(), np.uint32, len(edges))
    fill_edges(slots, np.ascontiguousarray(sources[:, 0]), np.ascontiguousarray(sources[:, 1]), values)
    return Edges(flags, slots, longer)


def write_joined(
    text: PassText,
    phrases: Sequence[Phrase],
    paths: tuple[Path, Path],
    threads: int,
    progress: Progress,
    stop: StopFlag,
) -> PassText:
    """Write a text with phrases joined, and return it.

    Parameters
    ----------
    text, phrases
        Text, and the phrases of one pass.
    paths
        Files of ids and offsets to write.
    threads, progress, stop
        Number of threads, progress reports, and the flag that stops the work.

    Raises
    ------
    InputError
        If the phrases contradict each other.
    Interrupted
        If the flag is set.
    """
    edges = edges_of(phrases, text.words)
    known, unknown = len(text.words), len(edges.words)
    with_unknown = int(text.counts.sum()) < len(text.ids)
    counts = np.zeros(unknown + 1, np.int64)

    def join(part: Part) -> tuple[NDArray[np.uint32], NDArray[np.int64], NDArray[np.int64]]:
        ids = np.where(part.ids < known, part.ids, np.uint32(unknown)) if with_unknown else part.ids
        out, ends = np.empty(len(ids), np.uint32), np.empty(len(part.ends), np.int64)
        filled = join_phrases(ids, part.ends, edges.flags, edges.slots, out, ends)
        return out[:filled], ends, np.bincount(out[:filled], minlength=unknown + 1)

    progress.begin("joining", len(text.offsets) - 1, " sentences")
    try:
        with ArrayFile(paths[0], np.uint32) as ids, ArrayFile(paths[1], np.int64) as offsets:
            offsets.append(np.zeros(1, np.int64))
            for out, ends, found in ordered_map(join, stop.until(text.parts()), threads):
                offsets.append(ids.length + ends)
                ids.append(out)
                counts += found
                progress.report(offsets.length - 1)
    finally:
        progress.end()
    return PassText(map_array(paths[0]), map_array(paths[1]), edges.words, counts[:unknown])

"""Phrases in texts of ids: words that are followed by connectors, and the joining of phrases.

A phrase is a word, any number of connectors, and a last word (``bank of america``). Its beginning, the word with the
connectors so far, is a node of a trie: nodes below the number of words are words, others are numbered in order of
first appearance. The edges of the trie are a hash table of ``(node, word)``; it has alternating keys and values, as
the tables in `words`, and at most half of its slots are used.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.bits import Bytes, Int, Longs, Masks
from wordvec.kernels.cooccurrence import GAP
from wordvec.kernels.simd import prefetch
from wordvec.kernels.words import first_slot, slot_shift

CONNECTOR, BEGINS, ENDS = 1, 2, 4
"""Flags of words: a connector, the first word of a phrase, the last word of a phrase."""

NONE = -1
_AHEAD = 16
"""Tokens ahead of which an edge is prefetched: the table is larger than the cache."""
_ZERO, _ONE, _TWO, _32 = np.uint64(0), np.uint64(1), np.uint64(2), np.uint64(32)


class Trie(NamedTuple):
    """Beginnings of phrases: hash table of edges, and for each node its parent and its last word."""

    slots: Masks  # (4 * capacity,)
    parents: NDArray[np.uint32]  # (capacity,)
    lasts: NDArray[np.uint32]  # (capacity,)


@inline
def _edge(node: Int, word: Int) -> np.uint64:
    """Return the key of an edge, which is not 0."""
    return ((np.uint64(node) << _32) | np.uint64(word)) + _ONE


@inline
def _find(slots: Masks, key: np.uint64, shift: np.uint64) -> np.uint64:
    """Return the slot of a key, or the empty slot where it belongs."""
    last = np.uint64(slots.size - 1)
    slot = first_slot(key, shift)
    while slots[slot] != _ZERO and slots[slot] != key:
        slot = (slot + _TWO) & last
    return slot


@kernel
def fill_edges(slots: Masks, nodes: NDArray[np.uint32], words: NDArray[np.uint32], values: NDArray[np.uint32]) -> None:
    """Insert edges from `nodes` by `words` to `values` into slots that have room for them."""
    shift = slot_shift(slots)
    for edge in range(nodes.size):
        key = _edge(nodes[edge], words[edge])
        slot = _find(slots, key, shift)
        slots[slot], slots[slot + _ONE] = key, np.uint64(values[edge])


@kernel
def prefix_stream(
    ids: NDArray[np.uint32],
    ends: Longs,
    flags: Bytes,
    trie: Trie,
    nodes: int,
    out: NDArray[np.uint32],
    filled: Longs,
) -> int:
    """Write a text in which two adjacent numbers are a candidate of a phrase; return the new number of nodes.

    A word that connectors follow occurs twice: as the end of the candidate before, and after a gap as the beginning
    that it makes with its connectors. Ends of sentences and unknown words are gaps.

    Parameters
    ----------
    ids, ends
        Ids of some sentences, and the end of each in `ids`.
    flags
        (words,) flags; ids from ``len(flags)`` on are unknown.
    trie
        Beginnings so far, with room for as many more as there are ids; changed.
    nodes
        Number of beginnings of more than one word.
    out, filled
        (2 * ids + sentences,) output, and its length as the only element of `filled`.
    """
    words = np.int64(flags.size)
    shift = slot_shift(trie.slots)
    position, token = np.int64(0), np.int64(0)
    for sentence in range(ends.size):
        out[position] = GAP
        position += 1
        node, between = np.int64(NONE), False
        while token < ends[sentence]:
            word = np.int64(ids[token])
            token += 1
            if token + _AHEAD < ids.size:
                first, second = np.int64(ids[token + _AHEAD - 1]), np.int64(ids[token + _AHEAD])
                if second < words and flags[second] & CONNECTOR:
                    prefetch(trie.slots, np.int64(first_slot(_edge(first, second), shift)))
            if word >= words:
                out[position] = GAP
                position += 1
                node = np.int64(NONE)
            elif flags[word] & CONNECTOR:
                if node >= 0:
                    key = _edge(node, word)
                    slot = _find(trie.slots, key, shift)
                    if trie.slots[slot] == _ZERO:
                        trie.parents[nodes], trie.lasts[nodes] = node, word
                        trie.slots[slot], trie.slots[slot + _ONE] = key, np.uint64(words + nodes)
                        nodes += 1
                    node, between = np.int64(trie.slots[slot + _ONE]), True
            else:
                if node >= 0 and between:
                    out[position], out[position + 1] = GAP, node
                    position += 2
                out[position] = word
                position += 1
                node, between = word, False
    filled[0] = position
    return nodes


@inline
def _copy(ids: NDArray[np.uint32], begin: Int, end: Int, out: NDArray[np.uint32], position: Int) -> Int:
    for token in range(begin, end):
        out[position] = ids[token]
        position += 1
    return position


@kernel
def join_phrases(
    ids: NDArray[np.uint32], ends: Longs, flags: Bytes, slots: Masks, out: NDArray[np.uint32], out_ends: Longs
) -> int:
    """Replace phrases by one token, from left to right in each sentence; return the number of tokens.

    A word that ended a phrase begins no other; a word after which no phrase was found is left as it is.

    Parameters
    ----------
    ids, ends
        Ids of some sentences, and the end of each in `ids`.
    flags
        (ids + 1,) flags of all ids, including the unknown id.
    slots
        Edges: to a node by a connector, to the id of the phrase by its last word.
    out, out_ends
        (tokens,) and (sentences,) output.
    """
    shift = slot_shift(slots)
    position: Int = np.int64(0)
    token = np.int64(0)
    for sentence in range(ends.size):
        begin, node = np.int64(NONE), np.int64(NONE)
        while token < ends[sentence]:
            word = np.int64(ids[token])
            flag = flags[word]
            if flag & CONNECTOR:
                if begin < 0:
                    out[position] = word
                    position += 1
                elif node >= 0:
                    slot = _find(slots, _edge(node, word), shift)
                    node = np.int64(slots[slot + _ONE]) if slots[slot] != _ZERO else np.int64(NONE)
            else:
                joined = False
                if node >= 0 and flag & ENDS:
                    slot = _find(slots, _edge(node, word), shift)
                    if slots[slot] != _ZERO:
                        out[position] = slots[slot + _ONE]
                        position += 1
                        begin, node, joined = np.int64(NONE), np.int64(NONE), True
                if not joined:
                    if begin >= 0:
                        position = _copy(ids, begin, token, out, position)
                    begin = token
                    node = word if flag & BEGINS else np.int64(NONE)
            token += 1
        if begin >= 0:
            position = _copy(ids, begin, token, out, position)
        out_ends[sentence] = position
    return int(position)


@kernel
def word_hashes(packed: Bytes, starts: Longs, base: np.uint64, hashes: Masks, powers: Masks) -> None:
    """Compute polynomial hashes of packed words, and the power of `base` by which a word moves what is before it."""
    for word in range(hashes.size):
        value, power = _ZERO, _ONE
        for k in range(starts[word], starts[word + 1]):
            value = value * base + np.uint64(packed[k])
            power = power * base
        hashes[word], powers[word] = value, power


@kernel
def prefix_hashes(
    parents: NDArray[np.uint32], lasts: NDArray[np.uint32], first: int, delimiter: Masks, hashes: Masks, powers: Masks
) -> None:
    """Compute the hashes of the nodes from `first` on, which join a node and a word by a delimiter.

    `delimiter` holds the hash of the delimiter and its power; `hashes` of lower nodes and words are filled already.
    """
    for number in range(parents.size):
        parent, word = np.int64(parents[number]), np.int64(lasts[number])
        joined = hashes[parent] * delimiter[1] + delimiter[0]
        hashes[first + number] = joined * powers[word] + hashes[word]

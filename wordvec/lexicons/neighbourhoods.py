"""Edges of a lexicon between the words that are known."""

import hashlib
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels.retrofit import Neighbourhoods
from wordvec.lexicons.known_edges import KnownEdges
from wordvec.lexicons.lexicon import Lexicon
from wordvec.lexicons.merging import merged, shares
from wordvec.vectors.lookup import in_normal_forms


def neighbourhoods(words: Sequence[str], lexicon: Lexicon, present: NDArray[np.bool_] | None = None) -> Neighbourhoods:
    """Return a lexicon's edges between words.

    A word of the lexicon is looked up as written, else in lower case, and in any Unicode normal form. A phrase with
    blanks between its words is also looked up with ``_`` in their place, and the other way round.

    Parameters
    ----------
    words
        The words, by rows.
    lexicon
        Neighbours and opposites.
    present
        (words,) bool array: which words have a vector; default: all.
    """
    known = {word: row for row, word in enumerate(words) if present is None or present[row]}
    rows = np.fromiter((_row(known, name) for name in lexicon.names), np.int32, len(lexicon.names))
    del known
    parts: list[list[NDArray[np.int64]]] = [[np.empty(0, np.int64)] for _ in range(3)]
    weights = [np.empty(0, np.float32)]
    for block in map(merged, KnownEdges(lexicon.edges, rows).blocks()):
        begins = np.flatnonzero(np.diff(block.rows, prepend=-1))
        moving, edges = block.rows[begins], np.diff(begins, append=len(block.rows))
        neighbours = np.where(block.weights < 0, -1 - block.others, block.others)
        for part, found in zip(parts, (moving, edges, neighbours), strict=True):
            part.append(found)
        weights.append(shares(block.weights, begins))
    moving, edges, neighbours = map(np.concatenate, parts)
    return Neighbourhoods(moving, np.append(0, np.cumsum(edges)), neighbours, np.concatenate(weights))


def digest(edges: Neighbourhoods) -> str:
    """Return a digest of edges and their weights."""
    total = hashlib.sha256()
    for array in edges:
        total.update(np.ascontiguousarray(array).data.cast("B"))
    return total.hexdigest()


def none_known(lexicon: Lexicon, words: int, of: str) -> str:
    """Return the message about a lexicon without an edge between known words."""
    return (
        f"{lexicon.name}: of its {lexicon.words:,} words with neighbours, none is known with one of them; the {of} "
        f"{words:,} words; check language and case"
    )


def _row(known: dict[str, int], word: str) -> int:
    """Return the row of a word of the lexicon; -1 of an unknown one."""
    return next((known[spelling] for spelling in _spellings(word) if spelling in known), -1)


def _spellings(word: str) -> Iterator[str]:
    """Yield the spellings in which a word is looked up, in order.

    >>> list(_spellings("New York"))
    ['New York', 'new york', 'New_York', 'new_york']
    """
    forms = [spelling for form in in_normal_forms(word) for spelling in (form, form.lower())]
    yield from forms
    if " " in word:
        yield from (form.replace(" ", "_") for form in forms)
    if "_" in word:
        yield from (form.replace("_", " ") for form in forms)

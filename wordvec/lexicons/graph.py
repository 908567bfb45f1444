"""Edges of a lexicon between the words that are known."""

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels.retrofit import Neighbourhoods
from wordvec.lexicons.lexicon import Lexicon
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
    row_of = {word: row for row, word in enumerate(words) if present is None or present[row]}
    rows: dict[str, int | None] = {}

    def row_if_known(word: str) -> int | None:
        if word not in rows:
            rows[word] = next((row_of[spelling] for spelling in _spellings(word) if spelling in row_of), None)
        return rows[word]

    found: dict[int, dict[int, float]] = {}
    for kind, opposite in ((lexicon.opposites, True), (lexicon.neighbours, False)):
        for word, others in kind.items():
            row = row_if_known(word)
            for other, weight in others.items() if row is not None else ():
                column = row_if_known(other)
                if row is not None and column is not None and column != row:
                    edge = -1 - column if opposite else column
                    known = found.setdefault(row, {})
                    if opposite or -1 - column not in known:
                        known[edge] = max(weight, known.get(edge, 0.0))
    return _in_order(found)


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


def _spellings(word: str) -> list[str]:
    """Return the spellings in which a word is looked up, in order.

    >>> _spellings("New York")
    ['New York', 'new york', 'New_York', 'new_york']
    """
    forms = [spelling for form in in_normal_forms(word) for spelling in (form, form.lower())]
    joined = [form.replace(" ", "_") for form in forms] if " " in word else []
    apart = [form.replace("_", " ") for form in forms] if "_" in word else []
    return [*forms, *joined, *apart]


def _in_order(found: Mapping[int, Mapping[int, float]]) -> Neighbourhoods:
    moving = sorted(found)
    ends = np.cumsum([0, *(len(found[row]) for row in moving)])
    weights = [_shares(list(found[row].values())) for row in moving]
    return Neighbourhoods(
        np.array(moving, np.int64),
        ends.astype(np.int64),
        np.array([column for row in moving for column in found[row]], np.int64),
        np.concatenate([*weights, np.empty(0)]).astype(np.float32),
    )


def _shares(weights: list[float]) -> NDArray[np.float64]:
    """Return weights divided by their sum, without overflow."""
    scaled = np.array(weights) / max(weights)
    shares: NDArray[np.float64] = scaled / scaled.sum()
    return shares

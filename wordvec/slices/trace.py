"""Path of a word through slices: its counts, its cosines with the first slice that has it, its neighbours."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from wordvec.errors import InputError
from wordvec.slices.measures import cosines
from wordvec.spelling import did_you_mean
from wordvec.tables import Table
from wordvec.vectors import Vectors


def spelled(slices: Mapping[str, Vectors], word: str) -> str:
    """Return the spelling of a word in the first slice that has it, in either Unicode normal form."""
    return next(filter(None, (vectors.spelling(word) for vectors in slices.values())), word)


def hint(slices: Mapping[str, Vectors], word: str, n: int = 3) -> str:
    """Return the end of a message about a word that slices lack, with words of similar spelling in any of them."""
    near = dict.fromkeys(other for vectors in slices.values() for other in vectors.near_spellings(word, n))
    return did_you_mean(list(near)[:n])


def trace(slices: Mapping[str, Vectors], word: str, number: int = 10) -> Table:
    """Return the path of a word.

    Parameters
    ----------
    slices
        Vectors by slice, in one space.
    word
        Word to follow.
    number
        Number of neighbours.

    Returns
    -------
    Table
        A row for each slice: ``count``, ``cosine`` with the vector in the first slice that has the word, and its
        nearest words, ``neighbours``. A slice without the word has the count 0 and no cosine.

    Raises
    ------
    InputError
        If no slice has a vector of the word.
    """
    word = spelled(slices, word)
    having = [name for name, vectors in slices.items() if vectors.covers(word)]
    if not having:
        raise InputError(f"{word}: is in none of the slices, or has no vector there{hint(slices, word)}")
    first = slices[having[0]]
    rows: list[dict[str, Any]] = []
    for name, vectors in slices.items():
        if name not in having:
            rows.append({"slice": name, "count": 0, "cosine": None, "neighbours": ""})
            continue
        cosine = float(np.clip(cosines(first, vectors, [word])[0], -1, 1))
        near = " ".join(other for other, _ in vectors.nearest(word, number, exact=True))
        count = int(vectors.counts[vectors.words.index(word)]) if vectors.counts is not None else None
        rows.append({"slice": name, "count": count, "cosine": cosine, "neighbours": near})
    return Table(rows)

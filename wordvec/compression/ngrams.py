"""Tables of n-grams hashed again into fewer buckets."""

import dataclasses

import numpy as np

from wordvec import formats
from wordvec.errors import InputError
from wordvec.rows import blocks
from wordvec.subwords import Hashed, Subwords, Table
from wordvec.subwords.bags import WORDS_AT_ONCE
from wordvec.vectors import Vectors


def hashable(table: Table | None) -> Hashed:
    """Return a table of n-grams that can be pruned or hashed again.

    Raises
    ------
    InputError
        If there is none, or it is of another kind.
    """
    if not isinstance(table, Hashed):
        raise _refusal(table, "only n-grams of fastText and floret can be pruned or hashed again")
    return table


def fasttext_ngrams(table: Table | None) -> Subwords:
    """Return a table of n-grams that an ``.ftz`` file can hold.

    Raises
    ------
    InputError
        If there is none, or it is of another kind.
    """
    if not isinstance(table, Subwords):
        raise _refusal(table, "only n-grams of fastText can be written to an .ftz file")
    return table


def _refusal(table: Table | None, only: str) -> InputError:
    return InputError(f"{only}; these vectors have " + ("no subwords" if table is None else "subwords of another kind"))


def storable(table: Table | None) -> Table | None:
    """Return a table of n-grams that a ``.vectors`` folder can hold, and None for others."""
    return table if type(table).__name__ in formats.FORMATS["vectors"].subwords else None


def hashed_again(vectors: Vectors, buckets: int) -> Hashed:
    """Return the n-grams of the words in fewer buckets.

    The row of a bucket is the mean of the rows of its n-grams, weighted by the number of words that have them; n-grams
    that no word has get the row of their bucket, too.

    Parameters
    ----------
    vectors
        Vectors with fastText's or floret's n-grams.
    buckets
        New number of buckets.

    Raises
    ------
    InputError
        If the vectors have no such n-grams.
    """
    table = hashable(vectors.subwords)
    if not vectors.words:
        raise InputError("the vectors have no words, by which the n-grams are hashed again")
    new = dataclasses.replace(table, rows=np.zeros((buckets, vectors.dim), np.float32), used=None)
    sums, counts = np.zeros((buckets, vectors.dim)), np.zeros(buckets)
    for span in blocks(len(vectors.words), WORDS_AT_ONCE):
        words = vectors.words[span]
        before, after = table.bags(words).numbers, new.bags(words).numbers
        pairs, uses = np.unique(np.stack([before, after]), axis=1, return_counts=True)
        np.add.at(sums, pairs[1], table.rows[pairs[0]] * uses[:, None])
        np.add.at(counts, pairs[1], uses)
    rows = (sums / np.maximum(counts, 1)[:, None]).astype(np.float32)
    return dataclasses.replace(new, rows=rows)

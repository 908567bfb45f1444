"""Vectors that n-grams give to words, whether or not the words are in the vocabulary."""

from collections.abc import Sequence

import numpy as np

from wordvec.rows import present
from wordvec.subwords import Table
from wordvec.subwords.bags import Means


def composed(subwords: Table | None, words: Sequence[str], dim: int) -> Means:
    """Return the vectors of words from n-grams, and whether each is not all zeros; zeros for words without n-grams."""
    vectors, found = np.zeros((len(words), dim), np.float32), np.zeros(len(words), np.bool_)
    if subwords is None:
        return Means(vectors, found)
    there = np.flatnonzero([has_code(subwords, word) for word in words])
    vectors[there], found[there] = subwords.means([words[at] for at in there.tolist()])
    return Means(vectors, found & present(vectors))


def has_code(subwords: Table, word: str) -> bool:
    """Return whether a word can be encoded to be cut into n-grams; a lone surrogate cannot."""
    if not any("\ud800" <= character <= "\udfff" for character in word):
        return True
    try:
        subwords.bags([word])
    except UnicodeEncodeError:
        return False
    return True

"""Vectors whose n-grams give planted vectors to words outside the vocabulary."""

from collections.abc import Mapping, Sequence

import numpy as np

from wordvec import Vectors
from wordvec.subwords import Listed, Subwords

Planted = Mapping[str, Sequence[float]]


def composing(words: Planted, others: Planted) -> Vectors:
    """Return vectors of `words` that compose `others`: only the n-gram of a whole word has a row."""
    rows = np.array(list(others.values()), np.float32)
    table = Listed(rows, 1, 40, {f"<{word}>": row for row, word in enumerate(others)})
    return Vectors(list(words), np.array(list(words.values()), np.float32), subwords=table)


def both(words: Planted, others: Planted) -> Vectors:
    """Return vectors of all words, without n-grams."""
    known = {**words, **others}
    return Vectors(list(known), np.array(list(known.values()), np.float32))


def planted(names: str, seed: int = 1, dim: int = 6) -> dict[str, list[float]]:
    """Return random vectors by word."""
    chance = np.random.default_rng(seed)
    return {name: chance.standard_normal(dim).tolist() for name in names.split()}


def fasttext(words: Sequence[str], dim: int = 6, buckets: int = 200, shortest: int = 3, seed: int = 1) -> Vectors:
    """Return vectors with random rows for the words and the n-grams of fastText."""
    chance = np.random.default_rng(seed)
    table = Subwords(chance.standard_normal((buckets, dim)).astype(np.float32), shortest, 6)
    return Vectors(words, chance.standard_normal((len(words), dim)), subwords=table)

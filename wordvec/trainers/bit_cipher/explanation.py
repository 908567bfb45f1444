"""Explanation of a dimension of a bit-cipher's vectors: the words whose code has its bit, and its largest values."""

from typing import NamedTuple

import numpy as np

from wordvec.errors import InputError, SettingsError
from wordvec.representation import short
from wordvec.trainers.bit_cipher.aggregation import block_names
from wordvec.trainers.bit_cipher.cipher import Cipher
from wordvec.trainers.bit_cipher.trainer import BitCipher
from wordvec.vectors import Vectors


class Owner(NamedTuple):
    """A word whose code has the bit: its frequency, the bit's share of its code, and its share of the bit's total."""

    word: str
    frequency: int
    share: float
    part: float


class Explanation(NamedTuple):
    """Explanation of a dimension.

    Attributes
    ----------
    block, bit
        Description of the block, and number of the bit.
    owned
        Number of words whose code has the bit.
    owners
        The most frequent of them.
    largest
        Words with the largest values, and the values.
    """

    dimension: int
    block: str
    bit: int
    owned: int
    owners: list[Owner]
    largest: list[tuple[str, float]]

    def __repr__(self) -> str:
        return short(self)


def explain(vectors: Vectors, dimension: int, n: int = 10) -> Explanation:
    """Explain a dimension of vectors of `BitCipher`.

    A word adds 1 / k of its weight to each of its k bits. ``part`` assumes that every word is equally often a context
    word of all others, in proportion to its frequency.

    Parameters
    ----------
    dimension
        Number of the dimension, from 0.
    n
        Number of owners and of words to return.

    Raises
    ------
    InputError
        If the vectors are not of a bit-cipher, or their counts are missing.
    SettingsError
        If the dimension is out of range.
    """
    if vectors.metadata.get("method") != BitCipher.method:
        raise InputError(
            "these vectors are not of a bit-cipher, as NAME.json beside them says; use vectors of wordvec train "
            "bit-cipher"
        )
    if vectors.counts is None:
        raise InputError("the counts of the words are missing; NAME.vocab must be beside the vectors")
    if not 0 <= dimension < vectors.dim:
        raise SettingsError(f"dimension {dimension}: must be from 0 to {vectors.dim - 1}")
    try:
        trainer = BitCipher(**vectors.metadata.get("settings", {}))
    except (TypeError, SettingsError) as error:
        raise InputError(f"NAME.json beside the vectors is damaged ({error}); train again") from error
    cipher = Cipher(vectors.counts, trainer.bits or 0)
    names = ["the word itself"] * (trainer.identity > 0)
    names += block_names(trainer.mode, trainer.blocks, trainer.radius)
    block, bit = divmod(dimension, cipher.bits)
    owners = cipher.owners(bit)
    fed = cipher.counts[owners] / cipher.lengths[owners]
    column = vectors.matrix[:, dimension]
    return Explanation(
        dimension,
        names[block],
        bit,
        len(owners),
        [
            Owner(vectors.words[word], int(cipher.counts[word]), 1 / int(cipher.lengths[word]), float(part))
            for word, part in zip(owners[:n], fed / fed.sum(), strict=False)
        ],
        [(vectors.words[row], float(column[row])) for row in np.argsort(-column, kind="stable")[:n]],
    )

"""What a dimension of a bit-cipher's vectors means: which words own its bit and so feed it, and where it is large."""

from typing import NamedTuple

import numpy as np

from wordvec.errors import InputError, SettingsError
from wordvec.trainers.bit_cipher.aggregation import block_names
from wordvec.trainers.bit_cipher.cipher import Cipher
from wordvec.trainers.bit_cipher.trainer import BitCipher
from wordvec.vectors import Vectors


class Owner(NamedTuple):
    """A word whose code has the bit: its frequency, the share of its code that the bit is, and of all that feeds it."""

    word: str
    frequency: int
    share: float
    part: float


class Explanation(NamedTuple):
    """A dimension explained.

    Attributes
    ----------
    block, bit
        What is summed there, and of which bit.
    owned
        How many words have the bit.
    owners
        The most frequent of them.
    largest
        Words whose vectors are largest there, with the value.
    """

    dimension: int
    block: str
    bit: int
    owned: int
    owners: list[Owner]
    largest: list[tuple[str, float]]


def explain(vectors: Vectors, dimension: int, n: int = 10) -> Explanation:
    """Explain a dimension of vectors that `BitCipher` made.

    A word feeds each of its k bits with 1 / k of what it counts; ``part`` is by how often it occurs, as if it stood
    near everything alike.

    Parameters
    ----------
    dimension
        From 0.
    n
        How many owners and words to give.

    Raises
    ------
    InputError
        If the vectors are no bit-cipher's, or their counts are not known.
    SettingsError
        If there is no such dimension.
    """
    if vectors.metadata.get("method") != BitCipher.method:
        raise InputError(
            "these vectors were not made by a bit-cipher (NAME.json beside them tells), so nothing explains them"
        )
    if vectors.counts is None:
        raise InputError("the counts of the words are not known: NAME.vocab is missing beside the vectors")
    if not 0 <= dimension < vectors.dim:
        raise SettingsError(f"dimension {dimension}: there are 0 to {vectors.dim - 1}")
    try:
        trainer = BitCipher(**vectors.metadata.get("settings", {}))
    except (TypeError, SettingsError) as error:
        raise InputError(f"NAME.json beside the vectors is damaged ({error}), so nothing explains them") from error
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

"""Methods that turn an encoded corpus into `Vectors`: one file each, hyperparameters in, ``fit(corpus)`` out."""

from importlib import import_module
from typing import TYPE_CHECKING

from wordvec.errors import SettingsError

if TYPE_CHECKING:
    from wordvec.trainers.base import Trainer

METHODS = {
    "skipgram": "wordvec.trainers.skipgram:SkipGram",
    "cbow": "wordvec.trainers.cbow:CBOW",
    "glove": "wordvec.trainers.glove.trainer:GloVe",
    "ppmi-svd": "wordvec.trainers.ppmi_svd.trainer:PPMISVD",
    "bit-cipher": "wordvec.trainers.bit_cipher.trainer:BitCipher",
}
"""Where the trainer of each method is."""


def trainer(method: str) -> "type[Trainer]":
    """Give the trainer of a method.

    Raises
    ------
    SettingsError
        If there is no such method.
    """
    if method not in METHODS:
        raise SettingsError(f"{method}: no such method; there is {', '.join(METHODS)}")
    module, _, name = METHODS[method].partition(":")
    found: type[Trainer] = getattr(import_module(module), name)
    return found

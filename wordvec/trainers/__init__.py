"""Training methods: dataclasses of hyperparameters, whose ``fit(corpus)`` returns `Vectors`."""

from importlib import import_module
from typing import TYPE_CHECKING

from wordvec.errors import SettingsError

if TYPE_CHECKING:
    from wordvec.trainers.base import Trainer

METHODS = {
    "skipgram": "wordvec.trainers.skipgram:SkipGram",
    "cbow": "wordvec.trainers.cbow:CBOW",
    "fasttext": "wordvec.trainers.fasttext:FastText",
    "glove": "wordvec.trainers.glove.trainer:GloVe",
    "ppmi-svd": "wordvec.trainers.ppmi_svd.trainer:PPMISVD",
    "bit-cipher": "wordvec.trainers.bit_cipher.trainer:BitCipher",
}
"""Module and class of the trainer of each method of word vectors."""
_ALL = METHODS | {
    "node2vec": "wordvec.trainers.node2vec:Node2Vec",
    "adagram": "wordvec.trainers.senses.adagram:AdaGram",
    "paragraphs": "wordvec.trainers.paragraphs.trainer:ParagraphVectors",
    "senses": "wordvec.trainers.senses.disambiguated:Senses",
}


def trainer(method: str) -> "type[Trainer]":
    """Return the trainer of a method.

    Raises
    ------
    SettingsError
        If the method does not exist.
    """
    if method not in _ALL:
        raise SettingsError(f"{method}: unknown method; choose one of {', '.join(_ALL)}")
    module, _, name = _ALL[method].partition(":")
    found: type[Trainer] = getattr(import_module(module), name)
    return found

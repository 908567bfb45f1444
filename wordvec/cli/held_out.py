"""Held-out texts of commands, encoded as the training texts were."""

from typing import TYPE_CHECKING, Any

from wordvec.errors import InputError
from wordvec.trainers.sources import is_encoded

if TYPE_CHECKING:
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.workers import StopFlag

ALIKE = ("tokenizer", "normalize", "lowercase", "sentence")
"""Settings that an encoded text must share with the training text."""


def encoded(path: str, settings: dict[str, Any], stop: "StopFlag", like: str = "the slices") -> "EncodedCorpus":
    """Return a text as a corpus encoded with the settings of others; an encoded corpus must have them.

    Raises
    ------
    InputError
        If an encoded corpus has other settings than `like`, the name of the others.
    """
    from wordvec.corpora.encoded import EncodedCorpus

    if not is_encoded(path):
        return EncodedCorpus.from_text(path, stop=stop, **settings)
    corpus = EncodedCorpus.open(path)
    for setting in ALIKE:
        mine = corpus.meta["settings"][setting]
        if mine != settings[setting]:
            raise InputError(
                f"{path}: was encoded with {setting} {mine!r}, {like} with {settings[setting]!r}; encode it again "
                f"with the settings of {like}"
            )
    return corpus

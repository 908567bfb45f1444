"""What an embedding layer is made from, and what each mode needs of it."""

from dataclasses import dataclass
from typing import Any

from wordvec.corpora.alike import TOKENIZER_DIGEST
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.subword_vocabulary import SubwordVocabulary
from wordvec.errors import InputError, SettingsError
from wordvec.language_models.settings import LayerSettings
from wordvec.language_models.source import Source
from wordvec.vectors import Vectors

NEEDED = {
    "direct": ("vectors",),
    "compose": ("vectors",),
    "ofa": ("source", "vectors"),
    "cw2v": ("source", "vectors", "corpus"),
    "cipher": ("corpus",),
    "gaussian": ("source",),
    "mean": ("source",),
}
"""What each mode needs."""
_OPTIONAL = {
    "direct": ("source",),
    "compose": ("source",),
    "ofa": ("source_vectors",),
    "cw2v": ("source_vectors",),
    "cipher": ("source",),
}


@dataclass(frozen=True)
class Ingredients:
    """What a layer is made from.

    Attributes
    ----------
    vocabulary
        Tokens of the new layer.
    source
        Embedding layer of an existing model.
    vectors
        Vectors of words or tokens.
    source_vectors
        Vectors in the same space of the words of the source's language; default: `vectors`.
    corpus
        Text in the tokens of the vocabulary.
    """

    vocabulary: SubwordVocabulary
    source: Source | None = None
    vectors: Vectors | None = None
    source_vectors: Vectors | None = None
    corpus: EncodedCorpus | None = None


def check_ingredients(settings: LayerSettings, given: Any) -> None:
    """Check that what is given is what the mode needs.

    Parameters
    ----------
    settings
        Mode, and its settings.
    given
        `Ingredients`, or anything with the same attributes, such as names of files.

    Raises
    ------
    SettingsError
        If something is missing or superfluous, or the dims contradict each other.
    """
    mode, used = settings.mode, (*NEEDED[settings.mode], *_OPTIONAL.get(settings.mode, ()))
    for name in ("source", "vectors", "source_vectors", "corpus"):
        if getattr(given, name) is None and name in NEEDED[mode]:
            raise SettingsError(f": mode {mode} needs it", setting=name)
        if getattr(given, name) is not None and name not in used:
            raise SettingsError(f": mode {mode} does not use it; leave it out", setting=name)


def check_corpus(corpus: EncodedCorpus, vocabulary: SubwordVocabulary) -> None:
    """Fail unless a corpus was encoded with the tokenizer of a vocabulary.

    Raises
    ------
    InputError
        If it was not.
    """
    if corpus.meta["settings"].get(TOKENIZER_DIGEST) != vocabulary.digest:
        raise InputError(
            f"{corpus.folder}: was not encoded with the tokenizer {vocabulary.path}; encode the text with "
            f"wordvec corpus encode --tokenizer {vocabulary.path}"
        )

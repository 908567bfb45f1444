"""Sentence vectors out of word vectors: weighted means without common components, and their folded word vectors."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wordvec.sentences.embedding import Embedded as Embedded
    from wordvec.sentences.embedding import embed as embed
    from wordvec.sentences.embedding import embed_texts as embed_texts
    from wordvec.sentences.marking import mark_senses as mark_senses
    from wordvec.sentences.model import SentenceModel as SentenceModel
    from wordvec.sentences.nearest import duplicates as duplicates
    from wordvec.sentences.nearest import similar as similar
    from wordvec.sentences.settings import Sentences as Sentences
    from wordvec.sentences.texts import Texts as Texts
    from wordvec.sentences.texts import TokenLists as TokenLists

_HOME = {
    "Embedded": "wordvec.sentences.embedding",
    "SentenceModel": "wordvec.sentences.model",
    "Sentences": "wordvec.sentences.settings",
    "Texts": "wordvec.sentences.texts",
    "TokenLists": "wordvec.sentences.texts",
    "duplicates": "wordvec.sentences.nearest",
    "embed": "wordvec.sentences.embedding",
    "embed_texts": "wordvec.sentences.embedding",
    "mark_senses": "wordvec.sentences.marking",
    "similar": "wordvec.sentences.nearest",
}

__all__ = [
    "Embedded",
    "SentenceModel",
    "Sentences",
    "Texts",
    "TokenLists",
    "duplicates",
    "embed",
    "embed_texts",
    "mark_senses",
    "similar",
]


def __getattr__(name: str) -> Any:
    """Import a public name on first access."""
    if name not in _HOME:
        raise AttributeError(f"module 'wordvec.sentences' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)

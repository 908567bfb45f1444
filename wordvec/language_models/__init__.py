"""Embedding layers of language models out of word vectors, and word vectors distilled from models."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wordvec.corpora.subword_vocabulary import SubwordVocabulary as SubwordVocabulary
    from wordvec.language_models.building import embedding_layer as embedding_layer
    from wordvec.language_models.composition import TokenVectors as TokenVectors
    from wordvec.language_models.composition import token_vectors as token_vectors
    from wordvec.language_models.distillation.encoder import Encoder as Encoder
    from wordvec.language_models.distillation.settings import Distillation as Distillation
    from wordvec.language_models.layer import Layer as Layer
    from wordvec.language_models.settings import LayerSettings as LayerSettings
    from wordvec.language_models.source import Source as Source

_HOME = {
    "Distillation": "wordvec.language_models.distillation.settings",
    "Encoder": "wordvec.language_models.distillation.encoder",
    "Layer": "wordvec.language_models.layer",
    "LayerSettings": "wordvec.language_models.settings",
    "Source": "wordvec.language_models.source",
    "SubwordVocabulary": "wordvec.corpora.subword_vocabulary",
    "TokenVectors": "wordvec.language_models.composition",
    "embedding_layer": "wordvec.language_models.building",
    "token_vectors": "wordvec.language_models.composition",
}

__all__ = [
    "Distillation",
    "Encoder",
    "Layer",
    "LayerSettings",
    "Source",
    "SubwordVocabulary",
    "TokenVectors",
    "embedding_layer",
    "token_vectors",
]


def __getattr__(name: str) -> Any:
    """Import a public name on first access."""
    if name not in _HOME:
        raise AttributeError(f"module 'wordvec.language_models' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)

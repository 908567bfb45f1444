"""Train, align and judge classic word embeddings.

>>> from wordvec import EncodedCorpus, SkipGram
>>> SkipGram(dim=100).fit(EncodedCorpus.from_text("corpus.txt")).save("corpus.vec")  # doctest: +SKIP
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wordvec.corpora.cooccurrence import Cooccurrence as Cooccurrence
    from wordvec.corpora.encoded import EncodedCorpus as EncodedCorpus
    from wordvec.corpora.graphs.graph import Graph as Graph
    from wordvec.corpora.graphs.walks import random_walks as random_walks
    from wordvec.corpora.vocabulary import Vocabulary as Vocabulary
    from wordvec.errors import WordvecError as WordvecError
    from wordvec.slices.compass import Compass as Compass
    from wordvec.trainers.bit_cipher.trainer import BitCipher as BitCipher
    from wordvec.trainers.cbow import CBOW as CBOW
    from wordvec.trainers.fasttext import FastText as FastText
    from wordvec.trainers.glove.trainer import GloVe as GloVe
    from wordvec.trainers.node2vec import Node2Vec as Node2Vec
    from wordvec.trainers.paragraphs.result import ParagraphInference as ParagraphInference
    from wordvec.trainers.paragraphs.trainer import ParagraphVectors as ParagraphVectors
    from wordvec.trainers.ppmi_svd.trainer import PPMISVD as PPMISVD
    from wordvec.trainers.senses.adagram import AdaGram as AdaGram
    from wordvec.trainers.senses.clusters import ContextClusters as ContextClusters
    from wordvec.trainers.senses.context_model import ContextModel as ContextModel
    from wordvec.trainers.senses.disambiguated import Senses as Senses
    from wordvec.trainers.senses.posterior import SensePosterior as SensePosterior
    from wordvec.trainers.session import Session as Session
    from wordvec.trainers.skipgram import SkipGram as SkipGram
    from wordvec.vectors import Vectors as Vectors

__version__ = "0.1.0"

_HOME = {
    "AdaGram": "wordvec.trainers.senses.adagram",
    "BitCipher": "wordvec.trainers.bit_cipher.trainer",
    "CBOW": "wordvec.trainers.cbow",
    "Compass": "wordvec.slices.compass",
    "ContextClusters": "wordvec.trainers.senses.clusters",
    "ContextModel": "wordvec.trainers.senses.context_model",
    "Cooccurrence": "wordvec.corpora.cooccurrence",
    "EncodedCorpus": "wordvec.corpora.encoded",
    "FastText": "wordvec.trainers.fasttext",
    "GloVe": "wordvec.trainers.glove.trainer",
    "Graph": "wordvec.corpora.graphs.graph",
    "Node2Vec": "wordvec.trainers.node2vec",
    "PPMISVD": "wordvec.trainers.ppmi_svd.trainer",
    "ParagraphInference": "wordvec.trainers.paragraphs.result",
    "ParagraphVectors": "wordvec.trainers.paragraphs.trainer",
    "Senses": "wordvec.trainers.senses.disambiguated",
    "SensePosterior": "wordvec.trainers.senses.posterior",
    "Session": "wordvec.trainers.session",
    "SkipGram": "wordvec.trainers.skipgram",
    "Vectors": "wordvec.vectors",
    "Vocabulary": "wordvec.corpora.vocabulary",
    "WordvecError": "wordvec.errors",
    "random_walks": "wordvec.corpora.graphs.walks",
}

__all__ = [
    "CBOW",
    "PPMISVD",
    "AdaGram",
    "BitCipher",
    "Compass",
    "ContextClusters",
    "ContextModel",
    "Cooccurrence",
    "EncodedCorpus",
    "FastText",
    "GloVe",
    "Graph",
    "Node2Vec",
    "ParagraphInference",
    "ParagraphVectors",
    "SensePosterior",
    "Senses",
    "Session",
    "SkipGram",
    "Vectors",
    "Vocabulary",
    "WordvecError",
    "__version__",
    "random_walks",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for, so that ``import wordvec`` costs nothing."""
    if name not in _HOME:
        raise AttributeError(f"module 'wordvec' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)

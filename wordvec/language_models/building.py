"""Embedding layers: the rows of each mode, then special tokens, random rows and padding."""

from wordvec import arguments
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.subword_vocabulary import SubwordVocabulary
from wordvec.language_models.ingredients import Ingredients, check_ingredients
from wordvec.language_models.layer import Layer
from wordvec.language_models.placed_rows import PlacedRows
from wordvec.language_models.settings import OF_SOURCE, LayerSettings
from wordvec.language_models.source import Source
from wordvec.language_models.source_means import SourceMeans
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag


def embedding_layer(
    settings: LayerSettings,
    vocabulary: SubwordVocabulary,
    *,
    source: Source | None = None,
    vectors: Vectors | None = None,
    source_vectors: Vectors | None = None,
    corpus: EncodedCorpus | None = None,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> Layer:
    """Return an embedding layer for the tokens of a vocabulary.

    Parameters
    ----------
    settings
        Mode, and its settings.
    vocabulary
        Tokens; row i is of the token with the id i.
    source
        Embedding layer of an existing model, with its vocabulary and, if it is not tied, its head, which the new layer
        then has, too. Needed by the modes ``ofa``, ``cw2v``, ``gaussian`` and ``mean``; other modes take its mean,
        lengths and special tokens.
    vectors
        Vectors of words, or of the tokens (``direct``); not for ``cipher``, ``gaussian`` and ``mean``.
    source_vectors
        Vectors of words of the source's language in the space of `vectors` (``ofa``, ``cw2v``); default: `vectors`.
    corpus
        Text in the tokens of the vocabulary (``cw2v``, ``cipher``).

    Raises
    ------
    SettingsError
        If something is missing that the mode needs, or given although the mode does not use it.
    InputError
        If vectors, corpus and tokenizer do not fit each other.
    MemoryLimitError
        If the matrices do not fit in memory.
    Interrupted
        If `stop` was set.
    """
    arguments.expect("settings", settings, LayerSettings)
    arguments.expect("vocabulary", vocabulary, SubwordVocabulary)
    arguments.expect("source", source, Source, optional=True)
    arguments.expect("vectors", vectors, Vectors, optional=True)
    arguments.expect("source_vectors", source_vectors, Vectors, optional=True)
    arguments.expect("corpus", corpus, EncodedCorpus, optional=True)
    given = Ingredients(vocabulary, source, vectors, source_vectors, corpus)
    check_ingredients(settings, given)
    kind = SourceMeans if settings.mode in OF_SOURCE else PlacedRows
    return kind(settings, given, progress or Progress(), stop or StopFlag()).made()

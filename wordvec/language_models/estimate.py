"""The size of an embedding layer, and the memory for computing it, before it is computed."""

from typing import NamedTuple

import numpy as np

from wordvec.language_models import overlap
from wordvec.language_models.composition import check_tokenizer, looked_up
from wordvec.language_models.construction import memory_of
from wordvec.language_models.ingredients import Ingredients, check_corpus, check_ingredients
from wordvec.language_models.placed_rows import USUAL_DIM
from wordvec.language_models.settings import OF_SOURCE, LayerSettings


class Estimate(NamedTuple):
    """Size of a layer.

    Attributes
    ----------
    rows, dim
        Numbers of rows and of their dimensions.
    head
        Whether there is an output layer of the same size.
    memory
        Bytes of memory for computing it, beside what it is made from.
    of_source, of_vectors
        Numbers of tokens that are tokens of the source, and words of the vectors; None without them.
    """

    rows: int
    dim: int
    head: bool
    memory: int
    of_source: int | None
    of_vectors: int | None


def estimate(settings: LayerSettings, given: Ingredients) -> Estimate:
    """Return the size of the layer of a mode.

    Raises
    ------
    InputError
        If vectors, corpus and tokenizer do not fit each other.
    SettingsError
        If something is missing that the mode needs, or given although the mode does not use it.
    """
    check_ingredients(settings, given)
    vocabulary, source, vectors = given.vocabulary, given.source, given.vectors
    if given.corpus is not None:
        check_corpus(given.corpus, vocabulary)
    if settings.mode == "direct" and vectors is not None:
        check_tokenizer(vectors, vocabulary)
    of_source = of_vectors = None
    if source is not None:
        of_source = int((overlap.matches(vocabulary.tokens, source.vocabulary.tokens, source.known) >= 0).sum())
    if vectors is not None:
        of_vectors = int(np.count_nonzero(looked_up(vectors, vocabulary).there))
    dim, head = _dim(settings, given), source is not None and source.head is not None
    memory = memory_of(len(vocabulary), dim * (1 + head))
    return Estimate(len(vocabulary), dim, head, memory, of_source, of_vectors)


def _dim(settings: LayerSettings, given: Ingredients) -> int:
    """Return the dimensions of the rows."""
    if settings.mode in OF_SOURCE and settings.factors is not None:
        return settings.factors
    if given.source is not None:
        return given.source.dim
    return settings.dim or (given.vectors.dim if given.vectors is not None else USUAL_DIM)

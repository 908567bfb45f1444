"""Rows of single words (Model2Vec): principal components of the teacher's vectors, times the weights of the words.

A weight is that of SIF, a / (a + p), where p is the share of the word among the tokens of all words of the vocabulary,
or, without counts, Zipf's: p = (1 / (r + 2)) / Σ for the word of rank r, counted from 0. Model2Vec 0.8 has Zipf's
shares and a = 10⁻⁴; with 10⁻³, sentence similarity was better (examples/distillation.py).
"""

import numpy as np
from numpy.typing import NDArray

from wordvec.language_models.distillation.settings import SIF, UNIFORM, ZIPF, Distillation
from wordvec.rows import Floats, blocks, present
from wordvec.sentences.weights import sif
from wordvec.transforms.numbers import Components
from wordvec.vectors import Vectors


def weighting_of(settings: Distillation, teacher: Vectors) -> str:
    """Return the weighting that is used: ``sif``, ``zipf`` or ``uniform``."""
    return settings.weighting or (ZIPF if teacher.counts is None else SIF)


def weights_of(settings: Distillation, teacher: Vectors) -> NDArray[np.float64]:
    """Return the weights (words,) of the words."""
    weighting = weighting_of(settings, teacher)
    if weighting == UNIFORM:
        return np.ones(len(teacher))
    counts = 1 / np.arange(2.0, len(teacher) + 2) if weighting == ZIPF else np.asarray(teacher.counts, np.float64)
    return sif(counts / (counts.sum() or 1.0), settings.a)


def weighted_rows(matrix: Floats, components: Components, weights: NDArray[np.float64]) -> Floats:
    """Return the teacher's rows (words, dim) on components, times their weights; rows of zeros stay."""
    found = np.empty((len(matrix), components.directions.shape[1]), np.float32)
    for span in blocks(len(matrix)):
        found[span] = components.project(matrix[span]) * weights[span, None]
    found[~present(matrix)] = 0
    return found

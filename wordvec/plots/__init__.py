"""Plots of compared slices (path of a word, changed words, self-similarity), senses, associations, scores of words.

Each function returns a Matplotlib figure; `save` writes it in the format of the file's ending. The same data produce
the same file.
"""

from wordvec.plots.associations import associations
from wordvec.plots.canvas import BLUE, ENDINGS, GREY, ORANGE, SIZES, check, inches, save
from wordvec.plots.changed_words import changes, read_changes
from wordvec.plots.projections import projections
from wordvec.plots.regressions import regressions
from wordvec.plots.senses import senses
from wordvec.plots.similarity import OFTEN, heat_map, self_similarity
from wordvec.plots.word_path import path
from wordvec.plots.word_scores import word_scores

__all__ = [
    "BLUE",
    "ENDINGS",
    "GREY",
    "OFTEN",
    "ORANGE",
    "SIZES",
    "associations",
    "changes",
    "check",
    "heat_map",
    "inches",
    "path",
    "projections",
    "read_changes",
    "regressions",
    "save",
    "self_similarity",
    "senses",
    "word_scores",
]

"""Compression of vectors: codebooks, fewer words and n-grams, and the choice of steps for a size.

Scores come from above: `choose` takes a function that scores compressed vectors.
"""

from wordvec.compression.choice import Choice, Tried, choose, parsed_size
from wordvec.compression.settings import METHODS, Compression
from wordvec.compression.steps import compress

__all__ = ["METHODS", "Choice", "Compression", "Tried", "choose", "compress", "parsed_size"]

"""Tables of character n-grams, from which words outside the vocabulary get their vectors."""

from wordvec.subwords.base import Ngram as Ngram
from wordvec.subwords.base import Table as Table
from wordvec.subwords.hashed import Floret as Floret
from wordvec.subwords.hashed import Hashed as Hashed
from wordvec.subwords.hashed import Pruned as Pruned
from wordvec.subwords.hashed import Subwords as Subwords
from wordvec.subwords.hashed import Used as Used
from wordvec.subwords.tables import Buckets as Buckets
from wordvec.subwords.tables import Listed as Listed

MOST_HASHES = 4
"""Largest number of rows of an n-gram in floret."""

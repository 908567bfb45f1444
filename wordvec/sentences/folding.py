"""Folding of sentence weights into the vectors of a file, for `transforms.conversion`."""

from pathlib import Path

from wordvec.errors import InputError
from wordvec.formats import Plain
from wordvec.provenance import is_folded
from wordvec.rows import Allocate
from wordvec.sentences.settings import Sentences
from wordvec.sentences.texts import Texts
from wordvec.vectors import Vectors


def fold(plain: Plain, allocate: Allocate, settings: Sentences | None = None, text: Path | None = None) -> Plain:
    """Return vectors whose plain mean over a text is its sentence vector.

    Parameters
    ----------
    plain
        Words, vectors and counts.
    allocate
        Returns memory for the new matrix.
    settings
        Weighting and removal of components; default: SIF.
    text
        Text on which they are fitted; default: the counts.

    Raises
    ------
    InputError
        If the vectors are folded already, or as `Sentences.fit`.
    """
    if is_folded(plain.metadata):
        raise InputError("the vectors are folded for sentences already")
    vectors = Vectors(plain.words, plain.matrix, plain.counts, plain.metadata, subwords=plain.subwords)
    texts = None if text is None else Texts.of(text, vectors)
    return (settings or Sentences()).fit(vectors, texts).folded(plain, allocate)

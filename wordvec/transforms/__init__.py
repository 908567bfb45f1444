"""Changes of finished vectors: selection of words, principal components, precision; in memory or from file to file.

The functions here take and return `Vectors`. `wordvec.transforms.conversion` applies the same changes between files,
also larger than memory. `Vectors.unit` and `Vectors.subset` belong to `Vectors` itself.
"""

from typing import Any

from wordvec import arguments
from wordvec.formats import Plain
from wordvec.formats.common.reading import in_memory
from wordvec.provenance import with_step
from wordvec.transforms import numbers, selection, trimming
from wordvec.transforms.settings import USED, Conversion
from wordvec.vectors import Vectors

__all__ = ["first", "lowercased", "reduced", "rounded", "trimmed"]


def reduced(vectors: Vectors, dim: int) -> Vectors:
    """Return the projection of vectors on their first principal components.

    Rows are centred first. Rows of zeros stay. Subwords are projected, too; contexts are left out.

    Parameters
    ----------
    vectors
        Vectors of at least `dim` numbers.
    dim
        Number of components.

    Raises
    ------
    SettingsError
        If `dim` is not positive or larger than that of the vectors, or there are no words.

    Examples
    --------
    >>> vectors = Vectors(["north", "south", "tea"], [[1, 0], [-1, 0], [0, 0.5]])
    >>> reduced(vectors, 1).matrix.tolist()
    [[1.0], [-1.0], [0.0]]
    """
    Conversion(dim=dim)
    plain, kept = numbers.reduced(_plain(vectors), dim, in_memory)
    return _vectors(plain, "reduced", dim=dim, variance=round(kept, 6))


def rounded(vectors: Vectors, precision: int) -> Vectors:
    """Return vectors rounded to a number of significant digits, 1 to 9; subwords and contexts keep all digits.

    Raises
    ------
    SettingsError
        If `precision` is out of range.
    """
    Conversion(precision=precision)
    plain = numbers.rounded(_plain(vectors), precision, in_memory)
    return _vectors(plain, "rounded", vectors.contexts, precision=precision)


def lowercased(vectors: Vectors, lowercase: bool | str = True, merge: str = "first") -> Vectors:
    """Return the vectors of words in lower case; words that become one are merged and their counts added.

    Words are sorted by falling counts where these are known. Contexts are left out.

    Parameters
    ----------
    vectors
        Vectors of words in any case.
    lowercase
        True, or ``"turkish"`` for lower case with dotted and dotless i.
    merge
        ``"first"`` for the row of the first of the merged words, ``"mean"`` for the mean of all, weighted by counts
        where these are known.

    Raises
    ------
    SettingsError
        If `lowercase` or `merge` is unknown.
    """
    Conversion(lowercase=lowercase, merge=merge)
    plain = selection.lowercased(_plain(vectors), lowercase, merge, in_memory)
    return _vectors(plain, "lowercased", lowercase=lowercase, merge=merge)


def first(vectors: Vectors, top: int) -> Vectors:
    """Return the vectors of the first `top` words, the most frequent ones where frequencies are known.

    Raises
    ------
    SettingsError
        If `top` is not positive.
    """
    Conversion(top=top)
    contexts = None if vectors.contexts is None else first(vectors.contexts, top)
    return _vectors(selection.first(_plain(vectors), top), "first", contexts, top=top)


def trimmed(vectors: Vectors, keep: int | str = USED) -> Vectors:
    """Return vectors with a smaller table of n-grams. Vectors of the words stay; see `wordvec.transforms.trimming`.

    The step in the history has the number of rows before and after, and the mean cosine of composed vectors.

    Parameters
    ----------
    vectors
        Vectors with the subwords of fastText or floret.
    keep
        ``"used"`` for the rows of all n-grams that the words use, or the number of the most useful rows.

    Raises
    ------
    InputError
        If the vectors have no words, or no such subwords.
    SettingsError
        If `keep` is not positive.
    """
    Conversion(trim=keep)
    plain, effect = trimming.trimmed(_plain(vectors), keep, in_memory)
    details = {"keep": keep, "before": effect.before, "after": effect.after, "cosine": effect.cosine}
    return _vectors(plain, "trimmed", vectors.contexts, **details)


def _plain(vectors: Vectors) -> Plain:
    arguments.expect("vectors", vectors, Vectors)
    return Plain(vectors.words, vectors.matrix, vectors.counts, vectors.metadata, vectors.subwords)


def _vectors(plain: Plain, step: str, contexts: Vectors | None = None, **details: Any) -> Vectors:
    metadata = with_step(plain.metadata, step, **details)
    return Vectors(plain.words, plain.matrix, plain.counts, metadata, contexts, plain.subwords)

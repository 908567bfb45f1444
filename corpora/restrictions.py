"""Words that are left out of a vocabulary, stop words and numbers."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.settings import EncodingSettings
from wordvec.corpora.stopwords import stop_words_of
from wordvec.representation import short


def is_number(word: str) -> bool:
    """Return whether a word has digits and no letters, such as 12, 3.5, 1990-1995 or 50%.

    Examples
    --------
    >>> [is_number(word) for word in ("12", "3.5", "1990-95", "1990s", "v2", "-", "½")]
    [True, True, True, False, False, False, True]
    """
    return any(map(str.isnumeric, word)) and not any(map(str.isalpha, word))


class LeftOut(NamedTuple):
    """The words that are left out.

    Attributes
    ----------
    flags
        (words,) array: whether each word is left out.
    counts
        Numbers for ``meta.json``: words and tokens of each kind.
    """

    flags: NDArray[np.bool_]
    counts: dict[str, int]

    def __repr__(self) -> str:
        return short(self)


def left_out(
    words: Sequence[str], counts: NDArray[np.int64], settings: EncodingSettings, kept: NDArray[np.bool_]
) -> LeftOut:
    """Return which words are stop words, in any letter case, or numbers, and are not kept.

    The settings are those of `wordvec.corpora.listed_words.with_words`.
    """
    stop_words = stop_words_of(settings.stop_words)
    flags = np.zeros(len(words), np.bool_)
    found: dict[str, int] = {}
    if stop_words:
        flags |= np.fromiter((word.lower() in stop_words for word in words), np.bool_, len(words))
        flags &= ~kept
        found |= {"stop_words": int(flags.sum()), "stop_word_tokens": int(counts[flags].sum())}
    if settings.drop_numbers:
        numbers = np.fromiter(map(is_number, words), np.bool_, len(words)) & ~flags & ~kept
        found |= {"numbers": int(numbers.sum()), "number_tokens": int(counts[numbers].sum())}
        flags |= numbers
    return LeftOut(flags, {f"{name}_left_out": number for name, number in found.items()})

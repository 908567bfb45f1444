"""Lists of words in the settings of encoding: stop words, and words that are kept in any case."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.normalisation import normalised_words
from wordvec.corpora.settings import EncodingSettings
from wordvec.corpora.stopwords import stop_words_of, words_of
from wordvec.corpora.wordtable import WordTable


def with_words(settings: EncodingSettings) -> EncodingSettings:
    """Return the settings with sorted lists of words in place of files, so that they can be recorded and compared.

    The stop words ``"english"`` keep their name. Words are normalised, and stop words are lower-cased, too, because
    they are dropped in any letter case.

    Raises
    ------
    InputError
        If a file cannot be read, or holds no word.
    """
    stop_words, keep_words = settings.stop_words, settings.keep_words
    if stop_words not in (None, "english"):
        stop_words = sorted({word.lower() for word in _normalised(stop_words_of(stop_words), settings)})
    if keep_words is not None:
        keep_words = sorted(_normalised(words_of("keep_words", keep_words), settings))
    return replace(settings, stop_words=stop_words, keep_words=keep_words)


def _normalised(words: Iterable[str], settings: EncodingSettings) -> set[str]:
    return set(normalised_words(list(words), settings)[0])


class KeptWords:
    """Words that are kept in any case; `settings` are those of `with_words`."""

    def __init__(self, settings: EncodingSettings) -> None:
        self._settings, self._words = settings, words_of("keep_words", settings.keep_words)

    def __len__(self) -> int:
        return len(self._words)

    def among(self, words: Sequence[str]) -> NDArray[np.bool_]:
        """Return which of some normalised words are kept."""
        return np.fromiter((word in self._words for word in words), np.bool_, len(words))

    def _among_spelt(self, words: list[str]) -> NDArray[np.bool_]:
        return self.among(normalised_words(words, self._settings)[0])

    def table(self) -> WordTable:
        """Return an empty table for the words of the text, which never drops a kept word, however it is spelt."""
        return WordTable(self._settings.max_words, self._among_spelt if len(self) else None)

    def missing(self, words: Sequence[str]) -> list[str]:
        """Return the kept words that are not among some words."""
        return sorted(self._words.difference(words))

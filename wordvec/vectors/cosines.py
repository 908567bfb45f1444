"""Cosines between words, the odd word out, and means of vectors."""

from collections.abc import Iterable

import numpy as np

from wordvec import arguments
from wordvec.errors import MemoryLimitError, SettingsError
from wordvec.rows import unit
from wordvec.vectors.lookup import Floats, Lookup
from wordvec.workers import available_memory


class Cosines(Lookup):
    """Words and their rows, with comparisons among given words."""

    def similarity(self, a: str, b: str) -> float:
        """Return the cosine of two words' vectors.

        Raises
        ------
        UnknownWordError
            If a word is unknown.
        """
        for name, word in (("a", a), ("b", b)):
            arguments.word(name, word, "vectors.similarity_matrix(words) for several words")
        return float(self.similarity_matrix([a, b])[0, 1])

    def similarity_matrix(self, words: Iterable[str]) -> Floats:
        """Return the cosines of all pairs of words, (words, words) float32.

        Raises
        ------
        UnknownWordError
            If a word is unknown.
        MemoryLimitError
            If the matrix does not fit in memory.
        """
        asked = arguments.words("words", words)
        size, available = 12 * len(asked) ** 2, available_memory()
        if size > available:
            raise MemoryLimitError(
                f"the cosines of {len(asked):,} words need {size / 1e9:.1f} GB, but {available / 1e9:.1f} GB are free; "
                "use fewer words, or nearest"
            )
        rows = self._unit(asked).astype(np.float64)
        return np.clip(rows @ rows.T, -1, 1).astype(np.float32)

    def doesnt_match(self, words: Iterable[str]) -> str:
        """Return the word of lowest cosine to the mean of the words' unit vectors.

        Raises
        ------
        UnknownWordError
            If a word is unknown.
        SettingsError
            If there are fewer than three words.
        """
        asked = arguments.words("words", words)
        if len(asked) < 3:
            raise SettingsError(f"words: an odd word out needs at least 3 words, got {len(asked)}")
        rows = self._unit(asked).astype(np.float64)
        return asked[int(np.argmin(rows @ rows.mean(axis=0)))]

    def mean(self, words: Iterable[str], weights: Iterable[float] | None = None) -> Floats:
        """Return the mean of the vectors of words (dim,), which are not scaled to length 1.

        Parameters
        ----------
        words
            One or more words; a word given twice counts twice.
        weights
            Weight of each word. The weighted sum is divided by the sum of the absolute weights.

        Raises
        ------
        UnknownWordError
            If a word is unknown.
        SettingsError
            If there is no word, or the weights are not one for each word, not finite or all 0.
        """
        asked = arguments.words("words", words)
        if not asked:
            raise SettingsError("words: a mean needs at least one word")
        shares = np.ones(len(asked))
        if weights is not None:
            given = arguments.items("weights", weights, "a list of numbers")
            shares = np.array([arguments.real(f"weights[{at}]", one) for at, one in enumerate(given)])
            if len(shares) != len(asked):
                raise SettingsError(f"weights: expected {len(asked)}, one for each word; got {len(shares)}")
            if not np.isfinite(shares).all() or not shares.any():
                raise SettingsError("weights: must be finite and not all 0")
        mean: Floats = (shares / np.abs(shares).sum() @ self._vectors(asked).astype(np.float64)).astype(np.float32)
        return mean

    def _unit(self, words: list[str]) -> Floats:
        """Return the vectors of words, scaled to length 1, (words, dim)."""
        self.require(words)
        return unit(self._vectors(words))

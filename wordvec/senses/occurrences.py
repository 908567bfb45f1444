"""Occurrences of words in lists of tokens, as numbers for a disambiguator."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.representation import short
from wordvec.senses.disambiguator import Disambiguator

UNKNOWN = -1


class Contexts(NamedTuple):
    """Ids of centres and of their context words; see `Disambiguator.probabilities`."""

    centres: NDArray[np.int64]
    words: NDArray[np.int64]
    offsets: NDArray[np.int64]

    def __repr__(self) -> str:
        return short(self)


class Occurrences:
    """Words of a disambiguator in contexts of tokens.

    Parameters
    ----------
    judge
        Disambiguator.
    window
        Largest number of known words on either side; None: all.
    """

    def __init__(self, judge: Disambiguator, window: int | None = None) -> None:
        self.judge, self.window = judge, window
        self._ids = {word: number for number, word in enumerate(judge.words)}

    def id(self, word: str) -> int:
        """Return the id of a word, or `UNKNOWN`."""
        return self._ids.get(word, UNKNOWN)

    def known(self, tokens: Iterable[str]) -> list[int]:
        """Return the ids of the known tokens."""
        return [number for token in tokens if (number := self._ids.get(token)) is not None]

    def contexts(self, words: Sequence[str], sides: Sequence[tuple[Sequence[str], Sequence[str]]]) -> Contexts:
        """Return words, all of them known, and their contexts as ids.

        Parameters
        ----------
        words
            Words.
        sides
            Tokens before and after each of them.
        """
        lists = []
        for left, right in sides:
            before, after = self.known(left), self.known(right)
            if self.window is not None:
                before, after = before[-self.window :], after[: self.window]
            lists.append(before + after)
        offsets = np.concatenate([[0], np.cumsum([len(one) for one in lists], dtype=np.int64)])
        numbers = np.array([number for one in lists for number in one], np.int64)
        return Contexts(np.array([self._ids[word] for word in words], np.int64), numbers, offsets)

    def probabilities(
        self, words: Sequence[str], sides: Sequence[tuple[Sequence[str], Sequence[str]]]
    ) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Return the probabilities of senses (n, K), and whether a word of each context is known (n,)."""
        found = self.contexts(words, sides)
        return self.judge.probabilities(*found), np.diff(found.offsets) > 0

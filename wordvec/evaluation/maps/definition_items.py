"""Definitions of known words, their split into training and test, and the candidates among which words are ranked."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.evaluation.datasets.definitions import Definitions
from wordvec.evaluation.lookup import MISSING, Lookup
from wordvec.representation import short

Ids = NDArray[np.int64]


class Items(NamedTuple):
    """Definitions whose words all vectors know.

    Attributes
    ----------
    words, definitions
        Word and definition of each item.
    candidates
        Words that all vectors know, as the first vectors spell them.
    right
        (items,) number of each item's word among the candidates.
    """

    words: list[str]
    definitions: list[str]
    candidates: list[str]
    right: Ids

    def __repr__(self) -> str:
        return short(self)

    def also_right(self, items: Ids) -> list[Ids]:
        """Return the other candidates with the same definition, of each of some items."""
        defined: dict[str, set[int]] = defaultdict(set)
        for definition, number in zip(self.definitions, self.right.tolist(), strict=True):
            defined[definition].add(number)
        return [
            np.array(sorted(defined[self.definitions[item]] - {int(self.right[item])}), np.int64)
            for item in items.tolist()
        ]

    def split(self, share: float, seed: int) -> tuple[Ids, Ids]:
        """Return the items for training and for testing: a share of the words, with all their definitions.

        A definition of a test word is not in training either, as a definition of another word.
        """
        words = np.unique(self.right)
        chosen = np.random.default_rng(seed).permutation(words)[: max(1, round(share * len(words)))]
        tested = np.isin(self.right, chosen)
        seen = {self.definitions[item] for item in np.flatnonzero(tested).tolist()}
        other = np.array([definition not in seen for definition in self.definitions], bool)
        return np.flatnonzero(~tested & other), np.flatnonzero(tested)


def known_items(dataset: Definitions, lookups: Sequence[Lookup]) -> Items:
    """Return the definitions of words that all vectors know."""
    first, *others = lookups
    rows: dict[int, int] = {}
    candidates: list[str] = []
    for word in first.words:
        row = first.row(word)
        if row != MISSING and row not in rows and all(other.row(word) != MISSING for other in others):
            rows[row] = len(candidates)
            candidates.append(first.spelling(row))
    numbers = [rows.get(first.row(word), MISSING) for word in dataset.words]
    kept = [at for at, number in enumerate(numbers) if number != MISSING]
    words, definitions = ([column[at] for at in kept] for column in (dataset.words, dataset.definitions))
    return Items(words, definitions, candidates, np.array([numbers[at] for at in kept], np.int64))


def without(tokens: Sequence[str], word: str) -> list[str]:
    """Return the tokens of a definition other than the word it defines, in any letter case.

    >>> without(["a", "Tea", "of", "leaves"], "tea")
    ['a', 'of', 'leaves']
    """
    return [token for token in tokens if token.upper() != word.upper()]

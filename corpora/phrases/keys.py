"""Pairs and words that are the same phrase once they are joined, whose counts are added.

After a first pass, ``new york_times`` and ``new_york times`` both make ``new_york_times``, and a text can contain that
word as well. Word2phrase and gensim count joined strings, so all three are one. Pairs are numbers here, so equal
strings are looked for: only a word that contains the delimiter can bring them about. Polynomial hashes of the joined
strings find them, and the strings decide.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.phrases.counting import Keep, Pairs
from wordvec.corpora.phrases.prefixes import Candidates
from wordvec.corpora.phrases.text import PassText
from wordvec.corpora.vocabulary import pack
from wordvec.kernels.phrases import prefix_hashes, word_hashes

_BASE = np.uint64(0x9E3779B97F4A7C15)

Longs = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Keys(NamedTuple):
    """Counts by joined string.

    Attributes
    ----------
    pairs
        (pairs,) int64 array: count of the string of each pair.
    words
        (words,) int64 array: count of the string of each word.
    distinct
        Number of different strings of words and pairs.
    """

    pairs: Longs
    words: Longs
    distinct: int


class SameStrings:
    """Finds equal strings among the words and pairs of a pass.

    Parameters
    ----------
    text, candidates
        Text of the pass.
    connectors
        (words,) array: whether a word is a connector.
    delimiter
        Sign between the words of a phrase.
    """

    def __init__(self, text: PassText, candidates: Candidates, connectors: Flags, delimiter: str) -> None:
        self._text, self._candidates, self._delimiter = text, candidates, delimiter
        self._counted = (text.counts > 0) & ~connectors
        with_delimiter = np.fromiter((delimiter in word for word in text.words), np.bool_, len(text.words))
        self.joined = np.flatnonzero(with_delimiter & (text.counts > 0))
        """Ids of the words that contain the delimiter."""
        self._of_joined = with_delimiter[candidates.firsts()] if len(self.joined) else with_delimiter
        if len(self.joined) and len(candidates.parents):
            self._mark_longer(connectors)
        self._last_joined = with_delimiter

    def _mark_longer(self, connectors: Flags) -> None:
        """Mark all longer beginnings if a word begins or ends like a connector, or is one with the delimiter."""
        text, delimiter = self._text, self._delimiter
        spelt = {text.words[number] for number in np.flatnonzero(connectors)}
        for number in self.joined:
            word = text.words[number]
            if spelt & {word, word.partition(delimiter)[0], word.rpartition(delimiter)[2]}:
                self._of_joined[self._candidates.words :] = True
                return

    @property
    def keep(self) -> Keep | None:
        """Chooses the pairs whose string can be that of another pair or word; None if there are none."""
        if not len(self.joined):
            return None
        watched = self._pairs_of_words()
        words = len(self._text.words)
        watched_begins = np.zeros(self._candidates.numbers, np.bool_)
        watched_begins[watched // words] = True

        def keep(begins: Longs, lasts: Longs) -> Flags:
            chosen: Flags = self._of_joined[begins] | self._last_joined[lasts]
            near = np.flatnonzero(watched_begins[begins])
            chosen[near] |= np.isin(begins[near] * words + lasts[near], watched)
            return chosen

        return keep

    def _pairs_of_words(self) -> Longs:
        """Return the pairs that join to a word, as ``begin * words + last``."""
        text, delimiter = self._text, self._delimiter
        ids = {word: number for number, word in enumerate(text.words)}
        edges = _Edges(self._candidates)
        found = set()
        for number in self.joined:
            word = text.words[number]
            at = word.find(delimiter, 1)
            while at > 0:
                last = ids.get(word[at + 1 :])
                begin = ids.get(word[:at])
                if begin is None:
                    begin = edges.begin([ids.get(part, -1) for part in word[:at].split(delimiter)])
                if last is not None and begin is not None:
                    found.add(begin * len(text.words) + last)
                at = word.find(delimiter, at + 1)
        return np.array(sorted(found), np.int64)

    def keys(self, pairs: Pairs) -> Keys:
        """Add the counts of equal strings."""
        text = self._text
        pair_counts, word_counts = pairs.counts.copy(), text.counts.copy()
        distinct = pairs.distinct + int(np.count_nonzero(self._counted))
        if not len(self.joined):
            return Keys(pair_counts, word_counts, distinct)
        joined = {text.words[number]: int(number) for number in self.joined if self._counted[number]}
        for string, members in self._groups(pairs, list(joined.values())).items():
            word = joined.get(string)
            total = int(pairs.counts[members].sum())
            distinct -= len(members) - 1
            if word is not None:
                total += int(text.counts[word])
                word_counts[word] = total
                distinct -= 1
            pair_counts[members] = total
        return Keys(pair_counts, word_counts, distinct)

    def _groups(self, pairs: Pairs, joined: list[int]) -> dict[str, list[int]]:
        """Return the pairs of each string that more than one pair or word has."""
        hashes, words = self._hashes(pairs)
        _, group, sizes = np.unique(np.concatenate([hashes, words[joined]]), return_inverse=True, return_counts=True)
        found: dict[str, list[int]] = {}
        for pair in np.flatnonzero(sizes[group[: len(hashes)]] > 1).tolist():
            found.setdefault(self._string(int(pairs.begins[pair]), int(pairs.lasts[pair])), []).append(pair)
        return found

    def _string(self, begin: int, last: int) -> str:
        return self._delimiter.join(self._text.words[word] for word in (*self._candidates.parts(begin), last))

    def _hashes(self, pairs: Pairs) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
        """Return the hashes of the strings of pairs and of words."""
        candidates, words = self._candidates, len(self._text.words)
        hashes, powers = np.empty(candidates.numbers, np.uint64), np.empty(words, np.uint64)
        word_hashes(*pack(self._text.words), _BASE, hashes[:words], powers)
        sign = np.empty(1, np.uint64), np.empty(1, np.uint64)
        word_hashes(*pack([self._delimiter]), _BASE, *sign)
        prefix_hashes(candidates.parents, candidates.lasts, words, np.concatenate(sign), hashes, powers)
        begins = hashes[pairs.begins] * sign[1] + sign[0]
        return begins * powers[pairs.lasts] + hashes[pairs.lasts], hashes[:words]


class _Edges:
    """Looks up beginnings by their words."""

    def __init__(self, candidates: Candidates) -> None:
        edges = candidates.parents.astype(np.int64) << 32 | candidates.lasts
        self._order = np.argsort(edges)
        self._sorted, self._words = edges[self._order], candidates.words

    def begin(self, words: list[int]) -> int | None:
        """Return the number of a beginning; an id of -1 is an unknown word."""
        number = words[0]
        for word in words[1:]:
            edge = number << 32 | word
            at = int(np.searchsorted(self._sorted, edge))
            if min(number, word) < 0 or at == len(self._sorted) or self._sorted[at] != edge:
                return None
            number = self._words + int(self._order[at])
        return number

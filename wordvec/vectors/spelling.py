"""Words of a vocabulary that are spelled almost alike, for "did you mean".

Words are compared in lower case by the number of edits between them: inserting, deleting or replacing a character, or
swapping two neighbours (optimal string alignment; Boytsov 2011, "Indexing methods for approximate dictionary
searching"). An edit changes the length by one at most and the set of characters by two, so that most words are ruled
out by their length and a 64-bit signature of their characters; the distances of the others are computed together, one
cell of the usual table at a time.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_WORDS_AT_ONCE = 1 << 16
_LONGEST = 64
"""Characters of the longest word for which others are looked for."""
_MOST_EDITS = 2
_CANDIDATES = 20_000
"""Words whose distances are computed at most; those with the most similar characters."""


class Spellings:
    """The lengths and signatures of words, 10 bytes each.

    Parameters
    ----------
    words
        Most frequent first: of words equally far away the first is suggested first.

    Examples
    --------
    >>> Spellings(["the", "king", "kings", "ring", "King"]).near("kingg")
    ['king', 'kings', 'King']
    """

    def __init__(self, words: Sequence[str]) -> None:
        self.words = words
        self._lengths = np.zeros(len(words), np.uint16)
        self._signatures = np.zeros(len(words), np.uint64)
        for begin in range(0, len(words), _WORDS_AT_ONCE):
            span = slice(begin, begin + _WORDS_AT_ONCE)
            folded = [word.lower() for word in words[span]]
            lengths = np.fromiter(map(len, folded), np.int64, len(folded))
            self._lengths[span] = np.minimum(lengths, np.iinfo(np.uint16).max)
            self._signatures[span] = _signatures(folded, lengths)

    def near(self, word: str, n: int = 3) -> list[str]:
        """Return up to `n` words that a word may be a misspelling of, the nearest first.

        Two edits at most, one in a word of under six characters, and none in one of under three, where only case
        may differ. Of as many edits, the more frequent word comes first.
        """
        folded = word.lower()
        length = len(folded)
        if not 0 < length <= _LONGEST:
            return []
        most = min(_MOST_EDITS, length // 3)
        (signature,) = _signatures([folded], np.array([length]))
        apart = np.bitwise_count(self._signatures ^ signature)
        close = (apart <= 2 * most) & (np.abs(self._lengths.astype(np.int32) - length) <= most)
        rows = np.flatnonzero(close)
        if len(rows) > _CANDIDATES:
            rows = np.sort(rows[np.argsort(apart[rows], kind="stable")[:_CANDIDATES]])
        edits = _edits(folded, [self.words[row].lower() for row in rows.tolist()])
        order = np.argsort(edits, kind="stable")
        near = rows[order[edits[order] <= most]].tolist()
        return [other for other in (self.words[row] for row in near[: n + 1]) if other != word][:n]


def _signatures(words: list[str], lengths: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return for each word (words,) the set of its characters, each modulo 64."""
    codes = _codes("".join(words) + "\0")
    bits = np.left_shift(np.uint64(1), (codes & 63).astype(np.uint64))
    starts = np.append(0, np.cumsum(lengths))
    found: NDArray[np.uint64] = np.bitwise_or.reduceat(bits, starts)[:-1]
    return np.where(lengths > 0, found, np.uint64(0))


def _edits(word: str, others: list[str]) -> NDArray[np.int64]:
    """Return the number of edits between a word and each of others (others,)."""
    if not others:
        return np.empty(0, np.int64)
    lengths = np.array([len(other) for other in others])
    width = int(lengths.max())
    codes = _codes("".join(other.ljust(width, "\0") for other in others)).reshape(len(others), width).T
    ours = _codes(word)
    table = np.empty((len(word) + 1, width + 1, len(others)), np.uint8)
    table[0] = np.arange(width + 1)[:, None]
    table[:, 0] = np.arange(len(word) + 1)[:, None]
    for i in range(1, len(word) + 1):
        for j in range(1, width + 1):
            best = np.minimum(table[i - 1, j], table[i, j - 1]) + 1
            best = np.minimum(best, table[i - 1, j - 1] + (codes[j - 1] != ours[i - 1]).view(np.uint8))
            if i > 1 and j > 1:
                swapped = (codes[j - 1] == ours[i - 2]) & (codes[j - 2] == ours[i - 1])
                best = np.where(swapped, np.minimum(best, table[i - 2, j - 2] + 1), best)
            table[i, j] = best
    found: NDArray[np.int64] = table[len(word), lengths, np.arange(len(others))].astype(np.int64)
    return found


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)

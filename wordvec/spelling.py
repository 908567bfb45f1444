"""Words of similar spelling in a vocabulary, and joined phrases, for "did you mean".

Words are compared in lower case by edit distance: insertion, deletion or replacement of a character, or transposition
of two adjacent ones (optimal string alignment; Boytsov 2011, "Indexing methods for approximate dictionary searching").
An edit changes the length by at most one and the set of characters by at most two. Therefore lengths and 64-bit
signatures of the character sets exclude most words; the distances of the others are computed together, one cell of the
dynamic programming table at a time.
"""

import re
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

_WORDS_AT_ONCE = 1 << 16
_LONGEST = 64
"""Characters of the longest word for which there are suggestions."""
_MOST_EDITS = 2
_CANDIDATES = 20_000
"""Largest number of words whose distances are computed: those with the most similar characters."""
_SIGN = r"[\W_]"
"""What may join the words of a phrase."""


class Spellings:
    """The lengths and signatures of words, 10 bytes each.

    Parameters
    ----------
    words
        Words, most frequent first; of words at the same distance the first is suggested first.

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
        """Return up to `n` words of which a word may be a misspelling, the nearest first.

        The edit distance is at most two, one for words of under six characters, and zero for words of under three,
        where only case may differ. At the same distance, the more frequent word comes first.
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

    def joined(self, text: str) -> list[tuple[list[str], str]]:
        """Return the words that join adjacent words of a text by single signs, in any letter case, after these words.

        Examples
        --------
        >>> Spellings(["new_york", "york-is", "newyork"]).joined("New York is")
        [(['New', 'York'], 'new_york'), (['York', 'is'], 'york-is')]
        """
        parts, found = text.split(), []
        for begin in range(len(parts)):
            for end in range(begin + 2, len(parts) + 1):
                run = parts[begin:end]
                folded = [part.lower() for part in run]
                rows = self._rows_with("".join(folded))
                rows = rows[self._lengths[rows] == len(" ".join(folded))]
                found += [(run, word) for word in self._matching(rows, _SIGN.join(map(re.escape, folded)))]
        return found

    def with_part(self, word: str, n: int = 2) -> list[str]:
        """Return the first `n` words of which a word is a part between signs, in any letter case.

        Examples
        --------
        >>> Spellings(["new_york", "newer", "brand-new"]).with_part("New")
        ['new_york', 'brand-new']
        """
        if not word:
            return []
        part = re.escape(word.lower())
        return self._matching(self._rows_with(word.lower()), f"(?:.*{_SIGN})?{part}{_SIGN}.*|.*{_SIGN}{part}")[:n]

    def _rows_with(self, letters: str) -> NDArray[np.int64]:
        """Return the rows of the words that may have all of some letters."""
        (signature,) = _signatures([letters], np.array([len(letters)]))
        return np.flatnonzero(self._signatures & signature == signature)

    def _matching(self, rows: NDArray[np.int64], pattern: str) -> list[str]:
        """Return those of some rows' words that match in lower case."""
        form = re.compile(pattern, re.DOTALL)
        return [word for word in (self.words[row] for row in rows.tolist()) if form.fullmatch(word.lower())]

    def hint(self, unknown: Iterable[str], n: int = 3) -> str:
        """Return the end of a message about unknown words: ``; did you mean king, kings?``, or an empty text.

        Phrases that join the words of an unknown text come first, then those with it as a part, then similar words.
        """
        near: list[str] = []
        for word in unknown:
            near += [*(joined for _, joined in self.joined(word)), *self.with_part(word), *self.near(word)]
        return did_you_mean(list(dict.fromkeys(near))[:n])


def did_you_mean(near: Sequence[str]) -> str:
    """Return the end of a message that suggests words, an empty text for none.

    >>> did_you_mean(["king", "kings"]), did_you_mean([])
    ('; did you mean king, kings?', '')
    """
    return f"; did you mean {', '.join(near)}?" if near else ""


def _signatures(words: list[str], lengths: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return the signature of each word, a bit set of its characters modulo 64, (words,) uint64."""
    codes = _codes("".join(words) + "\0")
    bits = np.left_shift(np.uint64(1), (codes & 63).astype(np.uint64))
    starts = np.append(0, np.cumsum(lengths))
    found: NDArray[np.uint64] = np.bitwise_or.reduceat(bits, starts)[:-1]
    return np.where(lengths > 0, found, np.uint64(0))


def _edits(word: str, others: list[str]) -> NDArray[np.int64]:
    """Return the edit distances between a word and others, (others,) int64."""
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

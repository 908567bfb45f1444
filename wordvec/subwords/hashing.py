"""Numbers of the rows of n-grams by the hashes of fastText and floret, of many words at once."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.subwords.bags import Bags

MARKS = ("<", ">")


class Cut(NamedTuple):
    """The n-grams of words: those of word w are ``spans[starts[w] : starts[w + 1]]``, each a range of bytes of `text`.

    `text` is (bytes,) uint8, `starts` (words + 1,) int64, `spans` (n-grams, 2) int64.
    """

    text: NDArray[np.uint8]
    starts: NDArray[np.int64]
    spans: NDArray[np.int64]

    def spelled(self) -> list[str]:
        """Return the n-grams; bytes that are not UTF-8 are shown as hexadecimal escapes."""
        whole = self.text.tobytes()
        return [whole[begin:end].decode(errors="backslashreplace") for begin, end in self.spans.tolist()]


class FastTextHash(NamedTuple):
    """fastText's numbering: one row for each n-gram of `shortest` to `longest` characters."""

    shortest: int
    longest: int
    buckets: int

    def cut(self, words: Sequence[str]) -> Cut:
        """Return the n-grams of words."""
        return _cut(words, (self.shortest, self.longest), MARKS, whole=False)

    def bags(self, words: Sequence[str]) -> Bags:
        """Return the buckets of the n-grams of words."""
        from wordvec.kernels.subword import hash_fnv1a

        cut = self.cut(words)
        numbers = np.empty(len(cut.spans), np.int64)
        hash_fnv1a(cut.text, cut.spans, self.buckets, numbers)
        return Bags(cut.starts, numbers)


class FloretHash(NamedTuple):
    """floret's numbering: `hashes` rows, 1 to 4, for each n-gram and for the word between its marks.

    The empty word has none.
    """

    shortest: int
    longest: int
    buckets: int
    hashes: int
    seed: int
    before: str
    after: str

    def cut(self, words: Sequence[str]) -> Cut:
        """Return the n-grams of words, each after the word itself."""
        return _cut(words, (self.shortest, self.longest), (self.before, self.after), whole=True)

    def bags(self, words: Sequence[str]) -> Bags:
        """Return the rows of the n-grams of words."""
        from wordvec.kernels.murmur import hash_murmur

        cut = self.cut(words)
        numbers = np.empty(len(cut.spans) * self.hashes, np.int64)
        hash_murmur(cut.text, cut.spans, (self.hashes, self.seed), self.buckets, numbers)
        bags = Bags(cut.starts * self.hashes, numbers)
        return bags if all(words) else bags.where(np.repeat([bool(word) for word in words], bags.sizes))


def _cut(words: Sequence[str], lengths: tuple[int, int], marks: tuple[str, str], whole: bool) -> Cut:
    """Return the n-grams of words in UTF-8.

    Surrogate-escaped bytes, by which Python represents bytes that are not UTF-8, are restored.
    """
    from wordvec.kernels.subword import cut_ngrams

    before, after = marks
    encoded = [f"{before}{word}{after}".encode(errors="surrogateescape") for word in words]
    begins, starts = np.zeros(len(words) + 1, np.int64), np.zeros(len(words) + 1, np.int64)
    np.cumsum([len(word) for word in encoded], out=begins[1:])
    text = np.frombuffer(b"".join(encoded), np.uint8)
    cut_ngrams(text, begins, lengths, whole, starts, np.empty((0, 2), np.int64))
    spans = np.empty((int(starts[-1]), 2), np.int64)
    cut_ngrams(text, begins, lengths, whole, starts, spans)
    return Cut(text, starts, spans)

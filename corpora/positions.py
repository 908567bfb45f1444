"""Where each word of a corpus stands: a piece at a time, as a stream of ids and its words' places in it."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.encoded import EncodedCorpus
from wordvec.kernels import rng, sampling
from wordvec.kernels.cooccurrence import BORDER, Selection, fill_stream, gather_places, margin

# Bytes for each token of a piece: its place in the stream, twice where sentences are very short, and in the index.
TOKEN_BYTES = 12
LEAST_TOKENS, MOST_TOKENS = 1 << 16, 1 << 31


class Places(NamedTuple):
    """One piece; see `kernels.cooccurrence`.

    Attributes
    ----------
    stream
        Ids, with borders where no window may pass, and as much on either side as windows reach.
    starts, places
        (words + 1,) and (tokens that stay,): where each word's places begin, and the places in the stream, rising.
    """

    stream: NDArray[np.uint32]
    starts: NDArray[np.int64]
    places: NDArray[np.uint32]


class Placer:
    """Makes the streams of a corpus.

    Parameters
    ----------
    corpus
        What is cut into pieces.
    words
        How many words stay, the most frequent.
    window
        How far on either side a place is seen.
    sample
        Words more frequent than about this share are thinned out; 0 keeps all.
    keep_places
        Let words that are left out keep their place.
    across_sentences
        Let windows cross the ends of sentences.
    seed
        Of the thinning, which depends on a token's place in the corpus alone.
    """

    def __init__(
        self,
        corpus: EncodedCorpus,
        words: int,
        window: int,
        *,
        sample: float = 0.0,
        keep_places: bool = False,
        across_sentences: bool = False,
        seed: int = 1,
    ) -> None:
        self.corpus, self.words, self.window = corpus, words, window
        keep = sampling.keep_thresholds(corpus.vocabulary.counts[:words], sample)
        self.selection = Selection(keep, sample > 0, keep_places, not across_sentences)
        self._chance = np.uint64(rng.piece_stream(seed, 0, 0))

    def piece(self, first: int, last: int) -> Places:
        """Give the tokens from `first` to `last`."""
        stream, begin, end = self._stream(first, last)
        starts, places = np.empty(self.words + 1, np.int64), np.empty(max(1, end - begin), np.uint32)
        gather_places(stream, begin, end, starts, places)
        return Places(stream, starts, places)

    def _stream(self, first: int, last: int) -> tuple[NDArray[np.uint32], int, int]:
        """Give the stream of the tokens from `first` to `last` and around, and where these begin and end in it."""
        ids, selection = self.corpus.ids, self.selection
        before = margin(ids, first, -1, self.window, selection, self._chance)
        behind = margin(ids, last, 1, self.window, selection, self._chance)
        ends = self.corpus.offsets[1:]
        low, high = np.searchsorted(ends, [before, behind])
        ends = np.array(ends[low : high + 1]) if selection.borders else np.empty(0, np.int64)
        out = np.empty(behind - before + len(ends) + 2, np.uint32)
        out[0] = BORDER
        places = [1]
        for begin, end in ((before, first), (first, last), (last, behind)):
            # A border at `begin` itself would be left out, unless the tokens before are seen.
            if begin > before and selection.borders and _begins_at(self.corpus.offsets, begin):
                out[places[-1]] = BORDER
                places[-1] += 1
            places.append(fill_stream(ids, begin, end, ends, selection, self._chance, out, places[-1]))
        out[places[-1]] = BORDER
        return out[: places[-1] + 1], places[1], places[2]


def runs(most: NDArray[np.int64], work: int) -> list[tuple[int, int]]:
    """Cut rows into runs of about so much work; `most` (rows,) is that of each."""
    before = np.concatenate(([0], np.cumsum(most)))
    cuts, first = [], 0
    while first < len(most):
        last = max(first + 1, int(np.searchsorted(before, before[first] + work, "right")) - 1)
        cuts.append((first, last))
        first = last
    return cuts


def _begins_at(offsets: NDArray[np.int64], token: int) -> bool:
    """Tell whether a sentence begins with this token."""
    place = int(np.searchsorted(offsets, token))
    return place < len(offsets) and int(offsets[place]) == token

"""Word positions in a corpus: one piece at a time, as a stream of ids and the positions of each word in it."""

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.trained import RenumberedIds, stored
from wordvec.kernels import rng, sampling
from wordvec.kernels.cooccurrence import BORDER, TokenSelection, context_edge, fill_stream, gather_positions

# Bytes for each token of a piece: its element of the stream, twice where sentences are very short, and of the index.
TOKEN_BYTES = 12
LEAST_TOKENS, MOST_TOKENS = 1 << 16, 1 << 31


class Counted(Protocol):
    """Words with their counts."""

    @property
    def counts(self) -> NDArray[np.int64]:
        """Count of each word."""
        ...


class TokenSequence(Protocol):
    """Sentences of ids, such as a `wordvec.corpora.trained.TrainedText`."""

    @property
    def ids(self) -> NDArray[np.uint32] | RenumberedIds:
        """Id of each token."""
        ...

    @property
    def offsets(self) -> NDArray[np.int64]:
        """Beginning of each sentence, and the end of the last."""
        ...

    @property
    def vocabulary(self) -> Counted:
        """The words."""
        ...


class WordPositions(NamedTuple):
    """The stream of one piece and its index; see `kernels.cooccurrence`.

    Attributes
    ----------
    stream
        (any,) uint32 array of ids, with borders where no window may cross, including the context of the piece.
    starts, positions
        (words + 1,) int64 array: beginning of each word's positions; (kept tokens,) uint32 array: positions in the
        stream, rising for each word.
    """

    stream: NDArray[np.uint32]
    starts: NDArray[np.int64]
    positions: NDArray[np.uint32]


class PositionIndexer:
    """Builds the streams of a corpus and indexes their word positions.

    Parameters
    ----------
    corpus
        Sentences of ids.
    words
        Number of words to keep, the most frequent.
    window
        Maximal distance of context words.
    sample
        Relative frequency above which words are subsampled; 0 keeps all tokens.
    keep_places
        Whether omitted words keep their positions.
    across_sentences
        Whether windows cross the ends of sentences.
    seed
        Seed of the subsampling, which also depends on the position of a token in the corpus.
    """

    def __init__(
        self,
        corpus: TokenSequence,
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
        self._ids, numbers = stored(corpus.ids)
        self.selection = TokenSelection(keep, sample > 0, keep_places, not across_sentences, numbers)
        self._random_stream = np.uint64(rng.piece_stream(seed, 0, 0))

    def piece(self, first: int, last: int) -> WordPositions:
        """Return the stream and the positions of the tokens from `first` to `last`."""
        stream, begin, end = self._stream(first, last)
        starts, positions = np.empty(self.words + 1, np.int64), np.empty(max(1, end - begin), np.uint32)
        gather_positions(stream, begin, end, starts, positions)
        return WordPositions(stream, starts, positions)

    def _stream(self, first: int, last: int) -> tuple[NDArray[np.uint32], int, int]:
        """Return the stream of the tokens from `first` to `last` with context, and their beginning and end in it."""
        ids, selection = self._ids, self.selection
        before = context_edge(ids, first, -1, self.window, selection, self._random_stream)
        behind = context_edge(ids, last, 1, self.window, selection, self._random_stream)
        ends = self.corpus.offsets[1:]
        low, high = np.searchsorted(ends, [before, behind])
        ends = np.array(ends[low : high + 1]) if selection.borders else np.empty(0, np.int64)
        out = np.empty(behind - before + len(ends) + 2, np.uint32)
        out[0] = BORDER
        positions = [1]
        for begin, end in ((before, first), (first, last), (last, behind)):
            # `fill_stream` writes no border at its first token.
            if begin > before and selection.borders and _begins_at(self.corpus.offsets, begin):
                out[positions[-1]] = BORDER
                positions[-1] += 1
            positions.append(fill_stream(ids, begin, end, ends, selection, self._random_stream, out, positions[-1]))
        out[positions[-1]] = BORDER
        return out[: positions[-1] + 1], positions[1], positions[2]


def runs(most: NDArray[np.int64], work: int) -> list[tuple[int, int]]:
    """Split rows into runs of about `work` units of work; `most` (rows,) int64 is the work of each row."""
    before = np.concatenate(([0], np.cumsum(most)))
    cuts, first = [], 0
    while first < len(most):
        last = max(first + 1, int(np.searchsorted(before, before[first] + work, "right")) - 1)
        cuts.append((first, last))
        first = last
    return cuts


def _begins_at(offsets: NDArray[np.int64], token: int) -> bool:
    """Return whether a sentence begins at this token."""
    sentence = int(np.searchsorted(offsets, token))
    return sentence < len(offsets) and int(offsets[sentence]) == token

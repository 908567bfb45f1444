"""Training by threads that update the same matrices without locks (Hogwild: Recht et al. 2011), piece by piece.

A piece is a run of whole sentences. Its random stream depends on (seed, epoch, piece) and its learning rate on its
position, not on the thread that trains it. So results with one thread are the same bit for bit. With several threads
updates of the same row can overwrite each other, and results differ slightly from run to run.
"""

import dataclasses
import math
import time
from collections.abc import Callable, Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from wordvec import clock
from wordvec.errors import DivergedError, InputError, Interrupted
from wordvec.trainers.checkpoint import State
from wordvec.trainers.stopping import Watch
from wordvec.workers import StopFlag, ordered_map

# Long enough that calling a kernel costs nothing, short enough that Ctrl-C and the learning rate are prompt.
PIECE_TOKENS = 20_000
LEAST_TOKENS = 1_000
# Numbers read for a piece, about a quarter of a second's work of one thread.
PIECE_WORK = 1_000_000_000
SECONDS_BETWEEN_REPORTS = 0.5
SECONDS_TO_ESTIMATE = 1.0

TrainPiece = Callable[["Piece"], tuple[float, int]]


@dataclasses.dataclass(frozen=True)
class Piece:
    """One piece of one epoch.

    Attributes
    ----------
    ids, offsets
        (tokens,) uint32 array of its tokens, and (sentences + 1,) int64 array of its sentences' bounds in the corpus.
    rate
        Fraction of the initial learning rate.
    """

    epoch: int
    number: int
    ids: NDArray[np.uint32]
    offsets: NDArray[np.int64]
    rate: float


class Ids(Protocol):
    """Token ids, in memory, on disk or computed when they are read."""

    def __len__(self) -> int: ...

    def __getitem__(self, tokens: slice, /) -> NDArray[np.uint32]: ...


class Sentences(Protocol):
    """Token ids and bounds of sentences, of an encoded corpus or of parts of several."""

    @property
    def ids(self) -> Ids:
        """(tokens,) token ids."""

    @property
    def offsets(self) -> NDArray[np.int64]:
        """(sentences + 1,) beginnings of the sentences, and the end of the last."""


class Pieces:
    """A corpus as pieces of whole sentences, over `epochs` passes.

    Parameters
    ----------
    corpus
        Tokens and sentences.
    epochs
        Number of passes over the corpus.
    work
        Numbers that training reads for each token; if they are many, pieces are smaller than `PIECE_TOKENS`.
    final_rate
        Fraction of the initial learning rate that remains at the end.

    Attributes
    ----------
    per_epoch
        Number of pieces in an epoch.
    most_tokens, most_sentences
        Largest numbers in one piece.
    """

    def __init__(self, corpus: Sentences, epochs: int, work: int, final_rate: float) -> None:
        self.corpus, self.epochs, self.final_rate = corpus, epochs, final_rate
        self.tokens = len(corpus.ids)
        wanted = np.arange(0, self.tokens, max(LEAST_TOKENS, min(PIECE_TOKENS, PIECE_WORK // work)))
        self._starts = np.unique(np.append(np.searchsorted(corpus.offsets, wanted), len(corpus.offsets) - 1))
        self.per_epoch = len(self._starts) - 1
        self.most_sentences = int(np.diff(self._starts).max())
        self.most_tokens = int(np.diff(corpus.offsets[self._starts]).max())

    def __len__(self) -> int:
        return self.per_epoch * self.epochs

    def __getitem__(self, index: int) -> Piece:
        epoch, number = divmod(index, self.per_epoch)
        offsets = self.corpus.offsets[self._starts[number] : self._starts[number + 1] + 1]
        rate = 1 - (1 - self.final_rate) * self.tokens_before(index) / (self.tokens * self.epochs)
        return Piece(epoch, number, self.corpus.ids[offsets[0] : offsets[-1]], offsets, rate)

    def tokens_before(self, index: int) -> int:
        """Return the number of tokens in all pieces before this one, over all epochs."""
        epoch, number = divmod(index, self.per_epoch)
        return epoch * self.tokens + int(self.corpus.offsets[self._starts[number]])


def run(
    pieces: Pieces,
    train: TrainPiece,
    state: State,
    *,
    threads: int,
    watch: Watch,
    stop: StopFlag,
    save: Callable[[State], None],
    save_every: float | None,
) -> None:
    """Train the remaining pieces until `watch` stops training, and update `state`.

    Raises
    ------
    Interrupted
        If `stop` was set; all threads have stopped and the state is saved.
    DivergedError
        If the loss became NaN or infinite.
    InputError
        If the corpus has no pair of words.
    """
    total = pieces.tokens * pieces.epochs
    watch.progress.begin("training", total, " words", pieces.tokens_before(state.done))
    begun, reported = clock.now() - state.seconds, 0.0
    state.threads = max(state.threads, threads)
    due = _due(save_every)
    try:
        while unfinished(state, pieces):
            waiting = _until(range(state.done, _end(state, pieces, watch)), due, stop, state)
            for loss, pairs in ordered_map(lambda index: train(pieces[index]), waiting, threads):
                _account(state, pieces, loss, pairs)
                now, epoch_ended = clock.now(), state.done % pieces.per_epoch == 0
                state.seconds = now - begun
                if now - reported >= SECONDS_BETWEEN_REPORTS or epoch_ended:
                    reported = now
                    watch.report(state, pieces.tokens_before(state.done), total)
                if epoch_ended:
                    watch.end_epoch(state)
            if unfinished(state, pieces) and (stop.requested or time.monotonic() >= due):
                save(state)
                begun, due = clock.now() - state.seconds, _due(save_every)
            if unfinished(state, pieces) and stop.requested:
                raise Interrupted(f"interrupted after {100 * state.done / len(pieces):.0f} % of the training")
    finally:
        watch.progress.end()


def unfinished(state: State, pieces: Pieces) -> bool:
    """Return whether pieces remain to be trained."""
    return state.done < len(pieces) and state.stopped is None


def estimate_seconds(pieces: Pieces, train: TrainPiece, threads: int) -> float:
    """Return the seconds of training all pieces, extrapolated from about one second, without compilation."""
    train(pieces[0])
    begun = time.monotonic()
    indices = _until(range(len(pieces)), begun + SECONDS_TO_ESTIMATE, StopFlag(), State())
    done = sum(1 for _ in ordered_map(lambda index: train(pieces[index]), indices, threads))
    return (time.monotonic() - begun) * pieces.tokens * pieces.epochs / pieces.tokens_before(done)


def _due(save_every: float | None) -> float:
    return math.inf if save_every is None else time.monotonic() + save_every


def _end(state: State, pieces: Pieces, watch: Watch) -> int:
    """Return the piece to train up to: the epoch's end if its loss decides whether there is another epoch."""
    return len(pieces) if watch.rises is None else (state.done // pieces.per_epoch + 1) * pieces.per_epoch


def _until(indices: range, due: float, stop: StopFlag, state: State) -> Iterator[int]:
    for index in indices:
        if stop.requested or state.stopped is not None:
            return
        yield index
        if time.monotonic() >= due:
            return


def _account(state: State, pieces: Pieces, loss: float, pairs: int) -> None:
    if not math.isfinite(loss):
        raise DivergedError(
            f"training diverged in epoch {1 + state.done // pieces.per_epoch} (the loss is {loss}); "
            "use a smaller learning_rate"
        )
    if state.done % pieces.per_epoch == 0:
        state.losses.append((0.0, 0))
    before = state.losses[-1]
    state.losses[-1] = (before[0] + loss, before[1] + pairs)
    state.done += 1
    if state.done == len(pieces) and not any(pairs for _, pairs in state.losses):
        raise InputError(
            "no two words co-occur in a sentence, so there is nothing to learn; see the settings sentence, min_count "
            "and sample"
        )

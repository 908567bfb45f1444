"""Threads that change the same matrices without locks (Hogwild: Recht et al. 2011), a piece of the corpus at a time.

A piece is a run of whole sentences. Its random stream depends on (seed, epoch, piece) and its learning rate on where
it lies, not on which thread takes it. So one thread gives one result, bit for bit; several threads race for rows
that they change at once, and their results differ a little from run to run.
"""

import dataclasses
import math
import time
from collections.abc import Callable, Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import DivergedError, InputError, Interrupted
from wordvec.trainers.checkpoint import State
from wordvec.workers import Progress, StopFlag, ordered_map

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
        (tokens,) uint32 and (sentences + 1,) int64: its tokens, and where its sentences begin in the corpus.
    rate
        The part of the first learning rate that is left.
    """

    epoch: int
    number: int
    ids: NDArray[np.uint32]
    offsets: NDArray[np.int64]
    rate: float


class Ids(Protocol):
    """Token ids, in memory, on disk or made when they are read."""

    def __len__(self) -> int: ...

    def __getitem__(self, tokens: slice, /) -> NDArray[np.uint32]: ...


class Sentences(Protocol):
    """Tokens as ids, and where sentences begin and the last ends; of an encoded corpus, or of parts of some."""

    @property
    def ids(self) -> Ids:
        """(tokens,)."""

    @property
    def offsets(self) -> NDArray[np.int64]:
        """(sentences + 1,)."""


class Pieces:
    """A corpus as pieces of whole sentences, gone through `epochs` times.

    Parameters
    ----------
    corpus
        What is cut.
    epochs
        How often it is gone through.
    work
        Numbers that training reads for each token; where they are many, pieces are smaller than `PIECE_TOKENS`.
    final_rate
        The part of the first learning rate that is left at the end.

    Attributes
    ----------
    per_epoch
        How many there are.
    most_tokens, most_sentences
        The most that one of them has.
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
        """Give the tokens of all pieces before this one, over all epochs."""
        epoch, number = divmod(index, self.per_epoch)
        return epoch * self.tokens + int(self.corpus.offsets[self._starts[number]])


def run(
    pieces: Pieces,
    train: TrainPiece,
    state: State,
    *,
    threads: int,
    progress: Progress,
    stop: StopFlag,
    save: Callable[[State], None],
    save_every: float | None,
) -> None:
    """Train the pieces that `state` has not done, and keep `state` up to date.

    Raises
    ------
    Interrupted
        If `stop` was set; all threads have stopped and the state is saved.
    DivergedError
        If the loss became NaN or infinite.
    InputError
        If there was no pair of words.
    """
    progress.begin("training", pieces.tokens * pieces.epochs, " words", pieces.tokens_before(state.done))
    begun, reported = time.monotonic() - state.seconds, 0.0
    state.threads = max(state.threads, threads)
    try:
        while state.done < len(pieces):
            due = math.inf if save_every is None else time.monotonic() + save_every
            waiting = _until(range(state.done, len(pieces)), due, stop)
            for loss, pairs in ordered_map(lambda index: train(pieces[index]), waiting, threads):
                _account(state, pieces, loss, pairs)
                now = time.monotonic()
                state.seconds = now - begun
                if now - reported >= SECONDS_BETWEEN_REPORTS or state.done % pieces.per_epoch == 0:
                    reported = now
                    progress.report(
                        pieces.tokens_before(state.done), epoch=len(state.losses), loss=mean_losses(state)[-1]
                    )
            if state.done < len(pieces):
                save(state)
                begun = time.monotonic() - state.seconds
            if stop.requested and state.done < len(pieces):
                raise Interrupted(f"interrupted after {100 * state.done / len(pieces):.0f} % of the training")
    finally:
        progress.end()


def mean_losses(state: State) -> list[float]:
    """Give for each epoch the mean loss of a pair (centre and context, or centre and noise)."""
    return [loss / max(pairs, 1) for loss, pairs in state.losses]


def estimate_seconds(pieces: Pieces, train: TrainPiece, threads: int) -> float:
    """Give the seconds that all pieces would take, from those trained in about one second, compilation apart."""
    train(pieces[0])
    begun = time.monotonic()
    indices = _until(range(len(pieces)), begun + SECONDS_TO_ESTIMATE, StopFlag())
    done = sum(1 for _ in ordered_map(lambda index: train(pieces[index]), indices, threads))
    return (time.monotonic() - begun) * pieces.tokens * pieces.epochs / pieces.tokens_before(done)


def _until(indices: range, due: float, stop: StopFlag) -> Iterator[int]:
    for index in indices:
        if stop.requested:
            return
        yield index
        if time.monotonic() >= due:
            return


def _account(state: State, pieces: Pieces, loss: float, pairs: int) -> None:
    if not math.isfinite(loss):
        raise DivergedError(
            f"training diverged in epoch {1 + state.done // pieces.per_epoch} (the loss is {loss}); "
            "use a smaller --learning-rate"
        )
    if state.done % pieces.per_epoch == 0:
        state.losses.append((0.0, 0))
    before = state.losses[-1]
    state.losses[-1] = (before[0] + loss, before[1] + pairs)
    state.done += 1
    if state.done == len(pieces) and not any(pairs for _, pairs in state.losses):
        raise InputError(
            "no two words stand together in a sentence, so there is nothing to learn; see --sentence, --min-count "
            "and --sample"
        )

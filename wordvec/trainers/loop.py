"""The loop of a training run: rounds of pieces, reports, checkpoints, and the end."""

import itertools
import math
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from wordvec import clock
from wordvec.errors import DivergedError, InputError, Interrupted
from wordvec.trainers.checkpoint import Matrix, State
from wordvec.trainers.pieces import Pieces
from wordvec.trainers.stopping import Watch
from wordvec.workers import StopFlag

SECONDS_BETWEEN_REPORTS = 0.5
SECONDS_TO_ESTIMATE = 1.0


class Workers(Protocol):
    """Threads that train pieces, `hogwild.Hogwild` or `replicas.Replicas`, or workers on other machines."""

    @property
    def threads(self) -> int:
        """Number of threads that train."""
        ...

    def rounds(self, first: int, last: int) -> Iterator[range]:
        """Yield ranges of pieces between which training can stop."""
        ...

    def trained(self, rounds: Iterator[range]) -> Iterator[tuple[float, int]]:
        """Train rounds, and yield the loss and the number of pairs of each piece, in order."""
        ...

    def finish(self, done: int) -> None:
        """Complete the model after the last of `done` pieces."""
        ...

    def apart(self, done: int) -> Mapping[str, Matrix]:
        """Return the matrices beside, or in place of, the model's that a checkpoint after `done` pieces needs."""
        ...


def run(
    pieces: Pieces,
    workers: Workers,
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
            rounds = _until(workers.rounds(state.done, _end(state, pieces, watch)), due, stop, state)
            for loss, pairs in workers.trained(rounds):
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
        workers.finish(state.done)
    finally:
        watch.progress.end()


def unfinished(state: State, pieces: Pieces) -> bool:
    """Return whether pieces remain to be trained."""
    return state.done < len(pieces) and state.stopped is None


def estimate_seconds(pieces: Pieces, workers: Workers) -> float:
    """Return the seconds of training all pieces, extrapolated from about one second, without compilation."""
    for _ in workers.trained(itertools.islice(workers.rounds(0, len(pieces)), 1)):
        pass
    begun = time.monotonic()
    rounds = _until(workers.rounds(0, len(pieces)), begun + SECONDS_TO_ESTIMATE, StopFlag(), State())
    done = sum(1 for _ in workers.trained(rounds))
    return (time.monotonic() - begun) * pieces.tokens * pieces.epochs / pieces.tokens_before(done)


def _due(save_every: float | None) -> float:
    return math.inf if save_every is None else time.monotonic() + save_every


def _end(state: State, pieces: Pieces, watch: Watch) -> int:
    """Return the piece to train up to: the epoch's end if its loss decides whether there is another epoch."""
    return len(pieces) if watch.rises is None else (state.done // pieces.per_epoch + 1) * pieces.per_epoch


def _until(rounds: Iterator[range], due: float, stop: StopFlag, state: State) -> Iterator[range]:
    for pieces in rounds:
        if stop.requested or state.stopped is not None:
            return
        yield pieces
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

"""Training over strata, round by round, that can stop within a round and resume with the same bits.

A block is trained in calls of `CALL` entries. Between calls, training stops if that is requested or a checkpoint is
due; the state has the number of trained entries of each block. Costs are summed in the order of calls, blocks, rounds.
"""

import contextlib
import dataclasses
import math
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from wordvec import clock
from wordvec.errors import DivergedError, Interrupted
from wordvec.trainers.checkpoint import State
from wordvec.trainers.glove import strata
from wordvec.trainers.glove.strata import Strata
from wordvec.trainers.loop import SECONDS_BETWEEN_REPORTS, SECONDS_TO_ESTIMATE
from wordvec.trainers.stopping import Watch, mean_losses
from wordvec.workers import Progress, StopFlag, ordered_map

# Entries of one call of a kernel, about 15 ms.
CALL = 200_000
# Training has diverged if an epoch's cost is above one and this many times the cost of the first epoch.
DIVERGED = 10

# Trains a range of entries and returns the sum of their costs.
TrainRun = Callable[[int, int], float]


@dataclasses.dataclass
class StratifiedTraining:
    """A training run over strata.

    Attributes
    ----------
    entries, train
        The entries, and the function that trains a range of them.
    epochs
        Number of passes over the entries.
    state
        Progress of the run, updated during training.
    save, save_every
        Function that saves the state, and the seconds between calls; None: it is called at an interruption only.
    after_round
        Called after each round, with its number over all epochs.
    """

    entries: Strata
    train: TrainRun
    epochs: int
    state: State
    threads: int
    watch: Watch
    stop: StopFlag
    save: Callable[[State], None]
    save_every: float | None = None
    after_round: Callable[[int], None] | None = None

    def run(self) -> None:
        """Train the remaining entries until `watch` stops training.

        Raises
        ------
        Interrupted
            If `stop` was set; the state is saved.
        DivergedError
            If the cost became NaN or infinite, or much larger than that of the first epoch.
        """
        state, rounds, progress = self.state, strata.SIDE * self.epochs, self.watch.progress
        state.threads = max(state.threads, self.threads)
        self._begun, self._reported = clock.now() - state.seconds, 0.0
        progress.begin("training", self.entries.length * self.epochs, " entries", state.done)
        try:
            while self._unfinished(rounds):
                due = math.inf if self.save_every is None else time.monotonic() + self.save_every
                self._train_until(due, rounds)
                if self._unfinished(rounds):
                    self.save(state)
                    self._begun = clock.now() - state.seconds
                if self.stop.requested and self._unfinished(rounds):
                    share = state.done / (self.entries.length * self.epochs)
                    raise Interrupted(f"interrupted after {100 * share:.0f} % of the training")
        finally:
            progress.end()

    def _unfinished(self, rounds: int) -> bool:
        return self.state.rounds < rounds and self.state.stopped is None

    def _train_until(self, due: float, rounds: int) -> None:
        """Train round by round until none remain, `due` has passed or a stop is requested."""
        state = self.state
        while self._unfinished(rounds):
            blocks = self.entries.blocks(state.rounds)
            if not state.block_entries:
                state.block_entries, state.block_costs = [0] * strata.SIDE, [0.0] * strata.SIDE

            def train(position: int, blocks: NDArray[np.int64] = blocks) -> tuple[int, float]:
                return self._train_block(int(blocks[position]), position, due)

            # The state is changed after all threads have stopped, because they read it.
            done = list(ordered_map(train, range(strata.SIDE), self.threads))
            state.done += sum(entries for entries, _ in done) - sum(state.block_entries)
            state.block_entries, state.block_costs = [entries for entries, _ in done], [cost for _, cost in done]
            state.seconds = clock.now() - self._begun
            self._check_costs()
            if any(self._size(int(block)) > entries for block, (entries, _) in zip(blocks, done, strict=True)):
                return
            self._end_round()
            if self.stop.requested or time.monotonic() >= due:
                return

    def _train_block(self, block: int, position: int, due: float) -> tuple[int, float]:
        """Train a block call by call; return the number of its trained entries and their cost."""
        begin, size = int(self.entries.begins[block]), self._size(block)
        done, cost = self.state.block_entries[position], self.state.block_costs[position]
        while done < size and not self.stop.requested:
            end = min(done + CALL, size)
            cost += self.train(begin + done, begin + end)
            done = end
            if time.monotonic() >= due:
                break
        return done, cost

    def _size(self, block: int) -> int:
        return int(self.entries.begins[block + 1] - self.entries.begins[block])

    def _end_round(self) -> None:
        state = self.state
        if self.after_round is not None:
            self.after_round(state.rounds)
        if state.rounds % strata.SIDE == 0:
            state.losses.append((0.0, 0))
        cost, entries = state.losses[-1]
        state.losses[-1] = (cost + sum(state.block_costs), entries + sum(state.block_entries))
        state.rounds += 1
        state.block_entries, state.block_costs = [], []
        now, means = clock.now(), mean_losses(state)
        if state.rounds % strata.SIDE == 0 and means[-1] > max(1.0, DIVERGED * means[0]):
            raise _diverged(state.rounds // strata.SIDE, f"is {means[-1]:.3g} after {means[0]:.3g} in the first")
        if now - self._reported >= SECONDS_BETWEEN_REPORTS or state.rounds % strata.SIDE == 0:
            self._reported = now
            self.watch.report(state, state.done, self.entries.length * self.epochs)
        if state.rounds % strata.SIDE == 0:
            self.watch.end_epoch(state)

    def _check_costs(self) -> None:
        if not math.isfinite(cost := sum(self.state.block_costs)):
            raise _diverged(1 + self.state.rounds // strata.SIDE, f"is {cost}")


def estimate_seconds(
    entries: Strata, train: TrainRun, epochs: int, threads: int, after_round: Callable[[int], None] | None = None
) -> float:
    """Return the seconds of all epochs, extrapolated from about one second, without compilation."""
    train(0, 0)
    flag = StopFlag()
    # The first checkpoint, after that second, ends the run.
    save, second = lambda state: flag.set(), SECONDS_TO_ESTIMATE
    training = StratifiedTraining(
        entries, train, 1, State(), threads, Watch(Progress()), flag, save, second, after_round
    )
    with contextlib.suppress(Interrupted):
        training.run()
    return training.state.seconds * entries.length * epochs / max(training.state.done, 1)


def _diverged(epoch: int, what: str) -> DivergedError:
    return DivergedError(f"training diverged in epoch {epoch} (the cost {what}); use a smaller learning_rate")

"""Strata instead of races: entries in P × P blocks, trained in rounds of P blocks that share no row and no column.

Block (a, b) holds the entries of rows a, a + P, a + 2P … and columns b, b + P … (DSGD: Gemulla et al. 2011). A round
is the blocks (a, (a + r) mod P) for all a, an epoch P rounds. Whatever the number of threads, every row sees the same
entries in the same order, so the result is the same, bit for bit. In a block the entries keep one shuffled order.

A block is trained in calls of `CALL` entries. Between them a stop or a due checkpoint is asked for, and the state
says for each block of the round how far it has come, so that a training goes on from there.
"""

import contextlib
import dataclasses
import math
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from wordvec import files
from wordvec.errors import DivergedError, Interrupted, OutputError
from wordvec.kernels import rng, strata
from wordvec.kernels.glove import Entries
from wordvec.kernels.simd import LANES
from wordvec.trainers.checkpoint import State
from wordvec.trainers.hogwild import SECONDS_BETWEEN_REPORTS, SECONDS_TO_ESTIMATE, mean_losses
from wordvec.workers import Progress, StopFlag, ordered_map

if TYPE_CHECKING:
    from wordvec.corpora.cooccurrence import Cooccurrence

# P, a power of two. The rows of a block of 68,000 words at dim 100 fill 4 MB: faster than 16; 64 has too many blocks.
SIDE = 32
# Entries of one call of a kernel, about 15 ms.
CALL = 200_000
# Runs of rows that are dealt at once.
SHARES = 64
BYTES_OF_ENTRY = 12
# An epoch's cost that is so many times the first one's, and above one, is a training that will not come back.
DIVERGED = 10

# Trains the entries from one place to another and gives the sum of their costs.
TrainRun = Callable[[int, int], float]


def height(words: int) -> int:
    """Give how many rows are kept for each of the P classes of words."""
    return -(-words // SIDE)


def places(words: int) -> NDArray[np.int64]:
    """Give the row of each word in the matrices: see `kernels.strata`."""
    ids = np.arange(words)
    return ids % SIDE * height(words) + ids // SIDE


class Strata:
    """The entries of a matrix, dealt into blocks, each shuffled by the seed.

    Parameters
    ----------
    counts
        The matrix; its logarithms are kept.
    seed
        What the order is drawn from.
    threads
        How many deal.
    folder
        Where the entries lie if they do not fit in memory; made, and removed by `close`. The order is the same.
    stop
        What stops the dealing.

    Attributes
    ----------
    entries
        Block by block, `LANES` empty ones at the end; rows and columns are `places` of words.
    begins
        (P · P + 1,): where each block begins.

    Raises
    ------
    OutputError
        If the folder cannot be made or has no room.
    Interrupted
        If `stop` was set.
    """

    def __init__(
        self, counts: "Cooccurrence", seed: int, threads: int, folder: Path | None = None, stop: StopFlag | None = None
    ) -> None:
        self.seed, self.folder = seed, folder
        self.length = len(counts.columns)
        self.entries = self._room()
        try:
            self.begins = self._deal(counts, threads, stop or StopFlag())
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the entries and remove their folder."""
        if self.folder is not None:
            files.remove(self.folder)

    def __enter__(self) -> "Strata":
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def blocks(self, number: int) -> NDArray[np.int64]:
        """Give the P blocks of a round, counted over all epochs; the order of rounds is drawn for each epoch."""
        epoch, place = divmod(number, SIDE)
        shift = np.argsort([int(rng.piece_stream(self.seed, epoch, r)) for r in range(SIDE)])[place]
        rows = np.arange(SIDE)
        return np.asarray(rows * SIDE + (rows + shift) % SIDE, np.int64)

    def _room(self) -> Entries:
        size = self.length + LANES
        if self.folder is None:
            return Entries(np.zeros(size, np.uint32), np.zeros(size, np.uint32), np.zeros(size, np.float32))
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            return Entries(
                _mapped(self.folder / "rows", np.uint32, size),
                _mapped(self.folder / "columns", np.uint32, size),
                _mapped(self.folder / "logs", np.float32, size),
            )
        except OSError as error:
            self.close()
            needed = size * BYTES_OF_ENTRY / 1e9
            raise OutputError(
                f"{self.folder}: {error.strerror}; entries that do not fit in --memory need {needed:.1f} GB there"
            ) from error

    def _deal(self, counts: "Cooccurrence", threads: int, stop: StopFlag) -> NDArray[np.int64]:
        indptr, columns, values = np.asarray(counts.indptr), np.asarray(counts.columns), np.asarray(counts.values)
        shares = np.searchsorted(indptr, np.linspace(0, self.length, SHARES + 1).astype(np.int64))
        shares[-1] = len(indptr) - 1
        sizes = np.zeros((SHARES, SIDE * SIDE), np.int64)

        def count(share: int) -> None:
            stop.check()
            strata.count_blocks(indptr, columns, shares[share], shares[share + 1], SIDE, sizes[share])

        def deal(share: int) -> None:
            stop.check()
            first, last = shares[share], shares[share + 1]
            strata.deal_rows(indptr, columns, values, first, last, SIDE, free[share], self.entries)

        def shuffle(block: int) -> None:
            stop.check()
            strata.shuffle(self.entries, begins[block], begins[block + 1], self._stream(block))

        _all(count, SHARES, threads)
        begins = np.concatenate([[0], np.cumsum(sizes.sum(axis=0))])
        free = begins[:-1] + np.cumsum(sizes, axis=0) - sizes
        _all(deal, SHARES, threads)
        _all(shuffle, SIDE * SIDE, threads)
        return begins

    def _stream(self, block: int) -> np.uint64:
        # No epoch has this number, so the order within blocks does not go with that of rounds.
        return np.uint64(rng.piece_stream(self.seed, 2**31, block))


def working_folder(beside: Path | None) -> Path:
    """Give a folder for entries that do not fit in memory: in the checkpoint's folder, or a temporary one."""
    return Path(tempfile.mkdtemp(prefix="wordvec-")) if beside is None else beside / "strata"


@dataclasses.dataclass
class Training:
    """A training over strata, and what it reports to.

    Attributes
    ----------
    strata, train
        What is trained, and what trains a run of it.
    epochs
        How often it is gone through.
    state
        How far the training has come; kept up to date.
    save, save_every
        What keeps the state, and the seconds between; None keeps it only when interrupted.
    """

    strata: Strata
    train: TrainRun
    epochs: int
    state: State
    threads: int
    progress: Progress
    stop: StopFlag
    save: Callable[[State], None]
    save_every: float | None = None

    def run(self) -> None:
        """Train what the state has not done.

        Raises
        ------
        Interrupted
            If `stop` was set; the state is saved.
        DivergedError
            If the cost became NaN or infinite, or much larger than at first.
        """
        state, rounds = self.state, SIDE * self.epochs
        state.threads = max(state.threads, self.threads)
        self._begun, self._reported = time.monotonic() - state.seconds, 0.0
        self.progress.begin("training", self.strata.length * self.epochs, " entries", state.done)
        try:
            while state.rounds < rounds:
                due = math.inf if self.save_every is None else time.monotonic() + self.save_every
                self._train_until(due, rounds)
                if state.rounds < rounds:
                    self.save(state)
                    self._begun = time.monotonic() - state.seconds
                if self.stop.requested and state.rounds < rounds:
                    share = state.done / (self.strata.length * self.epochs)
                    raise Interrupted(f"interrupted after {100 * share:.0f} % of the training")
        finally:
            self.progress.end()

    def _train_until(self, due: float, rounds: int) -> None:
        """Train round after round until there are none, `due` has come or a stop is asked for."""
        state = self.state
        while state.rounds < rounds:
            blocks = self.strata.blocks(state.rounds)
            if not state.block_entries:
                state.block_entries, state.block_costs = [0] * SIDE, [0.0] * SIDE

            def train(place: int, blocks: NDArray[np.int64] = blocks) -> tuple[int, float]:
                return self._train_block(int(blocks[place]), place, due)

            # The state changes when all have stopped, because others read it.
            done = list(ordered_map(train, range(SIDE), self.threads))
            state.done += sum(entries for entries, _ in done) - sum(state.block_entries)
            state.block_entries, state.block_costs = [entries for entries, _ in done], [cost for _, cost in done]
            state.seconds = time.monotonic() - self._begun
            self._check_costs()
            if any(self._size(int(block)) > entries for block, (entries, _) in zip(blocks, done, strict=True)):
                return
            self._end_round()
            if self.stop.requested or time.monotonic() >= due:
                return

    def _train_block(self, block: int, place: int, due: float) -> tuple[int, float]:
        """Train a block call by call; give how many of its entries are done and their cost."""
        begin, size = int(self.strata.begins[block]), self._size(block)
        done, cost = self.state.block_entries[place], self.state.block_costs[place]
        while done < size and not self.stop.requested:
            end = min(done + CALL, size)
            cost += self.train(begin + done, begin + end)
            done = end
            if time.monotonic() >= due:
                break
        return done, cost

    def _size(self, block: int) -> int:
        return int(self.strata.begins[block + 1] - self.strata.begins[block])

    def _end_round(self) -> None:
        state = self.state
        if state.rounds % SIDE == 0:
            state.losses.append((0.0, 0))
        cost, entries = state.losses[-1]
        state.losses[-1] = (cost + sum(state.block_costs), entries + sum(state.block_entries))
        state.rounds += 1
        state.block_entries, state.block_costs = [], []
        now, means = time.monotonic(), mean_losses(state)
        if state.rounds % SIDE == 0 and means[-1] > max(1.0, DIVERGED * means[0]):
            raise _diverged(state.rounds // SIDE, f"is {means[-1]:.3g} after {means[0]:.3g} in the first")
        if now - self._reported >= SECONDS_BETWEEN_REPORTS or state.rounds % SIDE == 0:
            self._reported = now
            self.progress.report(state.done, epoch=len(state.losses), loss=means[-1])

    def _check_costs(self) -> None:
        if not math.isfinite(cost := sum(self.state.block_costs)):
            raise _diverged(1 + self.state.rounds // SIDE, f"is {cost}")


def estimate_seconds(strata: Strata, train: TrainRun, epochs: int, threads: int) -> float:
    """Give the seconds that all epochs would take, from what is trained in about one second, compilation apart."""
    train(0, 0)
    flag = StopFlag()
    # The first state that would be kept, after that second, is the end.
    save, second = lambda state: flag.set(), SECONDS_TO_ESTIMATE
    training = Training(strata, train, 1, State(), threads, Progress(), flag, save, second)
    with contextlib.suppress(Interrupted):
        training.run()
    return training.state.seconds * strata.length * epochs / max(training.state.done, 1)


def _diverged(epoch: int, what: str) -> DivergedError:
    return DivergedError(f"training diverged in epoch {epoch} (the cost {what}); use a smaller --learning-rate")


def _all(function: Callable[[int], None], items: int, threads: int) -> None:
    for _ in ordered_map(function, range(items), threads):
        pass


def _mapped(path: Path, kind: Any, size: int) -> NDArray[Any]:
    files.reserve(path, size * np.dtype(kind).itemsize)
    return np.memmap(path, kind, "r+", shape=(size,)).view(np.ndarray)

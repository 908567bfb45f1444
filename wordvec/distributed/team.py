"""Workers of Dask that train the replicas of a model, driven from this process: only losses and errors come here."""

import contextlib
import time
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from wordvec import files
from wordvec.distributed.cluster import Cluster
from wordvec.distributed.holder import Holder, Job, Member, PieceResult, Ready
from wordvec.distributed.worker import FULL, versions
from wordvec.errors import ClusterError, InputError, MemoryLimitError, WordvecError
from wordvec.files import commits
from wordvec.trainers.checkpoint import MATRICES, REPLICAS, Matrix, read_matrix
from wordvec.trainers.fitting import Task
from wordvec.trainers.schedule import Schedule, in_order

if TYPE_CHECKING:
    from distributed import Future

_BATCH_SECONDS = 0.5
"""About how long the actors train before this process hears of them: reports, Ctrl-C and checkpoints wait for it."""
_GLANCE = 0.5
"""Seconds between looks at the scheduler and the workers."""
_NOTICE_SECONDS = 5.0
"""Seconds within which the scheduler notices that a worker has ended."""


class WorkersLostError(ClusterError):
    """A worker ended, and the replicas on it are lost."""


class Team:
    """The workers of a training run: `wordvec.trainers.loop.Workers`.

    Parameters
    ----------
    cluster
        The workers; the first ones are used, at most one for each replica.
    task, schedule
        What is trained, and its rounds.
    folder
        Folder that all workers see, for checkpoints and the result.
    state
        Folder of the checkpoint to continue from; None to begin.

    Attributes
    ----------
    threads
        Number of threads that train.
    received
        Bytes of rows that workers have received from each other.

    Raises
    ------
    WorkersLostError
        If a worker ends.
    ClusterError
        If the scheduler is lost, or workers have other versions or compute other tables.
    WordvecError
        Any that a worker raises.
    """

    def __init__(self, cluster: Cluster, task: Task, schedule: Schedule, folder: Path, state: Path | None) -> None:
        self._cluster, self._task, self.schedule, self._folder = cluster, task, schedule, folder
        self.received, self.threads = 0, 0
        self._rounds = 1
        addresses = sorted(cluster.threads, key=lambda address: (-cluster.threads[address], address))
        run = uuid.uuid4().hex[:8]
        self.members = [
            Member(address, f"wordvec-fit-{run}-{number}")
            for number, address in enumerate(addresses[: schedule.replicas])
        ]
        self._futures: list[Future] = []
        self._actors: list[Any] = []
        try:
            self._start(state)
        except BaseException:
            self.close()
            raise

    def rounds(self, first: int, last: int) -> Iterator[range]:
        """Yield ranges of pieces between which training can stop."""
        return self.schedule.rounds(first, last)

    def trained(self, rounds: Iterator[range]) -> Iterator[PieceResult]:
        """Train rounds, and yield the loss and the number of pairs of each piece, in order."""
        while batch := self._batch(rounds):
            begun = time.monotonic()
            results = self._asked("train", [(pieces.start, pieces.stop) for pieces in batch])
            seconds = max(time.monotonic() - begun, 1e-3)
            self._rounds = max(1, min(2 * self._rounds, int(len(batch) * _BATCH_SECONDS / seconds)))
            self.received += sum(received for _, received in results)
            for number, pieces in enumerate(batch):
                yield from in_order([share for done, _ in results for share in done[number]], pieces)

    def finish(self, done: int) -> None:
        """Combine all rows after the last of `done` pieces, and copy the matrices into the model of this process."""
        self._asked("finish", done)
        for name, matrix in self._task.model.saved().items():
            path = commits.temporary_name(self._folder / f"{name}-{done}.npy")
            try:
                with files.disk_errors(self._folder):
                    digest = self._written(name, path)
                    if read_matrix(path, matrix) != digest:
                        raise InputError(f"{self._folder}: a matrix is not as a worker has written it there")
            finally:
                with contextlib.suppress(OSError):
                    commits.remove(path)

    def apart(self, done: int) -> Mapping[str, Matrix]:
        """Return the matrices of a checkpoint after `done` pieces; workers write them."""
        names = MATRICES if self._highest <= self.schedule.last_level(done) else MATRICES + REPLICAS
        return {name: _OfWorker(self, name) for name in names}

    def close(self) -> None:
        """Release the actors."""
        calls = []
        for actor in self._actors:
            with contextlib.suppress(Exception), self._cluster.client.as_current():  # lost already
                calls.append(actor.close())
        for call in calls:
            with contextlib.suppress(Exception):
                call.result(timeout=_NOTICE_SECONDS)
        if self._futures and self._cluster.client.status == "running":
            with contextlib.suppress(Exception):
                self._cluster.client.cancel(self._futures, force=True)
        self._actors, self._futures = [], []

    def _start(self, state: Path | None) -> None:
        """Start the actors, and check that they agree."""
        task, cluster = self._task, self._cluster
        corpus = task.corpus.folder.absolute()
        self._check_memory()
        jobs = [
            Job(task.trainer, corpus, task.corpus.digest, state, self.members, number, versions())
            for number in range(len(self.members))
        ]
        try:
            for member, job in zip(self.members, jobs, strict=True):
                self._futures.append(
                    cluster.client.submit(Holder, job, actor=True, workers=[member.address], key=member.key, pure=False)
                )
            for future in self._futures:
                while not future.done():
                    self._look()
                    with contextlib.suppress(TimeoutError):
                        future.exception(timeout=_GLANCE)
                self._actors.append(future.result())
        except Exception as error:  # sorted out there
            self._fail(error)
        found: list[Ready] = self._asked("ready")
        if len({ready.digest for ready in found}) > 1:
            raise ClusterError(
                "the workers compute different tables of the same corpus: use machines with the same kind of processor"
            )
        self._highest, self.threads = found[0].highest, sum(ready.threads for ready in found)

    def _check_memory(self) -> None:
        limit, most = self._cluster.memory_limit(), -(-self.schedule.replicas // len(self.members))
        needed = self._task.model.memory * (1 + most)
        if limit is not None and needed > limit:
            raise MemoryLimitError(
                f"{most} of {self.schedule.replicas} replicas and the model take {needed / 1e9:.1f} GB on a worker, "
                f"whose --memory-limit is {limit / 1e9:.1f} GB",
                advice="raise that, or use more workers, fewer {replicas} or a smaller {dim}",
            )

    def _batch(self, rounds: Iterator[range]) -> list[range]:
        """Return some rounds of one epoch."""
        batch = []
        for pieces in rounds:
            batch.append(pieces)
            if len(batch) == self._rounds or pieces.stop % self.schedule.pieces.per_epoch == 0:
                break
        return batch

    def _written(self, name: str, path: Path) -> str:
        """Let a worker write a matrix, and return its digest."""
        number = (MATRICES + REPLICAS).index(name) % len(self._actors)
        digest: str = self._answers([number], "write", name, str(path.absolute()))[0]
        return digest

    def _asked(self, method: str, *arguments: Any) -> list[Any]:
        """Return the results of a method of all actors."""
        return self._answers(range(len(self._actors)), method, *arguments)

    def _answers(self, numbers: "range | list[int]", method: str, *arguments: Any) -> list[Any]:
        try:
            with self._cluster.client.as_current():  # by which actors find it
                calls = [getattr(self._actors[number], method)(*arguments) for number in numbers]
                return [self._answer(call) for call in calls]
        except Exception as error:  # sorted out there
            self._fail(error)

    def _answer(self, call: Any) -> Any:
        while True:
            try:
                return call.result(timeout=_GLANCE)
            except TimeoutError:
                if call.done():
                    return call.result()
                self._look()

    def _look(self) -> None:
        """Raise an error if the scheduler or one of the workers is gone."""
        client = self._cluster.client
        with contextlib.suppress(OSError, RuntimeError):  # no scheduler answers
            present = client.nthreads() if client.status == "running" else {}
            gone = [member.address for member in self.members if member.address not in present]
            if client.status == "running":
                if gone:
                    raise WorkersLostError(f"{gone[0]}: this worker ended")
                return
        raise ClusterError(f"{self._cluster.address}: the connection to the scheduler was lost")

    def _fail(self, error: Exception) -> NoReturn:
        """Raise the error that explains this one, which an actor or Dask has raised."""
        if isinstance(error, WordvecError) and not isinstance(error, ClusterError):
            raise error
        if isinstance(error, OSError) and error.errno in FULL:
            raise error
        until = time.monotonic() + _NOTICE_SECONDS
        while time.monotonic() < until:
            time.sleep(0.1)  # in which a lost connection is noticed
            self._look()
        if isinstance(error, OSError) or self._lost_an_actor():
            raise WorkersLostError(f"a worker was restarted or cannot be reached ({error})") from error
        raise error

    def _lost_an_actor(self) -> bool:
        """Return whether Dask has released an actor: a worker that restarts can have the same address."""
        started = len(self._actors) == len(self.members)
        return started and any(future.status != "finished" for future in self._futures)


class _OfWorker:
    """A matrix that workers have: `wordvec.trainers.checkpoint.Elsewhere`."""

    def __init__(self, team: Team, name: str) -> None:
        self._team, self._name = team, name

    def write(self, path: Path) -> str:
        """Let a worker write the matrix, and return its digest."""
        return self._team._written(self._name, path)

"""The workers of a Dask client, as this room uses them: named tasks in, small results out, one line for what fails."""

import contextlib
import queue
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from wordvec.distributed import clients
from wordvec.distributed.worker import Failure, call, check_versions, versions
from wordvec.errors import ClusterError, OutputError
from wordvec.workers import Progress, StopFlag

if TYPE_CHECKING:
    from distributed import Client, Future

Job = TypeVar("Job")
Result = TypeVar("Result")

RETRIES = 3
"""Attempts after the first for a task that fails with a system error, such as a file that is not visible yet."""
_GLANCE = 0.2
"""Seconds between looks at the stop flag."""
_WORKERS_SECONDS = 5.0
"""Seconds between counts of the workers while no task ends."""
_MEMORY_SHARE = 0.5
"""Share of a worker's memory limit to use: above 0.6 Dask writes to disk, and above 0.8 it starts no task."""


class Cluster:
    """Workers that run tasks.

    Parameters
    ----------
    client
        A client of Dask.
    progress, stop
        Receiver of progress reports, and the flag that stops the work.
    """

    def __init__(self, client: "Client", progress: Progress, stop: StopFlag) -> None:
        self.client, self.progress, self.stop = client, progress, stop
        self.address = str(client.scheduler.address)
        self._wait_for_workers()
        self._check_versions()
        self.threads: dict[str, int] = dict(client.nthreads())
        """Number of threads of each worker that there was at the beginning."""

    @property
    def slots(self) -> int:
        """The number of tasks that run at a time."""
        return sum(self.threads.values())

    def memory(self) -> int | None:
        """Return the bytes that one worker should use, or None if workers have no limit."""
        limit = self.memory_limit()
        return None if limit is None else int(_MEMORY_SHARE * limit)

    def memory_limit(self) -> int | None:
        """Return the smallest memory limit of a worker in bytes, or None if workers have no limit."""
        info = self.client.scheduler_info(n_workers=-1)["workers"].values()
        limits = [worker["memory_limit"] for worker in info if worker["memory_limit"]]
        return min(limits, default=None)

    def record(self) -> dict[str, Any]:
        """Return what the metadata of a result say about the workers."""
        import distributed

        return {"workers": len(self.threads), "threads": self.slots, "distributed": distributed.__version__}

    def run(
        self, name: str, function: Callable[[Job], Result], jobs: Sequence[Job], label: str | None = None
    ) -> list[Result]:
        """Return ``function(job)`` for each job, in order; tasks of workers that end are repeated.

        Parameters
        ----------
        name
            Name of the tasks on the dashboard, after ``wordvec-``.
        function
            Importable function. A repetition must do no harm.
        jobs
            Arguments; like the results, they pass through the client, so that they must be small.
        label
            Label of the progress reports; None: no reports.

        Raises
        ------
        ClusterError
            If the scheduler is lost, or a task ends several workers.
        Interrupted
            If the flag is set.
        WordvecError
            Any that a task returns.
        """
        run = uuid.uuid4().hex[:8]
        results: dict[int, Result] = {}
        finished: queue.SimpleQueue[int] = queue.SimpleQueue()
        futures: dict[int, Future] = {}
        if label is not None:
            self.progress.begin(label, len(jobs), " tasks")
        try:
            with self._lost_connection():
                for number, job in enumerate(jobs):
                    key = f"wordvec-{name}-{run}-{number}"
                    futures[number] = self.client.submit(
                        call, function, job, versions(), key=key, retries=RETRIES, pure=False
                    )
                    futures[number].add_done_callback(lambda _, number=number: finished.put(number))
                while futures:
                    number = self._next(finished)
                    results[number] = self._result(futures[number])
                    del futures[number]
                    if label is not None:
                        self.progress.report(len(results))
        finally:
            self._abandon(list(futures.values()))
            if label is not None:
                self.progress.end()
        return [results[number] for number in range(len(jobs))]

    def check_sees(self, folder: Path) -> None:
        """Check that each worker sees a folder of this process.

        Raises
        ------
        ClusterError
            If one does not.
        """
        with self._lost_connection():
            for address, seen in self._each(_sees, str(folder.absolute())):
                if not seen:
                    raise ClusterError(
                        f"{folder.parent}: the worker {address} does not see this folder; texts and results must be "
                        "on a file system that all machines share, under the same path"
                    )

    @contextlib.contextmanager
    def workspace(self, folder: Path) -> Iterator[Path]:
        """Make a folder for the files that tasks exchange; it is renamed after an error, which stops tasks that run.

        The caller removes what is left.
        """
        folder.mkdir()
        try:
            self.check_sees(folder)
            yield folder
        except BaseException:
            with contextlib.suppress(OSError):
                folder.rename(folder.with_name(f"{folder.name}-stopped"))
            raise

    def _next(self, finished: "queue.SimpleQueue[int]") -> int:
        """Return the number of the next task that is finished."""
        looked = time.monotonic()
        said = False
        while True:
            self.stop.check()
            try:
                return finished.get(timeout=_GLANCE)
            except queue.Empty:
                if self.client.status != "running":
                    raise self._lost() from None
            if not said and time.monotonic() - looked > _WORKERS_SECONDS:
                looked = time.monotonic()
                if not self.client.nthreads():
                    said = True
                    self.progress.say(f"{self.address}: no worker is left; waiting for one")

    def _result(self, future: "Future") -> Any:
        from distributed.scheduler import KilledWorker

        if future.status in ("cancelled", "lost"):
            raise self._lost()
        error = future.exception()
        if isinstance(error, KilledWorker):
            raise ClusterError(
                f"the task {future.key} ended {RETRIES + 1} workers one after another (out of memory, or killed); "
                "nothing was written; see the logs of the workers, and raise their --memory-limit"
            ) from error
        if isinstance(error, OSError) and error.errno is not None:
            raise OutputError(
                f"{error.filename or 'a worker'}: {error.strerror} (on a worker, {RETRIES + 1} times); nothing was "
                "written"
            ) from error
        result = future.result()
        if isinstance(result, Failure):
            raise result.error
        return result

    def _each(self, function: Callable[..., Result], *arguments: Any) -> Iterator[tuple[str, Result]]:
        """Yield the address and the result of each worker but those that leave meanwhile."""
        for address, answer in self.client.run(function, *arguments, on_error="return").items():
            if not isinstance(answer, Exception):
                yield address, answer
            elif address in self.client.nthreads():
                raise answer

    def _lost(self) -> ClusterError:
        return ClusterError(
            f"{self.address}: the connection to the scheduler was lost; nothing was written; start it and its workers "
            "again, and repeat the command"
        )

    @contextlib.contextmanager
    def _lost_connection(self) -> Iterator[None]:
        from distributed.client import CancelledError
        from distributed.comm import CommClosedError

        try:
            yield
        except (CommClosedError, CancelledError, TimeoutError) as error:
            raise self._lost() from error
        except ModuleNotFoundError as error:
            raise ClusterError(
                f"a worker cannot import {error.name}; install the same packages on all machines, or start the workers "
                "where it is found"
            ) from error

    def _abandon(self, futures: "list[Future]") -> None:
        if futures and self.client.status == "running":
            with contextlib.suppress(Exception):  # an error is being raised
                self.client.cancel(futures, force=True)

    def _wait_for_workers(self) -> None:
        said = False
        with self._lost_connection():
            while not self.client.nthreads():
                self.stop.check()
                if not said:
                    self.progress.say(f"{self.address}: the scheduler has no worker yet; waiting for the first")
                    said = True
                time.sleep(_GLANCE)

    def _check_versions(self) -> None:
        with self._lost_connection():
            for address, has in self._each(versions):
                check_versions(versions(), has, f"the worker {address}")


@contextlib.contextmanager
def connected(client: "Client | None", progress: Progress, stop: StopFlag) -> Iterator[Cluster]:
    """Yield the workers of a client; None: see `clients.found`.

    Raises
    ------
    ClusterError
        If the scheduler is lost, or a worker has other versions.
    """
    with clients.found(client, progress) as used:
        yield Cluster(used, progress, stop)


def _sees(folder: str) -> bool:
    return Path(folder).is_dir()

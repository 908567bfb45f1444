"""Dask clients: the user's, the default one, one of a scheduler's address, or one of processes on this machine."""

import contextlib
import logging
import signal
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from wordvec import arguments
from wordvec.errors import ClusterError, SettingsError
from wordvec.workers import Progress, available_threads

if TYPE_CHECKING:
    from distributed import Client

CONNECT_SECONDS = 10
_PORTS = 1 << 16
INSTALL = "Dask is needed for several machines or --workers: pip install distributed"


def dask() -> Any:
    """Return the module `distributed`.

    Raises
    ------
    SettingsError
        If the extra ``dask`` is not installed.
    """
    try:
        import distributed
    except ImportError as error:
        raise SettingsError(INSTALL) from error
    return distributed


@contextlib.contextmanager
def found(client: "Client | None", progress: Progress) -> Iterator["Client"]:
    """Yield the client itself, or for None the default client, or one of a new cluster of processes on this machine.

    Parameters
    ----------
    client
        A client of Dask, not an asynchronous one.
    progress
        Receives a line about a cluster that is started.

    Raises
    ------
    TypeError
        If `client` is not a client.
    SettingsError
        If it is asynchronous, or Dask is not installed.
    """
    module = dask()
    if client is None:
        with contextlib.suppress(ValueError):  # there is none
            client = module.default_client()
    if client is None:
        with local(None, None, progress, "no Dask client: ") as started:
            yield started
        return
    if not isinstance(client, module.Client):
        arguments.wrong("client", client, "a distributed.Client", 'distributed.Client("tcp://HOST:8786")')
    if client.asynchronous:
        raise SettingsError("client: is asynchronous; use one without asynchronous=True")
    yield client


@contextlib.contextmanager
def of_address(address: str, progress: Progress) -> Iterator["Client"]:
    """Connect to the scheduler at an address, and name it in a line.

    Raises
    ------
    ClusterError
        If none answers there.
    SettingsError
        If the address is malformed, or Dask is not installed.
    """
    module = dask()
    _be_quiet()
    _check_address(address)
    try:
        client = module.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, TimeoutError) as error:
        raise ClusterError(
            f"{address}: no scheduler of Dask answers there; start one with `dask scheduler`, and its workers with "
            f"`dask worker {address}`"
        ) from error
    try:
        progress.say(f"{address}: dashboard: {client.dashboard_link}")
        yield client
    finally:
        _close(client)


def _check_address(address: str) -> None:
    """Check the form of a scheduler's address: a client of a malformed one ends with a traceback when it is deleted."""
    from distributed.comm import get_address_host_port

    try:
        valid = 0 < get_address_host_port(address)[1] < _PORTS
    except ValueError:
        valid = False
    if not valid:
        raise SettingsError(f"{address}: expected an address such as tcp://HOST:8786", setting="scheduler")


@contextlib.contextmanager
def local(workers: int | None, threads: int | None, progress: Progress, why: str = "") -> Iterator["Client"]:
    """Start worker processes on this machine, and end them after the work.

    Parameters
    ----------
    workers
        Number of processes; None: one for each processor.
    threads
        Threads of all processes together; None: all processors.
    progress
        Receives a line about them.
    why
        Beginning of that line.
    """
    module = dask()
    _be_quiet()
    total = threads or available_threads()
    workers = workers or total
    each = max(1, total // workers)
    with contextlib.ExitStack() as stack:
        cluster = module.LocalCluster(
            n_workers=workers,
            threads_per_worker=each,
            processes=True,
            dashboard_address="127.0.0.1:0",
            silence_logs=logging.CRITICAL,
        )
        stack.callback(_close, cluster)
        client = module.Client(cluster, set_as_default=False)
        stack.callback(_close, client)
        client.register_plugin(_plugin())
        line = (
            f"{why}{workers} worker process{'es' * (workers > 1)} on this machine, {each} thread{'s' * (each > 1)} each"
        )
        progress.say(f"{line}; dashboard: {cluster.dashboard_link}")
        yield client


def _plugin() -> Any:
    """Return a plugin by which workers ignore Ctrl-C: a terminal sends it to them, too, and this process ends them."""
    from distributed import WorkerPlugin

    class IgnoreInterrupts(WorkerPlugin):  # type: ignore[misc]
        name = "wordvec-ignore-interrupts"

        def setup(self, worker: Any) -> None:
            signal.signal(signal.SIGINT, signal.SIG_IGN)

    return IgnoreInterrupts()


def _be_quiet() -> None:
    """Print none of Dask's log messages about lost connections: the error says it in one line."""
    logging.getLogger("distributed").setLevel(logging.CRITICAL)


def _close(what: Any) -> None:
    with contextlib.suppress(Exception):  # the result is complete, or an error is being raised
        what.close()

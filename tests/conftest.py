"""Fixtures that several test files use, and signals as a terminal has them."""

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from cli_helpers import Call, Result
from hypothesis import settings

from wordvec.cli import run

if TYPE_CHECKING:
    from distributed import Client, LocalCluster

LONGEST = ("test_without_jit.py", "test_notebooks.py", "test_trainers.py")


@pytest.fixture
def wordvec(capsys: pytest.CaptureFixture[str]) -> Call:
    """Return a function that runs one command in this process."""

    def call(*arguments: object) -> Result:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        return Result(code, *capsys.readouterr())

    return call


@pytest.fixture(scope="session")
def workers() -> "Iterator[LocalCluster]":
    """Return worker processes, of which tests choose the number."""
    from distributed import LocalCluster

    cluster = LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs=60)
    yield cluster
    with contextlib.suppress(KeyError):  # of Dask, about a worker that a test ended
        cluster.close()


@pytest.fixture(scope="session")
def client(workers: "LocalCluster") -> "Iterator[Client]":
    """Return a client of these processes."""
    from distributed import Client

    with Client(workers, set_as_default=False) as client:
        yield client


@pytest.fixture
def scaled(workers: "LocalCluster", client: "Client") -> Callable[[int], None]:
    """Return a function that sets the number of workers."""
    from distributed_jobs import wait

    def scale(number: int) -> None:
        workers.scale(number)
        wait(lambda: len(client.nthreads()) == number)

    return scale


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest tests, so that none of them is the last, for which the other processes would wait."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


def pytest_configure() -> None:
    """Choose the number of examples, and restore signals that are ignored in background jobs and under nohup.

    No clock decides about examples, because other programs may slow the machine down.
    """
    settings.register_profile("sample", deadline=None, max_examples=30)
    settings.register_profile("soak", deadline=None, max_examples=1000)
    # Plain Python is a thousand times as slow as compiled kernels.
    settings.register_profile("plain", deadline=None, max_examples=5)
    plain = "plain" if os.environ.get("NUMBA_DISABLE_JIT") else "sample"
    settings.load_profile("soak" if os.environ.get("WORDVEC_SOAK") else plain)
    for number, handler in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, handler)

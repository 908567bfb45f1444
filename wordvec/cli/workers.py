"""``--scheduler`` and ``--workers``: where a command encodes, counts and trains."""

import contextlib
from functools import partial
from typing import TYPE_CHECKING, Any

from wordvec.errors import SettingsError

if TYPE_CHECKING:
    from wordvec.trainers.sources import Maker


def maker(given: dict[str, Any], threads: int | None) -> "contextlib.AbstractContextManager[Maker]":
    """Remove the options of `options.workers` from a command's options; return what does its work.

    Parameters
    ----------
    given
        Options of the command.
    threads
        Threads of the processes that ``--workers`` starts, together; None: all processors.

    Raises
    ------
    SettingsError
        If both are given.
    """
    scheduler, workers = given.pop("scheduler", None), given.pop("workers", None)
    if scheduler is not None and workers is not None:
        raise SettingsError(": starts processes here, and --scheduler uses running ones; choose one", setting="workers")
    if scheduler is None and workers is None:
        from wordvec.trainers.sources import HERE

        return contextlib.nullcontext(HERE)
    from wordvec.distributed import clients
    from wordvec.distributed.maker import ByWorkers

    clients.dask()  # fails before the work if it is not installed
    return ByWorkers(partial(clients.local, workers, threads) if workers else partial(clients.of_address, scheduler))

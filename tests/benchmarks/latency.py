"""How long a cache line takes from one processor core to another: two pinned threads that answer each other."""

import math
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from wordvec.kernels._jit import kernel

BURSTS, EXCHANGES = 20, 5_000
WORD = ir.IntType(64)


@intrinsic
def _seen(typing_context: Any, array: Any) -> Any:
    """Return ``array[0]``, read from memory each time."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        return builder.load_atomic(data, "acquire", 8)

    return types.int64(array), generate


@intrinsic
def _tell(typing_context: Any, array: Any, value: Any) -> Any:
    """Write ``array[0]`` to memory."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        builder.store_atomic(arguments[1], data, "release", 8)
        return context.get_dummy_value()

    return types.none(array, types.int64), generate


@kernel
def _answer(line: NDArray[np.int64], first: int, exchanges: int) -> None:
    """Wait for each number of the other side, and write the next one."""
    for number in range(first, 2 * exchanges, 2):
        while _seen(line) != number:
            pass
        _tell(line, number + 1)


def nanoseconds() -> float | None:
    """Return the time of one transfer between the first two cores that this process may use; None if it has one.

    It is the least of several measurements, because other programs only make it longer.
    """
    cores = sorted(os.sched_getaffinity(0))[:2]
    if len(cores) < 2:
        return None
    _answer(np.ones(1, np.int64), 1, 1)
    line, ready = np.zeros(64, np.int64)[:1], threading.Barrier(2)

    def play(side: int) -> float:
        os.sched_setaffinity(threading.get_native_id(), {cores[side]})
        ready.wait()
        best = math.inf
        for _ in range(BURSTS):
            line[0] = 0
            ready.wait()
            begun = perf_counter()
            _answer(line, side, EXCHANGES)
            best = min(best, perf_counter() - begun)
            ready.wait()
        return best

    with ThreadPoolExecutor(2) as pool:
        return max(pool.map(play, range(2))) / (2 * EXCHANGES) * 1e9

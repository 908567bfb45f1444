"""What two threads that share a replica have in common: arrays, a barrier and a clock; see `sharing`.

Work is cut into two halves, whatever the number of threads: thread t of n does the halves t, t + n, … So one thread
computes just what two compute.
"""

from typing import Any, NamedTuple

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic
from numpy.typing import NDArray

from wordvec.kernels._jit import inline
from wordvec.kernels.simd import Floats
from wordvec.kernels.windows import Workspace

HALVES = 2
LOOKS = 2_000
"""How often a thread looks for the other one before it gives way, some microseconds."""
LINE = 16
"""Numbers between those of two threads: two cache lines, which are fetched together."""
PARTS = ("computing", "waiting", "applying", "waiting again")
COMPUTING, WAITING, APPLYING, WAITING_AGAIN = range(4)


class Shared(NamedTuple):
    """What threads exchange, beside the matrices.

    Attributes
    ----------
    arrived
        (threads · LINE,) int64 array: the number of barriers that each thread has reached.
    spent
        (threads, batches, PARTS) int64 array: cycles of the processor's clock.
    counts, inputs, outputs, gradients
        Of each window of a batch: number of inputs, offsets of the rows, and g_co.
    changes
        Flat float32 array: of each window of a batch the changes of its rows.
    """

    arrived: NDArray[np.int64]
    spent: NDArray[np.int64]
    counts: NDArray[np.int64]
    inputs: NDArray[np.int64]
    outputs: NDArray[np.int64]
    gradients: Floats
    changes: Floats


class Works(NamedTuple):
    """Arrays of one thread: the usual ones, and those whose rows are of `Shared`."""

    own: Workspace
    of_batch: Workspace


class Text(NamedTuple):
    """A piece: its tokens, the bounds of its sentences, and the side of each word; learning rate and random stream."""

    ids: NDArray[np.uint32]
    offsets: NDArray[np.int64]
    sides: NDArray[np.uint8]
    rate: np.float32
    stream: np.uint64


@intrinsic
def publish(_context: Any, array: Any, _offset: Any, _value: Any) -> Any:
    """Write a number after everything that this thread has written before."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        builder.store_atomic(arguments[2], builder.gep(data, [arguments[1]]), "release", 8)
        return context.get_dummy_value()

    return types.void(array, types.int64, types.int64), generate


@intrinsic
def observe(_context: Any, array: Any, _offset: Any) -> Any:
    """Read a number before everything that this thread reads afterwards."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        return builder.load_atomic(builder.gep(data, [arguments[1]]), "acquire", 8)

    return types.int64(array, types.int64), generate


@intrinsic
def cycles(_context: Any) -> Any:
    """Return the processor's time stamp."""

    def generate(_target: Any, builder: Any, _signature: Any, _arguments: Any) -> Any:
        counter = builder.module.declare_intrinsic("llvm.readcyclecounter", (), ir.FunctionType(ir.IntType(64), []))
        return builder.call(counter, [])

    return types.int64(), generate


@intrinsic
def give_way(_context: Any) -> Any:
    """Let another thread have this processor."""

    def generate(context: Any, builder: Any, _signature: Any, _arguments: Any) -> Any:
        kind = ir.FunctionType(ir.IntType(32), [])
        builder.call(cgutils.get_or_insert_function(builder.module, kind, "sched_yield"), [])
        return context.get_dummy_value()

    return types.void(), generate


@inline
def meet(shared: Shared, thread: int) -> None:
    """Wait, spinning, until all threads have come here as often as this one."""
    number = shared.arrived[thread * LINE] + 1
    publish(shared.arrived, thread * LINE, number)
    for other in range(len(shared.arrived) // LINE):
        looks = 0
        while observe(shared.arrived, other * LINE) < number:
            looks += 1
            if looks > LOOKS:
                give_way()


@inline
def clocked(shared: Shared, thread: int, batch: int, part: int, since: int) -> int:
    """Record the cycles since a time, and return the time."""
    now = cycles()
    shared.spent[thread, batch, part] = now - since
    return now

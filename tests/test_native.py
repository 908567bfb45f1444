"""Compiled kernels take and return what the functions do that they are made of, and need no Numba once compiled."""

import math
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, NamedTuple

import numba
import numpy as np
import pytest
from numpy.typing import NDArray

from wordvec import Vectors
from wordvec.kernels import _jit
from wordvec.kernels._native import kind_of

pytestmark = pytest.mark.skipif(_jit.DISABLE_JIT, reason="nothing is compiled")


class Inner(NamedTuple):
    shift: float
    numbers: NDArray[np.int64]


class Outer(NamedTuple):
    inner: Inner
    negative: bool
    table: NDArray[np.float32]


def weigh(outer: Outer, pair: tuple[int, float], factor: np.float32, byte: np.uint8, mask: np.uint64) -> Any:
    total = outer.inner.shift + pair[0] * pair[1] + np.float64(factor) + byte
    for i in range(outer.table.shape[0]):
        for j in range(outer.table.shape[1]):
            total += outer.table[i, j] * outer.inner.numbers[j]
            outer.table[i, j] = i - j
    return -total if outer.negative else total, len(outer.inner.numbers), mask, outer.negative


def count(numbers: NDArray[np.int64]) -> int:
    return len(numbers)


def nothing(numbers: NDArray[np.int64]) -> None:
    numbers[0] = 7


def same(number: Any) -> Any:
    return number


def fail(numbers: NDArray[np.int64]) -> int:
    if len(numbers) > 1:
        raise ValueError("more than one")
    return 0


def unchanged(folder: Path, function: Any) -> Any:
    return _jit.Kernel(function, lambda: folder)


def arguments(table: NDArray[np.float32]) -> tuple[Any, ...]:
    outer = Outer(Inner(0.5, np.arange(table.shape[1])), True, table)
    return outer, (3, 1.5), np.float32(0.1), np.uint8(255), np.uint64(2**64 - 1)


@pytest.mark.parametrize("shape", [(3, 4), (1, 1), (0, 5)])
@pytest.mark.parametrize("order", ["C", "F", "strided"])
def test_arguments_of_all_kinds_arrive_and_results_come_back(
    tmp_path_factory: pytest.TempPathFactory, shape: tuple[int, int], order: str
) -> None:
    folder = tmp_path_factory.getbasetemp() / "weigh"
    numbers = np.random.default_rng(1).random((2 * shape[0], 2 * shape[1]), np.float32)
    tables = [
        numbers.copy()[::2, 1::2] if order == "strided" else np.array(numbers[::2, 1::2], order=order)  # type: ignore[call-overload]
        for _ in range(2)
    ]
    weighed = unchanged(folder, weigh)(*arguments(tables[0]))
    assert weighed == weigh(*arguments(tables[1]))
    assert [type(number) for number in weighed] == [float, int, int, bool]
    np.testing.assert_array_equal(tables[0], tables[1])


@pytest.mark.parametrize(
    "number", [-3, True, 0.1, np.float32(0.1), np.int8(-5), np.uint16(65535), np.uint64(2**63), 2**64 - 1, -(2**63)]
)
def test_numbers_keep_their_value(tmp_path: Path, number: Any) -> None:
    for _ in range(2):
        assert unchanged(tmp_path, same)(number) == number


def read_only(array: NDArray[Any]) -> NDArray[Any]:
    view = array.view()
    view.flags.writeable = False
    return view


@pytest.mark.parametrize("written_first", [False, True])
def test_code_that_writes_nothing_to_an_array_takes_one_that_cannot_be_written(
    tmp_path: Path, written_first: bool
) -> None:
    for is_written in (written_first, not written_first, written_first):
        results = []
        for function in (unchanged(tmp_path, weigh), weigh):
            outer, *others = arguments(np.ones((2, 3), np.float32))
            numbers = outer.inner.numbers if is_written else read_only(outer.inner.numbers)
            results.append(function(outer._replace(inner=Inner(0.5, numbers)), *others))
        assert results[0] == results[1]
    assert len(list(tmp_path.iterdir())) == 1


def test_an_array_that_cannot_be_written_is_not_given_to_code_that_writes_to_it(tmp_path: Path) -> None:
    array = np.zeros(3, np.int64)
    kernel = unchanged(tmp_path, nothing)
    for _ in range(2):
        kernel(array)
        with pytest.raises(Exception, match="readonly"):
            kernel(read_only(array))
        kernel = unchanged(tmp_path, nothing)
    outer, *others = arguments(np.ones((2, 3), np.float32))
    with pytest.raises(Exception, match="readonly"):
        unchanged(tmp_path, weigh)(outer._replace(table=read_only(outer.table)), *others)
    assert (outer.table == 1).all()


def larger(a: NDArray[np.int64], b: NDArray[np.int64], out: NDArray[np.int64]) -> None:
    if a[0] > b[0]:
        a, out = out, a
    for i in range(len(out)):
        out[i] = b[i]


def test_code_that_may_write_to_an_array_that_it_has_as_another_one_is_refused(tmp_path: Path) -> None:
    a, b, out = (np.full(3, number) for number in (1, 2, 3))
    kernel = unchanged(tmp_path, larger)
    kernel(a, read_only(b), out)
    assert out.tolist() == [2, 2, 2]
    with pytest.raises(Exception, match=r"readonly|unify"):
        kernel(read_only(a), b, out)


def test_a_kernel_that_returns_nothing_returns_none(tmp_path: Path) -> None:
    array = np.zeros(3, np.int64)
    assert unchanged(tmp_path, nothing)(array) is None
    assert array[0] == 7


@pytest.mark.parametrize("argument", [None, "text", [1], {}])
def test_other_arguments_are_refused(argument: Any) -> None:
    with pytest.raises(TypeError, match="a kernel takes numbers, arrays, and tuples"):
        kind_of(argument)


@pytest.mark.parametrize("number", [2**64, -(2**63) - 1])
def test_integers_are_not_cut(number: int) -> None:
    with pytest.raises(OverflowError, match="does not fit"):
        kind_of(number)


def test_an_error_in_a_kernel_is_not_silent(tmp_path: Path) -> None:
    kernel = unchanged(tmp_path, fail)
    assert kernel(np.zeros(1, np.int64)) == 0
    with pytest.raises(RuntimeError, match="a kernel failed"):
        kernel(np.zeros(2, np.int64))


def test_kernels_of_one_name_do_not_meet(tmp_path: Path) -> None:
    def of(sign: int) -> _jit.Kernel:
        def signed(number: float) -> float:
            return sign * number

        return _jit.Kernel(signed, lambda: tmp_path / str(sign))

    kernels = of(1), of(-1)
    assert [kernel(3.0) for kernel in kernels] == [3, -3]
    assert [of(sign)(3.0) for sign in (1, -1)] == [3, -3]


def test_a_function_for_inlining_can_be_called(tmp_path: Path) -> None:
    assert _jit.Kernel(same, lambda: tmp_path, forceinline=True)(2.5) == 2.5
    assert len(list(tmp_path.iterdir())) == 1


def test_a_kernel_that_calls_functions_of_numba_is_refused(tmp_path: Path) -> None:
    def double(number: float) -> float:
        return math.ldexp(number, 1)

    with pytest.raises(NotImplementedError, match="calls numba_ldexp, which is not in its machine code"):
        unchanged(tmp_path, double)(3.0)
    assert not list(tmp_path.iterdir())


def test_threads_that_call_a_new_kernel_at_once_prepare_it_once(tmp_path: Path) -> None:
    kernel, results = unchanged(tmp_path, count), []
    threads = [threading.Thread(target=lambda: results.append(kernel(np.zeros(3, np.int64)))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [3, 3, 3, 3]
    assert len(kernel._calls) == 1


def test_a_command_whose_kernels_are_in_the_cache_imports_neither_numba_nor_what_others_need(tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("tea with milk\n" * 50)
    unneeded = ("numba", "scipy", "gensim", "ssl", "numpy.ma", "importlib.metadata", "subprocess")
    unneeded += ("wordvec.lexicons.reading", "wordvec.trainers.node2vec", "wordvec.search.index")
    code = (
        "import sys; from wordvec.cli import run; code = run(sys.argv[1:]); "
        f"print([name for name in {unneeded} if name in sys.modules], code, file=sys.stderr)"
    )
    train = ["train", "skipgram", "text.txt", "-o", "text.vec", "--dim", "4", "--force", "--quiet"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    for command in (train, ["nearest", "text.vec", "tea"]):
        for _ in range(2):
            call = [sys.executable, "-c", code, *command]
            done = subprocess.run(call, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
        assert done.stderr == "[] 0\n"


def test_the_version_of_numba_is_read_without_numba() -> None:
    assert _jit.version_of_numba() == numba.__version__


def test_a_query_to_a_folder_of_vectors_needs_neither_llvm_nor_kernels(tmp_path: Path) -> None:
    Vectors(["tea", "milk", "cup"], np.eye(3, 2, dtype=np.float32) + 1).save(tmp_path / "a.vectors")
    unneeded = ("llvmlite", "numba", "scipy", "gensim", "tqdm", "subprocess", "numpy.random", "numpy.ma")
    unneeded += ("wordvec.search.index", "wordvec.formats.gensim_native", "wordvec.corpora.encoded", "wordvec.trainers")
    code = (
        "import sys; from wordvec.cli import run; code = run(sys.argv[1:]); "
        f"print([name for name in {unneeded} if name in sys.modules], code, file=sys.stderr)"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "XDG_CACHE_HOME": str(tmp_path)}
    call = [sys.executable, "-c", code, "nearest", "a.vectors", "tea"]
    done = subprocess.run(call, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert done.stderr == "[] 0\n"
    assert not (tmp_path / "wordvec").exists()


def test_only_kernels_of_the_package_are_kept() -> None:
    from wordvec.kernels.rng import mix, piece_stream

    assert piece_stream._folder is mix._folder is _jit.cache_folder  # type: ignore[attr-defined]
    assert _jit.kernel(same)._folder() is None

"""The cache of machine code: kernels run despite any damage to its files, with one warning."""

import errno
import os
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from wordvec.kernels import _cache, _jit

pytestmark = pytest.mark.skipif(_jit.DISABLE_JIT, reason="nothing is compiled")


def double(number: float) -> float:
    return 2 * number


@pytest.fixture(autouse=True)
def nothing_warned() -> Iterator[None]:
    _cache._warned.clear()
    _cache._unwritable.clear()
    yield
    _cache._warned.clear()
    _cache._unwritable.clear()


class Once(_jit.Kernel):
    """A kernel as in a new process, which counts its compilations."""

    def __init__(self, folder: Path) -> None:
        super().__init__(double, lambda: folder)
        self.compilations = 0

    @property
    def _dispatcher(self) -> Any:
        self.compilations += 1
        return super()._dispatcher


def loaded(folder: Path) -> bool:
    """Return whether a new process finds the machine code."""
    kernel = Once(folder)
    assert kernel(4.0) == 8
    return not kernel.compilations


def compiled_and_warned(folder: Path) -> list[str]:
    """Run in a new process that must compile; return its warnings."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        kernel = Once(folder)
        assert kernel(4.0) == 8
        assert kernel(4) == 8
    assert kernel.compilations == 2
    return [str(warning.message) for warning in caught]


def test_machine_code_is_kept_in_a_file_for_each_kind_of_arguments(tmp_path: Path) -> None:
    assert not loaded(tmp_path)
    assert loaded(tmp_path)
    assert [path.name.rpartition("-")[0] for path in tmp_path.iterdir()] == ["test_kernel_cache.double"]
    compiled_and_warned(tmp_path / "other")
    assert len(list((tmp_path / "other").iterdir())) == 2


def test_a_kernel_is_compiled_by_one_of_those_that_need_it_at_once(tmp_path: Path) -> None:
    kernels = [Once(tmp_path) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda kernel: kernel(4.0), kernels)) == [8.0] * 4
    assert sum(kernel.compilations for kernel in kernels) == 1
    assert len(list(tmp_path.iterdir())) == 1


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def zeroed(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) * 2 // 3] ^= 16
    path.write_bytes(content)


def pickled(path: Path) -> None:
    path.write_bytes(b"N.")


@pytest.mark.parametrize("damage", [emptied, cut, zeroed, flipped, pickled])
def test_a_damaged_entry_is_compiled_and_replaced(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    loaded(tmp_path)
    for path in tmp_path.glob("*.code"):
        damage(path)
    messages = compiled_and_warned(tmp_path)
    assert messages == [
        f"the kernel cache {tmp_path} has damaged entries: they are compiled and written again",
    ]
    assert loaded(tmp_path)


def test_an_entry_that_was_removed_is_compiled_again_without_a_warning(tmp_path: Path) -> None:
    loaded(tmp_path)
    for path in tmp_path.glob("*.code"):
        path.unlink()
    assert compiled_and_warned(tmp_path) == []
    assert loaded(tmp_path)


def test_a_folder_that_was_removed_is_created_again(tmp_path: Path) -> None:
    folder = tmp_path / "kernels"
    assert not loaded(folder)
    assert loaded(folder)


def test_a_full_folder_is_named_once_and_left_clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, content: bytes) -> int:
        with path.open("wb") as file:
            file.write(content[:10])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        messages = compiled_and_warned(tmp_path)
    assert messages == [
        f"the kernel cache {tmp_path} cannot be used (No space left on device): kernels are compiled again in every "
        "process; repair the folder, or set XDG_CACHE_HOME to a writable one"
    ]
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_way_of_an_entry_is_named(tmp_path: Path) -> None:
    loaded(tmp_path)
    (data,) = tmp_path.glob("*.code")
    data.unlink()
    data.mkdir()
    first, second = compiled_and_warned(tmp_path)
    assert first.startswith(f"the kernel cache {tmp_path} cannot be read (Is a directory)")
    assert second.startswith(f"the kernel cache {tmp_path} cannot be used (Is a directory)")


@pytest.mark.skipif(os.geteuid() != 0, reason="only the administrator can give files away")
def test_an_entry_of_another_user_is_not_run_but_replaced(tmp_path: Path) -> None:
    loaded(tmp_path)
    for path in tmp_path.glob("*.code"):
        os.chown(path, 65534, 65534)
    (message,) = compiled_and_warned(tmp_path)
    assert message.startswith(f"the kernel cache {tmp_path} cannot be read (an entry belongs to another user)")
    assert loaded(tmp_path)


def refused(folder: Path) -> str:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert _cache.usable_folder(folder) is None
        assert _cache.usable_folder(folder) is None
    (warning,) = caught
    assert "kernels are compiled again in every process" in str(warning.message)
    return str(warning.message)


@pytest.mark.skipif(os.geteuid() != 0, reason="only the administrator can give folders away")
def test_a_folder_of_another_user_is_not_used(tmp_path: Path) -> None:
    os.chown(tmp_path, 65534, 65534)
    assert refused(tmp_path).startswith(f"the kernel cache {tmp_path} cannot be used (it belongs to another user)")


def test_a_folder_without_permission_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert "(no permission)" in refused(tmp_path)


def test_a_file_instead_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("")
    assert "(Not a directory)" in refused(tmp_path / "cache" / "wordvec")
    assert "(File exists)" in refused(tmp_path / "cache")


def test_a_folder_is_created_for_its_user_alone(tmp_path: Path) -> None:
    folder = _cache.usable_folder(tmp_path / "cache" / "wordvec")
    assert folder is not None
    assert folder.stat().st_mode & 0o777 == 0o700


def test_an_entry_of_another_key_is_compiled(tmp_path: Path) -> None:
    _cache.save(tmp_path, "kernel", "first", "code of first")
    _cache.save(tmp_path, "kernel", "second", "code of second")
    _cache.path_of(tmp_path, "kernel", "first").replace(_cache.path_of(tmp_path, "kernel", "second"))
    with pytest.warns(UserWarning, match="has damaged entries"):
        assert _cache.load(tmp_path, "kernel", "second") is None
    _cache.save(tmp_path, "kernel", "second", "code of second")
    assert _cache.load(tmp_path, "kernel", "second") == "code of second"


def test_many_writers_at_once_leave_whole_entries(tmp_path: Path) -> None:
    def write(number: int) -> None:
        for _ in range(20):
            _cache.save(tmp_path, "kernel", "key", [number] * 1000)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert _cache.load(tmp_path, "kernel", "key") in [[number] * 1000 for number in range(4)]
    assert not list(tmp_path.glob("*.tmp"))


@pytest.mark.parametrize(
    ("variable", "value"), [("NUMBA_CPU_NAME", "generic"), ("NUMBA_OPT", "1"), ("NUMBA_ENABLE_AVX", "0")]
)
def test_settings_of_numba_have_their_own_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    usual = _jit.cache_folder.__wrapped__()
    assert usual == _jit.cache_folder.__wrapped__()
    monkeypatch.setenv(variable, value)
    assert _jit.cache_folder.__wrapped__() != usual


def test_a_command_with_a_damaged_cache_does_its_work(tmp_path: Path) -> None:
    (tmp_path / "toy.vec").write_text("2 2\nnorth 1 0\nsouth -1 0\n")
    environment = os.environ | {
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }
    command = [sys.executable, "-m", "wordvec", "convert", "toy.vec", "toy.bin", "--force"]

    def call() -> tuple[int, str]:
        done = subprocess.run(command, check=False, cwd=tmp_path, env=environment, capture_output=True, text=True)
        return done.returncode, done.stderr

    first = call()
    assert first[0] == 0
    assert call() == first
    (folder,) = (tmp_path / "cache" / "wordvec").iterdir()
    files = list(folder.glob("*.code"))
    assert files
    for path in files:
        path.write_bytes(b"")
    code, err = call()
    assert code == 0
    warning = f"wordvec: warning: the kernel cache {folder} has damaged entries: they are compiled and written again\n"
    assert err == warning + first[1]
    assert call() == first

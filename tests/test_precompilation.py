"""Compilation by a second process: it compiles what the command needs, none twice, and nothing depends on it."""

import errno
import os
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from wordvec import CBOW, PPMISVD, BitCipher, FastText, GloVe, Senses, SkipGram, Vectors, clock, precompilation, system
from wordvec.cli.commands import query
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.kernels import _claims, _jit, _native
from wordvec.precompilation import precompiling
from wordvec.trainers import rehearsal

pytestmark = pytest.mark.skipif(_jit.DISABLE_JIT, reason="nothing is compiled")

TEXT = "the cat sat on the mat\nthe dog sat on the log\na cat and a dog\n" * 2500
"""More than one piece."""


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, str]]:
    """Return the entries of the cache that the calls after this one use."""
    found: set[tuple[str, str]] = set()
    call = _jit.Kernel.__call__

    def recorded(self: _jit.Kernel, *arguments: Any) -> Any:
        found.add(self._entry(_native.writable(tuple(map(_native.kind_of, arguments)))))
        return call(self, *arguments)

    monkeypatch.setattr(_jit.Kernel, "__call__", recorded)
    return found


@pytest.mark.parametrize(
    "trainer",
    [
        SkipGram(epochs=1),
        SkipGram(epochs=1, dim=16, negatives_per="pair"),
        SkipGram(epochs=1, replicas=1, threads=2),
        SkipGram(epochs=1, loss="hierarchical-softmax"),
        CBOW(epochs=1),
        FastText(epochs=1, buckets=1000),
        Senses(epochs=2),
        GloVe(epochs=1),
        PPMISVD(dim=2),
        BitCipher(),
    ],
    ids=lambda trainer: trainer.method,
)
def test_the_parts_of_a_run_use_its_kernels_and_no_other(
    trainer: Any, used: set[tuple[str, str]], tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    with EncodedCorpus.from_text(tmp_path / "a.txt") as corpus:
        used.clear()
        source = trainer.count(corpus) if hasattr(trainer, "count") else corpus
        trainer.fit(source).save(tmp_path / "a.vec")
    needed = set(used)
    used.clear()
    for part in rehearsal.parts(trainer, tmp_path / "b.vec"):
        part()
    assert used == needed
    assert not list(tmp_path.glob("b*"))


def test_made_up_vectors_are_searched_by_the_kernels_of_a_query(used: set[tuple[str, str]], tmp_path: Path) -> None:
    vectors = Vectors([f"word{number}" for number in range(300)], np.eye(300, 20, dtype=np.float32))
    vectors.save(tmp_path / "a.vec")
    vectors = Vectors.load(tmp_path / "a.vec")
    used.clear()
    vectors.nearest("word1")
    vectors.analogy("word1", "word2", "word3")
    assert not used
    vectors.nearest(vectors.words[:20] * 4)
    needed = set(used)
    used.clear()
    query.search_made_up()
    assert used == needed


def part_that_writes(path: Path) -> None:
    path.write_text(f"{os.getpid()} {Path().absolute()}")


def part_that_fails() -> None:
    raise RuntimeError


def part_that_takes_long(path: Path) -> None:
    part_that_writes(path)
    time.sleep(100)


@pytest.fixture
def processors(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Set two processors, and a cache that can be written."""
    monkeypatch.setattr(precompilation, "available_threads", lambda: 2)
    monkeypatch.setattr(_jit, "cache_folder", lambda: tmp_path)


def appeared(path: Path) -> str:
    """Return the contents of a file that another process writes."""
    for _ in range(3000):
        if path.exists() and (content := path.read_text()):
            return content
        time.sleep(0.02)
    raise AssertionError(path)


def ended(process: int) -> bool:
    """Return whether a process ends."""
    for _ in range(3000):
        if not system.is_running(process):
            return True
        time.sleep(0.02)
    return False


def test_the_process_starts_with_the_first_compilation_and_ends_with_the_work(
    processors: None, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    parts = [part_that_fails, partial(part_that_takes_long, tmp_path / "one"), part_that_fails]
    with precompiling(parts):
        assert not _claims.meanwhile
        clock.notify_compilation()
        clock.notify_compilation()
        process, folder = appeared(tmp_path / "one").split()
        assert int(process) != os.getpid()
        assert folder == str(Path().absolute())
        assert len(_claims.meanwhile) == 2
    assert not _claims.meanwhile
    assert not system.is_running(int(process))
    assert capfd.readouterr() == ("", "")


def test_the_process_ends_with_a_command_that_is_killed(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from functools import partial; sys.path[:0] = [{tests!r}]\n"
        "from wordvec import clock, precompilation; import test_precompilation as tests\n"
        "precompilation.available_threads = lambda: 2\n"
        "with precompilation.precompiling([partial(tests.part_that_takes_long, Path({path!r}))]):\n"
        "    clock.notify_compilation()\n"
        "    time.sleep(100)\n"
    ).format(tests=str(Path(__file__).parent), path=str(tmp_path / "one"))
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "TMPDIR": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", program], env=environment) as command:
        process = int(appeared(tmp_path / "one").split()[0])
        command.kill()
    assert ended(process)
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


@pytest.mark.parametrize("lack", ["processor", "cache", "python", "frozen"])
def test_without_means_no_process_is_started(
    lack: str, processors: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if lack == "processor":
        monkeypatch.setattr(precompilation, "available_threads", lambda: 1)
    elif lack == "cache":
        monkeypatch.setattr(_jit, "cache_folder", lambda: None)
    elif lack == "python":
        monkeypatch.setattr(sys, "executable", "")
    else:
        monkeypatch.setattr(sys, "frozen", True, raising=False)
    with precompiling([partial(part_that_writes, tmp_path / "one")] * 2):
        monkeypatch.setattr(subprocess, "Popen", None)
        clock.notify_compilation()
        assert not _claims.meanwhile


def test_a_process_that_cannot_be_started_is_not_needed(
    processors: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "absent"))
    with precompiling([partial(part_that_writes, tmp_path / "one")]):
        clock.notify_compilation()
    assert list(tmp_path.iterdir()) == []


def test_a_kernel_that_is_claimed_is_waited_for_and_not_compiled(tmp_path: Path) -> None:
    path, order = tmp_path / "a.lock", []
    begun, done = threading.Event(), threading.Event()

    def other() -> None:
        with _claims.claimed(path):
            begun.set()
            done.wait()
            order.append("other")

    def wait() -> None:
        order.append("meanwhile")
        done.set()

    thread = threading.Thread(target=other)
    thread.start()
    begun.wait()
    _claims.meanwhile.append(wait)
    with _claims.claimed(path):
        order.append("this")
    thread.join()
    assert order == ["meanwhile", "other", "this"]
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_stands_still_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_claims, "LONGEST", 0.05)
    with _claims.claimed(tmp_path / "a.lock"), _claims.claimed(tmp_path / "a.lock"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_no_claim_is_needed_without_a_folder_or_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_file: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    with _claims.claimed(None), _claims.claimed(tmp_path / "absent" / "a.lock"):
        pass
    monkeypatch.setattr(system, "lock", refuse)
    with _claims.claimed(tmp_path / "a.lock"), _claims.claimed(tmp_path / "a.lock"):
        pass
    assert list(tmp_path.iterdir()) == []

"""Standard streams that are closed, full or cannot be written: one clear error for results, silence for messages."""

import contextlib
import errno
import io
import os
import resource
import shlex
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import odd_formats
import pytest
from cli_helpers import Call, write_text

from wordvec import Cooccurrence, EncodedCorpus, Vectors, workers
from wordvec.errors import MemoryLimitError, WordvecError
from wordvec.workers import Progress

CLOSED = "wordvec: standard output is closed; redirect it to a file, or to /dev/null\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "toy.vec").write_text("2 2\nnorth 1 0\nsouth -1 0\n")
    return tmp_path


def shell(arguments: str, redirections: str) -> tuple[int, str, str]:
    """Run a command in a shell with redirections."""
    line = f"{shlex.quote(sys.executable)} -m wordvec {arguments} {redirections}"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(["sh", "-c", line], check=False, env=environment, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("command", ["info toy.vec", "info toy.vec --json", "--help", "info --help", "--version"])
def test_results_for_a_closed_output_are_one_error(command: str) -> None:
    assert shell(command, ">&-") == (1, "", CLOSED)


def test_a_command_without_results_does_not_need_an_output() -> None:
    code, _, err = shell("convert toy.vec toy.bin", ">&-")
    assert (code, err) == (0, "toy.bin: 2 words, dim 2\n")
    assert Vectors.load("toy.bin").words == ["north", "south"]


@pytest.mark.parametrize("redirection", ["2>&-", "2>/dev/full", "2</dev/null"])
def test_messages_that_nobody_can_read_are_dropped(redirection: str) -> None:
    assert shell("convert toy.vec toy.bin", redirection) == (0, "", "")
    assert shell("convert toy.vec toy.bin", redirection) == (1, "", "")
    Path("toy.vocab").write_text("of something else\n")
    code, out, _ = shell("info toy.vec", redirection)
    assert code == 0
    assert "north" not in out


def test_a_daemon_without_any_stream_works() -> None:
    assert shell("convert toy.vec toy.bin", "<&- >&- 2>&-") == (0, "", "")
    # Nothing that was printed has come into a file that took a free number.
    assert Vectors.load("toy.bin").words == ["north", "south"]
    assert {path.name for path in Path().iterdir()} == {"toy.vec", "toy.bin", "toy.bin.json"}


def test_a_closed_input_is_named() -> None:
    line = "wordvec: standard input is closed; name a file, or redirect one to standard input\n"
    assert shell("corpus encode - -o folder", "<&-") == (1, "", line)


@pytest.mark.parametrize(("redirection", "number"), [(">/dev/full", errno.ENOSPC), ("1</dev/null", errno.EBADF)])
def test_an_output_that_cannot_be_written_is_named_once(redirection: str, number: int) -> None:
    line = f"wordvec: standard output or log: {os.strerror(number)}\n"
    assert shell("info toy.vec", redirection) == (1, "", line)


def test_an_end_of_file_that_no_reader_named_is_not_an_interrupt(
    wordvec: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(path: object, **_: object) -> None:
        raise EOFError("No data left in file")

    monkeypatch.setattr("wordvec.vectors.Vectors.load", load)
    line = "wordvec: an input file ends too early (No data left in file): it is empty or truncated\n"
    assert wordvec("nearest", "toy.vec", "north") == (1, "", line)


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (OSError(errno.EMFILE, "", "toy.vec"), "toy.vec: Too many open files; raise the limit (ulimit -n)"),
        (OSError(errno.EIO, "", "toy.vec"), "toy.vec: Input/output error"),
        (OSError(errno.EAGAIN, ""), "the system: Resource temporarily unavailable"),
        (OSError(errno.ENOMEM, ""), "not enough memory: the system refused more; --dry-run prints what training needs"),
        (MemoryError(), "not enough memory: the system refused more; --dry-run prints what training needs"),
    ],
)
def test_errors_of_the_system_are_one_line(
    wordvec: Call, monkeypatch: pytest.MonkeyPatch, error: Exception, line: str
) -> None:
    def load(path: object, **_: object) -> None:
        raise error

    monkeypatch.setattr("wordvec.cli.streams.discard_output", lambda: None)
    monkeypatch.setattr("wordvec.vectors.Vectors.load", load)
    assert wordvec("nearest", "toy.vec", "north") == (1, "", f"wordvec: {line}\n")


def test_an_interrupt_is_one_line_without_an_empty_one(wordvec: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(path: object, **_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("wordvec.vectors.Vectors.load", load)
    assert wordvec("nearest", "toy.vec", "north") == (130, "", "wordvec: interrupted; nothing was written\n")


def test_a_system_without_threads_left_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def submit(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(workers.ThreadPoolExecutor, "submit", submit)
    with pytest.raises(MemoryLimitError, match=r"cannot start a thread .*use fewer threads"):
        list(workers.ordered_map(abs, range(3), 2))


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("term", "bar"), [("dumb", False), ("xterm", True)])
def test_a_dumb_terminal_gets_lines_and_no_bar(monkeypatch: pytest.MonkeyPatch, term: str, bar: bool) -> None:
    monkeypatch.setenv("TERM", term)
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    progress = Progress(quiet=False)
    progress.SECONDS_BETWEEN_LINES = 0.0
    progress.begin("training", 10, " words")
    progress.report(5, loss=2.0)
    progress.end()
    assert ("\r" in screen.getvalue()) == bar
    if not bar:
        assert screen.getvalue().startswith("training: 5 of 10 words")
        assert screen.getvalue().endswith("s left\n")


@pytest.mark.parametrize("variable", ["NO_COLOR", "TERM"])
def test_nothing_is_coloured(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "1" if variable == "NO_COLOR" else "xterm-256color")
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    progress = Progress(quiet=False)
    progress.begin("training", 10, " words")
    progress.report(5, loss=2.0)
    progress.say("said")
    progress.end()
    assert "\x1b[3" not in screen.getvalue()
    assert "\x1b[9" not in screen.getvalue()


@contextlib.contextmanager
def files_left(number: int) -> Iterator[None]:
    """Let the process open so many more files."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, limits[1]))
    taken = []
    try:
        with contextlib.suppress(OSError):
            while True:
                taken.append(os.open(os.devnull, os.O_RDONLY))
        for _ in range(number):
            os.close(taken.pop())
        yield
    finally:
        for file in taken:
            os.close(file)
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


def check_with_few_files(function: Callable[[], object]) -> None:
    """Call a function with 0, 1 … files left until it succeeds; before, it must name the reason."""
    function()
    for number in range(8):
        with files_left(number):
            try:
                function()
            except (WordvecError, OSError) as error:
                message = str(error)
            else:
                assert number
                return
        assert "Too many open files" in message
        assert "damaged" not in message
    raise AssertionError("too many files were needed")


def test_too_many_open_files_are_no_damage_of_formats_that_are_read_only() -> None:
    Vectors(["north", "south"], np.eye(2, dtype=np.float32)).save("a.vec")
    with zipfile.ZipFile("a.zip", "w") as archive:
        archive.write("a.vec")
    with tarfile.open("a.tar.gz", "w:gz") as tar:
        tar.add("a.vec")
    Path("a.fifu").write_bytes(odd_formats.fifu(odd_formats.simple(), odd_formats.ndarray()))
    odd_formats.magnitude(Path("a.magnitude"))
    for path in ("a.zip", "a.tar.gz", "a.fifu", "a.magnitude"):
        check_with_few_files(lambda path=path: Vectors.load(path))  # type: ignore[misc]
    for path, format in (("a.fifu", "finalfusion"), ("a.magnitude", "magnitude")):
        check_with_few_files(lambda path=path, format=format: Vectors.load(path, format=format))  # type: ignore[misc]


FORMATS = (".vec", ".vec.gz", ".txt", ".bin", ".fasttext.bin", ".npz", "-w.npy", ".parquet", ".vectors", ".hub", ".kv")


@pytest.mark.parametrize("ending", FORMATS)
def test_too_many_open_files_are_no_damage_of_vectors(ending: str) -> None:
    vectors = Vectors(["north", "south"], np.array([[1, 0], [-1, 0.5]], np.float32), [5, 4], {"method": "toy"})
    path = Path(f"toy2{ending}")
    vectors.save(path)
    check_with_few_files(lambda: Vectors.load(path, trust_pickle=True))


def test_too_many_open_files_are_no_damage_of_a_corpus_or_counts() -> None:
    write_text(Path("corpus.txt"))
    with EncodedCorpus.from_text("corpus.txt", "encoded") as corpus:
        Cooccurrence.count(corpus, "counts", min_count=1).close()
    check_with_few_files(lambda: EncodedCorpus.open("encoded").close())
    check_with_few_files(lambda: Cooccurrence.open("counts").close())
    check_with_few_files(lambda: EncodedCorpus.from_text("corpus.txt").close())

"""Training and encoding stopped by Ctrl-C or SIGKILL, and resumed."""

import contextlib
import itertools
import os
import random
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cli_helpers import SMALL, Call, files_in, write_text

from wordvec import SkipGram
from wordvec.cli import run
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.errors import DivergedError, Interrupted
from wordvec.trainers import loop
from wordvec.trainers.checkpoint import Checkpoint
from wordvec.workers import StopFlag

KILLS = 300 if os.environ.get("WORDVEC_SOAK") else 6
"""For each of two commands."""

TRAIN = ["train", "skipgram", "corpus.txt", "-o", "out.vec", *SMALL]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_text(tmp_path / "corpus.txt")
    return tmp_path


@pytest.fixture
def interrupted() -> None:
    """Make the folder of a run that was interrupted at its beginning."""
    Path("out.partial").mkdir()
    stop = StopFlag()
    stop.set()
    trainer = SkipGram(dim=8, epochs=2, min_count=2, threads=1)
    with EncodedCorpus.from_text("corpus.txt", "out.partial/corpus") as corpus, pytest.raises(Interrupted):
        trainer.fit(corpus, checkpoint=Checkpoint(Path("out.partial")), stop=stop)


@pytest.mark.usefixtures("interrupted")
def test_resume_gives_the_same_bits_and_removes_what_was_kept(wordvec: Call) -> None:
    done = wordvec("train", "skipgram", "--resume", "-o", "out.vec")
    assert done.code == 0
    assert done.err.endswith("out.vec: 40 words, dim 8\n")
    assert files_in(Path()) == ["corpus.txt", "out.json", "out.vec", "out.vocab"]
    assert wordvec("train", "skipgram", "corpus.txt", "-o", "whole.vec", *SMALL).code == 0
    assert Path("out.vec").read_bytes() == Path("whole.vec").read_bytes()


@pytest.mark.usefixtures("interrupted")
def test_a_new_run_does_not_replace_one_that_can_be_resumed(wordvec: Call) -> None:
    before = files_in(Path())
    assert wordvec(*TRAIN) == (
        1,
        "",
        "wordvec: out.partial: keeps an interrupted training run; --resume continues it, --force replaces it\n",
    )
    assert files_in(Path()) == before
    assert wordvec(*TRAIN, "--force").code == 0
    assert files_in(Path()) == ["corpus.txt", "out.json", "out.vec", "out.vocab"]


@pytest.mark.usefixtures("interrupted")
def test_a_dry_run_leaves_an_interrupted_training_alone(wordvec: Call) -> None:
    before = files_in(Path())
    assert wordvec(*TRAIN, "--dry-run").code == 0
    assert files_in(Path()) == before


@pytest.mark.usefixtures("interrupted")
@pytest.mark.parametrize("given", [["--dim", "8"], ["--lowercase"], ["corpus.txt"], ["--init", "a.vec"], ["--dry-run"]])
def test_resume_takes_no_setting(wordvec: Call, given: list[str]) -> None:
    done = wordvec("train", "skipgram", "--resume", "-o", "out.vec", *given)
    what = given[0] if given[0].startswith("-") else "CORPUS"
    assert done == (
        2,
        "",
        f"wordvec: {what}: a resumed run keeps its corpus and settings; leave this out\n",
    )


@pytest.mark.usefixtures("interrupted")
def test_resume_refuses_another_method(wordvec: Call) -> None:
    done = wordvec("train", "cbow", "--resume", "-o", "out.vec")
    assert done == (2, "", "wordvec: out.partial: is a training run of skipgram, not of cbow\n")


def test_resume_without_anything_kept_says_so(wordvec: Call) -> None:
    done = wordvec("train", "skipgram", "--resume", "-o", "out.vec")
    assert done == (
        1,
        "",
        "wordvec: out.partial: no interrupted training run to resume; train without --resume\n",
    )


@pytest.mark.usefixtures("interrupted")
def test_info_describes_an_interrupted_training(wordvec: Call) -> None:
    lines = dict(line.split(maxsplit=1) for line in wordvec("info", "out.partial", "--all").out.splitlines())
    assert (lines["kind"], lines["settings.dim"]) == ("interrupted training", "8")


@pytest.mark.usefixtures("interrupted")
@pytest.mark.parametrize(
    ("name", "damage"),
    [
        *itertools.product(["words-0.npy", "contexts-0.npy", "state.json"], ["flip", "cut", "append"]),
        ("corpus/ids.npy", "flip"),
        ("corpus/ids.npy", "cut"),
    ],
)
def test_a_damaged_checkpoint_is_refused_and_kept(wordvec: Call, name: str, damage: str) -> None:
    path = Path("out.partial", name)
    content = path.read_bytes()
    for at in (200, len(content) // 2, len(content) - 9):
        flipped = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        path.write_bytes({"flip": flipped, "cut": content[:at], "append": content + b"\0" * at}[damage])
        done = wordvec("train", "skipgram", "--resume", "-o", "out.vec")
        assert done.code == 1
        assert re.fullmatch(r"wordvec: out\.partial\S*: .*\n", done.err), done.err
        assert not Path("out.vec").exists()
    path.write_bytes(content)
    assert wordvec("train", "skipgram", "--resume", "-o", "out.vec").code == 0


@pytest.mark.usefixtures("interrupted")
def test_a_resumed_training_that_diverges_keeps_the_checkpoint(wordvec: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "_account", lambda *_: (_ for _ in ()).throw(DivergedError("diverged")))
    before = files_in(Path())
    done = wordvec("train", "skipgram", "--resume", "-o", "out.vec")
    assert done == (1, "", "wordvec: diverged; the interrupted run is still in out.partial\n")
    assert files_in(Path()) == before


@pytest.mark.usefixtures("interrupted")
def test_force_keeps_an_interrupted_training_until_the_new_one_has_a_result(wordvec: Call) -> None:
    before = files_in(Path())
    Path("wrong.txt").write_text("")
    assert wordvec("train", "skipgram", "wrong.txt", "-o", "out.vec", *SMALL, "--force").code == 1
    Path("wrong.txt").unlink()
    assert files_in(Path()) == before
    Path("out.partial").rename(".out.partial.replaced")  # a kill at this time
    assert wordvec("train", "skipgram", "--resume", "-o", "out.vec").code == 0
    assert files_in(Path()) == ["corpus.txt", "out.json", "out.vec", "out.vocab"]


@pytest.mark.parametrize("name", ["corpus/text.txt", ".git/config", "state.json", "notes"])
def test_a_folder_of_somebody_else_is_not_removed(wordvec: Call, name: str) -> None:
    path = Path("out.partial", name)
    path.parent.mkdir(parents=True)
    path.write_text("precious")
    done = wordvec(*TRAIN, *["--force"] * (name == "state.json"))
    assert (done.code, path.read_text()) == (1, "precious")
    assert "out.partial: in the way" in done.err or name == "state.json"


@contextlib.contextmanager
def started(*arguments: str) -> "Iterator[subprocess.Popen[str]]":
    path = os.pathsep.join(path for path in sys.path if path)
    with subprocess.Popen(
        [sys.executable, "-m", "wordvec", *arguments],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": path},
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_until(condition: Callable[[], bool]) -> None:
    for _ in range(3000):
        if condition():
            return
        time.sleep(0.01)
    raise TimeoutError


def test_ctrl_c_stops_and_names_the_command_that_resumes(wordvec: Call) -> None:
    write_text(Path("corpus.txt"), sentences=20_000)
    wordvec(*TRAIN[:4], "warm.vec", *SMALL)
    options = ["--dim", "100", "--epochs", "10000", "--threads", "1"]
    with started("train", "skipgram", "corpus.txt", "-o", "out.vec", "--log", "log", *options) as process:
        wait_until(lambda: Path("log").exists() and "training" in Path("log").read_text())
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=300)  # of an hour's work
    assert process.returncode == -signal.SIGINT
    last = err.splitlines()[-1]
    assert last.startswith("wordvec: interrupted after ")
    command = shlex.split(last.partition("; resume with: ")[2])
    assert command == ["wordvec", "train", "skipgram", "-o", "out.vec", "--resume", "--log", "log"]
    assert {path.name for path in Path().iterdir()} == {
        *("corpus.txt", "log", "out.partial", "warm.vec", "warm.json", "warm.vocab")
    }


def test_a_closed_terminal_stops_a_run_that_can_be_resumed() -> None:
    write_text(Path("corpus.txt"), sentences=20_000)
    master, slave = os.openpty()
    options = ["--dim", "100", "--epochs", "10000", "--threads", "1", "--log", "log"]
    code = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); from wordvec.cli import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "train", "skipgram", "corpus.txt", "-o", "out.vec", *options],
        start_new_session=True,
        stdin=slave,
        stdout=slave,
        stderr=slave,
    )
    try:
        os.close(slave)
        wait_until(lambda: Path("log").exists() and "training" in Path("log").read_text())
        os.close(master)
        assert process.wait(timeout=300) == -signal.SIGINT
    finally:
        process.kill()
    assert (Path("out.partial") / "state.json").is_file()


def test_two_runs_with_one_output_do_not_disturb_each_other(wordvec: Call) -> None:
    write_text(Path("corpus.txt"), sentences=20_000)
    options = ["--dim", "100", "--epochs", "10000", "--threads", "1", "--checkpoint-every", "0.1"]
    with started("train", "skipgram", "corpus.txt", "-o", "out.vec", "--log", "log", *options) as process:
        wait_until(lambda: Path("out.partial/state.json").exists())
        line = "wordvec: out.partial: another run is writing it; wait until it ends, or choose another output\n"
        for other in ([*TRAIN, "--force"], ["train", "skipgram", "-o", "out.vec.gz", "--resume"]):
            assert wordvec(*other) == (1, "", line)
        assert process.poll() is None
        process.kill()
        process.wait()
    assert wordvec(*TRAIN, "--force").code == 0
    assert {path.name for path in Path().iterdir()} == {"corpus.txt", "log", "out.vec", "out.vocab", "out.json"}


def test_nohup_keeps_its_word() -> None:
    code = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN); from wordvec.cli import main; main()"
    command = [sys.executable, "-c", code, "corpus", "encode", "-", "-o", "folder"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        process.stdin.write("some words\n" * 1000)
        process.stdin.flush()
        wait_until(lambda: len(files_in(Path())) > 1)
        process.send_signal(signal.SIGHUP)
        process.communicate(timeout=300)
    assert process.returncode == 0
    assert Path("folder").is_dir()


@pytest.mark.skipif(signal.getsignal(signal.SIGINT) == signal.SIG_IGN, reason="a job in the background ignores Ctrl-C")
def test_ctrl_c_while_text_is_read_leaves_nothing() -> None:
    with started("corpus", "encode", "-", "-o", "folder") as process:
        assert process.stdin is not None
        process.stdin.write("some words\n" * 1000)
        process.stdin.flush()
        wait_until(lambda: len(files_in(Path())) > 1)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=300) == -signal.SIGINT
        assert process.stderr is not None
        err = process.stderr.read()
    assert err.splitlines()[-1] == "wordvec: interrupted; nothing was written"
    assert files_in(Path()) == ["corpus.txt"]


def forked(arguments: list[str]) -> int:
    """Run a command in a child that has everything imported already; give its process id."""
    child = os.fork()
    if not child:
        try:
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, 1)
            os.dup2(null, 2)
            os._exit(run(arguments))
        finally:
            os._exit(99)
    return child


def killed_at_random_times(arguments: list[str], seed: int) -> Iterator[None]:
    """Run a command once to its end and then often until it is killed; after each, let the caller look."""
    chance = random.Random(seed)
    begun = time.monotonic()
    assert os.waitpid(forked(arguments), 0)[1] == 0
    longest = time.monotonic() - begun
    yield
    for _ in range(KILLS):
        child = forked(arguments)
        time.sleep(chance.uniform(0, 1.1 * longest))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        yield


def clear() -> None:
    for name in files_in(Path()):
        if name != "corpus.txt" and Path(name).is_file():
            Path(name).unlink()
    for name in reversed(files_in(Path())):
        if Path(name).is_dir():
            Path(name).rmdir()


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_encoding_killed_at_random_times_leaves_a_whole_corpus_or_none() -> None:
    seed = random.SystemRandom().randrange(2**32)
    print(f"random seed {seed}")
    write_text(Path("corpus.txt"), sentences=20_000, words=2000)
    command = ["corpus", "encode", "corpus.txt", "-o", "folder", "--quiet"]
    assert run(command) == 0
    expected = files_in(Path())
    digest = EncodedCorpus.open("folder").digest
    clear()
    for _ in killed_at_random_times(command, seed):
        whole = Path("folder").exists()
        if whole:
            assert EncodedCorpus.open("folder").digest == digest
        assert run([*command, *["--force"] * whole]) == 0
        assert files_in(Path()) == expected
        clear()


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_training_killed_at_random_times_leaves_whole_vectors_or_none() -> None:
    seed = random.SystemRandom().randrange(2**32)
    print(f"random seed {seed}")
    write_text(Path("corpus.txt"), sentences=5000, words=2000)
    command = ["train", "skipgram", "corpus.txt", "-o", "out.vec", "--quiet", *SMALL, "--dim", "100", "--epochs", "1"]
    assert run(command) == 0
    expected, vectors = files_in(Path()), Path("out.vec").read_bytes()
    clear()
    for _ in killed_at_random_times(command, seed):
        whole = Path("out.vec").exists()
        if whole:
            assert Path("out.vec").read_bytes() == vectors
            assert Path("out.json").exists()
            assert Path("out.vocab").exists()
        overwrite = whole or Path("out.json").exists() or Path("out.vocab").exists()
        assert run([*command, *["--force"] * overwrite]) == 0
        assert Path("out.vec").read_bytes() == vectors
        assert files_in(Path()) == expected
        clear()

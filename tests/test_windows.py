"""Windows' rules, as far as `windows` imitates them: commands work, with the same results, and files are portable."""

import ast
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from cli_helpers import Call, files_in, write_text

from wordvec import system

ROOT = Path(__file__).parents[1]
SETTINGS = "--dim 8 --epochs 2 --min-count 2 --threads 1"
COMMANDS = [
    f"train skipgram corpus.txt -o skipgram.vec {SETTINGS} --checkpoint-every 0.0001",
    f"train skipgram corpus.txt -o skipgram.vec {SETTINGS} --force",
    f"train cbow corpus.txt -o cbow.bin {SETTINGS}",
    "corpus encode corpus.txt -o text.corpus --max-words 30",
    "corpus encode corpus.txt -o text.corpus --force",
    "corpus cooccur text.corpus -o text.counts --min-count 2",
    "train glove text.counts -o glove.vec --dim 8 --epochs 2 --threads 1",
    "train ppmi-svd corpus.txt -o ppmi.vec --dim 8 --min-count 2 --threads 1",
    "convert skipgram.vec a.vectors",
    "convert a.vectors a.npz",
    "convert cbow.bin a.vectors --force",
    "check skipgram.vec --repair repaired.vec",
    f"compass train years -o compass {SETTINGS}",
    f"compass train years -o compass {SETTINGS} --force",
    "compass add compass 1992.txt",
    "compass change compass 1990 1992 -o change.csv",
    "align skipgram.vec ppmi.vec -o aligned.vec --dictionary identical",
    "evaluate report skipgram.vec cbow.bin -o report.html --dataset pairs.tsv",
    "info compass",
]


@pytest.fixture
def texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Make two folders with the same texts and stay in the first."""
    folders = tmp_path / "here", tmp_path / "there"
    for folder in folders:
        (folder / "years").mkdir(parents=True)
        names = ("corpus.txt", "years/1990.txt", "years/1991.txt", "1992.txt")
        for number, name in enumerate(names):
            write_text(folder / name, sentences=1200, seed=number)
        (folder / "pairs.tsv").write_text("w1\tw2\t7\nw1\tw9\t1\nw2\tw3\t6\nw4\tw5\t2\n")
    monkeypatch.chdir(folders[0])
    return folders


def by_its_rules(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(ROOT / "tests" / "windows.py"), *arguments]
    path = {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    return subprocess.run(command, cwd=folder, env=os.environ | path, capture_output=True, text=True, check=False)


def code_by_its_rules(folder: Path, code: str) -> str:
    """Run some code under Windows' rules and return what it prints."""
    done = by_its_rules(folder, "--code", code)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_commands_have_the_same_results_and_leave_nothing_behind(texts: tuple[Path, Path], wordvec: Call) -> None:
    here, there = texts
    done = by_its_rules(there, *COMMANDS)
    assert done.returncode == 0, done.stderr
    for command in COMMANDS:
        assert wordvec(*shlex.split(command)).code == 0
    assert files_in(there) == files_in(here)
    assert not [name for name in files_in(there) if "partial" in name or name.startswith(".")]
    for name in files_in(here):
        if name.endswith((".vec", ".bin", ".vocab", ".npy", ".txt", ".csv", ".tsv")):
            assert (there / name).read_bytes() == (here / name).read_bytes(), name


def test_an_output_that_a_program_has_open_is_one_line_and_stays(texts: tuple[Path, Path]) -> None:
    command = f"train skipgram corpus.txt -o open.vec {SETTINGS} --force"
    code = f"open('open.vec', 'w').write('mine')\nfile = open('open.vec')\nsys.exit(cli.run({shlex.split(command)!r}))"
    done = by_its_rules(texts[1], "--code", code)
    assert done.returncode == 1
    assert "wordvec: open.vec: no permission, or a program has it open; " in done.stderr
    assert "Traceback" not in done.stderr
    assert (texts[1] / "open.vec").read_text() == "mine"


def test_locks_keep_others_away_and_leave_nothing(tmp_path: Path) -> None:
    code = (
        "from wordvec import files\n"
        "path = Path('out')\n"
        "with files.held(path):\n"
        "    try:\n"
        "        with files.held(path): print('twice')\n"
        "    except files.OutputError as error: print(error)\n"
        "with files.held(path): print('again')\n"
    )
    assert code_by_its_rules(tmp_path, code) == (
        "out: another run is writing it; wait until it ends, or choose another output\nagain\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_leftovers_of_ended_processes_are_told_from_those_of_running_ones(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    code = f"from wordvec import system\nprint([system.is_running(number) for number in (os.getpid(), {process.pid})])"
    assert code_by_its_rules(tmp_path, code) == "[True, False]\n"
    assert [system.is_running(number) for number in (os.getpid(), process.pid)] == [True, False]


def test_processes_are_asked_for_where_there_is_no_proc(monkeypatch: pytest.MonkeyPatch) -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    monkeypatch.setattr(Path, "exists", lambda _: False)
    assert [system.is_running(number) for number in (os.getpid(), 1, process.pid)] == [True, True, False]
    assert not system.is_running(10**30)


def test_memory_is_asked_of_the_system(tmp_path: Path) -> None:
    code = "from wordvec import system, workers\nprint(system.free_memory(), workers.available_memory() <= 1 << 32)"
    assert code_by_its_rules(tmp_path, code) == f"{1 << 32} True\n"


def test_an_interrupt_in_an_import_is_sent_again(tmp_path: Path) -> None:
    # Python 3.13 can raise it on the way back to the head of an empty loop, where no clause catches it.
    (tmp_path / "slow.py").write_text("import signal\nsignal.raise_signal(signal.SIGINT)\nprint('imported')\n")
    code = (
        "import time\n"
        "sys.path.insert(0, '')\n"
        "import slow\n"
        "try:\n"
        "    begun = time.monotonic()\n"
        "    while time.monotonic() < begun + 30: time.sleep(0.01)\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted')\n"
    )
    assert code_by_its_rules(tmp_path, code) == "imported\ninterrupted\n"


def test_every_module_can_be_imported(tmp_path: Path) -> None:
    code = (
        "import importlib, pkgutil, wordvec\n"
        "names = [module.name for module in pkgutil.walk_packages(wordvec.__path__, 'wordvec.')]\n"
        "for name in names:\n"
        "    if name != 'wordvec.__main__': importlib.import_module(name)\n"
        "print(len(names) > 200)\n"
    )
    assert code_by_its_rules(tmp_path, code) == "True\n"


def test_text_files_state_their_encoding_and_have_one_line_end() -> None:
    """Windows' defaults are another encoding, and a carriage return before each line feed."""
    wrong = []
    for path in (path for room in ("wordvec", "kernels", "corpora") for path in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and (missing := unstated(node)):
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}: {missing}")
    assert not wrong


def is_mode(argument: ast.expr) -> bool:
    return isinstance(argument, ast.Constant) and not set(str(argument.value)) - set("rwxabt+")


def unstated(call: ast.Call) -> list[str]:
    """Return the keywords that a call which reads or writes text lacks."""
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    given = {keyword.arg for keyword in call.keywords}
    if name == "open":
        modes = [ast.literal_eval(argument) for argument in call.args if is_mode(argument)]
        opens = isinstance(call.func, ast.Name) or len(call.args) == len(modes)
        mode = str(modes[-1]) if modes else "r"
        is_archive = "force_zip64" in given
        if not opens or "b" in mode or is_archive:
            return []
        needed = {"encoding"} | ({"newline"} if mode != "r" else set())
    else:
        needed = {"read_text": {"encoding"}, "write_text": {"encoding", "newline"}}.get(name, set())
    return sorted(needed - given)

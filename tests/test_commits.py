"""Outputs that get their names together, and what a kill between two renames leaves."""

import contextlib
import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from wordvec import files
from wordvec.errors import OutputError
from wordvec.files import commits, durable

WRITE = """
import os, signal, sys
from pathlib import Path
from wordvec import files
from wordvec.files import commits
count, change = int(sys.argv[1]), commits._change
def counted(*arguments, **keywords):
    global count
    if not count:
        os.kill(os.getpid(), signal.SIGKILL)
    count -= 1
    change(*arguments, **keywords)
commits._change = counted
with files.together(Path("a")) as commit:
    if Path("c").exists():
        commit.drop(Path("c"))
    for name in ("a", "b"):
        with files.replacing(Path(name), overwrite=True) as temporary:
            temporary.write_text("new")
"""


@pytest.fixture(params=[True, False], ids=["exchange", "renames"])
def exchange(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the system exchange two names, or let it have no such call."""
    if not request.param:
        monkeypatch.setattr(durable, "_renameat2", lambda: None)


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir() if path.is_file()}


@pytest.mark.parametrize("after", [0, 1, 2])
@pytest.mark.parametrize("old", [{}, {"a": "old", "b": "old", "c": "old"}, {"a": "old"}])
def test_renames_cut_short_are_undone_by_the_next_command(after: int, old: dict[str, str], tmp_path: Path) -> None:
    for name, text in old.items():
        (tmp_path / name).write_text(text)
    drops = "c" in old
    done = subprocess.run([sys.executable, "-c", WRITE, str(after)], cwd=tmp_path, check=False)
    assert done.returncode == (-9 if after < 2 + drops else 0)
    files.recover(tmp_path)
    assert contents(tmp_path) == (old if after < 2 + drops else {"a": "new", "b": "new"})
    assert {path.name for path in tmp_path.iterdir()} <= {"a", "b", "c"}


def write_all(folder: Path) -> None:
    with files.together(folder / "a"):
        with files.replacing(folder / "folder", overwrite=True, folder=True) as temporary:
            temporary.mkdir()
        for name in ("fresh", "a", "last"):
            with files.replacing(folder / name, overwrite=True) as temporary:
                temporary.write_text("new")


@pytest.mark.usefixtures("exchange")
def test_a_failure_puts_back_what_was_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_text("old")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/wordvec.json").write_text("old")
    change = commits._change

    def failing(this: commits.Change, alone: bool = False) -> None:
        if this.path.name == "last":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        change(this, alone)

    monkeypatch.setattr(commits, "_change", failing)
    with pytest.raises(OutputError, match="No space left"):
        write_all(tmp_path)
    assert contents(tmp_path) == {"a": "old"}
    assert (tmp_path / "folder/wordvec.json").read_text() == "old"
    assert {path.name for path in tmp_path.iterdir()} == {"a", "folder"}


@pytest.mark.usefixtures("exchange")
def test_a_folder_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/wordvec.json").write_text("old")
    with files.replacing(tmp_path / "a", overwrite=True, folder=True) as temporary:
        temporary.mkdir()
        (temporary / "wordvec.json").write_text("new")
    assert contents(tmp_path / "a") == {"wordvec.json": "new"}
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_an_exchange_in_three_renames_that_was_cut_short_is_finished(tmp_path: Path) -> None:
    temporary, old = tmp_path / "t.partial", tmp_path / "t.old"
    old.write_text("old")
    temporary.write_text("new")
    durable.finish_exchange(temporary, tmp_path / "a")
    assert contents(tmp_path) == {"a": "old", "t.partial": "new"}
    (tmp_path / "a").rename(old)
    temporary.rename(tmp_path / "a")
    durable.finish_exchange(temporary, tmp_path / "a")
    assert contents(tmp_path) == {"a": "new", "t.partial": "old"}
    old.hardlink_to(tmp_path / "a")
    durable.finish_exchange(temporary, tmp_path / "a")
    assert contents(tmp_path) == {"a": "new", "t.partial": "old"}


def test_a_folder_with_another_meta_json_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/meta.json").write_text('{"format": "my own"}')
    with (
        pytest.raises(OutputError, match="contains files not written by wordvec"),
        files.replacing(tmp_path / "mine", True, True),
    ):
        pass
    assert (tmp_path / "mine/meta.json").exists()


def test_a_journal_of_somebody_else_moves_nothing(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("precious")
    ended = subprocess.Popen(["true"])
    ended.wait()
    inode = (tmp_path / "precious").stat().st_ino
    name = f".wordvec.{commits._host()}-{ended.pid}-0.renames"
    (tmp_path / "other").write_text("other")
    for journal in (
        '[["precious", "other", 1]]',
        "[[]]",
        "{",
        f'[["precious", "../precious", {inode}]]',
        "[[1, 2, 3]]",
    ):
        (tmp_path / name).write_text(journal)
        files.recover(tmp_path)
        assert contents(tmp_path) == {"precious": "precious", "other": "other"}


def test_what_has_its_name_is_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forced: list[tuple[str, bool]] = []
    force = durable.force

    def recorded(path: Path) -> None:
        forced.append((path.name, (tmp_path / "a").exists()))
        force(path)

    monkeypatch.setattr(durable, "force", recorded)
    with files.replacing(tmp_path / "a") as temporary:
        temporary.write_text("new")
    assert forced == [(temporary.name, False)]


def test_an_error_inside_leaves_nothing(tmp_path: Path) -> None:
    with contextlib.suppress(KeyError), files.together(tmp_path / "a"):
        with files.replacing(tmp_path / "a") as temporary:
            temporary.write_text("new")
        raise KeyError
    assert list(tmp_path.iterdir()) == []

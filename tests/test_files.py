"""Outputs: what they replace and what they do not, and how one process at a time holds them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from wordvec import files, system
from wordvec.errors import OutputError

HOLD = "import sys; from pathlib import Path; from wordvec import files\nwith files.held(Path(sys.argv[1])): {}"


def other(path: Path, code: str = "pass") -> str:
    """Let another process hold a path and run some code; give what it says to people."""
    done = subprocess.run(
        [sys.executable, "-c", HOLD.format(code), str(path)], stderr=subprocess.PIPE, text=True, check=False
    )
    return done.stderr


class TestHolding:
    def test_nobody_else_has_what_is_held_and_nothing_stays_behind(self, tmp_path: Path) -> None:
        path = tmp_path / "out.partial"
        with files.held(path):
            assert f"OutputError: {path}: another run is writing it" in other(path)
            assert other(tmp_path / "another.partial") == ""
        assert other(path) == ""
        assert list(tmp_path.iterdir()) == []

    def test_what_a_killed_process_held_is_free(self, tmp_path: Path) -> None:
        other(tmp_path / "out", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
        assert (tmp_path / ".out.lock").exists()
        with files.held(tmp_path / "out"):
            pass
        assert list(tmp_path.iterdir()) == []

    def test_a_lock_removed_by_who_held_it_is_made_anew(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        lock, take = tmp_path / ".out.lock", system.lock

        def removed_meanwhile(file: int) -> None:
            monkeypatch.setattr(system, "lock", take)
            lock.unlink()
            take(file)

        monkeypatch.setattr(system, "lock", removed_meanwhile)
        with files.held(tmp_path / "out"):
            assert lock.exists()
            assert "another run" in other(tmp_path / "out")

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
    def test_a_folder_that_is_not_writable_is_one_line(self, tmp_path: Path) -> None:
        tmp_path.chmod(0o500)
        with pytest.raises(OutputError, match="Permission denied"), files.held(tmp_path / "out"):
            pass


class TestReplacing:
    def test_a_pipe_or_device_is_never_replaced(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "out")
        (tmp_path / "link").symlink_to("/dev/null")
        for path in (tmp_path / "out", tmp_path / "link"):
            with pytest.raises(OutputError, match="is a device or a pipe"), files.replacing(path, overwrite=True):
                pass
        assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "out"]

    def test_a_link_is_replaced_and_what_it_names_stays(self, tmp_path: Path) -> None:
        (tmp_path / "precious").write_text("precious")
        (tmp_path / "link").symlink_to("precious")
        with files.replacing(tmp_path / "link", overwrite=True) as temporary:
            temporary.write_text("new")
        assert (tmp_path / "precious").read_text() == "precious"
        assert (tmp_path / "link").read_text() == "new"


@pytest.mark.parametrize("size", [0, 1, (1 << 22) + 5])
def test_space_is_reserved_without_a_call_for_it(size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "posix_fallocate")
    files.reserve(tmp_path / "a", size)
    assert (tmp_path / "a").read_bytes() == bytes(size)

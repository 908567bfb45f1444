"""Several outputs that are renamed together: all of them, or none.

Every output is complete under a temporary name before the first rename. A journal beside the outputs lists the renames.
If the process is killed between two renames, the next command that reads or writes there undoes them. An undo moves
files back and removes no older file.

The journal is not trusted: its temporary names must be those that its process would use, beside the final names, and
each file moved must have the inode that the journal recorded.
"""

import contextlib
import itertools
import json
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from wordvec import system
from wordvec.files import durable

_numbers = itertools.count()


class Change(NamedTuple):
    """A new or removed entry of a folder.

    Attributes
    ----------
    path
        Final name.
    temporary
        Name of the output before the rename; afterwards that of the replaced file.
    inode
        Inode of the output; None for the removal of the final name.
    """

    path: Path
    temporary: Path
    inode: int | None


class Commit:
    """Outputs that are renamed together by `run`.

    Parameters
    ----------
    folder
        Folder of the journal.
    durable
        Whether outputs are forced to the disk before the renames, and a journal is written. Outputs inside a folder
        that is itself an unfinished output need neither.
    """

    def __init__(self, folder: Path, durable: bool) -> None:
        self.folder, self.durable = folder, durable
        self.making: list[Path] = []
        """Temporary paths of the outputs, finished or not."""
        self.changes: list[Change] = []
        self.undoing = False

    def contains(self, path: Path) -> bool:
        """Return whether a path is inside an output that is not yet renamed."""
        return any(path.is_relative_to(temporary) for temporary in self.making)

    def put(self, temporary: Path, path: Path) -> None:
        """Add an output."""
        self.changes.append(Change(path, temporary, temporary.lstat().st_ino))

    def drop(self, path: Path) -> None:
        """Add the removal of a name. An output must follow: its rename shows that all changes were made."""
        self.changes.append(Change(path, temporary_name(path), None))
        self.making.append(self.changes[-1].temporary)

    def run(self) -> None:
        """Make all changes, or none.

        Raises
        ------
        OSError
            If a change fails; the others are undone.
        """
        if self.durable:
            for change in self.changes:
                if change.inode is not None:
                    durable.force(change.temporary)
        if len(self.changes) == 1 and not _is_folder(self.changes[0].path):
            _change(self.changes[0], alone=True)
            self._force_entries()
            return
        with self._journal():
            try:
                for change in self.changes:
                    _change(change)
                self._force_entries()
            except BaseException:
                self._undo()
                raise

    def clear(self) -> None:
        """Remove all files with temporary names: unfinished outputs, or replaced files."""
        if self.undoing:
            return
        for temporary in self.making:
            with contextlib.suppress(OSError):  # a name that is too long, already reported
                remove(temporary)

    @contextlib.contextmanager
    def _journal(self) -> Iterator[None]:
        if not self.durable or not self.changes:
            yield
            return
        journal = self.folder / f".wordvec.{_host()}-{os.getpid()}-{next(_numbers)}.renames"
        rows = [
            (_relative(change.path, self.folder), _relative(change.temporary, self.folder), change.inode)
            for change in self.changes
        ]
        try:
            journal.write_text(json.dumps(rows), encoding="utf-8", newline="\n")
            durable.force(journal)
            durable.force_entries(self.folder)
            yield
        finally:
            if not self.undoing:
                with contextlib.suppress(OSError):  # the next command sees that nothing is left to undo
                    journal.unlink()

    def _undo(self) -> None:
        """Undo the changes; if that fails, the next command finds the journal and undoes them."""
        self.undoing = True
        _undo(self.changes)
        self.undoing = False

    def _force_entries(self) -> None:
        if self.durable:
            for folder in {change.path.parent for change in self.changes}:
                durable.force_entries(folder)


def recover(folder: Path) -> None:
    """Undo the renames in a folder of a process that was killed between two of them.

    Raises
    ------
    OSError
        If a rename cannot be undone.
    """
    with contextlib.suppress(OSError):  # not a folder, or no permission
        for name in os.listdir(folder):  # noqa: PTH208 - faster than Path, and run at each load
            match = name.startswith(".wordvec.") and _JOURNAL.fullmatch(name)
            if match and is_dead(match[1], match[2]):
                _recover(folder, folder / name, int(match[2]))


def temporary_name(path: Path) -> Path:
    """Return the name beside `path` under which this process writes it."""
    return _temporary_name(path, os.getpid())


def leftovers(path: Path) -> Iterator[Path]:
    """Yield the temporary names of `path` that killed processes left."""
    # Also of an output inside another unfinished output, whose name is temporary, too.
    nested = r"(?:\.[A-Za-z0-9_]*-\d+\.partial)?"
    pattern = rf"\.{{1,2}}{re.escape(path.name)}{nested}\.([A-Za-z0-9_]*)-(\d+)\.(?:partial|old)"
    for sibling in path.parent.iterdir():
        # Most siblings have other names, and the pattern takes longer to compile than they to read.
        match = path.name in sibling.name[1:] and re.fullmatch(pattern, sibling.name)
        if match and is_dead(match[1], match[2]):
            yield sibling.with_suffix(".partial")


def is_temporary(name: str) -> bool:
    """Return whether a name is a temporary name of an output."""
    return re.fullmatch(r"\..+\.[A-Za-z0-9_]*-\d+\.(?:partial|old|renames)", name) is not None


def is_dead(host: str, process: str) -> bool:
    """Return whether a process of this machine has ended; False for a process of another machine."""
    return host == _host() and not system.is_running(int(process))


def inode(path: Path) -> int | None:
    """Return the inode of a path; None if there is none."""
    try:
        return path.lstat().st_ino
    except OSError:
        return None


def remove(path: Path) -> None:
    """Remove a file or a whole folder, if it exists."""
    if _is_folder(path):
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


_JOURNAL = re.compile(r"\.wordvec\.([A-Za-z0-9_]*)-(\d+)-\d+\.renames")


def _change(change: Change, alone: bool = False) -> None:
    """Make a change; unless it is the only one, keep the replaced file under the temporary name."""
    path, temporary, new = change
    if new is None:
        if os.path.lexists(path):
            path.replace(temporary)
    elif os.path.lexists(path) and not alone:
        durable.exchange(temporary, path)
    else:
        temporary.replace(path)


def _relative(path: Path, folder: Path) -> str:
    try:
        return os.path.relpath(path, folder)
    except ValueError:  # another drive of Windows
        return str(path.absolute())


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _undo(changes: Sequence[Change]) -> None:
    """Undo changes, so that outputs have their temporary names again.

    Raises
    ------
    OSError
        If some changes cannot be undone; the others are undone.
    """
    failure = None
    for change in reversed(changes):
        try:
            _undo_one(*change)
        except OSError as error:
            failure = error
    if failure is not None:
        raise failure


def _undo_one(path: Path, temporary: Path, new: int | None) -> None:
    durable.finish_exchange(temporary, path)
    if new is None:
        if os.path.lexists(temporary) and not os.path.lexists(path):
            temporary.replace(path)
    elif inode(path) == new:
        if os.path.lexists(temporary):
            durable.exchange(temporary, path)
        else:
            path.replace(temporary)


def _recover(folder: Path, journal: Path, process: int) -> None:
    changes = _read(folder, journal, process)
    for path, temporary, _ in changes:
        durable.finish_exchange(temporary, path)
    if any(new is not None and inode(temporary) == new for _, temporary, new in changes):  # not all were renamed
        _undo(changes)
    for _, temporary, _ in changes:
        remove(temporary)
    journal.unlink(missing_ok=True)


def _read(folder: Path, journal: Path, process: int) -> list[Change]:
    """Return the changes in a journal; none if it is truncated, because then no change was made."""
    try:
        rows = json.loads(journal.read_bytes())
        changes = [Change(folder / path, folder / temporary, new) for path, temporary, new in rows]
        for path, temporary, new in changes:
            if temporary != _temporary_name(path, process) or not (new is None or type(new) is int):
                return []
    except (OSError, ValueError, TypeError, RecursionError):
        return []
    return changes


def _temporary_name(path: Path, process: int) -> Path:
    return path.with_name(f".{path.name}.{_host()}-{process}.partial")


def _host() -> str:
    import socket  # here, because queries write no files

    return re.sub(r"[^A-Za-z0-9]", "_", socket.gethostname())[:40]

"""Memory and processor limits that a container or a batch system sets on this process.

Linux exposes them as control groups. A process belongs to one group of each hierarchy: version 2 has one hierarchy,
version 1 one for each controller, and many systems have both. The limits of all ancestors apply. Inside a container the
mounted hierarchy often begins at the group of the container; `/proc/self/mountinfo` names this root.
"""

import contextlib
import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_UNLIMITED = 1 << 60
"""Version 1 writes "no limit" as a number near 2⁶³."""


class _Hierarchy(NamedTuple):
    """A mounted hierarchy: its controllers (none in version 2), the group of its root, and its mount point."""

    controllers: frozenset[str]
    root: str
    mounted: Path


def memory_left(system: Path = Path("/")) -> float:
    """Return the bytes of memory left to this process by its control groups; infinite without a limit.

    The page cache of a group counts as free, because the system reclaims it when memory is needed.
    """
    return min((_memory_left(*found) for found in _groups(system, "memory")), default=math.inf)


def processor_quota(system: Path = Path("/")) -> float:
    """Return the processors allowed to this process by its control groups and SLURM; infinite without a limit."""
    quota = min((_quota(*found) for found in _groups(system, "cpu")), default=math.inf)
    with contextlib.suppress(KeyError, ValueError):
        if (of_slurm := int(os.environ["SLURM_CPUS_PER_TASK"])) > 0:
            quota = min(quota, of_slurm)
    return quota


def _groups(system: Path, controller: str) -> Iterator[tuple[Path, bool]]:
    """Yield the folder of each group that limits this process, and whether it belongs to version 2."""
    try:
        lines = _text(system / "proc/self/cgroup").splitlines()
        mounts = list(_hierarchies(system))
    except (OSError, ValueError):
        return
    for line in lines:
        with contextlib.suppress(ValueError):
            _, names, group = line.split(":", 2)
            controllers = frozenset(filter(None, names.split(",")))
            if controllers and controller not in controllers:
                continue
            for mount in mounts:
                if mount.controllers == controllers or controllers & mount.controllers:
                    yield from ((folder, not controllers) for folder in _ancestors(mount, group))


def _hierarchies(system: Path) -> Iterator[_Hierarchy]:
    """Yield the mounted hierarchies (proc_pid_mountinfo(5))."""
    for line in _text(system / "proc/self/mountinfo").splitlines():
        mount, _, rest = line.partition(" - ")
        fields, (kind, *others) = mount.split(), rest.split()
        if kind in ("cgroup", "cgroup2"):
            controllers = frozenset(others[-1].split(",")) - {"rw", "ro"} if kind == "cgroup" else frozenset()
            yield _Hierarchy(controllers, _unescaped(fields[3]), system / _unescaped(fields[4]).lstrip("/"))


def _ancestors(mount: _Hierarchy, group: str) -> Iterator[Path]:
    """Yield the folders of a group and of its mounted ancestors."""
    relative = os.path.relpath(group, mount.root)
    # Inside a container the group may lie outside the mount; then the root of the mount limits the process.
    folder = mount.mounted if relative.startswith("..") else mount.mounted / relative
    while folder != mount.mounted:
        yield folder
        folder = folder.parent
    yield folder


def _memory_left(folder: Path, unified: bool) -> float:
    limit_name, used_name = (
        ("memory.max", "memory.current") if unified else ("memory.limit_in_bytes", "memory.usage_in_bytes")
    )
    # In version 1 only figures whose names begin with total_ include the groups below.
    held = ("inactive_file", "active_file") if unified else ("total_inactive_file", "total_active_file")
    try:
        limit, used = int(_text(folder / limit_name)), int(_text(folder / used_name))
    except (OSError, ValueError):  # "max"
        return math.inf
    if limit >= _UNLIMITED:
        return math.inf
    files = 0
    with contextlib.suppress(OSError, ValueError):
        figures = dict(line.split() for line in _text(folder / "memory.stat").splitlines())
        files = sum(int(figures.get(name, 0)) for name in held)
    return max(0, limit - used + files)


def _quota(folder: Path, unified: bool) -> float:
    try:
        if unified:
            quota, period = _text(folder / "cpu.max").split()
        else:
            quota, period = (_text(folder / f"cpu.cfs_{name}_us") for name in ("quota", "period"))
        processors = int(quota) / int(period)
    except (OSError, ValueError, ZeroDivisionError):  # "max"
        return math.inf
    return processors if processors > 0 else math.inf  # -1 is no limit


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _unescaped(field: str) -> str:
    """Return a path of mountinfo with its octal escapes decoded."""
    for octal, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        field = field.replace(octal, character)
    return field

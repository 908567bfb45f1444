"""Limits of containers and batch systems, by made trees of /proc and /sys."""

import math
import os
from pathlib import Path

import pytest

from wordvec import limits, workers

MB = 1 << 20
UNIFIED = "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup rw,nsdelegate"


@pytest.fixture(autouse=True)
def no_slurm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SLURM_CPUS_PER_TASK", raising=False)


def make(system: Path, groups: str, mounts: list[str], files: dict[str, object]) -> Path:
    proc = system / "proc/self"
    proc.mkdir(parents=True)
    (proc / "cgroup").write_text(groups)
    others = ["22 1 0:21 / /proc rw - proc proc rw", "23 1 254:0 / / rw - ext4 /dev/root rw"]
    (proc / "mountinfo").write_text("".join(f"{line}\n" for line in [*others, *mounts]))
    for name, content in files.items():
        path = system / "sys/fs/cgroup" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{content}\n")
    return system


def test_without_control_groups_nothing_is_limited(tmp_path: Path) -> None:
    assert limits.memory_left(tmp_path) == math.inf
    assert limits.processor_quota(tmp_path) == math.inf


def test_nested_groups_of_version_2_give_the_least_that_is_left(tmp_path: Path) -> None:
    files = {
        "memory.stat": "anon 0",
        "user/memory.max": 900 * MB,
        "user/memory.current": 500 * MB,
        "user/memory.stat": f"anon 5\ninactive_file {60 * MB}\nactive_file {40 * MB}",
        "user/job/memory.max": "max",
        "user/job/memory.current": 100 * MB,
        "user/job/step/memory.max": 800 * MB,
        "user/job/step/memory.current": 100 * MB,
        "user/job/step/memory.stat": "inactive_file 0\nactive_file 0",
        "other/memory.max": 1 * MB,
        "other/memory.current": 0,
    }
    system = make(tmp_path, "0::/user/job/step\n", [UNIFIED], files)
    assert limits.memory_left(system) == 500 * MB


def test_a_group_that_is_over_its_limit_leaves_nothing(tmp_path: Path) -> None:
    system = make(tmp_path, "0::/a\n", [UNIFIED], {"a/memory.max": MB, "a/memory.current": 2 * MB})
    assert limits.memory_left(system) == 0


def test_groups_of_version_1_are_read_with_files_of_their_children(tmp_path: Path) -> None:
    groups = "9:name=systemd:/\n4:memory:/docker/abc\n2:cpu,cpuacct:/docker/abc\n0::/\n"
    mounts = [
        "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct",
        "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory",
        "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw",
    ]
    files = {
        "memory/memory.limit_in_bytes": 9223372036854771712,
        "memory/memory.usage_in_bytes": 100 * MB,
        "memory/docker/abc/memory.limit_in_bytes": 1024 * MB,
        "memory/docker/abc/memory.usage_in_bytes": 300 * MB,
        "memory/docker/abc/memory.stat": f"active_file 7\ntotal_inactive_file {20 * MB}\ntotal_active_file {4 * MB}",
        "cpu,cpuacct/cpu.cfs_quota_us": -1,
        "cpu,cpuacct/cpu.cfs_period_us": 100000,
        "cpu,cpuacct/docker/abc/cpu.cfs_quota_us": 150000,
        "cpu,cpuacct/docker/abc/cpu.cfs_period_us": 100000,
    }
    system = make(tmp_path, groups, mounts, files)
    assert limits.memory_left(system) == (1024 - 300 + 24) * MB
    assert limits.processor_quota(system) == 1.5


def test_a_container_that_sees_its_own_group_as_the_root_of_the_mount(tmp_path: Path) -> None:
    # Docker with version 1: the group is named from the host, and what is mounted begins at it.
    mounts = ["35 31 0:32 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory"]
    files = {"memory/memory.limit_in_bytes": 64 * MB, "memory/memory.usage_in_bytes": 0}
    system = make(tmp_path, "4:memory:/docker/abc\n", mounts, files)
    assert limits.memory_left(system) == 64 * MB
    (system / "proc/self/cgroup").write_text("4:memory:/somewhere/else\n")
    assert limits.memory_left(system) == 64 * MB


def test_a_group_whose_name_has_a_colon_and_a_mount_whose_name_has_a_blank(tmp_path: Path) -> None:
    mount = UNIFIED.replace("/sys/fs/cgroup", r"/sys/fs/cgroup/my\040groups")
    files = {"my groups/a:b/memory.max": MB, "my groups/a:b/memory.current": 0}
    assert limits.memory_left(make(tmp_path, "0::/a:b\n", [mount], files)) == MB


def test_the_least_quota_of_all_ancestors_counts(tmp_path: Path) -> None:
    files = {"a/cpu.max": "200000 100000", "a/b/cpu.max": "max 100000", "a/b/c/cpu.max": "350000 100000"}
    assert limits.processor_quota(make(tmp_path, "0::/a/b/c\n", [UNIFIED], files)) == 2


@pytest.mark.parametrize("content", ["", "max", "0 0", "none", "-1 100000"])
def test_odd_contents_limit_nothing(tmp_path: Path, content: str) -> None:
    files = {"a/cpu.max": content, "a/memory.max": content, "a/memory.current": content}
    system = make(tmp_path, "0::/a\nodd\n", [UNIFIED], files)
    assert limits.processor_quota(system) == math.inf
    assert limits.memory_left(system) == math.inf


@pytest.mark.parametrize(("given", "expected"), [("3", 3), ("0", math.inf), ("", math.inf), ("many", math.inf)])
def test_slurm_gives_a_task_its_processors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str, expected: float
) -> None:
    monkeypatch.setenv("SLURM_CPUS_PER_TASK", given)
    assert limits.processor_quota(tmp_path) == expected


@pytest.mark.parametrize(("quota", "threads"), [(0.2, 1), (1.5, 2), (2, 2), (100, 8), (math.inf, 8)])
def test_the_default_number_of_threads_respects_the_quota(
    monkeypatch: pytest.MonkeyPatch, quota: float, threads: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: range(8), raising=False)
    monkeypatch.setattr(limits, "processor_quota", lambda: quota)
    assert workers.available_threads() == threads


def test_the_memory_of_the_groups_counts_where_it_is_less(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = workers.available_memory()
    assert whole > 10 * MB
    monkeypatch.setattr(limits, "memory_left", lambda: 10.0 * MB)
    assert workers.available_memory() == 10 * MB

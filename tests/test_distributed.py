"""Encoding and counting by worker processes: one cluster for all tests, workers that die, and the command line."""

import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_helpers import Call
from distributed import Client, LocalCluster
from distributed_jobs import end_once, end_worker, slow, wait

from wordvec import Cooccurrence, EncodedCorpus, distributed
from wordvec.distributed import clients
from wordvec.distributed.cluster import Cluster
from wordvec.distributed.worker import versions
from wordvec.errors import ClusterError, Interrupted, OutputError, SettingsError
from wordvec.workers import Progress, StopFlag

SAME = (
    "ids.npy",
    "offsets.npy",
    "documents.npy",
    "labels.npy",
    "label_starts.npy",
    "vocabulary.txt",
    "columns.npy",
    "values.npy",
    "begins.npy",
)
START = """
from distributed import LocalCluster
import time
if __name__ == "__main__":
    own = {"processes": False, "protocol": "tcp://", "dashboard_address": "127.0.0.1:0"}
    cluster = LocalCluster(n_workers=1, threads_per_worker=1, **own)
    print(cluster.scheduler_address, flush=True)
    time.sleep(600)
"""


@pytest.fixture(scope="session")
def text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file that is divided into two shards."""
    words = np.random.default_rng(1).zipf(1.3, 160_000) % 3_000
    path = tmp_path_factory.mktemp("text") / "text.txt"
    lines = (" ".join(f"word{word}" for word in words[begin : begin + 19]) for begin in range(0, len(words), 19))
    path.write_text(("\n".join(lines) + "\n") * 17)
    assert path.stat().st_size > 16 << 20
    return path


@pytest.fixture(scope="session")
def alone(text: Path) -> Path:
    """Return the folder of a corpus and of counts that this process made."""
    with EncodedCorpus.from_text(text, text.parent / "corpus") as corpus:
        Cooccurrence.count(corpus, text.parent / "counts", window=2, memory=0.5).close()
    return text.parent


def assert_same(made: Path, alone: Path) -> None:
    names = [path.name for path in alone.iterdir()]
    assert sorted(names) == sorted(path.name for path in made.iterdir())
    for name in set(names) & set(SAME):
        assert (made / name).read_bytes() == (alone / name).read_bytes(), name
    one, many = (json.loads((folder / "meta.json").read_text()) for folder in (alone, made))
    for volatile in ("seconds", "checksum", "cluster"):
        one.pop(volatile, None)
        many.pop(volatile, None)
    assert one == many


@pytest.mark.parametrize("number", [1, 2, 4])
def test_the_folders_are_those_of_one_process_for_any_number_of_workers(
    tmp_path: Path, client: Client, scaled: Callable[[int], None], text: Path, alone: Path, number: int
) -> None:
    scaled(number)
    with distributed.encode(text, tmp_path / "corpus", client=client) as corpus:
        assert corpus.meta["cluster"]["workers"] == number
        distributed.count(corpus, tmp_path / "counts", client=client, window=2).close()
    assert_same(tmp_path / "corpus", alone / "corpus")
    assert_same(tmp_path / "counts", alone / "counts")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["corpus", "counts"]


@pytest.fixture
def tasks(client: Client) -> Cluster:
    return Cluster(client, Progress(), StopFlag())


def test_tasks_have_names_and_those_of_a_killed_worker_are_repeated(
    tmp_path: Path, tasks: Cluster, client: Client
) -> None:
    assert tasks.run("end", end_once, [tmp_path / "ended", tmp_path / "ended too"], "ending") == ["ended", "ended too"]
    names = str(client.run_on_scheduler(lambda dask_scheduler: list(dask_scheduler.task_prefixes)))
    assert "wordvec-end" in names


def test_a_task_that_ends_every_worker_is_one_clear_line(
    tmp_path: Path, tasks: Cluster, workers: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers.scheduler, "allowed_failures", 0)
    with pytest.raises(ClusterError, match=r"the task wordvec-end-.* ended .* workers .*memory"):
        tasks.run("end", end_worker, [tmp_path])


def test_a_full_disk_on_a_worker_is_one_clear_line_and_leaves_nothing(
    tmp_path: Path, workers: LocalCluster, client: Client, text: Path
) -> None:
    def limit(size: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    # Another test may have ended workers, which are being replaced.
    wait(lambda: len(client.run(limit, 100_000, on_error="ignore")) == len(workers.workers))
    try:
        with pytest.raises(OutputError, match=r"File too large .on a worker.; nothing was written"):
            distributed.encode(text, tmp_path / "corpus", client=client)
    finally:
        client.run(limit, resource.RLIM_INFINITY)
    assert list(tmp_path.iterdir()) == []


def test_a_stop_ends_the_work_and_leaves_nothing(tmp_path: Path, client: Client) -> None:
    (tmp_path / "text.txt").write_text("slow text\n" * 500)
    stop = StopFlag()

    class Stopping(Progress):
        def begin(self, *_: object, **__: object) -> None:
            stop.set()

    with pytest.raises(Interrupted):
        distributed.encode(
            tmp_path / "text.txt", tmp_path / "corpus", client=client, progress=Stopping(), stop=stop, tokenizer=slow
        )
    assert [path.name for path in tmp_path.iterdir()] == ["text.txt"]


def test_a_lost_scheduler_is_one_clear_line_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("slow text\n" * 500)
    (tmp_path / "start.py").write_text(START)
    process = subprocess.Popen([sys.executable, tmp_path / "start.py"], stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout is not None

        class Killing(Progress):
            def begin(self, *_: object, **__: object) -> None:
                process.kill()

        with Client(process.stdout.readline().strip(), set_as_default=False) as client:
            options: Any = {"client": client, "progress": Killing(), "tokenizer": slow}
            with pytest.raises(ClusterError, match=r"tcp://.*: the connection to the scheduler was lost; nothing"):
                distributed.encode(tmp_path / "text.txt", tmp_path / "corpus", **options)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["start.py", "text.txt"]


def test_other_versions_on_a_worker_are_refused(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(versions(), "numpy", "0.1")
    with pytest.raises(ClusterError, match=r"the worker tcp://.* has .* of numpy, and this process has 0.1: .*same"):
        Cluster(client, Progress(), StopFlag())


def test_without_the_extra_one_line_names_it(tmp_path: Path, wordvec: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "text.txt").write_text("a b\n")
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SettingsError, match="pip install distributed"):
        distributed.encode(tmp_path / "text.txt", tmp_path / "corpus")
    result = wordvec("corpus", "encode", tmp_path / "text.txt", "-o", tmp_path / "corpus", "--workers", 2)
    assert result.code == 2
    assert result.err == ("wordvec: Dask is needed for several machines or --workers: pip install distributed\n")


def test_wrong_clients_and_options_are_one_line(tmp_path: Path, wordvec: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "CONNECT_SECONDS", 1)
    (tmp_path / "text.txt").write_text("a b\n")
    with pytest.raises(TypeError, match=r"client: expected a distributed.Client, got a str"):
        distributed.encode(tmp_path / "text.txt", client="tcp://127.0.0.1:1")  # type: ignore[arg-type]
    command = ["corpus", "encode", tmp_path / "text.txt", "-o", tmp_path / "corpus"]
    for options, message in (
        (["--workers", 1, "--scheduler", "tcp://127.0.0.1:1"], "--workers: starts processes here, and --scheduler"),
        (["--scheduler", "tcp://127.0.0.1:1"], "tcp://127.0.0.1:1: no scheduler of Dask answers there; start one"),
        (["--scheduler", "nowhere://a"], "--scheduler nowhere://a: expected an address such as tcp://HOST:8786"),
        (["--scheduler", "nowhere"], "--scheduler nowhere: expected an address such as tcp://HOST:8786"),
        (["--scheduler", "tcp://a:99999"], "--scheduler tcp://a:99999: expected an address such as tcp://HOST:8786"),
    ):
        result = wordvec(*command, *options)
        assert result.code != 0
        assert message in result.err
        assert result.err.count("\n") == 1


def test_commands_use_the_workers_of_a_scheduler(tmp_path: Path, wordvec: Call, client: Client) -> None:
    (tmp_path / "text.txt").write_text("tea with milk\ntea with rum\n" * 40)
    results = []
    for where in ((), ("--scheduler", client.scheduler.address)):
        out = tmp_path / f"out{len(where)}"
        out.mkdir()
        assert wordvec("corpus", "encode", tmp_path / "text.txt", "-o", out / "corpus", *where).code == 0
        assert wordvec("corpus", "cooccur", tmp_path / "text.txt", "-o", out / "counts", *where).code == 0
        for method in ("glove", "ppmi-svd"):
            options = ["-o", out / f"{method}.vec", "--dim", 2, *where]
            result = wordvec("train", method, tmp_path / "text.txt", *options)
            assert result.code == 0, result.err
        files = [path for path in sorted(out.rglob("*")) if path.is_file() and path.suffix != ".json"]
        results.append([(path.relative_to(out), path.read_bytes()) for path in files])
    assert results[0] == results[1]
    assert (tmp_path / "out2/glove.vec").is_file()


@pytest.mark.skipif(os.name == "nt", reason="signals of a terminal")
def test_ctrl_c_ends_the_command_and_its_workers_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("slow text\n" * 500)
    command = [sys.executable, "-m", "wordvec", "corpus", "encode", "text.txt", "-o", "corpus", "--workers", "1"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}
    process = subprocess.Popen(
        [*command, "--tokenizer", "distributed_jobs:slow"],
        cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    with process:
        assert process.stderr is not None
        assert "1 worker process on this machine, " in process.stderr.readline()
        wait(lambda: any(tmp_path.rglob("shard-*")))
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        assert process.stderr.read() == "wordvec: interrupted; nothing was written\n"
    assert process.returncode == -signal.SIGINT
    assert [path.name for path in tmp_path.iterdir()] == ["text.txt"]
    with contextlib.suppress(ProcessLookupError):  # no worker is left in the group
        for _ in range(50):
            os.killpg(process.pid, 0)
            time.sleep(0.1)
        pytest.fail("a worker is still there")

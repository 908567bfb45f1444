"""Encoding and counting by threads and by worker processes: time, processor time, bytes and memory.

    python examples/cluster.py wiki8.txt            # a table; the files are compared, too
    python examples/cluster.py wiki8.txt 1 2 4 8    # other numbers of processes

Bytes are those of the processes' read and write calls, to files and sockets (Linux); mapped files are not among them.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from distributed import Client, LocalCluster

from wordvec import Cooccurrence, EncodedCorpus, distributed

MB = 1e6
FILES = ("ids.npy", "offsets.npy", "vocabulary.txt", "columns.npy", "values.npy", "begins.npy")


def used() -> tuple[float, int, int]:
    """Return processor seconds, bytes passed to read and write calls, and the most memory, of this process."""
    calls, status = (
        dict(line.split(":", 1) for line in Path("/proc/self", name).read_text().splitlines())
        for name in ("io", "status")
    )
    moved, memory = int(calls["rchar"]) + int(calls["wchar"]), int(status["VmHWM"].split()[0]) * 1024
    return time.process_time(), moved, memory


def row(title: str, work: Callable[[], object], client: Client | None) -> str:
    """Return a line of the table."""
    before, at_workers = used(), client.run(used) if client else {}
    begun = time.perf_counter()
    work()
    wall = time.perf_counter() - begun
    after, now = used(), client.run(used) if client else {}
    processor = after[0] - before[0] + sum(now[name][0] - at_workers[name][0] for name in now)
    moved = sum(now[name][1] - at_workers[name][1] for name in now)
    memory = max((now[name][2] for name in now), default=after[2])
    here = f"{(after[1] - before[1]) / MB:,.1f}"
    there = f"{moved / MB:,.0f}" if client else "–"
    return f"| {title} | {wall:.1f} | {processor:.1f} | {there} | {here} | {memory / MB:,.0f} |"


def same(one: Path, other: Path) -> bool:
    """Return whether the arrays and words of two folders are equal."""
    names = [name for name in FILES if (one / name).exists()]
    return all((one / name).read_bytes() == (other / name).read_bytes() for name in names)


def measure(number: int, text: str, corpus: EncodedCorpus, folder: Path, plain: tuple[Path, Path]) -> None:
    """Print the lines of a number of processes."""
    title = f"{number} process{'es' * (number > 1)}"
    made = folder / f"corpus{number}", folder / f"counts{number}"
    with (
        LocalCluster(n_workers=number, threads_per_worker=1, dashboard_address="127.0.0.1:0") as cluster,
        Client(cluster) as client,
    ):
        distributed.encode(text, folder / f"first{number}", client=client).close()  # loads the kernels
        distributed.count(corpus, folder / f"first-counts{number}", client=client, min_count=1000).close()
        print(row(f"encode, {title}", lambda: distributed.encode(text, made[0], client=client), client), flush=True)
        print(row(f"count, {title}", lambda: distributed.count(corpus, made[1], client=client), client), flush=True)
    assert all(map(same, plain, made)), "the files differ"


def main(text: str, numbers: list[int]) -> None:
    """Print the table."""
    print("| | wall s | processor s | workers' MB | this process's MB | most memory of a process, MB |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(dir=".") as name:
        folder = Path(name)
        plain = folder / "corpus", folder / "counts"
        with EncodedCorpus.from_text(text, folder / "first") as corpus:  # loads the kernels
            Cooccurrence.count(corpus, folder / "first-counts", min_count=1000).close()
            print(
                row("encode, 2 threads", lambda: EncodedCorpus.from_text(text, plain[0], threads=2), None), flush=True
            )
            print(row("count, 2 threads", lambda: Cooccurrence.count(corpus, plain[1], threads=2), None), flush=True)
            for number in numbers:
                measure(number, text, corpus, folder, plain)


if __name__ == "__main__":
    main(sys.argv[1], [int(number) for number in sys.argv[2:]] or [1, 2, 4])

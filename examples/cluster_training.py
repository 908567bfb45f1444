"""Training by threads and by worker processes: time, processor time and bytes, measured and as a model.

    python examples/cluster_training.py wiki8.corpus            # measures 1, 2 and 4 processes on an encoded corpus
    python examples/cluster_training.py wiki8.corpus 1 2 4 8    # other numbers of processes
    python examples/cluster_training.py                         # the model: networks, workers, texts

The vectors are compared, too. Training is skip-gram of dim 100 with four replicas, one pass; the wall time is that
of the pass, and the processor time also has the beginning and the end of the run.
"""

import itertools
import sys
import time
from collections.abc import Callable

import numpy as np
from distributed import Client, LocalCluster

from wordvec import EncodedCorpus, SkipGram, Vectors, distributed
from wordvec.kernels.sampling import keep_thresholds, noise_table
from wordvec.trainers import updates
from wordvec.trainers.schedule import LEVELS, UPDATES

ROUNDS = (100_000, 400_000, 1_600_000)
REPLICAS, EPOCHS, DIM = 4, 1, 100
SPEED = 4e6
"""Tokens that one core trains in a second at dim 100."""
SHARE_OF_PROCESSOR = 1e9
"""Bytes of rows that one core gathers, combines and stores in a second."""


def trainer(round_tokens: int, **options: int) -> SkipGram:
    """Return the trainer that is measured."""
    return SkipGram(dim=DIM, epochs=EPOCHS, replicas=REPLICAS, round_tokens=round_tokens, **options)


def row(title: str, work: Callable[[], Vectors], client: Client | None, tokens: int) -> tuple[str, Vectors]:
    """Return a line of the table, and the vectors."""
    before, at_workers = time.process_time(), client.run(time.process_time) if client else {}
    vectors = work()
    now = client.run(time.process_time) if client else {}
    processor = time.process_time() - before + sum(now[name] - at_workers[name] for name in now)
    received = vectors.metadata.get("cluster", {}).get("received", 0)
    seconds = vectors.metadata["training"]["seconds"]
    return f"| {title} | {seconds:.1f} | {processor:.1f} | {received / 1e6:,.0f} | {received / tokens:.0f} |", vectors


def measure(folder: str, numbers: list[int]) -> None:
    """Print the table of measurements."""
    print("| | wall s | processor s | exchanged, MB | bytes for each token |")
    print("|---|---|---|---|---|")
    with EncodedCorpus.open(folder) as corpus:
        tokens = EPOCHS * len(corpus.ids)
        trainer(ROUNDS[-1], threads=1).fit(corpus)  # loads the kernels
        alone = {}
        for length in ROUNDS:
            fit = trainer(length, threads=1).fit
            line, alone[length] = row(f"1 thread, rounds of {length:,}", lambda: fit(corpus), None, tokens)  # noqa: B023
            print(line, flush=True)
        for number in numbers:
            options = {"n_workers": number, "threads_per_worker": 1, "dashboard_address": "127.0.0.1:0"}
            with LocalCluster(**options) as cluster, Client(cluster) as client:
                distributed.fit(trainer(ROUNDS[-1]), corpus, client)  # loads the kernels
                for length in ROUNDS:
                    title = f"{number} process{'es' * (number > 1)}, rounds of {length:,}"
                    line, vectors = row(title, lambda: distributed.fit(trainer(length), corpus, client), client, tokens)  # noqa: B023
                    print(line, flush=True)
                    assert (vectors.matrix == alone[length].matrix).all(), "the vectors differ"


def rows_of_rounds(counts: "np.ndarray", round_tokens: int) -> float:
    """Return the mean number of rows of both matrices that are combined after a round."""
    tokens = int(counts.sum())
    keep = keep_thresholds(counts, 1e-4)
    centre = updates.centres(counts, keep, tokens)
    drawn = 5 * centre.sum() * updates.noise(noise_table(counts, 0.75))
    rows = 0.0
    for often in (6 * 6 * centre, 6 * (centre + drawn)):
        exponents = np.frexp(UPDATES / np.maximum(often * round_tokens, UPDATES / 2**LEVELS))[1] - 1
        rows += (0.5 ** np.clip(exponents, 0, LEVELS - 1)).sum()
    return float(rows)


def model(words: int = 1_000_000) -> None:
    """Print the model of time: one replica on each worker, which has one core."""
    print("| workers | tokens | tokens of a round | rows | bytes for each token of a worker | 1 Gb/s | 10 Gb/s |")
    print("|---|---|---|---|---|---|---|")
    shares = 1 / (np.arange(1, words + 1) + 2.7)
    for workers, tokens in itertools.product((8, 64), (10**9, 10**11)):
        counts = np.maximum(np.rint(shares / shares.sum() * tokens), 1).astype(np.int64)
        for length in (*ROUNDS, 6_400_000, 25_600_000):
            rows = min(rows_of_rounds(counts, length), 2 * words)
            received = 2 * (1 - 1 / workers) * rows * DIM * 4
            compute = length / SPEED
            cells = []
            for bits in (1e9, 1e10):
                exchange = 8 * received / bits + received / SHARE_OF_PROCESSOR
                total = tokens / (workers * length) * (compute + exchange)
                time_of_pass = f"{total / 60:,.1f} min" if total < 36_000 else f"{total / 3600:,.1f} h"
                cells.append(f"{time_of_pass}, {100 * exchange / compute:.0f} %")
            print(
                f"| {workers} | {tokens / 1e9:,.0f} B | {length:,} | {rows:,.0f} | {received / length:,.0f} | "
                f"{cells[0]} | {cells[1]} |"
            )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(sys.argv[1], [int(number) for number in sys.argv[2:]] or [1, 2, 4])
    else:
        model()

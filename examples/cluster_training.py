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
SPEED_OF_ROWS = 2.5e8
"""Bytes of received rows for which one core does all work in a second: both ends of the connection, and combining.

Between 180 and 350 MB by the differences between rounds in the guide's measurements, scaled to `SPEED`.
"""


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


def cost(words: int, length: int, workers: int, bits: float) -> tuple[float, float, float]:
    """Return the rows and bytes of a round that a worker receives, and the seconds of the exchange.

    Parameters
    ----------
    words
        Number of words, whose counts follow Zipf's law.
    length
        Tokens of a round.
    workers
        Number of workers, each of which has one replica.
    bits
        Bits that a worker receives in a second.
    """
    counts = np.rint(1e12 / (np.arange(1, words + 1) + 2.7)).astype(np.int64)
    rows = rows_of_rounds(counts, length)
    received = 2 * (1 - 1 / workers) * rows * DIM * 4
    return rows, received, received * (8 / bits + 1 / SPEED_OF_ROWS)


def model() -> None:
    """Print the model of time: one replica on each worker, which has one core."""
    print("| words | tokens of a round | rows | bytes for each token | overhead at 1 Gb/s | at 10 Gb/s |")
    print("|---|---|---|---|---|---|")
    lengths = (*ROUNDS, 6_400_000, 25_600_000, 102_400_000)
    for words, length in itertools.product((100_000, 1_000_000), lengths):
        slow, fast = (cost(words, length, 8, bits) for bits in (1e9, 1e10))
        shares = (f"{100 * seconds * SPEED / length:,.0f} %" for _, _, seconds in (slow, fast))
        print(f"| {words:,} | {length:,} | {slow[0]:,.0f} | {slow[1] / length:,.0f} | {' | '.join(shares)} |")
    print()
    print("| words | tokens | workers | one core alone | without exchange | at 1 Gb/s | at 10 Gb/s |")
    print("|---|---|---|---|---|---|---|")
    for words, tokens, workers in itertools.product((100_000, 1_000_000), (10**9, 10**11), (8, 64)):
        # No round is longer than an epoch.
        length = min(lengths[-1], tokens // workers)
        compute = tokens / (workers * SPEED)
        times = [workers * compute, compute]
        times += [compute + cost(words, length, workers, bits)[2] * tokens / (workers * length) for bits in (1e9, 1e10)]
        cells = (f"{seconds / 60:,.1f} min" if seconds < 7_200 else f"{seconds / 3600:,.1f} h" for seconds in times)
        print(f"| {words:,} | {tokens / 1e9:,.0f} B | {workers} | {' | '.join(cells)} |")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(sys.argv[1], [int(number) for number in sys.argv[2:]] or [1, 2, 4])
    else:
        model()

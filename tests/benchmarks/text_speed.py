"""Speed of encoding text and of vector files: wordvec in turn with gensim (and GloVe's counter, if here)."""

import shutil
import statistics
from collections.abc import Iterable
from typing import Any

from tests.benchmarks.measure import ROOT, Run, job, measure, peaks
from tests.benchmarks.texts import Text
from tests.benchmarks.tools import result
from wordvec.files import remove

Record = dict[str, Any]

FILE_ROWS, FILE_DIM = 200_000, 300
WITH_GENSIM, OURS_ALONE = (".vec", ".txt", ".bin"), (".fasttext.bin", ".npz", ".vectors")


def encoding(text: Text, thread_counts: Iterable[int], repeats: int) -> list[Record]:
    """Return MB/s of counting and encoding, and of what other tools need to count the words only."""
    runs: dict[str, list[tuple[float, Run]]] = {}
    counter = shutil.which("vocab_count")
    for _ in range(repeats):
        for threads in thread_counts:
            folder = text.path.with_name("encoded")
            arguments = {"text": text.path, "warm": text.warm_up, "folder": folder, "threads": threads}
            label = f"wordvec, counting and encoding, {threads} thread{'s' * (threads > 1)}"
            run = measure(job("encode", arguments), ROOT)
            runs.setdefault(label, []).append((result(run)["seconds"], run))
        run = measure(job("gensim_vocabulary", {"text": text.path}), ROOT)
        runs.setdefault("gensim, counting", []).append((result(run)["seconds"], run))
        if counter:
            run = measure([counter, "-min-count", "5", "-verbose", "0"], text.path.parent, stdin=text.path)
            runs.setdefault("GloVe's vocab_count, counting", []).append((run.seconds, run))
    return [
        {
            "tool": label,
            "mbytes_per_second": text.size / statistics.median(seconds for seconds, _ in group) / 1e6,
            "seconds": [seconds for seconds, _ in group],
        }
        | peaks(run for _, run in group)
        for label, group in runs.items()
    ]


def vector_files(text: Text, repeats: int) -> list[Record]:
    """Return the seconds to write and read 200,000 vectors of 300 numbers, in formats that gensim has and others."""
    runs: dict[tuple[str, str], list[dict[str, float]]] = {}
    for _ in range(repeats):
        for ending in (*WITH_GENSIM, *OURS_ALONE):
            output = text.path.with_name(f"files{ending}")
            for name in ("wordvec", "gensim") if ending in WITH_GENSIM else ("wordvec",):
                run = measure(job(f"{name}_files", {"output": output, "rows": FILE_ROWS, "dim": FILE_DIM}), ROOT)
                figures = result(run) | peaks([run])
                runs.setdefault((ending, name), []).append(figures)
            remove(output)
    return [
        {"format": ending, "tool": name, "runs": group, "exact": all(run["exact"] for run in group)}
        | {lap: statistics.median(run[lap] for run in group) for lap in ("writing", "reading")}
        for (ending, name), group in runs.items()
    ]

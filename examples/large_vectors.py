"""Search in vectors larger than memory: an index against the exact scan, from which size on it pays, and peers.

    python examples/large_vectors.py make VECTORS OUT.vectors ROWS
    python examples/large_vectors.py index OUT.vectors RESULTS.jsonl [--bits B] [--lists L] [--recall R]
    python examples/large_vectors.py query OUT.vectors RESULTS.jsonl [--queries N] [--exact N]
    python examples/large_vectors.py codes VECTORS RESULTS.jsonl [--rows N]
    python examples/large_vectors.py hnsw VECTORS RESULTS.jsonl [--rows N] [--dtype f32|f16|i8]
    python examples/large_vectors.py table RESULTS.jsonl

`make` writes ROWS synthetic rows: each is a row of VECTORS, drawn uniformly, plus a normal vector whose covariance is
that of the difference of a row from its nearest row, divided by √2. A row therefore has about as near neighbours as the
real ones have, in the same directions. With ROWS 0, the rows are those of VECTORS.

`index` builds the index in a process of its own, and adds its time, memory, size, effort and recall to RESULTS.jsonl.
`query` opens the vectors in a process of its own and asks for the ten nearest of words that are drawn by another seed:
once after the pages of all files were dropped from memory, then again; and some of them by exact search. `codes`
compares codes in memory by the candidates that each needs for recall 0.99, and `hnsw` is the graph of USearch
(``pip install usearch``). A measurement that has a line is not repeated, so that a stopped run can be continued.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from wordvec import Vectors, blas, search
from wordvec.kernels._jit import kernel
from wordvec.kernels.neighbours import Heaps, offer, order
from wordvec.rows import blocks, unit
from wordvec.search import residuals
from wordvec.search.index import MEASURED, Effort
from wordvec.search.index_building import IndexBuilder
from wordvec.search.index_files import path_beside

Floats = NDArray[np.float32]
Record = dict[str, Any]

SAMPLED = 4_000
"""Rows from whose nearest rows the covariance is estimated."""
RECALL = 0.99


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parts = parser.add_subparsers(required=True, dest="part")
    one = parts.add_parser("make")
    one.add_argument("vectors", type=Path)
    one.add_argument("output", type=Path)
    one.add_argument("rows", type=int)
    for name in ("index", "query", "codes", "hnsw"):
        one = parts.add_parser(name)
        one.add_argument("vectors", type=Path)
        one.add_argument("results", type=Path)
        one.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
        if name == "index":
            one.add_argument("--bits", type=int, default=4)
            one.add_argument("--lists", type=int)
            one.add_argument("--recall", type=float, default=RECALL)
        elif name == "query":
            one.add_argument("--queries", type=int, default=200)
            one.add_argument("--exact", type=int, default=5)
        else:
            one.add_argument("--rows", type=int, default=200_000)
        if name == "hnsw":
            one.add_argument("--dtype", default="f32")
    parts.add_parser("table").add_argument("results", type=Path)
    given = parser.parse_args()
    if given.part == "make":
        make(Vectors.load(given.vectors, contexts=False), given.output, given.rows)
    elif given.part == "table":
        table([json.loads(line) for line in given.results.read_text().splitlines()])
    elif given.inside:
        print("\n" + json.dumps(MEASUREMENTS[given.part](given)), flush=True)
    else:
        measure(given)


def measure(given: argparse.Namespace) -> None:
    """Run a measurement in a process of its own, and append its line."""
    what = {name: value for name, value in vars(given).items() if name not in ("results", "inside")}
    what["vectors"] = given.vectors.name
    done = given.results.read_text().splitlines() if given.results.exists() else []
    if any(json.loads(line)["what"] == what for line in done):
        return
    command = [sys.executable, __file__, *sys.argv[1:], "--inside"]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    with given.results.open("a") as file:
        print(json.dumps({"what": what} | json.loads(run.stdout.splitlines()[-1])), file=file)


# Synthetic rows


def make(vectors: Vectors, output: Path, rows: int) -> None:
    """Write a .vectors folder of synthetic rows, block by block."""
    random = np.random.default_rng(1)
    matrix = vectors.matrix[vectors.present]
    some = random.choice(len(matrix), min(SAMPLED, len(matrix)), replace=False)
    nearest = search.best(unit(matrix[some]), unit(matrix), 2).rows[:, 1]
    covariance = np.cov(((matrix[some] - matrix[nearest]) / np.sqrt(2)).T)
    factor = np.linalg.cholesky(covariance + 1e-9 * np.eye(vectors.dim)).astype(np.float32)
    rows, jittered = rows or len(matrix), rows > 0
    output.mkdir()
    with (output / "matrix.npy").open("wb") as file:
        header = {"descr": "<f4", "fortran_order": False, "shape": (rows, vectors.dim)}
        npy.write_array_header_1_0(file, header)
        for span in blocks(rows, 1 << 15):
            size = span.stop - span.start
            block = matrix[random.integers(len(matrix), size=size)] if jittered else matrix[span]
            if jittered:
                block = block + random.standard_normal((size, vectors.dim), np.float32) @ factor.T
            file.write(block.astype(np.float32).tobytes())
    (output / "words.txt").write_text("".join(f"word{row}\n" for row in range(rows)))
    about = {"kind": "wordvec vectors 1", "rows": rows, "dim": vectors.dim, "counts": False, "metadata": {}}
    (output / "wordvec.json").write_text(json.dumps(about))


# The index and the exact scan


def build(given: argparse.Namespace) -> Record:
    """Build an index."""
    builder = IndexBuilder(recall=given.recall, bits=given.bits, lists=given.lists)
    begun = time.perf_counter()
    built = builder.build(given.vectors, overwrite=True)
    seconds = time.perf_counter() - begun
    folder = path_beside(given.vectors)
    return {
        "words": built.estimate.words,
        "lists": built.estimate.lists,
        "seconds": seconds,
        "processor": time.process_time(),
        "bytes": sum(path.stat().st_size for path in folder.iterdir()),
        "effort": built.effort._asdict(),
        "measured": built.measured.record(),
    } | memory()


def query(given: argparse.Namespace) -> Record:
    """Ask for the nearest of words, by the index and by exact search."""
    folders = [given.vectors, path_beside(given.vectors)]
    drop_pages(folders)
    begun = time.perf_counter()
    vectors = Vectors.load(given.vectors)
    vectors.nearest(vectors.words[0], threads=1)
    record: Record = {"words": len(vectors), "dim": vectors.dim, "first answer": time.perf_counter() - begun}
    drawn = np.random.default_rng(5).integers(len(vectors), size=given.queries)
    words = [vectors.words[row] for row in drawn.tolist()]
    drop_pages(folders)
    for name in ("cold", "again"):
        record[name] = asked(words, lambda word: vectors.nearest(word, threads=1))
    record |= memory()
    few = words[: given.exact]
    drop_pages(folders)
    for name in ("exact, cold", "exact, again"):
        record[name] = asked(few, lambda word: vectors.nearest(word, exact=True))
    found = [
        len({word for word, _ in vectors.nearest(one)} & {word for word, _ in near}) / 10
        for one, near in zip(words, vectors.nearest(words, exact=True), strict=True)
    ]
    return record | {"recall": statistics.mean(found), "all": memory()}


def asked(words: list[str], answer: Callable[[str], object]) -> Record:
    """Return the median and 90th percentile of the milliseconds of answers, and the processor's."""
    times, worked = [], time.process_time()
    for word in words:
        begun = time.perf_counter()
        answer(word)
        times.append(1000 * (time.perf_counter() - begun))
    each = 1000 * (time.process_time() - worked) / len(words)
    return {"median": statistics.median(times), "90 %": float(np.quantile(times, 0.9)), "processor": each}


def drop_pages(folders: list[Path]) -> None:
    """Ask the system to drop the pages of files from memory."""
    for folder in folders:
        for path in folder.iterdir() if folder.is_dir() else []:
            with path.open("rb") as file:
                os.fsync(file.fileno())
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def memory() -> Record:
    """Return the peak of memory with mapped pages, and the present memory without them."""
    fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    peak = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"peak": peak, "anonymous": 1024 * int(fields["RssAnon"].split()[0])}


# Codes


@kernel
def _look_up(
    tables: Floats, codes: NDArray[np.uint8], scales: Floats, shifts: Floats, first: int, heaps: Heaps
) -> None:
    """Keep the best sums of the tables' entries for codes of product quantisation, times a scale, plus a shift."""
    parts = len(tables) // 256
    for row in range(len(scales)):
        total = np.float32(0)
        for part in range(parts):
            total += tables[256 * part + np.int64(codes[row * parts + part])]
        score = total * scales[row] + shifts[row]
        if score > heaps.worst[0]:
            offer(heaps, 0, score, np.int64(first + row))


class Product:
    """Product quantisation of rows, or of their residuals from the centres of lists.

    Parameters
    ----------
    rows
        (rows, dim) float32 array of unit rows.
    part
        Numbers of a part, each coded in 8 bits.
    lists
        Number of lists; 1: the mean is the only centre.
    weight
        Weight of the error along a row: 1 for plain distances, above 1 for anisotropic codes (Guo et al. 2020), chosen
        part after part in two rounds; 0: plain codes, of which each is scaled so that no error is along the row.
    """

    def __init__(self, rows: Floats, part: int, lists: int, weight: float) -> None:
        random = np.random.default_rng(2)
        if lists == 1:
            self.centres = rows.mean(axis=0, keepdims=True)
        else:
            size = min(len(rows), 50 * lists)
            self.centres = residuals.k_means(rows[random.choice(len(rows), size, replace=False)], lists, random)
        near = residuals.nearest_centres(rows, self.centres)
        self.order = np.argsort(near, kind="stable")
        self.starts = np.concatenate([[0], np.cumsum(np.bincount(near, minlength=lists))])
        rest = (rows - self.centres[near])[self.order]
        self.bounds = list(range(0, rows.shape[1], part))
        sample = rest[random.choice(len(rest), min(len(rest), 65_536), replace=False)]
        self.books, codes = [], []
        for begin in self.bounds:
            book = residuals.k_means(np.ascontiguousarray(sample[:, begin : begin + part]), 256, random)
            self.books.append(book)
            codes.append(residuals.nearest_centres(np.ascontiguousarray(rest[:, begin : begin + part]), book))
        self.codes = np.stack(codes, axis=1).astype(np.uint8)
        if weight > 1:
            self._choose_again(rest, rows[self.order], weight, part)
        decoded = np.concatenate([book[self.codes[:, j]] for j, book in enumerate(self.books)], axis=1)
        # A product with the row itself is exact if the code is scaled by this.
        squares, products = (rest * rest).sum(axis=1), (decoded * rest).sum(axis=1)
        self.scales = (squares / products if weight == 0 else np.ones(len(rest))).astype(np.float32)
        self.shifts = np.zeros(len(rest), np.float32)
        self.part = part

    def _choose_again(self, rest: Floats, rows: Floats, weight: float, part: int) -> None:
        errors = np.concatenate([book[self.codes[:, j]] for j, book in enumerate(self.books)], axis=1) - rest
        along = (errors * rows).sum(axis=1)
        for _ in range(2):
            for j, (begin, book) in enumerate(zip(self.bounds, self.books, strict=True)):
                span = slice(begin, begin + part)
                for some in blocks(len(rest), 1 << 14):
                    ours, own = rest[some, span], rows[some, span]
                    others = along[some] - (errors[some, span] * own).sum(axis=1)
                    products = own @ book.T - (ours * own).sum(axis=1)[:, None]
                    squares = (book * book).sum(axis=1) - 2 * ours @ book.T
                    best = np.argmin(squares + (weight - 1) * (others[:, None] + products) ** 2, axis=1)
                    self.codes[some, j] = best
                    errors[some, span] = book[best] - ours
                    along[some] = others + products[np.arange(len(best)), best]

    def search(self, asked: Floats, effort: Effort) -> NDArray[np.int64]:
        """Return the rows of the candidates, best first."""
        heaps = Heaps(
            *(np.full((1, effort.candidates), value, kind) for value, kind in ((-np.inf, np.float32), (-1, np.int64))),
            np.full(1, -np.inf, np.float32),
        )
        scores = self.centres @ asked
        distances = (self.centres * self.centres).sum(axis=1) / 2 - scores
        tables = np.concatenate([b @ asked[s : s + self.part] for s, b in zip(self.bounds, self.books, strict=True)])
        parts = len(self.books)
        for number in np.argsort(distances, kind="stable")[: effort.probes].tolist():
            first, last = int(self.starts[number]), int(self.starts[number + 1])
            shifts = self.shifts[first:last] + scores[number]
            codes = self.codes.reshape(-1)[first * parts : last * parts]
            _look_up(tables, codes, self.scales[first:last], shifts, first, heaps)
        order(heaps)
        found = heaps.columns[0]
        return self.order[found[found >= 0]]


def codes(given: argparse.Namespace) -> Record:
    """Return for each kind of codes the bytes of a row, and the candidates and time that recall 0.99 takes."""
    vectors = Vectors.load(given.vectors)
    rows = np.ascontiguousarray(unit(vectors.matrix[vectors.present][: given.rows]))
    drawn = np.random.default_rng(7).choice(len(rows), 200, replace=False)
    exact = search.best(rows[drawn], rows, MEASURED).rows
    near = [[row for row in one if row != own][:10] for one, own in zip(exact.tolist(), drawn.tolist(), strict=True)]
    record: Record = {"rows": len(rows), "dim": vectors.dim, "kinds": []}
    lists = round(len(rows) ** 0.5)
    weight = 1 + (vectors.dim - 1) * 0.2**2 / (1 - 0.2**2)
    for part, kind in ((2, 1.0), (4, 1.0), (8, 1.0), (4, weight), (4, 0.0)):
        for number in (1, lists):
            book = Product(rows, part, number, kind)
            name = f"PQ {len(book.books)}" + (" anisotropic" if kind > 1 else " scaled" if kind == 0 else "")
            size = len(book.books) + (4 if kind == 0 else 0)
            record["kinds"].append(
                {"name": name, "lists": number, "bytes": size} | least(book.search, rows, drawn, near, number)
            )
            print(record["kinds"][-1], file=sys.stderr, flush=True)
    for bits in (1, 2, 3, 4, 5):
        for number in (1, lists):
            found = coded(given.vectors.parent, rows, bits, number)
            effort = lambda asked, effort, found=found: found.candidates(asked, effort).rows  # noqa: E731
            size = bits * residuals.plane_bytes(vectors.dim) + 20
            record["kinds"].append(
                {"name": f"RaBitQ {bits}", "lists": number, "bytes": size} | least(effort, rows, drawn, near, number)
            )
            print(record["kinds"][-1], file=sys.stderr, flush=True)
    return record


def coded(beside: Path, rows: Floats, bits: int, lists: int) -> Any:
    """Return an index of rows."""
    import tempfile

    with tempfile.TemporaryDirectory(dir=beside) as folder:
        path = Path(folder, "rows.vectors")
        vectors = Vectors([f"word{row}" for row in range(len(rows))], rows)
        vectors.save(path)
        IndexBuilder(bits=bits, lists=lists, recall=0.5).build(path)
        return Vectors.load(path).index


def least(
    search_one: Callable[[Floats, Effort], NDArray[np.int64]],
    rows: Floats,
    drawn: NDArray[np.int64],
    near: list[list[int]],
    lists: int,
) -> Record:
    """Return the fewest lists and candidates for recall 0.99, and the processor's milliseconds of the first stage."""
    wide = 5_000
    probes = 1
    found: list[list[int]] = []
    # Half of the misses may be in lists that are not read.
    while True:
        found = [search_one(rows[row], Effort(probes, wide)).tolist() for row in drawn.tolist()]
        share = np.mean([len(set(mine) & set(one)) / 10 for mine, one in zip(found, near, strict=True)])
        if share >= (1 + RECALL) / 2 or probes == lists:
            break
        probes = min(lists, int(probes * 1.25) + 1)
    ranks = sorted(
        one.index(row) if row in one else wide for mine, one in zip(near, found, strict=True) for row in mine
    )
    candidates = ranks[int(np.ceil(RECALL * len(ranks))) - 1] + 1
    with blas.one_thread():
        worked = time.process_time()
        for row in drawn.tolist():
            search_one(rows[row], Effort(probes, candidates))
        each = 1000 * (time.process_time() - worked) / len(drawn)
    return {"probes": probes, "candidates": candidates, "milliseconds": each}


def hnsw(given: argparse.Namespace) -> Record:
    """Build USearch's graph, and return the least effort and the time for recall 0.99."""
    from usearch.index import Index

    vectors = Vectors.load(given.vectors)
    rows = np.ascontiguousarray(unit(vectors.matrix[vectors.present][: given.rows]))
    drawn = np.random.default_rng(7).choice(len(rows), 200, replace=False)
    exact = search.best(rows[drawn], rows, MEASURED).rows
    graph = Index(ndim=vectors.dim, metric="cos", dtype=given.dtype)
    begun, worked = time.perf_counter(), time.process_time()
    for span in blocks(len(rows), 10_000):
        graph.add(np.arange(span.start, span.stop), rows[span], threads=2)
    record: Record = {
        "rows": len(rows),
        "dim": vectors.dim,
        "dtype": given.dtype,
        "seconds": time.perf_counter() - begun,
    }
    record |= {"processor": time.process_time() - worked, "bytes of a row": graph.memory_usage / len(rows)}
    for expansion in (64, 128, 256, 512, 1024, 2048):
        graph.expansion_search = expansion
        begun, worked = time.perf_counter(), time.process_time()
        # Sixteen candidates are ranked by exact vectors, as those of an index are.
        found = [graph.search(rows[row], 16, threads=1).keys for row in drawn.tolist()]
        each = 1000 * (time.process_time() - worked) / len(drawn)
        share = np.mean(
            [
                len(set(one.tolist()) & set(mine.tolist()) - {own}) / len(set(mine.tolist()) - {own})
                for one, mine, own in zip(found, exact[:, :MEASURED], drawn.tolist(), strict=True)
            ]
        )
        record |= {"expansion": expansion, "recall": float(share), "milliseconds": each}
        if share >= RECALL:
            break
    return record


MEASUREMENTS: dict[str, Callable[[argparse.Namespace], Record]] = {
    "index": build,
    "query": query,
    "codes": codes,
    "hnsw": hnsw,
}


def table(lines: list[Record]) -> None:
    """Print the results as tables."""
    print("| words | build, s | its memory, GB | index, GB | lists read | candidates | recall: words | sums |")
    print("|---|---|---|---|---|---|---|---|")
    for line in lines:
        if line["what"]["part"] == "index":
            shares = [line["measured"][name]["recall"] for name in ("words", "sums")]
            effort = line["effort"]
            print(
                f"| {line['words']:,} | {line['seconds']:,.0f} | {line['peak'] / 1e9:.2f} | "
                f"{line['bytes'] / 1e9:.2f} | "
                f"{effort['probes']} of {line['lists']} | {effort['candidates']} | {shares[0]:.3f} | {shares[1]:.3f} |"
            )
    print("\nMedian milliseconds of the clock, and in parentheses mean ones of the processor.")
    print("\n| words | index | again | exact | again | recall | memory with pages, GB | without | first, s |")
    print("|---|---|---|---|---|---|---|---|---|")
    for line in lines:
        if line["what"]["part"] == "query":
            times = [
                f"{line[name]['median']:,.1f} ({line[name]['processor']:,.1f})"
                for name in ("cold", "again", "exact, cold", "exact, again")
            ]
            print(
                f"| {line['words']:,} | " + " | ".join(times) + f" | {line['recall']:.3f} | "
                f"{line['peak'] / 1e9:.2f} | {line['anonymous'] / 1e9:.2f} | {line['first answer']:.1f} |"
            )
    print("\n| codes | rows | lists | bytes a row | lists read | candidates | first stage, ms |")
    print("|---|---|---|---|---|---|---|")
    for line in lines:
        for kind in line.get("kinds", []):
            print(
                f"| {kind['name']} | {line['rows']:,} × {line['dim']} | {kind['lists']} | {kind['bytes']} | "
                f"{kind['probes']} | {kind['candidates']} | {kind['milliseconds']:.2f} |"
            )
        if line["what"]["part"] == "hnsw":
            print(
                f"| HNSW, {line['dtype']} | {line['rows']:,} × {line['dim']} | | {line['bytes of a row']:.0f} | | "
                f"{line['expansion']} | {line['milliseconds']:.2f} (recall {line['recall']:.3f}; built in "
                f"{line['processor']:,.0f} s of one processor) |"
            )


if __name__ == "__main__":
    main()

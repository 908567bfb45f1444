"""Two threads that train one replica of skip-gram with one result: speed, parts of the time, and quality.

    python examples/sharing.py measure CORPUS RESULTS.jsonl WAY [WAY ...] [--epochs 5] [--batch 64] [--seed 1]
    python examples/sharing.py table RESULTS.jsonl

`measure` trains with one thread and with two, compares the bits, and appends a line with times and scores. Ways are
`one` (one replica, one thread) and `default` (replicas as usual), and three that share a replica:

- `strata`: words belong to two sides, drawn for each piece. A thread trains the inputs of its side against
  centres and noise words of one side, which the threads exchange halfway through a piece (DSGD: Gemulla et al. 2011).
- `rows`: a batch of windows is computed with the rows before it, half by each thread; then each adds the changes of
  the rows that it owns, window by window.
- `columns`: likewise, but a thread owns half of the columns, so that only scores have to be exchanged.

Times are those of training. Compilation is not included. The times of the parts of a batch are those of the fastest
batches, so that other programs on the machine matter little.
"""

import argparse
import dataclasses
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from replicas import judged
from sharing_batches import by_columns, by_rows
from sharing_strata import by_strata
from sharing_threads import LINE, PARTS, Shared, Text, Works

from wordvec import EncodedCorpus, SkipGram, Vectors
from wordvec.kernels import rng
from wordvec.kernels.windows import TILE, TILE_SLOTS, WindowShape, allocate_workspace
from wordvec.trainers import pieces as cutting
from wordvec.trainers.matrices import zero_matrix
from wordvec.trainers.pieces import Pieces
from wordvec.workers import Crew

PIECE_TOKENS = 200_000
"""Tokens of a piece: both threads begin and end it together."""
FASTEST = 4
"""Times of parts are those of one in so many batches, the fastest ones."""
KERNELS: dict[str, Callable[..., tuple[float, int]]] = {"strata": by_strata, "rows": by_rows, "columns": by_columns}
SCORES = ("analogies", "wordsim", "simlex", "mturk")


class Measured(NamedTuple):
    """A training run: its vectors, wall and processor seconds, and seconds of each part without other programs."""

    vectors: Vectors
    wall: float
    processor: float
    parts: dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    commands = parser.add_subparsers(required=True, dest="command")
    one = commands.add_parser("measure")
    one.add_argument("corpus", type=Path)
    one.add_argument("results", type=Path)
    one.add_argument("ways", nargs="+", choices=[*KERNELS, "one", "default"])
    for name, value in (("epochs", 5), ("batch", 64), ("dim", 100), ("seed", 1), ("repeats", 1), ("threads", 2)):
        one.add_argument(f"--{name}", type=int, default=value)
    commands.add_parser("table").add_argument("results", type=Path)
    given = parser.parse_args()
    if given.command == "table":
        print_table([json.loads(line) for line in given.results.read_text("utf-8").splitlines()])
        return
    trainer = SkipGram(dim=given.dim, epochs=given.epochs, seed=given.seed)
    with EncodedCorpus.open(given.corpus) as corpus:
        for way in given.ways * given.repeats:
            row = measure(way, corpus, trainer, given.batch, given.threads)
            with given.results.open("a", encoding="utf-8") as out:
                print(json.dumps(row), file=out)
            print(row, flush=True)


def measure(way: str, corpus: EncodedCorpus, trainer: SkipGram, batch: int, most: int) -> dict[str, Any]:
    """Train with one thread, up to the `most`, and return times and scores."""
    row: dict[str, Any] = {"way": way, "dim": trainer.dim, "epochs": trainer.epochs, "seed": trainer.seed}
    row |= {"batch": batch} if way in ("rows", "columns") else {}
    found = []
    for threads in (1,) if way == "one" else range(1, most + 1):
        run = shared(way, corpus, trainer, batch, threads) if way in KERNELS else usual(way, corpus, trainer, threads)
        row |= {f"wall{threads}": run.wall, f"processor{threads}": run.processor, f"parts{threads}": run.parts}
        found.append(run.vectors)
    if found[0].matrix.tobytes() != found[-1].matrix.tobytes():
        raise SystemExit(f"{way}: the vectors of one thread and of two differ")
    return row | judged(found[0]) if np.isfinite(found[0].matrix).all() else row | {"diverged": True}


def usual(way: str, corpus: EncodedCorpus, trainer: SkipGram, threads: int) -> Measured:
    """Train with one replica or the usual number of them."""
    run = dataclasses.replace(trainer, threads=threads, replicas=1 if way == "one" else None)
    run.estimate(corpus)  # loads the kernels
    begun = time.process_time()
    vectors = run.fit(corpus)
    return Measured(vectors, vectors.metadata["training"]["seconds"], time.process_time() - begun, {})


def shared(way: str, corpus: EncodedCorpus, trainer: SkipGram, batch: int, threads: int) -> Measured:
    """Train one replica with threads that share it."""
    run = dataclasses.replace(trainer, threads=1, replicas=1).resolved(corpus)
    model = run.model_of(corpus)
    usual_tokens, cutting.PIECE_TOKENS = cutting.PIECE_TOKENS, PIECE_TOKENS
    pieces = run.pieces_of(corpus)
    cutting.PIECE_TOKENS = usual_tokens
    train, source, shape = KERNELS[way], model.layer.source, run.window_shape()
    room = exchanged(batch, shape, model.embedding.stride, threads, pieces.most_tokens)
    works = [workspaces(way, pieces, shape, model.embedding.stride, room) for _ in range(threads)]

    def part(thread: int, index: int) -> tuple[float, int]:
        piece = pieces[index]
        rate = np.float32(run.learning_rate * piece.rate)
        stream = np.uint64(rng.piece_stream(run.seed, piece.epoch, piece.number))
        text = Text(piece.ids, piece.offsets, sides(model.size, run.seed, index), rate, stream)
        return train(model.embedding, source, shape, works[thread], room, text, thread)

    with Crew(threads) as crew:
        first = model.words.copy()
        crew.each(lambda thread: part(thread, 0), range(threads))  # compiles
        model.words[:], model.contexts[:] = first, 0
        spent: list[NDArray[np.int64]] = []
        processor, begun = time.process_time(), time.perf_counter()
        for index in range(len(pieces)):
            room.spent[:] = 0
            crew.each(lambda thread: part(thread, index), range(threads))  # noqa: B023
            spent.append(room.spent[0, room.spent[0].any(axis=1)])
        wall, processor = time.perf_counter() - begun, time.process_time() - processor
    batches = np.concatenate(spent)
    # Batches in which another program had a processor take longer.
    fastest = batches[np.argsort(batches.sum(axis=1))[: -(-len(batches) // FASTEST)]]
    parts = fastest.mean(axis=0) * len(batches) * wall / batches.sum()
    return Measured(model.vectors(run.record(corpus)), wall, processor, dict(zip(PARTS, parts.tolist(), strict=True)))


def exchanged(batch: int, shape: WindowShape, stride: int, threads: int, tokens: int) -> Shared:
    """Return the arrays that threads exchange."""
    widest = 2 * shape.window
    return Shared(
        np.zeros(threads * LINE, np.int64),
        np.zeros((threads, tokens // batch + 2, len(PARTS)), np.int64),
        np.zeros(batch, np.int64),
        np.zeros(batch * widest, np.int64),
        np.zeros(batch * TILE, np.int64),
        np.zeros(batch * (widest + 2) * TILE_SLOTS, np.float32),
        zero_matrix(batch * (TILE + widest), stride).reshape(-1),
    )


def workspaces(way: str, pieces: Pieces, shape: WindowShape, stride: int, room: Shared) -> Works:
    """Return the arrays of one thread."""
    own = allocate_workspace(pieces.most_tokens, pieces.most_sentences, shape, stride)
    # Of two windows: strata open one window ahead.
    own = own._replace(inputs=np.zeros(2 * len(own.inputs), np.int64))
    if way == "columns":
        return Works(own, own._replace(inputs=room.inputs, outputs=room.outputs, gradients=room.gradients))
    return Works(own, own._replace(inputs=np.zeros(2 * shape.window, np.int64), outputs=np.zeros(TILE, np.int64)))


def sides(words: int, seed: int, index: int) -> NDArray[np.uint8]:
    """Return the side of each word: of two neighbours by frequency, one is on either side."""
    first = np.random.default_rng((seed, index)).integers(0, 2, (words + 1) // 2, np.uint8)
    return np.stack((first, 1 - first), axis=1).reshape(-1)[:words]


def print_table(rows: list[dict[str, Any]]) -> None:
    """Print the measurements as a Markdown table."""
    names = ("wall1", "wall2", "processor1", "processor2", *SCORES)
    print("| way | dim | windows |", " | ".join(names), "| parts of one thread | of two |")
    print("|---" * (len(names) + 5), end="|\n")
    for row in rows:
        figures = (f"{row[name]:.3f}" if name in row else "" for name in names)
        parts = (" + ".join(f"{seconds:.3f}" for seconds in row.get(f"parts{n}", {}).values()) for n in (1, 2))
        print(f"| {row['way']} | {row['dim']} | {row.get('batch', '')} |", " | ".join((*figures, *parts)), "|")


if __name__ == "__main__":
    main()

"""Retrofitting: vectors drawn towards those of their neighbours in a lexicon, after training (Faruqui et al. 2015).

    Ψ(Q) = Σ_i [ α_i ‖q_i − q̂_i‖² + Σ_j β_ij ‖q_i − q_j‖² ],   α_i = Σ_j β_ij

Rows are brought to length 1 first (as there: divided by their length + 1e-6); then each word that has neighbours
moves to the middle between where it began and their weighted mean, one word after another, ten times. Words without
neighbours stay, and so do words without a vector, whose rows are zeros and which are nobody's neighbours. Nothing is
brought to length 1 again. Each round at least halves how far the furthest word is from where it ends, so that after a
round no word has further to go than the longest move of that round.

The authors' program takes the words in an order by chance, all numbers for one word and all punctuation for another;
here words go by their rows, and are looked up as they are written, else in lower case.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.alignment.lexicon import Lexicon, read_lexicon
from wordvec.errors import InputError, SettingsError
from wordvec.kernels.retrofit import Neighbourhoods, sweep
from wordvec.rows import exact_lengths, first_not_finite
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag

ITERATIONS = 10
_SHORTEST = np.float32(1e-6)

Rows = NDArray[np.float32]


def retrofit(
    vectors: Vectors,
    lexicon: str | Path | Lexicon,
    *,
    iterations: int = ITERATIONS,
    keep_lengths: bool = False,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> Vectors:
    """Draw vectors towards their neighbours in a lexicon.

    Parameters
    ----------
    vectors
        What to begin with; is not changed.
    lexicon
        A file, see `lexicon`, or one that was read.
    iterations
        How often each word moves.
    keep_lengths
        Leave rows as long as they are, so that words without neighbours keep every bit, and long rows weigh more.

    Returns
    -------
    Vectors
        With a step in their history: how many words ``moved``, by how many ``edges``, and the longest move of each
        iteration (``moves``).

    Raises
    ------
    InputError
        If the lexicon cannot be read, no word has a neighbour among the vectors, or a row holds NaN or infinity.
    SettingsError
        If `iterations` is not positive.
    Interrupted
        If `stop` was set.
    """
    arguments.expect("vectors", vectors, Vectors)
    if arguments.whole("iterations", iterations) < 1:
        raise SettingsError(f"iterations: {iterations} is none; it must be at least 1")
    progress, stop = progress or Progress(), stop or StopFlag()
    read = lexicon if isinstance(lexicon, Lexicon) else read_lexicon(arguments.path("lexicon", lexicon))
    near = neighbourhoods(vectors, read.neighbours)
    if not len(near.words):
        raise InputError(
            f"{read.name}: of its {len(read.neighbours):,} words with neighbours, none is known with one of them; the "
            f"vectors have {len(vectors):,} words; check language and case"
        )
    rows = _beginnings(vectors, keep_lengths)
    beginnings, before, moves = rows[near.words], np.empty(vectors.dim, np.float32), []
    progress.begin("retrofitting", iterations, " iterations")
    for iteration in stop.until(range(1, iterations + 1)):
        moves.append(float(np.sqrt(sweep(rows, beginnings, near, before))))
        progress.report(iteration, longest_move=moves[-1])
    progress.end()
    step = {
        "step": "retrofit",
        "lexicon": read.name,
        "form": read.form,
        "keep_lengths": keep_lengths,
        "iterations": iterations,
        "moved": len(near.words),
        "edges": len(near.neighbours),
        "moves": [float(f"{move:.6g}") for move in moves],
    }
    metadata = vectors.metadata | {"history": [*vectors.metadata.get("history", []), step]}
    return Vectors(vectors.words, rows, vectors.counts, metadata)


def neighbourhoods(vectors: Vectors, neighbours: Mapping[str, Mapping[str, float]]) -> Neighbourhoods:
    """Look up a lexicon's words, as they are written, else in lower case, and leave out those without a vector."""
    present = vectors.present.tolist()
    place = {word: row for row, word in enumerate(vectors.words) if present[row]}
    found: dict[int, dict[int, float]] = {}
    for word, others in neighbours.items():
        row = place.get(word, place.get(word.lower()))
        for other, weight in others.items() if row is not None else ():
            column = place.get(other, place.get(other.lower()))
            if row is not None and column is not None and column != row:
                known = found.setdefault(row, {})
                known[column] = max(weight, known.get(column, 0.0))
    moving = sorted(found)
    ends = np.cumsum([0, *(len(found[row]) for row in moving)])
    weights = [_shares(list(found[row].values())) for row in moving]
    return Neighbourhoods(
        np.array(moving, np.int64),
        ends.astype(np.int64),
        np.array([column for row in moving for column in found[row]], np.int64),
        np.concatenate([*weights, np.empty(0)]).astype(np.float32),
    )


def _shares(weights: list[float]) -> NDArray[np.float64]:
    """Give weights as shares of their sum, which would be infinite where they are very large."""
    scaled = np.array(weights) / max(weights)
    shares: NDArray[np.float64] = scaled / scaled.sum()
    return shares


def _beginnings(vectors: Vectors, keep_lengths: bool) -> Rows:
    """Give a copy of the rows (words, dim), of length 1 unless they keep theirs."""
    rows = np.array(vectors.matrix, np.float32, order="C")
    if (row := first_not_finite(rows)) is not None:
        raise InputError(f"{vectors.words[row]!r} (row {row + 1}): its vector holds NaN or infinity")
    if not keep_lengths:
        rows /= exact_lengths(rows)[:, None].astype(np.float32) + _SHORTEST
    return rows

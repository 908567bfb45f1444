"""Retrofitting: trained vectors are moved towards those of their neighbours in a lexicon (Faruqui et al. 2015).

    Ψ(Q) = Σ_i [ α_i ‖q_i − q̂_i‖² + Σ_j β_ij ‖q_i − q_j‖² ],   α_i = Σ_j β_ij

Rows are first scaled to length 1 (as there: divided by their length + 1e-6). Then each word that has neighbours moves
to the midpoint of its initial row and the weighted mean of its neighbours. Words are updated one after another, in ten
iterations. Words without neighbours stay. Words without a vector, whose rows are zeros, stay and are nobody's
neighbours. Rows are not scaled to length 1 again. Each iteration at least halves the largest distance of a word from
its limit, so that after an iteration no word is further from it than the longest move of that iteration.

The authors' program updates words in arbitrary order, and replaces all numbers by one word and all punctuation by
another. Here words are updated in the order of their rows, and looked up as written, else in lower case.
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
from wordvec.vectors.lookup import in_normal_forms
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
    """Retrofit vectors to a lexicon.

    Parameters
    ----------
    vectors
        Vectors to retrofit; they are not changed.
    lexicon
        Path of a lexicon (see the module `lexicon`), or a lexicon.
    iterations
        Number of updates of each word.
    keep_lengths
        Do not scale rows to length 1. Words without neighbours then keep every bit, and long rows weigh more.

    Returns
    -------
    Vectors
        The retrofitted vectors. The last entry of their history has the number of words that ``moved``, the number of
        ``edges``, and the longest move of each iteration (``moves``).

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
        raise SettingsError(f"iterations: must be at least 1; got {iterations}")
    progress, stop = progress or Progress(), stop or StopFlag()
    read = lexicon if isinstance(lexicon, Lexicon) else read_lexicon(arguments.path("lexicon", lexicon))
    near = neighbourhoods(vectors, read.neighbours)
    if not len(near.words):
        raise InputError(
            f"{read.name}: of its {len(read.neighbours):,} words with neighbours, none is known with one of them; the "
            f"vectors have {len(vectors):,} words; check language and case"
        )
    rows = _initial_rows(vectors, keep_lengths)
    initial, before, moves = rows[near.words], np.empty(vectors.dim, np.float32), []
    progress.begin("retrofitting", iterations, " iterations")
    for iteration in stop.until(range(1, iterations + 1)):
        moves.append(float(np.sqrt(sweep(rows, initial, near, before))))
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
    """Return the lexicon's edges between words with a vector.

    Words are looked up as written, else in lower case, and in any Unicode normal form.
    """
    present = vectors.present.tolist()
    row_of = {word: row for row, word in enumerate(vectors.words) if present[row]}

    def row_if_known(word: str) -> int | None:
        spelled = (spelling for form in in_normal_forms(word) for spelling in (form, form.lower()))
        return next((row_of[spelling] for spelling in spelled if spelling in row_of), None)

    found: dict[int, dict[int, float]] = {}
    for word, others in neighbours.items():
        row = row_if_known(word)
        for other, weight in others.items() if row is not None else ():
            column = row_if_known(other)
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
    """Return weights divided by their sum, without overflow."""
    scaled = np.array(weights) / max(weights)
    shares: NDArray[np.float64] = scaled / scaled.sum()
    return shares


def _initial_rows(vectors: Vectors, keep_lengths: bool) -> Rows:
    """Return a copy of the rows (words, dim), scaled to length 1 unless `keep_lengths`."""
    rows = np.array(vectors.matrix, np.float32, order="C")
    if (row := first_not_finite(rows)) is not None:
        raise InputError(f"{vectors.words[row]!r} (row {row + 1}): its vector holds NaN or infinity")
    if not keep_lengths:
        rows /= exact_lengths(rows)[:, None].astype(np.float32) + _SHORTEST
    return rows

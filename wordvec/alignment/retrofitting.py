"""Retrofitting: trained vectors are moved towards those of their neighbours in a lexicon (Faruqui et al. 2015).

    Ψ(Q) = Σ_i [ α_i ‖q_i − q̂_i‖² + Σ_j β_ij ‖q_i − q_j‖² + Σ_k β_ik max(0, q_i · q_k / ‖q_k‖)² ]

for neighbours j and opposites k, with α_i = Σ_j β_ij + Σ_k β_ik. Opposites, such as antonyms, are pushed apart until
their cosine is at most zero, the margin of counter-fitting (Mrkšić et al. 2016); a lexicon without them is retrofitted
as by Faruqui et al.

Rows are first scaled to length 1 (as there: divided by their length + 1e-6). Then each word that has neighbours moves
to the midpoint of its initial row and the weighted mean of its neighbours. Words are updated one after another, in ten
iterations. Words without neighbours stay. Words without a vector, whose rows are zeros, stay and are nobody's
neighbours. Rows are not scaled to length 1 again. Each iteration at least halves the largest distance of a word from
its limit, so that after an iteration no word is further from it than the longest move of that iteration.

The authors' program updates words in arbitrary order, and replaces all numbers by one word and all punctuation by
another. Here words are updated in the order of their rows, and looked up as written, else in lower case.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.errors import InputError, SettingsError
from wordvec.kernels.retrofit import sweep
from wordvec.lexicons.lexicon import Lexicon
from wordvec.lexicons.neighbourhoods import neighbourhoods, none_known
from wordvec.lexicons.reading import read_lexicon
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
    """Retrofit vectors to a lexicon.

    Parameters
    ----------
    vectors
        Vectors to retrofit; they are not changed.
    lexicon
        Path of a lexicon (see `wordvec.lexicons.reading`), or a lexicon.
    iterations
        Number of updates of each word.
    keep_lengths
        Do not scale rows to length 1. Words without neighbours then keep every bit, and long rows weigh more.

    Returns
    -------
    Vectors
        The retrofitted vectors. The last entry of their history has the number of words that ``moved``, the number of
        ``edges``, of these to ``opposites`` if the lexicon has any, and the longest move of each iteration (``moves``).

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
    near = neighbourhoods(vectors.words, read, vectors.present)
    if not len(near.words):
        raise InputError(none_known(read, len(vectors), "vectors have"))
    rows = _initial_rows(vectors, keep_lengths)
    initial, before, moves = rows[near.words], np.empty(vectors.dim, np.float32), []
    progress.begin("retrofitting", iterations, " iterations")
    for iteration in stop.until(range(1, iterations + 1)):
        moves.append(float(np.sqrt(sweep(rows, initial, near, before))))
        progress.report(iteration, longest_move=moves[-1])
    progress.end()
    opposites = {"opposites": int((near.neighbours < 0).sum())} if read.has_opposites else {}
    step = {
        "step": "retrofit",
        "lexicon": read.name,
        "form": read.form,
        "keep_lengths": keep_lengths,
        "iterations": iterations,
        "moved": len(near.words),
        "edges": len(near.neighbours),
        **opposites,
        "moves": [float(f"{move:.6g}") for move in moves],
    }
    metadata = vectors.metadata | {"history": [*vectors.metadata.get("history", []), step]}
    return Vectors(vectors.words, rows, vectors.counts, metadata)


def _initial_rows(vectors: Vectors, keep_lengths: bool) -> Rows:
    """Return a copy of the rows (words, dim), scaled to length 1 unless `keep_lengths`."""
    rows = np.array(vectors.matrix, np.float32, order="C")
    if (row := first_not_finite(rows)) is not None:
        raise InputError(f"{vectors.words[row]!r} (row {row + 1}): its vector holds NaN or infinity")
    if not keep_lengths:
        rows /= exact_lengths(rows)[:, None].astype(np.float32) + _SHORTEST
    return rows

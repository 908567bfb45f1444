"""Warnings about input from which alignment and translation compute a wrong result without an error."""

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.rows import unit_float64
from wordvec.vectors import Vectors
from wordvec.wording import quantity

Ids = NDArray[np.int64]

SWAPPED, BY_ACCIDENT = 2, 10
"""A dictionary seems swapped if this many times, and so many, more of its pairs are known with its sides swapped."""
LEAST_PAIRS = 20
"""Number of pairs from which cosines of pairs are compared with those of random pairs."""
LEAST_SEPARATION = 0.5
"""Separation below which two spaces count as not aligned; measured by examples/alignment.py, see results.md."""


def swapped(name: str, known: int, other_way: int) -> str:
    """Return a warning about a dictionary whose sides seem swapped, or an empty text.

    Parameters
    ----------
    name
        Name of the dictionary.
    known, other_way
        Number of its pairs that are known as given, and with its sides swapped.
    """
    if not other_way or (known and other_way < max(SWAPPED * known, known + BY_ACCIDENT)):
        return ""
    return (
        f"{name}: {known:,} of its pairs are known as given, and {other_way:,} with its two sides swapped; if it is a "
        "dictionary of the other direction, use --swap (swap=True in Python)"
    )


def warn(message: str) -> None:
    """Warn unless a message is empty."""
    if message:
        warnings.warn(message, stacklevel=3)


def open_directions(pairs: int, rank: int, dim: int, consequence: str) -> str:
    """Return a warning about pairs that do not determine a rotation.

    Parameters
    ----------
    pairs, rank
        Number of pairs, and of directions that they determine.
    dim
        Number of directions that the spaces have.
    consequence
        Meaning for the method.
    """
    return (
        f"{quantity(pairs, 'pair')} determine {rank:,} of {dim:,} directions, and {dim - rank:,} remain open: "
        f"{consequence}"
    )


def same_seed(source: Vectors, target: Vectors) -> str:
    """Return a warning about two spaces that were trained with the same seed, or an empty text."""
    seeds = [_initial_rows(side.metadata) for side in (source, target)]
    if seeds[0] is None or seeds[0] != seeds[1] or source.metadata.get("corpus") == target.metadata.get("corpus"):
        return ""
    return (
        f"both were trained with seed {seeds[0][-1]}, so that words spelt alike had the same initial vectors: they are "
        "similar before anything is learned, and their translations look better than they are; train one of the two "
        f"with --seed {seeds[0][-1] + 1}"
    )


def trained_apart(source: Vectors, target: Vectors) -> bool:
    """Return whether the metadata of two spaces say that they were trained separately and never aligned."""
    sides = [side.metadata for side in (source, target)]
    for metadata in sides:
        training, history = metadata.get("training"), metadata.get("history") or []
        if not isinstance(training, dict) or not isinstance(metadata.get("corpus"), dict):
            return False
        if training.get("rows_copied") or any(_is_step(entry, "align") for entry in history):
            return False
    return any(sides[0].get(name) != sides[1].get(name) for name in ("method", "settings", "corpus"))


def apart(source: Vectors, target: Vectors, pairs: tuple[Ids, Ids]) -> str:
    """Return a warning about two spaces that are not aligned, or an empty text.

    Parameters
    ----------
    source, target
        The two spaces.
    pairs
        (pairs,) int64 arrays: rows of corresponding words, by which vectors without metadata are judged.
    """
    advice = "; bring them into one space with wordvec align"
    if counterpart := other_counterpart(source, target) or other_counterpart(target, source):
        return counterpart
    if trained_apart(source, target):
        return "the two were trained separately and never aligned, so that cosines between them mean nothing" + advice
    if len(pairs[0]) >= LEAST_PAIRS:
        found = separation(source.matrix[pairs[0]], target.matrix[pairs[1]])
        if found < LEAST_SEPARATION:
            return (
                f"the cosines of {len(pairs[0]):,} corresponding words are hardly higher than those of random pairs "
                f"({found:.2f} standard deviations), so that the two do not seem to be aligned" + advice
            )
    return ""


def other_counterpart(source: Vectors, target: Vectors) -> str:
    """Return a warning if an aligned source is compared with a target of another space, or an empty text."""
    own, other = last_alignment(source), last_alignment(target)
    if own is None or own.get("side") != "source":
        return ""
    if own.get("moves_target") and other is None:
        name = f" ({own['beside']})" if isinstance(own.get("beside"), str) else ""
        return (
            f"the source was aligned in a common space, and the target is not in it: compare with the target mapped "
            f"into that space{name}, or align with --space target"
        )
    if own.get("space") == "target" and other is not None and other.get("side") == "target" != other.get("space"):
        return (
            "the source was aligned in the target's own space: compare with the target as it was before it was aligned"
        )
    return ""


def last_alignment(vectors: Vectors) -> dict[str, Any] | None:
    """Return the last alignment in the history of vectors."""
    history = vectors.metadata.get("history") or []
    return next((entry for entry in reversed(history) if _is_step(entry, "align")), None)


def separation(source: NDArray[Any], target: NDArray[Any]) -> float:
    """Return the mean cosine of corresponding rows, both (pairs, dim), in standard deviations of random pairs.

    Both sides are centred, so that the mean of all pairs of rows is 0.
    """
    x, y = (_centred(side) for side in (source, target))
    deviation = np.sqrt(np.sum((x.T @ x) * (y.T @ y))) / len(x)
    return float(np.mean(np.sum(x * y, axis=1)) / deviation) if deviation else 0.0


def spelt_alike(source: Vectors, target: Vectors) -> tuple[Ids, Ids]:
    """Return the rows of words with a vector that both spaces have."""
    rows = {word: row for row, word in enumerate(target.words)}
    found = [(row, rows[word]) for row, word in enumerate(source.words) if word in rows]
    one, other = np.array(found, np.int64).reshape(-1, 2).T
    there = source.present[one] & target.present[other]
    return one[there], other[there]


def _centred(rows: NDArray[Any]) -> NDArray[np.float64]:
    unit = unit_float64(np.asarray(rows, np.float64))
    return unit_float64(unit - unit.mean(axis=0))


def _initial_rows(metadata: dict[str, Any]) -> tuple[str, int, int] | None:
    """Return what initial rows are a function of, besides the word: method, dim and seed; None if unknown."""
    settings = metadata.get("settings")
    if not isinstance(settings, dict) or metadata.get("method") not in ("skipgram", "cbow", "fasttext", "glove"):
        return None
    kind = "glove" if metadata["method"] == "glove" else "sgns"
    dim, seed = settings.get("dim"), settings.get("seed")
    return (kind, dim, seed) if isinstance(dim, int) and isinstance(seed, int) else None


def _is_step(entry: Any, step: str) -> bool:
    return isinstance(entry, dict) and entry.get("step") == step

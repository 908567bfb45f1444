"""Pairs of words by which two spaces are aligned: of a dictionary, or words that both spell alike.

Words spelt alike are numbers and names between languages, and nearly all words between slices of one.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.errors import InputError, SettingsError
from wordvec.vectors import Vectors

Ids = NDArray[np.int64]

IDENTICAL, NONE = "identical", "none"


class Anchors(NamedTuple):
    """Rows that belong together.

    Parameters
    ----------
    source, target
        (pairs,), rows of either space.
    record
        Where they are from, and how many were not covered.
    """

    source: Ids
    target: Ids
    record: dict[str, Any]

    @classmethod
    def none(cls) -> "Anchors":
        """Give no pair, for methods that begin from nothing."""
        nothing = np.empty(0, np.int64)
        return cls(nothing, nothing, {"dictionary": NONE})

    def __len__(self) -> int:
        return len(self.source)


def from_dictionary(
    pairs: Iterable[tuple[str, str]], source: Vectors, target: Vectors, cutoff: int | None = None, name: str = "pairs"
) -> Anchors:
    """Return the pairs whose words both spaces have a vector of.

    Parameters
    ----------
    pairs
        Words of the source and of the target.
    source, target
        The spaces.
    cutoff
        Look at so many words of each from the beginning, the most frequent; at all if None.
    name
        What the pairs are called in messages.

    Raises
    ------
    InputError
        If no pair is covered; the message says how many words were missing on which side.
    """
    _check(source, target, cutoff)
    asked = [
        tuple(arguments.words(f"pairs[{number}]", pair))
        for number, pair in enumerate(
            arguments.items("pairs", pairs, "a list of (word, word)", "read_dictionary(path)")
        )
    ]
    if not all(len(pair) == 2 for pair in asked):
        raise SettingsError("pairs: expected two words in each pair")
    pairs = [(first, second) for first, second in dict.fromkeys(asked)]
    rows = [_rows(side, cutoff) for side in (source, target)]
    covered = [(rows[0][a], rows[1][b]) for a, b in pairs if a in rows[0] and b in rows[1]]
    wanted = [{pair[side] for pair in pairs} for side in (0, 1)]
    missing = [sum(word not in rows[side] for word in wanted[side]) for side in (0, 1)]
    record = {
        "dictionary": name,
        "pairs": len(pairs),
        "covered": len(covered),
        "missing_in_source": missing[0],
        "missing_in_target": missing[1],
    }
    if not covered:
        told = [f"{missing[side]:,} of its {len(wanted[side]):,} words" for side in (0, 1)]
        cut = cutoff is not None and cutoff < max(len(source), len(target))
        raise InputError(
            f"{name}: none of its {len(pairs):,} pairs is covered; the source lacks {told[0]} on the left, the target "
            f"{told[1]} on the right{_and_with_vectors(source, target, cutoff)}; check languages, their order and case"
            + (f", or look at more than the first {cutoff:,} words" if cut else "")
        )
    found = np.array(covered, np.int64)
    return Anchors(found[:, 0], found[:, 1], record)


def identical(source: Vectors, target: Vectors, cutoff: int | None = None, min_count: int = 1) -> Anchors:
    """Return the words that both spaces have a vector of, in the target's order.

    Parameters
    ----------
    source, target
        The spaces.
    cutoff
        Look at so many words of each from the beginning, the most frequent; at all if None.
    min_count
        Leave out words seen less often in either.

    Raises
    ------
    InputError
        If there is none.
    SettingsError
        If `min_count` is given and a space has no counts.
    """
    _check(source, target, cutoff)
    arguments.whole("min_count", min_count)
    rows = _rows(source, cutoff)
    pairs = [(rows[word], row) for word, row in _rows(target, cutoff).items() if word in rows]
    found = np.array(pairs, np.int64).reshape(-1, 2).T
    if min_count > 1:
        for side, vectors in enumerate((source, target)):
            if vectors.counts is None:
                raise SettingsError("min_count: how often words were seen is not known; the .vocab file is missing")
            found = found[:, vectors.counts[found[side]] >= min_count]
    if not found.shape[1]:
        raise InputError(
            f"no word is spelt alike in both, of {len(source.words[:cutoff]):,} and {len(target.words[:cutoff]):,}"
            f"{_and_with_vectors(source, target, cutoff)}; give a dictionary"
        )
    record = {"dictionary": IDENTICAL, "pairs": found.shape[1], "covered": found.shape[1]}
    if lost := len({*source.words[:cutoff]} & {*target.words[:cutoff]}) - len(pairs):
        record["without_vector"] = lost
    return Anchors(found[0], found[1], record)


def _check(source: object, target: object, cutoff: object) -> None:
    arguments.expect("source", source, Vectors)
    arguments.expect("target", target, Vectors)
    if cutoff is not None and arguments.whole("cutoff", cutoff) < 1:
        raise SettingsError(f"cutoff: {cutoff} words; it must be at least 1")


def _rows(vectors: Vectors, cutoff: int | None) -> dict[str, int]:
    """Return the rows of the first words that have a vector."""
    present = vectors.present[:cutoff].tolist()
    return {word: row for row, (word, there) in enumerate(zip(vectors.words[:cutoff], present, strict=True)) if there}


def _and_with_vectors(source: Vectors, target: Vectors, cutoff: int | None) -> str:
    """Return how many words have a vector, where rows of zeros say that not all do."""
    counts = [int(np.count_nonzero(side.present[:cutoff])) for side in (source, target)]
    if all(side.present[:cutoff].all() for side in (source, target)):
        return ""
    return f" ({counts[0]:,} and {counts[1]:,} have a vector; the others are rows of zeros)"

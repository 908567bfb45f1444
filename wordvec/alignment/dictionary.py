"""Anchors: the pairs of words that an alignment is fitted to, from a dictionary or from identical strings.

Between languages, identical strings are mostly numbers and names; between slices of one language, nearly all words.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.alignment import guards
from wordvec.errors import InputError, SettingsError
from wordvec.representation import short
from wordvec.vectors import Vectors

Ids = NDArray[np.int64]

IDENTICAL, NONE = "identical", "none"


class Anchors(NamedTuple):
    """Pairs of corresponding rows.

    Parameters
    ----------
    source, target
        (pairs,) int64 arrays: rows of the source and of the target.
    record
        Provenance of the pairs, and the number of pairs not covered.
    """

    source: Ids
    target: Ids
    record: dict[str, Any]

    def __repr__(self) -> str:
        return short(self)

    @classmethod
    def none(cls) -> "Anchors":
        """Return no pair, for unsupervised methods."""
        nothing = np.empty(0, np.int64)
        return cls(nothing, nothing, {"dictionary": NONE})

    def __len__(self) -> int:
        return len(self.source)


def from_dictionary(
    pairs: Iterable[tuple[str, str]], source: Vectors, target: Vectors, cutoff: int | None = None, name: str = "pairs"
) -> Anchors:
    """Return the pairs of a dictionary of which both words have a vector.

    Parameters
    ----------
    pairs
        Words of the source and their translations.
    source, target
        The two spaces.
    cutoff
        Number of most frequent words of each side to use; default: all.
    name
        Name of the dictionary in messages.

    Warns
    -----
    UserWarning
        If the two sides of the dictionary seem to be swapped.

    Raises
    ------
    InputError
        If no pair is covered. The message counts the missing words of each side.
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
    other_way = sum(b in rows[0] and a in rows[1] for a, b in pairs)
    wanted = [{pair[side] for pair in pairs} for side in (0, 1)]
    missing = [sum(word not in rows[side] for word in wanted[side]) for side in (0, 1)]
    record = {
        "dictionary": name,
        "pairs": len(pairs),
        "covered": len(covered),
        "covered_if_swapped": other_way,
        "missing_in_source": missing[0],
        "missing_in_target": missing[1],
    }
    if not covered and other_way:
        raise InputError(guards.swapped(name, 0, other_way))
    if not covered:
        lacking = [f"{missing[side]:,} of its {len(wanted[side]):,} words" for side in (0, 1)]
        cut = cutoff is not None and cutoff < max(len(source), len(target))
        raise InputError(
            f"{name}: none of its {len(pairs):,} pairs is covered; the source lacks {lacking[0]} on the left, the "
            f"target {lacking[1]} on the right{_and_with_vectors(source, target, cutoff)}; check languages, their "
            "order and case" + (f", or look at more than the first {cutoff:,} words" if cut else "")
        )
    guards.warn(guards.swapped(name, len(covered), other_way))
    found = np.array(covered, np.int64)
    return Anchors(found[:, 0], found[:, 1], record)


def identical(source: Vectors, target: Vectors, cutoff: int | None = None, min_count: int = 1) -> Anchors:
    """Return the words that have a vector in both spaces, in the target's order.

    Parameters
    ----------
    source, target
        The two spaces.
    cutoff
        Number of most frequent words of each side to use; default: all.
    min_count
        Smallest count of a word in either space.

    Raises
    ------
    InputError
        If there is no such word.
    SettingsError
        If `min_count` is above 1 and a space has no counts.
    """
    _check(source, target, cutoff)
    arguments.whole("min_count", min_count)
    rows = _rows(source, cutoff)
    pairs = [(rows[word], row) for word, row in _rows(target, cutoff).items() if word in rows]
    found = np.array(pairs, np.int64).reshape(-1, 2).T
    if min_count > 1:
        for side, vectors in enumerate((source, target)):
            if vectors.counts is None:
                raise SettingsError("min_count: the counts of the words are unknown; the .vocab file is missing")
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
        raise SettingsError(f"cutoff: must be at least 1; got {cutoff}")


def _rows(vectors: Vectors, cutoff: int | None) -> dict[str, int]:
    """Return the row of each of the first words that has a vector."""
    present = vectors.present[:cutoff].tolist()
    return {word: row for row, (word, there) in enumerate(zip(vectors.words[:cutoff], present, strict=True)) if there}


def _and_with_vectors(source: Vectors, target: Vectors, cutoff: int | None) -> str:
    """Return the numbers of words with a vector as text; empty if all have one."""
    counts = [int(np.count_nonzero(side.present[:cutoff])) for side in (source, target)]
    if all(side.present[:cutoff].all() for side in (source, target)):
        return ""
    return f" ({counts[0]:,} and {counts[1]:,} have a vector; the others are rows of zeros)"

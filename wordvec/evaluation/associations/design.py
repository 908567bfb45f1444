"""The design matrix of a regression on fields of documents: levels against a baseline, or numbers."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.columns import number
from wordvec.errors import InputError
from wordvec.representation import short
from wordvec.wording import some

Numbers = NDArray[np.float64]
LEAST_DOCUMENTS = 2
"""Fewest documents with the word of a level; rarer levels are left out."""


class Design(NamedTuple):
    """Columns of fields.

    Attributes
    ----------
    kept
        Numbers of the documents that are used.
    names
        Name of each coefficient, the intercept first.
    matrix
        (kept documents, coefficients) float64 array.
    shown
        By name, the rows (coefficients,) of combinations that are worth looking at: each level, or the number a
        standard deviation below and above its mean, with the other fields at their baselines and means.
    notes
        Baselines, scales and what is left out.
    """

    kept: list[int]
    names: list[str]
    matrix: Numbers
    shown: dict[str, Numbers]
    notes: list[str]

    def __repr__(self) -> str:
        return short(self)


def design(fields: Mapping[str, Sequence[str]], weights: Sequence[int], categorical: Sequence[str] = ()) -> Design:
    """Return the design of fields.

    A field whose values are all numbers is centred and divided by its standard deviation, over occurrences. Others have
    a column for each level but the most frequent one.

    Parameters
    ----------
    fields
        Values of each field by document.
    weights
        Number of occurrences in each document.
    categorical
        Fields whose numbers are names of levels.

    Raises
    ------
    InputError
        If a field has fewer than two levels with enough documents, or fields determine each other.
    """
    kept, notes = list(range(len(weights))), []
    numeric = {}
    for name, values in fields.items():
        filled = [values[at] for at in kept if values[at].strip()]
        numeric[name] = name not in categorical and bool(filled) and all(number(value) is not None for value in filled)
    for name, values in fields.items():
        lacking = [at for at in kept if not values[at].strip()]
        rare: set[str] = set()
        if not numeric[name]:
            counts = Counter(values[at] for at in kept if values[at].strip())
            rare = {level for level, count in counts.items() if count < LEAST_DOCUMENTS}
        if lacking:
            notes.append(f"{name}: {len(lacking):,} documents without a value left out")
        if rare:
            notes.append(f"{name}: levels with fewer than {LEAST_DOCUMENTS} documents left out: {some(sorted(rare))}")
        kept = [at for at in kept if values[at].strip() and values[at] not in rare]
    names, columns = ["intercept"], [np.ones(len(kept))]
    levels: dict[str, list[str]] = {}
    for name, values in fields.items():
        used, times = [values[at] for at in kept], np.array([weights[at] for at in kept], np.float64)
        if numeric[name]:
            column, note = _scaled(name, used, times)
            columns.append(column)
            names.append(name)
        else:
            levels[name] = _levels(name, used, times)
            columns += [np.array([float(value == level) for value in used]) for level in levels[name][1:]]
            names += [f"{name}={level}" for level in levels[name][1:]]
            note = f"{name}: baseline {levels[name][0]}"
        notes.append(note)
    matrix = np.stack(columns, axis=1)
    if np.linalg.matrix_rank(matrix) < matrix.shape[1]:
        raise InputError(f"{', '.join(fields)}: the fields determine each other in these documents; leave one out")
    return Design(kept, names, matrix, _shown(names, levels), notes)


def _scaled(name: str, values: Sequence[str], weights: Numbers) -> tuple[Numbers, str]:
    found = np.array([number(value) for value in values], np.float64)
    mean = float(np.average(found, weights=weights)) if len(found) else 0.0
    spread = float(np.sqrt(np.average((found - mean) ** 2, weights=weights))) if len(found) else 0.0
    if spread == 0:
        raise InputError(f"{name}: has one value in the documents with the word; a regression needs several")
    return (found - mean) / spread, f"{name}: number, in standard deviations of {spread:.4g} from {mean:.4g}"


def _levels(name: str, values: Sequence[str], weights: Numbers) -> list[str]:
    """Return the levels, the most frequent first."""
    counts: dict[str, float] = {}
    for value, weight in zip(values, weights.tolist(), strict=True):
        counts[value] = counts.get(value, 0) + weight
    if len(counts) < 2:
        raise InputError(
            f"{name}: {len(counts)} level{'s' * (len(counts) != 1)} with {LEAST_DOCUMENTS} documents that have the "
            "word; a regression needs two"
        )
    first = max(sorted(counts), key=lambda level: counts[level])
    return [first, *sorted(level for level in counts if level != first)]


def _shown(names: Sequence[str], levels: Mapping[str, Sequence[str]]) -> dict[str, Numbers]:
    base = np.zeros(len(names))
    base[0] = 1
    found: dict[str, Numbers] = {f"{name}={own[0]}": base for name, own in levels.items()}
    for at, name in enumerate(names[1:], 1):
        if name.partition("=")[0] in levels:
            found[name] = base + np.eye(len(names))[at]
        else:
            found |= {
                f"{name} {sign} 1 sd": base + step * np.eye(len(names))[at] for sign, step in (("-", -1), ("+", 1))
            }
    return found

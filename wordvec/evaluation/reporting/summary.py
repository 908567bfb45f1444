"""One row for each method of a comparison: passes, time and scores, as mean and standard deviation over seeds."""

import statistics
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from wordvec.representation import short
from wordvec.tables import Table, shown
from wordvec.vectors import Vectors

_SETTINGS = {"epochs": "passes", "learning_rate": "rate", "min_count": "min_count"}
_DEVIATION = "_sd"
_NAMES = {"min_count": "min count", "counting_seconds": "counting"}


class Run(NamedTuple):
    """What is kept of a run: its method, seed, settings, times, and score by dataset."""

    method: str
    seed: int
    settings: dict[str, Any]
    training: dict[str, Any]
    scores: dict[str, float | None]

    def __repr__(self) -> str:
        return short(self)


def run(method: str, seed: int, vectors: Vectors, scores: Mapping[str, float | None]) -> Run:
    """Return what is kept of the vectors of a run."""
    made = vectors.metadata
    return Run(method, seed, made["settings"], made["training"], dict(scores))


def summary(runs: Sequence[Run], measures: Mapping[str, str]) -> Table:
    """Return the table of methods, in the order of their first runs.

    Parameters
    ----------
    runs
        Runs of methods, each method with the same seeds.
    measures
        Name of the measure by dataset.
    """
    by_method: dict[str, list[Run]] = {}
    for one in runs:
        by_method.setdefault(one.method, []).append(one)
    rows = [_row(method, own, measures) for method, own in by_method.items()]
    empty = {name for name in rows[0] if all(row[name] is None for row in rows)} if rows else set()
    kept = [{name: value for name, value in row.items() if name not in empty} for row in rows]
    return Table(kept, [*_notes(runs, measures, "counting_seconds" not in empty)])


def joined(table: Table) -> Table:
    """Return the table for people: means and deviations in one cell, seconds with one decimal."""
    rows: list[dict[str, str]] = []
    for row in table.rows:
        cells: dict[str, str] = {}
        for name, value in row.items():
            if name.endswith(_DEVIATION) and name.removesuffix(_DEVIATION) in row:
                cells[name.removesuffix(_DEVIATION)] += f" ± {_cell(name, value)}" if value is not None else ""
            else:
                cells[name] = _cell(name, value)
        rows.append({_NAMES.get(name, name): cell for name, cell in cells.items()})
    return Table(rows, [*table.notes], {name for row in rows for name in row} - {"method"})


def _cell(name: str, value: Any) -> str:
    if value is not None and "seconds" in name:
        return f"{value:.1f}"
    return f"{value:g}" if name == "rate" and value is not None else shown(value)


def _row(method: str, runs: Sequence[Run], measures: Mapping[str, str]) -> dict[str, Any]:
    first = runs[0]
    row: dict[str, Any] = {"method": method}
    row |= {column: first.settings.get(name) for name, column in _SETTINGS.items()}
    # Counts that do not depend on the seed are made once.
    row |= {"counting_seconds": _spread("", [one.training.get("counting_seconds") for one in runs])[""]}
    row |= _spread("seconds", [one.training.get("seconds") for one in runs])
    for dataset in measures:
        row |= _spread(dataset, [one.scores.get(dataset) for one in runs])
    return row


def _spread(column: str, values: Sequence[float | None]) -> dict[str, float | None]:
    """Return mean and standard deviation (n - 1) under the names of their columns; None if a value is missing."""
    known = [float(value) for value in values if value is not None]
    if len(known) < len(values):
        return dict.fromkeys([column, column + _DEVIATION][: len(values)])
    found: dict[str, float | None] = {column: statistics.fmean(known)}
    if len(known) > 1:
        found[column + _DEVIATION] = statistics.stdev(known)
    return found


def _notes(runs: Sequence[Run], measures: Mapping[str, str], counted: bool) -> list[str]:
    seeds = list(dict.fromkeys(one.seed for one in runs))
    names: dict[str, list[str]] = {}
    for dataset, measure in measures.items():
        names.setdefault(measure, []).append(dataset)
    notes = ["; ".join(f"{', '.join(datasets)}: {measure}" for measure, datasets in names.items())] if names else []
    alone = "training alone, without encoding, counting and compilation"
    notes.append(f"seconds: {alone}" + ("; counting: seconds of co-occurrence counts" if counted else ""))
    if len(seeds) > 1:
        notes.append(f"mean ± standard deviation over seeds {', '.join(map(str, seeds))}")
    return notes

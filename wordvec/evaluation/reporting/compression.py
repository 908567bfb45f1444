"""The report of compressed vectors: sizes, errors, scores against the original vectors, and times."""

import itertools
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from wordvec.codecs import FLOAT32, coded_of
from wordvec.evaluation.intervals import Interval
from wordvec.evaluation.reporting.fidelity import AMONG, NEAREST, NEIGHBOURS, UNKNOWN, Fidelity, Judged
from wordvec.representation import short
from wordvec.rows import blocks, exact_lengths
from wordvec.tables import Table
from wordvec.vectors import Vectors

_COMPARED = 50_000
"""Words whose rows are compared."""
_QUERIES = 20
_DATASET_INTERVAL = "{}: score; low and high: 95 % interval of its difference to the original, by a paired bootstrap"


class Stored(NamedTuple):
    """Vectors, and the file or folder that they were read from, or None.

    Attributes
    ----------
    opening
        Seconds in which it was read; None to read it once more for the table.
    """

    vectors: Vectors
    path: Path | None = None
    opening: float | None = None

    def __repr__(self) -> str:
        return short(self)


def compression_table(original: Stored, others: Mapping[str, Stored], fidelity: Fidelity) -> Table:
    """Return a row for the original vectors and for each of the others.

    Parameters
    ----------
    original
        The vectors before compression.
    others
        Compressed vectors by name.
    fidelity
        The measures, made from the original vectors.

    Returns
    -------
    Table
        Columns: bytes a word and of all rows, the file, times, the error of reconstruction, the ratio of scores with
        its interval, and each measure with the interval of its difference to the original.
    """
    rows = [_row("original", original, original, fidelity, fidelity.reference)]
    rows += [_row(name, one, original, fidelity, fidelity.judged(one.vectors)) for name, one in others.items()]
    return Table(rows, _notes(fidelity))


def file_size(path: Path) -> int:
    """Return the bytes of a file, or of all files of a folder."""
    return sum(one.stat().st_size for one in path.rglob("*") if one.is_file()) if path.is_dir() else path.stat().st_size


def row_bytes(vectors: Vectors) -> int:
    """Return the bytes of the rows of words and n-grams as they are stored."""
    total = int(vectors.stored.nbytes)
    if vectors.subwords is not None:
        coded = coded_of(vectors.subwords.rows)
        total += vectors.subwords.rows.nbytes if coded is None else coded.nbytes
    return total


def _row(name: str, one: Stored, original: Stored, fidelity: Fidelity, judged: Judged) -> dict[str, Any]:
    vectors, path, opening = one
    storage = FLOAT32 if vectors.coded is None else vectors.coded.storage
    error, cosine = _reconstruction(original.vectors, vectors)
    row: dict[str, Any] = {"vectors": name, "storage": storage, "words": len(vectors)}
    row |= {"bytes_word": int(vectors.stored.nbytes) / max(1, len(vectors)), "rows_mb": row_bytes(vectors) / 1e6}
    row["file_mb"] = None if path is None else file_size(path) / 1e6
    row["open_ms"] = None if path is None else 1e3 * (_opening(path) if opening is None else opening)
    row["query_ms"] = _query(vectors)
    row |= {"error": error, "cosine": cosine, "ratio": fidelity.ratio(judged)}
    span = fidelity.difference(judged) if judged is not fidelity.reference else Interval(None, None)
    row |= {"ratio_low": span.low, "ratio_high": span.high}
    for measure in fidelity.measures:
        row[measure.name] = measure.score(judged[measure.name])
        if judged is not fidelity.reference:
            low, high = fidelity.score_difference(measure, judged)
            row |= {f"{measure.name}_low": low, f"{measure.name}_high": high}
    return row


def _reconstruction(original: Vectors, vectors: Vectors) -> tuple[float | None, float | None]:
    """Return the squared error as a share of the squared lengths, and the mean cosine, of common words.

    Both are None if the dims differ.
    """
    if vectors.dim != original.dim:
        return None, None
    step = max(1, len(original) // _COMPARED)
    kept = set(itertools.compress(vectors.words, vectors.present.tolist()))
    words = [word for word in original.words[::step] if word in kept]
    errors = squares = cosines = 0.0
    present = 0
    for span in blocks(len(words)):
        before, after = (one.subset(words[span]).matrix.astype(np.float64) for one in (original, vectors))
        errors += float(np.square(before - after).sum())
        squares += float(np.square(before).sum())
        both = exact_lengths(before.astype(np.float32)) * exact_lengths(after.astype(np.float32))
        there = both > 0
        cosines += float(((before * after).sum(axis=1)[there] / both[there]).sum())
        present += int(there.sum())
    return (errors / squares, cosines / present) if squares and present else (None, None)


def _opening(path: Path) -> float:
    """Return the seconds of opening a file."""
    begun = time.perf_counter()
    Vectors.load(path, contexts=False)
    return time.perf_counter() - begun


def _query(vectors: Vectors) -> float | None:
    """Return the median of the milliseconds in which one thread finds the nearest words of one word."""
    rows = np.flatnonzero(vectors.present[:AMONG])
    chosen = rows[np.linspace(0, len(rows) - 1, min(_QUERIES, len(rows))).astype(np.int64)]
    took = []
    for row in chosen.tolist():
        begun = time.perf_counter()
        vectors.nearest(vectors.words[row], NEAREST, threads=1, exact=True)
        took.append(time.perf_counter() - begun)
    return 1e3 * float(np.median(took[1:] or took)) if took else None


def _notes(fidelity: Fidelity) -> list[str]:
    notes = [
        "bytes_word: of a word's row, with its share of codebooks; rows_mb: rows of words and n-grams, in memory once "
        "all are read; open_ms: opening the file; query_ms: ten nearest words of one, one thread, median.",
        "error: squared error as a share of the squared lengths; cosine: mean over the words that are left.",
        "ratio: mean over the measures of score / original, with its 95 % interval by a paired bootstrap.",
    ]
    for measure in fidelity.measures:
        if measure.name == NEIGHBOURS:
            notes.append(
                f"{NEIGHBOURS}: share of the {NEAREST} nearest words that stay so, of {len(measure.counted)} of the "
                f"first {AMONG:,} words."
            )
        elif measure.name == UNKNOWN:
            notes.append(f"{UNKNOWN}: cosine between the composed vectors of {len(measure.counted)} misspelt words.")
        else:
            notes.append(_DATASET_INTERVAL.format(measure.name) + f", on {int(measure.counted.sum())} items.")
    notes.append("Words that were left out count as wrong, unless n-grams compose them.")
    notes += [f"{name}: the original vectors cover too little of it; left out." for name in fidelity.left_out]
    notes += [f"{name}: the original vectors score too little for a ratio." for name in sorted(fidelity.weak)]
    return notes


def for_people(table: Table) -> Table:
    """Return the table with a row for each quantity and a column for each set of vectors; intervals in brackets."""
    names = [name for name in table.columns if not name.endswith(("_low", "_high")) and name != "vectors"]
    rows = [{"": _TITLES.get(name, name)} | {row["vectors"]: _cell(row, name) for row in table.rows} for name in names]
    return Table([row for row in rows if any(value for key, value in row.items() if key)], list(table.notes))


_TITLES = {
    "bytes_word": "bytes a word",
    "rows_mb": "rows, MB",
    "file_mb": "file, MB",
    "open_ms": "opening, ms",
    "query_ms": "query, ms",
}


def _cell(row: dict[str, Any], name: str) -> str:
    """Return a value, with its interval if there is one; of measures it is that of the difference."""
    value, low, high = (row.get(name + ending) for ending in ("", "_low", "_high"))
    if value is None:
        return ""
    text = f"{value:,}" if isinstance(value, int) else value if isinstance(value, str) else f"{value:.4g}"
    if low is None or high is None:
        return text
    return f"{text} ({low:.3f} to {high:.3f})" if name == "ratio" else f"{text} ({low:+.3f} to {high:+.3f})"

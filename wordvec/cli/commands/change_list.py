"""The printed list of ``wordvec compass change``."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from wordvec.errors import InputError
from wordvec.slices import store
from wordvec.slices.aligned import AlignedSlices
from wordvec.slices.changes import Change
from wordvec.slices.evidence import Evidence, evidence
from wordvec.slices.explanation import explanation
from wordvec.spelling import Spellings
from wordvec.workers import stop_on_signals


def listed(found: Change, number: int, asked: Sequence[str] | None, least: bool, numbers: bool) -> list[int]:
    """Return the positions of the words to print, in order.

    Parameters
    ----------
    found
        The change.
    number
        Largest number of words, if none are asked for.
    asked
        Words asked for by name.
    least
        Whether the least changed words come first; rare ones are left out, whose vectors hardly move.
    numbers
        Whether numbers are included.

    Raises
    ------
    InputError
        If none of the words that were asked for is compared.
    """
    if asked is not None:
        rows = [row for word in asked if (row := found.row_of(word)) is not None]
        if not rows:
            raise InputError(
                f"{', '.join(asked[:5])}: not among the {len(found.words):,} words that occur at least "
                f"{found.settings.min_count} times in each slice{Spellings(found.words).hint(asked)}"
            )
        return rows
    order = found.ascending_order if least else found.order
    left_out = np.zeros(len(found.words), np.bool_) if numbers else found.numbers
    if least:
        left_out = left_out | found.rare
    shown: list[int] = order[~left_out[order]][:number].tolist()
    return shown


def table_of(found: Change, rows: Sequence[int], asked: Sequence[str] | None) -> str:
    """Return a table of words, with an explanation of each word that was asked for."""
    return str(found.listed(rows, [explanation(found, word) for word in asked or ()]))


def evidence_of(
    aligned: AlignedSlices, folder: Path, found: Change, rows: Sequence[int], number: int
) -> list[Evidence]:
    """Return the lines in both slices that speak most for the change of each word."""
    with store.corpora(folder, (found.a, found.b)) as texts, stop_on_signals() as stop:
        return [evidence(aligned, found.words[row], texts, number, stop=stop).highest() for row in rows]

"""The slow twin of lexicons in arrays: dictionaries of dictionaries, one edge after another."""

from collections.abc import Iterable, Sequence

Edge = tuple[str, str, float]
"""A word, its neighbour, and the weight; a negative one between opposites."""
Near = dict[int, dict[int, float]]
"""Shares of the edges from each row to row j of a neighbour, or to −1 − j of an opposite, in their order."""


def directed(edges: Iterable[Edge], mutual: bool) -> list[Edge]:
    """Return edges in one direction each."""
    both = [[(word, other, weight), (other, word, weight)] for word, other, weight in edges]
    return [edge for pair in both for edge in (pair if mutual else pair[:1])]


def dictionaries(edges: Iterable[Edge], sign: int) -> dict[str, dict[str, float]]:
    """Return the largest weights of the edges of one sign."""
    found: dict[str, dict[str, float]] = {}
    for word, other, weight in edges:
        if sign * weight > 0:
            known = found.setdefault(word, {})
            known[other] = max(abs(weight), known.get(other, 0.0))
    return found


def neighbourhoods(words: Sequence[str], edges: Sequence[Edge]) -> Near:
    """Return the edges between words that are found as written, else in lower case, with ``_`` for a blank or not."""
    row_of = {word: row for row, word in enumerate(words)}

    def row_if_known(word: str) -> int | None:
        forms = [word, word.lower()]
        spellings = [*forms, *(form.replace(" ", "_") for form in forms), *(form.replace("_", " ") for form in forms)]
        return next((row_of[spelling] for spelling in spellings if spelling in row_of), None)

    found: Near = {}
    for sign in (-1, 1):
        for word, others in dictionaries(edges, sign).items():
            for other, weight in others.items():
                row, column = row_if_known(word), row_if_known(other)
                if row is not None and column is not None and row != column:
                    known, edge = found.setdefault(row, {}), -1 - column if sign < 0 else column
                    if sign < 0 or -1 - column not in known:
                        known[edge] = max(weight, known.get(edge, 0.0))
    return {row: {edge: found[row][edge] / sum(found[row].values()) for edge in found[row]} for row in sorted(found)}

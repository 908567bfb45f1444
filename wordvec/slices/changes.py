"""Change of words between two slices: measures, significance, frequencies and neighbours."""

import dataclasses
import functools
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.slices.change_settings import ChangeSettings
from wordvec.slices.measures import Measures
from wordvec.slices.significance import FALSE_DISCOVERIES
from wordvec.tables import Table, Tabular

RARE = 50
"""Vectors of words with a smaller count are still close to their initial row."""
LISTED, NEIGHBOURS_LISTED = 20, 3
"""Number of words in a list for people, and of the neighbours of each."""
LEAST = {"overlap": 0.0}
"""Smallest possible values of measures, where not -1."""

Numbers = NDArray[np.float64]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Change(Tabular):
    """Change of words from slice `a` to slice `b`.

    Attributes
    ----------
    a, b
        Names of the slices.
    words
        Words that are frequent enough in both slices, in descending order of frequency.
    counts_a, counts_b
        (words,) int64 arrays: counts of the words in each slice.
    measures, usual, p, q
        For each measure (words,) float64 arrays: the values, those expected without change, the p-values and the
        false discovery rates; see `change`.
    margins
        For each measure a (words,) float64 array: margins of the 95 % intervals, from bootstraps of blocks; NaN where
        unknown.
    smallest_p
        (words,) float64 array: smallest attainable p-value, for the measure that decides.
    tails
        (words,) bool array: whether small p-values are from a fitted tail, for the measure that decides.
    restarted
        (words,) float64 array: the cosines with the second slice trained from other initial rows.
    neighbours_a, neighbours_b
        Nearest words of each word in each slice.
    tokens
        Number of tokens of each slice.
    blocks
        Numbers of blocks of each slice, and whether they are documents.
    settings
        Settings of the test.
    """

    a: str
    b: str
    words: list[str]
    counts_a: NDArray[np.int64]
    counts_b: NDArray[np.int64]
    measures: Measures
    usual: Measures
    p: Measures
    q: Measures
    margins: Measures
    smallest_p: Numbers
    tails: NDArray[np.bool_]
    restarted: Numbers
    neighbours_a: list[list[str]]
    neighbours_b: list[list[str]]
    tokens: tuple[int, int]
    blocks: tuple[int, int, bool]
    settings: ChangeSettings

    def __repr__(self) -> str:
        return (
            f"<Change from {self.a} to {self.b}: {int(self.changed.sum()):,} of {len(self.words):,} words changed by "
            f"{self.by}, {self.settings.permutations} permutations>"
        )

    @property
    def by(self) -> str:
        """Measure that decides on change."""
        return self.settings.by

    @property
    def changed(self) -> NDArray[np.bool_]:
        """Whether q is at most `FALSE_DISCOVERIES`, (words,) bool."""
        found: Numbers = getattr(self.q, self.by)
        return found <= FALSE_DISCOVERIES

    @property
    def rare(self) -> NDArray[np.bool_]:
        """Whether the count in a slice is less than `RARE`, (words,) bool."""
        return np.minimum(self.counts_a, self.counts_b) < RARE

    @property
    def numbers(self) -> NDArray[np.bool_]:
        """Whether the word begins with a digit or has no letter, (words,) bool."""
        return np.array([is_number(word) for word in self.words], np.bool_)

    @property
    def per_million(self) -> tuple[Numbers, Numbers]:
        """Occurrences per million tokens in each slice, (words,) float64 each."""
        first, second = self.tokens
        return 1e6 * self.counts_a / max(1, first), 1e6 * self.counts_b / max(1, second)

    @property
    def log_ratio(self) -> Numbers:
        """Binary logarithms of the ratios of frequency in `b` to frequency in `a`, (words,) float64."""
        first, second = self.per_million
        return np.log2(second / first)

    @property
    def excess(self) -> Numbers:
        """Change beyond the expected one: the usual value minus the value, (words,) float64."""
        found: Numbers = getattr(self.usual, self.by) - getattr(self.measures, self.by)
        return found

    @property
    def order(self) -> NDArray[np.int64]:
        """Positions of the words that changed, then of the others, both by descending `excess`, (words,) int64."""
        return np.lexsort((-self.excess, ~self.changed))

    @property
    def ascending_order(self) -> NDArray[np.int64]:
        """Positions of the words by ascending `excess`, (words,) int64."""
        return np.argsort(self.excess, kind="stable")

    def row_of(self, word: str) -> int | None:
        """Return the position of a word, or None."""
        return self._rows.get(word)

    @functools.cached_property
    def _rows(self) -> dict[str, int]:
        return {word: row for row, word in enumerate(self.words)}

    def columns(self, rows: Sequence[int] | None = None) -> dict[str, list[Any]]:
        """Return the columns of the table of change by name; missing numbers are None.

        Parameters
        ----------
        rows
            Positions of the words, in order; by default `order`.
        """
        at = self.order if rows is None else np.array(rows, np.int64)
        first, second = self.per_million
        found: dict[str, Any] = {
            "word": [self.words[row] for row in at],
            "count_a": self.counts_a[at],
            "count_b": self.counts_b[at],
            "per_million_a": first[at],
            "per_million_b": second[at],
            "log_ratio": self.log_ratio[at],
        }
        for name, value, margin, usual, p, q in zip(
            Measures._fields, self.measures, self.margins, self.usual, self.p, self.q, strict=True
        ):
            low, high = np.maximum(value - margin, LEAST.get(name, -1)), np.minimum(value + margin, 1)
            parts = {"": value, "_low": low, "_high": high, "_usual": usual, "_p": p, "_q": q}
            found |= {name + part: numbers[at] for part, numbers in parts.items()}
        found |= {
            "smallest_p": self.smallest_p[at],
            "changed": self.changed[at].astype(int),
            "rare": self.rare[at].astype(int),
            "number": self.numbers[at].astype(int),
            "cosine_other_start": self.restarted[at],
            "neighbours_a": [" ".join(self.neighbours_a[row]) for row in at],
            "neighbours_b": [" ".join(self.neighbours_b[row]) for row in at],
        }
        return {name: _plain(column) for name, column in found.items()}

    def table(self, rows: Sequence[int] | None = None) -> Table:
        """Return `columns` as a table, as ``wordvec compass change -o`` writes it."""
        columns = self.columns(rows)
        return Table([dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)])

    def listed(self, rows: Sequence[int] | None = None, notes: Sequence[str] = ()) -> Table:
        """Return the table for people: frequencies, the measure that decides, and neighbours before and after.

        Parameters
        ----------
        rows
            Positions of the words, in order; by default the `LISTED` that changed most, without numbers.
        notes
            Lines below the table.
        """
        if rows is None:
            rows = self.order[~self.numbers[self.order]][:LISTED].tolist()
        value, usual, q = (getattr(numbers, self.by) for numbers in (self.measures, self.usual, self.q))
        first, second = self.per_million
        lines = [
            {
                "word": self.words[row],
                f"{self.a}/M": f"{first[row]:,.0f}",
                f"{self.b}/M": f"{second[row]:,.0f}",
                self.by: f"{value[row]:.2f}",
                "usual": f"{usual[row]:.2f}",
                "q": f"{q[row]:.3f}" if q[row] >= 0.0005 else f"{q[row]:.0e}",
                "": self.mark(row),
                f"neighbours in {self.a}": " ".join(self.neighbours_a[row][:NEIGHBOURS_LISTED]),
                f"neighbours in {self.b}": " ".join(self.neighbours_b[row][:NEIGHBOURS_LISTED]),
            }
            for row in rows
        ]
        return Table(lines, notes, {f"{self.a}/M", f"{self.b}/M", self.by, "usual", "q"})

    def to_latex(self, caption: str | None = None, label: str | None = None) -> str:
        """Return the most changed words, as `listed`, in LaTeX; other words: ``change.listed(rows).to_latex()``."""
        return self.listed().to_latex(caption, label)

    def mark(self, row: int) -> str:
        """Return whether a word changed, and whether it is rare, in words."""
        marks = (("changed", self.changed[row]), ("rare", self.rare[row]))
        return ", ".join(name for name, holds in marks if holds)


def is_number(word: str) -> bool:
    """Return whether a word begins with a digit or has no letter, as 1990s, 70 and -- do."""
    return word[:1].isdigit() or not any(letter.isalpha() for letter in word)


def _plain(column: Any) -> list[Any]:
    """Return a column as Python's numbers and strings, with None for NaN."""
    values = column.tolist() if isinstance(column, np.ndarray) else column
    return [None if value != value else value for value in values]

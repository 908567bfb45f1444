"""The keywords of two corpora, and their table."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.tables import Table, Tabular
from wordvec.wording import quantity

Numbers = NDArray[np.float64]


class Keywords(Tabular):
    """Words that are more frequent in corpus A, then those that are more frequent in corpus B, the strongest first.

    Attributes
    ----------
    names
        Names of the corpora.
    words
        The words.
    of_first
        Number of the words that are more frequent in A.
    columns
        Column of values of each word by name; see `table`.
    notes
        Sizes of the corpora, settings, and reasons for missing values.
    """

    def __init__(
        self, names: tuple[str, str], words: list[str], of_first: int, columns: dict[str, Numbers], notes: list[str]
    ) -> None:
        self.names, self.words, self.of_first = names, words, of_first
        self.columns, self.notes = columns, notes

    def __repr__(self) -> str:
        return f"<Keywords of {self.names[0]} against {self.names[1]}: {quantity(len(self.words), 'word')}>"

    def table(self) -> Table:
        """Return all columns.

        ``more_in`` names the corpus in which the word is more frequent. ``count``, ``per_million``, ``documents`` (with
        the word) and ``dp`` (dispersion, 0: even) are of each corpus (``_a``, ``_b``); ``log_likelihood``,
        ``log_ratio``, ``log_odds`` and its ``z`` compare them, with intervals ``_low`` and ``_high``. All of these are
        negative for words that are more frequent in B.
        """
        rows: list[dict[str, Any]] = []
        for number, word in enumerate(self.words):
            cells = {name: _plain(column[number]) for name, column in self.columns.items()}
            rows.append({"word": word, "more_in": self._more_in(number), **cells})
        return Table(rows, self.notes)

    def listed(self) -> Table:
        """Return the table for people, with the dispersion in the corpus in which the word is more frequent."""
        a, b = self.names
        rows: list[dict[str, Any]] = []
        for number, row in enumerate(self.table().rows):
            side = "a" if number < self.of_first else "b"
            low, high = row["log_ratio_low"], row["log_ratio_high"]
            rows.append(
                {
                    "more in": row["more_in"],
                    "word": row["word"],
                    f"{a}/M": f"{row['per_million_a']:,.0f}",
                    f"{b}/M": f"{row['per_million_b']:,.0f}",
                    "documents": f"{row[f'documents_{side}']:,}",
                    "DP": f"{row[f'dp_{side}']:.2f}",
                    "G²": f"{abs(row['log_likelihood']):,.1f}",
                    "log ratio": f"{row['log_ratio']:.2f}",
                    "interval": "-" if low is None else f"{low:.2f} to {high:.2f}",
                    "z": "-" if row["z"] is None else f"{row['z']:.1f}",
                }
            )
        return Table(rows, self.notes, {f"{a}/M", f"{b}/M", "documents", "DP", "G²", "log ratio", "interval", "z"})

    def __str__(self) -> str:
        return str(self.listed())

    def _more_in(self, number: int) -> str:
        return self.names[0] if number < self.of_first else self.names[1]


def _plain(value: Any) -> float | int | None:
    """Return a value as Python's number; None if it is missing or infinite."""
    plain: float | int = value.item()
    return plain if np.isfinite(plain) else None

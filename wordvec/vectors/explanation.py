"""Explanation of a word's vector: the rows whose mean it is, and their shares of its length.

The vector of a word is v = Σ pₖ / N, where pₖ is the sum of the rows of its k-th n-gram and N the number of all rows.
The share of an n-gram is the length of the projection of pₖ / N on v, divided by the length of v: pₖ·v / (N v·v).
Shares add up to 1, and are negative for n-grams that point away from v.

A word of a vocabulary of fastText or finalfusion has a row of its own, too. As such files are read into vectors, which
are means, the row is computed back from the vector: N v − Σ pₖ.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.errors import InputError, SettingsError
from wordvec.representation import short
from wordvec.subwords import Floret, Pruned, Subwords, Table
from wordvec.tables import Table as Results
from wordvec.tables import shown
from wordvec.vectors.composition import has_code

if TYPE_CHECKING:
    from wordvec.vectors.questions import Questions

NGRAM, OWN, REST = "n-gram", "own row", "rest"
NO_NGRAMS = "have no n-grams, as files of fastText (.bin, .ftz), floret and finalfusion do"
_END_OF_SENTENCE = "</s>"
"""fastText's word that has no n-grams."""
_NEGLIGIBLE = 1e-4
"""Share of a vector that is rounding."""


class Part(NamedTuple):
    """A part of a word's vector: an n-gram, or the word's own row.

    Attributes
    ----------
    kind
        `NGRAM`, `OWN`, or `REST`: the difference between a word's vector and the mean of its rows, in floret's tables.
    ngram
        The n-gram; None for other parts.
    rows
        Numbers of its rows in the table.
    total
        (dim,) float64 sum of its rows.
    """

    kind: str
    ngram: str | None
    rows: tuple[int, ...]
    total: NDArray[np.float64]

    def __repr__(self) -> str:
        return short(self)

    @property
    def state(self) -> str:
        """Whether it has a row: ``found``, ``missing`` or ``zeros``."""
        if self.kind == NGRAM and not self.rows:
            return "missing"
        return "found" if self.total.any() else "zeros"


def explain(vectors: "Questions", words: str | Sequence[str], n: int) -> Results:
    """Return the table of `Vectors.explain`."""
    asked = [words] if isinstance(words, str) else arguments.words("words", words)
    if arguments.whole("n", n) < 0:
        raise SettingsError(f"{n}: must be at least 0", setting="n")
    if vectors.subwords is None:
        raise InputError(f"the vectors {NO_NGRAMS}")
    found: list[Part] = []
    rows: list[dict[str, Any]] = []
    notes = ["share: projection of the rows on the word's vector, as a share of its length; shares add up to 1"]
    for word in asked:
        own, count, parts = _parts(vectors, vectors.subwords, word)
        where = "not among the words, composed" if own is None else "among the words"
        vector = sum(part.total for part in parts) / max(count, 1)
        square = float(np.dot(vector, vector)) if parts else 0.0
        if not square:
            raise vectors.unknown(word)
        notes.append(f"{word}: {where}; length {np.sqrt(square):.4f}, mean of {count:,} row{'s' * (count != 1)}")
        found += parts
        for part in parts:
            share = None if part.state == "missing" else float(part.total @ vector) / (count * square)
            about = {"word": word, "part": part.kind, "ngram": part.ngram, "row": part.state}
            rows.append(about | {"share": share, "rows": list(part.rows)})
    if any(part.kind == OWN for part in found):
        notes.append("own row: computed from the word's vector and the rows of its n-grams")
    if n and len(vectors):
        for row, near in zip(rows, _neighbours(vectors, found, n), strict=True):
            row["nearest"] = ", ".join(f"{word} {shown(cosine)}" for word, cosine in near) or None
            row |= {"neighbours": [word for word, _ in near], "cosines": [cosine for _, cosine in near]}
    return Results(rows, notes)


def _parts(vectors: "Questions", table: Table, word: str) -> tuple[str | None, int, list[Part]]:
    """Return the spelling of a word in the vocabulary or None, the number of its rows, and its parts in order."""
    known = vectors._spelled(word)
    spelled = word if known is None else known
    alone = known == _END_OF_SENTENCE and isinstance(table, Subwords | Pruned)
    ngrams = [] if alone or not has_code(table, spelled) else table.ngrams(spelled)
    parts = [
        Part(NGRAM, text, rows, table.rows[np.array(rows, np.int64)].astype(np.float64).sum(axis=0))
        for text, rows in ngrams
    ]
    count = sum(len(part.rows) for part in parts)
    if known is None:
        return None, count, parts
    separate = not isinstance(table, Floret)
    count += separate
    vector = vectors.matrix[vectors._rows[known]].astype(np.float64)
    rest = vector * max(count, 1) - sum(part.total for part in parts)
    size = max(np.linalg.norm(part.total) for part in [*parts, Part(REST, None, (), vector)])
    negligible = np.linalg.norm(rest) <= _NEGLIGIBLE * size
    if separate:
        return known, count, [Part(OWN, None, (), np.where(negligible, 0, rest)), *parts]
    return known, max(count, 1), parts if negligible else [Part(REST, None, (), rest), *parts]


def _neighbours(vectors: "Questions", parts: Sequence[Part], n: int) -> list[list[tuple[str, float]]]:
    """Return the words nearest to each part; none for a part without a row."""
    there = [number for number, part in enumerate(parts) if part.state == "found"]
    found: list[list[tuple[str, float]]] = [[] for _ in parts]
    if there:
        totals = np.array([parts[number].total for number in there], np.float32)
        for number, near in zip(there, vectors.nearest(totals, n, exact=True), strict=True):
            found[number] = near
    return found

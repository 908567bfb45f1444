"""The contents of a report, whatever its format."""

import dataclasses
from typing import Any

from wordvec.explorer import contents as explorer
from wordvec.representation import short
from wordvec.tables import Table
from wordvec.vectors import Neighbours


@dataclasses.dataclass(frozen=True)
class Contents:
    """Tables, neighbours and the map of several sets of vectors.

    Attributes
    ----------
    provenance
        A row for each known fact of the training (method, corpus, settings), a column for each set of vectors.
    scores
        A row for each dataset, measure and set of vectors.
    neighbours
        The nearest words by word and set of vectors; None if the word is unknown.
    map
        The words that all know, to explore on a map; None if there are fewer than three.
    metadata
        The whole metadata of each set of vectors.
    methods
        A row for each method of a comparison; empty for vectors from elsewhere.
    """

    provenance: Table
    scores: Table
    neighbours: dict[str, dict[str, Neighbours | None]]
    map: explorer.Contents | None
    metadata: dict[str, dict[str, Any]]
    methods: Table = dataclasses.field(default_factory=lambda: Table([]))

    def __repr__(self) -> str:
        return short(self)

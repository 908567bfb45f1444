"""The contents of a report, whatever its format."""

import dataclasses
from typing import Any

from wordvec.evaluation.reporting.maps import Label
from wordvec.representation import short
from wordvec.tables import Table
from wordvec.vectors import Neighbours


@dataclasses.dataclass(frozen=True)
class Contents:
    """Tables, neighbours and maps of several sets of vectors.

    Attributes
    ----------
    provenance
        A row for each known fact of the training (method, corpus, settings), a column for each set of vectors.
    scores
        A row for each dataset, measure and set of vectors.
    neighbours
        The nearest words by word and set of vectors; None if the word is unknown.
    maps
        The same words on a map, by set of vectors; empty if fewer than three words are known to all.
    metadata
        The whole metadata of each set of vectors.
    methods
        A row for each method of a comparison; empty for vectors from elsewhere.
    """

    provenance: Table
    scores: Table
    neighbours: dict[str, dict[str, Neighbours | None]]
    maps: dict[str, list[Label]]
    metadata: dict[str, dict[str, Any]]
    methods: Table = dataclasses.field(default_factory=lambda: Table([]))

    def __repr__(self) -> str:
        return short(self)

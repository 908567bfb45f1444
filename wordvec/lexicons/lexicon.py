"""Lexicons and knowledge graphs: the neighbours and the opposites of words, and the weights of the edges.

Of a repeated edge the largest weight counts. Two words that are neighbours and opposites are opposites.
"""

import dataclasses
import math
from collections.abc import Mapping

import numpy as np

from wordvec.errors import InputError
from wordvec.lexicons.edges import Collector, EdgeList
from wordvec.lexicons.relations import Weights
from wordvec.representation import short

Weighted = Mapping[str, Mapping[str, float]]
"""Weights of the edges from each word."""


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Lexicon:
    """Neighbours and opposites of words.

    Attributes
    ----------
    name
        Path of the file.
    form
        Format of the file: ``edges``, ``weighted edges``, ``neighbours``, ``relations`` or ``Wiktionary``.
    names
        Words by the numbers that `edges` have.
    edges
        Edges to neighbours, and with negative weights to opposites.
    relations
        Weights of relations with which the file was read.
    """

    name: str
    form: str
    names: list[str]
    edges: EdgeList
    relations: Weights = dataclasses.field(default_factory=dict)

    @classmethod
    def of(cls, neighbours: Weighted, opposites: Weighted | None = None, *, name: str = "lexicon") -> "Lexicon":
        """Return the lexicon of edges that dictionaries hold.

        Parameters
        ----------
        neighbours
            Weights of the neighbours of each word. An edge leads from the word to its neighbour only.
        opposites
            Weights of the opposites of each word, positive, too.
        name
            Name of the lexicon in messages and metadata.

        Raises
        ------
        InputError
            If a weight is not positive.

        Examples
        --------
        >>> Lexicon.of({"tea": {"chai": 1.0}}, {"hot": {"cold": 2.0}}).words
        2
        """
        collector = Collector()
        for kind, sign in ((neighbours, 1), (opposites or {}, -1)):
            for word, others in kind.items():
                for other, weight in others.items():
                    if not 0 < weight < math.inf:
                        raise InputError(f"{name}: the weight {weight} of {word!r} and {other!r} is not positive")
                    collector.add(word, [other], sign * weight)
        return cls(name, "neighbours", *collector.result(mutual=False))

    def __repr__(self) -> str:
        return short(self)

    @property
    def words(self) -> int:
        """Number of words with edges."""
        has_edges = np.zeros(len(self.names), np.bool_)
        has_edges[self.edges.sources] = True
        if self.edges.mutual:
            has_edges[self.edges.targets] = True
        return int(has_edges.sum())

    @property
    def has_opposites(self) -> bool:
        """Whether there are edges to opposites."""
        return bool((self.edges.weights < 0).any())

    def neighbours(self) -> dict[str, dict[str, float]]:
        """Return the weights of the neighbours of each word, in dictionaries, which take hundreds of bytes an edge."""
        opposites = self.opposites()
        return {
            word: near
            for word, others in self._kind(1).items()
            if (near := {other: others[other] for other in others if other not in opposites.get(word, {})})
        }

    def opposites(self) -> dict[str, dict[str, float]]:
        """Return the weights of the opposites of each word, as `neighbours` does."""
        return self._kind(-1)

    def _kind(self, sign: int) -> dict[str, dict[str, float]]:
        found: dict[str, dict[str, float]] = {}
        for source, target, weight in zip(*(part.tolist() for part in self.edges.directed()), strict=True):
            if sign * weight > 0:
                known, other = found.setdefault(self.names[source], {}), self.names[target]
                known[other] = max(abs(weight), known.get(other, 0.0))
        return found

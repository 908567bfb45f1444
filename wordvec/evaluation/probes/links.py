"""Link prediction: edges that were held out, distinguished from pairs without an edge by the vectors of the nodes.

The score of a pair is the cosine, or the scalar product, of its vectors. AUC is the probability that an edge has a
higher score than another pair; equal scores count half.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from wordvec import arguments
from wordvec.errors import InputError
from wordvec.evaluation import intervals
from wordvec.evaluation.baselines import random_vectors
from wordvec.evaluation.datasets import read_lines
from wordvec.evaluation.intervals import RESAMPLES, check_resamples
from wordvec.evaluation.lookup import by_name
from wordvec.evaluation.probes.node_lines import node_lines, node_name
from wordvec.representation import short
from wordvec.rows import first_not_finite, unit_float64
from wordvec.tables import Table
from wordvec.vectors import Vectors
from wordvec.wording import quantity
from wordvec.workers import StopFlag

_DIGITS = 12
_AT_ONCE = 1 << 14
"""Pairs whose vectors are in memory at a time."""

Numbers = NDArray[np.float64]


class NodePairs(NamedTuple):
    """Pairs of nodes.

    Attributes
    ----------
    path
        Path of the file.
    pairs
        Names of the nodes.
    edges
        (pairs,) bool array, whether there is an edge.
    """

    path: str
    pairs: list[tuple[str, str]]
    edges: NDArray[np.bool_]

    def __repr__(self) -> str:
        return short(self)


def read_node_pairs(path: str | Path) -> NodePairs:
    """Read lines of two nodes and 1 or 0, as `wordvec corpus hold-out` writes them.

    Raises
    ------
    InputError
        If the file cannot be read, a line is something else, or all pairs are edges or none.
    """
    path = Path(path)
    lines = [(at, line) for at, line in read_lines(path) if line.strip()]
    pairs, edges = [], []
    for at, text, cells in node_lines(path, lines, 3):
        if len(cells) != 3 or cells[2] not in ("0", "1"):
            raise InputError(f"{path}, line {at}: expected two nodes and 1 or 0, found {text!r:.60}")
        pairs.append((node_name(cells[0]), node_name(cells[1])))
        edges.append(cells[2] == "1")
    if len(set(edges)) < 2:
        raise InputError(f"{path}: needs edges (1) and pairs without an edge (0)")
    return NodePairs(str(path), pairs, np.array(edges))


def links(
    vectors: Mapping[str, Vectors] | Vectors,
    pairs: str | Path | NodePairs,
    *,
    resamples: int = RESAMPLES,
    seed: int = 1,
    stop: StopFlag | None = None,
) -> Table:
    """Measure how well vectors distinguish edges from other pairs.

    Parameters
    ----------
    vectors
        Vectors by name.
    pairs
        Pairs, or a file that `read_node_pairs` reads.
    resamples, seed
        Number and seed of the bootstrap resamples of the pairs; the seed of random vectors.

    Returns
    -------
    Table
        Two rows for each set of vectors, ``cosine`` and ``product``, and those of random vectors; ``difference`` is
        that of AUC from the first row.

    Raises
    ------
    InputError
        If the pairs cannot be read, all vectors together know too few of them, or a vector is not finite.
    SettingsError
        If `resamples` is too small.
    Interrupted
        If `stop` is set.
    """
    check_resamples(resamples)
    arguments.seed(seed)
    named, stop = by_name("vectors", vectors), stop or StopFlag()
    read = pairs if isinstance(pairs, NodePairs) else read_node_pairs(arguments.path("pairs", pairs))
    known = np.array([all(a in one and b in one for one in named.values()) for a, b in read.pairs])
    edges = read.edges[known]
    if len(set(edges.tolist())) < 2:
        raise InputError(
            f"{read.path}: of its {quantity(len(known), 'pair')}, all vectors have both nodes of {edges.sum():,} edges "
            f"and {(~edges).sum():,} pairs without an edge; nodes are looked up by their names in the graph"
        )
    chosen = [pair for pair, one in zip(read.pairs, known.tolist(), strict=True) if one]
    every = dict(named)
    for dim in sorted({one.dim for one in named.values()}):
        nodes = list(dict.fromkeys(node for pair in chosen for node in pair))
        like = Vectors(nodes, np.zeros((len(nodes), dim), np.float32))
        every[f"random, dim {dim}"] = random_vectors(like, seed)
    rows: list[dict[str, Any]] = []
    first: NDArray[np.float64] | None = None
    for name, one in stop.until(every.items()):
        for measure, scores in _scores(name, one, chosen).items():
            ranked = _Ranked.of(scores, edges)
            found = intervals.resampled(ranked.areas, len(edges), resamples, seed)
            low, high = intervals.interval(found)
            row = {"vectors": name, "score": measure, "auc": ranked.area, "low": low, "high": high}
            if first is not None:
                gap = intervals.difference(ranked.area - float(rows[0]["auc"]), found - first)
                row |= {"difference": gap.difference, "difference_low": gap.low, "difference_high": gap.high}
            rows.append(row)
            first = found if first is None else first
    notes = [
        f"{read.path}: {quantity(int(edges.sum()), 'edge')}, {quantity(int((~edges).sum()), 'pair')} without an edge",
        f"low, high: 95 % of {resamples:,} bootstrap resamples of the pairs, seed {seed}; difference: from the "
        "first row",
    ]
    if lacking := len(known) - len(edges):
        notes.append(f"{quantity(lacking, 'pair')} left out with a node that not all vectors have")
    return Table(rows, notes)


def _scores(name: str, vectors: Vectors, pairs: Sequence[tuple[str, str]]) -> dict[str, Numbers]:
    cosines, products = np.empty(len(pairs)), np.empty(len(pairs))
    for begin in range(0, len(pairs), _AT_ONCE):
        some = pairs[begin : begin + _AT_ONCE]
        sides = [np.array([vectors[pair[side]] for pair in some], np.float64) for side in (0, 1)]
        for side, matrix in enumerate(sides):
            if (broken := first_not_finite(matrix)) is not None:
                raise InputError(f"{name}: {some[broken][side]!r}: its vector holds NaN or infinity; train again")
        products[begin : begin + len(some)] = np.einsum("ij,ij->i", *sides)
        cosines[begin : begin + len(some)] = np.einsum("ij,ij->i", *map(unit_float64, sides))
    return {"cosine": np.round(cosines, _DIGITS), "product": products}


class _Ranked(NamedTuple):
    """Pairs by rising score, for the areas of resamples.

    Attributes
    ----------
    groups
        (pairs,) int64 array: number of the score of each pair among the different scores.
    edges
        (pairs,) bool array, whether there is an edge.
    size
        Number of different scores.
    area
        AUC of all pairs.
    """

    groups: NDArray[np.int64]
    edges: NDArray[np.bool_]
    size: int
    area: float

    @classmethod
    def of(cls, scores: Numbers, edges: NDArray[np.bool_]) -> "_Ranked":
        different, groups = np.unique(scores, return_inverse=True)
        ranks, count = rankdata(scores), int(edges.sum())
        area = (float(ranks[edges].sum()) - count * (count + 1) / 2) / (count * (len(edges) - count))
        return cls(groups.astype(np.int64), edges, len(different), area)

    def areas(self, items: NDArray[np.int64]) -> Numbers:
        """Return the AUC of each resample (resamples,); NaN without edges or without other pairs."""
        found = np.empty(len(items))
        for number, drawn in enumerate(items):
            groups, edges = self.groups[drawn], self.edges[drawn]
            positive = np.bincount(groups[edges], minlength=self.size)
            negative = np.bincount(groups[~edges], minlength=self.size)
            below = np.cumsum(negative) - 0.5 * negative
            pairs = float(positive.sum()) * float(negative.sum())
            found[number] = float(positive @ below) / pairs if pairs else np.nan
        return found

    def __repr__(self) -> str:
        return short(self)

"""Vectors of the members of Zachary's karate club, trained by node2vec and drawn in two dimensions.

    python examples/karate.py karate.svg

The edges are those of figure 3 of Zachary, *An information flow model for conflict and fission in small groups*, 1977,
and the sides those that the members took when the club split.
"""

import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np

from wordvec import Graph, Node2Vec, Vectors

FRIENDS = """\
1: 2 3 4 5 6 7 8 9 11 12 13 14 18 20 22 32
2: 3 4 8 14 18 20 22 31
3: 4 8 9 10 14 28 29 33
4: 8 13 14
5: 7 11
6: 7 11 17
7: 17
9: 31 33 34
10: 34
14: 34
15: 33 34
16: 33 34
19: 33 34
20: 34
21: 33 34
23: 33 34
24: 26 28 30 33 34
25: 26 28 32
26: 32
27: 30 34
28: 34
29: 32 34
30: 33 34
31: 33 34
32: 33 34
33: 34
"""
OF_THE_INSTRUCTOR = {str(number) for number in (*range(1, 10), *range(11, 15), 17, 18, 20, 22)}
COLOURS = {"with the instructor": "#1b6ca8", "with the president": "#d1495b"}


def edges() -> list[tuple[str, str]]:
    """Return the pairs of friends."""
    lines = (line.split(": ") for line in FRIENDS.splitlines())
    return [(member, friend) for member, friends in lines for friend in friends.split()]


def train(graph: Graph) -> Vectors:
    """Return vectors of the members; so small a graph needs many walks."""
    return Node2Vec(dim=16, walks=200, length=20, window=4, p=1, q=0.5).fit(graph)


def plane(vectors: Vectors) -> np.ndarray:
    """Return the first two principal components (members, 2) of the vectors at length 1."""
    rows = vectors.matrix / np.linalg.norm(vectors.matrix, axis=1, keepdims=True)
    rows = rows - rows.mean(axis=0)
    found = rows @ np.linalg.svd(rows, full_matrices=False)[2][:2].T
    # Turned so that the instructor is on the left.
    return found * np.where(found[vectors.words.index("1")] > 0, -1, 1)


def draw(graph: Graph, vectors: Vectors, path: Path) -> None:
    """Draw the members and their friendships."""
    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "karate"
    import matplotlib.pyplot as plt

    at = dict(zip(vectors.words, plane(vectors).tolist(), strict=True))
    figure, axes = plt.subplots(figsize=(6.4, 4.2), layout="constrained")
    first, second = graph.ends()
    for a, b in zip(first.tolist(), second.tolist(), strict=True):
        ends = at[graph.names[a]], at[graph.names[b]]
        axes.plot(*zip(*ends, strict=True), color="#bbbbbb", linewidth=0.6, zorder=1)
    for side, colour in COLOURS.items():
        members = [name for name in at if (name in OF_THE_INSTRUCTOR) == (side == "with the instructor")]
        axes.scatter(*zip(*(at[name] for name in members), strict=True), s=150, color=colour, label=side, zorder=2)
    for name, (x, y) in at.items():
        axes.annotate(name, (x, y), ha="center", va="center", color="white", fontsize=7)
    axes.set_axis_off()
    figure.legend(frameon=False, loc="outside lower center", ncols=2)
    figure.savefig(path, metadata={"Date": None})


def separated(vectors: Vectors) -> int:
    """Return the number of members whose nearest other member is on the same side."""
    sides = {name: name in OF_THE_INSTRUCTOR for name in vectors.words}
    return sum(sides[name] == sides[vectors.nearest(name, 1)[0][0]] for name in vectors.words)


def main() -> None:
    """Train, print and draw."""
    graph = Graph.from_edges(edges())
    vectors = train(graph)
    print(graph)
    print(f"{separated(vectors)} of {len(vectors)} members have their nearest neighbour on their own side")
    for name in ("1", "34"):
        print(name, ", ".join(other for other, _ in vectors.nearest(name, 5)))
    draw(graph, vectors, Path(sys.argv[1] if len(sys.argv) > 1 else "karate.svg"))


if __name__ == "__main__":
    main()

"""Compare maps of words: principal components, t-SNE (openTSNE) and UMAP (umap-learn), by time and by neighbours kept.

    pip install openTSNE umap-learn
    python examples/maps.py vectors.vec 20000 pca opentsne umap

A line of JSON for each map: processor seconds (those of a second, small map before it, with which programs compile, are
left out), the share of the ten words nearest by cosine that are among the ten nearest on the map, and Spearman's
correlation of the distances of random pairs in space and on the map.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from scipy.stats import spearmanr

from wordvec import Vectors
from wordvec.explorer.layout import components, layout
from wordvec.rows import unit

NEAREST, PAIRS, SEED = 10, 100_000, 1
Points = NDArray[Any]


def pca(rows: Points) -> Points:
    return components(rows - rows.mean(axis=0))[0]


def opentsne(rows: Points) -> Points:
    return layout(rows, "tsne", SEED, threads=1).places


def umap(rows: Points) -> Points:
    from umap import UMAP

    return np.asarray(UMAP(metric="cosine", random_state=SEED, n_jobs=1).fit_transform(rows))


MAPS: dict[str, Callable[[Points], Points]] = {"pca": pca, "opentsne": opentsne, "umap": umap}


def kept(vectors: Vectors, points: Points) -> float:
    """Return the share of the nearest words in space that are among the nearest on the map."""
    rows = {word: row for row, word in enumerate(vectors.words)}
    _, near = cKDTree(points).query(points, NEAREST + 1)
    shares = [
        len({rows[word] for word, _ in found} & set(others.tolist())) / NEAREST
        for found, others in zip(vectors.nearest(vectors.words, NEAREST), near, strict=True)
    ]
    return float(np.mean(shares))


def apart(rows: Points, points: Points) -> float:
    """Return the rank correlation of distances in space and on the map, of random pairs."""
    a, b = np.random.default_rng(SEED).integers(0, len(rows), (2, PAIRS))
    return float(spearmanr(np.linalg.norm(rows[a] - rows[b], axis=1), np.linalg.norm(points[a] - points[b], axis=1))[0])


def main(path: str, number: int, names: list[str]) -> None:
    whole = Vectors.load(path, contexts=False)
    vectors = whole.subset(whole.words[:number])
    rows = unit(vectors.matrix)
    for name in names:
        MAPS[name](rows[:500])
        begun = time.process_time()
        points = MAPS[name](rows)
        seconds = time.process_time() - begun
        print(
            json.dumps(
                {
                    "map": name,
                    "words": len(vectors),
                    "seconds": round(seconds, 1),
                    "nearest_kept": round(kept(vectors, points), 3),
                    "distances": round(apart(rows, points), 3),
                }
            ),
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3:] or list(MAPS))

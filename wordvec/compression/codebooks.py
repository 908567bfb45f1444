"""Codebooks of product quantisation, fitted to rows; and the rotation of optimised product quantisation.

Rows are scaled to length 1. Optimised product quantisation (Ge et al. 2013) rotates them. It starts from the principal
directions, each of which goes to the part with the smallest product of variances so far, so that all parts have about
the same one (the parametric solution), and then alternates between codebooks and the rotation that fits the decoded
rows best, a Procrustes problem (the non-parametric solution).
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wordvec import blas, rows
from wordvec.codecs.product import CENTROIDS, Codebooks, spans_of
from wordvec.compression.kmeans import KMeans
from wordvec.errors import SettingsError
from wordvec.rows import Floats
from wordvec.workers import Progress, StopFlag, available_threads, ordered_map

SAMPLED = 1 << 16
"""Rows by which codebooks are fitted."""
ITERATIONS, TURNS = 20, 10
"""Iterations of k-means, and of the rotation."""
_FIRST_ITERATIONS = 4
"""Iterations of k-means before the first rotation."""


def fit(
    matrix: Floats,
    parts: int,
    *,
    rotate: bool = False,
    seed: int = 1,
    threads: int | None = None,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> Codebooks:
    """Fit codebooks to a sample of the rows.

    Parameters
    ----------
    matrix
        (rows, dim) float32 array; rows of zeros are left out. If there are no others, the only centroid is zeros.
    parts
        Number of parts, which is that of bytes of a code, 1 to dim.
    rotate
        Whether the rows are rotated.
    seed
        Seed of the sample and of the first centroids.
    threads
        Number of threads, which changes no bit; default: one for each processor.
    progress, stop
        Progress display, and flag that stops the work.

    Raises
    ------
    Interrupted
        If `stop` was set.
    """
    if not rows.present(matrix).any():
        return Codebooks(np.zeros((1, matrix.shape[1]), np.float32), parts)
    sample = sampled(matrix, seed)
    with blas.one_thread():
        fitting = _Fitting(
            sample, parts, seed, threads or available_threads(), progress or Progress(), stop or StopFlag()
        )
        return fitting.run(rotate)


def sampled(matrix: Floats, seed: int, number: int = SAMPLED) -> Floats:
    """Return rows of length 1: up to `number` of those that are not all zeros.

    Half of them are the first ones, which are the most frequent words.

    Raises
    ------
    SettingsError
        If there is none.
    """
    there = np.flatnonzero(rows.present(matrix))
    if not len(there):
        raise SettingsError(": there is no row to fit codebooks to", setting="method")
    if len(there) > number:
        first, rest = there[: number // 2], there[number // 2 :]
        drawn = np.random.default_rng(seed).choice(rest, number - len(first), replace=False)
        there = np.concatenate([first, np.sort(drawn)])
    return rows.unit(np.asarray(matrix[there], np.float32))


class _Fitting:
    """Codebooks of the parts of a sample."""

    def __init__(self, sample: Floats, parts: int, seed: int, threads: int, progress: Progress, stop: StopFlag) -> None:
        self.sample, self.parts, self.seed = sample, parts, seed
        self.threads, self.progress, self.stop = threads, progress, stop
        self.spans = spans_of(sample.shape[1], parts)

    def run(self, rotate: bool) -> Codebooks:
        """Return the fitted codebooks."""
        rotation = None
        turns = TURNS if rotate else 0
        self.progress.begin("fitting codebooks", turns + 1, " steps")
        try:
            books: list[KMeans] = []
            turned = self.sample
            if rotate:
                rotation = principal_rotation(self.sample, self.parts)
                turned = self.sample @ rotation
                books = self._books(turned, _FIRST_ITERATIONS)
            for turn in self.stop.until(range(turns)):
                rotation = best_rotation(self.sample, self._decoded(books, turned))
                turned = self.sample @ rotation
                self._iterate(books, turned, 1)
                self.progress.report(turn + 1)
            books = books or self._books(turned, 0)
            self._iterate(books, turned, ITERATIONS)
            self.progress.report(turns + 1)
        finally:
            self.progress.end()
        return Codebooks(joined([book.centroids for book in books]), self.parts, rotation)

    def _books(self, turned: Floats, iterations: int) -> list[KMeans]:
        books = [KMeans(turned[:, span], CENTROIDS, self.seed + part) for part, span in enumerate(self.spans)]
        self._iterate(books, turned, iterations)
        return books

    def _iterate(self, books: Sequence[KMeans], turned: Floats, iterations: int) -> None:
        def iterate(part: int) -> None:
            self.stop.check()
            books[part].iterate(turned[:, self.spans[part]], iterations)

        for _ in ordered_map(iterate, range(self.parts), self.threads):
            pass

    def _decoded(self, books: Sequence[KMeans], turned: Floats) -> Floats:
        """Return the centroids of the sample."""
        decoded = np.empty_like(turned)

        def decode(part: int) -> None:
            span = self.spans[part]
            decoded[:, span] = books[part].centroids[books[part].assigned(turned[:, span])[0]]

        for _ in ordered_map(decode, range(self.parts), self.threads):
            pass
        return decoded


def joined(centroids: Sequence[Floats]) -> Floats:
    """Return the centroids of all parts (centroids, dim); the last of a part is repeated where others have more."""
    most = max(map(len, centroids))
    return np.hstack([np.concatenate([one, np.repeat(one[-1:], most - len(one), axis=0)]) for one in centroids])


def principal_rotation(sample: Floats, parts: int) -> Floats:
    """Return the principal directions (dim, dim) as columns, in an order by which parts have equal variances."""
    moment = sample.T.astype(np.float64) @ sample / len(sample)
    variances, directions = np.linalg.eigh(moment)
    logarithms = np.log(np.maximum(variances[::-1], variances.max() * 1e-9))
    directions = directions[:, ::-1] * np.sign(directions[:, ::-1].sum(axis=0) + 1e-300)
    sizes = [span.stop - span.start for span in spans_of(len(moment), parts)]
    chosen: list[list[int]] = [[] for _ in sizes]
    sums = [0.0] * parts
    for column, logarithm in enumerate(logarithms.tolist()):
        free = [part for part in range(parts) if len(chosen[part]) < sizes[part]]
        part = min(free, key=lambda one: (sums[one] if chosen[one] else -math.inf, one))
        chosen[part].append(column)
        sums[part] += logarithm
    return np.asarray(directions[:, [column for part in chosen for column in part]], np.float32)


def best_rotation(sample: Floats, decoded: Floats) -> Floats:
    """Return the rotation R that minimises |sample R − decoded|."""
    products: NDArray[np.float64] = (sample.T @ decoded).astype(np.float64)
    left, _, right = np.linalg.svd(products)
    return np.asarray(left @ right, np.float32)

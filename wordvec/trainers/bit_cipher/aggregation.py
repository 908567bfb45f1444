"""Weighted sums of the codes of each word's context words, in blocks; `transforms` turns them into vectors."""

import math
import threading
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.positions import PositionIndexer, WordPositions, runs
from wordvec.errors import SettingsError
from wordvec.kernels.cipher import AggregationWindow, add_codes
from wordvec.workers import Progress, StopFlag, ordered_map

BLOCKS = ("side", "ring", "signed")
WEIGHTINGS = ("flat", "harmonic", "dynamic", "cosine")
TOKENS_AT_ONCE = 1 << 25
"""Tokens of a piece: 400 MB."""
POSITIONS_AT_ONCE = 1 << 16
_COSINE_UNIT = 1 << 16


def block_names(mode: str, blocks: str, radius: int) -> list[str]:
    """Return the descriptions of the blocks, in order."""
    if mode == "sum":
        return [f"within {radius}"]
    distances = range(1, radius + 1)
    if blocks == "side":
        return [f"left, within {radius}", f"right, within {radius}"]
    if blocks == "ring":
        return [f"at {distance}" for distance in distances]
    return [f"left, at {distance}" for distance in reversed(distances)] + [
        f"right, at {distance}" for distance in distances
    ]


def block_table(mode: str, blocks: str, radius: int) -> NDArray[np.int64]:
    """Return the (2, radius + 1) number of the block of a word on the left or right at each distance."""
    distances = np.arange(radius + 1)
    if mode == "sum":
        sides = (np.zeros_like(distances), np.zeros_like(distances))
    elif blocks == "side":
        sides = (np.zeros_like(distances), np.ones_like(distances))
    elif blocks == "ring":
        sides = (np.maximum(distances - 1, 0), np.maximum(distances - 1, 0))
    else:
        sides = (np.maximum(radius - distances, 0), radius + np.maximum(distances - 1, 0))
    return np.stack(sides).astype(np.int64)


def pair_weights(weighting: str, radius: int, counts: NDArray[np.int64]) -> tuple[NDArray[np.int64], int]:
    """Return the weights of each word at each distance, in units of 1 / `unit`, and `unit`.

    ``cosine`` is Williams' cos²(π d p(c)), where p(c) is the word's share of all tokens. The last row is for all words
    whose weights round to 1.
    """
    distances = np.arange(1, radius + 1)
    if weighting == "flat":
        table, unit = np.ones((1, radius)), 1
    elif weighting == "dynamic":
        table, unit = (radius + 1 - distances)[None].astype(float), radius
    elif weighting == "harmonic":
        unit = math.lcm(*range(1, radius + 1)) if radius <= 20 else 1 << 30
        table = unit / distances[None]
    else:
        shares = counts / counts.sum()
        full = np.rint(_COSINE_UNIT * np.cos(np.pi * distances * shares[:, None]) ** 2)
        rows = np.append(np.flatnonzero((full != _COSINE_UNIT).any(1)), -1)[:-1]
        last = int(rows[-1]) + 1 if len(rows) else 0
        table, unit = np.vstack([full[:last], np.full((1, radius), _COSINE_UNIT)]), _COSINE_UNIT
    return np.hstack([np.zeros((len(table), 1)), np.rint(table)]).astype(np.int64), unit


class Sums(NamedTuple):
    """Sums over the context words of each word.

    Attributes
    ----------
    codes
        (words, blocks · bits) int64 sums of codes, in units of 1 / `unit`.
    totals
        (words, blocks) int64 sums of the context words' weights, in units of 1 / `weight_unit`.
    kept
        Number of tokens after subsampling and cutting.
    """

    codes: NDArray[np.int64]
    totals: NDArray[np.int64]
    unit: int
    weight_unit: int
    kept: int


class Aggregation(NamedTuple):
    """Blocks, weights and codes of the sums: see `block_table`, `pair_weights` and `Cipher.codes`."""

    bits: int
    blocks: NDArray[np.int64]
    weights: NDArray[np.int64]
    weight_unit: int
    codes: NDArray[np.int32]
    share_unit: int

    def sums(self, indexer: PositionIndexer, threads: int, progress: Progress, stop: StopFlag) -> Sums:
        """Sum the codes of the context words of every word, in parallel; threads do not change the bits.

        Raises
        ------
        SettingsError
            If sums could exceed 63 bits.
        Interrupted
            If `stop` was set.
        """
        most = int(indexer.corpus.vocabulary.counts[0]) * 2 * int(self.weights.max(0).sum()) * self.share_unit
        if most >= 1 << 62:
            raise SettingsError(
                ": too wide for so large a corpus, as sums would not be exact; use a smaller one", setting="radius"
            )
        number = int(self.blocks.max()) + 1
        codes = np.zeros((indexer.words, number * self.bits), np.int64)
        totals = np.zeros((indexer.words, number), np.int64)
        span, local = AggregationWindow(self.weights, self.blocks), threading.local()
        tokens, kept = len(indexer.corpus.ids), 0
        progress.begin("adding codes", tokens, " tokens")
        try:
            for first in stop.until(range(0, tokens, TOKENS_AT_ONCE)):
                last = min(tokens, first + TOKENS_AT_ONCE)
                piece = indexer.piece(first, last)
                kept += int(piece.starts[-1])

                def add(run: tuple[int, int], piece: WordPositions = piece) -> int:
                    begin, end = run
                    if not hasattr(local, "row"):
                        local.row = np.zeros(number * (self.bits + self.codes.shape[1]), np.int64)
                    add_codes(*piece, begin, self.codes, span, local.row, codes[begin:end], totals[begin:end])
                    return int(piece.starts[end] - piece.starts[begin])

                done = 0
                for added in ordered_map(add, stop.until(runs(np.diff(piece.starts), POSITIONS_AT_ONCE)), threads):
                    done += added
                    progress.report(first + done * (last - first) // int(piece.starts[-1]))
        finally:
            progress.end()
        return Sums(codes, totals, self.share_unit * self.weight_unit, self.weight_unit, kept)

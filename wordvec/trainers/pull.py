"""Words that a lexicon connects are drawn together during training, by edge steps after each piece of the corpus.

The steps of a piece are a function of the seed and the piece, and change the replica that has trained the piece. The
result therefore has the same bits on any number of threads, and in runs that were interrupted.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.errors import InputError
from wordvec.kernels import rng, sampling
from wordvec.kernels.edges import Edges
from wordvec.kernels.retrofit import Neighbourhoods
from wordvec.lexicons.lexicon import Lexicon
from wordvec.lexicons.neighbourhoods import digest, neighbourhoods, none_known
from wordvec.rows import ragged_blocks
from wordvec.trainers.checkpoint import State
from wordvec.wording import quantity
from wordvec.workers import Progress

TOKENS_OF_STEP = 4
"""Trained tokens for each edge step, which is so many times as long, because steps take time: see examples/results.md.
"""
_EDGES_AT_ONCE = 1 << 20
_STREAM = 2**32
"""No epoch has this number, so that edge steps and training draw independent numbers."""

Graph = str | Path | Lexicon
"""A lexicon, or the path of one."""


def lexicon_of(graph: Graph | None) -> Lexicon | None:
    """Return a lexicon, read if it is given as a path.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    if graph is None or isinstance(graph, Lexicon):
        return graph
    from wordvec.lexicons.reading import read_lexicon  # most runs have no graph

    return read_lexicon(arguments.path("graph", graph))


class Pull:
    """Edges between the words of a model, and how they are drawn.

    Parameters
    ----------
    lexicon
        Neighbours and opposites.
    words
        The words trained, by rows.
    centres
        (words,) array: about how often each word is trained, in any unit. There is an edge step for every
        `TOKENS_OF_STEP` times that words with edges are trained, by a word that is drawn by the square root of this
        number.
    strength
        The setting `pull`: a step is `TOKENS_OF_STEP` times as long, as a multiple of the learning rate.
    seed
        Seed of the steps.

    Attributes
    ----------
    edges
        Edges as kernels take them.
    record
        Name and digest of the graph, and numbers of its words and edges, for metadata and checkpoints.
    steps
        Number of edge steps, in the unit of `centres`.
    strength
        Length of a step, as a multiple of the learning rate.

    Raises
    ------
    InputError
        If no edge has two words that are trained.
    """

    def __init__(
        self, lexicon: Lexicon, words: list[str], centres: NDArray[np.float64], strength: float, seed: int
    ) -> None:
        near = neighbourhoods(words, lexicon)
        if not len(near.words):
            raise InputError(none_known(lexicon, len(words), "corpus has"))
        trained = np.maximum(centres[near.words], np.finfo(np.float64).tiny)
        # By the numbers themselves, rare words hardly move: see examples/results.md.
        self._weights = np.sqrt(trained)
        self.edges, self.steps = edges_of(near, self._weights), float(trained.sum()) / TOKENS_OF_STEP
        self.strength, self._seed = TOKENS_OF_STEP * strength, int(rng.piece_stream(seed, _STREAM, 0)) >> 1
        self.record: dict[str, Any] = {
            "lexicon": lexicon.name,
            "form": lexicon.form,
            "relations": dict(lexicon.relations),
            "digest": digest(near),
            "words": len(near.words),
            "edges": len(near.neighbours),
            "opposites": int((near.neighbours < 0).sum()),
        }

    @property
    def memory(self) -> int:
        """Bytes of the edges."""
        return sum(array.nbytes for array in self.edges)

    def steps_of_words(self) -> NDArray[np.float64]:
        """Return how many of the steps each of the words with edges makes (words,), in the unit of `centres`."""
        shares: NDArray[np.float64] = self._weights * (self.steps / self._weights.sum())
        return shares

    def stream(self, epoch: int, number: int) -> np.uint64:
        """Return the random stream of the steps after a piece, or a round, of an epoch."""
        return np.uint64(rng.piece_stream(self._seed, epoch, number))


def same_graph(pull: Pull, state: State, progress: Progress) -> dict[str, Any]:
    """Return the record of a graph for the state of a run, which has the same one if the run was interrupted.

    Raises
    ------
    InputError
        If the interrupted run had another graph, or none.
    """
    record, name = pull.record, pull.record["lexicon"]
    if state.interruptions:
        if state.graph is None:
            raise InputError(f"{name}: the interrupted run was trained without a graph")
        if state.graph["digest"] != record["digest"]:
            raise InputError(
                f"{name}: has other edges between the trained words than {state.graph['lexicon']} had when the run "
                "began; restore that file, or train again"
            )
        return state.graph
    opposites = f", {record['opposites']:,} of these to opposites" if record["opposites"] else ""
    progress.say(
        f"{name}, read as {record['form']}: {quantity(record['words'], 'word')} drawn together by "
        f"{quantity(record['edges'], 'edge')}{opposites}"
    )
    return record


def whole(steps: float, stream: np.uint64) -> int:
    """Return a number of steps as an integer, rounded up with the probability of its fraction."""
    return int(steps + (int(stream) >> 11) / 2**53)


Step = Callable[[Any, int, np.float32, np.uint64], None]
"""Makes edge steps in a model: their number, the share of the way, and the random stream."""


def edges_of(near: Neighbourhoods, weights: NDArray[np.float64]) -> Edges:
    """Return edges as kernels draw them; `weights` (moving words,) are positive."""
    limits, passed = np.empty(len(near.neighbours), np.uint32), 0.0
    for moving in ragged_blocks(near.begins[1:], _EDGES_AT_ONCE):
        begins = near.begins[moving.start : moving.stop + 1]
        first, last = begins[0], begins[-1]
        sums = np.cumsum(np.append(passed, near.weights[first:last]))
        edges, of_words = np.diff(begins), sums[begins - first]
        shares = (sums[1:] - np.repeat(of_words[:-1], edges)) / np.repeat(np.diff(of_words), edges)
        limits[first:last] = np.minimum(shares * sampling.WHOLE, sampling.WHOLE - 1).astype(np.uint32)
        passed = float(sums[-1])
    return Edges(sampling.noise_table(weights, 1.0), near.words, near.begins, near.neighbours, limits)

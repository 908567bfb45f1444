"""node2vec (Grover and Leskovec 2016): skip-gram on random walks over a graph, so that nodes are its words."""

import contextlib
import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from wordvec import arguments
from wordvec.corpora.graphs.settings import GraphSettings, WalkSettings
from wordvec.documentation import documented
from wordvec.settings import setting
from wordvec.trainers.base import Estimate
from wordvec.trainers.skipgram import SkipGram
from wordvec.workers import Progress, StopFlag

if TYPE_CHECKING:
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.corpora.graphs.graph import Graph
    from wordvec.vectors import Vectors


@documented
@dataclasses.dataclass(frozen=True, kw_only=True)
class Node2Vec(SkipGram, WalkSettings, GraphSettings):
    """Train skip-gram on random walks: nodes with the same neighbours, or near each other, get similar vectors.

    With p = q = 1 walks depend on the current node alone, as in DeepWalk (Perozzi et al. 2014).

    Examples
    --------
    >>> from wordvec.corpora.graphs.graph import Graph
    >>> graph = Graph.from_edges([("a", "b"), ("b", "c"), ("c", "a"), ("c", "d")])
    >>> Node2Vec(dim=8, walks=2, length=10).fit(graph)
    <Vectors of 4 words, dim 8>
    """

    method: ClassVar[str] = "node2vec"
    title: ClassVar[str] = "node2vec"
    rows_are: ClassVar[str] = "node"
    reads: ClassVar[str] = "graph"

    dim: int = setting(128, "number of dimensions of a vector", at_least=2)
    window: int = setting(10, "maximum number of context nodes on either side in a walk", at_least=1)
    epochs: int = setting(1, "passes over the walks", at_least=1)
    min_count: int = setting(1, "ignore nodes with fewer occurrences in all walks", at_least=1)
    sample: float = setting(
        0.0, "subsample nodes more frequent than about this share of the walks; 0 keeps all", at_least=0
    )
    negatives_per: str = setting(
        None,
        "draw noise words for each pair (more accurate) or for each window (a third of the time); default: pair",
        choices=("pair", "window"),
    )
    learning_rate: float = setting(0.05, "initial learning rate, which decreases linearly", above=0)
    pull: float | None = dataclasses.field(default=None, init=False, repr=False, compare=False)

    @property
    def of_noise(self) -> dict[str, Any]:
        """Default values of the settings of noise words, by name."""
        return super().of_noise | {"negatives_per": "pair"}

    @property
    def graph_settings(self) -> dict[str, Any]:
        """Settings of reading the graph, by name."""
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(GraphSettings)}

    def walk(
        self,
        graph: "Graph",
        folder: Path | None = None,
        *,
        progress: Progress | None = None,
        stop: StopFlag | None = None,
    ) -> "EncodedCorpus":
        """Write the walks on a graph, into a folder or a temporary one."""
        from wordvec.corpora.graphs.walks import random_walks

        how: dict[str, Any] = {"seed": self.seed, "threads": self.threads, "progress": progress, "stop": stop}
        return random_walks(graph, folder, **how, **self.by_name())

    def fit(
        self,
        corpus: "Graph | EncodedCorpus",
        *,
        progress: Progress | None = None,
        stop: StopFlag | None = None,
        **options: Any,
    ) -> "Vectors":
        """Train on a graph, or on walks that were written before; the options are those of `SkipGram.fit`."""
        with self._walks(corpus, progress=progress, stop=stop) as walks:
            return super().fit(walks, progress=progress, stop=stop, **options)

    def estimate(self, corpus: "Graph | EncodedCorpus", **start: Any) -> Estimate:
        """Estimate memory and time by drawing the walks and training for about a second."""
        with self._walks(corpus) as walks:
            return super().estimate(walks, **start)

    def _walks(
        self, given: "Graph | EncodedCorpus", **options: Any
    ) -> "contextlib.AbstractContextManager[EncodedCorpus]":
        """Return walks for a ``with`` statement; those that were written before are left open."""
        from wordvec.corpora.encoded import EncodedCorpus
        from wordvec.corpora.graphs.graph import Graph

        if isinstance(given, EncodedCorpus):
            return contextlib.nullcontext(given)
        arguments.expect("corpus", given, Graph)
        return self.walk(given, **options)

"""Workers as `wordvec.trainers.sources.Maker`, for commands that take ``--scheduler`` or ``--workers``."""

import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from wordvec.corpora.cooccurrence import Cooccurrence
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.distributed.counting import count
from wordvec.distributed.encoding import encode
from wordvec.distributed.training import check_replicas, fit
from wordvec.trainers.base import Trainer
from wordvec.trainers.negative_sampling import NegativeSampling
from wordvec.vectors import Vectors
from wordvec.workers import Progress

if TYPE_CHECKING:
    from distributed import Client


class ByWorkers:
    """Encodes, counts and trains by the workers of a client, which is opened when it is first used.

    Parameters
    ----------
    opened
        Opens the client; its argument receives a line about workers that are started.

    Examples
    --------
    >>> from functools import partial
    >>> with ByWorkers(partial(clients.of_address, "tcp://HOST:8786")) as maker:  # doctest: +SKIP
    ...     Session(output="news.vec", maker=maker).train(GloVe(), ["news/"])
    """

    def __init__(self, opened: "Callable[[Progress], contextlib.AbstractContextManager[Client]]") -> None:
        self._opened = opened
        self._stack = contextlib.ExitStack()
        self._client: Client | None = None

    def client(self, progress: Progress) -> "Client":
        """Return the client.

        Raises
        ------
        ClusterError
            If no scheduler answers.
        SettingsError
            If Dask is not installed.
        """
        if self._client is None:
            self._client = self._stack.enter_context(self._opened(progress))
        return self._client

    def encode(
        self, paths: Sequence[str], folder: Path, *, threads: int | None, progress: Progress, **settings: Any
    ) -> EncodedCorpus:
        """Encode texts; `threads` is that of this process, and workers have their own."""
        return encode(paths, folder, client=self.client(progress), progress=progress, **settings)

    def count(self, corpus: EncodedCorpus, folder: Path | None = None, **options: Any) -> Cooccurrence:
        """Count a corpus."""
        options.pop("threads", None)
        client = self.client(options.get("progress") or Progress())
        return count(corpus, folder, client=client, **options)

    def check(self, trainer: Trainer) -> None:
        """Refuse one replica, which workers cannot divide."""
        if isinstance(trainer, NegativeSampling):
            check_replicas(trainer)

    def notes(self, trainer: Trainer, spelling: Callable[[str], str]) -> str | None:
        """Return nothing: idle workers are named when training begins."""
        return None

    def fit(self, trainer: Any, source: EncodedCorpus | Cooccurrence, **options: Any) -> Vectors:
        """Train skip-gram, CBOW and fastText by the workers, and other methods here."""
        if isinstance(trainer, NegativeSampling) and isinstance(source, EncodedCorpus):
            return fit(trainer, source, self.client(options.get("progress") or Progress()), **options)
        vectors: Vectors = trainer.fit(source, **options)
        return vectors

    def __enter__(self) -> "ByWorkers":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

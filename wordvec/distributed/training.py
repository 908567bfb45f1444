"""Training of skip-gram, CBOW and fastText by the workers of Dask; the bits are those of one process."""

import contextlib
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from wordvec import arguments, files
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.distributed.cluster import Cluster, connected
from wordvec.distributed.team import Team, WorkersLostError
from wordvec.errors import ClusterError, OutputError, SettingsError
from wordvec.trainers import fitting
from wordvec.trainers.checkpoint import Checkpoint
from wordvec.trainers.loop import Workers
from wordvec.trainers.negative_sampling import NegativeSampling
from wordvec.trainers.replicas import plan
from wordvec.vectors import Vectors
from wordvec.wording import quantity
from wordvec.workers import Progress, StopFlag

if TYPE_CHECKING:
    from distributed import Client

    from wordvec.trainers.stopping import OnReport

SAVE_SECONDS = 300.0
"""Seconds between checkpoints by default: what is lost with a worker is trained again."""
RESTARTS = 5
"""How often training continues from its last checkpoint because a worker ended."""
_REPLACED_SECONDS = 20.0
"""Seconds in which lost workers may be replaced before training continues without them."""
_GLANCE = 0.2


def fit(
    trainer: NegativeSampling,
    corpus: EncodedCorpus,
    client: "Client | None" = None,
    *,
    init: Vectors | None = None,
    init_contexts: Vectors | None = None,
    init_words: str = "union",
    checkpoint: Checkpoint | None = None,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
    on_report: "OnReport | None" = None,
) -> Vectors:
    """Train on the workers of Dask, each of which has some of the replicas.

    If a worker ends, training continues from the last checkpoint, or from the beginning.

    Parameters
    ----------
    trainer
        Skip-gram, CBOW or fastText with several replicas.
    corpus
        Encoded text, in a folder that all workers see under the same path.
    client
        Client of Dask; None: the default client, or a cluster of processes on this machine that ends with the call.
    init, init_contexts, init_words
        Starting vectors, as for `NegativeSampling.fit`.
    checkpoint
        Folder of the state, which all workers see; its state is saved every five minutes unless it names another
        interval. It is that of one machine: either continues what the other began. Default: a temporary folder beside
        the corpus.
    progress, stop, on_report
        As for `NegativeSampling.fit`.

    Returns
    -------
    Vectors
        Those of `NegativeSampling.fit`, bit for bit; the metadata also record the workers.

    Raises
    ------
    ClusterError
        If the scheduler is lost, workers are lost several times, have other versions or do not see the folders.
    SettingsError
        If the trainer has one replica.
    InputError, OutputError, MemoryLimitError, DivergedError, Interrupted
        As for `NegativeSampling.fit`.
    """
    arguments.expect("trainer", trainer, NegativeSampling)
    arguments.expect("corpus", corpus, EncodedCorpus)
    arguments.expect("checkpoint", checkpoint, Checkpoint, optional=True)
    started = init is not None or (checkpoint is not None and checkpoint.started)
    check_replicas(trainer.resolved(corpus, started=started))
    start = fitting.Start(init, init_contexts, init_words)
    progress, stop = progress or Progress(), StopFlag() if stop is None else stop
    with contextlib.ExitStack() as stack:
        if checkpoint is None:
            checkpoint = stack.enter_context(_temporary(corpus.folder.absolute().parent))
        with files.disk_errors(checkpoint.folder):
            checkpoint.folder.mkdir(exist_ok=True)
        stack.callback(_remove_if_empty, checkpoint.folder)
        run = _Run(trainer, corpus, fitting.Control(checkpoint, progress, stop, on_report), checkpoint)
        cluster = stack.enter_context(connected(client, progress, stop))
        for attempt in range(RESTARTS + 1):
            try:
                return run.fit(cluster, start)
            except WorkersLostError as error:
                stop.check()  # a batch system ends the workers of this machine, too
                if attempt == RESTARTS:
                    raise ClusterError(f"{error}; workers ended {RESTARTS + 1} times during this run") from error
                progress.say(f"{error}; {run.reopened()}")
                cluster = run.replaced(cluster)
                if checkpoint.state is not None:
                    start = fitting.Start()
        raise AssertionError("unreachable")


def check_replicas(trainer: NegativeSampling) -> None:
    """Refuse a trainer with one replica, and methods that are trained on one machine only.

    Raises
    ------
    SettingsError
        If it is one of these.
    """
    if not trainer.distributable:
        raise SettingsError(f"{trainer.method} is not trained on workers; train it on one machine")
    if trainer.replicas != 1:
        return
    given = ": is 1 for matrices of this size" if "replicas" in trainer.automatic else "1"
    raise SettingsError(
        f"{given}; workers train replicas, each of which is a copy of the model",
        setting="replicas",
        advice="set {replicas} to 2 or more, or train without workers",
    )


class _Run:
    """A training run, which can begin several times."""

    def __init__(
        self, trainer: NegativeSampling, corpus: EncodedCorpus, control: fitting.Control, checkpoint: Checkpoint
    ) -> None:
        self._trainer, self._corpus, self._control, self._checkpoint = trainer, corpus, control, checkpoint
        self._received = 0
        self._said = False

    def replaced(self, cluster: Cluster) -> Cluster:
        """Wait a while for workers that replace lost ones, and return those that there are."""
        wanted, until = len(cluster.threads), time.monotonic() + _REPLACED_SECONDS
        while len(cluster.client.nthreads()) < wanted and time.monotonic() < until:
            self._control.stop.check()
            time.sleep(_GLANCE)
        return Cluster(cluster.client, self._control.progress, self._control.stop)

    def fit(self, cluster: Cluster, start: fitting.Start) -> Vectors:
        """Train from the state of the checkpoint."""
        cluster.check_sees(self._corpus.folder)
        cluster.check_sees(self._checkpoint.folder)
        place = fitting.Place(lambda task: self._team(cluster, task), 0, SAVE_SECONDS)
        vectors = fitting.fit(self._trainer, self._corpus, start, self._control, place)
        vectors.metadata["cluster"] = cluster.record() | {"received": self._received}
        return vectors

    def reopened(self) -> str:
        """Return to the last checkpoint, and return a sentence that says so."""
        self._checkpoint.reopen()
        state = self._checkpoint.state
        if state is None or state.done == 0:
            return "training again from the beginning"
        run = self._trainer.resolved(self._corpus, started=self._checkpoint.started)
        pieces = run.pieces_of(self._corpus)
        return f"training again from the last checkpoint, at {100 * state.done / len(pieces):.0f} %"

    @contextlib.contextmanager
    def _team(self, cluster: Cluster, task: fitting.Task) -> Iterator[Workers]:
        schedule = plan(task.trainer, task.pieces)
        if schedule is None:
            self._control.progress.say("the text is too short to be divided: it is trained by this process")
            with fitting.by_threads(task) as threads:
                yield threads
            return
        idle = len(cluster.threads) - schedule.replicas
        if idle > 0 and not self._said:
            self._said = True
            self._control.progress.say(
                f"{quantity(idle, 'worker')} of {len(cluster.threads)} will be idle, since {schedule.replicas} "
                "replicas are trained"
            )
        if not task.resumed and task.model.started is not None:
            self._checkpoint.save(task.state, task.trainer.settings(), self._corpus, task.model.saved())
        state = self._checkpoint.folder.absolute() if task.resumed else None
        team = Team(cluster, task, schedule, self._checkpoint.folder, state)
        try:
            yield team
        finally:
            self._received += team.received
            team.close()


def _remove_if_empty(folder: Path) -> None:
    with contextlib.suppress(OSError):
        folder.rmdir()


@contextlib.contextmanager
def _temporary(parent: Path) -> Iterator[Checkpoint]:
    """Yield a checkpoint in a temporary folder beside the corpus."""
    try:
        folder = Path(tempfile.mkdtemp(prefix=".wordvec-fit-", dir=parent))
    except OSError as error:
        raise OutputError(
            f"{parent}: {error.strerror}; workers exchange the result in a folder there, or in that of `checkpoint`"
        ) from error
    try:
        yield Checkpoint(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)

"""One training run of a model with negative sampling: begun or resumed, trained by threads or elsewhere."""

import contextlib
import dataclasses
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from wordvec import arguments
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.errors import Interrupted
from wordvec.settings import known
from wordvec.trainers import continuing, loop, stopping
from wordvec.trainers.checkpoint import Checkpoint, State
from wordvec.trainers.pieces import Pieces
from wordvec.trainers.pull import Graph, lexicon_of, same_graph
from wordvec.trainers.pull_setting import with_pull
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag

if TYPE_CHECKING:
    from wordvec.trainers.model import NegativeSamplingModel
    from wordvec.trainers.negative_sampling import NegativeSampling


class Start(NamedTuple):
    """Starting vectors and graph of a run: see `NegativeSampling.fit`."""

    init: Vectors | None = None
    init_contexts: Vectors | None = None
    init_words: str = continuing.UNION
    graph: Graph | None = None


class Control(NamedTuple):
    """What follows and stops a run: see `NegativeSampling.fit`."""

    checkpoint: Checkpoint | None
    progress: Progress
    stop: StopFlag
    on_report: stopping.OnReport | None = None


@dataclasses.dataclass(frozen=True)
class Task:
    """A run that is ready to be trained.

    Attributes
    ----------
    trainer
        Trainer with resolved settings.
    corpus, model, pieces
        What it trains on, and what it trains.
    state
        State from which training continues.
    checkpoint
        Folder of the state; None without one.
    """

    trainer: "NegativeSampling"
    corpus: EncodedCorpus
    model: "NegativeSamplingModel"
    pieces: Pieces
    state: State
    checkpoint: Checkpoint | None

    @property
    def resumed(self) -> bool:
        """Whether the matrices were loaded from a checkpoint."""
        return self.checkpoint is not None and self.checkpoint.state is not None

    @property
    def unfinished(self) -> bool:
        """Whether pieces remain to be trained."""
        return loop.unfinished(self.state, self.pieces)


@contextlib.contextmanager
def by_threads(task: Task) -> Iterator[loop.Workers]:
    """Yield the threads of this process that train a model."""
    workers = task.model.workers(task.pieces)
    if task.checkpoint is not None and task.resumed and task.unfinished:
        task.checkpoint.load(workers.apart(task.state.done))
    yield workers


class Place(NamedTuple):
    """Where models are trained.

    Attributes
    ----------
    workers
        Opens what trains the pieces.
    copies
        Number of replicas that this process has; None: all.
    save_every
        Seconds between checkpoints if the user names none; None: no checkpoints.
    """

    workers: Callable[[Task], contextlib.AbstractContextManager[loop.Workers]]
    copies: int | None = None
    save_every: float | None = None


HERE = Place(by_threads)


def fit(
    trainer: "NegativeSampling", corpus: EncodedCorpus, start: Start, control: Control, place: Place = HERE
) -> Vectors:
    """Train on a corpus; see `NegativeSampling.fit`, which has the same errors."""
    checkpoint, progress = control.checkpoint, control.progress
    arguments.expect("corpus", corpus, EncodedCorpus)
    arguments.expect("init", start.init, Vectors, optional=True)
    arguments.expect("init_contexts", start.init_contexts, Vectors, optional=True)
    arguments.expect("checkpoint", checkpoint, Checkpoint, optional=True)
    run = trainer.resolved(corpus, started=start.init is not None or (checkpoint is not None and checkpoint.started))
    run = with_pull(run, start.graph)
    task = _prepared(run, corpus, start, checkpoint, progress, place.copies)
    model, state = task.model, task.state
    every = None if checkpoint is None else place.save_every if checkpoint.every is None else checkpoint.every
    with place.workers(task) as workers:

        def save(state: State) -> None:
            if checkpoint is not None:
                checkpoint.save(state, run.settings(), corpus, {**model.saved(), **workers.apart(state.done)})

        loop.run(
            task.pieces,
            workers,
            state,
            threads=workers.threads,
            watch=stopping.Watch(progress, control.on_report, run.stop_when_loss_rises),
            stop=control.stop,
            save=save,
            save_every=every,
        )
        try:
            model.complete(task.pieces, progress, control.stop)
        except Interrupted:
            save(state)
            raise Interrupted("interrupted after training, before the result was complete") from None
    if checkpoint is not None:
        checkpoint.state, checkpoint.trained = state, model.saved()
    origin = {} if state.started_from is None else {"started_from": state.started_from}
    origin |= {} if state.graph is None else {"graph": state.graph}
    return model.vectors(run.record(corpus) | {"training": _record(task)} | origin)


def _prepared(
    run: "NegativeSampling",
    corpus: EncodedCorpus,
    start: Start,
    checkpoint: Checkpoint | None,
    progress: Progress,
    copies: int | None,
) -> Task:
    """Return the model and the state to begin with."""
    keep = continuing.check_choice(start.init_words) == continuing.UNION
    kept = None if checkpoint is None or checkpoint.state is None else checkpoint.load_kept()
    contexts = run.starting_contexts(start.init, start.init_contexts)
    model = run.model_of(corpus, start.init, contexts, keep=keep, kept=kept, copies=copies)
    if model.started is not None:
        progress.say(model.started.described(model.size, keep))
    state = _state(run, checkpoint, corpus, model)
    if start.init is not None and state.started_from is None:
        state.started_from = continuing.origin(start.init)
    if (lexicon := lexicon_of(start.graph)) is not None:
        model.connect(lexicon)
        state.graph = same_graph(known(model.pull), state, progress)
    pieces = run.pieces_of(corpus)
    return Task(run, corpus, model, pieces, state, checkpoint)


def _state(
    run: "NegativeSampling", checkpoint: Checkpoint | None, corpus: EncodedCorpus, model: "NegativeSamplingModel"
) -> State:
    """Return the initial state, and copy its matrices into the model."""
    if checkpoint is None or checkpoint.state is None:
        if checkpoint is not None:
            checkpoint.kept = model.kept
        return State.initial(model.started)
    checkpoint.check(run.settings(), corpus)
    checkpoint.load(model.saved())
    return dataclasses.replace(checkpoint.state, interruptions=checkpoint.state.interruptions + 1)


def _record(task: Task) -> dict[str, Any]:
    """Return the metadata of the training."""
    run, state, pieces, kept = task.trainer, task.state, task.pieces, task.model.kept
    return {
        "tokens": pieces.tokens_before(state.done),
        "loss": stopping.mean_losses(state),
        "seconds": round(state.seconds, 3),
        "threads": state.threads,
        "replicas": min(known(run.replicas), pieces.per_epoch),
        "repeatable": state.threads == 1 or known(run.replicas) > 1,
        "interruptions": state.interruptions,
        "rows_copied": state.rows_copied,
        "rows_composed": state.rows_composed,
        "rows_kept": None if kept is None else len(kept),
        **stopping.record(state, state.done / len(pieces)),
    }

"""GloVe (Pennington et al. 2014): word vectors whose products are the logarithms of co-occurrence counts."""

import contextlib
import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from wordvec import arguments, clock
from wordvec.documentation import documented
from wordvec.errors import MemoryLimitError
from wordvec.settings import known, setting
from wordvec.trainers.base import LOSS_RISES, Estimate
from wordvec.trainers.count_based import CountBased
from wordvec.trainers.pull_setting import pull_setting, with_pull
from wordvec.workers import Progress, StopFlag, available_memory

if TYPE_CHECKING:
    from wordvec.corpora.cooccurrence import Cooccurrence
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.trainers.checkpoint import Checkpoint, State
    from wordvec.trainers.glove.model import GloVeModel
    from wordvec.trainers.glove.strata import Strata
    from wordvec.trainers.pull import Graph
    from wordvec.trainers.stopping import OnReport
    from wordvec.vectors import Vectors


@documented
@dataclasses.dataclass(frozen=True, kw_only=True)
class GloVe(CountBased):
    """Two matrices and biases fitted to the logarithms of co-occurrence counts, by AdaGrad.

    Examples
    --------
    >>> from wordvec import EncodedCorpus
    >>> with EncodedCorpus.from_sentences(["tea with milk", "tea with rum"]) as corpus:
    ...     GloVe(dim=4, min_count=1, epochs=1).fit(corpus).words
    ['tea', 'with', 'milk', 'rum']
    """

    method: ClassVar[str] = "glove"
    title: ClassVar[str] = "GloVe"
    resumable: ClassVar[bool] = True

    epochs: int = setting(25, "passes over the counts", at_least=1)
    x_max: float = setting(10.0, "count from which on all counts have weight 1", above=0)
    alpha: float = setting(0.75, "power of count/x_max that is the weight of a smaller count", at_least=0)
    learning_rate: float = setting(0.05, "initial learning rate; AdaGrad decreases it for each row", above=0)
    regular_biases: bool = setting(False, "use the learning rate for biases, too, unlike the original program")
    stop_when_loss_rises: int | None = setting(None, LOSS_RISES, at_least=1)
    combine: str = setting("sum", "exported vectors: words + contexts, or words alone", choices=("sum", "words"))
    pull: float | None = pull_setting()

    def fit(
        self,
        counts: "Cooccurrence | EncodedCorpus",
        *,
        init: "Vectors | None" = None,
        init_contexts: "Vectors | None" = None,
        graph: "Graph | None" = None,
        checkpoint: "Checkpoint | None" = None,
        progress: Progress | None = None,
        stop: StopFlag | None = None,
        on_report: "OnReport | None" = None,
    ) -> "Vectors":
        """Train on co-occurrence counts; the result has the same bits for any number of threads and any memory.

        Parameters
        ----------
        counts
            Counts, of which all words are trained, or a corpus, which is counted first.
        init, init_contexts
            Starting rows of the words they contain, for `words` and for `contexts`. Words without counts are left out.
        graph
            Path of a lexicon (see `wordvec.lexicons.reading`), or a lexicon, whose neighbours are drawn together and
            whose opposites are pushed apart, as strongly as `pull` says.
        checkpoint
            Folder in which the state is saved at an interruption and at intervals. One opened from an interrupted run
            is resumed, with the same `graph`, and the same bits as an uninterrupted run. After training its `state` is
            the final one.
        progress, stop
            Receiver of progress reports, and the flag that stops training.
        on_report
            Called with a `wordvec.trainers.stopping.Report` twice a second and after each epoch. If it returns False,
            training stops early; the result is complete, and its metadata records the reason.

        Returns
        -------
        Vectors
            (words, dim) float32 matrix that `combine` names, by falling frequency; its `contexts` are the context
            matrix.

        Raises
        ------
        InputError
            If a corpus has no pair of words, `init`, the checkpoint or its graph does not match, or no edge of the
            graph has two words that are trained.
        MemoryLimitError
            If the matrices do not fit in memory; entries that do not fit are stored on disk.
        OutputError
            If the disk has no room for the entries.
        DivergedError
            If the cost becomes NaN or infinite, or grows far beyond that of the first epoch.
        Interrupted
            If `stop` was set.
        """
        from wordvec.trainers import stopping
        from wordvec.trainers.checkpoint import named
        from wordvec.trainers.continuing import origin
        from wordvec.trainers.glove.model import GloVeModel
        from wordvec.trainers.glove.training import StratifiedTraining
        from wordvec.trainers.pull import lexicon_of, same_graph
        from wordvec.vectors import Vectors

        self.check_counts(counts)
        arguments.expect("init", init, Vectors, optional=True)
        arguments.expect("init_contexts", init_contexts, Vectors, optional=True)
        progress, stop = progress or Progress(), stop or StopFlag()
        started = init is not None or (checkpoint is not None and checkpoint.started)
        run = with_pull(self.resolved(counts, started=started), graph)
        with run._counted(counts, progress, stop) as counted:
            disk = run._needs_disk(counted)
            model = GloVeModel(run, counted, init, init_contexts)
            if model.started is not None:
                progress.say(model.started.described(model.size))
            state = run._state(checkpoint, counted, model)
            if init is not None and state.started_from is None:
                state.started_from = origin(init)
            if (lexicon := lexicon_of(graph)) is not None:
                model.connect(lexicon)
                state.graph = same_graph(known(model.pull), state, progress)
            total = len(counted.columns) * run.epochs
            output = "words" if state.stopped is not None or state.done == total else run.combine

            def save(state: "State") -> None:
                if checkpoint is not None:
                    checkpoint.save(state, run.settings(), counted, named(model.words, model.contexts))

            begun = clock.now()
            with run._strata(counted, disk, checkpoint, stop) as strata:
                preparation = clock.now() - begun
                StratifiedTraining(
                    strata,
                    model.run_trainer(strata.entries),
                    run.epochs,
                    state,
                    run.thread_count,
                    stopping.Watch(progress, on_report, run.stop_when_loss_rises),
                    stop,
                    save,
                    checkpoint.every if checkpoint is not None else None,
                    model.after_round,
                ).run()
            training = {
                "entries": state.done,
                "loss": stopping.mean_losses(state),
                "seconds": round(state.seconds, 3),
                "preparation_seconds": round(preparation, 3),
                "threads": state.threads,
                "repeatable": True,
                "interruptions": state.interruptions,
                "rows_copied": state.rows_copied,
                "rows_composed": state.rows_composed,
                **stopping.record(state, state.done / total),
                "entries_on_disk": disk,
            }
            if checkpoint is not None:
                checkpoint.state = state
            record = run.record_of_counts(counted) | {"training": training}
            record |= {} if state.started_from is None else {"started_from": state.started_from}
            record |= {} if state.graph is None else {"graph": state.graph}
            vectors = model.vectors(record, output)
            if checkpoint is not None and vectors.contexts is not None:
                checkpoint.trained = named(vectors.matrix, vectors.contexts.matrix)
            return vectors

    def check_start(self, init: "Vectors | None", init_contexts: "Vectors | None" = None) -> None:
        """Check that starting vectors fit the model: their dim.

        Raises
        ------
        InputError
            If they do not.
        """
        from wordvec.trainers.starting import check

        check(self.dim, init, init_contexts)

    def estimate(
        self,
        counts: "Cooccurrence | EncodedCorpus",
        *,
        init: "Vectors | None" = None,
        init_contexts: "Vectors | None" = None,
        graph: "Graph | None" = None,
    ) -> Estimate:
        """Estimate memory and time by training for about a second; parameters are those of `fit`.

        A corpus is counted first, and the time does not include that.

        Raises
        ------
        InputError, MemoryLimitError, OutputError
            As `fit`.
        """
        from wordvec.trainers.glove.model import GloVeModel, needed_memory
        from wordvec.trainers.glove.strata import BYTES_OF_ENTRY
        from wordvec.trainers.glove.training import estimate_seconds
        from wordvec.trainers.pull import lexicon_of

        self.check_counts(counts)
        run = with_pull(self.resolved(counts, started=init is not None), graph)
        with run._counted(counts, Progress(), StopFlag()) as counted:
            disk = run._needs_disk(counted)
            model, begun = GloVeModel(run, counted, init, init_contexts), clock.now()
            if (lexicon := lexicon_of(graph)) is not None:
                model.connect(lexicon)
            with run._strata(counted, disk, None, StopFlag()) as strata:
                preparation = clock.now() - begun
                train, threads = model.run_trainer(strata.entries), run.thread_count
                seconds = estimate_seconds(strata, train, run.epochs, threads, model.after_round)
            entries, memory = len(counted.columns), needed_memory(model.size, run.dim)
            memory += 0 if disk else BYTES_OF_ENTRY * entries
            memory += 0 if model.pull is None else model.pull.memory
            memory += sum(start.matrix.nbytes for start in (init, init_contexts) if start is not None)
            return Estimate(model.size, entries * run.epochs, "entries", memory, preparation + seconds, run.epochs)

    @contextlib.contextmanager
    def _counted(
        self, counts: "Cooccurrence | EncodedCorpus", progress: Progress, stop: StopFlag
    ) -> Iterator["Cooccurrence"]:
        """Open the counts, or count a corpus; such counts are removed at the end."""
        from wordvec.corpora.encoded import EncodedCorpus

        if not isinstance(counts, EncodedCorpus):
            yield counts
            return
        with self.count(counts, progress=progress, stop=stop) as counted:
            yield counted

    def _needs_disk(self, counts: "Cooccurrence") -> bool:
        """Return whether the entries do not fit in memory beside the matrices."""
        from wordvec.trainers.glove.model import needed_memory
        from wordvec.trainers.glove.strata import BYTES_OF_ENTRY

        words, entries = len(counts.vocabulary), len(counts.columns)
        limit = min(available_memory(), available_memory() if self.memory is None else int(self.memory * 1e9))
        needed = needed_memory(words, self.dim)
        if needed > limit:
            raise MemoryLimitError(
                f"{words:,} words of dim {self.dim} take {needed / 1e9:.2g} GB in two matrices with AdaGrad's sums, "
                f"and {limit / 1e9:.2g} GB are available",
                advice="use a larger {memory} or {min_count}, or a smaller {dim}",
            )
        return needed + BYTES_OF_ENTRY * entries > limit

    @contextlib.contextmanager
    def _strata(
        self, counts: "Cooccurrence", disk: bool, checkpoint: "Checkpoint | None", stop: StopFlag
    ) -> Iterator["Strata"]:
        from wordvec.trainers.glove.strata import Strata, working_folder

        beside = checkpoint.folder if checkpoint is not None else None
        folder = working_folder(beside) if disk else None
        try:
            with Strata(counts, self.seed, self.thread_count, folder, stop) as strata:
                yield strata
        finally:
            if folder is not None and beside is not None:
                # Empty if no state was saved.
                with contextlib.suppress(OSError):
                    beside.rmdir()

    def _state(self, checkpoint: "Checkpoint | None", counts: "Cooccurrence", model: "GloVeModel") -> "State":
        """Return the initial state, and copy its matrices into the model."""
        from wordvec.trainers.checkpoint import State, named
        from wordvec.trainers.glove.strata import SIDE

        if checkpoint is None or checkpoint.state is None:
            return State.initial(model.started)
        checkpoint.check(self.settings(), counts)
        if checkpoint.state.rounds == SIDE * self.epochs or checkpoint.state.stopped is not None:
            # A finished run that could not be written is saved with its exported vectors.
            model.take_exported(checkpoint)
        else:
            checkpoint.load(named(model.words, model.contexts))
        return dataclasses.replace(checkpoint.state, interruptions=checkpoint.state.interruptions + 1)

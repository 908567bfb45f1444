"""What skip-gram and CBOW share: the hyperparameters of negative sampling, and how a model is trained with it."""

import dataclasses
from typing import TYPE_CHECKING, ClassVar

from wordvec import arguments
from wordvec.settings import setting
from wordvec.trainers.base import LOSS_RISES, Estimate, Trainer
from wordvec.workers import Progress, StopFlag

if TYPE_CHECKING:
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.kernels.windows import WindowShape
    from wordvec.trainers.checkpoint import Checkpoint, State
    from wordvec.trainers.model import Kernel, TrainedModel
    from wordvec.trainers.stopping import OnReport
    from wordvec.vectors import Vectors


LEARNING_RATE = "first learning rate; it falls linearly"
FINAL_RATE = "share of the learning rate that is left at the end"


@dataclasses.dataclass(frozen=True, kw_only=True)
class NegativeSampling(Trainer):
    """A model trained on windows of text against sampled noise words."""

    resumable: ClassVar[bool] = True

    dim: int = setting(100, "length of a vector", at_least=2)
    window: int = setting(5, "most words on either side of the centre", at_least=1)
    fixed_window: bool = setting(False, "use the whole window always, not a random part of it")
    epochs: int = setting(5, "passes over the corpus", at_least=1)
    min_count: int = setting(5, "leave out words seen less often", at_least=1)
    negatives: int = setting(5, "noise words drawn for each window", at_least=1)
    sample: float = setting(
        1e-4, "thin out words more frequent than about this share of the corpus; 0 keeps all", at_least=0
    )
    noise_power: float = setting(0.75, "noise words are drawn by count to this power", at_least=0)
    learning_rate: float = setting(0.025, LEARNING_RATE, above=0)
    final_rate: float = setting(1e-4, FINAL_RATE, at_least=0, at_most=1)
    stop_when_loss_rises: int | None = setting(None, LOSS_RISES, at_least=1)

    def fit(
        self,
        corpus: "EncodedCorpus",
        *,
        init: "Vectors | None" = None,
        init_contexts: "Vectors | None" = None,
        checkpoint: "Checkpoint | None" = None,
        progress: Progress | None = None,
        stop: StopFlag | None = None,
        on_report: "OnReport | None" = None,
    ) -> "Vectors":
        """Train on a corpus.

        Parameters
        ----------
        corpus
            Encoded text; only its words seen at least `min_count` times are trained.
        init, init_contexts
            Vectors whose rows the words they know start from, for `words` and for `contexts` (whose rows start at
            zero otherwise).
        checkpoint
            Where to save the state when the training is interrupted, and now and then before. One that was opened
            from an interrupted training is gone on with; on one thread the result has the same bits as if it had
            never stopped. Its `state` then is that of the finished training.
        progress, stop
            Where to report, and what stops the training.
        on_report
            Called with a `wordvec.trainers.stopping.Report` twice a second and after each epoch. If it returns False,
            the training ends there with a complete result, whose metadata says so.

        Returns
        -------
        Vectors
            The input matrix `words`, (words, dim) float32, by falling frequency; its `contexts` are the output
            matrix.

        Raises
        ------
        InputError
            If no word is seen often enough, or `init` or the checkpoint does not fit.
        MemoryLimitError
            If the matrices do not fit in memory.
        DivergedError
            If the loss becomes NaN or infinite.
        Interrupted
            If `stop` was set.
        """
        from wordvec.corpora.encoded import EncodedCorpus
        from wordvec.trainers import hogwild, stopping
        from wordvec.trainers.checkpoint import Checkpoint
        from wordvec.trainers.model import TrainedModel
        from wordvec.vectors import Vectors

        arguments.expect("corpus", corpus, EncodedCorpus)
        arguments.expect("init", init, Vectors, optional=True)
        arguments.expect("init_contexts", init_contexts, Vectors, optional=True)
        arguments.expect("checkpoint", checkpoint, Checkpoint, optional=True)
        progress, stop = progress or Progress(), stop or StopFlag()
        model = TrainedModel(self, corpus, init, init_contexts)
        if model.started is not None:
            progress.say(model.started.described(model.size))
        state = self._state(checkpoint, corpus, model)
        pieces = hogwild.Pieces(corpus, self.epochs, self.work(), self.final_rate)

        def save(state: "State") -> None:
            if checkpoint is not None:
                checkpoint.save(
                    state, self.settings(), corpus, model.words[:, : self.dim], model.contexts[:, : self.dim]
                )

        hogwild.run(
            pieces,
            model.piece_trainer(self.kernel(), pieces),
            state,
            threads=self.thread_count,
            watch=stopping.Watch(progress, on_report, self.stop_when_loss_rises),
            stop=stop,
            save=save,
            save_every=checkpoint.every if checkpoint is not None else None,
        )
        training = {
            "tokens": pieces.tokens_before(state.done),
            "loss": stopping.mean_losses(state),
            "seconds": round(state.seconds, 3),
            "threads": state.threads,
            "repeatable": state.threads == 1,
            "interruptions": state.interruptions,
            "rows_copied": state.rows_copied,
            "rows_composed": state.rows_composed,
            **stopping.record(state, state.done / len(pieces)),
        }
        if checkpoint is not None:
            checkpoint.state = state
        return model.vectors(self.record(corpus) | {"training": training})

    def estimate(self, corpus: "EncodedCorpus") -> Estimate:
        """Find what a training would take, by training about a second of it and throwing that away.

        Raises
        ------
        InputError, MemoryLimitError
            As `fit`.
        """
        from wordvec.corpora.encoded import EncodedCorpus
        from wordvec.trainers import hogwild
        from wordvec.trainers.matrices import needed_memory
        from wordvec.trainers.model import TrainedModel

        arguments.expect("corpus", corpus, EncodedCorpus)
        model = TrainedModel(self, corpus)
        pieces = hogwild.Pieces(corpus, self.epochs, self.work(), self.final_rate)
        seconds = hogwild.estimate_seconds(pieces, model.piece_trainer(self.kernel(), pieces), self.thread_count)
        memory = needed_memory(model.size, self.dim)
        return Estimate(model.size, pieces.tokens * self.epochs, "tokens", memory, seconds)

    def window_shape(self) -> "WindowShape":
        """Give the settings that the kernels need."""
        from wordvec.kernels.windows import WindowShape

        return WindowShape(self.window, self.fixed_window, self.negatives)

    def kernel(self) -> "Kernel":
        """Give the kernel that trains one piece."""
        raise NotImplementedError

    def work(self) -> int:
        """Give about how many numbers training reads for a token."""
        return self.dim * self.window * (1 + self.negatives)

    def _state(self, checkpoint: "Checkpoint | None", corpus: "EncodedCorpus", model: "TrainedModel") -> "State":
        """Give the state to begin with, and put its matrices into the model."""
        from wordvec.trainers.checkpoint import State

        if checkpoint is None or checkpoint.state is None:
            return State(**model.started._asdict()) if model.started is not None else State()
        checkpoint.check(self.settings(), corpus)
        checkpoint.load(model.words[:, : self.dim], model.contexts[:, : self.dim])
        return dataclasses.replace(checkpoint.state, interruptions=checkpoint.state.interruptions + 1)

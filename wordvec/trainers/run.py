"""A training run in its folder: it ends with a result, or is kept and can be resumed."""

import contextlib
import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from wordvec.errors import ClusterError, DivergedError, Interrupted, OutputError, WordvecError
from wordvec.trainers import continuing, training_folder
from wordvec.trainers.checkpoint import Checkpoint
from wordvec.trainers.outputs import Outputs
from wordvec.trainers.sources import HERE, Maker
from wordvec.vectors import Vectors
from wordvec.workers import Progress, stop_on_signals

if TYPE_CHECKING:
    from wordvec.corpora.cooccurrence import Cooccurrence
    from wordvec.corpora.encoded import EncodedCorpus


_WITH_NGRAMS = "the same with their n-grams, for other words, too"
_BESIDE = {
    "document": "words and output matrix, for wordvec infer",
    "sense": "the model that tells senses apart in context, for wordvec disambiguate",
}


@dataclasses.dataclass(frozen=True)
class Run:
    """Training on an open corpus or counts, and the writing of the result.

    Attributes
    ----------
    outputs
        Files of the result.
    checkpoint
        State of the run, in its folder.
    resume_call
        Returns the call or command that resumes the run, for messages.
    maker
        What trains.
    resumed
        Whether the run was interrupted before.
    """

    outputs: Outputs
    checkpoint: Checkpoint
    resume_call: Callable[[], str]
    maker: Maker = HERE
    resumed: bool = False

    def fit(
        self,
        trainer: Any,
        source: "EncodedCorpus | Cooccurrence",
        progress: Progress,
        start: Mapping[str, Any],
    ) -> Vectors:
        """Train and write the vectors.

        Parameters
        ----------
        trainer
            Trainer whose settings are resolved.
        source
            Corpus or counts.
        progress
            Receiver of progress reports.
        start
            Keywords of `fit` on starting vectors.

        Raises
        ------
        InputError
            If a file of the result cannot hold one of the words.
        OutputError
            If a result cannot be written; the trained vectors are kept if the run has a state.
        ClusterError
            If the workers of Dask are lost.
        Interrupted
            If Ctrl-C or a termination signal stopped the run.
        DivergedError
            If the loss becomes NaN or infinite.
        """
        words = trainer.result_names(source)
        words += self._kept_words(words, trainer, start)
        self.outputs.check_words(words, trainer.dim, trainer.buckets if trainer.table else 0)
        folder = self.checkpoint.folder
        try:
            with stop_on_signals() as stop:
                kept = {"checkpoint": self.checkpoint} if trainer.resumable else {}
                vectors = self.maker.fit(trainer, source, progress=progress, stop=stop, **kept, **start)
        except (Interrupted, KeyboardInterrupt) as error:
            if not training_folder.is_resumable(folder):
                raise
            raise Interrupted(f"{str(error) or 'interrupted'}; resume with: {self.resume_call()}") from None
        except (ClusterError, OutputError) as error:
            if not training_folder.is_resumable(folder):
                raise
            raise type(error)(f"{error}; resume with: {self.resume_call()}") from error
        except DivergedError as error:
            if not self.resumed:
                raise
            raise DivergedError(f"{error}; the interrupted run is still in {folder}") from error
        self._save(vectors, trainer, source)
        if early := vectors.metadata.get("training", {}).get("stopped"):
            progress.say(f"stopped early, in epoch {early['epoch']} of {trainer.epochs}: {early['reason']}")
        progress.say(f"{self.outputs.output}: {len(vectors):,} {trainer.rows_are}s, dim {vectors.dim}")
        if self.outputs.codes is not None:
            progress.say(f"{self.outputs.codes}: codes of bits, for wordvec nearest --codes")
        if self.outputs.model is not None:
            progress.say(f"{self.outputs.model}: {_BESIDE.get(trainer.rows_are, _WITH_NGRAMS)}")
        return vectors

    @contextlib.contextmanager
    def removed_at_end(self) -> Iterator[None]:
        """Remove the folder of a run that has a result, or that diverged from its start.

        It is removed after its corpus is closed, because Windows removes no file that is mapped.
        """
        try:
            yield
        except DivergedError:
            if not self.resumed:
                self.checkpoint.remove()
            raise
        self.checkpoint.remove()

    def _kept_words(self, trained: list[str], trainer: Any, start: Mapping[str, Any]) -> list[str]:
        """Return the words of the result that are not trained."""
        if "init" in start and trainer.keeps_words and start.get("init_words") != continuing.CORPUS:
            init = start["init"]
            return [init.words[row] for row in continuing.untrained(trained, init)]
        kept = self.checkpoint.load_kept()
        return [] if kept is None else kept.names

    def _save(self, vectors: Vectors, trainer: Any, source: "EncodedCorpus | Cooccurrence") -> None:
        """Write the vectors; if that fails, keep them as a run of which only the writing is left."""
        checkpoint = self.checkpoint
        try:
            self.outputs.save(vectors)
        except BaseException as error:
            # Hours of training are not lost for want of a little space.
            with contextlib.suppress(OutputError):
                if checkpoint.state is not None and checkpoint.trained is not None:
                    checkpoint.save(checkpoint.state, trainer.settings(), source, checkpoint.trained)
            if not training_folder.is_resumable(checkpoint.folder):
                raise
            kept = f"the trained vectors are kept in {checkpoint.folder}; write them with: {self.resume_call()}"
            if isinstance(error, KeyboardInterrupt):
                raise Interrupted(f"interrupted; {kept}") from None
            if isinstance(error, WordvecError):
                raise type(error)(f"{error}; {kept}") from error
            raise

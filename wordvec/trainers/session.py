"""A training run with files: outputs are checked before the work, and a run that is interrupted or fails is kept.

`Trainer.fit` trains in memory. A `Session` reads text or an encoded corpus, trains, and writes the vectors. While it
runs, its folder ``corpus.partial`` (for ``corpus.vec``) contains the encoded text and the checkpoints.
"""

import contextlib
import dataclasses
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wordvec import arguments, files, formats
from wordvec.corpora import readers
from wordvec.errors import DivergedError, InputError, Interrupted, OutputError, SettingsError, WordvecError
from wordvec.formats.common import compressed
from wordvec.trainers import continuing, sources, training_folder
from wordvec.trainers import trainer as find_trainer
from wordvec.trainers.announcement import announcement
from wordvec.trainers.base import Estimate, Trainer
from wordvec.trainers.checkpoint import Checkpoint
from wordvec.vectors import Vectors
from wordvec.workers import Progress, stop_on_signals

if TYPE_CHECKING:
    from wordvec.corpora.cooccurrence import Cooccurrence
    from wordvec.corpora.encoded import EncodedCorpus

Reports = Callable[[], contextlib.AbstractContextManager[Progress]]
"""Opens the progress reports of a run, after its folder is locked."""

_BYTES_OF_NUMBER = 12
"""Length of a number in a text file, about."""
_PATHS = ("output", "contexts", "log", "init", "init_contexts")


def no_reports() -> contextlib.AbstractContextManager[Progress]:
    """Return progress reports that show nothing."""
    return contextlib.nullcontext(Progress())


@dataclasses.dataclass(frozen=True, kw_only=True)
class Session:
    r"""Files and options of one training run.

    Parameters
    ----------
    output
        File of the vectors, in any format that is written; the counts and the metadata are beside it.
    contexts
        File of the output matrix; None for none.
    log
        File of the progress reports, which must not be overwritten by a result.
    init, init_contexts
        Vector files of starting rows for `words` and for `contexts`.
    init_words
        ``"union"`` keeps words of `init` that are not trained, ``"corpus"`` leaves them out; default: union for
        methods that can keep them (skip-gram and CBOW).
    checkpoint_every
        Seconds between checkpoints; None saves one only when the run is interrupted.
    overwrite
        Whether existing results, and an interrupted run, are replaced.
    resume_call
        Returns the call or command that resumes this session, for messages; its argument is the `overwrite` needed.
        Default: the call in Python.
    spelling
        Returns the spelling of a setting in messages. Default: its name in Python.

    Examples
    --------
    >>> import tempfile
    >>> from wordvec import Session, SkipGram
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "corpus.txt").write_text("tea with milk\n" * 9)
    >>> session = Session(output=folder / "corpus.vec", checkpoint_every=600)
    >>> session.train(SkipGram(dim=4, sample=0), [folder / "corpus.txt"]).words
    ['milk', 'tea', 'with']

    After Ctrl-C or a full disk, ``session.resume()`` continues the run.
    """

    output: Path
    contexts: Path | None = None
    log: Path | None = None
    init: Path | None = None
    init_contexts: Path | None = None
    init_words: str | None = None
    checkpoint_every: float | None = None
    overwrite: bool = False
    resume_call: Callable[[bool], str] | None = dataclasses.field(default=None, repr=False, compare=False)
    spelling: Callable[[str], str] = dataclasses.field(default=str, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name in _PATHS:
            if name == "output" or getattr(self, name) is not None:
                object.__setattr__(self, name, arguments.path(name, getattr(self, name)))
        if self.checkpoint_every is not None and not arguments.real("checkpoint_every", self.checkpoint_every) > 0:
            raise SettingsError(f"{self.checkpoint_every}: must be above 0", setting="checkpoint_every")
        if self.init_contexts is not None and self.init is None:
            raise SettingsError(": needs init, the vectors that were trained with these", setting="init_contexts")
        if self.init_words is not None:
            continuing.check_choice(self.init_words)
            if self.init is None:
                raise SettingsError(": needs init, the vectors to start from", setting="init_words")

    @property
    def folder(self) -> Path:
        """Folder of the run while it is unfinished."""
        return training_folder.folder_of(self.output)

    def train(
        self,
        trainer: Trainer,
        corpus: Sequence[str | Path],
        encoding: Mapping[str, Any] | None = None,
        *,
        reports: Reports = no_reports,
    ) -> Vectors:
        """Train on texts, an encoded corpus or counts, and write the vectors.

        Parameters
        ----------
        trainer
            Method with its hyperparameters.
        corpus
            Text files, folders, patterns or ``-`` for standard input; or one folder of an encoded corpus or of counts.
        encoding
            Keywords of `wordvec.corpora.settings.EncodingSettings`, for text.
        reports
            Opens the progress reports.

        Raises
        ------
        SettingsError
            If a result would be written over an input or another result, or a setting is invalid.
        OutputError
            If a result cannot be written. If training is finished, it is kept in `folder` and the message says so.
        Interrupted
            If Ctrl-C or a termination signal stopped the run; it is kept in `folder` and the message says so.
        """
        paths, encoding = self._checked(trainer, corpus, encoding)
        with files.held(self.folder), reports() as progress:
            announce = self._announce(paths, progress)
            start, checkpoint = self._start(trainer), Checkpoint(self.folder, self.checkpoint_every)
            with (
                training_folder.cleared(self.folder, self.overwrite),
                _removed_at_end(checkpoint),
                sources.open_source(trainer, paths, self.folder, encoding, progress, announce) as (run, source),
            ):
                return self._fit(run, source, checkpoint, progress, start)

    def estimate(
        self,
        trainer: Trainer,
        corpus: Sequence[str | Path],
        encoding: Mapping[str, Any] | None = None,
        *,
        reports: Reports = no_reports,
    ) -> Estimate:
        """Estimate the memory and time of `train`, which has the same parameters; write nothing.

        An interrupted run in `folder` is left alone.
        """
        paths, encoding = self._checked(trainer, corpus, encoding)
        folder = training_folder.folder_of(self.output, dry_run=True)
        with files.held(folder), reports() as progress:
            announce = self._announce(paths, progress)
            self._start(trainer)
            with (
                training_folder.cleared(folder, self.overwrite),
                sources.open_source(trainer, paths, folder, encoding, progress, announce) as (run, source),
            ):
                estimate: Estimate = run.estimate(source)  # type: ignore[attr-defined]
                return estimate

    def resume(self, method: type[Trainer] | None = None, *, reports: Reports = no_reports) -> Vectors:
        """Continue the interrupted run in `folder` with its hyperparameters and corpus, and write the vectors.

        Parameters
        ----------
        method
            Method that the run must have; None for any.
        reports
            Opens the progress reports.

        Raises
        ------
        InputError
            If there is no interrupted run, or it is damaged; it is left as it is.
        SettingsError
            If it is a run of another method.
        OutputError, Interrupted
            As `train`.
        """
        if self.init is not None:
            raise SettingsError(": a resumed run has its starting vectors; leave it out", setting="init")
        self.check_outputs()
        with files.held(self.folder):
            training_folder.restore(self.folder)
            checkpoint = Checkpoint.open(self.folder, self.checkpoint_every)
            trainer = _trainer_of(checkpoint, method)
            with (
                reports() as progress,
                _removed_at_end(checkpoint, resumed=True),
                sources.reopen(trainer, checkpoint.corpus_folder) as source,
            ):
                return self._fit(trainer, source, checkpoint, progress, {}, resumed=True)

    def check_outputs(self, inputs: Sequence[Path] = ()) -> None:
        """Fail where a result could not be written, or would be written over an input or another result.

        Raises
        ------
        OutputError
            If a folder is missing or not writable, or a result exists and `overwrite` is false.
        SettingsError
            If two results have one name, or a result has the name of an input.
        """
        written = {path.resolve(): self.output for path in formats.outputs(self.output)}
        formats.check_output(self.output, self.overwrite)
        if self.contexts is not None:
            formats.check_output(self.contexts, self.overwrite)
            names = {path.resolve(): self.contexts for path in formats.outputs(self.contexts)}
            if written.keys() & names.keys():
                raise SettingsError(
                    f"{self.contexts}: has a name that {self.output} needs; choose another", setting="contexts"
                )
            written |= names
        if self.log is not None:
            if self.log.resolve() in written:
                raise SettingsError(f"{self.log}: is the name of two results; choose another", setting="log")
            written[self.log.resolve()] = self.log
        for path in inputs:
            if path.resolve() in written:
                raise SettingsError(f"{written[path.resolve()]}: would be written over {path}; choose another name")

    def _checked(
        self, trainer: Trainer, corpus: Sequence[str | Path], encoding: Mapping[str, Any] | None
    ) -> tuple[list[str], Mapping[str, Any]]:
        """Return the paths and encoding settings of a run whose outputs can be written."""
        arguments.expect("trainer", trainer, Trainer)
        if isinstance(corpus, str | Path):
            arguments.wrong("corpus", corpus, "a list of paths", f"[{str(corpus)!r:.60}]")
        encoding = {} if encoding is None else encoding
        if self.init is not None and not trainer.resumable:
            raise SettingsError(f": {trainer.method} does not start from other vectors", setting="init")
        if self.init_words == continuing.UNION and not trainer.keeps_words:
            raise SettingsError(
                f": {trainer.method} trains only words of the text and cannot keep others; use {continuing.CORPUS}, "
                "or skip-gram or CBOW",
                setting="init_words",
            )
        paths = [str(path) for path in corpus]
        texts = [path for path in paths if path != "-" and sources.is_text(path)]
        inputs = [source.path for source in readers.sources(texts)] if texts else []
        others = (self.init, self.init_contexts, encoding.get("vocabulary"))
        given = [*inputs, *(path for path in others if isinstance(path, str | Path))]
        self.check_outputs([Path(path) for path in given if path])
        return paths, encoding

    def _announce(self, paths: Sequence[str], progress: Progress) -> sources.Announce:
        """Return the function that reports the settings of a run and its input."""
        return lambda trainer, source: progress.say(announcement(trainer, source, paths, self.spelling))

    def _start(self, trainer: Trainer) -> dict[str, Any]:
        """Load the vectors of the starting rows, before any long work."""
        paths = {"init": self.init, "init_contexts": self.init_contexts}
        start: dict[str, Any] = {name: Vectors.load(path) for name, path in paths.items() if path is not None}
        if start and trainer.keeps_words and self.init_words is not None:
            start["init_words"] = self.init_words
        return start

    def _fit(
        self,
        trainer: Any,
        source: "EncodedCorpus | Cooccurrence",
        checkpoint: Checkpoint,
        progress: Progress,
        start: Mapping[str, Any],
        resumed: bool = False,
    ) -> Vectors:
        words = source.vocabulary.words[: source.vocabulary.cut(trainer.min_count)]
        words += self._kept_words(words, trainer, checkpoint, start)
        for output in filter(None, (self.output, self.contexts)):
            formats.check_words(words, output)
        self._check_space(len(words), trainer.dim)
        try:
            with stop_on_signals() as stop:
                kept = {"checkpoint": checkpoint} if trainer.resumable else {}
                vectors: Vectors = trainer.fit(source, progress=progress, stop=stop, **kept, **start)
        except (Interrupted, KeyboardInterrupt) as error:
            if not training_folder.is_resumable(checkpoint.folder):
                raise
            raise Interrupted(f"{str(error) or 'interrupted'}; resume with: {self._resume_call()}") from None
        except DivergedError as error:
            if not resumed:
                raise
            raise DivergedError(f"{error}; the interrupted run is still in {checkpoint.folder}") from error
        self._save(vectors, trainer, source, checkpoint)
        if early := vectors.metadata.get("training", {}).get("stopped"):
            progress.say(f"stopped early, in epoch {early['epoch']} of {trainer.epochs}: {early['reason']}")
        progress.say(f"{self.output}: {len(vectors):,} words, dim {vectors.dim}")
        return vectors

    def _kept_words(
        self, trained: list[str], trainer: Trainer, checkpoint: Checkpoint, start: Mapping[str, Any]
    ) -> list[str]:
        """Return the words of the result that are not trained."""
        if "init" in start and trainer.keeps_words and start.get("init_words") != continuing.CORPUS:
            init = start["init"]
            return [init.words[row] for row in continuing.untrained(trained, init)]
        kept = checkpoint.load_kept()
        return [] if kept is None else kept.names

    def _save(
        self, vectors: Vectors, trainer: Trainer, source: "EncodedCorpus | Cooccurrence", checkpoint: Checkpoint
    ) -> None:
        """Write the vectors; if that fails, keep them as a run of which only the writing is left."""
        try:
            with files.together(self.output):
                if self.contexts is not None and vectors.contexts is not None:
                    vectors.contexts.save(self.contexts, overwrite=self.overwrite)
                vectors.save(self.output, overwrite=self.overwrite)
        except BaseException as error:
            # Hours of training are not lost for want of a little space.
            with contextlib.suppress(OutputError):
                if checkpoint.state is not None and vectors.contexts is not None:
                    words, contexts = vectors, vectors.contexts
                    if checkpoint.kept is not None:
                        trained = source.vocabulary.words[: len(checkpoint.kept.earlier)]
                        words, contexts = words.subset(trained), contexts.subset(trained)
                    checkpoint.save(checkpoint.state, trainer.settings(), source, words.matrix, contexts.matrix)
            if not training_folder.is_resumable(checkpoint.folder):
                raise
            kept = f"the trained vectors are kept in {checkpoint.folder}; write them with: {self._resume_call()}"
            if isinstance(error, KeyboardInterrupt):
                raise Interrupted(f"interrupted; {kept}") from None
            if isinstance(error, WordvecError):
                raise type(error)(f"{error}; {kept}") from error
            raise

    def _check_space(self, words: int, dim: int) -> None:
        """Fail before training if the disk has no room for the vectors."""
        if compressed.without_extension(self.output.name) != self.output.name:
            return
        free = shutil.disk_usage(self.output.parent).free
        needed = words * (dim + 1) * _BYTES_OF_NUMBER * (1 if self.contexts is None else 2)
        if needed > free:
            raise OutputError(
                f"{self.output}: needs about {needed / 1e6:,.0f} MB of disk, and {free / 1e6:,.0f} MB are free"
            )

    def _resume_call(self) -> str:
        """Return the call or command that resumes this session."""
        overwrite = self.overwrite or self.output.exists()
        if self.resume_call is not None:
            return self.resume_call(overwrite)
        options = {name: getattr(self, name) for name in ("output", "contexts", "log", "checkpoint_every")}
        given = {name: value for name, value in options.items() if value is not None}
        given |= {"overwrite": True} if overwrite else {}
        shown = {name: str(value) if isinstance(value, Path) else value for name, value in given.items()}
        return f"Session({', '.join(f'{name}={value!r}' for name, value in shown.items())}).resume()"


@contextlib.contextmanager
def _removed_at_end(checkpoint: Checkpoint, resumed: bool = False) -> Iterator[None]:
    """Remove the folder of a run that has a result, or that diverged from its start.

    It is removed after its corpus is closed, because Windows removes no file that is mapped.
    """
    try:
        yield
    except DivergedError:
        if not resumed:
            checkpoint.remove()
        raise
    checkpoint.remove()


def _trainer_of(checkpoint: Checkpoint, method: type[Trainer] | None) -> Trainer:
    """Return the trainer of an interrupted run."""
    settings = dict(checkpoint.settings)
    name = settings.pop("method")
    if method is not None and name != method.method:
        raise SettingsError(f"{checkpoint.folder}: is a training run of {name}, not of {method.method}")
    try:
        return find_trainer(name)(**settings)
    except TypeError as error:
        raise InputError(
            f"{checkpoint.folder / training_folder.STATE}: damaged ({error}); remove the folder and train again"
        ) from error

"""A training run with files: outputs are checked before the work, and a run that is interrupted or fails is kept.

`Trainer.fit` trains in memory. A `Session` reads text or an encoded corpus, trains, and writes the vectors. While it
runs, its folder ``corpus.partial`` (for ``corpus.vec``) contains the encoded text and the checkpoints.
"""

import contextlib
import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from wordvec import arguments, files
from wordvec.corpora import readers
from wordvec.errors import InputError, SettingsError
from wordvec.representation import short
from wordvec.trainers import continuing, sources, training_folder
from wordvec.trainers import trainer as find_trainer
from wordvec.trainers.announcement import announcement
from wordvec.trainers.base import Estimate, Trainer
from wordvec.trainers.checkpoint import Checkpoint
from wordvec.trainers.count_based import CountBased
from wordvec.trainers.outputs import Outputs
from wordvec.trainers.pull_setting import with_pull
from wordvec.trainers.run import Run
from wordvec.vectors import Vectors
from wordvec.workers import Progress

if TYPE_CHECKING:
    from wordvec.corpora.cooccurrence import Cooccurrence
    from wordvec.corpora.encoded import EncodedCorpus

T = TypeVar("T", bound=Trainer)
Reports = Callable[[], contextlib.AbstractContextManager[Progress]]
"""Opens the progress reports of a run, after its folder is locked."""

_PATHS = ("output", "contexts", "words", "log", "init", "init_contexts", "graph")


def no_reports() -> contextlib.AbstractContextManager[Progress]:
    """Return progress reports that show nothing."""
    return contextlib.nullcontext(Progress())


@dataclasses.dataclass(frozen=True, kw_only=True)
class Session:
    r"""Files and options of one training run.

    Parameters
    ----------
    output
        File of the vectors, in any format that is written; the counts and the metadata are beside it. If it cannot hold
        the n-grams of fastText, ``corpus.fasttext.bin`` (``corpus.floret``) is written beside ``corpus.vec``, too.
    contexts
        File of the output matrix, with hierarchical softmax ``.npz``; None for none.
    words
        File of the word vectors of paragraph vectors, whose `output` has the documents; None for none.
    log
        File of the progress reports, which must not be overwritten by a result.
    init, init_contexts
        Vector files of starting rows for `words` and for `contexts`.
    init_words
        ``"union"`` keeps words of `init` that are not trained, ``"corpus"`` leaves them out; default: union for
        methods that can keep them (skip-gram and CBOW).
    graph
        Lexicon whose words are drawn together during training (see `wordvec.lexicons.reading`).
    relations
        Weights of its relations (see `wordvec.lexicons.relations`).
    checkpoint_every
        Seconds between checkpoints; None saves one only when the run is interrupted.
    overwrite
        Whether existing results, and an interrupted run, are replaced.
    resume_call
        Returns the call or command that resumes this session, for messages; its argument is the `overwrite` needed.
        Default: the call in Python.
    spelling
        Returns the spelling of a setting in messages. Default: its name in Python.
    maker
        Encodes, counts and trains (`wordvec.trainers.sources.Maker`). Default: this process.

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
    words: Path | None = None
    log: Path | None = None
    init: Path | None = None
    init_contexts: Path | None = None
    init_words: str | None = None
    graph: Path | None = None
    relations: Mapping[str, float] | None = None
    checkpoint_every: float | None = None
    overwrite: bool = False
    resume_call: Callable[[bool], str] | None = dataclasses.field(default=None, repr=False, compare=False)
    spelling: Callable[[str], str] = dataclasses.field(default=str, repr=False, compare=False)
    maker: sources.Maker = dataclasses.field(default=sources.HERE, repr=False, compare=False)

    def __repr__(self) -> str:
        return short(self)

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
        if self.graph is not None and str(self.graph) == "-":
            raise SettingsError("-: is read again when the run is resumed; name a file", setting="graph")
        if self.relations and self.graph is None:
            raise SettingsError(": needs a graph, the lexicon with these relations", setting="relations")

    def _outputs(self, trainer: Trainer) -> Outputs:
        documents, senses = trainer.rows_are == "document", trainer.rows_are == "sense"
        of_words = not (documents or senses)
        for name, given, fits in (
            ("contexts", self.contexts, of_words),
            ("words", self.words, documents),
        ):
            if given is not None and not fits:
                raise SettingsError(f": {trainer.method} writes no such file; leave it out", setting=name)
        return Outputs(
            self.output,
            self.contexts,
            self.log,
            self.overwrite,
            trainer.table,
            trainer.hierarchical,
            documents,
            self.words,
            trainer.has_projection,
            senses,
        )

    def _run(self, trainer: Trainer, checkpoint: Checkpoint, resumed: bool = False) -> Run:
        return Run(self._outputs(trainer), checkpoint, self._resume_call, self.maker, resumed)

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
        trainer = with_pull(trainer, self.graph)
        paths, encoding = self._checked(trainer, corpus, encoding)
        with files.held(self.folder), reports() as progress:
            prepare = self._prepare(paths, progress)
            start, run = self._start(trainer), self._run(trainer, Checkpoint(self.folder, self.checkpoint_every))
            with (
                training_folder.cleared(self.folder, self.overwrite),
                run.removed_at_end(),
                sources.open_source(trainer, paths, self.folder, encoding, progress, prepare, self.maker) as made,
            ):
                resolved, source = made
                return run.fit(resolved, source, progress, start)

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
        trainer = with_pull(trainer, self.graph)
        paths, encoding = self._checked(trainer, corpus, encoding)
        folder = training_folder.folder_of(self.output, dry_run=True)
        with files.held(folder), reports() as progress:
            prepare = self._prepare(paths, progress)
            start = self._start(trainer)
            with (
                training_folder.cleared(folder, self.overwrite),
                sources.open_source(trainer, paths, folder, encoding, progress, prepare, self.maker) as (
                    resolved,
                    source,
                ),
            ):
                estimate: Estimate = resolved.estimate(source, **start)  # type: ignore[attr-defined]
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
        if self.graph is not None:
            raise SettingsError(": a resumed run reads its graph again; leave it out", setting="graph")
        with files.held(self.folder):
            training_folder.restore(self.folder)
            checkpoint = Checkpoint.open(self.folder, self.checkpoint_every)
            trainer = _trainer_of(checkpoint, method)
            self.maker.check(trainer)
            self._outputs(trainer).check()
            run = self._run(trainer, checkpoint, resumed=True)
            with (
                reports() as progress,
                run.removed_at_end(),
                sources.reopen(trainer, checkpoint.corpus_folder) as source,
            ):
                return run.fit(trainer, source, progress, _graph_of(checkpoint))

    def _checked(
        self, trainer: Trainer, corpus: Sequence[str | Path], encoding: Mapping[str, Any] | None
    ) -> tuple[list[str], Mapping[str, Any]]:
        """Return the paths and encoding settings of a run whose outputs can be written."""
        arguments.expect("trainer", trainer, Trainer)
        self.maker.check(trainer)
        if isinstance(corpus, str | Path):
            arguments.wrong("corpus", corpus, "a list of paths", f"[{str(corpus)!r:.60}]")
        encoding = {} if encoding is None else encoding
        if self.init is not None and not trainer.starts_from_vectors:
            raise SettingsError(f": {trainer.method} does not start from other vectors", setting="init")
        if self.init_words == continuing.UNION and not trainer.keeps_words:
            raise SettingsError(
                f": {trainer.method} trains only words of the text and cannot keep others; use {continuing.CORPUS}, "
                "or skip-gram or CBOW",
                setting="init_words",
            )
        if self.graph is not None and self.maker is not sources.HERE and not isinstance(trainer, CountBased):
            raise SettingsError(f": {trainer.method} is not trained on workers with a graph", setting="graph")
        paths = [str(path) for path in corpus]
        texts = [path for path in paths if path != "-" and sources.is_text(path)]
        inputs = [source.path for source in readers.sources(texts)] if texts else []
        lists = (encoding.get(name) for name in ("vocabulary", "stop_words", "keep_words"))
        others = (self.init, self.init_contexts, self.graph, *lists)
        given = [*inputs, *(path for path in others if isinstance(path, str | Path))]
        self._outputs(trainer).check([Path(path) for path in given if path])
        return paths, encoding

    def _prepare(self, paths: Sequence[str], progress: Progress) -> sources.Prepare:
        """Return the function that resolves the settings of a run, and reports them and its input."""

        def prepare(trainer: T, source: "EncodedCorpus | Cooccurrence") -> T:
            resolved = trainer.resolved(source, started=self.init is not None)
            progress.say(announcement(resolved, source, paths, self.spelling, self.init))
            if note := self.maker.notes(resolved, self.spelling):
                progress.say(note)
            return resolved

        return prepare

    def _start(self, trainer: Trainer) -> dict[str, Any]:
        """Load and check the vectors of the starting rows, and the graph, before any long work."""
        paths = {"init": self.init, "init_contexts": self.init_contexts}
        start: dict[str, Any] = {name: Vectors.load(path) for name, path in paths.items() if path is not None}
        if start:
            trainer.check_start(**start)
        if start and trainer.keeps_words and self.init_words is not None:
            start["init_words"] = self.init_words
        if self.graph is not None:
            from wordvec.lexicons.reading import read_lexicon

            start["graph"] = read_lexicon(self.graph, self.relations)
        return start

    def _resume_call(self) -> str:
        """Return the call or command that resumes this session."""
        overwrite = self.overwrite or self.output.exists()
        if self.resume_call is not None:
            return self.resume_call(overwrite)
        options = {name: getattr(self, name) for name in ("output", "contexts", "words", "log", "checkpoint_every")}
        given = {name: value for name, value in options.items() if value is not None}
        given |= {"overwrite": True} if overwrite else {}
        shown = {name: str(value) if isinstance(value, Path) else value for name, value in given.items()}
        return f"Session({', '.join(f'{name}={value!r}' for name, value in shown.items())}).resume()"


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


def _graph_of(checkpoint: Checkpoint) -> dict[str, Any]:
    """Return the graph of an interrupted run as a keyword of `fit`, read again from its file."""
    record = None if checkpoint.state is None else checkpoint.state.graph
    if record is None:
        return {}
    from wordvec.lexicons.reading import read_lexicon

    return {"graph": read_lexicon(record["lexicon"], record["relations"])}

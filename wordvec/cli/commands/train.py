"""``wordvec train``: text or an encoded corpus in, word vectors out."""

import contextlib
import dataclasses
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import click

from wordvec import files, formats
from wordvec.cli import options, unfinished
from wordvec.cli.command import Command, Option
from wordvec.cli.output import echo
from wordvec.cli.running import announce_compilation, counted, is_counted, is_encoded, opened, reporting
from wordvec.corpora import readers
from wordvec.errors import DivergedError, InputError, Interrupted, OutputError, SettingsError, WordvecError
from wordvec.formats.common import compressed
from wordvec.trainers.base import Trainer
from wordvec.trainers.cbow import CBOW
from wordvec.trainers.count_based import CountBased
from wordvec.trainers.skipgram import SkipGram
from wordvec.workers import Progress, stop_on_signals

if TYPE_CHECKING:
    from wordvec.corpora.cooccurrence import Cooccurrence
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.trainers.checkpoint import Checkpoint
    from wordvec.vectors import Vectors

HELP = """\
CORPUS is text, tokens separated by white space and one sentence a line unless the options say otherwise: files,
folders, 'patterns*' or - for standard input; plain or .gz .bz2 .xz .zst; a MediaWiki dump, or JSONL with --field. Or
it is one folder made by wordvec corpus encode. Text is encoded into OUT.partial, beside the output because it needs
about as much disk as the text, and that is removed at the end.

Beside OUT.vec come OUT.vocab, the words and their counts, and OUT.json: method, settings, versions, corpus, loss.

Several threads race on the same numbers (Hogwild): fast, but each run gives slightly other vectors. With --threads 1
the same text, settings and seed give the same bits.

Ctrl-C keeps what was trained in OUT.partial; --resume goes on from there.
"""

DRY_RUN = Option(["--dry-run"], heading="Start", is_flag=True, help="print words, memory and time, and train nothing")
START = [
    Option(
        ["--init"],
        heading="Start",
        type=options.FILE,
        metavar="VECTORS",
        help="known words start from these vectors, others from their subwords if the file has any",
    ),
    Option(
        ["--init-contexts"],
        heading="Start",
        type=options.FILE,
        metavar="VECTORS",
        help="and their output rows from these, which --contexts saved",
    ),
    Option(
        ["--checkpoint-every"],
        heading="Start",
        type=click.FloatRange(min=0, min_open=True),
        metavar="SECONDS",
        help="keep the state in OUT.partial this often, against a crash",
    ),
    Option(["--resume"], heading="Start", is_flag=True, help="go on from OUT.partial, with its settings and corpus"),
    DRY_RUN,
]
UNUSED = {option.name: None for option in START}
"""What a method that cannot go on does without."""

OUTPUT = [
    options.output("OUT.vec", "the vectors"),
    Option(["--contexts"], heading="Output", type=options.FILE, metavar="FILE", help="save the output matrix too"),
    *options.reports(),
]


def command(method: type[Trainer], example: str, help: str = HELP) -> Command:
    """Make the command of a method; its name is the method's."""
    running = {field.name for field in dataclasses.fields(Trainer)}

    def callback(**given: Any) -> None:
        chosen = {field.name: given.pop(field.name) for field in dataclasses.fields(method)}
        text = options.settings_of_text(given)
        run = SimpleNamespace(method=method, text=text, **(UNUSED | given))
        if run.resume:
            _resume(run)
        else:
            _begin(run, method(**chosen))

    return Command(
        method.method,
        callback=callback,
        help=help,
        epilog=f"\b\nExample:\n  {example}",
        params=[
            click.Argument(["corpus"], nargs=-1),
            *options.derived(method, "Model", leave=running),
            *options.text(),
            *(START if method.resumable else [DRY_RUN]),
            *OUTPUT,
            *options.derived(Trainer, "Running"),
        ],
    )


def _begin(run: SimpleNamespace, trainer: Trainer) -> None:
    """Train from the start."""
    if not run.corpus:
        raise SettingsError("no CORPUS: give text files, folders, - for standard input, or one encoded corpus")
    from wordvec.trainers.checkpoint import Checkpoint

    material: Any = counted if isinstance(trainer, CountBased) else opened
    _check_outputs(run)
    partial = unfinished.folder_of(run.output, run.dry_run)
    with files.held(partial), reporting(run.quiet, run.log, run.force) as progress:
        start = _start(run)
        announce_compilation(progress, "text", trainer.method)
        checkpoint = Checkpoint(partial, run.checkpoint_every)
        with (
            unfinished.cleared(partial, run.force),
            _ending(run, checkpoint),
            material(run.corpus, partial, progress, trainer, run.text) as corpus,
        ):
            if run.dry_run:
                _print_estimate(trainer, corpus)
                return
            _fit(run, trainer, corpus, checkpoint, progress, **start)
        if "-" not in run.corpus and not any(is_encoded(path) or is_counted(path) for path in run.corpus):
            encode = shlex.join(
                ["wordvec", "corpus", "encode", *run.corpus, *options.written(run.text), "-o", "FOLDER"]
            )
            progress.say(f"to train on this text again, encode it once: {encode}")


def _resume(run: SimpleNamespace) -> None:
    """Go on with an interrupted training."""
    context = click.get_current_context()
    kept = {parameter.name for parameter in (*START, *OUTPUT)} - {"init", "init_contexts", "dry_run"}
    given = ["CORPUS"] if run.corpus else []
    for option in context.command.params:
        chosen = context.get_parameter_source(option.name or "") is click.core.ParameterSource.COMMANDLINE
        if isinstance(option, click.Option) and chosen and option.name not in kept:
            given.append(option.opts[0])
    if given:
        raise SettingsError(f"{given[0]}: an interrupted training goes on with what it began with; leave it out")
    _check_outputs(run)
    partial = unfinished.folder_of(run.output)
    with files.held(partial):
        unfinished.restore(partial)
        _go_on_from(partial, run)


def _go_on_from(partial: Path, run: SimpleNamespace) -> None:
    """Train the rest of what a folder keeps."""
    from wordvec.corpora.cooccurrence import Cooccurrence
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.trainers.checkpoint import Checkpoint

    checkpoint = Checkpoint.open(partial, run.checkpoint_every)
    settings = dict(checkpoint.settings)
    method = settings.pop("method", None)
    if method != run.method.method:
        raise SettingsError(f"{partial}: is a training of {method}, not of {run.method.method}")
    try:
        trainer = run.method(**settings)
    except TypeError as error:
        raise InputError(f"{partial}/state.json: damaged ({error}); remove the folder and train anew") from error
    material: Any = Cooccurrence if issubclass(run.method, CountBased) else EncodedCorpus
    with (
        reporting(run.quiet, run.log, run.force, go_on=True) as progress,
        _ending(run, checkpoint),
        material.open(checkpoint.corpus_folder) as corpus,
    ):
        announce_compilation(progress, trainer.method)
        _fit(run, trainer, corpus, checkpoint, progress)


@contextlib.contextmanager
def _ending(run: SimpleNamespace, checkpoint: "Checkpoint") -> Iterator[None]:
    """Remove a training that has a result, or diverged from its start.

    That is after its corpus is closed, because Windows removes no file that is mapped.
    """
    try:
        yield
    except DivergedError:
        if not run.resume:
            checkpoint.remove()
        raise
    checkpoint.remove()


def _fit(
    run: SimpleNamespace,
    trainer: Any,
    corpus: "EncodedCorpus | Cooccurrence",
    checkpoint: "Checkpoint",
    progress: Progress,
    **start: "Vectors",
) -> None:
    size = corpus.vocabulary.cut(trainer.min_count)
    for output in filter(None, (run.output, run.contexts)):
        formats.check_words(corpus.vocabulary.words[:size], output)
    _check_space(run, size, trainer.dim)
    try:
        with stop_on_signals() as stop:
            going_on = {"checkpoint": checkpoint} if trainer.resumable else {}
            vectors = trainer.fit(corpus, progress=progress, stop=stop, **going_on, **start)
    except (Interrupted, KeyboardInterrupt) as error:
        if not unfinished.can_go_on(checkpoint.folder):
            raise
        raise Interrupted(f"{str(error) or 'abandoned'}; go on with: {shlex.join(_command_to_go_on(run))}") from None
    except DivergedError as error:
        if not run.resume:
            raise
        raise DivergedError(f"{error}; the interrupted training is still in {checkpoint.folder}") from error
    try:
        _save(run, vectors)
    except BaseException as error:
        # Hours of training are not lost for want of a little space.
        with contextlib.suppress(OutputError):
            _keep(vectors, trainer, corpus, checkpoint)
        if not unfinished.can_go_on(checkpoint.folder):
            raise
        run.force = run.force or run.output.exists()
        kept = f"the training is kept in {checkpoint.folder}; write it with: {shlex.join(_command_to_go_on(run))}"
        if isinstance(error, KeyboardInterrupt):
            raise Interrupted(f"interrupted; {kept}") from None
        if isinstance(error, WordvecError):
            raise type(error)(f"{error}; {kept}") from error
        raise
    rows, dim = vectors.matrix.shape
    if early := vectors.metadata.get("training", {}).get("stopped"):
        progress.say(f"stopped early, in epoch {early['epoch']} of {trainer.epochs}: {early['reason']}")
    progress.say(f"{run.output}: {rows:,} words, dim {dim}")


def _save(run: SimpleNamespace, vectors: "Vectors") -> None:
    with files.together(run.output):
        if run.contexts and vectors.contexts is not None:
            vectors.contexts.save(run.contexts, overwrite=run.force)
        vectors.save(run.output, overwrite=run.force)


def _keep(
    vectors: "Vectors", trainer: Trainer, corpus: "EncodedCorpus | Cooccurrence", checkpoint: "Checkpoint"
) -> None:
    """Save a finished training as one to go on with, of which nothing but the writing is left."""
    if checkpoint.state is not None and vectors.contexts is not None:
        checkpoint.save(checkpoint.state, trainer.settings(), corpus, vectors.matrix, vectors.contexts.matrix)


def _command_to_go_on(run: SimpleNamespace) -> list[str]:
    """Give the command that goes on with an interrupted run."""
    command = ["wordvec", "train", run.method.method, "-o", str(run.output), "--resume"]
    for option, value in (
        ("--contexts", run.contexts),
        ("--log", run.log),
        ("--checkpoint-every", run.checkpoint_every),
    ):
        command += [option, f"{value:g}" if isinstance(value, float) else str(value)] if value else []
    return command + ["--force"] * run.force + ["--quiet"] * run.quiet


def _start(run: SimpleNamespace) -> "dict[str, Vectors]":
    """Read the vectors that known words start from, before any long work."""
    if run.init_contexts and not run.init:
        raise SettingsError("--init-contexts: goes with --init, the vectors that were trained with them")
    from wordvec.vectors import Vectors

    paths = {"init": run.init, "init_contexts": run.init_contexts}
    return {name: Vectors.load(path) for name, path in paths.items() if path}


def _check_outputs(run: SimpleNamespace) -> None:
    """Fail before the work begins where a result could not be written, or would be written over what is read."""
    written = {path.resolve(): run.output for path in formats.outputs(run.output)}
    formats.check_output(run.output, run.force)
    if run.contexts:
        formats.check_output(run.contexts, run.force)
        names = {path.resolve(): run.contexts for path in formats.outputs(run.contexts)}
        if written.keys() & names.keys():
            raise SettingsError(f"--contexts {run.contexts}: has a name that {run.output} needs; choose another")
        written |= names
    if run.log:
        written[run.log.resolve()] = run.log
    texts = [path for path in run.corpus if path != "-" and not is_encoded(path) and not is_counted(path)]
    sources = [source.path for source in readers.sources(texts)] if texts else []
    for path in (*sources, run.init, run.init_contexts, run.text["vocabulary"]):
        if path and Path(path).resolve() in written:
            raise SettingsError(f"{written[Path(path).resolve()]}: would be written over {path}; choose another name")


def _check_space(run: SimpleNamespace, words: int, dim: int) -> None:
    """Fail before the training when the disk could not hold its result: a number takes about twelve bytes."""
    if compressed.without_extension(run.output.name) != run.output.name:
        return
    free = shutil.disk_usage(run.output.parent).free
    needed = words * (dim + 1) * 12 * (2 if run.contexts else 1)
    if needed > free:
        raise OutputError(
            f"{run.output}: needs about {needed / 1e6:,.0f} MB of disk, and {free / 1e6:,.0f} MB are free"
        )


def _print_estimate(trainer: Any, corpus: "EncodedCorpus | Cooccurrence") -> None:
    estimate = trainer.estimate(corpus)
    echo(f"words    {estimate.words:,}")
    echo(f"{estimate.unit:8} {estimate.steps:,}")
    echo(f"memory   {estimate.memory / 1e6:,.0f} MB")
    echo(f"time     about {estimate.seconds:,.0f} s")


skipgram = command(SkipGram, "wordvec train skipgram corpus.txt --tokenizer words --lowercase --dim 300 -o corpus.vec")
cbow = command(CBOW, "wordvec train cbow corpus.txt --window 10 -o corpus.vec")

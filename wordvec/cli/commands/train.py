"""``wordvec train``: text or an encoded corpus in, word vectors out."""

import contextlib
import dataclasses
import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from wordvec.cli import options
from wordvec.cli.command import Command, Option
from wordvec.cli.output import echo
from wordvec.cli.running import reporting
from wordvec.cli.workers import maker
from wordvec.errors import SettingsError
from wordvec.lexicons.relations import parsed
from wordvec.trainers import sources
from wordvec.trainers.base import Estimate, Trainer
from wordvec.trainers.cbow import CBOW
from wordvec.trainers.count_based import CountBased
from wordvec.trainers.fasttext import FastText
from wordvec.trainers.negative_sampling import NegativeSampling
from wordvec.trainers.skipgram import SkipGram
from wordvec.workers import Progress

HELP = """\
CORPUS is text, raw or tokenised, with one sentence a line by default: files, folders, 'patterns*' or - for standard
input; plain or .gz .bz2 .xz .zst; a MediaWiki dump, or JSONL with --field. Or CORPUS is one folder made by wordvec
corpus encode. Text is encoded into OUT.partial, beside the output because it needs about as much disk as
the text; that folder is removed at the end.

OUT.vocab, the words and their counts, and OUT.json, the method, settings, versions, corpus and loss, are written
beside OUT.vec.

The same text, settings and seed give the same bits with any number of threads. With --replicas 1, several threads
update the same matrices without locks (Hogwild), and results differ slightly from run to run.

Ctrl-C keeps the unfinished run in OUT.partial; --resume continues it.

--scheduler and --workers train the replicas on workers of Dask, with the same bits.
"""

NGRAMS = """\
A .vec file cannot hold n-grams, so OUT.fasttext.bin (with the floret hash OUT.floret), the same vectors with their
n-grams and the output matrix, is written beside OUT.vec. -o OUT.fasttext.bin or -o OUT.vectors writes one file of
everything. --init continues such a model, also one of another tool, with its dim, min_n, max_n and buckets."""
"""Help of fastText's files."""

DRY_RUN = Option(["--dry-run"], heading="Start", is_flag=True, help="print words, memory and time; do not train")
INIT = [
    Option(
        ["--init"],
        heading="Start",
        type=options.FILE,
        metavar="VECTORS",
        help="starting vectors of known words; others are composed of their subwords if the file has any; skipgram "
        "and cbow then train with a smaller --learning-rate",
    ),
    Option(
        ["--init-contexts"],
        heading="Start",
        type=options.FILE,
        metavar="VECTORS",
        help="starting rows of the output matrix, saved by --contexts; default: those in --init, if it has any",
    ),
    Option(
        ["--init-words"],
        heading="Start",
        type=click.Choice(["union", "corpus"]),
        help="keep words of --init that are not trained (union), or leave them out (corpus); default: union for "
        "skipgram and cbow, which can keep them",
    ),
]
GRAPH = [
    Option(
        ["--graph"],
        heading="Graph",
        type=options.FILE,
        metavar="LEXICON",
        help="draw words together that this lexicon connects, and push antonyms apart: two words a line, a word and "
        "its neighbours, relations (word, relation, word), or Wiktionary as JSONL (kaikki.org); see --pull",
    ),
    options.relations("Graph"),
]
CHECKPOINTS = [
    Option(
        ["--checkpoint-every"],
        heading="Start",
        type=click.FloatRange(min=0, min_open=True),
        metavar="SECONDS",
        help="interval of saving the state to OUT.partial, against a crash",
    ),
    Option(["--resume"], heading="Start", is_flag=True, help="continue the run in OUT.partial, with its settings"),
    DRY_RUN,
]
START = [*INIT, *CHECKPOINTS]

_CONTEXTS = Option(
    ["--contexts"],
    heading="Output",
    writes=True,
    type=options.FILE,
    metavar="FILE",
    help="save the output matrix, too; with hierarchical softmax FILE.npz, for wordvec evaluate perplexity",
)
_WORDS = Option(
    ["--words"],
    heading="Output",
    writes=True,
    type=options.FILE,
    metavar="FILE",
    help="save the word vectors, too; OUT.model.vectors has them in any case",
)
OUTPUT = [options.output("OUT.vec", "the vectors"), _CONTEXTS, *options.reports()]
OF_DOCUMENTS = [options.output("OUT.vec", "the vectors of the documents"), _WORDS, *options.reports()]
_OUTPUTS = {
    "word": OUTPUT,
    "node": OUTPUT,
    "document": OF_DOCUMENTS,
    "sense": [options.output("OUT.vec", "the vectors of senses"), *options.reports()],
}
"""Options of the results, by what their rows belong to."""
_STARTING = {"init", "init_contexts", "init_words", "dry_run", "graph", "relations"}
_KEPT = {option.name for option in (*START, *OUTPUT, _WORDS, *options.workers())} - _STARTING
"""Options that a resumed run takes."""


@dataclasses.dataclass(frozen=True)
class _Request:
    """A run as the command line describes it."""

    method: type[Trainer]
    corpus: Sequence[str]
    encoding: Mapping[str, Any]
    files: Mapping[str, Any]
    quiet: bool
    place: Mapping[str, Any]

    @contextlib.contextmanager
    def reports(self, resume: bool = False, hint: bool = False) -> Iterator[Progress]:
        """Open the progress reports; `hint` names the command that encodes the text once."""
        with reporting(self.quiet, self.files["log"], self.files["overwrite"], resume) as progress:
            yield progress
            if (
                hint
                and self.method.reads == "text"
                and "-" not in self.corpus
                and all(map(sources.is_text, self.corpus))
            ):
                written = [*self.corpus, *options.written(dict(self.encoding)), "-o", "FOLDER"]
                encode = shlex.join(["wordvec", "corpus", "encode", *written])
                progress.say(f"to train on this text again, encode it once: {encode}")

    def resume_command(self, overwrite: bool) -> str:
        """Return the command that resumes the run."""
        command = ["wordvec", "train", self.method.method, "-o", str(self.files["output"]), "--resume"]
        given = {name: self.files.get(name) for name in ("contexts", "words", "log", "checkpoint_every")}
        given |= self.place
        for name, value in given.items():
            if value:
                spelling = "--" + name.replace("_", "-")
                command += [spelling, f"{value:g}" if isinstance(value, float) else str(value)]
        return shlex.join(command + ["--force"] * overwrite + ["--quiet"] * self.quiet)


_MISSING = {
    "text": "no CORPUS: name text files, folders, - for standard input, or one encoded corpus",
    "graph": "no GRAPH: name the file of a graph, or - for standard input",
}


def command(method: type[Trainer], example: str, help: str = HELP) -> Command:
    """Return the command of a method, which has the method's name."""
    running = {field.name for field in dataclasses.fields(Trainer)}
    of_text = options.text() if method.reads == "text" else []
    of_words = method.rows_are in ("word", "node")
    by_workers = issubclass(method, CountBased | NegativeSampling) and of_text and of_words

    def callback(
        corpus: tuple[str, ...],
        quiet: bool,
        force: bool,
        dry_run: bool,
        resume: bool = False,
        init: Path | None = None,
        init_contexts: Path | None = None,
        init_words: str | None = None,
        graph: Path | None = None,
        relations: str | None = None,
        checkpoint_every: float | None = None,
        **given: Any,
    ) -> None:
        hyperparameters = {
            field.name: given.pop(field.name) for field in dataclasses.fields(method) if "help" in field.metadata
        }
        encoding = options.settings_of_text(given) if of_text else {}
        place = {name: given.get(name) for name in ("scheduler", "workers")}
        made_by = maker(given, hyperparameters["threads"])
        start: dict[str, Any] = {"init": init, "init_contexts": init_contexts, "init_words": init_words}
        start |= {"graph": graph, "relations": parsed(relations), "checkpoint_every": checkpoint_every}
        request = _Request(method, corpus, encoding, given | start | {"overwrite": force}, quiet, place)
        if resume:
            _check_resume_takes_no_setting(corpus)
        elif not corpus:
            raise SettingsError(_MISSING[method.reads])
        with made_by as workers:
            _run(request, None if resume else method(**hyperparameters), dry_run, workers)

    return Command(
        method.method,
        callback=callback,
        help=help,
        epilog=f"\b\nExample:\n  {example}",
        params=[
            click.Argument(["corpus"], nargs=-1, metavar=None if of_text else "GRAPH"),
            *options.derived(method, "Model", leave=running),
            *of_text,
            *(GRAPH if of_words and hasattr(method, "pull") else ()),
            *((START if of_words else CHECKPOINTS) if method.resumable else [DRY_RUN]),
            *_OUTPUTS[method.rows_are],
            *options.derived(Trainer, "Running"),
            *(options.workers() if by_workers else ()),
        ],
    )


def _run(request: _Request, trainer: Trainer | None, dry_run: bool, maker: sources.Maker) -> None:
    """Train, estimate or, without a trainer, resume."""
    from wordvec.precompilation import precompiling
    from wordvec.trainers import rehearsal
    from wordvec.trainers.session import Session

    session = Session(**request.files, resume_call=request.resume_command, spelling=options.spelt, maker=maker)
    if trainer is None:
        session.resume(request.method, reports=lambda: request.reports(resume=True))
        return
    with precompiling(rehearsal.parts(trainer, None if dry_run else session.output)):
        if dry_run:
            _print_estimate(session.estimate(trainer, request.corpus, request.encoding, reports=request.reports))
        else:
            session.train(trainer, request.corpus, request.encoding, reports=lambda: request.reports(hint=True))


def _check_resume_takes_no_setting(corpus: Sequence[str]) -> None:
    context = click.get_current_context()
    given = ["CORPUS"] if corpus else []
    for option in context.command.params:
        chosen = context.get_parameter_source(option.name or "") is click.core.ParameterSource.COMMANDLINE
        if isinstance(option, click.Option) and chosen and option.name not in _KEPT:
            given.append(option.opts[0])
    if given:
        raise SettingsError(f"{given[0]}: a resumed run keeps its corpus and settings; leave this out")


def _print_estimate(estimate: Estimate) -> None:
    kept = f", and {estimate.kept:,} of --init that are kept" if estimate.kept else ""
    if estimate.documents:
        echo(f"documents {estimate.documents:,}")
    echo(f"words    {estimate.words:,}{kept}")
    passes = f", read {estimate.epochs:,} times" if estimate.epochs > 1 else ""
    echo(f"{estimate.unit:8} {estimate.steps // estimate.epochs:,}{passes}")
    echo(f"memory   {estimate.memory / 1e6:,.0f} MB")
    echo(f"time     about {estimate.seconds:,.0f} s")


skipgram = command(SkipGram, "wordvec train skipgram corpus.txt --tokenizer words --lowercase --dim 300 -o corpus.vec")
cbow = command(CBOW, "wordvec train cbow corpus.txt --window 10 -o corpus.vec")
fasttext = command(
    FastText,
    "wordvec train fasttext corpus.txt --min-n 2 --max-n 5 -o corpus.vec",
    HELP.replace("\n\nSeveral", f"\n\n{NGRAMS}\n\nSeveral"),
)

"""``wordvec train clusters``: senses as clusters of the contexts of words."""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wordvec.cli import options
from wordvec.cli.command import Command, Option
from wordvec.cli.output import echo
from wordvec.cli.running import check_words, reporting
from wordvec.errors import SettingsError
from wordvec.trainers.senses.clusters import ContextClusters
from wordvec.wording import quantity
from wordvec.workers import stop_on_signals

if TYPE_CHECKING:
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.vectors import Vectors

TEXT = ("tokenizer", "normalize", "lowercase", "field", "encoding", "format")
"""Options of texts that are tokenised as the text of vectors was."""


def text_options() -> list[click.Parameter]:
    """Return the options of text that override what the vectors record."""
    return [option for option in options.text() if option.name in TEXT]


def encoding_of(vectors: "Vectors", given: dict[str, Any]) -> dict[str, Any]:
    """Remove the options of text from a command's options; return the settings of encoding as that of the vectors."""
    from wordvec.corpora.alike import recorded
    from wordvec.sentences.texts import settings_for

    chosen = {name: given.pop(name) for name in TEXT}
    chosen["lowercase"] = options.LOWERCASE.get(chosen["lowercase"])
    if chosen["lowercase"] is None and (settings := recorded(vectors.metadata)):
        chosen["lowercase"] = bool(settings.get("lowercase"))
    record = settings_for(vectors, **{name: value for name, value in chosen.items() if value is not None})
    return {name: getattr(record, name) for name in TEXT if getattr(record, name) is not None}


@contextlib.contextmanager
def opened(paths: tuple[str, ...], vectors: "Vectors", given: dict[str, Any], threads: int | None, stop: Any) -> Any:
    """Open an encoded corpus, or encode texts as the text of the vectors was."""
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.trainers.sources import is_encoded

    encoding = encoding_of(vectors, given)
    encoded = [path for path in paths if is_encoded(path)]
    if encoded and len(paths) > 1:
        raise SettingsError(f"{encoded[0]}: is an encoded corpus; use it alone, or use texts only")
    corpus: EncodedCorpus
    if encoded:
        with EncodedCorpus.open(encoded[0], threads=threads) as corpus:
            yield corpus
        return
    with EncodedCorpus.from_text(paths, threads=threads, stop=stop, **encoding) as corpus:
        yield corpus


@click.command(
    cls=Command,
    help="CORPUS is text, or one folder made by wordvec corpus encode. The contexts of each word are clustered by "
    "spherical k-means over the word vectors of --vectors, of any method; each cluster is a sense. This needs no "
    "training, and is the control for wordvec train senses and adagram."
    "\n\nOUT.vec has rows bank#1, bank#2 and so on by falling share; a word with one sense keeps its name. "
    "OUT.senses.tsv lists shares, neighbours and typical contexts."
    "\n\nText is tokenised as that of the vectors. The same text, vectors, settings and seed give the same bits with "
    "any number of threads.",
    params=[
        click.Argument(["corpus"], nargs=-1, required=True, metavar="CORPUS..."),
        Option(
            ["--vectors"],
            heading="Model",
            type=options.FILE,
            required=True,
            metavar="VECTORS",
            help="word vectors, such as those that wordvec train skipgram wrote for CORPUS",
        ),
        *options.derived(ContextClusters, "Model", leave=("threads", "seed")),
        *text_options(),
        Option(["--dry-run"], heading="Start", is_flag=True, help="print words and memory; do not cluster"),
        options.output("OUT.vec", "the vectors of senses"),
        *options.reports(),
        *(o for o in options.derived(ContextClusters, "Running") if o.name in ("threads", "seed")),
    ],
    epilog="\b\nExample:\n  wordvec train clusters corpus.txt --vectors corpus.vec --senses 3 -o senses.vec",
)
def clusters(
    corpus: tuple[str, ...],
    vectors: Path,
    dry_run: bool,
    output: Path,
    force: bool,
    quiet: bool,
    log: Path | None,
    **given: Any,
) -> None:
    """Write vectors of senses."""
    import dataclasses

    from wordvec import formats
    from wordvec.files import check_output, together
    from wordvec.senses.files import listed_senses, senses_path, write_senses
    from wordvec.senses.names import free_mark, sense_name
    from wordvec.vectors import Vectors

    formats.check_output(output, force)
    check_output(senses_path(output), force)
    settings = ContextClusters(**{field.name: given.pop(field.name) for field in dataclasses.fields(ContextClusters)})
    with reporting(quiet, log, force) as progress, stop_on_signals() as stop, contextlib.ExitStack() as stack:
        loaded = Vectors.load(vectors, contexts=False)
        mark = free_mark(loaded.words)
        check_words([sense_name(word, 1, mark) for word in loaded.words], [output], "refuse", progress)
        read = stack.enter_context(opened(corpus, loaded, given, settings.threads, stop))
        if dry_run:
            _print_estimate(settings, read, loaded)
            return
        made = settings.fit(read, loaded, progress=progress, stop=stop)
        with together(output):
            listed = listed_senses(made, made.contexts_of, settings.threads)
            write_senses(listed, senses_path(output), force)
            made.save(output, overwrite=force)
        inventory = made.inventory
        assert inventory is not None
        progress.say(
            f"{output}: {quantity(len(inventory), 'word')}, {inventory.several:,} of them with several senses, "
            f"{quantity(len(made), 'row')}, dim {made.dim}"
        )


def _print_estimate(settings: ContextClusters, corpus: "EncodedCorpus", vectors: "Vectors") -> None:
    words = corpus.vocabulary.cut(settings.sense_min_count)
    echo(f"words    {len(vectors):,}, about {words:,} of them with several senses")
    echo(f"tokens   {len(corpus.ids):,}")
    echo(f"memory   {(settings.memory(corpus, vectors.dim) + 8 * vectors.matrix.nbytes) / 1e6:,.0f} MB")

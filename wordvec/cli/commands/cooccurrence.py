"""``wordvec corpus cooccur``, and GloVe's files of counts: count once, train many times, here or elsewhere."""

import dataclasses
import shlex
from pathlib import Path
from typing import Any

import click

from wordvec.cli import options
from wordvec.cli.apart import check_apart
from wordvec.cli.command import Command, Option
from wordvec.cli.running import reporting
from wordvec.cli.workers import maker
from wordvec.corpora.cooccurrence import Cooccurrence
from wordvec.files import check_output, workspace
from wordvec.trainers.base import Trainer
from wordvec.trainers.count_based import CountBased
from wordvec.trainers.sources import open_corpus
from wordvec.wording import quantity

REFUSED_BY_GLOVE = "<unk>"
"""Word that Stanford's glove reserves for the mean of the rarest vectors; it exits without a message if it occurs."""

COUNTS = click.Argument(["counts"], type=options.FILE)


@click.command(
    cls=Command,
    params=[
        click.Argument(["corpus"], nargs=-1, required=True, metavar="CORPUS..."),
        *options.derived(CountBased, "Counting", leave={"dim", *(field.name for field in dataclasses.fields(Trainer))}),
        *options.text(),
        options.output("FOLDER", "the counts, eight bytes for each pair of words that co-occur"),
        *options.reports(),
        *options.derived(Trainer, "Running"),
        *options.workers(),
    ],
    epilog="\b\nExample:\n  wordvec corpus cooccur news.corpus --window 15 -o news.counts",
)
def cooccur(corpus: tuple[str, ...], output: Path, force: bool, quiet: bool, log: Path | None, **given: Any) -> None:
    """CORPUS is text, as for wordvec train, or one folder made by wordvec corpus encode.

    wordvec train glove and ppmi-svd read the folder. Sums are exact, with the same bits for any number of threads and
    any --memory. The seed matters only with --sample.
    """
    check_output(output, force, folder=True)
    text = options.settings_of_text(given)
    made_by = maker(given, given["threads"])
    settings = CountBased(**given)
    with reporting(quiet, log, force) as progress, made_by as workers, workspace(output) as folder:
        with open_corpus(corpus, folder, progress, settings, text, workers) as encoded:
            counts = settings.count(encoded, output, overwrite=force, progress=progress, count=workers.count)
        entries = quantity(len(counts.columns), "entry", "entries")
        tokens = quantity(counts.meta["tokens"], "token")
        progress.say(f"{output}: {quantity(len(counts.vocabulary), 'word')}, {entries}, of {tokens}")


@click.command(
    cls=Command,
    params=[
        COUNTS,
        options.output("cooccurrence.bin", "the records"),
        Option(
            ["--vocab"],
            heading="Output",
            writes=True,
            type=options.FILE,
            metavar="FILE",
            help="the words; default: vocab.txt beside the records",
        ),
        options.force(),
    ],
    epilog="\b\nExample:\n  wordvec corpus export-glove news.counts -o cooccurrence.bin",
)
def export_glove(counts: Path, output: Path, vocab: Path | None, force: bool) -> None:
    """GloVe's own shuffle and glove read both files; ids begin with 1, records are sorted.

    Stanford's glove rejects a vocabulary that contains <unk>, without a message; a warning says how to rename it.
    """
    words = vocab or output.with_name("vocab.txt")
    check_apart([output, words], [])
    check_output(output, force)
    check_output(words, force)
    with Cooccurrence.open(counts) as opened_counts:
        opened_counts.to_glove(output, words, overwrite=force)
        refused = REFUSED_BY_GLOVE in opened_counts.vocabulary
    if refused:
        rename = f"s/^{REFUSED_BY_GLOVE} /<raw_unk> /"
        click.echo(
            f"warning: {words}: contains the word {REFUSED_BY_GLOVE}, which Stanford's programs reject; rename it "
            f"before training: {shlex.join(['sed', '-i', rename, str(words)])}",
            err=True,
        )


@click.command(
    cls=Command,
    params=[
        click.Argument(["records"], type=options.FILE),
        click.Argument(["vocab"], type=options.FILE),
        options.output("FOLDER", "the counts"),
        *options.reports(),
    ],
    epilog="\b\nExample:\n  wordvec corpus import-glove cooccurrence.bin vocab.txt -o news.counts",
)
def import_glove(records: Path, vocab: Path, output: Path, force: bool, quiet: bool, log: Path | None) -> None:
    """Read RECORDS, shuffled or not, and VOCAB, the 'word count' lines that its ids refer to."""
    check_output(output, force, folder=True)
    with reporting(quiet, log, force) as progress:
        counts = Cooccurrence.from_glove(records, vocab, output, overwrite=force, progress=progress)
        progress.say(
            f"{output}: {quantity(len(counts.vocabulary), 'word')}, {quantity(len(counts.columns), 'entry', 'entries')}"
        )

"""``wordvec corpus``: encode text once, and inspect the result."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wordvec.cli import options
from wordvec.cli.command import Command, Option
from wordvec.cli.commands.info import ALL, of_corpus, show
from wordvec.cli.output import cell, echo
from wordvec.cli.running import reporting
from wordvec.cli.workers import maker
from wordvec.errors import InputError
from wordvec.files import check_output
from wordvec.trainers.sources import is_counted, is_encoded
from wordvec.wording import quantity

if TYPE_CHECKING:
    from wordvec.corpora.vocabulary import Vocabulary

LINES_AT_ONCE = 1 << 16


@click.command(
    cls=Command,
    params=[
        click.Argument(["text"], nargs=-1, required=True, metavar="TEXT..."),
        *options.text(),
        options.output("FOLDER", "the encoded corpus, about as large as the text"),
        *options.reports(),
        Option(["--threads"], type=click.IntRange(min=1), heading="Running", help="default: all processors"),
        *options.workers(),
    ],
    epilog="\b\nExample:\n  wordvec corpus encode news/ 'blogs/*.txt.gz' --tokenizer words --lowercase -o news.corpus",
)
def encode(
    text: tuple[str, ...],
    output: Path,
    threads: int | None,
    force: bool,
    quiet: bool,
    log: Path | None,
    **settings: Any,
) -> None:
    """TEXT is files, folders, 'patterns*' or - for standard input, as for wordvec train.

    Every method can train on the folder, with any --min-count and --window. It contains the text as token ids, the
    words with their counts, and the numbers of tokens dropped or changed.
    """
    encoded = [path for path in text if is_encoded(path)]
    if encoded:
        raise InputError(f"{encoded[0]}: is already an encoded corpus; expected text")
    check_output(output, force, folder=True)
    with reporting(quiet, log, force) as progress, maker(settings, threads) as made_by:
        chosen = options.settings_of_text(settings)
        with made_by.encode(text, output, threads=threads, overwrite=force, progress=progress, **chosen) as corpus:
            meta = corpus.meta
        sizes = [quantity(meta[f"{unit}s"], unit) for unit in ("token", "word", "sentence")]
        progress.say(f"{output}: {', '.join(sizes)}")


@click.command(
    cls=Command,
    params=[click.Argument(["folder"], type=options.FILE), ALL, options.JSON],
    epilog="\b\nExample:\n  wordvec corpus info news.corpus",
)
def info(folder: Path, show_all: bool, as_json: bool) -> None:
    """Print sizes, settings, sources and the tokens dropped or changed; --all and --json print every field."""
    show(of_corpus(folder), show_all, as_json)


@click.command(
    cls=Command,
    params=[
        click.Argument(["sources"], nargs=-1, required=True, type=options.FILE, metavar="FOLDER|FILE..."),
        options.output("FILE", "file of the words; default: standard output", required=False),
        options.force(),
    ],
    epilog="\b\nExample:\n  wordvec corpus vocabulary a.corpus b.corpus -o words.txt",
)
def vocabulary(sources: tuple[Path, ...], output: Path | None, force: bool) -> None:
    """Lines are 'word count'. The counts of several corpora, or of files of such lines, are added.

    A folder is an encoded corpus or co-occurrence counts; its digest is checked first.
    """
    from wordvec.corpora.vocabulary import Vocabulary

    if output is not None:
        check_output(output, force)
    merged = Vocabulary.merge(*map(_words_of, sources))
    if output is not None:
        merged.save(output, overwrite=force)
        return
    for begin in range(0, len(merged), LINES_AT_ONCE):
        counts = merged.counts[begin : begin + LINES_AT_ONCE].tolist()
        words = merged.words[begin : begin + LINES_AT_ONCE]
        echo("\n".join(f"{cell(word)} {count}" for word, count in zip(words, counts, strict=True)))


def _words_of(path: Path) -> "Vocabulary":
    """Return the words of a file, or of a folder whose digest is correct."""
    from wordvec.corpora.cooccurrence import Cooccurrence
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.corpora.vocabulary import Vocabulary

    if not path.is_dir():
        return Vocabulary.load(path)
    with (Cooccurrence if is_counted(path) else EncodedCorpus).open(path) as stored:
        return stored.vocabulary

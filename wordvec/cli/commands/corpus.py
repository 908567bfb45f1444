"""``wordvec corpus``: encode text once, and look at what was encoded."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wordvec.cli import options
from wordvec.cli.command import Command, Option
from wordvec.cli.commands.info import ALL, of_corpus, show
from wordvec.cli.output import cell, echo
from wordvec.cli.running import announce_compilation, is_counted, is_encoded, reporting
from wordvec.errors import InputError
from wordvec.files import check_output
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
        Option(["--threads"], type=click.IntRange(min=1), heading="Running", help="all processors unless given"),
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

    The folder serves every method, --min-count and window; it holds the text as numbered tokens, the words with their
    counts, and the sizes of everything dropped or changed.
    """
    from wordvec.corpora.encoded import EncodedCorpus

    encoded = [path for path in text if is_encoded(path)]
    if encoded:
        raise InputError(f"{encoded[0]}: is an encoded corpus, not text")
    check_output(output, force, folder=True)
    with reporting(quiet, log, force) as progress:
        announce_compilation(progress, "text")
        chosen = options.settings_of_text(settings)
        with EncodedCorpus.from_text(
            text, output, threads=threads, overwrite=force, progress=progress, **chosen
        ) as corpus:
            meta = corpus.meta
        sizes = [quantity(meta[f"{unit}s"], unit) for unit in ("token", "word", "sentence")]
        progress.say(f"{output}: {', '.join(sizes)}")


@click.command(
    cls=Command,
    params=[click.Argument(["folder"], type=options.FILE), ALL, options.JSON],
    epilog="\b\nExample:\n  wordvec corpus info news.corpus",
)
def info(folder: Path, show_all: bool, as_json: bool) -> None:
    """Sizes, settings, sources, and what was dropped or changed, in short; --all and --json print every field."""
    show(of_corpus(folder), show_all, as_json)


@click.command(
    cls=Command,
    params=[
        click.Argument(["sources"], nargs=-1, required=True, type=options.FILE, metavar="FOLDER|FILE..."),
        options.output("FILE", "write there, not to standard output", required=False),
        options.force(),
    ],
    epilog="\b\nExample:\n  wordvec corpus vocabulary a.corpus b.corpus -o words.txt",
)
def vocabulary(sources: tuple[Path, ...], output: Path | None, force: bool) -> None:
    """Lines are 'word count'. Of several corpora, or files of such lines, the counts are added.

    A folder is an encoded corpus or co-occurrence counts, and is checked against its digest first.
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
    """Return the words of a file, or of a folder that agrees with its digest."""
    from wordvec.corpora.cooccurrence import Cooccurrence
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.corpora.vocabulary import Vocabulary

    if not path.is_dir():
        return Vocabulary.load(path)
    with (Cooccurrence if is_counted(path) else EncodedCorpus).open(path) as stored:
        return stored.vocabulary

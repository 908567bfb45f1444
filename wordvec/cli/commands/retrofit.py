"""``wordvec retrofit``: move vectors towards their neighbours in a lexicon."""

from pathlib import Path

import click

from wordvec.cli import options
from wordvec.cli.apart import check_apart
from wordvec.cli.command import Command, Option
from wordvec.cli.running import check_words, reporting
from wordvec.wording import quantity


@click.command(
    cls=Command,
    help="Retrofit VECTORS to a lexicon. Each line of LEXICON has two words that are neighbours of each other, with an "
    "optional weight; or a word and its neighbours; or a word, a relation and another word, separated by tabs; or "
    "LEXICON is Wiktionary as JSON lines (kaikki.org). Antonyms are pushed apart (Mrkšić et al. 2016). Words without "
    "known neighbours keep their direction. Rows are scaled to length 1 first, as by Faruqui et al. (2015).",
    params=[
        click.Argument(["vectors"], type=options.FILE),
        click.Argument(["lexicon"], type=options.FILE),
        Option(
            ["--iterations"],
            type=click.IntRange(min=1),
            default=10,
            show_default=True,
            help="number of updates of each word; each halves the distance to the limit",
        ),
        Option(
            ["--keep-lengths"],
            is_flag=True,
            help="do not scale rows to length 1; other words keep every bit",
        ),
        options.relations(),
        options.output("OUT.vec", "the retrofitted vectors"),
        options.spaces(),
        *options.reports(),
    ],
    epilog="\b\nExample:\n  wordvec retrofit corpus.vec synonyms.txt -o retrofitted.vec",
)
def retrofit(
    vectors: Path,
    lexicon: Path,
    iterations: int,
    keep_lengths: bool,
    relations: str | None,
    output: Path,
    spaces: str,
    force: bool,
    quiet: bool,
    log: Path | None,
) -> None:
    """Retrofit vectors."""
    from wordvec import formats
    from wordvec.alignment.retrofitting import retrofit
    from wordvec.lexicons.reading import read_lexicon
    from wordvec.lexicons.relations import parsed
    from wordvec.vectors import Vectors
    from wordvec.workers import stop_on_signals

    check_apart([*formats.outputs(output), log], [vectors, lexicon])
    formats.check_output(output, force)
    read = read_lexicon(lexicon, parsed(relations))
    with reporting(quiet, log, force) as progress, stop_on_signals() as stop:
        loaded = Vectors.load(vectors, contexts=False)
        check_words(loaded.words, [output], spaces, progress)
        made = retrofit(loaded, read, iterations=iterations, keep_lengths=keep_lengths, progress=progress, stop=stop)
        made.save(output, overwrite=force, spaces=spaces)
    done = made.metadata["history"][-1]
    moves = ", ".join(f"{move:.2g}" for move in done["moves"])
    progress.say(f"{lexicon}: {quantity(read.words, 'word')}, read as {read.form}")
    progress.say(f"longest move of each iteration: {moves}")
    progress.say(
        f"{output}: {done['moved']:,} of {quantity(len(made), 'word')} moved, by {quantity(done['edges'], 'neighbour')}"
    )

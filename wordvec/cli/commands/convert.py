"""``wordvec convert``: one vector file becomes another."""

from pathlib import Path
from typing import Any

import click

from wordvec.cli import options
from wordvec.cli.command import Command, Option
from wordvec.formats import FORMATS
from wordvec.wording import quantity
from wordvec.workers import Progress

MERGES = ["first", "mean"]
BAD_WORDS = ["replace", "drop"]
KIND: Any = click.Choice(list(FORMATS))
HELP = "IN is told by its content, OUT by its ending:\n\n\b\n" + "\n".join(
    f"{format.extension:14} {format.about}" for format in FORMATS.values()
)


@click.command(
    cls=Command,
    params=[
        click.Argument(["source"], type=options.FILE, metavar="IN"),
        click.Argument(["target"], type=options.FILE, metavar="OUT"),
        Option(["--top"], heading="Words", type=click.INT, help="keep so many words, from the beginning"),
        Option(
            ["--words"],
            heading="Words",
            type=options.FILE,
            metavar="FILE",
            help="keep the words of this list, a word a line; others are made from subwords where there are any",
        ),
        Option(
            ["--lowercase"],
            heading="Words",
            type=click.Choice(["plain", "turkish"]),
            alone="plain",
            metavar="[=turkish]",
            help="lower case; =turkish with dotted and dotless i",
        ),
        Option(
            ["--merge"],
            heading="Words",
            type=click.Choice(MERGES),
            default="first",
            show_default=True,
            help="of words that become one: the first one's vector, or the mean of all, weighted by counts if known",
        ),
        Option(
            ["--bad-words"],
            heading="Words",
            type=click.Choice(BAD_WORDS),
            help="for words that are empty, not UTF-8, or hold white space or control characters: replace the bad "
            "characters by _ or U+FFFD (an empty word's row is dropped), or drop the rows; OUT.changes.tsv lists all",
        ),
        options.spaces(),
        Option(["--dim"], heading="Numbers", type=click.INT, help="reduce to so many principal components"),
        Option(["--unit"], heading="Numbers", is_flag=True, help="make each vector's length 1"),
        Option(
            ["--precision"], heading="Numbers", type=click.INT, help="round to so many significant digits (at most 9)"
        ),
        Option(["--from", "source_format"], heading="Formats", type=KIND, help="of IN, if its content does not tell"),
        Option(["--to", "target_format"], heading="Formats", type=KIND, help="of OUT, if its ending does not tell"),
        Option(
            ["--trust-pickle"],
            heading="Formats",
            is_flag=True,
            help="unpickle IN, which runs whatever code it holds: for gensim's own files, if you know who made them",
        ),
        Option(
            ["--memory"],
            heading="Running",
            type=click.FLOAT,
            help="gigabytes for matrices; larger ones go to files beside OUT, for the time (half of what is free)",
        ),
        options.force(),
        Option(["--quiet"], heading="Output", is_flag=True, help="say nothing but errors"),
    ],
    help=HELP,
    epilog="\b\nExample:\n  wordvec convert corpus.vec corpus.bin --top 50000",
)
def convert(source: Path, target: Path, force: bool, quiet: bool, memory: float | None, **given: Any) -> None:
    """Read, change and write vectors."""
    from wordvec.transforms.conversion import Conversion
    from wordvec.transforms.conversion import convert as run

    other = {name: given.pop(name) for name in ("source_format", "target_format", "trust_pickle")}
    chosen = given.pop("lowercase")
    lowercase = True if chosen == "plain" else chosen
    done = run(
        source,
        target,
        Conversion(lowercase=lowercase, **given),
        overwrite=force,
        memory=None if memory is None else int(memory * 1e9),
        **other,
    )
    progress = Progress(quiet=quiet)
    for note in done.notes:
        progress.say(note)
    progress.say(f"{target}: {quantity(done.words, 'word')}, dim {done.dim}")

"""``wordvec evaluate definitions``: words found from their definitions."""

from pathlib import Path
from typing import Any

import click

from wordvec.cli import options
from wordvec.cli.command import Command, Option
from wordvec.cli.commands.evaluate import CASE_HELP, RESAMPLES, VECTORS, case, load, seed, show


@click.command(
    cls=Command,
    help="Rank all words by their cosine with a definition, whose SIF sentence vector is mapped to word vectors by "
    "ridge regression on the definitions of other words; or words are mapped to sentence vectors. The table has the "
    "mean reciprocal rank of the defined word, the share of definitions for which it is among the first 1, 3 and 10, "
    "and its median rank, beside the same without a map; intervals are bootstraps over words. With several VECTORS "
    "only words that all know are used."
    "\n\nDATA has lines of a word, a tab and its definition, or is a data file of WordNet or their folder. The defined "
    "word is removed from its definition.\n\n" + CASE_HELP,
    params=[
        VECTORS,
        Option(["--dataset"], required=True, type=options.FILE, metavar="DATA", help="words and definitions"),
        Option(["--test"], type=click.FLOAT, default=0.2, show_default=True, help="share of the words that are tested"),
        Option(
            ["--limit"],
            type=click.IntRange(min=0),
            default=0,
            show_default=True,
            help="number of candidates, the most frequent words; 0 for all",
        ),
        Option(
            ["--tokenizer"],
            default="words",
            show_default=True,
            metavar="NAME|module:function",
            help="tokenizer of the definitions; they are lower-cased if the words of VECTORS are",
        ),
        case("ignore"),
        RESAMPLES,
        seed(),
        Option(["--quiet"], is_flag=True, help="print nothing but the table and errors"),
        *options.FORMS,
    ],
    epilog="\b\nExample:\n  wordvec evaluate definitions corpus.vec --dataset /usr/share/wordnet/data.noun",
)
def definitions(
    vectors: tuple[Path, ...], dataset: Path, limit: int, quiet: bool, form: str | None, **how: Any
) -> None:
    """Print the table of definitions."""
    from wordvec.evaluation import definitions
    from wordvec.workers import Progress, stop_on_signals

    with stop_on_signals() as stop:
        table = definitions(
            load(vectors), dataset, limit=limit or None, progress=Progress(quiet=quiet), stop=stop, **how
        )
    show(table, form)

"""``wordvec evaluate sts``: evaluation of sentence vectors."""

from pathlib import Path
from typing import Any

import click

from wordvec.cli import options
from wordvec.cli.command import Command, Option
from wordvec.cli.commands.evaluate import RESAMPLES, VECTORS, load, seed, show
from wordvec.workers import stop_on_signals


@click.command(
    cls=Command,
    help="The table has Pearson's and Spearman's correlation for each dataset and their mean, with bootstrap intervals "
    "of Pearson's, and paired ones of its difference from the plain mean of the same vectors. Sentence vectors are the "
    "mean of the words' vectors, also weighted by TF-IDF and SIF, with common components removed (SIF, uSIF). The "
    "baselines are bags of words, TF-IDF and random vectors."
    "\n\nDATA is a file, or a folder of files, of lines with a score and two sentences, separated by tabs, as SemEval "
    "publishes them. A sentence without a known word has cosine 0 with all others.",
    params=[
        VECTORS,
        Option(
            ["--dataset", "datasets"],
            multiple=True,
            required=True,
            type=options.FILE,
            metavar="DATA",
            help="sentence pairs with scores (repeatable)",
        ),
        Option(
            ["--tokenizer"],
            default="words",
            show_default=True,
            metavar="NAME|module:function",
            help="tokenizer of the sentences; they are lower-cased if the words of VECTORS are",
        ),
        Option(
            ["--oov"],
            type=click.Choice(["subwords", "skip"]),
            help="unknown words: skip, or subwords, composed from n-grams  [default: skip, and for vectors with "
            "n-grams a second row with subwords]",
        ),
        RESAMPLES,
        seed(),
        *options.FORMS,
    ],
    epilog="\b\nExample:\n  wordvec evaluate sts a.vec b.vec --dataset sts/",
)
def sts(vectors: tuple[Path, ...], datasets: tuple[Path, ...], form: str | None, **how: Any) -> None:
    """Print the table of sentence similarity."""
    from wordvec.evaluation import sts

    with stop_on_signals() as stop:
        table = sts(load(vectors), datasets, stop=stop, **how)
    show(table, form)

"""``wordvec evaluate outliers``, ``categorise`` and ``norms``: groups, categories and ratings of words."""

from pathlib import Path
from typing import Any

import click

from wordvec.cli import options
from wordvec.cli.command import Command, Option
from wordvec.cli.commands.associations import OUTPUTS, Outputs
from wordvec.cli.commands.evaluate import CASE_HELP, RESAMPLES, VECTORS, case, load, seed


def _dataset(help: str) -> Option:
    return Option(["--dataset", "datasets"], multiple=True, required=True, type=options.FILE, metavar="DATA", help=help)


OOV = Option(["--oov"], type=click.Choice(["subwords", "skip"]), help="see above")
OOV_HELP = """
--oov is what happens to words that a vocabulary lacks: skip (left out) or subwords (composed from n-grams, as fastText,
floret and finalfusion files can). Default: skip, and a second row with subwords for vectors with n-grams.
"""
COMMON = [case("ignore"), OOV, RESAMPLES, seed(), *OUTPUTS]


def _judge(measure: str, vectors: tuple[Path, ...], datasets: tuple[Path, ...], **given: Any) -> None:
    """Print, draw and write the scores of a measure of `wordvec.evaluation`."""
    from wordvec import evaluation
    from wordvec.evaluation.associations.scores_paragraph import word_scores_text

    outputs = Outputs(given, [str(path) for path in datasets])
    found = getattr(evaluation, measure)(load(vectors), datasets, **given)

    def draw(**look: Any) -> Any:
        from wordvec.plots import word_scores

        return word_scores(found, **look)

    outputs.write(found, lambda: word_scores_text(found), draw)


@click.command(
    cls=Command,
    help="Find the word that does not belong to a group (Camacho-Collados and Navigli 2016). The table has "
    "the accuracy, and OPP, the mean position of the outlier among the words of its group, 1 if it is always detected. "
    "Intervals are bootstraps over topics, or over outliers if there are fewer than ten topics."
    "\n\nDATA is a file of a topic, or a folder of such files: words of the topic, one a line, a blank line, and "
    "outliers.\n\n" + CASE_HELP + OOV_HELP,
    params=[VECTORS, _dataset("topics with outliers (repeatable)"), *COMMON],
    epilog="\b\nExample:\n  wordvec evaluate outliers corpus.vec --dataset 8-8-8_Dataset/",
)
def outliers(**given: Any) -> None:
    """Print the table of outlier detection."""
    _judge("outliers", **given)


@click.command(
    cls=Command,
    help="Cluster words into as many clusters as they have categories, by spherical k-means, and compare: purity, "
    "V-measure and adjusted Rand index. Purity and V-measure of random clusters are above 0; columns _random "
    "have them. With several VECTORS each is compared with the first, on the words that all know."
    "\n\nDATA is a file of lines with a word and its category.\n\n" + CASE_HELP + OOV_HELP,
    params=[
        VECTORS,
        _dataset("words and categories (repeatable)"),
        Option(
            ["--restarts"],
            type=click.INT,
            default=10,
            show_default=True,
            help="starts of k-means, of which the best is taken",
        ),
        *COMMON,
    ],
    epilog="\b\nExample:\n  wordvec evaluate categorise a.vec b.vec --dataset categories.tsv",
)
def categorise(**given: Any) -> None:
    """Print the table of categorisation."""
    _judge("categorise", **given)


@click.command(
    cls=Command,
    help="Predict ratings of words, such as concreteness or valence, from their vectors: ridge regression with nested "
    "cross-validation. The table has Pearson's and Spearman's correlation of predicted and given ratings, with "
    "bootstrap intervals, and R². With several VECTORS each is compared with the first, on the words that all know."
    "\n\nDATA is a file of lines with a word and its rating, with any separator.\n\n" + CASE_HELP + OOV_HELP,
    params=[
        VECTORS,
        _dataset("words and ratings (repeatable)"),
        Option(
            ["--columns"],
            metavar="WORD,SCORE",
            help="columns of words and ratings, by name or number, such as Word,Conc.M  [default: detected]",
        ),
        Option(["--folds"], type=click.INT, default=10, show_default=True, help="folds of the outer cross-validation"),
        *COMMON,
    ],
    epilog="\b\nExample:\n  wordvec evaluate norms corpus.vec --dataset concreteness.tsv --columns Word,Conc.M",
)
def norms(**given: Any) -> None:
    """Print the table of predicted ratings."""
    _judge("norms", **given)

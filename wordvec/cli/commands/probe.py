"""``wordvec evaluate probe`` and ``classify``: simple classifiers on frozen vectors."""

from pathlib import Path
from typing import Any

import click

from wordvec.cli import options
from wordvec.cli.command import Command, Option
from wordvec.cli.commands.evaluate import CASE_HELP, OOV_HELP, RESAMPLES, VECTORS, case, load, oov, seed, show
from wordvec.evaluation.probes.tagger import ProbeSettings
from wordvec.workers import Progress, stop_on_signals


def files_of(what: str, split: str = "") -> list[click.Parameter]:
    """Return the options ``--train`` and ``--test``; `split` is the default of the second, if it may be left out."""
    return [
        Option(["--train"], type=options.FILE, required=True, metavar="FILE", help=f"{what} to train on"),
        Option(["--test"], type=options.FILE, required=not split, metavar="FILE", help=f"{what} to test on{split}"),
    ]


@click.command(
    cls=Command,
    help="The features of the tagger are the vectors of a word and its context words; the classifier is softmax "
    "regression, or has one hidden layer. FILEs are CoNLL-U, or have the word in the first column and the tag in the "
    "last. If tags mark entities (B-, I-, O) the score is their F1, by the rules of CoNLL, otherwise accuracy. The "
    "baselines are the most frequent tag and random vectors. Needs scikit-learn: pip install scikit-learn.\n\n"
    + CASE_HELP
    + OOV_HELP,
    params=[
        VECTORS,
        *files_of("tagged sentences"),
        Option(["--column"], help="column of the tags: upos, xpos, ... or a number from 1  [default: upos, or last]"),
        *options.derived(ProbeSettings, "Probe"),
        *options.FORMS,
    ],
    epilog="\b\nExample:\n  wordvec evaluate probe a.vec b.vec --train train.conllu --test test.conllu",
)
def probe(
    vectors: tuple[Path, ...], train: Path, test: Path, column: str | None, form: str | None, **given: Any
) -> None:
    """Print the table of a probe."""
    from wordvec.evaluation import probe

    settings = ProbeSettings(**given)
    with stop_on_signals() as stop:
        table = probe(load(vectors), train, test, column=column, settings=settings, progress=Progress(), stop=stop)
    show(table, form)


@click.command(
    cls=Command,
    help="The features of a sentence are the mean of its words' vectors: plain, weighted (SIF), weighted and with the "
    "first singular vector removed, and those of uSIF; the classifier is logistic regression. The baselines are bags "
    "of words, TF-IDF, the most frequent label and random vectors. FILEs are lines of a label and a text. Needs "
    "scikit-learn: pip install scikit-learn.\n\n" + CASE_HELP + OOV_HELP,
    params=[
        VECTORS,
        *files_of("labelled texts", "  [default: a fifth of each label in --train]"),
        case("fallback"),
        oov(),
        RESAMPLES,
        seed(),
        *options.FORMS,
    ],
    epilog="\b\nExample:\n  wordvec evaluate classify a.vec b.vec --train train.txt --test test.txt",
)
def classify(vectors: tuple[Path, ...], train: Path, test: Path | None, form: str | None, **given: Any) -> None:
    """Print the table of classification."""
    from wordvec.evaluation import classify

    with stop_on_signals() as stop:
        show(classify(load(vectors), train, test, **given, progress=Progress(), stop=stop), form)

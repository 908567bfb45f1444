"""``wordvec evaluate change``, ``temporal-analogy`` and ``likelihood``: what compared slices are worth."""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wordvec.cli import options
from wordvec.cli.command import Command, Option
from wordvec.cli.commands.evaluate import CASE_HELP, RESAMPLES, case, seed, show
from wordvec.errors import InputError, SettingsError
from wordvec.trainers.sources import is_encoded

if TYPE_CHECKING:
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.workers import StopFlag

ALIKE = ("tokenizer", "normalize", "lowercase", "sentence")
"""What a text that is encoded already must have in common with the slices."""
FOLDER = click.Argument(["folder"], type=options.FILE)


@click.command(
    cls=Command,
    help="SCORES are files of word, tab and number, the higher the more a word changed, or tables of wordvec compass "
    "change -o, whose score is 1 minus --measure. TRUTH has the same lines. Graded truth is judged by Spearman's "
    "correlation, binary truth (0 and 1 only) by accuracy and F1 of a decision, and by the area under the ROC curve."
    "\n\nA word is called changed above --threshold; without that if a table says so, or else if it is among the "
    "highest, as many as the truth says have changed, which, like accuracy_best, sees the "
    "truth. Words without a score are left out and, as _lowest, put below all others.",
    params=[
        click.Argument(["scores"], type=options.FILE, nargs=-1, required=True, metavar="SCORES..."),
        Option(["--truth"], type=options.FILE, required=True, metavar="TRUTH", help="what people say"),
        Option(
            ["--measure"],
            type=click.Choice(["cosine", "local", "overlap", "mix"]),
            default="cosine",
            show_default=True,
            help="of tables",
        ),
        Option(["--kind"], type=click.Choice(["graded", "binary"]), help="of the truth; by its numbers unless given"),
        Option(["--threshold"], type=click.FLOAT, help="see above"),
        RESAMPLES,
        seed(),
        *options.FORMS,
    ],
    epilog="\b\nExample:\n  wordvec evaluate change change.csv other.tsv --truth truth.tsv",
)
def change(
    scores: tuple[Path, ...],
    truth: Path,
    measure: str,
    kind: str | None,
    threshold: float | None,
    resamples: int,
    seed: int,
    form: str | None,
) -> None:
    """Print the table of scores of change."""
    from wordvec.evaluation import graded_change

    judged = graded_change(
        scores, truth, measure=measure, kind=kind, threshold=threshold, resamples=resamples, seed=seed
    )
    show(judged, form)


@click.command(
    cls=Command,
    help="QUESTIONS are files of lines word1-slice1,word2-slice2: which word of slice 2 is nearest to where word 1 "
    "stands in slice 1? MRR@10 and the share of answers within 1, 3, 5 and 10, static questions (one word) and dynamic "
    "ones (two) apart, and beside them the compass's own vectors, for which nothing moves.\n\n" + CASE_HELP,
    params=[
        FOLDER,
        click.Argument(["questions"], type=options.FILE, nargs=-1, required=True, metavar="QUESTIONS..."),
        case("ignore"),
        RESAMPLES,
        seed(),
        *options.FORMS,
    ],
    epilog="\b\nExample:\n  wordvec evaluate temporal-analogy debates questions.csv",
)
def temporal_analogy(
    folder: Path, questions: tuple[Path, ...], case: str, resamples: int, seed: int, form: str | None
) -> None:
    """Print the table of temporal analogies."""
    from wordvec.evaluation import temporal_analogy
    from wordvec.slices import store
    from wordvec.workers import stop_on_signals

    with stop_on_signals() as stop:
        table = temporal_analogy(store.load(folder), questions, case=case, resamples=resamples, seed=seed, stop=stop)
    show(table, form)


@click.command(
    cls=Command,
    help="How well each slice foretells texts that were not trained on: log-likelihood per token, by how much it "
    "exceeds that of the text's own slice, and Taddy's posterior; and what vectors and counts do alone. Each TEXT is "
    "given with the name of the slice that it belongs to: text, which is encoded as the slices were, or a folder made "
    "by wordvec corpus encode.\n\nHold out whole documents: parts of one that was trained on flatter its slice.",
    params=[
        FOLDER,
        click.Argument(["texts"], nargs=-1, required=True, metavar="SLICE=TEXT..."),
        options.text_format(),
        RESAMPLES,
        seed(),
        Option(["--quiet"], is_flag=True, help="say nothing but errors"),
        *options.FORMS,
    ],
    epilog="\b\nExample:\n  wordvec evaluate likelihood debates 1990=held-out-1990.txt 2016=held-out-2016.txt",
)
def likelihood(
    folder: Path, texts: tuple[str, ...], format: str, resamples: int, seed: int, quiet: bool, form: str | None
) -> None:
    """Print the table of likelihoods."""
    from wordvec.evaluation import likelihood
    from wordvec.evaluation.slices.held_out import check_texts
    from wordvec.slices import store
    from wordvec.workers import Progress, stop_on_signals

    named = dict(_named(text) for text in texts)
    if len(named) < len(texts):
        raise SettingsError("a slice is named twice; give its texts as one folder")
    aligned, settings, progress = store.load(folder), store.text_settings(folder), Progress(quiet=quiet)
    check_texts(aligned, named)
    if format == "plain":
        settings["format"] = format
    with stop_on_signals() as stop, contextlib.ExitStack() as open_texts:
        encoded = {name: open_texts.enter_context(_encoded(path, settings, stop)) for name, path in named.items()}
        table = likelihood(aligned, encoded, resamples=resamples, seed=seed, progress=progress, stop=stop)
    show(table, form)


def _encoded(path: str, settings: dict[str, Any], stop: "StopFlag") -> "EncodedCorpus":
    """Open what is encoded as the slices were, or encode it so."""
    from wordvec.corpora.encoded import EncodedCorpus

    if not is_encoded(path):
        return EncodedCorpus.from_text(path, stop=stop, **settings)
    corpus = EncodedCorpus.open(path)
    for setting in ALIKE:
        mine = corpus.meta["settings"][setting]
        if mine != settings[setting]:
            raise InputError(
                f"{path}: was encoded with {setting} {mine!r}, the slices with {settings[setting]!r}; encode it alike"
            )
    return corpus


def _named(text: str) -> tuple[str, str]:
    name, sign, path = text.partition("=")
    if not (name and sign and path):
        raise SettingsError(f"{text}: give SLICE=TEXT")
    return name, path

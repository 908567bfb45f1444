"""``wordvec evaluate change``, ``temporal-analogy`` and ``likelihood``: evaluation of compared slices."""

import contextlib
from pathlib import Path

import click

from wordvec.cli import options
from wordvec.cli.command import Command, Option
from wordvec.cli.commands.evaluate import CASE_HELP, RESAMPLES, case, seed, show
from wordvec.cli.held_out import encoded, reading_settings
from wordvec.errors import SettingsError
from wordvec.trainers.sources import is_encoded

FOLDER = click.Argument(["folder"], type=options.FILE)


@click.command(
    cls=Command,
    help="SCORES are files of word, tab and number (a higher number means more change), or tables of wordvec compass "
    "change -o, whose score is 1 minus --measure. TRUTH is the gold standard, in the same format. For a graded truth "
    "the table has Spearman's correlation, for a binary one (0 and 1 only) accuracy and F1 of a decision, and the area "
    "under the ROC curve."
    "\n\nThe decision is: change above --threshold; without that option the decision of the table; for other files the "
    "highest scores, as many as words changed by the truth. The last one uses the truth, as does accuracy_best. Words "
    "without a score are left out and, in the columns _lowest, ranked below all others.",
    params=[
        click.Argument(["scores"], type=options.FILE, nargs=-1, required=True, metavar="SCORES..."),
        Option(["--truth"], type=options.FILE, required=True, metavar="TRUTH", help="file of the gold standard"),
        Option(
            ["--measure"],
            type=click.Choice(["cosine", "local", "overlap", "mix"]),
            default="cosine",
            show_default=True,
            help="measure of tables",
        ),
        Option(["--kind"], type=click.Choice(["graded", "binary"]), help="kind of the truth  [default: detected]"),
        Option(["--threshold"], type=click.FLOAT, help="score above which a word changed; see above"),
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
    help="QUESTIONS are files of lines word1-slice1,word2-slice2: word 2 should be the word of slice 2 nearest to word "
    "1 of slice 1. The table has MRR@10 and the precision at 1, 3, 5 and 10, for all questions, static ones (the same "
    "word twice) and dynamic ones (two words). The baseline is the compass's vectors, which are the same for all "
    "slices.\n\n" + CASE_HELP,
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
    from wordvec.slices.aligned import AlignedSlices
    from wordvec.workers import stop_on_signals

    with stop_on_signals() as stop:
        table = temporal_analogy(
            AlignedSlices.load(folder), questions, case=case, resamples=resamples, seed=seed, stop=stop
        )
    show(table, form)


@click.command(
    cls=Command,
    help="The table has, for each slice and held-out text, the log-likelihood per token, its difference from that of "
    "the text's own slice, Taddy's posterior, and the log-likelihoods by vectors and by counts alone. SLICE is the "
    "name of the text's slice. TEXT is a text, which is encoded as the slices were, or a folder of wordvec corpus "
    "encode."
    "\n\nHold out whole documents: parts of a document that was trained on are too likely under its slice.",
    params=[
        FOLDER,
        click.Argument(["texts"], nargs=-1, required=True, metavar="SLICE=TEXT..."),
        options.text_format(),
        options.trust_tokenizer(),
        RESAMPLES,
        seed(),
        Option(["--quiet"], is_flag=True, help="say nothing but errors"),
        *options.FORMS,
    ],
    epilog="\b\nExample:\n  wordvec evaluate likelihood debates 1990=held-out-1990.txt 2016=held-out-2016.txt",
)
def likelihood(
    folder: Path,
    texts: tuple[str, ...],
    format: str,
    trust_tokenizer: bool,
    resamples: int,
    seed: int,
    quiet: bool,
    form: str | None,
) -> None:
    """Print the table of likelihoods."""
    from wordvec.evaluation import likelihood
    from wordvec.evaluation.slices.held_out import check_texts
    from wordvec.slices import store
    from wordvec.slices.aligned import AlignedSlices
    from wordvec.workers import Progress, stop_on_signals

    named = dict(_named(text) for text in texts)
    if len(named) < len(texts):
        raise SettingsError("SLICE: a slice is named twice; give its texts as one folder")
    aligned, progress = AlignedSlices.load(folder), Progress(quiet=quiet)
    settings = store.text_settings(folder, trust_tokenizer or all(map(is_encoded, named.values())))
    check_texts(aligned, named)
    settings = reading_settings(settings, format)
    with stop_on_signals() as stop, contextlib.ExitStack() as open_texts:
        held_out = {name: open_texts.enter_context(encoded(path, settings, stop)) for name, path in named.items()}
        table = likelihood(aligned, held_out, resamples=resamples, seed=seed, progress=progress, stop=stop)
    show(table, form)


def _named(text: str) -> tuple[str, str]:
    name, sign, path = text.partition("=")
    if not (name and sign and path):
        raise SettingsError(f"{text}: expected SLICE=TEXT")
    return name, path

"""``wordvec compass evidence``: the lines behind a word's change."""

from pathlib import Path

import click

from wordvec.cli import options
from wordvec.cli.command import Command, Option
from wordvec.cli.commands.evaluate import show
from wordvec.cli.output import echo
from wordvec.cli.running import write_page
from wordvec.files import check_output
from wordvec.slices import store
from wordvec.slices.aligned import AlignedSlices
from wordvec.slices.evidence import evidence as evidence_of
from wordvec.workers import stop_on_signals


@click.command(
    cls=Command,
    help="Print the lines in slice A and in slice B whose contexts speak most for the change of WORD, and those that "
    "speak most against it. The score of a line is the log-likelihood ratio of its context words: under the vector "
    "that the word has in the line's own slice, against its vector in the other slice. The texts are those in FOLDER. "
    "The vectors were trained on these lines, so that scores illustrate a change and do not prove it: wordvec compass "
    "change tests it.",
    params=[
        click.Argument(["folder"], type=options.FILE),
        click.Argument(["word"]),
        click.Argument(["a"]),
        click.Argument(["b"]),
        Option(
            ["-n", "--number"],
            type=click.IntRange(min=1),
            default=5,
            show_default=True,
            help="largest number of lines at each end of a slice's scores",
        ),
        Option(
            ["--window"],
            type=click.IntRange(min=0),
            default=8,
            show_default=True,
            help="words of context that are printed on either side",
        ),
        *options.FORMS,
        options.page(),
        options.force(),
    ],
    epilog="\b\nExample:\n  wordvec compass evidence debates climate 1990 2016",
)
def evidence(
    folder: Path, word: str, a: str, b: str, number: int, window: int, form: str | None, page: Path | None, force: bool
) -> None:
    """Print the evidence of a change."""
    if page:
        check_output(page, force)
    aligned = AlignedSlices.load(folder)
    with store.corpora(folder, (a, b)) as texts, stop_on_signals() as stop:
        found = evidence_of(aligned, word, texts, number, window=window, stop=stop)
    if page:
        write_page(found.to_html(), page, force)
    if form is None:
        echo(str(found))
    else:
        show(found.table(), form)

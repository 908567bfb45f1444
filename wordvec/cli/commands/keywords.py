"""``wordvec corpus keywords``: words that are more frequent in one corpus than in another."""

from pathlib import Path
from typing import Any

import click

from wordvec.cli import options
from wordvec.cli.command import Command, Option
from wordvec.cli.commands.evaluate import show
from wordvec.cli.output import echo
from wordvec.cli.running import write_latex
from wordvec.corpora.keywords import KeywordSettings
from wordvec.files import check_output
from wordvec.workers import Progress, stop_on_signals


@click.command(
    cls=Command,
    help="Print the words that are more frequent in corpus A than in corpus B, and then those more frequent in B. A "
    "and B are folders made by wordvec corpus encode, with the same settings. The columns are: tokens of the word per "
    "million in A and in B; in the corpus where it is more frequent, the number of documents with the word and its "
    "dispersion DP (0: even, near 1: in few documents); the log-likelihood ratio G²; the binary logarithm of the ratio "
    "of the frequencies, with its interval; the z-score of the log-odds with an informative Dirichlet prior."
    "\n\nG² and z take tokens for independent, and so overrate words that occur in few documents. The interval, a "
    "bootstrap over documents, does not. --csv and --json have all columns: counts, both dispersions, the log-odds and "
    "their intervals; the log-likelihood is negative for words that are more frequent in B.",
    params=[
        click.Argument(["a"], type=options.FILE),
        click.Argument(["b"], type=options.FILE),
        Option(
            ["-n", "--number"],
            type=click.IntRange(min=1),
            default=20,
            show_default=True,
            help="largest number of words of each corpus",
        ),
        Option(["--all", "everything"], is_flag=True, help="print all words"),
        *options.derived(KeywordSettings, "Options"),
        *options.FORMS,
        options.latex(),
        options.force(),
        Option(["--quiet"], heading="Output", is_flag=True, help="print nothing but results and errors"),
    ],
    epilog="\b\nExample:\n  wordvec corpus keywords 2015.corpus 1970.corpus -n 10",
)
def keywords(
    a: Path,
    b: Path,
    number: int,
    everything: bool,
    form: str | None,
    latex: Path | None,
    force: bool,
    quiet: bool,
    **settings: Any,
) -> None:
    """Print keywords."""
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.corpora.keywords import keywords

    if latex:
        check_output(latex, force)
    with EncodedCorpus.open(a) as first, EncodedCorpus.open(b) as second, stop_on_signals() as stop:
        progress = Progress(quiet=quiet)
        found = keywords(first, second, None if everything else number, progress=progress, stop=stop, **settings)
    if latex:
        write_latex(found.listed(), latex, force)
    if form is None:
        echo(str(found))
    else:
        show(found.table(), form)

"""``wordvec corpus concordance``: keywords in context, out of an encoded corpus."""

from pathlib import Path

import click

from wordvec.cli import options
from wordvec.cli.command import Command, Option
from wordvec.cli.commands.evaluate import seed, show
from wordvec.cli.output import echo
from wordvec.cli.running import write_page
from wordvec.files import check_output
from wordvec.workers import Progress, stop_on_signals


@click.command(
    cls=Command,
    help="Print the occurrences of a word with the words before and behind it, aligned at the word. CORPUS is a folder "
    "made by wordvec corpus encode. A phrase is quoted: 'new york'; occurrences of several words are printed together. "
    "If there are more than --number occurrences, a uniform sample is printed, in the order of the text."
    "\n\nContexts end with the sentence. If there are several documents, the name of each line's document is printed; "
    "--csv and --json also have the number of the sentence and the kept fields of the document.",
    params=[
        click.Argument(["folder"], type=options.FILE, metavar="CORPUS"),
        click.Argument(["words"], nargs=-1, required=True, metavar="WORD..."),
        Option(
            ["-n", "--number"],
            type=click.IntRange(min=1),
            default=20,
            show_default=True,
            help="largest number of occurrences",
        ),
        Option(["--all", "everything"], is_flag=True, help="print all occurrences"),
        Option(
            ["--near"],
            multiple=True,
            metavar="OTHER",
            help="only occurrences with this word or phrase in their context; with several, one of them",
        ),
        Option(
            ["--window"],
            type=click.IntRange(min=0),
            default=8,
            show_default=True,
            help="words of context on either side",
        ),
        Option(["--across-sentences", "across"], is_flag=True, help="let contexts cross sentences, but not documents"),
        seed(),
        *options.FORMS,
        options.page(),
        options.force(),
        Option(["--quiet"], heading="Output", is_flag=True, help="print nothing but results and errors"),
    ],
    epilog="\b\nExample:\n  wordvec corpus concordance debates.corpus climate --near change -n 10",
)
def concordance(
    folder: Path,
    words: tuple[str, ...],
    number: int,
    everything: bool,
    near: tuple[str, ...],
    window: int,
    across: bool,
    seed: int,
    form: str | None,
    page: Path | None,
    force: bool,
    quiet: bool,
) -> None:
    """Print a concordance."""
    from wordvec.corpora.concordance import concordance
    from wordvec.corpora.encoded import EncodedCorpus

    if page:
        check_output(page, force)
    with EncodedCorpus.open(folder) as corpus, stop_on_signals() as stop:
        found = concordance(
            corpus,
            words,
            number=None if everything else number,
            near=near,
            window=window,
            across=across,
            seed=seed,
            progress=Progress(quiet=quiet),
            stop=stop,
        )
    if page:
        write_page(found.to_html(), page, force)
    if form is None:
        echo(str(found))
    else:
        show(found.table(), form)

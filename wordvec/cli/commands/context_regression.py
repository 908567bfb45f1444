"""``wordvec context-regression``: how the contexts of a word differ with fields of the documents."""

from pathlib import Path
from typing import Any

import click

from wordvec.cli import options
from wordvec.cli.command import Command, Option
from wordvec.cli.commands.associations import OUTPUTS, Outputs
from wordvec.evaluation.associations.context_regression import RegressionSettings
from wordvec.workers import Progress, stop_on_signals


@click.command(
    cls=Command,
    help="Regress the contexts of a word on fields of the documents (embedding regression, conText; Rodriguez, "
    "Spirling and Stewart 2023). Each use of the word gets a vector: the mean of its context words, by a transform "
    "that is fitted "
    "to all frequent words (à la carte; Khodak et al. 2018). The effect of a field is the length of its vector of "
    "coefficients. CORPUS is a folder made by wordvec corpus encode --keep-fields; a phrase is quoted; "
    "several WORDs are "
    "taken together."
    "\n\nFields of numbers are in standard deviations; others have a coefficient for each level but the most frequent. "
    "p is from permutations of the documents, intervals from a bootstrap over documents, because uses in one document "
    "are not independent. The length of a vector of noise is above 0: compare norm with null, its mean under "
    "permutation, or read debiased, from which that part is subtracted. The words nearest to the predicted vector at "
    "each level are printed first.",
    params=[
        click.Argument(["folder"], type=options.FILE, metavar="CORPUS"),
        click.Argument(["words"], nargs=-1, required=True, metavar="WORD..."),
        Option(["--vectors"], type=options.FILE, required=True, metavar="VECTORS", help="vectors of words"),
        Option(["--field", "fields"], multiple=True, required=True, metavar="NAME", help="kept field (repeatable)"),
        Option(
            ["--categorical"],
            multiple=True,
            metavar="NAME",
            help="field whose numbers are names of levels (repeatable)",
        ),
        Option(
            ["--across-sentences/--within-sentences", "across"],
            default=True,
            show_default=True,
            help="let contexts cross sentences, but not documents",
        ),
        Option(
            ["-n", "--number"],
            type=click.IntRange(min=1),
            default=8,
            show_default=True,
            help="number of nearest words",
        ),
        *options.derived(RegressionSettings, "Regression"),
        *OUTPUTS,
        Option(["--quiet"], heading="Output", is_flag=True, help="print nothing but results and errors"),
    ],
    epilog="\b\nExample:\n  wordvec context-regression speeches.corpus tax --vectors speeches.vec --field party",
)
def context_regression(
    folder: Path, words: tuple[str, ...], vectors: Path, fields: tuple[str, ...], quiet: bool, **given: Any
) -> None:
    """Print an embedding regression."""
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.evaluation.associations.context_regression import context_regression
    from wordvec.evaluation.associations.methods_paragraph import regression_text
    from wordvec.vectors import Vectors

    outputs = Outputs(given, [str(vectors)])
    loaded = Vectors.load(vectors, contexts=False)
    with EncodedCorpus.open(folder) as corpus, stop_on_signals() as stop:
        found = context_regression(corpus, loaded, words, fields, progress=Progress(quiet=quiet), stop=stop, **given)

    def draw(**look: Any) -> Any:
        from wordvec.plots import regressions

        return regressions(found, **look)

    outputs.write(found, lambda: regression_text(found), draw)

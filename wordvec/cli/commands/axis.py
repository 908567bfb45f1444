"""``wordvec axis``: projections of words on an axis between two poles."""

from pathlib import Path
from typing import Any

import click

from wordvec.cli import options
from wordvec.cli.command import Command, Option
from wordvec.cli.commands.associations import OUTPUTS, SETS_HELP, Outputs, models, set_option, word_sets
from wordvec.cli.commands.evaluate import CASE_HELP, VECTORS, case
from wordvec.evaluation.associations.axis import LIMIT, NUMBER, AxisSettings


@click.command(
    cls=Command,
    help="Compute an axis from the words of two poles, and project words on it; values above 0 are towards A. "
    + SETS_HELP
    + "\n\nSeveral VECTORS are repetitions, such as other seeds: the projections are means over them, with their "
    "standard deviation. With --path, or when VECTORS is the folder of a compass, each is a step, with the difference "
    "from the first."
    "\n\nIntervals are bootstraps over the pairs (with semaxis and seeds, over the words of each pole) and over "
    "repetitions. They do not cover the sample of text: train on resampled text for that. --stability prints the axis "
    "without each pair: its cosine with the whole axis, and whether it agrees with the pair.\n\n" + CASE_HELP,
    params=[
        VECTORS,
        set_option("poles", "A B", "words of either pole; with pairs and pca, in the same order", required=True),
        Option(
            ["--words"],
            metavar="WORDS",
            help="words to project: a file, or separated by commas  [default: the extreme ones]",
        ),
        Option(
            ["-n", "--number"],
            type=click.IntRange(min=1),
            default=NUMBER,
            show_default=True,
            help="without --words, number of words at either pole",
        ),
        Option(
            ["--limit"],
            type=click.IntRange(min=1),
            default=LIMIT,
            show_default=True,
            help="without --words, number of most frequent words from which they are taken",
        ),
        Option(["--path"], is_flag=True, help="VECTORS are steps in this order, such as years, not repetitions"),
        Option(["--stability"], is_flag=True, help="print the axis without each pair or word, instead of projections"),
        case("ignore"),
        *options.derived(AxisSettings, "Axis"),
        *OUTPUTS,
    ],
    epilog="\b\nExample:\n  wordvec axis corpus.vec --poles rich,wealthy poor,needy --words opera,football",
)
def axis(
    vectors: tuple[Path, ...], poles: tuple[str, str], words: str | None, path: bool, stability: bool, **given: Any
) -> None:
    """Print projections."""
    from wordvec.evaluation.associations.axis import axis
    from wordvec.evaluation.associations.methods_paragraph import axis_text

    outputs = Outputs(given, [*poles, *([words] if words is not None else [])])
    a, b = word_sets(poles, ("A", "B"))
    asked = None if words is None else word_sets([words], ["words"])[0]
    named, slices = models(vectors)
    found = axis(named, (a, b), asked, path=path or slices, **given)

    def draw(**look: Any) -> Any:
        from wordvec.plots import projections

        return projections(found, **look)

    if stability and not outputs.for_paper:
        outputs.write(found.stability, str, draw)
    else:
        outputs.write(found, lambda: axis_text(found), draw)

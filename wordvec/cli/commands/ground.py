"""``wordvec ground``: a linear map from word vectors to a measured space, applied to all words."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wordvec.alignment.grounding.settings import Grounding
from wordvec.cli import options
from wordvec.cli.apart import check_apart
from wordvec.cli.command import Command, Option
from wordvec.cli.commands.evaluate import CASE_HELP, RESAMPLES, case, seed, show
from wordvec.cli.output import echo
from wordvec.cli.running import check_words, reporting
from wordvec.wording import quantity

if TYPE_CHECKING:
    from wordvec.alignment.grounding.space import MeasuredSpace
    from wordvec.vectors import Vectors


@click.command(
    cls=Command,
    help="Fit a linear map from the vectors of the measured words to their measured rows, apply it to all words of "
    "VECTORS (zero-shot), and write the predicted rows as vectors: of the measured space, or with --method cca of the "
    "space that both share. The table says how well held-out words are predicted: for each dimension the correlation "
    "over words, and for each word the cosine with its measured row, and the rank of this row among those of the other "
    "held-out words; beside the same with shuffled words.\n\n"
    "MEASURED is a vector file, an array of NumPy with --space-words, or a table with words in its first column and "
    "numbers in the others.\n\n" + CASE_HELP,
    params=[
        click.Argument(["vectors"], type=options.FILE),
        Option(
            ["--space"],
            heading="Space",
            type=options.FILE,
            required=True,
            metavar="MEASURED",
            help="measured words, such as image features, ratings or brain responses",
        ),
        Option(
            ["--space-words"],
            heading="Space",
            type=options.FILE,
            metavar="FILE",
            help="words of the rows of a .npy or .npz array, one a line",
        ),
        Option(
            ["--columns"],
            heading="Space",
            metavar="WORD,NUMBER,...",
            help="columns of a table, the words first, by name or number, such as Word,Valence or 1,3-7  "
            "[default: all]",
        ),
        case("ignore"),
        *options.derived(Grounding, "Method"),
        Option(
            ["--folds"],
            heading="Evaluation",
            type=click.INT,
            default=10,
            show_default=True,
            help="folds of the cross-validation",
        ),
        Option(
            ["--permutations"],
            heading="Evaluation",
            type=click.INT,
            default=100,
            show_default=True,
            help="permutations of the words, each fitted again; 0 for none",
        ),
        RESAMPLES,
        seed(),
        Option(["--dry-run"], is_flag=True, help="print words, time and memory, and write nothing"),
        options.output("OUT.vec", "the grounded vectors"),
        options.spaces(),
        *options.reports(),
        *options.FORMS,
    ],
    epilog="\b\nExample:\n  wordvec ground corpus.vec --space sensorimotor.csv --columns Word,2-7 -o grounded.vec",
)
def ground(
    vectors: Path,
    space: Path,
    space_words: Path | None,
    columns: str | None,
    dry_run: bool,
    output: Path,
    spaces: str,
    force: bool,
    quiet: bool,
    log: Path | None,
    form: str | None,
    **given: Any,
) -> None:
    """Write grounded vectors, and print how well the map predicts."""
    from wordvec import formats
    from wordvec.evaluation.datasets.measured import read_measured
    from wordvec.evaluation.maps.grounding import check, grounding
    from wordvec.vectors import Vectors
    from wordvec.workers import stop_on_signals

    settings = Grounding(**{name: given.pop(name) for name in ("method", "strength", "dim", "unit")})
    check(*(given[name] for name in ("folds", "permutations", "resamples", "seed")))
    check_apart([*formats.outputs(output), log], [path for path in (vectors, space, space_words) if path])
    formats.check_output(output, force)
    measured = read_measured(space, space_words, columns)
    loaded = Vectors.load(vectors, contexts=False)
    if dry_run:
        _print_trial(loaded, measured, settings, given)
        return
    with reporting(quiet, log, force) as progress, stop_on_signals() as stop:
        check_words(loaded.words, [output], spaces, progress)
        table = grounding(loaded, measured, settings, **given, progress=progress, stop=stop)
        made = settings.fit(loaded, measured, case=given["case"]).vectors(loaded)
        stop.check()
        made.save(output, overwrite=force, spaces=spaces)
    show(table, form)
    progress.say(f"{output}: {quantity(len(made), 'word')}, dim {made.dim}")


def _print_trial(vectors: "Vectors", space: "MeasuredSpace", settings: Grounding, given: dict[str, Any]) -> None:
    """Print words, dimensions, time and memory."""
    from wordvec.evaluation.maps.grounding import known
    from wordvec.evaluation.maps.trial import trial

    pairs = known(vectors, space, settings, given["case"])
    found = trial(vectors, pairs, settings, min(given["folds"], len(pairs.words)), given["permutations"])
    echo(f"vectors   {quantity(len(vectors), 'word')}, dim {vectors.dim}")
    echo(f"measured  {len(pairs.words):,} of {quantity(len(space.words), 'word')} known, dim {space.matrix.shape[1]}")
    echo(f"time      about {found.seconds:,.1f} s for {given['folds']} folds and {given['permutations']} permutations")
    echo(f"memory    about {found.memory / 1e6:,.0f} MB, beside Python and its libraries")

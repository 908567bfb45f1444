"""``wordvec compare``: training of several methods on the same text, and a report."""

import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wordvec import files, formats
from wordvec.cli import asking, options
from wordvec.cli.apart import check_apart
from wordvec.cli.command import Option
from wordvec.cli.commands.evaluate import CASE_HELP, OOV_HELP, REPORT, report_settings, show
from wordvec.cli.method_options import MethodsCommand, of_methods, take
from wordvec.cli.running import reporting, write_latex
from wordvec.errors import OutputError, SettingsError, WordvecError
from wordvec.trainers import METHODS
from wordvec.trainers.base import Trainer
from wordvec.trainers.rules import MIN_COUNT
from wordvec.trainers.sources import open_corpus
from wordvec.wording import quantity
from wordvec.workers import stop_on_signals

if TYPE_CHECKING:
    from wordvec.evaluation.reporting.comparison_folder import ComparisonFolder

_OTHERS = ("columns",)
"""Settings of text whose options have another meaning here: the columns of datasets."""

HELP = """\
CORPUS is text, or one folder of wordvec corpus encode, as for wordvec train. Each method is trained with its own
automatic settings, which are printed. FOLDER gets METHOD.vec for each (METHOD-SEED.vec with --seeds; .vectors for
fastText, with its n-grams), report.html and report.md. The table of methods is printed: passes, seconds of training
alone, and scores.

A setting of one method is --METHOD.OPTION, with the options of wordvec train METHOD: --skipgram.window 10
--glove.epochs 50. It takes precedence over the settings of all methods.

With --epochs all methods that have passes make the same number. With --seconds, the first epoch is timed and the number
of epochs is set from it. It is printed and is in the report, so that wordvec train can repeat the run. Counting and
methods without epochs are not limited.

Every finished run is kept at an interruption; the same command with --resume trains only the others.

"""


@click.command(
    cls=MethodsCommand,
    help=HELP + CASE_HELP + OOV_HELP,
    params=[
        click.Argument(["corpus"], nargs=-1, required=True),
        Option(
            ["--methods"],
            heading="Model",
            default=",".join(METHODS),
            show_default=True,
            metavar="A,B,...",
            help="methods to train",
        ),
        Option(["--dim"], heading="Model", type=click.INT, default=100, show_default=True, help="length of a vector"),
        Option(["--min-count"], heading="Model", type=click.INT, help=MIN_COUNT),
        Option(["--epochs"], heading="Model", type=click.INT, help="passes of every method that has passes"),
        Option(
            ["--seconds"],
            heading="Model",
            type=click.FloatRange(min=0, min_open=True),
            help="approximate training time of each run",
        ),
        Option(
            ["--seeds"],
            heading="Model",
            metavar="1,2,...",
            help="seeds with which each method is trained; scores are then mean and standard deviation",
        ),
        *of_methods(),
        *options.text(leave=_OTHERS),
        *REPORT,
        asking.STRICT,
        options.output("FOLDER", "vectors and report"),
        options.latex(),
        Option(["--resume"], heading="Output", is_flag=True, help="keep the finished runs in FOLDER; train the others"),
        *options.reports(),
        *options.FORMS,
        *options.derived(Trainer, "Running"),
    ],
    epilog="\b\nExample:\n  wordvec compare corpus.txt --methods skipgram,glove --seeds 1,2,3 -o comparison",
)
def compare(
    corpus: tuple[str, ...],
    output: Path,
    latex: Path | None,
    resume: bool,
    quiet: bool,
    log: Path | None,
    force: bool,
    strict: bool,
    form: str | None,
    **given: Any,
) -> None:
    """Train methods, write the report and print the table of methods."""
    from wordvec.evaluation.reporting import scores
    from wordvec.evaluation.reporting.summary import joined

    text = options.settings_of_text(given, leave=_OTHERS)
    work = _work(given, output, resume, force)
    settings = report_settings(given)
    datasets = scores.read(settings.datasets, settings.columns)
    check_apart([work.page, work.page.with_suffix(".md"), latex, log], [])
    if latex is not None:
        files.check_output(latex, force or resume)
    made_here = _make_folder(output, [*([] if resume else work.files()), work.page.name], force or resume)
    try:
        with reporting(quiet, log, force) as progress, stop_on_signals() as stop:
            with (
                files.workspace(output / "corpus") as place,
                open_corpus(corpus, place, progress, next(iter(work.chosen.values())), text) as encoded,
            ):
                words = work.words(encoded)
                for line in scores.check_coverage(words, datasets, settings):
                    progress.say(line)
                lacking = f"is not among the {quantity(len(words), 'word')} of the text"
                shown = asking.known_to_any(settings.words, frozenset(words).__contains__, lacking, strict)
                settings = dataclasses.replace(settings, words=shown)
                table = work.run(encoded, datasets, settings, progress, stop)
            if latex is not None:
                write_latex(joined(table), latex, force or resume)
            progress.say(f"{work.page}: {quantity(len(work.chosen), 'method')} compared")
        if form or not quiet:
            show(table if form else joined(table), form)
    except WordvecError as error:
        if not work.kept:
            raise
        kept = ", ".join(work.kept)
        raise type(error)(
            f"{error.for_command_line()}; kept: {kept}; the same command with --resume trains the others"
        ) from error
    finally:
        if made_here and not any(output.iterdir()):
            output.rmdir()


def _work(given: dict[str, Any], output: Path, resume: bool, force: bool) -> "ComparisonFolder":
    """Return the comparison that the options describe, which are removed from those of the command."""
    from wordvec.evaluation.reporting.comparison import settings_for
    from wordvec.evaluation.reporting.comparison_folder import ComparisonFolder

    seconds, epochs, listed = given.pop("seconds"), given["epochs"], given.pop("seeds")
    if seconds is not None and (epochs is not None or resume):
        other = "epochs" if epochs is not None else "resume"
        raise SettingsError(f": does not go with --{other}; --seconds measures the number of passes", setting="seconds")
    if listed is not None:
        if click.get_current_context().get_parameter_source("seed") is click.core.ParameterSource.COMMANDLINE:
            raise SettingsError(": does not go with --seed, which is the only seed", setting="seeds")
        given["seed"] = _seeds(listed)[0]
    names = [name.strip() for name in given.pop("methods").split(",") if name.strip()]
    common = {name: given.pop(name) for name in ("dim", "min_count", "threads", "epochs")} | {"seed": given["seed"]}
    chosen = settings_for(names, take(given), **common)
    seeds = [given["seed"]] if listed is None else _seeds(listed)
    return ComparisonFolder(output, chosen, seeds, seconds, resume, force)


def _seeds(listed: str) -> list[int]:
    """Return the seeds of a list between commas."""
    try:
        seeds = [int(seed) for seed in listed.split(",")]
    except ValueError:
        raise SettingsError(
            f"{listed}: expected whole numbers between commas, such as 1,2,3", setting="seeds"
        ) from None
    if len(set(seeds)) < len(seeds):
        raise SettingsError(f"{listed}: a seed is named twice", setting="seeds")
    return seeds


def _make_folder(folder: Path, names: list[str], force: bool) -> bool:
    """Create the folder of results, or check that they can be written there; return whether it was created."""
    made = not os.path.lexists(folder)
    if made:
        files.check_output(folder, overwrite=False)
        try:
            folder.mkdir()
        except OSError as error:
            raise OutputError(f"{folder}: {error.strerror}") from error
    elif not folder.is_dir():
        raise OutputError(f"{folder}: is not a folder; choose another name")
    for name in names:
        if name.endswith((".vec", ".vectors")):
            formats.check_output(folder / name, force)
        else:
            files.check_output(folder / name, force)
    return made

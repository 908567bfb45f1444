"""``wordvec compare``: training of several methods on the same text, and a report."""

import dataclasses
import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wordvec import files, formats
from wordvec.cli import asking, options
from wordvec.cli.command import Command, Option
from wordvec.cli.commands.evaluate import CASE_HELP, REPORT, report_settings
from wordvec.cli.running import reporting
from wordvec.errors import OutputError, WordvecError
from wordvec.settings import known
from wordvec.trainers import METHODS
from wordvec.trainers.base import Trainer
from wordvec.trainers.rules import MIN_COUNT
from wordvec.trainers.sources import open_corpus
from wordvec.wording import quantity
from wordvec.workers import stop_on_signals

if TYPE_CHECKING:
    from wordvec.vectors import Vectors

PAGE = "report.html"


@click.command(
    cls=Command,
    help="CORPUS is text, or one folder of wordvec corpus encode, as for wordvec train. Each method is trained with "
    "its own automatic settings, which are printed. FOLDER gets METHOD.vec for each, report.html and report.md.\n\n"
    "With --seconds, the first epoch is timed and the number of epochs is set from it. It is printed and is in the "
    "report, so that wordvec train can repeat the run. Counting and methods without epochs are not limited.\n\n"
    + CASE_HELP,
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
        Option(
            ["--min-count"],
            heading="Model",
            type=click.INT,
            help=MIN_COUNT,
        ),
        Option(
            ["--seconds"],
            heading="Model",
            type=click.FloatRange(min=0, min_open=True),
            help="approximate training time of each method",
        ),
        *options.text(),
        *REPORT,
        asking.STRICT,
        options.output("FOLDER", "vectors and report"),
        *options.reports(),
        *options.derived(Trainer, "Running"),
    ],
    epilog="\b\nExample:\n  wordvec compare corpus.txt --methods skipgram,glove --seconds 60 -o comparison",
)
def compare(
    corpus: tuple[str, ...],
    methods: str,
    seconds: float | None,
    output: Path,
    quiet: bool,
    log: Path | None,
    force: bool,
    strict: bool,
    **given: Any,
) -> None:
    """Train methods and write the report."""
    from wordvec.evaluation.reporting import report as reports
    from wordvec.evaluation.reporting import scores
    from wordvec.evaluation.reporting.comparison import settings_for, train_methods

    text = options.settings_of_text(given)
    common = {name: given.pop(name) for name in ("dim", "min_count", "threads")} | {"seed": given["seed"]}
    chosen = settings_for([name.strip() for name in methods.split(",") if name.strip()], **common)
    settings = report_settings(given)
    datasets = scores.read(settings.datasets, settings.columns)
    made_here = _make_folder(output, [*(f"{name}.vec" for name in chosen), PAGE], force)
    kept: list[str] = []

    def keep(name: str, vectors: "Vectors") -> None:
        with files.together(output / PAGE) as commit:
            # The report of an earlier comparison must not remain beside these vectors.
            for old in (output / PAGE, (output / PAGE).with_suffix(".md")):
                if old.exists():
                    commit.drop(old)
            vectors.save(output / f"{name}.vec", overwrite=force)
        kept.append(f"{name}.vec")

    try:
        with reporting(quiet, log, force) as progress, stop_on_signals() as stop:
            any_trainer: Trainer = next(iter(chosen.values()))
            with (
                files.workspace(output / "corpus") as work,
                open_corpus(corpus, work, progress, any_trainer, text) as encoded,
            ):
                least = known(getattr(any_trainer.resolved(encoded), "min_count", None))
                words = encoded.vocabulary.words[: encoded.vocabulary.cut(least)]
                for line in scores.check_coverage(words, datasets, settings):
                    progress.say(line)
                lacking = f"is not among the {quantity(len(words), 'word')} of the text"
                shown = asking.known_to_any(settings.words, [frozenset(words)], lacking, strict)
                settings = dataclasses.replace(settings, words=shown)
                vectors = train_methods(encoded, chosen, seconds=seconds, keep=keep, progress=progress, stop=stop)
            found = reports.report(vectors, settings, read_already=datasets, progress=progress, stop=stop)
            found.save(output / PAGE, overwrite=force)
            progress.say(f"{output / PAGE}: {quantity(len(vectors), 'method')} compared")
    except WordvecError as error:
        if not kept:
            raise
        again = shlex.join(["wordvec", "evaluate", "report", *(str(output / name) for name in kept)])
        raise type(error)(
            f"{error}; kept; to write the report: {again} -o {shlex.quote(str(output / PAGE))}"
        ) from error
    finally:
        if made_here and not any(output.iterdir()):
            output.rmdir()


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
        if name.endswith(".vec"):
            formats.check_output(folder / name, force)
        else:
            files.check_output(folder / name, force)
    return made

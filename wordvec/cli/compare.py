"""``wordvec compare``: several methods on the same text, and a report of them."""

from pathlib import Path
from typing import Any

import click

from wordvec import files, formats
from wordvec.cli import options
from wordvec.cli.command import Command, Option
from wordvec.cli.evaluate import CASE_HELP, REPORT, report_settings
from wordvec.cli.running import announce_compilation, opened, reporting
from wordvec.errors import Interrupted, OutputError
from wordvec.trainers import METHODS
from wordvec.trainers.base import Trainer
from wordvec.workers import stop_on_signals

PAGE = "report.html"


@click.command(
    cls=Command,
    help="CORPUS is text, or one folder made by wordvec corpus encode, as for wordvec train. Each method is trained on "
    "it with its own recommended settings, and FOLDER gets METHOD.vec of each and report.html (and .md).\n\n"
    "With --seconds, a first epoch is measured and the epochs are set from it; they are printed, and stand in the "
    "report, so that wordvec train can repeat the run. Counting, and methods without epochs, take what they "
    "take.\n\n" + CASE_HELP,
    params=[
        click.Argument(["corpus"], nargs=-1, required=True),
        Option(
            ["--methods"],
            heading="Model",
            default=",".join(METHODS),
            show_default=True,
            metavar="A,B,...",
            help="what to train",
        ),
        Option(["--dim"], heading="Model", type=click.INT, default=100, show_default=True, help="length of a vector"),
        Option(
            ["--min-count"],
            heading="Model",
            type=click.INT,
            default=5,
            show_default=True,
            help="leave out words seen less often",
        ),
        Option(
            ["--seconds"],
            heading="Model",
            type=click.FloatRange(min=0, min_open=True),
            help="train each method for about so long",
        ),
        *options.text(),
        *REPORT,
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
    **given: Any,
) -> None:
    """Train methods and write the report."""
    from wordvec.evaluation import reporting as evaluation
    from wordvec.evaluation import scoring
    from wordvec.evaluation.comparison import settings_for, train_methods

    text = options.settings_of_text(given)
    common = {name: given.pop(name) for name in ("dim", "min_count", "threads")} | {"seed": given["seed"]}
    chosen = settings_for([name.strip() for name in methods.split(",") if name.strip()], **common)
    settings = report_settings(given)
    for dataset in settings.datasets:
        scoring.read(dataset)
    _make_folder(output, [*(f"{name}.vec" for name in chosen), PAGE], force)
    with reporting(quiet, log, force) as progress, stop_on_signals() as stop:
        announce_compilation(progress, "text", *chosen)

        def keep(name: str, vectors: Any) -> None:
            vectors.save(output / f"{name}.vec", overwrite=force)
            progress.say(f"{output / name}.vec: {len(vectors):,} words, dim {vectors.dim}")

        try:
            any_trainer = next(iter(chosen.values()))
            with (
                files.workspace(output / "corpus") as work,
                opened(corpus, work, progress, any_trainer, text) as encoded,
            ):
                vectors = train_methods(encoded, chosen, seconds=seconds, keep=keep, progress=progress, stop=stop)
            evaluation.report(vectors, settings, progress=progress, stop=stop).save(output / PAGE, overwrite=force)
        except Interrupted:
            kept = sorted(path.name for path in output.glob("*.vec"))
            raise Interrupted(f"interrupted; {output} keeps {', '.join(kept) or 'nothing'}") from None
        finally:
            if not any(output.iterdir()):
                output.rmdir()
        progress.say(f"{output / PAGE}: {len(vectors)} methods compared")


def _make_folder(folder: Path, names: list[str], force: bool) -> None:
    """Make the folder of results, or see that they can be written in the one there is."""
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder}: is no folder; choose another name")
    if not folder.exists():
        files.check_output(folder, overwrite=False)
        folder.mkdir()
    for name in names:
        if name.endswith(".vec"):
            formats.check_output(folder / name, force)
        else:
            files.check_output(folder / name, force)

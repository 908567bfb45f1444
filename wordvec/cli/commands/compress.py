"""``wordvec compress``: vectors in fewer bytes, with a report of what they keep."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wordvec import files, formats
from wordvec.cli import options
from wordvec.cli.apart import check_apart
from wordvec.cli.command import Command, Option
from wordvec.cli.commands.evaluate import CASE_HELP, COLUMNS, RESAMPLES, case, dataset, seed, show
from wordvec.cli.output import echo
from wordvec.cli.running import reporting
from wordvec.compression.settings import Compression
from wordvec.errors import SettingsError
from wordvec.wording import quantity
from wordvec.workers import stop_on_signals

if TYPE_CHECKING:
    from wordvec.compression.choice import Tried
    from wordvec.evaluation.reporting.report import ReportSettings
    from wordvec.vectors import Vectors

ORIGINAL, COMPRESSED, ENDING = "original", "compressed", ".ftz"

HELP = """\
VECTORS is a vector file or folder, OUT a .vectors folder of coded rows, which opens at once and is read by every
command. With n-grams, their rows are coded, too, and those that no word uses are left out. OUT.ftz is a quantised model
that fastText reads, of vectors with its n-grams, with --method pq.

--to SIZE tries combinations of the steps below that fit the size, scores each, and writes the best (--dry-run lists
them); the score is the
mean over the datasets, the ten nearest words of a sample and, with n-grams, misspelt words, of the compressed score
divided by the original one. Otherwise the steps are taken as given, in the order of this page.

The table that is printed compares OUT with VECTORS: sizes, times, error, scores with paired intervals. --report writes
it as a page with the scores, nearest words and maps of both.

"""


STEPS = options.derived(Compression, "Steps", leave=("seed",))
# At its place among the fields, whose order is that of the steps.
STEPS.insert(
    [option.name for option in STEPS].index("buckets"),
    Option(
        ["--ngrams"],
        heading="Steps",
        metavar="used|N",
        help="rows of n-grams to keep: the N most useful ones by count and length  [default: used]",
    ),
)


@click.command(
    cls=Command,
    help=HELP + CASE_HELP,
    params=[
        click.Argument(["source"], type=options.FILE, metavar="VECTORS"),
        Option(["--to"], heading="Size", metavar="SIZE", help="largest size of OUT, such as 20MB; chooses the steps"),
        *STEPS,
        dataset(
            ("wordsim353", "simlex999", "google"), "similarity or analogy dataset for the scores; none for no dataset"
        ),
        COLUMNS,
        case("ignore"),
        Option(
            ["--limit"],
            type=click.INT,
            default=300_000,
            show_default=True,
            help="number of candidates for analogies, the most frequent words; 0 for all",
        ),
        RESAMPLES,
        seed(),
        Option(["--dry-run"], heading="Running", is_flag=True, help="print sizes, steps and memory; do not compress"),
        Option(["--threads"], heading="Running", type=click.INT, help="number of threads; default: all processors"),
        options.output("OUT", "the compressed vectors, .vectors or .ftz"),
        Option(
            ["--report"],
            heading="Output",
            writes=True,
            type=options.FILE,
            metavar="PAGE.html",
            help="write the report as a page, and as PAGE.md",
        ),
        *options.reports(),
        *options.FORMS,
    ],
    epilog="\b\nExample:\n  wordvec compress model.vec -o small.vectors --to 20MB --report report.html",
)
def compress(
    source: Path,
    output: Path,
    to: str | None,
    dry_run: bool,
    report: Path | None,
    quiet: bool,
    log: Path | None,
    force: bool,
    form: str | None,
    threads: int | None,
    **given: Any,
) -> None:
    """Compress vectors, write them and print the table."""
    from wordvec.compression import choose, parsed_size
    from wordvec.compression import compress as run
    from wordvec.compression.fasttext_model import quantised
    from wordvec.compression.ngrams import storable
    from wordvec.evaluation.reporting.compression import Stored, compression_table, for_people
    from wordvec.evaluation.reporting.fidelity import Fidelity
    from wordvec.evaluation.reporting.report import check_output
    from wordvec.evaluation.reporting.report import report as page
    from wordvec.evaluation.reporting.scores import read
    from wordvec.formats import Plain
    from wordvec.formats.fasttext import check_fit, save_quantised
    from wordvec.transforms.conversion import left_out
    from wordvec.vectors import Vectors
    from wordvec.workers import thread_count

    settings = _settings(given, to)
    size, ftz = None if to is None else parsed_size(to), output.suffix == ENDING
    thread_count(threads)
    _check_output(output, force)
    check_apart([output, report, report and report.with_suffix(".md"), log], [source])
    if report is not None:
        check_output(report, force)
    how = _scores(given)
    datasets = read(how.datasets, how.columns)
    with reporting(quiet, log, force) as progress, stop_on_signals() as stop:
        begun = time.perf_counter()
        original = Vectors.load(source, contexts=False)
        before = Stored(original, source, time.perf_counter() - begun)
        if ftz:
            check_fit(original.words, output)
        elif original.subwords is not None and storable(original.subwords) is None:
            progress.say(left_out(original.subwords, "vectors"))
        if dry_run:
            _print_estimate(original, settings, size, ftz, threads)
            return
        fidelity = Fidelity(original, datasets, how, threads=threads, stop=stop)
        made, rows = None, None
        if size is not None:
            made, tried, rows = choose(
                original, size, lambda one: fidelity.ratio(fidelity.judged(one)), seed=settings.seed, ftz=ftz,
                threads=threads, progress=progress, stop=stop,
            )  # fmt: skip
            settings = tried[0].settings
            progress.say(_said(tried))
        if ftz:
            if made is None or rows is None:
                made, rows = quantised(original, settings, threads=threads, progress=progress, stop=stop)
            plain = Plain(made.words, made.matrix, made.counts, made.metadata, made.subwords)
            save_quantised(plain, rows, output, force)
        else:
            made = made or run(original, settings, threads=threads, progress=progress, stop=stop)
            made.save(output, overwrite=force)
        stored = Vectors.load(output)
        table = compression_table(before, {COMPRESSED: Stored(stored, output)}, fidelity)
        if report is not None:
            named = {ORIGINAL: original, COMPRESSED: stored}
            shown = for_people(table)
            page(named, how, read_already=datasets, methods=shown, progress=progress, stop=stop).save(
                report, overwrite=force
            )
    if form or not quiet:
        show(table if form else for_people(table), form)


def _check_output(output: Path, force: bool) -> None:
    """Check, before the work begins, that OUT can be written."""
    if output.suffix == ENDING:
        files.check_output(output, force)
        return
    if output.suffix != formats.FORMATS["vectors"].extension:
        raise SettingsError(f"{output}: codes are written to a .vectors folder or an .ftz file", setting="output")
    formats.check_output(output, force)


def _settings(given: dict[str, Any], to: str | None) -> Compression:
    """Return the steps; their options are removed from those of the command."""
    names = [str(option.name) for option in STEPS]
    chosen = {name: given.pop(name) for name in names}
    ctx = click.get_current_context()
    if to is not None:
        set_ones = [name for name in names if ctx.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE]
        if set_ones:
            raise SettingsError(f": chooses the steps; leave out {options.spelt(set_ones[0])}", setting="to")
    if (chosen["ngrams"] or "").isdecimal():
        chosen["ngrams"] = int(chosen["ngrams"])
    return Compression(seed=given["seed"], **chosen)


def _scores(given: dict[str, Any]) -> "ReportSettings":
    """Return the settings of the scores and of the page."""
    from wordvec.evaluation.reporting.report import ReportSettings

    datasets = given.pop("datasets")
    given["limit"] = given["limit"] or None
    return ReportSettings(datasets=() if datasets == ("none",) else datasets, **given)


def _said(tried: "list[Tried]") -> str:
    """Return the line about the chosen combination."""
    best = tried[0]
    others = f", the best of {len(tried)} combinations" if len(tried) > 1 else ""
    return f"chosen: {best.settings.described()} ({best.size:,} bytes, score {best.score:.4f}){others}"


def _print_estimate(
    vectors: "Vectors", settings: Compression, size: int | None, ftz: bool, threads: int | None
) -> None:
    """Print the size of OUT after each combination that would be tried, or after the steps, and the memory."""
    from wordvec.compression import fasttext_model
    from wordvec.compression.choice import fitting
    from wordvec.compression.memory import check_memory
    from wordvec.compression.sizes import ftz_size_of, size_of
    from wordvec.compression.steps import check_steps

    if size is None:
        (fasttext_model.check_steps if ftz else check_steps)(vectors, settings)
    tried = [settings] if size is None else fitting(vectors, size, settings.seed, ftz=ftz)
    memory = check_memory(vectors, tried, threads, ftz=ftz)
    echo(f"words    {len(vectors):,} of dim {vectors.dim}")
    echo(f"memory   {memory / 1e6:,.0f} MB beside the vectors")
    for one in tried:
        on_disk = (ftz_size_of if ftz else size_of)(vectors, one)
        echo(f"{one.described()}: at most {quantity(on_disk, 'byte')}")

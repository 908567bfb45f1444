"""``wordvec evaluate``: evaluation of vectors on datasets; each command prints one table."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wordvec.cli import asking, options
from wordvec.cli.command import Command, Option
from wordvec.cli.output import echo, echo_csv, echo_json
from wordvec.errors import SettingsError
from wordvec.letter_case import CASES
from wordvec.safe_text import visible
from wordvec.wording import quantity

if TYPE_CHECKING:
    from wordvec.tables import Table
    from wordvec.vectors import Vectors

CASE_HELP = """\
--case is how a dataset's words are looked up: ignore (case is ignored; of several words the most frequent), exact,
lower (the dataset's words in lower case), fallback (as written if known, otherwise in lower case).
"""

OOV_HELP = """
--oov is what happens to words that the vocabulary lacks: skip (left out), zero (a vector of zeros), subwords (composed
from n-grams, as fastText, floret and finalfusion files can). Default: skip, and a second row with subwords for vectors
with n-grams.
"""

VECTORS = click.Argument(["vectors"], type=options.FILE, nargs=-1, required=True, metavar="VECTORS...")


def case(default: str) -> Option:
    """Return the option ``--case``."""
    return Option(["--case"], type=click.Choice(CASES), default=default, show_default=True, help="see above")


def oov() -> Option:
    """Return the option ``--oov``."""
    return Option(["--oov"], type=click.Choice(["subwords", "skip", "zero"]), help="see above")


def dataset(default: tuple[str, ...], help: str) -> Option:
    """Return the option ``--dataset``, which can be repeated."""
    return Option(
        ["--dataset", "datasets"], multiple=True, default=default, show_default=True, metavar="FILE|NAME", help=help
    )


def seed() -> Option:
    """Return the option ``--seed``."""
    return Option(
        ["--seed"],
        type=click.IntRange(min=0, max=2**63 - 1),
        default=1,
        show_default=True,
        help="seed of all random numbers",
    )


COLUMNS = Option(
    ["--columns"],
    metavar="WORD1,WORD2,SCORE",
    help="columns of similarity files, by name or number, such as word1,word2,score or 1,2,mean(3-12)  "
    "[default: detected]",
)
RESAMPLES = Option(
    ["--resamples"], type=click.INT, default=1_000, show_default=True, help="bootstrap resamples for each interval"
)


@click.command(
    cls=Command,
    help="The table has Spearman's and Pearson's correlation over the pairs with two known words, with bootstrap "
    "intervals, and, in the columns _zero, over all pairs, the others with cosine 0. With several VECTORS each is "
    "compared with the first by a paired bootstrap.\n\n" + CASE_HELP + OOV_HELP,
    params=[
        VECTORS,
        dataset(
            ("wordsim353", "simlex999"),
            "a file of word pairs with scores, or a folder of such files; wordsim353 and simlex999 are in gensim",
        ),
        COLUMNS,
        case("ignore"),
        oov(),
        RESAMPLES,
        seed(),
        *options.FORMS,
    ],
    epilog="\b\nExample:\n  wordvec evaluate similarity a.vec b.vec --dataset wordsim353 --dataset men.txt",
)
def similarity(
    vectors: tuple[Path, ...],
    datasets: tuple[str, ...],
    columns: str | None,
    form: str | None,
    **how: Any,
) -> None:
    """Print the table of similarity."""
    from wordvec.evaluation import similarity
    from wordvec.evaluation.intrinsic.similarity import read_all

    read = read_all(datasets, columns)
    show(similarity(load(vectors), read, **how), form)


@click.command(
    cls=Command,
    help="The table has the accuracy of the answers and MRR@10. Questions with an unknown word are left out of "
    "accuracy, and are wrong in accuracy_all.\n\n"
    "--convention sets --method, --exclude, --case and --limit as in published figures: gensim (first 300,000 words, "
    "case ignored, all case variants of the question's words excluded), word2vec (first 30,000 words, only the "
    "question's own words excluded), glove (all words, questions in lower case). Each of these options overrides it."
    "\n\n" + CASE_HELP + OOV_HELP,
    params=[
        VECTORS,
        dataset(
            ("google",),
            "lines a b c d under ': section', or a folder of such files or of pairs (BATS); google is in gensim",
        ),
        Option(
            ["--convention"],
            type=click.Choice(["gensim", "word2vec", "glove"]),
            default="gensim",
            show_default=True,
            help="program with whose figures to compare",
        ),
        Option(["--method"], type=click.Choice(["3cosadd", "3cosmul"]), help="score of a word  [default: 3cosadd]"),
        Option(
            ["--exclude"],
            type=click.Choice(["forms", "rows", "nothing"]),
            help="words excluded as answers: the question's words with their case variants, the question's words only, "
            "or nothing",
        ),
        Option(["--case"], type=click.Choice(CASES), help="see above"),
        oov(),
        Option(["--limit"], type=click.INT, help="number of candidates, the most frequent words; 0 for all"),
        Option(["--sections"], is_flag=True, help="print a row for each section, too"),
        *options.FORMS,
    ],
    epilog="\b\nExample:\n  wordvec evaluate analogy corpus.vec --limit 30000 --sections",
)
def analogy(
    vectors: tuple[Path, ...], datasets: tuple[str, ...], convention: str, sections: bool, form: str | None, **own: Any
) -> None:
    """Print the table of analogies."""
    import dataclasses

    from wordvec.evaluation import analogy
    from wordvec.evaluation.datasets import read_questions
    from wordvec.evaluation.intrinsic.analogy import CONVENTIONS
    from wordvec.workers import stop_on_signals

    given = {name: value for name, value in own.items() if value is not None}
    if "limit" in given:
        given["limit"] = given["limit"] or None
    asked = dataclasses.replace(CONVENTIONS[convention], **given)
    read = [read_questions(dataset) for dataset in datasets]
    with stop_on_signals() as stop:
        show(analogy(load(vectors), read, asked, sections=sections, stop=stop), form)


def load(paths: tuple[Path, ...], limit: int | None = None) -> "dict[str, Vectors]":
    """Read vector files, or the first words of each, by path.

    Raises
    ------
    SettingsError
        If a path is given twice.
    """
    from wordvec.vectors import Vectors

    named: dict[str, Vectors] = {}
    for path in paths:
        if str(path) in named:
            raise SettingsError(f"{path}: is given twice")
        named[str(path)] = Vectors.load(path, limit=limit, contexts=False)
    return named


def show(table: "Table", form: str | None) -> None:
    """Print a table; with CSV, its notes go to standard error."""
    if form == "json":
        echo_json(table.to_json())
    elif form is None:
        echo(str(table))
    else:
        echo_csv(table.csv_rows(), form == "spreadsheet")
        for remark in table.notes:
            click.echo(visible(remark), err=True)


REPORT = [
    dataset(("wordsim353", "simlex999", "google"), "similarity or analogy dataset, detected; none for no dataset"),
    COLUMNS,
    Option(
        ["--word", "words"], multiple=True, metavar="WORD", help="word whose nearest words are shown  [default: chosen]"
    ),
    case("ignore"),
    oov(),
    Option(
        ["--limit"],
        type=click.INT,
        default=300_000,
        show_default=True,
        help="number of candidates for analogies, the most frequent words; 0 for all",
    ),
    Option(
        ["--map"], type=click.Choice(["pca", "tsne"]), default="pca", show_default=True, help="projection of the map"
    ),
    RESAMPLES,
]
"""Options of a report, shared by ``evaluate report`` and ``compare``."""


def report_settings(given: dict[str, Any]) -> Any:
    """Return the settings of a report; their options are removed from those of the command."""
    from wordvec.evaluation.reporting.report import ReportSettings

    chosen = {str(option.name): given.pop(str(option.name)) for option in REPORT}
    chosen["limit"] = chosen["limit"] or None
    chosen["datasets"] = () if chosen["datasets"] == ("none",) else chosen["datasets"]
    return ReportSettings(seed=given.pop("seed"), **chosen)


@click.command(
    cls=Command,
    help="OUT.html is one self-contained page: scores with intervals, coverage and the gain over random vectors, "
    "nearest words side by side, a map to explore, and the provenance of the vectors. OUT.md is the same in Markdown, "
    "without the map.\n\n" + CASE_HELP + OOV_HELP,
    params=[
        VECTORS,
        *REPORT,
        asking.STRICT,
        seed(),
        options.output("OUT.html", "the page"),
        options.force(),
        Option(["--quiet"], heading="Output", is_flag=True, help="say nothing but errors"),
        *options.FORMS,
    ],
    epilog="\b\nExample:\n  wordvec evaluate report skipgram.vec glove.vec --word river --word bank -o report.html",
)
def report(
    vectors: tuple[Path, ...], output: Path, force: bool, quiet: bool, strict: bool, form: str | None, **given: Any
) -> None:
    """Write a report, and print its scores if a format is chosen."""
    from wordvec.evaluation.reporting.report import check_output, report
    from wordvec.evaluation.reporting.scores import read
    from wordvec.workers import Progress, stop_on_signals

    check_output(output, force)
    named, lacking = load(vectors), "unknown to all vectors"

    def is_known(word: str) -> bool:
        return any(one.spelling(word) is not None for one in named.values())

    given["words"] = asking.known_to_any(given["words"], is_known, lacking, strict)
    settings = report_settings(given)
    progress, datasets = Progress(quiet=quiet), read(settings.datasets, settings.columns)
    with stop_on_signals() as stop:
        made = report(named, settings, read_already=datasets, progress=progress, stop=stop)
        made.save(output, overwrite=force)
    if form:
        show(made.scores, form)
    progress.say(f"{output}, {output.with_suffix('.md')}: {quantity(len(vectors), 'vector')} compared")

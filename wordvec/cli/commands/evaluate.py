"""``wordvec evaluate``: vectors judged by datasets; each command prints one table."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wordvec.cli import asking, options
from wordvec.cli.command import Command, Option
from wordvec.cli.output import echo, echo_csv, echo_json
from wordvec.errors import SettingsError
from wordvec.safe_text import visible
from wordvec.wording import quantity

if TYPE_CHECKING:
    from wordvec.evaluation.tables import Table
    from wordvec.vectors import Vectors

CASES = ("ignore", "exact", "lower", "fallback")
"""As in `wordvec.evaluation.lookup`, which is not imported before a command runs."""

CASE_HELP = """\
--case says how a dataset's words are looked up: ignore (both in upper case, the most frequent word of those alike),
exact, lower (the dataset's in lower case), fallback (as written where known, else in lower case).
"""

VECTORS = click.Argument(["vectors"], type=options.FILE, nargs=-1, required=True, metavar="VECTORS...")


def case(default: str) -> Option:
    """Make ``--case``."""
    return Option(["--case"], type=click.Choice(CASES), default=default, show_default=True, help="see above")


def dataset(default: tuple[str, ...], help: str) -> Option:
    """Make ``--dataset``, which can be given again and again."""
    return Option(
        ["--dataset", "datasets"], multiple=True, default=default, show_default=True, metavar="FILE|NAME", help=help
    )


def seed() -> Option:
    """Make ``--seed``."""
    return Option(
        ["--seed"], type=click.IntRange(min=0, max=2**63 - 1), default=1, show_default=True, help="of what is drawn"
    )


COLUMNS = Option(
    ["--columns"],
    metavar="WORD1,WORD2,SCORE",
    help="the columns of similarity files, by name or number, such as word1,word2,score or 1,2,mean(3-12)  "
    "[default: found out]",
)
RESAMPLES = Option(
    ["--resamples"], type=click.INT, default=1_000, show_default=True, help="of the bootstrap, for each interval"
)


@click.command(
    cls=Command,
    help="Spearman's and Pearson's correlation of cosines with people's scores of pairs, with their bootstrap "
    "intervals, over the pairs that are known and, as _zero, over all with the others at cosine 0. Of several "
    "VECTORS each is compared with the first, by a paired bootstrap.\n\n" + CASE_HELP,
    params=[
        VECTORS,
        dataset(
            ("wordsim353", "simlex999"),
            "a file of word pairs with scores, or a folder of such files; wordsim353 and simlex999 come with gensim",
        ),
        COLUMNS,
        case("ignore"),
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
    case: str,
    resamples: int,
    seed: int,
    form: str | None,
) -> None:
    """Print the table of similarity."""
    from wordvec.evaluation import similarity
    from wordvec.evaluation.intrinsic.similarity import read_all

    read = read_all(datasets, columns)
    show(similarity(load(vectors), read, case=case, resamples=resamples, seed=seed), form)


@click.command(
    cls=Command,
    help="Which word is to c as b is to a: the share of questions answered rightly and MRR@10. Questions with an "
    "unknown word are left out of accuracy, and wrong in accuracy_all.\n\n"
    "--convention sets all of the others at once, as published figures were made: gensim (first 300,000 words, case "
    "ignored, words like the question's are no answer), word2vec (first 30,000 words, only the question's own words "
    "are no answer), glove (all words, questions in lower case). An option that is given besides goes before it.\n\n"
    + CASE_HELP,
    params=[
        VECTORS,
        dataset(
            ("google",),
            "lines a b c d under ': section', or a folder of such or of pairs (BATS); google comes with gensim",
        ),
        Option(
            ["--convention"],
            type=click.Choice(["gensim", "word2vec", "glove"]),
            default="gensim",
            show_default=True,
            help="whose figures to compare with",
        ),
        Option(
            ["--method"], type=click.Choice(["3cosadd", "3cosmul"]), help="how a word is scored  [default: 3cosadd]"
        ),
        Option(
            ["--exclude"],
            type=click.Choice(["forms", "rows", "nothing"]),
            help="what is no answer: the question's words and those like them by the case policy; the words alone; "
            "nothing",
        ),
        Option(["--case"], type=click.Choice(CASES), help="see above"),
        Option(["--limit"], type=click.INT, help="ask among so many words, the most frequent; 0 for all"),
        Option(["--sections"], is_flag=True, help="a row for each section, too"),
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
    """Read vector files, or the first words of each, by the names they were given under.

    Raises
    ------
    SettingsError
        If one is given twice.
    """
    from wordvec.vectors import Vectors

    named: dict[str, Vectors] = {}
    for path in paths:
        if str(path) in named:
            raise SettingsError(f"{path}: is given twice")
        named[str(path)] = Vectors.load(path, limit=limit)
    return named


def show(table: "Table", form: str | None) -> None:
    """Print a table; its notes go to standard error where the table is CSV."""
    if form == "json":
        echo_json(table.to_json())
    elif form is None:
        echo(str(table))
    else:
        echo_csv(table.csv_rows(), form == "spreadsheet")
        for remark in table.notes:
            click.echo(visible(remark), err=True)


REPORT = [
    dataset(("wordsim353", "simlex999", "google"), "similarity or analogies, found out which; none for none"),
    COLUMNS,
    Option(["--word", "words"], multiple=True, metavar="WORD", help="show its nearest words; chosen unless given"),
    case("ignore"),
    Option(
        ["--limit"],
        type=click.INT,
        default=300_000,
        show_default=True,
        help="ask analogies among so many words, the most frequent; 0 for all",
    ),
    Option(
        ["--map"], type=click.Choice(["pca", "tsne"]), default="pca", show_default=True, help="how words are mapped"
    ),
    RESAMPLES,
]
"""What a report asks, whoever makes its vectors."""


def report_settings(given: dict[str, Any]) -> Any:
    """Take the options of `REPORT` and the seed out of what a command was given."""
    from wordvec.evaluation.reporting.report import ReportSettings

    chosen = {str(option.name): given.pop(str(option.name)) for option in REPORT}
    chosen["limit"] = chosen["limit"] or None
    chosen["datasets"] = () if chosen["datasets"] == ("none",) else chosen["datasets"]
    return ReportSettings(seed=given.pop("seed"), **chosen)


@click.command(
    cls=Command,
    help="OUT.html is one page that needs nothing from elsewhere: scores with intervals, coverage and the gain over "
    "random vectors, nearest words side by side, a map, and how each was made; OUT.md is the same in Markdown, "
    "without the map.\n\n" + CASE_HELP,
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
    """Write a report, and print its scores where a form is asked for."""
    from wordvec.evaluation.reporting.report import check_output, report
    from wordvec.evaluation.reporting.scores import read
    from wordvec.workers import Progress, stop_on_signals

    check_output(output, force)
    named, lacking = load(vectors), "none of the vectors knows it"
    given["words"] = asking.known_to_any(given["words"], list(named.values()), lacking, strict)
    settings = report_settings(given)
    progress, datasets = Progress(quiet=quiet), read(settings.datasets, settings.columns)
    with stop_on_signals() as stop:
        made = report(named, settings, read_already=datasets, progress=progress, stop=stop)
        made.save(output, overwrite=force)
    if form:
        show(made.scores, form)
    progress.say(f"{output}, {output.with_suffix('.md')}: {quantity(len(vectors), 'vector')} compared")

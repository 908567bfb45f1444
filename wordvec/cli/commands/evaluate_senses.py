"""``wordvec evaluate senses``: evaluation of vectors of senses."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wordvec.cli import options
from wordvec.cli.command import Command, Option
from wordvec.cli.commands.evaluate import RESAMPLES, VECTORS, load, seed, show
from wordvec.errors import SettingsError
from wordvec.workers import stop_on_signals

if TYPE_CHECKING:
    from wordvec.senses.disambiguator import Disambiguator
    from wordvec.vectors import Vectors

MARK = Option(
    ["--mark"],
    metavar="MARK",
    help="words that end in MARK and a number are senses (such as #), in vectors that were trained on marked text",
)
BY = Option(
    ["--by"],
    type=click.Choice(["model", "cosine"]),
    help="choose senses by the trained model OUT.model.vectors, or by cosines of the vectors alone  [default: the "
    "model if there is one beside VECTORS]",
)
WINDOW = Option(
    ["--window"],
    type=click.IntRange(min=1),
    help="number of known words on either side by which a sense is chosen  [default: all of the context]",
)


@click.command(
    cls=Command,
    help="DATA is a folder with dataset.txt and key.txt in the form of AdaGram's evaluation (SemEval 2010 and 2013), "
    "or a file of pairs of words in contexts in the form of SCWS."
    "\n\nOf the first, the table has the adjusted Rand index by the three protocols in use, V-measure and paired "
    "F-score, with bootstrap intervals over words; the baselines are one sense and random senses. Of the second, "
    "Spearman's correlation of AvgSimC, MaxSimC and AvgSim with the human scores. With several VECTORS each is "
    "compared with the first by a paired bootstrap.",
    params=[
        VECTORS,
        Option(
            ["--dataset", "datasets"],
            multiple=True,
            required=True,
            type=options.FILE,
            metavar="DATA",
            help="contexts with gold senses, or pairs of words in contexts (repeatable)",
        ),
        BY,
        WINDOW,
        MARK,
        RESAMPLES,
        seed(),
        *options.FORMS,
    ],
    epilog="\b\nExample:\n  wordvec evaluate senses a.vec b.vec --dataset semeval-2010/ --dataset scws.txt",
)
def senses(
    vectors: tuple[Path, ...],
    datasets: tuple[Path, ...],
    by: str | None,
    mark: str | None,
    form: str | None,
    **how: Any,
) -> None:
    """Print the table of senses."""
    from wordvec.evaluation import senses, similarity_in_context
    from wordvec.evaluation.datasets.sense_contexts import looks_like_sense_contexts
    from wordvec.tables import Table

    induction = [path for path in datasets if looks_like_sense_contexts(path)]
    pairs = [path for path in datasets if path not in induction]
    named = {path: with_mark(one, mark, path) for path, one in load(vectors).items()}
    judges = {path: judge_of(one, Path(path), by) for path, one in named.items()}
    with stop_on_signals() as stop:
        table = Table([])
        if induction:
            table = senses(judges, induction, stop=stop, **how)
        if pairs:
            other = similarity_in_context(named, pairs, judges=judges, **how)
            table = Table([*table.rows, *other.rows], list(dict.fromkeys([*table.notes, *other.notes])))
    show(table, form)


def with_mark(vectors: "Vectors", mark: str | None, path: str | Path) -> "Vectors":
    """Return vectors whose marked words are senses, if a mark is given.

    Raises
    ------
    SettingsError
        If the vectors have senses already.
    """
    if mark is None:
        return vectors
    if vectors.inventory is not None:
        raise SettingsError(f"{path}: has rows of senses already, marked by {vectors.inventory.mark}", setting="mark")
    return vectors.with_senses(mark)


def judge_of(vectors: "Vectors", path: Path, by: str | None, model: Path | None = None) -> "Disambiguator":
    """Return what disambiguates words with a file of vectors; errors name the file."""
    from wordvec.errors import InputError
    from wordvec.trainers.senses.models import disambiguator

    if vectors.inventory is None:
        raise InputError(
            f"{path}: has no rows of senses, as wordvec train senses, adagram and clusters write them; --mark # for "
            "vectors trained on marked text"
        )
    return disambiguator(vectors, path, model, by)[0]

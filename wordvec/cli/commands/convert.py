"""``wordvec convert``: conversion of vector files."""

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wordvec.cli import options
from wordvec.cli.apart import check_apart
from wordvec.cli.command import Command, Option
from wordvec.cli.commands.sentences import given_settings, weighting_options
from wordvec.cli.output import echo, note
from wordvec.formats import FORMATS
from wordvec.wording import quantity
from wordvec.workers import Progress

if TYPE_CHECKING:
    from wordvec.evaluation.associations.removal import AxisRemoval
    from wordvec.sentences.settings import Sentences
    from wordvec.transforms.conversion import Fold

MERGES = ["first", "mean"]
BAD_WORDS = ["replace", "drop"]
STORAGES = ["float32", "float16", "int8", "bits"]
KIND: Any = click.Choice(list(FORMATS))
HELP = "The format of IN is detected from its contents, that of OUT from its extension:\n\n\b\n" + "\n".join(
    f"{format.extension:14} {format.about}" for format in FORMATS.values()
)


@click.command(
    cls=Command,
    params=[
        click.Argument(["source"], type=options.FILE, metavar="IN"),
        click.Argument(["target"], type=options.FILE, metavar="OUT"),
        Option(["--top"], heading="Words", type=click.INT, help="number of words to keep, from the beginning"),
        Option(
            ["--words"],
            heading="Words",
            type=options.FILE,
            metavar="FILE",
            help="keep the words of this file, one a line; a model with subwords computes vectors of unknown ones",
        ),
        Option(
            ["--lowercase"],
            heading="Words",
            type=click.Choice(["plain", "turkish"]),
            alone="plain",
            metavar="[=turkish]",
            help="lower case; =turkish with dotted and dotless i",
        ),
        Option(
            ["--merge"],
            heading="Words",
            type=click.Choice(MERGES),
            default="first",
            show_default=True,
            help="vector of words that become equal: that of the first, or the mean, weighted by counts if known",
        ),
        Option(
            ["--bad-words"],
            heading="Words",
            type=click.Choice(BAD_WORDS),
            help="for words that are empty, not UTF-8, or contain white space or control characters: replace the bad "
            "characters by _ or U+FFFD (an empty word is dropped), or drop the words; OUT.changes.tsv lists them",
        ),
        options.spaces(),
        Option(
            ["--trim"],
            heading="Subwords",
            metavar="used|N",
            help="keep only the n-grams that the words use, or the N most useful ones; vectors of the words stay",
        ),
        Option(
            ["--for-sentences"],
            heading="Sentences",
            is_flag=True,
            help="multiply vectors by the weights of words and remove common components, so that the plain mean of "
            "vectors, which other programs take, is a good sentence vector",
        ),
        *weighting_options(),
        Option(
            ["--remove-axis"],
            heading="Axis",
            nargs=2,
            metavar="A B",
            help="project vectors off the axis between two sets of words, files or words separated by "
            "commas, and print "
            "what remains of the association",
        ),
        Option(
            ["--axis-method"],
            heading="Axis",
            type=click.Choice(["pairs", "pca", "semaxis", "seeds"]),
            help="method of that axis, as of wordvec axis  [default: pairs]",
        ),
        Option(
            ["--rotate"],
            heading="Numbers",
            is_flag=True,
            help="rotate so that the first dimensions matter most; cosines stay, and --dim keeps the first ones",
        ),
        Option(["--dim"], heading="Numbers", type=click.INT, help="reduce to this number of principal components"),
        Option(["--unit"], heading="Numbers", is_flag=True, help="scale each vector to length 1"),
        Option(
            ["--precision"],
            heading="Numbers",
            type=click.INT,
            help="round to this number of significant digits (at most 9)",
        ),
        Option(
            ["--storage"],
            heading="Numbers",
            type=click.Choice(STORAGES),
            help="how OUT.vectors stores the numbers: float16, int8 with a scale for each word, or bits, their signs "
            "only; see also wordvec compress  [default: float32]",
        ),
        Option(["--from", "source_format"], heading="Formats", type=KIND, help="format of IN  [default: detected]"),
        Option(["--to", "target_format"], heading="Formats", type=KIND, help="format of OUT  [default: by its ending]"),
        Option(
            ["--encoding"],
            heading="Formats",
            metavar="NAME",
            help="encoding of the words of IN, such as cp1252; OUT is UTF-8  [default: UTF-8]",
        ),
        Option(
            ["--trust-pickle"],
            heading="Formats",
            is_flag=True,
            help="unpickle IN, which executes any code in it: only for gensim files from a source you trust",
        ),
        Option(
            ["--memory"],
            heading="Running",
            type=click.FLOAT,
            help="gigabytes for matrices; larger ones are temporary files beside OUT  [default: half of free memory]",
        ),
        options.force(),
        Option(["--quiet"], heading="Output", is_flag=True, help="say nothing but errors"),
    ],
    help=HELP,
    epilog="\b\nExample:\n  wordvec convert corpus.vec corpus.bin --top 50000",
)
def convert(source: Path, target: Path, force: bool, quiet: bool, memory: float | None, **given: Any) -> None:
    """Read, change and write vectors."""
    from wordvec import formats
    from wordvec.transforms.conversion import convert as run
    from wordvec.transforms.settings import Conversion

    poles = [Path(one) for one in given["remove_axis"] or ()]
    check_apart(formats.outputs(target, given["target_format"]), [given["words"], *poles])
    removal = _removal(given)
    for_sentences, fit, settings = given.pop("for_sentences"), given.pop("fit"), given_settings(given)
    if not for_sentences and (fit or settings):
        raise click.UsageError("--fit and the options of weights: need --for-sentences")
    if for_sentences and removal is not None:
        raise click.UsageError("--remove-axis: does not go with --for-sentences; convert twice")
    if for_sentences and given["unit"]:
        raise click.UsageError("--unit: removes the weights of --for-sentences, which are lengths")
    other = {name: given.pop(name) for name in ("source_format", "target_format", "trust_pickle", "encoding")}
    if (given["trim"] or "").isdecimal():
        given["trim"] = int(given["trim"])
    chosen = given.pop("lowercase")
    lowercase = True if chosen == "plain" else chosen
    done = run(
        source,
        target,
        Conversion(lowercase=lowercase, **given),
        overwrite=force,
        memory=None if memory is None else int(memory * 1e9),
        fold=_fold(settings, fit) if for_sentences else removal,
        **other,
    )
    progress = Progress(quiet=quiet)
    for remark in done.notes:
        progress.say(remark)
    if removal is not None and not quiet:
        note(f"warning: {removal.warning}")
        echo(str(removal.remaining))
    progress.say(f"{target}: {quantity(done.words, 'word')}, dim {done.dim}")


def _removal(given: dict[str, Any]) -> "AxisRemoval | None":
    """Return the removal of an axis, from the options, which are removed from those of the command."""
    poles, method = given.pop("remove_axis"), given.pop("axis_method")
    if poles is None:
        if method is not None:
            raise click.UsageError("--axis-method: needs --remove-axis")
        return None
    from wordvec.evaluation.associations.removal import AxisRemoval

    return AxisRemoval(poles, method or "pairs")


def _fold(settings: "Sentences | None", fit: Path | None) -> "Fold":
    """Return the folding of sentence weights, fitted on a text or on the counts of the vectors."""
    from wordvec.sentences.folding import fold

    return functools.partial(fold, settings=settings, text=fit)

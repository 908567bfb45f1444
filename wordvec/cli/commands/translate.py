"""``wordvec translate`` and ``wordvec evaluate translation``: translation between aligned spaces."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from wordvec.cli import asking, options
from wordvec.cli.apart import check_apart
from wordvec.cli.command import Command, Option
from wordvec.cli.commands.evaluate import CASE_HELP, OOV_HELP, RESAMPLES, case, load, oov, seed, show
from wordvec.cli.counterparts import counterpart
from wordvec.cli.output import echo_rows, note
from wordvec.cli.running import reporting
from wordvec.errors import SettingsError
from wordvec.files import check_output, replacing
from wordvec.wording import quantity

if TYPE_CHECKING:
    from wordvec.vectors import Vectors

SWAPPED = 2
"""Words seem to be of TARGET if this many times more of them are known there."""
SOURCE, TARGET = click.Argument(["source"], type=options.FILE), click.Argument(["target"], type=options.FILE)
LIMIT = Option(
    ["--limit"],
    type=click.IntRange(min=0),
    default=200_000,
    show_default=True,
    help="number of most frequent words of each to read; 0 for all",
)


@click.command(
    cls=Command,
    help="Translate words between aligned spaces. SOURCE and TARGET are in one space, as wordvec align writes them. "
    "Each line has a word of SOURCE, a word of TARGET and the score of the pair, separated by tabs, best first. "
    "Without WORD and --words, all words are translated."
    "\n\nThe score is that of --retrieval: nearest: cosine; csls: CSLS with k = 10, which penalises hubs; softmax: "
    "the inverted softmax with beta 30, the probability of the word given its translation. csls and softmax search all "
    "pairs of words even for a single word.",
    params=[
        SOURCE,
        TARGET,
        click.Argument(["words"], nargs=-1, metavar="[WORD]..."),
        Option(
            ["--words", "file"],
            type=options.FILE,
            metavar="FILE",
            help="file of words to translate, one a line; - is standard input",
        ),
        Option(
            ["-n", "--number"],
            type=click.IntRange(min=1),
            default=1,
            show_default=True,
            help="number of translations of each word",
        ),
        Option(
            ["--retrieval"],
            type=click.Choice(["csls", "nearest", "softmax"]),
            default="csls",
            show_default=True,
            help="score, see above",
        ),
        options.swap("translate from TARGET to SOURCE"),
        Option(["--mutual"], is_flag=True, help="only pairs of words that are among the --number best of each other"),
        LIMIT,
        asking.STRICT,
        options.output("FILE", "write to FILE instead of printing", required=False),
        *options.reports(),
    ],
    epilog="\b\nExample:\n  wordvec translate german.vec english.vec --mutual -o german-english.tsv",
)
def translate(
    source: Path,
    target: Path,
    words: tuple[str, ...],
    file: Path | None,
    output: Path | None,
    force: bool,
    quiet: bool,
    log: Path | None,
    limit: int,
    strict: bool,
    swap: bool,
    **how: bool | int | str,
) -> None:
    """Write a dictionary."""
    from wordvec.alignment.induction import induce
    from wordvec.vectors import Vectors
    from wordvec.workers import stop_on_signals

    check_apart([output, log], [source, target, file])
    if output is not None:
        check_output(output, force)
    wanted = _asked(words, file)
    read = [Vectors.load(path, limit=limit or None, contexts=False) for path in (source, target)]
    read[1] = counterpart(source, read[0], target, read[1], limit or None)
    if swap:
        read.reverse()
    # Translations of a translation are words of the vocabulary.
    compose = not how["mutual"]
    asked = None if wanted is None else _known((read[0], read[1]), wanted, strict, swap, compose)
    with reporting(quiet, log, force) as progress, stop_on_signals() as stop:
        found = induce(read[0], read[1], asked, progress=progress, stop=stop, **how)  # type: ignore[arg-type]
    rows = [(pair.source, pair.target, f"{pair.score:.4f}") for pair in found]
    if output is None:
        echo_rows(rows)
        return
    with replacing(output, force) as temporary:
        temporary.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8", newline="\n")
    progress.say(f"{output}: {quantity(len(found), 'pair')} for {quantity(len(asked or read[0].words), 'word')}")


@click.command(
    cls=Command,
    help="Evaluate translation between aligned spaces. SOURCE and TARGET are in one space, as wordvec align writes "
    "them. Several SOURCE are each compared with the first by a paired bootstrap. Each line of DICTIONARY has a word "
    "and a translation. A word is correct at k if one of its translations is among the k best of all words of "
    "TARGET, by cosine (nearest), CSLS or the inverted softmax.\n\n"
    "p@k is the precision over covered words, as in MUSE; p@k_all over all words, as in fastText; p@1_other over "
    "covered words without an identical translation.\n\n" + CASE_HELP + OOV_HELP,
    params=[
        click.Argument(["sources"], type=options.FILE, nargs=-1, required=True, metavar="SOURCE..."),
        TARGET,
        click.Argument(["dictionary"], type=options.FILE),
        options.swap("DICTIONARY has words of TARGET on the left"),
        options.language(),
        case("exact"),
        oov(),
        LIMIT,
        RESAMPLES,
        seed(),
        Option(["--quiet"], is_flag=True, help="print nothing but errors"),
        *options.FORMS,
    ],
    epilog="\b\nExample:\n  wordvec evaluate translation german.vec english.vec de-en.5000-6500.txt",
)
def translation(
    sources: tuple[Path, ...],
    target: Path,
    dictionary: Path,
    swap: bool,
    to: str | None,
    case: str,
    oov: str | None,
    limit: int,
    resamples: int,
    seed: int,
    quiet: bool,
    form: str | None,
) -> None:
    """Print the table of translation."""
    from wordvec.evaluation import translation
    from wordvec.vectors import Vectors
    from wordvec.workers import Progress, stop_on_signals

    read, others = load(sources, limit or None), Vectors.load(target, limit=limit or None, contexts=False)
    of_each = {str(path): counterpart(path, read[str(path)], target, others, limit or None) for path in sources}
    progress = Progress(quiet=quiet)
    with stop_on_signals() as stop:
        table = translation(
            read,
            of_each,
            dictionary,
            case=case,
            oov=oov,
            swap=swap,
            to=to,
            resamples=resamples,
            seed=seed,
            progress=progress,
            stop=stop,
        )
    show(table, form)


def _known(
    sides: "tuple[Vectors, Vectors]", wanted: list[asking.Asked], strict: bool, swapped: bool, compose: bool
) -> list[str]:
    """Return the known words; warn if they seem to be words of the other side."""
    # Nearly every word can be composed, whichever its language.
    here, there = (sum(one.word in vectors and vectors.covers(one.word) for one in wanted) for vectors in sides)
    if there and there >= SWAPPED * here:
        advice = "leave out --swap" if swapped else "use --swap to translate from TARGET to SOURCE"
        note(f"of {quantity(len(wanted), 'word')} {here:,} known on this side and {there:,} on the other; {advice}")
    return asking.known(sides[0], wanted, strict, compose)


def _asked(words: tuple[str, ...], file: Path | None) -> list[asking.Asked] | None:
    """Return the words to translate; None for all.

    Raises
    ------
    SettingsError
        If both words and a file are given.
    InputError
        If the file cannot be read or is empty.
    """
    if file is not None and words:
        raise SettingsError(f"--words: {words[0]} is given, too; give words or a file")
    return asking.asked(words, file) or None

"""``wordvec translate`` and ``wordvec evaluate translation``: two languages in one space."""

from pathlib import Path

import click

from wordvec.cli import asking, options
from wordvec.cli.command import Command, Option
from wordvec.cli.commands.evaluate import CASE_HELP, RESAMPLES, case, load, seed, show
from wordvec.cli.output import echo_rows
from wordvec.cli.running import announce_compilation, check_apart, reporting
from wordvec.errors import SettingsError
from wordvec.files import check_output, replacing
from wordvec.wording import quantity

SOURCE, TARGET = click.Argument(["source"], type=options.FILE), click.Argument(["target"], type=options.FILE)
LIMIT = Option(
    ["--limit"],
    type=click.IntRange(min=0),
    default=200_000,
    show_default=True,
    help="read so many words of each, the most frequent; 0 for all",
)


@click.command(
    cls=Command,
    help="SOURCE and TARGET are in one space, as wordvec align writes them. A line is a word of SOURCE, one of TARGET "
    "and the score of the pair, between tabs, best first; without WORD and --words, of all words."
    "\n\nScores are --retrieval's: csls, cosines less what hubs have of them (k = 10); nearest, cosines; "
    "softmax, the inverted softmax (the share of the word among all that the other may translate, beta 30). csls and "
    "softmax look at all pairs of words, even if one word is asked.",
    params=[
        SOURCE,
        TARGET,
        click.Argument(["words"], nargs=-1, metavar="[WORD]..."),
        Option(
            ["--words", "file"],
            type=options.FILE,
            metavar="FILE",
            help="translate these words, one a line; - is standard input",
        ),
        Option(
            ["-n", "--number"], type=click.IntRange(min=1), default=1, show_default=True, help="how many for a word"
        ),
        Option(
            ["--retrieval"],
            type=click.Choice(["csls", "nearest", "softmax"]),
            default="csls",
            show_default=True,
            help="see above",
        ),
        Option(["--mutual"], is_flag=True, help="only pairs of which each is among the --number best of the other"),
        LIMIT,
        asking.STRICT,
        options.output("FILE", "write there instead of printing", required=False),
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
    read = [Vectors.load(path, limit=limit or None) for path in (source, target)]
    asked = None if wanted is None else asking.known(read[0], wanted, strict)
    with reporting(quiet, log, force) as progress, stop_on_signals() as stop:
        announce_compilation(progress, "neighbours")
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
    help="SOURCE and TARGET are in one space, as wordvec align writes them; of several SOURCE each is compared with "
    "the first, by a paired bootstrap. DICTIONARY is lines of word and translation. A word is right at k if one of its "
    "translations is among the k nearest of all words of TARGET: by cosine (nearest), csls or the inverted softmax.\n\n"
    "p@k is of the covered words, as MUSE counts; p@k_all of all, as fastText counts; p@1_other of the covered words "
    "that have no translation spelt alike.\n\n" + CASE_HELP,
    params=[
        click.Argument(["sources"], type=options.FILE, nargs=-1, required=True, metavar="SOURCE..."),
        TARGET,
        click.Argument(["dictionary"], type=options.FILE),
        case("exact"),
        LIMIT,
        RESAMPLES,
        seed(),
        Option(["--quiet"], is_flag=True, help="say nothing but errors"),
        *options.FORMS,
    ],
    epilog="\b\nExample:\n  wordvec evaluate translation german.vec english.vec de-en.5000-6500.txt",
)
def translation(
    sources: tuple[Path, ...],
    target: Path,
    dictionary: Path,
    case: str,
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

    read, others = load(sources, limit or None), Vectors.load(target, limit=limit or None)
    progress = Progress(quiet=quiet)
    with stop_on_signals() as stop:
        table = translation(
            read, others, dictionary, case=case, resamples=resamples, seed=seed, progress=progress, stop=stop
        )
    show(table, form)


def _asked(words: tuple[str, ...], file: Path | None) -> list[asking.Asked] | None:
    """Return the words that are asked for, None for all.

    Raises
    ------
    SettingsError
        If words and a file are given.
    InputError
        If the file cannot be read, or holds no word.
    """
    if file is not None and words:
        raise SettingsError(f"--words: {words[0]} is given, too; give words or a file")
    return asking.asked(words, file) or None

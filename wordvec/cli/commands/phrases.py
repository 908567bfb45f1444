"""``wordvec corpus phrases``: join words that belong together, such as new_york."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wordvec.cli import options
from wordvec.cli.apart import check_apart
from wordvec.cli.command import Command, Option
from wordvec.cli.output import echo, echo_json
from wordvec.cli.running import reporting
from wordvec.corpora.phrases.settings import PhraseSettings
from wordvec.errors import SettingsError
from wordvec.files import check_output, replacing, together, workspace
from wordvec.wording import quantity

if TYPE_CHECKING:
    from wordvec.corpora.phrases import Phrases
    from wordvec.tables import Table

SHOWN = 50
TABLE = ".phrases.tsv"
"""Ending of the table that is written beside a corpus."""


@click.command(
    cls=Command,
    params=[
        click.Argument(["corpus"], type=options.FILE),
        *options.derived(PhraseSettings, "Phrases", leave={"connectors"}),
        Option(
            ["--connectors"],
            heading="Phrases",
            metavar="english|FILE",
            help=PhraseSettings.__dataclass_fields__["connectors"].metadata["help"],
        ),
        Option(
            ["--table"],
            heading="Phrases",
            type=options.FILE,
            metavar="FILE",
            help="join the phrases of this table, which an earlier run wrote and you may have edited, and find none",
        ),
        Option(["--dry-run"], heading="Phrases", is_flag=True, help="print phrases and write nothing"),
        Option(
            ["-n", "--number"],
            heading="Phrases",
            type=click.IntRange(min=1),
            help=f"with --dry-run: number of phrases of each pass to print, by falling score; default: {SHOWN}",
        ),
        options.output(
            "FOLDER",
            f"the corpus with phrases joined; the table of phrases is written beside it, with the ending {TABLE}",
            required=False,
        ),
        *options.reports(),
        Option(["--json", "as_json"], heading="Output", is_flag=True, help="with --dry-run: print JSON"),
        Option(
            ["--memory"],
            heading="Running",
            type=click.FloatRange(min=0, min_open=True),
            help="gigabytes for counting; data beyond that is stored on disk; default: the free memory",
        ),
        Option(["--threads"], type=click.IntRange(min=1), heading="Running", help="default: all processors"),
    ],
    epilog="\b\nExample:\n  wordvec corpus phrases news.corpus --connectors english --passes 2 -o joined.corpus",
)
def phrases(
    corpus: Path,
    table: Path | None,
    dry_run: bool,
    number: int | None,
    output: Path | None,
    force: bool,
    quiet: bool,
    log: Path | None,
    as_json: bool,
    memory: float | None,
    threads: int | None,
    **settings: Any,
) -> None:
    """Find phrases in CORPUS, a folder made by wordvec corpus encode, and write a corpus with them joined.

    A threshold means something else for each score. word2phrase: usually 100, from 50 to 200. gensim: usually 10; its
    factor is the number of different words and pairs and not of tokens, so the same threshold joins fewer phrases.
    npmi: 1 for words that occur only together, 0 for independent words.

    Each sentence is joined from left to right, and a word is in one phrase only.
    """
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.corpora.phrases import Phrases

    _check(output, dry_run, number, as_json, table, settings)
    target = Path(f"phrases-of-{corpus.name}") if output is None else output
    beside = target.with_suffix(TABLE)
    if output is not None:
        check_apart([output, beside], [corpus, table])
        check_output(output, force, folder=True)
        check_output(beside, force)
    with reporting(quiet, log, force) as progress, EncodedCorpus.open(corpus, threads=threads) as encoded:
        if table is not None:
            found = Phrases.load(table)
        elif output is None:
            found = Phrases.find(encoded, memory=memory, threads=threads, progress=progress, **settings)
        else:
            with workspace(output) as folder:
                found = Phrases.find(
                    encoded, memory=memory, threads=threads, workspace=folder, progress=progress, **settings
                )
        if output is None:
            _show(found, number or SHOWN, as_json)
            return
        with together(output), replacing(output, force, folder=True) as unfinished:
            found.save(beside, overwrite=force)
            unfinished.mkdir()
            meta = found.write(encoded, unfinished, threads=threads, progress=progress)
        sizes = ", ".join(quantity(meta[f"{unit}s"], unit) for unit in ("token", "word", "sentence"))
        progress.say(f"{output}: {sizes}; {beside}: {quantity(len(found), 'phrase')}")


def _check(
    output: Path | None, dry_run: bool, number: int | None, as_json: bool, table: Path | None, settings: dict[str, Any]
) -> None:
    """Refuse options that do not go together.

    Raises
    ------
    SettingsError
        If there are some.
    """
    if dry_run == (output is not None):
        raise SettingsError("choose --output for the joined corpus, or --dry-run to print phrases")
    if not dry_run and (number is not None or as_json):
        raise SettingsError(f"{'--json' if number is None else '--number'}: goes with --dry-run only")
    usual = PhraseSettings()
    changed = [options.spelt(name) for name, value in settings.items() if value != getattr(usual, name)]
    if table is not None and changed:
        raise SettingsError(f"{', '.join(changed)}: for finding phrases; the phrases of --table are joined as they are")


def _show(found: "Phrases", number: int, as_json: bool) -> None:
    """Print the first phrases of each pass."""
    from wordvec.corpora.phrases import Phrases

    shown: Table = Phrases([rows[:number] for rows in found.passes]).table()
    shown.notes = [f"pass {at}: {quantity(len(rows), 'phrase')}" for at, rows in enumerate(found.passes, 1)]
    if as_json:
        echo_json(shown.to_json())
    else:
        echo(str(shown))

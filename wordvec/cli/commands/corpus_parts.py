"""``wordvec corpus merge`` and ``split``: encoded corpora joined, and cut into slices, without their text."""

from pathlib import Path

import click

from wordvec.cli import options
from wordvec.cli.command import Command, Option
from wordvec.cli.running import reporting
from wordvec.errors import SettingsError
from wordvec.files import check_output
from wordvec.wording import quantity
from wordvec.workers import stop_on_signals


def every(heading: str = "Options") -> Option:
    """Return ``--every``."""
    help = "group the whole numbers of the field by this size: 10 makes slices of decades"
    return Option(["--every"], heading=heading, type=click.IntRange(min=1), help=help)


@click.command(
    cls=Command,
    params=[
        click.Argument(["corpora"], nargs=-1, required=True, type=options.FILE, metavar="CORPUS CORPUS..."),
        options.output("FOLDER", "the merged corpus"),
        *options.reports(),
    ],
    epilog="\b\nExample:\n  wordvec corpus merge 2023.corpus 2024.corpus -o both.corpus",
)
def merge(corpora: tuple[Path, ...], output: Path, force: bool, quiet: bool, log: Path | None) -> None:
    """Tokens are numbered by one vocabulary; no text is read again.

    The result is that of encoding all texts together. The corpora must have been encoded with the same settings. Words
    that --max-words or --vocabulary left out of one of them remain unknown.
    """
    from wordvec.corpora.merging import merge as merged

    check_output(output, force, folder=True)
    with reporting(quiet, log, force) as progress, stop_on_signals() as stop:
        with merged(corpora, output, overwrite=force, progress=progress, stop=stop) as corpus:
            meta = corpus.meta
        sizes = [quantity(meta[f"{unit}s"], unit) for unit in ("token", "word", "document")]
        progress.say(f"{output}: {', '.join(sizes)}")


@click.command(
    cls=Command,
    params=[
        click.Argument(["folder"], type=options.FILE, metavar="CORPUS"),
        Option(
            ["--by"],
            required=True,
            metavar="file|field=NAME",
            help="what makes a slice: a file of the text, or a value of a field that corpus encode --keep-fields kept",
        ),
        every(),
        options.output("FOLDER", "folder of the slices"),
        *options.reports(),
    ],
    epilog="\b\nExample:\n  wordvec corpus split speeches.corpus --by field=year --every 10 -o decades",
)
def split(folder: Path, by: str, every: int | None, output: Path, force: bool, quiet: bool, log: Path | None) -> None:
    """No text is read again.

    FOLDER gets an encoded corpus VALUE.corpus for each value, which wordvec compass train takes as slices. Characters
    that no file name should have are written as %2F. Documents without a value are left out, and their number is
    printed.
    """
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.corpora.splitting import split as cut

    field = _field(by)
    check_output(output, force, folder=True)
    with (
        reporting(quiet, log, force) as progress,
        stop_on_signals() as stop,
        EncodedCorpus.open(folder) as corpus,
    ):
        found = cut(corpus, output, field=field, every=every, overwrite=force, progress=progress, stop=stop)
        for line in found.lines(field):
            progress.say(line)
        documents = sum(len(one.documents) for one in found.slices)
        progress.say(f"{output}: {quantity(len(found.slices), 'slice')}, {quantity(documents, 'document')}")


def _field(by: str) -> str | None:
    """Return the field of ``field=NAME``; None for ``file``."""
    kind, _, name = by.partition("=")
    if by != "file" and (kind != "field" or not name):
        raise SettingsError(f"{by}: choose file or field={by.rpartition('=')[2] or 'NAME'}", setting="by")
    return name or None

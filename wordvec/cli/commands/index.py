"""``wordvec index``: an index for the search in vectors that are larger than memory."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wordvec.cli import options, output
from wordvec.cli.command import Command, Option
from wordvec.cli.running import reporting
from wordvec.search.index_building import IndexBuilder
from wordvec.wording import quantity

if TYPE_CHECKING:
    from wordvec.search.index_building import Built
    from wordvec.search.recall import Recall


@click.command(
    cls=Command,
    params=[
        click.Argument(["vectors"], type=options.FILE),
        *options.derived(IndexBuilder, "Index"),
        Option(["--dry-run"], heading="Index", is_flag=True, help="print lists, memory and disk; build nothing"),
        *options.reports(),
    ],
    epilog="\b\nExample:\n  wordvec index corpus.vectors",
)
def index(vectors: Path, dry_run: bool, force: bool, quiet: bool, log: Path | None, **given: Any) -> None:
    """Write VECTORS.index, by which wordvec nearest and analogy search VECTORS, a .vectors folder.

    A query then reads the codes of words in the nearest lists, a few bits for each number, and the vectors of a few
    candidates. Their numbers are chosen for --recall on sampled words, and measured on others.

    If VECTORS have changed afterwards, their index is refused until --force builds it again.
    """
    from wordvec.workers import stop_on_signals

    builder = IndexBuilder(**given)
    if dry_run:
        estimate = builder.estimate(vectors)
        output.echo(
            f"{quantity(estimate.words, 'word')} in {quantity(estimate.lists, 'list')}\n"
            f"index {_megabytes(estimate.bytes)}, memory for building it {_megabytes(estimate.memory)}"
        )
        return
    with reporting(quiet, log, force) as progress, stop_on_signals() as stop:
        built = builder.build(vectors, force, progress=progress, stop=stop)
        for line in _report(built):
            progress.say(line)


def _report(built: "Built") -> list[str]:
    effort, measured = built.effort, built.measured
    return [
        f"{built.path}: {quantity(built.estimate.words, 'word')} in {quantity(built.estimate.lists, 'list')}, "
        f"{_megabytes(built.estimate.bytes)}",
        f"a query reads {quantity(effort.probes, 'list')} ({measured.words.scanned:,.0f} words) and the vectors of "
        f"{quantity(effort.candidates, 'candidate')}: {measured.words.milliseconds:.1f} ms",
        f"of the ten nearest of {quantity(measured.queries, 'word')} it finds {_share(measured.words)}, of those of "
        f"sums as in analogies {_share(measured.sums)}",
    ]


def _share(recall: "Recall") -> str:
    return f"{100 * recall.recall:.1f} % (± {100 * recall.margin:.1f})"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB" if size >= 1e6 else f"{size / 1e3:,.0f} KB"

"""``wordvec explore``: a page with a map of words."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wordvec.cli import options
from wordvec.cli.command import Command, Option
from wordvec.cli.commands.evaluate_senses import MARK, with_mark
from wordvec.errors import SettingsError
from wordvec.explorer.settings import ExploreSettings
from wordvec.slices import store

if TYPE_CHECKING:
    from wordvec.explorer import Page
    from wordvec.workers import Progress


@click.command(
    cls=Command,
    help="Write one page that opens by a double click, offline: a map of words, a search box, the words nearest to a "
    "word or to a sum such as king - man + woman, frequencies, and exports as SVG and CSV. A view of it has an address "
    "of its own."
    "\n\nSeveral VECTORS are shown beside each other. If they are aligned, as wordvec align writes them, they are on "
    "one map, and words of one are compared with those of another. Of a COMPASS, the folder of wordvec compass train, "
    "the page follows words through the slices, and lists the words that wordvec compass change has found to change. "
    "The senses of a word are shown beside each other."
    "\n\nVectors are in the page as integers, and the words nearest to a word are found by exact search among those of "
    "the page: they are those of wordvec nearest, but for cosines that differ by less than 0.0001, or with --bits 8 by "
    "less than about 0.003.",
    params=[
        click.Argument(["vectors"], type=options.FILE, nargs=-1, required=True, metavar="VECTORS...|COMPASS"),
        *options.derived(ExploreSettings, "Page"),
        Option(
            ["--one-space/--own-spaces"],
            heading="Page",
            default=None,
            help="whether cosines of words of different VECTORS have a meaning  [default: if they are aligned]",
        ),
        MARK,
        Option(["--title"], heading="Page", help="title of the page  [default: the names of VECTORS]"),
        options.output("PAGE.html", "the page"),
        options.force(),
        Option(["--quiet"], heading="Output", is_flag=True, help="print nothing but errors"),
    ],
    epilog="\b\nExample:\n  wordvec explore corpus.vec -o words.html",
)
def explore(
    vectors: tuple[Path, ...],
    one_space: bool | None,
    mark: str | None,
    title: str | None,
    output: Path,
    force: bool,
    quiet: bool,
    **given: Any,
) -> None:
    """Write the page."""
    from wordvec.explorer.page import check_output
    from wordvec.workers import Progress

    check_output(output, force)
    settings, progress = ExploreSettings(**given), Progress(quiet=quiet)
    compasses = [path for path in vectors if store.is_compass(path)]
    if compasses:
        if len(vectors) > 1:
            raise SettingsError(f"{compasses[0]}: a compass is shown alone; leave out the others")
        if one_space is not None or mark is not None:
            raise SettingsError(f"{compasses[0]}: leave out --mark, --one-space and --own-spaces for a compass")
        page = _of_compass(compasses[0], settings, title, progress)
    else:
        page = _of_files(vectors, settings, one_space, mark, title, progress)
    size = page.save(output, overwrite=force)
    words = sum(len(one.words) for one in page.contents.sets)
    progress.say(f"{output}: {words:,} vectors, {size / 1e6:.1f} MB; --top and --bits 8 make it smaller")


def _of_compass(folder: Path, settings: ExploreSettings, title: str | None, progress: "Progress") -> "Page":
    from wordvec.explorer import explore
    from wordvec.slices import stored_changes
    from wordvec.slices.aligned import AlignedSlices

    changes = stored_changes.stored(folder)
    return explore(
        AlignedSlices.load(folder), settings, title=title or folder.resolve().name, changes=changes, progress=progress
    )


def _of_files(
    paths: Sequence[Path],
    settings: ExploreSettings,
    one_space: bool | None,
    mark: str | None,
    title: str | None,
    progress: "Progress",
) -> "Page":
    from wordvec.explorer import explore
    from wordvec.vectors import Vectors

    names = [path.name for path in paths]
    named: dict[str, Vectors] = {}
    for path, name in zip(paths, names, strict=True):
        shown = name if names.count(name) == 1 else str(path)
        if shown in named:
            raise SettingsError(f"{path}: is named twice")
        # One word more than the page has shows that there are more.
        read = Vectors.load(path, limit=settings.top + 1, contexts=False)
        if mark is not None or read.inventory is not None:  # shares of senses need all of them
            read = with_mark(Vectors.load(path, contexts=False), mark, path)
        named[shown] = read
    return explore(named, settings, title=title, one_space=one_space, progress=progress)

"""Where a training is kept while it is under way, and after it was interrupted: ``OUT.partial``."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from wordvec import files
from wordvec.errors import OutputError


def folder_of(output: Path, dry_run: bool = False) -> Path:
    """Give where an unfinished training is kept: ``corpus.partial`` for ``corpus.vec``."""
    from wordvec.formats import sidecars

    partial = sidecars.names(output).metadata.with_suffix(".partial")
    return partial.with_name(f".{partial.name}.dry-run") if dry_run else partial


@contextlib.contextmanager
def cleared(partial: Path, force: bool) -> Iterator[None]:
    """Remove what an unfinished training left, before and after, unless it can be gone on with.

    Raises
    ------
    OutputError
        If one can be gone on with and `force` is false, or something else has this name.
    """
    if can_go_on(partial) and not force:
        raise OutputError(f"{partial}: keeps an interrupted training; --resume goes on with it, --force begins again")
    if partial.exists() and not can_go_on(partial) and not _is_leftover(partial):
        raise OutputError(f"{partial}: is in the way, the training would be kept here; move it or choose another -o")
    files.remove(partial)
    try:
        yield
    finally:
        if not can_go_on(partial):
            files.remove(partial)


def can_go_on(partial: Path) -> bool:
    """Tell whether there is a training to go on with."""
    return (partial / "state.json").is_file()


def _is_leftover(partial: Path) -> bool:
    """Tell what a killed process left from anything else that has this name."""
    from wordvec.trainers.checkpoint import MATRIX

    if not partial.is_dir():
        return False
    names = [inner.name for inner in partial.iterdir()]
    return all(
        name in ("corpus", "counts", "strata") or name.startswith(".") or MATRIX.fullmatch(name) for name in names
    )

"""Where a training is kept while it is under way, and after it was interrupted: ``OUT.partial``."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from wordvec import files
from wordvec.errors import OutputError

_ASIDE = ".replaced"
"""Suffix of an interrupted training from when ``--force`` begins again until the new training has a state."""


def folder_of(output: Path, dry_run: bool = False) -> Path:
    """Give where an unfinished training is kept: ``corpus.partial`` for ``corpus.vec``."""
    from wordvec.formats.common import sidecars

    partial = sidecars.names(output).metadata.with_suffix(".partial")
    return partial.with_name(f".{partial.name}.dry-run") if dry_run else partial


@contextlib.contextmanager
def cleared(partial: Path, force: bool) -> Iterator[None]:
    """Make an empty folder for a training; at the end remove it, unless the training can be resumed.

    An interrupted training that `force` replaces is put back if the new one ends before it has a state or a result.

    Raises
    ------
    OutputError
        If one can be resumed and `force` is false, or something else has this name.
    """
    from wordvec.trainers import training_folder

    restore(partial)
    if can_go_on(partial) and not force:
        raise OutputError(f"{partial}: keeps an interrupted training; --resume goes on with it, --force begins again")
    if partial.exists() and not training_folder.is_training(partial):
        raise OutputError(f"{partial}: is in the way, the training would be kept here; move it or choose another -o")
    aside = _aside(partial)
    with files.disk_errors(partial):
        files.sweep(partial)
        if can_go_on(partial):
            partial.replace(aside)
        training_folder.clear(partial)
        partial.mkdir()
        (partial / training_folder.MARK).touch()
    try:
        yield
    except BaseException:
        restore(partial)
        raise
    finally:
        if not can_go_on(partial):
            _remove(partial)
    _remove(aside)


def restore(partial: Path) -> None:
    """Put back an interrupted training that a run with ``--force`` set aside, if that run has no state itself."""
    from wordvec.trainers import training_folder

    aside = _aside(partial)
    if not can_go_on(aside):
        return
    if can_go_on(partial):
        training_folder.clear(aside)
    elif not partial.exists() or training_folder.is_training(partial):
        training_folder.clear(partial)
        aside.replace(partial)


def can_go_on(partial: Path) -> bool:
    """Tell whether there is a training to go on with."""
    return (partial / "state.json").is_file()


def _remove(folder: Path) -> None:
    """Remove a training as far as it can be, since its result is written or an error is on its way."""
    from wordvec.trainers import training_folder

    with contextlib.suppress(OSError):
        training_folder.clear(folder)


def _aside(partial: Path) -> Path:
    return partial.with_name(f".{partial.name}{_ASIDE}")

"""The folder of a training run that is under way or interrupted, ``OUT.partial/``: its contents, making and removal."""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

from wordvec import files
from wordvec.corpora.folder import META
from wordvec.errors import OutputError
from wordvec.files import commits, records
from wordvec.formats.common import sidecars

STATE, KEPT, MARK = "state.json", "kept.npz", ".wordvec-training"
SOURCES, ENTRIES = ("corpus", "counts"), "strata"
"""Folders of the corpus or counts that were made for this run only, and of GloVe's entries."""
MATRIX = re.compile(r"(?:replicas-)?(?:words|contexts|documents|senses)-(\d+)\.npy")
_ASIDE = ".replaced"
"""Suffix of an interrupted run's folder while a new run with ``overwrite`` has no state."""


def folder_of(output: Path, dry_run: bool = False) -> Path:
    """Return the folder of an unfinished run: ``corpus.partial`` for ``corpus.vec``."""
    partial = sidecars.names(output).metadata.with_suffix(".partial")
    return partial.with_name(f".{partial.name}.dry-run") if dry_run else partial


@contextlib.contextmanager
def cleared(partial: Path, overwrite: bool) -> Iterator[None]:
    """Make an empty folder for a training run; remove it at the end, unless the run can be resumed.

    With `overwrite`, an interrupted run is put back if the new one ends before it has a state or a result.

    Raises
    ------
    OutputError
        If the folder has a run that can be resumed and `overwrite` is false, or if it is not a run's folder.
    """
    restore(partial)
    if is_resumable(partial) and not overwrite:
        raise OutputError(f"{partial}: keeps an interrupted training run; --resume continues it, --force replaces it")
    if partial.exists() and not is_training(partial):
        raise OutputError(f"{partial}: in the way of the folder of this training run; move it or choose another -o")
    aside = _aside(partial)
    with files.disk_errors(partial):
        files.sweep(partial)
        if is_resumable(partial):
            partial.replace(aside)
        clear(partial)
        partial.mkdir()
        (partial / MARK).touch()
    try:
        yield
    except BaseException:
        restore(partial)
        raise
    finally:
        if not is_resumable(partial):
            _remove(partial)
    _remove(aside)


def restore(partial: Path) -> None:
    """Put back an interrupted run that a run with ``overwrite`` set aside, if that run has no state itself."""
    aside = _aside(partial)
    if not is_resumable(aside):
        return
    if is_resumable(partial):
        clear(aside)
    elif not partial.exists() or is_training(partial):
        clear(partial)
        aside.replace(partial)


def clear(folder: Path) -> None:
    """Remove the files of a training run and the folder, but no other files."""
    if is_training(folder):
        # Under another name first: a kill must not leave a folder without its mark.
        unnamed = commits.temporary_name(folder)
        folder.replace(unnamed)
        commits.remove(unnamed)
    elif folder.is_dir():
        for inner in sorted(folder.iterdir(), key=lambda path: path.name in (MARK, STATE)):
            if _is_ours(inner):
                commits.remove(inner)


def is_resumable(folder: Path) -> bool:
    """Return whether a folder has the state of an interrupted run."""
    return (folder / STATE).is_file()


def is_training(folder: Path) -> bool:
    """Return whether a folder contains a training run, or the remains of a killed one, and nothing else."""
    if not folder.is_dir() or folder.is_symlink():
        return False
    inside = list(folder.iterdir())
    marked = (folder / MARK).exists() or _is_state(folder / STATE)
    return (marked or not inside) and all(_is_ours(inner) for inner in inside)


def _is_state(path: Path) -> bool:
    """Return whether a file is the state of a training run, of whatever version."""
    try:
        records.parsed(path.read_bytes(), {"version": int, "settings": dict, "corpus_digest": str})
    except (OSError, ValueError):
        return False
    return True


def _is_ours(path: Path) -> bool:
    """Return whether a file or folder in a run's folder was made by a training run."""
    if path.name in SOURCES:
        return path.is_dir() and (path / META).is_file()
    if path.name == ENTRIES:
        return path.is_dir() and {inner.name for inner in path.iterdir()} <= {"rows", "columns", "logs"}
    return path.name in (MARK, STATE, KEPT) or bool(MATRIX.fullmatch(path.name)) or commits.is_temporary(path.name)


def _remove(folder: Path) -> None:
    """Remove a run as far as possible, since its result is written or an error is being raised."""
    with contextlib.suppress(OSError):
        clear(folder)


def _aside(partial: Path) -> Path:
    return partial.with_name(f".{partial.name}{_ASIDE}")

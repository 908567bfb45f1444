"""What the folder of a training that is under way or interrupted contains, and its removal: ``OUT.partial/``."""

import re
from pathlib import Path

from wordvec.corpora.folder import META
from wordvec.files import commits, records

STATE, MARK = "state.json", ".wordvec-training"
SOURCES, ENTRIES = ("corpus", "counts"), "strata"
"""Folders of what is trained on, where it was made for this training only, and of GloVe's entries."""
MATRIX = re.compile(r"(?:words|contexts)-(\d+)\.npy")


def clear(folder: Path) -> None:
    """Remove a training and the folder, but nothing that no training writes."""
    if is_training(folder):
        # Under another name first: what a kill leaves half removed would be nobody's.
        unnamed = commits.temporary_name(folder)
        folder.replace(unnamed)
        commits.remove(unnamed)
    elif folder.is_dir():
        for inner in sorted(folder.iterdir(), key=lambda path: path.name in (MARK, STATE)):
            if _is_ours(inner):
                commits.remove(inner)


def is_training(folder: Path) -> bool:
    """Return whether a folder has a training, or what a killed process left of one, and nothing else."""
    if not folder.is_dir() or folder.is_symlink():
        return False
    inside = list(folder.iterdir())
    marked = (folder / MARK).exists() or _is_state(folder / STATE)
    return (marked or not inside) and all(_is_ours(inner) for inner in inside)


def _is_state(path: Path) -> bool:
    """Return whether a file is the state of a training, of whatever version."""
    try:
        records.parsed(path.read_bytes(), {"version": int, "settings": dict, "corpus_digest": str})
    except (OSError, ValueError):
        return False
    return True


def _is_ours(path: Path) -> bool:
    """Return whether something in the folder of a training was made by one."""
    if path.name in SOURCES:
        return path.is_dir() and (path / META).is_file()
    if path.name == ENTRIES:
        return path.is_dir() and {inner.name for inner in path.iterdir()} <= {"rows", "columns", "logs"}
    return path.name in (MARK, STATE) or bool(MATRIX.fullmatch(path.name)) or commits.is_temporary(path.name)

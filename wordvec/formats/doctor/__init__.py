"""Diagnosis and repair of vector files: their defects, the programs affected by them, and a sound copy.

A file is read in blocks, by a scan for its kind (`text`, `binary`, `fasttext` or `folder`). Only three numbers per row
are kept in memory. A repair reads the file once or twice more, and records every change.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from wordvec.formats.doctor.findings import Report
from wordvec.workers import Progress

if TYPE_CHECKING:
    from wordvec.formats.doctor.policy import Policy
    from wordvec.formats.doctor.repairing import Repaired


def check(path: str | Path, progress: Progress | None = None) -> Report:
    """Find all defects of a vector file.

    Parameters
    ----------
    path
        A text of vectors with or without a header, or a ``.bin`` of word2vec or fastText, which may be compressed; or a
        ``.vectors`` folder.
    progress
        Progress display.

    Raises
    ------
    InputError
        If the file cannot be read or is of another kind.
    """
    from wordvec.formats.doctor import fasttext, folder
    from wordvec.formats.doctor.file import File
    from wordvec.formats.doctor.source import Source
    from wordvec.formats.doctor.survey import Survey

    path, progress = Path(path), progress or Progress()
    if path.is_dir():
        return folder.check(path, progress)
    source = Source(path)
    if source.shape.kind == "fasttext":
        return fasttext.check(source, progress)
    return Survey(File(source), progress).report


def repair(
    path: str | Path,
    out: str | Path,
    policy: Policy | None = None,
    *,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> Repaired:
    """Write a sound copy of a vector file: a text with a header for a text, a binary file for a binary one.

    ``OUT.changes.tsv`` lists every change, and the metadata of the copy record the repair. Counts of the damaged file
    are not copied.

    Parameters
    ----------
    path
        The damaged file.
    out
        The copy. The extensions ``.gz``, ``.bz2``, ``.xz`` and ``.zst`` compress it.
    policy
        Settings of the repair. Default: those of `Policy`.
    overwrite
        Whether to replace existing files.
    progress
        Progress display.

    Raises
    ------
    InputError
        If the file cannot be read, is a fastText model or a folder, or is too damaged for a sound copy.
    OutputError
        If a file cannot be written, or exists and `overwrite` is false.
    SettingsError
        If the extension of `out` does not fit the kind of file.
    """
    from wordvec.formats.doctor.folder import check_not_folder
    from wordvec.formats.doctor.policy import Policy
    from wordvec.formats.doctor.repairing import repair

    check_not_folder(Path(path))
    return repair(Path(path), Path(out), policy or Policy(), overwrite, progress or Progress())

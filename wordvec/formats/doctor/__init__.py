"""The doctor: what is wrong with a vector file, which programs it breaks, and a sound copy of it.

The file is read in blocks, by a scan that knows one kind of file (`text`, `binary`, `fasttext`); nothing of it is
kept but three numbers for each row. A repair reads it once or twice more, and writes what it can, each change on
record.
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
    """Look for all that is wrong with a vector file.

    Parameters
    ----------
    path
        A text of vectors with or without a header, a ``.bin`` of word2vec or of fastText, compressed or not.
    progress
        Told how far it has come.

    Raises
    ------
    InputError
        If the file cannot be read, or is nothing of these.
    """
    from wordvec.formats.doctor import fasttext
    from wordvec.formats.doctor.file import File
    from wordvec.formats.doctor.source import Source
    from wordvec.formats.doctor.survey import Survey

    progress = progress or Progress()
    source = Source(Path(path))
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
    """Write a sound copy of a vector file, text as text (with a header) and word2vec's binary as binary.

    Beside it lie ``OUT.changes.tsv``, a list of all that was changed, and the metadata with this step added. Counts
    that lie beside the damaged file are not taken over.

    Parameters
    ----------
    path
        The file.
    out
        The copy; compressed if it ends in ``.gz``, ``.bz2``, ``.xz`` or ``.zst``.
    policy
        What to do about what can be mended in more than one way; the defaults of `Policy` if not given.
    overwrite
        Replace what is there.
    progress
        Told how far it has come.

    Raises
    ------
    InputError
        If the file cannot be read, is a fastText model, or so damaged that no row or no sound copy would be left.
    OutputError
        If `out`, or what goes beside it, cannot be written, or is there and `overwrite` is false.
    SettingsError
        If `out` is named as another format.
    """
    from wordvec.formats.doctor.policy import Policy
    from wordvec.formats.doctor.repairing import repair

    return repair(Path(path), Path(out), policy or Policy(), overwrite, progress or Progress())

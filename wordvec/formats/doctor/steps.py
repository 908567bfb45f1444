"""Rows of word2vec's binary files that are out of step, for a reader that has met implausible numbers."""

import contextlib
from pathlib import Path

import numpy as np

from wordvec.formats.common.number_sizes import BIG
from wordvec.formats.doctor.binary import Rows
from wordvec.formats.doctor.file import File
from wordvec.formats.doctor.source import Source
from wordvec.formats.doctor.words import shown
from wordvec.workers import Progress


def misread(path: Path, limit: int) -> str | None:
    """Return the reason why a plain reader misreads a binary file, or None if it does not.

    Parameters
    ----------
    path
        The file.
    limit
        Number of rows that were read.
    """
    file = File(Source(path))
    if not file.is_binary:
        return None
    with contextlib.closing(file.blocks(Progress(quiet=True), "checking")) as blocks:
        for block in blocks:
            assert isinstance(block, Rows)
            if file.cutter.order == BIG:
                return "numbers in the wrong byte order (most significant byte first)"
            for at in np.flatnonzero(block.doubtful | np.array([b" " in word for word in block.words])).tolist():
                if block.first + at >= limit:
                    return None
                word = shown(block.words[at])
                if b" " in block.words[at]:
                    return f"row {block.first + at + 1}: the word {word} contains blanks"
                return f"row {block.first + at + 1}, {word}: out of step, bytes are missing here or just before"
    return None

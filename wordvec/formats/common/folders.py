"""What folders of vectors for other programs share: our mark, the metadata in it, and counts."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.files import FOLDER_MARK, records
from wordvec.formats import Plain
from wordvec.formats.common import sidecars

_COUNTS = "counts.txt"


def write_about(plain: Plain, folder: Path, kind: str) -> None:
    """Write metadata and counts, and so mark a folder as ours."""
    sidecars.write_json({"kind": kind, "metadata": plain.metadata}, folder / FOLDER_MARK)
    if plain.counts is not None:
        sidecars.write_counts(plain, folder / _COUNTS)


def read_metadata(folder: Path) -> dict[str, Any]:
    """Give the metadata, empty in a folder that others made.

    Raises
    ------
    InputError
        If they are damaged.
    """
    if not (folder / FOLDER_MARK).is_file():
        return {}
    about = records.read(folder / FOLDER_MARK, {"metadata": records.Optional(records.METADATA)})
    metadata: dict[str, Any] = about.get("metadata") or {}
    return metadata


def read_counts(folder: Path, words: list[str]) -> NDArray[np.int64] | None:
    """Give (words,) counts, None in a folder without them."""
    return sidecars.counts_in(folder / _COUNTS, folder, words)

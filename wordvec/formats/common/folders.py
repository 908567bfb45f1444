"""Files shared by the folder formats of other programs: our mark with the metadata, and counts."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.files import FOLDER_MARK, records
from wordvec.formats.common import sidecars
from wordvec.formats.common.plain import Plain

_COUNTS = "counts.txt"


def write_about(plain: Plain, folder: Path, kind: str) -> None:
    """Write metadata and counts. The metadata file also marks the folder as written by wordvec."""
    sidecars.write_json({"kind": kind, "metadata": plain.metadata}, folder / FOLDER_MARK)
    if plain.counts is not None:
        sidecars.write_counts(plain, folder / _COUNTS)


def read_metadata(folder: Path) -> dict[str, Any]:
    """Return the metadata of a folder. They are empty for a folder of another program.

    Raises
    ------
    InputError
        If the metadata are damaged.
    """
    if not (folder / FOLDER_MARK).is_file():
        return {}
    about = records.read(folder / FOLDER_MARK, {"metadata": records.Optional(records.METADATA)})
    metadata: dict[str, Any] = about.get("metadata") or {}
    return metadata


def read_counts(folder: Path, words: list[str]) -> NDArray[np.int64] | None:
    """Return the (words,) int64 array of counts, or None if the folder has no counts."""
    return sidecars.counts_in(folder / _COUNTS, folder, words)

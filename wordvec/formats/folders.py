"""What folders of vectors for other programs share: our mark, the metadata in it, and counts."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError
from wordvec.files import FOLDER_MARK
from wordvec.formats import Plain, sidecars

_COUNTS = "counts.txt"
LARGEST_JSON = 1 << 30


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
    metadata = read_json(folder / FOLDER_MARK).get("metadata", {})
    if not isinstance(metadata, dict):
        raise InputError(f"{folder / FOLDER_MARK}: damaged")
    return metadata


def read_counts(folder: Path, words: list[str]) -> NDArray[np.int64] | None:
    """Give (words,) counts, None in a folder without them."""
    return sidecars.counts_in(folder / _COUNTS, folder, words)


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object.

    Raises
    ------
    InputError
        If it is missing, damaged or something else.
    """
    try:
        if path.stat().st_size > LARGEST_JSON:
            raise InputError(f"{path}: larger than {LARGEST_JSON >> 20} MB, and is not read")
        return sidecars.parsed(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise InputError(f"{path}: damaged ({error})") from error

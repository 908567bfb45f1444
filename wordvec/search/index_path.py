"""The path of an index, beside its vectors; a module of its own, because most vectors have no index to import for."""

from pathlib import Path

ENDING = ".index"


def path_beside(vectors: Path) -> Path:
    """Return the path of the index of a folder of vectors."""
    return vectors.with_name(vectors.name + ENDING)

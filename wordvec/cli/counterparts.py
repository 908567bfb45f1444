"""The target that aligned vectors are compared with: the given file, or the one written beside the aligned vectors."""

from pathlib import Path
from typing import TYPE_CHECKING

from wordvec.cli.output import note

if TYPE_CHECKING:
    from wordvec.vectors import Vectors


def counterpart(path: Path, source: "Vectors", given: Path, target: "Vectors", limit: int | None) -> "Vectors":
    """Return the target, or the file beside the source in which `wordvec align` wrote the target in the common space.

    Parameters
    ----------
    path, source
        The aligned vectors.
    given, target
        The target that the user named.
    limit
        Number of most frequent words to read; None for all.
    """
    from wordvec.alignment.guards import last_alignment
    from wordvec.errors import WordvecError
    from wordvec.vectors import Vectors

    own = last_alignment(source)
    if own is None or own.get("side") != "source" or last_alignment(target) is not None:
        return target
    name = own.get("beside")
    if not own.get("moves_target") or not isinstance(name, str) or Path(name).name != name:
        return target
    beside = path.with_name(name)
    try:
        moved = Vectors.load(beside, limit=limit, contexts=False)
    except WordvecError:
        return target
    if moved.words != target.words:
        return target
    note(f"{path}: was aligned in a common space; {beside}, which is {given} in that space, is used instead of it")
    return moved

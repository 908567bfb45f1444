"""Vector files mapped into another space, in blocks, so that neither file has to fit in memory."""

from pathlib import Path
from typing import NamedTuple

from wordvec import formats
from wordvec.alignment.mapping import Mapping
from wordvec.alignment.side import Side
from wordvec.errors import InputError
from wordvec.files import workspace
from wordvec.formats.common.reading import Reading, Scratch
from wordvec.workers import available_memory


class Mapped(NamedTuple):
    """Number of words written, and of words in which white space was replaced."""

    words: int
    respelt: int


def map_file(
    mapping: Mapping,
    vectors: Path,
    output: Path,
    *,
    side: str = "source",
    overwrite: bool = False,
    memory: int | None = None,
    spaces: str = "refuse",
) -> Mapped:
    """Read a vector file, map its rows and write the result; neither file has to fit in memory.

    Parameters
    ----------
    mapping, vectors, output
        The mapping, the vector file, and the file to write.
    side
        Side of the mapping that the vectors belong to: ``source`` or ``target``.
    overwrite
        Whether to replace existing files.
    memory
        Bytes for matrices in memory; default: half of the free memory. Larger matrices go to files beside `output`.
    spaces
        Treatment of white space in words; see `formats.save`.

    Raises
    ------
    InputError, OutputError, SettingsError
        As for reading and writing, and if the vectors have another dim or are not finite.
    """
    formats.check_output(output, overwrite)
    moving: Side = mapping.side(side)
    with workspace(output) as folder:
        allocate = Scratch(folder, available_memory() // 2 if memory is None else memory).allocate
        plain = formats.load(vectors, reading=Reading(allocate=allocate, contexts=False))
        respelt = formats.check_words(plain.words, output, spaces=spaces)
        try:
            moved = moving.change(plain, allocate, **mapping.step(side))
        except InputError as error:
            raise InputError(f"{vectors}: {error}") from error
        formats.save(moved, output, overwrite=overwrite, spaces=spaces)
    return Mapped(len(moved.words), respelt)

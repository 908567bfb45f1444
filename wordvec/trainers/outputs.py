"""The files that a training run writes: checks before the work, and the writing."""

import dataclasses
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from wordvec import files, formats
from wordvec.errors import OutputError, SettingsError
from wordvec.formats.common import compressed

if TYPE_CHECKING:
    from wordvec.vectors import Vectors

_BYTES_OF_NUMBER = 12
"""Length of a number in a text file, about."""


@dataclasses.dataclass(frozen=True)
class Outputs:
    """Results of a run.

    Attributes
    ----------
    output, contexts
        Files of the vectors and of the output matrix; None for no output matrix.
    log
        File of the progress reports, which must not be overwritten by a result.
    overwrite
        Whether existing results are replaced.
    """

    output: Path
    contexts: Path | None
    log: Path | None
    overwrite: bool

    def check(self, inputs: Sequence[Path] = ()) -> None:
        """Fail where a result could not be written, or would be written over an input or another result.

        Raises
        ------
        OutputError
            If a folder is missing or not writable, or a result exists and `overwrite` is false.
        SettingsError
            If two results have one name, or a result has the name of an input.
        """
        written = {path.resolve(): self.output for path in formats.outputs(self.output)}
        formats.check_output(self.output, self.overwrite)
        if self.contexts is not None:
            formats.check_output(self.contexts, self.overwrite)
            names = {path.resolve(): self.contexts for path in formats.outputs(self.contexts)}
            if written.keys() & names.keys():
                raise SettingsError(
                    f"{self.contexts}: has a name that {self.output} needs; choose another", setting="contexts"
                )
            written |= names
        if self.log is not None:
            written[self.log.resolve()] = self.log
        for path in inputs:
            if path.resolve() in written:
                raise SettingsError(f"{written[path.resolve()]}: would be written over {path}; choose another name")

    def check_words(self, words: Sequence[str], dim: int) -> None:
        """Fail before training if a file cannot hold one of the words, or the disk has no room for the vectors.

        Raises
        ------
        InputError
            If a format cannot hold a word.
        OutputError
            If the disk has no room.
        """
        for output in filter(None, (self.output, self.contexts)):
            formats.check_words(words, output)
        self._check_space(len(words), dim)

    def save(self, vectors: "Vectors") -> None:
        """Write the vectors and the output matrix, both or neither."""
        with files.together(self.output):
            if self.contexts is not None and vectors.contexts is not None:
                vectors.contexts.save(self.contexts, overwrite=self.overwrite)
            vectors.save(self.output, overwrite=self.overwrite)

    def _check_space(self, words: int, dim: int) -> None:
        if compressed.without_extension(self.output.name) != self.output.name:
            return
        free = shutil.disk_usage(self.output.parent).free
        needed = words * (dim + 1) * _BYTES_OF_NUMBER * (1 if self.contexts is None else 2)
        if needed > free:
            raise OutputError(
                f"{self.output}: needs about {needed / 1e6:,.0f} MB of disk, and {free / 1e6:,.0f} MB are free"
            )

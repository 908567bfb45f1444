"""The files that a training run writes: checks before the work, and the writing."""

import dataclasses
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from wordvec import files, formats
from wordvec.errors import OutputError, SettingsError
from wordvec.formats.common import compressed, sidecars
from wordvec.senses.files import listed_senses, senses_path, write_senses
from wordvec.softmax.files import check_name
from wordvec.trainers.paragraphs.result import DocumentVectors
from wordvec.trainers.paragraphs.rows import check_names
from wordvec.trainers.senses.result import SenseVectors

if TYPE_CHECKING:
    from wordvec.vectors import Vectors

_BYTES_OF_FLOAT = 4
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
    nodes
        Whether the output matrix has rows of the inner nodes of a tree.
    table
        Name of the class of the result's n-grams, of `wordvec.subwords`; None without n-grams.
    documents
        Whether the vectors are those of documents, with a model for inference.
    words
        File of the word vectors beside those of documents; None for none.
    has_codes
        Whether documents have codes beside real vectors.
    senses
        Whether the vectors are those of senses, with a model that disambiguates words and a list of senses.
    """

    output: Path
    contexts: Path | None
    log: Path | None
    overwrite: bool
    table: str | None = None
    nodes: bool = False
    documents: bool = False
    words: Path | None = None
    has_codes: bool = False
    senses: bool = False

    @property
    def codes(self) -> Path | None:
        """Folder of the codes beside real vectors of documents, ``a.codes.vectors`` for ``a.vec``; None without any."""
        return codes_beside(self.output) if self.has_codes else None

    @property
    def list_of_senses(self) -> Path | None:
        """File of the senses of words, such as ``a.senses.tsv`` for ``a.vec``; None for other vectors."""
        return senses_path(self.output) if self.senses else None

    @property
    def model(self) -> Path | None:
        """File of the vectors with their n-grams, such as ``a.fasttext.bin`` for ``a.vec``; None if `output` is one.

        Of documents: the folder of the model for inference, ``a.model.vectors``. Of senses: that of the model that
        disambiguates words.
        """
        if self.documents or self.senses:
            return _beside(self.output, ".model.vectors")
        if self.table is None or self.table in formats.FORMATS[formats.output_format(self.output)].subwords:
            return None
        extension = next(format.extension for format in formats.FORMATS.values() if self.table in format.subwords)
        return self.output.with_name(sidecars.names(self.output).metadata.stem + extension)

    def check(self, inputs: Sequence[Path] = ()) -> None:
        """Fail where a result could not be written, or would be written over an input or another result.

        Raises
        ------
        OutputError
            If a folder is missing or not writable, or a result exists and `overwrite` is false.
        SettingsError
            If two results have one name, a result has the name of an input, or the name of the inner nodes does not end
            in ``.npz``.
        """
        if self.nodes and self.contexts is not None:
            check_name(self.contexts, "contexts")
        written: dict[Path, Path] = {}
        for output, setting in (
            (self.output, "output"),
            (self.model, "output"),
            (self.codes, "output"),
            (self.contexts, "contexts"),
            (self.words, "words"),
        ):
            if output is None:
                continue
            formats.check_output(output, self.overwrite)
            names = {path.resolve(): output for path in formats.outputs(output)}
            if written.keys() & names.keys():
                raise SettingsError(f"{output}: has a name that {self.output} needs; choose another", setting=setting)
            written |= names
        if self.list_of_senses is not None:
            files.check_output(self.list_of_senses, self.overwrite)
            written[self.list_of_senses.resolve()] = self.list_of_senses
        if self.log is not None:
            if self.log.resolve() in written:
                raise SettingsError(f"{self.log}: is the name of two results; choose another", setting="log")
            written[self.log.resolve()] = self.log
        for path in inputs:
            if path.resolve() in written:
                raise SettingsError(f"{written[path.resolve()]}: would be written over {path}; choose another name")

    def check_words(self, words: Sequence[str], dim: int, buckets: int = 0) -> None:
        """Fail before training if a file cannot hold one of the words, or the disk has no room for the vectors.

        Parameters
        ----------
        words, dim
            Words of the result and their dim.
        buckets
            Number of rows of n-grams that are written.

        Raises
        ------
        InputError
            If a format cannot hold a word.
        OutputError
            If the disk has no room.
        """
        model = None if self.documents or self.senses else self.model
        for output in filter(None, (self.output, model, None if self.nodes else self.contexts)):
            if self.documents:
                check_names(words, output)
            else:
                formats.check_words(() if self._is_table(output) else words, output)
        self._check_space(len(words), dim, buckets)

    def save(self, vectors: "Vectors") -> None:
        """Write the vectors, the output matrix and the n-grams, all or none."""
        with files.together(self.output):
            if isinstance(vectors, DocumentVectors):
                self._save_documents(vectors)
                return
            if isinstance(vectors, SenseVectors):
                self._save_senses(vectors)
                return
            if self.contexts is not None and vectors.contexts is not None:
                vectors.contexts.save(self.contexts, overwrite=self.overwrite)
            if self.contexts is not None and vectors.softmax is not None:
                vectors.softmax.save(self.contexts, overwrite=self.overwrite)
            for output in filter(None, (self.model, self.output)):
                written = _only_ngrams(vectors) if self._is_table(output) else vectors
                written.save(output, overwrite=self.overwrite)

    def _save_documents(self, vectors: "DocumentVectors") -> None:
        """Write the vectors of documents, those of words, and the model for inference."""
        assert self.model is not None
        assert vectors.model is not None
        vectors.model.save(self.model, self.overwrite)
        if self.words is not None:
            words = vectors.model.words
            type(words)(words.words, words.matrix, words.counts, words.metadata).save(self.words, self.overwrite)
        if self.codes is not None and vectors.codes is not None:
            vectors.codes.save(self.codes, self.overwrite)
        vectors.save(self.output, self.overwrite)

    def _save_senses(self, vectors: SenseVectors) -> None:
        """Write the vectors of senses, their list, and the model that disambiguates words."""
        assert self.model is not None
        assert self.list_of_senses is not None
        assert vectors.model is not None
        vectors.model.save(self.model, self.overwrite)
        vectors.save(self.output, self.overwrite)
        write_senses(listed_senses(vectors, vectors.contexts_of), self.list_of_senses, self.overwrite)

    def _is_table(self, output: Path) -> bool:
        """Return whether a file gets the table of n-grams alone."""
        return self.table == "Floret" and formats.output_format(output) == "floret"

    def _check_space(self, words: int, dim: int, buckets: int) -> None:
        if compressed.without_extension(self.output.name) != self.output.name:
            return
        free = shutil.disk_usage(self.output.parent).free
        needed = words * (dim + 1) * _BYTES_OF_NUMBER * (1 if self.contexts is None else 2)
        needed += buckets * dim * (_BYTES_OF_NUMBER if self.table == "Floret" else _BYTES_OF_FLOAT)
        if needed > free:
            raise OutputError(
                f"{self.output}: needs about {needed / 1e6:,.0f} MB of disk, and {free / 1e6:,.0f} MB are free"
            )


def codes_beside(output: Path) -> Path:
    """Return the folder of the codes of documents whose real vectors are in a file."""
    return _beside(output, ".codes.vectors")


def _beside(output: Path, ending: str) -> Path:
    """Return the file beside the vectors of documents with another ending than that of their format."""
    extension = formats.FORMATS[formats.output_format(output)].extension
    return output.with_name(sidecars.names(output).metadata.stem.removesuffix(extension) + ending)


def _only_ngrams(vectors: "Vectors") -> "Vectors":
    """Return the table of n-grams without words."""
    return type(vectors)([], vectors.matrix[:0], None, vectors.metadata, subwords=vectors.subwords)

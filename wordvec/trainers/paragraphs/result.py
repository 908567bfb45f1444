"""The results of paragraph vectors: vectors of documents, and the model that infers those of new ones."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from wordvec.codecs.coded import Coded
from wordvec.corpora.alike import WORDS, check_text_of
from wordvec.corpora.settings import READ
from wordvec.errors import InputError
from wordvec.provenance import with_step
from wordvec.rows import Floats
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag

if TYPE_CHECKING:
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.trainers.paragraphs.trainer import ParagraphVectors

_ENCODED = ("tokenizer", "normalize", "lowercase", "max_sentence")


class DocumentVectors(Vectors):
    """Vectors of documents, by their names.

    Attributes
    ----------
    model : ParagraphInference
        Word vectors and output matrix, from which vectors of new documents are inferred.
    codes : Vectors
        Codes of bits of the same documents, where they were trained beside real vectors; otherwise None.
    """

    def __init__(
        self,
        words: Iterable[str],
        matrix: ArrayLike | Coded,
        counts: ArrayLike | None = None,
        metadata: dict[str, Any] | None = None,
        *others: Any,
        model: "ParagraphInference | None" = None,
        codes: Vectors | None = None,
        **more: Any,
    ) -> None:
        super().__init__(list(words), matrix, counts, metadata, *others, **more)
        self.model, self.codes = model, codes


class ParagraphInference:
    """Infers vectors of new documents with word vectors and an output matrix that stay as they are.

    The vector of a text is a function of its known words alone: the same at every call, in any company and with any
    number of threads.

    Parameters
    ----------
    words
        Word vectors with `contexts`, counts and the metadata of their training by `ParagraphVectors`.

    Raises
    ------
    InputError
        If they are not the result of paragraph vectors, or have no contexts.
    """

    def __init__(self, words: Vectors) -> None:
        self.words = words
        metadata = words.metadata
        is_model = metadata.get("method") == "paragraphs" and metadata.get("matrix") == "words"
        if not is_model or not isinstance(metadata.get("settings"), dict):
            raise InputError("not a model of paragraph vectors; use the OUT.model.vectors of wordvec train paragraphs")
        if words.contexts is None or words.counts is None:
            raise InputError("a model of paragraph vectors without its output matrix or counts; train again")
        self._check_shapes()

    @classmethod
    def load(cls, path: str | Path) -> "ParagraphInference":
        """Read a model: the folder ``OUT.model.vectors``.

        Raises
        ------
        InputError
            If it is missing or damaged, or not a model of paragraph vectors.
        """
        words = Vectors.load(path)
        try:
            return cls(words)
        except InputError as error:
            raise InputError(f"{path}: {error}") from error

    def save(self, path: str | Path, overwrite: bool = False) -> None:
        """Write the model as a ``.vectors`` folder, which other commands read as word vectors.

        Raises
        ------
        OutputError
            If it cannot be written, or exists and `overwrite` is false.
        """
        self.words.save(path, overwrite, format="vectors")

    @property
    def trainer(self) -> "ParagraphVectors":
        """Trainer with the settings of the training."""
        from wordvec.trainers.paragraphs.trainer import ParagraphVectors

        settings = {name: value for name, value in self.words.metadata["settings"].items() if name != "loss"}
        try:
            return ParagraphVectors(**settings)
        except TypeError as error:
            raise InputError(f"a model with unknown settings ({error}); use the version that trained it") from error

    def _check_shapes(self) -> None:
        """Fail if the matrices do not have the shapes of the settings, which the kernels trust."""
        trainer, projection = self.trainer, self.words.projection
        wanted = (trainer.dim, trainer.bits) if trainer.has_projection else None
        if self.words.dim != trainer.columns or (None if projection is None else projection.shape) != wanted:
            raise InputError("a model of paragraph vectors whose matrices do not fit its settings; train again")

    @property
    def encoding(self) -> dict[str, Any]:
        """Settings with which the training text was encoded and read, as keywords of `EncodedCorpus.from_text`."""
        # Restrictions of the vocabulary are those of the trained words; kept fields are of the training text.
        names = {*_ENCODED, "sentence", "documents", "format", *READ} - {"keep_fields"}
        return {name: value for name, value in self.recorded.items() if name in names}

    @property
    def recorded(self) -> dict[str, Any]:
        """All recorded settings of encoding of the training text."""
        return dict(self.words.metadata.get("corpus", {}).get("settings", {}))

    def infer(
        self,
        documents: "EncodedCorpus | Iterable[str] | Iterable[tuple[str, str]]",
        *,
        epochs: int | None = None,
        threads: int | None = None,
        progress: Progress | None = None,
        stop: StopFlag | None = None,
    ) -> DocumentVectors:
        """Return the vectors of new documents.

        Parameters
        ----------
        documents
            Texts, which are named 1, 2, ...; tuples of a name and a text; or an encoded corpus, whose documents are
            used. Texts are encoded as the training text was.
        epochs
            Passes over each document; default: those of the training.
        threads
            Number of threads; default: all processors. The result does not depend on it.
        progress, stop
            Receiver of progress reports, and the flag that stops the work.

        Returns
        -------
        DocumentVectors
            A row for each document; zeros for a document without known words. With `bits` the rows are codes, or have
            `codes` beside them.

        Raises
        ------
        InputError
            If two documents have the same name, or words of an encoded corpus are others than those of the training
            text by its settings.
        Interrupted
            If `stop` was set.
        """
        from wordvec.corpora.encoded import EncodedCorpus
        from wordvec.trainers.paragraphs.inference import infer

        options: dict[str, Any] = {"epochs": epochs, "threads": threads, "progress": progress, "stop": stop}
        if isinstance(documents, EncodedCorpus):
            check_text_of(str(documents.folder), documents, self.words.metadata, WORDS)
            return infer(self, documents, **options)
        texts: list[tuple[Any, ...]] = [
            (str(number), text) if isinstance(text, str) else tuple(text) for number, text in enumerate(documents, 1)
        ]
        if not any(text.strip() for _, text in texts):
            return self.inferred([name for name, _ in texts], np.zeros((len(texts), self.trainer.dim), np.float32))
        # Texts in memory are not read from files, and their sentences end at line ends.
        encoding = {name: value for name, value in self.encoding.items() if name in _ENCODED}
        with EncodedCorpus.from_documents(texts, threads=threads, **encoding) as corpus:
            return infer(self, corpus, **options)

    def inferred(self, names: list[str], rows: Floats) -> DocumentVectors:
        """Return the vectors of new documents from their rows."""
        about = {name: self.words.metadata[name] for name in ("method", "settings")}
        return self.result(names, rows, with_step(about, "infer"))

    def result(self, names: list[str], rows: Floats, metadata: dict[str, Any]) -> DocumentVectors:
        """Return documents with their rows, which may be padded, or with the codes that follow from them."""
        trainer = self.trainer
        if trainer.bits is None:
            return DocumentVectors(names, rows[:, : trainer.dim], metadata=metadata, model=self)
        from wordvec.trainers.paragraphs.codes import codes_of

        bits = codes_of(rows, trainer.dim, self.words.projection)
        if not trainer.has_projection:
            return DocumentVectors(names, bits, metadata=metadata, model=self)
        codes = Vectors(names, bits, metadata=metadata | {"matrix": "codes"})
        return DocumentVectors(names, rows[:, : trainer.dim], metadata=metadata, model=self, codes=codes)

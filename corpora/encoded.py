"""A text as token ids on disk: encoded once, and read by every method and epoch at memory speed.

``ids.npy``
    (tokens,) uint32: id of each token of the text.
``offsets.npy``
    (sentences + 1,) int64: beginning of each sentence, and the end of the last.
``vocabulary.txt``
    ``word count`` lines by falling count, ties by bytes; a word's id is its line.
``documents.npy``, ``labels.npy``, ``label_starts.npy``
    First sentence, name and kept fields of each document: see `wordvec.corpora.document_table`.
``meta.json``
    Settings, sources, sizes, what was dropped or changed, the digest of the ids, offsets, beginnings of documents and
    words, and that of the names and fields.

Folders of version 1 have no documents; their sources are read as documents.
"""

import dataclasses
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from wordvec import arguments
from wordvec.corpora import document_table
from wordvec.corpora.automatic import resolved
from wordvec.corpora.batches import Batch, text_batches
from wordvec.corpora.checked_blocks import checked_blocks
from wordvec.corpora.document_table import Documents, of_sources
from wordvec.corpora.encoding import IDS, KIND, OFFSETS, Encoder
from wordvec.corpora.folder import META, FolderKind, MappedFolder, chunk_digests, digest
from wordvec.corpora.readers import sources
from wordvec.corpora.reading import AUTO
from wordvec.corpora.records import RecordCounts
from wordvec.corpora.sentence_batches import GIVEN, SENTENCES, document_sentences, sentence_batches
from wordvec.corpora.settings import READ, EncodingSettings
from wordvec.corpora.trained import RenumberedIds, TrainedText, ids_of, trained_words
from wordvec.errors import InputError, SettingsError
from wordvec.files import records
from wordvec.workers import Progress, StopFlag, thread_count


class EncodedCorpus(MappedFolder):
    """The tokens of a text as ids, memory-mapped.

    Attributes
    ----------
    folder : Path
        Path of the folder.
    ids : (tokens,) uint32
        Id of each token; ``len(vocabulary)`` for unknown words, which only `max_words` or a given vocabulary produce.
    offsets : (sentences + 1,) int64
        Beginning of each sentence, and the end of the last.
    documents : Documents
        First sentence, name and kept fields of each document.
    vocabulary : Vocabulary
        The words, by falling frequency.
    meta : dict
        Contents of ``meta.json``: settings, sources, sizes, what was dropped or changed, digest.

    Examples
    --------
    >>> with EncodedCorpus.from_sentences(["the cat sat", ["the", "dog"]]) as corpus:
    ...     corpus.ids.tolist(), corpus.offsets.tolist(), corpus.vocabulary.words
    ([0, 1, 3, 0, 2], [0, 3, 5], ['the', 'cat', 'dog', 'sat'])
    """

    kind: ClassVar[FolderKind] = KIND
    _arrays: ClassVar[tuple[str, ...]] = ("ids", "offsets", "documents")
    ids: NDArray[np.uint32]
    offsets: NDArray[np.int64]
    documents: Documents

    def _shapes(self) -> dict[str, tuple[DTypeLike, int]]:
        text = {IDS: (np.uint32, self.meta["tokens"]), OFFSETS: (np.int64, self.meta["sentences"] + 1)}
        return text | ({} if self.meta["version"] == 1 else document_table.shapes(self.meta))

    def _is_sound(self, arrays: list[NDArray[Any]], words: NDArray[np.uint8], threads: int | None) -> bool:
        labels = [chunk_digests(each, threads) for each in arrays[3:]]
        sound = not labels or digest(labels) == self.meta["label_digest"]
        return sound and super()._is_sound(arrays[:3], words, threads)

    def _take(self, arrays: list[NDArray[Any]]) -> None:
        self.ids, self.offsets = arrays[:2]
        if arrays[2:]:
            self.documents = Documents(arrays[2], arrays[3], arrays[4], self.meta["fields"])
        else:
            sources = self.meta["sources"]
            self.documents = of_sources(sources["names"], sources["first_sentences"], self.meta["sentences"])

    def _check_meta(self) -> None:
        if self.meta["version"] != 1:
            try:
                records.check(self.meta, document_table.META, "")
            except ValueError as error:
                raise self.kind.damaged(self.folder, f"{META}: {error}") from error
            documents = self.meta["sources"].get("first_documents") or []
            if documents != sorted(documents) or max(documents, default=0) > self.meta["documents"]:
                raise self.kind.damaged(self.folder, "the first documents of the sources are not in order")
        begins = self.meta["sources"]["first_sentences"]
        if begins != sorted(begins) or max(begins, default=0) > self.meta["sentences"]:
            raise self.kind.damaged(self.folder, "the first sentences of the sources are not in order")

    @classmethod
    def from_text(
        cls,
        paths: str | Path | Sequence[str | Path],
        folder: str | Path | None = None,
        *,
        threads: int | None = None,
        overwrite: bool = False,
        progress: Progress | None = None,
        stop: StopFlag | None = None,
        **settings: Any,
    ) -> "EncodedCorpus":
        """Encode files, folders, patterns or ``-`` for standard input.

        Parameters
        ----------
        paths
            Files of text; see `wordvec.corpora.readers.sources`.
        folder
            Output folder; None: a temporary folder that exists as long as the corpus.
        threads
            Number of threads; None: all processors. The result does not depend on it.
        overwrite
            Whether an existing `folder` is replaced.
        progress
            Progress reports.
        stop
            Flag that stops the work, checked between blocks.
        **settings
            Fields of `wordvec.corpora.settings.EncodingSettings`.

        Raises
        ------
        InputError
            If there is no text, or a file cannot be read or is not text.
        SettingsError
            If a setting is out of range.
        OutputError
            If the folder cannot be written.
        MemoryLimitError
            If there are too many different words; set `max_words`.
        Interrupted
            If `stop` was set; no output remains.
        """
        chosen = EncodingSettings.of(**settings)
        found = sources(paths)
        records = RecordCounts()
        batches = text_batches((source.name, checked_blocks(source, chosen, records)) for source in found)
        text = _Text(batches, [source.name for source in found], records)
        return cls._encode(text, chosen, folder, threads, overwrite, progress, stop)

    @classmethod
    def from_sentences(
        cls,
        sentences: Iterable[list[str] | tuple[str, ...] | str],
        folder: str | Path | None = None,
        *,
        threads: int | None = None,
        overwrite: bool = False,
        progress: Progress | None = None,
        stop: StopFlag | None = None,
        **settings: Any,
    ) -> "EncodedCorpus":
        """Encode sentences: lists of tokens, which are not tokenised again, or strings.

        Parameters and errors are those of `from_text`. A token of a list that contains white space is an InputError.
        The iterable is read once and not held in memory.
        """
        chosen = _settings_of_sentences(settings, keep_fields=None)
        if isinstance(sentences, str):
            raise InputError("from_sentences takes many sentences, not one string; from_text reads files")
        if not isinstance(sentences, Iterable) or getattr(sentences, "ndim", 1) == 0:
            call = "EncodedCorpus.from_text(path) for files"
            arguments.wrong("sentences", sentences, "an iterable of sentences", call)
        text = _Text(sentence_batches(sentences), [SENTENCES], RecordCounts())
        return cls._encode(text, chosen, folder, threads, overwrite, progress, stop)

    @classmethod
    def from_documents(
        cls,
        documents: Iterable[tuple[Any, ...]],
        folder: str | Path | None = None,
        *,
        threads: int | None = None,
        overwrite: bool = False,
        progress: Progress | None = None,
        stop: StopFlag | None = None,
        **settings: Any,
    ) -> "EncodedCorpus":
        """Encode documents: tuples of a name, a text and, if fields are kept, a mapping of these.

        The text is a string, of which each line is a sentence, or an iterable of sentences as for `from_sentences`. The
        values of the fields are strings or numbers. The other parameters and errors are those of `from_text`.

        Examples
        --------
        >>> speeches = [("opening", "so help me god", {"year": 1801}), ("reply", [["hear", "hear"]], {"year": 1802})]
        >>> with EncodedCorpus.from_documents(speeches, keep_fields=["year"]) as corpus:
        ...     list(corpus.documents.names), list(corpus.documents.values("year"))
        (['opening', 'reply'], ['1801', '1802'])
        """
        chosen = _settings_of_sentences(settings, keep_fields=settings.get("keep_fields"))
        iterable = isinstance(documents, Iterable) and getattr(documents, "ndim", 1) > 0
        if isinstance(documents, str | Mapping) or not iterable:
            arguments.wrong("documents", documents, "an iterable of (name, text)", "EncodedCorpus.from_text(path)")
        sentences = document_sentences(documents, chosen.labelling)
        text = _Text(sentence_batches(sentences, None), [GIVEN], RecordCounts())
        return cls._encode(text, chosen, folder, threads, overwrite, progress, stop)

    @classmethod
    def _encode(
        cls,
        text: "_Text",
        settings: EncodingSettings,
        folder: str | Path | None,
        threads: int | None,
        overwrite: bool,
        progress: Progress | None,
        stop: StopFlag | None,
    ) -> "EncodedCorpus":
        threads = thread_count(threads)
        progress = progress or Progress()
        stop = StopFlag() if stop is None else stop  # a flag that is not set is false

        def write(unfinished: Path) -> None:
            progress.begin("encoding", None, "B")
            try:
                encoder = Encoder(unfinished, settings, text.names, text.records)
                encoder.encode(text.batches, threads, progress, stop)
            finally:
                progress.end()

        return cls.make(folder, overwrite, write)

    @property
    def keep_words(self) -> list[str]:
        """The words of the setting `keep_words`, normalised."""
        return self.meta["settings"].get("keep_words") or []

    @property
    def digest(self) -> str:
        """Digest of the files and, if there are words to keep, of these."""
        files, words = super().digest, self.keep_words
        return hashlib.sha256("\0".join([files, *words]).encode()).hexdigest() if words else files

    def trained(self, min_count: int) -> TrainedText:
        """Return the words that occur `min_count` times or are kept in any case, and the tokens in their ids."""
        words = trained_words(self.vocabulary, min_count, ids_of(self.keep_words, self.vocabulary))
        ids = RenumberedIds(self.ids, words.numbers) if len(words.numbers) else self.ids
        return TrainedText(words.vocabulary, ids, self.offsets, self.documents)

    def __repr__(self) -> str:
        return f"<EncodedCorpus of {self.meta['tokens']:,} tokens, {len(self.vocabulary):,} words in {self.folder}>"


def common_tokenizer(texts: Mapping[str, str | Path], **settings: Any) -> tuple[str, str]:
    """Return the automatic tokenizer of texts that are encoded alike, and a line if it is ``words``.

    It is ``words`` if any of the texts begins with raw text.

    Parameters
    ----------
    texts
        Path of each text (a file, folder or pattern) by name.
    **settings
        Fields of `wordvec.corpora.settings.EncodingSettings`.

    Raises
    ------
    InputError
        As for `EncodedCorpus.from_text`.
    """
    chosen = EncodingSettings.of(**settings | {"tokenizer": None})
    for name, path in texts.items():
        records = RecordCounts()
        blocks = ((one.name, checked_blocks(one, chosen, records)) for one in sources(path))
        found = resolved(text_batches(blocks), chosen)
        if found.settings.tokenizer != "whitespace":
            return str(found.settings.tokenizer), found.line.replace("the text", name)
    return "whitespace", ""


def _settings_of_sentences(settings: dict[str, Any], keep_fields: Any) -> EncodingSettings:
    """Return the settings of text that is not in files; `keep_fields` is the permitted value of this setting."""
    chosen = EncodingSettings.of(**settings)
    usual = dataclasses.replace(AUTO, labelling=chosen.labelling)
    labels = chosen.name_field, chosen.keep_fields
    if chosen.sentence != "line" or chosen.reading != usual or labels != (None, keep_fields):
        names = ", ".join(map(repr, ("sentence", "documents", "format", *READ)))
        raise SettingsError(
            f"sentences that are given one by one have none of the settings {names} (from_documents keeps fields)"
        )
    return chosen


class _Text(NamedTuple):
    """Input of the encoder."""

    batches: Iterator[Batch]
    names: list[str]  # of the sources
    records: RecordCounts  # counted while batches are read

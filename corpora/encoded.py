"""A text as token ids on disk: made once, read by every method and epoch at memory speed.

``ids.npy``
    (tokens,) uint32, the id of each token of the text.
``offsets.npy``
    (sentences + 1,) int64, where each sentence begins, and where the last ends.
``vocabulary.txt``
    ``word count`` lines by falling count, ties by bytes; a word's id is its line.
``meta.json``
    Settings, sources, sizes, what was dropped or changed, and the digest of the other three.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from wordvec import arguments
from wordvec.corpora.batches import Batch, invalid_sequences, sentence_batches, text_batches
from wordvec.corpora.encoding import IDS, KIND, OFFSETS, Encoder
from wordvec.corpora.folder import Kind, Stored
from wordvec.corpora.jsonl import Records
from wordvec.corpora.readers import Source, blocks, sources
from wordvec.corpora.settings import EncodingSettings
from wordvec.errors import InputError, SettingsError
from wordvec.workers import Progress, StopFlag, thread_count

_HEAD = 1 << 16
_MOST_INVALID, _FEW_INVALID = 0.005, 16
"""Of the bytes of the first 64 KiB; more, and more than a few, means another encoding, not damage."""


class EncodedCorpus(Stored):
    """The tokens of a text as ids, memory-mapped.

    Attributes
    ----------
    folder : Path
        Where it is.
    ids : (tokens,) uint32
        The id of each token; ``len(vocabulary)`` for the unknown, which only `max_words` or a given vocabulary make.
    offsets : (sentences + 1,) int64
        Where each sentence begins, and where the last ends.
    vocabulary : Vocabulary
        The words, by falling frequency.
    meta : dict
        Settings, sources, sizes, what was dropped or changed, digest: what ``meta.json`` holds.

    Examples
    --------
    >>> with EncodedCorpus.from_sentences(["the cat sat", ["the", "dog"]]) as corpus:
    ...     corpus.ids.tolist(), corpus.offsets.tolist(), corpus.vocabulary.words
    ([0, 1, 3, 0, 2], [0, 3, 5], ['the', 'cat', 'dog', 'sat'])
    """

    kind: ClassVar[Kind] = KIND
    _arrays: ClassVar[tuple[str, ...]] = ("ids", "offsets")
    ids: NDArray[np.uint32]
    offsets: NDArray[np.int64]

    def _shapes(self) -> dict[str, tuple[DTypeLike, int]]:
        return {IDS: (np.uint32, self.meta["tokens"]), OFFSETS: (np.int64, self.meta["sentences"] + 1)}

    def _take(self, arrays: list[NDArray[Any]]) -> None:
        self.ids, self.offsets = arrays

    def _check_meta(self) -> None:
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
            Where the text is; see `wordvec.corpora.readers.sources`.
        folder
            Where the corpus shall be; None for a temporary folder that lives as long as the corpus.
        threads
            How many to use; None for all processors. The result does not depend on it.
        overwrite
            Whether a `folder` that exists is replaced.
        progress
            Where to show how far the work has come.
        stop
            Asked between blocks whether to stop.
        **settings
            See `wordvec.corpora.settings.EncodingSettings`.

        Raises
        ------
        InputError
            If there is no text, or it cannot be read or is not text.
        SettingsError
            If a setting makes no sense.
        OutputError
            If the folder cannot be written.
        MemoryLimitError
            If there are too many different words; `max_words` helps.
        Interrupted
            If `stop` was set; nothing is left.
        """
        chosen = EncodingSettings.of(**settings)
        found = sources(paths)
        records = Records()
        batches = text_batches(_checked_blocks(source, chosen, records) for source in found)
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
        """Encode sentences: lists of tokens, taken as they are, or strings, for the tokenizer.

        Parameters and errors are those of `from_text`; a list with a token that holds white space is an InputError.
        The iterable is read once, and never held in memory.
        """
        chosen = EncodingSettings.of(**settings)
        if (chosen.sentence, chosen.field, chosen.format) != ("line", None, "auto"):
            raise SettingsError("sentences that are given one by one have no setting 'sentence', 'field' or 'format'")
        if isinstance(sentences, str):
            raise InputError("from_sentences takes many sentences, not one string; from_text reads files")
        if not isinstance(sentences, Iterable) or getattr(sentences, "ndim", 1) == 0:
            call = "EncodedCorpus.from_text(path) for files"
            arguments.wrong("sentences", sentences, "an iterable of sentences", call)
        text = _Text(sentence_batches(sentences), ["sentences"], Records())
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

        return cls._make(folder, overwrite, write)

    def __repr__(self) -> str:
        return f"<EncodedCorpus of {self.meta['tokens']:,} tokens, {len(self.vocabulary):,} words in {self.folder}>"


class _Text(NamedTuple):
    """A text on its way to the encoder."""

    batches: Iterator[Batch]
    names: list[str]  # of its sources
    records: Records  # of JSONL, counted while batches are read


def _checked_blocks(source: Source, settings: EncodingSettings, records: Records) -> Iterator[bytes]:
    """Yield a source's blocks, if the first looks like UTF-8."""
    for number, block in enumerate(blocks(source, field=settings.field, format=settings.format, records=records)):
        head = block[:_HEAD] if number == 0 else b""
        if invalid_sequences(head) > max(_FEW_INVALID, _MOST_INVALID * len(head)):
            raise InputError(
                f"{source.name}: is not UTF-8 text: convert it first (iconv -f LATIN1 -t UTF-8, or what it is in)"
            )
        yield block

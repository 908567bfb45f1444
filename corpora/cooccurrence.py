"""Co-occurrence counts: a sparse matrix on disk, counted once for all methods that use it.

``columns.npy``, ``values.npy``
    (entries,) int32 and float32: columns of each row, rising, and their values.
``begins.npy``
    (words + 1,) int64: beginning of each row in these, and the end of the last.
``vocabulary.txt``
    ``word count`` lines by falling count; the row and column of a word is its line.
``meta.json``
    Settings, sizes, the corpus, and the digest of the other files.
"""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from numpy.typing import DTypeLike, NDArray

from wordvec import arguments, clock
from wordvec.corpora.arrayfile import ArrayFile
from wordvec.corpora.count_settings import CountSettings
from wordvec.corpora.counting import BEGINS, COLUMNS, CooccurrenceCounter, CountedRows
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.folder import VOCABULARY, FolderKind, MappedFolder, as_array, chunk_digests, digest
from wordvec.corpora.npy import map_array
from wordvec.corpora.trained import TrainedText
from wordvec.errors import InputError, SettingsError
from wordvec.files import replacing
from wordvec.workers import Progress, StopFlag, available_memory, thread_count

if TYPE_CHECKING:
    from scipy.sparse import csr_array

VALUES = "values.npy"


class Cooccurrence(MappedFolder):
    """Co-occurrence counts, memory-mapped: a square sparse matrix (words, words) by rows.

    Attributes
    ----------
    folder : Path
        Path of the folder.
    indptr : (words + 1,) int64
        Beginning of each row.
    columns : (entries,) int32
        Context words of each row, rising.
    values : (entries,) float32
        Value of each entry: the sum, over all co-occurrences, of the weights of their distances.
    vocabulary : Vocabulary
        The words of rows and columns, by falling frequency.
    meta : dict
        Contents of ``meta.json``: settings, sizes, corpus, digest.

    Examples
    --------
    >>> with EncodedCorpus.from_sentences(["tea with milk", "tea with rum"]) as corpus:
    ...     with Cooccurrence.count(corpus, min_count=1, window=2) as counts:
    ...         counts.vocabulary.words, counts.matrix().toarray()[0].tolist()
    (['tea', 'with', 'milk', 'rum'], [0.0, 2.0, 0.5, 0.5])
    """

    kind: ClassVar[FolderKind] = FolderKind(
        "co-occurrence counts",
        1,
        {"words": int, "entries": int, "tokens": int, "digest": str, "settings": dict, "corpus": dict},
        "count again",
    )
    _arrays: ClassVar[tuple[str, ...]] = ("indptr", "columns", "values")
    indptr: NDArray[np.int64]
    columns: NDArray[np.int32]
    values: NDArray[np.float32]

    def _shapes(self) -> dict[str, tuple[DTypeLike, int]]:
        entries = self.meta["entries"]
        return {
            BEGINS: (np.int64, self.meta["words"] + 1),
            COLUMNS: (np.int32, entries),
            VALUES: (np.float32, entries),
        }

    def _take(self, arrays: list[NDArray[Any]]) -> None:
        self.indptr, self.columns, self.values = arrays

    @classmethod
    def count(
        cls,
        corpus: EncodedCorpus,
        folder: str | Path | None = None,
        *,
        memory: float | None = None,
        threads: int | None = None,
        overwrite: bool = False,
        progress: Progress | None = None,
        stop: StopFlag | None = None,
        **settings: Any,
    ) -> Self:
        """Count the co-occurrences of a corpus.

        Sums are exact until they are rounded to float32. Their bits do not depend on the number of threads or memory.

        Parameters
        ----------
        corpus
            Encoded text.
        folder
            Output folder; None: a temporary folder that exists as long as the object.
        memory
            Gigabytes to use, without the mapped corpus; None: the free memory. A larger corpus is counted in pieces,
            which are kept on disk until they are added.
        threads
            Number of threads; None: all processors.
        overwrite
            Whether an existing `folder` is replaced.
        progress, stop
            Progress reports, and the flag that stops the work.
        **settings
            Fields of `CountSettings`. ``min_count=5``: ignore words with fewer occurrences. ``window=10``: context
            words on either side. ``weighting="harmonic"``: weight of a context word at distance d: 1/d as in GloVe;
            ``"flat"``: 1; ``"dynamic"``: (window − d + 1)/window, the mean of skip-gram (Levy et al. 2015).
            ``direction="symmetric"``: count context words on both sides; ``"left"`` or ``"right"``: on one side only.
            ``across_sentences=False``: whether windows cross the ends of sentences. ``keep_places=False``: whether
            omitted words keep their positions; otherwise the gaps close, as in GloVe. ``sample=0``: relative frequency
            above which words are subsampled, as in skip-gram, by `seed`.

        Raises
        ------
        InputError
            If fewer than two words are frequent enough, or no two words co-occur.
        SettingsError
            If a setting is out of range.
        MemoryLimitError
            If `memory` is too small.
        OutputError
            If the folder cannot be written.
        """
        arguments.expect("corpus", corpus, EncodedCorpus)
        threads, chosen = thread_count(threads), settings_of(settings)
        text = counted_text(corpus, chosen)
        budget = available_memory() if memory is None else CountSettings.bytes_of(memory)
        progress, stop = progress or Progress(), StopFlag() if stop is None else stop
        begun = clock.now()

        def write(target: Path) -> None:
            counter = CooccurrenceCounter(text, chosen, len(text.vocabulary), target, budget, threads)
            entries = _write_rows(target, counter.count(progress, stop), counter.unit)
            check_entries(entries)
            text.vocabulary.write(target / VOCABULARY)
            write_meta(target, asdict(chosen), record_of(corpus), counter.kept, clock.now() - begun)

        return cls.make(folder, overwrite, write)

    @classmethod
    def from_glove(
        cls,
        records: str | Path,
        vocabulary: str | Path,
        folder: str | Path | None = None,
        *,
        overwrite: bool = False,
        progress: Progress | None = None,
    ) -> Self:
        """Read ``cooccurrence.bin`` (or ``.shuf.bin``) and ``vocab.txt`` of Stanford's GloVe.

        See `wordvec.corpora.glove_files.read_records`.
        """
        from wordvec.corpora.glove_files import read_records

        records, vocabulary = arguments.path("records", records), arguments.path("vocabulary", vocabulary)

        def write(target: Path) -> None:
            words, entries = read_records(records, vocabulary, progress or Progress())
            _write_rows(target, entries, 1)
            words.write(target / VOCABULARY)
            source = {"records": str(records), "vocabulary": str(vocabulary)}
            write_meta(target, {}, source, words.total, 0.0)

        return cls.make(folder, overwrite, write)

    def to_glove(self, records: str | Path, vocabulary: str | Path, overwrite: bool = False) -> None:
        """Write ``cooccurrence.bin`` and ``vocab.txt`` for Stanford's GloVe, to be shuffled by its ``shuffle``.

        Raises
        ------
        OutputError
            If a file cannot be written, or exists and `overwrite` is false.
        """
        from wordvec.corpora.glove_files import write_records

        outputs = arguments.path("records", records), arguments.path("vocabulary", vocabulary)
        with replacing(outputs[0], overwrite) as file, replacing(outputs[1], overwrite) as words:
            write_records(self.indptr, self.columns, self.values, file)
            self.vocabulary.write(words)

    def matrix(self) -> "csr_array[Any, Any]":
        """Return the counts as a sparse matrix of SciPy, (words, words) float32, without a copy where possible."""
        from scipy.sparse import csr_array

        indptr = self.indptr.astype(np.int32) if len(self.columns) < 1 << 31 else self.indptr
        shape = len(self.vocabulary), len(self.vocabulary)
        return csr_array((self.values, self.columns, indptr), shape=shape, copy=False)

    def __repr__(self) -> str:
        return f"<Cooccurrence of {len(self.vocabulary):,} words, {self.meta['entries']:,} entries in {self.folder}>"


def settings_of(settings: dict[str, Any]) -> CountSettings:
    """Return settings from keywords, with a `SettingsError` for a name that does not exist."""
    unknown = settings.keys() - CountSettings.__dataclass_fields__.keys()
    if unknown:
        raise SettingsError(f"counting has no setting {', '.join(sorted(unknown))}")
    return CountSettings(**settings)


def counted_text(corpus: EncodedCorpus, settings: CountSettings) -> TrainedText:
    """Return the words that are frequent enough or kept in any case, and the text in their ids.

    Raises
    ------
    InputError
        If these are fewer than two words.
    """
    text = corpus.trained(settings.min_count)
    if (words := len(text.vocabulary)) < 2:
        raise InputError(
            f"{words} of {len(corpus.vocabulary):,} words occur {settings.min_count} times or more, too few to count",
            advice="use a smaller {min_count}",
        )
    return text


def check_entries(entries: int) -> None:
    """Raise an InputError if there is no entry."""
    if not entries:
        raise InputError(
            "no two words co-occur in a sentence, so there is nothing to count; see --sentence, "
            "--across-sentences and --min-count"
        )


def record_of(corpus: EncodedCorpus) -> dict[str, Any]:
    """Return what the metadata of counts say about the corpus."""
    record = {"digest": corpus.digest, "tokens": len(corpus.ids), "sentences": len(corpus.offsets) - 1}
    record |= {"words": len(corpus.vocabulary)}
    return record | {key: corpus.meta.get(key) for key in ("settings", "changed")}


def _write_rows(target: Path, parts: Iterator[CountedRows], unit: int) -> int:
    """Write rows of sums, in units of 1 / `unit`; return the number of entries."""
    begins = [np.zeros(1, np.int64)]
    with ArrayFile(target / COLUMNS, np.int32) as columns, ArrayFile(target / VALUES, np.float32) as values:
        for rows in parts:
            begins.append(columns.length + rows.ends)
            columns.append(rows.columns)
            values.append((rows.sums / unit).astype(np.float32))
    with ArrayFile(target / BEGINS, np.int64) as file:
        file.append(np.concatenate(begins))
    return columns.length


def write_meta(
    target: Path,
    settings: dict[str, Any],
    corpus: dict[str, Any],
    tokens: int,
    seconds: float,
    hashes: tuple[list[bytes], list[bytes]] | None = None,
    **more: Any,
) -> None:
    """Write ``meta.json`` of counts.

    Parameters
    ----------
    target
        Folder of the counts.
    settings, corpus
        Settings of counting, and the result of `record_of`.
    tokens, seconds
        Number of tokens that entered the counts, and the duration.
    hashes
        Digests of the chunks of the columns and the values; None: they are computed.
    **more
        More fields.
    """
    content = (target / VOCABULARY).read_bytes()
    begins, columns, values = (map_array(target / name) for name in (BEGINS, COLUMNS, VALUES))
    inner = (chunk_digests(columns), chunk_digests(values)) if hashes is None else hashes
    meta = {
        "settings": settings,
        "corpus": corpus,
        "words": content.count(b"\n"),
        "entries": len(columns),
        "tokens": tokens,
        "seconds": round(seconds, 3),
        "digest": digest([chunk_digests(begins), *inner, chunk_digests(as_array(content))]),
    }
    Cooccurrence.kind.write_meta(target, meta | more)

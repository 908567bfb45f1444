"""Phrases: words that occur together more often than by chance, joined to one word.

They are found in and joined in the ids of an encoded corpus, never in text.
"""

import hashlib
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from wordvec import arguments, clock
from wordvec.corpora.count_settings import CountSettings
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.encoding import IDS, KIND, OFFSETS
from wordvec.corpora.phrases.connectors import connectors_of
from wordvec.corpora.phrases.counting import Effort
from wordvec.corpora.phrases.finding import find_phrases
from wordvec.corpora.phrases.joining import write_joined
from wordvec.corpora.phrases.settings import PhraseSettings
from wordvec.corpora.phrases.table import Phrase, connectors_in, read_table, write_table
from wordvec.corpora.phrases.text import PassText
from wordvec.corpora.phrases.writing import write_corpus
from wordvec.errors import SettingsError
from wordvec.tables import Table, Tabular
from wordvec.wording import quantity
from wordvec.workers import Progress, StopFlag, available_memory, thread_count

_SHOWN = 3
_DIGITS = 16


class Phrases(Tabular):
    """Phrases of one or more passes.

    Parameters
    ----------
    passes
        The phrases of each pass, see `wordvec.corpora.phrases.table.Phrase`.

    Examples
    --------
    >>> text = ["new york is big", "in new york", "a new car", "york is old"] * 5
    >>> with EncodedCorpus.from_sentences(text) as corpus:
    ...     phrases = Phrases.find(corpus, score="npmi", threshold=0.4)
    ...     with phrases.apply(corpus) as joined:
    ...         "new_york" in joined.vocabulary
    True
    >>> phrases.join("she left new york".split())
    ['she', 'left', 'new_york']
    """

    def __init__(self, passes: Sequence[Sequence[Phrase]]) -> None:
        self.passes = [list(phrases) for phrases in passes]
        self._connectors = [connectors_in(phrases) for phrases in self.passes]
        self._joined = [{row.words: row.phrase for row in phrases} for phrases in self.passes]

    @classmethod
    def find(
        cls,
        corpus: EncodedCorpus,
        *,
        memory: float | None = None,
        threads: int | None = None,
        workspace: str | Path | None = None,
        progress: Progress | None = None,
        stop: StopFlag | None = None,
        **settings: Any,
    ) -> "Phrases":
        """Find the phrases of a corpus.

        Parameters
        ----------
        corpus
            Encoded text.
        memory
            Gigabytes for counting, without the mapped corpus; None: the free memory. A larger corpus is counted in
            pieces, which are kept on disk.
        threads
            Number of threads; None: all processors. The result does not depend on it.
        workspace
            Folder for temporary files; None: the system's.
        progress, stop
            Progress reports, and the flag that stops the work.
        **settings
            Fields of `wordvec.corpora.phrases.settings.PhraseSettings`.

        Raises
        ------
        SettingsError
            If a setting is out of range.
        InputError
            If a file of connectors cannot be read.
        MemoryLimitError
            If `memory` is too small.
        Interrupted
            If `stop` was set.
        """
        arguments.expect("corpus", corpus, EncodedCorpus)
        unknown = settings.keys() - PhraseSettings.__dataclass_fields__.keys()
        if unknown:
            raise SettingsError(f"finding phrases has no setting {', '.join(sorted(unknown))}")
        chosen = PhraseSettings(**settings)
        progress, stop = progress or Progress(), StopFlag() if stop is None else stop
        budget = available_memory() if memory is None else CountSettings.bytes_of(memory)
        if workspace is not None:
            workspace = arguments.path("workspace", workspace)
        with tempfile.TemporaryDirectory(prefix="wordvec-", dir=workspace) as folder:
            effort = Effort(Path(folder), budget, thread_count(threads), progress, stop)
            return cls(_passes(PassText.of(corpus), chosen, effort))

    def apply(
        self,
        corpus: EncodedCorpus,
        folder: str | Path | None = None,
        *,
        threads: int | None = None,
        overwrite: bool = False,
        progress: Progress | None = None,
        stop: StopFlag | None = None,
    ) -> EncodedCorpus:
        """Write a corpus in which the phrases are joined; it has the sentences, documents and sources of `corpus`.

        It is the folder that encoding the joined text would write. A word whose tokens are all inside phrases is not in
        its vocabulary.

        Parameters
        ----------
        corpus
            Encoded text: that in which the phrases were found, or another.
        folder
            Output folder; None: a temporary folder that exists as long as the result.
        threads
            Number of threads; None: all processors. The result does not depend on it.
        overwrite
            Whether an existing `folder` is replaced.
        progress, stop
            Progress reports, and the flag that stops the work.

        Raises
        ------
        OutputError
            If the folder cannot be written.
        Interrupted
            If `stop` was set; no output remains.
        """
        arguments.expect("corpus", corpus, EncodedCorpus)

        def write(target: Path) -> None:
            self.write(corpus, target, threads=threads, progress=progress, stop=stop)

        return EncodedCorpus.make(folder, overwrite, write)

    def write(
        self,
        corpus: EncodedCorpus,
        folder: Path,
        *,
        threads: int | None = None,
        progress: Progress | None = None,
        stop: StopFlag | None = None,
    ) -> dict[str, Any]:
        """Write the files of `apply` to an empty folder; return its metadata."""
        begun, threads = clock.now(), thread_count(threads)
        stop = StopFlag() if stop is None else stop
        changed = write_corpus(folder, corpus, self.passes or [[]], threads, progress or Progress(), stop)
        record = {
            "corpus": corpus.digest,
            "phrases": [len(phrases) for phrases in self.passes],
            "tokens_joined": len(corpus.ids) - changed["tokens"],
        }
        settings = corpus.meta["settings"] | {"phrases": self._digest(corpus.meta["settings"].get("phrases"))}
        own = {"settings": settings, "phrases": record, "seconds": round(clock.now() - begun, 3)}
        meta = _kept(corpus.meta) | changed | own
        KIND.write_meta(folder, meta)
        return meta

    def _digest(self, before: str | None) -> str | None:
        """Return the digest of all phrases of a corpus; `before` is that of the corpus in which these are joined."""
        if not len(self):
            return before
        rows = [sorted((row.words, row.phrase) for row in phrases) for phrases in self.passes]
        return hashlib.sha256(json.dumps([before, rows]).encode()).hexdigest()[:_DIGITS]

    def join(self, tokens: Sequence[str]) -> list[str]:
        """Return the tokens of a sentence with the phrases joined."""
        found = arguments.words("tokens", tokens)
        for connectors, joined in zip(self._connectors, self._joined, strict=True):
            found = _join(found, connectors, joined)
        return found

    @classmethod
    def load(cls, path: str | Path) -> "Phrases":
        """Read a table that `save` wrote and people may have edited.

        Raises
        ------
        InputError
            If the file cannot be read, or a line is malformed or contradicts another.
        """
        return cls(read_table(arguments.path("path", path)))

    def save(self, path: str | Path, overwrite: bool = False) -> None:
        """Write the table: tab-separated, see `wordvec.corpora.phrases.table`.

        Raises
        ------
        OutputError
            If the file cannot be written, or exists and `overwrite` is false.
        """
        write_table(self.passes, arguments.path("path", path), overwrite)

    def table(self) -> Table:
        """Return the phrases as a table."""
        rows = []
        for number, phrases in enumerate(self.passes, 1):
            for row in phrases:
                cells = {"phrase": row.phrase, "words": " ".join(row.words), "pass": number}
                cells |= {name: getattr(row, name) for name in ("phrase_count", "first_count", "last_count", "score")}
                rows.append(cells)
        return Table(rows)

    def __len__(self) -> int:
        return sum(map(len, self.passes))

    def __repr__(self) -> str:
        return f"<Phrases: {quantity(len(self), 'phrase')} of {quantity(len(self.passes), 'pass', 'passes')}>"


def _passes(text: PassText, settings: PhraseSettings, effort: Effort) -> list[list[Phrase]]:
    """Return the phrases of each pass."""
    connectors = connectors_of(settings.connectors)
    passes = []
    for number in range(settings.passes):
        found = find_phrases(text, settings, connectors, effort)
        if number == 0 and found.with_delimiter:
            effort.progress.say(_warning(found.with_delimiter, settings.delimiter))
        passes.append(found.phrases)
        if number + 1 < settings.passes:
            paths = tuple(effort.workspace / f"{number}.{name}" for name in (IDS, OFFSETS))
            text = write_joined(text, found.phrases, (paths[0], paths[1]), effort.threads, effort.progress, effort.stop)
    return passes


def _warning(words: list[str], delimiter: str) -> str:
    shown = ", ".join(words[:_SHOWN]) + ", ..." * (len(words) > _SHOWN)
    contain = "contain" if len(words) > 1 else "contains"
    return (
        f"warning: {quantity(len(words), 'word')} of the text {contain} {delimiter!r} already ({shown}): a phrase that "
        "is spelled like one of them is the same word, and their counts are added; another --delimiter keeps them apart"
    )


def _kept(meta: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of ``meta.json`` that a corpus with phrases keeps."""
    return {name: value for name, value in meta.items() if name not in ("format", "version", "wordvec")}


def _join(tokens: list[str], connectors: frozenset[str], joined: dict[tuple[str, ...], str]) -> list[str]:
    """Return tokens with the phrases of one pass joined."""
    done: list[str] = []
    pending: list[str] = []  # a first word and the connectors after it
    for token in tokens:
        if token in connectors:
            (pending or done).append(token)
        elif pending and (phrase := joined.get((*pending, token))) is not None:
            done.append(phrase)
            pending = []
        else:
            done += pending
            pending = [token]
    return done + pending

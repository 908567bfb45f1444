"""Construction of an encoded corpus: batches are tokenised in parallel, merged in order, and renumbered at the end.

While the text is read, tokens get the provisional ids ("names") of `WordTable`, by first appearance. When all counts
are known, one parallel pass over the file replaces them by ids of falling frequency and hashes them. Only the
vocabulary is kept in memory meanwhile. The folder is the same, byte for byte, for any number of threads and any reader.
"""

import hashlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec import clock
from wordvec.corpora.advice import case_hint, punctuation_warning
from wordvec.corpora.arrayfile import ArrayFile, rewrite
from wordvec.corpora.automatic import resolved
from wordvec.corpora.batches import Batch, TokenisedBatch, encode_batch
from wordvec.corpora.entities import reference_warning
from wordvec.corpora.folder import HASHED_ELEMENTS, VOCABULARY, FolderKind, as_array, chunk_digests, digest
from wordvec.corpora.jsonl import RecordCounts
from wordvec.corpora.npy import map_array
from wordvec.corpora.renumbering import NAMES, FinalVocabulary, build_vocabulary
from wordvec.corpora.scripts import unspaced_warning
from wordvec.corpora.settings import BREAKS, EncodingSettings
from wordvec.corpora.wordtable import WordTable
from wordvec.errors import InputError
from wordvec.files.records import Optional
from wordvec.kernels.separators import CONTROLS, COUNTERS, LEADING, MARKS, NULS, RETURNS, TRAILING
from wordvec.kernels.text import Tokens
from wordvec.kernels.vocabulary import renumber_ids
from wordvec.wording import quantity
from wordvec.workers import Progress, StopFlag, ordered_map

IDS, OFFSETS = "ids.npy", "offsets.npy"
KIND = FolderKind(
    "encoded corpus",
    1,
    {
        "tokens": int,
        "sentences": int,
        "words": int,
        "digest": str,
        "sources": {"names": [str], "first_tokens": [int], "first_sentences": [int]},
        "settings": {"tokenizer": str, "normalize": object, "lowercase": object, "sentence": str},
        "changed": Optional(dict),
    },
    "encode the text again",
)

_FEW_TOKENS = 10
"""Mean tokens of a sentence below which a window of five lacks context."""


class Encoder:
    """Writes an encoded corpus.

    Parameters
    ----------
    folder
        Empty output folder.
    wanted
        Settings as the user gave them; a tokenizer of None is chosen from the first batch.
    names
        Names of the sources, in order.
    records
        Numbers of JSONL records, counted while the text is read.
    """

    def __init__(self, folder: Path, wanted: EncodingSettings, names: list[str], records: RecordCounts) -> None:
        self._begun = clock.now()
        self._folder, self._names, self._records = folder, names, records
        self._wanted = self._settings = settings = wanted
        self._given = settings.given_vocabulary()
        self._table = WordTable(settings.max_words)
        self._counters = np.zeros(COUNTERS, np.int64)
        self._bytes = self._replaced = 0
        self._last_end = self._breaks = self._cut = 0
        self._first_tokens, self._first_sentences = [0], [0]

    def encode(self, batches: Iterator[Batch], threads: int, progress: Progress, stop: StopFlag) -> None:
        """Write the folder.

        Raises
        ------
        InputError
            If the text contains no token, or none of the given vocabulary.
        MemoryLimitError
            If there are too many different words.
        Interrupted
            If the flag is set.
        """
        batches, self._settings, line = resolved(batches, self._wanted)
        if line:
            progress.say(line)
        with (
            ArrayFile(self._folder / IDS, np.uint32) as self._ids,
            ArrayFile(self._folder / OFFSETS, np.int64) as self._offsets,
        ):
            self._offsets.append(np.zeros(1, np.int64))
            work = partial(encode_batch, settings=self._settings)
            # A user's function may not be thread-safe.
            workers = 1 if self._settings.one_thread else threads
            for encoded in ordered_map(work, stop.until(batches), workers):
                self._append(encoded)
                progress.report(self._bytes)
        if not self._ids.length:
            what = "no text in its records" if self._records.read else "no token, only white space"
            raise InputError(f"{self._title}: holds {what}")
        final = build_vocabulary(self._table, self._settings, self._given, self._folder)
        digests = self._renumber(final.names, threads, stop)
        final.vocabulary.write(self._folder / VOCABULARY)
        meta = self._meta(final) | {"digest": self._digest(digests, threads)}
        for warning in meta["warnings"]:
            progress.say(f"warning: {self._title}: {warning}")
        for hint in meta["hints"]:
            progress.say(hint)
        del final  # Windows removes no file that is mapped
        (self._folder / NAMES).unlink(missing_ok=True)
        KIND.write_meta(self._folder, meta)

    @property
    def _title(self) -> str:
        first, *others = self._names
        return f"{first} and {len(others):,} more" if others else first

    def _append(self, encoded: TokenisedBatch) -> None:
        """Append a batch to the files."""
        tokens, begin = encoded.tokens, self._ids.length
        renumber_ids(tokens.ids, self._table.add(encoded.data, tokens.words))
        self._ids.append(tokens.ids)
        before = self._offsets.length - 1
        ends = self._sentence_ends(tokens, begin)
        self._offsets.append(ends)
        source_ends = tokens.source_ends + begin
        self._first_tokens += source_ends.tolist()
        self._first_sentences += (before + np.searchsorted(ends, source_ends, side="right")).tolist()
        self._bytes += encoded.size
        self._replaced += encoded.replaced
        self._counters += tokens.counters

    def _sentence_ends(self, tokens: Tokens, begin: int) -> NDArray[np.int64]:
        """Return the sentence ends of a batch whose first token is `begin`, with long sentences split."""
        ends = tokens.ends + begin
        leading, trailing = int(tokens.counters[LEADING]), int(tokens.counters[TRAILING])
        # Line ends at the end of the last batch and at the beginning of this one are counted together.
        if self._breaks < BREAKS[self._settings.sentence] <= self._breaks + leading:
            ends = np.concatenate(([begin], ends))
        continued = not len(tokens.ids) and not len(tokens.source_ends)
        self._breaks = self._breaks + trailing if continued else trailing
        ends = ends[np.diff(ends, prepend=self._last_end) > 0]
        if not len(ends):
            return ends
        starts = np.concatenate(([self._last_end], ends[:-1]))
        self._last_end = int(ends[-1])
        return self._pieces(starts, ends)

    def _pieces(self, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the ends of the pieces into which sentences are split."""
        longest = self._settings.max_sentence
        pieces = -(-(ends - starts) // longest)
        self._cut += int(np.count_nonzero(pieces > 1))
        last = np.cumsum(pieces)
        number: NDArray[np.int64] = np.arange(1, last[-1] + 1) - np.repeat(last - pieces, pieces)
        np.minimum(np.repeat(starts, pieces) + longest * number, np.repeat(ends, pieces), out=number)
        return number

    def _renumber(self, names: NDArray[np.uint32], threads: int, stop: StopFlag) -> list[bytes]:
        """Replace names by ids in the file; return the digest of each chunk."""
        path, tokens = self._folder / IDS, self._ids.length

        def renumber(begin: int) -> bytes:
            digest = hashlib.sha256()
            end = min(begin + HASHED_ELEMENTS, tokens)
            for ids in rewrite(path, np.uint32, begin, end, lambda part: renumber_ids(part, names)):
                digest.update(ids.data)
            return digest.digest()

        return list(ordered_map(renumber, stop.until(range(0, tokens, HASHED_ELEMENTS)), threads))

    def _digest(self, ids: list[bytes], threads: int) -> str:
        offsets, words = map_array(self._folder / OFFSETS), as_array((self._folder / VOCABULARY).read_bytes())
        return digest([ids, chunk_digests(offsets, threads), chunk_digests(words, threads)])

    def _meta(self, final: FinalVocabulary) -> dict[str, Any]:
        tokens, sentences, words = self._ids.length, self._offsets.length - 1, len(final.vocabulary)
        known = final.vocabulary.total
        mean = round(tokens / sentences, 2)
        changed = {
            "invalid_utf8_replaced": self._replaced,
            "nul_characters": int(self._counters[NULS]),
            "carriage_returns": int(self._counters[RETURNS]),
            "control_characters": int(self._counters[CONTROLS]),
            "byte_order_marks_removed": int(self._counters[MARKS]),
            "sentences_cut": self._cut,
            "records_skipped": self._records.skipped,
        }
        return {
            "settings": self._settings.record(),
            "bytes": self._bytes,
            "tokens": tokens,
            "words": words,
            "sentences": sentences,
            "tokens_per_sentence": mean,
            "unknown_tokens": tokens - known,
            "unknown_id": words if self._settings.restricted else None,
            "changed": changed | final.changed,
            "warnings": [
                *final.warnings,
                *_invalid_warning(self._replaced),
                *_records_warning(self._records, self._settings),
                *unspaced_warning(final.vocabulary),
                *reference_warning(final.vocabulary),
                *punctuation_warning(final.vocabulary, self._wanted),
                *_sentence_warning(mean, self._settings),
            ],
            "hints": case_hint(final.vocabulary, self._wanted),
            "seconds": round(clock.now() - self._begun, 3),
            "sources": {
                "names": self._names,
                "first_tokens": self._first_tokens[:-1],
                "first_sentences": self._first_sentences[:-1],
            },
        }


def _invalid_warning(replaced: int) -> list[str]:
    return [f"{quantity(replaced, 'sequence')} of invalid UTF-8 became U+FFFD"] if replaced else []


def _records_warning(records: RecordCounts, settings: EncodingSettings) -> list[str]:
    if not records.skipped:
        return []
    return [
        f"of {quantity(records.read, 'record')}, {records.without_field:,} without the field {settings.field!r} and "
        f"{records.empty:,} without text in it were skipped"
    ]


def _sentence_warning(mean: float, settings: EncodingSettings) -> list[str]:
    if mean >= _FEW_TOKENS:
        return []
    advice = "; if lines are wrapped, try --sentence paragraph" if settings.sentence == "line" else ""
    return [f"sentences have {mean} tokens on average, so that windows find little context{advice}"]

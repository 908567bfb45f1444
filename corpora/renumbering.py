"""The final vocabulary of a text: normalised words, restrictions, frequency order, and the final id of each token."""

import hashlib
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.arrayfile import rewrite
from wordvec.corpora.folder import HASHED_ELEMENTS
from wordvec.corpora.listed_words import KeptWords
from wordvec.corpora.normalisation import normalised_words
from wordvec.corpora.restrictions import left_out
from wordvec.corpora.settings import EncodingSettings
from wordvec.corpora.vocabulary import Vocabulary, frequency_order, pack, unpack
from wordvec.corpora.wordtable import WordTable
from wordvec.errors import InputError
from wordvec.files import reserve
from wordvec.kernels.vocabulary import renumber_ids
from wordvec.wording import quantity, some
from wordvec.workers import StopFlag, ordered_map

NAMES = "names"
"""Temporary file of the names' ids."""


class FinalVocabulary(NamedTuple):
    """The final vocabulary of a text, and the mapping of provisional to final ids."""

    vocabulary: Vocabulary
    names: NDArray[np.uint32]  # final id of each name of the table; len(vocabulary): not kept
    changed: dict[str, int]  # numbers for meta.json of what was dropped or changed
    warnings: list[str]


class _PackedWords(NamedTuple):
    packed: NDArray[np.uint8]
    starts: NDArray[np.int64]
    counts: NDArray[np.int64]


def build_vocabulary(
    table: WordTable, settings: EncodingSettings, given: Vocabulary | None, folder: Path
) -> FinalVocabulary:
    """Normalise, restrict and sort the words of a text.

    Parameters
    ----------
    table
        Words and counts of the text.
    settings
        Settings of encoding.
    given
        Only words to keep, or None.
    folder
        Folder for the file `NAMES`, if the number of names is not bounded by the vocabulary; the caller removes it.

    Raises
    ------
    InputError
        If no word is kept.
    """
    words = _PackedWords(table.packed, table.starts, table.counts)
    normalised_id = np.arange(table.words)
    changed: dict[str, int] = {}
    if settings.lowercase or settings.normalize:
        words, normalised_id, changed["words_kept_as_spelt"] = _merge_normalised(words, settings)
        changed["words_merged"] = table.words - len(words.counts)
    chosen = _chosen(words, settings, given)
    changed |= chosen.changed
    order = chosen.order
    vocabulary = Vocabulary.of(*words, order)
    rank = np.full(len(words.counts), len(order), np.uint32)
    rank[order] = np.arange(len(order))
    names = _names(table, settings, folder)
    names[:] = len(order)
    names[table.names] = rank[normalised_id]
    if settings.restricted:
        changed["words_left_out"] = len(words.counts) - len(order)
        changed["words_dropped_while_counting"] = table.dropped_words
    return FinalVocabulary(vocabulary, names, changed, [*_warnings(table), *chosen.warnings])


class _Chosen(NamedTuple):
    order: NDArray[np.int64]  # the words of the vocabulary by falling count
    changed: dict[str, int]
    warnings: list[str]


def _chosen(words: _PackedWords, settings: EncodingSettings, given: Vocabulary | None) -> _Chosen:
    """Return the words that no setting leaves out."""
    order, changed, warnings = frequency_order(*words), dict[str, int](), list[str]()
    kept_words = KeptWords(settings)
    restricted = given is not None or settings.stop_words or settings.drop_numbers
    strings = unpack(words.packed, words.starts) if restricted or len(kept_words) else []
    kept = np.zeros(len(order), np.bool_)
    if len(kept_words):
        kept = kept_words.among(strings)
        missing = kept_words.missing(strings)
        changed |= {"words_kept": int(kept.sum()), "words_to_keep_not_in_the_text": len(missing)}
        warnings += [_missing(missing)] * bool(missing)
    if given is not None:
        known = np.fromiter((word in given for word in strings), np.bool_, len(order))
        changed["given_words_not_in_the_text"] = len(given) - int(known.sum())
        order = order[(known | kept)[order]]
        if not len(order):
            raise InputError("the text holds no word of the given vocabulary: is it in the same letter case?")
    if settings.stop_words or settings.drop_numbers:
        flags, numbers = left_out(strings, words.counts, settings, kept)
        order = order[~flags[order]]
        changed |= numbers
        if not len(order):
            raise InputError("all words of the text are stop words or numbers, or not in the given vocabulary")
    if settings.max_words is not None:
        order = order[(np.arange(len(order)) < settings.max_words) | kept[order]]
    return _Chosen(order, changed, warnings)


def _missing(words: list[str]) -> str:
    does = "does" if len(words) == 1 else "do"
    return f"{quantity(len(words), 'word')} of keep_words {does} not occur in the text: {some(words)}"


def _merge_normalised(words: _PackedWords, settings: EncodingSettings) -> tuple[_PackedWords, NDArray[np.int64], int]:
    """Return the normalised words and counts, the normalised word of each word, and the number left unchanged."""
    normalised, kept = normalised_words(unpack(words.packed, words.starts), settings)
    numbers: dict[str, int] = {}
    normalised_id = np.fromiter(
        (numbers.setdefault(form, len(numbers)) for form in normalised), np.int64, len(normalised)
    )
    counts = np.zeros(len(numbers), np.int64)
    np.add.at(counts, normalised_id, words.counts)
    return _PackedWords(*pack(numbers), counts), normalised_id, kept


def _names(table: WordTable, settings: EncodingSettings, folder: Path) -> NDArray[np.uint32]:
    """Return an array for all names; in the file `NAMES` if words may have been dropped and named again."""
    if settings.max_words is None:
        return np.empty(table.names_given, np.uint32)
    path = folder / NAMES
    reserve(path, 4 * table.names_given)
    return np.asarray(np.memmap(path, np.uint32, "r+"))


def _warnings(table: WordTable) -> list[str]:
    if not table.dropped_words:
        return []
    return [
        f"rare words were dropped {table.dropped_words:,} times while counting, to hold at most "
        f"{4 * (table.max_words or 0):,} at once (max_words): counts near the cut may be low"
    ]


def renumbered(path: Path, tokens: int, names: NDArray[np.uint32], threads: int, stop: StopFlag) -> list[bytes]:
    """Replace each number in a file by ``names[number]``; return the digest of each chunk.

    Parameters
    ----------
    path, tokens
        File of an `ArrayFile` of uint32, and its length.
    names
        New number of each number.
    threads
        Number of threads.
    stop
        Flag that stops the work.

    Raises
    ------
    Interrupted
        If the flag is set.
    """

    def renumber(begin: int) -> bytes:
        digest = hashlib.sha256()
        end = min(begin + HASHED_ELEMENTS, tokens)
        for ids in rewrite(path, np.uint32, begin, end, lambda part: renumber_ids(part, names)):
            digest.update(ids.data)
        return digest.digest()

    return list(ordered_map(renumber, stop.until(range(0, tokens, HASHED_ELEMENTS)), threads))

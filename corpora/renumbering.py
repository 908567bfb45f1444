"""From the words as they stood in the text to the vocabulary: forms, restrictions, order, and every token's new id."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.normalisation import safe_forms
from wordvec.corpora.settings import EncodingSettings
from wordvec.corpora.vocabulary import Vocabulary, frequency_order, pack, unpack
from wordvec.corpora.wordtable import WordTable
from wordvec.errors import InputError
from wordvec.files import reserve

NAMES = "names"
"""Temporary file of the names' ids."""


class Lexicon(NamedTuple):
    """The vocabulary of a counted text."""

    vocabulary: Vocabulary
    names: NDArray[np.uint32]  # the id for each name the table gave, len(vocabulary) where its word is not kept
    changed: dict[str, int]  # what was dropped or changed, for meta.json
    warnings: list[str]


class _Words(NamedTuple):
    packed: NDArray[np.uint8]
    starts: NDArray[np.int64]
    counts: NDArray[np.int64]


def make_lexicon(table: WordTable, settings: EncodingSettings, given: Vocabulary | None, folder: Path) -> Lexicon:
    """Apply forms and restrictions to the words of a text, and bring them into order.

    Parameters
    ----------
    table
        The words and counts.
    settings
        What to make of them.
    given
        The only words to keep.
    folder
        Folder for the file `NAMES`, if the number of names is not bounded by the vocabulary; it is to be removed.

    Raises
    ------
    InputError
        If no word is kept.
    """
    words = _Words(table.packed, table.starts, table.counts)
    form_of = np.arange(table.words)
    changed: dict[str, int] = {}
    if settings.lowercase or settings.normalize:
        words, form_of, changed["words_kept_as_spelt"] = _merge_forms(words, settings)
        changed["words_merged"] = table.words - len(words.counts)
    order = frequency_order(*words)
    if given is not None:
        known = np.fromiter((word in given for word in unpack(words.packed, words.starts)), np.bool_, len(order))
        order = order[known[order]]
        changed["given_words_not_in_the_text"] = len(given) - len(order)
        if not len(order):
            raise InputError("the text holds no word of the given vocabulary: is it in the same letter case?")
    order = order[: settings.max_words]
    vocabulary = Vocabulary.of(*words, order)
    rank = np.full(len(words.counts), len(order), np.uint32)
    rank[order] = np.arange(len(order))
    names = _names(table, settings, folder)
    names[:] = len(order)
    names[table.names] = rank[form_of]
    if settings.restricted:
        changed["words_left_out"] = len(words.counts) - len(order)
        changed["words_dropped_while_counting"] = table.dropped_words
    return Lexicon(vocabulary, names, changed, _warnings(table))


def _merge_forms(words: _Words, settings: EncodingSettings) -> tuple[_Words, NDArray[np.int64], int]:
    """Give the forms' words and counts, the form of each word, and how many words kept their spelling."""
    forms, kept = safe_forms(unpack(words.packed, words.starts), settings)
    numbers: dict[str, int] = {}
    form_of = np.fromiter((numbers.setdefault(form, len(numbers)) for form in forms), np.int64, len(forms))
    counts = np.zeros(len(numbers), np.int64)
    np.add.at(counts, form_of, words.counts)
    return _Words(*pack(numbers), counts), form_of, kept


def _names(table: WordTable, settings: EncodingSettings, folder: Path) -> NDArray[np.uint32]:
    """Give room for all names; in a file if words were dropped and named again."""
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

"""Occurrences of words and phrases in an encoded corpus: a scan of the ids by blocks, in bounded memory.

A sample of the occurrences is uniform and without replacement: each occurrence gets a pseudo-random key, a function of
the seed and its position, and those with the smallest keys are kept. It does not depend on the blocks.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.encoded import EncodedCorpus
from wordvec.errors import InputError, SettingsError
from wordvec.representation import short
from wordvec.spelling import Spellings
from wordvec.wording import quantity
from wordvec.workers import Progress, StopFlag

BLOCK_TOKENS = 1 << 22
"""Tokens of a block."""

Numbers = NDArray[np.int64]
Phrase = tuple[int, ...]
"""Ids of successive tokens."""


class Occurrences(NamedTuple):
    """Occurrences by rising first token, (occurrences,) int64 arrays: first token, and number of tokens."""

    at: Numbers
    length: Numbers

    def __repr__(self) -> str:
        return short(self)


def phrases(corpus: EncodedCorpus, texts: Sequence[str]) -> list[Phrase]:
    """Return the ids of words, and of phrases of several words separated by blanks.

    A word that is unknown as it is written is looked up in the other Unicode normal form.

    Raises
    ------
    InputError
        If a word is not in the vocabulary.
    SettingsError
        If a text has no word.
    """
    found, unknown = [], []
    for text in texts:
        if not text.split():
            raise SettingsError(f"{text!r}: is not a word")
        ids = []
        for word in text.split():
            spellings = [word, *(unicodedata.normalize(form, word) for form in ("NFC", "NFD"))]
            known = next((spelling for spelling in spellings if spelling in corpus.vocabulary), None)
            if known is None:
                unknown.append(word)
            else:
                ids.append(corpus.vocabulary.id(known))
        found.append(tuple(ids))
    if unknown:
        hint = "".join(f"; {note}" for note in joined_notes(corpus, texts))
        hint = hint or Spellings(corpus.vocabulary.words).hint(unknown)
        raise InputError(f"{', '.join(unknown)}: not among the {len(corpus.vocabulary):,} words of the corpus{hint}")
    return list(dict.fromkeys(found))


def joined_notes(corpus: EncodedCorpus, texts: Iterable[str]) -> list[str]:
    """Return a line about each word of a corpus that joins adjacent words of a text by some sign such as ``_``.

    Occurrences of that word are not among those of the separate words.
    """
    several = [text for text in dict.fromkeys(texts) if len(text.split()) > 1]
    if not several:
        return []
    vocabulary = corpus.vocabulary
    spellings = Spellings(vocabulary.words)
    return [
        f"{' '.join(phrase)} is the word {word} of this corpus, with "
        + quantity(int(vocabulary.counts[vocabulary.id(word)]), "occurrence")
        for text in several
        for phrase, word in spellings.joined(text)
    ]


def bounds(corpus: EncodedCorpus, across: bool) -> Numbers:
    """Return the first token of each unit that no context leaves, and the number of tokens, (units + 1,) int64.

    The units are sentences, with `across` documents.
    """
    return corpus.offsets[corpus.documents.offsets] if across else corpus.offsets


def find(
    corpus: EncodedCorpus,
    wanted: Sequence[Phrase],
    units: Numbers,
    near: Sequence[Phrase] = (),
    window: int = 0,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> Iterator[tuple[Occurrences, NDArray[np.bool_]]]:
    """Yield the occurrences in each block, and whether each has an occurrence of `near` within the window.

    Parameters
    ----------
    corpus
        Encoded text.
    wanted
        Phrases.
    units
        First token of each unit, and the number of tokens, from `bounds`. Phrases and windows do not leave units.
    near
        Phrases of which one is wholly within the window, and does not overlap the occurrence; empty: none is needed.
    window
        Number of tokens on either side.
    progress, stop
        Receiver of reports, and flag that stops the work.
    """
    progress, stop = progress or Progress(), stop or StopFlag()
    tokens = len(corpus.ids)
    margin = window + max(map(len, wanted)) + max(map(len, near), default=0)
    progress.begin("searching", tokens, " tokens")
    try:
        for begin in stop.until(range(0, tokens, BLOCK_TOKENS)):
            end = min(begin + BLOCK_TOKENS, tokens)
            first = max(0, begin - margin)
            ids = corpus.ids[first : min(end + margin, tokens)]
            found = _matches(ids, wanted, begin - first, end - first, first, units)
            others = _matches(ids, near, 0, len(ids), first, units) if near else None
            yield found, _with_near(found, others, units, window)
            progress.report(end)
    finally:
        progress.end()


def _matches(
    ids: NDArray[np.uint32], wanted: Sequence[Phrase], begin: int, end: int, first: int, units: Numbers
) -> Occurrences:
    """Return the occurrences that begin between two positions of `ids`, whose first token is number `first`."""
    at, length = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for phrase in wanted:
        here = begin + np.flatnonzero(ids[begin:end] == np.uint32(phrase[0]))
        here = here[here + len(phrase) <= len(ids)]
        for number, word in enumerate(phrase[1:], 1):
            here = here[ids[here + number] == np.uint32(word)]
        here = here + first
        if len(phrase) > 1:
            here = here[here + len(phrase) <= _limits(here, units)[1]]
        at.append(here)
        length.append(np.full(len(here), len(phrase), np.int64))
    positions, lengths = np.concatenate(at), np.concatenate(length)
    order = np.lexsort((lengths, positions))
    return Occurrences(positions[order], lengths[order])


def _limits(at: Numbers, units: Numbers) -> tuple[Numbers, Numbers]:
    """Return the first token of each occurrence's unit, and of the next."""
    number = np.searchsorted(units, at, side="right")
    return units[number - 1], units[number]


def context(found: Occurrences, units: Numbers, window: int) -> tuple[Numbers, Numbers]:
    """Return the first token of each occurrence's context, and the end of its last."""
    begin, end = _limits(found.at, units)
    return np.maximum(begin, found.at - window), np.minimum(end, found.at + found.length + window)


def _with_near(found: Occurrences, others: Occurrences | None, units: Numbers, window: int) -> NDArray[np.bool_]:
    """Return whether each occurrence has one of the others in its context, beside itself."""
    result = np.full(len(found.at), others is None)
    if others is None:
        return result
    begin, end = context(found, units, window)
    for length in np.unique(others.length).tolist():
        at = others.at[others.length == length]
        for low, high in ((begin, found.at - length), (found.at + found.length, end - length)):
            result |= np.searchsorted(at, low, side="left") < np.searchsorted(at, high, side="right")
    return result


class Sample:
    """A uniform sample of occurrences that are added in blocks.

    Parameters
    ----------
    number
        Size of the sample; None: all occurrences.
    seed
        Seed of the sample.
    """

    def __init__(self, number: int | None, seed: int) -> None:
        self._number, self._seed = number, np.uint64(seed)
        self._kept = [Occurrences(np.empty(0, np.int64), np.empty(0, np.int64))]
        self.total = 0

    def add(self, found: Occurrences) -> None:
        """Add occurrences behind the earlier ones."""
        self.total += len(found.at)
        self._kept.append(found)
        if self._number is None or not len(found.at):
            return
        at, length = (np.concatenate(parts) for parts in zip(*self._kept, strict=True))
        if len(at) > self._number:
            smallest = np.argsort(_keys(at, length, self._seed), kind="stable")[: self._number]
            smallest.sort()
            at, length = at[smallest], length[smallest]
        self._kept = [Occurrences(at, length)]

    def occurrences(self) -> Occurrences:
        """Return the sample in the order of the text."""
        return Occurrences(*(np.concatenate(parts) for parts in zip(*self._kept, strict=True)))


def _keys(at: Numbers, length: Numbers, seed: np.uint64) -> NDArray[np.uint64]:
    """Return a pseudo-random key of each occurrence, (occurrences,) uint64, by SplitMix64."""
    return mixed(mixed(at.astype(np.uint64) + mixed(np.array([seed]))) + length.astype(np.uint64))


def mixed(keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return pseudo-random numbers, one for each key, by a step of SplitMix64."""
    keys = keys + np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        keys = (keys ^ (keys >> np.uint64(shift))) * np.uint64(factor)
    return keys ^ (keys >> np.uint64(31))

"""The phrases of one pass: candidates are counted and scored."""

from typing import NamedTuple

import numpy as np

from wordvec.corpora.phrases.counting import Effort, count_pairs
from wordvec.corpora.phrases.keys import SameStrings
from wordvec.corpora.phrases.prefixes import with_connectors, without_connectors
from wordvec.corpora.phrases.scores import SCORES, Counts
from wordvec.corpora.phrases.settings import PhraseSettings
from wordvec.corpora.phrases.table import Phrase
from wordvec.corpora.phrases.text import PassText
from wordvec.files.commits import remove
from wordvec.representation import short

CANDIDATES = "candidates.npy"


class Found(NamedTuple):
    """The phrases of a pass.

    Attributes
    ----------
    phrases
        By falling score.
    with_delimiter
        Words of the text that contain the delimiter already, the most frequent first.
    """

    phrases: list[Phrase]
    with_delimiter: list[str]

    def __repr__(self) -> str:
        return short(self)


def find_phrases(text: PassText, settings: PhraseSettings, connectors: frozenset[str], effort: Effort) -> Found:
    """Return the phrases of a text whose score is above the threshold.

    Raises
    ------
    MemoryLimitError
        If the memory is too small.
    Interrupted
        If the flag is set.
    """
    inside = np.fromiter((word in connectors for word in text.words), np.bool_, len(text.words))
    path = effort.workspace / CANDIDATES
    candidates = with_connectors(text, inside, path, effort.stop) if inside.any() else without_connectors(text)
    same = SameStrings(text, candidates, inside, settings.delimiter)
    pairs = count_pairs(candidates, settings.min_count, same.keep, effort)
    keys = same.keys(pairs)
    firsts = candidates.firsts()[pairs.begins]
    chosen = np.flatnonzero(keys.pairs >= settings.min_count)
    counts = Counts(
        keys.pairs[chosen],
        keys.words[firsts[chosen]],
        keys.words[pairs.lasts[chosen]],
        settings.min_count,
        keys.distinct,
        len(text.ids),
    )
    scores = SCORES[settings.score](counts)
    above = np.flatnonzero(scores > settings.limit)
    phrases = []
    for at, pair in zip(above.tolist(), chosen[above].tolist(), strict=True):
        words = [text.words[word] for word in (*candidates.parts(int(pairs.begins[pair])), int(pairs.lasts[pair]))]
        numbers = (int(counts.pairs[at]), int(counts.firsts[at]), int(counts.lasts[at]))
        phrases.append(Phrase(settings.delimiter.join(words), tuple(words), *numbers, float(scores[at])))
    phrases.sort(key=lambda row: (-(row.score or 0.0), -(row.phrase_count or 0), row.words))
    with_delimiter = [text.words[number] for number in sorted(same.joined, key=lambda one: -int(text.counts[one]))]
    del candidates, same  # Windows removes no file that is mapped
    if path.exists():
        remove(path)
    return Found(phrases, with_delimiter)

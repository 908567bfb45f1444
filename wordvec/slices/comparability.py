"""Warnings about slices that are hard to compare: little text, different layout, different words."""

import itertools
from collections.abc import Iterable, Mapping

from wordvec.corpora.encoded import EncodedCorpus

FEW_TOKENS, LAYOUT, LITTLE_OVERLAP, SEEN = 20_000, 3, 0.5, 5


def remarks(slices: Mapping[str, EncodedCorpus]) -> Iterable[str]:
    """Yield warnings, and a line about the smallest overlap of two slices.

    The quality of the alignment depends on the number of words that slices share (Bianchi et al. 2020).
    """
    lengths = {name: len(one.ids) / max(1, len(one.offsets) - 1) for name, one in slices.items()}
    short, long = min(lengths, key=lambda name: lengths[name]), max(lengths, key=lambda name: lengths[name])
    if lengths[long] > LAYOUT * lengths[short]:
        yield (
            f"warning: a sentence has {lengths[short]:.0f} tokens in {short} and {lengths[long]:.0f} in {long}: that "
            "is layout, not language, and changes the context windows; --sentence paragraph may help"
        )
    for name, one in slices.items():
        if len(one.ids) < FEW_TOKENS:
            yield f"warning: {name}: {len(one.ids):,} tokens are few, so that much random change is to be expected"
    words = {name: set(one.vocabulary.words[: one.vocabulary.cut(SEEN)]) for name, one in slices.items()}
    shares = {
        (a, b): len(words[a] & words[b]) / max(1, min(len(words[a]), len(words[b])))
        for a, b in itertools.combinations(words, 2)
    }
    a, b = min(shares, key=lambda pair: shares[pair])
    few = "warning: " if shares[a, b] < LITTLE_OVERLAP else ""
    yield f"{few}{a} and {b}, the least alike, share {100 * shares[a, b]:.0f} % of the words that occur {SEEN} times"

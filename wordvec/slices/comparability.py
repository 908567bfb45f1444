"""Warnings about slices that are hard to compare: little text, different layout, different words."""

import itertools
from collections.abc import Iterable, Mapping

from wordvec.corpora.encoded import EncodedCorpus

FEW_TOKENS, LITTLE_OVERLAP, SEEN = 20_000, 0.5, 5
LAYOUT = 0.1
"""Difference between the shares of context words that the ends of sentences cut off, from which layout matters."""
WIDER = {"line": "--sentence paragraph", "paragraph": "--sentence file"}
"""Option for longer sentences."""


def remarks(slices: Mapping[str, EncodedCorpus], window: int) -> Iterable[str]:
    """Yield warnings, and a line about the smallest overlap of two slices.

    The quality of the alignment depends on the number of words that slices share (Bianchi et al. 2020).
    """
    lengths = {name: len(one.ids) / max(1, len(one.offsets) - 1) for name, one in slices.items()}
    short, long = min(lengths, key=lambda name: lengths[name]), max(lengths, key=lambda name: lengths[name])
    lost = {name: share_cut_off(lengths[name], window) for name in (short, long)}
    if lost[short] - lost[long] > LAYOUT:
        wider = WIDER.get(slices[short].meta["settings"]["sentence"])
        yield (
            f"warning: a sentence has {lengths[short]:.0f} tokens in {short} and {lengths[long]:.0f} in {long}: that "
            f"is layout, not language, and cuts off {100 * lost[short]:.0f} and {100 * lost[long]:.0f} % of the "
            f"context words; {f'encode with {wider}' if wider else 'join the texts into fewer files'}"
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


def share_cut_off(length: float, window: int) -> float:
    """Return the share of context words that the ends of a sentence cut off.

    Of a sentence of L tokens, window·(window + 1) of 2·window·L pairs are missing, and all but L·(L − 1) if L is small.
    """
    kept = 2 * window * length - window * (window + 1) if length > window else length * (length - 1)
    return 1 - kept / (2 * window * length) if length > 0 else 0

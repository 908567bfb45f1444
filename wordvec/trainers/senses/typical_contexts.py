"""Typical contexts of senses: of a sample of each word's tokens, those in which a sense is most probable."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.encoded import EncodedCorpus
from wordvec.senses.disambiguator import Disambiguator
from wordvec.workers import Progress, StopFlag

TOKENS = 50
"""Tokens of a word in the sample, about."""
CONTEXTS = 2
"""Typical contexts of a sense."""
_SHOWN = 5
"""Tokens that are shown on either side."""
_BLOCK = 1 << 19


def typical_contexts(
    judge: Disambiguator,
    corpus: EncodedCorpus,
    numbers: NDArray[np.int64],
    window: int,
    seed: int,
    progress: Progress,
    stop: StopFlag,
) -> dict[tuple[int, int], list[str]]:
    """Return typical contexts by id of the word and number of the sense, from 0.

    Parameters
    ----------
    judge
        Disambiguator, whose words are the first ones of the corpus.
    corpus
        Encoded text.
    numbers
        (words,) number of senses of each word.
    window
        Number of tokens on either side by which senses are told apart.
    seed
        Seed of the sample.
    progress, stop
        Receiver of progress reports, and the flag that stops the work.

    Raises
    ------
    Interrupted
        If `stop` was set.
    """
    positions, words, senses, probabilities = [], [], [], []
    progress.begin("choosing contexts", len(corpus.ids), " words")
    try:
        for at in stop.until(_sampled(corpus, numbers, seed)):
            if len(at):
                centres, found, offsets = _contexts(corpus, at, window, len(numbers))
                p = judge.probabilities(centres, found, offsets)
                positions.append(at)
                words.append(centres)
                senses.append(p.argmax(1))
                probabilities.append(p.max(1))
                progress.report(int(at[-1]))
    finally:
        progress.end()
    if not positions:
        return {}
    at, word, sense = (np.concatenate(parts) for parts in (positions, words, senses))
    order = np.lexsort((at, -np.concatenate(probabilities), sense, word))
    chosen: dict[tuple[int, int], list[str]] = {}
    names = corpus.vocabulary.words
    for place in order.tolist():
        texts = chosen.setdefault((int(word[place]), int(sense[place])), [])
        if len(texts) < CONTEXTS:
            texts.append(_text(corpus, names, int(at[place])))
    return chosen


def _sampled(corpus: EncodedCorpus, numbers: NDArray[np.int64], seed: int) -> Iterator[NDArray[np.int64]]:
    """Yield positions of sampled tokens of words with several senses, by blocks."""
    shares = np.zeros(len(corpus.vocabulary) + 1)
    counts = corpus.vocabulary.counts[: len(numbers)]
    shares[: len(numbers)] = np.where(numbers > 1, TOKENS / np.maximum(counts, 1), 0)
    draw = np.random.default_rng(seed)
    for begin in range(0, len(corpus.ids), _BLOCK):
        ids = np.minimum(corpus.ids[begin : begin + _BLOCK], len(corpus.vocabulary))
        yield begin + np.flatnonzero(draw.random(len(ids)) < shares[ids])


def _contexts(
    corpus: EncodedCorpus, at: NDArray[np.int64], window: int, size: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the words at these positions, and their context words among the first `size`, with bounds."""
    sentence = np.searchsorted(corpus.offsets, at, side="right")
    begin, end = corpus.offsets[sentence - 1], corpus.offsets[sentence]
    places = at[:, None] + np.concatenate([np.arange(-window, 0), np.arange(1, window + 1)])
    inside = (places >= begin[:, None]) & (places < end[:, None])
    ids = corpus.ids[np.where(inside, places, at[:, None])].astype(np.int64)
    inside &= ids < size
    return corpus.ids[at].astype(np.int64), ids[inside], np.append(0, np.cumsum(inside.sum(1)))


def _text(corpus: EncodedCorpus, names: Sequence[str], at: int) -> str:
    """Return the tokens around a position, with the one at it in brackets."""
    sentence = int(np.searchsorted(corpus.offsets, at, side="right"))
    begin, end = (
        max(at - _SHOWN, int(corpus.offsets[sentence - 1])),
        min(at + _SHOWN + 1, int(corpus.offsets[sentence])),
    )
    ids = corpus.ids[begin:end].tolist()
    tokens = [names[number] if number < len(names) else "…" for number in ids]
    tokens[at - begin] = f"[{tokens[at - begin]}]"
    return " ".join(tokens)

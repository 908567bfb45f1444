"""CADE's recipe by gensim's own kernel: the output matrix is put back after each piece, as gensim cannot freeze it."""

from collections.abc import Callable

import numpy as np
from gensim.models import KeyedVectors, Word2Vec

PIECE_TOKENS = 10_000
Sentences = list[list[str]]
Start = Callable[[list[str]], np.ndarray]


def train_gensim(
    slices: dict[str, Sentences],
    start: Start,
    *,
    sg: int,
    dim: int,
    min_count: int,
    epochs: int,
    alpha: float,
    seed: int,
) -> dict[str, KeyedVectors]:
    """Return the vectors of each slice; `start` returns the initial rows of words, the same in every slice."""
    settings = {"vector_size": dim, "sg": sg, "negative": 10, "window": 5, "sample": 1e-3, "workers": 1, "seed": seed}
    whole = [sentence for sentences in slices.values() for sentence in sentences]
    compass = Word2Vec(whole, min_count=min_count, epochs=epochs, alpha=alpha, **settings)
    made = {}
    for name, sentences in slices.items():
        known = [[word for word in sentence if word in compass.wv] for sentence in sentences]
        model = Word2Vec(min_count=1, **settings)
        model.build_vocab(known)
        model.wv.vectors[:] = start(model.wv.index_to_key)
        frozen = compass.syn1neg[[compass.wv.key_to_index[word] for word in model.wv.index_to_key]]
        pieces = _pieces(known)
        steps = np.linspace(alpha, 1e-4, epochs * len(pieces) + 1)
        for number in range(epochs * len(pieces)):
            model.syn1neg[:] = frozen
            piece = pieces[number % len(pieces)]
            model.train(
                piece, total_examples=len(piece), epochs=1, start_alpha=steps[number], end_alpha=steps[number + 1]
            )
        made[name] = model.wv
    return made


def _pieces(sentences: Sentences) -> list[Sentences]:
    ends = np.cumsum([len(sentence) for sentence in sentences])
    cuts = np.unique(np.append(np.searchsorted(ends, np.arange(PIECE_TOKENS, ends[-1], PIECE_TOKENS)), len(sentences)))
    return [sentences[first:last] for first, last in zip([0, *cuts[:-1]], cuts, strict=True) if last > first]

"""Ranks of the words of definitions, by ridge regression and by the nearest words.

The sentence vector is SIF's, with common components of the training definitions. Ridge regression maps it to the unit
vector of the word; or it maps words to sentence vectors, and words are ranked there, which has fewer hubs since the
images of the words, not those of the queries, are shrunk towards their mean (Shigeto et al. 2015). Both rank words by
cosines about the mean of all candidates. The baselines rank them by the cosine with the sentence vector itself.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from wordvec.alignment.grounding.ridge import Ridge
from wordvec.corpora.tokenizers import get_tokenizer
from wordvec.evaluation.lookup import Lookup, unit_rows
from wordvec.evaluation.maps.definition_items import Ids, Items, without
from wordvec.evaluation.maps.ranking import ranks
from wordvec.provenance import is_folded
from wordvec.rows import Floats, present, unit_float64
from wordvec.sentences import Sentences, TokenLists
from wordvec.sentences.embedding import UNKNOWN, Embedder, Rows
from wordvec.sentences.fitting import fitted, part_of
from wordvec.sentences.texts import bags, line_block, settings_for
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag

Numbers = NDArray[np.float64]
TO_WORDS, TO_DEFINITIONS = "ridge to words", "ridge to definitions"
SIF, MEAN = "sif, no map", "mean, no map"


class Finder:
    """Methods of finding words from their definitions, on one set of vectors.

    Parameters
    ----------
    vectors, lookup
        The vectors, and the index of their words.
    items
        Definitions and candidates.
    tokenizer
        Tokenizer of the definitions.

    Attributes
    ----------
    no_word
        Number of tested definitions without a known word.
    """

    def __init__(self, vectors: Vectors, lookup: Lookup, items: Items, tokenizer: str) -> None:
        self._vectors, self._items, self.no_word = vectors, items, 0
        self._candidates = unit_rows(vectors)[lookup.rows(items.candidates)]
        settings = settings_for(vectors, tokenizer=tokenizer)
        get_tokenizer(settings.tokenizer or "words")
        block = line_block(items.definitions, settings)
        tokens, bounds = [block.words[number] for number in block.ids.tolist()], block.starts.tolist()
        self._tokens = [
            without(tokens[begin:end], word) for word, begin, end in zip(items.words, bounds, bounds[1:], strict=False)
        ]

    def ranks(self, train: Ids, tested: Ids, progress: Progress, stop: StopFlag) -> Iterator[tuple[str, Numbers]]:
        """Yield the ranks (tested,) of the right words by each method."""
        right, also = self._items.right[tested], self._items.also_right(tested)
        plain = self._embedded(self._vectors, tested)
        there = present(plain)
        self.no_word = int(np.count_nonzero(~there))
        for method, queries, candidates in self._methods(plain, train, tested):
            rows = unit_float64(queries * there[:, None]).astype(np.float32)
            yield method, ranks(rows, candidates, right, also, progress=progress, stop=stop)

    def _methods(self, plain: Numbers, train: Ids, tested: Ids) -> Iterator[tuple[str, Numbers, Floats]]:
        """Yield each method with its queries (tested, dim) and unit candidates, from plain means of definitions."""
        folded, is_mean = self._vectors, is_folded(self._vectors.metadata)
        if not is_mean:
            folded = self._fitted(train)
        sentences, texts = self._embedded(folded, tested), self._embedded(folded, train)
        known, words = present(texts), self._candidates.astype(np.float64)
        texts, defined = texts[known], words[self._items.right[train[known]]]
        yield TO_WORDS, *_about_mean(Ridge(texts).fit(defined).measured.rows(sentences), words)
        yield TO_DEFINITIONS, *_about_mean(sentences, Ridge(defined).fit(texts).measured.rows(words))
        if not is_mean:
            yield SIF, sentences, self._candidates
        yield MEAN, plain, self._candidates

    def _fitted(self, train: Ids) -> Vectors:
        """Return the words of all definitions, folded for sentences by SIF that is fitted to those for training."""
        known = Rows(self._vectors).of(list({word: None for tokens in self._tokens for word in tokens}))
        among = np.unique(known[known != UNKNOWN])
        texts = TokenLists([self._tokens[item] for item in train.tolist()])
        return fitted(Sentences(), self._vectors, texts, among=among).vectors(part_of(self._vectors, among))

    def _embedded(self, folded: Vectors, items: Ids) -> Numbers:
        return Embedder(folded).means(bags([self._tokens[item] for item in items.tolist()]))[0]


def _about_mean(queries: Numbers, candidates: Numbers) -> tuple[Numbers, Floats]:
    """Return queries and unit candidates, both about the mean of the candidates."""
    mean = candidates.mean(0)
    return queries - mean, unit_float64(candidates - mean).astype(np.float32)

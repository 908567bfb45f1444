"""Vectors of tokens out of vectors of words: the mean of all words whose tokens contain the token.

A word is tokenised as it is and capitalised, each at the beginning of a text and after a blank (OFA, Liu et al. 2023),
and counts for the tokens of all four, weighted by its frequency (WECHSEL, Minixhofer et al. 2022) or not. Vectors that
were trained on the tokens of this tokenizer need no composition.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from wordvec import arguments
from wordvec.corpora.alike import TOKENIZER_DIGEST
from wordvec.corpora.subword_tokenizers import SubwordTokenizer
from wordvec.corpora.subword_vocabulary import SubwordVocabulary
from wordvec.errors import InputError, SettingsError
from wordvec.rows import Floats, present
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag

WEIGHTINGS = ("counts", "uniform")
"""Weights of words in the vector of a token."""
_WORDS_AT_ONCE = 8_192


class TokenVectors(NamedTuple):
    """Vectors of the tokens of a vocabulary.

    Attributes
    ----------
    matrix
        (tokens, dim) float32 array; zeros without a vector.
    there
        (tokens,) bool array: which tokens have a vector.
    trained
        Whether they were trained on the tokens, and not composed.
    """

    matrix: Floats
    there: NDArray[np.bool_]
    trained: bool

    def __repr__(self) -> str:
        how = "trained" if self.trained else "composed"
        return f"TokenVectors({self.there.sum():,} of {len(self.there):,} tokens, {how})"


def token_vectors(
    vectors: Vectors,
    vocabulary: SubwordVocabulary,
    *,
    weighting: str = "counts",
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> TokenVectors:
    """Return vectors of tokens: those that were trained on text in these tokens, or composed of vectors of words.

    Parameters
    ----------
    vectors
        Vectors of tokens or of words.
    vocabulary
        Tokens; their file must be a tokenizer that the package ``tokenizers`` reads, unless vectors are of tokens.
    weighting
        ``"counts"``: words are weighted by their counts, if the vectors have any; or ``"uniform"``.

    Raises
    ------
    InputError
        If the tokenizer is damaged.
    SettingsError
        If the package ``tokenizers`` is missing.
    Interrupted
        If `stop` was set.
    """
    arguments.expect("vectors", vectors, Vectors)
    arguments.expect("vocabulary", vocabulary, SubwordVocabulary)
    if arguments.word("weighting", weighting) not in WEIGHTINGS:
        raise SettingsError(f"{weighting}: choose one of {', '.join(WEIGHTINGS)}", setting="weighting")
    check_tokenizer(vectors, vocabulary)
    if trained_on(vectors, vocabulary):
        return looked_up(vectors, vocabulary)
    return composed(vectors, vocabulary, weighting=weighting, progress=progress, stop=stop)


def trained_on(vectors: Vectors, vocabulary: SubwordVocabulary) -> bool:
    """Return whether vectors were trained on text in the tokens of a vocabulary, by their metadata."""
    return _digest(vectors) == vocabulary.digest


def check_tokenizer(vectors: Vectors, vocabulary: SubwordVocabulary) -> None:
    """Fail if vectors were trained on the tokens of another tokenizer.

    Raises
    ------
    InputError
        If they were.
    """
    if _digest(vectors) not in (None, vocabulary.digest):
        raise InputError(
            f"the vectors were trained on the tokens of another tokenizer than {vocabulary.path} (or of another "
            "version of this file)"
        )


def _digest(vectors: Vectors) -> str | None:
    """Return the digest of the tokenizer of a language model in whose tokens the vectors' text was encoded."""
    corpus = vectors.metadata.get("corpus")
    settings = corpus.get("settings") if isinstance(corpus, dict) else None
    return settings.get(TOKENIZER_DIGEST) if isinstance(settings, dict) else None


def looked_up(vectors: Vectors, vocabulary: SubwordVocabulary) -> TokenVectors:
    """Return the vectors of tokens that are words of vectors, by their spellings."""
    rows = {word: row for row, word in enumerate(vectors.words)}
    found = np.array([rows.get(word, -1) for word in vocabulary.spellings], np.int64)
    matrix = np.zeros((len(found), vectors.dim), np.float32)
    matrix[found >= 0] = vectors.matrix[found[found >= 0]]
    return TokenVectors(matrix, present(matrix), True)


def composed(
    vectors: Vectors,
    vocabulary: SubwordVocabulary,
    *,
    weighting: str = "counts",
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> TokenVectors:
    """Return the vectors of tokens as means of those of words; parameters and errors are those of `token_vectors`."""
    tokenizer, progress, stop = SubwordTokenizer(vocabulary.path), progress or Progress(), stop or StopFlag()
    there = np.flatnonzero(present(vectors.matrix))
    weighted = weighting == "counts" and vectors.counts is not None
    sums = np.zeros((len(vocabulary), vectors.dim))
    totals = np.zeros(len(vocabulary))
    progress.begin("tokenising words", len(there), " words")
    try:
        for begin in stop.until(range(0, len(there), _WORDS_AT_ONCE)):
            rows = there[begin : begin + _WORDS_AT_ONCE]
            contained = _contained(tokenizer, [vectors.words[row] for row in rows.tolist()])
            if weighted:
                assert vectors.counts is not None
                contained = contained.multiply(np.maximum(vectors.counts[rows], 1)).tocsr()
            sums += contained @ vectors.matrix[rows].astype(np.float64)
            totals += np.asarray(contained.sum(axis=1)).ravel()
            progress.report(begin + len(rows))
    finally:
        progress.end()
    # The unknown token is in the words that the tokenizer cannot spell, which say nothing of it.
    totals[list(vocabulary.special)] = 0
    matrix = np.where(totals[:, None] > 0, sums / np.maximum(totals, 1)[:, None], 0).astype(np.float32)
    return TokenVectors(matrix, present(matrix), False)


def _contained(tokenizer: SubwordTokenizer, words: list[str]) -> sparse.csr_array:
    """Return the (tokens, words) matrix that is 1 where the tokens of a word contain a token."""
    spellings = [[word, f" {word}", (upper := word[:1].upper() + word[1:]), f" {upper}"] for word in words]
    ids = iter(tokenizer.ids([text for four in spellings for text in four]))
    columns = [sorted({number for _ in four for number in next(ids)}) for four in spellings]
    lengths = np.array([len(one) for one in columns], np.int64)
    of_words = np.repeat(np.arange(len(words)), lengths)
    tokens = np.array([number for one in columns for number in one], np.int64)
    ones = np.ones(len(tokens))
    shape = (len(tokenizer.vocabulary), len(words))
    return sparse.csr_array((ones, (tokens, of_words)), shape=shape)

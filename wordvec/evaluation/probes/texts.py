"""Labelled texts, and texts as numbers: bags of words, and weighted means of words' vectors.

From vectors, a text becomes

- ``mean``: the mean of the vectors of its known words;
- ``sif``: the same, a word w weighted a / (a + p(w)) with a = 10⁻³ and p(w) its share of all tokens;
- ``sif, first removed``: of the latter, the part along the first singular direction of the training texts, uncentred,
  is taken away (Arora, Liang and Ma 2017).

A text without a known word becomes zeros. Means are multiplied by one factor that makes their components' mean square
over the training texts 1.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError
from wordvec.evaluation.datasets import read_lines
from wordvec.evaluation.lookup import MISSING
from wordvec.evaluation.probes.features import Frozen, unit_scale

LABEL = "__label__"
"""fastText's prefix of labels."""
SIF = 1e-3
"""Arora et al.'s a."""

Numbers = NDArray[np.float64]
Split = tuple[Any, Any]
"""Training texts and test texts as rows of features, dense or sparse."""


class Texts(NamedTuple):
    """Labels with the tokens of their texts, by position, and what was left out of the file."""

    labels: list[str]
    tokens: list[list[str]]
    notes: tuple[str, ...] = ()


def read_labelled(path: str | Path) -> Texts:
    """Read lines ``label text`` or ``label<TAB>text``, UTF-8 or else Latin-1; empty lines are left out.

    In files of fastText's form, ``__label__a __label__b text``, every token with that prefix is a label, and none is
    part of the text. The first label of a text counts; others, and lines without a label, are left out and counted.

    Raises
    ------
    InputError
        If the file cannot be read, a label has no text, or there is none at all.
    """
    path, texts = Path(path), Texts([], [])
    lines = [(number, line) for number, line in read_lines(path, fallback="latin-1") if line.strip()]
    prefixed = any(LABEL in line for _, line in lines[:1])
    tabs = all("\t" in line.strip() for _, line in lines)
    several = extra = unlabelled = 0
    for number, line in lines:
        labels, tokens = _labels_and_tokens(line, prefixed, tabs)
        if not labels:
            unlabelled += 1
            continue
        if not tokens:
            raise InputError(
                f"{path}, line {number}: the label {labels[0]!r} has no text; it takes a label and its text"
            )
        several += len(labels) > 1
        extra += len(labels) - 1
        texts.labels.append(labels[0])
        texts.tokens.append(tokens)
    if not texts.labels:
        raise InputError(f"{path}: holds no text; it takes lines of a label and its text")
    notes = [f"{path}: {several:,} texts with several labels; {extra:,} after the first left out"] * bool(extra)
    notes += [f"{path}: {unlabelled:,} line{'s' * (unlabelled > 1)} without {LABEL} left out"] * bool(unlabelled)
    return texts._replace(notes=tuple(notes))


def _labels_and_tokens(line: str, prefixed: bool, tabs: bool) -> tuple[list[str], list[str]]:
    if prefixed:
        every = line.split()
        labels = [token for token in every if token.startswith(LABEL)]
        return labels, [token for token in every if not token.startswith(LABEL)]
    if tabs:
        label, _, text = line.strip().partition("\t")
        return [label.strip()], text.split()
    label, *tokens = line.split()
    return [label], tokens


class Bags:
    """Training and test texts as counts of words.

    Parameters
    ----------
    train, test
        The texts.
    """

    def __init__(self, train: Texts, test: Texts) -> None:
        self.texts = train, test
        self.words = list(dict.fromkeys(token for texts in self.texts for tokens in texts.tokens for token in tokens))
        ids = {word: number for number, word in enumerate(self.words)}
        self.counts = tuple(_counted(texts, ids) for texts in self.texts)

    def known(self, frozen: Frozen) -> dict[str, Any]:
        """Give the share of test tokens that are known, and how many test texts have no known word."""
        counts = self.counts[1] @ (frozen.rows != MISSING)
        return {"coverage": float(counts.sum() / self.counts[1].sum()), "no_word": int((counts == 0).sum())}

    def mean(self, frozen: Frozen) -> Split:
        """Give the means of vectors (texts, dim)."""
        return _scaled(*self._means(frozen, np.ones(len(self.words))))

    def sif(self, frozen: Frozen, tokens: int | None) -> Iterator[tuple[str, Split]]:
        """Give the weighted means (texts, dim), by name: as they are, and without the first singular direction.

        Parameters
        ----------
        tokens
            How many the counts of the vectors are of; None to take p(w) from the training texts.
        """
        train, test = self._means(frozen, SIF / (SIF + self._shares(frozen, tokens)))
        yield "sif", _scaled(train, test)
        # The last eigenvector of XᵀX is X's first singular direction.
        direction = np.linalg.eigh(train.T @ train)[1][:, -1]
        yield (
            "sif, first removed",
            _scaled(*(means - np.outer(means @ direction, direction) for means in (train, test))),
        )

    def plain(self) -> Iterator[tuple[str, Split]]:
        """Give counts of lower-cased words, and their TF-IDF, by name."""
        from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

        train, test = (texts.tokens for texts in self.texts)
        for name, kind in (("bag of words", CountVectorizer), ("tf-idf", TfidfVectorizer)):
            vectoriser = kind(analyzer=_lower)
            yield name, (vectoriser.fit_transform(train), vectoriser.transform(test))

    def _means(self, frozen: Frozen, weights: Numbers) -> tuple[Numbers, Numbers]:
        """Give Σ weight · vector / (number of known words) of the training and of the test texts."""
        matrix = frozen.matrix() * weights[:, None]
        train, test = (
            np.asarray(counts @ matrix) / np.maximum(1, counts @ (frozen.rows != MISSING))[:, None]
            for counts in self.counts
        )
        return train, test

    def _shares(self, frozen: Frozen, tokens: int | None) -> Numbers:
        """Give p(w) (words,) of each word, 0 for those that are unknown."""
        known = frozen.rows != MISSING
        found = frozen.rows[known]
        if frozen.known.counts is not None and tokens:
            counts = frozen.known.counts
        else:
            # Words that are looked up as one, as "The" and "the", are one.
            often = np.asarray(self.counts[0].sum(0)).ravel()
            counts, tokens = np.bincount(found, often[known], len(frozen.known)), int(often.sum())
        shares = np.zeros(len(self.words))
        shares[known] = counts[found] / tokens
        return shares


def _counted(texts: Texts, ids: dict[str, int]) -> Any:
    """Give the counts (texts, words), sparse."""
    from scipy.sparse import csr_array

    bags = [Counter(tokens) for tokens in texts.tokens]
    columns = [ids[word] for bag in bags for word in bag]
    values = np.array([count for bag in bags for count in bag.values()], np.int64)
    begins = np.cumsum([0, *map(len, bags)])
    return csr_array((values, columns, begins), shape=(len(bags), len(ids)))


def _scaled(train: Numbers, test: Numbers) -> Split:
    factor = unit_scale(train)
    return train * factor, test * factor


def _lower(tokens: list[str]) -> list[str]:
    return [token.lower() for token in tokens]

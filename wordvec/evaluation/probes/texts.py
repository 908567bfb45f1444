"""Labelled texts and their features: bags of words, and weighted means of word vectors.

The features of a text from vectors are

- ``mean``: the mean of the vectors of its known words; with the policy ``zero`` of all words, those unknown zeros;
- ``sif``: the same, a word w weighted by a / (a + p(w)) with a = 10⁻³ and p(w) its share of all tokens;
- ``sif, first removed``: ``sif`` without its projection on the first singular vector of the training texts, uncentred
  (Arora, Liang and Ma 2017);
- ``usif``: weighted by a / (a/2 + p(w)), without the first five singular vectors of the training texts, each in
  proportion to its squared singular value (Ethayarajh 2018; see `wordvec.sentences`).

The features of a text without a known word are zeros. Means are multiplied by one factor by which the mean square of
their components over the training texts is 1.
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
from wordvec.representation import short
from wordvec.sentences.weights import usif

LABEL = "__label__"
"""fastText's prefix of labels."""
SIF = 1e-3
"""Arora et al.'s a."""
USIF_LENGTH, USIF_REMOVED = 11, 5
"""Ethayarajh's expected number of tokens, and number of components."""
_TESTED = 5
"""One text of so many of each label is a test text."""

Numbers = NDArray[np.float64]
Split = tuple[Any, Any]
"""Training texts and test texts as rows of features, dense or sparse."""


class Texts(NamedTuple):
    """Labels and tokens by text, and notes on what was left out of the file."""

    labels: list[str]
    tokens: list[list[str]]
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return short(self)


def read_labelled(path: str | Path) -> Texts:
    """Read lines ``label text`` or ``label<TAB>text``, in UTF-8 or else Latin-1; empty lines are left out.

    In fastText's format, ``__label__a __label__b text``, every token with that prefix is a label and not part of the
    text. The first label of a text is used; others, and lines without a label, are left out and counted.

    Raises
    ------
    InputError
        If the file cannot be read, a label has no text, or the file is empty.
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
                f"{path}, line {number}: the label {labels[0]!r} has no text; expected a label and its text"
            )
        several += len(labels) > 1
        extra += len(labels) - 1
        texts.labels.append(labels[0])
        texts.tokens.append(tokens)
    if not texts.labels:
        raise InputError(f"{path}: holds no text; expected lines of a label and its text")
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


def split_texts(path: Path, texts: Texts, seed: int) -> tuple[Texts, Texts]:
    """Return training and test texts: a random fifth of the texts of each label is for the test, rounded down.

    Raises
    ------
    InputError
        If no label has five texts.
    """
    seen: Counter[str] = Counter()
    tested = np.zeros(len(texts.labels), np.bool_)
    for at in np.random.default_rng(seed).permutation(len(tested)).tolist():
        seen[texts.labels[at]] += 1
        tested[at] = seen[texts.labels[at]] % _TESTED == 0
    if not tested.any():
        raise InputError(f"{path}: no label has {_TESTED} texts, of which one would be for the test; name a test file")
    note = f"{path}: a fifth of the texts of each label is the test, drawn with seed {seed}"
    parts = [
        Texts([texts.labels[at] for at in rows], [texts.tokens[at] for at in rows])
        for rows in (np.flatnonzero(~tested).tolist(), np.flatnonzero(tested).tolist())
    ]
    return parts[0]._replace(notes=(*texts.notes, note)), parts[1]


class Bags:
    """Bags of words of training and test texts.

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
        """Return the coverage of test tokens, and the number of test texts without a known word."""
        counts = self.counts[1] @ (frozen.rows != MISSING)
        known = float(counts.sum() / self.counts[1].sum())
        return frozen.coverage(known) | {"no_word": int((counts == 0).sum())}

    def mean(self, frozen: Frozen) -> Split:
        """Return the means of vectors (texts, dim)."""
        return _scaled(*self._means(frozen, np.ones(len(self.words))))

    def sif(self, frozen: Frozen, tokens: int | None) -> Iterator[tuple[str, Split]]:
        """Yield the weighted means (texts, dim) by name: whole, and without the first singular vector.

        Parameters
        ----------
        frozen
            Vectors of the words.
        tokens
            Number of tokens of the vectors' counts; None to take p(w) from the training texts.
        """
        train, test = self._means(frozen, SIF / (SIF + self._shares(frozen, tokens)))
        yield "sif", _scaled(train, test)
        # The last eigenvector of XᵀX is X's first right singular vector.
        direction = np.linalg.eigh(train.T @ train)[1][:, -1]
        yield (
            "sif, first removed",
            _scaled(*(means - np.outer(means @ direction, direction) for means in (train, test))),
        )

    def usif(self, frozen: Frozen, counts: NDArray[np.int64] | None) -> Split:
        """Return the means (texts, dim) weighted and without components as in uSIF.

        Parameters
        ----------
        frozen
            Vectors of the words.
        counts
            Counts of all words of the vectors; None to take p(w) from the training texts.
        """
        shares = self._shares(frozen, None if counts is None else int(counts.sum()))
        every = shares[frozen.rows != MISSING] if counts is None else counts / max(1, counts.sum())
        weights = usif(np.concatenate([every, shares]), USIF_LENGTH, len(every))[len(every) :]
        train, test = self._means(frozen, weights)
        values, directions = np.linalg.eigh(train.T @ train)
        strengths = np.maximum(values[::-1][:USIF_REMOVED], 0)
        strengths /= max(strengths.sum(), np.finfo(float).tiny)
        top = directions[:, ::-1][:, :USIF_REMOVED]
        return _scaled(*(means - (means @ top * strengths) @ top.T for means in (train, test)))

    def plain(self) -> Iterator[tuple[str, Split]]:
        """Yield the counts of lower-cased words, and their TF-IDF, by name."""
        from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

        train, test = (texts.tokens for texts in self.texts)
        for name, kind in (("bag of words", CountVectorizer), ("tf-idf", TfidfVectorizer)):
            vectoriser = kind(analyzer=_lower)
            yield name, (vectoriser.fit_transform(train), vectoriser.transform(test))

    def _means(self, frozen: Frozen, weights: Numbers) -> tuple[Numbers, Numbers]:
        """Return Σ weight · vector / (number of words that count) of the training and of the test texts."""
        matrix = frozen.matrix() * weights[:, None]
        train, test = (
            np.asarray(counts @ matrix) / np.maximum(1, counts @ frozen.counted)[:, None] for counts in self.counts
        )
        return train, test

    def _shares(self, frozen: Frozen, tokens: int | None) -> Numbers:
        """Return p(w) (words,) of each word, 0 for unknown ones."""
        known = frozen.rows != MISSING
        found = frozen.rows[known]
        if frozen.known.counts is not None and tokens:
            counts = frozen.known.counts
        else:
            # Words with the same row, such as "The" and "the", are counted together.
            often = np.asarray(self.counts[0].sum(0)).ravel()
            counts, tokens = np.bincount(found, often[known], len(frozen.known)), int(often.sum())
        shares = np.zeros(len(self.words))
        shares[known] = counts[found] / tokens
        return shares


def _counted(texts: Texts, ids: dict[str, int]) -> Any:
    """Return the sparse counts (texts, words)."""
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

"""The results of sense models: vectors of senses, and the model that disambiguates words in context."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wordvec.senses.inventory import RECORD, record
from wordvec.senses.names import free_mark, sense_name
from wordvec.vectors import Vectors


class SenseModel(Protocol):
    """A trained model that disambiguates words in context."""

    def save(self, path: str | Path, overwrite: bool = False) -> None:
        """Write the model as a ``.vectors`` folder."""
        ...


class SenseVectors(Vectors):
    """Vectors of senses: rows ``bank#1``, ``bank#2`` and so on, and the plain names of words with one sense.

    Attributes
    ----------
    model
        Model that disambiguates words in context; None where the vectors were read from a file.
    contexts_of
        Typical contexts of senses, by the names of their rows.
    """

    def __init__(
        self,
        words: Iterable[str],
        matrix: ArrayLike,
        counts: ArrayLike | None = None,
        metadata: dict[str, Any] | None = None,
        *others: Any,
        model: SenseModel | None = None,
        contexts_of: Mapping[str, Sequence[str]] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(list(words), matrix, counts, metadata, *others, **more)
        self.model = model
        self.contexts_of = dict(contexts_of or {})


class KeptSenses(NamedTuple):
    """The senses that a result has, of one word after another, by falling share.

    Attributes
    ----------
    starts
        (words + 1,) int64 array: beginnings of the senses of each word.
    senses
        Numbers of the senses in the model, from 0.
    shares
        float64 shares of the tokens of their word, which add up to 1 for each word.
    """

    starts: NDArray[np.int64]
    senses: NDArray[np.int64]
    shares: NDArray[np.float64]

    @property
    def numbers(self) -> NDArray[np.int64]:
        """(words,) number of senses of each word."""
        return np.diff(self.starts)

    @property
    def words(self) -> NDArray[np.int64]:
        """Word of each sense."""
        return np.repeat(np.arange(len(self.starts) - 1), self.numbers)


def kept_senses(shares: NDArray[np.float64], words: int, least: float) -> KeptSenses:
    """Return the senses with a share of at least `least`, and the one with the largest share in any case.

    Parameters
    ----------
    shares
        (several, K) shares of the senses of the first words; all others have one sense.
    words
        Number of words.
    least
        Smallest share.

    Examples
    --------
    >>> kept_senses(np.array([[0.04, 0.72, 0.24]]), 2, 0.05)
    KeptSenses(starts=array([0, 2, 3]), senses=array([1, 2, 0]), shares=array([0.75, 0.25, 1.  ]))
    """
    order = np.argsort(-shares, axis=1, kind="stable")
    falling = np.take_along_axis(shares, order, 1)
    kept = falling >= least
    kept[:, :1] = True
    numbers = np.ones(words, np.int64)
    numbers[: len(shares)] = kept.sum(1)
    of_kept = falling * kept
    total = of_kept.sum(1, keepdims=True)
    of_kept = np.divide(of_kept, total, out=np.ones_like(of_kept), where=total > 0)
    single = words - len(shares)
    return KeptSenses(
        np.append(0, np.cumsum(numbers)),
        np.append(order[kept], np.zeros(single, np.int64)),
        np.append(of_kept[kept], np.ones(single)),
    )


def tokens_of_senses(kept: KeptSenses, counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the expected number of tokens of each sense, rounded so that they add up to the counts of the words.

    Examples
    --------
    >>> kept = KeptSenses(np.array([0, 3]), np.arange(3), np.array([0.5, 0.25, 0.25]))
    >>> tokens_of_senses(kept, np.array([6])).tolist()
    [3, 2, 1]
    """
    words = kept.words
    exact = kept.shares * counts[words]
    tokens = np.floor(exact).astype(np.int64)
    missing = counts - np.add.reduceat(tokens, kept.starts[:-1])
    # Senses of each word by falling remainder; those before the missing number get one more.
    order = np.lexsort((tokens - exact, words))
    place = np.arange(len(words)) - kept.starts[:-1][words]
    tokens[order[place < missing[words]]] += 1
    return tokens


def names_of_senses(words: Sequence[str], kept: KeptSenses, mark: str) -> list[str]:
    """Return the names of the senses: that of the word if it has one."""
    named: list[str] = []
    for word, number in zip(words, kept.numbers.tolist(), strict=True):
        named += [word] if number == 1 else [sense_name(word, sense + 1, mark) for sense in range(number)]
    return named


def sense_vectors(
    words: Sequence[str],
    counts: NDArray[np.int64],
    kept: KeptSenses,
    rows: NDArray[np.float32],
    metadata: dict[str, Any],
    model: SenseModel | None = None,
    contexts: Mapping[tuple[int, int], Sequence[str]] = MappingProxyType({}),
) -> SenseVectors:
    """Return the vectors of senses, most tokens first.

    Parameters
    ----------
    words, counts
        Words, and numbers of their tokens.
    kept, rows
        The senses, and a vector for each of them.
    metadata
        Provenance; the record of senses is added.
    model
        Model that disambiguates words in context.
    contexts
        Typical contexts, by word and number of the sense, from 0.
    """
    mark, tokens = free_mark(words), tokens_of_senses(kept, counts)
    order = np.argsort(-tokens, kind="stable")
    names = names_of_senses(words, kept, mark)
    about = {RECORD: record(str(metadata["method"]), int((kept.numbers > 1).sum()), mark), "matrix": "senses"}
    of_names = {names[kept.starts[word] + sense]: texts for (word, sense), texts in contexts.items()}
    sorted_names = [names[row] for row in order]
    return SenseVectors(sorted_names, rows[order], tokens[order], metadata | about, model=model, contexts_of=of_names)

"""Referenced words: words that have a row of their own in each slice, in one model of all slices.

Tokens are numbered by the common vocabulary and, for the referenced words, by further numbers: one for each word and
slice, beyond those of the vocabulary. Only a model's rows of `words` have these numbers. As outputs, these tokens are
the plain words: see `Sampler.shared`.
"""

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.vocabulary import Vocabulary
from wordvec.errors import InputError
from wordvec.slices.texts import Ids, Part, Slice
from wordvec.spelling import Spellings
from wordvec.wording import some

SHOWN = 5
"""Number of words that an error names."""


@dataclasses.dataclass(frozen=True)
class References:
    """Numbers of referenced words.

    Attributes
    ----------
    words
        (referenced,) int64 array of their numbers in the vocabulary.
    size
        Size of the vocabulary.
    slices
        Number of slices.
    """

    words: NDArray[np.int64]
    size: int
    slices: int

    @property
    def rows(self) -> int:
        """Number of rows of `words`."""
        return self.size + len(self.words) * self.slices

    @property
    def shared(self) -> NDArray[np.uint32]:
        """Word of each row beyond the vocabulary, (rows - size,) uint32."""
        return np.tile(self.words, self.slices).astype(np.uint32)

    def own_rows(self, number: int) -> NDArray[np.int64]:
        """Return the row of each referenced word in the slice of a number, (referenced,) int64."""
        return self.size + number * len(self.words) + np.arange(len(self.words))

    def slice_rows(self, number: int) -> NDArray[np.int64]:
        """Return the row of each word of the vocabulary in the slice of a number, (size,) int64."""
        rows = np.arange(self.size)
        rows[self.words] = self.own_rows(number)
        return rows

    def referenced(self, text: Slice, number: int) -> Slice:
        """Return a text whose referenced words have the numbers of the slice of a number."""
        numbers = np.append(self.slice_rows(number), self.rows).astype(np.uint32)
        # Most parts share their table.
        tables: dict[int, NDArray[np.uint32]] = {}
        parts = []
        for part in text.ids.parts(0, len(text.ids)):
            if id(part.table) not in tables:
                tables[id(part.table)] = numbers[part.table]
            parts.append(Part(part.ids, tables[id(part.table)]))
        return dataclasses.replace(text, ids=Ids(parts), words=self.rows)


def find(words: Sequence[str], vocabulary: Vocabulary, texts: Sequence[Slice], min_count: int) -> References:
    """Return the numbers of words to be referenced, after checks.

    Parameters
    ----------
    words
        The words.
    vocabulary
        The common vocabulary.
    texts
        Texts of the slices.
    min_count
        Smallest count of a word in a slice.

    Raises
    ------
    InputError
        If a word is not in the vocabulary or occurs in fewer than two slices, or its name in a slice, such as
        ``climate_1990``, is also a word of the text.
    """
    _check_known(words, vocabulary)
    references = References(np.array([vocabulary.id(word) for word in words], np.int64), len(vocabulary), len(texts))
    few = [
        word
        for word, number in zip(words, references.words.tolist(), strict=True)
        if sum(text.counts[number] >= min_count for text in texts) < 2
    ]
    if few:
        often = f"{min_count} times " if min_count > 1 else ""
        raise InputError(
            f"{some(few)}: {'occurs' if len(few) == 1 else 'occur'} {often}in fewer than two slices, so that nothing "
            "can be compared; leave out of --words"
        )
    _check_names(words, vocabulary, texts)
    return references


def lacking(words: Sequence[str], vocabulary: Vocabulary, texts: Sequence[Slice], min_count: int) -> list[str]:
    """Return a line on each word that is missing in some slices, and has no vector there."""
    lines = []
    for word in words:
        number = vocabulary.id(word)
        names = [text.name for text in texts if text.counts[number] < min_count]
        if names:
            often = "does not occur" if min_count == 1 else f"occurs fewer than {min_count} times"
            lines.append(f"warning: {word}: {often} in {some(names)}; it has no vector there")
    if len(lines) > SHOWN:
        lines[SHOWN - 1 :] = [f"warning: {len(lines) - SHOWN + 1:,} more words do not occur in all slices"]
    return lines


def check_referenced(words: Sequence[str], referenced: Sequence[str]) -> None:
    """Check that words can have different vectors in different slices.

    Parameters
    ----------
    words
        Words to be compared.
    referenced
        The referenced words; empty with another method, which gives all words a vector for each slice.

    Raises
    ------
    InputError
        If there are referenced words, and one of the words is not among them.
    """
    others = [word for word in words if referenced and word not in referenced]
    if others:
        raise InputError(
            f"{some(others)}: {'has' if len(others) == 1 else 'have'} the same vector in all slices; temporal "
            "referencing compares only the --words that it was trained with"
        )


def name_of(word: str, name: str) -> str:
    """Return the name of a referenced word in a slice."""
    return f"{word}_{name}"


def _check_known(words: Sequence[str], vocabulary: Vocabulary) -> None:
    unknown = [word for word in words if word not in vocabulary]
    if not unknown:
        return
    hint = Spellings(vocabulary.words).hint(unknown[:SHOWN])
    raise InputError(
        f"{some(unknown)}: not among the {len(vocabulary):,} words of all slices together (--min-count){hint}"
    )


def _check_names(words: Sequence[str], vocabulary: Vocabulary, texts: Sequence[Slice]) -> None:
    known: dict[str, str] = {}
    for word in words:
        for text in texts:
            name = name_of(word, text.name)
            if name in vocabulary:
                raise InputError(
                    f"{name}: is a word of the text, and would be the name of {word} in slice {text.name}; rename the "
                    "slice, or leave the word out of --words"
                )
            if name in known:
                raise InputError(
                    f"{name}: would be the name of {known[name]} and of {word} in two slices; rename a slice"
                )
            known[name] = word

"""Selection of words with their vectors: lower case, word lists, the first words."""

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.normalisation import normalised_words
from wordvec.corpora.settings import EncodingSettings
from wordvec.errors import InputError
from wordvec.formats import Plain
from wordvec.formats.common import compressed
from wordvec.formats.common.reading import Allocate
from wordvec.rows import gathered, present

_LARGEST_LIST = 1 << 28  # bytes
_FIRST_FIELD = re.compile(r"^[ \t\r]*([^ \t\r\n]+)", re.MULTILINE)


def lowercased(plain: Plain, lowercase: bool | str, merge: str, allocate: Allocate) -> Plain:
    """Return the vectors of words in lower case; words that become one are merged, and sorted where counts are known.

    Contexts are left out.

    Parameters
    ----------
    plain
        Vectors; left unchanged.
    lowercase
        True or ``"turkish"``.
    merge
        ``"first"``: the row of the first of the merged words. ``"mean"``: the mean of all, weighted by counts. Rows of
        zeros are used only if there is no other.
    allocate
        Returns memory for the matrix.
    """
    lowered, _ = normalised_words(list(plain.words), EncodingSettings(lowercase=lowercase))
    numbers: dict[str, int] = {}
    groups = np.array([numbers.setdefault(word, len(numbers)) for word in lowered], np.int64)
    words = list(numbers)
    there = present(plain.matrix)
    # Within a group, rows that hold a vector come first, in their order.
    by_group = np.lexsort((~there, groups))
    begins = np.searchsorted(groups[by_group], np.arange(len(words) + 1))
    order, counts = np.arange(len(words)), None
    if plain.counts is not None:
        counts = np.zeros(len(words), np.int64)
        np.add.at(counts, groups, plain.counts)
        order = np.argsort(-counts, kind="stable")
        counts = counts[order]
    matrix = _gathered(plain.matrix, by_group[begins[:-1]][order], allocate)
    if merge == "mean":
        for row in np.flatnonzero(np.diff(begins)[order] > 1):
            group = order[row]
            members = by_group[begins[group] : begins[group + 1]]
            members = members[there[members]] if there[members].any() else members
            weights = np.ones(len(members)) if plain.counts is None else np.maximum(plain.counts[members], 1)
            matrix[row] = np.average(plain.matrix[members], 0, weights)
    return plain._replace(words=[words[group] for group in order], matrix=matrix, counts=counts, contexts=None)


def word_list(path: Path) -> list[str]:
    """Return the distinct words of a file: on each line, the text before the first blank or tab.

    Raises
    ------
    InputError
        If it cannot be read, is not UTF-8, or holds none.
    """
    with compressed.reading(path) as file:
        try:
            content = file.read(_LARGEST_LIST + 1)
            if len(content) > _LARGEST_LIST:
                raise InputError(f"{path}: larger than {_LARGEST_LIST / 1e6:.0f} MB, the limit for word lists")
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise InputError(f"{path}: not UTF-8 (byte {error.start})") from error
    # Not str.split(): words of other programs can contain other white space of Unicode.
    words = list(dict.fromkeys(_FIRST_FIELD.findall(text)))
    if not words:
        raise InputError(f"{path}: holds no words")
    return words


def chosen(plain: Plain, wanted: list[str], allocate: Allocate) -> tuple[Plain, list[str]]:
    """Return the vectors of wanted words in their old order; words that only subwords give a vector come last.

    These words have counts and contexts of zeros.

    Returns
    -------
    plain, unknown
        The vectors, and the wanted words that have none.
    """
    asked = set(wanted)
    rows = np.array([row for row, word in enumerate(plain.words) if word in asked], np.int64)
    words = [plain.words[row] for row in rows]
    known = set(words)
    others = [word for word in wanted if word not in known]
    made: list[NDArray[np.float32]] = []
    unknown = others
    if plain.subwords is not None:
        vectors = {word: plain.subwords.vector(word) for word in others}
        # A vector of zeros means that no n-gram of the word was seen.
        found = {word: vector for word, vector in vectors.items() if vector is not None and vector.any()}
        unknown = [word for word in others if word not in found]
        words += found
        made = list(found.values())
    matrix = _with_rest(plain.matrix, rows, made, allocate)
    contexts = None
    if plain.contexts is not None:
        contexts = _with_rest(plain.contexts, rows, [np.zeros_like(row) for row in made], allocate)
    counts = None
    if plain.counts is not None:
        counts = np.concatenate([plain.counts[rows], np.zeros(len(made), np.int64)])
    return plain._replace(words=words, matrix=matrix, counts=counts, contexts=contexts), unknown


def first(plain: Plain, top: int) -> Plain:
    """Return the vectors of the first words."""
    counts = None if plain.counts is None else plain.counts[:top]
    contexts = None if plain.contexts is None else plain.contexts[:top]
    return plain._replace(words=plain.words[:top], matrix=plain.matrix[:top], counts=counts, contexts=contexts)


def rows(plain: Plain, kept: NDArray[np.int64], allocate: Allocate) -> Plain:
    """Return the vectors, counts and contexts of the words of some rows."""
    counts = None if plain.counts is None else plain.counts[kept]
    matrix = _gathered(plain.matrix, kept, allocate)
    contexts = None if plain.contexts is None else _gathered(plain.contexts, kept, allocate)
    words = [plain.words[row] for row in kept]
    return plain._replace(words=words, matrix=matrix, counts=counts, contexts=contexts)


def _with_rest(
    matrix: NDArray[np.float32], rows: NDArray[np.int64], rest: list[NDArray[np.float32]], allocate: Allocate
) -> NDArray[np.float32]:
    """Return some rows of a matrix, and further rows."""
    both = allocate(Path("words"), len(rows) + len(rest), matrix.shape[1])
    gathered(matrix, rows, both[: len(rows)])
    if rest:
        both[len(rows) :] = rest
    return both


def _gathered(matrix: NDArray[np.float32], rows: NDArray[np.int64], allocate: Allocate) -> NDArray[np.float32]:
    return gathered(matrix, rows, allocate(Path("words"), len(rows), matrix.shape[1]))

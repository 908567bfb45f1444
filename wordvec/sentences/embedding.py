"""Vectors of texts: plain means of (folded) word vectors over the known tokens of each text."""

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.kernels.subword import add_rows
from wordvec.rows import Floats
from wordvec.sentences.texts import Block, Texts, bags
from wordvec.vectors import Vectors
from wordvec.vectors.lookup import in_normal_forms
from wordvec.workers import Progress, StopFlag

UNKNOWN = -1


class Embedded(NamedTuple):
    """Vectors of texts.

    Attributes
    ----------
    matrix
        (texts, dim) float32; zeros for a text without a known word.
    names
        Names of the texts, if they are wanted.
    tokens, known, composed
        Numbers of tokens: all, those of listed words, and those composed of n-grams.
    empty, unknown
        Numbers of texts without a token, and of other texts without a known word.
    """

    matrix: Floats
    names: list[str]
    tokens: int
    known: int
    composed: int
    empty: int
    unknown: int

    def __repr__(self) -> str:
        return f"Embedded({len(self.matrix)} texts, dim {self.matrix.shape[1]})"


class Rows:
    """Rows of words, in any Unicode normal form; words whose row is zeros have none."""

    def __init__(self, vectors: Vectors) -> None:
        there = vectors.present
        self._rows = {word: row for row, word in enumerate(vectors.words) if there[row]}

    def of(self, words: Sequence[str]) -> NDArray[np.int64]:
        """Return the row of each word (words,), or `UNKNOWN`."""
        return np.array([self._row(word) for word in words], np.int64).reshape(-1)

    def _row(self, word: str) -> int:
        found = self._rows.get(word)
        if found is None and not word.isascii():
            found = next((self._rows[form] for form in in_normal_forms(word) if form in self._rows), None)
        return UNKNOWN if found is None else found


class Embedder:
    """Means of the vectors of the tokens of texts.

    Parameters
    ----------
    vectors
        Word vectors, folded or not. Words that they lack are composed, if they have n-grams.
    """

    def __init__(self, vectors: Vectors) -> None:
        self.vectors, self._rows = vectors, Rows(vectors)
        self.tokens = self.known = self.composed = 0

    def means(self, block: Block) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return the means (texts, dim) of a block, and the numbers of tokens (texts,) in each."""
        rows = self._rows.of(block.words)
        sums = np.zeros((len(block.starts) - 1, self.vectors.dim))
        counts = _add(block, rows, self.vectors.matrix, sums)
        self.tokens, self.known = self.tokens + int(block.starts[-1]), self.known + int(counts.sum())
        if self.vectors.subwords is not None and (rows == UNKNOWN).any():
            lacking = np.flatnonzero(rows == UNKNOWN)
            made, found = self.vectors.compose([block.words[number] for number in lacking.tolist()])
            further = np.full(len(rows), UNKNOWN)
            further[lacking[found]] = np.flatnonzero(found)
            more = _add(block, further, made, sums)
            self.composed += int(more.sum())
            counts += more
        return sums / np.maximum(counts, 1)[:, None], counts


def _add(block: Block, rows: NDArray[np.int64], matrix: Floats, sums: NDArray[np.float64]) -> NDArray[np.int64]:
    """Add the rows of the known tokens of each text to its sum; return their numbers (texts,)."""
    numbers = rows[block.ids]
    before = np.concatenate([[0], np.cumsum(numbers != UNKNOWN)])
    starts = before[block.starts]
    if starts[-1]:
        add_rows(starts, numbers[numbers != UNKNOWN], np.ascontiguousarray(matrix), sums)
    return np.diff(starts)


def embed(vectors: Vectors, sentences: Sequence[Sequence[str]]) -> Floats:
    """Return the vectors (sentences, dim) of lists of tokens; zeros for one without a known word.

    Parameters
    ----------
    vectors
        Word vectors; those of `SentenceModel.vectors` give weighted sentence vectors without common components.
    sentences
        Tokens of each sentence.

    Examples
    --------
    >>> embed(Vectors(["hot", "tea"], [[1, 0], [0, 1]]), [["hot", "tea"], [], ["ice"]]).tolist()
    [[0.5, 0.5], [0.0, 0.0], [0.0, 0.0]]
    """
    arguments.expect("vectors", vectors, Vectors)
    means, _ = Embedder(vectors).means(bags(arguments.items("sentences", sentences, "lists of tokens")))
    return np.asarray(means, np.float32)


def embed_texts(
    vectors: Vectors,
    texts: Texts,
    *,
    scratch: Path | None = None,
    names: bool = True,
    threads: int | None = None,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> Embedded:
    """Return the vectors of texts.

    Parameters
    ----------
    vectors
        Word vectors; those of `SentenceModel.vectors` give weighted sentence vectors without common components.
    texts
        Lines or records.
    scratch
        File for the matrix, which is then mapped and may be larger than memory; default: in memory.
    names
        Whether the names of the texts are returned: the number of the line, or the value of ``name_field``.
    threads
        Number of threads; default: one for each processor.

    Raises
    ------
    InputError
        If a file cannot be read.
    Interrupted
        If `stop` was set.
    """
    progress, embedder, parts = progress or Progress(), Embedder(vectors), list[Floats]()
    labels, done, empty, unknown = list[str](), 0, 0, 0
    by_name = texts.settings.name_field is not None
    progress.begin("sentences", None, " texts")
    with contextlib.ExitStack() as stack:
        stack.callback(progress.end)
        file = stack.enter_context(scratch.open("wb")) if scratch is not None else None
        for block in (stop or StopFlag()).until(texts.blocks(threads)):
            means, counts = embedder.means(block)
            rows = means.astype(np.float32)
            parts.append(rows) if file is None else file.write(rows.tobytes())
            lengths = np.diff(block.starts)
            empty += int(np.count_nonzero(lengths == 0))
            unknown += int(np.count_nonzero((counts == 0) & (lengths > 0)))
            if names:
                width = 1 + len(texts.settings.labelling.keep_fields)
                cells = block.labels.cells()[::width] if by_name else map(str, range(done + 1, done + 1 + len(rows)))
                labels += cells
            done += len(rows)
            progress.report(done)
    if scratch is None:
        matrix = np.concatenate([np.empty((0, vectors.dim), np.float32), *parts])
    elif done:
        matrix = np.asarray(np.memmap(scratch, np.float32, "r+", shape=(done, vectors.dim)))
    else:
        matrix = np.empty((0, vectors.dim), np.float32)
    return Embedded(matrix, labels, embedder.tokens, embedder.known, embedder.composed, empty, unknown)

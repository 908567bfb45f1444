"""Text with sense marks: each token of a word with several senses gets the name of a sense, as in ``bank#2``.

Lines stay lines. A token's sense is chosen by the known words within a window in its line. Blocks of lines are
tokenised and marked in parallel, so that memory does not depend on the length of the text.
"""

import itertools
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.corpora.documents import Labels
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.errors import InputError, SettingsError
from wordvec.files import replacing
from wordvec.senses.cosines import CosineDisambiguator
from wordvec.senses.disambiguator import Disambiguator
from wordvec.senses.names import sense_name
from wordvec.sentences.texts import Block, Texts
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag, ordered_map, thread_count

WINDOW = 5
"""Default number of known words on either side."""
_TOKENS_OF_CORPUS = 1 << 20
_AT_ONCE = 1 << 16
"""Tokens whose senses are chosen in one call."""


class Marked(NamedTuple):
    """Numbers of lines and of tokens: all, and those that got a mark."""

    lines: int
    tokens: int
    marked: int


class MarkedBlock(NamedTuple):
    """Marked lines, each with its end, in UTF-8, and their numbers."""

    text: bytes
    numbers: Marked


class Marker:
    """Marks the senses of tokens.

    Parameters
    ----------
    vectors
        Vectors with senses, from which words with several senses and their names come.
    judge
        Disambiguator; default: `CosineDisambiguator`.
    window
        Largest number of known words on either side by which a sense is chosen.

    Raises
    ------
    InputError
        If the vectors have no senses.
    """

    def __init__(self, vectors: Vectors, judge: Disambiguator | None = None, window: int = WINDOW) -> None:
        if vectors.inventory is None:
            raise InputError("the vectors have no rows of senses; if words are marked (bank#2), use with_senses()")
        if arguments.whole("window", window) < 1:
            raise SettingsError(f"{window}: must be at least 1", setting="window")
        self.inventory = vectors.inventory
        self._judge: Disambiguator = judge or CosineDisambiguator(vectors)
        self._ids = {word: number for number, word in enumerate(self._judge.words)}
        self._reach = np.concatenate([np.arange(-window, 0), np.arange(1, window + 1)])

    def mark(self, block: Block) -> MarkedBlock:
        """Return the lines of a block with marks."""
        own = np.array([self._ids.get(word, -1) for word in block.words], np.int64).reshape(-1)
        several = np.array([len(self.inventory.rows_of(word)) > 1 for word in block.words], np.bool_).reshape(-1)
        judged = own[block.ids]
        known = np.flatnonzero(judged >= 0)
        starts = np.searchsorted(known, block.starts)
        wanted = np.flatnonzero(several[block.ids[known]])
        chosen = np.zeros(len(block.ids), np.int64)
        for first in range(0, len(wanted), _AT_ONCE):
            some = wanted[first : first + _AT_ONCE]
            chosen[known[some]] = 1 + self._choose(judged[known], starts, some)
        return MarkedBlock(self._text(block, chosen), Marked(len(block.starts) - 1, len(block.ids), len(wanted)))

    def _choose(self, ids: NDArray[np.int64], starts: NDArray[np.int64], at: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the senses, from 0, of some tokens among known ones, whose lines begin at `starts`."""
        line = np.searchsorted(starts, at, side="right")
        places = at[:, None] + self._reach
        inside = (places >= starts[line - 1][:, None]) & (places < starts[line][:, None])
        contexts = ids[np.where(inside, places, 0)][inside]
        offsets = np.concatenate([[0], np.cumsum(inside.sum(axis=1), dtype=np.int64)])
        return np.asarray(self._judge.probabilities(ids[at], contexts, offsets).argmax(axis=1), np.int64)

    def _text(self, block: Block, chosen: NDArray[np.int64]) -> bytes:
        """Return the lines of tokens, with the chosen senses, 0 for none."""
        codes, numbers = np.unique(block.ids * (self.inventory.most + 1) + chosen, return_inverse=True)
        texts = [self._named(block.words, *divmod(code, self.inventory.most + 1)) for code in codes.tolist()]
        tokens = [texts[number] for number in numbers.tolist()]
        bounds = block.starts.tolist()
        lines = (" ".join(tokens[begin:end]) for begin, end in itertools.pairwise(bounds))
        return "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass")

    def _named(self, words: list[str], word: int, sense: int) -> str:
        return sense_name(words[word], sense, self.inventory.mark) if sense else words[word]


def mark_senses(
    vectors: Vectors,
    texts: Texts | EncodedCorpus,
    path: str | Path,
    *,
    judge: Disambiguator | None = None,
    window: int = WINDOW,
    threads: int | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> Marked:
    """Write text whose tokens have the marks of their senses, separated by blanks, with a line for each line.

    Parameters
    ----------
    vectors
        Vectors with senses.
    texts
        Lines of text, as `Texts.of` reads them, or an encoded corpus, of which each sentence becomes a line without the
        tokens that are not in its vocabulary.
    path
        Output.
    judge
        Disambiguator, such as a trained model; default: `CosineDisambiguator`.
    window
        Largest number of known words on either side by which a sense is chosen.
    threads
        Number of threads; default: one for each processor.
    overwrite
        Whether an existing output is replaced.
    progress, stop
        Receiver of progress reports, and the flag that stops the work.

    Raises
    ------
    InputError
        If the vectors have no senses, or a text cannot be read.
    OutputError
        If the output cannot be written, or exists and `overwrite` is false.
    """
    marker, progress, stop = Marker(vectors, judge, window), progress or Progress(), stop or StopFlag()
    blocks = texts.blocks(threads, stop) if isinstance(texts, Texts) else corpus_blocks(texts)
    total = None if isinstance(texts, Texts) else len(texts.ids)
    numbers = np.zeros(3, np.int64)
    with replacing(arguments.path("path", path), overwrite) as temporary, temporary.open("wb") as file:
        progress.begin("disambiguating", total, " tokens")
        try:
            for done in stop.until(ordered_map(partial(Marker.mark, marker), blocks, thread_count(threads))):
                file.write(done.text)
                numbers += done.numbers
                progress.report(int(numbers[1]))
        finally:
            progress.end()
    return Marked(*numbers.tolist())


def corpus_blocks(corpus: EncodedCorpus) -> Iterator[Block]:
    """Yield the sentences of an encoded corpus; tokens that are not in its vocabulary are left out."""
    words, first = corpus.vocabulary.words, 0
    while first < len(corpus.offsets) - 1:
        end = int(np.searchsorted(corpus.offsets, corpus.offsets[first] + _TOKENS_OF_CORPUS, side="right")) - 1
        end = max(end, first + 1)
        bounds = corpus.offsets[first : end + 1].astype(np.int64)
        ids = corpus.ids[bounds[0] : bounds[-1]].astype(np.int64)
        known = ids < len(words)
        starts = np.concatenate([[0], np.cumsum(known)])[bounds - bounds[0]]
        distinct, numbers = np.unique(ids[known], return_inverse=True)
        yield Block(numbers.astype(np.int64), starts, [words[number] for number in distinct.tolist()], Labels())
        first = end

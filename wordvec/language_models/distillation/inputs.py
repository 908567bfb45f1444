"""The inputs of a distillation from files: words, and the teacher's vectors, which an encoder may compute."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from wordvec.corpora.lines import read_lines
from wordvec.errors import InputError, SettingsError
from wordvec.formats.common.arrays import read_npy
from wordvec.formats.common.reading import Reading
from wordvec.language_models.distillation import lexicon
from wordvec.language_models.distillation.encoder import Encoder
from wordvec.language_models.distillation.lexicon import Lexicon
from wordvec.language_models.distillation.settings import WORDS
from wordvec.provenance import is_folded
from wordvec.representation import short
from wordvec.rows import Floats, present
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag

ARRAY = ".npy"


class Inputs(NamedTuple):
    """Paths of the inputs.

    Attributes
    ----------
    corpus, words, top
        Encoded corpus or list of words, and the number of words that are used; without either, those of `teacher`.
    teacher
        Vectors of words: a vector file, or ``.npy`` with a row for each word.
    model
        Folder of an encoder, which computes the vectors of words and sentences.
    text, targets
        Sentences, one a line, and ``.npy`` with the teacher's vector of each.
    """

    corpus: Path | None = None
    words: Path | None = None
    top: int | None = None
    teacher: Path | None = None
    model: Path | None = None
    text: Path | None = None
    targets: Path | None = None

    def __repr__(self) -> str:
        return short(self)

    def check(self, method: str) -> None:
        """Fail if an input is missing, or not used by the method.

        Raises
        ------
        SettingsError
            If so.
        """
        for name, message in self._faults(method):
            raise SettingsError(f": {message}", setting=name)

    def _faults(self, method: str) -> Iterator[tuple[str, str]]:
        if self.corpus and self.words:
            yield "words", "the corpus has the words; leave one of them out"
        if not (self.corpus or self.words) and (self.teacher is None or self.teacher.suffix == ARRAY):
            yield "words", "name a list of words, or a corpus, or a teacher in a vector file"
        if self.model and (self.teacher or self.targets):
            yield "model", "computes the vectors of words and sentences; leave out those in files"
        if self.model and str(self.text) == "-":
            yield "text", "standard input can be read only once, and sentences are read twice; save them first"
        if method == WORDS:
            for name in ("text", "targets"):
                if getattr(self, name):
                    yield name, f"method {method} does not use it"
            if not (self.model or self.teacher):
                yield "teacher", "name the teacher's vectors of words, or a model that computes them"
        else:
            if not self.text:
                yield "text", f"method {method} needs sentences; name a file with one a line"
            if not (self.model or self.targets):
                yield "targets", "name the teacher's vectors of the sentences, or a model that computes them"


class Loaded(NamedTuple):
    """The teacher's vectors of words, for `Distillation.fit`, and of sentences, if they are needed."""

    teacher: Vectors
    targets: Floats | None

    def __repr__(self) -> str:
        return short(self)


def load(given: Inputs, progress: Progress, stop: StopFlag) -> Loaded:
    """Return the teacher's vectors, read or computed.

    Raises
    ------
    InputError
        If a file cannot be read, numbers of words and rows differ, or no word has a vector.
    MemoryLimitError
        If vectors do not fit in memory.
    SettingsError
        If the package of the encoder is missing.
    Interrupted
        If `stop` was set.
    """
    if given.model is not None:
        encoder = Encoder(given.model)
        words = listed(given)
        rows = encoder.encode(words.words, "teacher, words", progress=progress, stop=stop)
        targets = None
        if given.text is not None:
            targets = encoder.encode(sentences(given.text), "teacher, sentences", progress=progress, stop=stop)
        return Loaded(_teacher(words, rows, encoder.about), targets)
    targets = None if given.targets is None else read_npy(given.targets, Reading())
    return Loaded(_read_teacher(given, targets), targets)


def listed(given: Inputs) -> Lexicon:
    """Return the words of the corpus or of the list.

    Raises
    ------
    InputError
        If they cannot be read.
    """
    if given.corpus is not None:
        return lexicon.of_corpus(given.corpus).first(given.top)
    assert given.words is not None
    return lexicon.of_list(given.words).first(given.top)


def sentences(path: Path) -> list[str]:
    """Return the lines of a text."""
    return [line for _, line in read_lines(path)]


def _read_teacher(given: Inputs, targets: Floats | None) -> Vectors:
    """Return the teacher's vectors of words in a file; zeros without one."""
    if given.teacher is None:
        assert targets is not None
        words = listed(given)
        return _teacher(words, np.zeros((len(words.words), targets.shape[1]), np.float32), {})
    if given.teacher.suffix == ARRAY:
        words, rows = listed(given), read_npy(given.teacher, Reading())
        if len(rows) != len(words.words):
            raise InputError(f"{given.teacher}: has {len(rows):,} rows, and there are {len(words.words):,} words")
        return _teacher(words, rows, {"name": given.teacher.name})
    vectors = Vectors.load(given.teacher, contexts=False)
    if is_folded(vectors.metadata):
        raise InputError(f"{given.teacher}: is folded for sentences, so that its words have weights already")
    if given.corpus is None and given.words is None:
        vectors = vectors if given.top is None else vectors.subset(vectors.words[: given.top])
        return Vectors(
            vectors.words, vectors.matrix, vectors.counts, vectors.metadata | {"teacher": {"name": given.teacher.name}}
        )
    return _looked_up(listed(given), vectors, given.teacher)


def _looked_up(words: Lexicon, vectors: Vectors, path: Path) -> Vectors:
    """Return the rows of words in the vectors of a teacher; zeros for words that it lacks."""
    numbers = {word: row for row, word in enumerate(vectors.words)}
    found = np.array([numbers.get(word, -1) for word in words.words], np.int64)
    rows = np.zeros((len(found), vectors.dim), np.float32)
    rows[found >= 0] = vectors.matrix[found[found >= 0]]
    if not present(rows).any():
        raise InputError(f"{path}: has no vector of any of {len(found):,} words; check language and case")
    return _teacher(words, rows, {"name": path.name})


def _teacher(words: Lexicon, rows: Floats, about: dict[str, str]) -> Vectors:
    return Vectors(words.words, rows, words.counts, words.metadata | {"teacher": about})

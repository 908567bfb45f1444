"""Slices aligned in one space, and their training."""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from wordvec import clock
from wordvec.alignment.methods import procrustes
from wordvec.corpora.alike import SAME_TEXT, check_settings_alike
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.trained import ids_of, trained_words
from wordvec.corpora.vocabulary import Vocabulary
from wordvec.errors import InputError, MemoryLimitError, SettingsError
from wordvec.files import replacing
from wordvec.provenance import machinery
from wordvec.slices import joint, measures, references, store
from wordvec.slices.texts import Slice, mixed, numbered
from wordvec.slices.trace import trace
from wordvec.slices.training import Matrices, Matrix, train
from wordvec.tables import Table
from wordvec.trainers import matrices
from wordvec.vectors import Vectors
from wordvec.wording import quantity
from wordvec.workers import Progress, StopFlag, available_memory, available_threads, ordered_map

if TYPE_CHECKING:
    from wordvec.slices.compass import Compass

ANCHOR_COUNT = 10
"""Smallest count, in both slices, of the words that Procrustes is fitted to."""


class AlignedSlices:
    """A compass and the slices trained with it, or one model in which chosen words have vectors for each slice.

    Attributes
    ----------
    settings
        Settings of the training.
    vocabulary
        The words of all slices together.
    words, contexts
        (words, padded dim) float32 arrays: the compass's matrices; None if the slices need no compass. `contexts` are
        frozen. With temporal referencing, those of the one model, with the mean of a referenced word's vectors.
    slices
        Vectors of each slice by name, in descending order of the words' counts in the slice. Words that are kept from
        the compass have the count 0.
    text_settings
        Recorded settings of encoding that the texts of all slices share; `keep_words` are those of all slices. None if
        they are not known.
    """

    def __init__(
        self,
        settings: "Compass",
        vocabulary: Vocabulary,
        words: Matrix | None,
        contexts: Matrix | None,
        slices: dict[str, Vectors],
        text_settings: Mapping[str, Any] | None = None,
    ) -> None:
        self.settings, self.vocabulary, self.slices = settings, vocabulary, slices
        self.words, self.contexts, self.text_settings = words, contexts, text_settings

    @classmethod
    def of(
        cls, settings: "Compass", slices: Mapping[str, EncodedCorpus], progress: Progress, stop: StopFlag
    ) -> "AlignedSlices":
        """Train the compass and the slices: `Compass.fit`."""
        whole = Vocabulary.merge(*(corpus.vocabulary for corpus in slices.values()))
        keep_words = sorted({word for corpus in slices.values() for word in corpus.keep_words})
        vocabulary, _ = trained_words(whole, settings.min_count, ids_of(keep_words, whole))
        if (size := len(vocabulary)) < 2:
            raise InputError(
                f"only {size} words occur {settings.min_count} times in all slices together; lower --min-count"
            )
        texts = [numbered(corpus, vocabulary, name) for name, corpus in slices.items()]
        shared = next(iter(slices.values())).meta["settings"] | {"keep_words": keep_words or None}
        aligned = cls(settings, vocabulary, None, None, {}, shared)
        aligned._check_memory(len(texts))
        if settings.words:
            aligned.train_jointly(texts, progress, stop)
            return aligned
        if settings.needs_compass:
            aligned._train_compass(mixed(texts), progress, stop)
        aligned.train(texts, progress=progress, stop=stop)
        return aligned

    @classmethod
    def load(cls, folder: str | Path) -> "AlignedSlices":
        """Read the folder of `save` or of ``wordvec compass train``.

        The texts of the slices, which `change` needs, are ``EncodedCorpus.open(folder / "texts" / name)``.

        Raises
        ------
        InputError
            If the folder does not hold a compass, or is damaged.
        """
        return cls(*store.read(Path(folder)))

    def save(
        self, folder: str | Path, texts: Mapping[str, EncodedCorpus] | None = None, overwrite: bool = False
    ) -> None:
        """Write a folder with which every ``wordvec compass`` command works.

        Parameters
        ----------
        folder
            Output folder.
        texts
            Encoded text of each slice, which is copied; ``wordvec compass change`` and ``add`` need them.
        overwrite
            Whether an existing folder is replaced.

        Raises
        ------
        OutputError
            If the folder cannot be written, or exists and `overwrite` is false.
        SettingsError
            If a name cannot be that of a file, or the texts are not those of the slices.
        """
        store.check_names(self)
        with replacing(Path(folder), overwrite, folder=True) as unfinished:
            unfinished.mkdir()
            if texts is not None:
                store.save_texts(self, texts, unfinished)
            store.save(self, unfinished)

    def trace(self, word: str, number: int = 10) -> Table:
        """Return the path of a word through the slices: see `wordvec.slices.trace.trace`."""
        references.check_referenced([word], self.settings.words)
        return trace(self.slices, word, number)

    def __repr__(self) -> str:
        shown = ", ".join(list(self.slices)[:3]) + ", ..." * (len(self.slices) > 3)
        return (
            f"<AlignedSlices by {self.settings.method}: {quantity(len(self.slices), 'slice')} ({shown:.300}) of "
            f"{quantity(len(self.vocabulary), 'word')}, dim {self.settings.dim}>"
        )

    def text(self, name: str, corpus: EncodedCorpus) -> Slice:
        """Return the text of a slice as `change` takes it; the corpus must stay open while it is used.

        Raises
        ------
        InputError
            If it was encoded with other settings than the slices.
        """
        if self.text_settings is not None:
            check_settings_alike(name, corpus.meta["settings"], "the slices", self.text_settings, SAME_TEXT)
        return numbered(corpus, self.vocabulary, name)

    def add(
        self, name: str, corpus: EncodedCorpus, *, progress: Progress | None = None, stop: StopFlag | None = None
    ) -> Vectors:
        """Train one more slice with the same compass, and return its vectors.

        Raises
        ------
        InputError
            If the slice has no word of the compass, or was encoded with other settings than the slices.
        SettingsError
            If there is already a slice of this name, or the method is temporal referencing.
        """
        self.check_new(name)
        self.train([self.text(name, corpus)], progress=progress, stop=stop)
        return self.slices[name]

    def check_new(self, name: str) -> None:
        """Check that a slice can be added.

        Raises
        ------
        SettingsError
            If there is already a slice of this name, or the method is temporal referencing.
        """
        if self.settings.words:
            raise SettingsError(
                f"{name}: cannot be added, since temporal referencing trains all slices together; train again with "
                "the new slice"
            )
        if name in self.slices:
            raise SettingsError(f"{name}: is already a slice; choose another name")

    def train(self, texts: Sequence[Slice], *, progress: Progress | None = None, stop: StopFlag | None = None) -> None:
        """Train slices in parallel, each on one thread, so that results are reproducible."""
        progress, stop = progress or Progress(), stop or StopFlag()
        threads = min(self.settings.threads or available_threads(), len(texts))
        progress.begin("slices", len(texts), " slices")
        try:
            trained = ordered_map(lambda text: self.trained(text, stop), stop.until(texts), threads)
            for number, (text, vectors) in enumerate(zip(texts, trained, strict=True), 1):
                self.slices[text.name] = vectors if self.settings.frozen else self._rotated(vectors)
                progress.report(number)
        finally:
            progress.end()

    def pair(self, a: Slice, b: Slice, stop: StopFlag) -> tuple[Vectors, Vectors]:
        """Return the vectors of two texts in one space; without a compass, the second is rotated to the first."""
        first, second = self.trained(a, stop), self.trained(b, stop)
        return first, second if self.settings.frozen else rotated(second, first)

    def as_one(self) -> Vectors:
        """Return one set of vectors in which words with a vector in each slice are named ``climate_1990``.

        Raises
        ------
        SettingsError
            If the method is not temporal referencing.
        """
        chosen = self.settings.words
        referenced = set(chosen)
        if not chosen or self.words is None:
            raise SettingsError("all words differ between slices; only temporal referencing trains one set of vectors")
        plain = self.vocabulary.words
        rows = [row for row, word in enumerate(plain) if word not in referenced]
        words = [plain[row] for row in rows]
        parts, counts = [self.words[rows, : self.settings.dim]], self.vocabulary.counts[rows].tolist()
        for name, vectors in self.slices.items():
            there = [word for word in chosen if vectors.covers(word)]
            words += [references.name_of(word, name) for word in there]
            parts.append(vectors.subset(there).matrix)
            counts += measures.counts_of(vectors, there).tolist()
        order = np.argsort(-np.array(counts), kind="stable")
        metadata = {"method": self.settings.method, "settings": dataclasses.asdict(self.settings), **machinery()}
        matrix = np.concatenate(parts)[order]
        return Vectors([words[row] for row in order], matrix, np.array(counts)[order], metadata)

    def restarted(self) -> "AlignedSlices":
        """Return the same compass without slices, for slices with other random initial rows."""
        settings = dataclasses.replace(self.settings, start="random", seed=self.settings.seed + 1)
        return AlignedSlices(settings, self.vocabulary, self.words, self.contexts, {}, self.text_settings)

    def trained(self, text: Slice, stop: StopFlag) -> Vectors:
        """Return the vectors of a text, not rotated; they do not depend on what runs in parallel.

        Raises
        ------
        InputError
            If it has too few words of the compass.
        """
        settings, counts, least = self.settings, text.counts, self._least()
        trained = int(np.count_nonzero(counts >= least))
        if trained < 2:
            raise InputError(
                f"{text.name}: has {trained} words of the compass, too few to train; give text like "
                "that of the other slices"
            )
        begun = clock.now()
        size, dim = len(self.vocabulary), settings.dim
        words = self._start()
        contexts = self.contexts if settings.frozen and self.contexts is not None else matrices.zero_matrix(size, dim)
        model = Matrices(words, contexts, counts, least, settings.frozen)
        losses = train(settings.trainer(True), text, text.name, model, stop)
        return self._vectors(text, words, {"loss": losses, "seconds": round(clock.now() - begun, 3)})

    def _vectors(self, text: Slice, words: Matrix, training: dict[str, object], repeatable: bool = True) -> Vectors:
        """Return the rows of a slice's words as vectors; `words` has a row for each word of the vocabulary."""
        settings, counts = self.settings, text.counts
        least = self._least()
        kept = np.flatnonzero(counts >= least)
        if settings.absent == "keep" and self.words is not None:
            lacking = np.flatnonzero(counts < least)
            words[lacking], counts = self.words[lacking], np.where(counts < least, 0, counts)
            kept = np.arange(len(self.vocabulary))
        kept = kept[np.argsort(-counts[kept], kind="stable")]
        names = self.vocabulary.words
        metadata = {
            "method": settings.method,
            "settings": dataclasses.asdict(settings),
            "slice": text.name,
            "tokens": len(text.ids),
            "known": int(text.counts.sum()),
            "absent_words_kept": int((counts[kept] == 0).sum()),
            "training": training | {"repeatable": repeatable},
            **machinery(),
        }
        return Vectors([names[row] for row in kept], words[kept, : settings.dim], counts[kept], metadata)

    def train_jointly(self, texts: Sequence[Slice], progress: Progress, stop: StopFlag) -> None:
        """Train one model of all slices, with temporal referencing."""
        settings, begun = self.settings, clock.now()
        own = references.find(settings.words, self.vocabulary, texts, settings.slice_min_count)
        for line in references.lacking(settings.words, self.vocabulary, texts, settings.slice_min_count):
            progress.say(line)
        threads, counts = settings.threads or available_threads(), np.array([text.counts for text in texts])
        model = joint.fit(
            settings,
            self.vocabulary,
            own,
            mixed([own.referenced(text, number) for number, text in enumerate(texts)]),
            counts.sum(axis=0),
            stop,
            threads=threads,
            progress=progress,
        )
        self.words, self.contexts = joint.timeless(model.words, own, counts), model.contexts
        training = {"loss": model.losses, "seconds": round(clock.now() - begun, 3)}
        for number, text in enumerate(texts):
            rows = model.words[own.slice_rows(number)]
            self.slices[text.name] = self._vectors(text, rows, training, threads == 1 or settings.replicas > 1)

    def _train_compass(self, text: Slice, progress: Progress, stop: StopFlag) -> None:
        settings, size = self.settings, len(self.vocabulary)
        self.words = matrices.random_rows(self.vocabulary, size, settings.dim, settings.seed)
        self.contexts = matrices.zero_matrix(size, settings.dim)
        progress.say("compass:")
        threads = settings.threads or available_threads()
        model = Matrices(self.words, self.contexts, text.counts)
        train(settings.trainer(False), text, text.name, model, stop, threads=threads, progress=progress)

    def _check_memory(self, slices: int) -> None:
        """Raise MemoryLimitError before training if compass and slices together would not fit in memory."""
        running = min(slices, self.settings.threads or available_threads())
        settings, referenced = self.settings, slices * len(self.settings.words)
        at_once = max(running, settings.replicas)
        needed = matrices.needed_memory(len(self.vocabulary), settings.dim) * (1 + at_once + slices / 2)
        needed += matrices.needed_memory(referenced, settings.dim)
        if needed > (there := available_memory()):
            if referenced:
                raise MemoryLimitError(
                    f"{len(settings.words):,} referenced words and {len(self.vocabulary):,} words of dim "
                    f"{settings.dim} in {slices} slices take up to {needed / 1e9:.1f} GB, and {there / 1e9:.1f} GB are "
                    "free; use fewer --words, raise --min-count or lower --dim"
                )
            raise MemoryLimitError(
                f"a compass of {len(self.vocabulary):,} words of dim {self.settings.dim} and {slices} slices take up "
                f"to {needed / 1e9:.1f} GB, and {there / 1e9:.1f} GB are free; raise --min-count or lower --dim"
            )

    def _least(self) -> NDArray[np.int64]:
        """Return the smallest count in a slice with which each word is trained."""
        least = np.full(len(self.vocabulary), self.settings.slice_min_count)
        keep_words = (self.text_settings or {}).get("keep_words") or []
        least[ids_of(keep_words, self.vocabulary)] = 1
        return least

    def _start(self) -> Matrix:
        if self.settings.start == "compass" and self.words is not None:
            return self.words.copy()
        return matrices.random_rows(self.vocabulary, len(self.vocabulary), self.settings.dim, self.settings.seed)

    def _rotated(self, vectors: Vectors) -> Vectors:
        """Return a slice rotated to its reference; without a compass as reference, the first slice is not rotated."""
        if self.settings.reference == "compass" and self.words is not None:
            whole = Vectors(self.vocabulary.words, self.words[:, : self.settings.dim], self.vocabulary.counts)
            return rotated(vectors, whole)
        before = list(self.slices.values())
        return rotated(vectors, before[0 if self.settings.reference == "first" else -1]) if before else vectors


def rotated(source: Vectors, target: Vectors) -> Vectors:
    """Rotate a slice to another by the words that are frequent in both.

    Raises
    ------
    InputError
        If there are fewer than two such words.
    """
    frequent = {word for word, count in _counted(target) if count >= ANCHOR_COUNT}
    anchors = [word for word, count in _counted(source) if count >= ANCHOR_COUNT and word in frequent]
    anchors = [word for word in anchors if source.covers(word) and target.covers(word)]
    if len(anchors) < 2:
        raise InputError(
            f"only {len(anchors)} words occur {ANCHOR_COUNT} times in both slices; rotating one to "
            "the other needs at least 2"
        )
    return procrustes.aligned(source, target, anchors)


def _counted(vectors: Vectors) -> "zip[tuple[str, int]]":
    counts = [] if vectors.counts is None else vectors.counts.tolist()
    return zip(vectors.words, counts, strict=True)

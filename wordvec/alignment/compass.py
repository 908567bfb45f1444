"""CADE: slices of a corpus in one space, by a compass (Di Carlo, Bianchi and Palmonari 2019; Bianchi et al. 2020).

A model is trained on all slices together, the compass. Then each slice is trained by itself, with the compass's output
matrix (``contexts`` here, the paper's target matrix) frozen: what changes is where words stand (``words``), in a space
that is the same for all. A word starts from the same row in every slice, a function of the seed and the word.
"""

import dataclasses
import time
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.alignment.slices import Slice, joined, numbered
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.vocabulary import Vocabulary
from wordvec.errors import DivergedError, InputError, SettingsError
from wordvec.kernels import sampling, windows
from wordvec.trainers import hogwild, matrices
from wordvec.trainers.base import check, hyperparameter
from wordvec.trainers.cbow import CBOW
from wordvec.trainers.model import piece_trainer
from wordvec.trainers.negative_sampling import NegativeSampling
from wordvec.trainers.skipgram import SkipGram
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag, available_threads, ordered_map

MODELS: dict[str, type[NegativeSampling]] = {"skipgram": SkipGram, "cbow": CBOW}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Compass:
    """Trains a compass, and slices by it."""

    model: str = hyperparameter("skipgram", "how compass and slices are trained", choices=tuple(MODELS))
    dim: int = hyperparameter(100, "length of a vector", at_least=2)
    window: int = hyperparameter(5, "most words on either side of the centre", at_least=1)
    negatives: int = hyperparameter(10, "noise words drawn for each window", at_least=1)
    sample: float = hyperparameter(1e-3, "thin out words more frequent than about this share; 0 keeps all", at_least=0)
    min_count: int = hyperparameter(5, "leave out words seen less often in all slices together", at_least=1)
    epochs: int = hyperparameter(5, "passes over all slices for the compass", at_least=1)
    learning_rate: float | None = hyperparameter(
        None, "first learning rate of the compass; the model's usual one", above=0, real=True
    )
    slice_epochs: int = hyperparameter(5, "passes over each slice", at_least=1)
    slice_learning_rate: float | None = hyperparameter(
        None, "first learning rate of the slices; the model's usual one", above=0, real=True
    )
    slice_min_count: int = hyperparameter(1, "leave out words of a slice that it has less often", at_least=1)
    start: str = hyperparameter(
        "random",
        "rows that words of a slice start from: random, the same in each, or the compass's",
        choices=("random", "compass"),
    )
    threads: int | None = hyperparameter(None, "threads to train with; all processors unless given", at_least=1)
    seed: int = hyperparameter(1, "one seed gives one result with one thread", at_least=0, at_most=2**63 - 1)

    def __post_init__(self) -> None:
        check(self)

    def fit(
        self, slices: Mapping[str, EncodedCorpus], *, progress: Progress | None = None, stop: StopFlag | None = None
    ) -> "AlignedSlices":
        """Train the compass, then each slice.

        Parameters
        ----------
        slices
            Encoded texts by name, in order.
        progress, stop
            Where to report, and what stops the work.

        Raises
        ------
        InputError
            If there are fewer than two slices, one has no word of the others, or no word is frequent enough.
        Interrupted
            If `stop` was set.
        """
        progress, stop = progress or Progress(), stop or StopFlag()
        check_number(slices)
        whole = Vocabulary.merge(*(corpus.vocabulary for corpus in slices.values()))
        size = whole.cut(self.min_count)
        if size < 2:
            raise InputError(f"{size} words are seen {self.min_count} times in all slices together; lower --min-count")
        vocabulary = Vocabulary(whole.packed[: whole.starts[size]], whole.starts[: size + 1], whole.counts[:size])
        texts = [numbered(corpus, vocabulary, name) for name, corpus in slices.items()]
        words, contexts = self._train_compass(joined(texts), vocabulary, progress, stop)
        aligned = AlignedSlices(self, vocabulary, words, contexts, {})
        aligned.train(texts, progress=progress, stop=stop)
        return aligned

    def trainer(self, of_slices: bool) -> NegativeSampling:
        """Give the settings of the compass or of the slices as those of a model."""
        rate = self.slice_learning_rate if of_slices else self.learning_rate
        settings: dict[str, Any] = {
            name: getattr(self, name) for name in ("dim", "window", "negatives", "sample", "seed")
        }
        settings |= {"learning_rate": rate} if rate is not None else {}
        return MODELS[self.model](epochs=self.slice_epochs if of_slices else self.epochs, min_count=1, **settings)

    def _train_compass(
        self, text: Slice, vocabulary: Vocabulary, progress: Progress, stop: StopFlag
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        size = len(vocabulary)
        matrices.check_memory(size, self.dim)
        words = matrices.random_rows(vocabulary, size, self.dim, self.seed)
        contexts = matrices.zero_matrix(size, self.dim)
        progress.say("compass:")
        _train(
            self.trainer(False), text, words, contexts, 1, False, self.threads or available_threads(), progress, stop
        )
        return words, contexts


def check_number(slices: Collection[str]) -> None:
    """Refuse slices that are too few to compare.

    Raises
    ------
    InputError
        If there are fewer than two.
    """
    if len(slices) < 2:
        raise InputError(f"{len(slices)} slice is nothing to compare; give two or more")


class AlignedSlices:
    """A compass and the slices trained by it.

    Attributes
    ----------
    settings
        How they were trained.
    vocabulary
        The words of the compass.
    words, contexts
        (words, padded dim) float32: the compass's matrices; `contexts` are frozen.
    slices
        By name, the vectors of the words that a slice has; their counts are those in the slice.
    """

    def __init__(
        self,
        settings: Compass,
        vocabulary: Vocabulary,
        words: NDArray[np.float32],
        contexts: NDArray[np.float32],
        slices: dict[str, Vectors],
    ) -> None:
        self.settings, self.vocabulary, self.slices = settings, vocabulary, slices
        self.words, self.contexts = words, contexts

    def add(
        self, name: str, corpus: EncodedCorpus, *, progress: Progress | None = None, stop: StopFlag | None = None
    ) -> Vectors:
        """Train one more slice by the same compass, and give its vectors.

        Raises
        ------
        InputError
            If the slice has no word of the compass.
        SettingsError
            If there is one of this name.
        """
        if name in self.slices:
            raise SettingsError(f"{name}: is a slice already; choose another name")
        self.train([numbered(corpus, self.vocabulary, name)], progress=progress, stop=stop)
        return self.slices[name]

    def train(self, texts: Sequence[Slice], *, progress: Progress | None = None, stop: StopFlag | None = None) -> None:
        """Train slices, several at a time, each by one thread, so that one seed gives one result."""
        progress, stop = progress or Progress(), stop or StopFlag()
        threads = min(self.settings.threads or available_threads(), len(texts))
        progress.begin("slices", len(texts), " slices")
        try:
            made = ordered_map(lambda text: self.trained(text, stop), stop.until(texts), threads)
            for number, (text, vectors) in enumerate(zip(texts, made, strict=True), 1):
                self.slices[text.name] = vectors
                progress.report(number)
        finally:
            progress.end()

    def trained(self, text: Slice, stop: StopFlag) -> Vectors:
        """Give the vectors of a text, trained by the compass; the same bits whatever runs beside it.

        Raises
        ------
        InputError
            If it has too few words of the compass.
        """
        settings, counts = self.settings, text.counts
        kept = np.flatnonzero(counts >= settings.slice_min_count)
        if len(kept) < 2:
            raise InputError(f"{text.name}: has {len(kept)} words of the compass; a slice needs text like the others'")
        begun = time.monotonic()
        words = self._start()
        losses = _train(
            settings.trainer(True), text, words, self.contexts, settings.slice_min_count, True, 1, Progress(), stop
        )
        names = self.vocabulary.words
        metadata = {
            "method": "compass",
            "settings": dataclasses.asdict(settings),
            "slice": text.name,
            "tokens": len(text.ids),
            "known": int((text.ids < text.words).sum()),
            "training": {"loss": losses, "seconds": round(time.monotonic() - begun, 3), "repeatable": True},
        }
        return Vectors([names[row] for row in kept], words[kept, : settings.dim], counts[kept], metadata)

    def _start(self) -> NDArray[np.float32]:
        if self.settings.start == "compass":
            return self.words.copy()
        return matrices.random_rows(self.vocabulary, len(self.vocabulary), self.settings.dim, self.settings.seed)


def _train(
    settings: NegativeSampling,
    text: Slice,
    words: NDArray[np.float32],
    contexts: NDArray[np.float32],
    min_count: int,
    frozen: bool,
    threads: int,
    progress: Progress,
    stop: StopFlag,
) -> list[float]:
    """Train matrices on a text, `contexts` not where `frozen`; give the mean loss of each epoch."""
    counts = text.counts
    used = counts >= min_count
    sampler = windows.Sampler(
        np.where(used, sampling.keep_thresholds(counts, settings.sample), 0).astype(np.uint32),
        sampling.noise_table(np.where(used, counts, 0), settings.noise_power),
    )
    model = windows.Model(words.reshape(-1), contexts.reshape(-1), words.shape[1], frozen)
    pieces = hogwild.Pieces(text, settings.epochs, settings.work(), settings.final_rate)
    train = piece_trainer(settings, settings.kernel(), pieces, model, sampler)
    totals, done = [[0.0, 0] for _ in range(settings.epochs)], 0
    progress.begin("training", pieces.tokens * pieces.epochs, " words")
    try:
        for loss, pairs in ordered_map(lambda index: train(pieces[index]), stop.until(range(len(pieces))), threads):
            epoch = done // pieces.per_epoch
            totals[epoch][0] += loss
            totals[epoch][1] += pairs
            done += 1
            progress.report(
                pieces.tokens_before(done), epoch=epoch + 1, loss=totals[epoch][0] / max(1, totals[epoch][1])
            )
    finally:
        progress.end()
    losses = [loss / max(1, pairs) for loss, pairs in totals]
    if not np.isfinite(losses).all():
        raise DivergedError(f"{text.name}: training diverged (loss {losses}); use a smaller learning rate")
    return losses

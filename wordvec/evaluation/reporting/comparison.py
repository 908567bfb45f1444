"""Training of several methods on the same encoded corpus for a comparison (Lai et al. 2016)."""

import contextlib
import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from wordvec import clock, trainers
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.errors import SettingsError
from wordvec.trainers.announcement import automatic, schedule
from wordvec.trainers.base import Trainer
from wordvec.trainers.count_based import CountBased
from wordvec.vectors import Vectors
from wordvec.wording import listed
from wordvec.workers import Progress, StopFlag

MOST_SECONDS, MOST_EPOCHS = 10_000_000, 1_000_000


class Trained(NamedTuple):
    """The result of one run.

    Attributes
    ----------
    method, seed
        Which run it is.
    vectors
        Its vectors, whose metadata holds settings and times.
    earlier
        Whether they are those of an earlier run.
    """

    method: str
    seed: int
    vectors: Vectors
    earlier: bool


Finished = Callable[[str, Trainer], Vectors | None]
"""Returns the vectors of an earlier run by the method's name and its trainer, if there are any."""


def settings_for(
    methods: Sequence[str],
    own: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    epochs: int | None = None,
    **common: Any,
) -> dict[str, Trainer]:
    """Return the trainer of each method: its automatic settings, overridden by common ones and then by its own.

    Parameters
    ----------
    methods
        Names of methods.
    own
        Settings of single methods, by method and name.
    epochs
        Number of passes of the methods that have passes.
    **common
        Settings of all methods.

    Raises
    ------
    SettingsError
        If a method is unknown or named twice, none is named, or a setting is out of range.
    """
    if not methods:
        raise SettingsError(f": none is named; choose from {', '.join(trainers.METHODS)}", setting="methods")
    if len(set(methods)) < len(methods):
        raise SettingsError(f"{', '.join(methods)}: a method is named twice", setting="methods")
    chosen = {method: trainers.trainer(method) for method in methods}
    for method, settings in (own or {}).items():
        if method not in chosen:
            raise SettingsError(f": {method} is not among the methods", setting=f"{method}.{next(iter(settings))}")
    if epochs is not None and not any(map(_has_epochs, chosen.values())):
        raise SettingsError(f"{epochs}: no method makes passes: {listed(list(chosen))}", setting="epochs")
    passes = {} if epochs is None else {"epochs": epochs}
    return {
        method: _trainer(method, kind, common | (passes if _has_epochs(kind) else {}), (own or {}).get(method, {}))
        for method, kind in chosen.items()
    }


def _trainer(method: str, kind: type[Trainer], common: Mapping[str, Any], own: Mapping[str, Any]) -> Trainer:
    # The number of bits determines that of dimensions.
    shared = {name: value for name, value in common.items() if not (name == "dim" and "bits" in own)}
    try:
        return kind(**{**shared, **own})
    except SettingsError as error:
        if error.setting in own:
            raise SettingsError(error.message, setting=f"{method}.{error.setting}", advice=error.advice) from error
        raise


def train_methods(
    corpus: EncodedCorpus,
    chosen: Mapping[str, Trainer],
    *,
    seeds: Sequence[int] | None = None,
    seconds: float | None = None,
    finished: Finished | None = None,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> Iterator[Trained]:
    """Train methods one after another on the same corpus; yield the result of each run.

    Parameters
    ----------
    corpus
        Encoded text.
    chosen
        Trainers by name.
    seeds
        Seeds with which each method is trained; default: that of the trainer.
    seconds
        Approximate training time of each run. The number of epochs is set from one measured epoch, and is at least
        one. Counting and methods without epochs are not included.
    finished
        Function that returns the vectors of an earlier run, which is then not repeated.

    Raises
    ------
    SettingsError
        If `seconds` is out of range.
    WordvecError
        As the trainers.
    """
    progress, stop = progress or Progress(), stop or StopFlag()
    if seconds is not None and not 0 < seconds <= MOST_SECONDS:
        raise SettingsError(f"{seconds}: must be above 0 and at most {MOST_SECONDS:,}", setting="seconds")
    for name, trainer in chosen.items():
        with _Method(trainer, corpus, seconds, progress, stop) as method:
            for seed in (trainer.seed,) if seeds is None else seeds:
                wanted = dataclasses.replace(method.trainer, seed=seed)
                earlier = None if finished is None else finished(name, wanted)
                if earlier is not None:
                    progress.say(f"{trainer.title}, seed {seed}: trained already")
                    yield Trained(name, seed, earlier, True)
                else:
                    yield Trained(name, seed, method.fit(seed), False)


class _Method:
    """A method that is trained with several seeds: its counts, compiled kernels and number of epochs."""

    def __init__(
        self, trainer: Trainer, corpus: EncodedCorpus, seconds: float | None, progress: Progress, stop: StopFlag
    ) -> None:
        self.trainer: Any = trainer.resolved(corpus)
        self.corpus, self.seconds, self.progress, self.stop = corpus, seconds, progress, stop
        self._material: Any = None
        self._counting: float | None = None
        self._prepared = False
        self._open = contextlib.ExitStack()

    def __enter__(self) -> "_Method":
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    def fit(self, seed: int) -> Vectors:
        """Train with a seed; the metadata of the result holds the seconds of counting, too."""
        self.trainer = dataclasses.replace(self.trainer, seed=seed)
        self._prepare()
        vectors = self._fit(self.trainer)
        if self._counting is not None:
            vectors.metadata["training"]["counting_seconds"] = round(self._counting, 3)
        return vectors

    def _prepare(self) -> None:
        """Count, unless the counts are there and do not depend on the seed; announce the settings of the first run."""
        if self._material is None or getattr(self.trainer, "sample", 0) > 0:
            self._material = self._count() if isinstance(self.trainer, CountBased) else self.corpus
        if not self._prepared:
            if self.seconds is not None and _has_epochs(type(self.trainer)):
                self.trainer = self._for_seconds(self.seconds)
            self.progress.say(described(self.trainer))
            self._prepared = True

    def _count(self) -> Any:
        self._open.close()
        begun = clock.now()
        counts = self._open.enter_context(self.trainer.count(self.corpus, progress=self.progress, stop=self.stop))
        self._counting = clock.now() - begun
        return counts

    def _for_seconds(self, seconds: float) -> Any:
        """Return the trainer with the number of epochs that fit into `seconds`."""
        first = self._fit(dataclasses.replace(self.trainer, epochs=1))
        one_epoch = first.metadata["training"]["seconds"]
        epochs = max(1, min(MOST_EPOCHS, round(seconds / max(one_epoch, 1e-3))))
        self.progress.say(
            f"{self.trainer.method}: an epoch takes {one_epoch:.2f} s; for {seconds:g} s: --epochs {epochs}"
        )
        remaining = tuple(name for name in self.trainer.automatic if name != "epochs")
        return dataclasses.replace(self.trainer, epochs=epochs, automatic=remaining)

    def _fit(self, trainer: Any) -> Vectors:
        vectors: Vectors = trainer.fit(self._material, progress=self.progress, stop=self.stop)
        return vectors


def described(trainer: Trainer) -> str:
    """Return a line about a run: the method, and its settings that most affect the result.

    >>> from wordvec import SkipGram
    >>> described(SkipGram(epochs=10, min_count=5))
    'skip-gram, 10 passes, rate 0.05: dim 100, window 5, min count 5'
    """
    values = {name: getattr(trainer, name, None) for name in ("dim", "window", "radius", "min_count")}
    shown = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in values.items() if value is not None)
    return f"{schedule(trainer)}: {shown}{automatic(trainer, lambda name: name.replace('_', ' '))}"


def _has_epochs(kind: type[Trainer]) -> bool:
    return "epochs" in {field.name for field in dataclasses.fields(kind)}

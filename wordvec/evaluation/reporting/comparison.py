"""Training of several methods on the same encoded corpus for a comparison (Lai et al. 2016)."""

import contextlib
import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from wordvec import trainers
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.errors import SettingsError
from wordvec.trainers.announcement import schedule
from wordvec.trainers.base import Trainer
from wordvec.trainers.count_based import CountBased
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag

MOST_SECONDS, MOST_EPOCHS = 10_000_000, 1_000_000


def settings_for(methods: Sequence[str], **common: Any) -> dict[str, Trainer]:
    """Return the trainer of each method: its recommended settings, overridden by the common ones.

    Raises
    ------
    SettingsError
        If a method is unknown or named twice, none is named, or a setting is out of range.
    """
    if not methods:
        raise SettingsError(f": none is named; choose from {', '.join(trainers.METHODS)}", setting="methods")
    if len(set(methods)) < len(methods):
        raise SettingsError(f"{', '.join(methods)}: a method is named twice", setting="methods")
    return {method: trainers.trainer(method)(**common) for method in methods}


def train_methods(
    corpus: EncodedCorpus,
    chosen: dict[str, Trainer],
    *,
    seconds: float | None = None,
    keep: Callable[[str, Vectors], None] | None = None,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> dict[str, Vectors]:
    """Train methods one after another on the same corpus.

    Parameters
    ----------
    corpus
        Encoded text.
    chosen
        Trainers by name.
    seconds
        Approximate training time of each method. The number of epochs is set from one measured epoch, and is at least
        one. Counting and methods without epochs are not included.
    keep
        Function that is called with the name and the vectors of each method when it is trained.

    Returns
    -------
    dict
        `Vectors` by name; their metadata holds the settings, so that each training run can be repeated.

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
    results = {}
    for name, trainer in chosen.items():
        with contextlib.ExitStack() as temporary:
            material: Any = corpus
            if isinstance(trainer, CountBased):
                material = temporary.enter_context(trainer.count(corpus, progress=progress, stop=stop))
            if seconds is not None:
                trainer = _for_seconds(trainer, material, seconds, progress, stop)
            trainer = trainer.resolved(corpus)
            progress.say(schedule(trainer))
            results[name] = _fit(trainer, material, progress, stop)
        if keep is not None:
            keep(name, results[name])
    return results


def _for_seconds(trainer: Any, material: Any, seconds: float, progress: Progress, stop: StopFlag) -> Any:
    """Return the trainer with the number of epochs that fit into `seconds`, if it has epochs."""
    if "epochs" not in {field.name for field in dataclasses.fields(trainer)}:
        return trainer
    trainer.estimate(material)  # compiles the kernels, whose time is not measured
    first = _fit(dataclasses.replace(trainer, epochs=1), material, progress, stop)
    one_epoch = first.metadata["training"]["seconds"]
    epochs = max(1, min(MOST_EPOCHS, round(seconds / max(one_epoch, 1e-3))))
    progress.say(f"{trainer.method}: an epoch takes {one_epoch:.2f} s; for {seconds:g} s: --epochs {epochs}")
    return dataclasses.replace(trainer, epochs=epochs)


def _fit(trainer: Any, material: Any, progress: Progress, stop: StopFlag) -> Vectors:
    vectors: Vectors = trainer.fit(material, progress=progress, stop=stop)
    return vectors

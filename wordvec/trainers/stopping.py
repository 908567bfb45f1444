"""Reports of a training run, and reasons to end it before its last epoch and keep what was learnt."""

import dataclasses
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from wordvec.trainers.checkpoint import State
from wordvec.workers import Progress


class Report(NamedTuple):
    """The state of a training run, twice a second and after each epoch.

    Attributes
    ----------
    done, total
        Tokens of the corpus (of GloVe: entries of the counts), over all epochs.
    epoch
        Number of the epoch, from 1.
    loss
        Mean loss of a pair in this epoch so far.
    seconds
        Time spent training.
    """

    done: int
    total: int
    epoch: int
    loss: float
    seconds: float


OnReport = Callable[[Report], bool | None]
"""Called with each report; False ends the training, which then returns its vectors as usual."""


@dataclasses.dataclass
class Watch:
    """The receiver of a training run's reports.

    Attributes
    ----------
    progress
        Where reports are shown.
    on_report
        A function that is called with each, and may end the training.
    rises
        Epochs in a row with a rising loss that end the training; None for any number.
    """

    progress: Progress
    on_report: OnReport | None = None
    rises: int | None = None

    def report(self, state: State, done: int, total: int) -> None:
        """Report the state; it says so if that ends the training."""
        epoch, loss = len(state.losses), mean_losses(state)[-1]
        self.progress.report(done, epoch=epoch, loss=loss)
        if self.on_report is None or state.stopped is not None:
            return
        answer = self.on_report(Report(done, total, epoch, loss, state.seconds))
        if answer is not None and not answer:
            state.stopped = "the callback returned False"

    def end_epoch(self, state: State) -> None:
        """Judge the losses after an epoch; the state says so if they end the training."""
        if self.rises is not None and state.stopped is None and rises(mean_losses(state)) >= self.rises:
            state.stopped = f"the loss rose in {self.rises} epoch{'s in a row' if self.rises > 1 else ''}"


def mean_losses(state: State) -> list[float]:
    """Return the mean loss of a pair for each epoch (centre and context, or centre and noise)."""
    return [loss / max(pairs, 1) for loss, pairs in state.losses]


def rises(losses: Sequence[float]) -> int:
    """Return the number of epochs at the end, each of which has a higher loss than the one before.

    >>> rises([3.0, 2.0, 2.5, 2.6])
    2
    """
    number = 0
    for before, after in pairwise(losses):
        number = number + 1 if after > before else 0
    return number


def record(state: State, share: float) -> dict[str, Any]:
    """Return what the metadata says of a training that ended early, nothing of another.

    `share` is the part of all epochs that was trained.
    """
    if state.stopped is None:
        return {}
    return {"stopped": {"reason": state.stopped, "epoch": len(state.losses), "share": round(share, 6)}}

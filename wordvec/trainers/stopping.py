"""Reports of a training run, and early stopping."""

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
        Number of tokens of the corpus (of GloVe: entries of the counts), over all epochs.
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
"""Called with each report; a return value of False stops training, and `fit` then returns its vectors as usual."""


@dataclasses.dataclass
class Watch:
    """The receiver of a training run's reports.

    Attributes
    ----------
    progress
        Display of the reports.
    on_report
        Function called with each report, which may stop training.
    rises
        Number of epochs in a row with a rising loss that stops training; None for no limit.
    """

    progress: Progress
    on_report: OnReport | None = None
    rises: int | None = None

    def report(self, state: State, done: int, total: int) -> None:
        """Report the state, and set its `stopped` if the callback stops training."""
        epoch, loss = len(state.losses), mean_losses(state)[-1]
        self.progress.report(done, epoch=epoch, loss=loss)
        if self.on_report is None or state.stopped is not None:
            return
        answer = self.on_report(Report(done, total, epoch, loss, state.seconds))
        if answer is not None and not answer:
            state.stopped = "the callback returned False"

    def end_epoch(self, state: State) -> None:
        """Set `stopped` of the state if the losses after an epoch stop training."""
        if self.rises is not None and state.stopped is None and rises(mean_losses(state)) >= self.rises:
            state.stopped = f"the loss rose in {self.rises} epoch{'s in a row' if self.rises > 1 else ''}"


def mean_losses(state: State) -> list[float]:
    """Return the mean loss of a pair for each epoch (centre and context, or centre and noise)."""
    return [loss / max(pairs, 1) for loss, pairs in state.losses]


def rises(losses: Sequence[float]) -> int:
    """Return the number of last epochs that each have a higher loss than the one before.

    >>> rises([3.0, 2.0, 2.5, 2.6])
    2
    """
    number = 0
    for before, after in pairwise(losses):
        number = number + 1 if after > before else 0
    return number


def record(state: State, share: float) -> dict[str, Any]:
    """Return the metadata of early stopping, empty for a run that did not stop early.

    `share` is the fraction of all epochs that was trained.
    """
    if state.stopped is None:
        return {}
    return {"stopped": {"reason": state.stopped, "epoch": len(state.losses), "share": round(share, 6)}}

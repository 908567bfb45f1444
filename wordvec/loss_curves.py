"""Loss curves: the loss of each epoch of one or several training runs, read from the metadata of their results."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from wordvec import formats, plots
from wordvec.errors import InputError
from wordvec.files import records
from wordvec.formats.common import sidecars
from wordvec.formats.common.reading import Reading
from wordvec.representation import short

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PAIR, PREDICTION, ENTRY = "mean loss of a pair", "mean −log P of a word", "mean cost of an entry"
"""Quantities that methods minimise: of pairs of words (negative sampling), of predicted words (hierarchical softmax),
and of entries of the counts (GloVe)."""
COLOURS = (plots.BLUE, plots.ORANGE, "#2a8c4a", "#8a3fa0", "#a03030", "#5a6b00", "#00808a", "#444444")
STYLES = ("-", "--", ":", "-.")
WIDTH, HEIGHT = 5.2, 3.3
"""Inches of one panel."""


class LossCurve(NamedTuple):
    """The losses of a training run.

    Attributes
    ----------
    name
        Name of its file.
    quantity
        Quantity that is minimised.
    losses
        Loss of each epoch begun.
    epochs
        Number of epochs planned.
    share
        Fraction of all epochs that was trained before stopping early; None for a run that did not.
    """

    name: str
    quantity: str
    losses: list[float]
    epochs: int
    share: float | None

    def __repr__(self) -> str:
        return short(self)

    @property
    def positions(self) -> list[float]:
        """Epochs at the ends of which the losses are measured; the last one may have been stopped within."""
        ends = [float(epoch) for epoch in range(1, len(self.losses) + 1)]
        if self.share is not None:
            ends[-1] = min(ends[-1], self.share * self.epochs)
        return ends

    @property
    def label(self) -> str:
        """Name, with the epoch in which the run stopped early."""
        stopped = "" if self.share is None else f" (stopped in epoch {len(self.losses)} of {self.epochs})"
        return f"{self.name}{stopped}"


def read_runs(paths: Sequence[Path]) -> list[LossCurve]:
    """Return the runs of metadata files (``.json``) or vector files; files of one name are named by their paths.

    Raises
    ------
    InputError
        If a file cannot be read, or has no losses.
    """
    distinct = list({path.resolve(): path for path in paths}.values())
    stems = [_stem(path) for path in distinct]
    names = [stem if stems.count(stem) == 1 else str(path) for stem, path in zip(stems, distinct, strict=True)]
    return [_read(path, name) for path, name in zip(distinct, names, strict=True)]


def draw(runs: Sequence[LossCurve]) -> "Figure":
    """Draw the losses of runs; quantities that cannot be compared have a panel each."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    quantities = list(dict.fromkeys(run.quantity for run in runs))
    figure = Figure(figsize=(WIDTH, HEIGHT * len(quantities)), layout="constrained")
    panels = figure.subplots(len(quantities), squeeze=False)[:, 0]
    for quantity, axes in zip(quantities, panels, strict=True):
        for number, run in enumerate(run for run in runs if run.quantity == quantity):
            _draw(axes, run, COLOURS[number % len(COLOURS)], STYLES[number // len(COLOURS) % len(STYLES)])
        axes.set(xlabel="epoch", ylabel=quantity)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1, steps=[1, 2, 5, 10]))
        axes.grid(alpha=0.3)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        axes.legend(frameon=False, fontsize=9)
    return figure


def _draw(axes: Any, run: LossCurve, colour: str, style: str) -> None:
    marker = "o" if len(run.losses) <= 50 else ""
    axes.plot(run.positions, run.losses, style, color=colour, lw=1.4, marker=marker, markersize=3.5, label=run.label)
    if len(run.losses) == 1:
        axes.plot(run.positions, run.losses, "o", color=colour, markersize=5)
    if run.share is not None:
        axes.plot(run.positions[-1], run.losses[-1], "X", color=colour, markersize=9, zorder=3)


def _stem(path: Path) -> str:
    return path.stem if path.suffix == ".json" else sidecars.names(path).metadata.stem


def _read(path: Path, name: str) -> LossCurve:
    """Return the run of one file."""
    if path.is_dir() and not formats.holds_vectors(path):
        raise InputError(f"{path}: is a folder without vectors; name OUT.json or a vector file")
    is_metadata = path.suffix == ".json" and not path.is_dir()
    metadata = (
        records.read(path) if is_metadata else formats.load(path, reading=Reading(limit=1, contexts=False)).metadata
    )
    training = metadata.get("training")
    losses = training.get("loss") if isinstance(training, dict) else None
    if not losses:
        method = metadata.get("method")
        whose = f"{method} records none" if isinstance(method, str) else "it has no record of a training run"
        raise InputError(f"{path}: has no losses ({whose}); skip-gram, CBOW and GloVe record them in OUT.json")
    assert isinstance(training, dict)
    if not isinstance(losses, list) or not all(
        isinstance(loss, int | float) and math.isfinite(loss) for loss in losses
    ):
        raise InputError(f"{path}: its losses are not numbers; the file is damaged")
    settings, stopped = metadata.get("settings"), training.get("stopped")
    epochs = settings.get("epochs") if isinstance(settings, dict) else None
    share = stopped.get("share") if isinstance(stopped, dict) else None
    hierarchical = isinstance(settings, dict) and settings.get("loss") == "hierarchical-softmax"
    quantity = ENTRY if metadata.get("method") == "glove" else PREDICTION if hierarchical else PAIR
    planned = epochs if isinstance(epochs, int) else len(losses)
    return LossCurve(name, quantity, losses, planned, share if isinstance(share, int | float) else None)

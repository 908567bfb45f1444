"""Learning curves: the loss of each epoch as a small drawing, in SVG without scripts."""

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

WIDTH, HEIGHT = 320, 180
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 8, 10, 24
LEAST = 2
"""Number of epochs from which on there is a curve."""


def losses(metadata: Mapping[str, Any]) -> list[float]:
    """Return the loss of each epoch, as far as the metadata of vectors has it; empty if there is no curve."""
    training = metadata.get("training")
    found = training.get("loss") if isinstance(training, dict) else None
    if not isinstance(found, list) or len(found) < LEAST:
        return []
    sound = all(isinstance(loss, int | float) and math.isfinite(loss) for loss in found)
    return [float(loss) for loss in found] if sound else []


def drawing(name: str, values: Sequence[float]) -> str:
    """Return the curve of losses over epochs; the vertical axis ends at the smallest and the largest loss."""
    low, high = min(values), max(values)
    wide, tall = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM

    def x(epoch: int) -> float:
        return _LEFT + wide * (epoch - 1) / (len(values) - 1)

    def y(loss: float) -> float:
        return _TOP + (tall * (high - loss) / (high - low) if high > low else tall / 2)

    points = " ".join(f"{x(epoch):.1f},{y(loss):.1f}" for epoch, loss in enumerate(values, 1))
    levels = [high, low] if high > low else [high]
    base = HEIGHT - _BOTTOM + 16
    marks = "".join(
        f'<circle cx="{x(epoch):.1f}" cy="{y(loss):.1f}" r="2.5"><title>epoch {epoch}: {loss:.4g}</title></circle>'
        for epoch, loss in enumerate(values, 1)
    )
    return (
        f'<svg class="curve" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-size="12" '
        f'aria-label="Loss of each epoch: {escape(name)}">'
        + "".join(
            f'<line x1="{_LEFT}" y1="{y(level):.1f}" x2="{WIDTH - _RIGHT}" y2="{y(level):.1f}"/>'
            f'<text x="{_LEFT - 6}" y="{y(level) + 4:.1f}" text-anchor="end">{level:.4g}</text>'
            for level in levels
        )
        + f'<polyline points="{points}"/>{marks}'
        f'<text x="{_LEFT}" y="{base}">epoch 1</text>'
        f'<text x="{WIDTH - _RIGHT}" y="{base}" text-anchor="end">{len(values)}</text></svg>'
    )

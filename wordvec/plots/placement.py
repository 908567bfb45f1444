"""Placement of labels: each in a free position near its point, inside the frame, overlapping no other label."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
DIRECTIONS = 16
RINGS = 24
"""Number of distances that are tried for a label."""
CROSSING = 40
"""Cost of a label on a line; it is moved by up to this many positions to avoid the line."""


class Box(NamedTuple):
    """A rectangle, in points of the figure."""

    left: float
    bottom: float
    right: float
    top: float

    def overlaps(self, other: "Box") -> bool:
        """Return whether two rectangles have a common area."""
        return (
            self.left < other.right and other.left < self.right and self.bottom < other.top and other.bottom < self.top
        )


def placed(
    anchors: Points, sizes: Sequence[tuple[float, float]], frame: Box, radius: float, lines: Points
) -> list[Box]:
    """Return the boxes of labels, in the order of the anchors; earlier labels are nearer to their points.

    Parameters
    ----------
    anchors
        (labels, 2) array of points inside the frame.
    sizes
        Width and height of each label.
    frame
        Rectangle that holds all labels.
    radius
        Half the side of the square around each point that no label covers.
    lines
        (points, 2) array of points on lines, which labels avoid where there is room nearby.
    """
    dots = [Box(x - radius, y - radius, x + radius, y + radius) for x, y in anchors]
    taken: list[Box] = []
    for (x, y), (width, height) in zip(anchors, sizes, strict=True):
        boxes = [_inside(box, frame) for box in _around(x, y, width, height, radius)]
        costs = [_cost(box, taken, dots, rank) + CROSSING * _holds(box, lines) for rank, box in enumerate(boxes)]
        taken.append(boxes[int(np.argmin(costs))])
    return taken


def _around(x: float, y: float, width: float, height: float, radius: float) -> list[Box]:
    """Return boxes around a point, the nearest ones first."""
    boxes = []
    for ring in range(RINGS):
        gap = radius * (1.2 + 1.5 * ring)
        for step in range(DIRECTIONS):
            angle = 2 * np.pi * step / DIRECTIONS
            right, up = float(np.cos(angle)), float(np.sin(angle))
            middle_x, middle_y = x + right * (width / 2 + gap), y + up * (height / 2 + gap)
            boxes.append(Box(middle_x - width / 2, middle_y - height / 2, middle_x + width / 2, middle_y + height / 2))
    return boxes


def _inside(box: Box, frame: Box) -> Box:
    """Return a box moved into the frame."""
    right = max(0.0, frame.left - box.left) - max(0.0, box.right - frame.right)
    up = max(0.0, frame.bottom - box.bottom) - max(0.0, box.top - frame.top)
    return Box(box.left + right, box.bottom + up, box.right + right, box.top + up)


def _holds(box: Box, points: Points) -> bool:
    """Return whether any of the points is in a rectangle."""
    return bool(((points > (box.left, box.bottom)) & (points < (box.right, box.top))).all(axis=1).any())


def _cost(box: Box, labels: Sequence[Box], dots: Sequence[Box], rank: int) -> float:
    """Return the cost of a position: overlap with a label is worst, then with a point, then distance."""
    over = sum(box.overlaps(label) for label in labels)
    return 1e6 * over + 1e3 * sum(box.overlaps(dot) for dot in dots) + rank

"""Two spaces of which it is known which words belong together."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import ortho_group

from wordvec import Vectors
from wordvec.alignment import Anchors, Mapping


class Planted(NamedTuple):
    """Row i of the source belongs to row order[i] of the target."""

    source: Vectors
    target: Vectors
    order: NDArray[np.int64]

    def anchors(self, number: int) -> Anchors:
        """Return the pairs of the first words."""
        return Anchors(np.arange(number), self.order[:number], {"dictionary": "planted"})

    def error(self, mapping: Mapping) -> float:
        """Return the largest absolute error of the unit rows."""
        return float(np.abs(self._mapped(mapping)[0] - self._mapped(mapping)[1][self.order]).max())

    def found(self, mapping: Mapping) -> float:
        """Return the share of the source's words whose nearest target word is their counterpart."""
        source, target = self._mapped(mapping)
        return float(np.mean(np.argmax(source @ target.T, axis=1) == self.order))

    def _mapped(self, mapping: Mapping) -> list[NDArray[np.float32]]:
        sides = (mapping.apply(self.source), mapping.apply_to_target(self.target))
        return [side.unit().matrix for side in sides]


def planted(words: int = 400, dim: int = 12, noise: float = 0.0, seed: int = 1) -> Planted:
    """Rotate a space of clusters, and shuffle its words among those of like frequency."""
    draw = np.random.default_rng(seed)
    centres = draw.standard_normal((words // 20, dim))
    matrix = centres[draw.integers(0, len(centres), words)] + draw.standard_normal((words, dim)) * draw.uniform(
        0.3, 1, dim
    )
    order = np.concatenate([part[draw.permutation(len(part))] for part in np.array_split(np.arange(words), 2)])
    turned = matrix[order] @ ortho_group.rvs(dim, random_state=seed)
    turned += noise * draw.standard_normal(turned.shape)
    names = [f"{side}{row}" for side in "st" for row in range(words)]
    return Planted(Vectors(names[:words], turned), Vectors(names[words:], matrix), order)

"""The vectors of sets of targets and attributes in one model."""

import numpy as np
from numpy.typing import NDArray

from wordvec.evaluation.associations.known import Known
from wordvec.evaluation.associations.models import Model
from wordvec.representation import short
from wordvec.rows import unit_float64

Numbers = NDArray[np.float64]


class Samples:
    """Targets and attributes in one model.

    Parameters
    ----------
    model
        The vectors.
    targets, attributes
        Sets of known words.
    unit
        Whether vectors are scaled to length 1 also where a measure takes them as they are.

    Attributes
    ----------
    targets, attributes
        The vectors (words, dim) of each set.
    """

    def __init__(self, model: Model, targets: list[Known], attributes: list[Known], unit: bool = False) -> None:
        self._sets = targets
        self._attribute_sets = attributes
        found = [[model.rows(one.words) for one in side] for side in (targets, attributes)]
        self.targets, self.attributes = ([unit_float64(rows) if unit else rows for rows in side] for side in found)

    def __repr__(self) -> str:
        return short(self)

    @property
    def sizes(self) -> list[int]:
        """Numbers of words of the targets' sets, then of the attributes'."""
        return [len(rows) for rows in (*self.targets, *self.attributes)]

    @property
    def attribute_sizes(self) -> list[int]:
        """Numbers of words of the attributes' sets."""
        return [len(rows) for rows in self.attributes]

    def unit_targets(self) -> Numbers:
        """Return the unit vectors (words, dim) of all targets."""
        return unit_float64(np.concatenate(self.targets))

    def unit_attribute_sets(self) -> list[Numbers]:
        """Return the unit vectors (words, dim) of each set of attributes."""
        return [unit_float64(rows) for rows in self.attributes]

    def target_words(self) -> list[tuple[str, str]]:
        """Return the set and the word of each target."""
        return [(one.name, word) for one in self._sets for word in one.words]

    def attribute_words(self) -> list[tuple[str, str]]:
        """Return the set and the word of each attribute."""
        return [(one.name, word) for one in self._attribute_sets for word in one.words]

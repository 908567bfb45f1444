"""A fitted grounding, and its application to all words."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.alignment.grounding.maps import AffineMap, Numbers
from wordvec.alignment.grounding.settings import Grounding
from wordvec.alignment.grounding.space import MeasuredSpace, paired
from wordvec.alignment.moved_rows import moved
from wordvec.formats import Plain
from wordvec.formats.common.reading import in_memory
from wordvec.provenance import machinery
from wordvec.representation import short
from wordvec.rows import present, unit_float64
from wordvec.vectors import Vectors


class GroundingModel(NamedTuple):
    """The map from word vectors to a measured space, or to the space that CCA shares with it.

    Attributes
    ----------
    map
        Affine map of the rows.
    unit
        Whether rows are scaled to length 1 first.
    record
        Settings, sources and figures of the fit, for metadata.
    """

    map: AffineMap
    unit: bool
    record: dict[str, Any]

    def __repr__(self) -> str:
        return short(self)

    def rows(self, rows: NDArray[Any]) -> Numbers:
        """Return the grounded rows of vectors (n, dim); those of zeros stay zeros."""
        given = rows.astype(np.float64)
        found = self.map.rows(unit_float64(given) if self.unit else given)
        found[~present(rows)] = 0
        return found

    def vectors(self, vectors: Vectors) -> Vectors:
        """Return the grounded vectors of all words.

        Raises
        ------
        InputError
            If the vectors have another dim, or a row is not finite.
        """
        arguments.expect("vectors", vectors, Vectors)
        plain = Plain(vectors.words, vectors.matrix, vectors.counts, vectors.metadata)
        found = moved(plain, self.rows, self.map.matrix.shape, in_memory, {"step": "ground"} | self.record)
        return Vectors(found.words, found.matrix, found.counts, found.metadata)


def fitted(settings: Grounding, vectors: Vectors, space: MeasuredSpace, case: str) -> GroundingModel:
    """Return the model of settings; see `Grounding.fit`, which has the same errors."""
    pairs = paired(vectors, space, settings.unit, case)
    fit = settings.regression(pairs.rows).fit(pairs.measured)
    about = {"space": space.name, "words": len(pairs.words), "measured": len(space.words)}
    names = {"dimensions": list(space.names)} if space.names and fit.output is fit.measured else {}
    record = settings.record() | about | names | fit.figures | machinery()
    return GroundingModel(fit.output, settings.unit, record)

"""Construction of an embedding layer: what all modes have in common.

Special tokens are copied from the source, if it has them, and are otherwise the mean of its rows; tokens without a row
are random, with the means and deviations of the source's rows or of the other new rows (with ``cw2v``, whose rows must
be in the hull, and ``mean``: the mean); the row of the padding token is zeros.
"""

from typing import Any

import numpy as np

from wordvec.errors import MemoryLimitError
from wordvec.language_models import overlap
from wordvec.language_models.ingredients import Ingredients, check_corpus
from wordvec.language_models.layer import Layer, Rows
from wordvec.language_models.matching import random_rows
from wordvec.language_models.settings import LayerSettings
from wordvec.provenance import machinery
from wordvec.rows import Floats, exact_lengths
from wordvec.workers import Progress, StopFlag, available_memory

_COPIES = 6
"""Matrices of the size of the layer that are in memory at once, about."""


class Construction:
    """The construction of one layer.

    Parameters
    ----------
    settings, given
        Mode and its settings, and what the layer is made from.
    progress, stop
        Progress reports, and the flag that stops the work.

    Attributes
    ----------
    sources
        The source's matrix and head, if there are any, or the coordinates of its matrix.
    extra
        Further metadata of the mode.
    """

    def __init__(self, settings: LayerSettings, given: Ingredients, progress: Progress, stop: StopFlag) -> None:
        self.settings, self.given, self.progress, self.stop = settings, given, progress, stop
        self.random = np.random.default_rng(settings.seed)
        self.source, self.tokens = given.source, len(given.vocabulary)
        self.extra: dict[str, Any] = {}
        self.sources: list[Floats] = []
        if self.source is not None:
            self.sources = [self.source.matrix] + ([] if self.source.head is None else [self.source.head])
        if given.corpus is not None:
            check_corpus(given.corpus, given.vocabulary)

    def finish(self, rows: Rows, references: list[Floats]) -> None:
        """Fill the rows of special tokens, then those that are missing, and the padding."""
        vocabulary, settings = self.given.vocabulary, self.settings
        means = [one.mean(axis=0, dtype=np.float64).astype(np.float32) for one in references]
        if self.source is not None:
            self._fill_special(rows, means)
        missing = rows.missing
        if settings.mode in ("cw2v", "mean"):
            rows.fill(missing, "mean", means)
        else:
            rows.fill(missing, "random", [random_rows(len(missing), one, self.random) for one in references])
        if vocabulary.padding is not None:
            rows.fill(np.array([vocabulary.padding]), "padding", [np.zeros_like(one) for one in means])

    def _fill_special(self, rows: Rows, means: list[Floats]) -> None:
        """Copy the rows of special tokens from the source, or fill them with means."""
        assert self.source is not None
        found = overlap.matches(self.given.vocabulary.tokens, self.source.vocabulary.tokens, self.source.known)
        special = np.array(self.given.vocabulary.special, np.int64)
        copied = special[found[special] >= 0]
        rows.fill(copied, "special_copied", [one[found[copied]] for one in self.sources])
        rows.fill(special[found[special] < 0], "special_mean", means)

    def layer(self, rows: Rows, primitives: Floats | None = None) -> Layer:
        """Return the finished layer, with its metadata."""
        source, settings = self.source, self.settings
        head = rows.matrices[1] if len(rows.matrices) > 1 else None
        about = {"method": "embedding layer", "mode": settings.mode, "settings": settings.record(), **self.extra}
        lengths = {"layer": _length(rows.matrices[0])}
        if source is not None:
            about["source"] = {"tokenizer": source.vocabulary.path.name, "digest": source.vocabulary.digest}
            lengths["source"] = _length(source.matrix[source.usual])
        about |= {"mean_length": lengths, **machinery()}
        names = (source.name, source.head_name) if source is not None else ("embedding.weight", "lm_head.weight")
        return Layer(self.given.vocabulary, rows.matrices[0], rows.kinds, head, primitives, names, about)

    def check_memory(self, dim: int) -> None:
        """Fail if matrices of `dim` numbers for each token do not fit in memory.

        Raises
        ------
        MemoryLimitError
            If they do not.
        """
        needed, free = memory_of(self.tokens, dim), available_memory()
        if needed > free:
            raise MemoryLimitError(
                f"a layer of {self.tokens:,} rows takes {needed / 1e9:.1f} GB to compute, and {free / 1e9:.1f} GB are "
                "free"
            )


def memory_of(tokens: int, dim: int) -> int:
    """Return about how many bytes the matrices take with `dim` numbers for each token."""
    return 4 * tokens * dim * _COPIES


def _length(rows: Floats) -> float:
    return round(float(exact_lengths(rows).mean()), 6) if len(rows) else 0.0

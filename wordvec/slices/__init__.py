"""Slices of a corpus (years, papers, regions) in one space: the compass, measures of change, their significance."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wordvec.slices.aligned import AlignedSlices as AlignedSlices
    from wordvec.slices.changes import Change as Change
    from wordvec.slices.compass import Compass as Compass
    from wordvec.slices.permutation_test import change as change

_HOME = {
    "AlignedSlices": "wordvec.slices.aligned",
    "Change": "wordvec.slices.changes",
    "Compass": "wordvec.slices.compass",
    "change": "wordvec.slices.permutation_test",
}

__all__ = ["AlignedSlices", "Change", "Compass", "change"]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    if name not in _HOME:
        raise AttributeError(f"module 'wordvec.slices' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)

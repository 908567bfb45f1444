"""Bringing vectors into one space, and measuring what differs there."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wordvec.alignment.aligned import AlignedSlices as AlignedSlices
    from wordvec.alignment.chance import Change as Change
    from wordvec.alignment.chance import change as change
    from wordvec.alignment.compass import Compass as Compass
    from wordvec.alignment.retrofitting import retrofit as retrofit

_HOME = {
    "AlignedSlices": "aligned",
    "Change": "chance",
    "Compass": "compass",
    "change": "chance",
    "retrofit": "retrofitting",
}

__all__ = [
    "AlignedSlices",
    "Change",
    "Compass",
    "change",
    "retrofit",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    if name not in _HOME:
        raise AttributeError(f"module 'wordvec.alignment' has no attribute {name!r}")
    return getattr(import_module(f"wordvec.alignment.{_HOME[name]}"), name)

"""Bringing vectors into one space, and measuring what differs there."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wordvec.alignment.anchors import Anchors as Anchors
    from wordvec.alignment.anchors import from_dictionary as from_dictionary
    from wordvec.alignment.anchors import identical as identical
    from wordvec.alignment.anchors import read_dictionary as read_dictionary
    from wordvec.alignment.linear import Linear as Linear
    from wordvec.alignment.mapping import Mapping as Mapping
    from wordvec.alignment.procrustes import Procrustes as Procrustes
    from wordvec.alignment.procrustes import aligned_in_turn as aligned_in_turn

_HOME = {
    "Anchors": "anchors",
    "Linear": "linear",
    "Mapping": "mapping",
    "Procrustes": "procrustes",
    "aligned_in_turn": "procrustes",
    "from_dictionary": "anchors",
    "identical": "anchors",
    "read_dictionary": "anchors",
}

__all__ = [
    "Anchors",
    "Linear",
    "Mapping",
    "Procrustes",
    "aligned_in_turn",
    "from_dictionary",
    "identical",
    "read_dictionary",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    if name not in _HOME:
        raise AttributeError(f"module 'wordvec.alignment' has no attribute {name!r}")
    return getattr(import_module(f"wordvec.alignment.{_HOME[name]}"), name)

"""Bringing vectors into one space, and measuring what differs there."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wordvec.alignment.aligned import AlignedSlices as AlignedSlices
    from wordvec.alignment.anchors import Anchors as Anchors
    from wordvec.alignment.anchors import from_dictionary as from_dictionary
    from wordvec.alignment.anchors import identical as identical
    from wordvec.alignment.base import Aligner as Aligner
    from wordvec.alignment.case import in_case as in_case
    from wordvec.alignment.chance import Change as Change
    from wordvec.alignment.chance import change as change
    from wordvec.alignment.compass import Compass as Compass
    from wordvec.alignment.dictionary_files import read_dictionary as read_dictionary
    from wordvec.alignment.linear import Linear as Linear
    from wordvec.alignment.mapping import Mapping as Mapping
    from wordvec.alignment.methods import METHODS as METHODS
    from wordvec.alignment.procrustes import Procrustes as Procrustes
    from wordvec.alignment.procrustes import aligned_in_turn as aligned_in_turn
    from wordvec.alignment.rcsls import RCSLS as RCSLS
    from wordvec.alignment.refine import Refine as Refine
    from wordvec.alignment.retrofitting import retrofit as retrofit
    from wordvec.alignment.translating import induce as induce
    from wordvec.alignment.vecmap import VecMap as VecMap

_HOME = {
    "AlignedSlices": "aligned",
    "Aligner": "base",
    "Anchors": "anchors",
    "Change": "chance",
    "Compass": "compass",
    "Linear": "linear",
    "METHODS": "methods",
    "Mapping": "mapping",
    "Procrustes": "procrustes",
    "RCSLS": "rcsls",
    "Refine": "refine",
    "VecMap": "vecmap",
    "aligned_in_turn": "procrustes",
    "change": "chance",
    "from_dictionary": "anchors",
    "identical": "anchors",
    "in_case": "case",
    "induce": "translating",
    "read_dictionary": "dictionary_files",
    "retrofit": "retrofitting",
}

__all__ = [
    "METHODS",
    "RCSLS",
    "AlignedSlices",
    "Aligner",
    "Anchors",
    "Change",
    "Compass",
    "Linear",
    "Mapping",
    "Procrustes",
    "Refine",
    "VecMap",
    "aligned_in_turn",
    "change",
    "from_dictionary",
    "identical",
    "in_case",
    "induce",
    "read_dictionary",
    "retrofit",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    if name not in _HOME:
        raise AttributeError(f"module 'wordvec.alignment' has no attribute {name!r}")
    return getattr(import_module(f"wordvec.alignment.{_HOME[name]}"), name)

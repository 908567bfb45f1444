"""Alignment of two vector spaces, bilingual lexicon induction, grounding in measured spaces, and retrofitting."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wordvec.alignment.case import in_case as in_case
    from wordvec.alignment.dictionary import Anchors as Anchors
    from wordvec.alignment.dictionary import from_dictionary as from_dictionary
    from wordvec.alignment.dictionary import identical as identical
    from wordvec.alignment.grounding.model import GroundingModel as GroundingModel
    from wordvec.alignment.grounding.settings import Grounding as Grounding
    from wordvec.alignment.grounding.space import MeasuredSpace as MeasuredSpace
    from wordvec.alignment.induction import induce as induce
    from wordvec.alignment.mapping import Mapping as Mapping
    from wordvec.alignment.methods import METHODS as METHODS
    from wordvec.alignment.methods.base import Aligner as Aligner
    from wordvec.alignment.methods.linear import Linear as Linear
    from wordvec.alignment.methods.procrustes import Procrustes as Procrustes
    from wordvec.alignment.methods.procrustes import aligned_in_turn as aligned_in_turn
    from wordvec.alignment.methods.rcsls import RCSLS as RCSLS
    from wordvec.alignment.methods.refine import Refine as Refine
    from wordvec.alignment.methods.vecmap import VecMap as VecMap
    from wordvec.alignment.retrofitting import retrofit as retrofit
    from wordvec.lexicons.dictionary_files import read_dictionary as read_dictionary

_HOME = {
    "Aligner": "wordvec.alignment.methods.base",
    "Anchors": "wordvec.alignment.dictionary",
    "Grounding": "wordvec.alignment.grounding.settings",
    "GroundingModel": "wordvec.alignment.grounding.model",
    "Linear": "wordvec.alignment.methods.linear",
    "METHODS": "wordvec.alignment.methods",
    "Mapping": "wordvec.alignment.mapping",
    "MeasuredSpace": "wordvec.alignment.grounding.space",
    "Procrustes": "wordvec.alignment.methods.procrustes",
    "RCSLS": "wordvec.alignment.methods.rcsls",
    "Refine": "wordvec.alignment.methods.refine",
    "VecMap": "wordvec.alignment.methods.vecmap",
    "aligned_in_turn": "wordvec.alignment.methods.procrustes",
    "from_dictionary": "wordvec.alignment.dictionary",
    "identical": "wordvec.alignment.dictionary",
    "in_case": "wordvec.alignment.case",
    "induce": "wordvec.alignment.induction",
    "read_dictionary": "wordvec.lexicons.dictionary_files",
    "retrofit": "wordvec.alignment.retrofitting",
}

__all__ = [
    "METHODS",
    "RCSLS",
    "Aligner",
    "Anchors",
    "Grounding",
    "GroundingModel",
    "Linear",
    "Mapping",
    "MeasuredSpace",
    "Procrustes",
    "Refine",
    "VecMap",
    "aligned_in_turn",
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
    return getattr(import_module(_HOME[name]), name)

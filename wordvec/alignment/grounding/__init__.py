"""Grounding: a linear map from word vectors to a measured space, such as image features, ratings or brain responses.

The map is fitted to the words that were measured and applied to all words (zero-shot).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wordvec.alignment.grounding.model import GroundingModel as GroundingModel
    from wordvec.alignment.grounding.settings import Grounding as Grounding
    from wordvec.alignment.grounding.space import MeasuredSpace as MeasuredSpace

_HOME = {
    "Grounding": "wordvec.alignment.grounding.settings",
    "GroundingModel": "wordvec.alignment.grounding.model",
    "MeasuredSpace": "wordvec.alignment.grounding.space",
}

__all__ = ["Grounding", "GroundingModel", "MeasuredSpace"]


def __getattr__(name: str) -> Any:
    """Import a public name on first access."""
    if name not in _HOME:
        raise AttributeError(f"module 'wordvec.alignment.grounding' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)

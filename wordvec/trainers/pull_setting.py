"""The setting `pull` of trainers that draw words of a graph together: see `wordvec.trainers.pull`."""

import dataclasses
from typing import TYPE_CHECKING, Any, TypeVar

from wordvec.errors import SettingsError
from wordvec.settings import setting

if TYPE_CHECKING:
    from wordvec.trainers.base import Trainer

USUAL = 0.1
"""Strength of the pull by default: see examples/results.md."""

T = TypeVar("T", bound="Trainer")


def pull_setting() -> Any:
    """Return the field of the strength of the pull."""
    about = f"strength of the pull between words that the graph connects; default: {USUAL:g} with a graph"
    return setting(None, about, above=0, at_most=10, real=True)


def with_pull(trainer: T, graph: object | None) -> T:
    """Return a trainer that has a pull if, and only if, there is a graph.

    Raises
    ------
    SettingsError
        If it has a pull without a graph, or cannot have one.
    """
    pull = getattr(trainer, "pull", None)
    if graph is None and pull is not None:
        raise SettingsError(": needs a graph, the lexicon whose words are drawn together", setting="pull")
    if graph is None or pull is not None:
        return trainer
    if not hasattr(trainer, "pull"):
        raise SettingsError(f": {trainer.method} takes no graph; leave it out", setting="graph")
    return dataclasses.replace(trainer, pull=USUAL)  # type: ignore[call-arg]

"""Judging vectors: similarity, analogies, probes, classification, and one report that compares them.

Every measure takes `Vectors`, one or several by name, and datasets, and gives a `Table`. The conventions by which
published numbers differ (case, coverage, restriction of the vocabulary, question words) are arguments, and stand in
the table.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wordvec.evaluation.analogies import Convention as Convention
    from wordvec.evaluation.analogies import analogy as analogy
    from wordvec.evaluation.changes import graded_change as graded_change
    from wordvec.evaluation.classification import classify as classify
    from wordvec.evaluation.held_out import likelihood as likelihood
    from wordvec.evaluation.probing import probe as probe
    from wordvec.evaluation.reporting import ReportSettings as ReportSettings
    from wordvec.evaluation.reporting import report as report
    from wordvec.evaluation.similarities import similarity as similarity
    from wordvec.evaluation.tables import Table as Table
    from wordvec.evaluation.tagger import ProbeSettings as ProbeSettings
    from wordvec.evaluation.temporal_analogies import temporal_analogy as temporal_analogy
    from wordvec.evaluation.translations import translation as translation

_HOME = {
    "Convention": "analogies",
    "ProbeSettings": "tagger",
    "ReportSettings": "reporting",
    "Table": "tables",
    "analogy": "analogies",
    "classify": "classification",
    "graded_change": "changes",
    "likelihood": "held_out",
    "probe": "probing",
    "report": "reporting",
    "similarity": "similarities",
    "temporal_analogy": "temporal_analogies",
    "translation": "translations",
}

__all__ = [
    "Convention",
    "ProbeSettings",
    "ReportSettings",
    "Table",
    "analogy",
    "classify",
    "graded_change",
    "likelihood",
    "probe",
    "report",
    "similarity",
    "temporal_analogy",
    "translation",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    if name not in _HOME:
        raise AttributeError(f"module 'wordvec.evaluation' has no attribute {name!r}")
    return getattr(import_module(f"wordvec.evaluation.{_HOME[name]}"), name)

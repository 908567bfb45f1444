"""Evaluation of vectors: similarity, analogies, axes, associations, probes, classification, and a report of several.

Every measure takes `Vectors`, one or several by name, and datasets, and returns a `Table`. The conventions in which
published figures differ (case, coverage, restriction of the vocabulary, question words) are arguments, and are stated
in the notes of the table.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wordvec.evaluation.associations.association import AssociationSettings as AssociationSettings
    from wordvec.evaluation.associations.association import association as association
    from wordvec.evaluation.associations.axis import AxisSettings as AxisSettings
    from wordvec.evaluation.associations.axis import axis as axis
    from wordvec.evaluation.associations.categorisation import categorise as categorise
    from wordvec.evaluation.associations.context_regression import RegressionSettings as RegressionSettings
    from wordvec.evaluation.associations.context_regression import context_regression as context_regression
    from wordvec.evaluation.associations.norms import norms as norms
    from wordvec.evaluation.associations.outliers import outliers as outliers
    from wordvec.evaluation.intrinsic.analogy import Convention as Convention
    from wordvec.evaluation.intrinsic.analogy import analogy as analogy
    from wordvec.evaluation.intrinsic.perplexity import perplexity as perplexity
    from wordvec.evaluation.intrinsic.senses import senses as senses
    from wordvec.evaluation.intrinsic.similarity import similarity as similarity
    from wordvec.evaluation.intrinsic.similarity_in_context import similarity_in_context as similarity_in_context
    from wordvec.evaluation.intrinsic.sts import sts as sts
    from wordvec.evaluation.intrinsic.translation import translation as translation
    from wordvec.evaluation.maps.definitions import definitions as definitions
    from wordvec.evaluation.maps.grounding import grounding as grounding
    from wordvec.evaluation.probes.classification import classify as classify
    from wordvec.evaluation.probes.links import links as links
    from wordvec.evaluation.probes.nodes import nodes as nodes
    from wordvec.evaluation.probes.probe import probe as probe
    from wordvec.evaluation.probes.tagger import ProbeSettings as ProbeSettings
    from wordvec.evaluation.reporting.report import ReportSettings as ReportSettings
    from wordvec.evaluation.reporting.report import report as report
    from wordvec.evaluation.slices.graded_change import graded_change as graded_change
    from wordvec.evaluation.slices.held_out import likelihood as likelihood
    from wordvec.evaluation.slices.temporal_analogies import temporal_analogy as temporal_analogy
    from wordvec.tables import Table as Table

_HOME = {
    "AssociationSettings": "wordvec.evaluation.associations.association",
    "AxisSettings": "wordvec.evaluation.associations.axis",
    "Convention": "wordvec.evaluation.intrinsic.analogy",
    "ProbeSettings": "wordvec.evaluation.probes.tagger",
    "RegressionSettings": "wordvec.evaluation.associations.context_regression",
    "ReportSettings": "wordvec.evaluation.reporting.report",
    "Table": "wordvec.tables",
    "analogy": "wordvec.evaluation.intrinsic.analogy",
    "association": "wordvec.evaluation.associations.association",
    "axis": "wordvec.evaluation.associations.axis",
    "categorise": "wordvec.evaluation.associations.categorisation",
    "classify": "wordvec.evaluation.probes.classification",
    "context_regression": "wordvec.evaluation.associations.context_regression",
    "definitions": "wordvec.evaluation.maps.definitions",
    "graded_change": "wordvec.evaluation.slices.graded_change",
    "grounding": "wordvec.evaluation.maps.grounding",
    "likelihood": "wordvec.evaluation.slices.held_out",
    "links": "wordvec.evaluation.probes.links",
    "nodes": "wordvec.evaluation.probes.nodes",
    "norms": "wordvec.evaluation.associations.norms",
    "outliers": "wordvec.evaluation.associations.outliers",
    "perplexity": "wordvec.evaluation.intrinsic.perplexity",
    "probe": "wordvec.evaluation.probes.probe",
    "report": "wordvec.evaluation.reporting.report",
    "senses": "wordvec.evaluation.intrinsic.senses",
    "similarity": "wordvec.evaluation.intrinsic.similarity",
    "similarity_in_context": "wordvec.evaluation.intrinsic.similarity_in_context",
    "sts": "wordvec.evaluation.intrinsic.sts",
    "temporal_analogy": "wordvec.evaluation.slices.temporal_analogies",
    "translation": "wordvec.evaluation.intrinsic.translation",
}

__all__ = [
    "AssociationSettings",
    "AxisSettings",
    "Convention",
    "ProbeSettings",
    "RegressionSettings",
    "ReportSettings",
    "Table",
    "analogy",
    "association",
    "axis",
    "categorise",
    "classify",
    "context_regression",
    "definitions",
    "graded_change",
    "grounding",
    "likelihood",
    "links",
    "nodes",
    "norms",
    "outliers",
    "perplexity",
    "probe",
    "report",
    "senses",
    "similarity",
    "similarity_in_context",
    "sts",
    "temporal_analogy",
    "translation",
]


def __getattr__(name: str) -> Any:
    """Import a public name on first access."""
    if name not in _HOME:
        raise AttributeError(f"module 'wordvec.evaluation' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)

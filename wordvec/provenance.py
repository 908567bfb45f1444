"""The metadata of a result: the versions and processor that its bits depend on, and its history."""

from typing import Any

FOLDED = "fold_for_sentences"
"""Step by which weights and removed components of sentences became part of the rows of words."""


def machinery() -> dict[str, Any]:
    """Return the versions and the processor that the bits of a result depend on."""
    import numpy

    from wordvec import __version__
    from wordvec.kernels._jit import processor, version_of_numba

    return {
        "versions": {"wordvec": __version__, "numpy": numpy.__version__, "numba": version_of_numba()},
        "processor": processor(),
    }


def with_step(metadata: dict[str, Any], step: str, **details: Any) -> dict[str, Any]:
    """Return metadata with one more step at the end of its ``"history"``.

    Parameters
    ----------
    metadata
        Metadata of the vectors before the step; left unchanged.
    step
        Name of the operation, such as ``"align"``.
    details
        Settings and figures of the step, as JSON can hold them.
    """
    return metadata | {"history": [*metadata.get("history", []), {"step": step, **details}]}


def is_folded(metadata: dict[str, Any]) -> bool:
    """Return whether vectors are folded for sentences: their plain mean is the vector of a sentence."""
    history = metadata.get("history", [])
    return isinstance(history, list) and any(isinstance(step, dict) and step.get("step") == FOLDED for step in history)

"""Sentences on the steps that follow training, from the history in the metadata of vectors, with the works to cite."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

ALIGNERS = {
    "procrustes": ("orthogonal Procrustes (Xing et al., 2015)", ["xing2015"]),
    "linear": ("a linear map fitted by least squares", []),
    "refine": ("iterated orthogonal Procrustes (Xing et al., 2015)", ["xing2015"]),
    "rcsls": ("RCSLS (Joulin et al., 2018)", ["joulin2018"]),
    "vecmap": ("VecMap (Artetxe et al., 2018)", ["artetxe2018"]),
}
_SILENT = ("convert", "replace_spaces")
"""Steps that change no vector, unless they have the settings of a change."""
_FILES = frozenset({"step", "source", "from", "to"})

Step = Mapping[str, Any]


def later_steps(history: Sequence[Step]) -> Iterator[tuple[str, list[str]]]:
    """Yield a sentence and the works cited for each step that changed the words or their vectors."""
    for step in history:
        name = step["step"]
        if name == "align":
            yield _aligned(step)
        elif name == "retrofit":
            yield _retrofitted(step)
        elif details := _details(step):
            yield f"Then the step {str(name).replace('_', ' ')} was applied ({details}).", []
        elif name not in _SILENT:
            yield f"Then the step {str(name).replace('_', ' ')} was applied.", []


def _aligned(step: Step) -> tuple[str, list[str]]:
    method, anchors = str(step.get("method", "unknown")), step.get("anchors") or {}
    description, works = ALIGNERS.get(method, (method, []))
    pairs = f" with {anchors['covered']:,} pairs of words" if isinstance(anchors.get("covered"), int) else ""
    steps = (step.get("settings") or {}).get("steps")
    normalised = f", after the normalisation steps {steps}" if steps else ""
    side = f", as the {step['side']} side" if "side" in step else ""
    space = "the space of other vectors" if step.get("space") == "target" else "a common space"
    return f"The vectors were mapped into {space} by {description}{pairs}{normalised}{side}.", list(works)


def _retrofitted(step: Step) -> tuple[str, list[str]]:
    lexicon, moved = step["lexicon"], step["moved"]
    sentence = (
        f"The vectors of {moved:,} words were retrofitted (Faruqui et al., 2015) to the lexicon {lexicon} in "
        f"{step['iterations']} iterations."
    )
    if opposites := step.get("opposites"):
        sentence += f" {opposites:,} edges between opposites pushed words apart (Mrkšić et al., 2016)."
    return sentence, ["faruqui2015", *["mrksic2016"] * bool(opposites)]


def _details(step: Step) -> str:
    shown = {name: value for name, value in step.items() if name not in _FILES}
    if step["step"] == "replace_spaces":
        return ""
    plain = (str, int, float)
    return ", ".join(f"{name} {value}" for name, value in shown.items() if isinstance(value, plain) and value != "")

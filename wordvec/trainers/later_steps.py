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
        elif name == "ground":
            yield _grounded(step)
        elif name == "cluster_senses":
            yield _clustered(step)
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


def _grounded(step: Step) -> tuple[str, list[str]]:
    strength, to = step.get("strength"), f"the measured space {step['space']}"
    if step["method"] == "ridge":
        by, works = "ridge regression (Hoerl and Kennard, 1970)", ["hoerl1970"]
        chosen, others = "penalties chosen by generalised cross-validation (Golub et al., 1979)", ["golub1979"]
        given = f"a penalty of {strength:g} mean eigenvalues of the covariance" if strength is not None else ""
    else:
        to = f"the space that they share with {to}"
        by, works = "canonical correlation analysis (Hotelling, 1936)", ["hotelling1936"]
        chosen, others = "covariances shrunk by the weight of Ledoit and Wolf (2004)", ["ledoit2004"]
        given = f"covariances shrunk by the weight {strength:g}" if strength is not None else ""
    rows = ", at length 1," if step["unit"] else ""
    sentence = (
        f"The vectors of all words{rows} were mapped into {to} by a linear map, fitted to {step['words']:,} measured "
        f"words by {by} with {given or chosen}."
    )
    return sentence, works if given else works + others


def _clustered(step: Step) -> tuple[str, list[str]]:
    sentence = (
        f"The contexts of each word, windows of {step['window']} tokens on either side as sums of centred vectors with "
        f"the weights of SIF (Arora et al., 2017), were clustered into up to {step['senses']} senses by spherical "
        f"k-means (Schütze, 1998), and {step['words']:,} words got several vectors."
    )
    return sentence, ["arora2017", "schuetze1998"]


def _details(step: Step) -> str:
    shown = {name: value for name, value in step.items() if name not in _FILES}
    if step["step"] == "replace_spaces":
        return ""
    plain = (str, int, float)
    return ", ".join(f"{name} {value}" for name, value in shown.items() if isinstance(value, plain) and value != "")

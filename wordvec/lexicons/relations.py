"""Relations of lexicons, and the weights of their edges.

Relations are named in the singular: ``synonym``, ``hypernym``, ``antonym``. A weight is a factor of the weights of a
relation's edges. A negative one makes the two words of an edge opposites, which are pushed apart; 0 leaves the edges
out.
"""

import math
from collections.abc import Mapping, Set
from pathlib import Path

from wordvec.errors import SettingsError
from wordvec.wording import some

KNOWN = frozenset(
    (
        *("synonym", "antonym", "hypernym", "hyponym", "meronym", "holonym", "troponym", "coordinate_term"),
        *("related", "derived", "instance", "similar", "entailment", "cause", "abbreviation"),
        *("is_a", "isa", "part_of", "partof", "has_a", "hasa", "instance_of"),
        *("relatedto", "related_to", "similarto", "similar_to", "derivedfrom"),
    )
)
"""Names by which a file of relations is recognised."""
_OPPOSITE = ("antonym",)

Weights = Mapping[str, float]


def named(relation: str) -> str:
    """Return the name of a relation as a weight is looked up by.

    >>> named("synonyms"), named("/r/Antonym"), named("Coordinate terms"), named("is_a")
    ('synonym', 'antonym', 'coordinate_term', 'is_a')
    """
    name = relation.strip().lower().removeprefix("/r/").replace(" ", "_")
    return name.removesuffix("s") if name.removesuffix("s") in KNOWN else name


def weight_of(relation: str, weights: Weights, usual: float) -> float:
    """Return the weight of a relation, by its name in the singular; `usual` for one that is not in `weights`."""
    return weights.get(relation, -1.0 if relation in _OPPOSITE else usual)


def check_names(path: str | Path, weights: Weights, known: Set[str]) -> None:
    """Refuse weights of relations that a file does not have.

    Raises
    ------
    SettingsError
        If a name is not `known`.
    """
    for name in weights:
        if name not in known:
            raise SettingsError(
                f": {path} has no relation {name!r}; it has {some(sorted(known), 12)}", setting="relations"
            )


def parsed(text: str | None) -> dict[str, float] | None:
    """Return the weights in a text such as ``synonym=1,hypernym=0.5,antonym=-1``; None without a text.

    Raises
    ------
    SettingsError
        If it has another form, or a weight is not a finite number.
    """
    if text is None:
        return None
    weights = {}
    for part in text.split(","):
        name, _, number = part.partition("=")
        try:
            weight = float(number)
        except ValueError:
            weight = math.nan
        if not name.strip() or not math.isfinite(weight):
            raise SettingsError(
                f"{part.strip()!r}: expected the name of a relation and its weight, such as synonym=1,antonym=-0.5",
                setting="relations",
            )
        weights[named(name)] = weight
    return weights

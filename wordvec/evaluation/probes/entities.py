"""Entities in tags, and precision, recall and F1 of predicted ones by the rules of CoNLL-2000 to 2003 (conlleval).

Tags are O, B-TYPE and I-TYPE. An entity begins at B, and at an I after O or after another type. This reads IOB2 (every
entity begins with B), IOB1 (B only between adjacent entities of the same type) and ill-formed tags. A predicted entity
is correct if its type, first and last token are. Tags with E or S (IOBES) are not supported; convert them to IOB2.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

OUTSIDE = "O"

Tags = Sequence[Sequence[str]]
"""Tags by sentence."""


class Span(NamedTuple):
    """An entity: its type and the positions of its first and last token."""

    type: str
    first: int
    last: int


class Scores(NamedTuple):
    """Scores of predicted entities; 0 if a denominator is 0.

    Attributes
    ----------
    precision, recall, f1
        Share of predicted entities that are true, share of true ones that are predicted, their harmonic mean.
    correct, predicted, true
        Numbers of entities.
    """

    precision: float
    recall: float
    f1: float
    correct: int
    predicted: int
    true: int

    @classmethod
    def of(cls, correct: int, predicted: int, true: int) -> "Scores":
        """Compute scores from numbers of entities."""
        precision = correct / predicted if predicted else 0.0
        recall = correct / true if true else 0.0
        f1 = 2 * precision * recall / (precision + recall) if correct else 0.0
        return cls(precision, recall, f1, correct, predicted, true)


def is_bio(tags: Iterable[str]) -> bool:
    """Return whether tags mark entities: each is O or begins with B- or I-, and not all are O."""
    different = set(tags) - {OUTSIDE}
    return bool(different) and all(tag.startswith(("B-", "I-")) for tag in different)


def is_iobes(tags: Iterable[str]) -> bool:
    """Return whether tags mark entities in IOBES, which has tags for single tokens and for ends."""
    kinds = {tag[:2] for tag in set(tags) - {OUTSIDE}}
    return kinds <= {"B-", "I-", "E-", "S-"} and bool(kinds & {"E-", "S-"})


def spans(tags: Sequence[str]) -> list[Span]:
    """Return the entities of a sentence, in order.

    Examples
    --------
    >>> spans(["B-person", "I-person", "O", "I-place"])
    [Span(type='person', first=0, last=1), Span(type='place', first=3, last=3)]
    """
    found: list[Span] = []
    before = OUTSIDE
    for position, tag in enumerate(tags):
        kind = tag[2:] or "_"
        if tag == OUTSIDE:
            pass
        elif tag.startswith("B") or before == OUTSIDE or found[-1].type != kind:
            found.append(Span(kind, position, position))
        else:
            found[-1] = found[-1]._replace(last=position)
        before = tag
    return found


def counts(true: Tags, predicted: Tags) -> NDArray[np.int64]:
    """Return the numbers of correct, predicted and true entities of each sentence (sentences, 3)."""
    rows = []
    for sentence, guess in zip(true, predicted, strict=True):
        ours, theirs = set(spans(guess)), set(spans(sentence))
        rows.append((len(ours & theirs), len(ours), len(theirs)))
    return np.array(rows, np.int64).reshape(-1, 3)


def scores(true: Tags, predicted: Tags) -> Scores:
    """Compute the scores of predicted entities of all types together."""
    return Scores.of(*(int(total) for total in counts(true, predicted).sum(0)))

"""Entities in tags, and how well predicted ones agree with them, by the rules of CoNLL-2000 to 2003 (conlleval).

Tags are O, B-TYPE and I-TYPE. An entity begins at B, and at an I after O or after another type, so that both
conventions are read (IOB2: every entity begins with B; IOB1: only one that touches another of its type) and ill-formed
tags are, too. It counts as found if its type, its first and its last token are right. Tags with E or S (IOBES) are
not read; make IOB2 of them.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

OUTSIDE = "O"

Tags = Sequence[Sequence[str]]
"""The tags of sentences."""


class Span(NamedTuple):
    """An entity: its type and the positions of its first and last token."""

    type: str
    first: int
    last: int


class Scores(NamedTuple):
    """How well predicted entities agree with the true ones; 0 where a share is of nothing.

    Attributes
    ----------
    precision, recall, f1
        Share of predicted entities that are true, share of true ones that are predicted, their harmonic mean.
    correct, predicted, true
        How many there are.
    """

    precision: float
    recall: float
    f1: float
    correct: int
    predicted: int
    true: int

    @classmethod
    def of(cls, correct: int, predicted: int, true: int) -> "Scores":
        """Make scores of numbers of entities."""
        precision = correct / predicted if predicted else 0.0
        recall = correct / true if true else 0.0
        f1 = 2 * precision * recall / (precision + recall) if correct else 0.0
        return cls(precision, recall, f1, correct, predicted, true)


def is_bio(tags: Iterable[str]) -> bool:
    """Say whether tags mark entities: each is O or begins with B- or I-, and not all are O."""
    different = set(tags) - {OUTSIDE}
    return bool(different) and all(tag.startswith(("B-", "I-")) for tag in different)


def is_iobes(tags: Iterable[str]) -> bool:
    """Say whether tags mark entities in the way that has signs for single tokens and ends, too."""
    kinds = {tag[:2] for tag in set(tags) - {OUTSIDE}}
    return kinds <= {"B-", "I-", "E-", "S-"} and bool(kinds & {"E-", "S-"})


def spans(tags: Sequence[str]) -> list[Span]:
    """Give the entities of a sentence in their order.

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
    """Give (sentences, 3): how many entities of each sentence are predicted and true, predicted, and true."""
    rows = []
    for sentence, guess in zip(true, predicted, strict=True):
        ours, theirs = set(spans(guess)), set(spans(sentence))
        rows.append((len(ours & theirs), len(ours), len(theirs)))
    return np.array(rows, np.int64).reshape(-1, 3)


def scores(true: Tags, predicted: Tags) -> Scores:
    """Score predicted entities of all types together."""
    return Scores.of(*(int(total) for total in counts(true, predicted).sum(0)))

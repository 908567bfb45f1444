"""The words of sets, and pairs of two sets, that all models know, and the coverage in words."""

from collections.abc import Sequence
from typing import NamedTuple

from wordvec.errors import InputError
from wordvec.evaluation.associations.models import Model
from wordvec.evaluation.coverage import CoverageError
from wordvec.evaluation.datasets.word_sets import WordSet
from wordvec.representation import short
from wordvec.wording import quantity, some, unknown_of


class Known(NamedTuple):
    """The words of a set that all models know, the others, and those that a model composes from n-grams."""

    name: str
    words: list[str]
    unknown: list[str]
    composed: Sequence[str] = ()

    def __repr__(self) -> str:
        return short(self)

    @property
    def coverage(self) -> str:
        """The coverage in words, such as ``rich: 7 of 8 words known (not: affluent)``."""
        every = len(self.words) + len(self.unknown)
        lacking = f" (not: {some(self.unknown)})" if self.unknown else ""
        return f"{self.name}: {len(self.words)} of {quantity(every, 'word')} known{lacking}" + _composed(self.composed)


def known_to_all(models: Sequence[Model], wanted: WordSet, least: int = 1) -> Known:
    """Return the words of a set that all models know.

    Raises
    ------
    InputError
        If there are fewer than `least`.
    """
    known = [word for word in wanted.words if all(model.knows(word) for model in models)]
    unknown = [word for word in wanted.words if word not in set(known)]
    composed = [word for word in known if any(model.composes(word) for model in models)]
    if len(known) < least:
        where = (
            f"the {len(models[0].vectors):,} of the vectors"
            if len(models) == 1
            else f"those of all {len(models)} models"
        )
        raise CoverageError(
            f"{wanted.name}: {len(known)} of {quantity(len(wanted.words), 'word')} known among "
            f"{where}, at least {least} needed" + unknown_of(unknown),
            len(known),
        )
    return Known(wanted.name, known, unknown, composed)


def known_pairs(models: Sequence[Model], a: WordSet, b: WordSet, advice: str) -> tuple[Known, Known, str]:
    """Return the pairs of two sets, word by word, of which all models know both words, and their coverage.

    Parameters
    ----------
    models, a, b
        The models and the sets.
    advice
        What needs pairs and what to do, for a message about sets of different sizes.

    Raises
    ------
    InputError
        If the sets have different sizes, or no pair is known.
    """
    if len(a.words) != len(b.words):
        raise InputError(f"{a.name} has {quantity(len(a.words), 'word')}, {b.name} {len(b.words)}; {advice}")
    pairs = list(zip(a.words, b.words, strict=True))
    known = [known_to_all(models, one) for one in (a, b)]
    lacking = {word for one in known for word in one.unknown}
    kept = [pair for pair in pairs if not lacking & set(pair)]
    if not kept:
        raise InputError(f"{a.name}, {b.name}: no pair has two known words; check language and case")
    left, right = (
        Known(one.name, side, one.unknown, [word for word in one.composed if word in side])
        for one, side in zip(known, map(list, zip(*kept, strict=True)), strict=True)
    )
    left_out = [f"{one}-{other}" for one, other in pairs if lacking & {one, other}]
    coverage = f"{a.name}, {b.name}: {len(kept)} of {quantity(len(pairs), 'pair')} known"
    coverage += f" (not: {some(left_out)})" if left_out else ""
    return left, right, coverage + _composed([*left.composed, *right.composed])


def _composed(words: Sequence[str]) -> str:
    """Return the part of a coverage about words that are composed from n-grams."""
    return f"; composed from n-grams: {len(words)} ({some(words)})" if words else ""

"""Projections of words on an axis between two poles, with intervals over poles and models."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from wordvec import arguments
from wordvec.documentation import documented
from wordvec.errors import InputError, SettingsError
from wordvec.evaluation import intervals
from wordvec.evaluation.associations.axes import METHODS, PAIRED, PAIRS, SEEDS, SEMAXIS, Basis, Poles
from wordvec.evaluation.associations.fitted import FittedAxis
from wordvec.evaluation.associations.known import known_pairs, known_to_all
from wordvec.evaluation.associations.models import Given, Model, check_number, models_of, oov_notes, oov_setting
from wordvec.evaluation.associations.projections import Projections
from wordvec.evaluation.datasets.word_sets import Source, WordSet, check_distinct, read_word_set
from wordvec.representation import short
from wordvec.settings import check_settings, setting
from wordvec.slices.aligned import AlignedSlices
from wordvec.wording import some

LIMIT, NUMBER = 10_000, 10
"""Number of most frequent words of which the extreme ones are listed, and how many at either pole."""


@documented
@dataclasses.dataclass(frozen=True, kw_only=True)
class AxisSettings:
    """Settings of an axis."""

    method: str = setting(
        PAIRS,
        "pairs: mean of the differences between the words of each pair; pca: first principal component of the pairs; "
        "semaxis: mean of A minus mean of B; seeds: mean cosine with A minus mean cosine with B",
        choices=METHODS,
    )
    expand: int = setting(
        0, "with semaxis, number of nearest words by which each word of a pole is expanded", at_least=0
    )
    oov: str = oov_setting()
    resamples: int = setting(1_000, "bootstrap resamples for each interval", at_least=intervals.LEAST_RESAMPLES)
    seed: int = setting(1, "seed of the bootstrap", at_least=0, at_most=2**63 - 1)

    def __post_init__(self) -> None:
        check_settings(self)
        if self.expand and self.method != SEMAXIS:
            raise SettingsError(f"{self.expand}: only the method {SEMAXIS} expands poles", setting="expand")

    def __repr__(self) -> str:
        return short(self)


def axis(
    vectors: Given,
    poles: tuple[Source, Source],
    words: Source | None = None,
    *,
    path: bool | None = None,
    number: int = NUMBER,
    limit: int = LIMIT,
    case: str = "ignore",
    **settings: Any,
) -> Projections:
    """Project words on an axis between two poles.

    Parameters
    ----------
    vectors
        Vectors; or several by name, such as those of other seeds; or the slices of a compass.
    poles
        Words of either pole, of files, lists, or separated by commas; with the methods ``pairs`` and ``pca``, the words
        of a pair have the same position in both.
    words
        Words to project; default: the extreme ones of the first model.
    path
        Whether the models are steps of a path, each with its own projections and its difference from the first; else
        they are repetitions, of which the mean is taken. Default: whether they are slices of a compass.
    number, limit
        Without `words`: number of words at either pole, and of the most frequent words from which they are taken.
    case
        How words are looked up, one of `letter_case.CASES`.
    **settings
        Fields of `AxisSettings`: ``method="pairs"``, ``expand=0``, ``oov="skip"``, ``resamples=1000``, ``seed=1``.

    Raises
    ------
    InputError
        If too few words of the poles or none of the words are known, or the poles cancel out.
    SettingsError
        If a setting is unknown or out of range.
    """
    chosen = settings_of(AxisSettings, settings)
    if not isinstance(poles, tuple | list) or len(poles) != 2:
        arguments.wrong("poles", poles, "a pair of sets of words")
    check_number("number", number, 1)
    check_number("limit", limit, 1)
    a, b = read_word_set(poles[0], "A"), read_word_set(poles[1], "B")
    asked = None if words is None else read_word_set(words)
    named = [*a.words, *b.words, *([] if asked is None else asked.words)]
    models = models_of(vectors, case, chosen.oov, named)
    stepwise = isinstance(vectors, AlignedSlices) if path is None else bool(path)
    both, coverage = known_poles(models, a, b, chosen.method)
    bases = [_basis(model, both, chosen) for model in models]
    fitted = FittedAxis(models, bases, both, stepwise)
    listed = fitted.extremes(number, limit) if asked is None else _known_to_any(models, asked)
    notes = [*coverage, *oov_notes(models, chosen.oov, case)]
    return Projections.of(fitted, listed, chosen, notes, extreme=asked is None)


def settings_of(kind: type[Any], given: dict[str, Any]) -> Any:
    """Return settings from keywords.

    Raises
    ------
    SettingsError
        If there is no such setting, or one is out of range.
    """
    known = [field.name for field in dataclasses.fields(kind)]
    for name in given:
        if name not in known:
            raise SettingsError(f"there is no setting {name!r}; choose from {', '.join(known)}")
    return kind(**given)


def known_poles(models: Sequence[Model], a: WordSet, b: WordSet, method: str) -> tuple[Poles, list[str]]:
    """Return the words of the poles that define the axis in all models, and the coverage in words.

    Raises
    ------
    InputError
        If pairs are incomplete or none is known, a word is in both poles, or a pole has no known word.
    """
    if a.name == b.name:
        a, b = a._replace(name=f"{a.name} (A)"), b._replace(name=f"{b.name} (B)")
    if method not in PAIRED:
        check_distinct(a, b)
        known = [known_to_all(models, one) for one in (a, b)]
        return Poles(known[0].words, known[1].words), [one.coverage for one in known]
    advice = f"the method {method} needs pairs, word by word (or choose the method {SEMAXIS} or {SEEDS})"
    left, right, coverage = known_pairs(models, a, b, advice)
    if same := [one for one, other in zip(left.words, right.words, strict=True) if one == other]:
        raise InputError(f"{some(same)}: paired with the same word; a pair needs two")
    return Poles(left.words, right.words), [coverage]


def _basis(model: Model, poles: Poles, settings: AxisSettings) -> Basis:
    basis = Basis.of(model, poles, settings.method, settings.expand)
    if not np.isfinite(basis.coefficients(np.ones((1, len(basis.first))))).all():
        raise InputError(f"{model.name}: the poles cancel out, so that there is no axis; use other words")
    return basis


def _known_to_any(models: Sequence[Model], asked: WordSet) -> list[str]:
    """Return the words that are projected, each once.

    Raises
    ------
    InputError
        If no model knows one of them.
    """
    if not any(model.knows(word) for word in asked.words for model in models):
        known_to_all(models[:1], asked)  # its message
        raise InputError(f"{asked.name}: no word is known")
    return list(dict.fromkeys(asked.words))

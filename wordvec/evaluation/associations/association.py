"""Association tests: how near sets of target words are to sets of attribute words, with p-values and intervals."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from wordvec import arguments
from wordvec.documentation import documented
from wordvec.errors import SettingsError
from wordvec.evaluation import intervals
from wordvec.evaluation.associations.axis import settings_of
from wordvec.evaluation.associations.known import Known, known_pairs, known_to_all
from wordvec.evaluation.associations.models import Given, Model, models_of, oov_notes, oov_setting
from wordvec.evaluation.associations.relative import ECT, RIPA, RND
from wordvec.evaluation.associations.results import Associations
from wordvec.evaluation.associations.rnsb import RNSB
from wordvec.evaluation.associations.samples import Samples
from wordvec.evaluation.associations.weat import WEAT, SingleWEAT
from wordvec.evaluation.datasets.word_sets import Source, WordSet, check_distinct, read_word_set
from wordvec.evaluation.permutations import ALTERNATIVES
from wordvec.representation import short
from wordvec.settings import check_settings, setting
from wordvec.slices.aligned import AlignedSlices
from wordvec.wording import quantity

MEASURES: dict[str, Any] = {one.name: one for one in (WEAT, SingleWEAT, RND, ECT, RIPA, RNSB)}
SETS = {"weat": (2, 2), "sc-weat": (None, 2), "rnd": (2, 1), "ect": (2, 1), "ripa": (2, 1), "rnsb": (None, 2)}
"""Numbers of sets of targets and attributes by measure; None: one or more."""
LEAST = {"ect": 3}
"""Fewest attributes of a set, by measure; default 1."""


@documented
@dataclasses.dataclass(frozen=True, kw_only=True)
class AssociationSettings:
    """Settings of an association test."""

    measure: str = setting("weat", "measure of association; see above", choices=tuple(MEASURES))
    alternative: str | None = setting(
        None,
        "alternative hypothesis: the measure is greater than under permutation, less, or either; default: greater for "
        "weat and rnsb, less for ect, two-sided for the others",
        choices=ALTERNATIVES,
    )
    permutations: int = setting(
        20_000, "largest number of permutations; random ones if there are more than that", at_least=99
    )
    unit: bool = setting(
        False,
        "scale vectors to length 1 in rnd, ect, ripa and rnsb, too, which take them as they are",
    )
    oov: str = oov_setting()
    resamples: int = setting(1_000, "bootstrap resamples for each interval", at_least=intervals.LEAST_RESAMPLES)
    seed: int = setting(1, "seed of the permutations and of the bootstrap", at_least=0, at_most=2**63 - 1)

    def __post_init__(self) -> None:
        check_settings(self)

    def __repr__(self) -> str:
        return short(self)


def association(
    vectors: Given,
    targets: Sequence[Source],
    attributes: Sequence[Source],
    *,
    case: str = "ignore",
    **settings: Any,
) -> Associations:
    """Test the association of target words with attribute words.

    Parameters
    ----------
    vectors
        Vectors; several by name, which are compared with the first; or the slices of a compass.
    targets, attributes
        Sets of words: files, lists, or words separated by commas. WEAT takes two and two; SC-WEAT and RNSB one or more,
        and two; RND, ECT and RIPA two and one. The two sets of targets of RIPA are pairs, word by word.
    case
        How words are looked up, one of `letter_case.CASES`.
    **settings
        Fields of `AssociationSettings`: ``measure="weat"``, ``alternative=None``, ``permutations=20000``,
        ``unit=False``, ``oov="skip"``, ``resamples=1000``, ``seed=1``.

    Raises
    ------
    InputError
        If too few words of a set are known, or a word is in two sets.
    SettingsError
        If the number of sets is wrong, or a setting unknown or out of range.
    """
    chosen = settings_of(AssociationSettings, settings)
    sets = [_sets(name, given) for name, given in (("targets", targets), ("attributes", attributes))]
    for side, wanted, what in zip(sets, SETS[chosen.measure], ("target", "attribute"), strict=True):
        if len(side) != wanted and (wanted or not side):
            raise SettingsError(
                f"{chosen.measure}: expected {quantity(wanted or 1, f'set of {what}s', f'sets of {what}s')}"
                f"{'' if wanted else ' or more'}, got {len(side)}"
            )
        check_distinct(*side)
    models = models_of(vectors, case, chosen.oov, [word for side in sets for one in side for word in one.words])
    known, coverage = _known(models, sets, chosen.measure)
    coverage += oov_notes(models, chosen.oov, case)
    samples = [Samples(model, known[0], known[1], chosen.unit) for model in models]
    ordered = isinstance(vectors, AlignedSlices)
    return Associations.of(
        [model.name for model in models], samples, MEASURES[chosen.measure], chosen, coverage, ordered
    )


def _sets(name: str, given: Sequence[Source]) -> list[WordSet]:
    """Return sets of words with different names."""
    if isinstance(given, str | WordSet):
        arguments.wrong(name, given, "a list of sets of words", f"[{name}]")
    letters = "XY" if name == "targets" else "AB"
    items = arguments.items(name, given, "a list of sets of words")
    read = [read_word_set(one, letters[at] if len(items) <= 2 else str(at + 1)) for at, one in enumerate(items)]
    names = [one.name for one in read]
    return [
        one if names.count(one.name) == 1 else one._replace(name=f"{one.name} ({at + 1})")
        for at, one in enumerate(read)
    ]


def _known(models: Sequence[Model], sets: list[list[WordSet]], measure: str) -> tuple[list[list[Known]], list[str]]:
    """Return the known words of each set of targets and attributes, and their coverage in words."""
    least = LEAST.get(measure, 1)
    attributes = [known_to_all(models, one, least) for one in sets[1]]
    if measure == RIPA.name:
        x, y = sets[0]
        left, right, pairs = known_pairs(models, x, y, "ripa needs pairs, word by word")
        return [[left, right], attributes], [pairs, *(one.coverage for one in attributes)]
    targets = [known_to_all(models, one) for one in sets[0]]
    return [targets, attributes], [one.coverage for one in (*targets, *attributes)]

"""Evaluation of a grounding: predictions for held-out words, their intervals, and a permutation control.

The control shuffles which word has which measured row, and repeats everything, with the choice of penalties and the
same folds. Its p-values are the shares of permutations with at least the observed score (Phipson and Smyth 2010).
"""

from pathlib import Path

import numpy as np

from wordvec import arguments
from wordvec.alignment.grounding.settings import Grounding
from wordvec.alignment.grounding.space import MeasuredSpace, Pairs, paired
from wordvec.errors import InputError, SettingsError
from wordvec.evaluation import intervals
from wordvec.evaluation.datasets.measured import read_measured
from wordvec.evaluation.intervals import RESAMPLES
from wordvec.evaluation.maps.held_out import LEAST_DIMENSIONS, HeldOut, held_out
from wordvec.evaluation.maps.summary import Summary
from wordvec.tables import Table
from wordvec.vectors import Vectors
from wordvec.wording import quantity, some, unknown_of
from wordvec.workers import Progress, StopFlag

FOLDS, PERMUTATIONS = 10, 100
LEAST = 20
"""Fewest measured words with a vector."""
NAMED = 50
"""Most dimensions that have a row of their own, if they have names."""


def grounding(
    vectors: Vectors,
    space: str | Path | MeasuredSpace,
    settings: Grounding | None = None,
    *,
    folds: int = FOLDS,
    permutations: int = PERMUTATIONS,
    case: str = "ignore",
    resamples: int = RESAMPLES,
    seed: int = 1,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> Table:
    """Evaluate how well a linear map predicts measured rows of words from their vectors.

    Parameters
    ----------
    vectors
        Word vectors.
    space
        Measured words, or their file.
    settings
        Method of the map; default: ridge regression.
    folds
        Folds of the cross-validation.
    permutations
        Number of permutations of the words; 0: no control.
    case
        One of `letter_case.CASES`.
    resamples, seed
        Number of bootstrap resamples of the words, and seed of all random numbers.

    Returns
    -------
    Table
        For each measure its mean, with a bootstrap interval over words, its deciles, its mean under permutations and
        its p-value: the correlation over words of each dimension; and of each word, with three dimensions or more, the
        cosine of its predicted and its measured row, and the rank of the measured row among those of the words of its
        fold. Dimensions with names have a row each.

    Raises
    ------
    InputError
        If the space cannot be read, or fewer than `LEAST` of its words are known, or a row is not finite.
    SettingsError
        If a setting is out of range.
    Interrupted
        If `stop` was set.
    """
    chosen = Grounding() if settings is None else settings
    arguments.expect("settings", chosen, Grounding)
    check(folds, permutations, resamples, seed)
    measured = space if isinstance(space, MeasuredSpace) else read_measured(arguments.path("space", space))
    pairs = known(vectors, measured, chosen, case)
    generator = np.random.default_rng([seed, 1])
    orders = [generator.permutation(len(pairs.words)) for _ in range(permutations)]
    how = (folds, seed, progress or Progress(), stop or StopFlag())
    found = held_out(chosen, pairs.rows, pairs.measured, orders, *how)
    summary = Summary(found, pairs.measured, resamples, seed)
    rows = [*summary.rows(), *summary.named(measured.names if len(measured.names) <= NAMED else ())]
    return Table(rows, _notes(chosen, measured, pairs, found, folds, permutations, resamples, seed))


def check(folds: int, permutations: int, resamples: int, seed: int) -> None:
    """Check the settings of an evaluation.

    Raises
    ------
    SettingsError
        If one is out of range.
    """
    for name, value, least in (("folds", folds, 2), ("permutations", permutations, 0)):
        if arguments.whole(name, value) < least:
            raise SettingsError(f"{value}: must be at least {least}", setting=name)
    intervals.check_resamples(resamples)
    arguments.seed(seed)


def known(vectors: Vectors, space: MeasuredSpace, settings: Grounding, case: str) -> Pairs:
    """Return the measured words that have a vector.

    Raises
    ------
    InputError
        If they are fewer than `LEAST`, or as `paired`.
    """
    pairs = paired(vectors, space, settings.unit, case)
    if len(pairs.words) < LEAST:
        raise InputError(
            f"{space.name}: {len(pairs.words)} of {len(space.words):,} words have a vector, at least {LEAST} needed "
            "to hold some out" + unknown_of(pairs.unknown)
        )
    return pairs


def _notes(
    settings: Grounding,
    space: MeasuredSpace,
    pairs: Pairs,
    found: HeldOut,
    folds: int,
    permutations: int,
    resamples: int,
    seed: int,
) -> list[str]:
    dims = pairs.measured.shape[1]
    notes = [
        f"{space.name}: {len(pairs.words):,} of {quantity(len(space.words), 'word')} known, "
        f"{quantity(dims, 'dimension')}" + (f"; unknown: {some(pairs.unknown)}" if pairs.unknown else ""),
        *(f"{space.name}: {note}" for note in space.notes),
        f"{settings.method} on {'unit' if settings.unit else 'given'} vectors; each word is predicted from the words "
        f"of the other folds ({min(folds, len(pairs.words))} folds, seed {seed})",
        f"low, high: 95 % of {resamples:,} bootstrap resamples of the words' predictions",
    ]
    if pairs.repeated:
        notes.insert(1, f"{space.name}: {quantity(pairs.repeated, 'word')} left out, whose vector another one has")
    if permutations:
        notes.append(f"permuted, p: {permutations:,} permutations of the words, each fitted again")
    if np.count_nonzero(np.ptp(pairs.measured, axis=0)) < LEAST_DIMENSIONS:
        notes.append(f"cosines and ranks of words need at least {LEAST_DIMENSIONS} dimensions that vary")
    else:
        among = " or ".join(f"{size:,}" for size in found.sizes)
        notes.append(
            f"ranks, accuracy: the measured row among those of the {among} held-out words of a fold, by the cosine of "
            "standardised rows; rank accuracy of random rows is 0.5"
        )
    return notes

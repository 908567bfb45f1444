"""What two slices differ in by chance, and how sure a measure is: slices dealt anew and trained by the same compass."""

import dataclasses
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from wordvec.alignment.change import FALSE_DISCOVERIES, Measures, chances, cosines, false_discovery_rates, measure
from wordvec.alignment.compass import AlignedSlices
from wordvec.alignment.slices import Block, Slice, dealt
from wordvec.errors import InputError, SettingsError
from wordvec.workers import Progress, StopFlag, available_threads, ordered_map

LEAST_PERMUTATIONS = 20
LEAST_BLOCKS = 10
RARE = 50
"""Words seen less often share much of what they are with their starting row."""

Numbers = NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class Change:
    """How words change from slice `a` to slice `b`.

    Attributes
    ----------
    measures
        Of every word that both have.
    p, q
        (words,): chance, and false discovery rate; see `change`.
    spread
        (words,) the cosine's standard deviation over bootstraps of blocks; NaN where it is not known.
    restarted
        (words,) the cosine where the second slice starts from other rows.
    permutations, bootstraps
        How many slices were dealt.
    """

    a: str
    b: str
    measures: Measures
    p: Numbers
    q: Numbers
    spread: Numbers
    restarted: Numbers
    permutations: int
    bootstraps: int

    @property
    def changed(self) -> NDArray[np.bool_]:
        """(words,) whether q is at most `FALSE_DISCOVERIES`."""
        return self.q <= FALSE_DISCOVERIES


def change(
    aligned: AlignedSlices,
    a: Slice,
    b: Slice,
    *,
    permutations: int = LEAST_PERMUTATIONS,
    bootstraps: int = LEAST_PERMUTATIONS,
    least: int = 1,
    seed: int = 1,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> Change:
    """Measure the change from one slice to another, and hold it against chance.

    Parameters
    ----------
    aligned
        The compass that both were trained by.
    a, b
        Their texts.
    permutations, bootstraps
        How often blocks are dealt anew, at least 20; how often drawn again, 0 for no spread.
    least
        Leave out words that one has less often.
    seed
        Of the dealing.

    Raises
    ------
    InputError
        If a slice is unknown, has too few blocks to deal, or both have no word in common.
    SettingsError
        If there are too few permutations.
    Interrupted
        If `stop` was set.
    """
    if permutations < LEAST_PERMUTATIONS or bootstraps < 0:
        raise SettingsError(f"permutations: {permutations}; at least {LEAST_PERMUTATIONS} are needed to tell chance")
    progress, stop = progress or Progress(), stop or StopFlag()
    blocks = a.blocks(), b.blocks()
    for text, own in zip((a, b), blocks, strict=True):
        if len(own) < LEAST_BLOCKS:
            raise InputError(
                f"{text.name}: {len(text.ids):,} tokens are {len(own)} blocks of text, too few to tell change from "
                f"chance; {LEAST_BLOCKS} blocks of about a thousand tokens are the least"
            )
    vectors_a, vectors_b = (aligned.slices[text.name] for text in (a, b))
    found = measure(vectors_a, vectors_b, least)
    pairs, jobs = permutations + bootstraps, _deals(blocks, permutations, bootstraps, seed)
    threads = min(aligned.settings.threads or available_threads(), pairs)

    def cosines_of(pair: tuple[Slice, Slice]) -> Numbers:
        return cosines(aligned.trained(pair[0], stop), aligned.trained(pair[1], stop), found.words)

    progress.begin("chance", pairs, " pairs of slices")
    rows = []
    try:
        for row in ordered_map(cosines_of, stop.until(jobs), threads):
            rows.append(row)
            progress.report(len(rows))
    finally:
        progress.end()
    null, drawn = np.array(rows[:permutations]), np.array(rows[permutations:])
    p = chances(found.cosine, found.counts_a + found.counts_b, null)
    elsewhere = AlignedSlices(
        dataclasses.replace(aligned.settings, start="random", seed=aligned.settings.seed + 1),
        aligned.vocabulary,
        aligned.words,
        aligned.contexts,
        {},
    )
    return Change(
        a.name,
        b.name,
        found,
        p,
        false_discovery_rates(p),
        np.nanstd(drawn, axis=0, ddof=1) if bootstraps > 1 else np.full(len(p), np.nan),
        cosines(vectors_a, elsewhere.trained(b, stop), found.words),
        permutations,
        bootstraps,
    )


def _deals(
    blocks: tuple[list[Block], list[Block]], permutations: int, bootstraps: int, seed: int
) -> Iterator[tuple[Slice, Slice]]:
    """Give pairs of slices, a few at a time: blocks of both dealt by chance, then blocks of each with replacement."""
    chance, pooled, size = np.random.default_rng(seed), [*blocks[0], *blocks[1]], len(blocks[0])
    for _ in range(permutations):
        mixed = [pooled[at] for at in chance.permutation(len(pooled))]
        yield dealt(mixed[:size], "dealt"), dealt(mixed[size:], "dealt")
    for _ in range(bootstraps):
        first, second = ([own[at] for at in chance.integers(0, len(own), len(own))] for own in blocks)
        yield dealt(first, "drawn"), dealt(second, "drawn")

"""Permutation test of change between two slices, with bootstrap intervals of the measures.

The blocks of both slices (source files, or runs of about a thousand tokens if there are few files) are pooled and
permuted into two slices of the original sizes, which are trained with the same compass. The differences between such
slices are the null distribution. A word's p-value is the share of words of similar frequency, over all permutations,
that differ at least as much; q is its false discovery rate (Benjamini and Hochberg 1995).
"""

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError, SettingsError
from wordvec.slices.aligned import AlignedSlices, rotated
from wordvec.slices.measures import Measures, common, cosines, counts_of, measure
from wordvec.slices.significance import FALSE_DISCOVERIES, false_discovery_rates, margins, p_values
from wordvec.slices.texts import LEAST_BLOCKS, Block, Slice, from_blocks
from wordvec.wording import quantity
from wordvec.workers import Progress, StopFlag, available_threads, ordered_map

LEAST_PERMUTATIONS = 20
RARE = 50
"""Vectors of words with a smaller count are still close to their initial row."""

MEASURES = Measures._fields
Numbers = NDArray[np.float64]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Change:
    """Change of words from slice `a` to slice `b`.

    Attributes
    ----------
    words
        Words that are frequent enough in both slices, in descending order of frequency.
    counts_a, counts_b
        (words,) int64 arrays: counts of the words in each slice.
    measures, usual, p, q
        For each measure (words,) float64 arrays: the values, the medians of the null distributions, the p-values and
        the false discovery rates; see `change`.
    margins
        For each measure a (words,) float64 array: margins of the 95 % intervals, from bootstraps of blocks; NaN where
        unknown.
    restarted
        (words,) float64 array: the cosines with the second slice trained from other initial rows.
    by
        Measure that decides on change.
    blocks
        Numbers of blocks of each slice, and whether they are source files.
    permutations, bootstraps, seed
        Numbers of permutations and bootstraps, and their seed.
    """

    a: str
    b: str
    words: list[str]
    counts_a: NDArray[np.int64]
    counts_b: NDArray[np.int64]
    measures: Measures
    usual: Measures
    p: Measures
    q: Measures
    margins: Measures
    restarted: Numbers
    by: str
    blocks: tuple[int, int, bool]
    permutations: int
    bootstraps: int
    seed: int

    @property
    def changed(self) -> NDArray[np.bool_]:
        """Whether q is at most `FALSE_DISCOVERIES`, (words,) bool."""
        found: Numbers = getattr(self.q, self.by)
        return found <= FALSE_DISCOVERIES

    @property
    def rare(self) -> NDArray[np.bool_]:
        """Whether the count in a slice is less than `RARE`, (words,) bool."""
        return np.minimum(self.counts_a, self.counts_b) < RARE

    @property
    def order(self) -> NDArray[np.int64]:
        """Positions of the words that changed, then of the others, both by descending change, (words,) int64."""
        return np.lexsort((getattr(self.measures, self.by), ~self.changed))


def change(
    aligned: AlignedSlices,
    a: Slice,
    b: Slice,
    *,
    by: Literal["cosine", "local", "overlap", "mix"] = "cosine",
    permutations: int = LEAST_PERMUTATIONS,
    bootstraps: int = LEAST_PERMUTATIONS,
    least: int = 5,
    seed: int = 1,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> Change:
    """Measure the change of words from one slice to another, and test its significance by permutation.

    Without a compass, the second slice is rotated to the first, as permuted slices are.

    Parameters
    ----------
    aligned
        The compass that both were trained with.
    a, b
        Texts of the slices.
    by
        Measure that decides on change.
    permutations, bootstraps
        Number of permutations, at least 20, and of bootstraps; 0 bootstraps give no intervals.
    least
        Smallest count of a word in either slice.
    seed
        Seed of the permutations and bootstraps.
    progress, stop
        Receiver of reports, and flag that stops the work.

    Raises
    ------
    InputError
        If a slice has too few blocks to permute, or the slices have no word in common.
    SettingsError
        If there are too few permutations, the measure is unknown, or the slices are the same.
    Interrupted
        If `stop` was set.
    """
    by_document = a.by_document and b.by_document
    blocks = a.blocks(by_document), b.blocks(by_document)
    _check(a, b, blocks, by, permutations, bootstraps)
    progress, stop = progress or Progress(), stop or StopFlag()
    vectors_a, vectors_b = (aligned.slices[text.name] for text in (a, b))
    if not aligned.settings.frozen:
        vectors_b = rotated(vectors_b, vectors_a)
    words = common(vectors_a, vectors_b, least)
    counts_a, counts_b = (counts_of(vectors, words) for vectors in (vectors_a, vectors_b))
    observed = measure(vectors_a, vectors_b, words)
    pairs = _resampled(blocks, permutations, bootstraps, seed)
    rows, counts = _measured(aligned, pairs, permutations + bootstraps, words, progress, stop)
    smaller = np.minimum(counts_a, counts_b)
    null, drawn, null_counts = rows[:permutations], rows[permutations:], counts[:permutations]
    tested = [p_values(one, smaller, null[:, row], null_counts) for row, one in enumerate(observed)]
    p, usual = Measures(*(one[0] for one in tested)), Measures(*(one[1] for one in tested))
    unknown = np.full(len(words), np.nan)
    margin = [margins(drawn[:, row]) if bootstraps > 1 else unknown for row in range(len(observed))]
    restarted = aligned.restarted().trained(b, stop)
    if not aligned.settings.frozen:
        restarted = rotated(restarted, vectors_a)
    return Change(
        a=a.name,
        b=b.name,
        words=words,
        counts_a=counts_a,
        counts_b=counts_b,
        measures=observed,
        usual=usual,
        p=p,
        q=Measures(*map(false_discovery_rates, p)),
        margins=Measures(*margin),
        restarted=cosines(vectors_a, restarted, words),
        by=by,
        blocks=(len(blocks[0]), len(blocks[1]), by_document),
        permutations=permutations,
        bootstraps=bootstraps,
        seed=seed,
    )


def _check(
    a: Slice, b: Slice, blocks: tuple[list[Block], list[Block]], by: str, permutations: int, bootstraps: int
) -> None:
    if a.name == b.name:
        raise SettingsError(f"{a.name}: a comparison needs two different slices")
    if by not in MEASURES:
        raise SettingsError(f"by: {by} is not a measure; choose from {', '.join(MEASURES)}")
    for name, number, least in (("permutations", permutations, LEAST_PERMUTATIONS), ("bootstraps", bootstraps, 0)):
        if number < least:
            raise SettingsError(f"{name}: must be at least {least}; got {number}")
    for text, own in zip((a, b), blocks, strict=True):
        if len(own) < LEAST_BLOCKS:
            raise InputError(
                f"{text.name}: {quantity(len(text.ids), 'token')} in {quantity(len(own), 'block')} of text are too few "
                f"for a permutation test; it needs {LEAST_BLOCKS} files, or blocks of about a thousand tokens"
            )


def _measured(
    aligned: AlignedSlices,
    pairs: Iterator[tuple[Slice, Slice]],
    number: int,
    words: Sequence[str],
    progress: Progress,
    stop: StopFlag,
) -> tuple[Numbers, NDArray[np.int64]]:
    """Return the measures (pairs, measures, words) float64 and the smaller counts (pairs, words) int64 of all pairs."""
    threads = min(aligned.settings.threads or available_threads(), number)

    def measured(pair: tuple[Slice, Slice]) -> tuple[Numbers, NDArray[np.int64]]:
        vectors = aligned.pair(*pair, stop)
        return np.array(measure(*vectors, words)), np.minimum(*(counts_of(one, words) for one in vectors))

    progress.begin("permutations", number, " pairs of slices")
    rows: list[tuple[Any, ...]] = []
    try:
        for row in ordered_map(measured, stop.until(pairs), threads):
            rows.append(row)
            progress.report(len(rows))
    finally:
        progress.end()
    return np.array([row[0] for row in rows]), np.array([row[1] for row in rows])


def _resampled(
    blocks: tuple[list[Block], list[Block]], permutations: int, bootstraps: int, seed: int
) -> Iterator[tuple[Slice, Slice]]:
    """Yield pairs of slices: permutations of the blocks of both, then bootstraps of the blocks of each."""
    generator, pooled, tokens = (
        np.random.default_rng(seed),
        [*blocks[0], *blocks[1]],
        sum(one.tokens for one in blocks[0]),
    )
    for _ in range(permutations):
        mixed = [pooled[at] for at in generator.permutation(len(pooled))]
        # The number of blocks that brings the first slice nearest to its original size.
        sizes = np.cumsum([one.tokens for one in mixed[:-1]])
        size = 1 + int(np.abs(sizes - tokens).argmin())
        yield from_blocks(mixed[:size], "permuted"), from_blocks(mixed[size:], "permuted")
    for _ in range(bootstraps):
        first, second = ([own[at] for at in generator.integers(0, len(own), len(own))] for own in blocks)
        yield from_blocks(first, "drawn"), from_blocks(second, "drawn")

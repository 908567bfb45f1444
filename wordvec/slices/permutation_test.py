"""What two slices differ in by chance, and how sure a measure is: slices dealt anew and trained by the same compass.

The blocks of both slices (source files, or runs of about a thousand tokens where there are few files) are pooled and
dealt anew into two of the old sizes, which are trained by the same compass; whatever two such differ in is chance. A
word's p is the share of words of like frequency, over all deals, that are as far apart, and q its false discovery rate
(Benjamini and Hochberg 1995).
"""

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError, SettingsError
from wordvec.slices.aligned import AlignedSlices, rotated
from wordvec.slices.measures import Measures, common, cosines, counts_of, measure
from wordvec.slices.significance import FALSE_DISCOVERIES, chances, false_discovery_rates, half_widths
from wordvec.slices.texts import LEAST_BLOCKS, Block, Slice, dealt
from wordvec.wording import quantity
from wordvec.workers import Progress, StopFlag, available_threads, ordered_map

LEAST_PERMUTATIONS = 20
RARE = 50
"""Words seen less often share much of what they are with their starting row."""

MEASURES = Measures._fields
Numbers = NDArray[np.float64]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Change:
    """How words change from slice `a` to slice `b`.

    Attributes
    ----------
    words
        Those that both have often enough, by falling frequency.
    counts_a, counts_b
        (words,), how often each slice has them.
    measures, usual, p, q
        Of each measure (words,): what it is, what it usually is by chance for words as frequent, its chance and its
        false discovery rate; see `change`.
    half_widths
        Of each measure (words,): half of its 95 % interval, over bootstraps of blocks; NaN where it is not known.
    restarted
        (words,) the cosine where the second slice starts from other rows.
    by
        The measure that says what changed.
    blocks
        How many each slice has, and whether they are source files.
    permutations, bootstraps, seed
        How many slices were dealt and drawn, and by which seed.
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
    half_widths: Measures
    restarted: Numbers
    by: str
    blocks: tuple[int, int, bool]
    permutations: int
    bootstraps: int
    seed: int

    @property
    def changed(self) -> NDArray[np.bool_]:
        """(words,) whether q is at most `FALSE_DISCOVERIES`."""
        found: Numbers = getattr(self.q, self.by)
        return found <= FALSE_DISCOVERIES

    @property
    def rare(self) -> NDArray[np.bool_]:
        """(words,) whether a slice has the word less than `RARE` times."""
        return np.minimum(self.counts_a, self.counts_b) < RARE

    @property
    def order(self) -> NDArray[np.int64]:
        """(words,): those that changed, then the others, each by what is measured, the most changed first."""
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
    """Measure the change from one slice to another, and hold it against chance.

    Slices that were rotated are rotated once more, the second to the first, as those dealt by chance are.

    Parameters
    ----------
    aligned
        The compass that both were trained by.
    a, b
        Their texts.
    by
        The measure that says what changed.
    permutations, bootstraps
        How often blocks are dealt anew, at least 20; how often drawn again, 0 for no intervals.
    least
        Leave out words that one has less often.
    seed
        Of the dealing.

    Raises
    ------
    InputError
        If a slice has too few blocks to deal, or both have no word in common.
    SettingsError
        If there are too few permutations, a measure is unknown, or a slice is asked against itself.
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
    deals = _deals(blocks, permutations, bootstraps, seed)
    rows, counts = _of_deals(aligned, deals, permutations + bootstraps, words, progress, stop)
    smaller = np.minimum(counts_a, counts_b)
    null, drawn, null_counts = rows[:permutations], rows[permutations:], counts[:permutations]
    held = [chances(one, smaller, null[:, row], null_counts) for row, one in enumerate(observed)]
    p, usual = Measures(*(one[0] for one in held)), Measures(*(one[1] for one in held))
    unknown = np.full(len(words), np.nan)
    wide = [half_widths(drawn[:, row]) if bootstraps > 1 else unknown for row in range(len(observed))]
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
        half_widths=Measures(*wide),
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
        raise SettingsError(f"{a.name}: is one slice; name two")
    if by not in MEASURES:
        raise SettingsError(f"{by}: no such measure; there is {', '.join(MEASURES)}")
    if permutations < LEAST_PERMUTATIONS or bootstraps < 0:
        raise SettingsError(f"permutations: {permutations}; at least {LEAST_PERMUTATIONS} are needed to tell chance")
    for text, own in zip((a, b), blocks, strict=True):
        if len(own) < LEAST_BLOCKS:
            raise InputError(
                f"{text.name}: {quantity(len(text.ids), 'token')} in {quantity(len(own), 'block')} of text are too few "
                f"to tell change from chance; {LEAST_BLOCKS} files, or blocks of about a thousand tokens, are the least"
            )


def _of_deals(
    aligned: AlignedSlices,
    deals: Iterator[tuple[Slice, Slice]],
    number: int,
    words: Sequence[str],
    progress: Progress,
    stop: StopFlag,
) -> tuple[Numbers, NDArray[np.int64]]:
    """Give the measures of all pairs (deals, measures, words), and how often the smaller of a pair has each word."""
    threads = min(aligned.settings.threads or available_threads(), number)

    def measured(pair: tuple[Slice, Slice]) -> tuple[Numbers, NDArray[np.int64]]:
        vectors = aligned.pair(*pair, stop)
        return np.array(measure(*vectors, words)), np.minimum(*(counts_of(one, words) for one in vectors))

    progress.begin("chance", number, " pairs of slices")
    rows: list[tuple[Any, ...]] = []
    try:
        for row in ordered_map(measured, stop.until(deals), threads):
            rows.append(row)
            progress.report(len(rows))
    finally:
        progress.end()
    return np.array([row[0] for row in rows]), np.array([row[1] for row in rows])


def _deals(
    blocks: tuple[list[Block], list[Block]], permutations: int, bootstraps: int, seed: int
) -> Iterator[tuple[Slice, Slice]]:
    """Give pairs of slices, a few at a time: blocks of both dealt by chance, then blocks of each with replacement."""
    chance, pooled, tokens = np.random.default_rng(seed), [*blocks[0], *blocks[1]], sum(one.tokens for one in blocks[0])
    for _ in range(permutations):
        mixed = [pooled[at] for at in chance.permutation(len(pooled))]
        # As many blocks as bring the first nearest to the size it had.
        sizes = np.cumsum([one.tokens for one in mixed[:-1]])
        size = 1 + int(np.abs(sizes - tokens).argmin())
        yield dealt(mixed[:size], "dealt"), dealt(mixed[size:], "dealt")
    for _ in range(bootstraps):
        first, second = ([own[at] for at in chance.integers(0, len(own), len(own))] for own in blocks)
        yield dealt(first, "drawn"), dealt(second, "drawn")

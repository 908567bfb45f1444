"""Permutation test of change between two slices, with bootstrap intervals of the measures.

The blocks of both slices (documents, or runs of about a thousand tokens if there are few documents) are pooled and
permuted into two slices of the original sizes, which are trained with the same compass. Each word is subsampled in
them so that its frequency changes as in the texts: a vector that is trained on fewer tokens remains closer to its
initial row, and a change of frequency alone lowers the cosine. The differences between such slices are the null
distribution. A word's p-value is the share of words of similar frequency, over all permutations, that differ at least
as much from their own level (see `significance`); q is its false discovery rate (Benjamini and Hochberg 1995).
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError, SettingsError
from wordvec.slices import label_test
from wordvec.slices.aligned import AlignedSlices, rotated
from wordvec.slices.change_settings import ChangeSettings
from wordvec.slices.changes import Change
from wordvec.slices.measures import Measures, common, cosines, counts_of, measure, nearest_words
from wordvec.slices.significance import false_discovery_rates, margins, tested
from wordvec.slices.texts import LEAST_BLOCKS, Block, Slice, from_blocks
from wordvec.wording import quantity
from wordvec.workers import Progress, StopFlag, available_threads, ordered_map

Numbers = NDArray[np.float64]


def change(
    aligned: AlignedSlices,
    a: Slice,
    b: Slice,
    *,
    others: Sequence[Slice] = (),
    progress: Progress | None = None,
    stop: StopFlag | None = None,
    **settings: Any,
) -> Change:
    """Measure the change of words from one slice to another, and test its significance by permutation.

    Without a compass, the second slice is rotated to the first, as permuted slices are. With temporal referencing, the
    referenced words are tested, by permutation of their own labels: see `label_test`.

    Parameters
    ----------
    aligned
        The compass that both were trained with.
    a, b
        Texts of the slices.
    others
        Texts of all other slices; needed with temporal referencing, which trains all slices together.
    progress, stop
        Receiver of reports, and flag that stops the work.
    **settings
        Fields of `wordvec.slices.change_settings.ChangeSettings`: ``by``, ``permutations``, ``bootstraps``,
        ``min_count``, ``seed``.

    Raises
    ------
    InputError
        If a slice has too few blocks to permute, or the slices have no word in common.
    SettingsError
        If a setting is out of range, or the slices are the same.
    Interrupted
        If `stop` was set.
    """
    chosen = ChangeSettings.of(**settings)
    by_document = a.by_document and b.by_document
    blocks = a.blocks(by_document), b.blocks(by_document)
    _check(a, b, blocks)
    progress, stop = progress or Progress(), stop or StopFlag()
    if aligned.settings.words:
        return label_test.change(aligned, (a, b), others, chosen, progress, stop)
    vectors_a, vectors_b = (aligned.slices[text.name] for text in (a, b))
    if not aligned.settings.frozen:
        vectors_b = rotated(vectors_b, vectors_a)
    words = common(vectors_a, vectors_b, chosen.min_count)
    counts_a, counts_b = (counts_of(vectors, words) for vectors in (vectors_a, vectors_b))
    observed = measure(vectors_a, vectors_b, words)
    pairs = _pairs(blocks, _kept(a, b), chosen)
    null, drawn = _resampled(aligned, pairs, chosen, words, progress, stop)
    tests = [
        tested(one, np.minimum(counts_a, counts_b), null.measures[:, row], null.counts)
        for row, one in enumerate(observed)
    ]
    decisive = tests[Measures._fields.index(chosen.by)]
    p, usual = Measures(*(one.p for one in tests)), Measures(*(one.usual for one in tests))
    unknown = np.full(len(words), np.nan)
    margin = [margins(drawn.measures[:, row]) if chosen.bootstraps > 1 else unknown for row in range(len(observed))]
    restarted = aligned.restarted().trained(b, stop)
    if not aligned.settings.frozen:
        restarted = rotated(restarted, vectors_a)
    near = [nearest_words(vectors, words, chosen.min_count) for vectors in (vectors_a, vectors_b)]
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
        smallest_p=decisive.smallest,
        tails=decisive.tails,
        restarted=cosines(vectors_a, restarted, words),
        neighbours_a=near[0],
        neighbours_b=near[1],
        tokens=(len(a.ids), len(b.ids)),
        blocks=(len(blocks[0]), len(blocks[1]), by_document),
        settings=chosen,
    )


class _Resampled(NamedTuple):
    """Measures of resampled pairs, (pairs, measures, words) float64, and smaller counts, (pairs, words) int64."""

    measures: Numbers
    counts: NDArray[np.int64]


def _check(a: Slice, b: Slice, blocks: tuple[list[Block], list[Block]]) -> None:
    if a.name == b.name:
        raise SettingsError(f"{a.name}: a comparison needs two different slices")
    for text, own in zip((a, b), blocks, strict=True):
        if len(own) < LEAST_BLOCKS:
            raise InputError(
                f"{text.name}: {quantity(len(text.ids), 'token')} in {quantity(len(own), 'block')} of text are too few "
                f"for a permutation test; it needs {LEAST_BLOCKS} documents, or blocks of about a thousand tokens"
            )


def _resampled(
    aligned: AlignedSlices,
    pairs: Iterator[tuple[Slice, Slice]],
    settings: ChangeSettings,
    words: Sequence[str],
    progress: Progress,
    stop: StopFlag,
) -> tuple[_Resampled, _Resampled]:
    """Return the measures between permuted slices, and those between slices drawn with replacement."""
    number = settings.permutations + settings.bootstraps
    threads = min(aligned.settings.threads or available_threads(), number)

    def measured(pair: tuple[Slice, Slice]) -> tuple[Numbers, NDArray[np.int64]]:
        vectors = aligned.pair(*pair, stop)
        return np.array(measure(*vectors, words)), np.minimum(*(counts_of(one, words) for one in vectors))

    progress.begin("resampling", number, " pairs of slices")
    rows: list[tuple[Numbers, NDArray[np.int64]]] = []
    try:
        for row in ordered_map(measured, stop.until(pairs), threads):
            rows.append(row)
            progress.report(len(rows))
    finally:
        progress.end()
    values, counts = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    null, drawn = slice(settings.permutations), slice(settings.permutations, None)
    return _Resampled(values[null], counts[null]), _Resampled(values[drawn], counts[drawn])


def _kept(a: Slice, b: Slice) -> tuple[Numbers, Numbers]:
    """Return the share of each word's tokens to keep in permuted slices, so that frequency changes as in the texts.

    Permutation spreads a word evenly. Tokens are dropped from the permuted slice that stands for the one where the word
    is rarer, until they are as few as there.
    """
    share, both = len(a.ids) / (len(a.ids) + len(b.ids)), np.maximum(1, a.counts + b.counts)
    return np.minimum(1, a.counts / (both * share)), np.minimum(1, b.counts / (both * (1 - share)))


def _pairs(
    blocks: tuple[list[Block], list[Block]], kept: tuple[Numbers, Numbers], settings: ChangeSettings
) -> Iterator[tuple[Slice, Slice]]:
    """Yield pairs of slices: permutations of the blocks of both, then bootstraps of the blocks of each."""
    generator, pooled, tokens = (
        np.random.default_rng(settings.seed),
        [*blocks[0], *blocks[1]],
        sum(one.tokens for one in blocks[0]),
    )
    for number in range(settings.permutations):
        mixed = [pooled[at] for at in generator.permutation(len(pooled))]
        # The number of blocks that brings the first slice nearest to its original size.
        sizes = np.cumsum([one.tokens for one in mixed[:-1]])
        size = 1 + int(np.abs(sizes - tokens).argmin())
        halves = from_blocks(mixed[:size], "permuted"), from_blocks(mixed[size:], "permuted")
        yield halves[0].subsampled(kept[0], 2 * number), halves[1].subsampled(kept[1], 2 * number + 1)
    for _ in range(settings.bootstraps):
        first, second = ([own[at] for at in generator.integers(0, len(own), len(own))] for own in blocks)
        yield from_blocks(first, "drawn"), from_blocks(second, "drawn")

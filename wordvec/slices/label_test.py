"""Permutation test of change by temporal referencing: the labels of each referenced word are permuted.

A referenced word's tokens in the two slices keep their contexts, and exchange the slice that they carry, together for
all its tokens in a block (a document, or a run of about a thousand tokens). The word's counts in both slices stay
nearly the same. The model of all slices is then trained again. Nothing else in the text changes.

The test of the compass, which compares a word with all words of similar frequency in permuted slices, cannot serve
here. Words that are not referenced have one vector, so that only the referenced ones are in the null distribution:
too few for any frequency, and chosen for what is expected of them. As permuted labels keep its counts, a word can be
compared with itself: see `significance.tested_alone`.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError, SettingsError
from wordvec.slices import joint
from wordvec.slices.aligned import AlignedSlices
from wordvec.slices.change_settings import ChangeSettings
from wordvec.slices.changes import Change
from wordvec.slices.measures import NEAREST, Measures, Numbers, common, cosines, counts_of, measure, nearest_words
from wordvec.slices.occurrences import Occurrences, Relabelled
from wordvec.slices.references import References
from wordvec.slices.significance import false_discovery_rates, margins, tested_alone
from wordvec.slices.texts import Slice, from_blocks, mixed
from wordvec.trainers.pieces import Sentences
from wordvec.vectors import Vectors
from wordvec.wording import listed
from wordvec.workers import Progress, StopFlag, available_threads, ordered_map

RESOLUTIONS = {"overlap": 1 / NEAREST}
"""Smallest differences of measures that are not continuous."""
LARGEST = 0.999999
"""Largest cosine with a finite Fisher's z."""


def change(
    aligned: AlignedSlices,
    pair: tuple[Slice, Slice],
    others: Sequence[Slice],
    settings: ChangeSettings,
    progress: Progress,
    stop: StopFlag,
) -> Change:
    """Measure the change of the referenced words from one slice to another, and test its significance.

    Parameters
    ----------
    aligned
        Slices of a model with temporal referencing.
    pair, others
        Texts of the two slices, and of all others.
    settings, progress, stop
        As in `permutation_test.change`.

    Raises
    ------
    InputError
        If no referenced word is frequent enough in both slices.
    SettingsError
        If the text of a slice is missing.
    Interrupted
        If `stop` was set.
    """
    a, b = pair
    first, second = aligned.slices[a.name], aligned.slices[b.name]
    words, referenced = common(first, second, settings.min_count), set(aligned.settings.words)
    chosen = [word for word in words if word in referenced]
    if not chosen:
        raise InputError(
            f"none of the referenced words occurs {settings.min_count} times in both {a.name} and {b.name}; lower "
            "--min-count, or train with other --words"
        )
    test = _Test(aligned, pair, others, [*chosen, *(word for word in words if word not in referenced)], len(chosen))
    observed = measure(first, second, test.words, first=test.measured)
    null, drawn = test.resampled(settings, progress, stop)
    tests = [
        tested_alone(_comparable(name, one), _comparable(name, null[:, row]), RESOLUTIONS.get(name, 0.0))
        for row, (name, one) in enumerate(observed._asdict().items())
    ]
    decisive = tests[Measures._fields.index(settings.by)]
    p = Measures(*(one.p for one in tests))
    unknown = np.full(len(chosen), np.nan)
    return Change(
        a=a.name,
        b=b.name,
        words=chosen,
        counts_a=counts_of(first, chosen),
        counts_b=counts_of(second, chosen),
        measures=observed,
        usual=Measures(*np.median(null, axis=0)),
        p=p,
        q=Measures(*map(false_discovery_rates, p)),
        margins=Measures(*(margins(drawn[:, row]) if len(drawn) > 1 else unknown for row in range(len(observed)))),
        smallest_p=decisive.smallest,
        tails=decisive.tails,
        restarted=cosines(first, aligned.restarted().trained(b, stop), chosen),
        neighbours_a=nearest_words(first, chosen, settings.min_count),
        neighbours_b=nearest_words(second, chosen, settings.min_count),
        tokens=(len(a.ids), len(b.ids)),
        blocks=(len(test.blocks[0]), len(test.blocks[1]), test.by_document),
        settings=settings,
    )


class _Job(NamedTuple):
    """Text to train on, the counts of its plain words, and the counts in each of the two slices."""

    text: Sentences
    counts: NDArray[np.int64]
    of_pair: tuple[NDArray[np.int64], NDArray[np.int64]]


class _Test:
    """Training of all slices with permuted labels, or with the blocks of two slices drawn with replacement.

    Parameters
    ----------
    aligned
        Slices of a model with temporal referencing.
    pair, others
        Texts of the two slices, and of all others.
    words, measured
        Words that may be neighbours, and the number of those that are measured, the first ones.
    """

    def __init__(
        self,
        aligned: AlignedSlices,
        pair: tuple[Slice, Slice],
        others: Sequence[Slice],
        words: list[str],
        measured: int,
    ) -> None:
        self.aligned, self.words, self.measured = aligned, words, measured
        texts = {text.name: text for text in (*pair, *others)}
        missing = [name for name in aligned.slices if name not in texts]
        if missing:
            raise SettingsError(
                f"temporal referencing trains all slices together; pass the text of {listed(missing)} in others"
            )
        self.texts = [texts[name] for name in aligned.slices]
        names = list(aligned.slices)
        self.numbers = names.index(pair[0].name), names.index(pair[1].name)
        self.by_document = pair[0].by_document and pair[1].by_document
        self.blocks = pair[0].blocks(self.by_document), pair[1].blocks(self.by_document)
        numbers = np.array([aligned.vocabulary.id(word) for word in aligned.settings.words], np.int64)
        self.references = References(numbers, len(aligned.vocabulary), len(names))
        self.rows = np.array([aligned.vocabulary.id(word) for word in words], np.int64)

    def resampled(self, settings: ChangeSettings, progress: Progress, stop: StopFlag) -> tuple[Numbers, Numbers]:
        """Return the measures with permuted labels and with drawn blocks, (draws, measures, words) float64 each."""
        number = settings.permutations + settings.bootstraps
        threads = min(self.aligned.settings.threads or available_threads(), number)
        rows: list[Numbers] = []
        progress.begin("resampling", number, " models")
        try:
            for row in ordered_map(lambda job: self._measured(job, stop), stop.until(self._jobs(settings)), threads):
                rows.append(row)
                progress.report(len(rows))
        finally:
            progress.end()
        found = np.array(rows)
        return found[: settings.permutations], found[settings.permutations :]

    def _jobs(self, settings: ChangeSettings) -> Iterator[_Job]:
        generator = np.random.default_rng(settings.seed)
        text = self._together(self.texts)
        counts, of_pair = self._counts(self.texts)
        occurrences = Occurrences.find(text.ids, self.references, self.numbers, self.blocks)
        for _ in range(settings.permutations):
            yield _Job(Relabelled.of(text, occurrences, occurrences.permuted(generator)), counts, of_pair)
        for _ in range(settings.bootstraps):
            texts = list(self.texts)
            for number, own in zip(self.numbers, self.blocks, strict=True):
                drawn = [own[at] for at in generator.integers(0, len(own), len(own))]
                texts[number] = from_blocks(drawn, texts[number].name)
            yield _Job(self._together(texts), *self._counts(texts))

    def _together(self, texts: Sequence[Slice]) -> Slice:
        return mixed([self.references.referenced(text, number) for number, text in enumerate(texts)])

    def _counts(self, texts: Sequence[Slice]) -> tuple[NDArray[np.int64], tuple[NDArray[np.int64], NDArray[np.int64]]]:
        counts = np.array([text.counts for text in texts])
        return counts.sum(axis=0), (counts[self.numbers[0]], counts[self.numbers[1]])

    def _measured(self, job: _Job, stop: StopFlag) -> Numbers:
        """Train a model, and return the measures (measures, words) float64; NaN for words that a slice lacks."""
        settings = self.aligned.settings
        model = joint.fit(settings, self.aligned.vocabulary, self.references, job.text, job.counts, stop)
        pair = []
        for number, counts in zip(self.numbers, job.of_pair, strict=True):
            rows = model.words[self.references.slice_rows(number)[self.rows], : settings.dim]
            # Words that are not referenced have a vector anyway.
            there = np.flatnonzero((counts[self.rows] > 0) | (np.arange(len(self.rows)) >= self.measured))
            pair.append(Vectors([self.words[at] for at in there], rows[there]))
        return np.array(measure(pair[0], pair[1], self.words, first=self.measured))


def _comparable(measure: str, values: Numbers) -> Numbers:
    """Return Fisher's z of cosines, whose spread depends less on their mean; shares of neighbours stay."""
    if measure == "overlap":
        return values
    found: Numbers = np.arctanh(np.clip(values, -LARGEST, LARGEST))
    return found

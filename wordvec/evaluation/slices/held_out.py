"""Held-out likelihood: how well each slice's vectors predict text that no slice was trained on.

The likelihood is that of `full_softmax`, with the slice's vectors, the frozen context vectors of the compass, and the
slice's own noise q: the counts of its words, smoothed by `PRIOR` tokens of all slices together so that no word has
probability 0. A word that the slice lacks has the vector of the compass. A slice may be the best because of its word
frequencies as well as its vectors. There are therefore three figures: with its own vectors and noise, with its own
vectors and the noise of all slices (``vectors``), and with its own noise and the compass's vectors (``counts``). A
further row is the compass, with neither.

The table has both measures of the literature: the log-likelihood per token, and Taddy's (2015) posterior: the softmax
over slices of a sentence's log-likelihood, averaged over sentences. Slices are compared with the text's own slice by a
paired bootstrap over sentences, as sentences differ among themselves far more than slices do.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from scipy.special import logsumexp

from wordvec.corpora.encoded import EncodedCorpus
from wordvec.errors import InputError, SettingsError
from wordvec.evaluation import intervals
from wordvec.evaluation.intervals import RESAMPLES
from wordvec.evaluation.slices.full_softmax import Floats, Ids, Numbers, Softmax, predicted_tokens, sentence_likelihoods
from wordvec.slices.aligned import AlignedSlices
from wordvec.tables import Table
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag

PRIOR = 1_000
COMPASS = "(compass)"
"""Name of the compass's row."""


def likelihood(
    aligned: AlignedSlices,
    texts: Mapping[str, EncodedCorpus],
    *,
    resamples: int = RESAMPLES,
    seed: int = 1,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> Table:
    """Compute the likelihood of held-out texts under each slice.

    Parameters
    ----------
    aligned
        Slices trained by a compass.
    texts
        Texts by the name of their slice, encoded as the slices were, and not used in training.
    resamples, seed
        Number and seed of the bootstrap resamples of sentences.
    progress, stop
        Receiver of the progress; flag that stops the work.

    Returns
    -------
    Table
        For each text a row for each slice: log-likelihood per token with its interval, its rank among slices (1 is the
        best), its difference from the text's own slice with a paired interval, the logarithm of the mean posterior,
        and the log-likelihoods per token by vectors and by counts alone; and a row for the compass.

    Raises
    ------
    InputError
        If the slice of a text is unknown, no sentence of it has two words of the compass, or a slice's vectors hold
        NaN or infinity.
    SettingsError
        If the slices were not trained by a compass.
    Interrupted
        If `stop` was set.
    """
    if not aligned.settings.frozen:
        raise SettingsError("likelihood: the slices have no frozen contexts; train them with method compass")
    intervals.check_resamples(resamples)
    check_texts(aligned, texts)
    read = [aligned.text(name, corpus) for name, corpus in texts.items()]
    tokens = [predicted_tokens(text, aligned.settings.window) for text in read]
    for text, of_text in zip(read, tokens, strict=True):
        if not of_text.any():
            raise InputError(f"{text.name}: no sentence of the text has two words of the compass")
    progress, stop = progress or Progress(), stop or StopFlag()
    progress.begin("likelihood", 1 + len(aligned.slices), " models")
    found = []
    try:
        for number, model in enumerate(_models(aligned), 1):
            found.append(sentence_likelihoods(model, read, stop))
            progress.report(number)
    finally:
        progress.end()
    rows = []
    for number, (text, of_text) in enumerate(zip(read, tokens, strict=True)):
        predicted = of_text > 0
        by_all, *of_slices = [of_model[number][:, predicted] for of_model in found]
        figures = _Figures(list(aligned.slices), text.name, of_text[predicted], by_all, np.array(of_slices))
        rows += figures.rows(resamples, seed)
    return Table(rows, _notes(resamples, seed))


def check_texts(aligned: AlignedSlices, names: Mapping[str, Any]) -> None:
    """Check that texts are named after slices.

    Raises
    ------
    InputError
        If one is not.
    """
    for name in names:
        if name not in aligned.slices:
            raise InputError(f"{name}: no such slice; the slices are {', '.join(aligned.slices)}")


class _Figures:
    """Log-likelihoods of the sentences of one text under each slice and the compass.

    Parameters
    ----------
    names
        Names of the slices.
    true
        Name of the text's own slice.
    tokens
        (sentences,) int64 array, the number of predicted tokens.
    by_all
        (1 + slices, sentences) array, under the compass with the noise of all slices and of each slice.
    of_slices
        (slices, 2, sentences) array, under each slice with its own noise and with that of all.
    """

    def __init__(self, names: list[str], true: str, tokens: Ids, by_all: Numbers, of_slices: Numbers) -> None:
        self.names, self.true, self.tokens = names, true, tokens
        self.by_all, self.own, self.vectors = by_all, of_slices[:, 0], of_slices[:, 1]

    def rows(self, resamples: int, seed: int) -> list[dict[str, Any]]:
        """Return a row for each slice, then one for the compass."""
        true = self.own[self.names.index(self.true)]
        per_token = [self._per_token(likely) for likely in self.own]
        posterior = np.log(np.exp(self.own - logsumexp(self.own, axis=0)).mean(axis=1))
        rows = []
        for number, (name, likely) in enumerate(zip(self.names, self.own, strict=True)):
            row = self._row(name, likely, true, resamples, seed)
            row["rank"] = 1 + sum(other > per_token[number] for other in per_token)
            row["log_posterior"] = float(posterior[number])
            row["vectors"] = self._per_token(self.vectors[number])
            row["counts"] = self._per_token(self.by_all[1 + number])
            rows.append(row)
        return [*rows, self._row(COMPASS, self.by_all[0], true, resamples, seed)]

    def _row(self, name: str, likely: Numbers, true: Numbers, resamples: int, seed: int) -> dict[str, Any]:
        """Return the figures that slices and the compass share; the text's own slice has no difference."""
        row: dict[str, Any] = {"text": self.true, "slice": name, "own": "yes" if name == self.true else ""}
        row |= {"tokens": int(self.tokens.sum()), "per_token": self._per_token(likely)}
        row["low"], row["high"] = self._interval(likely, resamples, seed)
        apart = None if name == self.true else likely - true
        row["difference"] = None if apart is None else self._per_token(apart)
        none = intervals.Interval(None, None)
        spread = none if apart is None else self._interval(apart, resamples, seed)
        row["difference_low"], row["difference_high"] = spread
        return row

    def _per_token(self, likely: Numbers) -> float:
        return float(likely.sum() / self.tokens.sum())

    def _interval(self, likely: Numbers, resamples: int, seed: int) -> intervals.Interval:
        def statistic(items: Ids) -> Numbers:
            values: Numbers = likely[items].sum(axis=1) / self.tokens[items].sum(axis=1)
            return values

        return intervals.interval(intervals.resampled(statistic, len(likely), resamples, seed))


def _models(aligned: AlignedSlices) -> Iterator[Softmax]:
    """Yield the compass with the noise of all and of each slice, then each slice with its own noise and that of all."""
    assert aligned.words is not None and aligned.contexts is not None  # noqa: PT018
    settings, vocabulary = aligned.settings, aligned.vocabulary
    words, contexts = (np.ascontiguousarray(matrix[:, : settings.dim]) for matrix in (aligned.words, aligned.contexts))
    power = settings.trainer(True).noise_power
    rows = {name: np.array([vocabulary.id(word) for word in one.words]) for name, one in aligned.slices.items()}
    whole = _log_noise(vocabulary.counts.astype(np.float64), power)
    noises = {
        name: _log_noise(_counts(one, rows[name], vocabulary.counts), power) for name, one in aligned.slices.items()
    }
    of_words = settings.model == "skipgram"
    yield Softmax(words, contexts, np.array([whole, *noises.values()]), settings.window, of_words)
    for name, one in aligned.slices.items():
        if not np.isfinite(one.matrix).all():
            raise InputError(f"{name}: the slice's vectors hold NaN or infinity; train it again")
        own: Floats = words.copy()
        own[rows[name]] = one.matrix
        yield Softmax(own, contexts, np.array([noises[name], whole]), settings.window, of_words)


def _counts(vectors: Vectors, rows: Ids, whole: Ids) -> Numbers:
    counts: Numbers = PRIOR * whole / whole.sum()
    if vectors.counts is None:
        raise InputError("the counts of a slice's words are unknown: its .vocab file is missing; train the slice again")
    counts[rows] += vectors.counts
    return counts


def _log_noise(counts: Numbers, power: float) -> Numbers:
    weights = power * np.log(counts)
    noise: Numbers = weights - logsumexp(weights)
    return noise


def _notes(resamples: int, seed: int) -> list[str]:
    return [
        "natural logarithms; difference: per_token minus that of the text's own slice; vectors: with the slice's "
        f"vectors and the counts of all; counts: with the slice's counts and the compass's vectors; {COMPASS}: with "
        "the compass's vectors and the counts of all",
        f"low, high: 95 % of {resamples:,} bootstrap resamples of the sentences, seed {seed}; too narrow, as "
        "neighbouring sentences are not independent",
    ]

"""Held-out likelihood: how well each slice's vectors foretell text that none was trained on.

A slice foretells as `foretelling` says, with its `words`, the frozen `contexts`, and its own noise q: the counts of its
words, filled up by `PRIOR` tokens of all slices together so that no word is impossible. A word that the slice lacks is
read as the compass has it. So a slice can be the best by how often it uses words as well as by how it uses them; that
is why three figures stand side by side: with both its own, with its own vectors and the noise of all (``vectors``), and
with its own noise and the compass's vectors (``counts``). With neither it is the compass, which has a row.

Both forms of the papers are given: the sum over sentences by token, and Taddy's (2015) posterior: for each sentence
the softmax over slices of its log-likelihood, averaged over sentences. Slices are compared with a text's own on the
same sentences, by a paired bootstrap: sentences differ among themselves far more than slices do.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from scipy.special import logsumexp

from wordvec.corpora.encoded import EncodedCorpus
from wordvec.errors import InputError, SettingsError
from wordvec.evaluation import intervals
from wordvec.evaluation.intervals import RESAMPLES
from wordvec.evaluation.slices.full_softmax import Floats, Ids, Model, Numbers, foretold_tokens, sentence_likelihoods
from wordvec.evaluation.tables import Table
from wordvec.slices.aligned import AlignedSlices
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag

PRIOR = 1_000
COMPASS = "(compass)"
"""How the row is called that is no slice's."""


def likelihood(
    aligned: AlignedSlices,
    texts: Mapping[str, EncodedCorpus],
    *,
    resamples: int = RESAMPLES,
    seed: int = 1,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> Table:
    """Say how well each slice foretells texts.

    Parameters
    ----------
    aligned
        Slices trained by a compass.
    texts
        Encoded as the slices were, by the name of the slice that each belongs to; not used in training.
    resamples, seed
        Of the bootstrap over sentences.
    progress, stop
        Where to report, and what stops the work.

    Returns
    -------
    Table
        For each text a row for each slice: log-likelihood per token with its interval, its rank among slices (1 is the
        best), by how much it exceeds the text's own slice, with a paired interval, the logarithm of the posterior's
        mean, and the log-likelihoods per token by vectors and by counts alone; and a row for the compass.

    Raises
    ------
    InputError
        If a text is of no slice, or has no two words of the compass in one sentence; if a slice's vectors hold NaN or
        infinity.
    SettingsError
        If the slices were not trained by a compass.
    Interrupted
        If `stop` was set.
    """
    if not aligned.settings.frozen:
        raise SettingsError("likelihood: needs slices with the contexts of one compass (--method compass)")
    intervals.check_resamples(resamples)
    check_texts(aligned, texts)
    read = [aligned.text(name, corpus) for name, corpus in texts.items()]
    tokens = [foretold_tokens(text, aligned.settings.window) for text in read]
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
    for place, (text, of_text) in enumerate(zip(read, tokens, strict=True)):
        told = of_text > 0
        by_all, *of_slices = [of_model[place][:, told] for of_model in found]
        figures = _Figures(list(aligned.slices), text.name, of_text[told], by_all, np.array(of_slices))
        rows += figures.rows(resamples, seed)
    return Table(rows, _notes(resamples, seed))


def check_texts(aligned: AlignedSlices, names: Mapping[str, Any]) -> None:
    """Refuse texts of slices that are not there.

    Raises
    ------
    InputError
        If there is one.
    """
    for name in names:
        if name not in aligned.slices:
            raise InputError(f"{name}: no such slice; there is {', '.join(aligned.slices)}")


class _Figures:
    """Of one text: log-likelihoods of its sentences by each slice and by the compass.

    `by_all` is (1 + slices, sentences), by the compass with the noise of all and of each slice; `of_slices` is (slices,
    2, sentences), by each slice with its own noise and that of all; `tokens` is (sentences,).
    """

    def __init__(self, names: list[str], true: str, tokens: Ids, by_all: Numbers, of_slices: Numbers) -> None:
        self.names, self.true, self.tokens = names, true, tokens
        self.by_all, self.own, self.vectors = by_all, of_slices[:, 0], of_slices[:, 1]

    def rows(self, resamples: int, seed: int) -> list[dict[str, Any]]:
        """Give the row of each slice, then that of the compass."""
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
        """Give what both slices and the compass have; the own slice has no difference from itself."""
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


def _models(aligned: AlignedSlices) -> Iterator[Model]:
    """Give the compass with the noise of all and of each slice, then each slice with its own and that of all."""
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
    yield Model(words, contexts, np.array([whole, *noises.values()]), settings.window, of_words)
    for name, one in aligned.slices.items():
        if not np.isfinite(one.matrix).all():
            raise InputError(f"{name}: the slice's vectors hold NaN or infinity; train it again")
        own: Floats = words.copy()
        own[rows[name]] = one.matrix
        yield Model(own, contexts, np.array([noises[name], whole]), settings.window, of_words)


def _counts(vectors: Vectors, rows: Ids, whole: Ids) -> Numbers:
    counts: Numbers = PRIOR * whole / whole.sum()
    if vectors.counts is None:
        raise InputError("the counts of a slice's words are not known: its .vocab file is missing")
    counts[rows] += vectors.counts
    return counts


def _log_noise(counts: Numbers, power: float) -> Numbers:
    weights = power * np.log(counts)
    noise: Numbers = weights - logsumexp(weights)
    return noise


def _notes(resamples: int, seed: int) -> list[str]:
    return [
        "natural logarithms; difference: per_token minus that of the text's own slice; vectors: by the slice's vectors "
        f"and the counts of all; counts: by the slice's counts and the vectors of all; {COMPASS}: both of all",
        f"low, high: 95 % of {resamples:,} bootstrap resamples of the sentences, seed {seed}; too narrow, as sentences "
        "near each other are alike",
    ]

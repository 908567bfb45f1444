"""Evidence of a word's change: the occurrences in two slices whose contexts distinguish the word's two vectors most.

Scores are defined in `wordvec.slices.evidence_scores`. The vectors were trained on the same lines: scores find the
lines that made them, and are no test of change.
"""

import itertools
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.corpora import keyword_in_context
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.keyword_in_context import Line
from wordvec.corpora.occurrences import Occurrences
from wordvec.errors import InputError, SettingsError
from wordvec.kernels.sampling import keep_thresholds
from wordvec.representation import short
from wordvec.slices.aligned import AlignedSlices
from wordvec.slices.evidence_scores import log_odds, scored
from wordvec.tables import Table, Tabular
from wordvec.wording import quantity
from wordvec.workers import StopFlag

LINES, WINDOW = 5, 8
HIGHEST, LOWEST = "highest", "lowest"
_MOST_CANDIDATES = 100
"""Number of occurrences, for each line to list, among which lines that are not alike are searched."""

Numbers = NDArray[np.float64]


class ScoredLine(NamedTuple):
    """An occurrence in a slice.

    Parameters
    ----------
    slice
        Name of the slice.
    end
        ``"highest"`` for the lines that speak most for the change, ``"lowest"`` for those that speak most against it.
    score
        Log-likelihood ratio of the context: the vector of the line's own slice against that of the other slice.
    line
        The line.
    """

    slice: str
    end: str
    score: float
    line: Line

    def __repr__(self) -> str:
        return short(self)


class Evidence(Tabular):
    """Lines of two slices whose contexts speak for the change of a word, and lines that speak against it.

    Attributes
    ----------
    word : str
        The word.
    slices : tuple of str
        Names of the two slices.
    lines : list of ScoredLine
        For each slice, the lines with the highest scores, then those with the lowest.
    scores : tuple of (occurrences,) float64
        Scores of all occurrences in each slice, in the order of the text.
    """

    def __init__(
        self, word: str, slices: tuple[str, str], lines: list[ScoredLine], scores: tuple[Numbers, Numbers]
    ) -> None:
        self.word, self.slices, self.lines, self.scores = word, slices, lines, scores

    @property
    def separation(self) -> float:
        """Share of pairs of an occurrence in A and one in B of which that in A has the context more like A's.

        Half of the ties count. 0.5: the contexts do not differ.
        """
        # In favour of A, as the first slice's scores are.
        a, b = self.scores[0], np.sort(-self.scores[1])
        below = np.searchsorted(b, a, side="left") + np.searchsorted(b, a, side="right")
        return float(below.mean() / (2 * len(b)))

    def table(self) -> Table:
        """Return a row for each line, with its slice, its end of the scores, its score and its context."""
        rows = [{"slice": one.slice, "end": one.end, "score": one.score, **one.line.cells()} for one in self.lines]
        return Table(rows, self.notes)

    def highest(self) -> "Evidence":
        """Return the evidence without the lines that speak against the change."""
        lines = [one for one in self.lines if one.end == HIGHEST]
        return Evidence(self.word, self.slices, lines, self.scores)

    @property
    def notes(self) -> list[str]:
        """Numbers of occurrences, mean scores, and how far the scores separate the slices."""
        said = [
            f"{quantity(len(scores), 'occurrence')} of {self.word} in {name}, mean score {scores.mean():.2f}"
            for name, scores in zip(self.slices, self.scores, strict=True)
        ]
        return [
            "; ".join(said),
            f"of an occurrence in each slice, scores tell which is which in {100 * self.separation:.0f} % of pairs "
            "(the vectors were trained on these lines)",
        ]

    def sections(self) -> list[tuple[str, list[ScoredLine]]]:
        """Return the lines under headings."""
        first, second = self.slices
        found = []
        for end, how in ((HIGHEST, "least"), (LOWEST, "most")):
            for name, other in ((first, second), (second, first)):
                inside = [one for one in self.lines if (one.slice, one.end) == (name, end)]
                if inside:
                    found.append((f"{self.word} in {name}, contexts {how} like those in {other}", inside))
        return found

    def to_html(self) -> str:
        """Return a page of HTML, which needs no other file."""
        sections = [(heading, [one.line for one in inside]) for heading, inside in self.sections()]
        return keyword_in_context.page(f"Evidence of change: {self.word}", sections, self.notes)

    def __str__(self) -> str:
        sections = self.sections()
        lines = [one for _, inside in sections for one in inside]
        shown = iter(keyword_in_context.aligned([one.line for one in lines], [f"{one.score:5.1f}" for one in lines]))
        parts = ["\n".join([heading, *itertools.islice(shown, len(inside))]) for heading, inside in sections]
        return "\n\n".join([*parts, "\n".join(self.notes)])

    def __repr__(self) -> str:
        return f"<Evidence of {self.word} in {' and '.join(self.slices)}: {quantity(len(self.lines), 'line')}>"


def evidence(
    aligned: AlignedSlices,
    word: str,
    texts: Mapping[str, EncodedCorpus],
    number: int = LINES,
    *,
    window: int = WINDOW,
    stop: StopFlag | None = None,
) -> Evidence:
    """Return the lines of two slices whose contexts speak most for the change of a word, and most against it.

    Of lines that share most of their words the first is listed. The score is defined in
    `wordvec.slices.evidence_scores`.

    Parameters
    ----------
    aligned
        Slices of a compass, or of temporal referencing.
    word
        The word.
    texts
        Encoded text of each of the two slices, by name.
    number
        Largest number of lines at each end of a slice's scores.
    window
        Words of context that are shown on either side; scores have the window of the model.
    stop
        Flag that stops the work.

    Raises
    ------
    InputError
        If the word has no vector in a slice or does not occur there, or the slices have no common contexts.
    SettingsError
        If there are not two texts of different slices, or a number is out of range.
    Interrupted
        If `stop` was set.
    """
    arguments.expect("aligned", aligned, AlignedSlices)
    arguments.word("word", word)
    for name, value, least in (("number", number, 1), ("window", window, 0)):
        if arguments.whole(name, value) < least:
            raise SettingsError(f"{value}: must be at least {least}", setting=name)
    if not isinstance(texts, Mapping):
        arguments.wrong("texts", texts, "encoded corpora by name", "evidence(aligned, word, {name: corpus, ...})")
    for name, corpus in texts.items():
        arguments.expect(f"texts[{name!r}]", corpus, EncodedCorpus)
        if name not in aligned.slices:
            raise InputError(f"{name}: no such slice; choose from {', '.join(aligned.slices)}")
    if len(texts) != 2:
        raise SettingsError(f"texts: evidence needs two different slices; got {', '.join(texts) or 'none'}")
    row, odds = log_odds(aligned, word, [aligned.slices[name] for name in texts])
    keep = keep_thresholds(aligned.vocabulary.counts, aligned.settings.sample) / 2**32
    lines, scores = [], []
    for sign, (name, corpus) in zip((1, -1), texts.items(), strict=True):
        at, own = scored(aligned.text(name, corpus), row, sign * odds * keep, aligned.settings.window, stop)
        if not len(at):
            raise InputError(f"{word}: does not occur in {name}")
        for end, order in ((HIGHEST, np.argsort(-own, kind="stable")), (LOWEST, np.argsort(own, kind="stable"))):
            chosen = _different(corpus, at[order], own[order], number, window)
            lines += [ScoredLine(name, end, score, line) for score, line in chosen]
        scores.append(own)
    first, second = texts
    return Evidence(word, (first, second), lines, (scores[0], scores[1]))


def _different(
    corpus: EncodedCorpus, at: NDArray[np.int64], scores: Numbers, number: int, window: int
) -> list[tuple[float, Line]]:
    """Return the first lines that are not alike, with their scores."""
    found: list[tuple[float, Line]] = []
    seen: list[set[str]] = []
    for begin in range(0, min(len(at), _MOST_CANDIDATES * number), number):
        some = Occurrences(at[begin : begin + number], np.ones(len(at[begin : begin + number]), np.int64))
        lines = keyword_in_context.lines(corpus, some, corpus.offsets, window)
        for score, line in zip(scores[begin : begin + number].tolist(), lines, strict=True):
            words = {*line.left.split(), *line.right.split()}
            if not any(_alike(words, other) for other in seen):
                found.append((score, line))
                seen.append(words)
        if len(found) >= number:
            break
    return found[:number]


def _alike(words: set[str], others: set[str]) -> bool:
    """Return whether most words of the shorter of two contexts are in the other."""
    return words == others or 2 * len(words & others) > min(len(words), len(others))

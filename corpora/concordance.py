"""Concordances: the occurrences of words or phrases in an encoded corpus, each with its context."""

from collections.abc import Sequence

from wordvec import arguments
from wordvec.corpora import keyword_in_context
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.keyword_in_context import UNKNOWN, Line
from wordvec.corpora.occurrences import Sample, bounds, find, joined_notes, phrases
from wordvec.errors import SettingsError
from wordvec.tables import Table, Tabular
from wordvec.wording import listed, quantity
from wordvec.workers import Progress, StopFlag

LINES = 20
WINDOW = 8


class Concordance(Tabular):
    """Occurrences of words or phrases in their contexts.

    Attributes
    ----------
    words : list of str
        The words and phrases.
    lines : list of Line
        The occurrences of the sample, in the order of the text.
    total : int
        Number of all occurrences.
    matching : int
        Number of those that have one of the `near` words in their context; `total` if none was asked for.
    notes : list of str
        Numbers of occurrences, the sample, and the context, in words.
    """

    def __init__(self, words: list[str], lines: list[Line], total: int, matching: int, notes: list[str]) -> None:
        self.words, self.lines, self.total, self.matching, self.notes = words, lines, total, matching, notes

    def table(self) -> Table:
        """Return a row for each line: document, number of the sentence, left context, match, right context."""
        return Table([line.cells() for line in self.lines], self.notes)

    def to_html(self) -> str:
        """Return a page of HTML, which needs no other file."""
        return keyword_in_context.page(f"Concordance of {listed(self.words)}", [("", self.lines)], self.notes)

    def __str__(self) -> str:
        return "\n".join([*keyword_in_context.aligned(self.lines), *self.notes])

    def __repr__(self) -> str:
        return f"<Concordance of {listed(self.words):.200}: {len(self.lines):,} of {self.total:,} occurrences>"


def concordance(
    corpus: EncodedCorpus,
    words: str | Sequence[str],
    *,
    number: int | None = LINES,
    near: str | Sequence[str] = (),
    window: int = WINDOW,
    across: bool = False,
    seed: int = 1,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> Concordance:
    """Return occurrences of words with their contexts.

    Parameters
    ----------
    corpus
        Encoded text.
    words
        A word, a phrase of several words separated by blanks, or a list of these.
    number
        Size of the uniform sample of occurrences; None: all of them.
    near
        Words or phrases, of which one must be in the context; empty: all occurrences.
    window
        Words of context on either side.
    across
        Whether contexts and phrases cross sentences; they never cross documents.
    seed
        Seed of the sample.
    progress, stop
        Receiver of reports, and flag that stops the work.

    Raises
    ------
    InputError
        If a word is not in the vocabulary.
    SettingsError
        If a number is out of range, or there is no word.
    Interrupted
        If `stop` was set.

    Examples
    --------
    >>> with EncodedCorpus.from_sentences(["the cat saw the dog", "a dog slept"]) as corpus:
    ...     print(concordance(corpus, "dog", window=2))
    saw the  dog
          a  dog  slept
    2 occurrences of dog
    """
    arguments.expect("corpus", corpus, EncodedCorpus)
    words = [words] if isinstance(words, str) else arguments.words("words", words)
    near = [near] if isinstance(near, str) else arguments.words("near", near)
    if not words:
        raise SettingsError("words: expected at least one word")
    for name, value, least in (("number", number, 1), ("window", window, 0), ("seed", seed, 0)):
        if (value is not None or name != "number") and arguments.whole(name, value) < least:
            raise SettingsError(f"{value}: must be at least {least}", setting=name)
    wanted, others = phrases(corpus, words), phrases(corpus, near)
    units = bounds(corpus, across)
    sample, total = Sample(number, seed), 0
    for found, chosen in find(corpus, wanted, units, others, window, progress, stop):
        total += len(found.at)
        sample.add(type(found)(found.at[chosen], found.length[chosen]))
    lines = keyword_in_context.lines(corpus, sample.occurrences(), units, window)
    said = [_count(words, total, near, window, sample.total, len(lines), seed)]
    said += joined_notes(corpus, (*words, *near))
    if any(UNKNOWN in f"{line.left} {line.right}".split() for line in lines):
        said.append(f"{UNKNOWN}: a word that is not in the vocabulary of the corpus")
    return Concordance(words, lines, total, sample.total, said)


def _count(
    words: Sequence[str], total: int, near: Sequence[str], window: int, matching: int, shown: int, seed: int
) -> str:
    """Return a line on the numbers of occurrences."""
    said = [f"{quantity(total, 'occurrence')} of {listed(words)}"]
    if near:
        said.append(f"{matching:,} with {' or '.join(near)} within {quantity(window, 'word')}")
    if shown < matching:
        said.append(f"{shown:,} of them shown (uniform sample, seed {seed})")
    return "; ".join(said)

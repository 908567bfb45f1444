"""Keywords: words that are more frequent in one corpus than in another."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.corpora.alike import DROPPED, WORDS, check_alike
from wordvec.corpora.document_counts import DocumentCounts
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.keyness import Counts, Prior, log_likelihood, log_odds, log_ratio, z_score
from wordvec.corpora.keyness_intervals import BOUNDS, LEAST_DOCUMENTS, intervals
from wordvec.corpora.keyword_list import Keywords
from wordvec.corpora.vocabulary import Vocabulary
from wordvec.documentation import documented
from wordvec.errors import InputError, SettingsError
from wordvec.representation import short
from wordvec.settings import check_settings, setting
from wordvec.wording import quantity
from wordvec.workers import Progress, StopFlag

MEASURES = ("log-odds", "log-likelihood", "log-ratio")
Numbers = NDArray[np.float64]


@documented
@dataclasses.dataclass(frozen=True, kw_only=True)
class KeywordSettings:
    """Settings of keywords."""

    by: str = setting("log-odds", "measure that words are sorted by; log-odds: by its z-score", choices=MEASURES)
    min_count: int = setting(5, "smallest count of a word in both corpora together", at_least=1)
    prior: float = setting(
        1_000.0, "weight of the prior of log-odds, in tokens, which have the words' shares of both corpora", above=0
    )
    resamples: int = setting(1_000, "bootstrap resamples of the documents; 0: no intervals", at_least=0)
    seed: int = setting(1, "seed of the bootstrap", at_least=0, at_most=2**63 - 1)

    def __post_init__(self) -> None:
        check_settings(self)

    def __repr__(self) -> str:
        return short(self)


def keywords(
    a: EncodedCorpus,
    b: EncodedCorpus,
    number: int | None = 20,
    *,
    names: Sequence[str] | None = None,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
    **settings: Any,
) -> Keywords:
    """Return the words that are more frequent in one of two corpora than in the other.

    The measures are defined in `wordvec.corpora.keyness`. Their intervals are percentiles of a bootstrap that draws
    documents of each corpus with replacement, because the tokens of a document are not independent.

    Parameters
    ----------
    a, b
        Encoded texts.
    number
        Largest number of words of each corpus; None: all.
    names
        Names of the corpora; None: those of their folders.
    progress, stop
        Receiver of reports, and flag that stops the work.
    **settings
        Fields of `KeywordSettings`: ``by="log-odds"``, ``min_count=5``, ``prior=1000``, ``resamples=1000``, ``seed=1``.

    Raises
    ------
    InputError
        If no word is frequent enough, or the corpora were encoded with different tokenizers, normalisation or case.
    SettingsError
        If a setting is out of range.
    MemoryLimitError
        If the counts of all words do not fit in memory.
    Interrupted
        If `stop` was set.

    Examples
    --------
    >>> a, b = (EncodedCorpus.from_sentences([text] * 3) for text in ("tea tea milk", "rum milk"))
    >>> found = keywords(a, b, min_count=1)
    >>> found.words, found.of_first
    (['tea', 'rum', 'milk'], 1)
    """
    arguments.expect("a", a, EncodedCorpus)
    arguments.expect("b", b, EncodedCorpus)
    if number is not None and arguments.whole("number", number) < 1:
        raise SettingsError(f"{number}: must be at least 1", setting="number")
    chosen = _settings(settings)
    check_alike({str(a.folder): a, str(b.folder): b}, (*WORDS, *DROPPED))
    called = _names(a, b) if names is None else tuple(arguments.words("names", names))
    if len(called) != 2:
        raise SettingsError(f"names: expected two, got {len(called)}")
    progress, stop = progress or Progress(), stop or StopFlag()
    vocabulary = Vocabulary.merge(a.vocabulary, b.vocabulary)
    counts = Counts(*(_counts(corpus, vocabulary) for corpus in (a, b)), *(np.float64(len(one.ids)) for one in (a, b)))
    prior = counts.prior(chosen.prior)
    order, of_first = _order(counts, prior, chosen, number)
    words = [vocabulary.words[row] for row in order]
    counts = counts._replace(a=counts.a[order], b=counts.b[order])
    prior = prior._replace(words=prior.words[order])
    documents = DocumentCounts.of(a, words, stop), DocumentCounts.of(b, words, stop)
    columns = _columns(counts, prior, documents)
    found = intervals(documents, prior, chosen.resamples, chosen.seed, progress, stop)
    columns |= {name: found.get(name, np.full(len(words), np.nan)) for name in BOUNDS}
    notes = _notes((a, b), (called[0], called[1]), documents, chosen)
    if found and not (counts.a * counts.b).all():
        notes.append("the interval of a word that one corpus lacks is too narrow: it comes from the other corpus alone")
    return Keywords((called[0], called[1]), words, of_first, columns, notes)


def _settings(given: dict[str, Any]) -> KeywordSettings:
    known = [field.name for field in dataclasses.fields(KeywordSettings)]
    for name in given:
        if name not in known:
            raise SettingsError(f"there is no setting {name!r}; choose from {', '.join(known)}")
    return KeywordSettings(**given)


def _names(a: EncodedCorpus, b: EncodedCorpus) -> tuple[str, str]:
    one, two = (Path(corpus.folder).name.removesuffix(".corpus") for corpus in (a, b))
    return (one, two) if one != two else ("A", "B")


def _counts(corpus: EncodedCorpus, vocabulary: Vocabulary) -> Numbers:
    """Return the count of each word of a common vocabulary, (words,) float64."""
    counts = np.zeros(len(vocabulary))
    counts[[vocabulary.id(word) for word in corpus.vocabulary.words]] = corpus.vocabulary.counts
    return counts


def _order(
    counts: Counts, prior: Prior, settings: KeywordSettings, number: int | None
) -> tuple[NDArray[np.int64], int]:
    """Return the rows of the words to list, and the number of those that are more frequent in the first corpus."""
    frequent = np.flatnonzero(counts.a + counts.b >= settings.min_count)
    if not len(frequent):
        raise InputError(f"no word occurs {quantity(settings.min_count, 'time')} in both corpora; lower --min-count")
    scores = {"log-odds": lambda: z_score(counts, prior), "log-ratio": lambda: log_ratio(counts)}
    score = np.nan_to_num(scores.get(settings.by, lambda: log_likelihood(counts))()[frequent], posinf=0, neginf=0)
    first = (counts.a * counts.tokens_b >= counts.b * counts.tokens_a)[frequent]
    parts = []
    for side, sign in ((first, -1), (~first, 1)):
        parts.append(frequent[side][np.argsort(sign * score[side], kind="stable")][:number])
    return np.concatenate(parts), len(parts[0])


def _columns(counts: Counts, prior: Prior, documents: tuple[DocumentCounts, DocumentCounts]) -> dict[str, Numbers]:
    columns: dict[str, Any] = {"count_a": counts.a.astype(np.int64), "count_b": counts.b.astype(np.int64)}
    columns |= {"per_million_a": 1e6 * counts.a / counts.tokens_a, "per_million_b": 1e6 * counts.b / counts.tokens_b}
    columns |= {f"documents_{side}": one.with_word() for side, one in zip("ab", documents, strict=True)}
    columns |= {f"dp_{side}": one.dispersion() for side, one in zip("ab", documents, strict=True)}
    columns |= {"log_likelihood": log_likelihood(counts), "log_ratio": log_ratio(counts)}
    return columns | {"log_odds": log_odds(counts, prior), "z": z_score(counts, prior)}


def _notes(
    corpora: tuple[EncodedCorpus, EncodedCorpus],
    names: tuple[str, str],
    documents: tuple[DocumentCounts, DocumentCounts],
    settings: KeywordSettings,
) -> list[str]:
    sizes = [
        f"{name}: {quantity(len(one.ids), 'token')} in {quantity(counted.documents, 'document')}"
        for name, one, counted in zip(names, corpora, documents, strict=True)
    ]
    notes = ["; ".join(sizes), f"sorted by {settings.by}; prior of {settings.prior:,g} tokens"]
    few = [name for name, one in zip(names, documents, strict=True) if one.documents < LEAST_DOCUMENTS]
    if few:
        notes.append(
            f"no intervals: they are bootstraps over documents, and there are fewer than {LEAST_DOCUMENTS} in "
            f"{' and '.join(few)} (corpus encode --documents line makes a document of each line)"
        )
    elif settings.resamples:
        notes.append(f"95 % intervals: {settings.resamples:,} bootstraps over documents, seed {settings.seed}")
    for name, one in zip(names, corpora, strict=True):
        if unknown := one.meta["unknown_tokens"]:
            notes.append(
                f"{name}: {quantity(unknown, 'token')} have words that its vocabulary lacks, which count as absent"
            )
    return notes

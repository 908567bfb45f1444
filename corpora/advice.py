"""Advice on the preparation of a text, from its vocabulary: attached punctuation, and words in several letter cases."""

from collections.abc import Iterator

from wordvec.corpora.automatic import LEAST_ATTACHED, is_attached
from wordvec.corpora.settings import EncodingSettings
from wordvec.corpora.vocabulary import Vocabulary, unpack

_MOST_WORDS = 200_000
"""Number of words that are examined, the most frequent."""

_FEWEST_TOKENS = 1_000
"""A smaller text is an example."""

_LEAST_CASED = 0.01
"""Minimal share of tokens in a rarer letter case of their word, for a hint."""


def punctuation_warning(vocabulary: Vocabulary, wanted: EncodingSettings) -> list[str]:
    """Return a warning if many tokens have punctuation attached and nobody asked for that.

    Parameters
    ----------
    vocabulary
        Words of the text.
    wanted
        Settings as the user gave them.
    """
    if wanted.tokenizer is not None or vocabulary.total < _FEWEST_TOKENS:
        return []
    attached = [(word, count) for word, count in _frequent(vocabulary) if is_attached(word)]
    share = sum(count for _, count in attached) / vocabulary.total
    if share < LEAST_ATTACHED:
        return []
    shown = ", ".join(repr(word) for word, _ in attached[:2])
    return [
        f"{100 * share:.0f} % of the tokens are words with punctuation attached ({shown}); --tokenizer words (in "
        "Python tokenizer='words') removes it, --tokenizer whitespace keeps it without this warning"
    ]


def case_hint(vocabulary: Vocabulary, wanted: EncodingSettings) -> list[str]:
    """Return a hint if many words occur in several letter cases and nobody decided about that."""
    if wanted.lowercase is not None or vocabulary.total < _FEWEST_TOKENS:
        return []
    first: dict[str, str] = {}
    rarer, example, most = 0, ("", ""), 0
    for word, count in _frequent(vocabulary):
        usual = first.setdefault(word.lower(), word)
        if usual != word:
            rarer += count
            if count > most:
                example, most = (usual, word), count
    share = rarer / vocabulary.total
    if share < _LEAST_CASED:
        return []
    return [
        f"{100 * share:.0f} % of the tokens are a rarer letter case of their word ({example[1]!r} beside "
        f"{example[0]!r}), counted as words of their own; --lowercase joins them, --lowercase=no hides this line"
    ]


def _frequent(vocabulary: Vocabulary) -> Iterator[tuple[str, int]]:
    """Yield the most frequent words with their counts."""
    words = unpack(vocabulary.packed, vocabulary.starts[: _MOST_WORDS + 1])
    return zip(words, vocabulary.counts.tolist(), strict=False)

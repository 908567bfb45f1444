"""Connectors: words that may be inside a phrase, but neither begin nor end it."""

from collections.abc import Collection
from pathlib import Path

from wordvec import arguments
from wordvec.corpora.wordlists import read_words

ENGLISH = ("a", "an", "the", "for", "of", "with", "without", "at", "from", "to", "in", "on", "by", "and", "or")
"""English articles, prepositions and conjunctions; the same list as gensim's."""

Connectors = str | Path | Collection[str] | None


def connectors_of(wanted: Connectors) -> frozenset[str]:
    """Return the connectors that a setting names.

    Parameters
    ----------
    wanted
        ``"english"``, a file of words, a collection of words, or None.

    Raises
    ------
    InputError
        If a file cannot be read, or holds no word.
    """
    if wanted is None:
        return frozenset()
    if wanted == "english":
        return frozenset(ENGLISH)
    if isinstance(wanted, str | Path):
        return frozenset(read_words(wanted))
    return frozenset(arguments.words("connectors", list(wanted)))

"""Check that corpora were encoded with the same settings."""

from collections.abc import Iterable

from wordvec.corpora.encoded import EncodedCorpus
from wordvec.errors import InputError

WORDS = ("tokenizer", "normalize", "lowercase")
"""Settings that decide what a word is."""


def check_alike(first: EncodedCorpus, other: EncodedCorpus, names: Iterable[str]) -> None:
    """Raise an InputError if two corpora differ in a setting.

    Raises
    ------
    InputError
        If they do.
    """
    for name in names:
        one, two = (corpus.meta["settings"].get(name) or "none" for corpus in (first, other))
        if one != two:
            raise InputError(
                f"{other.folder}: was encoded with {name} {two}, and {first.folder} with {name} {one}; encode both "
                f"with the same --{name.replace('_', '-')}"
            )

"""The letter case of a dictionary's words, where vectors are of lower-cased text or the dictionary is not.

The policies are those of evaluation: ``exact``; ``lower``, the dictionary's words in lower case; ``fallback``, in
lower case where they are not known as written; ``ignore``, the first of the words that differ in case only.
"""

from collections.abc import Callable, Iterable

from wordvec.errors import SettingsError
from wordvec.vectors import Vectors

CASES = ("ignore", "exact", "lower", "fallback")


def in_case(
    pairs: Iterable[tuple[str, str]], source: Vectors, target: Vectors, case: str, cutoff: int | None = None
) -> list[tuple[str, str]]:
    """Return the pairs of a dictionary as the two spaces spell their words; unknown words stay as they are.

    Parameters
    ----------
    pairs
        Words of the source and of the target.
    source, target
        The spaces.
    case
        One of `CASES`.
    cutoff
        Look at so many words of each from the beginning, the most frequent; default: at all.

    Raises
    ------
    SettingsError
        If the policy is unknown.
    """
    if case not in CASES:
        raise SettingsError(f"case: {case} is none of {', '.join(CASES)}")
    left, right = (_spelling(vectors.words[:cutoff], case) for vectors in (source, target))
    return [(left(word), right(other)) for word, other in pairs]


def _spelling(words: list[str], case: str) -> Callable[[str], str]:
    """Return what turns a word of the dictionary into the word of the vectors."""
    if case == "exact":
        return str
    if case == "lower":
        return str.lower
    if case == "fallback":
        known = set(words)
        return lambda word: word if word in known else word.lower()
    first: dict[str, str] = {}
    for word in words:
        first.setdefault(word.upper(), word)
    return lambda word: first.get(word.upper(), word)

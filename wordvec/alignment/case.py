"""Letter case of a dictionary's words, for vectors of lower-cased text or a dictionary in lower case.

The policies are those of evaluation. ``exact`` looks words up as written, and ``lower`` in lower case. ``fallback``
uses lower case only for words that are unknown as written. ``ignore`` takes the first word that differs in case only.
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
        Words of the source and their translations.
    source, target
        The two spaces.
    case
        One of `CASES`.
    cutoff
        Number of most frequent words of each side to use; default: all.

    Raises
    ------
    SettingsError
        If `case` is unknown.
    """
    if case not in CASES:
        raise SettingsError(f"case: {case} is none of {', '.join(CASES)}")
    left, right = (_spelling(vectors.words[:cutoff], case) for vectors in (source, target))
    return [(left(word), right(other)) for word, other in pairs]


def _spelling(words: list[str], case: str) -> Callable[[str], str]:
    """Return the function from a word of the dictionary to a word of the vectors."""
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

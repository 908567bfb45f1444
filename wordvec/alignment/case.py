"""Letter case of a bilingual dictionary's words: its pairs as the two spaces spell them (see `wordvec.letter_case`)."""

from collections.abc import Callable, Iterable, Sequence

from wordvec.letter_case import CASES as CASES
from wordvec.letter_case import check_case, indexed, normalised
from wordvec.vectors import Vectors
from wordvec.vectors.lookup import in_normal_forms


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
    check_case(case)
    left, right = (spelling(vectors.words[:cutoff], case) for vectors in (source, target))
    return [(left(word), right(other)) for word, other in pairs]


def spelling(words: Sequence[str], case: str) -> Callable[[str], str]:
    """Return the function from a word of the dictionary to the word of the vectors."""
    first: dict[str, str] = {}
    for word in words:
        first.setdefault(indexed(word, case), word)

    def spelled(word: str) -> str:
        keys = [normalised(form, case, first.__contains__) for form in in_normal_forms(word)]
        # An unknown word that would be looked up in upper case keeps its spelling.
        return next((first[key] for key in keys if key in first), word if case == "ignore" else keys[0])

    return spelled

"""Letter case of a dataset's words: the policies by which they are looked up among the words of vectors.

For a word w of a dataset:

- ``exact``: w as it is written.
- ``lower``: w in lower case, for vectors of lower-cased text.
- ``fallback``: w as it is written if that is known, otherwise w in lower case.
- ``ignore``: both sides in upper case; of words that differ only in case the first is taken, which is the most
  frequent. gensim and word2vec's compute-accuracy use this one.
"""

from collections.abc import Callable, Sequence

from wordvec import arguments
from wordvec.errors import SettingsError

_SAMPLE, _CASED = 10_000, 0.01
"""Words, the most frequent, of which so many have a capital where the vocabulary is not in lower case."""

CASES = ("ignore", "exact", "lower", "fallback")


def check_case(case: str) -> None:
    """Check that a policy exists.

    Raises
    ------
    SettingsError
        If it does not.
    """
    if arguments.word("case", case) not in CASES:
        raise SettingsError(f"{case}: choose one of {', '.join(CASES)}", setting="case")


def indexed(word: str, case: str) -> str:
    """Return the normalisation under which a word of the vectors is indexed."""
    return word.upper() if case == "ignore" else word


def normalised(word: str, case: str, is_known: Callable[[str], bool]) -> str:
    """Return the normalisation under which a word of a dataset is looked up.

    Parameters
    ----------
    word
        Word of the dataset.
    case
        One of `CASES`.
    is_known
        Whether the vectors have a word as it is written; called for ``fallback`` only.

    Examples
    --------
    >>> [normalised("Paris", case, {"Paris"}.__contains__) for case in CASES]
    ['PARIS', 'Paris', 'paris', 'Paris']
    """
    if case == "ignore":
        return word.upper()
    return word.lower() if case == "lower" or (case == "fallback" and not is_known(word)) else word


def is_cased(words: Sequence[str]) -> bool:
    """Return whether a vocabulary, the most frequent words first, is of text that was not lower-cased.

    A few words with capitals, such as ``<UNK>``, do not count. An empty vocabulary is taken to be cased.

    Examples
    --------
    >>> is_cased(["the", "Paris"]), is_cased(["the", "paris"])
    (True, False)
    """
    first = words[:_SAMPLE]
    return not first or sum(word != word.lower() for word in first) > _CASED * len(first)


def to_compose(word: str, case: str, cased: bool) -> str:
    """Return the spelling whose n-grams give an unknown word of a dataset its vector.

    N-grams with capitals have no sense in vectors of lower-cased text, so that ``fallback`` and ``ignore`` depend on
    the vocabulary.

    Parameters
    ----------
    word
        Word of the dataset.
    case
        One of `CASES`.
    cased
        Whether the vocabulary `is_cased`.
    """
    as_written = case == "exact" or (case != "lower" and cased)
    return word if as_written else word.lower()

"""Letter case of a dataset's words: the policies by which they are looked up among the words of vectors.

For a word w of a dataset:

- ``exact``: w as it is written.
- ``lower``: w in lower case, for vectors of lower-cased text.
- ``fallback``: w as it is written if that is known, otherwise w in lower case.
- ``ignore``: both sides in upper case; of words that differ only in case the first is taken, which is the most
  frequent. gensim and word2vec's compute-accuracy use this one.
"""

from collections.abc import Callable

from wordvec import arguments
from wordvec.errors import SettingsError

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

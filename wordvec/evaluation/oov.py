"""Policies for words of a dataset that the vocabulary of vectors lacks (out of vocabulary, OOV).

- ``skip``: items with such a word are left out, as in most published figures.
- ``zero``: such a word has a vector of zeros: its cosines are 0, its answers are wrong.
- ``subwords``: its vector is composed from its n-grams; a word that has none is left out.

By default, vectors are evaluated with ``skip``, so that scores of vectors with and without n-grams are comparable, and
those with n-grams have a second result with ``subwords``.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from wordvec import arguments
from wordvec.errors import SettingsError
from wordvec.representation import short
from wordvec.vectors import Vectors

SKIP, ZERO, SUBWORDS = "skip", "zero", "subwords"
POLICIES = (SUBWORDS, SKIP, ZERO)


def check_oov(oov: str | None, policies: Sequence[str] = POLICIES) -> None:
    """Check that a policy is one of some; None is the default.

    Raises
    ------
    SettingsError
        If it is not.
    """
    if oov is not None and arguments.word("oov", oov) not in policies:
        raise SettingsError(f"{oov}: choose one of {', '.join(policies)}", setting="oov")


class Entry(NamedTuple):
    """Vectors that are evaluated with a policy.

    Attributes
    ----------
    name, vectors
        The vectors, and their name in tables.
    oov
        One of `POLICIES`.
    columns
        First columns of their row.
    """

    name: str
    vectors: Vectors
    oov: str
    columns: dict[str, Any]

    def __repr__(self) -> str:
        return short(self)

    @property
    def label(self) -> str:
        """The name, with the policy if the table has a column of policies."""
        return f"{self.name} ({self.oov})" if "oov" in self.columns else self.name

    def to_compose(self, words: Iterable[str]) -> Iterable[str]:
        """Return the words that may be composed: all or none."""
        return words if self.oov == SUBWORDS else ()


def entries(named: Mapping[str, Vectors], oov: str | None, policies: Sequence[str] = POLICIES) -> list[Entry]:
    """Return each set of vectors with its policies.

    Parameters
    ----------
    named
        Vectors by name.
    oov
        Policy of all; default: ``skip``, and ``subwords`` as a second one of vectors with n-grams.
    policies
        Policies that the evaluation has.
    """
    check_oov(oov, policies)
    both = oov is None and any(one.subwords is not None for one in named.values())
    return [
        Entry(name, one, policy, {"vectors": name} | ({"oov": policy} if both else {}))
        for name, one in named.items()
        for policy in ([oov] if oov else [SKIP, SUBWORDS] if one.subwords is not None else [SKIP])
    ]


def notes(used: Sequence[Entry], case: str, meaning: Mapping[str, str]) -> list[str]:
    """Return notes about the policies of a table.

    Parameters
    ----------
    used
        The vectors that are evaluated.
    case
        Case policy, on which the spelling of composed words depends.
    meaning
        Meaning of each policy in this evaluation.
    """
    policies = list(dict.fromkeys(one.oov for one in used))
    found = [f"oov: {'; '.join(f'{policy}: {meaning[policy]}' for policy in policies)}"]
    if SUBWORDS in policies:
        found.append(f"composed_words: different words whose vectors are composed from n-grams, {SPELLED[case]}")
        found += without_ngrams({one.name: one.vectors for one in used if one.oov == SUBWORDS})
    return found


def without_ngrams(named: Mapping[str, Vectors]) -> list[str]:
    """Return a note about vectors that have no n-grams, if there are any."""
    without = [name for name, one in named.items() if one.subwords is None]
    return [f"no n-grams, so that nothing is composed: {', '.join(without)}"] if without else []


_BY_VOCABULARY = "as written, or in lower case if the vocabulary is in lower case"
SPELLED = {"ignore": _BY_VOCABULARY, "fallback": _BY_VOCABULARY, "exact": "as written", "lower": "in lower case"}
"""Spelling of words that are composed, by case policy."""

"""The automatic tokenizer: ``words`` for raw text, ``whitespace`` for text that is tokenised already.

In raw text, commas and periods are attached to words; in tokenised text they are tokens of their own, or were removed.
The first 256 KiB decide, so that the corpus does not depend on the number of threads. examples/untokenised.py measures
the share of tokens with punctuation attached there.
"""

import dataclasses
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from wordvec.corpora.batches import Batch
from wordvec.corpora.settings import EncodingSettings

SAMPLED_BYTES = 1 << 18
"""Bytes of text that decide."""

LEAST_ATTACHED = 0.02
"""Minimal share of tokens with attached punctuation in raw text."""

_OPENING = '"“„”«»‹›([{¿¡「『《（【'
_CLOSING = '.,;:!?…"“”«»‹›)]}·՝։،؛؟۔।॥።፣。，、；：！？」』》）】'
_AT_BEGIN, _AT_END = frozenset(_OPENING), frozenset(_CLOSING)
_STOPS = frozenset(".,،۔।॥。，、")
_JOINING = "_|/"


class Punctuation(NamedTuple):
    """Punctuation in a sample of tokens.

    Attributes
    ----------
    tokens
        Number of tokens.
    attached
        Number of words with punctuation at their beginning or end.
    alone
        Number of commas and full stops that are tokens. French puts blanks before other signs.
    joined
        Number of tokens that join words by ``_``, ``|`` or ``/``, as phrases and part-of-speech tags do; the tokenizer
        ``words`` would separate them.
    """

    tokens: int
    attached: int
    alone: int
    joined: int

    @property
    def is_raw(self) -> bool:
        """Whether the tokens are those of raw text."""
        least = LEAST_ATTACHED * self.tokens
        return self.attached > self.alone and self.attached >= least and self.joined < max(least, 1)


def is_attached(token: str) -> bool:
    """Return whether a token is a word with punctuation at its beginning or end."""
    if "&" in token and token.endswith(";"):  # Moses writes l&apos; for l'
        return False
    if token[:1] not in _AT_BEGIN and token[-1:] not in _AT_END:
        return False
    return any(map(str.isalpha, token.lstrip(_OPENING).rstrip(_CLOSING)))


def punctuation(tokens: Iterable[str]) -> Punctuation:
    """Count the punctuation in tokens.

    Examples
    --------
    >>> punctuation("Yes , it is .".split()).is_raw, punctuation("Yes, it is.".split()).is_raw
    (False, True)
    """
    counts = Counter(tokens)
    attached = sum(count for token, count in counts.items() if is_attached(token))
    joined = sum(count for token, count in counts.items() if _is_joined(token))
    return Punctuation(counts.total(), attached, sum(counts[token] for token in _STOPS), joined)


def _is_joined(token: str) -> bool:
    if not any(sign in token for sign in _JOINING) or "//" in token:
        return False
    return any(
        before.isalpha() and sign in _JOINING and after.isalpha()
        for before, sign, after in zip(token, token[1:], token[2:], strict=False)
    )


class Resolved(NamedTuple):
    """Batches, and settings with a tokenizer; `line` tells the user why ``words`` was chosen, otherwise it is empty."""

    batches: Iterator[Batch]
    settings: EncodingSettings
    line: str


def resolved(batches: Iterator[Batch], settings: EncodingSettings) -> Resolved:
    """Choose the tokenizer from the first batch if the settings have none."""
    if settings.tokenizer is not None:
        return Resolved(batches, settings, "")
    first = next(batches, Batch())
    again = itertools.chain([first], batches)
    if first.as_tokens:
        return Resolved(again, dataclasses.replace(settings, tokenizer="whitespace"), "")
    found = _sampled(first)
    return Resolved(again, dataclasses.replace(settings, tokenizer=_name(found)), _line(found))


def _sampled(batch: Batch) -> Punctuation:
    text = b" ".join(batch.text.pieces)[:SAMPLED_BYTES].decode("utf-8", "replace")
    return punctuation(text.split())


def _name(found: Punctuation) -> str:
    return "words" if found.is_raw else "whitespace"


def _line(found: Punctuation) -> str:
    if not found.is_raw:
        return ""  # nothing of the text is dropped
    share = 100 * found.attached / found.tokens
    return (
        f"tokenizer: words, without punctuation: the text looks raw ({share:.0f} % of the first {found.tokens:,} "
        "tokens have punctuation attached); --tokenizer whitespace keeps it"
    )

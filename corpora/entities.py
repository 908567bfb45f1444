"""Detection of character references, such as ``&amp;``, which remain where text was taken from HTML or XML."""

import re

from wordvec.corpora.scripts import sampled_tokens
from wordvec.corpora.vocabulary import Vocabulary

_REFERENCE = re.compile(r"&(?:[A-Za-z]{2,8}|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
_NAMES = frozenset(("amp", "apos", "gt", "lt", "nbsp", "quot"))
"""The tokens that remain of the frequent ones without punctuation."""
_FEWEST, _SHARE = 8, 0.002
_DECODE = "python3 -c 'import html,sys; [print(html.unescape(line), end=\"\") for line in sys.stdin]' < TEXT > OUT.txt"


def reference_warning(vocabulary: Vocabulary) -> list[str]:
    """Return a warning if more than one token in 500 is a character reference, or contains one."""
    tokens = sampled_tokens(vocabulary)
    found = [token for token in tokens if token in _NAMES or _REFERENCE.search(token)]
    if len(found) < max(_FEWEST, _SHARE * len(tokens)):
        return []
    most = max(sorted(set(found)), key=found.count)
    return [
        f"{100 * len(found) / len(tokens):.1f} % of the tokens seem to come from character references of HTML or XML, "
        f"such as {most}, and are learned as words; decode them first: {_DECODE}"
    ]

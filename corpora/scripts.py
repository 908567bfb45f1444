"""Detection of text in scripts without spaces, which the tokenizers here cannot split into words."""

import re
import unicodedata

import numpy as np

from wordvec.corpora.vocabulary import Vocabulary

LONGEST_WORD = 6
"""Letters, without marks: the mean length of words in these scripts is below it, that of clauses above."""

_SAMPLE = 4096
"""Number of tokens in the sample."""

_TOOLS = {
    "Kana": "fugashi",
    "Han": "jieba",
    "Thai": "pythainlp",
    "Lao": "laonlp",
    "Khmer": "khmer-nltk",
    "Burmese": "pyidaungsu",
    "Tibetan": "botok",
}
"""A Python package that segments words, for each script. Kana comes first, since Japanese is written in Han, too."""

_SCRIPTS = {
    "Kana": "\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9d",
    "Han": "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff",
    "Thai": "\u0e00-\u0e7f",
    "Lao": "\u0e80-\u0eff",
    "Khmer": "\u1780-\u17ff",
    "Burmese": "\u1000-\u109f\uaa60-\uaa7f",
    "Tibetan": "\u0f00-\u0fff",
}
_FIRST = "\u0e00"
"""The first letter of these scripts."""


def unspaced_warning(vocabulary: Vocabulary) -> list[str]:
    """Return a warning if most letters are of a script without spaces and tokens are too long to be words."""
    tokens = sampled_tokens(vocabulary)
    if max("".join(tokens), default="") < _FIRST:
        return []
    letters = [_letters(token) for token in tokens]
    any_of_them = re.compile(f"[{''.join(_SCRIPTS.values())}]")
    unspaced = [text for text in letters if any_of_them.search(text)]
    count = sum(len(any_of_them.findall(text)) for text in unspaced)
    if not count or 2 * count <= sum(map(len, letters)):
        return []
    mean = sum(map(len, unspaced)) / len(unspaced)
    if mean <= LONGEST_WORD:
        return []
    each = {name: re.compile(f"[{ranges}]") for name, ranges in _SCRIPTS.items()}
    found = {name: sum(len(one.findall(text)) for text in unspaced) for name, one in each.items()}
    # One letter of Kana in ten is Japanese.
    script = "Kana" if 10 * found["Kana"] > count else max(found, key=lambda name: found[name])
    named = "Japanese" if script == "Kana" else script
    return [
        f"most letters are {named}, written without spaces, and tokens have {mean:.1f} letters on average, so they are "
        f"clauses, not words; put spaces between words first (for example with the package {_TOOLS[script]}), or in "
        "Python pass tokenizer=function"
    ]


def sampled_tokens(vocabulary: Vocabulary) -> list[str]:
    """Return a sample of tokens, at even distances in the tokens sorted by frequency."""
    ends = np.cumsum(vocabulary.counts)
    if not len(ends) or not ends[-1]:
        return []
    chosen = np.searchsorted(ends, np.linspace(0, int(ends[-1]) - 1, min(_SAMPLE, int(ends[-1]))), side="right")
    starts, packed = vocabulary.starts, vocabulary.packed
    return [packed[starts[word] : starts[word + 1]].tobytes().decode("utf-8", "replace") for word in chosen.tolist()]


def _letters(token: str) -> str:
    return "".join(char for char in token[:1000] if unicodedata.category(char)[0] == "L") if token else ""

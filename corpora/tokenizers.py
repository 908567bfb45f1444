"""Text to tokens, by a tokenizer's name or by any function from a string to a list of tokens.

``whitespace``
    The text is tokenised already: tokens stand between white space. `kernels.text` does the same on bytes.
``words``
    Letters with their combining marks, and digits, as Unicode's categories L, M and N have them; inside a word also
    apostrophes, and ZERO WIDTH JOINER and NON-JOINER and MONGOLIAN VOWEL SEPARATOR, which Marathi, Sinhala, Persian
    and Mongolian spell words with. Invisible format characters such as U+00AD SOFT HYPHEN are removed, since by rule
    WB4 of Unicode's annex 29 they break no word. All else separates, the underscore too.

>>> words("Don't use the 'old' snake_case, naïve नमस्ते!")
["Don't", 'use', 'the', 'old', 'snake', 'case', 'naïve', 'नमस्ते']
"""

import functools
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from wordvec.errors import SettingsError

Tokenizer = Callable[[str], list[str]]

_BYTE_ORDER_MARK = "\ufeff"
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b]")
"""The control characters below U+0020 that are no white space to Python."""

_INVISIBLE = re.compile("[\xad\u061c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]+")
"""Format characters that are no part of a word's spelling: soft hyphen, directional marks, word joiner."""

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_ASCII_SPACED = "".join(char if char.isalnum() else " " for char in map(chr, range(0x80)))


def whitespace(text: str) -> list[str]:
    """Give what stands between white space: Unicode's, and every control character below U+0020.

    Byte order marks (U+FEFF) at a token's beginning are removed, so that every token is safe in a ``.vec`` file.
    """
    if _CONTROL.search(text):
        text = _CONTROL.sub(" ", text)
    tokens = text.split()
    if _BYTE_ORDER_MARK in text:
        return [bare for token in tokens if (bare := token.lstrip(_BYTE_ORDER_MARK))]
    return tokens


def words(text: str) -> list[str]:
    """Give the words and numbers of `text`, without punctuation and symbols."""
    if text.isascii():
        return text.translate(_ASCII_SPACED).split() if "'" not in text else _word(astral=False).findall(text)
    text = _INVISIBLE.sub("", text)
    return _word(astral=_ASTRAL.search(text) is not None).findall(text)


TOKENIZERS: dict[str, Tokenizer] = {"whitespace": whitespace, "words": words}
"""The tokenizers that have a name."""


def get_tokenizer(tokenizer: str | Tokenizer) -> Tokenizer:
    """Give the tokenizer of this name, or `tokenizer` itself if it is a function.

    Raises
    ------
    SettingsError
        If there is no tokenizer of this name.
    """
    if callable(tokenizer):
        return tokenizer
    if tokenizer not in TOKENIZERS:
        raise SettingsError(
            f"no tokenizer is called {tokenizer!r}: choose {' or '.join(TOKENIZERS)}, or give a function"
        )
    return TOKENIZERS[tokenizer]


@functools.cache
def _word(astral: bool) -> re.Pattern[str]:
    r"""Give the pattern of one word, for texts with or without characters beyond U+FFFF.

    Python's ``\w`` lacks the combining marks, so that ``[^\W_]``, letters and digits, is where a word begins only.
    Ranges beyond U+FFFF are tried one after another, which makes matching three times slower: only the texts that
    need them pay for them.
    """
    # Planes 4 to 13 hold no character, 15 and 16 private ones.
    points = chain(range(0x40000), range(0xE0000, 0xF0000)) if astral else range(0x10000)
    inner = f"[{''.join(f'{first}-{last}' for first, last in _ranges(points, 'LMN'))}]"
    return re.compile(rf"[^\W_]{inner}*(?:(?:[\u200c\u200d\u180e]+|['’]){inner}+)*")


def _ranges(points: Iterable[int], categories: str) -> Iterator[tuple[str, str]]:
    """Give the first and last character of each run of `points` whose Unicode category begins with one of these."""
    first = last = -2
    for point in points:
        if unicodedata.category(chr(point))[0] not in categories:
            continue
        if point != last + 1:
            if first >= 0:
                yield chr(first), chr(last)
            first = point
        last = point
    yield chr(first), chr(last)

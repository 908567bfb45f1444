"""Tokenizers: named ones, those of language models, or any function from a string to a list of tokens.

``whitespace``
    For text that is tokenised already: tokens are separated by white space. `kernels.text` does the same on bytes.
``words``
    Letters with their combining marks, and digits, as Unicode's categories L, M and N define them; inside a word also
    apostrophes, and ZERO WIDTH JOINER and NON-JOINER and MONGOLIAN VOWEL SEPARATOR, which belong to the spelling of
    Marathi, Sinhala, Persian and Mongolian. Invisible format characters such as U+00AD SOFT HYPHEN are removed, since
    they do not separate words (rule WB4 of Unicode's annex 29). All other characters separate, including the
    underscore.

>>> words("Don't use the 'old' snake_case, naïve नमस्ते!")
["Don't", 'use', 'the', 'old', 'snake', 'case', 'naïve', 'नमस्ते']
"""

import functools
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from wordvec.corpora.functions import imported
from wordvec.corpora.subword_vocabulary import is_tokenizer_file
from wordvec.errors import SettingsError

Tokenizer = Callable[[str], list[str]]

_BYTE_ORDER_MARK = "\ufeff"
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b]")
"""Control characters below U+0020 that are not white space in Python."""

_INVISIBLE = re.compile("[\xad\u061c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]+")
"""Format characters that are not part of the spelling: soft hyphen, directional marks, word joiner."""

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_ASCII_SPACED = "".join(char if char.isalnum() else " " for char in map(chr, range(0x80)))


def whitespace(text: str) -> list[str]:
    """Return the tokens between separators: Unicode white space and control characters below U+0020.

    Byte order marks (U+FEFF) at the beginning of a token are removed, so that every token is safe in a ``.vec`` file.
    """
    if _CONTROL.search(text):
        text = _CONTROL.sub(" ", text)
    tokens = text.split()
    if _BYTE_ORDER_MARK in text:
        return [bare for token in tokens if (bare := token.lstrip(_BYTE_ORDER_MARK))]
    return tokens


def words(text: str) -> list[str]:
    """Return the words and numbers of `text`, without punctuation and symbols."""
    if text.isascii():
        return text.translate(_ASCII_SPACED).split() if "'" not in text else _word(astral=False).findall(text)
    text = _INVISIBLE.sub("", text)
    return _word(astral=_ASTRAL.search(text) is not None).findall(text)


TOKENIZERS: dict[str, Tokenizer] = {"whitespace": whitespace, "words": words}
"""Tokenizers by name."""


def runs_code(name: str) -> bool:
    """Return whether the tokenizer of a name is a Python function, which metadata may only name if they are trusted."""
    return name not in TOKENIZERS and not is_tokenizer_file(name)


def get_tokenizer(tokenizer: str | Tokenizer) -> Tokenizer:
    """Return the tokenizer of a name, of a file or of ``module:function``, or `tokenizer` itself if it is a function.

    Raises
    ------
    SettingsError
        If there is no tokenizer of this name, or the function cannot be imported.
    InputError
        If the file of a language model's tokenizer cannot be read.
    """
    if callable(tokenizer):
        return tokenizer
    if is_tokenizer_file(tokenizer):
        from wordvec.corpora.subword_tokenizers import subword_tokenizer

        return subword_tokenizer(tokenizer)
    if tokenizer not in TOKENIZERS:
        if ":" in tokenizer:
            return imported(tokenizer)
        raise SettingsError(
            f"{tokenizer!r}: choose {', '.join(TOKENIZERS)}, a tokenizer.json or vocab.txt, or a Python function as "
            "module:function",
            setting="tokenizer",
        )
    return TOKENIZERS[tokenizer]


@functools.cache
def _word(astral: bool) -> re.Pattern[str]:
    r"""Return the pattern of a word, for texts with or without characters beyond U+FFFF.

    Python's ``\w`` lacks the combining marks, so that ``[^\W_]`` (letters and digits) matches only the beginning of a
    word. Ranges beyond U+FFFF are tried one after another, which makes matching three times slower, so they are only
    included for texts that need them.
    """
    # Planes 4 to 13 are unassigned, 15 and 16 are private.
    points = chain(range(0x40000), range(0xE0000, 0xF0000)) if astral else range(0x10000)
    inner = f"[{''.join(f'{first}-{last}' for first, last in _ranges(points, 'LMN'))}]"
    return re.compile(rf"[^\W_]{inner}*(?:(?:[\u200c\u200d\u180e]+|['’]){inner}+)*")


def _ranges(points: Iterable[int], categories: str) -> Iterator[tuple[str, str]]:
    """Yield the first and last character of each run of `points` in the Unicode categories that begin so."""
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

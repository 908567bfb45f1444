"""Words in other encodings than UTF-8: detection of plausible encodings, and decoding.

A file is in another encoding if most of its words beyond ASCII are not valid UTF-8; a few such words are damage. Which
8-bit encoding it is cannot be known from bytes alone (0xF5 is ``õ`` in Western Europe and ``ő`` in Hungary), so several
plausible ones are named, each with a decoded word.
"""

import codecs
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from wordvec.errors import InputError, SettingsError

_LATIN = ("cp1252", "cp1250", "iso8859-2", "cp1254", "iso8859-15", "cp1257")
_OTHERS = (
    "cp1251",
    "koi8-r",
    "cp1253",
    "cp1255",
    "cp1256",
    "shift_jis",
    "gb18030",
    "euc_jp",
    "big5",
    "euc_kr",
    "iso8859-5",
    "tis-620",
)
_SAMPLE = 500
_SHOWN = 3
_PLAUSIBLE = 0.95
"""Minimal share of words that an encoding decodes to plausible words."""

_FEWEST = 3
"""Minimal number of words that are not UTF-8; fewer are damage."""

_MARKS = "-'’.·–&_/"
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "HEBREW", "ARABIC", "THAI", "HANGUL", "CJK", "HIRAGANA", "KATAKANA")
_ASCII = bytes(range(0x21, 0x7F))
_NO_TEXT = frozenset(("idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"))
"""Encodings of Python for other purposes than files of text."""

_PUNCTUATION = bytes([0x82, 0x84, 0x85, *range(0x91, 0x98), 0xA0, 0xAB, 0xAD, 0xBB])
"""Quotation marks, dashes, ellipsis, no-break space and soft hyphen in Windows code pages and ISO 8859."""

_WITHOUT_PUNCTUATION = bytes.maketrans(_PUNCTUATION, b" " * len(_PUNCTUATION))


class Candidate(NamedTuple):
    """A plausible encoding, with the bytes of a word and what they are in it."""

    encoding: str
    raw: bytes
    word: str


def check_encoding(name: str) -> None:
    """Check that there is an encoding of this name that is ASCII for ASCII characters.

    Raises
    ------
    SettingsError
        If not.
    """
    if not is_ascii_compatible(name):
        raise SettingsError(
            f"{name}: is not an encoding of vector files; try cp1252, iso8859-2, cp1251 or another one of Python's",
            setting="encoding",
        )


def is_ascii_compatible(name: str) -> bool:
    """Return whether there is an encoding of text of this name in which ASCII characters are ASCII."""
    try:
        return codecs.lookup(name).name not in _NO_TEXT and _ASCII.decode(name).encode("ascii", "replace") == _ASCII
    except (LookupError, ValueError):
        return False


def decoded(path: Path, words: Sequence[str], encoding: str) -> list[str]:
    """Return words that were read as UTF-8 with lone surrogates for invalid bytes, decoded from another encoding.

    Raises
    ------
    InputError
        If a word has bytes that the encoding does not have.
    SettingsError
        If all words are valid UTF-8.
    """
    raw = [word.encode("utf-8", "surrogateescape") for word in words]
    check_not_utf8(path, raw)
    try:
        return [word.decode(encoding) for word in raw]
    except UnicodeDecodeError as error:
        raise not_in(path, encoding, error) from error


def check_not_utf8(path: Path, words: Sequence[bytes]) -> None:
    """Fail if there are words beyond ASCII and all are valid UTF-8: another encoding would garble them.

    Raises
    ------
    SettingsError
        If so.
    """
    beyond = [word for word in words if not word.isascii()]
    if beyond and all(map(is_utf8, beyond)):
        raise SettingsError(
            f": the words of {path} are UTF-8 ({beyond[0].decode()}); leave this out", setting="encoding"
        )


def not_in(path: Path, encoding: str, error: UnicodeDecodeError) -> InputError:
    """Return the error for bytes that an encoding does not have."""
    around = bytes(error.object[max(error.start - 10, 0) : error.end + 10])
    return InputError(f"{path}: is not in {encoding}: byte 0x{error.object[error.start]:02x} in {around!r}")


def is_utf8(word: bytes) -> bool:
    """Return whether bytes are valid UTF-8."""
    try:
        word.decode()
    except UnicodeDecodeError:
        return False
    return True


def candidates(words: Sequence[bytes], beyond_ascii: int | None = None) -> list[Candidate]:
    """Return plausible encodings of words, best first; none if the words are ASCII or UTF-8 with some damage.

    Parameters
    ----------
    words
        Words, of which those are used that are not valid UTF-8.
    beyond_ascii
        Number of words beyond ASCII, valid or not; None: those of `words`.
    """
    invalid = [word for word in words if not is_utf8(word)]
    total = sum(not word.isascii() for word in words) if beyond_ascii is None else beyond_ascii
    if len(set(invalid)) < _FEWEST or 2 * len(invalid) < total:
        return []
    sample = invalid[:_SAMPLE]
    letters = sum(byte > 0x7F or chr(byte).isalpha() for word in sample for byte in word)
    mostly = 2 * sum(byte > 0x7F for word in sample for byte in word) > letters
    found: list[tuple[float, Candidate]] = []
    for encoding in (*_OTHERS, *_LATIN) if mostly else _LATIN:
        decodings = [_decoded(word, encoding) for word in sample]
        good = [word for word in decodings if word and _is_plausible(word)]
        if len(good) >= _PLAUSIBLE * len(sample):
            lower = sum(map(str.islower, good)) / len(good) if mostly else 0.0
            at = next(at for at, word in enumerate(decodings) if word and _is_plausible(word))
            found.append((-round(lower, 1), Candidate(encoding, sample[at], decodings[at] or "")))
    found.sort(key=lambda pair: pair[0])
    return _different([each for _, each in found], sample)


def advice(found: Sequence[Candidate]) -> str:
    """Return a clause that names the plausible encodings, or an empty string."""
    if not found:
        return ""
    return f"the words look like {_named(found)}, not UTF-8"


def advice_on_text(text: bytes, otherwise: str, remedy: str = "") -> str:
    """Return a clause on how to read a text that is not UTF-8, with its plausible encodings.

    Parameters
    ----------
    text
        Beginning of the text.
    otherwise
        Clause for a text without a plausible encoding.
    remedy
        Clause after the plausible encodings, with ``{}`` for the first; by default a command that converts the text.
    """
    # Quotation marks and dashes are attached to words in raw text; in multi-byte encodings, these bytes are letters.
    found = candidates(text.split()) or candidates(text.translate(_WITHOUT_PUNCTUATION).split())
    if not found:
        return otherwise
    which = "choose the one whose word is right, and " if len(found) > 1 else ""
    name = found[0].encoding
    convert = f"convert it first (such as iconv -f {name.replace('_', '-').upper()} -t UTF-8)"
    return f"the words look like {_named(found)}; {which}{remedy.format(name) or convert}"


def _named(found: Sequence[Candidate]) -> str:
    return " or ".join(f"{each.encoding} ({each.word})" for each in found)


def _different(found: Sequence[Candidate], sample: Sequence[bytes]) -> list[Candidate]:
    """Return the first encodings that decode the sample differently, with a word that differs."""
    kept: list[Candidate] = []
    texts: list[list[str | None]] = []
    for each in found:
        text = [_decoded(word, each.encoding) for word in sample]
        if text not in texts:
            kept.append(each)
            texts.append(text)
    kept, texts = kept[:_SHOWN], texts[:_SHOWN]
    at = max(range(len(sample)), key=lambda at: len({text[at] for text in texts})) if kept else 0
    return [Candidate(each.encoding, sample[at], text[at] or "") for each, text in zip(kept, texts, strict=True)]


def _decoded(word: bytes, encoding: str) -> str | None:
    try:
        return codecs.decode(word, encoding)
    except UnicodeDecodeError:
        return None


def _is_plausible(word: str) -> bool:
    """Return whether a word has letters of one script, and no capital after a small letter."""
    scripts = set()
    for before, letter in zip(" " + word, word, strict=False):
        if letter.isascii() or letter in _MARKS:
            continue
        kind = unicodedata.category(letter)
        if kind[0] not in "LM":
            return False
        scripts.add(unicodedata.name(letter, "?").split()[0].split("-")[0])
        if kind == "Lu" and before.islower():
            return False
    latin = any(letter.isascii() and letter.isalpha() for letter in word)
    japanese = {"CJK", "HIRAGANA", "KATAKANA"}
    one = len(scripts - japanese) + bool(scripts & japanese) == 1
    return one and scripts <= set(_SCRIPTS) and (not latin or scripts == {"LATIN"})

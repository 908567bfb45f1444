"""Tokens that two vocabularies have in common: equal ones, and those that differ in letter case or a mark only.

Marks of the beginning of a word are ``▁`` (SentencePiece) and ``Ġ`` (byte-level BPE); WordPiece marks the continuation
of a word by ``##``. Byte-level tokens spell each byte by a character, and are decoded before they are compared.
"""

import functools
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

_META, _SPACE, _CONTINUED = "\u2581", "\u0120", "##"
NONE = -1


def matches(targets: Sequence[str], sources: Sequence[str], usable: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the id in `sources` of the equal token of each target (targets,), or `NONE`; only usable ids are."""
    ids = {token: number for number, token in enumerate(sources) if usable[number]}
    return np.array([ids.get(token, NONE) for token in targets], np.int64)


def fuzzy_matches(targets: Sequence[str], sources: Sequence[str], usable: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the id in `sources` of a token that is each target but for letter case and marks (targets,), or `NONE`.

    Of several, one that also begins (or continues) a word is preferred, then the lowest id.

    Examples
    --------
    >>> fuzzy_matches(["ĠTea", "##ing"], ["tea", "##tea", "ing"], np.ones(3, bool)).tolist()
    [0, 2]
    """
    spelled_in, spelled_out = spelling(sources), spelling(targets)
    of_text: dict[tuple[str, bool | None], int] = {}
    for number, token in enumerate(sources):
        text, begins = spelled_in(token)
        if usable[number] and text:
            of_text.setdefault((text, begins), number)
            of_text.setdefault((text, None), number)
    found = np.full(len(targets), NONE, np.int64)
    for number, token in enumerate(targets):
        text, begins = spelled_out(token)
        found[number] = of_text.get((text, begins), of_text.get((text, None), NONE))
    return found


def spelling(tokens: Sequence[str]) -> Callable[[str], tuple[str, bool]]:
    """Return the function that reads a token of a vocabulary: its text in lower case, and whether it begins a word."""
    continued = any(token.startswith(_CONTINUED) and len(token) > 2 for token in tokens)
    of_bytes = any(token.startswith(_SPACE) for token in tokens) and not continued

    def read(token: str) -> tuple[str, bool]:
        if continued:
            bare = token.removeprefix(_CONTINUED) if len(token) > len(_CONTINUED) else token
            return bare.casefold(), bare == token
        if of_bytes:
            token = _decoded(token)
            bare = token.removeprefix(" ")
        else:
            bare = token.removeprefix(_META)
        return bare.casefold(), bare != token

    return read


@functools.cache
def _bytes() -> dict[str, int]:
    """Return the byte of each character of byte-level tokens (GPT-2's ``bytes_to_unicode``)."""
    plain = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = [byte for byte in range(256) if byte not in plain]
    return {chr(byte): byte for byte in plain} | {chr(256 + number): byte for number, byte in enumerate(others)}


def _decoded(token: str) -> str:
    """Return the text of a byte-level token; one that is no byte-level token, or part of a letter, is unchanged."""
    table = _bytes()
    if any(letter not in table for letter in token):
        return token
    try:
        return bytes(table[letter] for letter in token).decode()
    except UnicodeDecodeError:
        return token

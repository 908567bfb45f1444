"""The text of tokens of vertical text: references to characters are resolved, and white space becomes ``_``."""

import html
import html.entities
import re

_REFERENCE = re.compile(rb"&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);")
_SPACE = re.compile(
    rb"(?:[\x00-\x09\x0b-\x20]|\xc2[\x85\xa0]|\xe1\x9a\x80|\xe2\x80[\x80-\x8a\xa8\xa9\xaf]|\xe2\x81\x9f|\xe3\x80\x80)+"
)
"""Separators of tokens (`kernels.separators`), in UTF-8, without LF."""

_ASCII_SPACES = bytes(sorted(set(range(0x21)) - {ord("\n")}))
_WIDE_SPACES = tuple(
    map(
        re.compile,
        (rb"\xc2[\x85\xa0]", rb"\xe1\x9a\x80", rb"\xe2\x80[\x80-\x8a\xa8\xa9\xaf]", rb"\xe2\x81\x9f", rb"\xe3\x80\x80"),
    )
)
"""The separators again, in expressions that each begin with a letter, which are searched for ten times as fast."""


def without_spaces(tokens: list[bytes], references: bool) -> list[bytes]:
    """Return tokens with ``_`` for white space, and with resolved references to characters."""
    together = b"\n".join(tokens)
    resolved = references and b"&" in together
    if resolved:
        together = _REFERENCE.sub(_resolved, together)
    if len(together.translate(None, _ASCII_SPACES)) < len(together) or any(
        space.search(together) for space in _WIDE_SPACES
    ):
        together = _SPACE.sub(b"_", together)
    elif not resolved:
        return tokens
    return together.split(b"\n") if tokens else []


def _resolved(reference: "re.Match[bytes]") -> bytes:
    text = reference[0].decode()
    if text[1] != "#" and text[1:] not in html.entities.html5:
        return reference[0]
    # A reference to a line end is white space in a token.
    return html.unescape(text).replace("\n", " ").encode("utf-8", "replace")

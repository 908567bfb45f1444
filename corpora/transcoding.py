"""Text in other encodings than UTF-8, converted to UTF-8 while it is read.

UTF-16 and UTF-32 are detected from their byte order mark, which has precedence over a named encoding. A sequence of
bytes that the encoding does not have becomes one byte 0xFF, which is never valid in UTF-8: the tokenizer replaces and
counts it as it does for damaged UTF-8.
"""

import codecs
import io
from typing import TYPE_CHECKING

from wordvec.encodings import is_ascii_compatible
from wordvec.errors import InputError, SettingsError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

    from wordvec.corpora.streams import Stream

_MARKS = (
    (codecs.BOM_UTF8, ""),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte order marks and their encodings; that of UTF-16-LE is the beginning of that of UTF-32-LE."""

_WIDE = frozenset(f"utf-{size}{order}" for size in (16, 32) for order in ("", "-le", "-be"))
_PIECE = 1 << 18
_LONGEST_CHARACTER = 8
_INVALID = "wordvec.invalid"


def check_encoding(name: str) -> None:
    """Check that text can be read in an encoding: UTF-16, UTF-32, or one in which ASCII characters are ASCII.

    Raises
    ------
    SettingsError
        If not.
    """
    try:
        known = codecs.lookup(name).name in _WIDE or is_ascii_compatible(name)
    except (LookupError, ValueError):
        known = False
    if not known:
        raise SettingsError(
            f"{name}: is not an encoding of text; try cp1252, latin-1, utf-16, gb18030 or another one of Python's",
            setting="encoding",
        )


def encoding_of(head: bytes, named: str | None) -> str:
    """Return the encoding of a text, or an empty string for UTF-8.

    Parameters
    ----------
    head
        First bytes of the text.
    named
        Encoding that the user named; a byte order mark has precedence.
    """
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    name = codecs.lookup(named).name if named else ""
    return "" if name in ("utf-8", "utf-8-sig", "ascii") else name


class Transcoded(io.RawIOBase):
    """The bytes of a stream as UTF-8.

    Parameters
    ----------
    stream
        Source of the bytes.
    encoding
        Encoding of these.

    Raises
    ------
    InputError
        If the beginning has characters beyond ASCII and is UTF-8, which the encoding would garble.
    """

    def __init__(self, stream: "Stream", encoding: str) -> None:
        codecs.register_error(_INVALID, lambda error: ("\udcff", error.end))  # type: ignore[attr-defined]
        if encoding not in _WIDE:
            _check_not_utf8(stream.peek(), stream.name, encoding)
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)(_INVALID)
        self._buffer = bytearray(_PIECE)
        self._ready, self._ended = memoryview(b""), False

    def readable(self) -> bool:
        """Return True: the stream can be read."""
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Read some bytes of UTF-8 into `buffer`; return their number, 0 at the end."""
        view = memoryview(buffer).cast("B")
        while not self._ready and not self._ended:
            count = self._stream.readinto(self._buffer)
            self._ended = not count
            text = self._decoder.decode(bytes(self._buffer[:count]), self._ended)
            self._ready = memoryview(text.encode("utf-8", "surrogateescape"))
        count = min(len(view), len(self._ready))
        view[:count], self._ready = self._ready[:count], self._ready[count:]
        return count


def _check_not_utf8(head: bytes, name: str, encoding: str) -> None:
    """Raise an error for UTF-8: another encoding would decode each of its characters to several."""
    if head.isascii():
        return
    try:
        head.decode()
    except UnicodeDecodeError as error:
        if error.start < len(head) - _LONGEST_CHARACTER:  # otherwise the last character is incomplete
            return
        if head[: error.start].isascii():
            return
    raise InputError(f"{name}: is UTF-8, not {encoding}", advice="leave out {encoding}")

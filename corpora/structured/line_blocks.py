"""The lines of a stream, some megabytes at a time."""

from collections.abc import Iterator

from wordvec.corpora.streams import Stream
from wordvec.errors import InputError

_BLOCK = 1 << 21
LONGEST_LINE = 16 << 20
"""Maximal bytes of a line."""


def line_blocks(stream: Stream) -> Iterator[tuple[int, list[bytes]]]:
    """Yield lines without their ends (LF or CR LF) or a byte order mark, and the number of the first of them.

    Raises
    ------
    InputError
        If a line is longer than `LONGEST_LINE`.
    """
    buffer = bytearray(_BLOCK)
    rest, number = b"", 1
    while count := stream.fill(buffer):
        data = rest + buffer[:count]
        end = data.rfind(b"\n") + 1
        rest = data[end:]
        if len(rest) > LONGEST_LINE:
            place = number + data.count(b"\n")
            raise InputError(f"{stream.name}: line {place:,} is longer than {LONGEST_LINE >> 20} MiB")
        if end:
            lines = _lines(data[:end], number == 1)
            yield number, lines
            number += len(lines)
    if rest:
        yield number, _lines(rest + b"\n", number == 1)


def _lines(data: bytes, first: bool) -> list[bytes]:
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
    return data.removeprefix(b"\xef\xbb\xbf" if first else b"").split(b"\n")[:-1]

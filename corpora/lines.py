"""Small files of lines, such as datasets, dictionaries and lexicons, read whole."""

from collections.abc import Iterator
from pathlib import Path

from wordvec.errors import InputError


def read_lines(path: Path, fallback: str | None = None) -> Iterator[tuple[int, str]]:
    """Give each line with its number, whatever ends it (LF, CRLF, CR), without a byte order mark.

    Parameters
    ----------
    path
        A UTF-8 file.
    fallback
        The encoding to take where a file is no UTF-8; if None, that is an error.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    return decoded_lines(data, str(path), fallback)


def decoded_lines(data: bytes, name: str, fallback: str | None = None) -> Iterator[tuple[int, str]]:
    """Return each line of a file's bytes with its number, as `read_lines` does.

    Raises
    ------
    InputError
        If they are no text.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if fallback is None:
            line = data[: error.start].count(b"\n") + 1
            raise InputError(f"{name}, line {line}: is not UTF-8; save it as UTF-8") from error
        text = data.decode(fallback)
    if "\0" in text:
        raise InputError(f"{name}: holds NUL characters, so it is no text; save it as UTF-8")
    return enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1)

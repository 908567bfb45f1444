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
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if fallback is None:
            line = data[: error.start].count(b"\n") + 1
            raise InputError(f"{path}, line {line}: is not UTF-8; save it as UTF-8") from error
        text = data.decode(fallback)
    if "\0" in text:
        raise InputError(f"{path}: holds NUL characters, so it is no text; save it as UTF-8")
    return enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1)

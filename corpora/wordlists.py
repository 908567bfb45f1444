"""Lists of words in files."""

from pathlib import Path

from wordvec import arguments
from wordvec.errors import InputError


def read_words(path: str | Path) -> list[str]:
    """Return the words of a file, separated by white space or line ends; a line that begins with # is a comment.

    Parameters
    ----------
    path
        File in UTF-8.

    Raises
    ------
    InputError
        If the file cannot be read, is not UTF-8, or holds no word.
    """
    path = arguments.path("path", path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: cannot read the words: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise InputError(f"{path}: line {line:,} is not UTF-8 text; convert it first") from error
    words = [word for line in text.splitlines() if not line.startswith("#") for word in line.split()]
    if not words:
        raise InputError(f"{path}: holds no word")
    return list(dict.fromkeys(words))

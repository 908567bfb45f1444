"""Vector files: a table of formats, and one module per format with a load and a save.

Every format reads and writes `Plain`. The format of an existing file is detected from its contents, and the format of
a new one from its extension. A module of the table has

- ``recognises(path, head) -> bool``: whether a file with these first bytes (decompressed) has the format. For a folder
  `head` is empty.
- ``load(path, reading) -> Plain``.
- ``save(plain, path, overwrite) -> None``.
- ``check_fit(words, path) -> None``: fails for words that the format cannot hold.

Read-only formats have neither ``save`` nor ``check_fit``.
"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from wordvec import arguments, files
from wordvec.errors import InputError, NotReadError, SettingsError
from wordvec.formats.common.checks import check_output, check_words, outputs, respell
from wordvec.formats.common.plain import Plain
from wordvec.formats.common.registry import CHECKED, FORMATS, Format, module_of, output_format

if TYPE_CHECKING:
    from wordvec.formats.common.reading import Reading

__all__ = [
    "FORMATS",
    "Format",
    "Plain",
    "check_output",
    "check_words",
    "detect",
    "holds_vectors",
    "load",
    "module_of",
    "output_format",
    "outputs",
    "respell",
    "save",
]


_NOT_UTF8 = "is not valid UTF-8"
_SAMPLED_ROWS = 50_000
"""Number of rows from which the encoding of words is guessed."""


def load(path: str | Path, *, format: str | None = None, reading: Reading | None = None) -> Plain:
    """Read a vector file or folder, with its counts and metadata. A file may be compressed.

    Parameters
    ----------
    path
        The file or folder.
    format
        A name of `FORMATS`. Default: detected from the contents.
    reading
        Row limit, allocation of the matrix, and trust in pickles.

    Raises
    ------
    InputError
        If the file is missing, damaged, or of no known format.
    SettingsError
        If `format` is unknown or the row limit is below 1.
    """
    from wordvec.formats.common.reading import Reading
    from wordvec.formats.common.words import BadWordError

    path = arguments.path("path", path, "Vectors.from_gensim(model) for gensim's" * hasattr(path, "wv"))
    reading = reading or Reading()
    if reading.limit is not None and arguments.whole("limit", reading.limit) < 1:
        raise SettingsError(f"limit: {reading.limit} rows cannot be read; it must be at least 1")
    files.recover(path.parent)
    name = detect(path) if format is None else format
    if reading.encoding is not None:
        return _decoded(path, name, reading)
    try:
        plain: Plain = module_of(name).load(path, reading)
    except BadWordError as error:
        message = str(error)
        if hint := _encoding_hint(error, path, name, reading):
            message = hint
        elif "`wordvec" not in message:
            message += f"; `wordvec convert {path} OUT.vec --bad-words replace` writes a sound copy"
        raise InputError(message) from error
    except InputError as error:
        if hint := _encoding_hint(error, path, name, reading):
            raise InputError(hint) from error
        raise _with_remedy(error, path, name) from error
    return plain


def save(
    plain: Plain,
    path: str | Path,
    *,
    format: str | None = None,
    overwrite: bool = False,
    spaces: str = "refuse",
) -> None:
    """Write a vector file or folder, with its counts and metadata. All parts are written, or none.

    Parameters
    ----------
    plain
        The vectors.
    path
        The file. Its extension selects the format; a further ``.gz``, ``.bz2``, ``.xz`` or ``.zst`` compresses it.
    format
        A name of `FORMATS`. Default: selected by the extension.
    overwrite
        Whether to replace existing files.
    spaces
        Treatment of white space and control characters in words. ``"refuse"`` raises an error where the format cannot
        hold them. ``"replace"`` writes ``_`` for them in any format and adds the number of changed words to the
        history.

    Raises
    ------
    InputError
        If a word or number cannot be written in this format.
    OutputError
        If `path` cannot be written, or exists and `overwrite` is false.
    SettingsError
        If neither the extension nor `format` names a format.
    """
    path = arguments.path("path", path)
    format = output_format(path, format)
    words, replaced = respell(plain.words, spaces)
    if replaced:
        from wordvec import provenance

        metadata = provenance.with_step(plain.metadata, "replace_spaces", words=replaced)
        plain = plain._replace(words=words, metadata=metadata)
    module_of(format).save(plain, path, overwrite)


def detect(path: Path) -> str:
    """Return the name of the format of a file or folder.

    Raises
    ------
    InputError
        If it cannot be read, can be read only once, or is of a kind that wordvec does not read.
    """
    from wordvec.formats.common import detection

    return detection.format_of(path) or "word2vec"  # whose reader has the best messages about unknown contents


def holds_vectors(folder: Path) -> bool:
    """Return whether a folder has one of the formats."""
    return any(format.folder and module_of(name).recognises(folder, b"") for name, format in FORMATS.items())


def _decoded(path: Path, format: str, reading: Reading) -> Plain:
    """Read a vector file whose words are in another encoding than UTF-8."""
    from wordvec import encodings
    from wordvec.formats.common.words import check_vocabulary

    assert reading.encoding is not None
    encodings.check_encoding(reading.encoding)
    try:
        plain: Plain = module_of(format).load(path, reading._replace(any_words=True))
    except InputError as error:
        raise _with_remedy(error, path, format) from error
    words = encodings.decoded(path, plain.words, reading.encoding)
    if not reading.any_words:
        check_vocabulary(words, str(path))
    return plain._replace(words=words)


def _encoding_hint(error: InputError, path: Path, format: str, reading: Reading) -> str:
    """Return the message for a file whose words are in another encoding, or an empty string."""
    if _NOT_UTF8 not in str(error):
        return ""
    from wordvec import encodings

    try:
        plain: Plain = module_of(format).load(path, reading._replace(limit=_SAMPLED_ROWS, any_words=True))
    except InputError:
        return ""
    found = encodings.candidates([word.encode("utf-8", "surrogateescape") for word in plain.words])
    if not found:
        return ""
    command = shlex.join(["wordvec", "convert", str(path), "OUT.vec", "--encoding", found[0].encoding])
    return f"{path}: {encodings.advice(found)}; `{command}` decodes them"


def _with_remedy(error: InputError, path: Path, format: str) -> InputError:
    """Return the error of a reader, with the command that repairs the file if there is one."""
    text = str(error)
    damaged = not isinstance(error.__cause__, OSError) and not isinstance(error, NotReadError)
    # An empty file has nothing to repair, and errors about the counts or metadata of a file are not about its rows.
    about_file = text.startswith((f"{path}:", f"{path},")) and not text.endswith(": the file is empty")
    if format not in CHECKED or not damaged or not about_file or "wordvec check" in text:
        return error
    command = shlex.join(["wordvec", "check", str(path)])
    if format == "fasttext":  # a model is not repaired
        return InputError(f"{text}; `{command}` lists the defects; download or copy the file again")
    return InputError(f"{text}; `{command} --repair OUT` lists the defects and writes a sound copy")

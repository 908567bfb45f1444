"""Checks before the work: whether vectors could be written after it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from wordvec import files
from wordvec.errors import InputError, SettingsError
from wordvec.formats.common.registry import FORMATS, module_of, output_format


def check_words(words: Sequence[str], path: Path, format: str | None = None, spaces: str = "refuse") -> int:
    """Fail if vectors of these words could not be written to `path`.

    Returns
    -------
    int
        Number of words in which `save` will replace white space and control characters.

    Raises
    ------
    InputError
        If a word does not fit the format.
    SettingsError
        If neither the extension nor `format` names a format, or `spaces` is unknown.
    """
    words, replaced = respell(words, spaces)
    try:
        module_of(output_format(path, format)).check_fit(words, path)
    except InputError as error:
        text = str(error)
        raise type(error)(text if text.startswith(f"{path}: ") else f"{path}: {text}") from error
    return replaced


def respell(words: Sequence[str], spaces: str) -> tuple[Sequence[str], int]:
    """Return the words as they will be written, and the number of words that changed.

    Raises
    ------
    SettingsError
        If `spaces` is neither ``"refuse"`` nor ``"replace"``.
    """
    from wordvec.formats.common.words import SPACES, without_spaces

    if spaces not in SPACES:
        raise SettingsError(f"{spaces}: choose one of {', '.join(SPACES)}", setting="spaces")
    return without_spaces(words) if spaces == "replace" else (words, 0)


def outputs(path: Path, format: str | None = None) -> list[Path]:
    """Return every file that `save` writes for `path`.

    Raises
    ------
    SettingsError
        If neither the extension nor `format` names a format.
    """
    from wordvec.formats import histwords
    from wordvec.formats.common import sidecars

    name = output_format(path, format)
    pair = [histwords.words_file(path)] if name == "histwords" else []
    return [path, *pair, *(sidecars.names(path) if FORMATS[name].sidecars else ())]


def check_output(path: Path, overwrite: bool, format: str | None = None) -> None:
    """Fail if vectors could not be written to `path`, or one of their further files could not be written.

    Raises
    ------
    OutputError
        If the parent folder is missing or not writable, or a file exists and `overwrite` is false.
    SettingsError
        If neither the extension nor `format` names a format.
    """
    folder = FORMATS[output_format(path, format)].folder
    for target in outputs(path, format):
        files.check_output(target, overwrite, folder)

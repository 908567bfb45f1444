"""Checks that no output of a command is written over an input or another output."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from wordvec.errors import SettingsError
from wordvec.files import is_special


def check_apart(written: Iterable[Path | None], read: Iterable[Path | None]) -> None:
    """Fail if two results have one name, or a result has the name of an input; None is no file.

    Raises
    ------
    SettingsError
        If so.
    """
    sources, results = {_identity(path) for path in read if path}, set()
    for path in filter(None, written):
        if is_special(path):
            continue
        name = _identity(path)
        if name in sources:
            raise SettingsError(f"{path}: would be written over an input; choose another name")
        if name in results:
            raise SettingsError(f"{path}: is the name of two results; choose another name for one")
        results.add(name)


def check_parameters(ctx: click.Context, parameters: Iterable[click.Parameter]) -> None:
    """Fail if an option that writes has the name of a file that an argument or another option names.

    Raises
    ------
    SettingsError
        If so.
    """
    written: list[Path] = []
    read: list[Path] = []
    for parameter in parameters:
        paths = _paths(ctx.params.get(parameter.name or ""))
        if getattr(parameter, "writes", False):
            written += paths
        elif isinstance(parameter, click.Argument) or isinstance(parameter.type, click.Path):
            read += [path for path in paths if os.path.isfile(path)]  # noqa: PTH113 - unlike pathlib's, never raises
    check_apart(written, read)


def _paths(value: Any) -> list[Path]:
    return [Path(one) for one in (value if isinstance(value, tuple | list) else [value]) if isinstance(one, str | Path)]


def _identity(path: Path) -> Path | tuple[int, int]:
    """Return what two names of one file have in common, even if they differ in case or are hard links."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return path.resolve()
    return found.st_dev, found.st_ino

"""Tests of change kept in the folder of a compass, ``changes/A/B.json``, so that they need not be repeated."""

import dataclasses
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from wordvec.errors import InputError, OutputError, SettingsError
from wordvec.files import disk_errors, records, replacing
from wordvec.slices.change_settings import ChangeSettings
from wordvec.slices.changes import Change
from wordvec.slices.measures import Measures
from wordvec.slices.store import CONTEXTS, SLICES, TEXTS

CHANGES = "changes"
VERSION = 1
"""Version of the file and of the test: raised when the same settings give other results."""
_OF_MEASURES = ("measures", "usual", "p", "q", "margins")
_FLOATS = ("smallest_p", "restarted")
_NUMBERS = [records.Optional(float)]
_FIELDS = {
    "a": str,
    "b": str,
    "words": [str],
    "counts_a": [int],
    "counts_b": [int],
    **{name: dict.fromkeys(Measures._fields, _NUMBERS) for name in _OF_MEASURES},
    **dict.fromkeys(_FLOATS, _NUMBERS),
    "tails": [bool],
    "neighbours_a": [[str]],
    "neighbours_b": [[str]],
    "tokens": (int, int),
    "blocks": (int, int, bool),
}
_KIND = {"version": int, "settings": dict, "digest": str, "change": _FIELDS}


def save(found: Change, folder: Path) -> None:
    """Write a test into the folder of its compass, replacing an earlier test of the same slices.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    path = _path(folder, found.a, found.b)
    record = {
        "version": VERSION,
        "settings": dataclasses.asdict(found.settings),
        "digest": _digest(folder, found.a, found.b),
        "change": {name: _plain(getattr(found, name)) for name in _FIELDS},
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{path}: {error.strerror}") from error
    with replacing(path, overwrite=True) as file:
        file.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8", newline="\n")


def load(folder: Path, a: str, b: str, settings: ChangeSettings) -> Change | None:
    """Return the stored test of two slices; None if there is none with these settings and these slices.

    A damaged file counts as none.
    """
    try:
        record = records.read(_path(folder, a, b), _KIND)
    except InputError:
        return None
    if record["version"] != VERSION or record["settings"] != dataclasses.asdict(settings):
        return None
    stored = record["change"]
    if (stored["a"], stored["b"], record["digest"]) != (a, b, _digest(folder, a, b)):
        return None
    fields: dict[str, Any] = {name: stored[name] for name in ("a", "b", "words", "neighbours_a", "neighbours_b")}
    fields |= {name: np.array(stored[name], np.int64) for name in ("counts_a", "counts_b")}
    fields |= {name: np.array(stored[name], np.float64) for name in _FLOATS}
    fields["tails"] = np.array(stored["tails"], np.bool_)
    for name in _OF_MEASURES:
        fields[name] = Measures(*(np.array(stored[name][measure], np.float64) for measure in Measures._fields))
    columns = [*(fields[name] for name in fields if name not in ("a", "b", *_OF_MEASURES))]
    columns += [column for name in _OF_MEASURES for column in fields[name]]
    if len({len(column) for column in columns}) > 1:
        return None
    return Change(**fields, tokens=tuple(stored["tokens"]), blocks=tuple(stored["blocks"]), settings=settings)


def stored(folder: Path) -> list[Change]:
    """Return the stored tests of a folder, by the names of the slices, but not those of slices that have changed."""
    found = []
    for path in sorted((folder / CHANGES).glob("*/*.json")):
        try:
            settings = ChangeSettings.of(**records.read(path, _KIND)["settings"])
        except (InputError, SettingsError, TypeError):
            continue
        found.append(load(folder, path.parent.name, path.stem, settings))
    return [one for one in found if one is not None]


def _path(folder: Path, a: str, b: str) -> Path:
    return folder / CHANGES / a / f"{b}.json"


def _digest(folder: Path, a: str, b: str) -> str:
    """Return the SHA-256 of the files that a test depends on."""
    whole = hashlib.sha256()
    for path in _files(folder, a, b):
        if path.is_file():
            with disk_errors(path), path.open("rb") as file:
                whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()


def _files(folder: Path, a: str, b: str) -> Iterator[Path]:
    yield folder / CONTEXTS
    for name in (a, b):
        yield folder / SLICES / f"{name}.vec"
        yield from sorted((folder / TEXTS / name).iterdir())


def _plain(value: Any) -> Any:
    """Return a field as JSON can hold it, with None for NaN."""
    if isinstance(value, Measures):
        return {name: _plain(column) for name, column in value._asdict().items()}
    if isinstance(value, np.ndarray):
        return [None if number != number else number for number in value.tolist()]
    return value

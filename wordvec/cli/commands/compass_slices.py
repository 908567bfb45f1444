"""Slices for a compass on the command line: encoded texts, or the values of a field of one text."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from wordvec.cli.command import Option
from wordvec.cli.commands.corpus_parts import every as every_option
from wordvec.corpora import splitting
from wordvec.corpora.encoded import EncodedCorpus, common_tokenizer
from wordvec.corpora.readers import natural
from wordvec.corpora.settings import EncodingSettings
from wordvec.corpora.tokenizers import runs_code
from wordvec.errors import InputError, SettingsError
from wordvec.files.commits import remove
from wordvec.formats.common import compressed
from wordvec.slices import store
from wordvec.trainers.sources import is_encoded
from wordvec.workers import Progress, StopFlag

SLICING = [
    Option(
        ["--slice-by"],
        heading="Text",
        metavar="FIELD",
        help="make a slice of each value of this field of records; SLICES are the texts, or one encoded corpus that "
        "kept the field",
    ),
    every_option("Text"),
]


def encoded_slices(
    found: dict[str, str], folder: Path, threads: int | None, text: dict[str, Any], progress: Progress
) -> dict[str, EncodedCorpus]:
    """Encode the texts of slices alike into a folder."""
    if text["tokenizer"] is None:
        text = text | {"tokenizer": _tokenizer(found, progress, text)}
    corpora = {}
    for name, path in found.items():
        corpora[name] = encoded(path, folder / name, threads, progress, text)
        text = text | {"lowercase": text["lowercase"] or False}  # one hint is enough
    return corpora


def sliced(
    paths: Sequence[str],
    field: str,
    every: int | None,
    folder: Path,
    threads: int | None,
    text: dict[str, Any],
    progress: Progress,
    stop: StopFlag,
) -> dict[str, EncodedCorpus]:
    """Encode texts once, and write a slice of each value of a field into a folder."""
    whole = folder / ".whole"
    stored = [path for path in paths if is_encoded(path)]
    if stored and len(paths) > 1:
        raise InputError(f"{stored[0]}: is an encoded corpus; --slice-by takes one of these or texts (corpus merge)")
    if not stored:
        kept = EncodingSettings.of(**text).labelling.keep_fields
        text = text | {"keep_fields": list(dict.fromkeys([*kept, field]))}
        EncodedCorpus.from_text(paths, whole, threads=threads, progress=progress, stop=stop, **text).close()
    with EncodedCorpus.open(stored[0] if stored else whole) as corpus:
        found = splitting.slices_of(corpus, field, every)
        for line in found.lines(field):
            progress.say(line)
        for one in found.slices:
            (folder / one.name).mkdir()
            splitting.write_slice(corpus, one, field, folder / one.name, lambda tokens: None, stop)
    if not stored:
        remove(whole)
    return {one.name: EncodedCorpus.open(folder / one.name) for one in found.slices}


def _tokenizer(found: dict[str, str], progress: Progress, text: dict[str, Any]) -> str | None:
    """Return the tokenizer of encoded slices if there are any, or else the automatic one of all slices."""
    for path in filter(is_encoded, found.values()):
        with EncodedCorpus.open(path) as corpus:
            used = corpus.meta["settings"]["tokenizer"]
        if not runs_code(used):
            return str(used)
    texts = {name: path for name, path in found.items() if not is_encoded(path)}
    if not texts:
        return None
    chosen, line = common_tokenizer(texts, **text)
    if line:
        progress.say(line)
    return chosen


def slices_of_paths(paths: Sequence[str]) -> dict[str, str]:
    """Return the path of each slice by name, in natural order if they come from one folder."""
    if len(paths) == 1 and (stored := splitting.stored_slices(Path(paths[0]))):
        return named_paths([str(path) for path in stored])
    if len(paths) == 1 and os.path.isdir(paths[0]) and not is_encoded(paths[0]):  # noqa: PTH112
        inside = sorted((inner for inner in Path(paths[0]).iterdir() if not inner.name.startswith(".")), key=natural)
        return named_paths([str(inner) for inner in inside])
    if len(paths) == 1 and any(sign in paths[0] for sign in "*?["):
        pattern = Path(paths[0])
        return named_paths([str(match) for match in sorted(pattern.parent.glob(pattern.name), key=natural)])
    return named_paths(paths)


def named_paths(paths: Sequence[str]) -> dict[str, str]:
    """Return the paths by the names of their slices.

    Raises
    ------
    InputError
        If a path does not exist.
    SettingsError
        If a name cannot be that of a slice, or two are the same.
    """
    named: dict[str, str] = {}
    for path in paths:
        if not os.path.exists(path):  # noqa: PTH110
            raise InputError(f"{path}: no such file or folder")
        own = Path(path) if Path(path).name not in ("", "..") else Path(path).resolve()
        name = Path(compressed.without_extension(own.name)).stem
        if not store.is_name(name):
            raise SettingsError(f"{path}: the slice would be called {name!r}; rename the file or folder")
        if name in named:
            raise SettingsError(f"{path}: two slices are called {name} ({named[name]} is the other); rename one")
        named[name] = path
    return named


def encoded(path: str, folder: Path, threads: int | None, progress: Progress, text: dict[str, Any]) -> EncodedCorpus:
    """Encode a slice, or copy one that is encoded."""
    if is_encoded(path):
        EncodedCorpus.open(path).close()
        shutil.copytree(path, folder)
        return EncodedCorpus.open(folder)
    return EncodedCorpus.from_text([path], folder, threads=threads, progress=progress, **text)

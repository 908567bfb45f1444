"""What commands that work for a while do around the work: reports, texts encoded or opened, first compilation."""

import contextlib
import dataclasses
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wordvec import formats
from wordvec.corpora.settings import EncodingSettings
from wordvec.errors import OutputError, SettingsError
from wordvec.files import check_output, is_special
from wordvec.files.commits import remove
from wordvec.workers import Progress

if TYPE_CHECKING:
    from wordvec.corpora.cooccurrence import Cooccurrence
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.trainers.base import Trainer
    from wordvec.trainers.count_based import CountBased


@contextlib.contextmanager
def reporting(quiet: bool, log: Path | None, overwrite: bool, go_on: bool = False) -> Iterator[Progress]:
    """Give the reports that the options ask for; a log without a line is removed.

    Parameters
    ----------
    quiet, log, overwrite
        The options ``--quiet``, ``--log``, ``--force``.
    go_on
        Add to the log that is there.

    Raises
    ------
    OutputError
        If the log cannot be written, or is there already.
    """
    if log is None:
        yield Progress(quiet=quiet)
        return
    if not is_special(log):
        check_output(log, overwrite or go_on)
    try:
        file = log.open("a" if go_on else "w", encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutputError(f"{log}: {error.strerror}") from error
    try:
        with file:
            yield Progress(quiet=quiet, log=file)
    finally:
        if log.is_file() and not log.stat().st_size:
            log.unlink()


def check_words(words: Sequence[str], outputs: Iterable[Path | None], spaces: str, progress: Progress) -> None:
    """Fail before the work begins where vectors of these words could not be written; say how many are respelt.

    Raises
    ------
    InputError
        If a word does not fit in the format of an output.
    """
    for output in filter(None, outputs):
        if replaced := formats.check_words(words, output, spaces=spaces):
            progress.say(
                f"{output}: white space or control characters in {replaced:,} word{'s' * (replaced != 1)} become _"
            )


def check_apart(written: Iterable[Path | None], read: Iterable[Path | None]) -> None:
    """Fail where two results would have one name, or one would be written over what is read; None is no file.

    Raises
    ------
    SettingsError
        If it is so.
    """
    sources, results = {path.resolve() for path in read if path}, set()
    for path in filter(None, written):
        place = path.resolve()
        if place in sources:
            raise SettingsError(f"{path}: would be written over what is read; choose another name")
        if place in results:
            raise SettingsError(f"{path}: is the name of two results; choose another for one")
        results.add(place)


def is_encoded(path: str) -> bool:
    """Say whether `path` is the folder of an encoded corpus."""
    # os.path, unlike pathlib, answers no for what cannot be looked at; the reader then says why.
    folder = os.path.isfile(Path(path, "meta.json")) and any(Path(path).glob("*.npy"))  # noqa: PTH113
    return folder and not is_counted(path)


def is_counted(path: str | Path) -> bool:
    """Say whether `path` is the folder of co-occurrence counts."""
    return os.path.isfile(Path(path, "meta.json")) and os.path.isfile(Path(path, "begins.npy"))  # noqa: PTH113


@contextlib.contextmanager
def opened(
    paths: Sequence[str], workspace: Path, progress: Progress, trainer: "Trainer", settings: dict[str, Any]
) -> Iterator["EncodedCorpus"]:
    """Give the encoded corpus that is the one path, or encode texts into ``workspace/corpus``.

    The workspace belongs beside the output and not in the system's temporary folder, which is often small or held
    in memory: an encoded text is about as large as the text.

    Raises
    ------
    SettingsError
        If an encoded corpus is given with something else, or with settings that only text can take.
    """
    from wordvec.corpora.encoded import EncodedCorpus

    for path in paths:
        if is_counted(path):
            raise SettingsError(f"{path}: holds co-occurrence counts; this takes text, or an encoded corpus")
    encoded = [path for path in paths if is_encoded(path)]
    if encoded and len(paths) > 1:
        raise SettingsError(f"{encoded[0]}: is an encoded corpus; give that alone, or texts only")
    if encoded:
        usual = EncodingSettings()
        for name, value in settings.items():
            if value != getattr(usual, name):
                raise SettingsError(f"--{name.replace('_', '-')}: {encoded[0]} is encoded already; this is for text")
        with EncodedCorpus.open(encoded[0], threads=trainer.threads) as corpus:
            yield corpus
        return
    workspace.mkdir(exist_ok=True)
    with EncodedCorpus.from_text(
        paths, workspace / "corpus", threads=trainer.threads, progress=progress, **settings
    ) as corpus:
        yield corpus


@contextlib.contextmanager
def counted(
    paths: Sequence[str], workspace: Path, progress: Progress, trainer: "CountBased", settings: dict[str, Any]
) -> Iterator["Cooccurrence"]:
    """Give the counts that are the one path, or count a corpus or texts into ``workspace/counts``.

    Raises
    ------
    SettingsError
        If counts are given with something else, or with settings that only counting can take.
    """
    from wordvec.corpora.cooccurrence import Cooccurrence
    from wordvec.corpora.count_settings import CountSettings

    ready = [path for path in paths if is_counted(path)]
    if ready and len(paths) > 1:
        raise SettingsError(f"{ready[0]}: holds co-occurrence counts; give that alone, or texts only")
    if ready:
        unusual = {name for name in settings if settings[name] != getattr(EncodingSettings(), name)}
        for field in dataclasses.fields(CountSettings):
            if field.name != "seed" and getattr(trainer, field.name) != getattr(type(trainer)(), field.name):
                unusual.add(field.name)
        for name in sorted(unusual):
            raise SettingsError(f"--{name.replace('_', '-')}: {ready[0]} is counted already; this is for text")
        with Cooccurrence.open(ready[0]) as counts:
            yield counts
        return
    with opened(paths, workspace, progress, trainer, settings) as corpus:
        workspace.mkdir(exist_ok=True)
        announce_compilation(progress, "cooccurrence")
        counts = trainer.count(corpus, workspace / "counts", progress=progress)
    remove(workspace / "corpus")
    with counts:
        yield counts


def announce_compilation(progress: Progress, *modules: str) -> None:
    """Say that kernels of one of the modules will be compiled, if so: the first run is slower than the others.

    Names of no module of kernels are let pass, as some methods have none.
    """
    from wordvec.kernels._jit import CACHE_FOLDER, SOURCES

    wanted = [module for module in modules if (SOURCES / f"{module}.py").is_file()]
    if CACHE_FOLDER is not None and not all(any(CACHE_FOLDER.rglob(f"{module}.*.nbi")) for module in wanted):
        progress.say("compiling kernels (first run only)")

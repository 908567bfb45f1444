"""The input of a training run: an encoded corpus or counts, opened if they exist, made from text otherwise."""

import contextlib
import dataclasses
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from wordvec.corpora.settings import EncodingSettings
from wordvec.errors import SettingsError
from wordvec.files.commits import remove
from wordvec.workers import Progress

if TYPE_CHECKING:
    from wordvec.corpora.cooccurrence import Cooccurrence
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.trainers.base import Trainer
    from wordvec.trainers.count_based import CountBased
    from wordvec.trainers.node2vec import Node2Vec
    from wordvec.vectors import Vectors

T = TypeVar("T", bound="Trainer")


class Prepare(Protocol):
    """Resolves the settings of a trainer for its input, before the counting or training begins."""

    def __call__(self, trainer: T, source: "EncodedCorpus | Cooccurrence") -> T:
        """Return the trainer with resolved settings."""
        ...


class Maker(Protocol):
    """Encodes, counts and trains: in this process (`InThisProcess`), or by workers (`wordvec.distributed`)."""

    def check(self, trainer: "Trainer") -> None:
        """Refuse a trainer with which this cannot train.

        Raises
        ------
        SettingsError
            If it is one.
        """
        ...

    def notes(self, trainer: "Trainer", spelling: Callable[[str], str]) -> str | None:
        """Return a line about what will be idle; None if nothing is."""
        ...

    def fit(self, trainer: Any, source: "EncodedCorpus | Cooccurrence", **options: Any) -> "Vectors":
        """Train; the options are those of the trainer's `fit`."""
        ...

    def encode(
        self, paths: Sequence[str], folder: Path, *, threads: int | None, progress: Progress, **settings: Any
    ) -> "EncodedCorpus":
        """Encode texts, as `EncodedCorpus.from_text`."""
        ...

    def count(self, corpus: "EncodedCorpus", folder: Path | None = None, **options: Any) -> "Cooccurrence":
        """Count a corpus; the options are those of `Cooccurrence.count`."""
        ...


class InThisProcess:
    """Encodes, counts and trains by the threads of this process."""

    def check(self, trainer: "Trainer") -> None:
        """Accept all trainers."""

    def notes(self, trainer: "Trainer", spelling: Callable[[str], str]) -> str | None:
        """Return a line about idle threads."""
        from wordvec.trainers.announcement import idle_threads

        return idle_threads(trainer, spelling)

    def fit(self, trainer: Any, source: "EncodedCorpus | Cooccurrence", **options: Any) -> "Vectors":
        """Train."""
        vectors: Vectors = trainer.fit(source, **options)
        return vectors

    def encode(
        self, paths: Sequence[str], folder: Path, *, threads: int | None, progress: Progress, **settings: Any
    ) -> "EncodedCorpus":
        """Encode texts."""
        from wordvec.corpora.encoded import EncodedCorpus

        return EncodedCorpus.from_text(paths, folder, threads=threads, progress=progress, **settings)

    def count(self, corpus: "EncodedCorpus", folder: Path | None = None, **options: Any) -> "Cooccurrence":
        """Count a corpus."""
        from wordvec.corpora.cooccurrence import Cooccurrence

        return Cooccurrence.count(corpus, folder, **options)


HERE = InThisProcess()


def is_encoded(path: str | Path) -> bool:
    """Return whether `path` is the folder of an encoded corpus."""
    # os.path, unlike pathlib, answers no for a path that cannot be examined; the reader then says why.
    folder = os.path.isfile(Path(path, "meta.json")) and any(Path(path).glob("*.npy"))  # noqa: PTH113
    return folder and not is_counted(path)


def is_counted(path: str | Path) -> bool:
    """Return whether `path` is the folder of co-occurrence counts."""
    return os.path.isfile(Path(path, "meta.json")) and os.path.isfile(Path(path, "begins.npy"))  # noqa: PTH113


def is_text(path: str | Path) -> bool:
    """Return whether `path` is neither an encoded corpus nor counts."""
    return not is_encoded(path) and not is_counted(path)


@contextlib.contextmanager
def open_corpus(
    paths: Sequence[str],
    workspace: Path,
    progress: Progress,
    trainer: "Trainer",
    encoding: Mapping[str, Any],
    maker: Maker = HERE,
) -> Iterator["EncodedCorpus"]:
    """Open the encoded corpus that is the only path, or encode texts into ``workspace/corpus``.

    The workspace belongs beside the output and not in the system's temporary folder, which is often small or held
    in memory: an encoded text is about as large as the text.

    Parameters
    ----------
    paths
        Texts, or one folder of an encoded corpus.
    workspace
        Folder for the encoded texts; made if missing.
    progress
        Receiver of progress reports.
    trainer
        Trainer that sets the number of threads.
    encoding
        Keywords of `wordvec.corpora.settings.EncodingSettings`.
    maker
        Encodes the texts.

    Raises
    ------
    SettingsError
        If an encoded corpus is combined with other paths, or with settings that need text.
    """
    from wordvec.corpora.encoded import EncodedCorpus

    for path in paths:
        if is_counted(path):
            raise SettingsError(f"{path}: holds co-occurrence counts; expected text or an encoded corpus")
    encoded = [path for path in paths if is_encoded(path)]
    if encoded and len(paths) > 1:
        raise SettingsError(f"{encoded[0]}: is an encoded corpus; use it alone, or use texts only")
    if encoded:
        for name in _changed(encoding):
            raise SettingsError(f": {encoded[0]} is already encoded; this setting is for text", setting=name)
        with EncodedCorpus.open(encoded[0], threads=trainer.threads) as corpus:
            yield corpus
        return
    workspace.mkdir(exist_ok=True)
    with maker.encode(paths, workspace / "corpus", threads=trainer.threads, progress=progress, **encoding) as corpus:
        yield corpus


@contextlib.contextmanager
def open_counts(
    paths: Sequence[str],
    workspace: Path,
    progress: Progress,
    trainer: "CountBased",
    encoding: Mapping[str, Any],
    prepare: Prepare,
    maker: Maker = HERE,
) -> Iterator["tuple[CountBased, Cooccurrence]"]:
    """Open the counts that are the only path, or count a corpus or texts into ``workspace/counts``.

    Parameters and errors are those of `open_corpus`; a path can be one folder of counts, too. The trainer is returned
    with its settings resolved.

    Raises
    ------
    SettingsError
        If counts are combined with other paths, or with settings of counting or of text.
    """
    from wordvec.corpora.cooccurrence import Cooccurrence
    from wordvec.corpora.count_settings import CountSettings

    ready = [path for path in paths if is_counted(path)]
    if ready and len(paths) > 1:
        raise SettingsError(f"{ready[0]}: holds co-occurrence counts; use it alone, or use texts only")
    if ready:
        changed = _changed(encoding)
        for field in dataclasses.fields(CountSettings):
            if field.name != "seed" and getattr(trainer, field.name) != getattr(type(trainer)(), field.name):
                changed.append(field.name)
        for name in sorted(changed):
            raise SettingsError(f": {ready[0]} is already counted; this setting is for text", setting=name)
        with Cooccurrence.open(ready[0]) as counts:
            trainer = prepare(trainer, counts)
            yield trainer, counts
        return
    with open_corpus(paths, workspace, progress, trainer, encoding, maker) as corpus:
        workspace.mkdir(exist_ok=True)
        trainer = prepare(trainer, corpus)
        counts = trainer.count(corpus, workspace / "counts", progress=progress, count=maker.count)
    remove(workspace / "corpus")
    with counts:
        yield trainer, counts


@contextlib.contextmanager
def open_walks(
    paths: Sequence[str], workspace: Path, progress: Progress, trainer: "Node2Vec"
) -> Iterator["EncodedCorpus"]:
    """Read the graph that is the only path, and write walks on it into ``workspace/corpus``.

    Raises
    ------
    SettingsError
        If there are several paths, or the path is a folder.
    """
    from wordvec.corpora.graphs.graph import Graph
    from wordvec.workers import stop_on_signals

    if len(paths) > 1:
        raise SettingsError(f"{paths[1]}: a graph is one file; join the edge lists first")
    if not is_text(paths[0]):
        raise SettingsError(
            f"{paths[0]}: holds tokens or counts; node2vec reads a graph (walks train with wordvec train skipgram)"
        )
    with stop_on_signals() as stop:
        graph = Graph.load(paths[0], threads=trainer.threads, stop=stop, **trainer.graph_settings)
        for line in (graph.summary(), *graph.notes):
            progress.say(line)
        workspace.mkdir(exist_ok=True)
        corpus = trainer.walk(graph, workspace / "corpus", progress=progress, stop=stop)
        del graph
    with corpus:
        yield corpus


@contextlib.contextmanager
def open_source(
    trainer: "Trainer",
    paths: Sequence[str],
    workspace: Path,
    encoding: Mapping[str, Any],
    progress: Progress,
    prepare: Prepare,
    maker: Maker = HERE,
) -> Iterator["tuple[Trainer, EncodedCorpus | Cooccurrence]"]:
    """Open or make the input that a trainer takes, counts or an encoded corpus; resolve the trainer's settings."""
    from wordvec.trainers.count_based import CountBased

    if isinstance(trainer, CountBased):
        with open_counts(paths, workspace, progress, trainer, encoding, prepare, maker) as counted:
            yield counted
        return
    opened = (
        open_walks(paths, workspace, progress, cast("Node2Vec", trainer))
        if trainer.reads == "graph"
        else open_corpus(paths, workspace, progress, trainer, encoding, maker)
    )
    with opened as corpus:
        trainer = prepare(trainer, corpus)
        yield trainer, corpus


def reopen(trainer: "Trainer", folder: Path) -> "EncodedCorpus | Cooccurrence":
    """Open the input of an interrupted run."""
    from wordvec.corpora.cooccurrence import Cooccurrence
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.trainers.count_based import CountBased

    return (Cooccurrence if isinstance(trainer, CountBased) else EncodedCorpus).open(folder)


def _changed(encoding: Mapping[str, Any]) -> list[str]:
    """Return the names of settings that differ from their defaults."""
    usual = EncodingSettings()
    return [name for name, value in encoding.items() if value != getattr(usual, name)]

"""``wordvec info``: what a file or folder holds and how it came about."""

from pathlib import Path
from typing import Any

import click

from wordvec import formats
from wordvec.cli import options
from wordvec.cli.command import Command
from wordvec.cli.output import cell, echo, echo_json
from wordvec.errors import InputError
from wordvec.trainers.sources import is_counted

MOST_SHOWN = 20
"""Of a list, so many are shown to people."""


@click.command(
    cls=Command,
    params=[click.Argument(["path"], type=options.FILE, metavar="VECTORS|CORPUS|COUNTS|OUT.partial"), options.JSON],
    epilog="\b\nExample:\n  wordvec info corpus.vec",
)
def info(path: Path, as_json: bool) -> None:
    """Numbers first, then everything that is known about the making: settings, versions, corpus, loss per epoch."""
    show(describe(path), as_json)


def describe(path: Path) -> dict[str, Any]:
    """Give what is known about vectors, an encoded corpus or an interrupted training, as JSON can hold it."""
    if path.is_dir():
        if (path / "state.json").is_file():
            return _of_checkpoint(path)
        if (path / "contexts.vec").is_file():
            return _of_compass(path)
        if (path / "meta.json").is_file():
            return of_corpus(path)
        if formats.holds_vectors(path):
            return _of_vectors(path)
        raise InputError(f"{path}: is no encoded corpus, no co-occurrence counts and no interrupted training")
    if path.suffix == ".npz":
        from wordvec.alignment.mapping_files import is_mapping

        if is_mapping(path):
            return _of_mapping(path)
    return _of_vectors(path)


def _of_mapping(path: Path) -> dict[str, Any]:
    from wordvec.alignment import Mapping

    mapping = Mapping.load(path)
    dims = {"source_dim": mapping.source.dim, "target_dim": mapping.target.dim}
    return {"kind": "mapping"} | dims | {"orthogonal": mapping.orthogonal} | mapping.record


def _of_compass(folder: Path) -> dict[str, Any]:
    from wordvec.slices.store import read_meta

    return {"kind": "compass"} | read_meta(folder)


def of_corpus(folder: Path) -> dict[str, Any]:
    """Describe an encoded corpus, or co-occurrence counts."""
    from wordvec.corpora.cooccurrence import Cooccurrence
    from wordvec.corpora.encoded import EncodedCorpus

    if is_counted(folder):
        with Cooccurrence.open(folder) as counts:
            return {"kind": "co-occurrence counts"} | counts.meta
    with EncodedCorpus.open(folder) as corpus:
        sizes = {"tokens": len(corpus.ids), "sentences": len(corpus.offsets) - 1, "words": len(corpus.vocabulary)}
        return {"kind": "encoded corpus"} | sizes | corpus.meta


def show(description: dict[str, Any], as_json: bool) -> None:
    """Print a description, as JSON or as a line for each of its leaves."""
    if as_json:
        echo_json(description, indent=2)
        return
    lines = list(_lines(description, ""))
    width = max(len(name) for name, _ in lines)
    for name, value in lines:
        echo(f"{cell(name):{width}}  {cell(value)}")


def _of_vectors(path: Path) -> dict[str, Any]:
    from wordvec.vectors import Vectors

    vectors = Vectors.load(path)
    words, dim = vectors.matrix.shape
    counted = None if vectors.counts is None else int(vectors.counts.sum())
    without = words - int(vectors.present.sum())
    numbers = {"words": words, "without_vector": without, "dim": dim, "tokens": counted}
    return {"kind": "vectors"} | numbers | vectors.metadata


def _of_checkpoint(folder: Path) -> dict[str, Any]:
    from wordvec.trainers.checkpoint import Checkpoint

    checkpoint = Checkpoint.open(folder)
    assert checkpoint.state is not None
    losses = [loss / max(pairs, 1) for loss, pairs in checkpoint.state.losses]
    done = {"epochs_begun": len(losses), "loss": losses, "seconds": checkpoint.state.seconds}
    corpus = {"folder": str(checkpoint.corpus_folder), "digest": checkpoint.corpus_digest}
    return {"kind": "interrupted training", "settings": checkpoint.settings, "done": done, "corpus": corpus}


def _lines(value: Any, name: str) -> list[tuple[str, str]]:
    """Give a name and a text for each leaf: ``settings.dim``, ``100``."""
    if isinstance(value, dict) and value:
        return [line for key, inner in value.items() for line in _lines(inner, f"{name}.{key}".lstrip("."))]
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [line for at, inner in enumerate(value) for line in _lines(inner, f"{name}.{at}")]
    if isinstance(value, list):
        more = f", ... ({len(value):,} in all)" if len(value) > MOST_SHOWN else ""
        return [(name, ", ".join(map(_text, value[:MOST_SHOWN])) + more or "-")]
    return [(name, _text(value))]


def _text(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "-"}[value]
    if isinstance(value, float):
        return f"{value:.6g}"
    return f"{value:,}" if isinstance(value, int) else str(value)

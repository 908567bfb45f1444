"""``wordvec info``: contents and provenance of a file or folder."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from wordvec import formats
from wordvec.cli import options
from wordvec.cli.command import Command, Option
from wordvec.cli.commands.info_vectors import is_index, of_index, of_vectors
from wordvec.cli.output import cell, echo, echo_json
from wordvec.errors import InputError, SettingsError
from wordvec.trainers.sources import is_counted
from wordvec.wording import quantity

MOST_SHOWN = 20
"""Number of elements of a list that are printed."""
WIDTH = 100
"""Columns of a summary's lines."""
ALL = Option(["--all", "show_all"], is_flag=True, help="print every field, each on a line")
_ONLY_IN_ALL = frozenset(
    {"format", "version", "wordvec", "versions", "processor", "digest", "unknown_id"}
    | {"first_tokens", "first_sentences", "first_documents", "label_bytes", "label_digest"}
)


@click.command(
    cls=Command,
    params=[
        click.Argument(["path"], type=options.FILE, metavar="VECTORS|INDEX|CORPUS|COUNTS|OUT.partial"),
        ALL,
        Option(
            ["--methods-text", "for_paper"],
            is_flag=True,
            help="print a paragraph for a paper on the training of vectors, with BibTeX",
        ),
        options.JSON,
    ],
    epilog="\b\nExample:\n  wordvec info corpus.vec",
)
def info(path: Path, show_all: bool, for_paper: bool, as_json: bool) -> None:
    """Sizes first, then the settings, the corpus and the training in short; --all and --json print every field."""
    if for_paper:
        if show_all or as_json:
            raise SettingsError("--methods-text: prints a paragraph; leave --all and --json out")
        echo(_for_paper(path).rstrip("\n"))
        return
    show(describe(path), show_all, as_json)


def _for_paper(path: Path) -> str:
    """Return the paragraph on the training of vectors or of a compass."""
    if path.is_dir() and (path / "meta.json").is_file() and _is_compass(path):
        from wordvec.slices import methods_paragraph, store
        from wordvec.slices.aligned import AlignedSlices

        return methods_paragraph.training_text(AlignedSlices.load(path), store.recorded_text(path))
    from wordvec.language_models.distillation.settings import METHOD
    from wordvec.trainers.methods_paragraph import methods_text

    description = describe(path)
    if description["kind"] != "vectors":
        raise InputError(f"{path}: expected vectors or a compass, found {description['kind']}; this describes training")
    size = description["words"], description["dim"]
    if description.get("method") == METHOD:
        from wordvec.language_models.distillation import methods_paragraph as of_distillation

        return of_distillation.methods_text(description, *size, str(path))
    return methods_text(description, *size, str(path))


def describe(path: Path) -> dict[str, Any]:
    """Return a description, as for JSON, of vectors, an index, a corpus, counts or an interrupted training run."""
    if path.is_dir():
        if (path / "state.json").is_file():
            return _of_checkpoint(path)
        if (path / "meta.json").is_file():
            return _of_compass(path) if _is_compass(path) else of_corpus(path)
        if is_index(path):
            return of_index(path)
        if formats.holds_vectors(path):
            return of_vectors(path)
        raise InputError(f"{path}: is no encoded corpus, no co-occurrence counts and no interrupted training run")
    if path.suffix == ".npz":
        from wordvec.alignment.mapping_files import is_mapping

        if is_mapping(path):
            return _of_mapping(path)
    return of_vectors(path)


def _of_mapping(path: Path) -> dict[str, Any]:
    from wordvec.alignment import Mapping

    mapping = Mapping.load(path)
    dims = {"source_dim": mapping.source.dim, "target_dim": mapping.target.dim}
    return {"kind": "mapping"} | dims | {"orthogonal": mapping.orthogonal} | mapping.record


def _is_compass(folder: Path) -> bool:
    from wordvec.slices.store import is_compass

    return is_compass(folder)


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
        sizes = {"tokens": len(corpus.ids), "sentences": len(corpus.offsets) - 1, "documents": len(corpus.documents)}
        sizes |= {"words": len(corpus.vocabulary)}
        return {"kind": "encoded corpus"} | sizes | corpus.meta


def show(description: dict[str, Any], show_all: bool, as_json: bool) -> None:
    """Print a description: as JSON, as a line for each of its leaves, or as a summary."""
    if as_json:
        echo_json(description, indent=2)
        return
    lines = [
        (cell(name), cell(text)) for name, text in (_lines(description, "") if show_all else _summary(description))
    ]
    indent = max(len(name) for name, _ in lines) + 2
    for name, text in lines:
        # A summary is cut between its fields only, never in a word or a path.
        folded = text if show_all else f"\n{' ' * indent}".join(_folded(text, WIDTH - indent))
        echo(f"{name:{indent}}{folded}")


def _folded(text: str, width: int) -> Iterator[str]:
    """Yield lines of fields between commas; a field that is longer than a line is one."""
    line = ""
    for field in text.split(", "):
        if line and len(line) + 2 + len(field) > width:
            yield f"{line},"
            line = field
        else:
            line += f", {field}" if line else field
    yield line


def _of_checkpoint(folder: Path) -> dict[str, Any]:
    from wordvec.trainers.checkpoint import Checkpoint

    checkpoint = Checkpoint.open(folder)
    assert checkpoint.state is not None
    losses = [loss / max(pairs, 1) for loss, pairs in checkpoint.state.losses]
    done = {"epochs_begun": len(losses), "loss": losses, "seconds": checkpoint.state.seconds}
    corpus = {"folder": str(checkpoint.corpus_folder), "digest": checkpoint.corpus_digest}
    return {"kind": "interrupted training", "settings": checkpoint.settings, "done": done, "corpus": corpus}


def _summary(description: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the name and the text of each field, without those that say nothing."""
    fields = [*description.items(), *_groups_of_settings(description)]
    lines = ((name, _short(value)) for name, value in fields if name not in _ONLY_IN_ALL)
    return [(name, text) for name, text in lines if text]


def _groups_of_settings(value: dict[str, Any], name: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the groups of fields within settings, such as ``settings.walks``, which lines of their own show."""
    for key, inner in value.items():
        if isinstance(inner, dict):
            if "settings" in name.split("."):
                yield f"{name}.{key}", inner
            yield from _groups_of_settings(inner, f"{name}.{key}".lstrip("."))


def _short(value: Any) -> str:
    """Return a field's text; "" for a field that is absent, empty or zero."""
    if isinstance(value, dict):
        inner = ((name, _short_inner(each)) for name, each in value.items() if name not in _ONLY_IN_ALL)
        return ", ".join(f"{name} {text}" for name, text in inner if text)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return quantity(len(value), "record")
    if isinstance(value, list):
        return _lines(value, "")[0][1] if value else ""
    return "" if value is None or value == "" or (value == 0 and value is not False) else _text(value)


def _short_inner(value: Any) -> str:
    """Return the text of a field within a field: of lists of numbers the first and the last, and no record."""
    if isinstance(value, list) and value and isinstance(value[0], str):
        return " ".join(value[:MOST_SHOWN]) + f" ... ({len(value):,} in all)" * (len(value) > MOST_SHOWN)
    if isinstance(value, list) and value and not isinstance(value[0], dict):
        return _text(value[0]) if len(value) == 1 else f"{_text(value[0])} ... {_text(value[-1])}"
    return "" if isinstance(value, dict | list) else _short(value)


def _lines(value: Any, name: str) -> list[tuple[str, str]]:
    """Return a name and a text for each leaf: ``settings.dim``, ``100``."""
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

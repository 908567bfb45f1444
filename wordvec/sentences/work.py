"""From vector files and text to files of text vectors, and from these to nearest texts."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from wordvec import formats
from wordvec.corpora.settings import EncodingSettings
from wordvec.errors import InputError, SettingsError
from wordvec.files import together, workspace
from wordvec.provenance import is_folded, with_step
from wordvec.representation import short
from wordvec.rows import Floats
from wordvec.sentences import files
from wordvec.sentences.embedding import Embedded, Embedder, embed_texts
from wordvec.sentences.files import TextVectors
from wordvec.sentences.settings import Sentences
from wordvec.sentences.texts import Texts, line_block, settings_for
from wordvec.vectors import Vectors
from wordvec.wording import quantity
from wordvec.workers import Progress, StopFlag

_READ = ("tokenizer", "normalize", "lowercase")
"""Settings by which a query is tokenised as the texts were."""

_FILES = ("field", "encoding", "format", "name_field")
"""Settings by which the texts are read again."""


class Written(NamedTuple):
    """Size of the output, and notes for the user."""

    texts: int
    dim: int
    notes: list[str]

    def __repr__(self) -> str:
        return short(self)


def write(
    vectors: Path,
    text: Sequence[str | Path],
    target: Path,
    settings: Sentences | None = None,
    *,
    fit: Path | None = None,
    model: Path | None = None,
    reading: Mapping[str, Any] | None = None,
    threads: int | None = None,
    overwrite: bool = False,
    spaces: str = "refuse",
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> Written:
    """Write the vector of each line or record of text.

    Parameters
    ----------
    vectors
        Vector file. Vectors that are folded for sentences are used as they are.
    text
        Files, folders or patterns.
    target
        Output: ``.npy``, or a format of vector files.
    settings
        Weighting and removal of components; default: SIF.
    fit
        Text on which they are fitted; default: `text`.
    model
        Output for the folded word vectors, with which other text gets vectors in the same space.
    reading
        Fields of `EncodingSettings` that override the metadata of the vectors.
    spaces
        ``"replace"`` white space in names of texts by ``_``, or ``"refuse"`` it where the format cannot hold it.

    Raises
    ------
    InputError, OutputError, SettingsError
        As for reading, fitting and writing; also if no text has a known word.
    """
    files.check_output(target, overwrite)
    if model is not None:
        formats.check_output(model, overwrite)
    plain, stop = Vectors.load(vectors, contexts=False), stop or StopFlag()
    given = dict(reading or {})
    texts, folded = Texts.of(text, plain, **given), plain
    if not is_folded(plain.metadata):
        source = texts if fit is None else Texts.of(fit, plain, **given)
        fitted = (settings or Sentences()).fit(plain, source, threads=threads, progress=progress, stop=stop)
        folded = fitted.vectors(plain)
    elif settings is not None or fit is not None:
        raise SettingsError(f"{vectors}: is folded for sentences, so that weights and components are part of its rows")
    with workspace(target) as folder:
        folder.mkdir(exist_ok=True)
        names = target.suffix != files.ARRAY
        found = embed_texts(
            folded, texts, scratch=folder / "rows.f32", names=names, threads=threads, progress=progress, stop=stop
        )
        if not found.known + found.composed:
            raise InputError(f"none of the {found.tokens:,} tokens is a word of {vectors}; check language and case")
        used = vectors if folded is plain else model
        with together(target):
            files.save(found, target, _about(found, folded, vectors, used, texts), overwrite, spaces)
            if model is not None:
                folded.save(model, overwrite)
    return Written(len(found.matrix), folded.dim, _notes(found, texts.settings))


def _about(found: Embedded, folded: Vectors, vectors: Path, used: Path | None, texts: Texts) -> dict[str, Any]:
    recorded = texts.settings.record()
    details = {
        "vectors": str(vectors.resolve()),
        "model": None if used is None else str(used.resolve()),
        "settings": {name: recorded[name] for name in (*_READ, *_FILES)},
        "texts": [_state(source.path) for source in texts.sources],
        "tokens": found.tokens,
        "known_tokens": found.known,
        "composed_tokens": found.composed,
        "empty_texts": found.empty,
        "texts_without_known_word": found.unknown,
    }
    return with_step({"method": "sentences", "history": folded.metadata.get("history", [])}, "embed", **details)


def _notes(found: Embedded, settings: EncodingSettings) -> list[str]:
    share = 100 * (found.known + found.composed) / max(1, found.tokens)
    composed = f", {found.composed:,} of them composed from n-grams" if found.composed else ""
    notes = [f"tokenizer {settings.record()['tokenizer']}: {share:.1f} % of {found.tokens:,} tokens known{composed}"]
    zeros = [quantity(found.empty, "empty text")] * bool(found.empty)
    zeros += [f"{quantity(found.unknown, 'text')} without a known word"] * bool(found.unknown)
    return notes + [f"rows of zeros: {' and '.join(zeros)}"] * bool(zeros)


def _state(path: Path | None) -> dict[str, Any] | None:
    """Return what says whether a file is still the same; None for what is not a file."""
    if path is None or not path.is_file():
        return None
    about = path.stat()
    return {"path": str(path.resolve()), "bytes": about.st_size, "modified": about.st_mtime_ns}


def lines_of(there: TextVectors, rows: Collection[int]) -> dict[int, str]:
    """Return the texts of some rows of text vectors, from the files that the metadata name.

    Nothing is returned if one of these is missing or has changed.
    """
    made = _made(there)
    states = made.get("texts")
    if not isinstance(states, list) or not all(isinstance(one, dict) and "path" in one for one in states):
        return {}
    paths = [Path(str(one["path"])) for one in states]
    if not rows or [_state(path) for path in paths] != states:
        return {}
    settings = made.get("settings", {})
    reading = {name: settings.get(name) for name in _FILES if settings.get(name) is not None}
    try:
        return Texts(paths, EncodingSettings.of(**reading)).at(rows)
    except (InputError, SettingsError, TypeError):
        return {}


def _made(there: TextVectors) -> dict[str, Any]:
    """Return the step of the metadata in which texts became vectors."""
    history = there.metadata.get("history") or [{}]
    return next((step for step in reversed(history) if step.get("step") == "embed"), {})


def vectors_of_queries(
    queries: Sequence[str], there: TextVectors, path: Path, model: Path | None = None
) -> tuple[Floats, list[str]]:
    """Return the vectors (queries, dim) of text in the space of text vectors, and the queries without a known word.

    Parameters
    ----------
    queries
        Lines of text.
    there, path
        Vectors of texts, and their file.
    model
        Folded word vectors; default: those that the metadata of the file name.

    Raises
    ------
    InputError
        If the folded vectors are not known or not folded, or have another dim.
    """
    made = _made(there)
    chosen = model or (Path(made["model"]) if made.get("model") else None)
    if chosen is None:
        raise InputError(
            f"{path}: does not name the folded word vectors that made it; write them with "
            "`wordvec sentences ... --model FOLDED`, and name them with --model FOLDED"
        )
    vectors = Vectors.load(chosen, contexts=False)
    if not is_folded(vectors.metadata):
        raise InputError(f"{chosen}: is not folded for sentences (wordvec convert --for-sentences)")
    if vectors.dim != there.matrix.shape[1]:
        raise InputError(f"{chosen}: has dim {vectors.dim}, but {path} has {there.matrix.shape[1]}")
    stored = {name: value for name, value in made.get("settings", {}).items() if name in _READ}
    settings = settings_for(vectors, **stored)
    means, counts = Embedder(vectors).means(line_block(queries, settings))
    unknown = [query for query, count in zip(queries, counts.tolist(), strict=True) if not count]
    return means.astype("float32"), unknown

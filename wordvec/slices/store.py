"""Folder of a compass and its slices: vectors in a common format, and encoded texts for permutation tests.

``vocabulary.txt``
    Words of all slices together, with counts.
``compass.vec``, ``contexts.vec``
    The compass's two matrices, if the slices need a compass; the second is frozen.
``model.vec``
    With temporal referencing, the one model for other programs: words that are not referenced, and the referenced ones
    under names such as ``climate_1990``.
``slices/NAME.vec``
    Vectors of a slice, with counts and metadata beside.
``texts/NAME``
    Encoded text of a slice.
``changes/A/B.json``
    The last test of change from slice A to slice B.
``meta.json``
    Settings, names of the slices in order, and settings with which their texts were encoded; it is written last.
"""

import contextlib
import dataclasses
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.folder import META, VOCABULARY, FolderKind
from wordvec.corpora.tokenizers import runs_code
from wordvec.corpora.vocabulary import Vocabulary
from wordvec.errors import InputError, SettingsError
from wordvec.files import records
from wordvec.provenance import machinery
from wordvec.representation import short
from wordvec.slices import references
from wordvec.slices.compass import Compass
from wordvec.slices.texts import Slice
from wordvec.trainers import matrices
from wordvec.vectors import Vectors

if TYPE_CHECKING:
    from wordvec.slices.aligned import AlignedSlices

KIND = FolderKind(
    "compass",
    2,
    {"settings": dict, "slices": [str], "text": records.Optional({"keep_words": records.Optional([str])})},
    "train the compass again (wordvec compass train)",
)
WORDS, CONTEXTS, SLICES, TEXTS = "compass.vec", "contexts.vec", "slices", "texts"
MODEL = "model.vec"


def save(aligned: "AlignedSlices", folder: Path) -> None:
    """Write a compass and its slices into an existing folder that holds the texts.

    Raises
    ------
    OutputError
        If a file cannot be written.
    """
    aligned.vocabulary.write(folder / VOCABULARY)
    names, counts, dim = aligned.vocabulary.words, aligned.vocabulary.counts, aligned.settings.dim
    made = {"method": aligned.settings.method, "settings": dataclasses.asdict(aligned.settings), **machinery()}
    for file, matrix in ((WORDS, aligned.words), (CONTEXTS, aligned.contexts)):
        if matrix is not None:
            Vectors(names, matrix[:, :dim], counts, made).save(folder / file)
    if aligned.settings.words:
        aligned.as_one().save(folder / MODEL)
    (folder / SLICES).mkdir()
    for name in aligned.slices:
        save_slice(aligned, name, folder)
    _write_meta(aligned, folder)


def save_texts(aligned: "AlignedSlices", texts: Mapping[str, EncodedCorpus], folder: Path) -> None:
    """Copy the encoded text of each slice into a folder.

    Raises
    ------
    SettingsError
        If there are texts of other slices, or a slice has none.
    """
    if set(texts) != set(aligned.slices):
        raise SettingsError(
            f"texts: expected those of {', '.join(aligned.slices)}; got those of {', '.join(texts) or 'none'}"
        )
    for name, corpus in texts.items():
        shutil.copytree(corpus.folder, folder / TEXTS / name)


def check_names(aligned: "AlignedSlices") -> None:
    """Raise SettingsError if the name of a slice cannot be that of a file."""
    for name in aligned.slices:
        if not is_name(name):
            raise SettingsError(f"{name!r}: cannot be the name of a file; name the slice otherwise")


def save_slice(aligned: "AlignedSlices", name: str, folder: Path) -> None:
    """Write the vectors of one slice; existing ones that are not in ``meta.json`` are replaced."""
    aligned.slices[name].save(folder / SLICES / f"{name}.vec", overwrite=True)


def add(aligned: "AlignedSlices", name: str, folder: Path) -> None:
    """Write a new slice, and add it to ``meta.json``."""
    save_slice(aligned, name, folder)
    _write_meta(aligned, folder)


class Parts(NamedTuple):
    """Settings, vocabulary, matrices, slices and settings of the texts, for `wordvec.slices.AlignedSlices`."""

    settings: Compass
    vocabulary: Vocabulary
    words: NDArray[np.float32] | None
    contexts: NDArray[np.float32] | None
    slices: dict[str, Vectors]
    text_settings: dict[str, Any] | None

    def __repr__(self) -> str:
        return short(self)


def read(folder: Path) -> Parts:
    """Read a compass and its slices.

    Raises
    ------
    InputError
        If the folder does not hold a compass, or is damaged.
    """
    meta = read_meta(folder)
    try:
        settings = Compass(**meta["settings"])
    except (TypeError, SettingsError) as error:
        raise InputError(f"{folder / META}: damaged ({error}); train the compass again") from error
    vocabulary = Vocabulary.load(folder / VOCABULARY)
    whole = [
        _matrix(folder / file, vocabulary, settings) if settings.needs_compass else None for file in (WORDS, CONTEXTS)
    ]
    slices = {name: Vectors.load(folder / SLICES / f"{name}.vec") for name in meta["slices"]}
    return Parts(settings, vocabulary, whole[0], whole[1], slices, meta.get("text"))


def vectors(folder: Path, name: str) -> Vectors:
    """Read the vectors of one slice.

    Raises
    ------
    InputError
        If there is no such slice, or its file is damaged.
    """
    known = read_meta(folder)["slices"]
    if name not in known:
        raise InputError(f"{name}: no such slice; choose from {', '.join(known)}")
    return Vectors.load(folder / SLICES / f"{name}.vec")


def check_referenced(folder: Path, words: Sequence[str]) -> None:
    """Check that words can have different vectors in the slices of a folder; see `references.check_referenced`."""
    references.check_referenced(words, read_meta(folder)["settings"].get("words", ()))


def text(aligned: "AlignedSlices", name: str, folder: Path) -> Slice:
    """Read the text of a slice.

    Raises
    ------
    InputError
        If there is no such slice, or its text is damaged.
    """
    if name not in aligned.slices:
        raise InputError(f"{name}: no such slice; choose from {', '.join(aligned.slices)}")
    with EncodedCorpus.open(folder / TEXTS / name) as corpus:
        return aligned.text(name, corpus)


@contextlib.contextmanager
def corpora(folder: Path, names: Sequence[str]) -> Iterator[dict[str, EncodedCorpus]]:
    """Open the encoded texts of slices, by name.

    Raises
    ------
    InputError
        If there is no such slice, or its text is missing or damaged.
    """
    known = read_meta(folder)["slices"]
    with contextlib.ExitStack() as stack:
        opened = {}
        for name in names:
            if name not in known:
                raise InputError(f"{name}: no such slice; choose from {', '.join(known)}")
            opened[name] = stack.enter_context(EncodedCorpus.open(folder / TEXTS / name))
        yield opened


def recorded_text(folder: Path) -> dict[str, Any]:
    """Return the recorded encoding settings of the first slice, for descriptions: a tokenizer may be any function.

    Raises
    ------
    InputError
        If they cannot be read.
    """
    first = read_meta(folder)["slices"][0]
    with EncodedCorpus.open(folder / TEXTS / first) as corpus:
        return dict(corpus.meta["settings"])


def text_settings(folder: Path, trust_tokenizer: bool = False) -> dict[str, Any]:
    """Return the encoding settings of the first slice, as keywords of `EncodedCorpus.from_text`.

    Parameters
    ----------
    folder
        Folder of a compass.
    trust_tokenizer
        Whether the tokenizer may be a Python function. Its name is in the folder, and whoever wrote that could name
        any function of any module.

    Raises
    ------
    InputError
        If they cannot be read, or the tokenizer is a function and `trust_tokenizer` is false.
    """
    settings = recorded_text(folder)
    if runs_code(settings["tokenizer"]) and not trust_tokenizer:
        raise InputError(
            f"{folder}: its texts were tokenised by the Python function {settings['tokenizer']}; --trust-tokenizer "
            "runs it"
        )
    return settings


def is_compass(folder: Path) -> bool:
    """Return whether ``meta.json`` of a folder says that it holds a compass, of any version."""
    try:
        meta = records.loaded((folder / META).read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(meta, dict) and meta.get("format") == f"wordvec {KIND.what}"


def read_meta(folder: Path) -> dict[str, Any]:
    """Read ``meta.json``.

    Raises
    ------
    InputError
        If the file is missing, damaged or of another kind of folder.
    """
    meta = KIND.read_meta(folder)
    names = meta["slices"]
    for name in names:
        if not is_name(name):
            raise KIND.damaged(folder, f"{META}: {name!r:.60} cannot be the name of a slice")
    if not names or len(set(names)) < len(names):
        raise KIND.damaged(folder, f"{META}: no slices, or two of one name")
    return meta


def is_name(name: str) -> bool:
    """Return whether a name can be that of a slice, and so of a file and a folder."""
    return name not in ("", ".", "..") and Path(name).name == name and name.isprintable()


def _write_meta(aligned: "AlignedSlices", folder: Path) -> None:
    meta = {"settings": dataclasses.asdict(aligned.settings), "slices": list(aligned.slices)}
    KIND.write_meta(folder, meta | {"text": aligned.text_settings})


def _matrix(path: Path, vocabulary: Vocabulary, settings: Compass) -> NDArray[np.float32]:
    """Read a matrix of the compass, (words, padded dim) float32."""
    vectors = Vectors.load(path)
    if vectors.words != vocabulary.words or vectors.dim != settings.dim:
        raise InputError(f"{path}: does not belong to this compass (its words or dim differ); train the compass again")
    rows = matrices.zero_matrix(len(vectors), vectors.dim)
    rows[:, : vectors.dim] = vectors.matrix
    return rows

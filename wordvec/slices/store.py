"""A compass and its slices as a folder: vectors that other tools read, and the encoded texts, for measures of chance.

``vocabulary.txt``
    The words of all slices together, and their counts.
``compass.vec``, ``contexts.vec``
    The compass's two matrices, where slices need one; the second is frozen.
``slices/NAME.vec``
    Each slice's vectors, with counts and metadata beside.
``texts/NAME``
    Its encoded text.
``meta.json``
    The settings, and the slices' names in order. It is written last.
"""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.folder import META, VOCABULARY, FolderKind
from wordvec.corpora.vocabulary import Vocabulary
from wordvec.errors import InputError, SettingsError
from wordvec.provenance import machinery
from wordvec.slices.aligned import AlignedSlices
from wordvec.slices.compass import Compass
from wordvec.slices.texts import Slice
from wordvec.trainers import matrices
from wordvec.vectors import Vectors

KIND = FolderKind("compass", 2, {"settings": dict, "slices": [str]}, "train the compass anew (wordvec compass train)")
WORDS, CONTEXTS, SLICES, TEXTS = "compass.vec", "contexts.vec", "slices", "texts"


def save(aligned: AlignedSlices, folder: Path) -> None:
    """Write a compass and its slices into a folder that is there, beside the texts.

    Raises
    ------
    OutputError
        If something cannot be written.
    """
    aligned.vocabulary.write(folder / VOCABULARY)
    names, counts, dim = aligned.vocabulary.words, aligned.vocabulary.counts, aligned.settings.dim
    made = {"method": aligned.settings.method, "settings": dataclasses.asdict(aligned.settings), **machinery()}
    for file, matrix in ((WORDS, aligned.words), (CONTEXTS, aligned.contexts)):
        if matrix is not None:
            Vectors(names, matrix[:, :dim], counts, made).save(folder / file)
    (folder / SLICES).mkdir()
    for name in aligned.slices:
        save_slice(aligned, name, folder)
    _write_meta(aligned, folder)


def save_slice(aligned: AlignedSlices, name: str, folder: Path) -> None:
    """Write one slice's vectors, over those of a slice that is not in ``meta.json``."""
    aligned.slices[name].save(folder / SLICES / f"{name}.vec", overwrite=True)


def add(aligned: AlignedSlices, name: str, folder: Path) -> None:
    """Write a slice that was added."""
    save_slice(aligned, name, folder)
    _write_meta(aligned, folder)


def load(folder: Path) -> AlignedSlices:
    """Read a compass and its slices.

    Raises
    ------
    InputError
        If the folder holds none, or is damaged.
    """
    meta = read_meta(folder)
    try:
        settings = Compass(**meta["settings"])
    except (TypeError, SettingsError) as error:
        raise InputError(f"{folder / META}: damaged ({error}); train the compass anew") from error
    vocabulary = Vocabulary.load(folder / VOCABULARY)
    whole = [
        _matrix(folder / file, vocabulary, settings) if settings.needs_compass else None for file in (WORDS, CONTEXTS)
    ]
    slices = {name: Vectors.load(folder / SLICES / f"{name}.vec") for name in meta["slices"]}
    return AlignedSlices(settings, vocabulary, whole[0], whole[1], slices)


def vectors(folder: Path, name: str) -> Vectors:
    """Read one slice's vectors.

    Raises
    ------
    InputError
        If there is no such slice, or its file is damaged.
    """
    known = read_meta(folder)["slices"]
    if name not in known:
        raise InputError(f"{name}: no such slice; there is {', '.join(known)}")
    return Vectors.load(folder / SLICES / f"{name}.vec")


def text(aligned: AlignedSlices, name: str, folder: Path) -> Slice:
    """Read a slice's text.

    Raises
    ------
    InputError
        If there is no such slice, or its text is damaged.
    """
    if name not in aligned.slices:
        raise InputError(f"{name}: no such slice; there is {', '.join(aligned.slices)}")
    with EncodedCorpus.open(folder / TEXTS / name) as corpus:
        return aligned.text(name, corpus)


def text_settings(folder: Path) -> dict[str, Any]:
    """Give how the texts were encoded, those of the first slice, as keywords of `EncodedCorpus.from_text`.

    Raises
    ------
    InputError
        If it is not known.
    """
    first = read_meta(folder)["slices"][0]
    with EncodedCorpus.open(folder / TEXTS / first) as corpus:
        return dict(corpus.meta["settings"])


def read_meta(folder: Path) -> dict[str, Any]:
    """Read ``meta.json``.

    Raises
    ------
    InputError
        If it is missing, damaged or of another kind.
    """
    meta = KIND.read_meta(folder)
    names = meta["slices"]
    for name in names:
        if not is_name(name):
            raise KIND.damaged(folder, f"{META}: {name!r:.60} is no name of a slice")
    if not names or len(set(names)) < len(names):
        raise KIND.damaged(folder, f"{META}: no slices, or two of one name")
    return meta


def is_name(name: str) -> bool:
    """Return whether a slice can have a name, which is that of a file and a folder."""
    return name not in ("", ".", "..") and "/" not in name and name.isprintable()


def _write_meta(aligned: AlignedSlices, folder: Path) -> None:
    KIND.write_meta(folder, {"settings": dataclasses.asdict(aligned.settings), "slices": list(aligned.slices)})


def _matrix(path: Path, vocabulary: Vocabulary, settings: Compass) -> NDArray[np.float32]:
    """Read a matrix of the compass into padded rows."""
    vectors = Vectors.load(path)
    if vectors.words != vocabulary.words or vectors.dim != settings.dim:
        raise InputError(f"{path}: is not of this compass (its words or dim differ); train the compass anew")
    rows = matrices.zero_matrix(len(vectors), vectors.dim)
    rows[:, : vectors.dim] = vectors.matrix
    return rows

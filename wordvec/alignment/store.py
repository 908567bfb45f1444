"""A compass and its slices as a folder: vectors that other tools read, and the encoded texts, for measures of chance.

``compass.vec``, ``contexts.vec``
    The compass's two matrices; the second is frozen.
``slices/NAME.vec``
    Each slice's vectors, with counts and metadata beside.
``texts/NAME``
    Its encoded text.
``meta.json``
    The settings, and the slices' names in order. It is written last.
"""

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.alignment.compass import AlignedSlices, Compass
from wordvec.alignment.slices import Slice, numbered
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.vocabulary import Vocabulary
from wordvec.errors import InputError, SettingsError
from wordvec.files import replacing
from wordvec.trainers import matrices
from wordvec.vectors import Vectors

FORMAT, VERSION = "wordvec compass", 1
META, WORDS, CONTEXTS, SLICES, TEXTS = "meta.json", "compass.vec", "contexts.vec", "slices", "texts"


def save(aligned: AlignedSlices, folder: Path) -> None:
    """Write a compass and its slices into a folder that is there, beside the texts.

    Raises
    ------
    OutputError
        If something cannot be written.
    """
    names, counts, dim = aligned.vocabulary.words, aligned.vocabulary.counts, aligned.settings.dim
    made = {"method": "compass", "settings": dataclasses.asdict(aligned.settings)}
    for file, matrix in ((WORDS, aligned.words), (CONTEXTS, aligned.contexts)):
        Vectors(names, matrix[:, :dim], counts, made).save(folder / file)
    (folder / SLICES).mkdir()
    for name in aligned.slices:
        save_slice(aligned, name, folder)
    _write_meta(aligned, folder)


def save_slice(aligned: AlignedSlices, name: str, folder: Path) -> None:
    """Write one slice's vectors, over what a stopped run may have left."""
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
    words, contexts = Vectors.load(folder / WORDS), Vectors.load(folder / CONTEXTS)
    if words.words != contexts.words or words.counts is None or words.dim != settings.dim or contexts.dim != words.dim:
        raise InputError(f"{folder}: {WORDS} and {CONTEXTS} are not of one compass; train it anew")
    vocabulary = Vocabulary.from_words(words.words, words.counts)
    if vocabulary.words != words.words:
        raise InputError(f"{folder / WORDS}: its words are not in the order of their counts; train the compass anew")
    slices = {name: Vectors.load(folder / SLICES / f"{name}.vec") for name in meta["slices"]}
    return AlignedSlices(settings, vocabulary, _padded(words.matrix), _padded(contexts.matrix), slices)


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
        return numbered(corpus, aligned.vocabulary, name)


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
        If it is missing or of another kind.
    """
    try:
        meta = json.loads((folder / META).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{folder}: is no compass ({META} cannot be read); make one: wordvec compass train") from error
    if not isinstance(meta, dict) or meta.get("format") != FORMAT or not {"settings", "slices"} <= meta.keys():
        raise InputError(f"{folder}: is no compass; make one: wordvec compass train")
    if meta.get("version") != VERSION:
        raise InputError(f"{folder}: was made by another version of wordvec; train the compass anew")
    return meta


def _write_meta(aligned: AlignedSlices, folder: Path) -> None:
    meta = {
        "format": FORMAT,
        "version": VERSION,
        "settings": dataclasses.asdict(aligned.settings),
        "slices": list(aligned.slices),
    }
    with replacing(folder / META, overwrite=True) as temporary:
        temporary.write_text(json.dumps(meta, ensure_ascii=False, indent=1), encoding="utf-8")


def _padded(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    rows = matrices.zero_matrix(*matrix.shape)
    rows[:, : matrix.shape[1]] = matrix
    return rows

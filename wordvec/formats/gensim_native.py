"""gensim's native files, ``.kv``: pickled KeyedVectors, or a pickled model that contains them.

Unpickling runs any code in the file. It is done only for trusted files, and by gensim itself.
"""

import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from wordvec.errors import InputError
from wordvec.formats.common import sidecars
from wordvec.formats.common.plain import Plain
from wordvec.formats.common.reading import Reading
from wordvec.formats.common.words import check_finite, check_unicode, check_vocabulary, drop_repeated
from wordvec.subwords import Subwords

_PROTOCOLS = (2, 3, 4, 5)


def recognises(path: Path, head: bytes) -> bool:
    """Return whether a file begins like a pickle."""
    return len(head) > 1 and head[0] == pickle.PROTO[0] and head[1] in _PROTOCOLS


def load(path: Path, reading: Reading) -> Plain:
    """Read a file, and the files that belong to it, with gensim. A row limit does not save memory.

    Raises
    ------
    InputError
        If the pickle is not trusted, is damaged, or contains no vectors.
    """
    if not reading.trust_pickle:
        raise InputError(
            f"{path}: a pickle, as gensim saves, which can run any code when it is read; if you know who made it, "
            "--trust-pickle of wordvec convert (trust_pickle=True) reads it"
        )
    from gensim.utils import SaveLoad

    try:
        model = SaveLoad.load(str(path))
    except Exception as error:  # a pickle can raise anything
        raise InputError(f"{path}: gensim cannot read it ({type(error).__name__}: {error})") from error
    if not hasattr(getattr(model, "wv", model), "index_to_key"):
        raise InputError(f"{path}: gensim reads a {type(model).__name__}, which has no vectors of words")
    plain = from_keyed(model)
    if not reading.any_words:
        check_unicode(path, plain.words)
    check_finite(path, plain.words, plain.matrix)
    rows = reading.rows(len(plain.words))
    counts = None if plain.counts is None else plain.counts[:rows]
    metadata = sidecars.load_metadata(path)
    return plain._replace(words=plain.words[:rows], matrix=plain.matrix[:rows], counts=counts, metadata=metadata)


def check_fit(words: Sequence[str], path: Path) -> None:
    """Fail if a word does not fit the format or is repeated.

    Raises
    ------
    InputError
        If a word does not fit or is repeated.
    """
    check_vocabulary(words, "gensim's file")


def save(plain: Plain, path: Path, overwrite: bool = False) -> None:
    """Write KeyedVectors in one file with gensim, with their metadata.

    Raises
    ------
    InputError
        If a word is empty or repeated, or a row contains NaN or infinity.
    OutputError
        If the file cannot be written, or exists and `overwrite` is false.
    """
    check_fit(plain.words, path)
    check_finite(path, plain.words, plain.matrix)

    def write(temporary: Path) -> None:
        with temporary.open("wb") as file:
            to_keyed(plain).save(file)

    sidecars.save_with(plain._replace(counts=None), path, overwrite, write)


def from_keyed(model: Any) -> Plain:
    """Return the vectors, counts and subwords of KeyedVectors, or of a model with these in ``wv``."""
    keyed = getattr(model, "wv", model)
    # For each repeated word of a file, gensim appends None with a row of zeros.
    rows = [row for row, word in enumerate(keyed.index_to_key) if word is not None]
    words = [str(keyed.index_to_key[row]) for row in rows]
    counts = keyed.expandos.get("count")
    subwords = None
    if getattr(keyed, "bucket", 0) and keyed.max_n >= keyed.min_n > 0:
        subwords = Subwords(np.array(keyed.vectors_ngrams, np.float32), keyed.min_n, keyed.max_n)
    matrix = np.asarray(keyed.vectors[rows], np.float32)
    if len(set(words)) < len(words):  # keys that are not strings
        return Plain(*drop_repeated("gensim", words, matrix), None, {}, subwords)
    return Plain(words, matrix, None if counts is None else np.array(counts, np.int64)[rows], {}, subwords)


def to_keyed(plain: Plain) -> Any:
    """Return KeyedVectors with the same words and copies of the matrix and the counts."""
    from gensim.models import KeyedVectors

    keyed = KeyedVectors(plain.matrix.shape[1], dtype=np.float32)
    keyed.index_to_key = list(plain.words)
    keyed.key_to_index = {word: row for row, word in enumerate(plain.words)}
    keyed.vectors = np.array(plain.matrix, order="C")
    keyed.next_index = len(plain.words)
    if plain.counts is not None:
        keyed.expandos["count"] = plain.counts.copy()
    return keyed

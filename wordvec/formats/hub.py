"""A folder in Hugging Face's layout that Model2Vec and sentence-transformers' StaticEmbedding both load.

::

    model.safetensors   the tensor `embeddings`: a row for each token, and a row of zeros for unknown tokens
    tokenizer.json      splits at white space; lowercases if all words are in lower case
    config.json         required by Model2Vec
    modules.json        required by sentence-transformers

Vectors that are folded for sentences set ``normalize``: Model2Vec then returns sentence vectors of length 1. Weights
and removed components are in the rows, so that no program needs to know them.

Requirements found by loading in both: ids are 0 to V - 1 in row order, and the vocabulary contains the unknown token.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from wordvec.errors import InputError
from wordvec.files import records, replacing
from wordvec.formats.common import folders, safetensors, sidecars
from wordvec.formats.common.plain import Plain
from wordvec.formats.common.reading import Reading
from wordvec.formats.common.words import check_finite, check_unicode, check_words, drop_repeated, select_rows
from wordvec.provenance import is_folded

KIND = "hub"
_TENSOR, _TOKENIZER = "model.safetensors", "tokenizer.json"
_NAMES = ("embeddings", "embedding.weight")
_UNKNOWN = "[UNK]"
_MODULES = [{"idx": 0, "name": "0", "path": ".", "type": "sentence_transformers.models.StaticEmbedding"}]


def recognises(path: Path, head: bytes) -> bool:
    """Return whether a folder contains a tensor and a tokenizer."""
    return (path / _TENSOR).is_file() and (path / _TOKENIZER).is_file()


def load(path: Path, reading: Reading) -> Plain:
    """Read a folder. The unknown token is left out if its row is zeros.

    Raises
    ------
    InputError
        If a file is missing or damaged, or the ids are not the row numbers.
    MemoryLimitError
        If the matrix does not fit in memory.
    """
    words, unknown = _read_tokens(path / _TOKENIZER, reading.any_words)
    matrix = safetensors.read_matrix(path / _TENSOR, _NAMES, reading, len(words))
    words = words[: len(matrix)]
    check_finite(path, words, matrix)
    if unknown in words and not matrix[words.index(unknown)].any():
        words, matrix = select_rows(words, matrix, np.delete(np.arange(len(words)), words.index(unknown)))
    words, matrix = drop_repeated(path, words, matrix)
    return Plain(words, matrix, folders.read_counts(path, words), folders.read_metadata(path))


def check_fit(words: Sequence[str], path: Path) -> None:
    """Fail if a word does not fit the format or is repeated.

    Raises
    ------
    InputError
        If a word does not fit or is repeated.
    """
    check_words(words, "a tokenizer's vocabulary")
    if _UNKNOWN in words:
        raise InputError(f"{path}: the vectors have the word {_UNKNOWN}, which stands for unknown words here")


def save(plain: Plain, path: Path, overwrite: bool = False) -> None:
    """Write a folder.

    Raises
    ------
    InputError
        If a word does not fit the format or is repeated, or a row contains NaN or infinity.
    OutputError
        If the folder cannot be written, or exists and `overwrite` is false.
    """
    check_fit(plain.words, path)
    check_finite(path, plain.words, plain.matrix)
    dim = plain.matrix.shape[1]
    config = {
        "model_type": "model2vec",
        "architectures": ["StaticModel"],
        "hidden_dim": dim,
        "normalize": is_folded(plain.metadata),
    }
    with replacing(path, overwrite, folder=True) as folder:
        folder.mkdir()
        safetensors.write_matrix(folder / _TENSOR, _NAMES[0], plain.matrix, zeros=1)
        tokenizer = json.dumps(_tokenizer(plain), ensure_ascii=False)
        (folder / _TOKENIZER).write_text(tokenizer, encoding="utf-8", newline="\n")
        sidecars.write_json(config, folder / "config.json")
        (folder / "modules.json").write_text(json.dumps(_MODULES, indent=2) + "\n", encoding="utf-8", newline="\n")
        folders.write_about(plain, folder, KIND)


def _tokenizer(plain: Plain) -> dict[str, Any]:
    """Return a tokenizer that splits text like the corpus, as far as the library supports it."""
    corpus = plain.metadata.get("corpus")
    settings = corpus.get("settings") if isinstance(corpus, dict) else None
    of_letters = isinstance(settings, dict) and settings.get("tokenizer") == "words"
    lower = all(word == word.lower() for word in plain.words)
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": {"type": "Lowercase"} if lower else None,
        "pre_tokenizer": {"type": "Whitespace" if of_letters else "WhitespaceSplit"},
        "post_processor": None,
        "decoder": None,
        "model": {
            "type": "WordLevel",
            "vocab": {word: row for row, word in enumerate((*plain.words, _UNKNOWN))},
            "unk_token": _UNKNOWN,
        },
    }


def _read_tokens(path: Path, any_words: bool) -> tuple[list[str], str | None]:
    """Return the tokens in the order of their ids, and the unknown token."""
    model = records.read(path).get("model")
    vocabulary = model.get("vocab") if isinstance(model, dict) else None
    if not isinstance(model, dict) or not isinstance(vocabulary, dict | list):
        raise InputError(f"{path}: has no vocabulary")
    try:
        if isinstance(vocabulary, list):  # of Unigram: a token and its score
            tokens, ids = [token for token, _ in vocabulary], range(len(vocabulary))
            unknown = tokens[model["unk_id"]] if model.get("unk_id") is not None else None
        else:
            tokens, ids = list(vocabulary), vocabulary.values()  # type: ignore[assignment]
            unknown = model.get("unk_token")
        order = np.argsort(np.array(list(ids), np.int64), kind="stable")
        if sorted(ids) != list(range(len(tokens))) or not all(isinstance(token, str) for token in tokens):
            raise InputError(f"{path}: its {len(tokens)} ids are not 0 to {len(tokens) - 1}")
    except (ValueError, TypeError, IndexError, OverflowError) as error:
        raise InputError(f"{path}: a damaged vocabulary ({error})") from error
    if not any_words:
        check_unicode(path, tokens)
    return [tokens[row] for row in order], unknown

"""all-MiniLM-L6-v2 in NumPy: a BERT of six layers; a sentence vector is the mean of the last states of its tokens.

Needs the package safetensors.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from scipy.special import erf

from wordvec.rows import Floats

LAYERS, HEADS = 6, 12
FIRST, LAST = 101, 102
"""[CLS] and [SEP]."""
_AT_ONCE, _LONGEST = 64, 256


class MiniLM:
    """The model in a folder, without its embedding layer.

    Parameters
    ----------
    folder
        Folder with ``model.safetensors``.
    """

    def __init__(self, folder: Path) -> None:
        self._weights = load_file(folder / "model.safetensors")
        self._positions = self._weights["embeddings.position_embeddings.weight"]
        self._types = self._weights["embeddings.token_type_embeddings.weight"][0]
        self._first = self._norm("embeddings.LayerNorm")
        self._layers = [self._layer(f"encoder.layer.{number}") for number in range(LAYERS)]

    def sentences(self, ids: Sequence[Sequence[int]], embeddings: Floats) -> Floats:
        """Return the vectors (sentences, dim) of lists of token ids, with rows of an embedding layer."""
        made = np.empty((len(ids), embeddings.shape[1]), np.float32)
        order = sorted(range(len(ids)), key=lambda at: len(ids[at]))
        for begin in range(0, len(order), _AT_ONCE):
            batch = order[begin : begin + _AT_ONCE]
            made[batch] = self._means([[FIRST, *ids[at][: _LONGEST - 2], LAST] for at in batch], embeddings)
        return made

    def _means(self, ids: list[list[int]], embeddings: Floats) -> Floats:
        width = max(map(len, ids))
        there = np.array([[1.0] * len(one) + [0.0] * (width - len(one)) for one in ids], np.float32)
        padded = np.array([one + [0] * (width - len(one)) for one in ids])
        x = _normalised(embeddings[padded] + self._positions[:width] + self._types, *self._first)
        mask = np.where(there > 0, 0, -1e9).astype(np.float32)[:, None, None, :]
        for q, k, v, o, norm, up, down, last in self._layers:
            x = _normalised(x + _linear(_attention(x, q, k, v, mask), o), *norm)
            x = _normalised(x + _linear(_gelu(_linear(x, up)), down), *last)
        return (x * there[:, :, None]).sum(axis=1) / there.sum(axis=1, keepdims=True)

    def _layer(self, name: str) -> tuple[tuple[Floats, Floats], ...]:
        attention = f"{name}.attention.self"
        return (
            *(self._dense(f"{attention}.{part}") for part in ("query", "key", "value")),
            self._dense(f"{name}.attention.output.dense"),
            self._norm(f"{name}.attention.output.LayerNorm"),
            self._dense(f"{name}.intermediate.dense"),
            self._dense(f"{name}.output.dense"),
            self._norm(f"{name}.output.LayerNorm"),
        )

    def _dense(self, name: str) -> tuple[Floats, Floats]:
        return self._weights[f"{name}.weight"].T.copy(), self._weights[f"{name}.bias"]

    def _norm(self, name: str) -> tuple[Floats, Floats]:
        return self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]


def _linear(x: Floats, dense: tuple[Floats, Floats]) -> Floats:
    return x @ dense[0] + dense[1]


def _attention(
    x: Floats, q: tuple[Floats, Floats], k: tuple[Floats, Floats], v: tuple[Floats, Floats], mask: Floats
) -> Floats:
    shape = (*x.shape[:2], HEADS, x.shape[2] // HEADS)
    query, key, value = (_linear(x, one).reshape(shape).transpose(0, 2, 1, 3) for one in (q, k, v))
    scores = query @ key.transpose(0, 1, 3, 2) / np.float32(np.sqrt(shape[3])) + mask
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights /= weights.sum(axis=-1, keepdims=True)
    return (weights @ value).transpose(0, 2, 1, 3).reshape(x.shape)


def _gelu(x: Floats) -> Floats:
    return np.asarray(x * (1 + erf(x / np.float32(np.sqrt(2)))) / 2, np.float32)


def _normalised(x: Floats, scale: Floats, shift: Floats) -> Floats:
    centred = x - x.mean(axis=-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + np.float32(1e-12)) * scale + shift

"""Codecs inside others: the table of those that may be, and the names of their settings and arrays."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from wordvec.codecs.bits import Bits
from wordvec.codecs.coded import Arrays, Coded
from wordvec.codecs.float16 import Float16
from wordvec.codecs.int8 import Int8
from wordvec.codecs.product import ProductQuantised

SIMPLE: dict[str, type[Coded]] = {codec.storage: codec for codec in (Float16, Int8, Bits, ProductQuantised)}


def read_named(
    name: str, settings: Mapping[str, Any], dim: int, arrays: Arrays, codecs: Mapping[str, type[Coded]]
) -> Coded:
    """Return the rows of a codec whose arrays are called ``NAME-ARRAY``.

    Raises
    ------
    ValueError, KeyError, TypeError
        If they are damaged, or the codec is not one of `codecs`.
    """
    own = dict(settings)
    codec, number = own.pop("codec"), own.pop("rows")
    if codec not in codecs or type(number) is not int or number < 0:
        raise ValueError(f"{name}: {number} rows of {codec}")

    def named(array: str, kind: DTypeLike, shape: tuple[int, ...]) -> NDArray[Any]:
        return arrays(f"{name}-{array}", kind, shape)

    return codecs[codec].read(own, (number, dim), named)


def written_named(name: str, coded: Coded) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return settings and arrays that `read_named` reads."""
    settings, arrays = coded.written()
    about = {"codec": coded.storage, "rows": len(coded)} | settings
    return about, {f"{name}-{array}": numbers for array, numbers in arrays.items()}


def rises(numbers: NDArray[np.int64]) -> bool:
    """Return whether row numbers rise."""
    return bool((np.diff(numbers) > 0).all())

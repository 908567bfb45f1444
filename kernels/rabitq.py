"""Codes of a few bits for each number, products estimated by counting bits, and the search among them in lists.

RaBitQ (Gao and Long 2024; several bits: Gao et al. 2025). A rotated residual r (dim) has the code k, a rounded
multiple of r whose numbers are k_i = u_i − 2ᴮ⁻¹ + ½ with u_i of B bits. Its product with any vector v is estimated as

    ⟨r, v⟩ ≈ ‖r‖² / ⟨k, r⟩ · ⟨k, v⟩

which is exact for v = r, so that the error is across r: the aim of anisotropic quantisation (Guo et al. 2020). With
bits b of u as signs t = 2 b − 1, k_i = ½ Σ_p 2ᵖ t_pi, so that codes are B planes of bits, the query likewise has eight,
and with the Hamming distances h_pj of their planes

    ⟨k, v⟩ ≈ step / 4 · Σ_p Σ_j 2ᵖ⁺ʲ (dim − 2 h_pj)

The highest plane of a code is the signs of r, and the four highest planes of a query are the query at a sixteenth of
the precision. Signs and these four give the first estimate, whose error has the standard deviation

    ‖v‖ ‖r‖ √(1 − c²) / (c √dim),   c = ⟨t, r⟩ / (√dim ‖r‖)

A row is estimated by all planes only if the first estimate plus a margin of such deviations reaches the worst
candidate. Sums of distances are integers; all else is one expression for a row, so that results do not depend on the
order of the rows. Bits beyond the dim-th are 0 everywhere.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.bits import MASK_BYTES, Bytes, Masks, eight_bytes_at, popcount, within
from wordvec.kernels.neighbours import Heaps, offer
from wordvec.kernels.simd import Floats

QUERY_PLANES = 8
FIRST_PLANES = 4
"""Planes of the query for the first estimate, the highest ones."""
FACTORS = 4
"""Numbers beside each code: ‖r‖² / 2, ‖r‖² / ⟨t, r⟩, the deviation of the first estimate for ‖v‖ = 1, ‖r‖² / ⟨k, r⟩."""
BYTES = 8
"""Bytes of a word of 64 bits."""
_BITS, _HIGHEST = 8, 128
"""Bits of a level, and the highest one."""


class Codes(NamedTuple):
    """Codes of rows, list by list.

    Attributes
    ----------
    signs, rest
        (rows · size,) and (rows · (B − 1) · size,) uint8 arrays: the highest plane of each code, and the others from
        the lowest. Bit i of a plane is bit i mod 8, from the lowest, of byte i // 8; planes fill whole words.
    factors
        (rows · FACTORS,) float32 array.
    rows
        (rows,) uint32 array: row in the matrix.
    """

    signs: Bytes
    rest: Bytes
    factors: Floats
    rows: NDArray[np.uint32]


class Lists(NamedTuple):
    """Lists of codes.

    Attributes
    ----------
    centres
        (lists · dim,) float32 array.
    starts
        (lists + 1,) int64 array: first code of each list.
    """

    centres: Floats
    starts: NDArray[np.int64]


class Room(NamedTuple):
    """Working memory of a query.

    Attributes
    ----------
    residual
        (dim,) float32 array.
    levels
        (64 · words,) uint8 array of zeros.
    planes, masks
        (QUERY_PLANES · size,) uint8 array, the planes one after another, the lowest first, and its view as uint64.
    """

    residual: Floats
    levels: Bytes
    planes: Bytes
    masks: Masks


@inline
def _level(number: np.float32, per_step: np.float32, half: int) -> Any:
    """Return u, the rounded number plus `half`, from 0 to 2 · half − 1."""
    level = np.int64(math.floor(number * per_step)) + half
    return min(max(level, 0), 2 * half - 1)


@inline
def _take_highest_plane(levels: Bytes, masks: Masks, at: Any) -> None:
    """Write the highest bits of levels to masks from `at` on, and shift the levels by one bit."""
    for word in range(len(levels) // MASK_BYTES):
        masks[at + word] = within(levels, MASK_BYTES * word, _HIGHEST, 255)
    for i in range(len(levels)):
        levels[i] = np.uint8((levels[i] & (_HIGHEST - 1)) << 1)


@kernel
def encode(
    residuals: Floats, dim: int, bits: int, step: np.float32, levels: Bytes, signs: Masks, rest: Masks, factors: Floats
) -> None:
    """Write the codes and factors of residuals.

    Parameters
    ----------
    residuals
        (rows · dim,) float32 array.
    dim, bits
        Numbers of a row, and B.
    step
        Distance of two levels, as a share of the root mean square of a row's numbers.
    levels
        (64 · words,) uint8 array of zeros, working memory.
    signs, rest, factors
        As of `Codes`, signs and rest as uint64. A residual of zeros has factors of 0.
    """
    words, half = len(levels) // MASK_BYTES, 1 << (bits - 1)
    for row in range(len(residuals) // dim):
        first, squares = row * dim, 0.0
        for i in range(dim):
            squares += np.float64(residuals[first + i]) * residuals[first + i]
        if squares == 0:
            continue
        per_step = np.float32(1 / (step * math.sqrt(squares / dim)))
        sizes, product = 0.0, 0.0
        for i in range(dim):
            number = residuals[first + i]
            level = _level(number, per_step, half)
            sizes += abs(number)
            product += (level - half + 0.5) * number
            levels[i] = np.uint8(level << (_BITS - bits))
        _take_highest_plane(levels, signs, row * words)
        for plane in range(bits - 2, -1, -1):
            _take_highest_plane(levels, rest, (row * (bits - 1) + plane) * words)
        factor = squares / sizes
        factors[FACTORS * row] = squares / 2
        factors[FACTORS * row + 1] = factor
        factors[FACTORS * row + 2] = math.sqrt(max(0.0, factor * factor - squares / dim))
        factors[FACTORS * row + 3] = squares / product


@inline
def _set_planes(room: Room, largest: np.float32) -> Any:
    """Write the planes of the residual, whose largest number is given; return the step of its levels."""
    words, half = len(room.levels) // MASK_BYTES, 1 << (QUERY_PLANES - 1)
    per_step = np.float32(0) if largest == 0 else np.float32(half / largest)
    for i in range(len(room.residual)):
        room.levels[i] = np.uint8(_level(room.residual[i], per_step, half))
    for plane in range(QUERY_PLANES - 1, -1, -1):
        _take_highest_plane(room.levels, room.masks, plane * words)
    return largest / half


@inline
def _distance(code: Bytes, at: Any, planes: Bytes, first: Any, words: int) -> Any:
    """Return the sum of the distances of one plane from four planes of the query, 2ʲ times each.

    Planes that are one after another are loaded whole when LLVM compares several words at once.
    """
    size, distance = words * BYTES, 0
    for word in range(words):
        bits, asked = eight_bytes_at(code, at + word * BYTES), first + word * BYTES
        distance += (
            popcount(bits ^ eight_bytes_at(planes, asked))
            + 2 * popcount(bits ^ eight_bytes_at(planes, asked + size))
            + 4 * popcount(bits ^ eight_bytes_at(planes, asked + 2 * size))
            + 8 * popcount(bits ^ eight_bytes_at(planes, asked + 3 * size))
        )
    return distance


@inline
def _all_distances(codes: Codes, row: int, planes: Bytes, words: int, lower: int) -> Any:
    """Return the sum of the distances of all planes, 2ᵖ⁺ʲ times each; `lower` planes are in `rest`."""
    size, distance = words * BYTES, 0
    for four in range(QUERY_PLANES // 4):
        distance += _distance(codes.signs, row * size, planes, 4 * four * size, words) << (4 * four + lower)
        for plane in range(lower):
            at = (row * lower + plane) * size
            distance += _distance(codes.rest, at, planes, 4 * four * size, words) << (4 * four + plane)
    return distance


@kernel
def search(
    query: Floats, lists: Lists, probed: NDArray[np.int64], codes: Codes, margin: np.float32, room: Room, heaps: Heaps
) -> int:
    """Keep the rows of some lists whose estimated products with a query are largest; return how many were estimated.

    Parameters
    ----------
    query
        (dim,) float32 array of length 1, rotated.
    lists, codes
        Residuals of rows of length 1 from the centres of their lists.
    probed
        Numbers of the lists that are searched, in this order.
    margin
        Standard deviations by which the first estimate may be too low.
    room, heaps
        Working memory; one heap, which gets the estimates with all planes.
    """
    dim, estimated = len(query), 0
    words = len(room.levels) // MASK_BYTES
    lower = len(codes.rest) // max(1, len(codes.signs))
    first_most = ((1 << FIRST_PLANES) - 1) * dim
    most = ((1 << QUERY_PLANES) - 1) * ((2 << lower) - 1) * dim
    for p in range(len(probed)):
        number = probed[p]
        squares, largest = 0.0, np.float32(0)
        for i in range(dim):
            difference = query[i] - lists.centres[number * dim + i]
            room.residual[i] = difference
            squares += difference * difference
            largest = max(largest, abs(difference))
        step = _set_planes(room, largest)
        base, deviation = np.float32(1 - squares / 2), np.float32(margin * math.sqrt(squares))
        first_step, full_step = np.float32(step * 8), np.float32(step / 4)
        for row in range(lists.starts[number], lists.starts[number + 1]):
            distance = _distance(codes.signs, row * words * BYTES, room.planes, 4 * words * BYTES, words)
            at = FACTORS * row
            start = base - codes.factors[at]
            estimate = start + codes.factors[at + 1] * first_step * np.float32(first_most - 2 * distance)
            if estimate + deviation * codes.factors[at + 2] >= heaps.worst[0]:
                distance = _all_distances(codes, row, room.planes, words, lower)
                estimate = start + codes.factors[at + 3] * full_step * np.float32(most - 2 * distance)
                offer(heaps, 0, estimate, np.int64(codes.rows[row]))
                estimated += 1
    return estimated

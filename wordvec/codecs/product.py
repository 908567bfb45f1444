"""Product quantisation: each part of a row is the number of a centroid (Jégou, Douze and Schmid 2011).

The dimensions are cut into parts of (almost) equal length; the codebook of a part has up to 256 centroids, so that a
row takes one byte for each part, and two for its scale. The centroids are those of rows of length 1, because cosines
depend on the direction alone. Rows may be rotated first (optimised product quantisation, Ge et al. 2013), so that the
parts matter equally and depend little on each other. Codebooks are fitted in `wordvec.compression`.

A row is ``scale * numpy.concatenate([codebooks[code, part] for code, part in zip(codes, parts)]) @ rotation.T``.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from wordvec import rows
from wordvec.codecs.coded import Arrays, Coded, row_numbers
from wordvec.codecs.float16 import checked_exponent, exponent_for, scaled
from wordvec.codecs.int8 import checked_scales
from wordvec.rows import Floats
from wordvec.workers import ordered_map

CENTROIDS = 256
"""Most centroids of a part: a code is a byte."""
_SMALLEST = np.finfo(np.float16).smallest_subnormal
_CODES_AT_ONCE = 1 << 22


class Codebooks(NamedTuple):
    """Centroids of all parts, and the rotation.

    Attributes
    ----------
    centroids
        (centroids, dim) float32 array: the columns of a part are its centroids.
    parts
        Number of parts.
    rotation
        (dim, dim) float32 array that multiplies rows before they are encoded, or None.
    """

    centroids: Floats
    parts: int
    rotation: Floats | None = None

    @property
    def spans(self) -> list[slice]:
        """The dimensions of each part."""
        return spans_of(self.centroids.shape[1], self.parts)

    def rotated(self, vectors: Floats) -> Floats:
        """Return vectors (n, dim) after the rotation."""
        return vectors if self.rotation is None else np.asarray(vectors @ self.rotation, np.float32)

    def tables(self, queries: Floats) -> Floats:
        """Return the products (queries, parts, 256) of each part of queries (queries, dim) with its centroids."""
        found = np.zeros((len(queries), self.parts, CENTROIDS), np.float32)
        turned = self.rotated(queries)
        for part, span in enumerate(self.spans):
            found[:, part, : len(self.centroids)] = turned[:, span] @ self.centroids[:, span].T
        return found


class ProductQuantised(Coded):
    """Rows of codes.

    Parameters
    ----------
    codes
        (rows, parts) uint8 array.
    scales
        (rows,) float16 array; 0 for rows of zeros.
    exponent
        The scales are multiplied by 2 to this power.
    codebooks
        Centroids and rotation.
    """

    storage: ClassVar[str] = "pq"

    def __init__(
        self, codes: NDArray[np.uint8], scales: NDArray[np.float16], exponent: int, codebooks: Codebooks
    ) -> None:
        self.codes, self.stored_scales, self.exponent, self.codebooks = codes, scales, exponent, codebooks

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of rows and of dimensions."""
        return len(self.codes), self.codebooks.centroids.shape[1]

    @classmethod
    def encode(cls, matrix: Floats, codebooks: Codebooks, threads: int = 1) -> Self:
        """Return the codes of rows (rows, dim), with scales of least squared error.

        Parameters
        ----------
        matrix
            The rows.
        codebooks
            Centroids of rows of length 1.
        threads
            Number of threads.
        """
        codes = np.empty((len(matrix), codebooks.parts), np.uint8)
        scales = np.empty(len(matrix), np.float64)
        nearest = Nearest(codebooks)

        def encode(span: slice) -> None:
            some = matrix[span]
            lengths = rows.exact_lengths(some)
            directions = (some / np.where(lengths > 0, lengths, 1)[:, None]).astype(np.float32)
            codes[span], projections = nearest.find(directions)
            scales[span] = lengths * np.where(projections > 0, projections, 1)
            codes[span][lengths == 0] = 0

        for _ in ordered_map(encode, rows.blocks(len(matrix)), threads):
            pass
        exponent = exponent_for(float(scales.max(initial=0)))
        rounded = np.ldexp(scales, -exponent).astype(np.float16)
        rounded[(scales > 0) & (rounded == 0)] = _SMALLEST
        return cls(codes, rounded, exponent, codebooks)

    @classmethod
    def read(cls, settings: Mapping[str, Any], shape: tuple[int, int], arrays: Arrays) -> Self:
        """Return the codes of a folder: `codes`, `scales`, `codebooks`, and `rotation` if there is one."""
        number, dim = shape
        parts, centroids, rotated = settings["parts"], settings["centroids"], settings.get("rotated", False)
        if type(rotated) is not bool:
            raise ValueError(f"rotated: {rotated}")
        if type(parts) is not int or not 1 <= parts <= dim or type(centroids) is not int:
            raise ValueError(f"{parts} parts of {centroids} centroids")
        if not 1 <= centroids <= CENTROIDS:
            raise ValueError(f"{centroids} centroids: expected 1 to {CENTROIDS}")
        rotation = arrays("rotation", np.float32, (dim, dim)) if rotated else None
        books = Codebooks(arrays("codebooks", np.float32, (centroids, dim)), parts, rotation)
        for name, array in (("codebooks", books.centroids), ("rotation", rotation)):
            if array is not None and not np.isfinite(array).all():
                raise ValueError(f"{name}.npy: a number is not finite")
        codes = arrays("codes", np.uint8, (number, parts))
        _check_codes(codes, centroids)
        scales = checked_scales(arrays("scales", np.float16, (number,)))
        return cls(codes, scales, checked_exponent(settings), books)

    def written(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Return the numbers of parts and of centroids, the exponent, whether there is a rotation, and the arrays."""
        books = self.codebooks
        settings: dict[str, Any] = {"parts": books.parts, "centroids": len(books.centroids)}
        settings |= {"exponent": self.exponent} if self.exponent else {}
        arrays: dict[str, NDArray[Any]] = {
            "codes": self.codes,
            "scales": self.stored_scales,
            "codebooks": books.centroids,
        }
        if books.rotation is None:
            return settings, arrays
        return settings | {"rotated": True}, arrays | {"rotation": books.rotation}

    def take(self, rows: slice | NDArray[np.int64]) -> Self:
        """Return the codes of some rows."""
        wanted = row_numbers(rows, len(self))
        return type(self)(self.codes[wanted], self.stored_scales[wanted], self.exponent, self.codebooks)

    def decode(self) -> Floats:
        """Return the rows as float32."""
        books, columns = self.codebooks, np.arange(self.shape[1])
        part_of = np.repeat(np.arange(books.parts), [span.stop - span.start for span in books.spans])
        decoded = np.empty(self.shape, np.float32)
        for block in rows.blocks(len(self)):
            directions = books.centroids[self.codes[block][:, part_of], columns]
            if books.rotation is not None:
                directions = directions @ books.rotation.T
            decoded[block] = directions * self.scales[block, None]
        return decoded

    @property
    def scales(self) -> Floats:
        """(rows,) float32 array: the factors of the rows."""
        return scaled(self.stored_scales.astype(np.float32), self.exponent)

    @property
    def present(self) -> NDArray[np.bool_]:
        """(rows,) bool array: whether each row is not all zeros."""
        return np.asarray(self.stored_scales != 0)

    @property
    def lengths(self) -> Floats:
        """(rows,) float32 array: lengths of the rows, from those of the centroids; 1 for rows of zeros."""
        from wordvec.kernels.quantised import products

        books = self.codebooks
        squares = np.zeros((books.parts, CENTROIDS), np.float32)
        for part, span in enumerate(books.spans):
            squares[part, : len(books.centroids)] = np.square(books.centroids[:, span]).sum(axis=1)
        found = np.empty(len(self), np.float32)
        for block in rows.blocks(len(self), _CODES_AT_ONCE // books.parts):
            some = np.ascontiguousarray(self.codes[block]).reshape(-1)
            products(squares.reshape(-1), books.parts, some, found[block], block.stop - block.start)
        np.sqrt(found, out=found)
        found *= self.scales
        found[found == 0] = 1
        return found


class Nearest:
    """The nearest centroids of rows.

    Parameters
    ----------
    codebooks
        Centroids and rotation.
    spans
        The dimensions of each part; default: of almost equal length.
    """

    def __init__(self, codebooks: Codebooks, spans: list[slice] | None = None) -> None:
        self.codebooks, self._spans = codebooks, spans or codebooks.spans
        self._layouts = [lanes_of(codebooks.centroids[:, span]) for span in self._spans]
        squares = [np.square(codebooks.centroids[:, span], dtype=np.float64).sum(axis=1) for span in self._spans]
        self._squares = np.array(squares)

    def find(self, vectors: Floats) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
        """Return the codes (n, parts) of vectors (n, dim), and the factor (n,) by which decoded rows fit them best."""
        from wordvec.kernels.codebooks import assign
        from wordvec.kernels.simd import LANES

        turned = self.codebooks.rotated(vectors)
        codes = np.empty((len(vectors), self.codebooks.parts), np.uint8)
        own, scores = np.empty(len(vectors), np.uint8), np.empty(len(vectors), np.float32)
        room = np.empty(2 * LANES, np.float32)
        products, squares = np.zeros(len(vectors)), np.zeros(len(vectors))
        for part, span in enumerate(self._spans):
            points = np.ascontiguousarray(turned[:, span]).reshape(-1)
            assign(points, span.stop - span.start, self._layouts[part], room, own, scores)
            codes[:, part] = own
            square = self._squares[part][own]
            products += scores + square / 2
            squares += square
        return codes, products / np.where(squares > 0, squares, 1)


def spans_of(dim: int, parts: int) -> list[slice]:
    """Return the dimensions of each part; their lengths differ by at most one.

    >>> spans_of(7, 3)
    [slice(0, 2, None), slice(2, 4, None), slice(4, 7, None)]
    """
    return [slice(part * dim // parts, (part + 1) * dim // parts) for part in range(parts)]


def lanes_of(centroids: Floats) -> Floats:
    """Return the centroids (n, width) of a part as the kernel of assignment reads them."""
    from wordvec.kernels.simd import LANES

    number, width = centroids.shape
    layout = np.zeros((width + 1, -(-number // LANES) * LANES), np.float32)
    layout[:width, :number] = centroids.T
    layout[width] = -np.inf
    layout[width, :number] = np.square(centroids, dtype=np.float64).sum(axis=1) / -2
    return layout.reshape(-1)


def _check_codes(codes: NDArray[np.uint8], centroids: int) -> None:
    """Fail if a code has no centroid; with 256 centroids all have one, and nothing is read."""
    if centroids == CENTROIDS:
        return
    for block in rows.blocks(len(codes), _CODES_AT_ONCE // codes.shape[1]):
        if (most := int(codes[block].max(initial=0))) >= centroids:
            raise ValueError(f"codes.npy: a code {most} where there are {centroids} centroids")

"""Products of queries with rows, block by block: by BLAS, or in the codes of the rows where queries are few."""

import itertools
from collections.abc import Sized
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from wordvec import blas
from wordvec.codecs.coded import Coded
from wordvec.codecs.composite import Shared, Tiered
from wordvec.codecs.product import ProductQuantised
from wordvec.errors import SettingsError
from wordvec.kernels import quantised
from wordvec.rows import Floats, blocks

FEW = 64
"""Below so many queries, BLAS multiplies up to twice as fast with the queries as the right factor."""
_FEWEST_DECODED = 24
"""From so many queries on, decoded rows and BLAS are faster than tables."""


class Products(Protocol):
    """Products of all queries with all rows, computed in blocks."""

    @property
    def queries(self) -> Sized:
        """The queries."""

    @property
    def rows(self) -> Sized:
        """The rows."""

    @property
    def work(self) -> int:
        """Number of multiplications, or work of as much time."""

    def write(self, span: slice, rows: slice, block: Floats, width: int) -> None:
        """Write the products of some queries with some rows to a flat block with `width` numbers for a query."""


def products_of(queries: Floats, rows: Floats | Coded) -> Products:
    """Return the fastest way to multiply queries (queries, dim) by rows (rows, dim).

    Raises
    ------
    SettingsError
        If the shapes do not fit each other.
    """
    if queries.ndim != 2 or rows.ndim != 2 or queries.shape[1] != rows.shape[1]:
        raise SettingsError(f"queries {queries.shape} and rows {rows.shape} must be matrices of the same dim")
    if len(queries) < _FEWEST_DECODED:
        if isinstance(rows, ProductQuantised):
            return ByTables(queries, rows)
        if isinstance(rows, Tiered):
            return InTiers(queries, rows)
        if isinstance(rows, Shared):
            return OfShared(queries, rows)
    return Dense(queries, rows)


class Dense:
    """Products of rows of numbers, by BLAS; coded rows are decoded block by block."""

    def __init__(self, queries: Floats, rows: Floats | Coded) -> None:
        self.queries, self.rows, self.work = queries, rows, len(queries) * rows.size

    def write(self, span: slice, rows: slice, block: Floats, width: int) -> None:
        """Write the products of some queries with some rows."""
        queries, some = self.queries[span], self.rows[rows]
        products = block.reshape(-1, width)[:, : len(some)]
        if len(queries) < FEW:
            products[:] = (some @ queries.T).T
        else:
            np.matmul(queries, some.T, out=products)


class ByTables:
    """Products of rows in codes of product quantisation: one addition for each part of a row.

    Parameters
    ----------
    queries
        (queries, dim) float32 array. It is not quantised: products are asymmetric (Jégou, Douze and Schmid 2011).
    rows
        The rows.
    """

    def __init__(self, queries: Floats, rows: ProductQuantised) -> None:
        self.queries, self.rows = queries, rows
        self._tables, self._scales = rows.codebooks.tables(queries), rows.scales
        self.work = len(queries) * rows.codes.size

    def write(self, span: slice, rows: slice, block: Floats, width: int) -> None:
        """Write the products of some queries with some rows."""
        codes = np.ascontiguousarray(self.rows.codes[rows]).reshape(-1)
        quantised.products(self._tables[span].reshape(-1), self.rows.codebooks.parts, codes, block, width)
        products = block.reshape(-1, width)[:, : rows.stop - rows.start]
        products *= self._scales[rows]


class InTiers:
    """Products of rows in tiers, each multiplied in its own way."""

    def __init__(self, queries: Floats, rows: Tiered) -> None:
        self.queries, self.rows = queries, rows
        self._tiers = [products_of(queries, tier) for tier in rows.tiers]
        self._spans = list(itertools.pairwise(itertools.accumulate(map(len, rows.tiers), initial=0)))
        self.work = sum(tier.work for tier in self._tiers)

    def write(self, span: slice, rows: slice, block: Floats, width: int) -> None:
        """Write the products of some queries with some rows."""
        products = block.reshape(-1, width)
        for tier, (first, end) in zip(self._tiers, self._spans, strict=True):
            begin, stop = max(first, rows.start), min(end, rows.stop)
            if begin < stop:
                some = _block(tier, span, slice(begin - first, stop - first))
                products[:, begin - rows.start : stop - rows.start] = some


class OfShared:
    """Products of rows that are numbers of others, each of which is multiplied once."""

    def __init__(self, queries: Floats, rows: Shared) -> None:
        self.queries, self.rows = queries, rows
        own, every = products_of(queries, rows.own), slice(0, len(queries))
        self._products = np.empty((len(queries), len(rows.own)), np.float32)
        with blas.one_thread():
            for span in blocks(len(rows.own)):
                self._products[:, span] = _block(own, every, span)
        self.work = len(queries) * len(rows)

    def write(self, span: slice, rows: slice, block: Floats, width: int) -> None:
        """Write the products of some queries with some rows."""
        products = block.reshape(-1, width)[:, : rows.stop - rows.start]
        np.take(self._products[span], self.rows.numbers[rows], axis=1, out=products, mode="clip")


def _block(products: Products, span: slice, rows: slice) -> NDArray[np.float32]:
    """Return the products (queries, rows) of some queries with some rows."""
    number, width = span.stop - span.start, rows.stop - rows.start
    block = np.empty(number * width, np.float32)
    products.write(span, rows, block, width)
    return block.reshape(number, width)

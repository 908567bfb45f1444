"""Products of few queries with rows in codes of product quantisation, by tables of products with the centroids."""

import numpy as np

from wordvec.codecs.product import ProductQuantised
from wordvec.kernels import quantised
from wordvec.rows import Floats

FEWEST_DECODED = 24
"""From so many queries on, decoded rows and BLAS are faster than tables."""


class ByTables:
    """Products of rows in codes: one addition for each part of a row.

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

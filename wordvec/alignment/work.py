"""What an alignment takes before it is begun: floating-point operations by kind, and memory.

Kinds are kept apart since a processor does not do them equally fast: products of float32 that are searched, or searched
as chance admits them; products of float64; decompositions by singular values, which take 20 n³ + 6 m n² for all factors
of m rows of n numbers (Golub and Van Loan, Matrix Computations, 8.6), the first term and the second.
"""

from typing import NamedTuple

from wordvec.search import operations

OF_ALL, OF_VALUES = 20.0, 4.0
"""Times n³: a decomposition, and the singular values alone."""


class Size(NamedTuple):
    """How much there is: words of both sides that are looked at, numbers of a word, pairs, and pairs for validation."""

    source: int
    target: int
    dim: int
    pairs: int
    validation: int = 0


class Work(NamedTuple):
    """What a method does with it.

    Attributes
    ----------
    searched, drawn, multiplied, decomposed, factored
        Floating-point operations of each kind.
    memory
        Bytes beside the vectors.
    open
        Whether these are the least, as the method goes on until it finds no more.
    """

    searched: float = 0.0
    drawn: float = 0.0
    multiplied: float = 0.0
    decomposed: float = 0.0
    factored: float = 0.0
    memory: float = 0.0
    open: bool = False

    @property
    def flops(self) -> float:
        """All of them."""
        return self.searched + self.drawn + self.multiplied + self.decomposed + self.factored

    def then(self, other: "Work", times: int = 1) -> "Work":
        """Give the work of this and then, so many times, of the other, in the memory that the larger takes."""
        return Work(
            self.searched + times * other.searched,
            self.drawn + times * other.drawn,
            self.multiplied + times * other.multiplied,
            self.decomposed + times * other.decomposed,
            self.factored + times * other.factored,
            max(self.memory, other.memory),
            self.open or other.open,
        )


def rotating(size: Size) -> Work:
    """Give the work of a rotation by pairs: their product, its decomposition, and the product of two factors."""
    n, d = size.pairs, size.dim
    return Work(multiplied=2.0 * n * d * d + 2.0 * d**3, decomposed=OF_ALL * d**3, memory=32.0 * n * d + 48.0 * d * d)


def factoring(rows: int, dim: int) -> Work:
    """Give the work of all factors of some rows."""
    return Work(decomposed=OF_ALL * dim**3, factored=6.0 * rows * dim * dim, memory=24.0 * rows * dim)


def ranking(rows: int, dim: int) -> Work:
    """Give the work of finding out whether rows span their space."""
    return Work(decomposed=OF_VALUES * dim**3, factored=2.0 * rows * dim * dim, memory=8.0 * rows * dim)


def searching(queries: int, rows: int, dim: int, k: int) -> Work:
    """Give the work of a search for the best k."""
    return Work(searched=operations(queries, rows, dim), memory=(13.0 * min(k, rows) + 8) * queries)

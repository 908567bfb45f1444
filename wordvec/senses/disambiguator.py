"""What decides which sense of a word is meant in a context."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Disambiguator(Protocol):
    """Probabilities of the senses of words in their contexts."""

    @property
    def words(self) -> Sequence[str]:
        """Plain words, without marks, whether they have several senses or one; ids are positions in this sequence."""
        ...

    def probabilities(
        self, centres: NDArray[np.int64], contexts: NDArray[np.int64], offsets: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Return the probabilities of senses, (n, K) float32; rows add up to 1.

        Column k is the sense of number k + 1 (``bank#2`` is column 1); it is 0 beyond the senses of the word. K is the
        largest number of senses of any word.

        Parameters
        ----------
        centres
            (n,) int64 ids of the words.
        contexts
            Ids of the context words of all occurrences, one after another; unknown words are left out.
        offsets
            (n + 1,) int64: beginning of each occurrence's context in `contexts`. A context may be empty; its word then
            has the probabilities that the method gives without a context.
        """
        ...

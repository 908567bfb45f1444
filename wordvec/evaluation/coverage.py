"""Datasets that cannot be judged because too few of their words are known."""

from wordvec.errors import InputError


class CoverageError(InputError):
    """A dataset cannot be judged with some vectors; where others can, it is left out with a note.

    Attributes
    ----------
    covered
        How many of its items are known.
    """

    def __init__(self, message: str, covered: int) -> None:
        super().__init__(message)
        self.covered = covered

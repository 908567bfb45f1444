"""The error for datasets of which too few words are known."""

from wordvec.errors import InputError


class CoverageError(InputError):
    """A dataset whose score is undefined for some vectors; if others have a score, a note reports it instead.

    Attributes
    ----------
    covered
        Number of its known items.
    """

    def __init__(self, message: str, covered: int) -> None:
        super().__init__(message)
        self.covered = covered

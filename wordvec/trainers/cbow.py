"""CBOW with negative sampling (Mikolov et al. 2013), with the gradient of the mean (İrsoy et al. 2021)."""

import dataclasses
from typing import TYPE_CHECKING, ClassVar

from wordvec.trainers.negative_sampling import NegativeSampling

if TYPE_CHECKING:
    from wordvec.trainers.model import Kernel


@dataclasses.dataclass(frozen=True, kw_only=True)
class CBOW(NegativeSampling):
    """Predict the centre of a window from the mean of its words."""

    method: ClassVar[str] = "cbow"

    def kernel(self) -> "Kernel":
        """Give the kernel that trains one piece."""
        from wordvec.kernels.cbow import train_piece

        return train_piece

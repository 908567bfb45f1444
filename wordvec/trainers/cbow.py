"""CBOW with negative sampling (Mikolov et al. 2013), with the gradient of the mean (İrsoy et al. 2021)."""

import dataclasses
from typing import TYPE_CHECKING, ClassVar

from wordvec.trainers.base import hyperparameter
from wordvec.trainers.negative_sampling import NegativeSampling

if TYPE_CHECKING:
    from wordvec.trainers.model import Kernel


@dataclasses.dataclass(frozen=True, kw_only=True)
class CBOW(NegativeSampling):
    """Predict the centre of a window from the mean of its words."""

    method: ClassVar[str] = "cbow"

    learning_rate: float = hyperparameter(0.05, "first learning rate; it falls linearly to nearly 0", above=0)

    def kernel(self) -> "Kernel":
        """Give the kernel that trains one piece."""
        from wordvec.kernels.cbow import train_piece

        return train_piece

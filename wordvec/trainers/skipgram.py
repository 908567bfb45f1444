"""Skip-gram with negative sampling (Mikolov et al. 2013)."""

import dataclasses
from typing import TYPE_CHECKING, ClassVar

from wordvec.documentation import documented
from wordvec.settings import setting
from wordvec.trainers.negative_sampling import NegativeSampling

if TYPE_CHECKING:
    from wordvec.kernels.windows import WindowShape
    from wordvec.trainers.model import Kernel


@documented
@dataclasses.dataclass(frozen=True, kw_only=True)
class SkipGram(NegativeSampling):
    """Predict the centre of a window from each of its words, with word2vec's roles of the two matrices."""

    negatives_per: str = setting(
        "window",
        "draw noise words for each window (fast) or for each pair (as in word2vec)",
        choices=("window", "pair"),
    )
    method: ClassVar[str] = "skipgram"
    title: ClassVar[str] = "skip-gram"

    def window_shape(self) -> "WindowShape":
        """Return the settings that the kernel needs."""
        return super().window_shape()._replace(per_pair=self.negatives_per == "pair")

    def kernel(self) -> "Kernel":
        """Return the kernel that trains one piece."""
        from wordvec.kernels.skipgram import train_piece

        return train_piece

"""Skip-gram with negative sampling or hierarchical softmax (Mikolov et al. 2013)."""

import dataclasses
from typing import TYPE_CHECKING, Any, ClassVar

from wordvec.documentation import documented
from wordvec.settings import setting
from wordvec.trainers.negative_sampling import NegativeSampling
from wordvec.trainers.pull_setting import pull_setting

if TYPE_CHECKING:
    from wordvec.kernels.windows import WindowShape
    from wordvec.trainers.model import Kernel


@documented
@dataclasses.dataclass(frozen=True, kw_only=True)
class SkipGram(NegativeSampling):
    """Predict the centre of a window from each of its words, with word2vec's roles of the two matrices."""

    negatives_per: str = setting(
        None,
        "draw noise words for each window (fast) or for each pair (as in word2vec); default: window",
        choices=("window", "pair"),
    )
    pull: float | None = pull_setting()
    method: ClassVar[str] = "skipgram"
    title: ClassVar[str] = "skip-gram"

    @property
    def of_noise(self) -> dict[str, Any]:
        """Default values of the settings of noise words, by name."""
        return super().of_noise | {"negatives_per": "window"}

    def window_shape(self) -> "WindowShape":
        """Return the settings that the kernel needs."""
        return super().window_shape()._replace(per_pair=self.negatives_per == "pair")

    def kernel(self) -> "Kernel":
        """Return the kernel that trains one piece."""
        from wordvec.kernels import hierarchical_skipgram, skipgram

        return hierarchical_skipgram.train_piece if self.hierarchical else skipgram.train_piece

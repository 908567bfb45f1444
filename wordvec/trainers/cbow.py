"""CBOW (Mikolov et al. 2013) with the gradient of the mean (İrsoy et al. 2021)."""

import dataclasses
from typing import TYPE_CHECKING, ClassVar

from wordvec.documentation import documented
from wordvec.settings import setting
from wordvec.trainers import rules
from wordvec.trainers.negative_sampling import FINAL_RATE, NegativeSampling, learning_rate
from wordvec.trainers.pull_setting import pull_setting

if TYPE_CHECKING:
    from wordvec.kernels.windows import WindowShape
    from wordvec.trainers.model import Kernel


@documented
@dataclasses.dataclass(frozen=True, kw_only=True)
class CBOW(NegativeSampling):
    """Predict the centre of a window from the mean of its words."""

    method: ClassVar[str] = "cbow"
    title: ClassVar[str] = "CBOW"

    epochs: int | None = setting(None, rules.PASSES.format(30, 130_000), at_least=1, rule=rules.cbow_passes)
    learning_rate: float | None = learning_rate(0.06, 0.006)
    final_rate: float = setting(0.1, FINAL_RATE, at_least=0, at_most=1)
    pace: float = setting(
        1.3,
        "factor of the step of a window's m words, times m to the power 4/5; 0: the plain gradient, which learns worse",
        at_least=0,
    )
    pull: float | None = pull_setting()

    @property
    def scores_pairs(self) -> bool:
        """Whether each word of a window is scored by itself, and not their mean."""
        return False

    def window_shape(self) -> "WindowShape":
        """Return the settings that the kernel needs."""
        return super().window_shape()._replace(pace=float(self.pace))

    def kernel(self) -> "Kernel":
        """Return the kernel that trains one piece."""
        from wordvec.kernels import cbow, hierarchical_cbow

        return hierarchical_cbow.train_piece if self.hierarchical else cbow.train_piece

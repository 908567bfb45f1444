"""Settings of grounding; no numerical library is imported here, so that help pages stay fast."""

import dataclasses
from typing import TYPE_CHECKING, Any

from wordvec.documentation import documented
from wordvec.errors import SettingsError
from wordvec.settings import check_settings, setting

if TYPE_CHECKING:
    from wordvec.alignment.grounding.maps import Numbers, Regression
    from wordvec.alignment.grounding.model import GroundingModel
    from wordvec.alignment.grounding.space import MeasuredSpace
    from wordvec.vectors import Vectors

RIDGE, CCA = "ridge", "cca"
METHODS = (RIDGE, CCA)
MOST = 0.99
"""Largest weight of the identity in covariances: something is left of them."""


@documented
@dataclasses.dataclass(frozen=True, kw_only=True)
class Grounding:
    """A linear map from word vectors to a measured space.

    Raises
    ------
    SettingsError
        If a value is out of range, or the method does not have the setting.

    Examples
    --------
    >>> import numpy as np
    >>> from wordvec import Vectors
    >>> from wordvec.alignment import MeasuredSpace
    >>> vectors = Vectors(["tea", "ice", "rum", "soup"], [[1, 0], [0, 1], [0.6, 0.8], [0.8, 0.6]])
    >>> hot = MeasuredSpace(["tea", "ice", "rum"], np.array([[9.0], [1.0], [4.0]]), ["heat"])
    >>> model = Grounding(strength=0.01).fit(vectors, hot)
    >>> round(float(model.vectors(vectors)["soup"][0]))
    6
    """

    method: str = setting(RIDGE, "ridge regression, or canonical correlation analysis (cca)", choices=METHODS)
    strength: float | None = setting(
        None,
        "regularisation: of ridge, the penalty as a multiple of the mean eigenvalue of the words' covariance, default: "
        "automatic, for each dimension by generalised cross-validation; of cca, the weight (at most 0.99) of the "
        "identity in both covariances, default: automatic, by Ledoit and Wolf",
        at_least=0,
        real=True,
    )
    dim: int | None = setting(
        None, "dimensions of the shared space of cca; default: those of the smaller of the two spaces", at_least=1
    )
    unit: bool = setting(True, "scale word vectors to length 1 first")

    def __post_init__(self) -> None:
        check_settings(self)
        if self.method == RIDGE and self.dim is not None:
            raise SettingsError(": ridge does not have this setting; cca does", setting="dim")
        if self.method == CCA and self.strength is not None and self.strength > MOST:
            raise SettingsError(f"{self.strength:g}: must be at most {MOST} for cca", setting="strength")

    def regression(self, rows: "Numbers") -> "Regression":
        """Return the method on rows (n, dim), which can be fitted to several measured spaces."""
        from wordvec.alignment.grounding.cca import CanonicalCorrelation
        from wordvec.alignment.grounding.ridge import Ridge

        if self.method == RIDGE:
            return Ridge(rows, self.strength)
        return CanonicalCorrelation(rows, self.strength, self.dim)

    def fit(self, vectors: "Vectors", space: "MeasuredSpace", *, case: str = "ignore") -> "GroundingModel":
        """Fit the map to the words that both have.

        Parameters
        ----------
        vectors
            Word vectors.
        space
            Measured words.
        case
            One of `letter_case.CASES`: how measured words are looked up among the vectors.

        Raises
        ------
        InputError
            If too few measured words have a vector, a row is not finite, or all measured rows are equal.
        SettingsError
            If the case policy is unknown.
        """
        from wordvec.alignment.grounding.model import fitted

        return fitted(self, vectors, space, case)

    def record(self) -> dict[str, Any]:
        """Return the settings for metadata."""
        return {name: value for name, value in dataclasses.asdict(self).items() if value is not None}

"""Settings of the explorer page."""

import dataclasses

from wordvec.documentation import documented
from wordvec.errors import SettingsError
from wordvec.explorer import layout
from wordvec.settings import check_settings, setting

MOST = 50_000
BITS = (8, 16)


@documented
@dataclasses.dataclass(frozen=True, kw_only=True)
class ExploreSettings:
    """Settings of `wordvec.explorer.explore`.

    Raises
    ------
    SettingsError
        If a setting is out of range, or needs a package that is not installed.
    """

    top: int = setting(20_000, "number of words of each set, from the beginning", at_least=3, at_most=MOST)
    layout: str = setting(
        "pca", "map: principal components, or t-SNE, which keeps neighbours together", choices=layout.METHODS
    )
    bits: int = setting(
        16, "bits of each number of a vector, 16 or 8: half the page, cosines to two digits", at_least=8, at_most=16
    )
    seed: int = setting(1, "seed of t-SNE", at_least=0)

    def __post_init__(self) -> None:
        check_settings(self)
        if self.bits not in BITS:
            raise SettingsError(f"{self.bits}: must be 8 or 16", setting="bits")
        layout.check(self.layout)

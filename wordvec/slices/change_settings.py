"""Settings of the permutation test of change."""

import dataclasses
from typing import Any

from wordvec.documentation import documented
from wordvec.errors import SettingsError
from wordvec.settings import check_settings, setting

MEASURES = ("cosine", "local", "overlap", "mix")
LEAST_PERMUTATIONS = 20


@documented
@dataclasses.dataclass(frozen=True, kw_only=True)
class ChangeSettings:
    """Settings of `wordvec.slices.change`.

    Raises
    ------
    SettingsError
        If a setting is out of range.
    """

    by: str = setting(MEASURES[0], "measure that decides on change", choices=MEASURES)
    permutations: int = setting(LEAST_PERMUTATIONS, "number of permutations", at_least=LEAST_PERMUTATIONS)
    bootstraps: int = setting(LEAST_PERMUTATIONS, "number of bootstraps for intervals; 0 for none", at_least=0)
    min_count: int = setting(5, "smallest count of a word in either slice", at_least=1)
    seed: int = setting(1, "seed of permutations and bootstraps", at_least=0)

    def __post_init__(self) -> None:
        check_settings(self)

    @classmethod
    def of(cls, **given: Any) -> "ChangeSettings":
        """Return settings from keywords, with a `SettingsError` for a name that does not exist."""
        known = [field.name for field in dataclasses.fields(cls)]
        for name in given:
            if name not in known:
                raise SettingsError(f"there is no setting {name!r}; choose from {', '.join(known)}")
        return cls(**given)

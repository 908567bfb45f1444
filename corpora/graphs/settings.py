"""Settings of reading a graph and of random walks."""

import dataclasses
from typing import Any

from wordvec.errors import SettingsError
from wordvec.settings import check_settings, setting


@dataclasses.dataclass(frozen=True, kw_only=True)
class GraphSettings:
    """Settings of reading a graph.

    Raises
    ------
    SettingsError
        If a value is out of its range.
    """

    directed: bool = setting(
        False, "edges lead from the first node to the second only; GraphML says itself whether they do"
    )
    unweighted: bool = setting(False, "ignore weights, and columns of an edge list after the second")
    comments: bool = setting(True, "leave out lines of an edge list that begin with # or %")

    def __post_init__(self) -> None:
        check_settings(self)


@dataclasses.dataclass(frozen=True, kw_only=True)
class WalkSettings:
    """Settings of random walks.

    Raises
    ------
    SettingsError
        If a value is out of its range.
    """

    walks: int = setting(10, "number of walks from each node", at_least=1)
    length: int = setting(80, "number of nodes of a walk", at_least=2, at_most=10_000)
    p: float = setting(1.0, "return parameter: below 1 walks go back to the last node more often", above=0)
    q: float = setting(1.0, "in-out parameter: below 1 walks go outwards, above 1 they stay near", above=0)
    plus: bool = setting(
        False, "node2vec+: in a weighted graph, edges below the mean weight of a node count as weak connections"
    )

    def __post_init__(self) -> None:
        check_settings(self)

    @classmethod
    def of(cls, **given: Any) -> "WalkSettings":
        """Return settings from keywords, with a `SettingsError` for a name that does not exist."""
        known = [field.name for field in dataclasses.fields(cls)]
        for name in given:
            if name not in known:
                raise SettingsError(f"there is no setting {name!r}; choose from {', '.join(known)}")
        return cls(**given)

    def by_name(self) -> dict[str, Any]:
        """Return the settings by name."""
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(WalkSettings)}

    @property
    def first_order(self) -> bool:
        """Whether a step depends on the current node alone."""
        return self.p == self.q == 1

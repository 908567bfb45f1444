"""Settings of embedding layers, and which of them each mode has.

==========  ==============================================================================================
mode        rows
==========  ==============================================================================================
direct      vectors that were trained on the tokens of the tokenizer
compose     mean of the vectors of the words whose tokens contain the token
ofa         weighted mean of the source's rows of the tokens nearest in the vectors (Liu et al. 2023)
cw2v        the same, with weights that are trained on text by skip-gram (Mundra et al. 2024)
cipher      bit-cipher of the tokens: sums of the codes of context tokens, or the codes themselves
gaussian    mean of the source's rows, with a little noise of their covariance
mean        mean of the source's rows
==========  ==============================================================================================
"""

import dataclasses
from typing import Any

from wordvec.documentation import documented
from wordvec.errors import SettingsError
from wordvec.settings import check_settings, setting

MODES = ("direct", "compose", "ofa", "cw2v", "cipher", "gaussian", "mean")
OF_SOURCE = ("ofa", "cw2v", "gaussian", "mean")
"""Modes whose rows are means of the source's rows."""

_PLACED: dict[str, Any] = {"dim": None, "norms": "match", "std": 0.02}
_COPIED: dict[str, Any] = {"overlap": "exact"}
_SIMILAR: dict[str, Any] = {"overlap": "fuzzy", "temperature": 0.1, "weighting": "counts"}
OF_MODE: dict[str, dict[str, Any]] = {
    "direct": _PLACED,
    "compose": _PLACED | {"weighting": "counts"},
    "ofa": _SIMILAR | {"neighbours": 10, "factors": None},
    "cw2v": _SIMILAR
    | {"neighbours": 32, "epochs": 3, "window": 5, "negatives": 5, "sample": 1e-4, "learning_rate": 0.02},
    "cipher": _PLACED | {"cipher": "sum"},
    "gaussian": _COPIED | {"spread": 1e-5},
    "mean": _COPIED,
}
"""Settings of each mode, with their default values."""


def _defaults(name: str) -> str:
    """Return the end of a help text: the modes that have a setting, and its defaults."""
    found: dict[str, list[str]] = {}
    for mode, settings in OF_MODE.items():
        if name in settings:
            found.setdefault(str(settings[name]), []).append(mode)
    if list(found) == ["None"]:
        return f"of {', '.join(found['None'])}"
    return "; ".join(f"default of {', '.join(modes)}: {value}" for value, modes in found.items())


def _of_modes(name: str, help: str, **limits: Any) -> Any:
    return setting(None, f"{help}; {_defaults(name)}", **limits)


@documented
@dataclasses.dataclass(frozen=True, kw_only=True)
class LayerSettings:
    """How the rows of an embedding layer are computed.

    A setting is None if the mode does not have it.

    Raises
    ------
    SettingsError
        If a value is out of range, or the mode does not have the setting.

    Examples
    --------
    >>> LayerSettings(mode="ofa").neighbours, LayerSettings(mode="mean").neighbours
    (10, None)
    """

    mode: str = setting("direct", "how rows are computed", choices=MODES)
    dim: int | None = _of_modes(
        "dim",
        "dimensions of a row, by principal components or zeros; default: those of the source, or of the vectors",
        at_least=1,
    )
    norms: str | None = _of_modes(
        "norms",
        "lengths of the rows about their mean: match the distribution of the source's, scale all alike (rms), or keep",
        choices=("match", "rms", "keep"),
    )
    std: float | None = _of_modes("std", "standard deviation of the numbers without a source", above=0, real=True)
    overlap: str | None = _of_modes(
        "overlap",
        "copy the source's rows of equal tokens (exact), also of those that differ in letter case or the mark of a "
        "word's beginning (fuzzy), or of none",
        choices=("none", "exact", "fuzzy"),
    )
    neighbours: int | None = _of_modes("neighbours", "number of rows of the source in a mean", at_least=1)
    temperature: float | None = _of_modes(
        "temperature", "temperature of the softmax of cosines that weights them", above=0, real=True
    )
    weighting: str | None = _of_modes(
        "weighting", "weights of words in the vector of a token", choices=("counts", "uniform")
    )
    factors: int | None = _of_modes(
        "factors", "factorise the source, and write coordinates of so many dimensions and primitives", at_least=1
    )
    epochs: int | None = _of_modes("epochs", "passes over the text", at_least=0)
    window: int | None = _of_modes("window", "maximum number of context tokens on either side", at_least=1)
    negatives: int | None = _of_modes("negatives", "number of noise tokens for each window", at_least=1, at_most=15)
    sample: float | None = _of_modes(
        "sample", "subsample tokens more frequent than about this share of the text", at_least=0, real=True
    )
    learning_rate: float | None = _of_modes(
        "learning_rate", "initial step of the logarithms of weights", above=0, real=True
    )
    cipher: str | None = _of_modes(
        "cipher",
        "sums of the codes of context tokens, in one block (sum) or left and right (cat), or the codes by rank (codes)",
        choices=("sum", "cat", "codes"),
    )
    spread: float | None = _of_modes("spread", "factor of the source's covariance", at_least=0, real=True)
    threads: int | None = setting(None, "number of threads; default: all processors", at_least=1)
    seed: int = setting(1, "seed of the random numbers", at_least=0, at_most=2**63 - 1)

    def __post_init__(self) -> None:
        check_settings(self)
        mine = OF_MODE[self.mode]
        for field in dataclasses.fields(self):
            if field.name in ("mode", "threads", "seed"):
                continue
            if field.name not in mine and getattr(self, field.name) is not None:
                having = ", ".join(mode for mode, settings in OF_MODE.items() if field.name in settings)
                raise SettingsError(
                    f": mode {self.mode} does not have this setting; these do: {having}", setting=field.name
                )
            if field.name in mine and getattr(self, field.name) is None:
                object.__setattr__(self, field.name, mine[field.name])

    def record(self) -> dict[str, Any]:
        """Return the settings of the mode, for metadata; `threads` change no result."""
        shown = dataclasses.asdict(self)
        return {name: value for name, value in shown.items() if value is not None and name not in ("mode", "threads")}

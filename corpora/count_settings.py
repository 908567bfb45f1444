"""Settings of co-occurrence counting."""

import math
from dataclasses import dataclass

from wordvec import arguments
from wordvec.documentation import documented
from wordvec.errors import SettingsError
from wordvec.settings import check_settings, setting

WEIGHTINGS, DIRECTIONS = ("harmonic", "flat", "dynamic"), ("symmetric", "left", "right")


@documented
@dataclass(frozen=True)
class CountSettings:
    """Settings of co-occurrence counting; see `Cooccurrence.count`.

    Raises
    ------
    SettingsError
        If a setting is out of range.
    TypeError
        If a setting has the wrong type.
    """

    min_count: int = setting(5, "ignore words with fewer occurrences", at_least=1)
    window: int = setting(10, "context words on either side", at_least=1)
    weighting: str = setting(
        "harmonic",
        "weight of a context word at distance d: 1/d (harmonic, as in GloVe), 1 (flat), or (window - d + 1)/window "
        "(dynamic, the mean of skip-gram)",
        choices=WEIGHTINGS,
    )
    direction: str = setting("symmetric", "count context words on both sides, or on one side only", choices=DIRECTIONS)
    across_sentences: bool = setting(False, "let windows cross the ends of sentences")
    keep_places: bool = setting(False, "keep the positions of omitted words, instead of closing the gaps")
    sample: float = setting(
        0.0, "subsample words more frequent than about this share of the corpus; 0 keeps all tokens", at_least=0
    )
    seed: int = setting(1, "seed of the subsampling")

    @staticmethod
    def bytes_of(memory: float) -> int:
        """Return gigabytes as bytes.

        Raises
        ------
        SettingsError
            If it is NaN.
        """
        if math.isnan(arguments.real("memory", memory)):
            raise SettingsError(f"{memory}: must be a number of gigabytes", setting="memory")
        return int(min(memory, 1e9) * 1e9)

    def __post_init__(self) -> None:
        for name in ("weighting", "direction"):
            arguments.word(name, getattr(self, name))
        for name in ("min_count", "window", "seed"):
            arguments.whole(name, getattr(self, name))
        arguments.real("sample", self.sample)
        check_settings(self)

"""Settings of finding phrases."""

import math
import struct
from dataclasses import dataclass
from typing import NamedTuple

from wordvec import arguments
from wordvec.corpora.phrases.connectors import Connectors
from wordvec.documentation import documented
from wordvec.errors import SettingsError
from wordvec.settings import check_settings, setting


class Thresholds(NamedTuple):
    """The default threshold of a score, and the lowest and the highest that make sense."""

    usual: float
    lowest: float
    highest: float


_LARGEST_SINGLE = 3.4e38
THRESHOLDS = {
    "word2phrase": Thresholds(100.0, 0.0, math.inf),
    "gensim": Thresholds(10.0, 0.0, math.inf),
    "npmi": Thresholds(0.5, -1.0, 1.0),
}
"""Thresholds by the name of the score."""


@documented
@dataclass(frozen=True)
class PhraseSettings:
    """Settings of finding phrases; see `wordvec.corpora.phrases.Phrases.find`.

    Parameters
    ----------
    connectors
        Words that may be inside a phrase, but neither begin nor end it: ``"english"``, a file of words, or a collection
        of words.

    Raises
    ------
    SettingsError
        If a setting is out of range.
    TypeError
        If a setting has the wrong type.
    """

    score: str = setting(
        "word2phrase",
        "word2phrase: (count - min_count) / (count of first * count of last) * tokens; gensim: the same, but times the "
        "number of different words and pairs, which is several times smaller: divide a threshold of word2phrase by "
        "about as much; npmi: normalised pointwise mutual information, -1 to 1, comparable between texts of any size",
        choices=tuple(THRESHOLDS),
    )
    min_count: int = setting(5, "ignore phrases with fewer occurrences", at_least=1)
    threshold: float | None = setting(
        None,
        "join phrases with a score above this; higher: fewer phrases; default: automatic, 100 for word2phrase, 10 for "
        "gensim, 0.5 for npmi",
        real=True,
    )
    passes: int = setting(1, "repeat on the text with joined phrases; 2 finds phrases of up to four words", at_least=1)
    connectors: Connectors = setting(  # noqa: RUF009 - returns a field
        None,
        "english, or a file of words that may be inside a phrase, but neither begin nor end it, and are not counted as "
        "part of it: bank_of_america",
    )
    delimiter: str = setting("_", "sign between the words of a phrase")

    def __post_init__(self) -> None:
        arguments.word("score", self.score)
        for name in ("min_count", "passes"):
            arguments.whole(name, getattr(self, name))
        if self.threshold is not None:
            arguments.real("threshold", self.threshold)
        check_settings(self, leave=("connectors",))
        permitted = THRESHOLDS[self.score]
        if self.threshold is not None and not permitted.lowest <= self.threshold <= permitted.highest:
            limits = "from -1 to 1" if self.score == "npmi" else "0 or more"
            raise SettingsError(f"{self.threshold}: must be {limits} for the score {self.score}", setting="threshold")
        if len(self.delimiter) != 1 or self.delimiter.isspace() or not self.delimiter.isprintable():
            raise SettingsError(f"{self.delimiter!r}: must be one sign that is not white space", setting="delimiter")

    @property
    def limit(self) -> float:
        """The threshold; word2phrase's in single precision, as in its program."""
        chosen = THRESHOLDS[self.score].usual if self.threshold is None else float(self.threshold)
        if self.score != "word2phrase" or chosen > _LARGEST_SINGLE:
            return chosen
        (single,) = struct.unpack("f", struct.pack("f", chosen))
        return float(single)

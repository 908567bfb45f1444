"""What every trainer shares: hyperparameters that are written once, and their checks.

A trainer is a frozen dataclass. Each field made by `hyperparameter` carries its default, its text and its range;
the command's options, the metadata in the result and the README's table derive from the fields.
"""

import dataclasses
from typing import TYPE_CHECKING, Any, ClassVar

from wordvec.provenance import machinery
from wordvec.settings import check_settings, setting
from wordvec.workers import available_threads

if TYPE_CHECKING:
    from wordvec.corpora.encoded import EncodedCorpus


LOSS_RISES = "end the training after N epochs in a row with a higher loss than the epoch before"
"""Help of `stop_when_loss_rises`, which every trainer with epochs has."""


@dataclasses.dataclass(frozen=True)
class Estimate:
    """What a training would take.

    Attributes
    ----------
    words
        Words that are trained.
    steps, unit
        Tokens of the corpus or entries of the counts, times epochs, and which of the two.
    memory
        Bytes of both matrices, and of the entries that are dealt from counts.
    seconds
        Time of the training, from about a second of it.
    """

    words: int
    steps: int
    unit: str
    memory: int
    seconds: float


@dataclasses.dataclass(frozen=True, kw_only=True)
class Trainer:
    """Base of all trainers: the hyperparameters each has, and checks of every field.

    Raises
    ------
    SettingsError
        If a value is out of its range.
    """

    threads: int | None = setting(None, "threads to train with; all processors unless given", at_least=1)
    seed: int = setting(1, "one seed gives one result", at_least=0, at_most=2**63 - 1)

    def __post_init__(self) -> None:
        check_settings(self)

    @property
    def thread_count(self) -> int:
        """The threads to train with."""
        return self.threads or available_threads()

    method: ClassVar[str]
    resumable: ClassVar[bool] = False
    """Whether `fit` takes a checkpoint, and vectors to start from."""

    def settings(self) -> dict[str, Any]:
        """Give the method and every hyperparameter by name."""
        return {"method": self.method} | dataclasses.asdict(self)

    def record(self, corpus: "EncodedCorpus") -> dict[str, Any]:
        """Give what the metadata of every result says: settings, corpus, versions, processor."""
        return self._record(
            corpus={
                "digest": corpus.digest,
                "tokens": len(corpus.ids),
                "sentences": len(corpus.offsets) - 1,
                "words": len(corpus.vocabulary),
                "settings": corpus.meta["settings"],
                "changed": corpus.meta.get("changed"),
            }
        )

    def _record(self, **sources: dict[str, Any]) -> dict[str, Any]:
        return {"method": self.method, "settings": dataclasses.asdict(self), **sources, **machinery()}

"""Base of all trainers: hyperparameters that are declared once, and their checks.

A trainer is a frozen dataclass. Each field declared with `setting` has its default, help text and range;
the options of the command and the metadata of the result derive from the fields.
"""

import dataclasses
from typing import TYPE_CHECKING, Any, ClassVar

from wordvec.settings import check_settings, setting
from wordvec.workers import available_threads

if TYPE_CHECKING:
    from wordvec.corpora.encoded import EncodedCorpus


LOSS_RISES = "stop early after N epochs in a row, each with a higher loss than the one before"
"""Help of `stop_when_loss_rises`, which every trainer with epochs has."""


@dataclasses.dataclass(frozen=True)
class Estimate:
    """Size, memory and time of a training run.

    Attributes
    ----------
    words
        Number of words trained.
    steps, unit
        Number of tokens of the corpus or entries of the counts, times epochs; and which of the two.
    memory
        Bytes of both matrices, and of the entries copied from counts.
    seconds
        Seconds of training, extrapolated from about one second.
    """

    words: int
    steps: int
    unit: str
    memory: int
    seconds: float


@dataclasses.dataclass(frozen=True, kw_only=True)
class Trainer:
    """Base of all trainers: common hyperparameters, and the check of every field.

    Raises
    ------
    SettingsError
        If a value is out of its range.
    """

    threads: int | None = setting(None, "number of threads; default: all processors", at_least=1)
    seed: int = setting(1, "seed of the random numbers", at_least=0, at_most=2**63 - 1)

    def __post_init__(self) -> None:
        check_settings(self)

    @property
    def thread_count(self) -> int:
        """Number of threads to train with."""
        return self.threads or available_threads()

    method: ClassVar[str]
    resumable: ClassVar[bool] = False
    """Whether `fit` takes a checkpoint and starting vectors."""

    def settings(self) -> dict[str, Any]:
        """Return the method and every hyperparameter by name."""
        return {"method": self.method} | dataclasses.asdict(self)

    def record(self, corpus: "EncodedCorpus") -> dict[str, Any]:
        """Return the metadata of a result: settings, corpus, versions, processor."""
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
        from wordvec.provenance import machinery

        return {"method": self.method, "settings": dataclasses.asdict(self), **sources, **machinery()}

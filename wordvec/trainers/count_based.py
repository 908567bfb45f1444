"""Base of methods trained on co-occurrence counts: the settings of counting."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from wordvec import arguments
from wordvec.corpora.count_settings import CountSettings
from wordvec.settings import setting
from wordvec.trainers import rules
from wordvec.trainers.base import Trainer
from wordvec.workers import Progress, StopFlag

if TYPE_CHECKING:
    from wordvec.corpora.cooccurrence import Cooccurrence
    from wordvec.corpora.encoded import EncodedCorpus


_COUNTING = {field.name: field for field in dataclasses.fields(CountSettings) if field.name != "seed"}
"""Settings of counting, except the seed, which every trainer has."""


def counting(name: str, default: Any = None) -> Any:
    """Return a dataclass field with the help text and range of a setting of counting.

    `default` replaces the default of `CountSettings`.
    """
    declared = _COUNTING[name]
    return dataclasses.field(default=declared.default if default is None else default, metadata=declared.metadata)


@dataclasses.dataclass(frozen=True, kw_only=True)
class CountBased(Trainer):
    """A model of co-occurrence counts."""

    dim: int = setting(100, "number of dimensions of a vector", at_least=2)
    min_count: int | None = setting(None, rules.MIN_COUNT, at_least=1, rule=rules.min_count)
    window: int = counting("window")
    weighting: str = counting("weighting")
    direction: str = counting("direction")
    across_sentences: bool = counting("across_sentences")
    keep_places: bool = counting("keep_places")
    sample: float = counting("sample")
    memory: float | None = setting(
        None, "gigabytes to use; data beyond that is stored on disk; default: the free memory", above=0, real=True
    )

    def resolved(self, source: "EncodedCorpus | Cooccurrence", *, started: bool = False) -> Self:
        """Return the trainer with a value for each automatic setting; `min_count` of counts is theirs."""
        from wordvec.corpora.cooccurrence import Cooccurrence

        if self.min_count is None and isinstance(source, Cooccurrence):
            counted = source.meta["settings"].get("min_count", 1)
            return dataclasses.replace(self, min_count=counted).resolved(source, started=started)
        return super().resolved(source, started=started)

    def count(
        self,
        corpus: "EncodedCorpus",
        folder: Path | None = None,
        *,
        overwrite: bool = False,
        progress: Progress | None = None,
        stop: StopFlag | None = None,
        count: "Callable[..., Cooccurrence] | None" = None,
    ) -> "Cooccurrence":
        """Count a corpus by these settings, into `folder` or a temporary one; by `Cooccurrence.count` or `count`."""
        from wordvec.corpora.cooccurrence import Cooccurrence
        from wordvec.corpora.encoded import EncodedCorpus

        arguments.expect("corpus", corpus, EncodedCorpus)
        run = self.resolved(corpus)
        return (count or Cooccurrence.count)(
            corpus,
            folder,
            **{name: getattr(run, name) for name in _COUNTING},
            seed=self.seed,
            memory=self.memory,
            threads=self.thread_count,
            overwrite=overwrite,
            progress=progress,
            stop=stop,
        )

    def check_counts(self, counts: object) -> None:
        """Check that an argument is counts or a corpus.

        Raises
        ------
        TypeError
            If it is neither.
        """
        from wordvec.corpora.cooccurrence import Cooccurrence
        from wordvec.corpora.encoded import EncodedCorpus

        if not isinstance(counts, Cooccurrence):
            arguments.expect("counts", counts, EncodedCorpus)

    def record_of_counts(self, counts: "Cooccurrence") -> dict[str, Any]:
        """Return the metadata of a result: settings, corpus and counts, versions, processor.

        The settings of counting are those of the counts, and absent for imported counts.
        """
        record = self._record(
            corpus=counts.meta["corpus"],
            counts={
                "digest": counts.digest,
                "words": len(counts.vocabulary),
                "entries": len(counts.columns),
                "tokens": counts.meta["tokens"],
            },
        )
        own = {name: value for name, value in record["settings"].items() if name not in _COUNTING}
        counted = {name: value for name, value in counts.meta["settings"].items() if name in _COUNTING}
        return record | {"settings": own | counted}

"""Base of methods trained on co-occurrence counts: the settings of counting."""

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wordvec import arguments
from wordvec.settings import setting
from wordvec.trainers.base import Trainer
from wordvec.workers import Progress, StopFlag

if TYPE_CHECKING:
    from wordvec.corpora.cooccurrence import Cooccurrence
    from wordvec.corpora.encoded import EncodedCorpus


@dataclasses.dataclass(frozen=True, kw_only=True)
class CountBased(Trainer):
    """A model of co-occurrence counts."""

    dim: int = setting(100, "number of dimensions of a vector", at_least=2)
    min_count: int = setting(5, "leave out words seen less often", at_least=1)
    window: int = setting(10, "words on either side that count", at_least=1)
    weighting: str = setting(
        "harmonic",
        "what a word at distance d counts: 1/d (GloVe), 1, or (window - d + 1)/window (skip-gram, on average)",
        choices=("harmonic", "flat", "dynamic"),
    )
    direction: str = setting(
        "symmetric", "count words on both sides, or on one", choices=("symmetric", "left", "right")
    )
    across_sentences: bool = setting(False, "let windows cross the ends of sentences")
    keep_places: bool = setting(False, "let words left out keep their place, instead of closing up over them")
    sample: float = setting(
        0.0, "thin out words more frequent than about this share of the corpus; 0 keeps all", at_least=0
    )
    memory: float | None = setting(
        None, "gigabytes to use; data beyond that is stored on disk; default: the free memory", above=0, real=True
    )

    def count(
        self,
        corpus: "EncodedCorpus",
        folder: Path | None = None,
        *,
        overwrite: bool = False,
        progress: Progress | None = None,
        stop: StopFlag | None = None,
    ) -> "Cooccurrence":
        """Count a corpus by these settings, into `folder` or a temporary one."""
        from wordvec.corpora.cooccurrence import Cooccurrence

        return Cooccurrence.count(
            corpus,
            folder,
            min_count=self.min_count,
            window=self.window,
            weighting=self.weighting,
            direction=self.direction,
            across_sentences=self.across_sentences,
            keep_places=self.keep_places,
            sample=self.sample,
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
        from wordvec.corpora.counting import CountSettings

        record = self._record(
            corpus=counts.meta["corpus"],
            counts={
                "digest": counts.digest,
                "words": len(counts.vocabulary),
                "entries": len(counts.columns),
                "tokens": counts.meta["tokens"],
            },
        )
        counting = {field.name for field in dataclasses.fields(CountSettings)} - {"seed"}
        own = {name: value for name, value in record["settings"].items() if name not in counting}
        made = {name: value for name, value in counts.meta["settings"].items() if name in counting}
        return record | {"settings": own | made}

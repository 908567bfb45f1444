"""The folder of a comparison: the vectors of each run, which are kept when it is finished, and the report."""

import dataclasses
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from wordvec import files
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.errors import SettingsError
from wordvec.evaluation.datasets import Pairs, Questions
from wordvec.evaluation.oov import SKIP, entries
from wordvec.evaluation.reporting import scores, summary
from wordvec.evaluation.reporting.comparison import train_methods
from wordvec.evaluation.reporting.report import ReportSettings, report
from wordvec.representation import short
from wordvec.settings import known
from wordvec.tables import Table
from wordvec.trainers.base import NOT_OF_RESULT, Trainer
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag

PAGE = "report.html"


@dataclasses.dataclass
class ComparisonFolder:
    """A comparison of methods, and where its results are written.

    Attributes
    ----------
    folder
        Existing folder of the vectors and the report.
    chosen
        Trainers by name.
    seeds
        Seeds with which each method is trained.
    seconds
        Approximate training time of each run; None for the passes of the trainers.
    resume
        Whether vectors in the folder are those of finished runs.
    overwrite
        Whether existing results are replaced.
    kept
        Names of the files of finished runs.
    """

    folder: Path
    chosen: Mapping[str, Trainer]
    seeds: Sequence[int]
    seconds: float | None = None
    resume: bool = False
    overwrite: bool = False
    kept: list[str] = dataclasses.field(default_factory=list)

    def __repr__(self) -> str:
        return short(self)

    @property
    def page(self) -> Path:
        """Path of the report."""
        return self.folder / PAGE

    def file(self, method: str, seed: int) -> str:
        """Return the name of the file of a run; with n-grams, of a folder that keeps them."""
        extension = ".vec" if self.chosen[method].table is None else ".vectors"
        return f"{method}{extension}" if len(self.seeds) == 1 else f"{method}-{seed}{extension}"

    def files(self) -> list[str]:
        """Return the names of the files of all runs."""
        return [self.file(method, seed) for method, seed in self._runs()]

    def words(self, corpus: EncodedCorpus) -> Sequence[str]:
        """Return the words of the corpus that at least one method trains, most frequent first."""
        least = min(known(getattr(one.resolved(corpus), "min_count", None)) for one in self.chosen.values())
        return corpus.trained(least).vocabulary.words

    def run(
        self,
        corpus: EncodedCorpus,
        datasets: Sequence[Pairs | Questions],
        settings: ReportSettings,
        progress: Progress,
        stop: StopFlag,
    ) -> Table:
        """Train the methods, write vectors and report, and return the table of methods.

        The report shows the vectors of the first seed. Vectors of the others are scored, saved and forgotten.

        Raises
        ------
        SettingsError
            If a finished run has other settings or another corpus.
        WordvecError
            As the trainers and `report`.
        """
        for method, seed in self._runs():
            self._finished(method, dataclasses.replace(self.chosen[method], seed=seed).resolved(corpus), corpus, 1)

        def finished(method: str, trainer: Trainer) -> Vectors | None:
            return self._finished(method, trainer, corpus)

        shown: dict[str, Vectors] = {}
        runs: list[summary.Run] = []
        trained = train_methods(
            corpus,
            self.chosen,
            seeds=self.seeds,
            seconds=self.seconds,
            finished=finished,
            progress=progress,
            stop=stop,
        )
        for method, seed, vectors, earlier in trained:
            if not earlier:
                self._keep(self.file(method, seed), vectors)
            self.kept.append(self.file(method, seed))
            for entry in entries({method: vectors}, settings.oov):
                own = dataclasses.replace(settings, oov=entry.oov)
                found = {one.name: scores.main_score(vectors, one, own, stop) for one in datasets}
                further = settings.oov is None and entry.oov != SKIP
                runs.append(summary.run(entry.label if further else method, seed, vectors, found))
            if seed == self.seeds[0]:
                shown[method] = vectors
        table = summary.summary(runs, {one.name: scores.main_measure(one, settings) for one in datasets})
        methods = summary.joined(table)
        if len(self.seeds) > 1:
            methods.notes.append(f"Everything below: seed {self.seeds[0]}.")
        made = report(shown, settings, read_already=datasets, methods=methods, progress=progress, stop=stop)
        made.save(self.page, overwrite=self.overwrite or self.resume)
        return table

    def _runs(self) -> Iterator[tuple[str, int]]:
        return ((method, seed) for method in self.chosen for seed in self.seeds)

    def _keep(self, name: str, vectors: Vectors) -> None:
        with files.together(self.page) as commit:
            # The report of an earlier comparison must not remain beside these vectors.
            for old in (self.page, self.page.with_suffix(".md")):
                if old.exists():
                    commit.drop(old)
            vectors.save(self.folder / name, overwrite=self.overwrite)

    def _finished(
        self, method: str, trainer: Trainer, corpus: EncodedCorpus, limit: int | None = None
    ) -> Vectors | None:
        """Return the vectors, or the first `limit`, of a finished run after a check of their settings."""
        path = self.folder / self.file(method, trainer.seed)
        if not self.resume or not path.exists():
            return None
        vectors = Vectors.load(path, limit=limit)
        if difference := _difference(vectors.metadata, trainer, corpus):
            raise SettingsError(
                f"{path}: {difference}, so it cannot be kept; remove the file, or choose another folder"
            )
        return vectors


def _difference(made: Mapping[str, Any], trainer: Trainer, corpus: EncodedCorpus) -> str:
    """Return how a run, as its metadata describes it, differs from that of a trainer; nothing if it does not."""
    settings, text = made.get("settings"), made.get("corpus")
    if made.get("method") != trainer.method or not isinstance(settings, dict) or not isinstance(text, dict):
        return f"is not the result of a run of {trainer.title}"
    if text.get("digest") != corpus.digest:
        return "was trained on another text"
    wanted = json.loads(json.dumps(dataclasses.asdict(trainer)))
    for name in sorted(wanted.keys() & settings.keys() - NOT_OF_RESULT):
        if settings[name] != wanted[name]:
            return f"was trained with {name.replace('_', ' ')} {settings[name]}, not {wanted[name]}"
    return ""

"""A report that compares several sets of vectors: provenance, scores, nearest words and a map."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from wordvec import arguments, files
from wordvec.errors import InputError, SettingsError
from wordvec.evaluation.datasets import Pairs, Questions
from wordvec.evaluation.lookup import by_name
from wordvec.evaluation.reporting import pages
from wordvec.evaluation.reporting.contents import Contents
from wordvec.evaluation.reporting.scores import ScoreSettings, read, scores
from wordvec.explorer import ExploreSettings, explore, layout
from wordvec.explorer import contents as explorer
from wordvec.representation import short
from wordvec.tables import Table
from wordvec.vectors import Neighbours, Vectors
from wordvec.workers import Progress, StopFlag

DATASETS = ("wordsim353", "simlex999", "google")
NEIGHBOURS, WORDS_SHOWN, WORDS_MAPPED = 8, 8, 2_000


@dataclasses.dataclass(frozen=True)
class ReportSettings(ScoreSettings):
    """Settings of a report, with those of its scores (see `ScoreSettings`).

    Parameters
    ----------
    datasets
        Files or names of similarity and analogy datasets; the kind is detected.
    columns
        Columns of similarity files, as for `read_pairs`.
    words
        Words whose neighbours are shown; if empty, words of the datasets that all vectors know.
    map
        One of `layout.METHODS`.
    """

    datasets: Sequence[str | Path] = DATASETS
    columns: str | None = None
    words: Sequence[str] = ()
    map: str = "pca"

    def __repr__(self) -> str:
        return short(self)

    def __post_init__(self) -> None:
        super().__post_init__()
        layout.check(self.map, "map")


@dataclasses.dataclass(frozen=True)
class Report(Contents):
    """A report: `Contents` that can be saved."""

    def __repr__(self) -> str:
        return short(self)

    def save(self, path: str | Path, overwrite: bool = False) -> None:
        """Write the report as HTML to `path`, and as Markdown to the same path with the ending ``.md``.

        Raises
        ------
        OutputError
            If one cannot be written, or exists and `overwrite` is false.
        SettingsError
            If `path` does not end in ``.html``.
        """
        check_output(Path(path), overwrite)
        texts = {Path(path).with_suffix(".md"): pages.markdown(self), Path(path): pages.html(self)}
        with files.together(Path(path)):
            for target, text in texts.items():
                with files.replacing(target, overwrite) as temporary:
                    temporary.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")


def check_output(path: Path, overwrite: bool) -> None:
    """Check, before the work begins, that a report can be written.

    Raises
    ------
    OutputError, SettingsError
        As `Report.save`.
    """
    if path.suffix != ".html":
        raise SettingsError(f"{path}: the name of a report must end in .html; the Markdown file is written beside it")
    for target in (path, path.with_suffix(".md")):
        files.check_output(target, overwrite)


def report(
    vectors: Mapping[str, Vectors],
    settings: ReportSettings = ReportSettings(),
    *,
    read_already: Sequence[Pairs | Questions] | None = None,
    methods: Table | None = None,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> Report:
    """Compare several sets of vectors.

    Parameters
    ----------
    vectors
        Vectors by name.
    settings
        Settings of the report.
    read_already
        The datasets of the settings, as `scores.read` returns them; default: read them.
    methods
        Table of the methods that were compared, shown first.
    progress, stop
        Receiver of the progress; flag that stops the work.

    Raises
    ------
    InputError
        If a dataset is damaged, or covers too few words of some vectors, or a word is known to none of them.
    SettingsError
        If there are no vectors, or a setting makes no sense.
    Interrupted
        If `stop` was set.
    """
    vectors = by_name("vectors", vectors)
    arguments.expect("settings", settings, ReportSettings)
    if not vectors:
        raise SettingsError("a report takes one or more sets of vectors")
    progress, stop = progress or Progress(), stop or StopFlag()
    for word in settings.words:
        if not any(one.spelling(word) for one in vectors.values()):
            raise InputError(f"{word}: unknown to all vectors, or its rows are all zeros")
    datasets = read(settings.datasets, settings.columns) if read_already is None else read_already
    common = _common_words(vectors, datasets)
    return Report(
        _provenance(vectors),
        scores(vectors, datasets, settings, progress, stop),
        _neighbours(vectors, settings.words or _spread(common, WORDS_SHOWN)),
        _map(vectors, settings, progress),
        {name: one.metadata for name, one in vectors.items()},
        Table([]) if methods is None else methods,
    )


def _provenance(vectors: Mapping[str, Vectors]) -> Table:
    """Return the known facts, one a row; every setting that at least one set of vectors has."""
    facts: dict[str, dict[str, Any]] = {}
    for name, one in vectors.items():
        for fact, value in _facts(one):
            facts.setdefault(fact, {})[name] = value
    return Table([{"": fact} | {name: values.get(name) for name in vectors} for fact, values in facts.items()])


def _facts(vectors: Vectors) -> Iterator[tuple[str, str | None]]:
    """Yield facts by name; metadata of other programs may lack them or have other types, and is then left out."""
    made = vectors.metadata
    training, corpus, settings = (_part(made, name) for name in ("training", "corpus", "settings"))
    losses = training.get("loss")
    yield "method", str(made.get("method", "unknown"))
    yield "words", f"{len(vectors):,}"
    yield "dim", str(vectors.dim)
    yield "corpus, tokens", _written(corpus.get("tokens"), ",")
    yield "corpus, digest", str(corpus["digest"])[:12] if "digest" in corpus else None
    yield "counting, seconds", _written(training.get("counting_seconds"), ".1f")
    yield "training, seconds", _written(training.get("seconds"), ".1f")
    yield "training, last loss", _written(losses[-1], ".4f") if isinstance(losses, list) and losses else None
    if "repeatable" in training:
        yield "reproducible bit by bit", "yes" if training["repeatable"] is True else "no"
    for name, value in settings.items():
        if name not in ("dim", "memory") and value is not None:
            text = ("yes" if value else "no") if isinstance(value, bool) else str(value)
            yield name.replace("_", " "), text


def _part(metadata: dict[str, Any], name: str) -> dict[str, Any]:
    part = metadata.get(name)
    return part if isinstance(part, dict) else {}


def _written(value: Any, form: str) -> str | None:
    return f"{value:{form}}" if isinstance(value, int | float) else None


def _common_words(vectors: Mapping[str, Vectors], datasets: Sequence[Pairs | Questions]) -> list[str]:
    """Return words known to all, in the order of the first vectors: those of similarity datasets, or else any."""
    known = _known_to_all(vectors)
    wanted = {word for pairs in datasets if isinstance(pairs, Pairs) for word in (*pairs.first, *pairs.second)}
    wanted |= {word.lower() for word in wanted}
    return [word for word in known if word in wanted] or [word for word in known if word.isalpha()]


def _known_to_all(vectors: Mapping[str, Vectors]) -> list[str]:
    """Return the words that have a vector in all sets, in the order of the first."""
    one, *others = vectors.values()
    return [word for word in one.words if all(other.covers(word) for other in (one, *others))]


def _spread(words: Sequence[str], number: int) -> list[str]:
    """Return `number` words, evenly spaced in the list."""
    positions = np.unique(np.linspace(0, len(words) - 1, min(number, len(words))).round().astype(int))
    return [words[position] for position in positions]


def _neighbours(vectors: Mapping[str, Vectors], words: Sequence[str]) -> dict[str, dict[str, Neighbours | None]]:
    def near(one: Vectors, word: str) -> Neighbours | None:
        spelled = one.spelling(word)
        return None if spelled is None else one.nearest(spelled, NEIGHBOURS, exact=True)

    return {word: {name: near(one, word) for name, one in vectors.items()} for word in words}


def _map(vectors: Mapping[str, Vectors], settings: ReportSettings, progress: Progress) -> explorer.Contents | None:
    words = _known_to_all(vectors)[:WORDS_MAPPED]
    if len(words) < 3:
        return None
    chosen = {name: one.subset(words) for name, one in vectors.items()}
    how = ExploreSettings(layout=settings.map, seed=settings.seed)
    return explore(chosen, how, title="Map", progress=progress).contents

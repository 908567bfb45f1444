"""From a teacher's vectors to static vectors: checks, the rows of each method, metadata."""

import dataclasses
from typing import Any

import numpy as np

from wordvec import arguments
from wordvec.errors import InputError, SettingsError
from wordvec.language_models.distillation import context_rows
from wordvec.language_models.distillation.bags import Bags, bags_of
from wordvec.language_models.distillation.memory import Size, check_memory, working_memory
from wordvec.language_models.distillation.sentence_rows import Targets, fit
from wordvec.language_models.distillation.settings import (
    CONTEXTS,
    METHOD,
    SENTENCES,
    UNIFORM,
    USUAL_DIM,
    WORDS,
    Distillation,
)
from wordvec.language_models.distillation.word_rows import weighted_rows, weighting_of, weights_of
from wordvec.provenance import FOLDED, is_folded, machinery, with_step
from wordvec.rows import Floats, first_not_finite, present
from wordvec.sentences.texts import Texts
from wordvec.settings import known
from wordvec.transforms.numbers import components, moments
from wordvec.vectors import Vectors
from wordvec.vectors.lookup import as_floats
from wordvec.workers import Progress, StopFlag


def fitted(
    settings: Distillation,
    teacher: Vectors,
    texts: Texts | None = None,
    targets: Floats | None = None,
    *,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> Vectors:
    """Return static vectors; see `Distillation.fit`, which has the same errors."""
    arguments.expect("teacher", teacher, Vectors)
    arguments.expect("texts", texts, Texts, optional=True)
    settings = resolved(settings, teacher.dim)
    _check_teacher(teacher)
    _check_method(settings, texts, targets)
    if texts is None or targets is None:
        return _of_words(settings, teacher)
    targets = _checked_targets(targets, teacher.dim)
    size = Size(len(teacher), teacher.dim, len(targets))
    check_memory(settings, size)
    needed = working_memory(settings, size)
    bags = bags_of(texts, teacher, needed, progress=progress, stop=stop)
    bags = _with_targets(bags, targets)
    made = _of_contexts if settings.method == CONTEXTS else _of_sentences
    return made(settings, teacher, bags, targets, progress or Progress(), stop or StopFlag())


def resolved(settings: Distillation, dim: int) -> Distillation:
    """Return the settings with their dim, for a teacher of a dim, which is the largest.

    Raises
    ------
    SettingsError
        If their dim is larger.
    """
    if settings.dim is None:
        return dataclasses.replace(settings, dim=min(USUAL_DIM, dim))
    if settings.dim > dim:
        raise SettingsError(f"{settings.dim}: must be at most the dim of the vectors, {dim}", setting="dim")
    return settings


def _of_words(settings: Distillation, teacher: Vectors) -> Vectors:
    check_memory(settings, Size(len(teacher), teacher.dim))
    if not present(teacher.matrix).any():
        raise InputError("the teacher has no vector of any word")
    found = components(teacher.matrix, known(settings.dim), centre=settings.centre)
    rows = weighted_rows(teacher.matrix, found, weights_of(settings, teacher))
    return _result(settings, teacher, rows, {"variance_kept": round(found.kept, 6)})


def _of_sentences(
    settings: Distillation, teacher: Vectors, bags: Bags, targets: Floats, progress: Progress, stop: StopFlag
) -> Vectors:
    found = components(targets, known(settings.dim), centre=settings.centre)
    # Single words have a mean of their own.
    own = moments(teacher.matrix)[0] if settings.centre else found.mean
    start = weighted_rows(teacher.matrix, found._replace(mean=own), weights_of(settings, teacher))
    made = fit(bags, Targets(targets, found), start, settings.strength, progress, stop)
    figures = {"lines": bags.total, "variance_kept": round(found.kept, 6)} | made.figures
    return _result(settings, teacher, made.rows, figures)


def _of_contexts(
    settings: Distillation, teacher: Vectors, bags: Bags, targets: Floats, progress: Progress, stop: StopFlag
) -> Vectors:
    dim, strength, threads = known(settings.dim), settings.strength, settings.threads
    made = context_rows.fit(bags, targets, teacher.matrix, dim, strength, threads, progress, stop)
    rows = np.asarray(made.rows * weights_of(settings, teacher)[:, None], np.float32)
    return _result(settings, teacher, rows, {"lines": bags.total} | made.figures)


def _with_targets(bags: Bags, targets: Floats) -> Bags:
    """Return the sentences whose targets are not zeros."""
    if bags.total != len(targets):
        raise InputError(f"{bags.total:,} sentences, but {len(targets):,} vectors of sentences")
    bags = bags.of(present(targets)[bags.lines])
    if not len(bags.lines):
        raise InputError("the teacher's vectors of all sentences with a known word are zeros")
    return bags


def _result(settings: Distillation, teacher: Vectors, rows: Floats, figures: dict[str, Any]) -> Vectors:
    """Return the vectors with their metadata; weighted ones are recorded as vectors of sentences."""
    weighting = weighting_of(settings, teacher)
    about = {"dim": teacher.dim, "words": int(present(teacher.matrix).sum()), **teacher.metadata.get("teacher", {})}
    metadata: dict[str, Any] = {"method": METHOD, "settings": settings.record() | {"weighting": weighting}}
    if "corpus" in teacher.metadata:
        metadata["corpus"] = teacher.metadata["corpus"]
    metadata |= {"teacher": about, "distillation": figures, **machinery()}
    if settings.method == SENTENCES or weighting != UNIFORM:
        metadata = with_step(metadata, FOLDED, method=settings.method, weighting=weighting)
    return Vectors(teacher.words, rows, teacher.counts, metadata)


def _check_teacher(teacher: Vectors) -> None:
    if not len(teacher):
        raise InputError("the teacher has no words")
    if "" in teacher.words:
        raise InputError(f"word {teacher.words.index('') + 1:,} of the teacher is empty")
    if is_folded(teacher.metadata):
        raise InputError("the teacher's vectors are folded for sentences, so that they have weights already")
    if (row := first_not_finite(teacher.matrix)) is not None:
        raise InputError(f"the teacher's vector of {teacher.words[row]!r} (row {row + 1:,}) holds NaN or infinity")


def _check_method(settings: Distillation, texts: Texts | None, targets: Floats | None) -> None:
    for name, given in (("texts", texts), ("targets", targets)):
        if settings.method != WORDS and given is None:
            raise SettingsError(f": method {settings.method} needs them", setting=name)
        if settings.method == WORDS and given is not None:
            raise SettingsError(": method words does not use them", setting=name)


def _checked_targets(targets: Floats, dim: int) -> Floats:
    matrix = as_floats("targets", targets)
    if matrix.ndim != 2 or matrix.shape[1] != dim:
        raise InputError(f"vectors of sentences have shape {matrix.shape}, and those of words dim {dim}")
    if (row := first_not_finite(matrix)) is not None:
        raise InputError(f"the vector of sentence {row + 1:,} holds NaN or infinity")
    return np.asarray(matrix, np.float32)

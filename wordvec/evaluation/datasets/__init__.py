"""Datasets of similarity and analogy: files, folders of files, and those in gensim."""

import os
from collections.abc import Sequence
from pathlib import Path

from wordvec import arguments
from wordvec.corpora.lines import read_lines as read_lines
from wordvec.errors import InputError
from wordvec.evaluation.datasets.analogies import Questions as Questions
from wordvec.evaluation.datasets.analogies import Section as Section
from wordvec.evaluation.datasets.analogies import looks_like_questions, questions_of
from wordvec.evaluation.datasets.column_choice import ColumnChoice
from wordvec.evaluation.datasets.similarity import Pairs as Pairs
from wordvec.evaluation.datasets.similarity import pairs_of

NAMED_PAIRS = {"wordsim353": "wordsim353.tsv", "simlex999": "simlex999.txt"}
NAMED_QUESTIONS = {"google": "questions-words.txt"}
_DESCRIPTIVE = ("readme", "license", "licence", "citation", "changelog")
_DESCRIPTIVE_ENDINGS = {".md", ".json", ".pdf", ".html", ".yml", ".yaml", ".bib", ".py"}


def read_pairs(source: str | Path, columns: str | ColumnChoice | None = None) -> Pairs:
    """Read a similarity dataset.

    Parameters
    ----------
    source
        A file, or one of `NAMED_PAIRS`, which are in gensim.
    columns
        The columns of a file, such as ``"word1,word2,score"`` or ``"1,2,mean(3-12)"``; default: detected.

    Raises
    ------
    InputError
        If it is missing, a line has too few columns or a score that is no number, the columns are unclear, or there
        is no pair.
    SettingsError
        If `columns` is not of that form.
    """
    arguments.path("dataset", source)
    path, name = _found(source, NAMED_PAIRS)
    choice = ColumnChoice.parse(columns) if isinstance(columns, str) else columns
    return pairs_of(path, name, read_lines(path), choice if path == Path(source) else None)


def read_questions(source: str | Path) -> Questions:
    """Read an analogy dataset.

    Parameters
    ----------
    source
        A file, a folder of files, in folders or not, or one of `NAMED_QUESTIONS`, which come with gensim. See
        `analogy_files` for what files look like.

    Raises
    ------
    InputError
        If it is missing, a line is no question, a section has no question, or there is none at all.
    """
    arguments.path("dataset", source)
    path, name = _found(source, NAMED_QUESTIONS)
    if not path.is_dir():
        return questions_of(path, name, [(path, read_lines(path))])
    files, left_out = _files_in(path)
    return questions_of(path, name, [(file, read_lines(file)) for file in files if file.suffix != ".answers"], left_out)


def read_dataset(source: str | Path, columns: str | None = None) -> Pairs | Questions:
    """Read a dataset of similarity or analogy, detected from its name or contents.

    Parameters
    ----------
    source
        A file, a folder of questions, or the name of a dataset in gensim.
    columns
        The columns of a similarity file, as for `read_pairs`.

    Raises
    ------
    InputError, SettingsError
        As `read_pairs` and `read_questions`.
    """
    arguments.path("dataset", source)
    path, name = _found(source, NAMED_PAIRS | NAMED_QUESTIONS)
    if path.is_dir():
        return read_questions(source)
    lines = list(read_lines(path))
    if looks_like_questions(path, lines):
        return questions_of(path, name, [(path, lines)])
    choice = ColumnChoice.parse(columns) if columns and path == Path(source) else None
    return pairs_of(path, name, lines, choice)


def files_of(sources: Sequence[str | Path]) -> list[str | Path]:
    """Return datasets one by one: folders of similarity datasets as their files, others as they are.

    Hidden files, and those that describe the others (README, LICENSE, metadata), are left out.

    Raises
    ------
    InputError
        If a folder has no other file.
    """
    found: list[str | Path] = []
    for number, source in enumerate(sources):
        arguments.path(f"datasets[{number}]", source)
        found += _datasets_in(Path(source)) if os.path.isdir(source) else [source]  # noqa: PTH112 - never raises
    return found


def _datasets_in(folder: Path) -> list[Path]:
    files, _ = _files_in(folder)
    first = list(read_lines(files[0]))
    return [folder] if looks_like_questions(files[0], first) else files


def _files_in(folder: Path) -> tuple[list[Path], int]:
    """Return the files of a folder and of those in it, sorted, and how many hidden or descriptive ones are left out."""
    every = sorted(path for path in folder.rglob("*") if path.is_file())
    files = [path for path in every if not _is_left_out(path.relative_to(folder))]
    if not files:
        raise InputError(f"{folder}: holds no dataset; hidden files are left out")
    return files, len(every) - len(files)


def _is_left_out(path: Path) -> bool:
    hidden = any(part.startswith((".", "__")) for part in path.parts)
    return hidden or path.name.lower().startswith(_DESCRIPTIVE) or path.suffix.lower() in _DESCRIPTIVE_ENDINGS


def _found(source: str | Path, named: dict[str, str]) -> tuple[Path, str]:
    """Return a dataset's path and name; a file is preferred to a name."""
    path = Path(source)
    if os.path.exists(path):  # noqa: PTH110 - unlike pathlib's, this one never raises
        return path, path.resolve().name if path.is_dir() else path.stem
    if str(source) in named:
        from gensim.test.utils import datapath

        return Path(datapath(named[str(source)])), str(source)
    raise InputError(f"{source}: no such file, and no dataset in gensim; those are {', '.join(named)}")

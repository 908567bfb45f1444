"""Pairs of sentences with human scores, as SemEval's Semantic Textual Similarity publishes them."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from wordvec import arguments
from wordvec.corpora.columns import number
from wordvec.corpora.lines import read_lines
from wordvec.errors import InputError
from wordvec.representation import short


class SentencePairs(NamedTuple):
    """Pairs of sentences.

    Attributes
    ----------
    name
        Name of the file without its ending.
    scores
        Human score of each pair.
    first, second
        The sentences, as they are written.
    notes
        Remarks on what was left out.
    """

    name: str
    scores: list[float]
    first: list[str]
    second: list[str]
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return short(self)


def read_sentence_pairs(path: str | Path) -> SentencePairs:
    """Read lines of a score and two sentences, separated by tabs; columns before and after them are ignored.

    The score is in the first column with a number that is followed by a column without one. Lines without a score,
    which SemEval publishes, are left out and counted; so is a first line that names the columns.

    Raises
    ------
    InputError
        If the file cannot be read, has no pair, or a line lacks columns or has another score than a number.
    """
    path = arguments.path("path", path)
    lines = [(at, line.split("\t")) for at, line in read_lines(path, fallback="latin-1") if line.strip()]
    column = next((found for _, cells in lines[:2] if (found := _score_column(cells)) is not None), None)
    column = column if column is not None else _score_column(next((c for _, c in lines if c[0].strip()), []))
    if column is None:
        raise InputError(f"{path}: holds no pair of sentences; expected lines of a score and two sentences, with tabs")
    pairs, blank = SentencePairs(path.stem, [], [], []), 0
    for at, (line, cells) in enumerate(lines):
        if len(cells) < column + 3:
            raise InputError(f"{path}, line {line}: expected a score and two sentences, found {len(cells)} columns")
        score = number(cells[column].strip())
        if score is None and (at == 0 or not cells[column].strip()):
            blank += not cells[column].strip()
            continue
        if score is None:
            raise InputError(f"{path}, line {line}: the score {cells[column]!r:.40} is not a number")
        pairs.scores.append(score)
        pairs.first.append(cells[column + 1])
        pairs.second.append(cells[column + 2])
    if not pairs.scores:
        raise InputError(f"{path}: no pair of sentences has a score")
    return pairs._replace(notes=(f"{blank:,} pairs without a score left out",) * bool(blank))


def read_all(sources: str | Path | Sequence[str | Path]) -> list[SentencePairs]:
    """Read files, and folders of files.

    Raises
    ------
    InputError
        As `read_sentence_pairs`; if a file is missing or two have one name.
    """
    given = [sources] if isinstance(sources, str | Path) else arguments.items("datasets", sources, "a list of paths")
    files: list[Path] = []
    for source in map(Path, given):
        files += sorted(file for file in source.rglob("*") if file.is_file()) if source.is_dir() else [source]
    if not files:
        raise InputError("no dataset was given, or a folder holds no file")
    return [read_sentence_pairs(file) for file in files]


def _score_column(cells: Sequence[str]) -> int | None:
    for at in range(len(cells) - 2):
        if number(cells[at].strip()) is not None and number(cells[at + 1].strip()) is None:
            return at
    return None

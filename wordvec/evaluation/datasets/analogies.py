"""Files of analogy questions as they are published.

- Lines ``a b c d`` under ``: section`` (Google), separated by tabs, blanks, semicolons, bars or commas.
- Lines ``a b``, or ``a<TAB>b/b2/b3``, a file for each relation (BATS): every two lines are a question, in both orders.
  b is the first of several; each of the several is right as d.
- Lines ``a b c`` in ``NAME.questions`` with lines ``section d`` in ``NAME.answers`` (MSR).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from wordvec.corpora.columns import is_number
from wordvec.corpora.lines import read_lines
from wordvec.errors import InputError
from wordvec.representation import short

SYNTACTIC = re.compile(r"gram|[ID]\d\d \[")
"""Beginnings of the names of sections on inflected or derived forms: the rule of compute-accuracy and GloVe; BATS."""
MOST_PAIRS = 500
"""Lines of a file of pairs: n lines make n (n - 1) questions."""
_BATS = re.compile(r"[IDEL]\d\d\b")
_SEPARATORS = "\t;|,"

Line = tuple[int, str]
Question = tuple[str, ...]
"""a, b, c, d, and perhaps other words that are right as d."""


class Section(NamedTuple):
    """Questions a : b :: c : d of one kind."""

    name: str
    questions: list[Question]

    def __repr__(self) -> str:
        return short(self)

    @property
    def syntactic(self) -> bool:
        """Whether its name says that it is about inflection or derivation."""
        return bool(SYNTACTIC.match(self.name))


class Questions(NamedTuple):
    """Analogy questions by section, and notes on the files."""

    name: str
    sections: list[Section]
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return short(self)

    @property
    def words(self) -> list[str]:
        """All words, with repetitions."""
        return [word for section in self.sections for question in section.questions for word in question]


def questions_of(path: Path, name: str, files: Iterable[tuple[Path, Iterable[Line]]], left_out: int = 0) -> Questions:
    """Return the questions of one or several files; sections of one name are one.

    Parameters
    ----------
    path, name
        The dataset in messages, and its name.
    files
        Files with their lines.
    left_out
        Number of files of the folder that are not read.

    Raises
    ------
    InputError
        If a line is not a question, a section has no question, or there is none at all.
    """
    sections: dict[str, Section] = {}
    kinds: dict[str, int] = {}
    comments = 0
    for file, every in files:
        lines = [(at, line) for at, line in every if line.strip()]
        content = [line for line in lines if not _is_comment(line[1])]
        comments += len(lines) - len(content)
        kind = _kind(file, content)
        kinds[kind] = kinds.get(kind, 0) + 1
        for section in _READERS[kind](file, content):
            sections.setdefault(section.name, Section(section.name, [])).questions.extend(section.questions)
    if not sections:
        raise InputError(f"{path}: holds no question; expected lines of four words")
    notes = []
    if "pairs" in kinds:
        notes.append("every two lines of a file of pairs are a question, b is the first of several, each is right as d")
    notes += [f"{comments} comment line{'s' * (comments > 1)} left out"] * (comments > 0)
    notes += [f"{left_out} hidden or descriptive file{'s' * (left_out > 1)} left out"] * (left_out > 0)
    return Questions(name, list(sections.values()), tuple(notes))


def looks_like_questions(path: Path, lines: Sequence[Line]) -> bool:
    """Return whether lines are analogy questions, by the first and the last of them: a header may have four words."""
    content = [line for _, line in lines if line.strip() and not _is_comment(line)]
    if not content:
        return False
    if _section(content[0]) is not None or path.suffix == ".questions":
        return True
    if _are_pairs(content):
        # Pairs whose scores are missing are not questions.
        return bool(_BATS.match(path.name)) or any("/" in line for line in content)
    last = _words(content[-1], 4)
    return len(last) == 4 and not any(map(is_number, last))


def _kind(path: Path, lines: Sequence[Line]) -> str:
    """Return ``quads``, ``pairs`` (BATS) or ``answers`` (MSR)."""
    if path.suffix == ".questions" and path.with_suffix(".answers").is_file():
        return "answers"
    return "pairs" if _are_pairs([line for _, line in lines]) else "quads"


def _are_pairs(lines: Sequence[str]) -> bool:
    return bool(lines) and all(_section(line) is None and len(_words(line, 2)) == 2 for line in lines)


def _quads(path: Path, lines: Iterable[Line]) -> Iterator[Section]:
    section, begun = Section(path.stem, []), 0
    for number, line in lines:
        name = _section(line)
        if name is not None:
            yield from _finished(path, section, begun)
            section, begun = Section(name, []), number
            continue
        words = _words(line, 4)
        if len(words) != 4:
            raise InputError(f"{path}, line {number}: {len(words)} words; a question has four: a b c d")
        section.questions.append(tuple(words))
    yield from _finished(path, section, begun)


def _pairs(path: Path, lines: Sequence[Line]) -> Iterator[Section]:
    if not 2 <= len(lines) <= MOST_PAIRS:
        raise InputError(
            f"{path}: {len(lines):,} lines of two words; a file of pairs has 2 to {MOST_PAIRS}, as every two lines are "
            "a question; other questions have four words"
        )
    pairs = []
    for number, line in lines:
        a, several = _words(line, 2)
        right = [word.strip() for word in several.split("/") if word.strip()]
        if not right:
            raise InputError(f"{path}, line {number}: no word beside {a!r}; it takes a word, a tab and its answers")
        pairs.append((a, right))
    yield Section(
        path.stem,
        [
            (a, right[0], c, *others)
            for at, (a, right) in enumerate(pairs)
            for other, (c, others) in enumerate(pairs)
            if at != other
        ],
    )


def _answered(path: Path, lines: Sequence[Line]) -> Iterator[Section]:
    """Yield MSR's questions, in sections by the label of each answer."""
    answers_path = path.with_suffix(".answers")
    answers = [(at, line.split()) for at, line in read_lines(answers_path) if line.strip()]
    if len(answers) != len(lines):
        raise InputError(f"{path}: {len(lines)} questions, but {len(answers)} answers in {answers_path}")
    sections: dict[str, Section] = {}
    for (number, line), (at, answer) in zip(lines, answers, strict=True):
        words = line.split()
        if len(words) != 3:
            raise InputError(f"{path}, line {number}: {len(words)} words; beside an .answers file it takes a b c")
        if len(answer) != 2:
            raise InputError(f"{answers_path}, line {at}: {len(answer)} words; it takes the section and the answer")
        section = sections.setdefault(answer[0], Section(answer[0], []))
        section.questions.append((*words, answer[1]))
    yield from sections.values()


_READERS = {"quads": _quads, "pairs": _pairs, "answers": _answered}


def _finished(path: Path, section: Section, begun: int) -> Iterator[Section]:
    if section.questions:
        yield section
    elif begun:
        raise InputError(f"{path}, line {begun}: the section {section.name!r} has no question")


def _section(line: str) -> str | None:
    """Return the name of a section line, blanks before or after its colon or not; None for other lines."""
    line = line.strip()
    return line[1:].strip() if line.startswith(":") else None


def _words(line: str, count: int) -> list[str]:
    """Return a line's words, by the first separator that cuts it into so many, else by blanks."""
    for separator in _SEPARATORS:
        cells = [cell.strip() for cell in line.strip().split(separator)]
        if len(cells) == count and all(cells):
            return cells
    return line.split()


def _is_comment(line: str) -> bool:
    """Return whether a line that begins with # is not a question about hashtags."""
    return line.startswith("#") and (not line[1:2].strip() or line[1] == "#" or len(_words(line, 4)) not in (2, 4))

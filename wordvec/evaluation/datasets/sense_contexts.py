"""Datasets of word sense induction: contexts of words and their gold senses, in the form of AdaGram's evaluation.

``dataset.txt`` has for each word a line ``word.pos N`` and N lines of the text before and after the word, separated by
a tab. ``key.txt`` beside it has lines ``word.pos word.pos.i sense``; i counts the contexts of a word from 1, and
``a&&b`` stands for two senses. Contexts without a key are left out.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from wordvec import arguments
from wordvec.corpora.lines import read_lines
from wordvec.errors import InputError
from wordvec.representation import short

TEXTS = ("dataset.txt", "dataset.txt.xz", "dataset.txt.gz", "dataset.txt.bz2", "dataset.txt.zst")
KEY = "key.txt"
DOUBLE = "&&"
"""Sign between two senses of one context."""


class SenseItem(NamedTuple):
    """A word with its contexts.

    Attributes
    ----------
    word, name
        The word, and its name with the part of speech, such as ``bank.n``.
    contexts
        Tokens before and after the word in each context.
    senses
        Gold sense of each context.
    """

    word: str
    name: str
    contexts: list[tuple[list[str], list[str]]]
    senses: list[str]

    def __repr__(self) -> str:
        return short(self)


class SenseContexts(NamedTuple):
    """A dataset: words in the order of the file, and the number of contexts without a key."""

    name: str
    items: list[SenseItem]
    without_key: int

    def __repr__(self) -> str:
        return short(self)


def read_sense_contexts(path: str | Path) -> SenseContexts:
    """Read a dataset.

    Parameters
    ----------
    path
        A folder with ``dataset.txt`` and ``key.txt``, or the file of contexts, which has the key beside it; compressed
        or not.

    Raises
    ------
    InputError
        If a file is missing or not of this form, or no context has a key.
    """
    given = arguments.path("dataset", path)
    folder = os.path.isdir(given)  # noqa: PTH112 - never raises
    text = next((given / name for name in TEXTS if (given / name).is_file()), None) if folder else given
    if text is None:
        raise InputError(f"{given}: holds no {TEXTS[0]}; name the file of contexts, which has {KEY} beside it")
    key_file = text.with_name(KEY)
    if not key_file.is_file():
        raise InputError(f"{text}: its gold senses, {key_file}, are missing")
    key = dict(_key(key_file))
    items, without = [], 0
    for name, contexts in _contexts(text):
        numbers = [number for number in range(1, len(contexts) + 1) if (name, number) in key]
        without += len(contexts) - len(numbers)
        word = name.rpartition(".")[0] or name
        chosen = [contexts[number - 1] for number in numbers]
        items.append(SenseItem(word, name, chosen, [key.pop((name, number)) for number in numbers]))
    if key:
        name, number = next(iter(key))
        raise InputError(f"{key_file}: {name}.{number} is no context of {text}; the two files do not belong together")
    items = [item for item in items if item.contexts]
    if not items:
        raise InputError(f"{text}: no context has a gold sense in {key_file}")
    label = given.resolve().name if folder else text.resolve().parent.name or text.stem
    return SenseContexts(label, items, without)


def looks_like_sense_contexts(path: Path) -> bool:
    """Return whether a path is a folder with a dataset, or a file whose first line is ``word.pos N``."""
    if os.path.isdir(path):  # noqa: PTH112 - never raises
        return any((path / name).is_file() for name in TEXTS)
    first = next((line for _, line in read_lines(path)), "")
    return _header(first) is not None


def _header(line: str) -> tuple[str, int] | None:
    cells = line.split(" ")
    return (cells[0], int(cells[1])) if len(cells) == 2 and cells[0] and cells[1].isdecimal() else None


def _contexts(path: Path) -> Iterator[tuple[str, list[tuple[list[str], list[str]]]]]:
    lines: Iterator[tuple[int, str]] = read_lines(path)
    seen = set()
    for number, line in lines:
        header = _header(line)
        if header is None:
            raise InputError(f"{path}, line {number}: expected a word with its number of contexts, found {line!r:.60}")
        name, count = header
        if name in seen:
            raise InputError(f"{path}, line {number}: {name} is repeated")
        seen.add(name)
        contexts = []
        for _ in range(count):
            at, context = next(lines, (0, ""))
            if not at:
                raise InputError(f"{path}: ends within the {count} contexts of {name}")
            sides = context.split("\t")
            if len(sides) != 2:
                raise InputError(
                    f"{path}, line {at}: expected the text before and after {name}, separated by a tab; found "
                    f"{len(sides)} columns"
                )
            contexts.append((sides[0].split(), sides[1].split()))
        yield name, contexts


def _key(path: Path) -> Iterator[tuple[tuple[str, int], str]]:
    for at, line in read_lines(path):
        cells: Sequence[str] = line.split()
        if not cells:
            continue
        number = cells[1].rpartition(".")[2] if len(cells) == 3 else ""
        if not number.isdecimal():
            raise InputError(
                f"{path}, line {at}: expected a word, the number of a context and a sense: a.n a.n.1 a.n.2"
            )
        yield (cells[0], int(number)), cells[2]

"""Files of definitions: lines of a word, a tab and its definition, and the data files of WordNet.

A data file of WordNet (``data.noun`` and others) has a synset a line: its words, its relations, and after a bar the
gloss, of which the part before the first example in quotes is the definition. A folder is read as its ``data.*`` files.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from wordvec import arguments
from wordvec.corpora.lines import read_lines
from wordvec.errors import InputError
from wordvec.representation import short

_SYNSET = re.compile(r"\d{8} \d\d [nvasr] [0-9a-f]{2} \S")
_EXAMPLES = re.compile(r'\s*[;:,]?\s*"')
_MARKER = re.compile(r"\((a|p|ip)\)$")
"""Position of an adjective, which WordNet writes after the word."""


class Definitions(NamedTuple):
    """A dataset's name, its words, and a definition of each; words may have several, and definitions several words."""

    name: str
    words: list[str]
    definitions: list[str]

    def __repr__(self) -> str:
        return short(self)


def read_definitions(source: str | Path | Definitions) -> Definitions:
    """Read definitions; a pair of word and definition that occurs again is left out.

    Parameters
    ----------
    source
        A file of lines, a data file of WordNet, or a folder of such files.

    Raises
    ------
    InputError
        If a file cannot be read, a line lacks a word or a definition, or there is no line.
    """
    if isinstance(source, Definitions):
        return source
    path = arguments.path("dataset", source)
    files = sorted(path.glob("data.*")) if path.is_dir() else [path]
    pairs = list(dict.fromkeys(pair for file in files for pair in _pairs(file)))
    if not pairs:
        wanted = "data.* of WordNet" if path.is_dir() else "lines of a word, a tab and its definition"
        raise InputError(f"{path}: holds no definition; expected {wanted}")
    words, definitions = zip(*pairs, strict=True)
    return Definitions(path.name, list(words), list(definitions))


def _pairs(path: Path) -> Iterator[tuple[str, str]]:
    for at, line in read_lines(path):
        if _SYNSET.match(line):
            yield from _of_synset(path, at, line)
        elif line.strip() and not line.startswith("  "):  # WordNet's licence is indented
            word, tab, definition = line.partition("\t")
            if not (tab and word.strip() and definition.strip()):
                raise InputError(f"{path}, line {at}: {line.strip()!r:.40}: expected a word, a tab and its definition")
            yield word.strip(), definition.strip()


def _of_synset(path: Path, at: int, line: str) -> Iterator[tuple[str, str]]:
    """Yield the words of a synset with its definition: ``offset file type count word id word id … | gloss``."""
    fields, bar, gloss = line.partition(" | ")
    parts = fields.split(" ")
    words = parts[4 : 4 + 2 * int(parts[3], 16) : 2]
    if not bar or len(words) != int(parts[3], 16):
        raise InputError(f"{path}, line {at}: a damaged synset of WordNet")
    definition = _EXAMPLES.split(gloss, maxsplit=1)[0].strip()
    if definition:
        yield from ((_MARKER.sub("", word), definition) for word in words)

"""Lists of senses beside the vectors, ``NAME.senses.tsv``: their shares, neighbours and typical contexts.

::

    word  sense  row     share   tokens  neighbours           contexts
    bank  1      bank#1  0.7421  1832    banks lender credit  opened an account at the [bank] of england
    bank  2      bank#2  0.2579  637     river shore          the left [bank] of the river | along the [bank]

Columns are separated by tabs, neighbours by blanks, contexts by ``|``. Only words with several senses are listed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.lines import read_lines
from wordvec.errors import InputError
from wordvec.files import replacing
from wordvec.formats.common import compressed
from wordvec.representation import short

if TYPE_CHECKING:
    from wordvec.senses.inventory import SenseInventory
    from wordvec.vectors import Vectors

COLUMNS = ("word", "sense", "row", "share", "tokens", "neighbours", "contexts")
NEIGHBOURS = 8
"""Number of neighbours in the list."""
_WORDS_AT_ONCE = 1024
_BETWEEN = " | "


class SenseRow(NamedTuple):
    """A line of a list of senses.

    Attributes
    ----------
    word, number, name
        The word, the number of its sense from 1, and the name of the row of vectors.
    share, tokens
        Share of the word's tokens, and their number.
    neighbours
        Nearest words.
    contexts
        Typical contexts, with the word in brackets.
    """

    word: str
    number: int
    name: str
    share: float
    tokens: int
    neighbours: tuple[str, ...] = ()
    contexts: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return short(self)


def senses_path(vectors: Path) -> Path:
    """Return the path of the list of senses of a vector file.

    >>> senses_path(Path("wiki.vec.gz")).name, senses_path(Path("wiki.bin")).name
    ('wiki.senses.tsv', 'wiki.bin.senses.tsv')
    """
    name = compressed.without_extension(vectors.name).removesuffix(".vec")
    return vectors.with_name(f"{name}.senses.tsv")


def listed_senses(
    vectors: "Vectors", contexts: Mapping[str, Sequence[str]] | None = None, threads: int | None = None
) -> Iterator[SenseRow]:
    """Yield the senses of all words with several, with the neighbours of each.

    Parameters
    ----------
    vectors
        Vectors with senses and counts.
    contexts
        Typical contexts of rows, by their names.
    threads
        Number of threads of the search; default: one for each processor.
    """
    inventory = vectors.inventory
    if inventory is None:
        return
    several = [inventory.words[number] for number in np.flatnonzero(inventory.senses > 1)]
    for first in range(0, len(several), _WORDS_AT_ONCE):
        names = [(word, name) for word in several[first : first + _WORDS_AT_ONCE] for name in inventory.names_of(word)]
        found = vectors.nearest([name for _, name in names], NEIGHBOURS, threads=threads, exact=True)
        for (word, name), near in zip(names, found, strict=True):
            yield _row(inventory, word, name, tuple(one for one, _ in near), tuple((contexts or {}).get(name, ())))


def _row(
    inventory: "SenseInventory", word: str, name: str, neighbours: tuple[str, ...], contexts: tuple[str, ...]
) -> SenseRow:
    place = inventory.names_of(word).index(name)
    shares = inventory.shares_of(word)
    counts: NDArray[np.int64] | None = inventory.counts_of(word)
    share = float("nan") if shares is None else float(shares[place])
    tokens = 0 if counts is None else int(counts[place])
    number = int(name.removeprefix(word + inventory.mark))
    return SenseRow(word, number, name, share, tokens, neighbours, contexts)


def write_senses(rows: Iterable[SenseRow], path: Path, overwrite: bool = False) -> None:
    """Write a list of senses.

    Raises
    ------
    OutputError
        If it cannot be written, or exists and `overwrite` is false.
    """
    with replacing(path, overwrite) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
        print(*COLUMNS, sep="\t", file=file)
        for row in rows:
            cells = [row.word, str(row.number), row.name, f"{row.share:.4f}", str(row.tokens)]
            texts = [" ".join(row.neighbours), _BETWEEN.join(" ".join(text.split()) for text in row.contexts)]
            print(*cells, *texts, sep="\t", file=file)


def read_senses(path: Path) -> Iterator[SenseRow]:
    """Yield the lines of a list of senses.

    Raises
    ------
    InputError
        If the file cannot be read, or is not a list of senses.
    """
    for number, line in read_lines(path):
        cells = line.split("\t")
        if number == 1:
            if tuple(cells) != COLUMNS:
                raise InputError(f"{path}: is not a list of senses; expected the columns {', '.join(COLUMNS)}")
            continue
        if len(cells) != len(COLUMNS):
            raise InputError(f"{path}, line {number}: expected {len(COLUMNS)} columns, found {len(cells)}")
        word, sense, name, share, tokens, near, contexts = cells
        try:
            found = SenseRow(word, int(sense), name, float(share), int(tokens))
        except ValueError:
            raise InputError(
                f"{path}, line {number}: sense, share and tokens must be numbers; found {sense}, {share} and {tokens}"
            ) from None
        yield found._replace(neighbours=tuple(near.split()), contexts=tuple(filter(None, contexts.split(_BETWEEN))))

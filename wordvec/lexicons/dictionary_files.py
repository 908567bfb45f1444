"""Dictionary files: each line has a word and one or more translations.

Columns are separated by tabs, semicolons, bars, commas or blanks. A first column that counts the lines is skipped, and
so are further columns of numbers, such as scores, unless blanks separate them: then a line has two words. Other further
columns are more translations, except after tabs.
Several words in one column are separated by commas, semicolons, bars or `` / ``; each is paired with each word of the
other side. A comma between digits is part of a number.

Wiktionary as JSON lines has translations into many languages, of which one is read: see `wordvec.lexicons.wiktextract`.
"""

import csv
from collections.abc import Iterable
from pathlib import Path

from wordvec import arguments
from wordvec.corpora.columns import cut, is_number
from wordvec.corpora.lines import read_lines
from wordvec.errors import InputError, SettingsError
from wordvec.lexicons.columns import BLANKS, alternatives, index_of, separator_of, without_index
from wordvec.lexicons.wiktextract import is_wiktextract, translations

Pairs = list[tuple[str, str]]


def read_dictionary(path: str | Path, *, swap: bool = False, to: str | None = None) -> Pairs:
    """Read the distinct pairs of words, in the file's order.

    Parameters
    ----------
    path
        The file.
    swap
        Return the pairs with their two sides swapped, for a dictionary of the other direction.
    to
        Code of the language of the translations, such as ``de``; needed for Wiktionary, and only for it.

    Raises
    ------
    InputError
        If the file is missing, empty or not UTF-8, a line does not have two words, or a record of Wiktionary is
        damaged.
    SettingsError
        If `to` is missing, or given for another file.
    """
    arguments.expect("swap", swap, bool)
    arguments.expect("to", to, str, optional=True)
    if is_wiktextract(path := arguments.path("path", path)):
        if to is None:
            raise SettingsError(f": {path} has translations into many languages; name one, such as de", setting="to")
        found = translations(path, to)
        return swapped(found) if swap else found
    if to is not None:
        raise SettingsError(f": {path} is not Wiktionary as JSON lines; leave this out", setting="to")
    lines = [(number, stripped) for number, line in read_lines(path) if (stripped := line.strip(BLANKS))]
    if (index := index_of(lines)) is not None:
        lines = [(number, line) for number, line in without_index(lines, index) if line]
    separator = separator_of(line for _, line in lines)
    pairs: dict[tuple[str, str], None] = {}
    for number, line in lines:
        sides = _sides(line, "\t" if "\t" in line else separator)
        if sides is None:
            raise InputError(
                f"{path}, line {number}: expected two words separated by a blank or a tab; separate several "
                "translations by commas"
            )
        pairs.update(dict.fromkeys((left, right) for left in sides[0] for right in sides[1]))
    if not pairs:
        raise InputError(f"{path}: no pair of words found; each line must have a word and its translation")
    return swapped(pairs) if swap else list(pairs)


def swapped(pairs: Iterable[tuple[str, str]]) -> Pairs:
    """Return pairs with their two sides swapped."""
    return [(second, first) for first, second in pairs]


def _sides(line: str, separator: str) -> tuple[list[str], list[str]] | None:
    """Return the words of both sides; None if the line is not a pair."""
    if separator == " ":
        first, _, rest = line.partition(" ")
        several = alternatives(rest.strip(BLANKS))
        return ([first], several) if len(several) > 1 or len(line.split()) == 2 else None
    if separator == "\t":
        cells = [cell.strip(BLANKS) for cell in line.split("\t")[:2]]
    else:
        try:
            cells = [cell.strip(BLANKS) for cell in cut(line, separator)]
        except csv.Error:
            return None
    if len(cells) < 2 or not (cells[0] and cells[1]):
        return None
    others = [cell for cell in cells[2:] if cell and not is_number(cell)]
    return alternatives(cells[0]), [word for cell in (cells[1], *others) for word in alternatives(cell)]

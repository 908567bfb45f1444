"""Wiktionary as JSON lines, which Wiktextract extracts and kaikki.org publishes: relations and translations of words.

A record is a word in one part of speech::

    {"word": "tea", "lang_code": "en", "pos": "noun", "senses": [{"synonyms": [{"word": "chai"}], ...}, ...],
     "hypernyms": [{"word": "drink"}], "translations": [{"lang_code": "de", "word": "Tee"}], ...}

Relations and translations are in the record or in its senses. Older files have ``code`` in place of the ``lang_code``
of a translation. A field that is null is read as missing, because tables that are written as JSON lines have all fields
in each record. Records without a word are redirects. Files are read line by line, and only the edges or pairs are
kept in memory.
"""

import itertools
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from wordvec.corpora.lines import read_lines
from wordvec.errors import InputError
from wordvec.lexicons.relations import Weights, check_names, named, weight_of

USUAL = {"synonym": 1.0, "hypernym": 1.0, "hyponym": 1.0, "antonym": -1.0}
"""Weights of the relations that are read if nothing else is said; those of all others are 0."""
_KEYS = (
    *("synonyms", "antonyms", "hypernyms", "hyponyms", "holonyms", "meronyms", "troponyms", "coordinate_terms"),
    *("instances", "related", "derived", "abbreviations"),
)
_ARRAY = re.compile(r"\s*\[\s*(\{|$)")
_AWAY = "extract one language, as in kaikki.org's file of each"

Line = tuple[int, str]


def edges(path: str | Path, lines: Iterable[Line], relations: Weights) -> Iterator[tuple[str, str, float]]:
    """Yield the two words and the weight of each edge.

    Parameters
    ----------
    path, lines
        The file, and its numbered lines.
    relations
        Weights of relations, beside or in place of `USUAL`.

    Raises
    ------
    InputError
        If a line is not a record, or records are of several languages.
    SettingsError
        If `relations` name one that Wiktionary does not have.
    """
    check_names(path, relations, set(map(named, _KEYS)))
    weights = {key: weight_of(named(key), USUAL | dict(relations), 0.0) for key in _KEYS}
    wanted = {key: weight for key, weight in weights.items() if weight}
    language: str | None = None
    for at, record in _records(path, lines):
        word, code = record["word"], record.get("lang_code")
        language = language or code
        if code not in (language, "mul", None):
            raise InputError(f"{path}, line {at}: has words of {language} and of {code}; {_AWAY}")
        for part in _parts(path, at, record):
            for key, weight in wanted.items():
                for other in _words(path, at, part, key):
                    yield word, other["word"], weight


def translations(path: str | Path, language: str) -> list[tuple[str, str]]:
    """Return the distinct pairs of a word and its translation, in the file's order.

    Parameters
    ----------
    path
        The file.
    language
        Code of the language of the translations, such as ``de``.

    Raises
    ------
    InputError
        If the file cannot be read, a line is not a record, or there is no translation into this language.
    """
    pairs: dict[tuple[str, str], None] = {}
    seen: set[str] = set()
    given = (line for line in read_lines(Path(path)) if line[1].strip())
    for at, record in _records(path, given):
        for part in _parts(path, at, record):
            for other in _words(path, at, part, "translations"):
                code = other.get("lang_code") or other.get("code")
                seen.add(str(code))
                if code == language:
                    pairs[record["word"], other["word"]] = None
    if not pairs:
        found = f"it has {', '.join(sorted(seen)[:12])}" if seen else "it has none into any language"
        raise InputError(f"{path}: no translation into {language!r}; {found}")
    return list(pairs)


def is_wiktextract(path: str | Path) -> bool:
    """Return whether the first line of a file begins like a record.

    Raises
    ------
    InputError
        If it cannot be read, or begins like an array of records.
    """
    first = next((line for _, line in itertools.islice(read_lines(Path(path)), 100) if line.strip()), "")
    return is_record(path, first)


def is_record(path: str | Path, first: str) -> bool:
    """Return whether the first line of a file begins like a record.

    Raises
    ------
    InputError
        If it begins like an array of records.
    """
    if _ARRAY.match(first):
        raise InputError(f"{path}: is an array in JSON; write a record on each line (such as jq -c '.[]')")
    return first.lstrip().startswith("{")


def _records(path: str | Path, lines: Iterable[Line]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the number of the line and the record of each word."""
    for at, line in lines:
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise InputError(f"{path}, line {at}: is not JSON ({error})") from error
        if not isinstance(record, dict):
            raise InputError(f"{path}, line {at}: expected a record in braces, as Wiktextract writes them")
        word = record.get("word")
        if isinstance(word, str) and word:
            yield at, record
        elif "redirect" not in record and "redirects" not in record:
            raise InputError(f'{path}, line {at}: has no "word"; expected a record of Wiktextract')


def _parts(path: str | Path, at: int, record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a record and its senses, each of which has relations."""
    yield record
    yield from _list(path, at, record, "senses")


def _words(path: str | Path, at: int, part: dict[str, Any], key: str) -> Iterator[dict[str, Any]]:
    """Yield the entries of a list that name a word."""
    for entry in _list(path, at, part, key):
        if isinstance(entry.get("word"), str) and entry["word"]:
            yield entry


def _list(path: str | Path, at: int, part: dict[str, Any], key: str) -> list[dict[str, Any]]:
    entries = part.get(key)
    if entries is None:
        return []
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise InputError(f'{path}, line {at}: "{key}" is not a list of records, as Wiktextract writes it')
    return entries

"""Files of lexicons and knowledge graphs, whose format is detected from their contents.

An edge list has two words a line, or two words and a weight; its edges are undirected. In an adjacency list, a line is
a word and its neighbours; its edges are directed from that word, as in the files of the authors of retrofitting. A list
of relations has a word, a relation, another word and perhaps a weight, separated by tabs; its edges are undirected, and
those of antonyms connect opposites. Wiktionary as JSON lines is read by `wordvec.lexicons.wiktextract`. Lines at the
beginning that start with ``# `` are comments.

The lines of a file, but not of Wiktionary, are held in memory until its edges are collected, since the format depends
on all of them.
"""

import itertools
from collections.abc import Iterable
from pathlib import Path

from wordvec.corpora.lines import read_lines
from wordvec.errors import InputError, SettingsError
from wordvec.lexicons import edge_lists, relation_lists, wiktextract
from wordvec.lexicons.edges import Collector
from wordvec.lexicons.held_lines import HeldLines
from wordvec.lexicons.lexicon import Lexicon
from wordvec.lexicons.relations import Weights

RELATIONS, WIKTIONARY = "relations", "Wiktionary"
_COMMENT = "# "


def read_lexicon(path: str | Path, relations: Weights | None = None) -> Lexicon:
    """Read a lexicon.

    Parameters
    ----------
    path
        The file, or ``-`` for standard input.
    relations
        Weights of relations, see `wordvec.lexicons.relations`, for a file that names relations. Default: 1, and -1 for
        antonyms. Of Wiktionary, default: synonyms, hypernyms, hyponyms and antonyms. A file whose relations have other
        than usual names is recognised by those that have weights here.

    Raises
    ------
    InputError
        If the file cannot be read or is empty, a line of a list of edges or relations lacks a word or has a weight that
        is not positive, or a record of Wiktionary is damaged.
    MemoryLimitError
        If the lines do not fit in memory.
    SettingsError
        If `relations` are given and the file does not name them.
    """
    lines = read_lines(Path(path))
    first = next((line for line in lines if line[1].strip() and not line[1].startswith(_COMMENT)), None)
    if first is None:
        raise InputError(f"{path}: is empty; each line must have two words, or a word and its neighbours")
    lines, name, weights = itertools.chain([first], lines), str(path), relations or {}
    if wiktextract.is_record(path, first[1]):
        records = (line for line in lines if line[1].strip())
        collected = _undirected(wiktextract.edges(path, records, weights))
        return Lexicon(name, WIKTIONARY, *collected.result(mutual=True), weights)
    held = HeldLines(lines, name)
    if relation_lists.has_relations(held, weights):
        collected = _undirected(relation_lists.edges(path, held, weights))
        return Lexicon(name, RELATIONS, *collected.result(mutual=True), weights)
    if relations:
        raise SettingsError(f": {path} does not name these relations in its second column", setting="relations")
    layout = edge_lists.layout_of(held)
    collected = edge_lists.collect(path, held, layout)
    return Lexicon(name, layout.form, *collected.result(mutual=layout.form != edge_lists.NEIGHBOURS))


def _undirected(edges: Iterable[tuple[str, str, float]]) -> Collector:
    """Collect edges between different words that have a weight."""
    collector = Collector()
    for word, other, weight in edges:
        if weight and word != other:
            collector.add(word, [other], weight)
    return collector

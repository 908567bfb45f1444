"""One vocabulary from the words of all shards: their tables are merged as a tree, in the order of the text.

Each merge writes a file for each table below: the number that each of its words has in the merged table. The files on
the way from a shard to the root map the shard's numbers to final ids (`chains`).
"""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.arrayfile import ArrayFile
from wordvec.corpora.folder import VOCABULARY
from wordvec.corpora.npy import map_array
from wordvec.corpora.renumbering import build_vocabulary
from wordvec.corpora.settings import EncodingSettings
from wordvec.corpora.summary import of_vocabulary
from wordvec.corpora.wordtable import WordTable
from wordvec.distributed.cluster import Cluster
from wordvec.distributed.word_lists import read_words, replayed, write_words
from wordvec.distributed.worker import whole_folder

FAN_IN = 8
"""Tables that one task merges."""

GIVEN = "given.txt"


class MergeJob(NamedTuple):
    """The merging of some tables.

    Attributes
    ----------
    place
        Folder to write.
    tables
        Folders of the tables, in the order of the text.
    """

    place: Path
    tables: list[Path]


class VocabularyJob(NamedTuple):
    """The last merge, and the vocabulary.

    Attributes
    ----------
    place, tables
        As for `MergeJob`; with `max_words` the tables are those of all shards.
    target
        Folder of the corpus.
    settings, wanted
        Settings of encoding, with and without an automatic tokenizer. A given vocabulary is a file.
    """

    place: Path
    tables: list[Path]
    target: Path
    settings: EncodingSettings
    wanted: EncodingSettings


class Merged(NamedTuple):
    """The vocabulary of a text.

    Attributes
    ----------
    words
        Result of `summary.of_vocabulary`.
    chains
        For each shard the files that map its numbers to final ids, one after another.
    """

    words: dict[str, Any]
    chains: list[list[Path]]


def merged(
    cluster: Cluster,
    shards: list[Path],
    target: Path,
    work: Path,
    settings: EncodingSettings,
    wanted: EncodingSettings,
) -> Merged:
    """Write the vocabulary of a text.

    Parameters
    ----------
    cluster
        Workers.
    shards
        Folders of the shards, in order.
    target, work
        Folder of the corpus, and of the files that tasks exchange.
    settings, wanted
        Settings of encoding, with and without an automatic tokenizer.

    Raises
    ------
    InputError
        If no word is kept.
    MemoryLimitError
        If there are too many different words.
    """
    if (given := settings.given_vocabulary()) is not None:
        given.write(work / GIVEN)
        settings = dataclasses.replace(settings, vocabulary=work / GIVEN)
        wanted = dataclasses.replace(wanted, vocabulary=work / GIVEN)
    tables: list[Path] = shards
    chains: list[list[Path]] = [[] for _ in shards]
    above = list(range(len(shards)))
    level = 0
    while len(tables) > FAN_IN and settings.max_words is None:
        groups = [tables[begin : begin + FAN_IN] for begin in range(0, len(tables), FAN_IN)]
        jobs = [MergeJob(work / f"merge-{level}-{number}", group) for number, group in enumerate(groups)]
        cluster.run("merge", merge, jobs)
        _extend(chains, above, jobs)
        tables, level = [job.place for job in jobs], level + 1
    last = VocabularyJob(work / "vocabulary", tables, target, settings, wanted)
    (words,) = cluster.run("vocabulary", finish, [last], "vocabulary")
    for chain, number in zip(chains, above, strict=True):
        chain.append(names_of(last.place, number))
    return Merged(words, chains)


def merge(job: MergeJob) -> None:
    """Merge some tables into one."""
    with whole_folder(job.place) as folder:
        table = _added(job.tables, folder)
        write_words(folder, table)


def finish(job: VocabularyJob) -> dict[str, Any]:
    """Merge the last tables and write the vocabulary; return the result of `summary.of_vocabulary`.

    Raises
    ------
    InputError
        If no word is kept.
    """
    with whole_folder(job.place) as folder:
        if job.settings.max_words is None:
            table = _added(job.tables, folder)
        else:
            names = [names_of(folder, number) for number in range(len(job.tables))]
            table = replayed(job.tables, names, job.settings)
        final = build_vocabulary(table, job.settings, job.settings.given_vocabulary(), folder)
        for number in range(len(job.tables)):
            path = names_of(folder, number)
            ids = final.names[np.array(map_array(path))]
            _write(path, ids)
        final.vocabulary.write(folder / VOCABULARY)
        (folder / VOCABULARY).replace(job.target / VOCABULARY)
        return of_vocabulary(final, job.settings, job.wanted)


def names_of(folder: Path, number: int) -> Path:
    """Return the file of the numbers in a merged table that the words of one table below have."""
    return folder / f"names-{number}.npy"


def final_ids(chain: Sequence[Path]) -> NDArray[np.uint32]:
    """Return the final id of each number of a shard."""
    ids = np.array(map_array(chain[0], np.uint32))
    for path in chain[1:]:
        ids = map_array(path, np.uint32)[ids]
    return ids


def _added(tables: Sequence[Path], folder: Path) -> WordTable:
    """Return the union of some tables, and write the numbers of their words."""
    table = WordTable()
    for number, path in enumerate(tables):
        _write(names_of(folder, number), table.add_packed(*read_words(path)))
    return table


def _write(path: Path, names: NDArray[np.uint32]) -> None:
    with ArrayFile(path, np.uint32) as file:
        file.append(names)


def _extend(chains: list[list[Path]], above: list[int], jobs: Sequence[MergeJob]) -> None:
    """Add the files of a level of the tree to the chains of the shards."""
    for shard, number in enumerate(above):
        chains[shard].append(names_of(jobs[number // FAN_IN].place, number % FAN_IN))
        above[shard] = number // FAN_IN

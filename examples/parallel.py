"""Parallel texts, and dictionaries extracted from them."""

import os
import re
from pathlib import Path

import numpy as np
from scipy.sparse import coo_array, csr_array

from wordvec.corpora.tokenizers import words as tokenised

Pairs = list[tuple[str, str]]
Lines = list[tuple[list[str], list[str]]]

DATA = Path(os.environ.get("WORDVEC_DATA", "nowhere"))
JOINT_LINES = 5


def captions(language: str) -> list[list[str]]:
    """Read the captions of multi30k, a line each."""
    folder = DATA / "bilingual/multi30k"
    files = [folder / f"{part}.lc.norm.tok.{language}" for part in ("train", "val")]
    return [line.split() for file in files for line in file.read_text().splitlines()]


def parallel(language: str) -> Lines:
    """Read lines of English and another language."""
    if language in ("cs", "fr"):
        return list(zip(captions("en"), captions(language), strict=True))
    folder = DATA / "bilingual"
    if language == "sw":
        english, swahili = (
            dict(line.split("\t")[:2] for line in (folder / "bible" / file).read_text().splitlines())
            for file in ("en-kjv.tsv", "Swahili-NT.tsv")
        )
        text = [(english[verse], swahili[verse]) for verse in swahili if verse in english]
    else:
        file = folder / "tatoeba" / {"mr": "mar.txt", "tr": "tur.txt"}[language]
        text = [(cells[0], cells[1]) for cells in (line.split("\t") for line in file.read_text().splitlines())]
    if language == "tr":
        text = [(one, other.replace("I", "ı").replace("İ", "i")) for one, other in text]
    return [(tokenised(one.lower()), tokenised(other.lower())) for one, other in text]


def by_dice(lines: Lines) -> Pairs:
    """Pair words that are each other's best by Dice over lines, with at least `JOINT_LINES` joint lines."""
    sides = [_incidence([line[side] for line in lines]) for side in (0, 1)]
    joint = coo_array(sides[0][1].T @ sides[1][1])
    rows, columns, together = joint.row, joint.col, joint.data
    lines_of = [np.asarray(matrix.sum(axis=0)).ravel() for _, matrix in sides]
    dice = np.where(together >= JOINT_LINES, 2 * together / (lines_of[0][rows] + lines_of[1][columns]), 0)
    order = np.lexsort((columns, rows, -dice))
    best = (order[np.unique(index[order], return_index=True)[1]] for index in (rows, columns))
    mutual = np.intersect1d(next(best), next(best))
    pairs = [(sides[0][0][rows[at]], sides[1][0][columns[at]]) for at in mutual if dice[at] > 0]
    return [pair for pair in pairs if all(re.search(r"[^\W\d]", word) for word in pair)]


def _incidence(lines: list[list[str]]) -> tuple[list[str], csr_array]:
    """Return the words, and the incidence matrix (lines, words)."""
    words: dict[str, int] = {}
    cells = [(at, words.setdefault(word, len(words))) for at, line in enumerate(lines) for word in dict.fromkeys(line)]
    rows, columns = np.array(cells).T
    return list(words), csr_array((np.ones(len(rows), np.int64), (rows, columns)), (len(lines), len(words)))

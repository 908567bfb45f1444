"""Nearest words in two stages: candidates by their codes of bits, ranked by the cosines of their vectors."""

from typing import TYPE_CHECKING

import numpy as np

from wordvec import arguments
from wordvec.codecs.bits import Bits
from wordvec.errors import SettingsError
from wordvec.vectors.neighbours import QUERIES_AT_ONCE, Answers, Neighbours

if TYPE_CHECKING:
    from wordvec.vectors.questions import Questions


def nearest_by_codes(
    vectors: "Questions", words: list[str], codes: "Questions", candidates: int, wanted: Answers
) -> list[Neighbours]:
    """Return the neighbours of each word; see `Questions.nearest_by_codes`."""
    from wordvec.search.codes import best_codes, reranked

    bits = _checked(vectors, codes)
    if arguments.whole("candidates", candidates) < wanted.n:
        raise SettingsError(f"{candidates}: must be at least the number of answers, {wanted.n}", setting="candidates")
    found: list[Neighbours] = []
    for first in range(0, len(words), QUERIES_AT_ONCE):
        some = words[first : first + QUERIES_AT_ONCE]
        rows = np.array([_row(vectors, word) for word in some], np.int64)
        # The word itself is one of the candidates and of the answers, and is left out.
        near = best_codes(bits.take(rows), bits, candidates + 1, threads=wanted.threads)
        best = reranked(vectors.stored[rows], vectors.stored, near.rows, wanted.n + 1)
        for own, scores, answers in zip(rows.tolist(), best.scores.tolist(), best.rows.tolist(), strict=True):
            others = [(row, score) for row, score in zip(answers, scores, strict=True) if row not in (own, -1)]
            found.append([(vectors.words[row], score) for row, score in others[: wanted.n]])
    return found


def _row(vectors: "Questions", word: str) -> int:
    """Return the row of a word, which must not be one that only n-grams give a vector."""
    row = vectors._row_or_none(word)
    if row < 0:
        raise vectors.unknown(word)
    return row


def _checked(vectors: "Questions", codes: "Questions") -> Bits:
    """Return the codes of the words of vectors.

    Raises
    ------
    SettingsError
        If they are not codes of bits, or not of the same words.
    """
    if not isinstance(codes.coded, Bits):
        raise SettingsError(
            ": not stored as bits; `wordvec convert VECTORS CODES.vectors --storage bits` writes such codes",
            setting="codes",
        )
    if codes.words != vectors.words:
        raise SettingsError(": their words are not those of the vectors, in the same order", setting="codes")
    return codes.coded

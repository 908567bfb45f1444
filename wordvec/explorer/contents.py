"""The contents of a page: sets of words with their places and vectors, and tested changes."""

import base64
import dataclasses
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.explorer.coding import CodedRows
from wordvec.representation import short

KINDS = ("set", "spaces", "space", "slices")


@dataclasses.dataclass(frozen=True, kw_only=True)
class WordSet:
    """A set of words on the map.

    Attributes
    ----------
    name
        Name of the set.
    words
        Words with a vector, most frequent first.
    counts
        (words,) int64 array of their counts; None if not known.
    tokens
        Number of tokens of the corpus; None if not known.
    cut
        Whether the set has more words than the page.
    places
        (words, 2) float32 array: places on the map.
    rows
        Their vectors.
    senses
        Words with several senses, the rows of these, and their shares of the uses of the word; None if not known.
    """

    name: str
    words: list[str]
    counts: NDArray[np.int64] | None
    tokens: int | None
    cut: bool
    places: NDArray[np.float32]
    rows: CodedRows
    senses: list[tuple[str, list[int], list[float] | None]]

    def __repr__(self) -> str:
        return short(self)

    def head(self) -> dict[str, Any]:
        """Return what the page's head says of the set."""
        return {
            "name": self.name,
            "size": len(self.words),
            "dim": self.rows.planes[0].shape[1],
            "bits": 8 * len(self.rows.planes),
            "counted": self.counts is not None,
            "tokens": self.tokens,
            "cut": self.cut,
            "senses": self.senses,
        }


@dataclasses.dataclass(frozen=True, kw_only=True)
class Contents:
    """What a page shows.

    Attributes
    ----------
    title
        Title of the page.
    kind
        One of `KINDS`: one set, sets in spaces of their own, sets in one space, or slices.
    layout
        How the places were computed.
    sets
        The sets.
    changes
        Tests of change between slices, as JSON can hold them.
    """

    title: str
    kind: str
    layout: str
    sets: Sequence[WordSet]
    changes: Sequence[dict[str, Any]] = ()

    def __repr__(self) -> str:
        return short(self)

    def blocks(self) -> tuple[str, list[str], list[str]]:
        """Return the head as JSON, and a block in base64 of the map and of the rows of each set.

        ``page/src/data.js`` says what they hold.
        """
        words = list(dict.fromkeys(word for one in self.sets for word in one.words))
        ids = {word: number for number, word in enumerate(words)}
        head = {
            "title": self.title,
            "kind": self.kind,
            "layout": self.layout,
            "words": words,
            "sets": [one.head() for one in self.sets],
            "changes": list(self.changes),
        }
        maps = [
            _base64(
                np.array([ids[word] for word in one.words], "<u4"),
                (np.zeros(len(one.words)) if one.counts is None else one.counts).astype("<f8"),
                one.places.astype("<f4"),
            )
            for one in self.sets
        ]
        rows = [_base64(one.rows.scales.astype("<f4"), *one.rows.planes) for one in self.sets]
        return json.dumps(head, ensure_ascii=False, separators=(",", ":")), maps, rows


def _base64(*arrays: NDArray[Any]) -> str:
    return base64.b64encode(b"".join(array.tobytes() for array in arrays)).decode("ascii")

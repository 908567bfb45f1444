"""The kernels of phrases against slow twins."""

import itertools
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wordvec.corpora.phrases import Phrases, text
from wordvec.corpora.phrases.joining import edges_of
from wordvec.corpora.phrases.prefixes import with_connectors
from wordvec.corpora.phrases.table import Phrase
from wordvec.corpora.phrases.text import PassText
from wordvec.kernels.cooccurrence import GAP
from wordvec.kernels.phrases import join_phrases
from wordvec.workers import StopFlag


def text_of(sentences: list[list[int]]) -> PassText:
    """Return sentences of five words, of which 5 is unknown."""
    ids = np.array([number for sentence in sentences for number in sentence], np.uint32)
    offsets = np.cumsum([0, *map(len, sentences)])
    return PassText(ids, offsets, list("abcde"), np.bincount(ids, minlength=6)[:5])


def candidates(sentence: list[int]) -> Iterator[tuple[int, ...]]:
    """Yield each word that no connector is, with connectors and the next such word; 3 and 4 are connectors."""
    for begin, end in itertools.combinations(range(len(sentence)), 2):
        first, *inside, last = sentence[begin : end + 1]
        if first in (0, 1, 2) and last in (0, 1, 2) and set(inside) <= {3, 4}:
            yield (first, *inside, last)


@given(sentences=st.lists(st.lists(st.integers(0, 5), max_size=9), min_size=1, max_size=9), parts=st.booleans())
def test_kernel_of_candidates_writes_the_pairs_that_a_slow_twin_finds(
    sentences: list[list[int]], parts: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    given_text = text_of(sentences)
    folder, connectors = tmp_path_factory.mktemp("candidates"), np.array([False, False, False, True, True])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text, "TOKENS_AT_ONCE", 3 if parts else 1000)
        found = with_connectors(given_text, connectors, folder / "candidates.npy", StopFlag())
    pairs = [(*found.parts(int(a)), int(b)) for a, b in itertools.pairwise(found.ids.tolist()) if a != GAP and b != GAP]
    assert pairs == [pair for sentence in sentences for pair in candidates(sentence)]
    firsts = found.firsts()
    assert all(firsts[number] == found.parts(number)[0] for number in range(found.numbers))


@given(sentences=st.lists(st.lists(st.integers(0, 5), max_size=9), min_size=1, max_size=9))
def test_kernel_of_joining_is_its_slow_twin(sentences: list[list[int]]) -> None:
    words = [*"abcde", "?"]  # 5 is unknown
    phrases = [Phrase("X", ("a", "b")), Phrase("Y", ("b", "d", "e", "c")), Phrase("c", ("c", "d", "a"))]
    edges = edges_of(phrases, words[:5])
    given_text = text_of(sentences)
    ids = np.where(given_text.ids == 5, len(edges.words), given_text.ids).astype(np.uint32)
    out, ends = np.empty(len(ids), np.uint32), np.empty(len(sentences), np.int64)
    filled = join_phrases(ids, given_text.offsets[1:], edges.flags, edges.slots, out, ends)
    spelt = [[*edges.words, "?"][number] for number in out[:filled]]
    joined = [spelt[a:b] for a, b in itertools.pairwise([0, *ends.tolist()])]
    assert joined == [Phrases([phrases]).join([words[number] for number in sentence]) for sentence in sentences]

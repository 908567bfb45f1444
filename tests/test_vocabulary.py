"""The vocabulary: order, lookup, files, merging; and the hash table of its words."""

import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wordvec.corpora import wordtable
from wordvec.corpora.vocabulary import Vocabulary, pack
from wordvec.corpora.wordtable import WordTable
from wordvec.errors import InputError, MemoryLimitError, OutputError

WORD = st.text(st.sampled_from("abé漢"), min_size=1, max_size=30)


def table_of(words: list[str], max_words: int | None = None) -> WordTable:
    table = WordTable(max_words)
    for word in words:
        table.add_packed(*pack([word]), np.ones(1, np.int64))
    return table


@given(st.dictionaries(WORD, st.integers(1, 4) | st.integers(1, 2**40), max_size=60))
@settings(deadline=None)
def test_words_are_in_order_of_falling_count_and_of_their_bytes(counts: dict[str, int]) -> None:
    vocabulary = Vocabulary.from_words(list(counts), list(counts.values()))
    expected = sorted(counts.items(), key=lambda item: (-item[1], item[0].encode()))
    assert list(zip(vocabulary.words, vocabulary.counts.tolist(), strict=True)) == expected
    assert vocabulary.total == sum(counts.values())


def test_many_words_with_a_common_beginning_are_sorted() -> None:
    draw = random.Random(2)
    words = [f"https://example.org/{draw.randrange(10**6)}/{k}" for k in range(5_000)]
    assert Vocabulary.from_words(words, [1] * len(words)).words == sorted(words)


def test_an_id_is_the_rank_of_a_word() -> None:
    vocabulary = Vocabulary.from_words(["b", "a", "the"], [2, 2, 7])
    assert [vocabulary.id(word) for word in ("the", "a", "b")] == [0, 1, 2]
    assert "a" in vocabulary
    assert "c" not in vocabulary
    assert len(vocabulary) == 3
    with pytest.raises(KeyError):
        vocabulary.id("c")


def test_the_cut_is_the_number_of_words_with_at_least_that_count() -> None:
    vocabulary = Vocabulary.from_words(list("abcd"), [5, 5, 2, 1])
    assert [vocabulary.cut(count) for count in (0, 1, 2, 3, 5, 6)] == [4, 4, 3, 2, 2, 0]


@given(
    st.dictionaries(
        WORD | st.text(st.characters(codec="utf-8", categories=["L", "N", "S", "M"]), min_size=1),
        st.integers(0, 10**17),
        min_size=1,
    )
)
@settings(deadline=None)
def test_a_saved_vocabulary_is_loaded_again(tmp_path_factory: pytest.TempPathFactory, counts: dict[str, int]) -> None:
    path = tmp_path_factory.mktemp("vocabulary") / "words.txt"
    vocabulary = Vocabulary.from_words(list(counts), list(counts.values()))
    vocabulary.save(path)
    lines = "".join(f"{word} {count}\n" for word, count in zip(vocabulary.words, vocabulary.counts, strict=True))
    assert path.read_bytes() == lines.encode()
    loaded = Vocabulary.load(path)
    assert (loaded.words, loaded.counts.tolist()) == (vocabulary.words, vocabulary.counts.tolist())


def test_a_vocabulary_of_another_tool_is_sorted(tmp_path: Path) -> None:
    path = tmp_path / "vocab.txt"
    path.write_bytes("\ufeffb 2\r\nthe\t7\r\na 1\r\na 1".encode())
    vocabulary = Vocabulary.load(path)
    assert (vocabulary.words, vocabulary.counts.tolist()) == (["the", "a", "b"], [7, 2, 2])


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"a 1\nb\n", "line 2"),
        (b"a 1\n\nb 2\n", "line 2"),
        (b"a 1 2\n", "line 1"),
        (b"a -1\n", "line 1"),
        (b"a 1\nb 99999999999999999999\n", "line 2"),
        (b"a 1\nb 1\n\xff 1\n", "line 3"),
        (b"", "empty"),
    ],
)
def test_a_file_that_is_no_vocabulary_is_refused_with_its_line(tmp_path: Path, content: bytes, line: str) -> None:
    path = tmp_path / "vocab.txt"
    path.write_bytes(content)
    with pytest.raises(InputError, match=f"vocab.txt.*{line}"):
        Vocabulary.load(path)


def test_a_missing_vocabulary_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        Vocabulary.load(tmp_path / "none.txt")


def test_a_vocabulary_does_not_overwrite_a_file_unasked(tmp_path: Path) -> None:
    path = tmp_path / "vocab.txt"
    path.write_text("mine")
    vocabulary = Vocabulary.from_words(["a"], [1])
    with pytest.raises(OutputError):
        vocabulary.save(path)
    vocabulary.save(path, overwrite=True)
    assert path.read_text() == "a 1\n"


def test_merging_adds_counts() -> None:
    first, second = Vocabulary.from_words(["a", "b"], [3, 1]), Vocabulary.from_words(["c", "b"], [1, 5])
    merged = Vocabulary.merge(first, second)
    assert (merged.words, merged.counts.tolist()) == (["b", "a", "c"], [6, 3, 1])
    assert len(Vocabulary.merge()) == 0


@given(st.lists(WORD, max_size=200))
@settings(deadline=None)
def test_the_table_counts_every_word_and_names_words_by_first_appearance(words: list[str]) -> None:
    table = table_of(words)
    counts = Counter(words)
    assert table.names.tolist() == list(range(len(counts)))
    assert table.counts.tolist() == list(counts.values())
    assert bytes(table.packed) == "".join(counts).encode()


def test_the_table_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wordtable, "_FIRST_CAPACITY", 4)
    monkeypatch.setattr(wordtable, "_FIRST_BYTES", 16)
    words = [f"word-{number}" for number in range(300)]
    table = table_of([*words, *words])
    assert table.counts.tolist() == [2] * 300
    assert bytes(table.packed).decode() == "".join(words)


def test_rare_words_are_dropped_and_get_new_names_when_they_return() -> None:
    table = table_of([*"ooabc"], max_words=1)
    assert (table.words, table.dropped_words, table.dropped_tokens) == (4, 0, 0)
    table = table_of([*"ooabcdb"], max_words=1)
    assert (table.words, table.dropped_words, table.dropped_tokens) == (3, 3, 3)
    assert (bytes(table.packed), table.names.tolist(), table.counts.tolist()) == (b"oab", [0, 1, 5], [2, 1, 1])


def test_a_table_too_large_for_memory_names_the_setting_that_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    table = WordTable()
    monkeypatch.setattr(wordtable, "available_memory", lambda: 10 << 20)
    packed, starts = pack(str(number) for number in range(200_000))
    with pytest.raises(MemoryLimitError, match="--max-words"):
        table.add_packed(packed, starts, np.ones(200_000, np.int64))

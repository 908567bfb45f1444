"""The tokenisation kernel against a regular expression of the separators."""

import itertools
import os
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from naive import SEPARATORS, split_sentences, split_tokens

from wordvec.kernels import text
from wordvec.kernels._jit import DISABLE_JIT
from wordvec.kernels.bits import MASK_BYTES
from wordvec.kernels.separators import CONTROLS, INVALID, LEADING, MARKS, NULS, RETURNS, TRAILING
from wordvec.kernels.text import Tokens, tokenise

BREAKS = {"line": 1, "paragraph": 2, "file": 0}
SEPARATING = [char for char in map(chr, range(0x3100)) if SEPARATORS.fullmatch(char)]
NEARLY_SEPARATING = list("\x7f\x84\x86\x9f\xa1\u167f\u1681\u1fff\u200b\u2027\u202a\u202e\u2030\u205e\u2060\u2fff\u3001")
LETTERS = ["a", "bc", "Größe", "naïve", "word-of-many-bytes", "नमस्ते", "漢字", "😀", "\ufeff", "\ufffd", "\uf000"]
TEXT = st.lists(st.sampled_from([*SEPARATING, *"\n\r \t", *NEARLY_SEPARATING, *LETTERS]), max_size=150).map("".join)


def run(data: bytes, sentence: str = "line", document_lasts: tuple[int, ...] = ()) -> Tokens:
    padded = np.full(-(-len(data) // MASK_BYTES) * MASK_BYTES + text.PADDING, ord(" "), np.uint8)
    padded[: len(data)] = np.frombuffer(data, np.uint8)
    return tokenise(padded, len(data), np.array(document_lasts, np.int64), BREAKS[sentence])


def words_of(data: bytes, tokens: Tokens) -> list[str]:
    return [
        data[start : start + length].decode()
        for start, length in zip(tokens.words.starts, tokens.words.lengths, strict=True)
    ]


def assert_as_naive(content: str, sentence: str) -> None:
    data = content.encode()
    tokens = run(data, sentence)
    words = words_of(data, tokens)
    found = [words[number] for number in tokens.ids]
    assert found == split_tokens(content)
    assert len(set(words)) == len(words)
    assert np.bincount(tokens.ids, minlength=len(words)).tolist() == tokens.words.counts.tolist()
    expected = list(itertools.accumulate(map(len, split_sentences(content, sentence))))
    assert [end for end in tokens.ends.tolist() if 0 < end < len(found)] == [
        end for end in expected if end < len(found)
    ]


@given(TEXT, st.sampled_from(sorted(BREAKS)))
@settings(max_examples=20 if DISABLE_JIT else 300)
@example("x" * 63 + "\u3000y", "line")
@example("x" * 62 + "\u3000\ufeffy", "line")
@example("x" * 64 + "\ufeff\ufeffy\n\ufeff\n", "paragraph")
@example("a\r\n\r\nb\r\rc\n\r\nd", "paragraph")
def test_tokens_words_and_sentences_are_those_of_the_regular_expression(content: str, sentence: str) -> None:
    assert_as_naive(content, sentence)


@pytest.mark.parametrize("char", [*SEPARATING, *NEARLY_SEPARATING, *LETTERS], ids=ascii)
def test_each_character_is_classified_correctly_at_every_position_of_a_chunk(char: str) -> None:
    for place in range(MASK_BYTES + 4):
        content = "x" * place + char + "y " + char
        assert words_of(content.encode(), run(content.encode())) == list(dict.fromkeys(split_tokens(content)))


@given(
    st.binary(max_size=200) | st.lists(st.sampled_from([*range(256), 0xE2, 0x80, 0xED, 0xF4]), max_size=20).map(bytes)
)
@settings(max_examples=20 if DISABLE_JIT else 500)
@example(b"\xc0\x80")
@example(b"\xe0\x9f\xbf")
@example(b"\xed\xa0\x80")
@example(b"\xed\x9f\xbf")
@example(b"\xf0\x8f\xbf\xbf")
@example(b"\xf4\x90\x80\x80")
@example(b"\xf4\x8f\xbf\xbf")
@example(b"\xf5\x80\x80\x80")
@example(b"x" * 63 + b"\xe2\x80")
@example(b"x" * 62 + b"\xf0\x90\x80\x80")
@example(b"x" * 64 + b"\x80")
def test_a_block_is_valid_exactly_when_python_decodes_it(data: bytes) -> None:
    try:
        data.decode()
    except UnicodeDecodeError:
        assert run(data).counters[INVALID] == 1
    else:
        assert run(data).counters[INVALID] == 0


@given(st.integers(0, 0x10FFFF).filter(lambda point: not 0xD800 <= point < 0xE000), st.integers(0, 63))
@settings(deadline=None)
def test_every_character_is_valid_across_chunks(point: int, place: int) -> None:
    assert run(b"x" * place + chr(point).encode() * 20).counters[INVALID] == 0


def test_counters_count_nul_cr_control_characters_and_marks() -> None:
    counters = run("\ufeffa\x00\x00b\r\nc\x07 \ufeff\ufeffd x\ufeffy\t\v\f\x1f\x7f\r".encode()).counters
    assert counters[[NULS, RETURNS, CONTROLS, MARKS]].tolist() == [2, 2, 2, 3]


def test_line_ends_before_the_first_and_after_the_last_token_are_counted() -> None:
    assert run(b"\n \r\n a\n\nb\n\r\n\n ").counters[[LEADING, TRAILING]].tolist() == [2, 3]
    assert run(b" \n\n").counters[[LEADING, TRAILING]].tolist() == [2, 2]
    assert run(b"a b").counters[[LEADING, TRAILING]].tolist() == [0, 0]


def test_a_document_ends_a_sentence_and_its_line_ends_do_not_count_for_the_next() -> None:
    tokens = run(b"a b \n\n\nc ", "paragraph", document_lasts=(4, 5))
    assert (tokens.document_ends.tolist(), tokens.ends.tolist()) == ([2, 2], [2])
    assert tokens.counters[TRAILING] == 0
    tokens = run(b"\n\nc\n", "file", document_lasts=(0, 3))
    assert (tokens.document_ends.tolist(), tokens.ends.tolist()) == ([0, 1], [0, 1])
    assert tokens.counters[LEADING] == 1


def test_words_whose_hashes_are_equal_stay_apart() -> None:
    # Sixteen bytes are hashed as two numbers, and the second can undo what the first did.
    draw = random.Random(1)

    def state(first: bytes) -> int:
        key = ((16 ^ int.from_bytes(first, "little")) * 0x9E3779B97F4A7C15) % 2**64
        return key ^ (key >> 32)

    letters = b"abcdefghijklmnopqrstuvwxyz"
    while True:
        firsts = [bytes(draw.choices(letters, k=8)) for _ in range(2)]
        second = bytes(draw.choices(letters, k=8))
        other = (int.from_bytes(second, "little") ^ state(firsts[0]) ^ state(firsts[1])).to_bytes(8, "little")
        if all(0x20 < byte < 0x7F for byte in other):
            break
    data = b" ".join([firsts[0] + second, firsts[1] + other, firsts[0] + second])
    tokens = run(data)
    assert tokens.words.keys[0] == tokens.words.keys[1]
    assert tokens.ids.tolist() == [0, 1, 0]


def test_long_words_that_differ_in_one_byte_are_different() -> None:
    words = ["x" * place + "y" + "x" * (length - place - 1) for length in range(9, 40) for place in range(length)]
    assert run(" ".join(words).encode()).ids.tolist() == list(range(len(words)))


def test_the_table_of_a_block_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "_FIRST_CAPACITY", 1 << 13)
    numbers = [str(number * number) for number in range(20_000)]
    tokens = run(" ".join(numbers * 2).encode())
    assert tokens.ids.tolist() == [*range(20_000), *range(20_000)]
    assert set(tokens.words.counts.tolist()) == {2}


def test_a_block_may_be_empty_or_blank() -> None:
    for data in (b"", b" ", b"\n" * 200):
        assert len(run(data).ids) == len(run(data).words.keys) == 0


def test_a_token_may_be_longer_than_a_piece_of_the_kernel() -> None:
    content = "a " + "b" * 20_000 + " " + "é" * 9_000 + "\n" + "b" * 20_000
    assert_as_naive(content, "line")


@pytest.mark.parametrize("path", ["corpora/eltec_hun", "bilingual/tatoeba", "diachronic/un_general_debates"])
def test_real_text_is_split_as_by_the_regular_expression(path: str) -> None:
    folder = os.environ.get("WORDVEC_DATA")
    if not folder:
        pytest.skip("WORDVEC_DATA does not name the folder of real texts")
    file = min((file for file in Path(folder, path).rglob("*") if file.is_file()), key=lambda file: file.stat().st_size)
    content = file.read_bytes()[:300_000].decode("utf-8", "replace")
    for sentence in BREAKS:
        assert_as_naive(content, sentence)

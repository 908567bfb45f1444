"""Tokenizers: separators, and characters inside words."""

import os
import re
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.tokenizers import TOKENIZERS, get_tokenizer, whitespace, words
from wordvec.errors import SettingsError

JOINERS = "\u200c\u200d\u180e'’"
INVISIBLE = "\xad\u200e\u2060\ufeff"
EVERY_CHARACTER = [chr(point) for point in range(sys.maxunicode + 1)]


def real(path: str) -> str:
    folder = os.environ.get("WORDVEC_DATA")
    if not folder:
        pytest.skip("WORDVEC_DATA does not name the folder of real texts")
    return Path(folder, path).read_text(encoding="utf-8")


def naive_words(text: str) -> list[str]:
    """Return the words one character at a time, as the definition says it."""

    def inner(place: int) -> bool:
        return place < len(text) and unicodedata.category(text[place])[0] in "LMN"

    tokens, place, text = [], 0, "".join(char for char in text if char not in INVISIBLE)
    while place < len(text):
        begin = place
        if unicodedata.category(text[place])[0] not in "LN":
            place += 1
            continue
        while inner(place):
            place += 1
            after = place
            while after < len(text) and text[after] in "\u200c\u200d\u180e":
                after += 1
            if after == place and place < len(text) and text[place] in "'’":
                after += 1
            if after > place and inner(after):
                place = after
        tokens.append(text[begin:place])
    return tokens


def test_every_unicode_white_space_and_every_low_control_character_separates() -> None:
    separators = [char for char in EVERY_CHARACTER if char.isspace() or char < " "]
    assert len(separators) == 52
    assert whitespace("".join(f"a{char}" for char in separators)) == ["a"] * len(separators)


def test_no_other_character_separates() -> None:
    others = "".join(char for char in EVERY_CHARACTER if not (char.isspace() or char < " " or char == "\ufeff"))
    assert whitespace(others) == [others]


def test_a_byte_order_mark_is_removed_from_the_beginning_of_a_token_only() -> None:
    assert whitespace("\ufeffone two\ufeff \ufeff\ufeffthree \ufeff fo\ufeffur") == [
        "one",
        "two\ufeff",
        "three",
        "fo\ufeffur",
    ]


@given(st.text(alphabet=st.sampled_from("ab\x00\x1f \t\n\r\x85\xa0\u2028\u3000\ufeff\u200bé𝒜")))
@example("\ufeff\x00\ufeffa")
def test_whitespace_tokens_are_what_a_regular_expression_of_the_separators_leaves(text: str) -> None:
    separators = "[\x00-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+"
    pieces = (piece.lstrip("\ufeff") for piece in re.split(separators, text))
    assert whitespace(text) == [piece for piece in pieces if piece]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don't use the 'old' one: it's 3.14!", ["Don't", "use", "the", "old", "one", "it's", "3", "14"]),
        ("l’avion d’Éric ’tis dogs’", ["l’avion", "d’Éric", "tis", "dogs"]),
        ("snake_case e-mail a''b", ["snake", "case", "e", "mail", "a", "b"]),
        ("fo\u0301rint naïve Ő", ["fo\u0301rint", "naïve", "Ő"]),
        ("आग! वाचवा, र\u094d\u200dया.", ["आग", "वाचवा", "र\u094d\u200dया"]),
        ("උපක\u0dca\u200dරමයක\u0dca!", ["උපක\u0dca\u200dරමයක\u0dca"]),
        ("می\u200cخواهم کتاب\u200cها را؛ خانه\u200c ۱۲۳", ["می\u200cخواهم", "کتاب\u200cها", "را", "خانه", "۱۲۳"]),
        ("می\u200c\u200cشود", ["می\u200c\u200cشود"]),
        ("❤\ufe0f x² ½", ["x²", "½"]),
        ("𝒜𝓑 𐐷𐐲𐑌, 𠀀", ["𝒜𝓑", "𐐷𐐲𐑌", "𠀀"]),
        ("Donau\xaddampf\xadschiff fährt\xad", ["Donaudampfschiff", "fährt"]),
        ("co\xadoperate \xad Tee\xad\nkanne", ["cooperate", "Tee", "kanne"]),
        ("\u200fשלום\u200f, זה\u200e! foo\u2060bar\ufeffbaz\u200bqux", ["שלום", "זה", "foobarbaz", "qux"]),
        ("ᠬᠠᠭᠠ\u180eᠠ", ["ᠬᠠᠭᠠ\u180eᠠ"]),
        ("", []),
        ("—…\u200d'", []),
    ],
)
def test_words_keep_marks_joiners_and_inner_apostrophes_and_nothing_else(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_every_letter_and_digit_of_unicode_is_a_word_and_every_mark_stays_with_its_letter() -> None:
    categories = {char: unicodedata.category(char)[0] for char in EVERY_CHARACTER}
    assert words(" ".join(EVERY_CHARACTER)) == [char for char in EVERY_CHARACTER if categories[char] in "LN"]
    marked = [f"a{char}b" for char in EVERY_CHARACTER if categories[char] == "M"]
    assert words(" ".join(marked)) == marked


@given(
    st.text(
        alphabet=st.sampled_from(
            ["a", "7", "_", "-", " ", "\n", "é", "\u0301", "\u094d", "𝒜", "\U000e0100", *JOINERS, *INVISIBLE]
        )
    )
)
def test_words_are_what_one_character_at_a_time_gives(text: str) -> None:
    assert words(text) == naive_words(text)


@given(st.text(), st.text())
def test_words_of_ascii_text_are_the_same_with_and_without_other_characters_near(left: str, right: str) -> None:
    assert words(f"{left} it's 𝒜 {right}") == [*words(left), "it's", "𝒜", *words(right)]


def test_sinhala_words_stay_whole_and_lose_only_a_last_joiner_that_changes_no_letter() -> None:
    lines = real("bilingual/sinhala-english/cc_en-si_trainset_1500_5000_200k.txt").splitlines()
    sinhala = [line.split()[1] for line in lines]
    assert sum("\u200d" in token for token in sinhala) > 1000
    assert [words(token) for token in sinhala] == [[token.rstrip("\u200c")] for token in sinhala]


@pytest.mark.parametrize(
    "path", ["bilingual/tatoeba/mar.txt", "corpora/eltec_hun/1901_HU00662.txt", "pos_ner/ud_marathi-ufal"]
)
def test_words_of_real_text_lose_no_letter_mark_or_digit(path: str) -> None:
    folder = Path(os.environ.get("WORDVEC_DATA", ""), path)
    text = (
        "".join(real(str(file)) for file in sorted(folder.iterdir()) if file.is_file())
        if folder.is_dir()
        else real(path)
    )
    tokens = words(text)
    kept = sum(unicodedata.category(char)[0] in "LMN" for token in tokens for char in token)
    assert kept >= sum(unicodedata.category(char)[0] in "LMN" for char in text) * 0.99999
    assert naive_words(text[:100_000]) == words(text[:100_000])


def test_marathi_tokens_of_the_treebank_that_are_letters_stay_whole() -> None:
    text = real("pos_ner/ud_marathi-ufal/mr_ufal-ud-train.conllu")
    forms = [line.split("\t")[1] for line in text.splitlines() if line[:1].isdigit()]
    spelt = [form for form in forms if all(unicodedata.category(char)[0] in "LMN" for char in form)]
    assert len(spelt) > 2000
    assert [words(form) for form in spelt] == [[form] for form in spelt]


def test_a_tokenizer_is_a_name_or_a_function() -> None:
    assert get_tokenizer("words") is words
    assert get_tokenizer("whitespace") is whitespace
    assert get_tokenizer(str.split) == str.split
    assert set(TOKENIZERS) == {"whitespace", "words"}


def test_an_unknown_tokenizer_is_an_error_that_lists_the_known_ones() -> None:
    with pytest.raises(SettingsError, match=r"'moses': choose whitespace, words, "):
        get_tokenizer("moses")


def test_blanks_that_a_segmenter_returns_are_no_tokens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "jieba_stand_in.py").write_text(
        "import re\n\ndef lcut(text):\n    return re.findall(r'\\s|\\S{1,2}', text)\n"
    )
    (tmp_path / "a.txt").write_text("我们 北京\u3000大学\n")
    monkeypatch.syspath_prepend(tmp_path)
    with EncodedCorpus.from_text(tmp_path / "a.txt", tokenizer="jieba_stand_in:lcut") as corpus:
        assert sorted(corpus.vocabulary.words) == ["北京", "大学", "我们"]
        assert corpus.meta["tokens"] == 3

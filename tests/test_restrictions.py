"""Stop words, numbers, and the places of dropped tokens."""

import itertools
from pathlib import Path

import pytest
from cli_helpers import Call
from hypothesis import given, settings
from hypothesis import strategies as st

from wordvec import EncodedCorpus, SkipGram
from wordvec.corpora import closing, merging
from wordvec.corpora.alike import check_settings_alike
from wordvec.corpora.restrictions import is_number
from wordvec.corpora.stopwords import ENGLISH
from wordvec.corpora.wordlists import read_words
from wordvec.errors import InputError

TEXT = ["The cat sat on 3 mats", "the of and", "In 1990 cats sat"]


def sentences_of(corpus: EncodedCorpus) -> list[list[str]]:
    words = [*corpus.vocabulary.words, "-"]
    return [[words[number] for number in corpus.ids[a:b]] for a, b in itertools.pairwise(corpus.offsets)]


def test_english_stop_words_are_function_words_in_lower_case() -> None:
    assert {"the", "of", "not", "don't", "herself", "between"} < ENGLISH
    assert not {"cat", "time", "people", "well", "first", "new"} & ENGLISH
    assert all(word == word.lower() for word in ENGLISH)
    assert len(ENGLISH) == 212


def test_dropped_words_keep_their_places() -> None:
    with EncodedCorpus.from_sentences(TEXT, stop_words="english", drop_numbers=True) as corpus:
        assert sentences_of(corpus) == [
            ["-", "cat", "sat", "-", "-", "mats"], ["-", "-", "-"], ["-", "-", "cats", "sat"]
        ]  # fmt: skip
        assert corpus.vocabulary.words == ["sat", "cat", "cats", "mats"]
        assert (corpus.meta["unknown_id"], corpus.meta["unknown_tokens"]) == (4, 8)
        expected = {
            "stop_words_left_out": 6,
            "stop_word_tokens_left_out": 6,
            "numbers_left_out": 2,
            "number_tokens_left_out": 2,
            "words_left_out": 8,
        }
        assert corpus.meta["changed"].items() >= expected.items()


def test_closed_up_neighbours_are_adjacent_and_empty_sentences_vanish() -> None:
    chosen = {"stop_words": ["the", "OF", "on", "In"], "drop_numbers": True, "dropped": "close-up"}
    with EncodedCorpus.from_sentences([*TEXT, "and so"], **chosen) as corpus:
        kept = [["cat", "sat", "mats"], ["and"], ["cats", "sat"], ["and", "so"]]
        assert sentences_of(corpus) == kept
        assert corpus.meta["changed"]["tokens_removed"] == 7
        assert (corpus.meta["unknown_id"], corpus.meta["unknown_tokens"]) == (None, 0)
        with EncodedCorpus.from_sentences(kept) as plain:
            assert corpus.vocabulary.words == plain.vocabulary.words
            assert (corpus.ids == plain.ids).all()
            assert (corpus.offsets == plain.offsets).all()


@settings(max_examples=15, deadline=None)
@given(
    files=st.lists(st.lists(st.lists(st.sampled_from("ab12"), max_size=4), max_size=5), min_size=1, max_size=4),
    at_once=st.sampled_from([1, 3, 100]),
)
def test_documents_and_sources_are_those_of_a_text_without_the_words(
    files: list[list[list[str]]], at_once: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder, paths = tmp_path_factory.mktemp("files"), []
    for number, lines in enumerate([*files, [["a"]]]):
        paths.append(folder / f"{number}.txt")
        paths[-1].write_text("".join(" ".join(line) + "\n" for line in lines))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(closing, "TOKENS_AT_ONCE", at_once)
        with EncodedCorpus.from_text(paths, drop_numbers=True, dropped="close-up") as closed:
            for path in paths:
                path.write_text(path.read_text().replace("1", "").replace("2", ""))
            with EncodedCorpus.from_text(paths) as without:
                assert closed.digest == without.digest
                assert closed.meta["sources"] == without.meta["sources"]
                assert list(closed.documents.names) == list(without.documents.names)
                EncodedCorpus.open(closed.folder).close()  # checks both digests


def test_max_words_counts_the_words_that_are_left() -> None:
    with EncodedCorpus.from_sentences(["the the the a a b"], stop_words=["the"], max_words=1) as corpus:
        assert corpus.vocabulary.words == ["a"]


def test_stop_words_are_those_after_normalisation() -> None:
    with EncodedCorpus.from_sentences(["THE Cat"], stop_words=["the"], lowercase=True) as corpus:
        assert corpus.vocabulary.words == ["cat"]


def test_listed_stop_words_are_dropped_in_any_letter_case_and_normal_form() -> None:
    text = ["the The THE caf\u00e9 Caf\u00e9 It \u0131t cat"]
    with EncodedCorpus.from_sentences(text, stop_words=["The", "cafe\u0301"], normalize="nfc") as corpus:
        assert sorted(corpus.vocabulary.words) == ["It", "cat", "\u0131t"]
        assert corpus.meta["settings"]["stop_words"] == ["caf\u00e9", "the"]
    with EncodedCorpus.from_sentences(text, stop_words=["IT"], lowercase="turkish") as corpus:
        assert "\u0131t" not in corpus.vocabulary


def test_letter_case_and_the_name_of_the_english_list_do_not_tell_corpora_apart(tmp_path: Path) -> None:
    (tmp_path / "english.txt").write_text("\n".join(sorted(ENGLISH)))
    given = {"name": "english", "file": tmp_path / "english.txt", "capitals": [word.title() for word in ENGLISH]}
    for name, stop_words in given.items():
        EncodedCorpus.from_sentences(TEXT, tmp_path / name, stop_words=stop_words).close()
    merging.merge([tmp_path / name for name in given]).close()
    theirs = {"stop_words": ["The", "of"], "tokenizer": "whitespace"}  # as recorded before they were lower-cased
    check_settings_alike("new", {**theirs, "stop_words": ["of", "the"]}, "old", theirs, ["stop_words"])


def test_lists_of_stop_words_are_compared_by_their_words(tmp_path: Path) -> None:
    for name, words in (("one", "the\nof\n"), ("two", "# function words\nof the"), ("three", "the of a")):
        (tmp_path / name).write_text(words)
        EncodedCorpus.from_sentences(TEXT, tmp_path / f"{name}.corpus", stop_words=tmp_path / name).close()
    EncodedCorpus.from_sentences(TEXT, tmp_path / "given.corpus", stop_words={"the", "of"}).close()
    merging.merge([tmp_path / f"{name}.corpus" for name in ("one", "two", "given")]).close()
    message = (
        r"three.corpus: was encoded with stop_words 3 words \(a, of, the\), .* with 2 words \(of, the\); .* --stop-wo"
    )
    with pytest.raises(InputError, match=message):
        merging.merge([tmp_path / "one.corpus", tmp_path / "three.corpus"])


def test_nothing_left_is_said() -> None:
    with pytest.raises(InputError, match="all words of the text are stop words or numbers"):
        EncodedCorpus.from_sentences(["the of 3"], stop_words="english", drop_numbers=True)


def test_trainers_never_see_dropped_words() -> None:
    lines = ["the cat sat on the mat 12 times"] * 30
    for dropped in ("keep-places", "close-up"):
        with EncodedCorpus.from_sentences(lines, stop_words="english", drop_numbers=True, dropped=dropped) as corpus:
            vectors = SkipGram(dim=4, epochs=1, threads=1, min_count=1, sample=0).fit(corpus)
        assert sorted(vectors.words) == ["cat", "mat", "sat", "times"]


@pytest.mark.parametrize(
    ("word", "expected"), [("12", True), ("-3.5%", True), ("٣", True), ("1990s", False), ("-", False)]
)
def test_numbers_have_digits_and_no_letter(word: str, expected: bool) -> None:
    assert is_number(word) is expected


def test_lists_of_words_have_comments_and_any_white_space(tmp_path: Path) -> None:
    (tmp_path / "words").write_text("# stop words\nthe of\n\n  and\nthe\n")
    assert read_words(tmp_path / "words") == ["the", "of", "and"]
    (tmp_path / "bad").write_bytes(b"a\n\xff\n")
    with pytest.raises(InputError, match="bad: line 2 is not UTF-8"):
        read_words(tmp_path / "bad")
    (tmp_path / "empty").write_text("#\n")
    with pytest.raises(InputError, match="empty: holds no word"):
        read_words(tmp_path / "empty")


def test_the_command_drops_and_info_shows_what(wordvec: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text("\n".join(TEXT) + "\n")
    done = wordvec("corpus", "encode", "a.txt", "-o", "a", "--stop-words", "english", "--drop-numbers")
    assert done.code == 0
    assert "stop_words_left_out 6, stop_word_tokens_left_out 6, numbers_left_out 2" in " ".join(
        wordvec("corpus", "info", "a").out.split()
    )
    missing = wordvec("corpus", "encode", "a.txt", "-o", "b", "--stop-words", "none.txt")
    assert (missing.code, missing.err) == (
        1, "wordvec: none.txt: cannot read the words: No such file or directory\n"
    )  # fmt: skip

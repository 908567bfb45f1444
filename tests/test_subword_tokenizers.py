"""Tokenizers of language models: their vocabularies, the spellings of their tokens, and text that they split."""

from pathlib import Path

import pytest
import subword_models
from hypothesis import given
from hypothesis import strategies as st

from wordvec import EncodedCorpus, SkipGram, Vectors
from wordvec.corpora.alike import SAME_TEXT, check_alike
from wordvec.corpora.subword_vocabulary import SubwordVocabulary, spellings
from wordvec.errors import InputError, SettingsError
from wordvec.sentences.texts import settings_for


def write(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path


@given(st.lists(st.text(max_size=4) | st.sampled_from(["\\", "\\u0020", " ", "\\u0020\\", ""]), unique=True))
def test_spellings_are_different_words_without_white_space(tokens: list[str]) -> None:
    words = spellings(tokens)
    assert len(set(words)) == len(words) == len(tokens)
    assert all(word.split() == [word] and "\ufeff" not in word for word in words)
    plain = [pair for pair in zip(words, tokens, strict=True) if pair[1].isprintable() and " " not in pair[1]]
    assert all(word == token for word, token in plain if token)


def test_vocab_txt_has_a_token_on_each_line(tmp_path: Path) -> None:
    vocabulary = SubwordVocabulary.load(write(tmp_path / "vocab.txt", "[PAD]\r\n[UNK]\r\n##ing\r\n\r\ntea\r\n"))
    assert vocabulary.tokens == ("[PAD]", "[UNK]", "##ing", "", "tea")
    assert (vocabulary.special, vocabulary.padding) == ((0, 1), 0)
    assert vocabulary.spellings[3] == "\\"


def test_tokenizer_json_has_added_tokens_and_padding(tmp_path: Path) -> None:
    added = [{"id": 2, "content": "<pad>", "special": True}, {"id": 0, "content": "tea", "special": False}]
    path = subword_models.plain(tmp_path / "a.json", {"tea": 0, "[unused3]": 1}, added_tokens=added)
    vocabulary = SubwordVocabulary.load(path)
    assert vocabulary.tokens == ("tea", "[unused3]", "<pad>")
    assert (vocabulary.special, vocabulary.padding, vocabulary.ordinary.tolist()) == ((2,), 2, [True, False, False])


def test_an_end_of_text_that_fills_sequences_is_no_padding(tmp_path: Path) -> None:
    added = [{"id": 1, "content": "</s>", "special": True}]
    path = subword_models.plain(tmp_path / "a.json", {"tea": 0}, added_tokens=added, padding={"pad_token": "</s>"})
    assert SubwordVocabulary.load(path).padding is None


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("vocab.txt", "", "is empty; expected a token on each line"),
        ("vocab.txt", "a\nb\na\n", "line 3 repeats the token 'a' of line 1"),
        ("t.json", "{", "is not a tokenizer.json"),
        ("t.json", "[]", "is not a tokenizer.json"),
        ("t.json", '{"vocab": {"a": 0}}', "has no vocabulary (model.vocab)"),
        ("t.json", '{"model": {"vocab": {}}}', "its vocabulary is empty"),
        ("t.json", '{"model": {"vocab": {"a": 0, "b": 2}}}', "holes: of 0 to 2, 1 id have no token, the first 1"),
        ("t.json", '{"model": {"vocab": {"a": 0, "b": 0}}}', "the tokens 'a' and 'b' have the same id 0"),
        ("t.json", '{"model": {"vocab": {"a": -1}}}', "the token 'a' has the id -1"),
        ("t.json", '{"model": {"vocab": {"a": true}}}', "the token 'a' has the id True"),
        ("t.json", '{"model": {"vocab": ["a"]}}', "a damaged vocabulary"),
        ("t.json", '{"model": {"vocab": {"a": 0}}, "added_tokens": [{"id": 1}]}', "a damaged vocabulary"),
        ("t.json", '{"model": {"vocab": {"a": 0}}, "added_tokens": 3}', "a damaged vocabulary"),
        ("t.json", '{"model": {"vocab": {"a": 0}}, "added_tokens": [{"id": 1, "content": "a"}]}', "two ids, 0 and 1"),
    ],
)
def test_damaged_vocabularies_are_refused_in_one_line(name: str, content: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as found:
        SubwordVocabulary.load(write(tmp_path / name, content))
    assert message in str(found.value)
    assert str(tmp_path / name) in str(found.value)
    assert "\n" not in str(found.value)


def test_other_bytes_and_missing_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "vocab.txt").write_bytes(b"a\n\xff\n")
    with pytest.raises(InputError, match="byte 2 is not UTF-8"):
        SubwordVocabulary.load(tmp_path / "vocab.txt")
    with pytest.raises(InputError, match="the tokenizer cannot be read"):
        EncodedCorpus.from_sentences(["tea"], tokenizer=str(tmp_path / "none.json"))


class TestEncoding:
    """Text that is encoded with the tokens of a language model."""

    @pytest.fixture(autouse=True)
    def package(self) -> None:
        pytest.importorskip("tokenizers")

    @pytest.mark.parametrize("make", [subword_models.byte_level, subword_models.unigram])
    def test_the_words_of_a_corpus_are_the_tokens_of_the_package(self, make: object, tmp_path: Path) -> None:
        from tokenizers import Tokenizer

        path = make(tmp_path / "tokenizer.json")  # type: ignore[operator]
        text = [*subword_models.TEXT[:5], "naïve Tee ☕"]
        theirs, spelled = Tokenizer.from_file(str(path)), SubwordVocabulary.load(path).spellings
        with EncodedCorpus.from_documents([("one", [line]) for line in text], tokenizer=str(path)) as corpus:
            words = [corpus.vocabulary.words[number] for number in corpus.ids.tolist()]
        assert words == [spelled[number] for line in text for number in theirs.encode(line).ids]

    def test_vocab_txt_splits_as_bert_does(self, tmp_path: Path) -> None:
        path = subword_models.wordpiece(tmp_path / "vocab.txt")
        with EncodedCorpus.from_sentences(["The Teacups, hót!"], tokenizer=str(path)) as corpus:
            words = [corpus.vocabulary.words[number] for number in corpus.ids.tolist()]
        assert words == ["the", "tea", "##cup", "##s", ",", "hot", "[UNK]"]

    def test_vocab_txt_with_capitals_keeps_them(self, tmp_path: Path) -> None:
        path = write(tmp_path / "vocab.txt", "[UNK]\nTea\ntea\n")
        with EncodedCorpus.from_sentences(["Tea tea TEA"], tokenizer=str(path)) as corpus:
            assert [corpus.vocabulary.words[number] for number in corpus.ids.tolist()] == ["Tea", "tea", "[UNK]"]
        with pytest.raises(InputError, match=r"has no token \[UNK\]"):
            EncodedCorpus.from_sentences(["Tea"], tokenizer=str(write(tmp_path / "other.txt", "Tea\n")))

    def test_corpora_of_one_tokenizer_are_alike_wherever_it_is(self, tmp_path: Path) -> None:
        one, other = tmp_path / "vocab.txt", tmp_path / "copy.txt"
        other.write_bytes(subword_models.wordpiece(one).read_bytes())
        third = write(tmp_path / "third.txt", one.read_text() + "zebra\n")
        made = [EncodedCorpus.from_sentences(["hot tea"], tokenizer=str(path)) for path in (one, other, third)]
        check_alike(dict(zip("ab", made, strict=False)), SAME_TEXT)
        with pytest.raises(InputError, match=r"c: was encoded with tokenizer .*third"):
            check_alike({"a": made[0], "c": made[2]}, SAME_TEXT)

    def test_case_and_normal_forms_are_the_tokenizer_s(self, tmp_path: Path) -> None:
        path = str(subword_models.wordpiece(tmp_path / "vocab.txt"))
        for setting in ({"lowercase": True}, {"normalize": "nfc"}):
            with pytest.raises(SettingsError, match="the tokenizer of a language model decides this"):
                EncodedCorpus.from_sentences(["tea"], tokenizer=path, **setting)

    def test_a_corpus_of_tokens_has_no_advice_about_words(self, tmp_path: Path) -> None:
        path = subword_models.byte_level(tmp_path / "tokenizer.json")
        text = ["Tea, tea. TEA and Milk, milk."] * 200
        with EncodedCorpus.from_sentences(text, tokenizer=str(path)) as corpus:
            assert corpus.meta["hints"] == []
            assert not [warning for warning in corpus.meta["warnings"] if "punctuation" in warning]

    def test_text_of_vectors_is_split_by_their_tokenizer(self, tmp_path: Path) -> None:
        path = subword_models.wordpiece(tmp_path / "vocab.txt")
        with EncodedCorpus.from_sentences(subword_models.TEXT, tokenizer=str(path)) as corpus:
            vectors = SkipGram(dim=8, epochs=1, threads=1, min_count=1).fit(corpus)
        vectors.save(tmp_path / "tokens.vec")
        found = settings_for(Vectors.load(tmp_path / "tokens.vec"))
        assert (found.tokenizer, found.lowercase) == (str(path), None)

    def test_a_file_that_the_package_refuses_is_named(self, tmp_path: Path) -> None:
        path = subword_models.plain(tmp_path / "a.json", {"tea": 0}, version="9.9")
        with pytest.raises(InputError, match="not a tokenizer that the package tokenizers reads"):
            EncodedCorpus.from_sentences(["tea"], tokenizer=str(path))


def test_the_package_is_named_where_it_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "tokenizers", None)
    path = subword_models.wordpiece(tmp_path / "vocab.txt")
    with pytest.raises(SettingsError, match="need the package tokenizers: pip install tokenizers"):
        EncodedCorpus.from_sentences(["tea"], tokenizer=str(path))

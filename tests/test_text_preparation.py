"""Text preparation: the automatic tokenizer, Python tokenizers by name, and advice about raw text and letter case."""

import sys
from pathlib import Path
from typing import Any

import pytest
from cli_helpers import Call

from wordvec.corpora.automatic import punctuation
from wordvec.corpora.encoded import EncodedCorpus, common_tokenizer
from wordvec.corpora.functions import name_of
from wordvec.corpora.tokenizers import whitespace
from wordvec.errors import InputError, SettingsError

RAW = 'The ship (a good one) goes, and the king sees "it". Dr. Hall says: yes!\n' * 100
TOKENISED = 'the ship ( a good one ) goes , and the king sees " it " . Dr. Hall says : yes !\n' * 100
MODULE = """\
def lower(text): return text.lower().split()
def fails(text): raise ValueError("no\\nway")
def generates(text): yield text
def numbers(text): return [1, 2]
def spaced(text): return ["a b"]
thing = 3
class Lemmatiser:
    def lemmas(self, text): return ("x",) * len(text.split())
lemmatiser = Lemmatiser()
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a module of tokenizers in the current folder, which is not on the path of modules."""
    (tmp_path / "tokens_of_mine.py").write_text(MODULE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if entry not in ("", str(tmp_path))])
    monkeypatch.delitem(sys.modules, "tokens_of_mine", raising=False)
    from wordvec.corpora import functions

    functions.imported.cache_clear()
    return tmp_path


def text(folder: Path, content: str, name: str = "text.txt") -> Path:
    path = folder / name
    path.write_bytes(content.encode())
    return path


def chosen(folder: Path, content: str, **settings: Any) -> str:
    with EncodedCorpus.from_text(text(folder, content), **settings) as corpus:
        return str(corpus.meta["settings"]["tokenizer"])


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (RAW, "words"),
        (TOKENISED, "whitespace"),
        ("the cat sat on the mat\n" * 20, "whitespace"),
        ("एक बिल्ली होती। वह सोई।\n" * 20, "words"),
        ("我 喜欢 你 ， 你 也 喜欢 我 。\n" * 20, "whitespace"),
        ("我喜欢你，你也喜欢我。\n" * 20, "words"),
        ("« Oui », dit-il ; puis : « Non ! »\nIl part, elle reste.\n" * 20, "words"),
        ("I saw new_york, and san_francisco, too.\n" * 20, "whitespace"),
        ("The_DET cat_NOUN sat_VERB ._PUNCT It_PRON ,_PUNCT\n" * 20, "whitespace"),
        ("the/DT cat/NN sat/VBD ./.\n" * 20, "whitespace"),
        ("dis@@ tri@@ bu@@ ted to@@ kens\n##ing ##ed @user #tag\n" * 20, "whitespace"),
        ("n1 n7 n3\nn2 n9 n4\n" * 20, "whitespace"),
        ("Mr. Smith met Mrs. Jones at the station in the evening of a long day there in the old town , I think .\n" * 9,
         "whitespace"),
        ("See https://a.org/b_c. It works, mostly.\n" * 20, "words"),
    ],
)  # fmt: skip
def test_raw_text_is_split_into_words_and_tokenised_text_at_white_space(
    content: str, expected: str, tmp_path: Path
) -> None:
    assert chosen(tmp_path, content) == expected


def test_an_explicit_tokenizer_is_kept(tmp_path: Path) -> None:
    assert chosen(tmp_path, RAW, tokenizer="whitespace") == "whitespace"
    assert chosen(tmp_path, TOKENISED, tokenizer="words") == "words"


def test_abbreviations_do_not_make_a_tokenised_text_raw() -> None:
    found = punctuation(TOKENISED.split())
    assert found.attached == 100
    assert not found.is_raw


def test_the_choice_is_that_of_the_beginning_for_any_number_of_threads_and_readers(tmp_path: Path) -> None:
    import gzip

    raw, tokenised = text(tmp_path, RAW * 40, "raw"), text(tmp_path, TOKENISED * 40, "tokenised")
    packed = tmp_path / "raw.gz"
    packed.write_bytes(gzip.compress(raw.read_bytes()))
    digests = set()
    for first, threads in ((raw, 1), (raw, 3), (packed, 2)):
        with EncodedCorpus.from_text([first, tokenised], threads=threads) as corpus:
            assert corpus.meta["settings"]["tokenizer"] == "words"
            digests.add(corpus.digest)
    assert len(digests) == 1
    with EncodedCorpus.from_text([tokenised, raw]) as corpus:
        assert corpus.meta["settings"]["tokenizer"] == "whitespace"
        assert "% of the tokens are words with punctuation attached" in "".join(corpus.meta["warnings"])


def test_sentences_in_python_are_strings_to_tokenise_or_lists_to_keep() -> None:
    with EncodedCorpus.from_sentences(["Yes, it is."] * 9) as corpus:
        assert corpus.vocabulary.words == ["Yes", "is", "it"]
    with EncodedCorpus.from_sentences([["Yes,", "it", "is."]] * 400) as corpus:
        assert corpus.meta["settings"]["tokenizer"] == "whitespace"
        assert "67 % of the tokens are words with punctuation attached ('Yes,', 'is.')" in corpus.meta["warnings"][0]
    with EncodedCorpus.from_sentences([["Yes,", "it", "is."]] * 400, tokenizer="whitespace") as corpus:
        assert not any("attached" in warning for warning in corpus.meta["warnings"])


def test_slices_share_one_tokenizer(tmp_path: Path) -> None:
    one, two = text(tmp_path, TOKENISED, "1990"), text(tmp_path, RAW, "2016")
    assert common_tokenizer({"1990": one})[0] == "whitespace"
    name, line = common_tokenizer({"1990": one, "2016": two})
    assert name == "words"
    assert line.startswith("tokenizer: words, without punctuation: 2016 looks raw (")


def test_words_in_several_letter_cases_give_a_hint_unless_the_case_was_decided(tmp_path: Path) -> None:
    path = text(tmp_path, RAW)
    for settings, hints in (({}, 1), ({"lowercase": True}, 0), ({"lowercase": False}, 0)):
        with EncodedCorpus.from_text(path, **settings) as corpus:
            assert len(corpus.meta["hints"]) == hints
            assert corpus.meta["settings"]["lowercase"] == (settings.get("lowercase") or None)
    path = text(tmp_path, "Der Hund sieht die Katze\n" * 300)
    with EncodedCorpus.from_text(path) as corpus:
        assert corpus.meta["hints"] == []


def test_the_command_line_says_what_it_chose_once(wordvec: Call, tmp_path: Path) -> None:
    path = text(tmp_path, RAW)
    done = wordvec("corpus", "encode", path, "-o", tmp_path / "a.corpus")
    tokenizer, case, size = done.err.splitlines()
    assert tokenizer.startswith("tokenizer: words, without punctuation: the text looks raw (47 % of the first 1,500")
    assert "('the' beside 'The')" in case or "('The' beside 'the')" in case
    assert size == f"{tmp_path / 'a.corpus'}: 1,500 tokens, 15 words, 100 sentences"
    done = wordvec("corpus", "encode", path, "--lowercase=no", "--tokenizer=whitespace", "-o", tmp_path / "b.corpus")
    assert done.err == f"{tmp_path / 'b.corpus'}: 1,500 tokens, 15 words, 100 sentences\n"


def test_a_function_is_found_by_name_in_the_current_folder(module: Path) -> None:
    path = text(module, RAW)
    with EncodedCorpus.from_text(path, tokenizer="tokens_of_mine:lower") as corpus:
        assert corpus.meta["settings"]["tokenizer"] == "tokens_of_mine:lower"
        assert corpus.vocabulary.words[0] == "the"
    assert chosen(module, RAW, tokenizer="tokens_of_mine:lemmatiser.lemmas") == "tokens_of_mine:lemmatiser.lemmas"


def test_a_function_is_recorded_under_the_name_that_finds_it() -> None:
    assert name_of(whitespace) == "wordvec.corpora.tokenizers:whitespace"
    assert "<lambda>" in name_of(lambda line: line)
    assert ":" not in name_of(lambda line: line)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("tokens_of_mine:missing", "tokens_of_mine.py) has no missing"),
        ("tokens_of_mine:thing", "tokens_of_mine:thing: is an int; expected a function"),
        ("nosuch.module:lower", "no module nosuch, neither installed nor in the current folder"),
        ("broken:lower", "cannot import broken (ModuleNotFoundError: No module named 'nothing_there' ("),
        ("syntax:lower", "cannot import syntax (SyntaxError: "),
        ("tokens_of_mine:", "expected module:function"),
        (":lower", "expected module:function"),
        ("lower", "choose whitespace, words, a tokenizer.json or vocab.txt, or a Python function as module:function"),
    ],
)
def test_a_function_that_is_not_there_is_explained(module: Path, name: str, message: str) -> None:
    (module / "broken.py").write_text("import nothing_there\n")
    (module / "syntax.py").write_text("def (:\n")
    with pytest.raises(SettingsError) as caught:
        chosen(module, RAW, tokenizer=name)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("fails", "raised ValueError: no way ("),
        ("generates", "returned a generator; expected a list of strings"),
        ("numbers", "returned a list that holds an int; expected strings"),
        ("spaced", "'a b' is empty or holds white space"),
    ],
)
def test_a_function_that_fails_is_explained_in_one_line(module: Path, name: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        chosen(module, RAW, tokenizer=f"tokens_of_mine:{name}")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_every_command_that_reads_text_takes_a_function_and_later_ones_need_trust(module: Path, wordvec: Call) -> None:
    one, two = text(module, RAW, "1990"), text(module, RAW, "2016")
    function = ("--tokenizer", "tokens_of_mine:lower")
    small = ("--dim", "4", "--min-count", "1", "--epochs", "1")
    assert wordvec("train", "skipgram", one, *function, *small, "-o", "a.vec").code == 0
    assert wordvec("corpus", "cooccur", one, *function, "-o", "a.counts").code == 0
    assert wordvec("compass", "train", one, two, *function, *small, "-o", "slices").code == 0
    three = text(module, RAW, "2017")
    done = wordvec("compass", "add", "slices", three)
    assert done.code == 1
    assert "were tokenised by the Python function tokens_of_mine:lower; --trust-tokenizer runs it" in done.err
    assert wordvec("compass", "add", "slices", three, "--trust-tokenizer").code == 0
    done = wordvec("evaluate", "likelihood", "slices", f"1990={three}", f"2016={three}")
    assert "--trust-tokenizer runs it" in done.err
    done = wordvec("evaluate", "likelihood", "slices", f"1990={three}", f"2016={three}", "--trust-tokenizer")
    assert done.code == 0

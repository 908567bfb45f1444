"""Concordances: occurrences and contexts against a naive search, samples, and what is printed."""

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from cli_helpers import Call
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wordvec import EncodedCorpus
from wordvec.corpora import occurrences
from wordvec.corpora.concordance import concordance
from wordvec.errors import InputError, Interrupted, SettingsError
from wordvec.text_width import clipped, padded, width
from wordvec.workers import StopFlag

Text = list[tuple[str, list[list[str]]]]

TEXT = st.lists(st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=6), min_size=1, max_size=3), max_size=4)
PHRASES = st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=3), min_size=1, max_size=2)


def naive(
    text: Text, wanted: list[list[str]], near: list[list[str]], window: int, across: bool
) -> tuple[int, list[tuple[str, str, str, str]]]:
    """Return the number of occurrences, and document, left, match and right of those near the others."""
    total, lines = 0, []
    for name, sentences in text:
        for unit in [list(itertools.chain(*sentences))] if across else sentences:
            for at in range(len(unit)):
                for phrase in sorted(map(list, set(map(tuple, wanted))), key=len):
                    end = at + len(phrase)
                    if unit[at:end] != phrase:
                        continue
                    total += 1
                    left, right = unit[max(0, at - window) : at], unit[end : end + window]
                    inside = [
                        one == part[begin : begin + len(one)]
                        for one in near
                        for part in (left, right)
                        for begin in range(len(part))
                    ]
                    if any(inside) or not near:
                        lines.append((name, " ".join(left), " ".join(phrase), " ".join(right)))
    return total, lines


@given(TEXT, PHRASES, st.one_of(st.just([]), PHRASES), st.integers(0, 4), st.booleans(), st.integers(1, 9))
@settings(max_examples=40, deadline=None)
@example([[["a", "b"], ["a"]], [["b", "a"]]], [["b", "a"], ["b"]], [["a"]], 2, True, 2)
def test_occurrences_are_those_of_a_naive_search(
    documents: list[list[list[str]]],
    wanted: list[list[str]],
    near: list[list[str]],
    window: int,
    across: bool,
    block: int,
) -> None:
    text = [(f"d{number}", one) for number, one in enumerate(documents)] + [("last", [["a"], ["b"], ["c"]])]
    with pytest.MonkeyPatch.context() as patch, EncodedCorpus.from_documents(text) as corpus:
        patch.setattr(occurrences, "BLOCK_TOKENS", block)
        found = concordance(
            corpus,
            [" ".join(one) for one in wanted],
            near=[" ".join(one) for one in near],
            number=None,
            window=window,
            across=across,
        )
    total, lines = naive(text, wanted, near, window, across)
    assert (found.total, found.matching) == (total, len(lines))
    assert [(line.document, line.left, line.match, line.right) for line in found.lines] == lines


def test_a_sample_depends_on_the_seed_alone_and_is_uniform(monkeypatch: pytest.MonkeyPatch) -> None:
    with EncodedCorpus.from_sentences([["x"] * 5, ["y", "x"]] * 10) as corpus:
        chosen = concordance(corpus, "x", number=6).lines
        assert len(chosen) == 6
        assert [line.sentence for line in chosen] == sorted(line.sentence for line in chosen)
        odd = [concordance(corpus, "x", number=1, seed=seed).lines[0].sentence % 2 for seed in range(600)]
        monkeypatch.setattr(occurrences, "BLOCK_TOKENS", 7)
        assert concordance(corpus, "x", number=6).lines == chosen
    assert 0.78 < sum(odd) / len(odd) < 0.88  # five of six occurrences are in odd sentences


def test_unknown_words_have_a_sign_and_a_note() -> None:
    with EncodedCorpus.from_sentences(["tea with rare milk", "tea with milk"], max_words=3) as corpus:
        found = concordance(corpus, "milk")
    assert [line.left for line in found.lines] == ["tea with […]", "tea with"]
    assert found.notes[1:] == ["[…]: a word that is not in the vocabulary of the corpus"]


def test_fields_of_documents_are_columns() -> None:
    speeches = [("one", "so help me", {"left": 1801}), ("two", "help", {"left": 1802})]
    with EncodedCorpus.from_documents(speeches, keep_fields=["left"]) as corpus:
        found = concordance(corpus, "help")
    row = {"document": "one", "sentence": 1, "left": "so", "match": "help", "right": "me", "document.left": "1801"}
    assert found.table().rows[0] == row
    assert str(found) == "one  so  help  me\ntwo      help\n2 occurrences of help"


def test_wide_and_combining_characters_are_aligned() -> None:
    with EncodedCorpus.from_sentences(["東京 x", "e\u0301 x b", "abc x"]) as corpus:
        lines = str(concordance(corpus, "x")).split("\n")[:3]
    assert [width(line.partition("  x")[0]) for line in lines] == [4, 4, 4]
    assert lines == ["東京  x", "   e\u0301  x  b", " abc  x"]


@given(st.text(max_size=12), st.integers(1, 12), st.booleans())
def test_clipped_text_fits_and_padded_text_fills(text: str, columns: int, left: bool) -> None:
    short = clipped(text, columns, left)
    assert width(short) <= columns
    assert short == text or len(short) <= len(text)
    assert width(padded(short, columns, left)) == columns


def test_hostile_words_are_escaped_in_text_and_page() -> None:
    with EncodedCorpus.from_sentences([["<script>", "x", "\u202eabc", "&amp;"]]) as corpus:
        found = concordance(corpus, "x")
    assert str(found).startswith("<script>  x  \\u202eabc &amp;")
    page = found.to_html()
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "&amp;amp;" in page
    assert "\u202e" not in page
    assert "default-src 'none'" in page


def test_both_normal_forms_of_a_word_are_found() -> None:
    with EncodedCorpus.from_sentences([["cafe\u0301", "x"]]) as corpus:
        assert concordance(corpus, "caf\u00e9").total == 1


@pytest.mark.parametrize(
    ("words", "settings", "message"),
    [
        ("kingg", {}, r"kingg: not among the 2 words of the corpus; did you mean king\?"),
        ("king", {"near": "zebra"}, "zebra: not among"),
        ("", {}, "'': is not a word"),
        ([], {}, "at least one word"),
        ("king", {"number": 0}, "number 0: must be at least 1"),
        ("king", {"window": -1}, "window -1: must be at least 0"),
        ("king", {"seed": -1}, "seed -1: must be at least 0"),
    ],
)
def test_bad_queries_are_one_line(words: Any, settings: dict[str, Any], message: str) -> None:
    with (
        EncodedCorpus.from_sentences([["king", "queen"]]) as corpus,
        pytest.raises((InputError, SettingsError), match=message),
    ):
        concordance(corpus, words, **settings)


def test_a_search_is_interrupted() -> None:
    stop = StopFlag()
    stop.set()
    with EncodedCorpus.from_sentences([["king"]]) as corpus, pytest.raises(Interrupted):
        concordance(corpus, "king", stop=stop)


@pytest.fixture
def encoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wordvec: Call) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in (("a", "new york is far\nold york"), ("b", "far from york\n=sum(york)")):
        Path(f"texts_{name}.txt").write_text(text)
    assert (
        wordvec(
            "corpus", "encode", "texts_a.txt", "texts_b.txt", "--tokenizer", "whitespace", "-o", "c", "--quiet"
        ).code
        == 0
    )


@pytest.mark.usefixtures("encoded")
def test_the_command_prints_aligned_lines(wordvec: Call) -> None:
    done = wordvec("corpus", "concordance", "c", "york", "new york")
    assert done == (
        0,
        "texts_a.txt            new york  is far\n"
        "texts_a.txt       new  york      is far\n"
        "texts_a.txt       old  york\n"
        "texts_b.txt  far from  york\n"
        "4 occurrences of york and new york\n",
        "",
    )
    done = wordvec("corpus", "concordance", "c", "york", "--near", "far", "-n", "1")
    assert done.out.endswith(
        "3 occurrences of york; 2 with far within 8 words; 1 of them shown (uniform sample, seed 1)\n"
    )
    assert (
        wordvec("corpus", "concordance", "c", "york", "--all", "--across-sentences").out.count("is far old york") == 1
    )


@pytest.mark.usefixtures("encoded")
def test_the_command_prints_tables_and_writes_a_page(wordvec: Call) -> None:
    done = wordvec("corpus", "concordance", "c", "=sum(york)", "--for-spreadsheets", "--html", "page.html")
    assert done.out == "document,sentence,left,match,right\ntexts_b.txt,4,,'=sum(york),\n"
    assert "<title>Concordance of =sum(york)</title>" in Path("page.html").read_text()
    rows = json.loads(wordvec("corpus", "concordance", "c", "old", "--json").out)["rows"]
    assert rows == [{"document": "texts_a.txt", "sentence": 2, "left": "", "match": "old", "right": "york"}]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["c", "yorc"], 1, "yorc: not among the 7 words of the corpus; did you mean york?"),
        (["texts_a.txt", "york"], 1, "texts_a.txt: holds no encoded corpus"),
        (["c"], 2, "Missing argument 'WORD...'"),
        (["c", "york", "-n", "0"], 2, "Invalid value for '-n'"),
        (["c", "york", "--html", "texts_a.txt"], 1, "texts_a.txt: exists already"),
    ],
)
@pytest.mark.usefixtures("encoded")
def test_bad_commands_are_one_line(wordvec: Call, arguments: list[str], code: int, message: str) -> None:
    done = wordvec("corpus", "concordance", *arguments)
    assert (done.code, done.out, done.err.count("\n")) == (code, "", 1)
    assert message in done.err


def test_a_phrase_that_is_one_word_of_the_corpus_is_named() -> None:
    lines = ["new_york is new and york is old", "in new_york and newxyork", "los-angeles"]
    with EncodedCorpus.from_sentences(lines) as corpus:
        note = "new york is the word new_york of this corpus, with 2 occurrences"
        assert concordance(corpus, "new  york").notes == ["0 occurrences of new  york", note]
        assert note in concordance(corpus, "in", near="new york").notes
        assert len(concordance(corpus, "york is").notes) == 1
        with pytest.raises(InputError, match=r"los, angeles: not among .*; los angeles is the word los-angeles"):
            concordance(corpus, "los angeles")


def test_joined_parts_of_a_phrase_are_named_in_any_letter_case() -> None:
    with EncodedCorpus.from_sentences(["new_york is is_not old"]) as corpus:
        for text, hint in (
            ("in New York", "New York is the word new_york of this corpus"),
            ("york is not", "is not is the word is_not of this corpus"),
            ("York", "did you mean new_york"),
            ("new is", "did you mean new_york"),
        ):
            with pytest.raises(InputError, match=hint):
                concordance(corpus, text)

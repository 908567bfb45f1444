"""Vertical text: CoNLL-U by its rules, VRT and TreeTagger by the names of their columns."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import documents_of, lines_of, text_of

from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.settings import EncodingSettings
from wordvec.corpora.structured import line_blocks, vertical
from wordvec.errors import InputError, SettingsError


def node(number: str, form: str, lemma: str = "_", upos: str = "_") -> str:
    return "\t".join([number, form, lemma, upos, *"_" * 6]) + "\n"


CONLLU = (
    "# newdoc id = weblog-1\n# meta::year = 2004\n# newpar\n# text = I don't know.\n"
    + node("1", "I", "I", "PRON")
    + node("2-3", "don't")
    + node("2", "do", "do", "AUX")
    + node("3", "n't", "not", "PART")
    + node("4", "know", "know", "VERB")
    + node("4.1", "it", "it", "PRON")
    + "\n# newpar\n"
    + node("1", "10 000", "10 000", "NUM")
    + "\n# newdoc id = weblog-2\n"
    + node("1", "&amp;", "&amp;", "SYM")
    + "\n"
)
VRT = (
    '<?xml version="1.0"?>\n<corpus name="tea">\n<doc id="a&amp;b" year="1990">\n<p>\n<s id="1">\nTea\tNN\ttea\n'
    "<g/>\n&lt;3\tSYM\t&lt;3\n</s>\n<s>\nNew York\tNP\tNew York\n</s>\n</p>\n<p>\n<s>\n#\tSYM\t#\n</s>\n</p>\n</doc>\n"
    "<doc id='c'>\n<s>\nRum\tNN\trum\n</s>\n</doc>\n</corpus>\n"
)
TREETAGGER = "Dogs\tNNS\tdog\nbark\tVVP\tbark\n.\tSENT\t.\n"


def written(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_conllu_is_read_as_its_text_is_written(tmp_path: Path) -> None:
    path = written(tmp_path / "a.conllu", CONLLU)
    assert lines_of(path) == [["I", "don't", "know"], ["10_000"], ["&amp;"]]
    assert lines_of(path, columns="id,form,lemma,upos,xpos,feats,head,deprel,deps,misc") == lines_of(path)


def test_a_template_makes_tokens_of_the_words_of_conllu(tmp_path: Path) -> None:
    path = written(tmp_path / "a.conllu", CONLLU)
    found = lines_of(path, token="{lemma}_{upos}")
    assert found == [["I_PRON", "do_AUX", "not_PART", "know_VERB"], ["10_000_NUM"], ["&amp;_SYM"]]
    assert lines_of(path, token="{form}")[0] == ["I", "do", "n't", "know"]
    assert lines_of(path, token="100%{{{upos}}}")[1] == ["100%{NUM}"]


def test_documents_and_paragraphs_of_conllu_are_kept(tmp_path: Path) -> None:
    first, second = documents_of(written(tmp_path / "a.conllu", CONLLU))
    assert (first.text, first.tokens, first.name, first.fields) == (
        b"I don't know\n\n10_000\n",
        True,
        "weblog-1",
        {"year": "2004"},
    )
    assert (second.name, second.fields, second.continues) == ("weblog-2", {}, False)


def test_vrt_is_read_by_the_names_of_its_columns(tmp_path: Path) -> None:
    path = written(tmp_path / "a.vrt", VRT)
    assert lines_of(path, columns="form,pos,lemma") == [["Tea", "<3"], ["New_York"], ["#"], ["Rum"]]
    assert lines_of(path, columns="form,pos", token="{form}/{pos}")[0] == ["Tea/NN", "<3/SYM"]
    assert lines_of(path, columns=["_", "_", "lemma"], token="{lemma}")[3] == ["rum"]
    with pytest.raises(InputError, match=r"is a VRT file.*--columns form,pos,lemma; a line of it is: Tea NN tea"):
        text_of(written(tmp_path / "b.vrt", VRT.replace("Rum\tNN\trum\n", "Rum\tNN\trum\n" * 20)))


def test_structure_tags_begin_documents_with_names_and_fields(tmp_path: Path) -> None:
    first, second = documents_of(written(tmp_path / "a.vrt", VRT), columns="form")
    assert (first.name, first.fields) == ("a&b", {"id": "a&b", "year": "1990"})
    assert first.text == b"Tea <3\nNew_York\n\n#\n"
    assert (second.name, second.text) == ("c", b"Rum\n")


def test_inner_tags_begin_no_document(tmp_path: Path) -> None:
    text = '<text id="t">\n<article>\na\n</article>\n<article>\nb\n</article>\n</text>\n<text id="u">\nc\n</text>\n'
    found = documents_of(written(tmp_path / "a", text), columns="form")
    assert [(each.name, each.text) for each in found] == [("t", b"a\n\nb\n"), ("u", b"c\n")]


def test_columns_without_tags_and_blank_lines_are_one_sentence(tmp_path: Path) -> None:
    path = written(tmp_path / "a.txt", TREETAGGER.replace("\n", "\r\n"))
    assert lines_of(path, columns="form,pos,lemma", token="{lemma}") == [["dog", "bark", "."]]
    blank = written(tmp_path / "b.txt", "\ufeffa\tX\n \t\n\nb\tX\textra\n# a remark\nc\tX")
    assert lines_of(blank, columns="form,pos") == [["a"], ["b", "c"]]


@pytest.mark.parametrize(
    ("text", "settings", "message"),
    [
        (VRT.replace("Rum\tNN", "Rum NN"), {"columns": "form,pos,lemma", "token": "{lemma}"},
         r"a: line 22: expected 3 columns between tabs \(form, pos, lemma\), found 2"),
        (VRT.replace("\ttea", "\t"), {"columns": "form,pos,lemma", "token": "{lemma}"},
         "a: line 6: the token is empty"),
        (CONLLU * 9 + node("x", "a") + "\n", {}, "a: line 154: 'x' is not the number of a word"),
        (CONLLU * 9 + "1\ta\n", {}, r"a: line 154: expected 10 columns .*, found 2"),
        (CONLLU * 9 + node("1", "a")[:-1] + "\tb\n", {}, r"a: line 154: expected 10 columns .*, found 11"),
        (CONLLU, {"columns": "form,pos"}, "is CoNLL-U, whose columns are known; read it without --columns"),
        ("plain text\n", {"token": "{lemma}"}, "is not CoNLL-U; name its columns"),
    ],
)  # fmt: skip
def test_a_broken_line_is_named(text: str, settings: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=message):
        text_of(written(tmp_path / "a", text), **settings)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"columns": "form,form"}, "columns form,form: names form twice"),
        ({"columns": "word,pos"}, "columns word,pos: none is named form; name the token with token"),
        ({"columns": "form,,pos"}, "expected names, separated by commas"),
        ({"columns": ""}, "expected names, separated by commas"),
        ({"columns": "form", "token": "{lemma}"}, "there is no column 'lemma'; choose from form"),
        ({"token": "{pos}"}, "no column 'pos'; choose from id, form, lemma, upos"),
        ({"token": "lemma"}, "expected columns in braces"),
        ({"token": "{lemma"}, "expected columns in braces"),
        ({"token": "{lemma:>3}"}, "there is no column"),
        ({"token": "{lemma} {upos}"}, "contains no white space"),
        ({"token": "{}"}, "there is no column ''"),
        ({"columns": "form", "field": "text"}, "field: reads fields.*; choose this or columns"),
        ({"columns": "form", "format": "plain"}, "format plain: .*; choose this or columns"),
    ],
)
def test_settings_that_make_no_token_are_refused(settings: dict[str, str], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        EncodingSettings(**settings)
    with pytest.raises(TypeError):
        EncodingSettings(columns=7)  # type: ignore[arg-type]


def test_long_documents_and_sentences_are_passed_on_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = text_of(written(tmp_path / "a", VRT), columns="form")
    long = text_of(written(tmp_path / "b", "<s>\n" + "tea\n" * 300 + "</s>\n"), columns="form")
    monkeypatch.setattr(vertical, "_PIECE", 1)
    monkeypatch.setattr(vertical, "_LONG", 10)
    monkeypatch.setattr(line_blocks, "_BLOCK", 7)
    assert len(documents_of(tmp_path / "b", columns="form")) > 9
    assert text_of(tmp_path / "a", columns="form") == whole
    assert text_of(tmp_path / "b", columns="form") == long
    conllu = documents_of(written(tmp_path / "c", CONLLU))
    assert {each.name for each in conllu} == {"weblog-1", "weblog-2"}
    assert b"".join(each.text for each in conllu).split() == [b"I", b"don't", b"know", b"10_000", b"&amp;"]
    monkeypatch.setattr(line_blocks, "LONGEST_LINE", 20)
    with pytest.raises(InputError, match="line 3 is longer than"):
        text_of(written(tmp_path / "d", "<s>\na\n" + "b" * 100), columns="form")


words = st.text(
    st.characters(exclude_categories=["Zs", "Zl", "Zp", "Cc", "Cs"], exclude_characters="\ufeff"), min_size=1
)
sentences = st.lists(st.lists(words, min_size=1, max_size=4), min_size=1, max_size=4)


@given(sentences, st.sampled_from(["conllu", "vrt"]))
def test_tokens_survive_a_round_trip(
    tmp_path_factory: pytest.TempPathFactory, text: list[list[str]], form: str
) -> None:
    path = tmp_path_factory.mktemp("vertical") / "a"
    if form == "conllu":
        content = "".join("".join(node(str(n), w) for n, w in enumerate(each, 1)) + "\n" for each in text)
        settings = {"columns": "id,form,lemma,upos,xpos,feats,head,deprel,deps,misc"}
    else:
        escaped = ([w.replace("&", "&amp;").replace("<", "&lt;") for w in each] for each in text)
        content = "".join("<s>\n" + "".join(f"{w}\tX\n" for w in each) + "</s>\n" for each in escaped)
        settings = {"columns": "form,pos"}
    written(path, content)
    assert text_of(path, **settings).split("\n") == [" ".join(each) for each in text]


def naive(text: str, surface: bool) -> list[list[str]]:
    """Return the tokens of CoNLL-U, sentence by sentence and word by word."""
    found = []
    for sentence in re.split(r"\n\s*\n", text.strip()):
        tokens, last = [], 0
        for line in sentence.split("\n"):
            if line.startswith("#"):
                continue
            number, form, lemma, upos = line.split("\t")[:4]
            if "-" in number and surface:
                last = int(number.split("-")[1])
                tokens.append(form)
            elif number.isdecimal() and int(number) > last:
                tokens.append(form if surface else f"{lemma}_{upos}")
        found.append([token.replace(" ", "_").replace("\u00a0", "_") for token in tokens])
    return found


def test_a_real_treebank_is_read_word_by_word() -> None:
    folder = os.environ.get("WORDVEC_DATA")
    if not folder:
        pytest.skip("WORDVEC_DATA does not name the folder of treebanks")
    for name, documents in (
        ("english-ewt/en_ewt-ud-dev", 318),
        ("marathi-ufal/mr_ufal-ud-test", 1),
    ):
        path = Path(folder, "pos_ner", f"ud_{name}.conllu")
        for settings in ({}, {"token": "{lemma}_{upos}"}):
            assert lines_of(path, **settings) == naive(path.read_text(), surface=not settings)
        assert len(documents_of(path)) == documents


def test_corpus_info_counts_sentences_and_tokens(tmp_path: Path) -> None:
    with EncodedCorpus.from_text(written(tmp_path / "a.vrt", VRT), columns="form,pos,lemma", lowercase=True) as corpus:
        assert (corpus.meta["tokens"], corpus.meta["sentences"]) == (5, 4)
        assert corpus.vocabulary.words == ["#", "<3", "new_york", "rum", "tea"]
        assert corpus.meta["settings"]["columns"] == "form,pos,lemma"
    with EncodedCorpus.from_text(written(tmp_path / "a.vrt", VRT), columns="form", sentence="paragraph") as corpus:
        assert corpus.offsets.tolist() == [0, 3, 4, 5]

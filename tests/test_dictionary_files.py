"""Dictionaries, lexicons, labelled texts, scores of change and temporal analogies in the layouts people have."""

import os
from pathlib import Path

import numpy as np
import pytest
from cli_helpers import Call

from wordvec import Vectors
from wordvec.alignment import in_case, read_dictionary
from wordvec.errors import InputError, SettingsError
from wordvec.evaluation.probes.texts import read_labelled
from wordvec.evaluation.slices.change_scores import read_scores
from wordvec.evaluation.slices.temporal_analogies import Question, read_temporal_questions
from wordvec.lexicons.reading import read_lexicon

DATA = Path(os.environ.get("WORDVEC_DATA", "nowhere"))
HOUSE = [("haus", "house"), ("haus", "home"), ("hund", "dog")]


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "text",
    [
        "haus\thouse, home\nhund\tdog\n",
        "haus\thouse; home\nhund\tdog\n",
        "haus\thouse|home\t0.5\nhund\tdog\t0.7\n",
        "haus house, home\nhund dog\n",
        "haus house,home\nhund dog\n",
        "haus;house, home\nhund;dog\n",
        "haus;house;home\nhund;dog;0,5\n",
        "haus,house,home\nhund,dog\n",
        'haus,"house, home"\nhund,dog\n',
        "haus, house\nhaus, home\nhund, dog\n",
        "haus | house / home\nhund | dog\n",
        "haus house\nhaus home\nhund dog\n",
    ],
)
def test_a_dictionary_may_list_several_translations_after_any_separator(tmp_path: Path, text: str) -> None:
    assert read_dictionary(write(tmp_path / "d", text)) == HOUSE


def test_a_column_that_counts_the_lines_is_no_word(tmp_path: Path) -> None:
    for text in (
        "0\thaus\thouse, home\n1\thund\tdog\n",
        "\tde\ten\n0\thaus\thouse, home\n1\thund\tdog\n",
        ',de,en\n0,haus,"house, home"\n1,hund,dog\n',
        "1;haus;house;home\n2;hund;dog\n",
    ):
        assert read_dictionary(write(tmp_path / "d", text)) == HOUSE
    assert read_lexicon(write(tmp_path / "d", "0,haus,heim\n1,hund,tier\n")).neighbours()["haus"] == {"heim": 1}
    assert read_dictionary(write(tmp_path / "d", "1\tone\t0.5\n2\ttwo\t0.7\n")) == [("1", "one"), ("2", "two")]


def test_marks_that_separate_nothing_belong_to_their_words(tmp_path: Path) -> None:
    text = "jedoch however,\n, ,\n1,000 1.000\nkm/h km/h\n; ;\n"
    assert read_dictionary(write(tmp_path / "d", text)) == [
        ("jedoch", "however,"), (",", ","), ("1,000", "1.000"), ("km/h", "km/h"), (";", ";"),
    ]  # fmt: skip
    assert read_dictionary(write(tmp_path / "d", "haus, heim\thouse\n")) == [("haus", "house"), ("heim", "house")]
    with pytest.raises(InputError, match="line 2: expected two words"):
        read_dictionary(write(tmp_path / "d", "haus house\nein haus house\n"))


@pytest.mark.skipif(not (DATA / "bilingual/muse").is_dir(), reason="no bilingual/muse in WORDVEC_DATA")
def test_published_dictionaries_are_read_word_for_word() -> None:
    files = [*DATA.glob("bilingual/muse/*.txt"), *DATA.glob("bilingual/sinhala-english/cc*.txt")]
    assert files
    for file in files:
        lines = [tuple(line.split()) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        assert read_dictionary(file) == list(dict.fromkeys(lines))


@pytest.mark.parametrize("read", [read_dictionary, read_lexicon])
def test_one_endless_line_is_an_error_and_fills_no_memory(tmp_path: Path, read: object) -> None:
    path = tmp_path / "d"
    path.write_bytes(b"word, " * (1 << 20))
    with pytest.raises(InputError, match="line 1: longer than 4 MB; a line is one entry"):
        read(path)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("exact", [("Haus", "house"), ("PARIS", "Paris"), ("nie", "NEVER")]),
        ("lower", [("haus", "house"), ("paris", "paris"), ("nie", "never")]),
        ("fallback", [("Haus", "house"), ("paris", "Paris"), ("nie", "never")]),
        ("ignore", [("haus", "House"), ("Paris", "Paris"), ("nie", "NEVER")]),
    ],
)
def test_a_dictionary_s_words_are_spelt_as_the_vectors_spell_them(case: str, expected: list[tuple[str, str]]) -> None:
    source, target = Vectors(["haus", "Haus", "Paris"], np.eye(3)), Vectors(["House", "house", "Paris"], np.eye(3))
    pairs = [("Haus", "house"), ("PARIS", "Paris"), ("nie", "NEVER")]
    assert in_case(pairs, source, target, case) == expected
    with pytest.raises(SettingsError, match="case upper: choose one of"):
        in_case(pairs, source, target, "upper")


def test_align_takes_a_case(wordvec: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    matrix = np.random.default_rng(1).standard_normal((4, 3))
    Vectors(["haus", "hund", "katze", "berg"], matrix).save("de.vec")
    Vectors(["house", "dog", "cat", "hill"], matrix[:, ::-1]).save("en.vec")
    write(Path("d.txt"), "Haus\tHouse, home\nHund\tDog\nKatze\tCat\nBerg\tHill\n")
    asked = ("align", "de.vec", "en.vec", "-o", "out.vec", "--dictionary")
    assert "none of its 5 pairs is covered" in wordvec(*asked, "d.txt").err
    done = wordvec(*asked, "d.txt", "--case", "lower")
    assert done.code == 0
    assert "d.txt: 4 of 5 pairs are known" in done.err
    assert Vectors.load("out.vec")["haus"] == pytest.approx(Vectors.load("out.target.vec")["house"], abs=1e-4)
    assert wordvec(*asked, "identical", "--case", "lower", "--force") == (
        2,
        "",
        "wordvec: --case: needs a dictionary file; got --dictionary identical\n",
    )


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("haus\tgebäude, heim\nhund\ttier\n", "neighbours"),
        ("haus;gebäude;heim\nhund;tier\n", "neighbours"),
        ("haus gebäude, heim\nhund tier\n", "neighbours"),
        ("haus: gebäude heim\nhund: tier\n", "neighbours"),
        ("haus,gebäude,heim\nhund,tier\n", "neighbours"),
    ],
)
def test_a_lexicon_may_list_neighbours_after_any_separator(tmp_path: Path, text: str, form: str) -> None:
    found = read_lexicon(write(tmp_path / "l", text))
    assert found.form == form
    assert found.neighbours() == {"haus": {"gebäude": 1, "heim": 1}, "hund": {"tier": 1}}


def test_weights_may_have_a_decimal_comma(tmp_path: Path) -> None:
    for text in ("a;b;0,5\nb;c;2\n", "a b 0,5\nb c 2\n", "a\tb\t0,5\nb\tc\t2,0\n"):
        found = read_lexicon(write(tmp_path / "l", text))
        assert (found.form, found.neighbours()["b"]) == ("weighted edges", {"a": 0.5, "c": 2})


@pytest.mark.skipif(not (DATA / "lexicons").is_dir(), reason="no lexicons in WORDVEC_DATA")
def test_compressed_lexicons_are_read() -> None:
    found = read_lexicon(DATA / "lexicons/ppdb-xl.txt.xz")
    assert (found.form, found.neighbours()["fawn"]) == ("neighbours", {"crawl": 1})


class TestLabels:
    def test_further_labels_are_no_words_and_are_counted(self, tmp_path: Path) -> None:
        path = write(tmp_path / "t", "__label__a __label__b one two\n__label__c three __label__d __label__e\nfour\n")
        texts = read_labelled(path)
        assert (texts.labels, texts.tokens) == (["__label__a", "__label__c"], [["one", "two"], ["three"]])
        assert texts.notes == (
            f"{path}: 2 texts with several labels; 3 after the first left out",
            f"{path}: 1 line without __label__ left out",
        )

    def test_labels_may_follow_the_text(self, tmp_path: Path) -> None:
        texts = read_labelled(write(tmp_path / "t", "one two __label__a\nthree __label__b\n"))
        assert (texts.labels, texts.tokens) == (["__label__a", "__label__b"], [["one", "two"], ["three"]])

    def test_labels_before_tabs_may_hold_blanks(self, tmp_path: Path) -> None:
        texts = read_labelled(write(tmp_path / "t", "world news\tone two\nsport\tthree\n"))
        assert (texts.labels, texts.tokens) == (["world news", "sport"], [["one", "two"], ["three"]])

    def test_a_label_alone_is_an_error(self, tmp_path: Path) -> None:
        path = write(tmp_path / "t", "__label__a one\n__label__a __label__b\n")
        with pytest.raises(InputError, match=f"{path}, line 2: the label '__label__a' has no text"):
            read_labelled(path)


@pytest.mark.parametrize(
    "text",
    [
        "attack_nn\t0.5\nplane_nn\t1\n",
        "attack_nn;0,5\nplane_nn;1\n",
        "attack_nn,0.5\nplane_nn,1\n",
        "attack_nn 0,5\nplane_nn 1\n",
        "word,change\nattack_nn,0.5\nplane_nn,1\n",
        ",word,change\n0,attack_nn,0.5\n1,plane_nn,1\n",
        "0.5\tattack_nn\n1\tplane_nn\n",
        "# lemmas\nattack_nn\t0.5\nplane_nn\t1\n",
    ],
)
def test_scores_of_change_have_any_separator_and_a_header(tmp_path: Path, text: str) -> None:
    found = read_scores(write(tmp_path / "s", text))
    assert found.values == {"attack_nn": 0.5, "plane_nn": 1}
    assert "score in column" in found.notes[0]


def test_temporal_analogies_have_any_separator(tmp_path: Path) -> None:
    for separator in (",", ";", "\t", " ", " | "):
        path = write(tmp_path / "q", f"reagan-1987{separator}obama-2012\n")
        assert read_temporal_questions(path, ["1987", "2012"]) == [Question("reagan", "1987", "obama", "2012")]

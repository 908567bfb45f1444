"""Files of similarity and analogy in the layouts of published sets, made in miniature."""

import gzip
import itertools
from pathlib import Path

import numpy as np
import pytest
from cli_helpers import Call

from wordvec import Vectors
from wordvec.corpora import lines as lines_module
from wordvec.corpora.columns import cut, find_separator, number
from wordvec.corpora.lines import read_lines
from wordvec.errors import InputError, SettingsError
from wordvec.evaluation import analogy, similarity
from wordvec.evaluation.datasets import Questions, files_of, read_dataset, read_pairs, read_questions
from wordvec.evaluation.datasets.column_choice import ColumnChoice

CAT, LOVE = ("tiger", "cat", 7.35), ("love", "sex", 6.5)


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def triples(path: Path, columns: str | None = None) -> list[tuple[str, str, float]]:
    pairs = read_pairs(path, columns)
    return list(zip(pairs.first, pairs.second, pairs.scores, strict=True))


@pytest.mark.parametrize("number_", ["7.35 6.5", "7,35 6,5"], ids=["point", "comma"])
@pytest.mark.parametrize("separator", ["\t", ";", "|", " ", " ; ", "::", "||", ":", "/", "\u3000"])
def test_scores_have_a_point_or_a_comma_after_any_separator(tmp_path: Path, separator: str, number_: str) -> None:
    first, second = number_.split()
    text = f"tiger{separator}cat{separator}{first}\nlove{separator}sex{separator}{second}\n"
    assert triples(write(tmp_path / "a", text)) == [CAT, LOVE]


def test_quoted_decimal_commas_and_separators_that_differ_within_a_line_are_read(tmp_path: Path) -> None:
    assert triples(write(tmp_path / "a", 'tiger,cat,"7,35"\nlove,sex,"6,5"\n')) == [CAT, LOVE]
    assert triples(write(tmp_path / "a", 'tiger;cat;"7,35"\n"love";"sex";6,5\n')) == [CAT, LOVE]
    assert triples(write(tmp_path / "a", "tiger cat\t7.35\nlove sex\t6.5\n")) == [CAT, LOVE]
    assert triples(write(tmp_path / "a", "tiger,cat\t7,35\nlove,sex\t6,5\n")) == [CAT, LOVE]
    assert triples(write(tmp_path / "a", "New York,Boston,7\n")) == [("New York", "Boston", 7)]


@pytest.mark.parametrize(
    "text",
    [
        ",word1,word2,similarity\n0,tiger,cat,7.35\n1,love,sex,6.5\n",
        "\tword1\tword2\tsimilarity\n0\ttiger\tcat\t7.35\n1\tlove\tsex\t6.5\n",
        ",word1,word2,similarity\n17,tiger,cat,7.35\n5,love,sex,6.5\n",
        "Unnamed: 0,a,b,x\n3,tiger,cat,7.35\n3,love,sex,6.5\n",
        "id word1 word2 score\n9 tiger cat 7.35\n9 love sex 6.5\n",
        "0 tiger cat 7.35\n1 love sex 6.5\n",
        "1;tiger;cat;7,35\n2;love;sex;6,5\n",
        "12\ttiger\tcat\tN\t7.35\n40\tlove\tsex\tV\t6.5\n",
        "ws1\ttiger\tcat\t7.35\nws2\tlove\tsex\t6.5\n",
        '"word1" "word2" "score"\n"1" "tiger" "cat" 7.35\n"2" "love" "sex" 6.5\n',
    ],
)
def test_an_index_is_not_a_word(tmp_path: Path, text: str) -> None:
    path = write(tmp_path / "a", text)
    assert triples(path) == [CAT, LOVE]
    assert "column 1 is an index" in read_pairs(path).notes[0]


@pytest.mark.parametrize(
    "text",
    [
        "7.35\ttiger\tcat\n6.5\tlove\tsex\n",
        "7,35;tiger;cat\n6,5;love;sex\n",
        "score word1 word2\n7.35 tiger cat\n6.5 love sex\n",
        "score,word1,word2,sd\n7.35,tiger,cat,1\n6.5,love,sex,2\n",
    ],
)
def test_the_score_may_be_first(tmp_path: Path, text: str) -> None:
    assert triples(write(tmp_path / "a", text)) == [CAT, LOVE]


def test_words_may_be_numbers(tmp_path: Path) -> None:
    assert triples(write(tmp_path / "a", "1984 book 3\n7 eleven 4.5\n")) == [("1984", "book", 3), ("7", "eleven", 4.5)]


SCWS = (
    "1\ttiger\tn\tcat\tn\ta <b> tiger </b> , 3 times\tthe <b> cat </b>\t7.35\t7.0\t7.7\t7.35\n"
    "2\tlove\tv\tsex\tn\tto <b> love </b>\tand <b> sex </b>\t6.5\t6.0\t7.0\t6.5\n"
)


@pytest.mark.parametrize(
    ("text", "score"),
    [
        (SCWS, "column 8 of 11"),
        ("tiger\tcat\t7.35\t7\t8\t7.05\nlove\tsex\t6.5\t6\t7\t6.5\n", "column 3 of 6"),  # Rare Words
        ("tiger\tcat\t7\t8\t7.05\t7.35\nlove\tsex\t6\t7\t6.5\t6.5\n", "column 6 of 6"),
        ("tiger\tcat\tV\t7.35\tSYNONYMS\nlove\tsex\tV\t6.5\tNONE\n", "column 4 of 5"),  # SimVerb-3500
        (
            "word1\tword2\tPOS\tSimLex999\tconc(w1)\tconc(w2)\tconcQ\tAssoc(USF)\tSimAssoc333\tSD(SimLex)\n"
            "tiger\tcat\tN\t7.35\t2.72\t2.81\t2\t7.25\t1\t0.41\nlove\tsex\tN\t6.5\t1.75\t2.46\t1\t7.11\t1\t0.67\n",
            "column 4 (SimLex999) of 10",
        ),
        (
            '"Word 1","Word 2","Human (mean)","1","2","3"\ntiger,cat,7.35,9,6,8\nlove,sex,6.5,9,7,8\n',
            "column 3 (Human (mean)) of 6",
        ),  # WordSim-353 by raters
        ("Word 1\tWord 2\tHuman (mean)\ntiger\tcat\t7.35\nlove\tsex\t6.5\n", "column 3 (Human (mean))"),
        ("#Word1:Word2:Gold\ntiger:cat:7.35\nlove:sex:6.5\n", "column 3; 1 comment line left out"),  # Gur65
        ("N tiger cat 7.35\nV love sex 6.5\nN love cat 1\n", "column 4 of 4"),
        ("tiger-n cat-n 7.35\nlove-v sex-n 6.5\n", "column 3"),  # MEN, lemmas
    ],
)
def test_published_layouts_are_read_and_their_columns_named(tmp_path: Path, text: str, score: str) -> None:
    path = write(tmp_path / "a", text)
    assert triples(path)[:2] == [CAT, LOVE]
    assert f"score in {score}" in read_pairs(path).notes[0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a\tb\t1\t2\t3\nc\td\t3\t4\t5\n", "line 1: columns 3 to 5 are ratings, and none is their mean; choose, as "),
        ("a b 7.1 8.2 9.3\nc d 1.4 2.2 3.3\n", "columns 3 to 5 are ratings"),
        ("word1,word2,anna,ben\na,b,7,8\nc,d,1,2\n", "columns 3 and 4 are ratings"),
        (",word1,word2,anna,ben,carl\n0,a,b,7,8,1\n1,c,d,1,2,9\n", "as --columns 2,3,4 or --columns '2,3,mean(4-6)'"),
        ("word1 word2 r1 r2 r3\na b 1 2 3\nc d 3 4 4.5\n", "'1,2,mean(3-5)'"),
        ("kanin,hund,7,5\nkat,hund,8,25\n", "if these are decimal commas, separate columns by tabs or semicolons"),
        ("w1,w2,score\nkanin,hund,7,5\nkat,hund,8,25\n", "rows have 4 columns and the header 3: a decimal comma"),
        ("1 a b\n2 c d\n3 e f\n", "line 1: no score, as column 1 counts the lines"),
        (
            "0.5 a b 3\n0.5 c d 4\n",
            "columns 1 and 4 hold numbers, and the score is not clear; choose it, as --columns 2",
        ),
        ("word1 word2 score\n", "line 1: no score; it takes word, word, score"),
    ],
)
def test_columns_that_are_not_clear_are_an_error_with_a_way_out(tmp_path: Path, text: str, message: str) -> None:
    path = write(tmp_path / "a", text)
    with pytest.raises(InputError) as error:
        read_pairs(path)
    assert str(error.value).startswith(f"{path}, line 1: ")
    assert message in str(error.value)


def test_columns_can_be_chosen_by_name_and_number(tmp_path: Path) -> None:
    raters = write(tmp_path / "raters", "word1\tword2\tr1\tr2\tr3\na\tb\t1\t2\t6\nc\td\t3\t\t5\n")
    assert triples(raters, "1,2,mean(3-5)") == [("a", "b", 3), ("c", "d", 4)]
    assert triples(raters, "word2, WORD1, mean(r1,r3)") == [("b", "a", 3.5), ("d", "c", 4)]
    assert triples(raters, "1,2,5") == [("a", "b", 6), ("c", "d", 5)]
    assert "1 empty rating left out" in read_pairs(raters, "1,2,mean(3-5)").notes[0]
    human = write(tmp_path / "human", "Word 1,Word 2,Human (mean),1\na,b,3,5\n")
    assert triples(human, "Word 1,Word 2,Human (mean)") == [("a", "b", 3)]
    assert triples(write(tmp_path / "men", "sun-n day-n 5\nsea-n salt-j 4\n"), "1,2,3")[1] == ("sea-n", "salt-j", 4)


@pytest.mark.parametrize(
    ("columns", "error", "message"),
    [
        ("1,2", SettingsError, "expected two columns of words and one of scores"),
        ("1,2,3,4", SettingsError, "expected two columns of words and one of scores"),
        ("1,,3", SettingsError, "expected two columns of words and one of scores"),
        ("0,1,2", SettingsError, "columns are counted from 1"),
        ("1,1,2", SettingsError, "a column is named twice"),
        ("1,2,mean(2-4)", SettingsError, "a column is named twice"),
        ("1,2,mean(5-3)", SettingsError, "columns 5-3: a range goes from"),
        ("1,2,9", InputError, "line 1: there is no column 9; the widest line has 3"),
        ("a,b,c", InputError, "line 1: the first line names no column 'a'; it has 'word1', 'word2', 'score'"),
        ("1,3,2", InputError, "line 2: the score 'cat' is no number"),
    ],
)
def test_a_choice_that_does_not_fit_is_named(
    tmp_path: Path, columns: str, error: type[Exception], message: str
) -> None:
    path = write(tmp_path / "a", "word1 word2 score\ntiger cat 7\n")
    with pytest.raises(error, match=message.replace("(", r"\(")):
        read_pairs(path, columns)


def test_words_may_begin_with_a_hash_and_comments_are_counted(tmp_path: Path) -> None:
    path = write(tmp_path / "a", "# dog cat 7.5\n#Word 1 is here\n#dog #cat 7.5\ntea coffee 8\n#a b 3\n## x 1\n")
    assert triples(path) == [("#dog", "#cat", 7.5), ("tea", "coffee", 8), ("#a", "b", 3)]
    assert read_pairs(path).notes[0].endswith("3 comment lines left out")
    assert triples(write(tmp_path / "a", "#dog;#cat;7,5\n#tea;#cup;3\n")) == [
        ("#dog", "#cat", 7.5),
        ("#tea", "#cup", 3),
    ]
    questions = read_questions(write(tmp_path / "q", "# one two three\n#a #b #c #d\ne f g h\n"))
    assert questions.sections[0].questions == [("#a", "#b", "#c", "#d"), ("e", "f", "g", "h")]
    assert questions.notes == ("1 comment line left out",)


def test_semeval_2017_s_two_files_are_read_together(tmp_path: Path) -> None:
    data = write(tmp_path / "test/data/en.test.data.txt", "tiger\tcat\nlove\tsex\n")
    with pytest.raises(InputError, match=r"pairs without scores; put SemEval's en.test.gold.txt beside it"):
        read_pairs(data)
    gold = write(tmp_path / "test/keys/en.test.gold.txt", "7.35\n6.5\n")
    assert triples(data) == [CAT, LOVE]
    assert read_pairs(data).notes[1] == f"scores from {gold}"
    write(gold, "7.35\n")
    with pytest.raises(InputError, match="2 pairs, but 1 scores in"):
        read_pairs(data)


def test_bats_is_a_tree_of_files_whose_every_two_lines_are_a_question(tmp_path: Path) -> None:
    write(tmp_path / "1_Inflectional_morphology/I01 [noun - plural_reg].txt", "album\talbums\narea\tareas\n")
    write(tmp_path / "4_Lexicographic_semantics/L01 [hypernyms - animals].txt", "cat\tfeline/animal\nbee\tinsect/bug\n")
    write(tmp_path / ".DS_Store", "\0\1")
    write(tmp_path / "metadata.json", "{}")
    questions = read_questions(tmp_path)
    assert [section.syntactic for section in questions.sections] == [True, False]
    assert questions.sections[0].questions == [
        ("album", "albums", "area", "areas"),
        ("area", "areas", "album", "albums"),
    ]
    assert questions.sections[1].questions[0] == ("cat", "feline", "bee", "insect", "bug")
    assert questions.notes[-1] == "2 hidden or descriptive files left out"
    assert isinstance(read_dataset(tmp_path), Questions)
    assert questions.name == tmp_path.name


def test_pairs_without_scores_are_no_questions(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="line 1: no score"):
        read_dataset(write(tmp_path / "pairs", "tiger cat\nlove sex\n"))


def test_any_of_several_answers_is_right(tmp_path: Path) -> None:
    path = write(tmp_path / "L01", "cat\tfeline/animal\nbee\tbug/insect\n")
    vectors = Vectors(["cat", "feline", "bee", "bug"], [[1, 0, 0.2], [1, 1, 0.2], [0, 0, 1], [0, 1, 1]])
    table = analogy(vectors, path)
    assert [(row["questions"], row["covered"], row["correct"]) for row in table.rows] == [(2, 2, 2)]
    assert any("each is right as d" in note for note in table.notes)


def test_a_long_list_of_pairs_is_no_set_of_questions(tmp_path: Path) -> None:
    path = write(tmp_path / "dictionary", "".join(f"a{at} b{at}\n" for at in range(501)))
    with pytest.raises(InputError, match="501 lines of two words; a file of pairs has 2 to 500"):
        read_questions(path)


def test_msr_s_answers_are_in_another_file(tmp_path: Path) -> None:
    path = write(tmp_path / "word_relationship.questions", "good better rough\nold older young\ngo goes see\n")
    with pytest.raises(InputError, match="line 1: 3 words"):
        read_questions(path)
    answers = write(tmp_path / "word_relationship.answers", "JJ_JJR rougher\nJJ_JJR younger\nVB_VBZ sees\n")
    for questions in (read_questions(path), read_dataset(path), read_questions(tmp_path)):
        assert isinstance(questions, Questions)
        assert [(one.name, len(one.questions)) for one in questions.sections] == [("JJ_JJR", 2), ("VB_VBZ", 1)]
        assert questions.sections[1].questions == [("go", "goes", "see", "sees")]
    write(answers, "JJ_JJR rougher\n")
    with pytest.raises(InputError, match="3 questions, but 1 answers"):
        read_questions(path)


def test_section_lines_may_have_blanks_before_and_after_the_colon(tmp_path: Path) -> None:
    path = write(tmp_path / "a", " : one\na b c d\n:two\na,b,c,d\n\t:  three \na\tb\tNew York\td\n")
    assert [section.name for section in read_questions(path).sections] == ["one", "two", "three"]
    assert read_questions(path).sections[2].questions == [("a", "b", "New York", "d")]
    assert isinstance(read_dataset(path), Questions)


def plane() -> Vectors:
    words = ["tiger", "cat", "love", "sex", "dog"]
    return Vectors(words, np.random.default_rng(1).standard_normal((5, 4)))


def test_a_dataset_without_coverage_does_not_abort_the_others(tmp_path: Path) -> None:
    good = write(tmp_path / "sets/good.txt", "tiger cat 7\nlove sex 6\ncat dog 1\n")
    write(tmp_path / "sets/alien.txt", "xx yy 7\nzz xx 6\n")
    write(tmp_path / "sets/.hidden", "\0")
    write(tmp_path / "sets/README.txt", "what these are")
    table = similarity({"a": plane(), "b": plane()}, tmp_path / "sets")
    assert [(row["dataset"], row["covered"]) for row in table.rows] == [
        ("alien", 0),
        ("alien", 0),
        ("good", 3),
        ("good", 3),
    ]
    assert table.rows[0]["spearman"] is None
    assert table.rows[3]["difference"] == 0
    assert any(note.startswith("a: alien: 0 of 2 pairs have both words") for note in table.notes)
    assert table.to_json()
    assert [Path(file).name for file in files_of([tmp_path / "sets", good])] == ["alien.txt", "good.txt", "good.txt"]
    with pytest.raises(InputError, match="a: alien: 0 of 2 pairs"):
        similarity({"a": plane()}, tmp_path / "sets/alien.txt")
    questions = [write(tmp_path / "q1", "tiger cat love sex\n"), write(tmp_path / "q2", "a b c d\n")]
    asked = analogy(plane(), questions)
    assert [(row["dataset"], row["covered"]) for row in asked.rows] == [("q1", 1), ("q2", 0)]
    assert any("q2: none of its 1 questions" in note for note in asked.notes)


def test_the_first_vectors_may_be_those_that_know_nothing(tmp_path: Path) -> None:
    good = write(tmp_path / "good", "tiger cat 7\nlove sex 6\ncat dog 1\n")
    table = similarity({"a": Vectors(["x"], [[1.0]]), "b": plane()}, good)
    assert [row["covered"] for row in table.rows] == [0, 3]
    assert table.rows[1]["difference"] is None


def test_a_line_without_end_is_refused_before_it_fills_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines_module, "LONGEST", 50)
    monkeypatch.setattr(lines_module, "_BLOCK", 16)
    path = tmp_path / "a"
    path.write_bytes(b"short\n" + b"word " * 1000)
    with pytest.raises(InputError, match=f"{path}, line 2: longer than"):
        list(read_lines(path))


@pytest.mark.parametrize("block", [1, 2, 3, 7, 1 << 20])
def test_lines_end_in_lf_crlf_or_cr_wherever_blocks_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(lines_module, "_BLOCK", block)
    path = tmp_path / "a"
    for ends in itertools.product(["\n", "\r\n", "\r"], repeat=3):
        text = "\ufeffab" + ends[0] + "c" + ends[1] + ends[2] + "é"
        path.write_bytes(text.encode())
        expected = ["ab", "c", "", "é"] if (ends[1], ends[2]) != ("\r", "\n") else ["ab", "c", "é"]
        assert [line for _, line in read_lines(path)] == expected
    path.write_bytes(gzip.compress(b"ab\ncd\n"))
    assert list(read_lines(path)) == [(1, "ab"), (2, "cd")]
    path.write_bytes(gzip.compress(b"ab\ncd\n")[:-6])
    with pytest.raises(InputError, match="damaged, cannot be decompressed"):
        list(read_lines(path))


def test_numbers_and_separators() -> None:
    assert [number(text) for text in ("7,5", "-7.5", "1e3", "1_0", "nan", "inf", "1,2,3", "")] == [
        7.5, -7.5, 1000, None, None, None, None, None,
    ]  # fmt: skip
    assert find_separator(["one two"], 3) is None
    assert cut('"a" ""b"" c', " ") == ["a", '"b"', "c"]
    assert ColumnChoice.parse("a b, c ,mean(x,3-4)") == (("a b", "c"), ("x", "3", "4"))


def test_the_command_takes_columns_and_names_them(
    wordvec: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    plane().save("a.vec")
    write(Path("raters.tsv"), "tiger\tcat\t7\t8\nlove\tsex\t5\t6\ncat\tdog\t1\t2\n")
    asked = ("evaluate", "similarity", "a.vec", "--dataset", "raters.tsv")
    done = wordvec(*asked)
    assert (done.code, done.err) == (
        1,
        "wordvec: raters.tsv, line 1: columns 3 and 4 are ratings, and none is their mean; choose, as --columns 1,2,3 "
        "or --columns '1,2,mean(3-4)'\n",
    )
    done = wordvec(*asked, "--columns", "1,2,mean(3-4)")
    assert done.code == 0
    assert "raters: words in columns 1 and 2, score in the mean of columns 3, 4" in done.out
    assert wordvec(*asked, "--columns", "1,2").code == 2

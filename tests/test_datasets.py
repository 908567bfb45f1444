"""Datasets of similarity and analogy: every separator, header and line end, and one clear line for what is wrong."""

from pathlib import Path

import pytest

from wordvec.errors import InputError
from wordvec.evaluation.datasets import Questions, read_dataset, read_pairs, read_questions

PAIRS = [("old", "new", 1.58), ("smart", "intelligent", 9.2)]


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def triples(path: Path | str) -> list[tuple[str, str, float]]:
    pairs = read_pairs(path)
    return list(zip(pairs.first, pairs.second, pairs.scores, strict=True))


@pytest.mark.parametrize(
    "text",
    [
        "old\tnew\t1.58\nsmart\tintelligent\t9.2\n",
        "old,new,1.58\nsmart,intelligent,9.2",
        "old new 1.58\nsmart   intelligent 9.2\n\n",
        "Word 1,Word 2,Human (mean)\r\nold,new,1.58\r\nsmart,intelligent,9.2\r\n",
        "word1\tword2\tscore\rold\tnew\t1.58\rsmart\tintelligent\t9.2\r",
        "# a comment\nWord 1 Word 2 Human mean\nold new 1.58\nsmart intelligent 9.2\n",
        '"word1","word2","x"\n"old","new","1.58"\n"smart","intelligent","9.2"\n',
        "\ufeffold new 1.58\nsmart intelligent 9.2\n",
        "word1\tword2\tPOS\tSimLex999\tconc\nold\tnew\tA\t1.58\t2.72\nsmart\tintelligent\tA\t9.2\t1.75\n",
    ],
)
def test_pairs_are_read_whatever_separates_them(tmp_path: Path, text: str) -> None:
    assert triples(write(tmp_path / "pairs.txt", text)) == PAIRS


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no pair; it takes lines of word, word, score"),
        ("# only words\n\n", "holds no pair; it takes lines of word, word, score"),
        ("old\tnew\n", "line 1: no score; it takes word, word, score"),
        ("old new good\nsmart intelligent bad\n", "line 1: no score; it takes word, word, score"),
        ("old new 1\nsmart intelligent\n", "line 2: 2 columns, no score in column 3"),
        ("old new 1\n\nsmart intelligent high\n", "line 3: the score 'high' is no number; it takes word, word, score"),
        ("old\tnew\t1\nsmart\tbright\tnan\n", "line 2: the score 'nan' is no number; it takes word, word, score"),
        ("old\tnew\t1\n\tbright\t2\n", "line 2: a word is empty; it takes word, word, score"),
    ],
)
def test_a_damaged_line_of_pairs_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = write(tmp_path / "pairs.txt", text)
    with pytest.raises(InputError) as error:
        read_pairs(path)
    assert str(error.value) in (f"{path}, {message}", f"{path}: {message}")


def test_text_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "pairs.txt", "old new 1\nnaïve wise 2\n", "latin-1")
    with pytest.raises(InputError, match=f"{path}, line 2: is not UTF-8; save it as UTF-8"):
        read_pairs(path)


def test_gensim_s_datasets_come_by_name() -> None:
    wordsim, simlex = read_pairs("wordsim353"), read_pairs("simlex999")
    assert (len(wordsim.scores), len(simlex.scores)) == (353, 999)
    assert (wordsim.first[0], wordsim.second[0], wordsim.scores[0]) == ("love", "sex", 6.77)
    google = read_questions("google")
    assert (len(google.sections), sum(len(section.questions) for section in google.sections)) == (14, 19544)
    assert sum(section.syntactic for section in google.sections) == 9


def test_an_unknown_name_says_which_there_are() -> None:
    with pytest.raises(InputError) as error:
        read_pairs("nosuch")
    assert str(error.value) == "nosuch: no such file, and no dataset in gensim; those are wordsim353, simlex999"


def test_questions_have_sections_and_any_line_end(tmp_path: Path) -> None:
    path = write(tmp_path / "questions.txt", ": one\r\na b c d\r\n\r\n: gram-two\r\ne f g h\r\n i  j\tk l\r\n")
    first, second = read_questions(path).sections
    assert first == ("one", [("a", "b", "c", "d")])
    assert second == ("gram-two", [("e", "f", "g", "h"), ("i", "j", "k", "l")])
    assert (first.syntactic, second.syntactic) == (False, True)


def test_a_folder_of_questions_has_a_section_for_each_file(tmp_path: Path) -> None:
    write(tmp_path / "family.txt", "he she king queen\n")
    write(tmp_path / "antonyms.txt", "big small good bad\n")
    assert [section.name for section in read_questions(tmp_path).sections] == ["antonyms", "family"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a\0b\n", "holds NUL characters, so it is no text; save it as UTF-8"),
        (": empty\n: full\na b c d\n", "line 1: the section 'empty' has no question"),
        (": full\na b c d\n: empty\n", "line 3: the section 'empty' has no question"),
        (": x\na b c\n", "line 2: 3 words; a question has four: a b c d"),
        ("\n\n", "holds no question; expected lines of four words"),
    ],
)
def test_a_damaged_line_of_questions_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = write(tmp_path / "questions.txt", text)
    with pytest.raises(InputError) as error:
        read_questions(path)
    assert str(error.value) in (f"{path}, {message}", f"{path}: {message}")


def test_pairs_and_questions_are_told_apart(tmp_path: Path) -> None:
    questions = tmp_path / "questions"
    questions.mkdir()
    write(questions / "a", "a b c d\n")
    for source in ("google", questions, write(tmp_path / "a", ": x\na b c d\n"), write(tmp_path / "b", "a b c d\n")):
        assert isinstance(read_dataset(source), Questions)
    header = "Word 1,Word 2,Human (mean)\n"
    for text in ("a b 1.5\n", "a b N 1.5\n", header + "a,b,1.5\n", "word1\tword2\tPOS\tScore\na\tb\tN\t1.5\n"):
        assert read_dataset(write(tmp_path / "c", text)).scores == [1.5]
    assert len(read_dataset("wordsim353").scores) == 353
    with pytest.raises(InputError, match="no such file"):
        read_dataset(tmp_path / "nothing")


def test_a_header_is_told_and_a_damaged_first_line_is_none(tmp_path: Path) -> None:
    assert read_pairs(write(tmp_path / "a", "one,two,score\na,b,1\n")).header == "one,two,score"
    assert read_pairs(write(tmp_path / "a", "a,b,1\n")).header is None
    for first, message in (("tea\tcup\t7x", "the score '7x' is no number"), ("tea\tcup", "2 columns, no score")):
        with pytest.raises(InputError, match=f"line 1: {message}"):
            read_pairs(write(tmp_path / "a", f"{first}\na\tb\t1\n"))


def test_quotes_that_do_not_end_are_named(tmp_path: Path) -> None:
    path = write(tmp_path / "a", 'a,b,1\n"c,d,2\ne,f,3\n')
    with pytest.raises(InputError, match=f"{path}, line 2: cannot be cut at its commas"):
        read_pairs(path)


def test_sections_of_one_name_are_one(tmp_path: Path) -> None:
    path = write(tmp_path / "a", ": x\na b c d\n: y\na b c d\n: x\ne f g h\n")
    assert [(one.name, len(one.questions)) for one in read_questions(path).sections] == [("x", 2), ("y", 1)]

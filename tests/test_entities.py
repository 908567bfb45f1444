import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seqeval.metrics.sequence_labeling import get_entities, precision_recall_fscore_support

from wordvec.errors import InputError, SettingsError
from wordvec.evaluation.probes import entities
from wordvec.evaluation.probes.conll import Sentence, read_tagged
from wordvec.evaluation.probes.entities import Scores, Span, is_bio, spans
from wordvec.evaluation.probes.tagging import Task

needs_data = pytest.mark.skipif("WORDVEC_DATA" not in os.environ, reason="WORDVEC_DATA names no folder of real data")

TAGS = ["O", "B-a", "I-a", "B-b-c", "I-b-c", "B-", "I-"]
TWO_SENTENCES = [Sentence(["#tea", "is", "tea"], ["B-x", "O", "I-x"]), Sentence(["so"], ["O"])]

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(text: str, name: str = "some.conll") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode())
        return path

    return write


def token(number: object, form: str = "tea", upos: str = "NOUN", xpos: str = "_") -> str:
    return "\t".join([str(number), form, "_", upos, xpos, "_", "_", "_", "_", "_"])


def pairs_of_sentences() -> st.SearchStrategy[list[list[tuple[str, str]]]]:
    tag = st.sampled_from(TAGS)
    return st.lists(st.lists(st.tuples(tag, tag), min_size=1, max_size=12), min_size=1, max_size=6)


class TestSpans:
    @pytest.mark.parametrize(
        ("tags", "wanted"),
        [
            ("O O", []),
            ("B-x I-x O B-x", [("x", 0, 1), ("x", 3, 3)]),
            ("I-x I-x O I-y I-x", [("x", 0, 1), ("y", 3, 3), ("x", 4, 4)]),
            ("I-x B-x I-x", [("x", 0, 0), ("x", 1, 2)]),
            ("B-x I-y I-y", [("x", 0, 0), ("y", 1, 2)]),
            ("B-x B-x", [("x", 0, 0), ("x", 1, 1)]),
        ],
    )
    def test_an_entity_begins_and_ends_as_in_conlleval(self, tags: str, wanted: list[tuple[str, int, int]]) -> None:
        assert spans(tags.split()) == [Span(*one) for one in wanted]

    @settings(max_examples=200, deadline=None)
    @given(st.lists(st.sampled_from(TAGS), max_size=15))
    def test_spans_are_those_of_seqeval_even_of_ill_formed_tags(self, tags: list[str]) -> None:
        assert [tuple(span) for span in spans(tags)] == get_entities(tags)

    def test_tags_mark_entities_only_if_all_of_them_do(self) -> None:
        assert is_bio(["O", "B-x", "I-x"])
        assert is_bio(["B-x"])
        assert not is_bio(["O", "B-x", "NOUN"])
        assert not is_bio(["O", "B-x", "E-x"])
        assert not is_bio(["O", "O"])
        assert not is_bio(["NOUN", "INTJ"])


class TestScores:
    @settings(max_examples=200, deadline=None)
    @given(pairs_of_sentences())
    def test_scores_equal_those_of_seqeval_to_the_last_digit(self, sentences: list[list[tuple[str, str]]]) -> None:
        true = [[pair[0] for pair in sentence] for sentence in sentences]
        guess = [[pair[1] for pair in sentence] for sentence in sentences]
        together = entities.scores(true, guess)
        assert [*together[:3], together.true] == list(
            precision_recall_fscore_support(true, guess, average="micro", zero_division=0)
        )

    def test_a_worked_example(self) -> None:
        true, guess = [["B-x", "I-x", "O", "B-y"], ["O"]], [["B-x", "I-x", "O", "B-x"], ["B-x"]]
        assert entities.scores(true, guess) == Scores(1 / 3, 1 / 2, 0.4, 1, 3, 2)
        assert entities.counts(true, guess).tolist() == [[1, 2, 2], [0, 1, 0]]

    def test_nothing_to_find_and_nothing_found_scores_zero(self) -> None:
        assert entities.scores([["O"]], [["O"]]) == Scores(0.0, 0.0, 0.0, 0, 0, 0)
        assert entities.scores([], []) == Scores(0.0, 0.0, 0.0, 0, 0, 0)


class TestColumnFiles:
    @pytest.mark.parametrize(
        "text",
        [
            "#tea\tB-x\nis\tO\ntea\tI-x\n\nso\tO\n",
            "\n\n#tea B-x\nis O\ntea I-x\n \t\t\n\t\nso O",
            "-DOCSTART- -X- O\n\n#tea  NN B-x \r\nis VB O\r\ntea NN I-x\r\n\r\nso RB O\r\n",
            "\ufeff#tea\tB-x\nis\tO\ntea\tI-x\n-DOCSTART-\tO\nso\tO\n\ufeff",
        ],
    )
    def test_the_word_is_first_and_the_tag_last_and_blank_lines_end_sentences(self, write: Write, text: str) -> None:
        assert read_tagged(write(text)) == TWO_SENTENCES

    def test_a_column_can_be_chosen_by_number(self, write: Write) -> None:
        path = write("tea NN B-x\nis VB O\n")
        assert read_tagged(path, 2) == read_tagged(path, "2") == [Sentence(["tea", "is"], ["NN", "VB"])]

    def test_a_word_may_be_a_no_break_space(self, write: Write) -> None:
        assert read_tagged(write("\xa0\tO\ntea pot\tO\n")) == [Sentence(["\xa0", "tea pot"], ["O", "O"])]

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("tea\tO\nis\n", "line 2: one column, no tag; expected a word and its tag"),
            ("tea O\n\nis VB O\n", "line 3: 3 columns, but 2 in line 1; all lines need the same number"),
            ("tea\t\n", "line 1: the tag is empty; fill it in"),
            ("\tO\n", "line 1: the word is empty; fill it in"),
            ("", "holds no sentence; expected a line for each token, with its word and its tag"),
            ("-DOCSTART- O\n\n", "holds no sentence; expected a line for each token, with its word and its tag"),
            ("tea\t_\n", "every tag is _: the column is empty; choose another column"),
        ],
    )
    def test_bad_files_are_named_with_the_line(self, write: Write, text: str, message: str) -> None:
        path = write(text)
        with pytest.raises(InputError) as caught:
            read_tagged(path)
        assert str(caught.value) == f"{path}{', ' if message.startswith('line') else ': '}{message}"

    def test_a_column_that_is_not_there_is_an_error(self, write: Write) -> None:
        path = write("tea O\n")
        with pytest.raises(InputError, match="line 1: 2 columns, no tag in column 3"):
            read_tagged(path, 3)
        for column in ("upos", 0, -1):
            with pytest.raises(SettingsError, match=f"column {column}: .* is not CoNLL-U.*; give a number from 1"):
                read_tagged(path, column)


class TestConllu:
    def test_comments_ranges_and_empty_nodes_are_left_out(self, write: Write) -> None:
        lines = ["# text = x", token("1-2", upos="_"), token(1, "#", "SYM"), token(2, "tea pot"), token("2.1"), ""]
        wanted = [Sentence(["#", "tea pot"], ["SYM", "NOUN"]), Sentence(["tea"], ["VERB"])]
        text = "\n".join([*lines, "# next", token(1, upos="VERB"), ""])
        assert read_tagged(write(text, "some.conllu")) == wanted
        assert read_tagged(write(text, "some.txt")) == wanted

    @pytest.mark.parametrize("column", ["xpos", "XPOS", 5, "5"])
    def test_columns_have_names_and_numbers(self, write: Write, column: str | int) -> None:
        path = write(token(1, xpos="NN"), "some.conllu")
        assert read_tagged(path, column) == [Sentence(["tea"], ["NN"])]

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("# x\n1\ttea\tNOUN\n", "line 2: 3 columns; CoNLL-U has 10, separated by tabs"),
            (token("one"), "line 1: the id 'one' is not a number"),
            (token(1, upos=""), "line 1: the tag is empty"),
            (token(1, form=""), "line 1: the word is empty"),
            ("# x\n\n", "holds no sentence"),
        ],
    )
    def test_bad_files_are_named_with_the_line(self, write: Write, text: str, message: str) -> None:
        with pytest.raises(InputError, match=message):
            read_tagged(write(text, "some.conllu"))

    def test_a_column_that_is_not_filled_in_or_not_there_is_an_error(self, write: Write) -> None:
        path = write(token(1), "some.conllu")
        with pytest.raises(InputError, match="every tag is _: the column is empty; choose another"):
            read_tagged(path, "xpos")
        for column in ("pos", 0, 11):
            with pytest.raises(SettingsError, match=f"column {column}: .* is CoNLL-U; choose one of id, form"):
                read_tagged(path, column)


@needs_data
class TestRealFiles:
    @pytest.mark.parametrize(
        ("name", "sentences", "tokens"),
        [
            ("wnut17/wnut17train.conll", 3394, 62730),
            ("wnut17/emerging.dev.conll", 1009, 15733),
            ("wnut17/emerging.test.annotated", 1287, 23394),
            ("ud_marathi-ufal/mr_ufal-ud-test.conllu", 47, 412),
            ("ud_english-ewt/en_ewt-ud-test.conllu", 2077, 25094),
        ],
    )
    def test_published_files_have_their_numbers(self, name: str, sentences: int, tokens: int) -> None:
        read = read_tagged(Path(os.environ["WORDVEC_DATA"]) / "pos_ner" / name)
        assert (len(read), sum(len(sentence.words) for sentence in read)) == (sentences, tokens)

    def test_a_test_file_without_tags_is_an_error(self) -> None:
        with pytest.raises(InputError, match=r"emerging\.test, line 1: one column, no tag"):
            read_tagged(Path(os.environ["WORDVEC_DATA"]) / "pos_ner/wnut17/emerging.test")


def test_tags_of_the_other_kind_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "iobes.txt"
    path.write_text("a S-x\nb O\nc B-x\nd E-x\n\n")
    with pytest.raises(InputError, match="has tags with S- or E- "):
        Task.read(path, path, None, 1)

"""Analogies: the naive twin's places, gensim's counts, the published conventions on real vectors."""

import os
from pathlib import Path

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wordvec import Vectors
from wordvec.errors import InputError, SettingsError
from wordvec.evaluation import analogy
from wordvec.evaluation.datasets import Questions, Section, read_questions
from wordvec.evaluation.intrinsic.analogy import CONVENTIONS, Convention, Score, judge, ranks

DATA = Path(os.environ.get("WORDVEC_DATA", "nowhere"))
GLOVE = DATA / "vector_files/glove50_4k/fixed_header.txt"
needs_glove = pytest.mark.skipif(not GLOVE.is_file(), reason="no vector_files/glove50_4k in WORDVEC_DATA")

Question = tuple[str, str, str, str]


def drawn(seed: int, words: int = 30, questions: int = 20) -> tuple[Vectors, list[Question]]:
    """Make vectors, some of whose words differ in case only, and questions, some with an unknown word."""
    chance = np.random.default_rng(seed)
    names = [f"w{number}" for number in range(words)]
    names[5], names[9], names[12] = "W1", "W2", "W20"
    asked = [f"w{number}" for number in range(words + 1)]
    picked = [tuple(str(word) for word in chance.choice(asked, 4)) for _ in range(questions)]
    return Vectors(names, chance.standard_normal((words, 5))), picked  # type: ignore[return-value]


@given(
    st.integers(0, 2**32),
    st.sampled_from(["forms", "rows", "nothing"]),
    st.sampled_from(["3cosadd", "3cosmul"]),
    st.sampled_from(["ignore", "exact"]),
    st.sampled_from([None, 20]),
)
def test_places_are_the_naive_twin_s(seed: int, exclude: str, method: str, case: str, limit: int | None) -> None:
    vectors, questions = drawn(seed)
    found = ranks(vectors, questions, Convention(case, limit, exclude, method))
    words = [word.upper() if case == "ignore" else word for word in vectors.words[:limit]]
    for question, place in zip(questions, found, strict=True):
        forms = [word.upper() if case == "ignore" else word for word in question]
        if not all(form in words for form in forms):
            assert place == 0
            continue
        rows = [words.index(form) for form in forms]
        alike = {row for row, word in enumerate(words) if word in forms[:3]}
        excluded = {"forms": alike, "rows": set(rows[:3]), "nothing": set()}[exclude]
        right = {row for row, word in enumerate(words) if word == forms[3]}
        asked = (rows[0], rows[1], rows[2])
        assert place == naive.analogy_rank(vectors.matrix[:limit], asked, right, excluded, method)


def test_a_planted_parallelogram_is_found() -> None:
    vectors = Vectors(
        ["man", "king", "woman", "queen", "tea"], [[1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1], [0, -1, -1]]
    )
    questions = Questions("royal", [Section("family", [("man", "king", "woman", "queen")])])
    scores = judge(vectors, questions)
    assert scores == ({"family": Score(1, 1, 1, 1.0)}, {"total": Score(1, 1, 1, 1.0)})


def test_of_equal_scores_the_more_frequent_word_goes_first() -> None:
    vectors = Vectors(["a", "b", "c", "x", "y"], [[1, 0], [1, 0], [0, 1], [0, 1], [0, 1]])
    assert list(ranks(vectors, [("a", "b", "c", "x"), ("a", "b", "c", "y")])) == [1, 2]


def test_an_answer_that_is_a_word_of_the_question_is_wrong_unless_these_are_kept() -> None:
    vectors = Vectors(["a", "b", "c", "d"], np.eye(4))
    assert list(ranks(vectors, [("a", "a", "b", "b")])) == [5]
    assert list(ranks(vectors, [("a", "a", "b", "b")], Convention(exclude="nothing"))) == [1]


def test_totals_are_semantic_and_syntactic_where_names_tell() -> None:
    vectors, questions = drawn(7, questions=40)
    sections = [Section("capital", questions[:10]), Section("gram1-plural", questions[10:])]
    own, sums = judge(vectors, Questions("two", sections))
    assert (list(own), list(sums)) == (["capital", "gram1-plural"], ["semantic", "syntactic", "total"])
    assert sums["semantic"] == own["capital"]
    assert sums["total"].correct == sums["semantic"].correct + sums["syntactic"].correct
    assert list(judge(vectors, Questions("one", [Section("total", questions)])).sums) == ["total"]


def test_gensim_counts_the_same_per_section(tmp_path: Path) -> None:
    vectors, questions = drawn(11, words=60, questions=300)
    path = tmp_path / "questions.txt"
    lines = [" ".join(question) for question in questions]
    path.write_text("\n".join([": one", *lines[:100], ": two", *lines[100:]]) + "\n")
    _, sections = vectors.to_gensim().evaluate_word_analogies(str(path))
    scores = judge(vectors, read_questions(path))
    for section in sections[:-1]:
        score = scores.sections[section["section"]]
        assert (score.correct, score.covered) == (
            len(section["correct"]),
            len(section["correct"]) + len(section["incorrect"]),
        )
        assert score.correct > 0


def test_coverage_counts_in_accuracy_all() -> None:
    vectors, questions = drawn(2, questions=100)
    table = analogy({"x": vectors}, Questions("q", [Section("s", questions)]), Convention())
    (row,) = table.rows
    assert row["covered"] < row["questions"] == 100
    assert row["accuracy"] == row["correct"] / row["covered"]
    assert row["accuracy_all"] == row["correct"] / 100


def test_what_cannot_be_asked_is_an_error() -> None:
    vectors, _ = drawn(1)
    far = Questions("far", [Section("s", [("a", "b", "c", "d")])])
    with pytest.raises(InputError, match="x: far: none of its 1 questions has its four words among the 30 words"):
        analogy({"x": vectors}, far)
    with pytest.raises(SettingsError, match="method sum: choose one of 3cosadd, 3cosmul"):
        Convention(method="sum")
    with pytest.raises(SettingsError, match="exclude none: choose one of forms, rows, nothing"):
        Convention(exclude="none")
    with pytest.raises(SettingsError, match="limit 0: must be at least 1"):
        ranks(vectors, [("w1", "w2", "w3", "w4")], Convention(limit=0))


@needs_glove
@pytest.mark.parametrize(
    ("convention", "correct", "covered", "mrr"),
    [
        (CONVENTIONS["gensim"], 944, 1516, 0.6978),
        (CONVENTIONS["word2vec"], 944, 1516, 0.6978),
        (CONVENTIONS["glove"], 944, 1516, 0.6978),
        (Convention(method="3cosmul"), 891, 1516, 0.6684),
        (Convention(exclude="nothing"), 563, 1516, 0.5515),
        (Convention(exclude="nothing", method="3cosmul"), 660, 1516, 0.5760),
        (Convention(case="exact"), 577, 1098, None),
    ],
)
def test_real_vectors_answer_google_s_questions_as_published(
    convention: Convention, correct: int, covered: int, mrr: float | None
) -> None:
    scores = judge(Vectors.load(GLOVE), read_questions("google"), convention)
    total = scores.sums["total"]
    assert (total.correct, total.covered, total.questions) == (correct, covered, 19544)
    if mrr is not None:
        assert total.mrr == pytest.approx(mrr, abs=5e-5)
    if convention == CONVENTIONS["gensim"]:
        assert (scores.sums["semantic"].correct, scores.sums["semantic"].covered) == (93, 142)
        assert (scores.sums["syntactic"].correct, scores.sums["syntactic"].covered) == (851, 1374)


@needs_glove
def test_where_gensim_answers_otherwise_it_is_a_near_tie() -> None:
    from gensim.test.utils import datapath

    vectors = Vectors.load(GLOVE)
    _, sections = vectors.to_gensim().evaluate_word_analogies(datapath("questions-words.txt"))
    right = {tuple(question) for section in sections[:-1] for question in section["correct"]}
    questions = [q for section in read_questions("google").sections for q in section.questions]
    places = ranks(vectors, questions)
    unit = vectors.matrix.astype(np.float64)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    rows = {word: row for row, word in enumerate(vectors.words)}
    for question, place in zip(questions, places, strict=True):
        if place and (place == 1) != (tuple(word.upper() for word in question) in right):
            a, b, c, d = (rows[word.lower()] for word in question)
            scores = unit @ (unit[b] - unit[a] + unit[c])
            scores[[a, b, c]] = -9
            assert np.delete(scores, d).max() - scores[d] == pytest.approx(0, abs=1e-6)

"""Words of datasets and dictionaries that vectors have in another Unicode normal form are found, with a note."""

import unicodedata
from pathlib import Path

import numpy as np
import pytest
from composing import both, composing, planted

from wordvec import Vectors
from wordvec.alignment.case import in_case
from wordvec.evaluation import analogy, classify, probe, similarity, translation
from wordvec.evaluation.datasets import Pairs
from wordvec.evaluation.datasets.analogies import Questions, Section
from wordvec.evaluation.lookup import MISSING, Lookup
from wordvec.evaluation.probes.tagger import ProbeSettings
from wordvec.evaluation.reporting.scores import ScoreSettings, scores
from wordvec.evaluation.slices.graded_change import graded_change
from wordvec.letter_case import CASES
from wordvec.lexicons.lexicon import Lexicon
from wordvec.lexicons.neighbourhoods import neighbourhoods
from wordvec.workers import Progress, StopFlag

FORMS = ("NFC", "NFD")
NAMES = "tea café naïve élan über Ärger अज़ plain words more"


def spelled(text: str, form: str) -> str:
    return unicodedata.normalize(form, text)


def vectors_in(form: str) -> Vectors:
    return both(planted(spelled(NAMES, form)), {})


def other(form: str) -> str:
    return FORMS[1 - FORMS.index(form)]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("case", CASES)
def test_a_word_is_found_in_the_other_form_under_every_case_policy(case: str, form: str) -> None:
    vectors = both(planted(spelled("tea café über", form)), {})
    lookup = Lookup.of(vectors, case)
    asked = spelled("tea café über", other(form)).split()
    assert lookup.rows(asked).tolist() == [0, 1, 2]
    assert lookup.other_forms([*asked, *asked, "unheard", "öd"]) == 2
    assert lookup.row(spelled("öd", form)) == MISSING
    capital = spelled("Café", other(form))
    assert (lookup.row(capital) == 1) == (case != "exact")


@pytest.mark.parametrize("form", FORMS)
def test_a_vocabulary_with_both_forms_keeps_them_apart(form: str) -> None:
    words = [spelled("café", form), spelled("café", other(form))]
    lookup = Lookup.of(Vectors(words, np.eye(2)), "exact")
    assert lookup.rows(words).tolist() == [0, 1]
    assert lookup.other_forms(words) == 0


@pytest.mark.parametrize("form", FORMS)
def test_a_known_word_is_not_composed(form: str) -> None:
    vectors = composing(planted(spelled("tea café", form)), planted(spelled("café", other(form)) + " élan"))
    lookup = Lookup.of(vectors, "fallback", compose=[spelled("café", other(form)), "élan"])
    assert lookup.rows([spelled("café", other(form)), "élan"]).tolist() == [1, 2]


@pytest.mark.parametrize("form", FORMS)
def test_scores_are_those_of_the_same_form_and_a_note_counts_the_words(form: str) -> None:
    vectors, names = vectors_in(form), NAMES.split()
    noted = "found in the other Unicode normal form (NFC or NFD): vectors 5 words"
    for way in FORMS:
        asked = [spelled(name, way) for name in names]
        notes = [noted] if way != form else []
        pairs = Pairs("drawn", asked[:-1], asked[1:], [float(number) for number in range(9)])
        questions = Questions("drawn", [Section("drawn", [tuple(asked[:4]), tuple(asked[4:8])])])
        dictionary = list(zip(asked, [spelled(name, form) for name in names], strict=True))
        found = (
            similarity(vectors, pairs, resamples=100),
            analogy(vectors, questions),
            translation(vectors, vectors_in(form), dictionary, resamples=100),
            scores({"vectors": vectors}, [pairs], ScoreSettings(resamples=100), Progress(), StopFlag()),
        )
        assert [table.rows[0]["covered"] for table in found] == [9, 2, 10, 9]
        for table in found:
            assert [note for note in table.notes if "normal form" in note] == notes


def test_the_note_names_the_vectors_that_differ() -> None:
    pairs = Pairs("drawn", ["café", "tea", "élan"], ["tea", "über", "plain"], [1, 2, 3])
    table = similarity({"a": vectors_in("NFC"), "b": vectors_in("NFD")}, pairs, resamples=100)
    assert "found in the other Unicode normal form (NFC or NFD): b 3 words" in table.notes
    target = translation(vectors_in("NFC"), vectors_in("NFD"), [("café", "café"), ("tea", "tea")], resamples=100)
    assert "found in the other Unicode normal form (NFC or NFD): target 1 word" in target.notes


def test_probes_and_classifiers_find_words_in_the_other_form(tmp_path: Path) -> None:
    pytest.importorskip("sklearn")
    names = spelled(NAMES, "NFD").split()
    (tmp_path / "tags.txt").write_text("".join(f"{name}\t{'NV'[at % 2]}\n" for at, name in enumerate(names)) * 3)
    (tmp_path / "texts.txt").write_text("".join(f"{'NV'[at % 2]} {name}\n" for at, name in enumerate(names)) * 6)
    settings = ProbeSettings(epochs=1, seeds=1, resamples=100)
    tables = (
        probe(vectors_in("NFC"), tmp_path / "tags.txt", tmp_path / "tags.txt", settings=settings),
        classify(vectors_in("NFC"), tmp_path / "texts.txt", tmp_path / "texts.txt"),
    )
    for table in tables:
        assert table.rows[0]["coverage"] == 1
        assert "found in the other Unicode normal form (NFC or NFD): vectors 5 words" in table.notes


@pytest.mark.parametrize("case", CASES)
def test_pairs_of_a_dictionary_are_spelled_as_the_spaces_spell_them(case: str) -> None:
    source, target = vectors_in("NFC"), vectors_in("NFD")
    pairs = [(spelled("café", "NFD"), spelled("über", "NFC")), ("tea", "tea"), ("öd", "öd")]
    expected = [(spelled("café", "NFC"), spelled("über", "NFD")), ("tea", "tea"), ("öd", "öd")]
    assert in_case(pairs, source, target, case) == expected


def test_a_lexicon_has_neighbours_in_any_form() -> None:
    lexicon = Lexicon.of({spelled("café", "NFD"): {spelled("Über", "NFD"): 1.0}}, name="cafés")
    near = neighbourhoods(vectors_in("NFC").words, lexicon)
    assert (near.words.tolist(), near.neighbours.tolist()) == ([1], [4])


def test_scores_of_change_are_compared_across_forms(tmp_path: Path) -> None:
    for name, form in (("truth", "NFC"), ("scores", "NFD")):
        lines = (f"{spelled(word, form)}\t{number}\n" for number, word in enumerate(NAMES.split()))
        (tmp_path / f"{name}.tsv").write_text("".join(lines))
    row = graded_change([tmp_path / "scores.tsv"], tmp_path / "truth.tsv", resamples=100).rows[0]
    assert (row["covered"], row["spearman"]) == (10, pytest.approx(1))

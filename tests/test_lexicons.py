"""Lexicons of relations and of Wiktionary: edges, opposites, phrases, dictionaries, and damaged files."""

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_helpers import Call
from hypothesis import given, settings
from hypothesis import strategies as st

from wordvec import Vectors
from wordvec.alignment import read_dictionary, retrofit
from wordvec.errors import InputError, MemoryLimitError, SettingsError
from wordvec.lexicons.lexicon import Lexicon
from wordvec.lexicons.neighbourhoods import digest, neighbourhoods
from wordvec.lexicons.reading import read_lexicon
from wordvec.lexicons.relations import parsed

TEA = {
    "word": "tea",
    "lang": "English",
    "lang_code": "en",
    "pos": "noun",
    "senses": [
        {"glosses": ["A drink."], "synonyms": [{"word": "chai", "tags": ["colloquial"]}]},
        {"hypernyms": [{"word": "drink"}], "coordinate_terms": [{"word": "coffee"}], "tags": ["countable"]},
    ],
    "antonyms": [{"word": "water", "sense": "drink"}],
    "derived": [{"word": "tea bag"}],
    "translations": [
        {"lang": "German", "lang_code": "de", "code": "de", "word": "Tee", "sense": "drink", "tags": ["masculine"]},
        {"lang": "French", "code": "fr", "word": "thé"},
        {"lang": "German", "lang_code": "de", "note": "see Tee"},
    ],
}
CUP = {"word": "cup", "lang_code": "en", "senses": [{"translations": [{"code": "de", "word": "Tasse"}]}]}
REDIRECT = {"title": "Tea", "redirect": "tea"}


def wiktionary(path: Path, *records: Any) -> Path:
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    return path


def both_ways(*edges: tuple[str, str, float]) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for one, other, weight in edges:
        found.setdefault(one, {})[other] = found.setdefault(other, {})[one] = weight
    return found


def test_relations_have_weights_and_antonyms_are_opposites(tmp_path: Path) -> None:
    path = tmp_path / "relations.tsv"
    path.write_text("tea\tsynonym\tchai\nhot\t/r/Antonym\tcold\t2\nNew York\tis_a\tcity\nhot\tsynonyms\tcold\n")
    read = read_lexicon(path)
    assert read.form == "relations"
    assert read.opposites() == both_ways(("hot", "cold", 2.0))
    assert read.neighbours() == both_ways(("tea", "chai", 1.0), ("New York", "city", 1.0))
    weighted = read_lexicon(path, parsed("synonym=0, is_a=.5, antonym=-0.25"))
    assert weighted.neighbours() == both_ways(("New York", "city", 0.5))
    assert weighted.opposites() == both_ways(("hot", "cold", 0.5))
    assert weighted.relations == {"synonym": 0.0, "is_a": 0.5, "antonym": -0.25}


def test_columns_that_name_no_relations_are_neighbours_as_before(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.txt"
    path.write_text("house\thome\tflat\ncar\tauto\tvehicle\n")
    assert read_lexicon(path).form == "neighbours"
    with pytest.raises(SettingsError, match="does not name these relations in its second column"):
        read_lexicon(path, {"synonym": 1.0})


def test_relations_of_any_name_are_recognised_by_their_weights(tmp_path: Path) -> None:
    path = tmp_path / "medical.tsv"
    path.write_text("aspirin\tmay_treat\tpain\nfever\tfinding_of\tflu\n")
    assert read_lexicon(path).form == "neighbours"
    read = read_lexicon(path, parsed("may_treat=0.5"))
    assert (read.form, read.neighbours()) == (
        "relations",
        both_ways(("aspirin", "pain", 0.5), ("fever", "flu", 1.0)),
    )


def test_weights_of_relations_that_a_file_does_not_have_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "list.tsv").write_text("tea\tsynonym\tchai\nhot\tantonym\tcold\n")
    assert read_lexicon(tmp_path / "list.tsv", {"hypernym": 0.5}).form == "relations"
    with pytest.raises(SettingsError, match=r"list\.tsv has no relation 'antonmy'; it has antonym, synonym"):
        read_lexicon(tmp_path / "list.tsv", {"antonmy": -2.0})
    with pytest.raises(SettingsError, match=r"en\.jsonl has no relation 'foo'; it has abbreviation, antonym"):
        read_lexicon(wiktionary(tmp_path / "en.jsonl", TEA), {"foo": 1.0})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a\tsynonym\tb\na\tsynonym\tc\t-1\n", "line 2: the weight -1 is not a positive number"),
        ("a\tsynonym\tb\t\nc\tantonym\td\tx\n", "line 2: the weight x is not a positive number"),
        ("a\tsynonym\tb\nc\tantonym\t\n", "line 2: expected a word, a relation, another word and perhaps a weight"),
        ("a\tsynonym\tb\nc\tantonym\td\t1\t2\n", "line 2: expected .* found 5 columns"),
        (
            "a\tsynonym\tb\nc\t\td\n\tantonym\td\te\n",
            "line 3: expected a word, a relation and another word; found a blank column",
        ),
    ],
)
def test_a_broken_line_of_relations_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "relations.tsv"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        read_lexicon(path)


@pytest.mark.parametrize("text", ["antonym", "=1", "synonym=x", "synonym=nan", "", "a=1,,b=2"])
def test_weights_of_another_form_are_an_error(text: str) -> None:
    with pytest.raises(SettingsError, match="expected the name of a relation and its weight"):
        parsed(text)


def test_wiktionary_has_the_relations_of_words_and_of_senses(tmp_path: Path) -> None:
    path = wiktionary(tmp_path / "en.jsonl", TEA, REDIRECT, CUP)
    read = read_lexicon(path)
    assert (read.form, read.words) == ("Wiktionary", 4)
    assert read.neighbours() == both_ways(("tea", "chai", 1.0), ("tea", "drink", 1.0))
    assert read.opposites() == both_ways(("tea", "water", 1.0))
    chosen = read_lexicon(path, {"coordinate_term": 0.5, "antonym": 0.0, "synonym": 0.0, "derived": 1.0})
    assert chosen.neighbours() == both_ways(("tea", "drink", 1.0), ("tea", "coffee", 0.5), ("tea", "tea bag", 1.0))
    packed = tmp_path / "en.jsonl.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert read_lexicon(packed).neighbours() == read.neighbours()


def test_wiktionary_is_a_dictionary_of_the_language_that_is_named(tmp_path: Path) -> None:
    path = wiktionary(tmp_path / "en.jsonl", TEA, REDIRECT, CUP)
    assert read_dictionary(path, to="de") == [("tea", "Tee"), ("cup", "Tasse")]
    assert read_dictionary(path, to="fr", swap=True) == [("thé", "tea")]
    with pytest.raises(InputError, match="no translation into 'sv'; it has de, fr"):
        read_dictionary(path, to="sv")
    with pytest.raises(SettingsError, match="name one, such as de"):
        read_dictionary(path)
    plain = tmp_path / "plain.txt"
    plain.write_text("tea Tee\n")
    with pytest.raises(SettingsError, match="is not Wiktionary"):
        read_dictionary(plain, to="de")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"word": "cup"', "line 2: is not JSON"),
        ("[" * 100_000, "line 2: is not JSON"),
        ('["cup"]', "line 2: expected a record in braces"),
        ('{"lang_code": "en"}', 'line 2: has no "word"'),
        ('{"word": "cup", "lang_code": "en", "senses": {}}', 'line 2: "senses" is not a list of records'),
        ('{"word": "cup", "lang_code": "en", "synonyms": ["mug"]}', 'line 2: "synonyms" is not a list of records'),
        ('{"word": "Tee", "lang_code": "de"}', "line 2: has words of en and of de"),
    ],
)
def test_a_damaged_record_is_named(tmp_path: Path, line: str, message: str) -> None:
    path = wiktionary(tmp_path / "en.jsonl", TEA)
    path.write_text(path.read_text() + line + "\n")
    with pytest.raises(InputError, match=message):
        read_lexicon(path)


def test_fields_that_are_null_are_missing(tmp_path: Path) -> None:
    empty: dict[str, Any] = {"lang_code": None, "senses": None, "synonyms": None, "antonyms": None}
    tasse = {"lang_code": None, "code": "de", "word": "Tasse"}
    path = wiktionary(
        tmp_path / "en.jsonl",
        TEA,
        {"word": "cup", **empty, "hypernyms": [{"word": "dish"}, {"word": None}], "translations": [tasse]},
        {"word": "pot", **empty, "translations": None},
    )
    assert read_lexicon(path).neighbours()["cup"] == {"dish": 1.0}
    assert read_dictionary(path, to="de") == [("tea", "Tee"), ("cup", "Tasse")]


@pytest.mark.parametrize("indent", [None, 1])
def test_an_array_of_records_is_refused(tmp_path: Path, indent: int | None) -> None:
    path = tmp_path / "en.json"
    path.write_text(json.dumps([TEA, CUP], indent=indent))
    for read in (read_lexicon, read_dictionary):
        with pytest.raises(InputError, match=r"en\.json: is an array in JSON; write a record on each line"):
            read(path)


def test_comments_at_the_beginning_do_not_change_the_format(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.txt"
    path.write_text("# pairs of words, made by hand\n# twice\ntea chai\n# number\n")
    read = read_lexicon(path)
    assert (read.form, read.neighbours()) == ("edges", both_ways(("tea", "chai", 1.0), ("#", "number", 1.0)))
    path.write_text("# tea\n")
    with pytest.raises(InputError, match="is empty"):
        read_lexicon(path)


def test_lines_that_leave_no_memory_for_edges_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lexicon.txt").write_text("tea chai\n")
    monkeypatch.setattr("wordvec.lexicons.held_lines.available_memory", lambda: 5)
    with pytest.raises(MemoryLimitError, match=r"lexicon\.txt: 0 MB of lines leave too little memory"):
        read_lexicon(tmp_path / "lexicon.txt")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("word1,word2,weight\ntea,chai,0.5\nhot,warm,2\n", "weighted edges"),
        ("word\tother\tscore\ntea\tchai\t0.5\nhot\twarm\t2\n", "weighted edges"),
        ("head\trelation\ttail\tweight\ntea\tsynonym\tchai\t0.5\nhot\tsynonym\twarm\t2\n", "relations"),
    ],
)
def test_a_header_is_no_edge_and_does_not_change_the_format(tmp_path: Path, text: str, form: str) -> None:
    path = tmp_path / "lexicon.txt"
    path.write_text(text)
    read = read_lexicon(path)
    assert (read.form, read.neighbours()) == (form, both_ways(("tea", "chai", 0.5), ("hot", "warm", 2.0)))


def test_words_in_quotes_are_those_of_a_table(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.csv"
    path.write_text('"tea","chai"\n"New York","the ""Apple"""\n",quote\n')
    wanted = both_ways(("tea", "chai", 1.0), ("New York", 'the "Apple"', 1.0), ('"', "quote", 1.0))
    assert read_lexicon(path).neighbours() == wanted


def test_a_line_after_the_first_is_no_header(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.txt"
    path.write_text("tea chai\nhot warm mild\n" + "cup mug 2\n" * 20)
    with pytest.raises(InputError, match="line 1: expected two words and a weight, as in the other lines"):
        read_lexicon(path)


@pytest.mark.parametrize("line", ["hot warm high", "hot warm 2 3", "hot warm mild 2"])
def test_one_line_of_another_form_does_not_change_the_format_of_weighted_edges(tmp_path: Path, line: str) -> None:
    path = tmp_path / "lexicon.txt"
    path.write_text("".join(f"w{number} w{number + 1} 0.5\n" for number in range(20)) + line + "\n")
    with pytest.raises(InputError, match=r"line 21: (expected two words and a weight|the weight high is not)"):
        read_lexicon(path)


def test_phrases_are_looked_up_as_words_of_a_phrased_corpus() -> None:
    words = ["new_york", "bank of america", "city", "York"]
    lexicon = Lexicon.of({"New York": {"bank_of_america": 1.0, "CITY": 3.0, "new york": 1.0}}, name="places")
    edges = neighbourhoods(words, lexicon)
    assert edges.words.tolist() == [0]
    assert edges.neighbours.tolist() == [1, 2]
    assert edges.weights.tolist() == [0.25, 0.75]


def test_the_digest_follows_edges_and_weights_and_not_the_name() -> None:
    edges = both_ways(("a", "b", 1.0), ("b", "c", 2.0))
    one, other = Lexicon.of(edges, name="one"), Lexicon.of(dict(reversed(edges.items())), name="other")
    words = ["a", "b", "c"]
    assert digest(neighbourhoods(words, one)) == digest(neighbourhoods(words, other))
    for changed in (both_ways(("a", "b", 1.0)), both_ways(("a", "b", 2.0), ("b", "c", 2.0))):
        assert digest(neighbourhoods(words, Lexicon.of(changed, name="one"))) != digest(neighbourhoods(words, one))
    pushed = Lexicon.of({}, edges, name="one")
    assert digest(neighbourhoods(words, pushed)) != digest(neighbourhoods(words, one))


def retrofitted(rows: np.ndarray, edges: dict[int, dict[int, float]], opposites: dict[int, dict[int, float]]) -> Any:
    """Return rows after ten iterations, one word after another in float64."""
    began, rows = rows.copy(), rows.copy()
    for _ in range(10):
        for i in sorted(edges.keys() | opposites.keys()):
            near, far = edges.get(i, {}), opposites.get(i, {})
            whole = sum(near.values()) + sum(far.values())
            drawn = sum((weight * rows[j] for j, weight in near.items()), np.zeros(rows.shape[1]))
            for j, weight in far.items():
                drawn = drawn + weight * (rows[i] - max(0.0, rows[i] @ rows[j]) / (rows[j] @ rows[j]) * rows[j])
            rows[i] = (began[i] + drawn / whole) / 2
    return rows


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32))
def test_retrofitting_with_opposites_is_the_naive_twin_s(seed: int) -> None:
    chance = np.random.default_rng(seed)
    vectors = Vectors([f"w{number}" for number in range(8)], chance.normal(0.2, 1, (8, 5)))
    kinds: list[dict[int, dict[int, float]]] = [{}, {}]
    for i, j in {tuple(pair) for pair in chance.integers(0, 8, (14, 2)).tolist()}:
        if i != j:
            kinds[chance.integers(0, 2)].setdefault(i, {})[j] = float(chance.uniform(0.1, 3))
    if not any(kinds):
        return
    named = [{f"w{i}": {f"w{j}": w for j, w in to.items()} for i, to in kind.items()} for kind in kinds]
    made = retrofit(vectors, Lexicon.of(*named, name="drawn"))
    began = vectors.matrix.astype(np.float64)
    began /= np.linalg.norm(began, axis=1, keepdims=True) + 1e-6
    assert made.matrix == pytest.approx(retrofitted(began, *kinds), abs=1e-5)


def test_opposites_end_at_right_angles_if_both_are_free_to_move() -> None:
    vectors = Vectors(["hot", "cold", "warm"], [[1, 0.2], [0.9, 0.4], [1, 0.1]])
    lexicon = Lexicon.of({}, both_ways(("hot", "cold", 1.0)), name="opposites")
    made = retrofit(vectors, lexicon, iterations=30)
    before = vectors["hot"] @ vectors["cold"] / np.linalg.norm(vectors["hot"]) / np.linalg.norm(vectors["cold"])
    after = made["hot"] @ made["cold"] / np.linalg.norm(made["hot"]) / np.linalg.norm(made["cold"])
    assert 0 < after < before - 0.3
    assert made.metadata["history"][-1]["opposites"] == 2


def test_commands_read_wiktionary(wordvec: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    wiktionary(Path("en.jsonl"), TEA, CUP)
    Path("en.vec").write_text("4 2\ntea 1 0\nchai 0 1\nwater 1 .1\ncup .5 .5\n")
    Path("de.vec").write_text("2 2\nTee 1 0\nTasse .5 .5\n")
    done = wordvec("retrofit", "en.vec", "en.jsonl", "--relations", "hypernym=0", "-o", "out.vec")
    assert done.code == 0, done.err
    assert "en.jsonl: 3 words, read as Wiktionary\n" in done.err
    judged = wordvec("evaluate", "translation", "en.vec", "de.vec", "en.jsonl", "--to", "de", "--csv")
    assert judged.code == 0, judged.err
    aligned = wordvec("align", "en.vec", "de.vec", "--dictionary", "en.jsonl", "--to", "de", "-o", "a.vec")
    assert "en.jsonl: 2 of 2 pairs are known" in aligned.err
    for arguments, message in [
        (["--dictionary", "en.jsonl"], "--to: en.jsonl has translations into many languages; name one, such as de"),
        (["--dictionary", "identical", "--to", "de"], "--to: needs a dictionary file; got --dictionary identical"),
    ]:
        failed = wordvec("align", "en.vec", "de.vec", *arguments, "-o", "b.vec")
        assert failed.code == 2
        assert failed.err == f"wordvec: {message}\n"

"""Embedding regression: the published definition, planted effects, p-values under the null, and the command."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from cli_helpers import Call

from wordvec import EncodedCorpus, Vectors
from wordvec.errors import InputError, SettingsError
from wordvec.evaluation import context_regression
from wordvec.evaluation.associations.context_regression import RegressionSettings, Uses, _effects
from wordvec.evaluation.associations.design import Design, design
from wordvec.evaluation.associations.methods_paragraph import regression_text

WORDS = [f"w{at}" for at in range(30)]
QUICK = {"permutations": 199, "resamples": 200, "min_count": 2}


def documents(effect: bool, seed: int = 1, number: int = 60) -> list[tuple[str, list[list[str]], dict[str, str]]]:
    """Return documents; with an effect, tax is among w0 to w4 in documents of party a, else among w5 to w9."""
    chance = np.random.default_rng(seed)
    found = []
    for at in range(number):
        party = "ab"[at % 2]
        sentences = []
        for _ in range(4):
            other = chance.choice(WORDS, 8).tolist()
            near = np.array(WORDS[:5] if party == "a" else WORDS[5:10]) if effect else np.array(WORDS[:10])
            sentences.append([*other[:4], *chance.choice(near, 2).tolist(), "tax", *chance.choice(near, 2).tolist()])
            sentences.append(other)
        found.append((f"d{at}", sentences, {"party": party, "year": str(1990 + at // 4), "empty": ""}))
    return found


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    matrix = np.random.default_rng(3).normal(size=(len(WORDS), 6)).astype(np.float32)
    return Vectors(WORDS, matrix)


@pytest.fixture(scope="module")
def corpus() -> Iterator[EncodedCorpus]:
    with EncodedCorpus.from_documents(documents(True), keep_fields=["party", "year", "empty"]) as encoded:
        yield encoded


def naive(made: list[tuple[str, list[list[str]], dict[str, str]]], vectors: Vectors, window: int) -> np.ndarray:
    """Return the coefficients of party b, use by use, as the papers define them."""
    rows = {word: vectors[word].astype(np.float64) for word in WORDS}
    contexts: dict[str, list[np.ndarray]] = {}
    counts: dict[str, int] = {}
    uses, covariates = [], []
    for _, sentences, fields in made:
        tokens = [token for sentence in sentences for token in sentence]
        for at, token in enumerate(tokens):
            around = [*tokens[max(0, at - window) : at], *tokens[at + 1 : at + 1 + window]]
            known = [rows[other] for other in around if other in rows]
            counts[token] = counts.get(token, 0) + 1
            contexts.setdefault(token, []).extend(known)
            if token == "tax" and known:
                uses.append(np.mean(known, axis=0))
                covariates.append([1.0, float(fields["party"] == "b")])
    left = np.zeros((6, 6))
    right = np.zeros((6, 6))
    for word in WORDS:
        mean = np.mean(contexts[word], axis=0)
        left += np.log(counts[word]) * np.outer(rows[word], mean)
        right += np.log(counts[word]) * np.outer(mean, mean)
    transform = left @ np.linalg.inv(right)
    return np.linalg.lstsq(np.array(covariates), np.array(uses) @ transform.T, rcond=None)[0]


def test_coefficients_are_those_of_the_published_definition(corpus: EncodedCorpus, vectors: Vectors) -> None:
    found = context_regression(corpus, vectors, "tax", "party", window=3, **QUICK)
    expected = naive(documents(True), vectors, 3)
    np.testing.assert_allclose(found.coefficients, expected, atol=1e-6)
    assert found.rows[0]["coefficient"] == "party=b"
    assert found.rows[0]["norm"] == pytest.approx(np.linalg.norm(expected[1]))


def test_a_planted_effect_is_significant_and_named_by_its_neighbours(corpus: EncodedCorpus, vectors: Vectors) -> None:
    found = context_regression(corpus, vectors, "tax", ["party", "year"], window=2, number=3, **QUICK)
    party, year = found.rows
    assert party["p"] == 1 / 200
    assert year["p"] > 0.01
    assert party["low"] < party["debiased"] < party["norm"]
    assert party["debiased"] > 3 * year["debiased"]
    assert year["null"] == pytest.approx(year["norm"], rel=0.9)
    assert [row["level"] for row in found.neighbours.rows] == ["party=a", "party=b", "year - 1 sd", "year + 1 sd"]


def test_lengths_are_debiased_and_p_values_uniform_under_the_null() -> None:
    chance, documents = np.random.default_rng(4), 40
    x = np.stack([np.ones(documents), np.arange(documents) % 2], axis=1)
    covariates = Design(list(range(documents)), ["intercept", "b"], x, {}, [])
    settings = RegressionSettings(permutations=99, resamples=100)
    p, squares = [], []
    effect = np.array([0.6, 0, 0, 0, 0])
    for _ in range(100):
        counts = chance.integers(1, 4, documents).astype(float)
        # Uses of one document have a common part.
        means = chance.normal(size=(documents, 5)) + chance.normal(size=(documents, 5)) / np.sqrt(counts)[:, None]
        null = Uses(counts[:, None] * means, counts)
        p.append(_effects(null, covariates, null.coefficients(x)[0], settings)[0]["p"])
        real = Uses(counts[:, None] * (means + x[:, 1:] * effect), counts)
        row = _effects(real, covariates, real.coefficients(x)[0], settings)[0]
        squares.append((row["norm"] ** 2, row["debiased"] ** 2))
    for t in (0.1, 0.25, 0.5, 0.75):
        assert abs((np.array(p) <= t).mean() - t) < 1.63 / np.sqrt(100)
    norm, debiased = np.mean(squares, axis=0)
    assert norm > 0.36 + 0.4
    assert debiased == pytest.approx(0.36, abs=0.2)


def test_resampled_coefficients_are_those_of_repeated_documents() -> None:
    chance = np.random.default_rng(5)
    x = np.stack([np.ones(8), chance.normal(size=8)], axis=1)
    uses = Uses(chance.normal(size=(8, 3)), chance.integers(1, 4, 8).astype(float))
    times = np.array([[2, 0, 1, 1, 3, 0, 1, 0.0]])
    repeated = np.repeat(np.arange(8), times[0].astype(int))
    other = Uses(uses.sums[repeated], uses.counts[repeated])
    np.testing.assert_allclose(uses.coefficients(x, times), other.coefficients(x[repeated]))
    assert np.isnan(uses.coefficients(x, np.eye(8)[:1])).all()


def test_designs_have_baselines_and_standard_deviations() -> None:
    fields = {"party": ["a", "b", "b", "a", "c", "", "b"], "year": ["1", "2", "3", "4", "5", "6", "9"]}
    found = design(fields, [1, 1, 1, 1, 1, 1, 2])
    assert found.kept == [0, 1, 2, 3, 6]
    assert found.names == ["intercept", "party=a", "year"]
    assert found.matrix[:, 1].tolist() == [1, 0, 0, 1, 0]
    assert np.average(found.matrix[:, 2], weights=[1, 1, 1, 1, 2]) == pytest.approx(0)
    assert np.average(found.matrix[:, 2] ** 2, weights=[1, 1, 1, 1, 2]) == pytest.approx(1)
    assert found.notes[:2] == [
        "party: 1 documents without a value left out",
        "party: levels with fewer than 2 documents left out: c",
    ]
    codes = design({"code": ["1", "1", "2", "2"]}, [1] * 4, ["code"])
    assert codes.names == ["intercept", "code=2"]
    for bad, message in (
        ({"p": ["a", "a", "b"]}, "p: 1 level with 2 documents"),
        ({"p": ["3", "3"]}, "p: has one value"),
        ({"p": ["a", "a", "b", "b"], "q": ["x", "x", "y", "y"]}, "p, q: the fields determine each other"),
    ):
        with pytest.raises(InputError, match=message):
            design(bad, [1] * len(bad["p"]))


@pytest.mark.parametrize(
    ("words", "fields", "settings", "message"),
    [
        ("zebra", "party", {}, "zebra: not among the"),
        ("tax", "author", {}, "author"),
        ("tax", "empty", {}, "empty: 0 levels"),
        ([], "party", {}, "expected at least one word and one field"),
        ("tax", "party", {"categorical": ["year"]}, "year: is not among the fields"),
        ("tax", "party", {"window": 0}, "must be at least 1"),
        ("tax", "party", {"min_count": 10_000}, "the transform needs at least 6 words"),
        ("tax", "party", {"bandwidth": 3}, "there is no setting 'bandwidth'"),
    ],
)
def test_bad_words_fields_and_settings_are_one_line(
    corpus: EncodedCorpus, vectors: Vectors, words: str, fields: str, settings: dict[str, object], message: str
) -> None:
    with pytest.raises((InputError, SettingsError), match=message) as raised:
        context_regression(corpus, vectors, words, fields, **(QUICK | settings))  # type: ignore[arg-type]
    assert "\n" not in str(raised.value)


def test_vectors_of_another_language_are_an_error(corpus: EncodedCorpus) -> None:
    with pytest.raises(InputError, match="none of the 31 words of the corpus has a vector"):
        context_regression(corpus, Vectors(["x"], [[1.0]]), "tax", "party")


def test_the_command_prints_and_draws(tmp_path: Path, vectors: Vectors, wordvec: Call) -> None:
    vectors.save(tmp_path / "v.vec")
    made = documents(True, number=24)
    with EncodedCorpus.from_documents(made, tmp_path / "c", keep_fields=["party", "year"]):
        pass
    asked = ["context-regression", tmp_path / "c", "tax", "--vectors", tmp_path / "v.vec", "--field", "party"]
    asked += ["--permutations", 99, "--resamples", 100, "--min-count", 2, "--quiet"]
    done = wordvec(*asked)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("level")
    assert "coefficient" in done.out
    rows = json.loads(wordvec(*asked, "--json", "--plot", tmp_path / "p.svg").out)["rows"]
    assert [row["coefficient"][:6] for row in rows] == ["party="]
    said = wordvec(*asked, "--methods-text").out
    assert "embedding regression; Rodriguez et al., 2023; party: baseline" in said
    assert "{khodak2018," in said
    bad = wordvec(*asked, "--field", "author")
    assert (bad.code, bad.err.count("\n")) == (1, 1)


def test_the_paragraph_states_the_numbers(corpus: EncodedCorpus, vectors: Vectors) -> None:
    said = regression_text(context_regression(corpus, vectors, "tax", "year", across=False, unit=True, **QUICK))
    assert said.startswith("Each of 240 uses of tax in 60 documents was embedded")
    assert "scaled to length 1" in said

"""Keywords: measures against SciPy and formulas, bootstraps and dispersion against naive ones, and what is printed."""

import csv
import io
import json
import math
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_helpers import Call
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

from wordvec import EncodedCorpus
from wordvec.corpora import document_counts, keyness_intervals
from wordvec.corpora import keywords as module
from wordvec.corpora.document_counts import DocumentCounts
from wordvec.corpora.keyness import Counts, log_likelihood, log_odds, log_ratio, z_score
from wordvec.corpora.keywords import Keywords, KeywordSettings, keywords
from wordvec.errors import InputError, Interrupted, MemoryLimitError, SettingsError
from wordvec.workers import StopFlag

Documents = list[list[str]]


def text(documents: int, seed: int, words: str = "abcdefgh") -> Documents:
    generator = random.Random(seed)
    weights = [generator.random() + 0.1 for _ in words]
    return [generator.choices(words, weights, k=generator.randint(1, 30)) for _ in range(documents)]


def encoded(documents: Documents) -> EncodedCorpus:
    return EncodedCorpus.from_documents([(f"d{number}", [tokens]) for number, tokens in enumerate(documents)])


@pytest.fixture(scope="module")
def corpora() -> Iterator[tuple[EncodedCorpus, EncodedCorpus]]:
    with encoded(text(40, 1)) as a, encoded([*text(25, 2, "abcdefgxy"), []]) as b:
        yield a, b


@given(st.integers(0, 60), st.integers(0, 60), st.integers(1, 4000), st.integers(1, 4000))
def test_measures_of_one_word_are_those_of_scipy_and_of_formulas(a: int, b: int, rest_a: int, rest_b: int) -> None:
    if not a + b:
        return
    sizes = a + rest_a, b + rest_b
    counts = Counts(np.array([float(a)]), np.array([float(b)]), np.float64(sizes[0]), np.float64(sizes[1]))
    expected = chi2_contingency([[a, b], [rest_a, rest_b]], correction=False, lambda_="log-likelihood").statistic
    found = log_likelihood(counts)[0]
    assert abs(found) == pytest.approx(expected, abs=1e-9)
    assert found == 0 or (found > 0) == (a / sizes[0] > b / sizes[1])
    ratio = ((a or 0.5) / sizes[0]) / ((b or 0.5) / sizes[1])
    assert log_ratio(counts)[0] == pytest.approx(math.log2(ratio))
    alpha = 100 * (a + b) / sum(sizes)
    odds = [(count + alpha) / (size + 100 - count - alpha) for count, size in zip((a, b), sizes, strict=True)]
    delta = math.log(odds[0] / odds[1])
    prior = counts.prior(100)
    assert log_odds(counts, prior)[0] == pytest.approx(delta, abs=1e-12)
    error = math.sqrt(1 / (a + alpha) + 1 / (b + alpha))
    assert z_score(counts, prior)[0] == pytest.approx(delta / error, abs=1e-12)


@given(st.lists(st.lists(st.sampled_from("abc"), max_size=9), max_size=6), st.integers(1, 7))
@settings(max_examples=25, deadline=None)
def test_counts_and_dispersion_are_those_of_a_naive_count(documents: Documents, block: int) -> None:
    documents = [*documents, ["a", "b"]]
    with pytest.MonkeyPatch.context() as patch, encoded(documents) as corpus:
        patch.setattr(document_counts, "BLOCK_TOKENS", block)
        found = DocumentCounts.of(corpus, ["c", "a", "zebra"], StopFlag())
    full = [tokens for tokens in documents if tokens]
    expected = np.array([[tokens.count(word) for word in ("c", "a", "zebra")] for tokens in full])
    np.testing.assert_array_equal(found.counts.toarray(), expected)
    assert found.tokens.tolist() == list(map(len, full))
    assert found.with_word().tolist() == np.count_nonzero(expected, axis=0).tolist()
    share = np.array([len(tokens) for tokens in full]) / sum(map(len, full))
    for column, dispersion in zip(expected.T, found.dispersion(), strict=True):
        if column.sum():
            assert dispersion == pytest.approx(np.abs(column / column.sum() - share).sum() / 2)
        else:
            assert np.isnan(dispersion)


def naive_interval(corpora: tuple[Documents, Documents], word: str, resamples: int, seed: int) -> list[float]:
    """Return the interval of the log ratio of a word."""
    drawn = []
    for number in range(resamples):
        shares = []
        for side, documents in enumerate(corpora):
            full = [tokens for tokens in documents if tokens]
            chosen = np.random.default_rng([seed, side, number]).integers(0, len(full), len(full))
            tokens = [token for row in chosen for token in full[row]]
            shares.append((tokens.count(word) or 0.5) / len(tokens))
        drawn.append(math.log2(shares[0] / shares[1]))
    return [float(bound) for bound in np.quantile(drawn, [0.025, 0.975])]


def test_intervals_are_those_of_a_naive_bootstrap(
    corpora: tuple[EncodedCorpus, EncodedCorpus], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = keywords(*corpora, resamples=50, seed=3)
    texts = text(40, 1), [*text(25, 2, "abcdefgxy"), []]
    for row in found.table().rows:
        expected = naive_interval(texts, row["word"], 50, 3)
        assert [row["log_ratio_low"], row["log_ratio_high"]] == pytest.approx(expected)
        assert row["log_odds_low"] <= row["log_odds_high"]
    monkeypatch.setattr(keyness_intervals, "RESAMPLED_AT_ONCE", 100)  # two words at a time
    assert keywords(*corpora, resamples=50, seed=3).table().rows == found.table().rows
    assert keywords(*corpora, resamples=50, seed=4).table().rows != found.table().rows


@pytest.mark.parametrize("by", module.MEASURES)
def test_swapped_corpora_swap_the_lists(corpora: tuple[EncodedCorpus, EncodedCorpus], by: str) -> None:
    there, back = keywords(*corpora, by=by, resamples=0), keywords(*reversed(corpora), by=by, resamples=0)
    assert there.words[: there.of_first] == back.words[back.of_first :]
    assert there.words[there.of_first :] == back.words[: back.of_first]
    name = {"log-odds": "z"}.get(by, by.replace("-", "_"))
    strength = [abs(row[name]) for row in there.table().rows]
    for part in (strength[: there.of_first], strength[there.of_first :]):
        assert part == sorted(part, reverse=True)
    assert set(there.words) == set("abcdefghxy")
    few = keywords(*corpora, 1, by=by, resamples=0)
    assert few.words == [there.words[0], there.words[there.of_first]]


def test_a_bursty_word_has_a_wide_interval_and_a_high_dispersion() -> None:
    filler = ["x"] * 30
    a = [[*filler, "even"] for _ in range(40)] + [[*filler, *["burst"] * 40]]
    with encoded(a) as first, encoded([filler] * 40 + [[*filler, "even", "burst"]]) as second:
        rows = {row["word"]: row for row in keywords(first, second, min_count=1).table().rows}
    assert rows["even"]["z"] == pytest.approx(rows["burst"]["z"])
    assert (rows["even"]["documents_a"], rows["burst"]["documents_a"]) == (40, 1)
    assert rows["even"]["dp_a"] < 0.1 < 0.9 < rows["burst"]["dp_a"]
    assert rows["even"]["log_ratio_low"] > 3
    assert rows["burst"]["log_ratio_low"] <= 0 < rows["burst"]["log_ratio_high"]


def test_few_documents_have_no_intervals_and_a_note() -> None:
    with encoded([["a", "b"] * 9]) as a, encoded([["a", "c"]] * 12) as b:
        found = keywords(a, b, min_count=1, names=("old", "new"))
    assert all(row["log_ratio_low"] is None for row in found.table().rows)
    assert any(note.startswith("no intervals") and "fewer than 10 in old (" in note for note in found.notes)
    assert found.listed().rows[0]["interval"] == "-"


def test_a_word_that_all_tokens_are_has_no_infinite_numbers() -> None:
    with encoded([["a"]] * 12) as a, encoded([["a"]] * 12) as b:
        found = keywords(a, b, min_count=1, resamples=20)
    assert json.loads(found.table().to_json())["rows"][0]["log_ratio"] == 0
    assert "a" in str(found)


def test_words_that_a_corpus_left_out_are_noted() -> None:
    bounded = EncodedCorpus.from_sentences([["a", "b", "b"]] * 3, max_words=1)
    with bounded as a, EncodedCorpus.from_sentences([["a", "b"]] * 3) as b:
        notes = keywords(a, b, min_count=1, names=["A", "B"]).notes
    assert notes[-1] == "A: 3 tokens have words that its vocabulary lacks, which count as absent"


def test_corpora_of_other_settings_are_refused(tmp_path: Path) -> None:
    texts = [["a", "b"]]
    with EncodedCorpus.from_sentences(texts, lowercase=True) as a, EncodedCorpus.from_sentences(texts) as b:
        with pytest.raises(InputError, match=r"was encoded with lowercase none, .* with True"):
            keywords(a, b)
        with pytest.raises(InputError, match="no word occurs 5 times in both corpora"):
            keywords(a, a)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"by": "chi2"}, "by chi2: choose one of"),
        ({"min_count": 0}, "min_count 0: must be at least 1"),
        ({"prior": 0}, "prior 0"),
        ({"resamples": -1}, "resamples -1"),
        ({"number": 0}, "number 0: must be at least 1"),
        ({"names": ["one"]}, "names: expected two"),
        ({"alpha": 1}, "there is no setting 'alpha'; choose from by, min_count"),
    ],
)
def test_bad_settings_are_named(
    corpora: tuple[EncodedCorpus, EncodedCorpus], given: dict[str, Any], message: str
) -> None:
    with pytest.raises(SettingsError, match=message):
        keywords(*corpora, **given)


def test_counts_that_need_too_much_memory_are_refused(
    corpora: tuple[EncodedCorpus, EncodedCorpus], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_counts, "available_memory", lambda: 1000)
    with pytest.raises(MemoryLimitError, match="ask for fewer words"):
        keywords(*corpora, None)


def test_the_bootstrap_is_interrupted(corpora: tuple[EncodedCorpus, EncodedCorpus]) -> None:
    stop = StopFlag()
    stop.set()
    with pytest.raises(Interrupted):
        keywords(*corpora, 1, stop=stop)


def test_settings_and_results_are_shown_in_short(corpora: tuple[EncodedCorpus, EncodedCorpus]) -> None:
    found = keywords(*corpora, 2, names=("A", "B"), resamples=0)
    assert isinstance(found, Keywords)
    assert repr(found) == "<Keywords of A against B: 4 words>"
    assert "by='ratio'" not in repr(KeywordSettings())
    assert found.to_latex().startswith(r"\begin{tabular}")


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wordvec: Call) -> None:
    monkeypatch.chdir(tmp_path)
    for name, seed, words in (("old", 1, "abcdefgh"), ("new", 2, "abcdefgxy")):
        lines = [" ".join(tokens) + "\n" for tokens in text(20, seed, words)]
        Path(f"{name}.txt").write_text("".join(lines))
        encode = ("corpus", "encode", f"{name}.txt", "--documents", "line", "--tokenizer", "whitespace")
        assert wordvec(*encode, "-o", f"{name}.corpus", "--quiet").code == 0


@pytest.mark.usefixtures("folders")
def test_the_command_prints_both_directions(wordvec: Call) -> None:
    done = wordvec("corpus", "keywords", "old.corpus", "new.corpus", "-n", "2", "--resamples", "20")
    lines = done.out.splitlines()
    assert (done.code, done.err) == (0, "")
    assert lines[0].split()[:6] == ["more", "in", "word", "old/M", "new/M", "documents"]
    assert [line.split()[0] for line in lines[1:5]] == ["old", "old", "new", "new"]
    assert lines[5].startswith("old: ")
    done = wordvec("corpus", "keywords", "old.corpus", "new.corpus", "--all", "--csv", "--latex", "table.tex")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert {row["word"] for row in rows} == set("abcdefghxy")
    assert float(rows[0]["log_odds_low"]) <= float(rows[0]["log_odds"]) <= float(rows[0]["log_odds_high"])
    assert "sorted by log-odds" in done.err
    assert Path("table.tex").read_text().startswith(r"\begin{tabular}")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["old.corpus"], 2, "Missing argument 'B'"),
        (["old.corpus", "new.txt"], 1, "new.txt: holds no encoded corpus"),
        (["old.corpus", "new.corpus", "--by", "chi2"], 2, "'chi2' is not one of"),
        (["old.corpus", "new.corpus", "--min-count", "100000"], 1, "no word occurs 100,000 times"),
        (["old.corpus", "new.corpus", "--latex", "old.txt"], 1, "old.txt: exists already"),
    ],
)
@pytest.mark.usefixtures("folders")
def test_bad_commands_are_one_line(wordvec: Call, arguments: list[str], code: int, message: str) -> None:
    done = wordvec("corpus", "keywords", *arguments)
    assert (done.code, done.out, done.err.count("\n")) == (code, "", 1)
    assert message in done.err

"""Evidence of change: scores against a naive sum, a planted change, and what the commands print."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from cli_helpers import Call
from hypothesis import given
from hypothesis import strategies as st
from test_compass import sentences

from wordvec import Compass, EncodedCorpus
from wordvec.errors import InputError, Interrupted, SettingsError
from wordvec.kernels.sampling import keep_thresholds
from wordvec.slices import evidence_scores
from wordvec.slices.aligned import AlignedSlices
from wordvec.slices.evidence import Evidence, evidence
from wordvec.workers import StopFlag

SETTINGS = {"dim": 12, "min_count": 2, "epochs": 2, "slice_epochs": 2, "threads": 1, "negatives": 3, "window": 3}
Texts = dict[str, EncodedCorpus]


def documents(made: list[list[str]]) -> list[tuple[str, list[list[str]]]]:
    return [(f"d{begin}", made[begin : begin + 50]) for begin in range(0, len(made), 50)]


@pytest.fixture(scope="module")
def texts() -> Iterator[Texts]:
    """Return two slices, in which t0w2 and t1w2 change places."""
    before, after = sentences(1, 600), sentences(3, 600, swapped=1.0)
    before[5][3] = after[7][4] = "once"  # not in the vocabulary of the compass, together with its gap
    before[0][:0] = after[0][:0] = ["rare", "t0w2", "hapax"]
    with (
        EncodedCorpus.from_documents(documents(before)) as a,
        EncodedCorpus.from_documents(documents(after), max_words=90) as b,
    ):
        yield {"1990": a, "2010": b}


@pytest.fixture(scope="module")
def aligned(texts: Texts) -> AlignedSlices:
    return Compass(**SETTINGS).fit(texts)  # type: ignore[arg-type]


def naive_scores(aligned: AlignedSlices, word: str, texts: Texts) -> list[list[float]]:
    """Return the score of each occurrence in each slice."""
    settings, names = aligned.settings, aligned.vocabulary.words
    assert aligned.contexts is not None
    rows = aligned.contexts[:, : settings.dim].astype(np.float64)
    noise = aligned.vocabulary.counts**0.75
    keep = keep_thresholds(aligned.vocabulary.counts, settings.sample) / 2**32
    shares = []
    for name in texts:
        vector = aligned.slices[name][word].astype(np.float64) / (1 if settings.model == "skipgram" else 4)
        odds = noise * np.exp(rows @ vector)
        shares.append(np.log(odds / odds.sum()))
    scores = []
    for side, corpus in enumerate(texts.values()):
        own = []
        spelled = [*corpus.vocabulary.words, ""]
        for begin, end in zip(corpus.offsets, corpus.offsets[1:], strict=False):
            known = [spelled[token] for token in corpus.ids[begin:end] if spelled[token] in aligned.vocabulary]
            for at in [at for at, token in enumerate(known) if token == word]:
                score = 0.0
                for other in range(max(0, at - 3), min(len(known), at + 4)):
                    row = names.index(known[other])
                    if other != at:
                        ratio = shares[side][row] - shares[1 - side][row]
                        score += (4 - abs(other - at)) / 3 * keep[row] * ratio
                own.append(score)
        scores.append(own)
    return scores


@pytest.mark.parametrize("changed", [{}, {"model": "cbow"}, {"method": "temporal-referencing", "words": ("t0w2",)}])
def test_scores_are_those_of_a_naive_sum(
    texts: Texts, changed: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = SETTINGS | changed
    if "words" in changed:
        del settings["slice_epochs"]
    trained = Compass(**settings).fit(texts)  # type: ignore[arg-type]
    found = evidence(trained, "t0w2", texts)
    for own, expected in zip(found.scores, naive_scores(trained, "t0w2", texts), strict=True):
        np.testing.assert_allclose(own, expected, atol=1e-9)
    monkeypatch.setattr(evidence_scores, "BLOCK_TOKENS", 50)
    again = evidence(trained, "t0w2", texts)
    np.testing.assert_array_equal(np.concatenate(found.scores), np.concatenate(again.scores))
    assert again.lines == found.lines


def test_the_lines_that_speak_for_a_planted_change_are_in_the_other_topic(aligned: AlignedSlices, texts: Texts) -> None:
    found = evidence(aligned, "t0w2", texts, 4)
    topics: dict[str, list[set[str]]] = {name: [] for name in texts}
    for one in found.highest().lines:
        words = {*one.line.left.split(), *one.line.right.split()} - {"t0w2", "t1w2", "[…]"}
        topics[one.slice].append({word[:2] for word in words})
    assert topics == {"1990": [{"t0"}] * 4, "2010": [{"t1"}] * 4}
    assert found.separation > 0.95
    assert evidence(aligned, "t2w2", texts).separation < 0.8
    for name in texts:
        for end, sign in (("highest", -1), ("lowest", 1)):
            scores = [one.score for one in found.lines if (one.slice, one.end) == (name, end)]
            assert len(scores) == 4
            assert scores == sorted(scores, key=lambda score, sign=sign: sign * score)
            extreme = found.scores[list(texts).index(name)]
            assert scores[0] == (extreme.max() if sign < 0 else extreme.min())


def test_lines_that_are_alike_are_listed_once() -> None:
    same = [["tea", "with", "milk", "and", "sugar"]] * 30
    other = [["tea", "of", "mint", "or", "sage"]] * 20
    with EncodedCorpus.from_sentences(same + other) as a, EncodedCorpus.from_sentences(other + same[:9]) as b:
        trained = Compass(**SETTINGS).fit({"a": a, "b": b})  # type: ignore[arg-type]
        found = evidence(trained, "tea", {"a": a, "b": b})
    assert [len({one.line.right for one in found.lines if one.slice == name}) for name in "ab"] == [2, 2]
    assert len(found.lines) == 8  # both kinds, at both ends of both slices


@given(st.lists(st.integers(-3, 3), min_size=1), st.lists(st.integers(-3, 3), min_size=1))
def test_separation_is_the_share_of_ordered_pairs(a: list[int], b: list[int]) -> None:
    found = Evidence("w", ("a", "b"), [], (np.array(a, np.float64), np.array(b, np.float64)))
    pairs = [1.0 if x > -y else 0.5 if x == -y else 0.0 for x in a for y in b]
    assert found.separation == pytest.approx(sum(pairs) / len(pairs))


def test_documents_are_named_and_the_page_is_escaped(aligned: AlignedSlices, texts: Texts) -> None:
    found = evidence(aligned, "t0w2", texts, 2)
    row = found.table().rows[0]
    assert row["document"].startswith("d")
    assert (row["slice"], row["end"], row["match"]) == ("1990", "highest", "t0w2")
    assert "<h2>t0w2 in 2010, contexts least like those in 1990</h2>" in found.to_html()
    assert len(found.highest().table().rows) == 4
    assert repr(found) == "<Evidence of t0w2 in 1990 and 2010: 8 lines>"


@pytest.mark.parametrize(
    ("word", "names", "number", "message"),
    [
        ("t0w22x", ["1990", "2010"], 5, "t0w22x: not among the"),
        ("t0w2", ["1990"], 5, "needs two different slices; got 1990"),
        ("t0w2", ["1990", "1970"], 5, "1970: no such slice; choose from 1990, 2010"),
        ("t0w2", ["1990", "2010"], 0, "number 0: must be at least 1"),
    ],
)
def test_bad_queries_are_one_line(
    aligned: AlignedSlices, texts: Texts, word: str, names: list[str], number: int, message: str
) -> None:
    given = {name: texts.get(name, texts["1990"]) for name in names}
    with pytest.raises((InputError, SettingsError), match=message):
        evidence(aligned, word, given, number)


def test_what_cannot_be_scored_is_refused(aligned: AlignedSlices, texts: Texts) -> None:
    rotated = Compass(**SETTINGS | {"method": "procrustes"}).fit(texts)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="method procrustes have no common contexts"):
        evidence(rotated, "t0w2", texts)
    with pytest.raises(TypeError, match="texts: expected encoded corpora by name"):
        evidence(aligned, "t0w2", list(texts.values()))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="aligned: expected an AlignedSlices"):
        evidence(texts, "t0w2", texts)  # type: ignore[arg-type]
    stop = StopFlag()
    stop.set()
    with pytest.raises(Interrupted):
        evidence(aligned, "t0w2", texts, stop=stop)


@pytest.fixture
def folder(aligned: AlignedSlices, texts: Texts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    aligned.save("out", texts)


@pytest.mark.usefixtures("folder")
def test_the_command_prints_both_ends_of_both_slices(wordvec: Call) -> None:
    done = wordvec("compass", "evidence", "out", "t0w2", "1990", "2010", "-n", "2", "--window", "3")
    assert (done.code, done.err) == (0, "")
    blocks = done.out.split("\n\n")
    assert [block.split("\n")[0] for block in blocks[:4]] == [
        "t0w2 in 1990, contexts least like those in 2010",
        "t0w2 in 2010, contexts least like those in 1990",
        "t0w2 in 1990, contexts most like those in 2010",
        "t0w2 in 2010, contexts most like those in 1990",
    ]
    assert all(len(block.split("\n")) == 3 for block in blocks[:4])
    assert "(the vectors were trained on these lines)" in blocks[4]
    done = wordvec("compass", "evidence", "out", "t0w2", "2010", "1990", "--json", "--html", "page.html")
    assert json.loads(done.out)["rows"][0]["slice"] == "2010"
    assert "<title>Evidence of change: t0w2</title>" in Path("page.html").read_text()


@pytest.mark.usefixtures("folder")
def test_change_prints_the_evidence_of_listed_words(wordvec: Call) -> None:
    change = ("compass", "change", "out", "1990", "2010", "--permutations", 20, "--bootstraps", 0, "--quiet")
    plain = wordvec(*change, "--words", "t0w2,t1w2")
    done = wordvec(*change, "--words", "t0w2,t1w2", "--evidence", 1)
    assert done.code == 0
    assert done.out.startswith(plain.out)
    assert done.out.count("contexts least like those in") == 4
    assert "contexts most like" not in done.out
    rows = json.loads(wordvec(*change, "-n", 2, "--evidence", 1, "--json").out)
    assert [len(row["evidence"]) for row in rows] == [2, 2]
    assert rows[0]["evidence"][0]["match"] == rows[0]["word"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["out", "t0w3x", "1990", "2010"], 1, "t0w3x: not among"),
        (["out", "t0w2", "1990", "1990"], 2, "needs two different slices; got 1990"),
        (["out", "t0w2", "1990", "2020"], 1, "2020: no such slice"),
        (["texts", "t0w2", "1990", "2010"], 1, "texts: holds no compass"),
        (["out", "t0w2", "1990"], 2, "Missing argument 'B'"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_bad_commands_are_one_line(wordvec: Call, arguments: list[str], code: int, message: str) -> None:
    done = wordvec("compass", "evidence", *arguments)
    assert (done.code, done.out, done.err.count("\n")) == (code, "", 1)
    assert message in done.err


def test_a_folder_without_texts_says_so(
    aligned: AlignedSlices, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wordvec: Call
) -> None:
    monkeypatch.chdir(tmp_path)
    aligned.save("bare")
    done = wordvec("compass", "evidence", "bare", "t0w2", "1990", "2010")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "1990: holds no encoded corpus" in done.err

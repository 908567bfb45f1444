"""Texts for a compass or model of records or phrases: added slices and held-out texts."""

import json
from pathlib import Path

import pytest
from cli_helpers import Call

TRAIN = ("--dim", 4, "--epochs", 1, "--slice-epochs", 1, "--min-count", 1, "--quiet")
LINES = ["the river is in new york", "the lake is not in new york"]


@pytest.fixture
def records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write records of two years, and further ones without a year."""
    monkeypatch.chdir(tmp_path)
    rows = [{"year": year, "text": line} for year in (1990, 2000) for line in LINES * 20]
    Path("years.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    Path("more.jsonl").write_text("".join(json.dumps({"text": line}) + "\n" for line in LINES * 20))
    Path("plain.txt").write_text("\n".join(LINES * 20))


@pytest.mark.usefixtures("records")
def test_further_texts_need_not_be_records_with_the_field_of_the_slices(wordvec: Call) -> None:
    train = ("compass", "train", "years.jsonl", "--slice-by", "year", "--field", "text", *TRAIN)
    assert wordvec(*train, "-o", "out").code == 0
    assert wordvec("compass", "add", "out", "more.jsonl").code == 0
    assert wordvec("compass", "add", "out", "plain.txt").err.startswith("wordvec: plain.txt: line 1 is not JSON")
    assert wordvec("compass", "add", "out", "plain.txt", "--format", "plain").code == 0
    likelihood = ("evaluate", "likelihood", "out", "--csv", "--quiet")
    same = wordvec(*likelihood, "1990=more.jsonl").out
    assert len(same.splitlines()) > 2
    assert wordvec(*likelihood, "1990=plain.txt", "--format", "plain").out == same


@pytest.mark.usefixtures("records")
def test_further_texts_must_have_the_phrases_of_the_slices(wordvec: Call) -> None:
    Path("table.tsv").write_text("phrase\twords\nnew_york\tnew york\n")
    assert wordvec("corpus", "encode", "years.jsonl", "--field", "text", "--keep-fields", "year", "-o", "plain.corpus",
                   "--quiet").code == 0  # fmt: skip
    joined = ("corpus", "phrases", "plain.corpus", "--table", "table.tsv", "-o", "joined.corpus", "--quiet")
    assert wordvec(*joined).code == 0
    assert wordvec("compass", "train", "joined.corpus", "--slice-by", "year", *TRAIN, "-o", "out").code == 0
    nodes = ("--loss", "hierarchical-softmax", "--contexts", "nodes.npz", "--dim", 4, "--epochs", 1, "--quiet")
    assert wordvec("train", "skipgram", "joined.corpus", *nodes, "-o", "hs.vec").code == 0
    perplexity = ("evaluate", "perplexity", "hs.vec", "--nodes", "nodes.npz", "--quiet")
    for command, given in (
        (("compass", "add", "out"), "{}"),
        (("evaluate", "likelihood", "out", "--quiet"), "1990={}"),
        (perplexity, "{}"),
    ):
        refused = wordvec(*command, given.format("more.jsonl"))
        assert "more.jsonl: phrases are joined in the" in refused.err
        assert "wordvec corpus phrases --table" in refused.err
        refused = wordvec(*command, given.format("plain.corpus"))
        assert "plain.corpus: has other phrases joined than the" in refused.err
        assert wordvec(*command, given.format("joined.corpus")).code == 0

"""``wordvec corpus merge`` and ``split``, and ``compass train --slice-by``."""

import json
from pathlib import Path

import pytest
from cli_helpers import Call
from test_compass import sentences

from wordvec.corpora.encoded import EncodedCorpus

TRAIN = ("--dim", 12, "--min-count", 2, "--epochs", 1, "--slice-epochs", 1, "--threads", 1, "--quiet")
ENCODE = ("--field", "text", "--name-field", "id", "--keep-fields", "year", "--tokenizer", "whitespace")


@pytest.fixture(autouse=True)
def speeches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    texts = [" ".join(words) for words in sentences(1, 400)]
    records = [{"id": f"s{k}", "year": 1990 + k % 4, "text": text} for k, text in enumerate(texts)]
    records[0]["year"] = None  # type: ignore[assignment]
    Path("table.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))


def test_a_corpus_is_split_and_merged_again(wordvec: Call) -> None:
    assert wordvec("corpus", "encode", "table.jsonl", *ENCODE, "-o", "all.corpus").code == 0
    assert "\ndocuments            400\n" in wordvec("corpus", "info", "all.corpus").out
    done = wordvec("corpus", "split", "all.corpus", "--by", "field=year", "-o", "years")
    assert (done.code, done.out) == (0, "")
    assert done.err.splitlines()[-2:] == [
        "1 document without a value of 'year' left out",
        "years: 4 slices, 399 documents",
    ]
    parts = [f"years/{year}.corpus" for year in (1990, 1991, 1992, 1993)]
    done = wordvec("corpus", "merge", *parts, "-o", "again.corpus")
    assert done.err.splitlines()[-1] == "again.corpus: 4,788 tokens, 100 words, 399 documents"
    with EncodedCorpus.open("again.corpus") as corpus:
        assert corpus.documents.names[:2] == ["s4", "s8"]
    assert wordvec("corpus", "merge", *parts, "-o", "again.corpus").err.startswith("wordvec: again.corpus: exists alr")
    assert wordvec("corpus", "split", "all.corpus", "--by", "field=year", "-o", "years", "--force", "--quiet").err == ""


def test_a_compass_has_the_slices_of_a_field_as_of_a_split_corpus(wordvec: Call) -> None:
    decades = "--slice-by", "year", "--every", 2
    done = wordvec("compass", "train", "table.jsonl", *decades, *ENCODE[:4], *TRAIN, "-o", "a")
    assert (done.code, done.err) == (0, "")
    assert json.loads(Path("a/meta.json").read_text())["slices"] == ["1990", "1992"]
    assert sorted(path.name for path in Path("a/texts").iterdir()) == ["1990", "1992"]
    assert wordvec("corpus", "encode", "table.jsonl", *ENCODE, "-o", "all.corpus").code == 0
    assert wordvec("corpus", "split", "all.corpus", "--by", "field=year", "--every", 2, "-o", "years").code == 0
    assert wordvec("compass", "train", "years", *TRAIN, "-o", "b").code == 0
    assert wordvec("compass", "train", "all.corpus", *decades, *TRAIN, "-o", "c").code == 0
    for other in ("b", "c"):
        for name in ("compass.vec", "slices/1990.vec", "texts/1992/ids.npy", "texts/1992/labels.npy"):
            assert Path("a", name).read_bytes() == Path(other, name).read_bytes()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["corpus", "split", "c", "--by", "year", "-o", "out"], "--by year: choose file or field=year"),
        (["corpus", "split", "c", "--by", "field=party", "-o", "out"], "no field 'party' (kept are year)"),
        (["corpus", "split", "c", "--by", "file", "--every", 10, "-o", "out"], "--every 10: groups the whole"),
        (["corpus", "split", "table.jsonl", "--by", "file", "-o", "out"], "table.jsonl: holds no encoded corpus"),
        (["corpus", "merge", "c", "-o", "out"], "a merged corpus needs at least two encoded corpora"),
        (["corpus", "merge", "c", "c", "-o", "out"], "is given twice"),
        (["compass", "train", "table.jsonl", "--every", 2, "-o", "out"], "--every 2: groups the values of --slice-by"),
        (["compass", "train", "table.jsonl", "c", "--slice-by", "year", "-o", "out"], "c: is an encoded corpus;"),
        (["compass", "train", "c", "--slice-by", "party", "-o", "out"], "the documents have no field 'party'"),
        (
            ["compass", "train", "table.jsonl", "--slice-by", "party", "--field", "text", "-o", "out"],
            "table.jsonl: all of its 400 records lack the field 'party'",
        ),
        (["corpus", "encode", "table.jsonl", "--keep-fields", "year", "-o", "out"], "is JSONL; name the field"),
        (
            ["corpus", "encode", "table.jsonl", "--format", "plain", "--keep-fields", "year", "-o", "out"],
            "table.jsonl: is read as running text, which has no fields",
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line_and_leaves_nothing(wordvec: Call, arguments: list[object], message: str) -> None:
    assert wordvec("corpus", "encode", "table.jsonl", *ENCODE, "-o", "c", "--quiet").code == 0
    done = wordvec(*arguments)
    assert done.code in (1, 2)
    assert message in done.err.splitlines()[-1]
    assert sorted(path.name for path in Path().iterdir()) == ["c", "table.jsonl"]

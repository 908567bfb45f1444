"""``wordvec layer``: a layer from files to a file, and bad input."""

import json
from pathlib import Path

import numpy as np
import pytest
import subword_models
from cli_helpers import SMALL, Call, files_in

TOKENS = ["[PAD]", "[UNK]", "tea", "##s", "milk", "rum"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "vocab.txt").write_text("\n".join(TOKENS) + "\n", encoding="utf-8")
    (tmp_path / "tokens.vec").write_text("3 2\ntea 1 0\n##s 0 1\nmilk -1 0.5\n", encoding="utf-8")
    np.save(tmp_path / "rows.npy", np.arange(18.0).reshape(6, 3))
    return tmp_path


def test_a_layer_and_its_description_are_written(folder: Path, wordvec: Call) -> None:
    out = folder / "layer.safetensors"
    done = wordvec("layer", "--tokenizer", folder / "vocab.txt", "--vectors", folder / "tokens.vec", "-o", out)
    assert done.code == 0
    assert done.out == ""
    assert done.err == f"{out}: 6 rows of dim 2: 2 random, 3 trained, 1 padding\n"
    about = json.loads((folder / "layer.safetensors.json").read_text())
    assert (about["mode"], about["kinds"]) == ("direct", {"random": 2, "trained": 3, "padding": 1})
    assert about["tokenizer"]["file"] == "vocab.txt"
    again = wordvec("layer", "--tokenizer", folder / "vocab.txt", "--vectors", folder / "tokens.vec", "-o", out)
    assert (again.code, again.err.count("\n")) == (1, 1)
    assert "exists already" in again.err


def test_rows_of_a_source_are_copied(folder: Path, wordvec: Call) -> None:
    out = folder / "layer.npy"
    options = ["--source", folder / "rows.npy", "--mode", "mean", "--quiet", "-o", out]
    assert wordvec("layer", "--tokenizer", folder / "vocab.txt", *options).code == 0
    rows = np.arange(18.0).reshape(6, 3)
    np.testing.assert_array_equal(np.load(out), np.where(np.arange(6)[:, None] > 0, rows, 0))


def test_a_dry_run_prints_the_size_and_writes_nothing(folder: Path, wordvec: Call) -> None:
    given = ["--tokenizer", folder / "vocab.txt", "-o", folder / "layer.npy", "--dry-run"]
    dry = wordvec("layer", *given, "--vectors", folder / "tokens.vec")
    assert (dry.code, dry.out) == (0, "rows     6 of dim 2\nvectors  3 of the tokens known\nmemory   0 MB\n")
    of_source = ["--vectors", folder / "tokens.vec", "--source", folder / "rows.npy", "--mode", "ofa"]
    dry = wordvec("layer", *given, *of_source)
    assert dry.out.startswith("rows     6 of dim 3\nsource   6 of the tokens known\nvectors  3 of")
    given[3] = folder / "a.safetensors"
    head = wordvec("layer", *given, *of_source, "--head", folder / "rows.npy")
    assert head.out.startswith("rows     6 of dim 3, and a head\n")
    factored = wordvec("layer", *given, *of_source, "--factors", 2)
    assert factored.out.startswith("rows     6 of dim 2\n")
    assert sorted(path.name for path in folder.iterdir()) == ["rows.npy", "tokens.vec", "vocab.txt"]


def test_text_is_encoded_trained_and_made_a_layer(tmp_path: Path, wordvec: Call) -> None:
    pytest.importorskip("tokenizers")
    tokenizer = subword_models.wordpiece(tmp_path / "vocab.txt")
    (tmp_path / "text.txt").write_text("\n".join(subword_models.TEXT), encoding="utf-8")
    corpus, out = tmp_path / "text.corpus", tmp_path / "layer.safetensors"
    encoded = wordvec("corpus", "encode", tmp_path / "text.txt", "--tokenizer", tokenizer, "-o", corpus)
    assert encoded.code == 0
    assert wordvec("train", "skipgram", corpus, *SMALL, "--quiet", "-o", tmp_path / "tokens.vec").code == 0
    options = ["--vectors", tmp_path / "tokens.vec", "-o", out]
    done = wordvec("layer", "--tokenizer", tokenizer, *options)
    assert (done.code, "trained" in done.err) == (0, True)
    paragraph = wordvec("info", tmp_path / "tokens.vec", "--methods-text")
    assert f"tokenised by the tokenizer of a language model, {tokenizer};" in paragraph.out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--mode", "mean"], "--source: mode mean needs it"),
        (["--mode", "mean", "--source", "rows.npy", "--vectors", "tokens.vec"], "--vectors: mode mean does not"),
        (["--vectors", "tokens.vec", "--temperature", "1"], "--temperature: mode direct does not have this setting"),
        (["--vectors", "tokens.vec", "--head", "rows.npy"], "--head: needs --source"),
        (["--vectors", "tokens.vec", "--source", "rows.bin"], "expected FILE.safetensors:TENSOR or FILE.npy"),
        (["--vectors", "tokens.vec", "--source", "none.npy"], "none.npy: cannot be read"),
        (["--vectors", "tokens.vec", "--source", "vocab.txt:x"], "expected FILE.safetensors:TENSOR or FILE.npy"),
        (["--vectors", "none.vec"], "none.vec: cannot"),
        (["--mode", "mean", "--source", "short.npy"], "has shape (5, 3), and its tokenizer 6 tokens"),
        (["--mode", "mean", "--source", "rows.npy", "--source-tokenizer", "none.txt"], "none.txt: cannot be read"),
        (["--vectors", "tokens.vec", "--dim", "0"], "must be at least 1"),
        (["--mode", "mean", "--source", "rows.npy", "--head", "rows.npy", "-o", "a.npy"], "holds one matrix"),
        (["--vectors", "tokens.vec", "-o", "a.bin"], "ends with .safetensors or .npy"),
        (["--vectors", "tokens.vec", "-o", "tokens.vec"], "would be written over an input"),
        (["--mode", "mean", "--source", "rows.npy", "-o", "rows.npy"], "would be written over an input"),
        (["--mode", "cipher", "--corpus", "none"], "none"),
    ],
)
def test_bad_input_is_one_line_and_writes_nothing(
    options: list[str], message: str, folder: Path, wordvec: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    np.save(folder / "short.npy", np.zeros((5, 3)))
    before = files_in(folder)
    output = [] if "-o" in options else ["-o", "layer.safetensors"]
    done = wordvec("layer", "--tokenizer", "vocab.txt", *options, *output)
    assert done.code in (1, 2)
    assert message in done.err
    assert done.err.count("\n") == 1
    assert files_in(folder) == before

"""``wordvec sentences``, ``similar`` and ``convert --for-sentences``."""

import json
from pathlib import Path

import numpy as np
import pytest
from cli_helpers import Call

from wordvec import Vectors
from wordvec.sentences import Sentences, Texts, embed

WORDS = ["the", "of", "tea", "milk", "river", "bank"]
TEXT = "The tea of milk.\n\nThe river bank\nzzz\nthe tea of the milk\nbank of the river\n"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    matrix = np.random.default_rng(1).normal(size=(len(WORDS), 8))
    about = {"corpus": {"settings": {"tokenizer": "words", "normalize": None, "lowercase": None}}}
    Vectors(WORDS, matrix, [500, 300, 20, 10, 8, 5], about).save("a.vec")
    Path("t.txt").write_text(TEXT)
    return tmp_path


def expected(settings: Sentences | None = None) -> np.ndarray:
    plain = Vectors.load("a.vec")
    folded = (settings or Sentences()).fit(plain, Texts.of("t.txt", plain)).vectors(plain)
    tokens = [line.lower().replace(".", "").split() for line in TEXT.splitlines()]
    return embed(folded, tokens)


@pytest.mark.parametrize("name", ["o.npy", "o.npz", "o.vec"])
def test_each_line_becomes_a_row_in_every_format(wordvec: Call, place: Path, name: str) -> None:
    done = wordvec("sentences", "a.vec", "t.txt", "-o", name)
    assert (done.code, done.out) == (0, "")
    assert done.err == (
        "tokenizer words: 94.1 % of 17 tokens known\n"
        "rows of zeros: 1 empty text and 1 text without a known word\n"
        f"{name}: 6 texts, dim 8\n"
    )
    matrix = np.load(name) if name.endswith(".npy") else Vectors.load(name).matrix
    assert matrix == pytest.approx(expected(), abs=1e-5)
    if name != "o.npy":
        assert Vectors.load(name).words == ["1", "2", "3", "4", "5", "6"]


def test_records_are_rows_with_their_names(wordvec: Call, place: Path) -> None:
    Path("t.jsonl").write_text('{"id": "x", "t": "tea"}\n{"id": "y", "t": ""}\n{"id": "z", "t": "milk"}\n')
    done = wordvec("sentences", "a.vec", "t.jsonl", "--field", "t", "--name-field", "id", "-o", "o.vec", "--quiet",
                   "--weighting", "uniform")  # fmt: skip
    assert (done.code, done.err) == (0, "")
    found = Vectors.load("o.vec")
    assert found.words == ["x", "y", "z"]
    assert found["x"] == pytest.approx(Vectors.load("a.vec")["tea"], abs=1e-5)


def test_folded_vectors_give_other_text_vectors_in_the_same_space(wordvec: Call, place: Path) -> None:
    wordvec("sentences", "a.vec", "t.txt", "-o", "o.npy", "--model", "f.vectors")
    assert wordvec("sentences", "f.vectors", "t.txt", "-o", "again.npy").code == 0
    assert np.array_equal(np.load("o.npy"), np.load("again.npy"))
    done = wordvec("sentences", "f.vectors", "t.txt", "-o", "b.npy", "--remove", 2)
    assert (done.code, done.err) == (
        2, "wordvec: f.vectors: is folded for sentences, so that weights and components are part of its rows\n"
    )  # fmt: skip


def test_similar_prints_the_nearest_lines_and_duplicates(wordvec: Call, place: Path) -> None:
    wordvec("sentences", "a.vec", "t.txt", "-o", "o.npz", "--model", "f.vectors")
    done = wordvec("similar", "Tea, the milk of", "yyy", "--in", "o.npz", "-n", 2)
    assert done.code == 0
    assert done.err == "wordvec: 'yyy': has no known word\n"
    assert done.out.splitlines()[0] == "Tea, the milk of\t1\t1.0000\tThe tea of milk."
    pairs = wordvec("similar", "--duplicates", "--in", "o.npz", "--least", "0.98").out.splitlines()
    assert [line.split("\t")[:2] for line in pairs] == [["1", "5"], ["3", "6"]]
    assert pairs[1].split("\t")[3:] == ["The river bank", "bank of the river"]
    (first, *_) = wordvec("similar", "--duplicates", "--in", "o.npz", "--json").out.splitlines()
    assert json.loads(first).items() >= {"text": "1", "other_line": "the tea of the milk"}.items()
    assert wordvec("similar", "yyy", "--in", "o.npz").code == 1


def test_lines_are_shown_while_their_files_are_unchanged(wordvec: Call, place: Path) -> None:
    Path("t.jsonl").write_text('{"id": "x", "t": "milk"}\n{"id": "y", "t": "tea\\nmilk"}\n')
    Path("u.txt").write_text("zzz\nthe bank")
    options = ["--weighting", "uniform", "--quiet", "--model", "f.vectors", "--force"]
    assert (
        wordvec("sentences", "a.vec", "t.jsonl", "--field", "t", "--name-field", "id", "-o", "o.npz", *options).code
        == 0
    )
    found = wordvec("similar", "tea milk", "--in", "o.npz", "-n", 1, "--csv").out
    assert found == "query,text,similarity,line\ntea milk,y,1.0,tea milk\n"
    assert wordvec("sentences", "a.vec", "t.txt", "u.txt", "-o", "o.npy", *options).code == 0
    assert wordvec("similar", "bank the", "--in", "o.npy", "-n", 1).out == "bank the\t8\t1.0000\tthe bank\n"
    Path("u.txt").write_text("zzz\nthe bank\n")
    assert wordvec("similar", "bank the", "--in", "o.npy", "-n", 1).out == "bank the\t8\t1.0000\n"
    Path("u.txt").unlink()
    assert wordvec("similar", "bank the", "--in", "o.npy", "-n", 1).out == "bank the\t8\t1.0000\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["sentences", "a.vec", "none.txt", "-o", "o.npy"], "none.txt: No such file"),
        (["sentences", "a.vec", "t.txt", "-o", "o.xyz"], "o.xyz"),
        (["sentences", "a.vec", "t.txt", "-o", "o.npy", "--remove", 9], "at most the dim of the vectors, 8"),
        (["sentences", "a.vec", "foreign.txt", "-o", "o.npy"], "check language and case"),
        (["sentences", "a.vec", "empty.txt", "-o", "o.npy"], "none of 0 texts has a word"),
        (["similar", "--in", "o.npy"], "no text"),
        (["similar", "tea", "--in", "none.npy"], "none.npy: cannot be read: No such file"),
        (["similar", "tea", "--in", "bad.npy"], "bad.npy: no array"),
        (["similar", "tea", "--duplicates", "--in", "o.npy"], "takes no TEXT"),
        (["similar", "tea", "--in", "a.vec"], "--model FOLDED"),
        (["similar", "tea", "--in", "a.vec", "--model", "a.vec"], "not folded for sentences"),
        (["convert", "a.vec", "b.vec", "--remove", 1], "need --for-sentences"),
        (["convert", "a.vec", "b.vec", "--for-sentences", "--unit"], "--unit"),
    ],
)
def test_mistakes_are_one_line(wordvec: Call, place: Path, arguments: list[object], message: str) -> None:
    Path("foreign.txt").write_text("egy kancsó\n")
    Path("empty.txt").touch()
    Path("bad.npy").write_bytes(b"xx")
    done = wordvec(*arguments)
    assert done.code in (1, 2)
    assert message in done.err
    assert done.err.count("\n") == 1
    assert not {"o.npy", "b.vec"} & {path.name for path in place.iterdir()}


def test_converted_vectors_are_folded_with_all_counts(wordvec: Call, place: Path) -> None:
    assert wordvec("convert", "a.vec", "b.vec", "--for-sentences", "--top", 4).code == 0
    plain = Vectors.load("a.vec")
    folded = Sentences().fit(plain).vectors(plain)
    assert Vectors.load("b.vec").matrix == pytest.approx(folded.matrix[:4], abs=1e-5)
    assert wordvec("convert", "a.vec", "c.vec", "--for-sentences", "--fit", "t.txt", "--weighting", "usif").code == 0
    fitted = Sentences(weighting="usif").fit(plain, Texts.of("t.txt", plain)).vectors(plain)
    assert Vectors.load("c.vec").matrix == pytest.approx(fitted.matrix, abs=1e-5)
    done = wordvec("convert", "b.vec", "d.vec", "--for-sentences")
    assert (done.code, done.err) == (1, "wordvec: the vectors are folded for sentences already\n")


def test_a_folder_for_the_hub_normalises_folded_vectors_only(wordvec: Call, place: Path) -> None:
    wordvec("convert", "a.vec", "plain.hub")
    wordvec("convert", "a.vec", "folded.hub", "--for-sentences")
    folders = ("plain.hub", "folded.hub")
    assert [json.loads(Path(name, "config.json").read_text())["normalize"] for name in folders] == [False, True]


def test_model2vec_encodes_our_sentence_vectors(wordvec: Call, place: Path) -> None:
    model2vec = pytest.importorskip("model2vec", reason="the package model2vec is not installed")
    wordvec("convert", "a.vec", "folded.hub", "--for-sentences")
    ours = embed(Vectors.load("folded.hub"), [["the", "tea", "of", "milk"]])[0]
    (theirs,) = model2vec.StaticModel.from_pretrained("folded.hub").encode(["The tea zzz of milk."])
    assert theirs == pytest.approx(ours / np.linalg.norm(ours), abs=1e-5)


def test_spacy_means_are_our_sentence_vectors(wordvec: Call, place: Path) -> None:
    spacy = pytest.importorskip("spacy", reason="the package spacy is not installed")
    wordvec("convert", "a.vec", "folded.spacy", "--for-sentences")
    ours = embed(Vectors.load("folded.spacy"), [["the", "tea", "of", "milk"]])[0]
    assert spacy.load("folded.spacy")("the tea of milk").vector == pytest.approx(ours, abs=1e-5)


def test_rotation_keeps_cosines_and_its_prefix_has_the_least_error(wordvec: Call, place: Path) -> None:
    wordvec("convert", "a.vec", "r.npz", "--rotate")
    wordvec("convert", "a.vec", "short.npz", "--rotate", "--dim", 3)
    plain, rotated = Vectors.load("a.vec").matrix, Vectors.load("r.npz").matrix
    assert rotated @ rotated.T == pytest.approx(plain @ plain.T, abs=1e-5)
    values = np.linalg.svd(plain, compute_uv=False)
    assert (rotated[:, 3:] ** 2).sum() == pytest.approx((values[3:] ** 2).sum(), rel=1e-4)
    assert Vectors.load("short.npz").matrix == pytest.approx(rotated[:, :3], abs=1e-5)

"""``wordvec distill``: from files to vector files, and bad input."""

import json
from pathlib import Path

import numpy as np
import pytest
from cli_helpers import Call, files_in, write_text

from wordvec import EncodedCorpus, Vectors
from wordvec.language_models import Distillation
from wordvec.sentences import Texts, embed_texts

WORDS = ["w0", "w1", "w2", "w3"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write words, counts, text, and vectors of a teacher whose sentences are means of its words."""
    monkeypatch.chdir(tmp_path)
    chance = np.random.default_rng(1)
    (tmp_path / "words.txt").write_text("\n".join(WORDS) + "\n", encoding="utf-8")
    (tmp_path / "counted.txt").write_text("w0\t40\nw1 30\nw2 20\nw3 10\n", encoding="utf-8")
    teacher = Vectors(WORDS, chance.normal(size=(4, 3)))
    np.save(tmp_path / "words.npy", teacher.matrix)
    teacher.save(tmp_path / "teacher.vec")
    write_text(tmp_path / "text.txt", sentences=60, words=4)
    np.save(tmp_path / "lines.npy", embed_texts(teacher, Texts(tmp_path / "text.txt")).matrix)
    return tmp_path


def test_words_are_distilled_from_a_list_and_an_array(folder: Path, wordvec: Call) -> None:
    done = wordvec("distill", "--words", "counted.txt", "--teacher", "words.npy", "--dim", 2, "-o", "out.vec")
    assert (done.code, done.out) == (0, "")
    assert done.err.startswith("teacher: vectors of 4 words, dim 3; 2 components keep ")
    assert done.err.endswith("out.vec: 4 words, dim 2\n")
    made = Vectors.load(folder / "out.vec")
    assert made.words == WORDS
    assert made.counts is not None
    assert made.counts.tolist() == [40, 30, 20, 10]
    assert made.metadata["settings"]["weighting"] == "sif"
    assert made.metadata["teacher"] == {"dim": 3, "words": 4, "name": "words.npy"}
    again = wordvec("distill", "--words", "counted.txt", "--teacher", "words.npy", "-o", "out.vec")
    assert (again.code, again.err.count("\n")) == (1, 1)
    assert "exists already" in again.err
    paragraph = wordvec("info", "out.vec", "--methods-text").out
    assert "Static vectors of 4 words were distilled from the model words.npy, whose vectors have 3 dim" in paragraph
    assert (
        "weighted by a / (a + p), p being its share of the tokens of these words, a = 0.001 (Arora et al., 2017)"
        in paragraph
    )
    assert ("@inproceedings{arora2017" in paragraph, "@software{tulkens2024" in paragraph) == (True, True)


def test_a_vector_file_has_words_of_its_own(folder: Path, wordvec: Call) -> None:
    options = ["--dim", 3, "--weighting", "uniform", "--quiet"]
    assert wordvec("distill", "--teacher", "teacher.vec", *options, "-o", "own.vec").code == 0
    (folder / "reversed.txt").write_text("w9\nw3\nw2\nw1\nw0\n", encoding="utf-8")
    listed = ["--words", "reversed.txt", "--teacher", "teacher.vec", "--top", 4]
    assert wordvec("distill", *listed, *options, "-o", "listed.vec").code == 0
    own, some = Vectors.load(folder / "own.vec"), Vectors.load(folder / "listed.vec")
    assert some.words == ["w9", "w3", "w2", "w1"]
    assert not some.matrix[0].any()
    assert own.words == WORDS


def test_sentences_are_distilled_into_a_folder_whose_means_are_the_teachers(folder: Path, wordvec: Call) -> None:
    EncodedCorpus.from_text(folder / "text.txt", folder / "text.corpus").close()
    fit = ["--method", "sentences", "--corpus", "text.corpus", "--text", "text.txt", "--targets", "lines.npy"]
    done = wordvec("distill", *fit, "--no-centre", "-o", "out.hub")
    assert done.code == 0
    assert "fitted: 60 sentences of 60 lines, with 4 of the words; strength 0.1\n" in done.err
    assert "mean cosine with the teacher on 6 held-out sentences: " in done.err
    assert json.loads((folder / "out.hub/config.json").read_text())["normalize"] is True
    paragraph = wordvec("info", "out.hub", "--methods-text").out
    assert "share of the tokens of these words in a corpus of 720 tokens" in paragraph
    assert "The rows were then fitted to 60 sentences" in paragraph
    assert "chosen by 6 held-out sentences, on which the mean cosine with the model's vectors was 1.000" in paragraph
    assert wordvec("convert", "out.hub", "short.vec", "--dim", 2, "--quiet").code == 0
    assert "Then the step convert was applied" in wordvec("info", "short.vec", "--methods-text").out
    made = Vectors.load(folder / "out.hub")
    assert made.metadata["corpus"]["settings"]["tokenizer"] == "whitespace"
    rows, goals = embed_texts(made, Texts.of(folder / "text.txt", made)).matrix, np.load(folder / "lines.npy")
    np.testing.assert_allclose(rows @ rows.T, goals @ goals.T, atol=0.02)
    started = [*fit, "--teacher", "teacher.vec", "--no-centre", "--weighting", "uniform", "--strength", 1, "--quiet"]
    assert wordvec("distill", *started, "-o", "started.vec").code == 0
    assert Vectors.load(folder / "started.vec").metadata["distillation"]["scale_of_start"] == pytest.approx(1, abs=1e-3)


def test_words_that_predict_their_sentences_are_distilled(folder: Path, wordvec: Call) -> None:
    fit = ["--method", "contexts", "--words", "counted.txt", "--text", "text.txt", "--targets", "lines.npy"]
    done = wordvec("distill", *fit, "--teacher", "words.npy", "--threads", 1, "-o", "out.vec")
    assert done.code == 0
    assert "fitted: 60 sentences of 60 lines, with 4 of the words; strength " in done.err
    assert "mean loss of a token on 6 held-out sentences: " in done.err
    made = Vectors.load(folder / "out.vec")
    assert (made.metadata["settings"]["method"], made.metadata["settings"]["weighting"]) == ("contexts", "sif")
    assert "As in X2Static (Gupta and Jaggi, 2021)" in wordvec("info", "out.vec", "--methods-text").out
    dry = wordvec("distill", *fit, "--dry-run", "-o", "none.vec")
    assert (dry.code, dry.out.splitlines()[0]) == (0, "words      4, dim 3 from 3")


def test_a_dry_run_prints_sizes_and_writes_nothing(folder: Path, wordvec: Call) -> None:
    before = files_in(folder)
    fit = ["--method", "sentences", "--words", "words.txt", "--text", "text.txt", "--targets", "lines.npy"]
    done = wordvec("distill", *fit, "--dry-run", "-o", "out.vec")
    assert done.out.splitlines()[:2] == [
        "words      4, dim 3 from 3",
        "sentences  60, 60 of them with a known word; 720 known tokens",
    ]
    assert done.out.splitlines()[2].startswith("memory     0 MB")
    assert (done.code, done.err) == (0, "")
    assert files_in(folder) == before


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--words words.txt", "--teacher: name the teacher's vectors of words"),
        ("--teacher words.npy", "--words: name a list of words"),
        ("--words words.txt --corpus none --teacher words.npy", "--words: the corpus has the words"),
        ("--words words.txt --teacher words.npy --model m", "--model: computes the vectors"),
        ("--words words.txt --teacher words.npy --text text.txt", "--text: method words does not use it"),
        ("--words words.txt --teacher words.npy --targets lines.npy", "--targets: method words does not use it"),
        ("--words words.txt --method sentences --targets lines.npy", "--text: method sentences needs sentences"),
        ("--words words.txt --method sentences --text text.txt", "--targets: name the teacher's vectors"),
        ("--words words.txt --teacher words.npy --strength 2", "--strength: method words does not have"),
        ("--words words.txt --teacher words.npy --threads 2", "--threads: method words does not have this setting"),
        ("--words words.txt --method contexts --targets lines.npy", "--text: method contexts needs sentences"),
        ("--words words.txt --method contexts --text text.txt", "--targets: name the teacher's vectors"),
        ("--words words.txt --teacher words.npy --dim 4", "--dim 4: must be at most the dim of the vectors, 3"),
        (
            "--words words.txt --method contexts --text text.txt --targets lines.npy --dim 4",
            "--dim 4: must be at most the dim of the vectors, 3",
        ),
        (
            "--words words.txt --method contexts --text text.txt --targets lines.npy --dim 4 --dry-run",
            "--dim 4: must be at most the dim of the vectors, 3",
        ),
        ("--words words.txt --teacher short.npy", "short.npy: has 3 rows, and there are 4 words"),
        ("--words words.txt --teacher nan.npy", "the teacher's vector of 'w2' (row 3) holds NaN or infinity"),
        ("--words words.txt --teacher none.npy", "none.npy: cannot be read"),
        ("--words words.txt --teacher text.txt", "text.txt"),
        ("--words words.txt --model none", "none: there is no such folder"),
        ("--words words.txt --model .", "is not the folder of a model"),
        ("--words gap.txt --teacher words.npy", "gap.txt, line 2: expected a word, found 0 columns"),
        ("--words twice.txt --teacher words.npy", "twice.txt, line 3: 'w0' is in line 1, too"),
        ("--words mixed.txt --teacher words.npy", "mixed.txt, line 2: expected a word and its count, found 1 column"),
        ("--words plain.txt --teacher words.npy", "plain.txt, line 2: expected a word, found 2 columns"),
        ("--words real.txt --teacher words.npy", "real.txt, line 1: the count '4.5' is not a whole number"),
        (
            "--words blank.txt --teacher words.npy",
            "blank.txt, line 1: expected a word, or a word and its count, found 0",
        ),
        (
            "--words three.txt --teacher words.npy",
            "three.txt, line 1: expected a word, or a word and its count, found 3",
        ),
        ("--words empty.txt --teacher words.npy", "empty.txt: holds no word"),
        ("--words other.txt --teacher teacher.vec", "teacher.vec: has no vector of any of 1 words"),
        ("--words words.txt --method sentences --text words.txt --targets lines.npy", "4 sentences, but 60 vectors"),
        (
            "--words words.txt --method sentences --text text.txt --targets lines.npy --teacher wide.npy",
            "vectors of sentences have shape (60, 3), and those of words dim 5",
        ),
        ("--corpus text.txt --teacher words.npy", "text.txt"),
        ("--words words.txt --teacher folded.vec", "folded.vec: is folded for sentences, so that its words have"),
        ("--words words.txt --method sentences --text - --model m", "--text: standard input can be read only once"),
        ("--words words.txt --method sentences --text void.txt --targets lines.npy", "none of 0 sentences has a word"),
        ("--words words.txt --method sentences --text text.txt --targets line.npy", "is not a matrix of vectors"),
        ("--words words.txt --method sentences --text text.txt --targets text.txt", "text.txt: no array of NumPy"),
        ("--words words.txt --teacher words.npy -o words.npy", "words.npy"),
        ("--teacher teacher.vec -o teacher.vec --force", "would be written over an input"),
        ("--words words.txt --teacher words.npy -o out.what", "out.what"),
    ],
)
def test_bad_input_is_one_line_and_writes_nothing(options: str, message: str, folder: Path, wordvec: Call) -> None:
    for name, text in {
        "gap.txt": "w0\n\nw1\nw2\n",
        "twice.txt": "w0\nw1\nw0\n",
        "mixed.txt": "w0 4\nw1\n",
        "plain.txt": "w0\nw1 4\n",
        "real.txt": "w0 4.5\n",
        "empty.txt": "",
        "blank.txt": "\nw0\n",
        "three.txt": "a b 3\n",
        "other.txt": "zebra\n",
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    np.save(folder / "short.npy", np.ones((3, 3)))
    np.save(folder / "wide.npy", np.ones((4, 5)))
    np.save(folder / "nan.npy", np.where(np.arange(12).reshape(4, 3) == 7, np.nan, 1))
    np.save(folder / "line.npy", np.ones(60))
    (folder / "void.txt").write_text("")
    Distillation().fit(Vectors.load(folder / "teacher.vec")).save(folder / "folded.vec")
    before = files_in(folder)
    given = options.split()
    done = wordvec("distill", *given, *([] if "-o" in given else ["-o", "out.vec"]))
    assert done.code in (1, 2)
    assert message in done.err
    assert done.err.count("\n") == 1
    assert files_in(folder) == before

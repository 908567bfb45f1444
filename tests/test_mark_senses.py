"""Text with sense marks, and the commands about senses of words."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from conftest import Call

from wordvec import EncodedCorpus, Vectors
from wordvec.errors import InputError, Interrupted, OutputError, SettingsError
from wordvec.senses.files import SenseRow, write_senses
from wordvec.senses.inventory import record
from wordvec.sentences import Texts, mark_senses
from wordvec.sentences.marking import Marker, corpus_blocks
from wordvec.sentences.texts import bags
from wordvec.workers import StopFlag

NAMES = ["tea", "bank#1", "money", "river", "bank#2", "loan", "shore"]
ROWS = [[0, 0, 1], [1, 0.1, 0], [1, 0, 0.1], [0, 1, 0.1], [0.1, 1, 0], [1, 0, 0], [0, 1, 0]]
COUNTS = [20, 9, 8, 7, 3, 2, 1]
TEXT = "The bank lends money .\n\nriver bank tea\nthe shore of a bank\n"
EXPECTED = "the bank#1 lends money\n\nriver bank#2 tea\nthe shore of a bank#2\n"


@pytest.fixture
def vectors() -> Vectors:
    corpus = {"settings": {"tokenizer": "words", "normalize": None, "lowercase": True}}
    return Vectors(NAMES, ROWS, COUNTS, {"senses": record("planted", 1, "#"), "corpus": corpus})


@pytest.fixture
def saved(vectors: Vectors, tmp_path: Path) -> Path:
    vectors.save(tmp_path / "v.vec")
    return tmp_path / "v.vec"


def naive_marks(vectors: Vectors, lines: list[list[str]], window: int) -> list[list[str]]:
    """Return marked lines, one token at a time."""
    marker = Marker(vectors, window=window)
    judge, inventory = marker._judge, vectors.inventory
    assert inventory is not None
    ids = {word: number for number, word in enumerate(judge.words)}
    made = []
    for tokens in lines:
        marked = []
        for place, token in enumerate(tokens):
            before = [ids[word] for word in tokens[:place] if word in ids][-window:]
            after = [ids[word] for word in tokens[place + 1 :] if word in ids][:window]
            name = token
            if len(inventory.rows_of(token)) > 1:
                around = np.array(before + after, np.int64)
                chances = judge.probabilities(np.array([ids[token]]), around, np.array([0, len(around)]))
                name = inventory.names_of(token)[int(chances[0].argmax())]
            marked.append(name)
        made.append(marked)
    return made


def test_tokens_get_the_marks_of_their_senses(vectors: Vectors, tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text(TEXT)
    done = mark_senses(vectors, Texts.of(tmp_path / "t.txt", vectors), tmp_path / "out.txt")
    assert (tmp_path / "out.txt").read_text() == EXPECTED
    assert done == (4, 12, 3)


@pytest.mark.parametrize("window", [1, 3])
def test_marks_are_those_of_the_twin(vectors: Vectors, window: int) -> None:
    rng = np.random.default_rng(window)
    words = ["tea", "bank", "money", "river", "loan", "shore", "unknown"]
    lines = [[words[number] for number in rng.integers(0, 7, rng.integers(0, 12))] for _ in range(60)]
    found = Marker(vectors, window=window).mark(bags(lines)).text.decode()
    assert found == "".join(" ".join(line) + "\n" for line in naive_marks(vectors, lines, window))


def test_threads_and_kinds_of_files_change_nothing(vectors: Vectors, tmp_path: Path) -> None:
    many = TEXT * 400
    (tmp_path / "t.txt").write_text(many)
    (tmp_path / "t.txt.gz").write_bytes(gzip.compress(many.encode()))
    (tmp_path / "t.jsonl").write_text("".join(json.dumps({"text": line}) + "\n" for line in many.splitlines()))
    made = []
    for name, threads, field in (("t.txt", 1, None), ("t.txt", 3, None), ("t.txt.gz", 2, None), ("t.jsonl", 2, "text")):
        texts = Texts.of(tmp_path / name, vectors, field=field)
        mark_senses(vectors, texts, tmp_path / "out.txt", threads=threads, overwrite=True)
        made.append((tmp_path / "out.txt").read_text())
    assert made == [EXPECTED * 400] * 4


def test_an_encoded_corpus_is_marked_sentence_by_sentence(
    vectors: Vectors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wordvec.sentences.marking._TOKENS_OF_CORPUS", 5)
    lines = [line.split() for line in ("the bank lends money", "river bank tea", "the shore of a bank")]
    with EncodedCorpus.from_sentences(lines) as corpus:
        assert len(list(corpus_blocks(corpus))) > 1
        done = mark_senses(vectors, corpus, tmp_path / "out.txt")
    assert (tmp_path / "out.txt").read_text().splitlines() == [line for line in EXPECTED.splitlines() if line]
    assert done == (3, 12, 3)


def test_marked_text_is_trained_on_and_marked_again(
    vectors: Vectors, saved: Path, wordvec: Call, tmp_path: Path
) -> None:
    text, marked, again = tmp_path / "t.txt", tmp_path / "m.txt", tmp_path / "n.vec"
    text.write_text(TEXT * 40)
    assert wordvec("disambiguate", str(saved), str(text), "-o", str(marked)).code == 0
    train = ["train", "skipgram", str(marked), "--tokenizer", "whitespace", "--dim", "4", "--epochs", "1"]
    train += ["--sample", "0"]
    assert wordvec(*train, "--min-count", "1", "-o", str(again), "--quiet").code == 0
    trained = Vectors.load(again)
    assert {"bank#1", "bank#2"} <= set(trained.words)
    assert [sense.name for sense in trained.with_senses().senses("bank")] == ["bank#2", "bank#1"][::-1]
    shown = wordvec("senses", str(again), "bank", "--mark", "#")
    assert [line.split("\t")[0] for line in shown.out.splitlines()] == ["bank#1", "bank#2"]


def test_unsuitable_input_is_refused(vectors: Vectors, tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text(TEXT)
    texts = Texts.of(tmp_path / "t.txt", vectors)
    with pytest.raises(InputError, match="no rows of senses"):
        mark_senses(Vectors(["a"], [[1.0]]), texts, tmp_path / "o.txt")
    with pytest.raises(SettingsError, match="window"):
        mark_senses(vectors, texts, tmp_path / "o.txt", window=0)
    with pytest.raises(OutputError, match="exists already"):
        mark_senses(vectors, texts, tmp_path / "t.txt")
    stop = StopFlag()
    stop.set()
    with pytest.raises(Interrupted):
        mark_senses(vectors, texts, tmp_path / "o.txt", stop=stop)
    assert not (tmp_path / "o.txt").exists()


def test_the_command_disambiguates(saved: Path, tmp_path: Path, wordvec: Call) -> None:
    text, out = tmp_path / "t.txt", tmp_path / "o.txt"
    text.write_text(TEXT)
    done = wordvec("disambiguate", str(saved), str(text), "-o", str(out), "--window", "3")
    assert (done.code, out.read_text()) == (0, EXPECTED)
    assert "4 lines, 12 tokens, 25.0 % of them with a mark" in done.err
    assert "exists already" in wordvec("disambiguate", str(saved), str(text), "-o", str(out)).err
    over = wordvec("disambiguate", str(saved), str(text), "-o", str(text), "--force")
    assert "would be written over an input" in over.err
    model = wordvec("disambiguate", str(saved), str(text), "-o", str(out), "--force", "--model", str(saved))
    assert "is not a model of senses" in model.err
    both = wordvec("disambiguate", str(saved), str(text), "-o", str(out), "--model", "m", "--by", "cosine")
    assert (both.code, "does not go with --by cosine" in both.err) == (2, True)


def test_the_command_prints_senses(saved: Path, tmp_path: Path, wordvec: Call) -> None:
    done = wordvec("senses", str(saved), "bank", "-n", "2")
    assert (done.code, done.out) == (0, "bank#1\t0.750\tloan money\nbank#2\t0.250\tshore river\n")
    write_senses([SenseRow("bank", 2, "bank#2", 0.25, 3, ("shore",), ("the [bank] of",))], tmp_path / "v.senses.tsv")
    assert "\t\tthe [bank] of\n" in wordvec("senses", str(saved), "bank").out
    found = json.loads(wordvec("senses", str(saved), "bank", "--json").out)
    assert found["word"] == "bank"
    assert [sense["tokens"] for sense in found["senses"]] == [9, 3]
    assert found["senses"][1]["contexts"] == ["the [bank] of"]
    lines = wordvec("senses", str(saved), "bank", "tea", "--csv").out.splitlines()
    assert lines[0] == "word,sense,share,tokens,neighbours,contexts"
    assert lines[3].startswith("tea,tea,1.0,20,")
    unknown = wordvec("senses", str(saved), "bunk")
    assert unknown.code == 1
    assert "bunk: not among" in unknown.err


def test_nearest_prints_the_neighbours_of_each_sense(saved: Path, wordvec: Call) -> None:
    done = wordvec("nearest", str(saved), "bank", "tea", "-n", "1")
    assert done.code == 0
    assert [line.split("\t")[:2] for line in done.out.splitlines()][:2] == [["bank#1", "loan"], ["bank#2", "shore"]]
    asked = wordvec("nearest", str(saved), "bank", "-n", "1", "--json")
    assert [json.loads(line)["word"] for line in asked.out.splitlines()] == ["bank#1", "bank#2"]

"""``wordvec train glove`` and ``ppmi-svd``, as a user calls them: on text, a corpus or counts."""

import json
import shutil
from pathlib import Path

import pytest
from cli_helpers import Call, files_in, write_text

from wordvec import Cooccurrence, EncodedCorpus, GloVe, Vectors
from wordvec.errors import Interrupted
from wordvec.trainers.checkpoint import Checkpoint
from wordvec.workers import Progress, StopFlag

MODEL = {"glove": ["--dim", "8", "--epochs", "3"], "ppmi-svd": ["--dim", "8"]}
METHODS = list(MODEL)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_text(tmp_path / "text.txt")
    EncodedCorpus.from_text("text.txt", "text.corpus").close()
    with EncodedCorpus.open("text.corpus") as corpus:
        Cooccurrence.count(corpus, "text.counts", window=4, weighting="flat").close()
    return tmp_path


@pytest.mark.parametrize("method", METHODS)
def test_text_corpus_and_counts_give_the_same_bits_and_leave_nothing_else(
    wordvec: Call, folder: Path, method: str
) -> None:
    before = files_in(folder)
    counting = ["--window", "4", "--weighting", "flat"]
    for threads, (source, options) in enumerate(
        [("text.txt", counting), ("text.corpus", counting), ("text.counts", [])], 1
    ):
        name = f"{threads}.vec"
        done = wordvec("train", method, source, "-o", name, *MODEL[method], *options, "--threads", str(threads))
        assert (done.code, done.out) == (0, ""), done.err
        assert f"{name}: 40 words, dim 8\n" in done.err
        assert ("encode it once" in done.err) == (source == "text.txt")
    assert len({Path(f"{n}.vec").read_bytes() for n in (1, 2, 3)}) == 1
    assert set(files_in(folder)) - set(before) == {f"{n}.{end}" for n in (1, 2, 3) for end in ("vec", "vocab", "json")}
    made = json.loads(Path("3.json").read_text())
    assert made["method"] == method
    assert made["settings"]["window"] == 4
    assert Vectors.load("3.vec").nearest("w1", 3)


@pytest.mark.parametrize("method", METHODS)
def test_a_dry_run_prints_and_leaves_nothing(wordvec: Call, folder: Path, method: str) -> None:
    before = files_in(folder)
    for source in ("text.txt", "text.counts"):
        done = wordvec("train", method, source, "-o", "out.vec", *MODEL[method], "--dry-run")
        assert done.code == 0
        assert [line.split()[0] for line in done.out.splitlines()] == ["words", "entries", "memory", "time"]
    assert files_in(folder) == before


@pytest.mark.parametrize("source", ["text.counts", "OUT/counts"])
def test_an_interrupted_training_goes_on_to_the_same_bits(wordvec: Call, folder: Path, source: str) -> None:
    model = ["--dim", "8", "--epochs", "6", "--contexts", "c.vec", "--seed", "5"]
    assert wordvec("train", "glove", "text.counts", "-o", "whole.vec", *model).code == 0
    whole = Path("whole.vec").read_bytes(), Path("c.vec").read_bytes()

    stop = StopFlag()

    class StopInTheThirdEpoch(Progress):
        def report(self, done: int, **figures: float) -> None:
            if figures.get("epoch") == 3:
                stop.set()

    partial = Path("out.partial")
    partial.mkdir()
    inside = source == "OUT/counts"
    if inside:
        shutil.copytree("text.counts", partial / "counts")
    with (
        Cooccurrence.open(partial / "counts" if inside else "text.counts") as counts,
        pytest.raises(Interrupted),
    ):
        GloVe(dim=8, epochs=6, seed=5).fit(
            counts, checkpoint=Checkpoint(partial), stop=stop, progress=StopInTheThirdEpoch()
        )
    assert json.loads(wordvec("info", "out.partial", "--json").out)["kind"] == "interrupted training"
    done = wordvec("train", "glove", "-o", "out.vec", "--contexts", "c.vec", "--resume", "--force")
    assert (done.code, done.out) == (0, ""), done.err
    assert (Path("out.vec").read_bytes(), Path("c.vec").read_bytes()) == whole
    assert not partial.exists()


def test_known_words_start_from_other_vectors(wordvec: Call) -> None:
    wordvec("train", "glove", "text.counts", "-o", "first.vec", *MODEL["glove"], "--combine", "words")
    done = wordvec("train", "glove", "text.counts", "-o", "next.vec", *MODEL["glove"], "--init", "first.vec")
    assert "starting rows: 40 copied, 0 new\n" in done.err


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["glove", "text.counts", "--x-max", "0"], 2, "--x-max 0.0: must be above 0"),
        (["glove", "text.counts", "--alpha", "-1"], 2, "--alpha -1.0: must be at least 0"),
        (["glove", "text.counts", "--alpha", "nan"], 2, "--alpha nan: must be finite"),
        (["glove", "text.counts", "--learning-rate", "0"], 2, "--learning-rate 0.0: must be above 0"),
        (["glove", "text.counts", "--window", "9"], 2, "--window: text.counts is already counted; this setting is for"),
        (["ppmi-svd", "text.counts", "--window", "9"], 2, "--window: text.counts is already counted"),
        (["glove", "text.counts", "--lowercase"], 2, "--lowercase: text.counts is already counted"),
        (["glove", "text.counts", "text.txt"], 2, "text.counts: holds co-occurrence counts; use it alone"),
        (["glove", "text.txt", "--min-count", "9999"], 1, "too few to count"),
        (["glove", "none.counts"], 1, "none.counts"),
        (["glove", "damaged"], 1, "damaged"),
        (
            ["glove", "text.counts", "--init", "other.vec"],
            1,
            "--init: its vectors have dim 3, the model 100; set --dim to",
        ),
        (["glove", "text.counts", "--resume"], 2, "CORPUS: a resumed run keeps its corpus and settings"),
        (["ppmi-svd", "text.counts", "--dim", "40"], 2, "--dim 40: must be below the number of words, 40"),
        (["ppmi-svd", "text.counts", "--shift", "0"], 2, "--shift 0.0: must be above 0"),
        (["ppmi-svd", "text.counts", "--dim", "8", "--shift", "1e9"], 1, "all mutual information is 0"),
    ],
)
def test_bad_input_is_one_clear_line_and_leaves_nothing(
    wordvec: Call, folder: Path, arguments: list[str], code: int, message: str
) -> None:
    shutil.copytree("text.counts", "damaged")
    values = Path("damaged/values.npy")
    values.write_bytes(values.read_bytes()[:-4])
    Path("other.vec").write_text("2 3\nw1 1 2 3\nw2 3 2 1\n")
    before = files_in(folder)
    done = wordvec("train", *arguments, "-o", "out.vec")
    last = done.err.splitlines()[-1]
    assert (done.code, done.out) == (code, "")
    assert last.startswith("wordvec: ")
    assert message in last
    assert files_in(folder) == before

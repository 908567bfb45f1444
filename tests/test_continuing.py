"""Training that continues with new text: words that it lacks are kept with their rows, and the counts are added."""

import contextlib
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_helpers import SMALL, Call, write_text

from wordvec import CBOW, EncodedCorpus, GloVe, SkipGram, Vectors
from wordvec.errors import InputError, Interrupted, MemoryLimitError, OutputError, SettingsError
from wordvec.trainers.checkpoint import Checkpoint
from wordvec.trainers.negative_sampling import NegativeSampling
from wordvec.trainers.session import Session
from wordvec.workers import Progress, StopFlag

DIM = 8
SETTINGS: dict[str, Any] = {"dim": DIM, "epochs": 2, "min_count": 2, "threads": 1, "sample": 0}
both = pytest.mark.parametrize("method", [SkipGram, CBOW])
NEW = ["tea with milk", "tea with rum", "tea with milk and ice"] * 20 + ["coal"]


@pytest.fixture(scope="module")
def corpus() -> Iterator[EncodedCorpus]:
    with EncodedCorpus.from_sentences(NEW) as encoded:
        yield encoded


def earlier(counts: list[int] | None = None, seed: int = 5) -> Vectors:
    """Return vectors of earlier text: "coal" is below min_count in the new one, "north" and "south pole" not in it."""
    names = ["north", "tea", "coal", "south pole", "milk"]
    rows = np.random.default_rng(seed).normal(size=(5, DIM)).astype(np.float32)
    return Vectors(names, rows, counts, {"method": "skipgram", "corpus": {"tokens": 9}})


def bits(vectors: Vectors, word: str) -> bytes:
    assert vectors.contexts is not None
    return vectors[word].tobytes() + vectors.contexts.matrix[vectors.words.index(word)].tobytes()


@both
def test_words_that_are_not_trained_keep_every_bit_and_new_words_are_added(
    method: type[NegativeSampling], corpus: EncodedCorpus, capsys: pytest.CaptureFixture[str]
) -> None:
    init, contexts = earlier([90, 70, 50, 30, 10]), earlier(seed=6)
    progress = Progress(quiet=False)
    vectors = method(**SETTINGS).fit(corpus, init=init, init_contexts=contexts, progress=progress)
    for word in ("north", "coal", "south pole"):
        assert bits(vectors, word) == init[word].tobytes() + contexts[word].tobytes()
    for word in ("tea", "milk"):
        assert bits(vectors, word) != init[word].tobytes() + contexts[word].tobytes()
    assert {"with", "rum", "and", "ice"} <= set(vectors.words)
    training = vectors.metadata["training"]
    assert (training["rows_kept"], training["rows_copied"]) == (3, 2)
    assert "starting rows: 3 kept, 2 updated, 4 new\n" in capsys.readouterr().err
    assert vectors.metadata["started_from"] == {"words": 5, "method": "skipgram", "corpus": {"tokens": 9}}


@both
def test_counts_are_those_of_both_texts_and_order_the_words(
    method: type[NegativeSampling], corpus: EncodedCorpus
) -> None:
    vectors = method(**SETTINGS).fit(corpus, init=earlier([90, 70, 50, 30, 10]))
    assert vectors.counts is not None
    counts = dict(zip(vectors.words, vectors.counts.tolist(), strict=True))
    assert counts == {
        "tea": 130, "north": 90, "with": 60, "coal": 51, "milk": 50, "south pole": 30, "and": 20, "ice": 20, "rum": 20,
    }  # fmt: skip
    assert vectors.words[:3] == ["tea", "north", "with"]
    assert vectors.counts.tolist() == sorted(vectors.counts, reverse=True)
    assert vectors.contexts is not None
    assert vectors.contexts.words == vectors.words


def test_without_earlier_counts_those_of_the_new_text_remain(corpus: EncodedCorpus, tmp_path: Path) -> None:
    vectors = SkipGram(**SETTINGS).fit(corpus, init=earlier())
    vectors.save(tmp_path / "out.vectors")
    again = Vectors.load(tmp_path / "out.vectors")
    assert again.counts is not None
    assert dict(zip(again.words, again.counts.tolist(), strict=True))["tea"] == 60
    assert again.words[-3:] == ["coal", "north", "south pole"]
    assert again.counts[-3:].tolist() == [1, 0, 0]


@both
def test_kept_words_change_nothing_in_the_others(method: type[NegativeSampling], corpus: EncodedCorpus) -> None:
    kept, without = (
        method(**SETTINGS).fit(corpus, init=earlier(), init_contexts=earlier(seed=6), init_words=words)
        for words in ("union", "corpus")
    )
    assert set(without.words) == {"tea", "with", "milk", "rum", "and", "ice"}
    assert without.metadata["training"]["rows_kept"] is None
    for word in without.words:
        assert bits(kept, word) == bits(without, word)


def test_kept_words_without_a_context_row_have_zeros(corpus: EncodedCorpus) -> None:
    contexts = Vectors(["north"], np.ones((1, DIM)))
    vectors = SkipGram(**SETTINGS).fit(corpus, init=earlier(), init_contexts=contexts)
    assert vectors.contexts is not None
    assert vectors.contexts.matrix[vectors.words.index("north")].tolist() == [1] * DIM
    assert not vectors.contexts.covers("coal")


def test_a_word_without_a_vector_is_kept_without_one(corpus: EncodedCorpus) -> None:
    init = Vectors(["north", "tea"], np.zeros((2, DIM)))
    vectors = SkipGram(**SETTINGS).fit(corpus, init=init)
    assert not vectors.covers("north")
    assert vectors.covers("tea")


def test_nothing_to_keep_is_no_error(corpus: EncodedCorpus) -> None:
    vectors = SkipGram(**SETTINGS).fit(corpus, init=Vectors(["tea"], np.ones((1, DIM)), [7]))
    assert vectors.counts is not None
    assert vectors.counts[vectors.words.index("tea")] == 67
    assert vectors.metadata["training"]["rows_kept"] == 0


@both
def test_an_interrupted_run_is_resumed_without_the_starting_vectors(
    method: type[NegativeSampling], corpus: EncodedCorpus, tmp_path: Path
) -> None:
    init = {"init": earlier([90, 70, 50, 30, 10]), "init_contexts": earlier(seed=6)}
    whole, stop = method(**SETTINGS).fit(corpus, **init), StopFlag()
    stop.set()
    with pytest.raises(Interrupted):
        method(**SETTINGS).fit(corpus, checkpoint=Checkpoint(tmp_path / "run"), stop=stop, **init)
    resumed = method(**SETTINGS).fit(corpus, checkpoint=Checkpoint.open(tmp_path / "run"))
    assert resumed.words == whole.words
    assert resumed.counts is not None
    assert whole.counts is not None
    assert resumed.counts.tolist() == whole.counts.tolist()
    assert [bits(resumed, word) for word in whole.words] == [bits(whole, word) for word in whole.words]
    assert resumed.metadata["started_from"] == whole.metadata["started_from"]
    assert resumed.metadata["training"]["rows_kept"] == 3


def _cut(path: Path) -> None:
    os.truncate(path, 100)


@pytest.mark.parametrize(("damage", "message"), [(Path.unlink, "missing"), (_cut, "its digest differs")])
def test_damage_to_the_kept_words_is_noticed(
    damage: Callable[[Path], None], message: str, corpus: EncodedCorpus, tmp_path: Path
) -> None:
    stop = StopFlag()
    stop.set()
    with pytest.raises(Interrupted):
        SkipGram(**SETTINGS).fit(corpus, init=earlier(), checkpoint=Checkpoint(tmp_path / "run"), stop=stop)
    damage(tmp_path / "run" / "kept.npz")
    with pytest.raises(InputError, match=rf"kept\.npz: {message}.*remove the folder and train again"):
        SkipGram(**SETTINGS).fit(corpus, checkpoint=Checkpoint.open(tmp_path / "run"))


@both
def test_a_continued_run_has_a_smaller_rate_of_its_own(method: type[NegativeSampling], corpus: EncodedCorpus) -> None:
    settings = method(dim=DIM, threads=1).fit(corpus, init=earlier()).metadata["settings"]
    usual = method(dim=DIM, threads=1).resolved(corpus).learning_rate
    assert settings["learning_rate"] < usual / 2
    assert "learning_rate" in settings["automatic"]
    explicit = method(dim=DIM, threads=1, epochs=1, learning_rate=0.02).fit(corpus, init=earlier())
    assert explicit.metadata["settings"]["learning_rate"] == 0.02


@both
def test_an_estimate_counts_kept_words_and_starting_vectors(
    method: type[NegativeSampling], corpus: EncodedCorpus
) -> None:
    alone = method(**SETTINGS).estimate(corpus)
    init = Vectors([f"w{number}" for number in range(1000)], np.ones((1000, DIM)))
    start = {"init": init, "init_contexts": init}
    union = method(**SETTINGS).estimate(corpus, **start)
    without = method(**SETTINGS).estimate(corpus, **start, init_words="corpus")
    assert (alone.kept, union.kept, without.kept) == (0, 1000, 0)
    assert alone.words == union.words == without.words
    matrix = 1000 * DIM * 4
    assert without.memory == alone.memory + 2 * matrix
    # The kept rows are there twice: as they are kept, and in the joined matrices.
    assert union.memory == without.memory + 4 * matrix + 2 * alone.words * DIM * 4


def test_memory_of_kept_words_is_checked_before_training(
    corpus: EncodedCorpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wordvec.trainers.matrices.available_memory", lambda: 5_000)
    assert SkipGram(**SETTINGS).estimate(corpus).memory < 5_000
    with pytest.raises(MemoryLimitError, match=r"6 words of dim 8 in 4 replicas, beside 50 kept words, take"):
        SkipGram(**SETTINGS).fit(corpus, init=Vectors([f"w{number}" for number in range(50)], np.ones((50, DIM))))


def test_another_choice_is_refused(corpus: EncodedCorpus, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="both: choose one of union, corpus"):
        SkipGram(**SETTINGS).fit(corpus, init=earlier(), init_words="both")
    with pytest.raises(SettingsError, match="None: choose one of union, corpus"):
        Session(output=tmp_path / "out.vec", init=tmp_path / "a.vec", init_words="None")
    with pytest.raises(SettingsError, match="needs init"):
        Session(output=tmp_path / "out.vec", init_words="union")


def test_glove_leaves_words_out_and_says_so(corpus: EncodedCorpus, capsys: pytest.CaptureFixture[str]) -> None:
    glove = GloVe(dim=DIM, epochs=1, min_count=2)
    vectors = glove.fit(corpus, init=earlier(), progress=Progress(quiet=False))
    assert "north" not in vectors
    said = "starting rows: 2 copied, 4 new; 3 other words of the starting vectors are left out\n"
    assert said in capsys.readouterr().err
    assert vectors.metadata["started_from"]["words"] == 5


@pytest.fixture
def texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wordvec: Call) -> None:
    """Train ``a.vec`` on the words w0 to w59; ``new.txt`` has w0 to w29 and one new word."""
    monkeypatch.chdir(tmp_path)
    write_text(Path("old.txt"), sentences=900, words=60)
    text = write_text(Path("new.txt"), words=30, seed=2).read_text()
    Path("new.txt").write_text(text + "w1 fresh w2\n" * 9)
    assert wordvec("train", "skipgram", "old.txt", "-o", "a.vec", "--contexts", "a-contexts.vec", *SMALL).code == 0


STARTED = ["--init", "a.vec", "--init-contexts", "a-contexts.vec"]


@pytest.mark.usefixtures("texts")
def test_the_command_keeps_words_in_both_files(wordvec: Call) -> None:
    done = wordvec(
        "train", "skipgram", "new.txt", *STARTED, "-o", "b.vec", "--contexts", "b-contexts.vec", *SMALL
    )  # fmt: skip
    assert "starting rows: 30 kept, 30 updated, 1 new\n" in done.err
    old, new = Vectors.load("a.vec"), Vectors.load("b.vec")
    contexts = {name: Vectors.load(f"{name}-contexts.vec") for name in "ab"}
    assert len(new) == 61
    assert contexts["b"].words == new.words
    for number in range(30, 60):
        word = f"w{number}"
        assert (new[word] == old[word]).all()
        assert (contexts["b"][word] == contexts["a"][word]).all()
    assert new.counts is not None
    assert old.counts is not None
    assert new.counts.sum() > old.counts.sum()
    third = wordvec("train", "cbow", "new.txt", "--init", "b.vec", "-o", "c.vec", *SMALL)
    assert "starting rows: 30 kept, 31 updated, 0 new\n" in third.err


@pytest.mark.usefixtures("texts")
def test_the_first_line_says_what_is_continued_and_with_which_rate(wordvec: Call) -> None:
    done = wordvec(
        "train", "skipgram", "new.txt", "--init", "a.vec", "-o", "b.vec", "--dim", SMALL[SMALL.index("--dim") + 1]
    )
    line = next(line for line in done.err.splitlines() if line.startswith("new.txt: "))
    assert re.search(
        r"; continuing a\.vec with skip-gram, 20 passes, rate 0\.0\d+ \(automatic: .*--learning-rate", line
    )


@pytest.mark.usefixtures("texts")
def test_a_dry_run_knows_the_kept_words(wordvec: Call) -> None:
    alone = wordvec("train", "skipgram", "new.txt", "-o", "b.vec", "--dry-run", *SMALL)
    assert "kept" not in alone.out
    done = wordvec("train", "skipgram", "new.txt", *STARTED, "-o", "b.vec", "--dry-run", *SMALL)
    assert "words    31, and 30 of --init that are kept\n" in done.out
    without = wordvec(
        "train", "skipgram", "new.txt", *STARTED, "--init-words", "corpus", "-o", "b.vec", "--dry-run", *SMALL
    )  # fmt: skip
    assert "words    31\n" in without.out
    glove = wordvec("train", "glove", "new.txt", "--init", "a.vec", "-o", "b.vec", "--dry-run", *SMALL)
    assert "words    31\n" in glove.out


@pytest.mark.parametrize("method", ["skipgram", "glove"])
@pytest.mark.usefixtures("texts")
def test_a_dry_run_refuses_vectors_of_another_dim(method: str, wordvec: Call) -> None:
    done = wordvec("train", method, "new.txt", "--init", "a.vec", "-o", "b.vec", "--dry-run", "--dim", "5")
    assert done.code == 1
    assert "its vectors have dim" in done.err


@pytest.mark.usefixtures("texts")
def test_the_command_leaves_words_out_on_request(wordvec: Call) -> None:
    done = wordvec("train", "skipgram", "new.txt", *STARTED, "--init-words", "corpus", "-o", "b.vec", *SMALL)
    assert "starting rows: 30 copied, 1 new; 30 other words of the starting vectors are left out\n" in done.err
    assert len(Vectors.load("b.vec")) == 31


@pytest.mark.usefixtures("texts")
def test_methods_that_cannot_keep_words_say_so(wordvec: Call) -> None:
    done = wordvec("train", "glove", "new.txt", "--init", "a.vec", "--init-words", "union", "-o", "g.vec", *SMALL)
    assert done.code != 0
    assert "--init-words: glove trains only words of the text and cannot keep others; use corpus" in done.err
    assert wordvec("train", "glove", "new.txt", "--init", "a.vec", "-o", "g.vec", *SMALL).code == 0
    assert len(Vectors.load("g.vec")) == 31


@pytest.mark.usefixtures("texts")
def test_a_word_that_the_output_cannot_hold_is_refused_before_training(wordvec: Call) -> None:
    old = Vectors.load("a.vec")
    Vectors([*old.words[:-1], "two words"], old.matrix, old.counts).save("spaced.vectors")
    done = wordvec("train", "skipgram", "new.txt", "--init", "spaced.vectors", "-o", "b.vec", *SMALL)
    assert done.code == 1
    assert "two words" in done.err
    assert "starting rows" not in done.err


@pytest.mark.usefixtures("texts")
def test_vectors_that_could_not_be_written_are_written_later(monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = SkipGram(dim=8, epochs=2, min_count=2, threads=1)
    start = {"init": Path("a.vec"), "init_contexts": Path("a-contexts.vec")}
    session = Session(output=Path("b.vec"), contexts=Path("b-contexts.vec"), **start)
    with monkeypatch.context() as patch:

        def fail(*_: object, **__: object) -> None:
            raise OutputError("b.vec: the disk is full")

        patch.setattr(Vectors, "save", fail)
        with pytest.raises(OutputError, match=r"the trained vectors are kept in b\.partial"):
            session.train(trainer, ["new.txt"])
    assert (Path("b.partial") / "kept.npz").is_file()
    Session(output=Path("b.vec"), contexts=Path("b-contexts.vec")).resume()
    whole = Session(output=Path("c.vec"), contexts=Path("c-contexts.vec"), **start).train(trainer, ["new.txt"])
    written = Vectors.load("b.vec")
    assert written.words == whole.words
    np.testing.assert_allclose(written.matrix, whole.matrix, atol=1e-6)
    assert not Path("b.partial").exists()


@pytest.mark.usefixtures("texts")
def test_a_session_resumes_with_the_kept_words(monkeypatch: pytest.MonkeyPatch) -> None:
    trainer, stop = SkipGram(dim=8, epochs=2, min_count=2, threads=1), StopFlag()
    stop.set()
    with monkeypatch.context() as patch:
        patch.setattr("wordvec.trainers.run.stop_on_signals", lambda: contextlib.nullcontext(stop))
        with pytest.raises(Interrupted):
            Session(output=Path("b.vec"), init=Path("a.vec")).train(trainer, ["new.txt"])
    Path("a.vec").unlink()
    assert len(Session(output=Path("b.vec")).resume()) == 61
    assert sorted(path.name for path in Path().glob("b.*")) == ["b.json", "b.vec", "b.vocab"]

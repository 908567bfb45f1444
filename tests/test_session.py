"""Sessions: training runs with files, their checks of outputs, and runs that are kept and resumed."""

import contextlib
import re
from pathlib import Path

import pytest
from cli_helpers import files_in, write_text

from wordvec import AdaGram, GloVe, Node2Vec, Senses, SkipGram, Vectors
from wordvec.errors import DivergedError, InputError, Interrupted, OutputError, SettingsError
from wordvec.trainers.base import Trainer
from wordvec.trainers.ppmi_svd.trainer import PPMISVD
from wordvec.trainers.session import Session
from wordvec.workers import StopFlag

TRAINER = SkipGram(dim=8, epochs=2, min_count=2, threads=1)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_text(tmp_path / "corpus.txt")
    return tmp_path


def keep_an_interrupted_run(trainer: Trainer = TRAINER, source: str = "corpus.txt", **options: object) -> Session:
    session = Session(output=Path("out.vec"), **options)  # type: ignore[arg-type]
    stop = StopFlag()
    stop.set()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("wordvec.trainers.run.stop_on_signals", lambda: contextlib.nullcontext(stop))
        with pytest.raises(Interrupted, match=r"; resume with: Session\(output='out.vec'.*\)\.resume\(\)$"):
            session.train(trainer, [source])
    return session


def test_a_session_writes_what_fit_returns_and_nothing_else() -> None:
    vectors = Session(output=Path("out.vec")).train(TRAINER, ["corpus.txt"])
    assert files_in(Path()) == ["corpus.txt", "out.json", "out.vec", "out.vocab"]
    assert (Vectors.load("out.vec").matrix == vectors.matrix).all()


def test_settings_of_text_are_keywords() -> None:
    Path("upper.txt").write_text("A a B b\n" * 9)
    vectors = Session(output=Path("out.vec")).train(
        SkipGram(dim=8, sample=0, threads=1), ["upper.txt"], {"lowercase": True}
    )
    assert sorted(vectors.words) == ["a", "b"]


@pytest.mark.parametrize(
    "trainer",
    [
        TRAINER,
        Node2Vec(dim=8, walks=3, length=10, threads=1),
        Senses(dim=8, epochs=2, min_count=2, threads=1),
        AdaGram(dim=8, epochs=1, min_count=2, threads=1),
    ],
    ids=lambda trainer: trainer.method,
)
def test_an_interrupted_run_is_resumed_to_the_same_bits(trainer: Trainer) -> None:
    source = "corpus.txt"
    if trainer.reads == "graph":
        source = "graph.edges"
        Path(source).write_text("".join(f"n{node} n{(node + step) % 9}\n" for node in range(9) for step in (1, 2)))
    session = keep_an_interrupted_run(trainer, source)
    assert session.folder == Path("out.partial")
    resumed = session.resume()
    whole = Session(output=Path("whole.vec")).train(trainer, [source])
    assert resumed.matrix.tobytes() == whole.matrix.tobytes()
    assert not session.folder.exists()


def test_an_interrupted_run_is_replaced_only_with_overwrite() -> None:
    session = keep_an_interrupted_run()
    with pytest.raises(OutputError, match=r"out\.partial: keeps an interrupted training run"):
        session.train(TRAINER, ["corpus.txt"])
    Session(output=Path("out.vec"), overwrite=True).train(TRAINER, ["corpus.txt"])
    assert files_in(Path()) == ["corpus.txt", "out.json", "out.vec", "out.vocab"]


def test_an_estimate_leaves_an_interrupted_run_alone() -> None:
    session = keep_an_interrupted_run()
    before = files_in(Path())
    assert session.estimate(TRAINER, ["corpus.txt"]).words == 40
    assert files_in(Path()) == before


def test_resuming_another_method_is_refused() -> None:
    with pytest.raises(SettingsError, match="is a training run of skipgram, not of glove"):
        keep_an_interrupted_run().resume(GloVe)


def test_resuming_nothing_is_an_error() -> None:
    with pytest.raises(InputError, match="no interrupted training run to resume"):
        Session(output=Path("out.vec")).resume()


def test_finished_vectors_that_cannot_be_written_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OutputError("out.vec: No space left on device")

    session = Session(output=Path("out.vec"), checkpoint_every=600)
    with monkeypatch.context() as patch:
        patch.setattr(Vectors, "save", full)
        with pytest.raises(
            OutputError, match=r"No space left.*kept in out\.partial; write them with: Session\("
        ) as told:
            session.train(TRAINER, ["corpus.txt"])
    call = str(told.value).partition("write them with: ")[2]
    assert call == "Session(output='out.vec', checkpoint_every=600).resume()"
    written = eval(call)
    whole = Session(output=Path("whole.vec")).train(TRAINER, ["corpus.txt"])
    assert written.matrix.tobytes() == whole.matrix.tobytes()


def test_a_run_that_diverges_leaves_nothing() -> None:
    with pytest.raises(DivergedError):
        Session(output=Path("out.vec")).train(SkipGram(dim=8, learning_rate=1e30), ["corpus.txt"])
    assert files_in(Path()) == ["corpus.txt"]


def test_counts_are_made_from_text() -> None:
    vectors = Session(output=Path("out.vec")).train(GloVe(dim=4, epochs=1, threads=1), ["corpus.txt"])
    assert vectors.metadata["method"] == "glove"
    assert files_in(Path()) == ["corpus.txt", "out.json", "out.vec", "out.vocab"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"contexts": "out.vec.gz"}, "contexts out.vec.gz: has a name that out.vec needs; choose another"),
        ({"init": "out.vec"}, "out.vec: would be written over out.vec; choose another name"),
        ({"log": "corpus.txt"}, "corpus.txt: would be written over corpus.txt; choose another name"),
        ({"init_contexts": "a.vec"}, "init_contexts: needs init, the vectors that were trained with these"),
        ({"checkpoint_every": 0}, "checkpoint_every 0: must be above 0"),
        ({"checkpoint_every": float("nan")}, "checkpoint_every nan: must be above 0"),
    ],
)
def test_outputs_and_options_are_checked_before_the_work(options: dict[str, object], message: str) -> None:
    with pytest.raises(SettingsError, match=f"^{re.escape(message)}$"):
        Session(output=Path("out.vec"), **options).train(TRAINER, ["corpus.txt"])  # type: ignore[arg-type]
    assert files_in(Path()) == ["corpus.txt"]


def test_starting_vectors_need_a_method_that_takes_them() -> None:
    with pytest.raises(SettingsError, match="init: ppmi-svd does not start from other vectors"):
        Session(output=Path("out.vec"), init=Path("a.vec")).train(PPMISVD(dim=4), ["corpus.txt"])


def test_one_string_is_no_list_of_paths() -> None:
    with pytest.raises(TypeError, match=re.escape("corpus: expected a list of paths, got a str; use ['corpus.txt']")):
        Session(output=Path("out.vec")).train(TRAINER, "corpus.txt")

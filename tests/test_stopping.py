"""Training that ends before its last epoch and keeps its vectors: by the loss, or by a callback."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_helpers import SMALL, Call, files_in, write_text

from wordvec import CBOW, Cooccurrence, EncodedCorpus, GloVe, SkipGram, Vectors
from wordvec.errors import Interrupted, SettingsError
from wordvec.trainers import loop, pieces, stopping
from wordvec.trainers.checkpoint import Checkpoint, State
from wordvec.trainers.stopping import Report, Watch, rises
from wordvec.workers import Progress, StopFlag

TRAINERS: list[Any] = [SkipGram, CBOW, GloVe]
SETTINGS = {"dim": 8, "epochs": 6, "min_count": 1, "threads": 1}
FALLING_AND_RISING = [3.0, 2.0, 2.5, 2.6, 1.0, 0.5]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EncodedCorpus]:
    path = write_text(tmp_path_factory.mktemp("text") / "corpus.txt")
    with EncodedCorpus.from_text(path) as encoded:
        yield encoded


@pytest.fixture
def losses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the mean losses of epochs be these, whatever is trained."""
    given = list(FALLING_AND_RISING)
    monkeypatch.setattr(stopping, "mean_losses", lambda state: given[: len(state.losses)])


@pytest.mark.parametrize(
    ("losses", "number"),
    [([], 0), ([1], 0), ([1, 1], 0), ([1, 2], 1), ([1, 2, 3], 2), ([1, 2, 3, 3], 0), ([3, 2, 4, 1, 2, 3], 2)],
)
def test_rises_are_counted_from_the_end(losses: list[float], number: int) -> None:
    assert rises(losses) == number


@pytest.mark.parametrize("trainer", TRAINERS)
@pytest.mark.parametrize(("patience", "epochs"), [(1, 3), (2, 4), (3, 6)])
@pytest.mark.usefixtures("losses")
def test_training_ends_after_so_many_epochs_with_a_rising_loss(
    trainer: Any, patience: int, epochs: int, corpus: EncodedCorpus
) -> None:
    whole = trainer(**SETTINGS)
    vectors = trainer(**SETTINGS, stop_when_loss_rises=patience).fit(corpus)
    training = vectors.metadata["training"]
    assert training["loss"] == FALLING_AND_RISING[:epochs]
    if epochs == SETTINGS["epochs"]:
        assert "stopped" not in training
        assert vectors.matrix.tobytes() == whole.fit(corpus).matrix.tobytes()
        return
    reason = f"the loss rose in {patience} epoch" + ("s in a row" if patience > 1 else "")
    assert training["stopped"] == {"reason": reason, "epoch": epochs, "share": round(epochs / 6, 6)}
    assert training["tokens" if trainer is not GloVe else "entries"] * 6 == epochs * total(trainer, corpus)
    assert np.isfinite(vectors.matrix).all()
    assert vectors.metadata["settings"]["stop_when_loss_rises"] == patience


def total(trainer: Any, corpus: EncodedCorpus) -> int:
    if trainer is GloVe:
        with GloVe(**SETTINGS).count(corpus) as counts:
            return 6 * len(counts.columns)
    return 6 * len(corpus.ids)


@pytest.mark.parametrize("trainer", TRAINERS)
def test_a_callback_is_told_and_ends_the_training(trainer: Any, corpus: EncodedCorpus) -> None:
    reports: list[Report] = []

    def stop_in_third(report: Report) -> bool | None:
        reports.append(report)
        return False if report.epoch == 3 else None

    vectors = trainer(**SETTINGS).fit(corpus, on_report=stop_in_third)
    assert [report.epoch for report in reports][-1] == 3
    assert {1, 2, 3} == {report.epoch for report in reports}
    assert all(report.total == total(trainer, corpus) and report.seconds >= 0 for report in reports)
    assert [report.done for report in reports] == sorted(report.done for report in reports)
    assert reports[-1].loss == vectors.metadata["training"]["loss"][-1]
    stopped = vectors.metadata["training"]["stopped"]
    assert (stopped["reason"], stopped["epoch"]) == ("the callback returned False", 3)
    assert 1 / 3 < stopped["share"] <= 1 / 2


@pytest.mark.parametrize("trainer", TRAINERS)
@pytest.mark.parametrize("answer", [None, True, np.True_])
def test_a_callback_that_does_not_return_false_changes_nothing(
    trainer: Any, answer: Any, corpus: EncodedCorpus
) -> None:
    watched = trainer(**SETTINGS).fit(corpus, on_report=lambda report: answer)
    assert watched.matrix.tobytes() == trainer(**SETTINGS).fit(corpus).matrix.tobytes()
    assert "stopped" not in watched.metadata["training"]


def test_a_callback_of_several_threads_is_called_no_more_after_it_returned_false(
    corpus: EncodedCorpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "PIECE_TOKENS", 1000)
    monkeypatch.setattr(loop, "SECONDS_BETWEEN_REPORTS", 0.0)
    calls = []
    vectors = SkipGram(**SETTINGS | {"threads": 3}).fit(corpus, on_report=lambda report: bool(calls.append(report)))
    assert len(calls) == 1
    assert vectors.metadata["training"]["tokens"] < 6 * len(corpus.ids)


@pytest.mark.usefixtures("losses")
def test_several_threads_end_with_the_epoch(corpus: EncodedCorpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "PIECE_TOKENS", 1000)
    vectors = SkipGram(**SETTINGS | {"threads": 3}, stop_when_loss_rises=1).fit(corpus)
    assert vectors.metadata["training"]["tokens"] == 3 * len(corpus.ids)


@pytest.mark.parametrize("trainer", TRAINERS)
@pytest.mark.usefixtures("losses")
def test_an_interrupted_training_ends_where_it_would_have_ended(
    trainer: Any, corpus: EncodedCorpus, tmp_path: Path
) -> None:
    settings = trainer(**SETTINGS, stop_when_loss_rises=2)
    whole = settings.fit(corpus)
    for epoch in (1, 3):
        stop, folder = StopFlag(), tmp_path / f"{epoch}.partial"

        def interrupt(report: Report, epoch: int = epoch, stop: StopFlag = stop) -> None:
            if report.epoch == epoch:
                stop.set()

        with settings_source(trainer, corpus) as source:
            with pytest.raises(Interrupted):
                settings.fit(source, checkpoint=Checkpoint(folder), stop=stop, on_report=interrupt)
            resumed = settings.fit(source, checkpoint=Checkpoint.open(folder))
        assert resumed.matrix.tobytes() == whole.matrix.tobytes()
        assert resumed.metadata["training"]["stopped"] == whole.metadata["training"]["stopped"]


def settings_source(trainer: Any, corpus: EncodedCorpus) -> Any:
    return GloVe(**SETTINGS).count(corpus) if trainer is GloVe else EncodedCorpus.open(corpus.folder)


@pytest.mark.parametrize("trainer", TRAINERS)
def test_a_stop_that_comes_with_the_end_does_not_interrupt(trainer: Any, corpus: EncodedCorpus) -> None:
    stop = StopFlag()

    def both(report: Report) -> bool:
        stop.set()
        return False

    vectors = trainer(**SETTINGS).fit(corpus, stop=stop, on_report=both)
    assert vectors.metadata["training"]["stopped"]["reason"] == "the callback returned False"


@pytest.mark.parametrize("value", [0, -1, 1.5, True, "2"])
def test_the_number_of_epochs_is_checked(value: Any) -> None:
    with pytest.raises(SettingsError, match="stop_when_loss_rises"):
        SkipGram(stop_when_loss_rises=value)


def test_reports_go_to_both_progress_and_callback() -> None:
    class Shown(Progress):
        def report(self, done: int, **figures: float) -> None:
            shown.append((done, figures))

    shown: list[Any] = []
    state, seen = State(losses=[(10.0, 4)], seconds=1.5), itertools.count()
    watch = Watch(Shown(), lambda report: next(seen) < 1)
    watch.report(state, 5, 20)
    assert (shown, state.stopped) == ([(5, {"epoch": 1, "loss": 2.5})], None)
    watch.report(state, 6, 20)
    assert state.stopped == "the callback returned False"


@pytest.mark.usefixtures("losses")
@pytest.mark.parametrize("method", ["skipgram", "cbow", "glove"])
def test_the_command_says_where_it_stopped(
    method: str, wordvec: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_text(tmp_path / "corpus.txt")
    options = [*SMALL, "--epochs", "6", "--stop-when-loss-rises", "1"]
    done = wordvec("train", method, "corpus.txt", "-o", "out.vec", *options)
    assert done.code == 0
    assert "\nstopped early, in epoch 3 of 6: the loss rose in 1 epoch\n" in "\n" + done.err
    assert files_in(tmp_path) == ["corpus.txt", "out.json", "out.vec", "out.vocab"]
    assert Vectors.load("out.vec").metadata["training"]["stopped"]["epoch"] == 3
    bad = wordvec("train", method, "corpus.txt", "-o", "b.vec", "--stop-when-loss-rises", "0")
    assert bad == (2, "", "wordvec: --stop-when-loss-rises 0: must be at least 1\n")


@pytest.mark.usefixtures("losses")
@pytest.mark.parametrize("method", ["skipgram", "glove"])
def test_a_training_that_stopped_early_and_cannot_be_written_is_kept(
    method: str, wordvec: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_text(tmp_path / "corpus.txt")
    options = [*SMALL, "--epochs", "6", "--stop-when-loss-rises", "1"]
    assert wordvec("train", method, "corpus.txt", "-o", "whole.vec", *options).code == 0

    def full(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Vectors, "save", full)
        assert wordvec("train", method, "corpus.txt", "-o", "out.vec", *options).code == 130
    assert wordvec("train", method, "-o", "out.vec", "--resume").code == 0
    assert Path("out.vec").read_bytes() == Path("whole.vec").read_bytes()
    assert Vectors.load("out.vec").metadata["training"]["stopped"]["epoch"] == 3


def test_counts_and_a_corpus_stop_alike(corpus: EncodedCorpus) -> None:
    with Cooccurrence.count(corpus, min_count=1, window=10) as counts:
        from_counts = GloVe(**SETTINGS).fit(counts, on_report=lambda report: report.epoch < 2)
    from_corpus = GloVe(**SETTINGS).fit(corpus, on_report=lambda report: report.epoch < 2)
    stopped = [one.metadata["training"]["stopped"] for one in (from_counts, from_corpus)]
    # Where in the epoch it stops depends on the time between reports.
    assert [(one["reason"], one["epoch"]) for one in stopped] == [(stopped[0]["reason"], 2)] * 2

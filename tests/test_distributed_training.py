"""Training by worker processes: the bits of one process, interruptions, workers that die, and the command line."""

import contextlib
import os
import resource
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_helpers import Call
from distributed import Client
from distributed_jobs import wait
from test_replicas import replicated
from test_trainers import StopAfter, same_bits, text

from wordvec import CBOW, EncodedCorpus, FastText, GloVe, SkipGram, Vectors, distributed
from wordvec.distributed import exchange, training
from wordvec.distributed.exchange import Span
from wordvec.distributed.team import Team
from wordvec.errors import ClusterError, Interrupted, OutputError, SettingsError
from wordvec.files import durable
from wordvec.kernels.combination import Replicated, combine
from wordvec.trainers.checkpoint import Checkpoint
from wordvec.trainers.schedule import Due
from wordvec.trainers.stopping import Report
from wordvec.workers import Progress, StopFlag

SETTINGS: dict[str, Any] = {
    "dim": 12, "epochs": 2, "min_count": 2, "threads": 1, "sample": 1e-2, "replicas": 4, "round_tokens": 20_000
}  # fmt: skip
START = """
from distributed import LocalCluster
import time
if __name__ == "__main__":
    cluster = LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, protocol="tcp://", dashboard_address="127.0.0.1:0"
    )
    print(cluster.scheduler_address, flush=True)
    time.sleep(600)
"""


def stop_after_a_round(monkeypatch: pytest.MonkeyPatch) -> StopFlag:
    """Return a flag that is set when the workers have one round to train."""
    flag, rounds = StopFlag(), Team.rounds

    def counted(team: Team, first: int, last: int) -> Iterator[range]:
        for number, pieces in enumerate(rounds(team, first, last)):
            if number == 1:
                flag.set()
            yield pieces

    monkeypatch.setattr(Team, "rounds", counted)
    return flag


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EncodedCorpus]:
    """Return a corpus of 13 pieces, three rounds and a bit, with rare words that are not combined in each round."""
    folder = tmp_path_factory.mktemp("corpus") / "corpus"
    words = np.random.default_rng(0).zipf(1.3, (16_000, 16)) % 3_000
    sentences = ([f"w{word}" for word in sentence] for sentence in words)
    with EncodedCorpus.from_sentences(
        sentences, folder, keep_words=[f"w{word}" for word in range(2_900, 3_000)]
    ) as encoded:
        assert len(encoded.trained(2).vocabulary) > encoded.vocabulary.cut(2)
        yield encoded


@pytest.fixture(scope="module")
def alone(corpus: EncodedCorpus) -> Vectors:
    return SkipGram(**SETTINGS).fit(corpus)


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Force nothing to the disk, which takes longer than all the rest."""
    for name in ("force", "force_entries"):
        monkeypatch.setattr(durable, name, lambda path: None)


class Heard(Progress):
    """Lines that are said."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def say(self, message: str) -> None:
        self.lines.append(message)


@pytest.mark.parametrize("number", [1, 2, 4])
def test_the_number_of_workers_changes_no_bit(
    number: int, corpus: EncodedCorpus, alone: Vectors, client: Client, scaled: Callable[[int], None]
) -> None:
    scaled(number)
    vectors = distributed.fit(SkipGram(**SETTINGS), corpus, client)
    assert same_bits(vectors, alone)
    assert vectors.metadata["training"]["loss"] == alone.metadata["training"]["loss"]
    assert vectors.metadata["cluster"]["workers"] == number
    assert (vectors.metadata["cluster"]["received"] > 0) == (number > 1)
    assert client.run(lambda dask_worker: len(dask_worker.state.actors)) == dict.fromkeys(client.nthreads(), 0)
    assert [path.name for path in corpus.folder.parent.iterdir()] == ["corpus"]


def test_idle_workers_are_named_and_a_short_text_is_trained_here(
    client: Client, scaled: Callable[[int], None], corpus: EncodedCorpus
) -> None:
    scaled(4)
    heard, settings = Heard(), SETTINGS | {"replicas": 2, "epochs": 1}
    distributed.fit(SkipGram(**settings), corpus, client, progress=heard)
    assert heard.lines == ["2 workers of 4 will be idle, since 2 replicas are trained"]
    with EncodedCorpus.from_sentences(text(sentences=300)) as short:
        vectors = distributed.fit(SkipGram(**settings), short, client, progress=heard)
        assert same_bits(vectors, SkipGram(**settings).fit(short))
    assert heard.lines[1:] == ["the text is too short to be divided: it is trained by this process"]


@pytest.mark.parametrize("trainer", [CBOW, FastText])
def test_other_models_and_unequal_shares_have_the_same_bits(
    trainer: type[CBOW], corpus: EncodedCorpus, client: Client, scaled: Callable[[int], None]
) -> None:
    scaled(2)
    settings = SETTINGS | {"replicas": 3, "epochs": 1}
    assert same_bits(distributed.fit(trainer(**settings), corpus, client), trainer(**settings).fit(corpus))


def test_hierarchical_softmax_has_the_same_bits(
    corpus: EncodedCorpus, client: Client, scaled: Callable[[int], None]
) -> None:
    scaled(2)
    trainer = CBOW(**SETTINGS | {"replicas": 2, "epochs": 1, "loss": "hierarchical-softmax"})
    there, here = distributed.fit(trainer, corpus, client), trainer.fit(corpus)
    assert there.matrix.tobytes() == here.matrix.tobytes()
    assert there.softmax is not None
    assert here.softmax is not None
    assert there.softmax.nodes.tobytes() == here.softmax.nodes.tobytes()


def test_a_run_interrupted_on_workers_is_continued_by_one_process_and_the_reverse(
    tmp_path: Path,
    corpus: EncodedCorpus,
    alone: Vectors,
    client: Client,
    scaled: Callable[[int], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scaled(2)
    trainer = SkipGram(**SETTINGS)
    folder = tmp_path / "out.partial"
    stop = stop_after_a_round(monkeypatch)
    with pytest.raises(Interrupted, match=r"interrupted after \d+ % of the training"):
        distributed.fit(trainer, corpus, client, checkpoint=Checkpoint(folder), stop=stop)
    assert len(list(folder.glob("replicas-*.npy"))) == 2
    with pytest.raises(Interrupted):
        trainer.fit(corpus, checkpoint=Checkpoint.open(folder), stop=StopAfter(2))
    assert len(list(folder.glob("replicas-*.npy"))) == 2
    resumed = distributed.fit(trainer, corpus, client, checkpoint=Checkpoint.open(folder))
    assert same_bits(resumed, alone)
    assert resumed.metadata["training"]["interruptions"] == 2


def test_training_that_is_stopped_within_an_epoch_has_the_same_bits(
    corpus: EncodedCorpus, client: Client, scaled: Callable[[int], None]
) -> None:
    scaled(2)
    stopped = [
        fit(on_report=lambda _: False)
        for fit in (
            lambda **options: SkipGram(**SETTINGS).fit(corpus, **options),
            lambda **options: distributed.fit(SkipGram(**SETTINGS), corpus, client, **options),
        )
    ]
    assert same_bits(*stopped)
    assert [vectors.metadata["training"]["stopped"]["epoch"] for vectors in stopped] == [1, 1]


def test_starting_vectors_have_the_same_bits(
    corpus: EncodedCorpus, alone: Vectors, client: Client, scaled: Callable[[int], None]
) -> None:
    scaled(2)
    trainer = SkipGram(**SETTINGS | {"epochs": 1})
    vectors = distributed.fit(trainer, corpus, client, init=alone)
    assert same_bits(vectors, trainer.fit(corpus, init=alone))
    assert vectors.metadata["training"]["rows_copied"] == len(vectors)


@pytest.mark.parametrize("every", [None, 1e-9])
def test_a_worker_killed_in_a_round_changes_no_bit(
    every: float | None,
    tmp_path: Path,
    corpus: EncodedCorpus,
    alone: Vectors,
    client: Client,
    scaled: Callable[[int], None],
) -> None:
    scaled(2)
    victims, heard = list(client.run(os.getpid).values()), Heard()

    def kill(report: Report) -> None:
        if victims and report.epoch == 2:
            os.kill(victims[0], signal.SIGKILL)
            victims.clear()

    vectors = distributed.fit(
        SkipGram(**SETTINGS), corpus, client, checkpoint=Checkpoint(tmp_path / "out", every), progress=heard,
        on_report=kill,
    )  # fmt: skip
    assert same_bits(vectors, alone)
    # On a busy machine there was once more than this line.
    lost = [line for line in heard.lines if ": this worker ended; training " in line]
    end = "again from the beginning" if every is None else "again from the last checkpoint, at "
    assert lost
    assert all(line.startswith("tcp://127.0.0.1:") and f"training {end}" in line for line in lost)
    assert vectors.metadata["training"]["interruptions"] == len(lost) * (every is not None)


def test_a_lost_scheduler_is_one_clear_line_and_leaves_the_checkpoint(
    tmp_path: Path, corpus: EncodedCorpus, alone: Vectors
) -> None:
    (tmp_path / "start.py").write_text(START)
    process = subprocess.Popen([sys.executable, tmp_path / "start.py"], stdout=subprocess.PIPE, text=True)
    folder = tmp_path / "out.partial"
    with process:
        assert process.stdout is not None

        def kill(report: Report) -> None:
            if report.epoch == 2:
                process.kill()

        lost = Client(process.stdout.readline().strip(), set_as_default=False)
        with lost, pytest.raises(ClusterError, match=r"^tcp://.*: the connection to the scheduler was lost$"):
            distributed.fit(SkipGram(**SETTINGS), corpus, lost, checkpoint=Checkpoint(folder, 1e-9), on_report=kill)
    assert same_bits(SkipGram(**SETTINGS).fit(corpus, checkpoint=Checkpoint.open(folder)), alone)


def test_a_full_disk_is_one_clear_line(
    tmp_path: Path,
    corpus: EncodedCorpus,
    client: Client,
    scaled: Callable[[int], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def limit(size: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    scaled(2)
    checkpoint, stop = Checkpoint(tmp_path / "out.partial"), stop_after_a_round(monkeypatch)
    client.run(limit, 1_000)
    try:
        with pytest.raises(OutputError, match=r"^.*out.partial/words-\d+.npy: File too large; nothing was written$"):
            distributed.fit(SkipGram(**SETTINGS), corpus, client, checkpoint=checkpoint, stop=stop)
    finally:
        client.run(limit, resource.RLIM_INFINITY)


def test_one_replica_and_other_trainers_are_refused(
    tmp_path: Path, corpus: EncodedCorpus, client: Client, wordvec: Call
) -> None:
    with pytest.raises(SettingsError, match=r"^replicas 1; workers train replicas, .*; set replicas to 2 or more"):
        distributed.fit(SkipGram(replicas=1), corpus, client)
    with pytest.raises(TypeError, match="trainer: expected"):
        distributed.fit(GloVe(), corpus, client)  # type: ignore[arg-type]
    command = ["train", "skipgram", corpus.folder, "-o", tmp_path / "a.vec", "--replicas", 1]
    result = wordvec(*command, "--scheduler", client.scheduler.address)
    assert result.code == 2
    assert result.err.startswith("wordvec: --replicas 1; workers train replicas, each of which is a copy of the model")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("method", ["skipgram", "fasttext"])
def test_the_command_writes_the_same_vectors(
    method: str, tmp_path: Path, corpus: EncodedCorpus, client: Client, scaled: Callable[[int], None], wordvec: Call
) -> None:
    scaled(2)
    options = ["--dim", 8, "--epochs", 1, "--replicas", 4, "--round-tokens", 20_000]
    written = []
    for where in ((), ("--scheduler", client.scheduler.address)):
        out = tmp_path / f"out{len(where)}"
        out.mkdir()
        result = wordvec("train", method, corpus.folder, "-o", out / "a.vec", *options, *where)
        assert result.code == 0, result.err
        written.append({path.name: path.read_bytes() for path in out.iterdir() if path.suffix != ".json"})
    assert written[0] == written[1]


def test_workers_that_end_again_and_again_are_one_clear_line(
    tmp_path: Path,
    corpus: EncodedCorpus,
    client: Client,
    scaled: Callable[[int], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scaled(1)
    monkeypatch.setattr(training, "RESTARTS", 0)

    def kill(_: Report) -> None:
        for process in client.run(os.getpid).values():
            os.kill(process, signal.SIGKILL)

    with pytest.raises(ClusterError, match=r"tcp://.*: this worker ended; workers ended 1 times during this run"):
        distributed.fit(SkipGram(**SETTINGS), corpus, client, on_report=kill)
    wait(lambda: len(client.nthreads()) == 1)


def test_an_interrupted_command_names_the_one_that_resumes_it_on_workers(
    tmp_path: Path, corpus: EncodedCorpus, client: Client, wordvec: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, where = tmp_path / "a.vec", ["--scheduler", client.scheduler.address]
    options = ["--dim", 8, "--epochs", 1, "--replicas", 4, "--round-tokens", 20_000, "--quiet"]
    assert wordvec("train", "cbow", corpus.folder, "-o", tmp_path / "b.vec", *options).code == 0
    with monkeypatch.context() as patch:
        flag = stop_after_a_round(patch)
        patch.setattr("wordvec.trainers.run.stop_on_signals", lambda: contextlib.nullcontext(flag))
        result = wordvec("train", "cbow", corpus.folder, "-o", out, *options, *where)
    resuming = ["train", "cbow", "-o", str(out), "--resume", *where, "--quiet"]
    assert result.err.endswith(f"% of the training; resume with: wordvec {shlex.join(resuming)}\n")
    assert wordvec(*resuming).code == 0
    assert out.read_bytes() == (tmp_path / "b.vec").read_bytes()


def kinds(seed: int) -> tuple[list[Replicated], Due]:
    matrices = [replicated(4, seed), replicated(4, seed + 10)]
    return matrices, Due(np.array([1.0, 2.0, 40.0]), 0, 1)


@pytest.mark.parametrize("members", [1, 2, 3])
def test_the_parts_of_all_workers_are_the_rows_of_one_process(members: int) -> None:
    matrices, due = kinds(1)
    curvatures = [(np.full(32, 32**-0.5, np.float32), 0.4, 0.01)] * 2
    expected, _ = kinds(1)
    room = exchange.Room()
    for matrix, curvature in zip(expected, curvatures, strict=True):
        combine(matrix, *curvature, due.tokens, *due.places(matrix.levels))
    for member in range(members):
        for spans in exchange.blocks(exchange.part(matrices, due, member, members), 4):
            assert sum(span.rows for span in spans) <= 4
            for at, span in exchange.split(spans, 2):
                rows = exchange.replicated_rows(matrices, spans)[:, at : at + span.rows]
                copies = room.array(*rows.shape)
                exchange.take_replicas(matrices, span, copies)
                np.testing.assert_array_equal(copies, rows)
                found = exchange.combine_span(matrices[span.matrix], span, copies, curvatures[span.matrix], due)
                exchange.store(matrices, [span], found)
    for matrix, other in zip(matrices, expected, strict=True):
        np.testing.assert_array_equal(matrix.base, other.base)
        np.testing.assert_array_equal(matrix.replicas, other.replicas)
    everything = [Span(number, *due.places(matrix.levels)) for number, matrix in enumerate(matrices)]
    assert len(exchange.combined_rows(matrices, everything)) == sum(span.rows for span in everything)

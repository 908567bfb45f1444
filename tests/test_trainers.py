"""Training as a whole: what `fit` promises about bits, interruption, starting rows and errors."""

import hashlib
import itertools
import json
import platform
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from processors import ALL, GENERIC, HASWELL, evaluated

from wordvec import CBOW, EncodedCorpus, FastText, SkipGram, Vectors
from wordvec.errors import DivergedError, InputError, Interrupted, MemoryLimitError, SettingsError
from wordvec.trainers import loop, matrices
from wordvec.trainers.base import Trainer
from wordvec.trainers.checkpoint import Checkpoint
from wordvec.trainers.pieces import Pieces
from wordvec.workers import Progress, StopFlag

TRAINERS = [SkipGram, CBOW, FastText]
SMALL = {"dim": 20, "epochs": 2, "min_count": 2, "threads": 1, "sample": 1e-2, "replicas": 1}


def text(seed: int = 0, sentences: int = 3000) -> list[str]:
    """Sentences whose words come in pairs: every w17a stands beside w17b."""
    generator = np.random.default_rng(seed)
    pairs = np.minimum(generator.zipf(1.3, (sentences, 8)), 80)
    return [" ".join(f"w{pair}{half}" for pair in sentence for half in "ab") for sentence in pairs]


@pytest.fixture(scope="module")
def corpus() -> Iterator[EncodedCorpus]:
    with EncodedCorpus.from_sentences(text()) as encoded:
        yield encoded


class StopAfter(StopFlag):
    """A stop flag that sets itself when it has been asked so many times."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self._left = itertools.count(times, -1)

    @property
    def requested(self) -> bool:
        if next(self._left) <= 0:
            self.set()
        return super().requested


def same_bits(a: Vectors, b: Vectors) -> bool:
    assert a.contexts is not None
    assert b.contexts is not None
    return a.matrix.tobytes() == b.matrix.tobytes() and a.contexts.matrix.tobytes() == b.contexts.matrix.tobytes()


@pytest.mark.parametrize("trainer", TRAINERS)
@pytest.mark.parametrize("threads", [1, 3])
def test_words_that_stand_together_end_together(trainer: type[SkipGram], threads: int, corpus: EncodedCorpus) -> None:
    settings = SMALL | {"epochs": 10, "window": 1, "sample": 0, "learning_rate": 0.1}
    vectors = trainer(**settings | {"threads": threads}).fit(corpus)
    assert vectors.contexts is not None
    scores = vectors.unit().matrix @ vectors.contexts.unit().matrix.T
    np.fill_diagonal(scores, -1)
    frequent = [row for row, word in enumerate(vectors.words[:60]) if word.endswith("a")]
    # w17b follows w17a always, so each has the other's context among its best.
    found = sum(vectors.words.index(vectors.words[row][:-1] + "b") in np.argsort(-scores[row])[:5] for row in frequent)
    assert found >= 0.8 * len(frequent)


@pytest.mark.parametrize("trainer", TRAINERS)
def test_one_thread_and_one_seed_give_the_same_bits(trainer: type[SkipGram], corpus: EncodedCorpus) -> None:
    first, again = trainer(**SMALL).fit(corpus), trainer(**SMALL).fit(corpus)
    other = trainer(**SMALL | {"seed": 2}).fit(corpus)
    assert same_bits(first, again)
    assert not same_bits(first, other)


def test_the_bits_do_not_depend_on_the_reader(corpus: EncodedCorpus, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("\n".join(text()))
    with EncodedCorpus.from_text(tmp_path / "text.txt") as other:
        assert same_bits(SkipGram(**SMALL).fit(corpus), SkipGram(**SMALL).fit(other))


@pytest.mark.parametrize("trainer", TRAINERS)
@pytest.mark.parametrize("pieces", [1, 2, 4])
def test_an_interrupted_and_resumed_training_has_the_bits_of_an_uninterrupted_one(
    trainer: type[SkipGram], pieces: int, corpus: EncodedCorpus, tmp_path: Path
) -> None:
    whole = trainer(**SMALL).fit(corpus)
    folder = tmp_path / "out.vec.partial"
    with pytest.raises(Interrupted, match="% of the training"):
        trainer(**SMALL).fit(corpus, checkpoint=Checkpoint(folder), stop=StopAfter(pieces))
    saved = Checkpoint.open(folder)
    assert saved.settings["method"] == trainer.method
    resumed = trainer(**SMALL).fit(corpus, checkpoint=saved)
    assert same_bits(whole, resumed)
    assert resumed.metadata["training"]["interruptions"] == 1
    assert whole.metadata["training"]["loss"] == resumed.metadata["training"]["loss"]


def test_checkpoints_on_the_way_change_nothing_and_keep_one_state(corpus: EncodedCorpus, tmp_path: Path) -> None:
    folder = tmp_path / "out.vec.partial"
    whole = SkipGram(**SMALL).fit(corpus, checkpoint=Checkpoint(folder, every=0))
    assert same_bits(whole, SkipGram(**SMALL).fit(corpus))
    assert len(list(folder.glob("*.npy"))) == 2
    assert Checkpoint.open(folder).state is not None


def test_a_checkpoint_that_does_not_fit_is_refused(corpus: EncodedCorpus, tmp_path: Path) -> None:
    folder = tmp_path / "out.vec.partial"
    with pytest.raises(InputError, match="no interrupted training"):
        Checkpoint.open(folder)
    with pytest.raises(Interrupted):
        SkipGram(**SMALL).fit(corpus, checkpoint=Checkpoint(folder), stop=StopAfter(1))
    with EncodedCorpus.from_sentences(text(seed=1)) as other, pytest.raises(InputError, match="another corpus"):
        SkipGram(**SMALL).fit(other, checkpoint=Checkpoint.open(folder))
    with pytest.raises(InputError, match="other values of dim"):
        SkipGram(**SMALL | {"dim": 30}).fit(corpus, checkpoint=Checkpoint.open(folder))
    next(folder.glob("words-*.npy")).write_bytes(b"half a f")
    with pytest.raises(InputError, match="damaged"):
        SkipGram(**SMALL).fit(corpus, checkpoint=Checkpoint.open(folder))
    (folder / "state.json").write_text('{"version": 1, "do')
    with pytest.raises(InputError, match="damaged"):
        Checkpoint.open(folder)


def test_several_threads_stop_in_good_order(
    corpus: EncodedCorpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the threads do, the pieces that are done are the first ones, and the others follow on resuming."""
    monkeypatch.setattr("wordvec.trainers.replicas.PRIVATE_ROUND", 1)
    monkeypatch.setattr("wordvec.trainers.pieces.PIECE_TOKENS", 2_000)
    folder = tmp_path / "out.vec.partial"
    with pytest.raises(Interrupted):
        SkipGram(**SMALL | {"threads": 4}).fit(corpus, checkpoint=Checkpoint(folder), stop=StopAfter(3))
    saved = Checkpoint.open(folder)
    assert saved.state is not None
    assert 0 < saved.state.done < 40
    resumed = SkipGram(**SMALL).fit(corpus, checkpoint=saved)
    assert resumed.metadata["training"]["repeatable"] is False
    # The pairs that were trained do not depend on threads or interruptions, only their order does.
    whole = Checkpoint(tmp_path / "whole")
    SkipGram(**SMALL).fit(corpus, checkpoint=whole)
    assert whole.state is not None
    assert saved.state is not None
    assert [pairs for _, pairs in saved.state.losses] == [pairs for _, pairs in whole.state.losses]


def test_text_without_two_words_together_is_refused() -> None:
    words = [word for word in ("one", "two", "three") for _ in range(9)]
    with EncodedCorpus.from_sentences(words) as single, pytest.raises(InputError, match="no two words"):
        SkipGram(**SMALL).fit(single)


def test_known_words_start_from_given_rows(corpus: EncodedCorpus, capsys: pytest.CaptureFixture[str]) -> None:
    known = Vectors(["w1a", "w2b", "elsewhere"], 1 + np.arange(60, dtype=np.float32).reshape(3, 20))
    settings = SMALL | {"epochs": 1, "learning_rate": 1e-30}
    vectors = SkipGram(**settings).fit(corpus, init=known, init_contexts=known, progress=Progress(quiet=False))
    assert vectors.contexts is not None
    for word in ("w1a", "w2b"):
        np.testing.assert_array_equal(vectors[word], known[word])
        np.testing.assert_array_equal(vectors.contexts[word], known[word])
    assert np.abs(vectors.contexts["w1b"]).max() < 1e-20
    assert 0 < np.abs(vectors["w1b"]).max() <= 0.5 / 20
    assert vectors.metadata["training"]["rows_copied"] == 2
    assert f"1 kept, 2 updated, {len(vectors) - 3} new" in capsys.readouterr().err
    with pytest.raises(InputError, match="set dim to 20"):
        SkipGram(**SMALL | {"dim": 10}).fit(corpus, init=known)


def test_a_diverging_training_stops_with_a_clear_error(corpus: EncodedCorpus) -> None:
    with pytest.raises(DivergedError, match=r"epoch 1 .* smaller learning_rate"):
        SkipGram(**SMALL | {"learning_rate": 1e30}).fit(corpus)


def test_a_min_count_that_leaves_nothing_says_which_would_do(corpus: EncodedCorpus) -> None:
    second = int(corpus.vocabulary.counts[1])
    with pytest.raises(InputError, match=f"use a min_count of at most {second}"):
        SkipGram(**SMALL | {"min_count": 10**9}).fit(corpus)
    assert len(SkipGram(**SMALL | {"min_count": second}).fit(corpus)) == 2
    with EncodedCorpus.from_sentences(["a a a"]) as tiny, pytest.raises(InputError, match="other text"):
        SkipGram(min_count=1).fit(tiny)


def test_matrices_larger_than_memory_are_refused_beforehand(
    corpus: EncodedCorpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matrices, "available_memory", lambda: 1000)
    with pytest.raises(MemoryLimitError, match="larger min_count or a smaller dim"):
        SkipGram(**SMALL).fit(corpus)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("dim", 0),
        ("dim", -5),
        ("dim", 2.5),
        ("window", 0),
        ("threads", 0),
        ("epochs", 0),
        ("negatives", 0),
        ("min_count", 0),
        ("learning_rate", float("nan")),
        ("learning_rate", 0),
        ("learning_rate", float("inf")),
        ("sample", -1),
        ("seed", -1),
        ("negatives_per", "sentence"),
    ],
)
def test_a_hyperparameter_out_of_range_is_named(name: str, value: object) -> None:
    with pytest.raises(SettingsError, match=f"^{name} "):
        SkipGram(**{name: value})


def test_the_metadata_tells_how_the_vectors_were_made(corpus: EncodedCorpus) -> None:
    vectors = SkipGram(**SMALL).fit(corpus)
    metadata = json.loads(json.dumps(vectors.metadata))
    assert metadata["method"] == "skipgram"
    assert metadata["settings"]["dim"] == 20
    assert metadata["settings"]["seed"] == 1
    assert metadata["corpus"]["digest"] == corpus.meta["digest"]
    assert metadata["corpus"]["tokens"] == len(corpus.ids)
    assert len(metadata["training"]["loss"]) == 2
    assert metadata["training"]["loss"][1] < metadata["training"]["loss"][0] < np.log(2)
    assert metadata["training"]["repeatable"] is True
    assert metadata["training"]["interruptions"] == 0
    assert set(metadata["versions"]) == {"wordvec", "numpy", "numba"}


def test_vectors_have_the_words_and_counts_of_the_corpus(corpus: EncodedCorpus) -> None:
    vectors = SkipGram(**SMALL).fit(corpus)
    assert vectors.words == corpus.vocabulary.words[: len(vectors)]
    np.testing.assert_array_equal(vectors.counts, corpus.vocabulary.counts[: len(vectors)])


def test_progress_is_reported_as_json_objects(corpus: EncodedCorpus, tmp_path: Path) -> None:
    with (tmp_path / "log").open("w") as log:
        SkipGram(**SMALL).fit(corpus, progress=Progress(log=log))
    reports = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert reports[-1]["done"] == reports[-1]["total"] == 2 * len(corpus.ids)
    assert reports[-1]["loss"] > 0
    assert [report["done"] for report in reports] == sorted(report["done"] for report in reports)


def test_an_estimate_names_words_memory_and_time(corpus: EncodedCorpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "SECONDS_TO_ESTIMATE", 0.05)
    estimate = SkipGram(**SMALL).estimate(corpus)
    assert estimate.words == corpus.vocabulary.cut(2)
    assert (estimate.steps, estimate.unit) == (2 * len(corpus.ids), "tokens")
    assert estimate.memory == 2 * estimate.words * 32 * 4
    assert 0 < estimate.seconds < 60


def test_pieces_cover_the_corpus_once_an_epoch(corpus: EncodedCorpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wordvec.trainers.pieces.PIECE_TOKENS", 1000)
    pieces = Pieces(corpus, 2, 1, 0.1)
    assert pieces.per_epoch > 20
    ids = np.concatenate([pieces[index].ids for index in range(pieces.per_epoch)])
    np.testing.assert_array_equal(ids, corpus.ids)
    rates = [pieces[index].rate for index in range(len(pieces))]
    assert rates[0] == 1
    assert rates == sorted(rates, reverse=True)
    assert 0.1 < rates[-1] < 0.12
    assert pieces.tokens_before(len(pieces)) == 2 * len(corpus.ids)


def test_every_trainer_has_text_for_every_hyperparameter() -> None:
    import dataclasses

    for trainer in (SkipGram, CBOW):
        assert issubclass(trainer, Trainer)
        fields = [field for field in dataclasses.fields(trainer) if field.name != "automatic"]
        assert all(field.metadata["help"] for field in fields)


def hashes(trainer: type[SkipGram | CBOW]) -> list[str]:
    """Return the hashes of vectors that are trained in this process."""
    corpus = EncodedCorpus.from_sentences(text(sentences=300))
    trained = (trainer(**SMALL, negatives=negatives).fit(corpus) for negatives in (5, 9))
    return [hashlib.sha256(vectors.matrix.tobytes()).hexdigest() for vectors in trained]


OTHERS = [(CBOW, GENERIC)]
if platform.machine() != "x86_64" or ALL:
    OTHERS = [(trainer, processor) for trainer in (SkipGram, CBOW) for processor in (GENERIC, HASWELL)]


@pytest.mark.parametrize(("trainer", "processor"), OTHERS)
def test_code_for_other_processors_gives_the_bits_of_native_code(
    trainer: type[SkipGram | CBOW], processor: dict[str, str]
) -> None:
    if processor is HASWELL and platform.machine() != "x86_64":
        pytest.skip("Haswell code needs x86-64")
    native = hashes(trainer)
    assert len(set(native)) == 2
    assert evaluated(f"hashes({trainer.__name__})", "test_trainers", processor) == str(native)
